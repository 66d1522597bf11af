/* reference_source/calibration */
#include <math.h>
#include <string.h>

#include "reference_source/calibration.h"
#include "tests/support/suite.h"

static const struct certificate certificate = {
	.number = "C-17",
	.instrument_model = "M1",
	.instrument_serial = "S1",
	.count = 9,
	.points =
		{
			/* not in order on purpose */
			{120, 100, 1, false, 0.006, 0.012, 2},
			{120, 1, 1, false, 0.002, 0.010, 2},
			{120, 10, 1, false, 0.004, 0.010, 2},
			{120, 1, 0.5, false, -0.004, 0.015, 2},
			{120, 100, 0.5, false, -0.004, 0.015, 2},
			{120, 1, 0.8, true, 0.003, 0.012, 2},
			{120, 100, 0.8, true, 0.003, 0.012, 2},
			{240, 1, 1, false, 0.010, 0.020, 2},
			{240, 100, 1, false, 0.010, 0.020, 2},
		},
};

static struct certified_error at(double volts, double amperes, double power_factor, bool is_leading)
{
	struct certified_error error = {99, 99, 99, 99, 99};

	CU_ASSERT_EQUAL(
		certificate_at(&certificate, volts, amperes, power_factor, is_leading, &error),
		STATUS_OK);
	return error;
}

static void a_certified_point_is_given_as_it_stands(void)
{
	struct certified_error error = at(120, 10, 1, false);

	CU_ASSERT_DOUBLE_EQUAL(error.error_percent, 0.004, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(error.standard_uncertainty_percent, 0.005, 1e-15);
	CU_ASSERT(error.interpolation_percent == 0);
}

static void between_currents_the_error_is_linear_in_their_logarithm(void)
{
	struct certified_error error = at(120, sqrt(1000), 1, false);

	CU_ASSERT_DOUBLE_EQUAL(error.error_percent, 0.005, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(error.interpolation_percent, 0.001, 1e-12);
	/* the larger of its neighbours */
	CU_ASSERT_DOUBLE_EQUAL(error.standard_uncertainty_percent, 0.006, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(at(120, 2, 1, false).error_percent, 0.002 + 0.002 * log10(2), 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(at(120, 9.5, 1, false).error_percent, 0.002 + 0.002 * log10(9.5),
			       1e-12);
}

static void power_factors_are_looked_up_on_their_own_side(void)
{
	CU_ASSERT_DOUBLE_EQUAL(at(120, 1, 0.5, false).error_percent, -0.004, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(at(120, 1, 0.8, true).error_percent, 0.003, 1e-15);
	/* 0.5 leading: 0.8 leading is the nearest; half the difference to unity widens it */
	struct certified_error error = at(120, 1, 0.5, true);
	CU_ASSERT_DOUBLE_EQUAL(error.error_percent, 0.003, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(error.interpolation_percent, 0.0005, 1e-12);
	error = at(120, 1, 0.7, false);
	CU_ASSERT_DOUBLE_EQUAL(error.error_percent, -0.004, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(error.interpolation_percent, 0.003, 1e-12);
}

static void between_voltages_the_nearest_one_counts_and_the_other_widens(void)
{
	struct certified_error error = at(208, 10, 1, false);

	CU_ASSERT_DOUBLE_EQUAL(error.error_percent, 0.010, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(error.interpolation_percent, 0.003, 1e-12);
	error = at(121, 10, 1, false);
	CU_ASSERT_DOUBLE_EQUAL(error.error_percent, 0.004, 1e-12);
	CU_ASSERT(error.interpolation_percent == 0);
}

static void a_tenth_outside_the_points_is_the_end_of_validity(void)
{
	struct certified_error error;

	CU_ASSERT_DOUBLE_EQUAL(at(120, 109, 1, false).error_percent, 0.006, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(at(120, 0.92, 1, false).error_percent, 0.002, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(at(263, 1, 1, false).error_percent, 0.010, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(at(110, 1, 1, false).error_percent, 0.002, 1e-15);
	CU_ASSERT_EQUAL(certificate_at(&certificate, 120, 111, 1, false, &error), STATUS_LIMIT);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(status_reason(), "111 A lies outside the points of certificate C-17"));
	CU_ASSERT_EQUAL(certificate_at(&certificate, 120, 0.9, 1, false, &error), STATUS_LIMIT);
	CU_ASSERT_EQUAL(certificate_at(&certificate, 120, 0, 1, false, &error), STATUS_LIMIT);
	CU_ASSERT_EQUAL(certificate_at(&certificate, 265, 1, 1, false, &error), STATUS_LIMIT);
	CU_ASSERT_EQUAL(certificate_at(&certificate, 108, 1, 1, false, &error), STATUS_LIMIT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "108 V"));
}

static void a_certificate_without_points_is_refused(void)
{
	struct certificate empty = {.number = "C-0"};
	struct certified_error error;

	CU_ASSERT_EQUAL(certificate_at(&empty, 120, 1, 1, false, &error), STATUS_LIMIT);
}

static int64_t days(const char *a, const char *b)
{
	int64_t result = INT64_MIN;

	CU_ASSERT_EQUAL(days_between(a, b, &result), STATUS_OK);
	return result;
}

static void days_follow_the_gregorian_calendar(void)
{
	CU_ASSERT_EQUAL(days("2026-01-02", "2027-01-02"), 365);
	CU_ASSERT_EQUAL(days("2024-02-28", "2024-03-01"), 2);
	CU_ASSERT_EQUAL(days("2026-02-28", "2026-03-01"), 1);
	CU_ASSERT_EQUAL(days("2026-03-01", "2026-02-28"), -1);
	/* Unix time 1e9 s fell on 2001-09-09: day 11574 */
	CU_ASSERT_EQUAL(days("1970-01-01", "2001-09-09"), 11574);
	/* 400 years are 146097 days */
	CU_ASSERT_EQUAL(days("1601-01-01", "2001-01-01"), 146097);
	CU_ASSERT_EQUAL(days("1900-02-28", "1900-03-01"), 1);
	CU_ASSERT_EQUAL(days("2026-07-01", "2026-07-01"), 0);
}

static void what_is_no_date_is_refused_by_name(void)
{
	static const char *const wrong[] = {
		"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10",	 "2026-04-31",
		"2026-01-00", "2026-1-31",  "31.01.2026", "2026-01-31T", "",
		"2026/01/31", "20a6-01-31", "0000-01-01",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int64_t result;

		CU_ASSERT_EQUAL(days_between(wrong[i], "2026-01-01", &result), STATUS_BAD_INPUT);
		CU_ASSERT_EQUAL(days_between("2026-01-01", wrong[i], &result), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), wrong[i]));
	}
}

const char *const suite_name = "calibration";
const struct suite_case suite_cases[] = {
	CASE(a_certified_point_is_given_as_it_stands),
	CASE(between_currents_the_error_is_linear_in_their_logarithm),
	CASE(power_factors_are_looked_up_on_their_own_side),
	CASE(between_voltages_the_nearest_one_counts_and_the_other_widens),
	CASE(a_tenth_outside_the_points_is_the_end_of_validity),
	CASE(a_certificate_without_points_is_refused),
	CASE(days_follow_the_gregorian_calendar),
	CASE(what_is_no_date_is_refused_by_name),
	CASES_END,
};
