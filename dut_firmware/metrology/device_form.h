/*
 * The forms of the device as data: constants of the nameplate and which converter channels make up
 * each element. Forms and their wiring: ANSI C12.10. A new form is a new row.
 */
#ifndef DUT_FIRMWARE_METROLOGY_DEVICE_FORM_H
#define DUT_FIRMWARE_METROLOGY_DEVICE_FORM_H

#include <stdint.h>

#define DEVICE_ELEMENTS 3

/* An element multiplies one voltage with one current, or with the difference of two (2 1/2 element
 * forms). */
struct element_wiring {
	uint8_t is_used;
	uint8_t volts_channel;
	uint8_t amperes_channel;
	uint8_t subtracted_channel;
	uint8_t subtracted_weight; /* 0 or 1 */
};

struct device_form {
	const char *form;
	uint16_t class_amperes;
	uint16_t full_scale_amperes; /* peak, for 2^23 counts */
	uint16_t test_amperes_hundredths;
	uint16_t kh_hundredths;
	uint16_t kt_hundredths;
	/* 0.001 * 3600 * 3840 * 2^46 * 16 / (500 * full scale amperes), to 1e-14: one count of the
	 * registers */
	int64_t milliwatt_hour_q4;
	uint32_t starting_milliwatts; /* below it nothing is registered: 1e-5 of 3 x 120 V x class
					 amperes */
	uint8_t elements;
	struct element_wiring wiring[DEVICE_ELEMENTS];
};

/* The row of this form and class, NULL when the device has none. */
const struct device_form *device_form_find(const char *form, uint16_t class_amperes);

#endif
