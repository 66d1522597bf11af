/*
 * What a procedure may say of the meter under test instead of a figure: `$rated_volts` in a sweep,
 * `$highest_volts V`, `$hertz Hz` … So one procedure serves every form, service and device.
 */
#ifndef PROCEDURES_METER_VALUES_H
#define PROCEDURES_METER_VALUES_H

#include "procedures/device_type.h"

#define METER_VALUE_TEXT 64

struct meter_value {
	const char *name; /* without the $ */
	const char *purpose;
	char text[METER_VALUE_TEXT];
};

enum {
	VALUE_RATED_VOLTS,
	VALUE_LOWEST_VOLTS,
	VALUE_HIGHEST_VOLTS,
	VALUE_HERTZ,
	VALUE_ELEMENTS,
	VALUE_LOSSES,
	VALUE_COLDEST,
	VALUE_HOTTEST,
	METER_VALUES
};

struct meter_values {
	struct meter_value values[METER_VALUES];
};

/* Of a form on its chosen service. Both NULL: stand-ins for a file that is looked at without a
 * meter (120 V, 60 Hz, elements A B C, 23 degrees). */
void meter_values_of(const struct device_type *device, const struct device_form *form,
		     struct meter_values *values);

#endif
