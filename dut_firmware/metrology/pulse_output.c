/* The test pulse's instant and its highest rate. */
#include "metrology/pulse_output.h"

/* missing / added in 2^-32, both positive, missing < added or equal. */
static uint32_t fraction_of(uint64_t missing, uint64_t added)
{
	while (added >> 32 != 0) {
		missing >>= 1;
		added >>= 1;
	}
	uint64_t fraction_q32 = (missing << 32) / added;

	return fraction_q32 > UINT32_MAX ? UINT32_MAX : (uint32_t)fraction_q32;
}

bool pulse_output_take(struct pulse_output *output, uint64_t frame, int64_t power_q4,
		       uint32_t *fraction_q32)
{
	int64_t sign = output->energy_q4 < 0 ? -1 : 1;
	int64_t energy_q4 = sign * output->energy_q4;
	int64_t before_q4 = energy_q4 - sign * power_q4;

	if (frame < output->earliest_frame) {
		if (energy_q4 >= 2 * output->weight_q4) {
			output->energy_q4 = sign * (2 * output->weight_q4 - 1);
		}
		return false;
	}
	bool was_held_back = before_q4 >= output->weight_q4;

	*fraction_q32 = was_held_back ? 0
				      : fraction_of((uint64_t)(output->weight_q4 - before_q4),
						    (uint64_t)(energy_q4 - before_q4));
	output->energy_q4 -= sign * output->weight_q4;
	output->earliest_frame = frame + PULSE_SPACING_FRAMES;
	return true;
}
