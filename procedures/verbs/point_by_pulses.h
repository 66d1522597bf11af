/*
 * The error at the load that is on: runs in Stein's two stages, budget, decision; an inconclusive
 * point is measured once more with as many runs, pooled, and then decided for good.
 */
#ifndef PROCEDURES_VERBS_POINT_BY_PULSES_H
#define PROCEDURES_VERBS_POINT_BY_PULSES_H

#include "procedures/verbs/pulse_measurement.h"

/* `first` runs in the first stage; a result per position for this test of the limits. */
enum status point_by_pulses(struct step_context *context, struct pulse_plan *plan, int first,
			    const char *test);

/* As many runs again on top of those in memory, and from now on the scatter of all of them; the
 * remark says so. */
enum status measure_once_more(struct step_context *context, struct pulse_plan *plan, char *remark,
			      size_t size);

#endif
