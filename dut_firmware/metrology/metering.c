/*
 * Per element and frame: DC off voltage and current alike, the voltage through an all-pass of one
 * frame plus the adjusted delay, the current one frame late, gain, product. Widths at the worst
 * input are in DESIGN.md.
 */
#include "metrology/metering.h"

#include "metrology/integer_arithmetic.h"

#define DC_BITS 14u /* time constant 2^14 frames, 4.3 s */
#define AMPERES_SCALE 16

void metering_init(struct metering *metering, const struct device_form *form)
{
	*metering = (struct metering){.form = form, .is_direct = true};
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		if (form->wiring[element].is_used && !device_form_has_volts(form, element)) {
			metering->is_direct = false;
		}
	}
}

void metering_adjust(struct metering *metering, const struct adjustment *adjustment)
{
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		struct metering_element *adjusted = &metering->elements[element];

		/* An element that the form does not have has no gain, so it costs the loop no
		 * question. */
		adjusted->gain_q30 = metering->form->wiring[element].is_used
					     ? adjustment_gain_q30(adjustment->gain_ppb[element])
					     : 0;
		adjusted->all_pass_q31 = adjustment_all_pass_q31(adjustment->delay_ns[element]);
	}
}

int32_t metering_volts_offset(const struct metering_element *element)
{
	return floor_shift(element->volts_sum_q14, DC_BITS);
}

static inline void square_add(struct square_sum *squares, int32_t level)
{
	squares->sum += (uint64_t)((int64_t)level * level);
	squares->ramp += squares->sum;
}

/* The voltages that the elements see; the currents stay in place. */
static void connect(const struct device_form *form, const struct sample_frame *frames,
		    uint32_t count, struct sample_frame *wired)
{
	for (uint32_t frame = 0; frame < count; frame++) {
		const int32_t *volts = frames[frame].volts;

		wired[frame] = frames[frame];
		for (int element = 0; element < DEVICE_ELEMENTS; element++) {
			const int8_t *weights = form->wiring[element].volts;

			wired[frame].volts[element] = weights[0] * volts[0] +
						      weights[1] * volts[1] + weights[2] * volts[2];
		}
	}
}

static inline int64_t element_power_q4(struct metering_element *element, int32_t volts_counts,
				       int32_t amperes_counts)
{
	int32_t volts = volts_counts - metering_volts_offset(element);
	int32_t amperes_q4 =
		AMPERES_SCALE * amperes_counts - floor_shift(element->amperes_sum_q18, DC_BITS);
	int64_t correction_q31 = (int64_t)element->all_pass_q31 * (volts - element->volts_delayed);
	int32_t delayed = element->volts_before + floor_shift(correction_q31, 31);
	int32_t adjusted = floor_shift((int64_t)element->gain_q30 * delayed, 30);
	int64_t power_q4 = (int64_t)adjusted * element->amperes_before_q4;

	element->volts_sum_q14 += volts;
	element->amperes_sum_q18 += amperes_q4;
	square_add(&element->volts_squares, volts);
	square_add(&element->amperes_squares_q8, amperes_q4);
	element->volts_before = volts;
	element->volts_delayed = delayed;
	element->amperes_before_q4 = amperes_q4;
	return power_q4;
}

uint32_t metering_run(struct metering *metering, struct pulse_output *pulses,
		      const struct sample_frame *frames, uint32_t frame_count, int64_t *power_q4)
{
	struct metering_element *elements = metering->elements;
	int64_t segment_q4 = metering->energy_q4;
	uint64_t ramp_q4 = metering->energy_ramp_q4;
	int64_t pulse_q4 = pulses->energy_q4;
	int64_t frame_q4 = 0;
	const int64_t weight_q4 = pulses->weight_q4;
	struct sample_frame wired[SEGMENT_FRAMES];
	uint32_t left = SEGMENT_FRAMES - metering->segment_frames;
	uint32_t end = frame_count < left ? frame_count : left;
	uint32_t frame = 0;

	if (!metering->is_direct) {
		connect(metering->form, frames, end, wired);
		frames = wired;
	}
	while (frame < end) {
		const struct sample_frame *inputs = &frames[frame];

		frame_q4 = 0;
		for (int element = 0; element < DEVICE_ELEMENTS; element++) {
			frame_q4 += element_power_q4(&elements[element], inputs->volts[element],
						     inputs->amperes[element]);
		}
		segment_q4 += frame_q4;
		ramp_q4 += (uint64_t)segment_q4;
		pulse_q4 += frame_q4;
		frame++;
		if (pulse_output_is_due(pulse_q4, weight_q4)) {
			break;
		}
	}
	metering->energy_q4 = segment_q4;
	metering->energy_ramp_q4 = ramp_q4;
	metering->segment_frames += frame;
	pulses->energy_q4 = pulse_q4;
	*power_q4 = frame_q4;
	return frame;
}

void metering_next_segment(struct metering *metering)
{
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		metering->elements[element].volts_squares = (struct square_sum){0, 0};
		metering->elements[element].amperes_squares_q8 = (struct square_sum){0, 0};
	}
	metering->energy_q4 = 0;
	metering->energy_ramp_q4 = 0;
	metering->segment_frames = 0;
}
