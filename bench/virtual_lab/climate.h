/*
 * The air of a climate chamber and the meters that hang in it, as physics without a protocol: the
 * air goes to its target with a constant rate, the meters follow it with a time constant, exactly.
 * Meters are told their temperature every ten seconds while it changes. Degrees Celsius.
 */
#ifndef BENCH_VIRTUAL_LAB_CLIMATE_H
#define BENCH_VIRTUAL_LAB_CLIMATE_H

#include "bench/virtual_lab/virtual_time.h"

#define CLIMATE_STEP_SECONDS 10

struct climate_options {
	double room_celsius;
	double rate_kelvin_per_minute;	    /* of the air under control; 0: at once */
	double meter_time_constant_seconds; /* 0: the meters follow at once */
};

/* Somebody whose temperature follows: told at an instant that everybody has reached. */
struct climate_follower {
	void *context;
	void (*follow)(void *context, struct instant at, double celsius);
};

struct climate;

/* A participant of `time`: to be made after the meters, which have reached an instant before their
 * temperature changes there. */
struct climate *climate_new(struct virtual_time *time, const struct climate_options *options);
void climate_free(struct climate *climate);
void climate_add(struct climate *climate, const struct climate_follower *follower);

/* From `at` on the air is driven to a target with the chamber's rate. */
void climate_control(struct climate *climate, struct instant at, double target_celsius);
/* The control ends: the air drifts to the room's, six times as slow; with the door open twice as
 * fast. */
void climate_release(struct climate *climate, struct instant at, bool is_door_open);

/* At an instant not before the last one that was asked for. */
double climate_air_celsius(struct climate *climate, struct instant at);
double climate_meter_celsius(struct climate *climate, struct instant at);

#endif
