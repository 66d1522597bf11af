/*
 * The bench's clock. Time passes only in clock_sleep_until, port_write and port_read. A virtual
 * clock runs the simulated world until the instant; the wall clock polls ports, operator and abort
 * pipe.
 */
#ifndef DRIVERS_CLOCK_H
#define DRIVERS_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "reference_source/instant.h"
#include "reference_source/status.h"

struct clock;

struct clock_kind {
	struct instant (*now)(struct clock *clock);
	enum status (*sleep_until)(struct clock *clock, struct instant until);
	int64_t (*utc_seconds)(struct clock *clock); /* since 1970 */
};

/* First member of each kind's own struct. */
struct clock {
	const struct clock_kind *kind;
};

struct instant clock_now(struct clock *clock);

/* Sleeps; returns early only with STATUS_ABORTED (signal, operator). */
enum status clock_sleep_until(struct clock *clock, struct instant until);
enum status clock_sleep_seconds(struct clock *clock, double seconds);

int64_t clock_utc_seconds(struct clock *clock);

/* "2026-01-05T08:00:00Z"; returns text; 21 bytes. */
const char *clock_utc_text(struct clock *clock, char text[21]);

/* The wall clock of the machine (one per process). */
struct clock *clock_wall(void);

/*
 * A descriptor that ends any wait with STATUS_ABORTED as soon as it is readable (the signal
 * handlers' pipe); -1: none. Virtual clocks look at it between slices, too. Returns the one before.
 */
int clock_set_abort_descriptor(int descriptor);
int clock_abort_descriptor(void);
/*
 * Whoever waits in real time writes a byte there every second: signs of life for the guardian of a
 * real laboratory. -1: nobody listens. It does not block.
 */
void clock_set_life_descriptor(int descriptor);
int clock_life_descriptor(void);
/* STATUS_ABORTED once something has come through the abort descriptor; never blocks. */
enum status clock_check_abort(void);

#endif
