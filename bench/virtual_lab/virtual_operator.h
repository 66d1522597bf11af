/*
 * The operator of a virtual laboratory behind a virtual line, in the language of
 * drivers/OPERATOR.md: hands at the switches and the seal, eyes at the display, a voltage for the
 * load's side. What a person would have to inspect nobody does here: it is answered from a file, or
 * as the lab file says, or not.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_OPERATOR_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_OPERATOR_H

#include "bench/virtual_lab/fitted_meter.h"
#include "bench/virtual_lab/inspection_answers.h"

/* How often an operator who watches a display looks at it. */
#define VIRTUAL_OPERATOR_LOOK_SECONDS 0.05

struct virtual_operator_options {
	const struct inspection_answers *answers; /* NULL: none; borrowed */
	bool is_as_documented; /* what no answer is there for is said to be as it should be */
};

struct virtual_operator;

/* Attaches itself to the line and takes part in `time`; made after the meters, which may be added
 * to `meters` later. Both must outlive it. */
struct virtual_operator *virtual_operator_new(struct virtual_time *time, struct world *world,
					      struct virtual_line *line,
					      struct fitted_meters *meters,
					      const struct virtual_operator_options *options);
void virtual_operator_free(struct virtual_operator *self);

#endif
