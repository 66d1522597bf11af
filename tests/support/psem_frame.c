/* The packets of psem_frame.h. */
#include "tests/support/psem_frame.h"

#include <string.h>

static unsigned mirrored(unsigned bits, int width)
{
	unsigned result = 0;

	for (int i = 0; i < width; i++) {
		result |= (bits >> i & 1u) << (width - 1 - i);
	}
	return result;
}

uint16_t psem_crc(const uint8_t *bytes, size_t count)
{
	unsigned remainder = 0xFFFF;

	for (size_t i = 0; i < count; i++) {
		remainder ^= mirrored(bytes[i], 8) << 8;
		for (int bit = 0; bit < 8; bit++) {
			remainder =
				(remainder << 1 ^ (remainder & 0x8000u ? 0x1021u : 0u)) & 0xFFFFu;
		}
	}
	return (uint16_t)(mirrored(remainder, 16) ^ 0xFFFFu);
}

size_t psem_frame(uint8_t control, uint8_t sequence, const uint8_t *data, size_t count,
		  uint8_t *frame)
{
	const uint8_t header[6] = {0xEE,	  0, control, sequence, (uint8_t)(count >> 8),
				   (uint8_t)count};

	memcpy(frame, header, 6);
	memcpy(frame + 6, data, count);
	uint16_t crc = psem_crc(frame, 6 + count);

	frame[6 + count] = (uint8_t)crc;
	frame[7 + count] = (uint8_t)(crc >> 8);
	return count + 8;
}
