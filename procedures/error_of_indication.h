/*
 * Error of indication from raw indications: pure functions. Errors in per cent; K = Wh per test
 * pulse.
 */
#ifndef PROCEDURES_ERROR_OF_INDICATION_H
#define PROCEDURES_ERROR_OF_INDICATION_H

#include <stdint.h>

#include "reference_source/reference_energy.h"

/* e = N K / E_ref - 1, with E_ref corrected for the standard's certified error (indication/true -
 * 1). */
double error_by_pulses_percent(int64_t pulses, double watt_hours_per_pulse,
			       double reference_watt_hours, double reference_error_percent);

/* e = registered / E_ref - 1 with the same correction; both signed. */
double error_by_register_percent(double registered_watt_hours, double reference_watt_hours,
				 double reference_error_percent);

/* What decides the measuring time of one run (closed forms, section 7). */
struct measuring_time_needs {
	double watts;		     /* active power expected, absolute */
	double watt_hours_per_pulse; /* K */
	double wanted_uncertainty;   /* expanded, relative: 0.0005 = 0.05 % */
	double edge_seconds;	     /* full width w of one pulse edge's instant */
	double count_watt_hours;     /* K_r of the standard */
	double noise_one_second;     /* relative standard deviation of one second */
	double minimum_seconds;
};

/* N = max(1, ceil(P T / (3600 K))). */
int64_t pulses_for_uncertainty(const struct measuring_time_needs *needs);

#endif
