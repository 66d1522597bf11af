/* A meter at its position with what is fitted to it, for those who have to do with it: operator,
 * gateway, wattmeter. All parts belong to the laboratory. */
#ifndef BENCH_VIRTUAL_LAB_FITTED_METER_H
#define BENCH_VIRTUAL_LAB_FITTED_METER_H

#include "bench/virtual_lab/hosted_meter.h"
#include "bench/virtual_lab/meter_burden.h"
#include "bench/virtual_lab/service_switch.h"
#include "bench/virtual_lab/virtual_module.h"

struct fitted_meter {
	int position; /* 1..20 */
	struct hosted_meter *meter;
	struct service_switch *service_switch; /* NULL: the model has none */
	struct virtual_module *module;	       /* NULL: none under the glass */
	struct meter_burden burden;
	struct burden_drop drop; /* of the voltages on the way to it */
};

#define FITTED_METERS 20

struct fitted_meters {
	int count;
	struct fitted_meter meters[FITTED_METERS];
};

/* NULL: no such position. */
static inline struct fitted_meter *fitted_meter_find(struct fitted_meters *meters, int position)
{
	for (int i = 0; i < meters->count; i++) {
		if (meters->meters[i].position == position) {
			return &meters->meters[i];
		}
	}
	return NULL;
}

#endif
