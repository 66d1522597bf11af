/*
 * Errors by test pulses at one settled load on all positions at once: arm all, wait for all,
 * collect. A lost pulse, a silent pulse input and an impossible error are faults of the bench with
 * a sentence, never results.
 */
#ifndef PROCEDURES_VERBS_PULSE_MEASUREMENT_H
#define PROCEDURES_VERBS_PULSE_MEASUREMENT_H

#include "procedures/verbs/verb_support.h"

struct pulse_plan {
	const struct verb_load *load;
	double wanted_uncertainty_percent; /* expanded */
	double noise_percent;		   /* standard deviation of one second, 0: none known */
	double minimum_seconds;
	/* The step has shown pick-up and constant at another load: then any error is the meter's,
	 * and more time is given. */
	bool is_side_proven;
	int64_t pulses; /* 0: to be chosen by the first run */
	bool knows_resolution;
};

/*
 * Adds `runs` runs per position to the memory's list (emptied first when the plan has no pulses
 * yet) and records each as `indication`; then looks for lost pulses over all runs so far.
 */
enum status measure_by_pulses(struct step_context *context, struct pulse_plan *plan, int runs);

/*
 * Stein's two stages (two_stage.h): `first` runs, then once and for all so many more that the
 * scatter of the first gives the plan's wanted uncertainty at every position, at most half of
 * RUNS_MAXIMUM.
 */
enum status measure_in_two_stages(struct step_context *context, struct pulse_plan *plan, int first);

/* Mean of the errors of a position's runs; their standard deviation, of the first stage where there
 * was one, and its degrees of freedom. */
void runs_mean(const struct position_runs *runs, double *mean, double *deviation);
int runs_degrees_of_freedom(const struct position_runs *runs);

/* The shortest of a position's runs. */
double runs_shortest_seconds(const struct position_runs *runs);

/* Half the width in which the random parts of one run lie (expanded, per cent): counting, edges. */
double run_uncertainty_percent(const struct step_context *context, const struct pulse_run *run);

#endif
