/*
 * GUM budgets. The Student factor passes through libm and is therefore rounded to 9 significant
 * digits, so that the bits of what follows from it are the same everywhere.
 */
#include "reference_source/uncertainty.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define NORMAL_95 1.95996398454005
/* From here on the asymptotic series is exact to 1e-11, while differences of lgamma begin to lose
 * digits. */
#define MANY_DEGREES_OF_FREEDOM 1000.0

const char *distribution_name(enum distribution distribution)
{
	static const char *const names[] = {
		[DISTRIBUTION_NORMAL] = "normal",
		[DISTRIBUTION_RECTANGULAR] = "rectangular",
		[DISTRIBUTION_TRIANGULAR] = "triangular",
		[DISTRIBUTION_STUDENT] = "student",
	};

	return names[distribution];
}

void budget_add(struct uncertainty_budget *budget, const char *name, enum distribution distribution,
		double half_width, double sensitivity, double degrees_of_freedom)
{
	double divisor = 1;

	assert(budget->count < UNCERTAINTY_CONTRIBUTIONS);
	if (distribution == DISTRIBUTION_RECTANGULAR) {
		divisor = sqrt(3);
	} else if (distribution == DISTRIBUTION_TRIANGULAR) {
		divisor = sqrt(6);
	}
	budget->contributions[budget->count++] = (struct contribution){
		.name = name,
		.distribution = distribution,
		.standard_uncertainty = half_width / divisor,
		.sensitivity = sensitivity,
		.degrees_of_freedom = degrees_of_freedom,
	};
}

struct combined_uncertainty budget_combine(const struct uncertainty_budget *budget)
{
	struct combined_uncertainty combined = {
		.effective_degrees_of_freedom = INFINITE_DEGREES_OF_FREEDOM,
	};
	double variance = 0;
	double weighted = 0; /* sum of u_i^4/nu_i */

	for (int i = 0; i < budget->count; i++) {
		const struct contribution *part = &budget->contributions[i];
		double u = part->sensitivity * part->standard_uncertainty;

		variance += u * u;
		if (part->degrees_of_freedom < INFINITE_DEGREES_OF_FREEDOM) {
			weighted += u * u * u * u / part->degrees_of_freedom;
		}
	}
	if (weighted > 0 && variance * variance / weighted < INFINITE_DEGREES_OF_FREEDOM) {
		combined.effective_degrees_of_freedom = variance * variance / weighted;
	}
	combined.standard_uncertainty = sqrt(variance);
	combined.coverage_factor = student_t95(combined.effective_degrees_of_freedom);
	combined.expanded_uncertainty = combined.coverage_factor * combined.standard_uncertainty;
	return combined;
}

/* Numerator m (1, 2, ..) of the continued fraction of the incomplete beta function. */
static double beta_term(int m, double a, double b, double x)
{
	int half = m / 2;

	if (m % 2) {
		return -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1));
	}
	return half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half));
}

/* I_x(a, b) for x below (a+1)/(a+b+2), where the fraction converges fast; evaluated from its far
 * end. */
static double incomplete_beta_low(double a, double b, double x)
{
	double fraction = 1;

	for (int m = 400; m >= 1; m--) {
		fraction = 1 + beta_term(m, a, b, x) / fraction;
	}
	double front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b));
	return front / (a * fraction);
}

/* Probability that a Student variable lies outside -t..t: I_x(nu/2, 1/2) with x = nu/(nu + t^2). */
static double both_tails(double t, double degrees_of_freedom)
{
	double a = degrees_of_freedom / 2;
	double x = degrees_of_freedom / (degrees_of_freedom + t * t);

	if (x < (a + 1) / (a + 2.5)) {
		return incomplete_beta_low(a, 0.5, x);
	}
	return 1 - incomplete_beta_low(0.5, a, t * t / (degrees_of_freedom + t * t));
}

/* Expansion about the normal quantile in powers of 1/nu (Abramowitz and Stegun 26.7.5). */
static double factor_of_many(double degrees_of_freedom)
{
	double z = NORMAL_95;
	double s = z * z;
	double r = 1 / degrees_of_freedom;
	double first = z * (s + 1) / 4;
	double second = z * ((5 * s + 16) * s + 3) / 96;
	double third = z * (((3 * s + 19) * s + 17) * s - 15) / 384;

	return z + r * (first + r * (second + r * third));
}

static double factor_of_few(double degrees_of_freedom)
{
	double low = NORMAL_95;
	double high = 2 * low;

	while (both_tails(high, degrees_of_freedom) > 0.05 && high < 1e12) {
		high *= 2;
	}
	while (high - low > 4 * DBL_EPSILON * high) {
		double middle = low + (high - low) / 2;
		bool is_low = both_tails(middle, degrees_of_freedom) > 0.05;

		*(is_low ? &low : &high) = middle;
	}
	return low + (high - low) / 2;
}

double student_t95(double degrees_of_freedom)
{
	char text[32];

	assert(degrees_of_freedom >= 0.5);
	snprintf(text, sizeof(text), "%.9g",
		 degrees_of_freedom < MANY_DEGREES_OF_FREEDOM ? factor_of_few(degrees_of_freedom)
							      : factor_of_many(degrees_of_freedom));
	return strtod(text, NULL);
}

void mean_and_deviation(const double *values, int count, double *mean, double *deviation)
{
	double sum = 0;
	double squares = 0;

	assert(count >= 2);
	for (int i = 0; i < count; i++) {
		sum += values[i];
	}
	*mean = sum / count;
	for (int i = 0; i < count; i++) {
		squares += (values[i] - *mean) * (values[i] - *mean);
	}
	*deviation = sqrt(squares / (count - 1));
}
