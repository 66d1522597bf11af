/* See the header. */
#include "procedures/verbs/net_result.h"

#include <stdio.h>
#include <stdlib.h>

#include "procedures/verbs/result.h"

/* Counts by which the net register departs from delivered minus received, the larger of both
 * readings. */
static int64_t net_departure(const struct meter_registers *before,
			     const struct meter_registers *after)
{
	int64_t first = before->net - (before->delivered - before->received);
	int64_t second = after->net - (after->delivered - after->received);

	return llabs(first) > llabs(second) ? first : second;
}

/* Whole numbers against whole numbers: no uncertainty, no tolerance. */
enum status record_net(struct step_context *context, const struct verb_load *load,
		       double watt_hours, const struct net_readings *readings,
		       const char *requirement)
{
	static const struct limit exact = {
		.has_row = true,
		.limit_percent = 0,
		.document = "S-E-05 rev 1",
		.clause = "4",
		.provenance = PROVENANCE_READ,
		.note = "definition of net read: delivered minus received, signed; that it holds "
			"to the count is our reading",
	};
	int64_t departure = net_departure(readings->before, readings->after);
	char remark[160];
	struct measured measured = {
		.index = readings->index,
		.test = "register",
		.direction = "net",
		.load = load,
		.runs = 1,
		.error_percent = 100 * (double)departure * readings->after->watt_hours_per_count /
				 watt_hours,
		.remark = remark,
		.is_wrong = departure != 0,
		.requirement = *requirement ? requirement : NULL,
		.limit = &exact,
	};

	snprintf(remark, sizeof(remark),
		 "the net register departs from delivered minus received by %lld counts",
		 (long long)departure);
	return record_result(context, &measured);
}
