/* Never run on hardware; tests/test_meter_board.c has its bytes. */
#include "boards/stm32l476/ads131m06.h"

#include <string.h>

#define WORD_BYTES 3u
#define CRC_WORD 7u
#define CHANNELS 6u
#define COMMAND_READ 0xA000u
#define COMMAND_WRITE 0x6000u
#define SIGN 0x800000

/* A register, a command: in the upper 16 bits of its word. */
static void put_word(uint8_t *bytes, uint32_t word, uint16_t content)
{
	bytes[WORD_BYTES * word] = (uint8_t)(content >> 8);
	bytes[WORD_BYTES * word + 1u] = (uint8_t)(content & 0xFFu);
	bytes[WORD_BYTES * word + 2u] = 0;
}

static uint16_t word_at(const uint8_t *bytes, uint32_t word)
{
	return (uint16_t)(bytes[WORD_BYTES * word] << 8 | bytes[WORD_BYTES * word + 1u]);
}

void ads131m06_write_register(enum ads131m06_register number, uint16_t content,
			      uint8_t bytes[ADS131M06_FRAME_BYTES])
{
	memset(bytes, 0, ADS131M06_FRAME_BYTES);
	put_word(bytes, 0, (uint16_t)(COMMAND_WRITE | (uint32_t)number << 7));
	put_word(bytes, 1, content);
}

void ads131m06_read_register(enum ads131m06_register number, uint8_t bytes[ADS131M06_FRAME_BYTES])
{
	memset(bytes, 0, ADS131M06_FRAME_BYTES);
	put_word(bytes, 0, (uint16_t)(COMMAND_READ | (uint32_t)number << 7));
}

uint16_t ads131m06_register_content(const uint8_t bytes[ADS131M06_FRAME_BYTES])
{
	return word_at(bytes, 0);
}

/* Four bits at a time. */
uint16_t ads131m06_crc(const uint8_t *bytes, uint32_t count)
{
	static const uint16_t remainders[16] = {0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50A5,
						0x60C6, 0x70E7, 0x8108, 0x9129, 0xA14A, 0xB16B,
						0xC18C, 0xD1AD, 0xE1CE, 0xF1EF};
	uint32_t crc = 0xFFFF;

	for (uint32_t i = 0; i < count; i++) {
		crc = (crc << 4 & 0xFFFFu) ^ remainders[crc >> 12 ^ (uint32_t)bytes[i] >> 4];
		crc = (crc << 4 & 0xFFFFu) ^ remainders[crc >> 12 ^ (bytes[i] & 0xFu)];
	}
	return (uint16_t)crc;
}

static int32_t channel_counts(const uint8_t *bytes)
{
	int32_t counts =
		(int32_t)((uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2]);

	return counts < SIGN ? counts : counts - 2 * SIGN;
}

bool ads131m06_take_frame(const uint8_t bytes[ADS131M06_FRAME_BYTES], struct sample_frame *frame)
{
	if (ads131m06_crc(bytes, CRC_WORD * WORD_BYTES) != word_at(bytes, CRC_WORD)) {
		return false;
	}
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		int32_t counts = channel_counts(bytes + WORD_BYTES * (1u + channel));

		if (channel < CHANNELS / 2u) {
			frame->volts[channel] = counts;
		} else {
			frame->amperes[channel - CHANNELS / 2u] = counts;
		}
	}
	return true;
}
