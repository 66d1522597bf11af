/* Bit by bit: it is used a few times in a meter's life. */
#include "storage/crc32.h"

uint32_t crc32_continue(uint32_t crc, const uint8_t *bytes, uint32_t count)
{
	crc = ~crc;

	for (uint32_t byte = 0; byte < count; byte++) {
		crc ^= bytes[byte];
		for (int bit = 0; bit < 8; bit++) {
			crc = crc & 1u ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
		}
	}
	return ~crc;
}

uint32_t crc32_of(const uint8_t *bytes, uint32_t count)
{
	return crc32_continue(0, bytes, count);
}
