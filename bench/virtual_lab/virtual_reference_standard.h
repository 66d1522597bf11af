/*
 * A reference standard as physics: the world's true quantities seen through its own gain and phase
 * errors, noise and counting resolution. No protocol here, and no knowledge of any meter.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_REFERENCE_STANDARD_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_REFERENCE_STANDARD_H

#include <stdbool.h>

#include "bench/virtual_lab/world.h"

/* What is wrong with it or its leads, on top of its errors. All zero: nothing. */
struct standard_faults {
	bool has_swapped_currents; /* the leads of phases B and C */
	int reversed_current;	   /* this phase's (1..3) flows through it backwards; 0: none */
	int open_current;	   /* this phase's does not flow through it */
	double drift_percent_per_hour;
	double jump_percent; /* of its gain, from that instant on */
	struct instant jump_at;
};

struct standard_model {
	uint64_t seed;
	double gain_percent[3]; /* error of each phase's active power at power factor 1 */
	double lag_degrees[3];	/* extra lag of current behind voltage per phase */
	double noise_percent;	/* of one second's reading, standard deviation; zero: none */
	struct standard_faults faults;
};

struct virtual_reference_standard;

struct virtual_reference_standard *
virtual_reference_standard_new(struct world *world, const struct standard_model *model);
void virtual_reference_standard_free(struct virtual_reference_standard *standard);

/* Quantities averaged over [at - seconds, at]: rms, angles, watts per phase, frequency. */
struct standard_quantities {
	double volts[3], amperes[3];
	double volts_lag_degrees[3], amperes_lag_degrees[3];
	double watts[3], vars[3];
	double hertz;
};
void virtual_reference_standard_read(struct virtual_reference_standard *standard, struct instant at,
				     double seconds, struct standard_quantities *quantities);

/* Signed watt-hours of all phases as this standard integrates them between two instants, unrounded.
 */
double virtual_reference_standard_watt_hours(struct virtual_reference_standard *standard,
					     struct world_pulse from, struct world_pulse to);

/*
 * Energy from one instant on, asked again and again as time goes by: as above with the same bits,
 * but what lies behind is summed only once. `to` may lie ahead as long as the world's last segment
 * holds until then.
 */
struct energy_span {
	struct world_pulse from;
	struct instant summed_until;
	double joules;
};
struct energy_span energy_span_from(struct world_pulse from);
double virtual_reference_standard_span(struct virtual_reference_standard *standard,
				       struct energy_span *span, struct world_pulse to);

/* Until when noise and drift stay as they are at this instant: the next whole second, INSTANT_NEVER
 * without any. */
struct instant
virtual_reference_standard_noise_until(const struct virtual_reference_standard *standard,
				       struct instant at);

#endif
