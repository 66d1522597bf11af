/* Simulated time: jumps from event to event, never past what a participant has announced. */
#include "bench/virtual_lab/virtual_time.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define PARTICIPANTS 128
/* Between two slices of this length the abort descriptor is looked at. */
#define SLICE_NANOSECONDS NANOSECONDS_PER_SECOND

struct virtual_time {
	struct clock clock;
	struct instant now;
	int64_t epoch_utc_seconds;
	int count;
	struct participant *participants[PARTICIPANTS];
	enum status fault;
	char fault_reason[600];
};

static struct virtual_time *time_of(struct clock *clock)
{
	return (struct virtual_time *)clock; /* first member */
}

static struct instant virtual_now(struct clock *clock)
{
	return time_of(clock)->now;
}

static enum status virtual_sleep_until(struct clock *clock, struct instant until)
{
	struct virtual_time *time = time_of(clock);

	while (instant_before(time->now, until)) {
		enum status status = clock_check_abort();

		if (status) {
			return status;
		}
		struct instant slice = {time->now.nanoseconds + SLICE_NANOSECONDS};
		virtual_time_run(time, instant_earlier(slice, until), NULL, NULL);
		if ((status = virtual_time_take_fault(time))) {
			return status;
		}
	}
	return clock_check_abort();
}

static int64_t virtual_utc_seconds(struct clock *clock)
{
	struct virtual_time *time = time_of(clock);

	return time->epoch_utc_seconds + time->now.nanoseconds / NANOSECONDS_PER_SECOND;
}

static const struct clock_kind virtual_clock = {
	.now = virtual_now,
	.sleep_until = virtual_sleep_until,
	.utc_seconds = virtual_utc_seconds,
};

struct virtual_time *virtual_time_new(int64_t epoch_utc_seconds)
{
	struct virtual_time *time = calloc(1, sizeof(*time));

	assert(time);
	time->clock.kind = &virtual_clock;
	time->epoch_utc_seconds = epoch_utc_seconds;
	return time;
}

void virtual_time_free(struct virtual_time *time)
{
	free(time);
}

struct clock *virtual_time_clock(struct virtual_time *time)
{
	return &time->clock;
}

void virtual_time_add(struct virtual_time *time, struct participant *participant)
{
	assert(time->count < PARTICIPANTS);
	time->participants[time->count++] = participant;
}

void virtual_time_fail(struct virtual_time *time, enum status status)
{
	time->fault = status;
	snprintf(time->fault_reason, sizeof(time->fault_reason), "%s", status_reason());
}

enum status virtual_time_take_fault(struct virtual_time *time)
{
	enum status fault = time->fault;

	time->fault = STATUS_OK;
	return fault ? status_fail(fault, "%s", time->fault_reason) : STATUS_OK;
}

struct instant virtual_time_now(const struct virtual_time *time)
{
	return time->now;
}

/* One jump: to the earliest announced event, or as far as somebody who stopped earlier allows. */
static void run_to_next_event(struct virtual_time *time, struct instant deadline)
{
	struct instant target = deadline;

	for (int i = 0; i < time->count; i++) {
		struct participant *one = time->participants[i];
		target = instant_earlier(target, one->next_event(one->context));
	}
	if (instant_before(target, time->now)) {
		target = time->now;
	}
	for (int i = 0; i < time->count; i++) {
		struct participant *one = time->participants[i];
		target = instant_earlier(target, one->advance(one->context, target));
	}
	time->now = target;
}

void virtual_time_run(struct virtual_time *time, struct instant deadline,
		      bool (*is_over)(void *context), void *context)
{
	if (is_over && is_over(context)) {
		return;
	}
	do {
		run_to_next_event(time, deadline);
		if (is_over && is_over(context)) {
			return;
		}
	} while (instant_before(time->now, deadline));
}
