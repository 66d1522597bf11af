/* What the tests of the verb `switches` share; for switches*.c only. */
#ifndef PROCEDURES_VERBS_SWITCHES_PARTS_H
#define PROCEDURES_VERBS_SWITCHES_PARTS_H

#include "drivers/meter_functions.h"
#include "procedures/verbs/display_list.h"
#include "procedures/verbs/meter_seal.h"
#include "procedures/verbs/operator_help.h"
#include "procedures/verbs/result.h"

#define SHORT_PRESS_SECONDS 1.0

struct switches {
	struct step_context *context;
	struct verb_load load; /* under which energy flows */
	double volts, load_seconds;
};

/* Energy flows through all meters for `seconds`, then the currents are off again. */
enum status switches_energise(struct switches *switches, double seconds);

/* A comparison of texts, and a finding. */
enum status switches_compare(struct switches *switches, int index, const char *what,
			     const char *indicated, const char *expected);
enum status switches_found(struct switches *switches, int index, const char *what,
			   const char *indicated, const char *expected, enum conformity seen);
/* "not done: WHY", not evaluated. */
enum status switches_not_done(struct switches *switches, int index, const char *what,
			      const char *why);

/* "D 12.345 R 0.000 N 12.345 Wh", exact. */
void switches_energy_text(const struct meter_registers *registers, char *text, size_t size);

/* ---- the tests ---- */

enum status switches_demand_reset(struct switches *switches);
enum status switches_test_mode(struct switches *switches);
enum status switches_scroll(struct switches *switches);

#endif
