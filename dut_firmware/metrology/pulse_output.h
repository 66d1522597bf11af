/*
 * Test pulses of Kt, frame by frame from the signed energy of all elements, in both directions. A
 * pulse's instant is interpolated between two frames. Above 50 pulses per second the excess is not
 * put out.
 */
#ifndef DUT_FIRMWARE_METROLOGY_PULSE_OUTPUT_H
#define DUT_FIRMWARE_METROLOGY_PULSE_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

/* 50 pulses per second are 76.8 frames apart; two pulses 78 frames apart are so whatever their
 * fractions. */
#define PULSE_SPACING_FRAMES 78u

struct pulse_output {
	int64_t energy_q4; /* since the last pulse, counts of volts x amperes x 16 */
	int64_t weight_q4; /* Kt */
	uint64_t earliest_frame;
};

static inline bool pulse_output_is_due(int64_t energy_q4, int64_t weight_q4)
{
	return energy_q4 >= weight_q4 || energy_q4 <= -weight_q4;
}

/*
 * To be called after the frame that made a pulse due. `power_q4`: what this frame added. True: a
 * pulse leaves at `fraction_q32` of the way from the frame before to this one. False: too early, it
 * is held back.
 */
bool pulse_output_take(struct pulse_output *output, uint64_t frame, int64_t power_q4,
		       uint32_t *fraction_q32);

#endif
