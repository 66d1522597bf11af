/* Recurring dates follow the RDATE coding of C12.19: month, offset, weekday, day. */
#include "registers/calendar.h"

#include <stddef.h>
#include <string.h>

#define DAYS_OF_WEEK 7
#define SCAN_DAYS 366
#define SECONDS_OF_DAY 86400
#define DAYLIGHT_ON_SECONDS 7200  /* 02:00 standard time */
#define DAYLIGHT_OFF_SECONDS 3600 /* 02:00 daylight saving time */
#define MINUTES_OF_DAY 1440u

#define SUNDAY 0
#define SATURDAY 6

/* RDATE */
#define MONTH(date) ((date)&0xFu)
#define OFFSET(date) ((date) >> 4 & 0xFu)
#define WEEKDAY(date) ((date) >> 8 & 7u)
#define DAY(date) ((date) >> 11 & 0x1Fu)
#define EVERY_MONTH 13u
#define EVERY_WEEK 14u
#define NO_DAY (-1)

/* ACTION */
#define ACTION_CODE(action) ((action)&0x1Fu)
#define ACTION_DEMAND_RESET 0x20u
#define ACTION_SELF_READ 0x40u
#define ACTION_FILL 0x80u
#define CODE_DAYLIGHT_ON 1u
#define CODE_DAYLIGHT_OFF 2u
#define CODE_FIRST_SEASON 3u
#define CODE_FIRST_SPECIAL 19u

static const uint16_t days_before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

void calendar_init(struct calendar *calendar)
{
	memset(calendar, 0, sizeof(*calendar));
	calendar->recurring[0] = (struct calendar_entry){0x0833, CODE_DAYLIGHT_ON};
	calendar->recurring[1] = (struct calendar_entry){0x082B, CODE_DAYLIGHT_OFF};
}

static bool is_leap(uint16_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint8_t days_of_month(uint16_t year, uint8_t month)
{
	if (month == 2) {
		return is_leap(year) ? 29 : 28;
	}
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool calendar_is_date(const struct calendar_date *date)
{
	return date->year >= CALENDAR_FIRST_YEAR && date->year <= CALENDAR_LAST_YEAR &&
	       date->month >= 1 && date->month <= 12 && date->day >= 1 &&
	       date->day <= days_of_month(date->year, date->month);
}

int32_t calendar_day_of(const struct calendar_date *date)
{
	int32_t years = date->year - (int32_t)CALENDAR_FIRST_YEAR;
	int32_t leap_days = (years + 3) / 4 - (years + 99) / 100 + (years + 399) / 400;
	int32_t this_leap_day = date->month > 2 && is_leap(date->year) ? 1 : 0;

	return 365 * years + leap_days + days_before_month[date->month - 1] + this_leap_day +
	       date->day - 1;
}

struct calendar_date calendar_date_of(int32_t day)
{
	struct calendar_date date = {(uint16_t)(CALENDAR_FIRST_YEAR + (uint32_t)day / 366u), 1, 1};
	struct calendar_date next = {(uint16_t)(date.year + 1u), 1, 1};

	for (; calendar_day_of(&next) <= day; next.year++) {
		date.year = next.year;
	}
	day -= calendar_day_of(&date);
	while (day >= days_of_month(date.year, date.month)) {
		day -= days_of_month(date.year, date.month);
		date.month++;
	}
	date.day = (uint8_t)(day + 1);
	return date;
}

/* 2000-01-01 was a Saturday. */
uint8_t calendar_weekday(int32_t day)
{
	return (uint8_t)((day + SATURDAY) % DAYS_OF_WEEK);
}

/* Days from a weekday on to the next `wanted`, 0-6. */
static int32_t days_to(uint8_t from, uint32_t wanted)
{
	return ((int32_t)wanted - from + DAYS_OF_WEEK) % DAYS_OF_WEEK;
}

/* Where a weekend's date moves to: rows are offsets 8-14. */
static int32_t weekend_move(uint32_t offset, uint8_t weekday)
{
	static const struct {
		int8_t from_sunday;
		int8_t from_saturday;
	} moves[] = {{1, 0}, {-2, 0}, {0, 2}, {0, -1}, {1, 2}, {-2, -1}, {1, -1}};

	if (weekday == SUNDAY) {
		return moves[offset - 8].from_sunday;
	}
	return weekday == SATURDAY ? moves[offset - 8].from_saturday : 0;
}

/* The day that `date` means in one month, NO_DAY when that month has no such day. */
static int32_t day_in_month(uint16_t date, uint16_t year, uint8_t month)
{
	const struct calendar_date base = {year, month, (uint8_t)DAY(date)};
	const struct calendar_date end = {year, month, days_of_month(year, month)};

	if (!calendar_is_date(&base)) {
		return NO_DAY;
	}
	uint32_t offset = OFFSET(date);
	int32_t day = calendar_day_of(&base);
	int32_t on_or_after = day + days_to(calendar_weekday(day), WEEKDAY(date));

	switch (offset) {
	case 0:
	case 7: /* and the day after */
		return day;
	case 1:
		return on_or_after - DAYS_OF_WEEK;
	case 2:
	case 3:
	case 4:
	case 5:
		return on_or_after + DAYS_OF_WEEK * ((int32_t)offset - 2);
	case 6:
		day = calendar_day_of(&end);
		return day - days_to((uint8_t)WEEKDAY(date), calendar_weekday(day));
	case 15:
		return day + 1;
	default:
		return day + weekend_move(offset, calendar_weekday(day));
	}
}

/* An offset can lead out of its month, so the neighbours are asked as well. */
static bool recurring_falls_on(uint16_t date, int32_t day)
{
	if (MONTH(date) == EVERY_WEEK) {
		return calendar_weekday(day) == WEEKDAY(date);
	}
	struct calendar_date today = calendar_date_of(day);

	for (int step = -1; step <= 1; step++) {
		int months = today.month - 1 + step;
		uint8_t month = (uint8_t)((months + 12) % 12 + 1);
		uint16_t year =
			(uint16_t)(today.year + (months == 12 ? 1 : 0) - (months < 0 ? 1 : 0));
		int32_t meant = MONTH(date) == month || MONTH(date) == EVERY_MONTH
					? day_in_month(date, year, month)
					: NO_DAY;

		if (meant != NO_DAY && (meant == day || (OFFSET(date) == 7 && meant + 1 == day))) {
			return true;
		}
	}
	return false;
}

/* DATE: year 0-6, month 7-10, day 11-15 */
static struct calendar_date date_of_entry(uint16_t date)
{
	return (struct calendar_date){(uint16_t)(CALENDAR_FIRST_YEAR + (date & 0x7Fu)),
				      (uint8_t)(date >> 7 & 0xFu), (uint8_t)(date >> 11)};
}

static void add_action(struct calendar_actions *actions, uint8_t action)
{
	uint32_t code = ACTION_CODE(action);

	if (code == CODE_DAYLIGHT_ON) {
		actions->daylight = CALENDAR_DAYLIGHT_ON;
	} else if (code == CODE_DAYLIGHT_OFF) {
		actions->daylight = CALENDAR_DAYLIGHT_OFF;
	} else if (code >= CODE_FIRST_SPECIAL) {
		actions->special = (uint8_t)(code - CODE_FIRST_SPECIAL);
	} else if (code >= CODE_FIRST_SEASON) {
		actions->season = (uint8_t)(code - CODE_FIRST_SEASON);
	}
	actions->is_demand_reset = actions->is_demand_reset || action & ACTION_DEMAND_RESET;
	actions->is_self_read = actions->is_self_read || action & ACTION_SELF_READ;
}

struct calendar_actions calendar_actions_on(const struct calendar *calendar, int32_t day)
{
	struct calendar_actions actions = {.season = CALENDAR_NONE, .special = CALENDAR_NONE};

	for (uint32_t i = 0; i < CALENDAR_RECURRING; i++) {
		const struct calendar_entry *entry = &calendar->recurring[i];

		if (entry->date && recurring_falls_on(entry->date, day)) {
			add_action(&actions, entry->action);
		}
	}
	for (uint32_t i = 0; i < CALENDAR_NON_RECURRING; i++) {
		const struct calendar_entry *entry = &calendar->non_recurring[i];
		struct calendar_date date = date_of_entry(entry->date);

		if (entry->date && calendar_day_of(&date) == day) {
			add_action(&actions, entry->action);
		}
	}
	return actions;
}

uint8_t calendar_season_on(const struct calendar *calendar, int32_t day)
{
	for (int32_t back = 0; back <= SCAN_DAYS && back <= day; back++) {
		uint8_t season = calendar_actions_on(calendar, day - back).season;

		if (season != CALENDAR_NONE) {
			return season;
		}
	}
	return 0;
}

bool calendar_is_daylight(const struct calendar *calendar, int64_t standard_seconds)
{
	int32_t today = (int32_t)(standard_seconds / SECONDS_OF_DAY);
	int32_t seconds = (int32_t)(standard_seconds % SECONDS_OF_DAY);

	for (int32_t back = 0; back <= SCAN_DAYS && back <= today; back++) {
		enum calendar_daylight daylight =
			calendar_actions_on(calendar, today - back).daylight;
		int32_t from = daylight == CALENDAR_DAYLIGHT_ON ? DAYLIGHT_ON_SECONDS
								: DAYLIGHT_OFF_SECONDS;

		if (daylight != CALENDAR_UNCHANGED && (back > 0 || seconds >= from)) {
			return daylight == CALENDAR_DAYLIGHT_ON;
		}
	}
	return false;
}

static uint8_t schedule_of(const struct calendar *calendar, uint8_t season, uint8_t special,
			   uint8_t weekday)
{
	enum calendar_day_type type = CALENDAR_WEEKDAY;

	if (special != CALENDAR_NONE) {
		type = CALENDAR_SPECIAL;
	} else if (weekday == SATURDAY) {
		type = CALENDAR_SATURDAY;
	} else if (weekday == SUNDAY) {
		type = CALENDAR_SUNDAY;
	}
	return calendar->schedules[season][type];
}

uint8_t calendar_tier(const struct calendar *calendar, uint8_t season, uint8_t special,
		      uint8_t weekday, uint16_t minute)
{
	uint8_t schedule = schedule_of(calendar, season, special, weekday);
	const struct calendar_switch *newest = NULL;

	for (uint32_t i = 0; i < CALENDAR_SWITCHES; i++) {
		const struct calendar_switch *other = &calendar->switches[i];

		if (other->is_used && other->schedule == schedule && other->minute <= minute &&
		    (newest == NULL || other->minute >= newest->minute)) {
			newest = other;
		}
	}
	return newest != NULL ? newest->tier : 0;
}

uint16_t calendar_tier_minutes_left(const struct calendar *calendar, uint8_t season,
				    uint8_t special, uint8_t weekday, uint16_t minute)
{
	uint8_t schedule = schedule_of(calendar, season, special, weekday);
	uint16_t next = MINUTES_OF_DAY;

	for (uint32_t i = 0; i < CALENDAR_SWITCHES; i++) {
		const struct calendar_switch *other = &calendar->switches[i];

		if (other->is_used && other->schedule == schedule && other->minute > minute &&
		    other->minute < next) {
			next = other->minute;
		}
	}
	return (uint16_t)(next - minute);
}

static bool is_action_valid(uint8_t action)
{
	uint32_t code = ACTION_CODE(action);

	return !(action & ACTION_FILL) &&
	       (code < CODE_FIRST_SEASON + CALENDAR_SEASONS || code == CODE_FIRST_SPECIAL);
}

static bool is_recurring_valid(uint16_t date)
{
	uint32_t month = MONTH(date);
	bool needs_weekday = (OFFSET(date) >= 1 && OFFSET(date) <= 6) || month == EVERY_WEEK;

	if (month == 0 || month > EVERY_WEEK || (needs_weekday && WEEKDAY(date) > SATURDAY)) {
		return date == 0;
	}
	return month == EVERY_WEEK || DAY(date) >= 1;
}

static bool is_non_recurring_valid(uint16_t entry)
{
	struct calendar_date date = date_of_entry(entry);

	return entry == 0 || calendar_is_date(&date);
}

bool calendar_is_valid(const struct calendar *calendar)
{
	bool is_valid = true;

	for (uint32_t i = 0; i < CALENDAR_NON_RECURRING; i++) {
		is_valid = is_valid && is_action_valid(calendar->non_recurring[i].action) &&
			   is_non_recurring_valid(calendar->non_recurring[i].date);
	}
	for (uint32_t i = 0; i < CALENDAR_RECURRING; i++) {
		is_valid = is_valid && is_action_valid(calendar->recurring[i].action) &&
			   is_recurring_valid(calendar->recurring[i].date);
	}
	for (uint32_t i = 0; i < CALENDAR_SWITCHES; i++) {
		is_valid = is_valid && calendar->switches[i].tier < CALENDAR_TIERS &&
			   calendar->switches[i].minute < MINUTES_OF_DAY;
	}
	return is_valid;
}
