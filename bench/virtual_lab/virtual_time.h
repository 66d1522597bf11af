/*
 * The virtual laboratory's time. One clock (drivers/clock.h) that runs simulated participants until
 * a deadline or until a condition holds. Participants are advanced in order of registration, never
 * past the next event of any other.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_TIME_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_TIME_H

#include <stdbool.h>

#include "drivers/clock.h"

struct virtual_time;

/* Storage and context belong to the participant. */
struct participant {
	void *context;
	/* The earliest instant at which something will happen by itself; INSTANT_NEVER if nothing.
	 */
	struct instant (*next_event)(void *context);
	/*
	 * Runs to `until` at most and returns where it stopped: earlier only when it has just put
	 * out something that another one may answer.
	 */
	struct instant (*advance)(void *context, struct instant until);
};

struct virtual_time *virtual_time_new(int64_t epoch_utc_seconds);
void virtual_time_free(struct virtual_time *time);
struct clock *virtual_time_clock(struct virtual_time *time);
void virtual_time_add(struct virtual_time *time, struct participant *participant);

/* Runs the world until `deadline` or until `is_over(context)`, looked at after every event. */
void virtual_time_run(struct virtual_time *time, struct instant deadline,
		      bool (*is_over)(void *context), void *context);

/*
 * A participant is lost (its process has died): keeps `status` and the reason of the last failure.
 * The next wait of the bench, on any port or the clock, ends with it, once: after that the others
 * can be brought to safe state.
 */
void virtual_time_fail(struct virtual_time *time, enum status status);
enum status virtual_time_take_fault(struct virtual_time *time);

struct instant virtual_time_now(const struct virtual_time *time);

#endif
