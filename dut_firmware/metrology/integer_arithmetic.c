/* The integer square root, bit by bit: two bits of the square give one of the root. */
#include "metrology/integer_arithmetic.h"

uint32_t integer_square_root(uint64_t square)
{
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 62; bit; bit >>= 2) {
		uint64_t trial = root + bit;

		root >>= 1;
		if (square >= trial) {
			square -= trial;
			root += bit;
		}
	}
	return (uint32_t)root;
}
