/*
 * Which steps of a programme serve which requirement of its catalogues: counted on the loaded
 * programme, so what stands here is what will be run.
 */
#ifndef PROCEDURES_COVERAGE_H
#define PROCEDURES_COVERAGE_H

#include "procedures/procedure.h"

struct coverage {
	const struct requirement *requirement;
	size_t steps;		  /* that serve it, directly */
	size_t informative_steps; /* of these: cannot show that a mandatory requirement is met */
	bool is_covered;	  /* a summary: when all that it is shown by are */
	const char *open_reason;  /* why the programme says that it does not cover it; or NULL */
};

/* One per requirement, in the order of the catalogues; freed with free(). */
enum status coverage_of(const struct programme *programme, struct coverage **rows);

/* The step serves it by its attribute `requirement` or by a parameter of its verb. */
bool step_serves(const struct step *step, const char *id);

#endif
