/* A dose of energy from a source that stands ready with the currents held back. */
#ifndef PROCEDURES_VERBS_DOSE_H
#define PROCEDURES_VERBS_DOSE_H

#include "procedures/verbs/verb_support.h"

/* Volts on, currents held back, until a meter has started. */
enum status dose_prepare(struct step_context *context, const struct verb_load *load);

/* Currents on for `watt_hours`; returns when the source has ended the dose, or stops it. */
enum status dose_give(struct step_context *context, const struct verb_load *load,
		      double watt_hours);

#endif
