/*
 * Date and time of the meter, counted in sample frames. It keeps local standard time; daylight
 * saving is added for whoever reads it. A clock that was never set, or lost its battery, runs from
 * 2000-01-01 00:00 and says so.
 */
#ifndef DUT_FIRMWARE_REGISTERS_METER_CLOCK_H
#define DUT_FIRMWARE_REGISTERS_METER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "registers/calendar.h"

#define METER_CLOCK_BATTERY_HERTZ 32768u
#define METER_CLOCK_SECONDS_OF_DAY 86400

struct meter_clock {
	int64_t standard_seconds; /* since 2000-01-01 00:00 local standard time */
	int32_t frames;		  /* of this second */
	bool is_set;
	bool is_daylight; /* daylight saving is in force */
};

/* What a wall clock shows; all zero: no time. */
struct meter_clock_time {
	struct calendar_date date;
	uint8_t hour;
	uint8_t minute;
	uint8_t second;
};

void meter_clock_init(struct meter_clock *clock);

/* 64 frames on. True when a second has begun. */
bool meter_clock_add_segment(struct meter_clock *clock);

/* To be called when a minute has begun: turns daylight saving on or off by the calendar's dates. */
void meter_clock_follow_calendar(struct meter_clock *clock, const struct calendar *calendar);

/* Daylight saving from scratch, after time or calendar were changed. */
void meter_clock_find_daylight(struct meter_clock *clock, const struct calendar *calendar);

/*
 * Power-up of a clock that holds the time at which the supply failed: the ticks that the battery
 * clock has counted since then, or NULL when it lost them.
 */
void meter_clock_power_up(struct meter_clock *clock, const uint64_t *battery_ticks,
			  const struct calendar *calendar);

/* Which of the two hours is meant where wall time repeats. */
enum meter_clock_regime {
	METER_CLOCK_BY_CALENDAR, /* the first of both */
	METER_CLOCK_STANDARD,
	METER_CLOCK_DAYLIGHT,
};

/* Sets the clock. False: no such date or time, or not in that regime; nothing changed. */
bool meter_clock_set(struct meter_clock *clock, const struct meter_clock_time *time,
		     enum meter_clock_regime regime, const struct calendar *calendar);

/* Wall time in seconds since 2000-01-01 00:00. */
int64_t meter_clock_wall_seconds(const struct meter_clock *clock);
int32_t meter_clock_day(const struct meter_clock *clock);
uint16_t meter_clock_minute(const struct meter_clock *clock); /* of the day, wall time */
struct meter_clock_time meter_clock_time_of(const struct meter_clock *clock);

#endif
