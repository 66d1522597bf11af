/*
 * Angles of voltages and currents among each other: once a second, 256 frames of every input
 * against sine and cosine of 60 Hz under a Hann window, which at 45 to 65 Hz leaves less than a
 * degree. Angles are lags behind the first live voltage in hundredths of a degree.
 */
#ifndef DUT_FIRMWARE_SERVICE_PHASORS_H
#define DUT_FIRMWARE_SERVICE_PHASORS_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"
#include "metrology/device_form.h"
#include "metrology/live_values.h"

#define PHASOR_PERIOD_FRAMES 3840u
#define PHASOR_WINDOW_FRAMES 256u /* the last of each period */
#define PHASOR_TURN 36000
#define PHASOR_NO_LAG 65535u
#define PHASOR_INPUTS 6 /* voltages A, B, C, currents A, B, C */

struct phasors {
	uint32_t frame; /* of the period */
	int64_t cosine_q15[PHASOR_INPUTS];
	int64_t sine_q15[PHASOR_INPUTS];
};

/* What is at the meter's inputs at one instant. Absent inputs: 0 and PHASOR_NO_LAG. */
struct service_observation {
	uint32_t volts_mv[DEVICE_ELEMENTS];
	uint32_t amperes_ua[DEVICE_ELEMENTS];
	uint16_t volts_lag[DEVICE_ELEMENTS];
	uint16_t amperes_lag[DEVICE_ELEMENTS];
	int64_t reactive_mvar; /* of the fundamental */
};

/* Before the first period has ended. */
void phasors_init(struct phasors *phasors, struct service_observation *observation);

/* Consumes frames that do not reach beyond the end of a period; true at its end. */
bool phasors_run(struct phasors *phasors, const struct sample_frame *frames, uint32_t frame_count);

/* Sizes from the newest readings, angles from the period that has ended; starts the next. */
void phasors_take(struct phasors *phasors, const struct device_form *form,
		  const struct live_values *live, struct service_observation *observation);

/* The angle in 0..35999 whose cosine and sine are in proportion to these, below 2^60; 0 for 0, 0.
 */
int32_t angle_of(int64_t cosine, int64_t sine);

/* Lag `lag` behind lag `from`, -18000..17999. */
int32_t lag_between(int32_t from, int32_t lag);

#endif
