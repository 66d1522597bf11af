/* procedures/shift against the sums written out by hand (GUM 5.1.2, 5.2.2). */
#include <math.h>
#include <string.h>

#include "procedures/shift.h"
#include "tests/support/suite.h"

static const struct certified_error point = {.error_percent = 0.01,
					     .standard_uncertainty_percent = 0.04,
					     .interpolation_percent = 0.003,
					     .volts = 120,
					     .power_factor = 1};

static struct shift_condition condition(double error, double deviation)
{
	return (struct shift_condition){.error_percent = error,
					.deviation_percent = deviation,
					.degrees_of_freedom = 4,
					.runs = 5,
					.counting_percent = 0.002,
					.edge_percent = 0.003,
					.certified = point,
					.amperes = 30};
}

static double line(const struct uncertainty_budget *budget, const char *name)
{
	double square = 0;

	for (int i = 0; i < budget->count; i++) {
		const struct contribution *part = &budget->contributions[i];
		if (!strcmp(part->name, name)) {
			square += pow(part->sensitivity * part->standard_uncertainty, 2);
		}
	}
	return sqrt(square);
}

static void a_shift_is_the_second_error_less_the_first(void)
{
	struct shift_condition first = condition(0.12, 0);
	struct shift_condition second = condition(0.07, 0);

	CU_ASSERT_DOUBLE_EQUAL(shift_percent(&first, &second), -0.05, 1e-15);
}

/* u^2 = 0.01^2/5 + 0.02^2/5 + 2 (0.002^2 + 0.003^2)/6 + drift^2/3 + 0.001^2/3;
 * nu = u^4 / ((0.01^2/5)^2/4 + (0.02^2/5)^2/4). */
static void the_calibration_cancels_and_the_rest_adds(void)
{
	struct shift_condition first = condition(0.12, 0.01);
	struct shift_condition second = condition(0.07, 0.02);
	struct shift_standard standard = {.drift_percent_per_year = 0.03,
					  .seconds_between = 3600,
					  .influence_percent = 0.001};
	struct uncertainty_budget budget;
	double drift = 0.03 * sqrt(3600.0 / 31557600);
	double a1 = 0.0001 / 5;
	double a2 = 0.0004 / 5;
	double square = a1 + a2 + 2 * (4e-6 + 9e-6) / 6 + drift * drift / 3 + 1e-6 / 3;

	shift_budget(&first, &second, &standard, &budget);
	struct combined_uncertainty combined = budget_combine(&budget);
	CU_ASSERT_DOUBLE_EQUAL(combined.standard_uncertainty, sqrt(square), 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(combined.effective_degrees_of_freedom,
			       square * square / (a1 * a1 / 4 + a2 * a2 / 4), 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_calibration"), 0, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_interpolation"), 0, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_drift"), drift / sqrt(3), 1e-15);
}

/* Two full U of 0.08 % would make 0.113 %, and every limit of 0.1 % inconclusive by construction.
 */
static void without_the_correlation_no_small_limit_could_be_judged(void)
{
	struct shift_condition first = condition(0.02, 0.001);
	struct shift_condition second = condition(0.03, 0.001);
	struct shift_standard standard = {.drift_percent_per_year = 0.01, .seconds_between = 900};
	struct uncertainty_budget budget;

	shift_budget(&first, &second, &standard, &budget);
	CU_ASSERT(budget_combine(&budget).expanded_uncertainty < 0.006);
	CU_ASSERT(sqrt(2) * 2 * point.standard_uncertainty_percent > 0.113);
}

static void other_certified_points_bring_their_calibration_back(void)
{
	struct shift_condition first = condition(0, 0);
	struct shift_condition second = condition(0, 0);
	struct shift_standard standard = {.seconds_between = 0};
	struct uncertainty_budget budget;

	second.certified.power_factor = 0.5;
	second.certified.standard_uncertainty_percent = 0.03;
	shift_budget(&first, &second, &standard, &budget);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_calibration"), 0.05, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_interpolation"), 0.003 * sqrt(2.0 / 3),
			       1e-12);
	second = condition(0, 0);
	second.amperes = 60;
	shift_budget(&first, &second, &standard, &budget);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_calibration"), 0.04 * sqrt(2), 1e-12);
	second = condition(0, 0);
	second.certified.interpolation_percent = 0.009; /* 108 V: off the certified voltage */
	shift_budget(&first, &second, &standard, &budget);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_calibration"), 0, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(&budget, "reference_interpolation"), 0.006 / sqrt(3), 1e-12);
}

static void drift_within_a_year_is_a_walk_and_beyond_a_line(void)
{
	CU_ASSERT_DOUBLE_EQUAL(drift_within_percent(0.02, 31557600), 0.02, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(drift_within_percent(0.02, 31557600 / 4.0), 0.01, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(drift_within_percent(0.02, -31557600 / 4.0), 0.01, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(drift_within_percent(0.02, 2 * 31557600.0), 0.04, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(drift_within_percent(0.02, 0), 0, 0);
}

/* c = -0.3 % / 63 K; u^2(c) = (u/63)^2 + (c u_T sqrt 2 / 63)^2. */
static void a_coefficient_carries_the_thermometer_too(void)
{
	struct uncertainty_budget shift = {.count = 0};
	struct uncertainty_budget budget;
	double c = -0.3 / 63;

	budget_add(&shift, "repeatability", DISTRIBUTION_STUDENT, 0.004, -1, 8);
	coefficient_budget(&shift, -0.3, 63, 0.5, &budget);
	double random = 0.004 / 63;
	double thermometer = c * 0.5 * sqrt(2) / 63;
	struct combined_uncertainty combined = budget_combine(&budget);
	CU_ASSERT_DOUBLE_EQUAL(coefficient(-0.3, 63), c, 1e-18);
	CU_ASSERT_DOUBLE_EQUAL(combined.standard_uncertainty,
			       sqrt(random * random + thermometer * thermometer), 1e-15);
	CU_ASSERT(combined.effective_degrees_of_freedom > 8);
}

const char *const suite_name = "shift";
const struct suite_case suite_cases[] = {
	CASE(a_shift_is_the_second_error_less_the_first),
	CASE(the_calibration_cancels_and_the_rest_adds),
	CASE(without_the_correlation_no_small_limit_could_be_judged),
	CASE(other_certified_points_bring_their_calibration_back),
	CASE(drift_within_a_year_is_a_walk_and_beyond_a_line),
	CASE(a_coefficient_carries_the_thermometer_too),
	CASES_END,
};
