/* Net against delivered minus received in the counts that the meter stores: whole numbers, without
 * uncertainty and without tolerance. */
#ifndef PROCEDURES_VERBS_NET_RESULT_H
#define PROCEDURES_VERBS_NET_RESULT_H

#include "procedures/verbs/verb_support.h"

struct net_readings {
	int index; /* of the position */
	const struct meter_registers *before, *after;
};

/* The larger departure of both readings, in per cent of `watt_hours`; the requirement may be empty:
 * the step's. */
enum status record_net(struct step_context *context, const struct verb_load *load,
		       double watt_hours, const struct net_readings *readings,
		       const char *requirement);

#endif
