/* What identify shares: the supply without current at which a meter is read. */
#ifndef PROCEDURES_VERBS_IDENTIFY_H
#define PROCEDURES_VERBS_IDENTIFY_H

#include "procedures/verbs/verb_support.h"

/* Volts on all phases of the form's service, no current. */
enum status supply_load(const struct step_context *context, double volts, struct verb_load *load);

#endif
