/*
 * From one temperature to the next: the chamber's air gets there, then the meters. Waiting looks at
 * the alarms of chamber and source; what takes too long is a fault of the bench.
 */
#ifndef PROCEDURES_VERBS_CHAMBER_SOAK_H
#define PROCEDURES_VERBS_CHAMBER_SOAK_H

#include "procedures/verbs/pulse_measurement.h"

#define SOAK_RUN_SECONDS 10.0

struct soak {
	double least_seconds, most_seconds; /* from when the air has the temperature */
	double drift_percent; /* over three blocks, ten minutes apart: it stands still */
	int runs;	      /* of a block */
	double wanted_uncertainty_percent;
};

/* STATUS_LIMIT when the chamber says that it cannot be set to one of them. */
enum status check_chamber_reach(const struct step_context *context, const double celsius[],
				int count);
/* Of the air, now. */
enum status chamber_air(struct step_context *context, double *celsius);
/* Sets the chamber, waits for the air, then until the error at `load` stands still at every
 * position; the load is on for the blocks of runs alone. */
enum status chamber_soak(struct step_context *context, const struct soak *soak,
			 const struct verb_load *load, double celsius);

#endif
