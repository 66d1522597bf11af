/* The table of forms. */
#include "metrology/device_form.h"

#include <stddef.h>
#include <string.h>

#include "meter.h"

/* Weights of the voltage inputs A, B, C; the current is that of the element's own number. */
#define ELEMENT(a, b, c)                                                                           \
	{                                                                                          \
		.is_used = 1, .volts = {(a), (b), (c) }                                            \
	}
#define NO_ELEMENT                                                                                 \
	{                                                                                          \
		.is_used = 0, .volts = { 0, 1, 0 }                                                 \
	}
#define WIRING_3_ELEMENTS                                                                          \
	.elements = 3, .wiring = {ELEMENT(1, 0, 0), ELEMENT(0, 1, 0), ELEMENT(0, 0, 1)}
#define WIRING_2_ELEMENTS_AND_HALF                                                                 \
	.elements = 2, .wiring = {ELEMENT(1, 0, 0), ELEMENT(-1, 0, -1), ELEMENT(0, 0, 1)}
#define WIRING_2_ELEMENTS .elements = 2, .wiring = {ELEMENT(1, 0, 0), NO_ELEMENT, ELEMENT(0, 0, 1)}

#define CLASS_200                                                                                  \
	.class_amperes = 200, .full_scale_amperes = METER_FULL_SCALE_AMPERES_CLASS_200,            \
	.test_amperes_hundredths = 3000, .milliwatt_hour_q4 = INT64_C(62257761248770)
#define CLASS_20                                                                                   \
	.class_amperes = 20, .full_scale_amperes = METER_FULL_SCALE_AMPERES_CLASS_20,              \
	.test_amperes_hundredths = 250, .milliwatt_hour_q4 = INT64_C(622577612487697)

#define NETWORK SERVICES_NETWORK_3_WIRE
#define DELTA SERVICES_DELTA_3_WIRE
#define WYE SERVICES_WYE_4_WIRE
#define WYE_OR_DELTA (SERVICES_WYE_4_WIRE | SERVICES_DELTA_4_WIRE)

/* Kh = 120 V x test amperes x stators / 500, 2 1/2 elements counted as 3; Kt = Kh / 12. */
static const struct device_form forms[] = {
	{
		.form = "5S",
		CLASS_20,
		.kh_hundredths = 120,
		.kt_hundredths = 10,
		.starting_milliwatts = 48,
		.services = DELTA,
		WIRING_2_ELEMENTS,
	},
	{
		.form = "6S",
		CLASS_20,
		.kh_hundredths = 180,
		.kt_hundredths = 15,
		.starting_milliwatts = 72,
		.services = WYE,
		WIRING_2_ELEMENTS_AND_HALF,
	},
	{
		.form = "9S",
		CLASS_20,
		.kh_hundredths = 180,
		.kt_hundredths = 15,
		.starting_milliwatts = 72,
		.services = WYE_OR_DELTA,
		WIRING_3_ELEMENTS,
	},
	{
		.form = "12S",
		CLASS_200,
		.kh_hundredths = 1440,
		.kt_hundredths = 120,
		.starting_milliwatts = 480,
		.services = NETWORK | DELTA,
		.takes_service_switch = true,
		WIRING_2_ELEMENTS,
	},
	{
		.form = "16S",
		CLASS_200,
		.kh_hundredths = 2160,
		.kt_hundredths = 180,
		.starting_milliwatts = 720,
		.services = WYE_OR_DELTA,
		WIRING_3_ELEMENTS,
	},
	{
		.form = "25S",
		CLASS_200,
		.kh_hundredths = 1440,
		.kt_hundredths = 120,
		.starting_milliwatts = 480,
		.services = NETWORK,
		.takes_service_switch = true,
		WIRING_2_ELEMENTS,
	},
	{
		.form = "36S",
		CLASS_20,
		.kh_hundredths = 180,
		.kt_hundredths = 15,
		.starting_milliwatts = 72,
		.services = WYE,
		WIRING_2_ELEMENTS_AND_HALF,
	},
	{
		.form = "45S",
		CLASS_20,
		.kh_hundredths = 120,
		.kt_hundredths = 10,
		.starting_milliwatts = 48,
		.services = DELTA,
		WIRING_2_ELEMENTS,
	},
};

const struct device_form *device_form_find(const char *form, uint16_t class_amperes)
{
	for (size_t row = 0; row < sizeof(forms) / sizeof(forms[0]); row++) {
		if (!strcmp(forms[row].form, form) && forms[row].class_amperes == class_amperes) {
			return &forms[row];
		}
	}
	return NULL;
}
