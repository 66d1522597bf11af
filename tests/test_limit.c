/* procedures/limit and limits/iec_62053_22_02s.xml. In = 50 A, Imin = 0.5 A for Imax = 200 A. */
#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/limit.h"
#include "tests/support/suite.h"

#define NO_ROW 0
#define QUESTION(of, current, maximum, factor, lags, is_single)                                    \
	&(struct limit_question)                                                                   \
	{                                                                                          \
		.test = (of), .amperes = (current), .maximum_amperes = (maximum),                  \
		.power_factor = (factor), .side = (lags), .is_single_element = (is_single),        \
	}

struct point {
	double amperes, power_factor;
	enum power_factor_side side;
	bool is_single;
	double limit_percent; /* NO_ROW: none */
};

static struct limit_set *load_stand_in(void)
{
	char path[1200];
	struct limit_set *set = NULL;

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &set), STATUS_OK);
	return set;
}

static void expect_points(const struct point *points, size_t count, double scale)
{
	static const char *const tests[] = {"load_performance", "register"};
	struct limit_set *set = load_stand_in();

	for (size_t i = 0; i < count; i++) {
		for (size_t test = 0; test < 2; test++) {
			struct limit limit;
			limit_find(set,
				   QUESTION(tests[test], points[i].amperes * scale, 200 * scale,
					    points[i].power_factor, points[i].side,
					    points[i].is_single),
				   &limit);
			CU_ASSERT_EQUAL(limit.has_row, points[i].limit_percent != NO_ROW);
			CU_ASSERT_EQUAL(limit.limit_percent, points[i].limit_percent);
		}
	}
	limit_set_free(set);
}

/* Figures of the decree, class D, from a transcription beside the code's own file. */
static const struct point decree[] = {
	{0.499, 1, POWER_FACTOR_UNITY, false, NO_ROW},
	{0.5, 1, POWER_FACTOR_UNITY, false, 0.4},
	{2, 1, POWER_FACTOR_UNITY, false, 0.4},
	{2.499, 1, POWER_FACTOR_UNITY, false, 0.4},
	{2.5, 1, POWER_FACTOR_UNITY, false, 0.2},
	{200, 1, POWER_FACTOR_UNITY, false, 0.2},
	{200.1, 1, POWER_FACTOR_UNITY, false, NO_ROW},
	{0.999, 0.5, POWER_FACTOR_LAGGING, false, NO_ROW},
	{1, 0.5, POWER_FACTOR_LAGGING, false, 0.5},
	{4.999, 0.5, POWER_FACTOR_LAGGING, false, 0.5},
	{5, 0.5, POWER_FACTOR_LAGGING, false, 0.3},
	{200, 0.5, POWER_FACTOR_LAGGING, false, 0.3},
	{200.1, 0.5, POWER_FACTOR_LAGGING, false, NO_ROW},
	{1, 0.8, POWER_FACTOR_LEADING, false, 0.5},
	{5, 0.8, POWER_FACTOR_LEADING, false, 0.3},
	{5, 0.9, POWER_FACTOR_LAGGING, false, 0.3},
	{5, 0.49, POWER_FACTOR_LAGGING, false, NO_ROW},
	{5, 0.79, POWER_FACTOR_LEADING, false, NO_ROW},
	{2.499, 1, POWER_FACTOR_UNITY, true, NO_ROW},
	{2.5, 1, POWER_FACTOR_UNITY, true, 0.3},
	{200, 1, POWER_FACTOR_UNITY, true, 0.3},
	{4.999, 0.5, POWER_FACTOR_LAGGING, true, NO_ROW},
	{5, 0.5, POWER_FACTOR_LAGGING, true, 0.4},
	{200, 0.5, POWER_FACTOR_LAGGING, true, 0.4},
	{5, 0.8, POWER_FACTOR_LEADING, true, NO_ROW},
};

static void every_row_and_boundary_of_class_200_is_found(void)
{
	expect_points(decree, sizeof(decree) / sizeof(decree[0]), 1);
}

static void the_rows_scale_with_the_maximum_current(void)
{
	expect_points(decree, sizeof(decree) / sizeof(decree[0]), 0.1);
}

static void a_boundary_is_met_in_spite_of_the_last_bits(void)
{
	struct limit_set *set = load_stand_in();
	struct limit limit;

	/* 1.25 % of 200 A and a tenth of 3 x 0.1 A: neither product is exact in binary. */
	limit_find(set,
		   QUESTION("register", 1.25 / 100 * 200 * (1 - 1e-15), 200, 1, POWER_FACTOR_UNITY,
			    false),
		   &limit);
	CU_ASSERT_EQUAL(limit.limit_percent, 0.2);
	limit_find(set, QUESTION("register", 200 * (1 + 1e-15), 200, 1, POWER_FACTOR_UNITY, false),
		   &limit);
	CU_ASSERT_EQUAL(limit.limit_percent, 0.2);
	limit_set_free(set);
}

static void a_borrowed_limit_says_so(void)
{
	struct limit_set *set = load_stand_in();
	struct limit limit;

	limit_find(set, QUESTION("load_performance", 50, 200, 1, POWER_FACTOR_UNITY, false),
		   &limit);
	CU_ASSERT_EQUAL(limit.provenance, PROVENANCE_STAND_IN);
	CU_ASSERT_STRING_EQUAL(provenance_name(limit.provenance), "stand-in");
	CU_ASSERT_PTR_NOT_NULL(strstr(limit.note, "not Measurement Canada limits"));
	CU_ASSERT_PTR_NOT_NULL(strstr(limit.document, "IEC 62053-22 class 0.2 S"));
	CU_ASSERT_PTR_NOT_NULL(strstr(limit_set_title(set), "stand-in"));
	limit_set_free(set);
}

static void a_test_without_rows_has_no_limit(void)
{
	struct limit_set *set = load_stand_in();
	struct limit limit;

	limit_find(set, QUESTION("load", 50, 200, 1, POWER_FACTOR_UNITY, false), &limit);
	CU_ASSERT_FALSE(limit.has_row);
	limit_find(set, QUESTION("auxiliary", 50, 200, 1, POWER_FACTOR_UNITY, false), &limit);
	CU_ASSERT_FALSE(limit.has_row);
	limit_set_free(set);
}

static enum status load_row(const char *row)
{
	char path[1200];
	struct limit_set *set = NULL;

	data_folder_set(source_folder);
	snprintf(path, sizeof(path), "%s/limits.xml", scratch_folder());
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fprintf(stream,
		"<limits xmlns='urn:mcbench:limits:1' id='x' title='t' document='D' clause='C' "
		"provenance='recalled' "
		"note='n'>\n<currents nominal='0.25 Imax' minimum='0.01 In'/>\n<row "
		"tests='register' %s/></limits>",
		row);
	fclose(stream);
	enum status status = limit_set_load(path, &set);
	if (!status) {
		struct limit limit;
		limit_find(set, QUESTION("register", 50, 200, 1, POWER_FACTOR_UNITY, false),
			   &limit);
		CU_ASSERT_EQUAL(limit.provenance, PROVENANCE_LABORATORY);
		CU_ASSERT_STRING_EQUAL(limit.document, "D");
		CU_ASSERT_STRING_EQUAL(limit.clause, "7.1");
	}
	limit_set_free(set);
	return status;
}

static void a_row_may_have_a_provenance_of_its_own(void)
{
	CU_ASSERT_EQUAL(load_row("elements='all' from='In' to='Imax' power_factor='1' limit='0.7 "
				 "%' clause='7.1' "
				 "provenance='laboratory'"),
			STATUS_OK);
}

static void mistakes_in_a_limits_file_are_told_with_their_line(void)
{
	static const struct {
		const char *row, *part;
	} wrong[] = {
		{"elements='all' from='In' power_factor='1' limit='0.7 %'", "below"},
		{"elements='all' from='In' to='Imax' below='Imax' power_factor='1' limit='0.7 %'",
		 "below"},
		{"elements='all' from='In' to='Imax' limit='0.7 %'", "power_factor"},
		{"elements='all' from='In' to='Imax' power_factor_from='0.5L' limit='0.7 %'",
		 "power_factor"},
		{"elements='all' from='In' to='Imax' power_factor_from='0.8C' "
		 "power_factor_to='0.5L' limit='1 %'",
		 "more lagging"},
		{"elements='all' from='In' to='Imax' power_factor='1' limit='0.7'",
		 "limit=\"0.7\""},
		{"elements='all' from='In' to='Imax' power_factor='1' limit='0 %'", "above 0 %"},
		{"elements='all' from='5 kA' to='Imax' power_factor='1' limit='1 %'",
		 "from=\"5 kA\""},
		{"from='In' to='Imax' power_factor='1' limit='1 s/day'", "register is in percent"},
		{"from='In' to='Imax' power_factor='1' limit='1 %' lower='2 %'", "below the limit"},
		{"from='In' to='Imax' power_factor='1' limit='1 of load_performance' lower='-2 %'",
		 "is a formula"},
		{"from='In' to='Imax' power_factor='1' limit='1 of register'",
		 "limit=\"1 of register\""},
		{"from='In' to='Imax' power_factor='1' volts_ratio='1.1 to 0.9' limit='1 %'",
		 "has to be the larger"},
		{"from='In' to='Imax' power_factor='1' class='20' limit='1 %'", "class=\"20\""},
		{"below='Imax' power_factor='1' limit='1 %'", "\"from\""},
		{"elements='both' from='In' to='Imax' power_factor='1' limit='1 %'",
		 "elements=\"both\""},
		{"elements='all' from='In' to='Imax' power_factor='1' limit='1 %' "
		 "provenance='verified'",
		 "provenance=\"verified\""},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL(load_row(wrong[i].row), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "limits.xml line 3: "));
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), wrong[i].part));
	}
}

const char *const suite_name = "limit";
const struct suite_case suite_cases[] = {
	CASE(every_row_and_boundary_of_class_200_is_found),
	CASE(the_rows_scale_with_the_maximum_current),
	CASE(a_boundary_is_met_in_spite_of_the_last_bits),
	CASE(a_borrowed_limit_says_so),
	CASE(a_test_without_rows_has_no_limit),
	CASE(a_row_may_have_a_provenance_of_its_own),
	CASE(mistakes_in_a_limits_file_are_told_with_their_line),
	CASES_END,
};
