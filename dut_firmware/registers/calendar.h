/*
 * Dates without a clock: days since 2000-01-01, leap years, weekdays, recurring dates, and the
 * calendar of seasons, holidays, daylight saving and rate switches that ST54 sets. Years 2000-2089,
 * the two-digit years of C12.19.
 */
#ifndef DUT_FIRMWARE_REGISTERS_CALENDAR_H
#define DUT_FIRMWARE_REGISTERS_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_FIRST_YEAR 2000u
#define CALENDAR_LAST_YEAR 2089u
#define CALENDAR_NON_RECURRING 20u
#define CALENDAR_RECURRING 12u
#define CALENDAR_SWITCHES 40u
#define CALENDAR_SEASONS 4u
#define CALENDAR_TIERS 4u
#define CALENDAR_NONE 15u /* no special schedule, no season */

struct calendar_date {
	uint16_t year;
	uint8_t month; /* 1-12 */
	uint8_t day;   /* 1-31 */
};

/* Dates as C12.19 codes them: DATE of the non-recurring, RDATE of the recurring entries. */
struct calendar_entry {
	uint16_t date;
	uint8_t action;
};

struct calendar_switch {
	bool is_used;
	uint8_t tier;
	uint8_t schedule;
	uint16_t minute; /* of the day, wall time */
};

enum calendar_day_type {
	CALENDAR_SATURDAY,
	CALENDAR_SUNDAY,
	CALENDAR_WEEKDAY,
	CALENDAR_SPECIAL,
	CALENDAR_DAY_TYPES,
};

struct calendar {
	struct calendar_entry non_recurring[CALENDAR_NON_RECURRING];
	struct calendar_entry recurring[CALENDAR_RECURRING];
	struct calendar_switch switches[CALENDAR_SWITCHES];
	uint8_t schedules[CALENDAR_SEASONS][CALENDAR_DAY_TYPES];
};

enum calendar_daylight { CALENDAR_UNCHANGED, CALENDAR_DAYLIGHT_ON, CALENDAR_DAYLIGHT_OFF };

/* All that the entries of one day ask for together; a non-recurring one prevails. */
struct calendar_actions {
	uint8_t season;	 /* or CALENDAR_NONE */
	uint8_t special; /* or CALENDAR_NONE */
	enum calendar_daylight daylight;
	bool is_demand_reset;
	bool is_self_read;
};

/* Daylight saving from the second Sunday of March to the first of November; one rate. */
void calendar_init(struct calendar *calendar);

/* Whether every entry can be acted upon. */
bool calendar_is_valid(const struct calendar *calendar);

bool calendar_is_date(const struct calendar_date *date);
int32_t calendar_day_of(const struct calendar_date *date);
struct calendar_date calendar_date_of(int32_t day);
uint8_t calendar_weekday(int32_t day); /* 0 Sunday */

struct calendar_actions calendar_actions_on(const struct calendar *calendar, int32_t day);

/* The season that the newest season date within a year before or on `day` selects; 0 without. */
uint8_t calendar_season_on(const struct calendar *calendar, int32_t day);

/* Daylight saving at an instant of standard time: on at 02:00 standard, off at 02:00 daylight. */
bool calendar_is_daylight(const struct calendar *calendar, int64_t standard_seconds);

/* The rate of a minute of a day, by the newest switch of its schedule; before the first, rate 0. */
uint8_t calendar_tier(const struct calendar *calendar, uint8_t season, uint8_t special,
		      uint8_t weekday, uint16_t minute);

/* Minutes from `minute` to the schedule's next switch, or to midnight. */
uint16_t calendar_tier_minutes_left(const struct calendar *calendar, uint8_t season,
				    uint8_t special, uint8_t weekday, uint16_t minute);

#endif
