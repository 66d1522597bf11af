/*
 * Role: climate chamber in which the meters hang. Temperatures are those of the air, in degrees
 * Celsius; that the meters have followed is for the verb to find out.
 */
#ifndef DRIVERS_CLIMATE_CHAMBER_H
#define DRIVERS_CLIMATE_CHAMBER_H

#include <stdbool.h>

#include "reference_source/status.h"

struct instrument;

struct chamber_indication {
	double celsius;		  /* of the air, now */
	double set_point_celsius; /* that the chamber is working towards */
	bool is_running;	  /* it controls; else it stands still */
};

struct climate_chamber {
	/* What the chamber says that it can be set to. */
	void (*limits)(struct instrument *instrument, double *minimum_celsius,
		       double *maximum_celsius);
	/* Sets the temperature and starts the control if it stood still. Returns when accepted. */
	enum status (*set)(struct instrument *instrument, double celsius);
	enum status (*read)(struct instrument *instrument, struct chamber_indication *indication);
	/* Ends the control: the chamber drifts to the room's temperature. */
	enum status (*stop)(struct instrument *instrument);
	/* STATUS_ALARM with the chamber's alarm in words; STATUS_OK when it has none. */
	enum status (*check_alarms)(struct instrument *instrument);
};

#endif
