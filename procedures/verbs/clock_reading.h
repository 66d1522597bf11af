/*
 * A meter's clock read to parts of a second: many edges of its seconds are looked at, each lies
 * between the last answer with the old second and the first with the new one, and what all of them
 * have in common is as narrow as one exchange.
 */
#ifndef PROCEDURES_VERBS_CLOCK_READING_H
#define PROCEDURES_VERBS_CLOCK_READING_H

#include "procedures/verbs/verb_support.h"

struct clock_reading {
	struct instant at;
	double ahead_least, ahead_most; /* meter less bench, s */
};

/* The clocks of all positions, by their index in the lab; a clock whose seconds do not change drops
 * its position out. */
enum status read_clocks(struct step_context *context, struct clock_reading *readings);
/* Meter less bench since `at`, in s, and the half width of what it may be. */
double clock_ahead(const struct clock_reading *reading);
double clock_half_width(const struct clock_reading *reading);

#endif
