/*
 * Uncertainty budgets by the GUM (JCGM 100:2008): contributions, combined standard uncertainty,
 * effective degrees of freedom (Welch-Satterthwaite, G.4.1), coverage factor t_95(nu_eff). Unit:
 * per cent of the measured energy.
 */
#ifndef REFERENCE_SOURCE_UNCERTAINTY_H
#define REFERENCE_SOURCE_UNCERTAINTY_H

#include "reference_source/status.h"

#define UNCERTAINTY_CONTRIBUTIONS 16
#define INFINITE_DEGREES_OF_FREEDOM 1e9

enum distribution {
	DISTRIBUTION_NORMAL,
	DISTRIBUTION_RECTANGULAR,
	DISTRIBUTION_TRIANGULAR,
	DISTRIBUTION_STUDENT
};

struct contribution {
	const char
		*name; /* static text, an id of the report's word table: "reference_calibration" */
	enum distribution distribution;
	double standard_uncertainty;
	double sensitivity;
	double degrees_of_freedom;
};

struct uncertainty_budget {
	int count;
	struct contribution contributions[UNCERTAINTY_CONTRIBUTIONS];
};

struct combined_uncertainty {
	double standard_uncertainty;
	double effective_degrees_of_freedom;
	double coverage_factor; /* 95 % */
	double expanded_uncertainty;
};

/* `half_width` for rectangular (÷√3) and triangular (÷√6); the standard uncertainty itself
 * otherwise. Asserts room. */
void budget_add(struct uncertainty_budget *budget, const char *name, enum distribution distribution,
		double half_width, double sensitivity, double degrees_of_freedom);

struct combined_uncertainty budget_combine(const struct uncertainty_budget *budget);

/* Two-sided Student factor for 95 % coverage: t_95(4) = 2.776. Degrees of freedom are not rounded
 * down. */
double student_t95(double degrees_of_freedom);

/* Mean and experimental standard deviation (n - 1) of n >= 2 values. */
void mean_and_deviation(const double *values, int count, double *mean, double *deviation);

const char *distribution_name(enum distribution distribution);

#endif
