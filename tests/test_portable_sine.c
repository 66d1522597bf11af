/* reference_source/portable_sine against the C library's long double functions */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "reference_source/portable_sine.h"
#include "tests/support/suite.h"

#define PI_LONG 3.14159265358979323846264338327950288L

/* A plain generator of the test's own; its seed is written here. */
static double random_between(double low, double high)
{
	static uint64_t state = 20260102;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return low + (high - low) * (double)(state >> 11) * 0x1p-53;
}

static double worst_error(double range, int points)
{
	double worst = 0;

	for (int i = 0; i < points; i++) {
		double turns = random_between(-range, range);
		struct sine_cosine got = sine_cosine_of_turns(turns);
		long double angle = 2 * PI_LONG * ((long double)turns - roundl((long double)turns));
		double sine_error = (double)fabsl((long double)got.sine - sinl(angle));
		double cosine_error = (double)fabsl((long double)got.cosine - cosl(angle));

		worst = fmax(worst, fmax(sine_error, cosine_error));
	}
	return worst;
}

static void error_stays_below_2e_15_up_to_a_million_turns(void)
{
	CU_ASSERT(worst_error(0.125, 20000) < 2e-15);
	CU_ASSERT(worst_error(2, 20000) < 2e-15);
	CU_ASSERT(worst_error(1e6, 20000) < 2e-15);
}

static void quarter_turns_are_exact_in_both_directions(void)
{
	static const double sine[4] = {0, 1, 0, -1};

	for (int quarter = -9; quarter <= 9; quarter++) {
		struct sine_cosine got = sine_cosine_of_turns(quarter * 0.25);

		CU_ASSERT(got.sine == sine[quarter & 3]);
		CU_ASSERT(got.cosine == sine[(quarter + 1) & 3]);
	}
}

static void small_angles_keep_their_relative_accuracy(void)
{
	double turns = 1e-12;

	CU_ASSERT_DOUBLE_EQUAL(sine_cosine_of_turns(turns).sine / (TWO_PI * turns), 1.0, 1e-15);
}

static void sixty_degrees_has_cosine_one_half(void)
{
	CU_ASSERT_DOUBLE_EQUAL(sine_cosine_of_degrees(60).cosine, 0.5, 2e-16);
	CU_ASSERT_DOUBLE_EQUAL(sine_cosine_of_degrees(-30).sine, -0.5, 2e-16);
}

static void huge_numbers_are_whole_turns_and_infinity_is_no_number(void)
{
	CU_ASSERT(sine_cosine_of_turns(1e300).sine == 0);
	CU_ASSERT(sine_cosine_of_turns(-1e300).cosine == 1);
	CU_ASSERT(isnan(sine_cosine_of_turns(INFINITY).sine));
	CU_ASSERT(isnan(sine_cosine_of_turns(NAN).cosine));
}

const char *const suite_name = "portable_sine";
const struct suite_case suite_cases[] = {
	CASE(error_stays_below_2e_15_up_to_a_million_turns),
	CASE(quarter_turns_are_exact_in_both_directions),
	CASE(small_angles_keep_their_relative_accuracy),
	CASE(sixty_degrees_has_cosine_one_half),
	CASE(huge_numbers_are_whole_turns_and_infinity_is_no_number),
	CASES_END,
};
