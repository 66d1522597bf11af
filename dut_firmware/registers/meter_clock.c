/* Seconds of standard time; what wall time adds is one flag. */
#include "registers/meter_clock.h"

#include <stddef.h>

#include "meter.h"
#include "metrology/metering.h"

#define DAYLIGHT_SECONDS 3600
#define SECONDS_OF_MINUTE INT64_C(60)
#define SECONDS_OF_HOUR INT64_C(3600)

void meter_clock_init(struct meter_clock *clock)
{
	*clock = (struct meter_clock){.is_set = false};
}

bool meter_clock_add_segment(struct meter_clock *clock)
{
	clock->frames += (int32_t)SEGMENT_FRAMES;
	if (clock->frames < METER_FRAMES_PER_SECOND) {
		return false;
	}
	clock->frames -= METER_FRAMES_PER_SECOND;
	clock->standard_seconds++;
	return true;
}

/* Both switches fall on a full hour, so no other minute has to ask the calendar. */
void meter_clock_follow_calendar(struct meter_clock *clock, const struct calendar *calendar)
{
	int64_t hour = clock->standard_seconds % METER_CLOCK_SECONDS_OF_DAY / SECONDS_OF_HOUR;

	if (!clock->is_set || clock->standard_seconds % SECONDS_OF_HOUR != 0 ||
	    (hour != 1 && hour != 2)) {
		return;
	}
	enum calendar_daylight daylight =
		calendar_actions_on(calendar,
				    (int32_t)(clock->standard_seconds / METER_CLOCK_SECONDS_OF_DAY))
			.daylight;

	if (hour == 2 && daylight == CALENDAR_DAYLIGHT_ON) {
		clock->is_daylight = true;
	} else if (hour == 1 && daylight == CALENDAR_DAYLIGHT_OFF) {
		clock->is_daylight = false;
	}
}

void meter_clock_find_daylight(struct meter_clock *clock, const struct calendar *calendar)
{
	clock->is_daylight =
		clock->is_set && calendar_is_daylight(calendar, clock->standard_seconds);
}

/* 3840 frames are 32768 ticks: 15 are 128. */
void meter_clock_power_up(struct meter_clock *clock, const uint64_t *battery_ticks,
			  const struct calendar *calendar)
{
	if (battery_ticks == NULL || !clock->is_set) {
		meter_clock_init(clock);
		return;
	}
	clock->standard_seconds += (int64_t)(*battery_ticks / METER_CLOCK_BATTERY_HERTZ);
	clock->frames += (int32_t)(*battery_ticks % METER_CLOCK_BATTERY_HERTZ * 15u / 128u);
	if (clock->frames >= METER_FRAMES_PER_SECOND) {
		clock->frames -= METER_FRAMES_PER_SECOND;
		clock->standard_seconds++;
	}
	meter_clock_find_daylight(clock, calendar);
}

bool meter_clock_set(struct meter_clock *clock, const struct meter_clock_time *time,
		     enum meter_clock_regime regime, const struct calendar *calendar)
{
	if (!calendar_is_date(&time->date) || time->hour > 23 || time->minute > 59 ||
	    time->second > 59) {
		return false;
	}
	int64_t wall = (int64_t)calendar_day_of(&time->date) * METER_CLOCK_SECONDS_OF_DAY +
		       time->hour * SECONDS_OF_HOUR + time->minute * SECONDS_OF_MINUTE +
		       time->second;
	bool can_be_daylight = regime != METER_CLOCK_STANDARD && wall >= DAYLIGHT_SECONDS &&
			       calendar_is_daylight(calendar, wall - DAYLIGHT_SECONDS);

	if (!can_be_daylight &&
	    (regime == METER_CLOCK_DAYLIGHT || calendar_is_daylight(calendar, wall))) {
		return false;
	}
	*clock = (struct meter_clock){
		.standard_seconds = can_be_daylight ? wall - DAYLIGHT_SECONDS : wall,
		/* It is set in the midst of a segment, of which the whole will be added. */
		.frames = -(int32_t)(SEGMENT_FRAMES / 2),
		.is_set = true,
		.is_daylight = can_be_daylight,
	};
	return true;
}

int64_t meter_clock_wall_seconds(const struct meter_clock *clock)
{
	return clock->standard_seconds + (clock->is_daylight ? DAYLIGHT_SECONDS : 0);
}

int32_t meter_clock_day(const struct meter_clock *clock)
{
	return (int32_t)(meter_clock_wall_seconds(clock) / METER_CLOCK_SECONDS_OF_DAY);
}

uint16_t meter_clock_minute(const struct meter_clock *clock)
{
	return (uint16_t)(meter_clock_wall_seconds(clock) % METER_CLOCK_SECONDS_OF_DAY /
			  SECONDS_OF_MINUTE);
}

struct meter_clock_time meter_clock_time_of(const struct meter_clock *clock)
{
	int32_t seconds = (int32_t)(meter_clock_wall_seconds(clock) % METER_CLOCK_SECONDS_OF_DAY);

	return (struct meter_clock_time){
		.date = calendar_date_of(meter_clock_day(clock)),
		.hour = (uint8_t)(seconds / SECONDS_OF_HOUR),
		.minute = (uint8_t)(seconds / SECONDS_OF_MINUTE % 60),
		.second = (uint8_t)(seconds % SECONDS_OF_MINUTE),
	};
}
