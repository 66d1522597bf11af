/*
 * A dose of energy between two readings of the meter's registers: the currents are held back while
 * the registers are read, and the standard's register runs from before the dose until the currents
 * are off and settled, so everything that flows is measured.
 */
#ifndef PROCEDURES_VERBS_REGISTER_DOSE_H
#define PROCEDURES_VERBS_REGISTER_DOSE_H

#include "procedures/verbs/dose.h"
#include "procedures/verbs/dose_pulses.h"

struct register_dose {
	struct verb_load load;
	bool counts_pulses; /* set them against the register */
	double asked_watt_hours;
	double watt_hours, resolution_watt_hours; /* of the standard, absolute */
	struct dose_pulses counted;
};

/* Readings of all positions, by their index, recorded with the moment's name ("before"). */
enum status register_dose_read(struct step_context *context, const char *moment,
			       struct meter_registers *registers);

/* D = 2 q / (sqrt(6) U), at least the least time's energy, rounded up to ten counts. */
void register_dose_choose(const struct step_context *context, double wanted_uncertainty_percent,
			  double minimum_seconds, const struct meter_registers *before,
			  struct register_dose *dose);

/* Gives the dose that was chosen, after dose_prepare. */
enum status register_dose_measure(struct step_context *context, struct register_dose *dose);

/* The entry `dose` of a position. */
enum status register_dose_record(struct step_context *context, const struct register_dose *dose,
				 int index);

#endif
