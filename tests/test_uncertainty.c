/* reference_source/uncertainty against the GUM's example H.1, printed tables and an integration of
 * the density */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

/* The number as it is printed with so many decimals. */
static void expect_printed(double number, int decimals, const char *printed)
{
	char text[40];

	snprintf(text, sizeof(text), "%.*f", decimals, number);
	CU_ASSERT_STRING_EQUAL(text, printed);
}

/*
 * JCGM 100 H.1, end gauge of 50 mm in nm: standard 75/3 with 18 degrees of freedom; difference from
 * five observations with a pooled s of 13 (24), random effects of the comparator 10 at t_95(5)
 * = 2.57, systematic ones 20/3 (8); expansion 50e6 nm x 0.1 K within 1e-6/K (50); temperature
 * difference 50e6 nm x 11.5e-6/K within 0.05 K (2). Printed: 5.8, 3.9, 6.7, together 9.7
 * with 25.6; 2.9; 16.6; u_c = 32; nu_eff = 16.7, that is 16; U_99 = 2.92 x 32 = 93.
 */
static void the_gum_example_h1_comes_out_to_the_printed_digits(void)
{
	struct uncertainty_budget difference = {.count = 0};
	struct uncertainty_budget budget = {.count = 0};

	budget_add(&difference, "observations", DISTRIBUTION_STUDENT, 13 / sqrt(5), 1, 24);
	budget_add(&difference, "random", DISTRIBUTION_NORMAL, 10 / 2.57, 1, 5);
	budget_add(&difference, "systematic", DISTRIBUTION_NORMAL, 20.0 / 3, 1, 8);
	expect_printed(difference.contributions[0].standard_uncertainty, 1, "5.8");
	expect_printed(difference.contributions[1].standard_uncertainty, 1, "3.9");
	expect_printed(difference.contributions[2].standard_uncertainty, 1, "6.7");
	struct combined_uncertainty d = budget_combine(&difference);
	expect_printed(d.standard_uncertainty, 1, "9.7");
	expect_printed(d.effective_degrees_of_freedom, 1, "25.6");
	budget_add(&budget, "standard", DISTRIBUTION_NORMAL, 75.0 / 3, 1, 18);
	budget_add(&budget, "difference", DISTRIBUTION_STUDENT, d.standard_uncertainty, 1,
		   d.effective_degrees_of_freedom);
	budget_add(&budget, "expansion", DISTRIBUTION_RECTANGULAR, 1e-6, 50e6 * 0.1, 50);
	budget_add(&budget, "temperature", DISTRIBUTION_RECTANGULAR, 0.05, 50e6 * 11.5e-6, 2);
	struct combined_uncertainty combined = budget_combine(&budget);
	expect_printed(budget.contributions[2].standard_uncertainty *
			       budget.contributions[2].sensitivity,
		       1, "2.9");
	expect_printed(budget.contributions[3].standard_uncertainty *
			       budget.contributions[3].sensitivity,
		       1, "16.6");
	expect_printed(combined.standard_uncertainty, 0, "32");
	expect_printed(combined.effective_degrees_of_freedom, 1, "16.7");
	CU_ASSERT_EQUAL((int)combined.effective_degrees_of_freedom, 16);
	/* table G.2: t_99(16) = 2.92 */
	CU_ASSERT_DOUBLE_EQUAL(inside_by_simpson(2.92, 16), 0.99, 1e-4);
	expect_printed(2.92 * 32, 0, "93");
	/* table G.2: t_95(16) = 2.12, t_95(17) = 2.11 */
	CU_ASSERT(combined.coverage_factor > 2.1098 && combined.coverage_factor < 2.1200);
	CU_ASSERT_DOUBLE_EQUAL(combined.expanded_uncertainty,
			       combined.coverage_factor * combined.standard_uncertainty, 1e-12);
}

/* JCGM 100 G.4.1, example: relative u of 0.25, 0.57 and 0.82 % from 10, 5 and 15 observations.
 * Printed: u_c = 1.03 %, nu_eff = 19.0, t_95(19) = 2.09, U_95 = 2.2 %. */
static void the_gum_example_g41_comes_out_to_the_printed_digits(void)
{
	struct uncertainty_budget budget = {.count = 0};

	budget_add(&budget, "x1", DISTRIBUTION_STUDENT, 0.25, 1, 10 - 1);
	budget_add(&budget, "x2", DISTRIBUTION_STUDENT, 0.57, 1, 5 - 1);
	budget_add(&budget, "x3", DISTRIBUTION_STUDENT, 0.82, 1, 15 - 1);
	struct combined_uncertainty combined = budget_combine(&budget);
	expect_printed(combined.standard_uncertainty, 2, "1.03");
	expect_printed(combined.effective_degrees_of_freedom, 1, "19.0");
	expect_printed(combined.coverage_factor, 2, "2.09");
	expect_printed(combined.expanded_uncertainty, 1, "2.2");
}

/*
 * EA-4/02 S2, a weight of 10 kg, as metrodata.de prints it (mg): standard 45 with k = 2, drift
 * within 15, comparison 14.2, eccentricity within 10, buoyancy within 10. Printed: 29.1, U = 58
 * with k = 2, shares of the variance 59.6, 8.8, 23.7, 3.9, 3.9 %.
 */
static void the_weight_of_ea_4_02_comes_out_to_the_printed_digits(void)
{
	static const char *const shares[] = {"59.6", "8.8", "23.7", "3.9", "3.9"};
	struct uncertainty_budget budget = {.count = 0};

	budget_add(&budget, "standard", DISTRIBUTION_NORMAL, 45.0 / 2, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&budget, "drift", DISTRIBUTION_RECTANGULAR, 15, 1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&budget, "comparison", DISTRIBUTION_NORMAL, 14.2, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&budget, "eccentricity", DISTRIBUTION_RECTANGULAR, 10, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&budget, "buoyancy", DISTRIBUTION_RECTANGULAR, 10, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	double combined = budget_combine(&budget).standard_uncertainty;
	expect_printed(combined, 1, "29.1");
	expect_printed(2 * combined, 0, "58");
	for (int i = 0; i < budget.count; i++) {
		double u = budget.contributions[i].standard_uncertainty;
		/* 14.2 is itself rounded: the shares may differ by one in the last digit */
		CU_ASSERT_DOUBLE_EQUAL(100 * u * u / (combined * combined), strtod(shares[i], NULL),
				       0.11);
	}
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
	CASE(the_gum_example_h1_comes_out_to_the_printed_digits),
	CASE(the_gum_example_g41_comes_out_to_the_printed_digits),
	CASE(the_weight_of_ea_4_02_comes_out_to_the_printed_digits),
	CASE(shapes_divide_by_root_3_and_root_6_and_sensitivities_multiply),
	CASE(a_single_repeated_measurement_keeps_its_degrees_of_freedom),
	CASE(an_empty_budget_is_zero_not_a_division_by_zero),
	CASE(mean_and_deviation_survive_a_large_offset),
	CASE(distributions_have_names),
	CASES_END,
};
