/*
 * A point in time on the bench's own clock: nanoseconds since that clock started. A struct on
 * purpose, so that an instant is never mixed with a duration or a count. Durations are int64
 * nanoseconds or double seconds, by name.
 */
#ifndef REFERENCE_SOURCE_INSTANT_H
#define REFERENCE_SOURCE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

struct instant {
	int64_t nanoseconds;
};

#define NANOSECONDS_PER_SECOND INT64_C(1000000000)
#define INSTANT_NEVER ((struct instant){INT64_MAX})

static inline struct instant instant_after(struct instant start, double seconds)
{
	return (struct instant){start.nanoseconds +
				(int64_t)(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5))};
}

static inline double seconds_between(struct instant from, struct instant to)
{
	return (double)(to.nanoseconds - from.nanoseconds) * 1e-9;
}

static inline bool instant_before(struct instant a, struct instant b)
{
	return a.nanoseconds < b.nanoseconds;
}

static inline struct instant instant_earlier(struct instant a, struct instant b)
{
	return instant_before(b, a) ? b : a;
}

#endif
