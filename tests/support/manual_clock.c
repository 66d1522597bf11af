/* The clock of manual_clock.h. */
#include "tests/support/manual_clock.h"

static struct instant manual_now(struct clock *clock)
{
	return ((struct manual_clock *)clock)->now;
}

static enum status manual_sleep_until(struct clock *clock, struct instant until)
{
	struct manual_clock *manual = (struct manual_clock *)clock;

	if (instant_before(manual->now, until)) {
		manual->now = until;
	}
	return STATUS_OK;
}

static int64_t manual_utc_seconds(struct clock *clock)
{
	const struct manual_clock *manual = (struct manual_clock *)clock;

	return manual->epoch_utc_seconds + manual->now.nanoseconds / NANOSECONDS_PER_SECOND;
}

static const struct clock_kind manual_kind = {
	.now = manual_now,
	.sleep_until = manual_sleep_until,
	.utc_seconds = manual_utc_seconds,
};

void manual_clock_init(struct manual_clock *manual, int64_t epoch_utc_seconds)
{
	*manual = (struct manual_clock){
		.clock = {&manual_kind},
		.epoch_utc_seconds = epoch_utc_seconds,
	};
}
