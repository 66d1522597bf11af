/* What all clocks share: dispatch, UTC as text, the abort descriptor. */
#include "drivers/clock.h"

#include <poll.h>
#include <stdio.h>
#include <time.h>

static int abort_descriptor = -1;
static int life_descriptor = -1;

struct instant clock_now(struct clock *clock)
{
	return clock->kind->now(clock);
}

enum status clock_sleep_until(struct clock *clock, struct instant until)
{
	return clock->kind->sleep_until(clock, until);
}

enum status clock_sleep_seconds(struct clock *clock, double seconds)
{
	return clock_sleep_until(clock, instant_after(clock_now(clock), seconds));
}

int64_t clock_utc_seconds(struct clock *clock)
{
	return clock->kind->utc_seconds(clock);
}

const char *clock_utc_text(struct clock *clock, char text[21])
{
	time_t seconds = (time_t)clock_utc_seconds(clock);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(text, 21, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return text;
}

int clock_set_abort_descriptor(int descriptor)
{
	int before = abort_descriptor;

	abort_descriptor = descriptor;
	return before;
}

int clock_abort_descriptor(void)
{
	return abort_descriptor;
}

void clock_set_life_descriptor(int descriptor)
{
	life_descriptor = descriptor;
}

int clock_life_descriptor(void)
{
	return life_descriptor;
}

enum status clock_check_abort(void)
{
	struct pollfd wait = {.fd = abort_descriptor, .events = POLLIN};

	if (abort_descriptor < 0 || poll(&wait, 1, 0) <= 0) {
		return STATUS_OK;
	}
	return status_fail(STATUS_ABORTED, "stopped by a signal or by the operator");
}
