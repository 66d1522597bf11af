/*
 * Integer arithmetic that C leaves open or lacks: a floor division by a power of two that shifts no
 * negative value, and the integer square root.
 */
#ifndef DUT_FIRMWARE_METROLOGY_INTEGER_ARITHMETIC_H
#define DUT_FIRMWARE_METROLOGY_INTEGER_ARITHMETIC_H

#include <stdint.h>

/*
 * floor(value / 2^bits) where that fits 32 bits, bits 1..32. Of a shifted two's complement only the
 * upper `bits` bits tell a negative value from a positive one, and they are not kept. To int32_t
 * both compilers convert modulo 2^32.
 */
static inline int32_t floor_shift(int64_t value, unsigned bits)
{
	return (int32_t)(uint32_t)((uint64_t)value >> bits);
}

/* The largest root with root * root <= square. */
uint32_t integer_square_root(uint64_t square);

#endif
