/* The table of forms. */
#include "metrology/device_form.h"

#include <stddef.h>
#include <string.h>

#include "meter.h"

#define ELEMENT_A                                                                                  \
	{                                                                                          \
		.is_used = 1, .volts_channel = 0, .amperes_channel = 0                             \
	}
#define ELEMENT_B                                                                                  \
	{                                                                                          \
		.is_used = 1, .volts_channel = 1, .amperes_channel = 1                             \
	}
#define ELEMENT_C                                                                                  \
	{                                                                                          \
		.is_used = 1, .volts_channel = 2, .amperes_channel = 2                             \
	}

static const struct device_form forms[] = {
	{
		.form = "16S",
		.class_amperes = 200,
		.full_scale_amperes = METER_FULL_SCALE_AMPERES_CLASS_200,
		.test_amperes_hundredths = 3000,
		.kh_hundredths = 2160,
		.kt_hundredths = 180,
		.milliwatt_hour_q4 = INT64_C(62257761248770),
		.starting_milliwatts = 720,
		.elements = 3,
		.wiring = {ELEMENT_A, ELEMENT_B, ELEMENT_C},
	},
	{
		.form = "9S",
		.class_amperes = 20,
		.full_scale_amperes = METER_FULL_SCALE_AMPERES_CLASS_20,
		.test_amperes_hundredths = 250,
		.kh_hundredths = 180,
		.kt_hundredths = 15,
		.milliwatt_hour_q4 = INT64_C(622577612487697),
		.starting_milliwatts = 72,
		.elements = 3,
		.wiring = {ELEMENT_A, ELEMENT_B, ELEMENT_C},
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
