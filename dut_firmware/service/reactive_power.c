/*
 * The imaginary part of voltage times conjugate current, element by element as the active power is
 * formed. What the window leaves of a frequency beside 60 Hz is the same in every input, so the
 * quotient with the square of a voltage whose rms value is known is free of it.
 */
#include "service/reactive_power.h"

#include "meter.h"
#include "service/phasors.h"

#define LIVE_MV 30000u
#define PHASOR_UNIT INT64_C(16384) /* full scale is 2^43 in the sums, 2^29 in this unit */
#define RATIO_ONE (INT64_C(1) << 30)

struct phasor {
	int64_t cosine; /* below 2^30 */
	int64_t sine;
};

static struct phasor phasor_of_input(const struct phasors *phasors, int input)
{
	return (struct phasor){phasors->cosine_q15[input] / PHASOR_UNIT,
			       phasors->sine_q15[input] / PHASOR_UNIT};
}

static struct phasor volts_of_element(const struct phasors *phasors,
				      const struct element_wiring *wiring)
{
	struct phasor sum = {0, 0};

	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		struct phasor volts = phasor_of_input(phasors, input);

		sum.cosine += wiring->volts[input] * volts.cosine;
		sum.sine += wiring->volts[input] * volts.sine;
	}
	return sum;
}

/* Below 2^61: two elements of full scale and one with the sum of two voltages. */
static int64_t sum_of_elements(const struct phasors *phasors, const struct device_form *form)
{
	int64_t sum = 0;

	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		if (form->wiring[element].is_used != 0) {
			struct phasor volts = volts_of_element(phasors, &form->wiring[element]);
			struct phasor amperes = phasor_of_input(phasors, DEVICE_ELEMENTS + element);

			sum += volts.cosine * amperes.sine - volts.sine * amperes.cosine;
		}
	}
	return sum;
}

int64_t reactive_power_of(const struct phasors *phasors, const struct device_form *form,
			  const struct live_values *live)
{
	for (int input = 0; input < DEVICE_ELEMENTS; input++) {
		struct phasor volts = phasor_of_input(phasors, input);
		int64_t square = volts.cosine * volts.cosine + volts.sine * volts.sine;

		if (live->volts_mv[input] >= LIVE_MV && square >= RATIO_ONE) {
			int64_t ratio_q30 = sum_of_elements(phasors, form) / (square / RATIO_ONE);
			int64_t millivolts = live->volts_mv[input];

			return millivolts * millivolts / 1000 * ratio_q30 / RATIO_ONE *
			       form->full_scale_amperes / METER_FULL_SCALE_VOLTS;
		}
	}
	return 0;
}
