/*
 * What is wrong at the meter's terminals, judged by the locked service: status bits that are so at
 * present, set and cleared by three observations in succession, with hysteresis. They inform;
 * energy is measured whatever they say.
 */
#ifndef DUT_FIRMWARE_SERVICE_DIAGNOSTICS_H
#define DUT_FIRMWARE_SERVICE_DIAGNOSTICS_H

#include <stdint.h>

#include "metrology/device_form.h"
#include "service/service_detection.h"

enum diagnostic {
	DIAGNOSTIC_POLARITY,	/* a voltage or one of several currents is reversed */
	DIAGNOSTIC_CROSS_PHASE, /* a current belongs to another phase */
	DIAGNOSTIC_VOLTAGE_IMBALANCE,
	DIAGNOSTIC_CURRENT_IMBALANCE,
	DIAGNOSTIC_LOSS_OF_POTENTIAL,
	DIAGNOSTIC_VOLTAGE_ANGLE,
	DIAGNOSTIC_ROTATION, /* the other one than that of the lock */
	DIAGNOSTIC_SERVICE,  /* none that is covered, or another than the locked one */
	DIAGNOSTICS
};

struct diagnostics {
	uint16_t bits;			 /* 1 << enum diagnostic */
	uint8_t departures[DIAGNOSTICS]; /* observations in succession that differ from the bit */
};

void diagnostics_observe(struct diagnostics *diagnostics, const struct device_form *form,
			 const struct service_detection *detection,
			 const struct service_observation *observation);

#endif
