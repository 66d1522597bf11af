/* What the registers behind the optical port say of the numbers on the display. */
#ifndef PROCEDURES_VERBS_DISPLAY_READINGS_H
#define PROCEDURES_VERBS_DISPLAY_READINGS_H

#include "drivers/meter_functions.h"

struct display_readings {
	struct meter_registers registers;
	struct meter_billing billing;
	double test_watt_hours[2]; /* delivered, received of MT4 */
	char firmware[24];
};

/* In an open session; the registers of the test mode (MT4) only in test mode. */
enum status display_readings_take(struct meter_client *client, bool in_test_mode,
				  struct display_readings *readings);

/* A quantity by the device file's word for it ("delivered_energy"), in the display's unit; false:
 * there is none of that name. */
bool display_readings_find(const struct display_readings *readings, const char *name,
			   double *value);

#endif
