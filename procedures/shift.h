/*
 * A shift: how far the error of indication moves when one condition changes, measured with the same
 * standard on the same range. The standard's calibration cancels; what is left is its drift between
 * the two conditions, what the condition does to the standard itself, and the random parts of both
 * measurements. Pure functions; per cent.
 */
#ifndef PROCEDURES_SHIFT_H
#define PROCEDURES_SHIFT_H

#include "reference_source/calibration.h"
#include "reference_source/uncertainty.h"

/* The error in one condition: mean of the runs, and what one run leaves open. */
struct shift_condition {
	double error_percent;
	double deviation_percent; /* s of the runs; 0 for a single run */
	int degrees_of_freedom;	  /* of s; 0: none */
	int runs;
	double counting_percent; /* half width: one count of the standard in one run's energy */
	double edge_percent;	 /* half width: the instant of a pulse's edge in one run's time */
	struct certified_error certified; /* of the standard in this condition */
	double amperes;
};

/* What the standard does between the two. */
struct shift_standard {
	double drift_percent_per_year;
	double seconds_between;
	double influence_percent; /* half width */
};

/* e2 - e1. */
double shift_percent(const struct shift_condition *reference,
		     const struct shift_condition *changed);

/*
 * u^2 = s1^2/n1 + s2^2/n2 + counting and edges of both + drift between + influence. Calibration and
 * interpolation come in only as far as the two conditions rest on different certified points. Adds
 * at most 12 lines.
 */
void shift_budget(const struct shift_condition *reference, const struct shift_condition *changed,
		  const struct shift_standard *standard, struct uncertainty_budget *budget);

/* Half width of the drift within `seconds`: a random walk that reaches the stated width after a
 * year, so within a year never less than a straight line. */
double drift_within_percent(double percent_per_year, double seconds);

/*
 * c = shift / difference, for example per kelvin: every line of the shift's budget by
 * 1/|difference|, and c u sqrt(2)/|difference| for `standard_uncertainty` of each of the two
 * temperatures.
 */
double coefficient(double shift, double difference);
void coefficient_budget(const struct uncertainty_budget *shift, double shift_percent,
			double difference, double standard_uncertainty,
			struct uncertainty_budget *budget);

#endif
