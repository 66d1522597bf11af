/* reference_source/uncertainty against the GUM's example H.1, printed tables and an integration of
 * the density */
#include <math.h>

#include "reference_source/uncertainty.h"
#include "tests/support/suite.h"

/* Probability within -t..t by Simpson's rule over theta, t = sqrt(nu) tan(theta), where the density
 * is cos^(nu-1). */
static double inside_by_simpson(double t, double degrees_of_freedom)
{
	const int steps = 20000;
	double end[2] = {atan(t / sqrt(degrees_of_freedom)), acos(-1) / 2};
	double integral[2] = {0, 0};

	for (int k = 0; k < 2; k++) {
		double step = end[k] / (2 * steps);

		for (int i = 0; i <= 2 * steps; i++) {
			double weight = i == 0 || i == 2 * steps ? 1 : i % 2 ? 4 : 2;

			integral[k] += weight * pow(fabs(cos(i * step)), degrees_of_freedom - 1) *
				       step / 3;
		}
	}
	return integral[0] / integral[1];
}

static void student_factors_are_those_of_the_tables(void)
{
	static const struct {
		double degrees_of_freedom;
		double factor;
	} printed[] = {
		{1, 12.706205}, {2, 4.302653},	 {3, 3.182446},	   {4, 2.776445},   {5, 2.570582},
		{9, 2.262157},	{10, 2.228139},	 {16, 2.119905},   {20, 2.085963},  {30, 2.042272},
		{60, 2.000298}, {120, 1.979930}, {1000, 1.962339}, {1e9, 1.959964},
	};

	for (size_t i = 0; i < sizeof(printed) / sizeof(printed[0]); i++) {
		CU_ASSERT_DOUBLE_EQUAL(student_t95(printed[i].degrees_of_freedom),
				       printed[i].factor, 6e-7);
	}
}

static void broken_degrees_of_freedom_are_not_rounded(void)
{
	static const double degrees_of_freedom[] = {2.5, 4.37, 16.7, 25.6, 99.5, 640.3};

	for (size_t i = 0; i < sizeof(degrees_of_freedom) / sizeof(degrees_of_freedom[0]); i++) {
		double factor = student_t95(degrees_of_freedom[i]);

		CU_ASSERT_DOUBLE_EQUAL(inside_by_simpson(factor, degrees_of_freedom[i]), 0.95,
				       2e-9);
	}
}

static void both_ways_of_computing_meet(void)
{
	CU_ASSERT_DOUBLE_EQUAL(student_t95(999.999999), student_t95(1000.000001), 1.1e-8);
}

static void the_gum_example_h1_comes_out(void)
{
	struct uncertainty_budget budget = {.count = 0};

	budget_add(&budget, "standard", DISTRIBUTION_NORMAL, 25, 1, 18);
	budget_add(&budget, "difference", DISTRIBUTION_STUDENT, 9.7, 1, 25.6);
	budget_add(&budget, "expansion", DISTRIBUTION_NORMAL, 2.9, 1, 50);
	budget_add(&budget, "temperature", DISTRIBUTION_NORMAL, 16.6, 1, 2);
	struct combined_uncertainty combined = budget_combine(&budget);

	/* JCGM 100 H.1: u_c = 32 nm, nu_eff = 16.7 */
	CU_ASSERT_DOUBLE_EQUAL(combined.standard_uncertainty, 31.67, 0.01);
	CU_ASSERT_DOUBLE_EQUAL(combined.effective_degrees_of_freedom, 16.7, 0.1);
	/* table G.2: t_95(16) = 2.12, t_95(17) = 2.11 */
	CU_ASSERT(combined.coverage_factor > 2.1098 && combined.coverage_factor < 2.1200);
	CU_ASSERT_DOUBLE_EQUAL(combined.expanded_uncertainty,
			       combined.coverage_factor * combined.standard_uncertainty, 1e-12);
}

static void shapes_divide_by_root_3_and_root_6_and_sensitivities_multiply(void)
{
	struct uncertainty_budget budget = {.count = 0};

	budget_add(&budget, "drift", DISTRIBUTION_RECTANGULAR, 3, 2, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&budget, "count", DISTRIBUTION_TRIANGULAR, 6, -1, INFINITE_DEGREES_OF_FREEDOM);
	struct combined_uncertainty combined = budget_combine(&budget);

	/* (2*3)^2/3 + 6^2/6 = 18 */
	CU_ASSERT_DOUBLE_EQUAL(combined.standard_uncertainty, sqrt(18), 1e-12);
	CU_ASSERT(combined.effective_degrees_of_freedom == INFINITE_DEGREES_OF_FREEDOM);
	CU_ASSERT_DOUBLE_EQUAL(combined.coverage_factor, 1.959964, 1e-6);
}

static void a_single_repeated_measurement_keeps_its_degrees_of_freedom(void)
{
	struct uncertainty_budget budget = {.count = 0};

	budget_add(&budget, "repeatability", DISTRIBUTION_STUDENT, 0.01, 1, 4);
	struct combined_uncertainty combined = budget_combine(&budget);
	CU_ASSERT_DOUBLE_EQUAL(combined.effective_degrees_of_freedom, 4, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(combined.expanded_uncertainty, 0.02776445, 1e-8);
}

static void an_empty_budget_is_zero_not_a_division_by_zero(void)
{
	struct uncertainty_budget budget = {.count = 0};

	budget_add(&budget, "nothing", DISTRIBUTION_STUDENT, 0, 1, 4);
	CU_ASSERT(budget_combine(&budget).expanded_uncertainty == 0);
	CU_ASSERT(budget_combine(&budget).effective_degrees_of_freedom ==
		  INFINITE_DEGREES_OF_FREEDOM);
}

static void mean_and_deviation_survive_a_large_offset(void)
{
	double values[5] = {1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4, 1e9 + 5};
	double mean;
	double deviation;

	mean_and_deviation(values, 5, &mean, &deviation);
	CU_ASSERT(mean == 1e9 + 3);
	CU_ASSERT_DOUBLE_EQUAL(deviation, sqrt(2.5), 1e-12);
}

static void distributions_have_names(void)
{
	CU_ASSERT_STRING_EQUAL(distribution_name(DISTRIBUTION_NORMAL), "normal");
	CU_ASSERT_STRING_EQUAL(distribution_name(DISTRIBUTION_RECTANGULAR), "rectangular");
	CU_ASSERT_STRING_EQUAL(distribution_name(DISTRIBUTION_TRIANGULAR), "triangular");
	CU_ASSERT_STRING_EQUAL(distribution_name(DISTRIBUTION_STUDENT), "student");
}

const char *const suite_name = "uncertainty";
const struct suite_case suite_cases[] = {
	CASE(student_factors_are_those_of_the_tables),
	CASE(broken_degrees_of_freedom_are_not_rounded),
	CASE(both_ways_of_computing_meet),
	CASE(the_gum_example_h1_comes_out),
	CASE(shapes_divide_by_root_3_and_root_6_and_sensitivities_multiply),
	CASE(a_single_repeated_measurement_keeps_its_degrees_of_freedom),
	CASE(an_empty_budget_is_zero_not_a_division_by_zero),
	CASE(mean_and_deviation_survive_a_large_offset),
	CASE(distributions_have_names),
	CASES_END,
};
