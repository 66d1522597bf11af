/*
 * Integer arithmetic that C leaves open or lacks: a floor division by a power of two that shifts no negative value, and
 * the integer square root. Bits: 1..62.
 */
#ifndef DUT_FIRMWARE_METROLOGY_INTEGER_ARITHMETIC_H
#define DUT_FIRMWARE_METROLOGY_INTEGER_ARITHMETIC_H

#include <stdint.h>

/* floor(value / 2^bits). The sign is moved away before the shift and put back after it. */
static inline int64_t floor_shift(int64_t value, unsigned bits)
{
	uint64_t lifted = (uint64_t)value + (UINT64_C(1) << 63);

	return (int64_t)(lifted >> bits) - (INT64_C(1) << (63 - bits));
}

/* The largest root with root * root <= square. */
uint32_t integer_square_root(uint64_t square);

#endif
