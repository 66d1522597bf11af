/*
 * The error calculators of a bench with several positions as one: channel = number of the position.
 * Each position has an instrument and a pulse input of it; several may share an instrument. It
 * opens and owns nothing.
 */
#ifndef DRIVERS_ERROR_CALCULATOR_GROUP_H
#define DRIVERS_ERROR_CALCULATOR_GROUP_H

#include "drivers/instrument.h"

#define GROUP_CHANNELS 20

struct error_calculator_group {
	struct instrument instrument;
	struct {
		struct instrument *instrument; /* NULL: none */
		int channel;		       /* its pulse input */
	} members[GROUP_CHANNELS + 1];
};

/* Empty, with the name that reasons give ("error calculators"). */
void error_calculator_group_init(struct error_calculator_group *group, const char *name);
/* Channel 1..20 is counted by this instrument's pulse input; STATUS_BAD_INPUT when it is no error
 * calculator or the input is taken. */
enum status error_calculator_group_add(struct error_calculator_group *group, int channel,
				       struct instrument *instrument, int input);

#endif
