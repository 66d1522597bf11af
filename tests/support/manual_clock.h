/* A clock for tests: time passes only when somebody sleeps. */
#ifndef TESTS_SUPPORT_MANUAL_CLOCK_H
#define TESTS_SUPPORT_MANUAL_CLOCK_H

#include "drivers/clock.h"

struct manual_clock {
	struct clock clock;
	struct instant now;
	int64_t epoch_utc_seconds;
};

void manual_clock_init(struct manual_clock *manual, int64_t epoch_utc_seconds);

#endif
