/* Air by a ramp, meters by the exact answer of a first-order lag to it. */
#include "bench/virtual_lab/climate.h"

#include <assert.h>
#include <stdlib.h>

#define FOLLOWERS 20
#define SECONDS_PER_MINUTE 60.0
/* A meter that is so near to air at rest has arrived: 15 ppm/K of it are 0.0015 ppm. */
#define ARRIVED_KELVIN 1e-4
#define DRIFT_OF_RATE (1.0 / 6.0)
#define OPEN_DOOR_OF_RATE 2.0

struct climate {
	struct participant participant;
	struct climate_options options;
	int follower_count;
	struct climate_follower followers[FOLLOWERS];
	double target_celsius;
	double rate_kelvin_per_second; /* of the air, never negative; 0: at once */
	struct instant state_at;       /* of the two temperatures */
	struct instant step_at;	       /* when the followers are told next, unless at rest */
	double air_celsius, meter_celsius;
	double told_celsius; /* to the followers */
};

/* e^-x for 0 <= x by halving and the first terms: libm's last bit depends on the processor. */
static double falling_exponential(double x)
{
	int halvings = 0;
	double sum = 1.0;

	if (x > 700.0) {
		return 0.0;
	}
	for (; x > 1.0 / 16; x /= 2) {
		halvings++;
	}
	for (int order = 10; order > 0; order--) {
		sum = 1.0 - x / order * sum;
	}
	for (; halvings > 0; halvings--) {
		sum *= sum;
	}
	return sum;
}

static double seconds_to_target(const struct climate *climate)
{
	double way = climate->target_celsius - climate->air_celsius;

	return climate->rate_kelvin_per_second > 0
		       ? (way < 0 ? -way : way) / climate->rate_kelvin_per_second
		       : 0.0;
}

/* One piece in which the air goes with `slope`, kelvin per second. */
static void go(struct climate *climate, double seconds, double slope)
{
	double constant = climate->options.meter_time_constant_seconds;
	double lag = slope * constant;
	double air = climate->air_celsius;

	climate->air_celsius = air + slope * seconds;
	if (constant > 0) {
		climate->meter_celsius = climate->air_celsius - lag +
					 (climate->meter_celsius - air + lag) *
						 falling_exponential(seconds / constant);
	} else {
		climate->meter_celsius = climate->air_celsius;
	}
}

static void bring_to(struct climate *climate, struct instant at)
{
	double seconds = seconds_between(climate->state_at, at);
	double ramp = seconds_to_target(climate);
	double slope = climate->target_celsius < climate->air_celsius
			       ? -climate->rate_kelvin_per_second
			       : climate->rate_kelvin_per_second;

	if (!(seconds > 0)) {
		return;
	}
	climate->state_at = at;
	if (ramp >= seconds) {
		go(climate, seconds, slope);
		return;
	}
	go(climate, ramp, slope);
	climate->air_celsius = climate->target_celsius;
	go(climate, seconds - ramp, 0.0);
}

static struct instant next_event(void *context)
{
	const struct climate *climate = context;
	double target = climate->target_celsius;
	bool is_at_rest = climate->air_celsius == target && climate->told_celsius == target;

	return is_at_rest ? INSTANT_NEVER : climate->step_at;
}

/* The first multiple of the step after an instant: not a matter of who asked when. */
static struct instant step_after(struct instant at)
{
	int64_t step = CLIMATE_STEP_SECONDS * NANOSECONDS_PER_SECOND;

	return (struct instant){(at.nanoseconds / step + 1) * step};
}

static void tell(struct climate *climate, struct instant at)
{
	double behind = climate->meter_celsius - climate->target_celsius;

	if (climate->air_celsius == climate->target_celsius && behind < ARRIVED_KELVIN &&
	    behind > -ARRIVED_KELVIN) {
		climate->meter_celsius = climate->target_celsius;
	}
	climate->step_at = step_after(at);
	climate->told_celsius = climate->meter_celsius;
	for (int i = 0; i < climate->follower_count; i++) {
		climate->followers[i].follow(climate->followers[i].context, at,
					     climate->meter_celsius);
	}
}

static struct instant advance(void *context, struct instant until)
{
	struct climate *climate = context;

	while (!instant_before(until, next_event(climate))) {
		struct instant at = next_event(climate);

		bring_to(climate, at);
		tell(climate, at);
	}
	return until;
}

struct climate *climate_new(struct virtual_time *time, const struct climate_options *options)
{
	struct climate *climate = calloc(1, sizeof(*climate));

	assert(climate);
	climate->options = *options;
	climate->air_celsius = climate->meter_celsius = climate->told_celsius =
		climate->target_celsius = options->room_celsius;
	climate->participant = (struct participant){climate, next_event, advance};
	virtual_time_add(time, &climate->participant);
	return climate;
}

void climate_free(struct climate *climate)
{
	free(climate);
}

void climate_add(struct climate *climate, const struct climate_follower *follower)
{
	assert(climate->follower_count < FOLLOWERS);
	climate->followers[climate->follower_count++] = *follower;
}

static void drive(struct climate *climate, struct instant at, double target, double of_rate)
{
	bring_to(climate, at);
	if (!instant_before(at, climate->step_at)) {
		climate->step_at = step_after(at);
	}
	climate->target_celsius = target;
	climate->rate_kelvin_per_second =
		of_rate * climate->options.rate_kelvin_per_minute / SECONDS_PER_MINUTE;
}

void climate_control(struct climate *climate, struct instant at, double target_celsius)
{
	drive(climate, at, target_celsius, 1.0);
}

void climate_release(struct climate *climate, struct instant at, bool is_door_open)
{
	drive(climate, at, climate->options.room_celsius,
	      is_door_open ? OPEN_DOOR_OF_RATE : DRIFT_OF_RATE);
}

double climate_air_celsius(struct climate *climate, struct instant at)
{
	bring_to(climate, at);
	return climate->air_celsius;
}

double climate_meter_celsius(struct climate *climate, struct instant at)
{
	bring_to(climate, at);
	return climate->meter_celsius;
}
