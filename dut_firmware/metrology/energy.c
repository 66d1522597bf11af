/* Windows into registers, with the remainder kept. */
#include "metrology/energy.h"

#include <stdbool.h>

#include "meter.h"
#include "metrology/metering.h"

/* Counts of volts x amperes per watt: 2^46 / (500 V x full scale), x 16. */
static int64_t milliwatts_q4(const struct device_form *form, uint32_t milliwatts)
{
	return milliwatts * (INT64_C(1) << 50) /
	       (INT64_C(1000) * METER_FULL_SCALE_VOLTS * form->full_scale_amperes);
}

void energy_init(struct energy *energy, const struct device_form *form)
{
	*energy = (struct energy){
		.count_q4 = form->milliwatt_hour_q4,
		.starting_q4 = milliwatts_q4(form, form->starting_milliwatts) *
			       ((int64_t)DIRECTION_WINDOW_SEGMENTS * SEGMENT_FRAMES),
	};
}

static void register_add(struct energy_register *target, int64_t count_q4, int64_t energy_q4)
{
	int64_t sum_q4 = target->remainder_q4 + energy_q4;

	target->counts += sum_q4 / count_q4;
	target->remainder_q4 = sum_q4 % count_q4;
}

/* False: below the starting energy, nothing is registered. */
static bool register_window(struct energy *energy, int64_t window_q4)
{
	if (window_q4 < energy->starting_q4 && window_q4 > -energy->starting_q4) {
		return false;
	}
	if (window_q4 > 0) {
		register_add(&energy->delivered, energy->count_q4, window_q4);
	} else {
		register_add(&energy->received, energy->count_q4, -window_q4);
	}
	return true;
}

int64_t energy_add_segment(struct energy *energy, int64_t segment_q4)
{
	energy->window_q4 += segment_q4;
	energy->window_segments++;
	if (energy->window_segments < DIRECTION_WINDOW_SEGMENTS) {
		return 0;
	}
	int64_t window_q4 = energy->window_q4;

	energy->window_q4 = 0;
	energy->window_segments = 0;
	return register_window(energy, window_q4) ? 0 : window_q4;
}

void energy_resume_window(struct energy *energy, int64_t window_q4)
{
	energy->window_q4 = register_window(energy, window_q4) ? 0 : window_q4;
}
