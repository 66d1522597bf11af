/* The machine's own clock: CLOCK_MONOTONIC for instants, CLOCK_REALTIME only for UTC in the record.
 */
#include "drivers/clocks/wall.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

/* Longest single poll; keeps the conversion to a time-out far from overflow. */
#define SLICE_NANOSECONDS (3600 * NANOSECONDS_PER_SECOND)

struct wall_clock {
	struct clock clock;
	int64_t start_nanoseconds;
};

static int64_t monotonic_nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOSECONDS_PER_SECOND + now.tv_nsec;
}

static struct instant wall_now(struct clock *clock)
{
	struct wall_clock *wall = (struct wall_clock *)clock;

	return (struct instant){monotonic_nanoseconds() - wall->start_nanoseconds};
}

static struct timespec time_left(struct clock *clock, struct instant deadline)
{
	int64_t left = deadline.nanoseconds - clock_now(clock).nanoseconds;

	if (left < 0) {
		left = 0;
	}
	if (left > SLICE_NANOSECONDS) {
		left = SLICE_NANOSECONDS;
	}
	return (struct timespec){.tv_sec = left / NANOSECONDS_PER_SECOND,
				 .tv_nsec = left % NANOSECONDS_PER_SECOND};
}

enum status wall_wait(struct clock *clock, int descriptor, short events, struct instant deadline)
{
	struct pollfd waits[2] = {
		{.fd = descriptor, .events = events},
		{.fd = clock_abort_descriptor(), .events = POLLIN},
	};

	for (;;) {
		struct timespec left = time_left(clock, deadline);
		int ready = ppoll(waits, 2, &left, NULL);

		if (ready < 0 && errno != EINTR) {
			return status_fail(STATUS_IO, "cannot wait: %s", strerror(errno));
		}
		if (ready > 0 && waits[1].revents) {
			return clock_check_abort();
		}
		if (ready > 0) {
			return STATUS_OK;
		}
		if (!instant_before(clock_now(clock), deadline)) {
			return STATUS_TIMEOUT;
		}
	}
}

static enum status wall_sleep_until(struct clock *clock, struct instant until)
{
	enum status status = wall_wait(clock, -1, 0, until);

	return status == STATUS_TIMEOUT ? STATUS_OK : status;
}

static int64_t wall_utc_seconds(struct clock *clock)
{
	struct timespec now;

	(void)clock;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

static const struct clock_kind wall_kind = {
	.now = wall_now,
	.sleep_until = wall_sleep_until,
	.utc_seconds = wall_utc_seconds,
};

struct clock *clock_wall(void)
{
	static struct wall_clock wall;

	if (!wall.clock.kind) {
		wall.clock.kind = &wall_kind;
		wall.start_nanoseconds = monotonic_nanoseconds();
	}
	return &wall.clock;
}
