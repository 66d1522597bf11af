/*
 * Role: burden meter, a wattmeter in the voltage circuit of one position: its current path carries
 * what the meter's voltage inputs and supply take. Indications are raw.
 */
#ifndef DRIVERS_BURDEN_METER_H
#define DRIVERS_BURDEN_METER_H

#include "reference_source/status.h"

struct instrument;

struct burden_indication {
	double volts;
	double amperes;
	double watts;
	double volt_amperes;
	double vars; /* negative: capacitive */
	double hertz;
};

struct burden_meter {
	/* Ranges that hold these rms values. */
	enum status (*set_range)(struct instrument *instrument, double volts, double amperes);
	/* Phase 0, 1, 2 is A, B, C of the voltage circuit. One whole new measurement. */
	enum status (*read)(struct instrument *instrument, int phase,
			    struct burden_indication *indication);
};

#endif
