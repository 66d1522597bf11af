/* Segment sums into readings. */
#include "metrology/live_values.h"

#include "meter.h"
#include "metrology/integer_arithmetic.h"

#define LIVE_FRAMES (LIVE_SEGMENTS * SEGMENT_FRAMES)
#define POWER_SCALE 65536

/* Weights up to one less than LIVE_FRAMES on one side and LIVE_FRAMES on the other add up to its
 * square. */
#define TRIANGLE_WEIGHT (LIVE_FRAMES * LIVE_FRAMES)

/* What a division has cut off may leave the smaller the larger where hardly anything flows. */
static uint64_t difference(uint64_t larger, uint64_t smaller)
{
	return larger > smaller ? larger - smaller : 0;
}

/* `last`: number of the segment's last frame in these 200 ms, from 1. `unit`: squares per count
 * squared. */
static void square_add(struct live_square *square, const struct square_sum *segment, uint32_t last,
		       uint32_t unit)
{
	uint64_t sum = segment->sum / unit;

	square->sum += sum;
	square->rising_64 += difference((last + 1) * sum, segment->ramp / unit) / 64;
}

/* The mean square x 256. */
static uint64_t square_close_q8(struct live_square *square)
{
	uint64_t falling_64 = difference(LIVE_FRAMES / 64 * square->sum, square->rising_64);
	uint64_t mean_q8 = (square->before_64 + falling_64) / (TRIANGLE_WEIGHT / 64 / 256);

	*square = (struct live_square){.before_64 = square->rising_64};
	return mean_q8 - (mean_q8 >> 14); /* the removal of DC amplifies by 1 / (1 - 2^-15) */
}

static void power_add(struct live_power *power, const struct metering *metering, uint32_t last)
{
	int64_t sum_65536 = metering->energy_q4 / POWER_SCALE;

	power->sum_65536 += sum_65536;
	power->rising_65536 +=
		(int64_t)(last + 1) * sum_65536 - (int64_t)metering->energy_ramp_q4 / POWER_SCALE;
}

static int64_t power_close_65536(struct live_power *power)
{
	int64_t falling_65536 = (int64_t)LIVE_FRAMES * power->sum_65536 - power->rising_65536;
	int64_t mean_65536 = (power->before_65536 + falling_65536) / (int64_t)TRIANGLE_WEIGHT;

	*power = (struct live_power){.before_65536 = power->rising_65536};
	return mean_65536;
}

/* `full_scale`: of 2^23 counts, in the unit of the result. The root keeps 8 bits below one count.
 */
static uint32_t root_in_units(uint64_t square_q8, uint64_t full_scale)
{
	uint64_t root_q8 = integer_square_root(square_q8 << 8);

	return (uint32_t)(root_q8 * full_scale >> 31);
}

/* Full scale is 2^50; 2^16 of it is in the unit and 2^6 in the factor. */
static int64_t milliwatts(int64_t power_65536, const struct device_form *form)
{
	int64_t factor = INT64_C(1000) * METER_FULL_SCALE_VOLTS * form->full_scale_amperes / 64;

	return power_65536 * factor / (1 << 28);
}

/* An input that the form does not have shows nothing, whatever its converter gives. */
static void hide_absent_inputs(struct live_values *live, const struct device_form *form)
{
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		if (!device_form_has_volts(form, element)) {
			live->volts_mv[element] = 0;
		}
		if (!form->wiring[element].is_used) {
			live->amperes_ua[element] = 0;
		}
	}
}

static void close_reading(struct live_values *live, const struct device_form *form)
{
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		live->volts_mv[element] = root_in_units(square_close_q8(&live->volts[element]),
							METER_FULL_SCALE_VOLTS * UINT64_C(1000));
		live->amperes_ua[element] =
			root_in_units(square_close_q8(&live->amperes[element]),
				      form->full_scale_amperes * UINT64_C(1000000));
	}
	hide_absent_inputs(live, form);
	live->milliwatts = milliwatts(power_close_65536(&live->power), form);
	live->segments = 0;
	live->readings++;
	if (live->readings < 2) {
		for (int element = 0; element < DEVICE_ELEMENTS; element++) {
			live->volts_mv[element] = 0;
			live->amperes_ua[element] = 0;
		}
		live->milliwatts = 0;
	} else {
		live->readings = 2;
	}
}

bool live_values_add_segment(struct live_values *live, const struct metering *metering,
			     const struct device_form *form)
{
	live->segments++;
	uint32_t last = live->segments * SEGMENT_FRAMES;

	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		const struct metering_element *metered = &metering->elements[element];

		square_add(&live->volts[element], &metered->volts_squares, last, 1);
		square_add(&live->amperes[element], &metered->amperes_squares_q8, last, 256);
	}
	power_add(&live->power, metering, last);
	if (live->segments < LIVE_SEGMENTS) {
		return false;
	}
	close_reading(live, form);
	return true;
}
