/* Never run on hardware; tests/test_meter_board.c has its numbers. */
#include "boards/stm32l476/battery_ticks.h"

#define SECONDS_A_DAY 86400u
#define DAYS_OF_FOUR_YEARS 1461u

static uint32_t from_bcd(uint32_t bcd)
{
	return 10u * (bcd >> 4 & 15u) + (bcd & 15u);
}

/* The part's calendar is that of 2000 to 2099: every fourth year is a leap year. */
static uint32_t days_before(uint32_t year, uint32_t month)
{
	static const uint16_t days[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	uint32_t before =
		year / 4u * DAYS_OF_FOUR_YEARS + year % 4u * 365u + (year % 4u != 0 ? 1u : 0u);

	return before + days[(month - 1u) % 12u] + (year % 4u == 0 && month > 2u ? 1u : 0u);
}

uint64_t battery_ticks_of(uint32_t time, uint32_t date, uint32_t sub_second)
{
	uint32_t seconds = 3600u * from_bcd(time >> 16 & 0x3Fu) +
			   60u * from_bcd(time >> 8 & 0x7Fu) + from_bcd(time & 0x7Fu);
	uint32_t days = days_before(from_bcd(date >> 16 & 0xFFu), from_bcd(date >> 8 & 0x1Fu)) +
			from_bcd(date & 0x3Fu) - 1u;
	uint64_t all_seconds = (uint64_t)days * SECONDS_A_DAY + seconds;

	return all_seconds * BATTERY_TICKS_A_SECOND + (BATTERY_TICKS_A_SECOND - 1u - sub_second);
}
