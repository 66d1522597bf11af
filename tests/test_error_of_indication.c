/* procedures/error_of_indication */
#include <math.h>

#include "procedures/error_of_indication.h"
#include "tests/support/suite.h"

static void pulses_against_energy_give_the_error(void)
{
	CU_ASSERT_DOUBLE_EQUAL(error_by_pulses_percent(100, 1.8, 180, 0), 0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(error_by_pulses_percent(10, 1.8, 17.928, 0), 100 * (18 / 17.928 - 1),
			       1e-12);
	/* a lost pulse of eleven: -9.1 % */
	CU_ASSERT_DOUBLE_EQUAL(error_by_pulses_percent(10, 1.8, 19.8, 0), -9.0909, 1e-4);
	/* 1.8 entered instead of 1.2: +50 % */
	CU_ASSERT_DOUBLE_EQUAL(error_by_pulses_percent(10, 1.8, 12, 0), 50, 1e-12);
}

static void received_energy_counts_by_its_size(void)
{
	CU_ASSERT_DOUBLE_EQUAL(error_by_pulses_percent(100, 1.8, -180, 0), 0, 1e-12);
}

static void the_standards_own_error_is_taken_off(void)
{
	/* the standard shows 0.05 % too much: the energy was 180 Wh */
	CU_ASSERT_DOUBLE_EQUAL(error_by_pulses_percent(100, 1.8, 180 * 1.0005, 0.05), 0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(error_by_register_percent(-1000, -1000 * 0.9998, -0.02), 0, 1e-12);
}

static void a_register_of_the_wrong_sign_is_200_percent_off(void)
{
	CU_ASSERT_DOUBLE_EQUAL(error_by_register_percent(1002, 1000, 0), 0.2, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(error_by_register_percent(-1000, 1000, 0), -200, 1e-12);
}

static const struct measuring_time_needs edges_only = {
	.watts = 166200,
	.watt_hours_per_pulse = 1.8,
	.wanted_uncertainty = 0.00005,
	.edge_seconds = 1.0 / 3840,
};

static void edges_of_one_frame_need_110_pulses_at_full_load_and_one_at_360_watts(void)
{
	struct measuring_time_needs needs = edges_only;

	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 110);
	needs.watts = 360;
	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 1);
}

static void counts_of_the_standard_need_time_at_low_power(void)
{
	struct measuring_time_needs needs = {
		.watts = 360,
		.watt_hours_per_pulse = 0.15,
		.wanted_uncertainty = 0.00005,
		.count_watt_hours = 1e-4,
	};

	/* T = 3600*1e-4/(sqrt(6)*2.5e-5*360) = 16.33 s, 0.1 W h per second: 10.89 pulses */
	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 11);
}

static void noise_needs_the_square_of_its_ratio(void)
{
	struct measuring_time_needs needs = {
		.watts = 3600,
		.watt_hours_per_pulse = 1.5,
		.wanted_uncertainty = 0.0002,
		.noise_one_second = 0.0005,
	};

	/* (0.0005/0.0001)^2 = 25 s at 1 Wh per second: 16.7 pulses */
	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 17);
}

static void the_longest_of_all_needs_decides(void)
{
	struct measuring_time_needs needs = edges_only;

	needs.minimum_seconds = 10;
	/* 166200*10/6480 = 256.5 */
	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 257);
	needs.noise_one_second = 0.0005;
	/* 20^2 = 400 s: 10259.3 */
	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 10260);
}

static void a_whole_number_of_pulses_is_not_rounded_up(void)
{
	struct measuring_time_needs needs = {
		.watts = 720,
		.watt_hours_per_pulse = 0.2,
		.wanted_uncertainty = 0.001,
		.minimum_seconds = 10,
	};

	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 10);
}

static void impossible_needs_ask_for_one_pulse_or_a_bounded_number(void)
{
	struct measuring_time_needs needs = edges_only;

	needs.watts = 0;
	CU_ASSERT_EQUAL(pulses_for_uncertainty(&needs), 1);
	needs.watts = 360;
	needs.minimum_seconds = INFINITY;
	CU_ASSERT(pulses_for_uncertainty(&needs) > 1000000);
}

const char *const suite_name = "error_of_indication";
const struct suite_case suite_cases[] = {
	CASE(pulses_against_energy_give_the_error),
	CASE(received_energy_counts_by_its_size),
	CASE(the_standards_own_error_is_taken_off),
	CASE(a_register_of_the_wrong_sign_is_200_percent_off),
	CASE(edges_of_one_frame_need_110_pulses_at_full_load_and_one_at_360_watts),
	CASE(counts_of_the_standard_need_time_at_low_power),
	CASE(noise_needs_the_square_of_its_ratio),
	CASE(the_longest_of_all_needs_decides),
	CASE(a_whole_number_of_pulses_is_not_rounded_up),
	CASE(impossible_needs_ask_for_one_pulse_or_a_bounded_number),
	CASES_END,
};
