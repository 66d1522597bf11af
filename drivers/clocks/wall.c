/* The machine's own clock: CLOCK_MONOTONIC for instants, CLOCK_REALTIME only for UTC in the record.
 */
#include "drivers/clocks/wall.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Longest single poll; keeps the conversion to a time-out far from overflow. */
#define SLICE_NANOSECONDS (3600 * NANOSECONDS_PER_SECOND)
#define LIFE_NANOSECONDS NANOSECONDS_PER_SECOND

struct wall_clock {
	struct clock clock;
	int64_t start_nanoseconds;
};

static struct wall_line *lines[WALL_LINES]; /* NULL: a free place */

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

/* A byte every second at most; a full pipe means that nobody is in a hurry. */
static void show_life(void)
{
	static int64_t shown;
	int64_t now = monotonic_nanoseconds();

	if (clock_life_descriptor() >= 0 && now - shown >= LIFE_NANOSECONDS) {
		ssize_t written = write(clock_life_descriptor(), ".", 1);

		(void)written;
		shown = now;
	}
}

static struct timespec time_left(struct clock *clock, struct instant deadline)
{
	int64_t left = deadline.nanoseconds - clock_now(clock).nanoseconds;
	int64_t longest = clock_life_descriptor() >= 0 ? LIFE_NANOSECONDS : SLICE_NANOSECONDS;

	if (left < 0) {
		left = 0;
	}
	if (left > longest) {
		left = longest;
	}
	return (struct timespec){.tv_sec = left / NANOSECONDS_PER_SECOND,
				 .tv_nsec = left % NANOSECONDS_PER_SECOND};
}

enum status wall_line_add(struct wall_line *line, int descriptor)
{
	for (size_t i = 0; i < WALL_LINES; i++) {
		if (!lines[i]) {
			lines[i] = line;
			*line = (struct wall_line){.descriptor = descriptor};
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT, "more than %d lines are open", WALL_LINES);
}

void wall_line_remove(struct wall_line *line)
{
	for (size_t i = 0; i < WALL_LINES; i++) {
		if (lines[i] == line) {
			lines[i] = NULL;
		}
	}
}

size_t wall_line_take(struct wall_line *line, uint8_t *bytes, size_t capacity)
{
	size_t kept = line->kept_end - line->kept_start;
	size_t count = kept < capacity ? kept : capacity;

	memcpy(bytes, line->kept + line->kept_start, count);
	line->kept_start += count;
	if (line->kept_start == line->kept_end) {
		wall_line_forget(line);
	}
	return count;
}

void wall_line_forget(struct wall_line *line)
{
	line->kept_start = line->kept_end = 0;
}

static void keep(struct wall_line *line)
{
	ssize_t got = read(line->descriptor, line->kept + line->kept_end,
			   sizeof(line->kept) - line->kept_end);

	if (got > 0) {
		line->kept_end += (size_t)got;
	} else {
		line->is_lost = got == 0 || (errno != EAGAIN && errno != EINTR);
	}
}

/* A slot of poll that waits for nothing has the descriptor -1. What does not fit here waits in the
 * kernel. */
static void fill_waits(struct pollfd waits[WALL_LINES], const struct wall_line *own, short events)
{
	for (size_t i = 0; i < WALL_LINES; i++) {
		const struct wall_line *line = lines[i];
		bool is_own = line && line == own;
		bool is_kept = line && !line->is_lost && line->kept_end < sizeof(line->kept);

		waits[i] = (struct pollfd){
			.fd = is_own || is_kept ? line->descriptor : -1,
			.events = is_own ? events : POLLIN,
		};
	}
}

/* Whether the own line is ready; what the others have is kept for them. */
static bool sort_ready(const struct pollfd waits[WALL_LINES], const struct wall_line *own)
{
	bool is_ready = false;

	for (size_t i = 0; i < WALL_LINES; i++) {
		if (waits[i].revents && lines[i] == own) {
			is_ready = true;
		} else if (waits[i].revents) {
			keep(lines[i]);
		}
	}
	return is_ready;
}

enum status wall_wait(struct clock *clock, struct wall_line *line, short events,
		      struct instant deadline)
{
	struct pollfd waits[WALL_LINES + 1];
	struct pollfd *abort_wait = &waits[WALL_LINES];

	for (;;) {
		show_life();
		struct timespec left = time_left(clock, deadline);

		fill_waits(waits, line, events);
		*abort_wait = (struct pollfd){.fd = clock_abort_descriptor(), .events = POLLIN};
		int ready = ppoll(waits, WALL_LINES + 1, &left, NULL);

		if (ready < 0 && errno != EINTR) {
			return status_fail(STATUS_IO, "cannot wait: %s", strerror(errno));
		}
		if (ready > 0 && abort_wait->revents) {
			return clock_check_abort();
		}
		if (ready > 0 && sort_ready(waits, line)) {
			return STATUS_OK;
		}
		if (!instant_before(clock_now(clock), deadline)) {
			return STATUS_TIMEOUT;
		}
	}
}

static enum status wall_sleep_until(struct clock *clock, struct instant until)
{
	enum status status = wall_wait(clock, NULL, 0, until);

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
