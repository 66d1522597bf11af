/*
 * The forms of the device as data: constants of the nameplate and which converter inputs make up
 * each element. Forms and their wiring: ANSI C12.10. A new form is a new row.
 */
#ifndef DUT_FIRMWARE_METROLOGY_DEVICE_FORM_H
#define DUT_FIRMWARE_METROLOGY_DEVICE_FORM_H

#include <stdbool.h>
#include <stdint.h>

#define DEVICE_ELEMENTS 3

/*
 * Element n multiplies current input n with a sum of voltage inputs. 2 1/2 elements, Va (Ia - Ib) +
 * Vc (Ic - Ib), are Va Ia - (Va + Vc) Ib + Vc Ic here: the same energy, and each current sensor has
 * an element, and with it constants, of its own.
 */
struct element_wiring {
	uint8_t is_used;
	int8_t volts[DEVICE_ELEMENTS]; /* weights of the voltage inputs: -1, 0, 1 */
};

/* Services that a form may be connected to; their geometry: service/service_detection. */
#define SERVICES_WYE_4_WIRE (1u << 0)
#define SERVICES_DELTA_4_WIRE (1u << 1)
#define SERVICES_NETWORK_3_WIRE (1u << 2)
#define SERVICES_DELTA_3_WIRE (1u << 3)

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
	uint32_t starting_milliwatts; /* below it nothing is registered: 1e-5 of elements x 120 V x
					 class amperes */
	uint8_t elements;	      /* whole ones: 2 1/2 are 2 */
	uint8_t services;
	bool takes_service_switch; /* self-contained, two elements and three wires */
	struct element_wiring wiring[DEVICE_ELEMENTS];
};

/* A current below it tells nothing of its angle: 0.5 % of the class. */
#define DEVICE_LOW_CURRENT_UA(form) (UINT32_C(5000) * (form)->class_amperes)

/* The row of this form and class, NULL when the device has none. */
const struct device_form *device_form_find(const char *form, uint16_t class_amperes);

/* Whether voltage input `input` is one of the form's: it has an element of its own. */
static inline bool device_form_has_volts(const struct device_form *form, int input)
{
	return form->wiring[input].is_used && form->wiring[input].volts[input] == 1;
}

#endif
