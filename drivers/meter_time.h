/*
 * Date and time as a meter shows them: local wall time with its flag of daylight saving. Gregorian
 * calendar, 2000 to 2089; no time zone.
 */
#ifndef DRIVERS_METER_TIME_H
#define DRIVERS_METER_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define METER_WEEKDAY_UNKNOWN 7

struct meter_time {
	int year, month, day; /* 2026, 1..12, 1..31 */
	int hour, minute, second;
	bool is_daylight_saving; /* the hour is the one of daylight saving */
	int weekday;		 /* 0 Sunday to 6, METER_WEEKDAY_UNKNOWN */
};

/* Seconds from 2000-01-01 00:00 to the wall time, without regard to daylight saving. */
int64_t meter_time_wall_seconds(const struct meter_time *time);
/* The same in standard time: an hour less during daylight saving. */
int64_t meter_time_standard_seconds(const struct meter_time *time);
/* The wall time so many seconds after 2000-01-01 00:00, with its weekday; daylight saving is left
 * false. */
struct meter_time meter_time_from_seconds(int64_t seconds);
/* Whether such a date and time exist. */
bool meter_time_is_valid(const struct meter_time *time);
/* "2026-03-08 01:59:30", with " DST" behind it during daylight saving. */
const char *meter_time_text(const struct meter_time *time, char text[32]);

#endif
