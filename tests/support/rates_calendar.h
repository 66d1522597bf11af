/*
 * ST54 as octets: entries, switches, and the calendar that tests/captures/calendar.py knows. Header
 * only, because the meter's tests link nothing but the meter.
 */
#ifndef TESTS_SUPPORT_RATES_CALENDAR_H
#define TESTS_SUPPORT_RATES_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* ST54: entries, switches, schedules */
#define CALENDAR_OCTETS 232u
#define RECURRING_OFFSET 60u
#define SWITCH_OFFSET (RECURRING_OFFSET + 36u)
#define SCHEDULE_OFFSET (SWITCH_OFFSET + 120u)
#define SEASON_ACTION 3u
#define HOLIDAY_ACTION 19u
#define RESET 0x20u
#define SELF_READ 0x40u

static inline void put_entry(uint8_t *entry, unsigned int date, unsigned int action)
{
	entry[0] = (uint8_t)(date & 0xFF);
	entry[1] = (uint8_t)(date >> 8);
	entry[2] = (uint8_t)action;
}

static inline unsigned int yearly(unsigned int month, unsigned int day)
{
	return month | 7u << 8 | day << 11;
}

static inline unsigned int once(unsigned int year, unsigned int month, unsigned int day)
{
	return year | month << 7 | day << 11;
}

static inline void put_switch(uint8_t *calendar, unsigned int place, unsigned int schedule,
			      unsigned int hour, unsigned int minute, unsigned int tier)
{
	put_entry(calendar + SWITCH_OFFSET + 3 * place, tier | 0x18u | minute << 5 | hour << 11,
		  schedule);
}

/* The calendar of calendar.py: four seasons, weekends, weekdays of two kinds, holidays. */
static inline void make_calendar(uint8_t calendar[CALENDAR_OCTETS])
{
	static const uint8_t weekday[][2] = {{0, 0}, {7, 1}, {11, 2}, {17, 1}, {19, 0}};
	uint8_t *recurring = calendar + RECURRING_OFFSET;
	unsigned int place = 0;

	memset(calendar, 0, CALENDAR_OCTETS);
	put_entry(calendar, once(24, 7, 1), HOLIDAY_ACTION);
	put_entry(calendar + 3, once(24, 12, 25), HOLIDAY_ACTION);
	put_entry(calendar + 6, once(25, 1, 1), HOLIDAY_ACTION);
	put_entry(calendar + 9, once(28, 2, 29), HOLIDAY_ACTION);
	put_entry(recurring, 0x0833, 1);
	put_entry(recurring + 3, 0x082B, 2);
	for (unsigned int season = 0; season < 4; season++) {
		bool is_winter = season == 0 || season == 3;
		uint8_t *schedules = calendar + SCHEDULE_OFFSET + 4 * season;

		put_entry(recurring + 6 + 3 * season, yearly(3 * season + 1, 1),
			  SEASON_ACTION + season);
		schedules[0] = schedules[1] = 10;
		schedules[2] = is_winter ? 20 : 21;
		schedules[3] = 30;
	}
	for (unsigned int i = 0; i < 5; i++) {
		static const uint8_t in_winter[] = {0, 2, 1};

		put_switch(calendar, place++, 20, weekday[i][0], 0, in_winter[weekday[i][1]]);
		put_switch(calendar, place++, 21, weekday[i][0], 0, weekday[i][1]);
	}
	put_switch(calendar, place++, 10, 0, 0, 0);
	put_switch(calendar, place++, 30, 0, 0, 3);
}

#endif
