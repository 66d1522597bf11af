/* The correlated budget of a difference, see the header. */
#include "procedures/shift.h"

#include <math.h>
#include <stdbool.h>

#define SECONDS_PER_YEAR (365.25 * 86400)

double shift_percent(const struct shift_condition *reference, const struct shift_condition *changed)
{
	return changed->error_percent - reference->error_percent;
}

double drift_within_percent(double percent_per_year, double seconds)
{
	double years = fabs(seconds) / SECONDS_PER_YEAR;

	return percent_per_year * (years < 1 ? sqrt(years) : years);
}

static bool is_same_point(const struct shift_condition *a, const struct shift_condition *b)
{
	return a->certified.volts == b->certified.volts &&
	       a->certified.power_factor == b->certified.power_factor &&
	       fabs(a->amperes - b->amperes) <= 1e-6 * fabs(a->amperes);
}

static void add_certificate(const struct shift_condition *reference,
			    const struct shift_condition *changed,
			    struct uncertainty_budget *budget)
{
	const struct certified_error *first = &reference->certified;
	const struct certified_error *second = &changed->certified;

	if (is_same_point(reference, changed)) {
		/* what interpolation leaves open is the same unknown, but for what one has more */
		budget_add(budget, "reference_interpolation", DISTRIBUTION_RECTANGULAR,
			   fabs(second->interpolation_percent - first->interpolation_percent), 1,
			   INFINITE_DEGREES_OF_FREEDOM);
		return;
	}
	budget_add(budget, "reference_calibration", DISTRIBUTION_NORMAL,
		   first->standard_uncertainty_percent, -1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "reference_calibration", DISTRIBUTION_NORMAL,
		   second->standard_uncertainty_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "reference_interpolation", DISTRIBUTION_RECTANGULAR,
		   first->interpolation_percent, -1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "reference_interpolation", DISTRIBUTION_RECTANGULAR,
		   second->interpolation_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
}

static void add_condition(const struct shift_condition *condition, double sign,
			  struct uncertainty_budget *budget)
{
	budget_add(budget, "reference_counting", DISTRIBUTION_TRIANGULAR,
		   condition->counting_percent, sign, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "pulse_edge", DISTRIBUTION_TRIANGULAR, condition->edge_percent, sign,
		   INFINITE_DEGREES_OF_FREEDOM);
	if (condition->degrees_of_freedom) {
		budget_add(budget, "repeatability", DISTRIBUTION_STUDENT,
			   condition->deviation_percent / sqrt(condition->runs), sign,
			   condition->degrees_of_freedom);
	}
}

void shift_budget(const struct shift_condition *reference, const struct shift_condition *changed,
		  const struct shift_standard *standard, struct uncertainty_budget *budget)
{
	*budget = (struct uncertainty_budget){.count = 0};
	budget_add(
		budget, "reference_drift", DISTRIBUTION_RECTANGULAR,
		drift_within_percent(standard->drift_percent_per_year, standard->seconds_between),
		1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "reference_influence", DISTRIBUTION_RECTANGULAR,
		   standard->influence_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
	add_certificate(reference, changed, budget);
	add_condition(reference, -1, budget);
	add_condition(changed, 1, budget);
}

double coefficient(double shift, double difference)
{
	return shift / difference;
}

void coefficient_budget(const struct uncertainty_budget *shift, double shift_percent,
			double difference, double standard_uncertainty,
			struct uncertainty_budget *budget)
{
	*budget = *shift;
	for (int i = 0; i < budget->count; i++) {
		budget->contributions[i].sensitivity /= difference;
	}
	budget_add(budget, "temperature", DISTRIBUTION_NORMAL, standard_uncertainty,
		   coefficient(shift_percent, difference) * sqrt(2) / difference,
		   INFINITE_DEGREES_OF_FREEDOM);
}
