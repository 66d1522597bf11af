/* The interval rule, the order of severity, and the words for both axes. */
#include "procedures/decision.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const conformity_names[] = {
	[CONFORMS] = "conforms",
	[NOT_EVALUATED] = "not evaluated",
	[INCONCLUSIVE] = "inconclusive",
	[DOES_NOT_CONFORM] = "does not conform",
};

static const char *const run_state_names[] = {
	[RUN_COMPLETE] = "complete",
	[RUN_ABORTED] = "aborted",
	[RUN_BENCH_FAULT] = "bench fault",
};

enum conformity decide_interval_rule(double error_percent, double expanded_uncertainty_percent,
				     double limit_percent)
{
	double size = fabs(error_percent);

	if (!isfinite(error_percent) || !isfinite(limit_percent) ||
	    !isfinite(expanded_uncertainty_percent) || expanded_uncertainty_percent < 0) {
		return NOT_EVALUATED;
	}
	if (size + expanded_uncertainty_percent <= limit_percent) {
		return CONFORMS;
	}
	if (size - expanded_uncertainty_percent > limit_percent) {
		return DOES_NOT_CONFORM;
	}
	return INCONCLUSIVE;
}

enum conformity conformity_worst(enum conformity a, enum conformity b)
{
	return a > b ? a : b;
}

const char *conformity_name(enum conformity conformity)
{
	return conformity_names[conformity];
}

enum conformity conformity_from_name(const char *name)
{
	for (size_t i = 0; i < sizeof(conformity_names) / sizeof(conformity_names[0]); i++) {
		if (!strcmp(conformity_names[i], name)) {
			return (enum conformity)i;
		}
	}
	return NOT_EVALUATED;
}

const char *run_state_name(enum run_state state)
{
	return run_state_names[state];
}

int exit_status_of(enum conformity worst, enum run_state state)
{
	if (worst == DOES_NOT_CONFORM) {
		return 1;
	}
	if (state != RUN_COMPLETE) {
		return 4;
	}
	return worst == CONFORMS ? 0 : 3;
}
