/*
 * Reactive power of the fundamental, for diagnostics: not metered, nowhere added up, not approved
 * for billing. From the phasors of the newest second, in the measure of the first live voltage.
 */
#ifndef DUT_FIRMWARE_SERVICE_REACTIVE_POWER_H
#define DUT_FIRMWARE_SERVICE_REACTIVE_POWER_H

#include <stdint.h>

struct device_form;
struct live_values;
struct phasors;

/* Millivars of all elements, positive when currents lag the voltages of delivered power. 0 without
 * a voltage above 30 V. */
int64_t reactive_power_of(const struct phasors *phasors, const struct device_form *form,
			  const struct live_values *live);

#endif
