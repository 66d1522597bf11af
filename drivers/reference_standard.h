/*
 * Role: reference standard (reference meter). Indications are raw: what the instrument showed, not
 * corrected.
 */
#ifndef DRIVERS_REFERENCE_STANDARD_H
#define DRIVERS_REFERENCE_STANDARD_H

#include "reference_source/status.h"

struct instrument;

struct standard_indication {
	double volts[3];
	double amperes[3];
	double volts_lag_degrees[3];   /* lag convention, relative to Va */
	double amperes_lag_degrees[3]; /* relative to Va */
	double watts[3];
	double total_watts;
	double hertz;
};

struct reference_standard {
	/* Ranges that hold these rms values without overload; also the integration time. */
	enum status (*set_range)(struct instrument *instrument, double volts, double amperes);
	enum status (*read)(struct instrument *instrument, struct standard_indication *indication);
	/*
	 * Energy register: start (from zero), stop, read. Watt-hours of the sum of phases, signed,
	 * and the resolution of one count of the instrument.
	 */
	enum status (*energy_start)(struct instrument *instrument);
	enum status (*energy_stop)(struct instrument *instrument);
	enum status (*energy_read)(struct instrument *instrument, double *watt_hours,
				   double *resolution_watt_hours);
};

#endif
