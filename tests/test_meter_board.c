/* dut_firmware/boards/stm32l476: what can be known of it without the hardware that it has never
 * seen, the converter's bytes and the battery clock's calendar */
#include <string.h>

#include "boards/stm32l476/ads131m06.h"
#include "boards/stm32l476/battery_ticks.h"
#include "tests/support/suite.h"

/* Bit by bit, from the polynomial x^16 + x^12 + x^5 + 1. */
static unsigned int crc_of(const uint8_t *bytes, unsigned int count)
{
	unsigned int crc = 0xFFFF;

	for (unsigned int i = 0; i < 8 * count; i++) {
		unsigned int bit = (unsigned int)bytes[i / 8] >> (7 - i % 8) & 1u;
		unsigned int out = crc >> 15 & 1u;

		crc = crc << 1 & 0xFFFFu;
		crc ^= bit != out ? 0x1021u : 0;
	}
	return crc;
}

/* Status, six channels, CRC, of three octets each. */
static void make_frame(uint8_t bytes[ADS131M06_FRAME_BYTES], const uint32_t channels[6])
{
	memset(bytes, 0, ADS131M06_FRAME_BYTES);
	bytes[0] = 0x05;
	bytes[1] = 0x3F;
	for (unsigned int channel = 0; channel < 6; channel++) {
		bytes[3 + 3 * channel] = (uint8_t)(channels[channel] >> 16);
		bytes[4 + 3 * channel] = (uint8_t)(channels[channel] >> 8);
		bytes[5 + 3 * channel] = (uint8_t)channels[channel];
	}
	bytes[21] = (uint8_t)(crc_of(bytes, 21) >> 8);
	bytes[22] = (uint8_t)crc_of(bytes, 21);
}

/* The published check value of this CRC ("CRC-16/IBM-3740"). */
static void the_converters_crc_has_its_published_check_value(void)
{
	CU_ASSERT_EQUAL(ads131m06_crc((const uint8_t *)"123456789", 9), 0x29B1);
}

static void counts_are_signed_and_in_their_places(void)
{
	const uint32_t channels[6] = {0x7FFFFF, 0x800000, 0xFFFFFF, 0x000001, 0x123456, 0xEDCBAA};
	uint8_t bytes[ADS131M06_FRAME_BYTES];
	struct sample_frame frame;

	make_frame(bytes, channels);
	CU_ASSERT(ads131m06_take_frame(bytes, &frame));
	CU_ASSERT_EQUAL(frame.volts[0], 8388607);
	CU_ASSERT_EQUAL(frame.volts[1], -8388608);
	CU_ASSERT_EQUAL(frame.volts[2], -1);
	CU_ASSERT_EQUAL(frame.amperes[0], 1);
	CU_ASSERT_EQUAL(frame.amperes[1], 1193046);
	CU_ASSERT_EQUAL(frame.amperes[2], -1193046);
}

static void a_frame_with_any_wrong_bit_changes_nothing(void)
{
	const uint32_t channels[6] = {1, 2, 3, 4, 5, 6};
	const struct sample_frame before = {{10, 11, 12}, {13, 14, 15}};
	uint8_t bytes[ADS131M06_FRAME_BYTES];

	for (unsigned int bit = 0; bit < 8 * 23; bit++) {
		struct sample_frame frame = before;

		make_frame(bytes, channels);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CU_ASSERT_FALSE(ads131m06_take_frame(bytes, &frame));
		CU_ASSERT_EQUAL(memcmp(&frame, &before, sizeof(frame)), 0);
	}
}

/* WREG is 011a aaaa annn nnnn, RREG 101a aaaa annn nnnn, with n registers more than one. */
static void registers_are_written_and_asked_for_as_the_data_sheet_says(void)
{
	static const uint8_t written[ADS131M06_FRAME_BYTES] = {0x61, 0x80, 0, 0x3F, 0x8E};
	static const uint8_t asked[ADS131M06_FRAME_BYTES] = {0xA2, 0x80};
	static const uint8_t answer[ADS131M06_FRAME_BYTES] = {0x3F, 0x8E, 0};
	uint8_t bytes[ADS131M06_FRAME_BYTES];

	ads131m06_write_register(ADS131M06_CLOCK, ADS131M06_CLOCK_AS_USED, bytes);
	CU_ASSERT_EQUAL(memcmp(bytes, written, sizeof(bytes)), 0);
	ads131m06_read_register(ADS131M06_GAIN2, bytes);
	CU_ASSERT_EQUAL(memcmp(bytes, asked, sizeof(bytes)), 0);
	CU_ASSERT_EQUAL(ads131m06_register_content(answer), 0x3F8E);
}

/* Numbers by another calendar (Python's datetime); registers in BCD, Monday is 1. */
static void the_battery_clock_counts_ticks_over_leap_years(void)
{
	static const struct {
		uint32_t time, date, sub_second;
		uint64_t ticks;
	} instants[] = {
		{0x000000, 0x00C101, 32767, 0},
		{0x000000, 0x006301, 0, 169869344767},
		{0x235959, 0x23F231, 0, 24817906483199},
		{0x123456, 0x248229, 1000, 24986428931095},
		{0x000000, 0x24A301, 32767, 24987775795200},
		{0x235959, 0x999231, 0, 103407943679999},
	};

	for (unsigned int i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
		CU_ASSERT_EQUAL(battery_ticks_of(instants[i].time, instants[i].date,
						 instants[i].sub_second),
				instants[i].ticks);
	}
}

const char *const suite_name = "meter_board";
const struct suite_case suite_cases[] = {
	CASE(the_converters_crc_has_its_published_check_value),
	CASE(counts_are_signed_and_in_their_places),
	CASE(a_frame_with_any_wrong_bit_changes_nothing),
	CASE(registers_are_written_and_asked_for_as_the_data_sheet_says),
	CASE(the_battery_clock_counts_ticks_over_leap_years),
	CASES_END,
};
