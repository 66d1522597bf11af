/* bench/virtual_lab/virtual_power_source */
#include <math.h>

#include "bench/virtual_lab/virtual_power_source.h"
#include "tests/support/suite.h"

static const struct three_phase load_120_30 = {
	.volts = {{120, 0}, {120, 120}, {120, 240}},
	.amperes = {{30, 60}, {30, 180}, {30, 300}},
	.hertz = 60,
};

struct bench {
	struct virtual_time *time;
	struct world *world;
	struct virtual_power_source *source;
};

static struct instant at_seconds(double seconds)
{
	return instant_after((struct instant){0}, seconds);
}

static struct bench bench_with(struct source_model model)
{
	struct bench bench = {.time = virtual_time_new(0), .world = world_new()};

	bench.source = virtual_power_source_new(bench.time, bench.world, &model);
	return bench;
}

static void run_to(struct bench *bench, double seconds)
{
	virtual_time_run(bench->time, at_seconds(seconds), NULL, NULL);
}

static void bench_close(struct bench *bench)
{
	virtual_power_source_free(bench->source);
	virtual_time_free(bench->time);
	world_free(bench->world);
}

static double volts_at(struct bench *bench, double seconds)
{
	struct three_phase load;

	world_load_at(bench->world, at_seconds(seconds), &load);
	return load.volts[0].rms;
}

static double amperes_at(struct bench *bench, double seconds)
{
	struct three_phase load;

	world_load_at(bench->world, at_seconds(seconds), &load);
	return load.amperes[0].rms;
}

static void a_perfect_source_needs_one_segment_for_ever(void)
{
	struct bench bench = bench_with((struct source_model){0});

	run_to(&bench, 1);
	virtual_power_source_set(bench.source, &load_120_30, at_seconds(1));
	run_to(&bench, 100000);
	CU_ASSERT_EQUAL(virtual_power_source_segments(bench.source), 1);
	CU_ASSERT_EQUAL(virtual_power_source_next_segment(bench.source).nanoseconds, INT64_MAX);
	CU_ASSERT_EQUAL(virtual_power_source_settled_at(bench.source).nanoseconds,
			NANOSECONDS_PER_SECOND);
	/* P = 3 U I cos 60: 5400 W */
	CU_ASSERT_DOUBLE_EQUAL(world_total_joules(bench.world, at_seconds(10), at_seconds(3610)),
			       5400.0 * 3600, 1e-3);
	bench_close(&bench);
}

static void amplitudes_ramp_linearly_and_the_energy_is_that_of_two_ramps(void)
{
	struct bench bench = bench_with((struct source_model){.ramp_seconds = 2});

	virtual_power_source_set(bench.source, &load_120_30, at_seconds(0));
	run_to(&bench, 10);
	CU_ASSERT_DOUBLE_EQUAL(volts_at(&bench, 0.5), 30, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(amperes_at(&bench, 1.5), 22.5, 1e-9);
	CU_ASSERT_EQUAL(volts_at(&bench, 2), 120);
	CU_ASSERT_EQUAL(amperes_at(&bench, 9), 30);
	/* cos phi * a b T^3/3 per phase */
	CU_ASSERT_DOUBLE_EQUAL(world_total_joules(bench.world, at_seconds(0), at_seconds(2)),
			       3 * 0.5 * 120 * 30 * 2.0 / 3, 1e-6);
	bench_close(&bench);
}

static void the_settling_error_halves_with_each_half_life_and_ends(void)
{
	struct bench bench = bench_with((struct source_model){
		.ramp_seconds = 1, .settling_seconds = 10, .settling_percent = 1});
	double half_life = 10 * log(2);

	virtual_power_source_set(bench.source, &load_120_30, at_seconds(0));
	run_to(&bench, 100);
	CU_ASSERT_DOUBLE_EQUAL(volts_at(&bench, 1), 121.2, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(volts_at(&bench, 1 + half_life), 120.6, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(volts_at(&bench, 1 + 2 * half_life), 120.3, 1e-6);
	CU_ASSERT_EQUAL(volts_at(&bench, 1 + 8 * half_life + 1e-6), 120);
	CU_ASSERT_DOUBLE_EQUAL(
		seconds_between(at_seconds(0), virtual_power_source_settled_at(bench.source)),
		1 + 8 * half_life, 1e-6);
	bench_close(&bench);
}

static void a_change_of_current_does_not_disturb_the_voltage(void)
{
	struct bench bench = bench_with((struct source_model){
		.ramp_seconds = 1, .settling_seconds = 1, .settling_percent = 1});
	struct three_phase less = load_120_30;

	for (int phase = 0; phase < 3; phase++) {
		less.amperes[phase].rms = 10;
	}
	virtual_power_source_set(bench.source, &load_120_30, at_seconds(0));
	run_to(&bench, 50);
	virtual_power_source_set(bench.source, &less, at_seconds(50));
	run_to(&bench, 52);
	CU_ASSERT_EQUAL(volts_at(&bench, 50.5), 120);
	CU_ASSERT_EQUAL(volts_at(&bench, 51), 120);
	/* falls by 20 A and overshoots by 1 % of that */
	CU_ASSERT_DOUBLE_EQUAL(amperes_at(&bench, 50.5), (30 + 9.8) / 2, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(amperes_at(&bench, 51), 9.8, 1e-6);
	bench_close(&bench);
}

static void noise_has_the_deviation_that_was_asked_for(void)
{
	struct bench bench = bench_with((struct source_model){.seed = 7, .noise_percent = 0.1});
	double sum = 0;
	double squares = 0;
	const int seconds = 2000;

	virtual_power_source_set(bench.source, &load_120_30, at_seconds(0));
	run_to(&bench, seconds);
	for (int second = 0; second < seconds; second++) {
		double percent = (volts_at(&bench, second + 0.5) / 120 - 1) * 100;

		CU_ASSERT_EQUAL(volts_at(&bench, second + 0.1), volts_at(&bench, second + 0.9));
		sum += percent;
		squares += percent * percent;
	}
	/* four standard errors: 0.1/sqrt(2000), 0.1/sqrt(4000) */
	CU_ASSERT_DOUBLE_EQUAL(sum / seconds, 0, 4 * 0.1 / 44.7);
	CU_ASSERT_DOUBLE_EQUAL(sqrt(squares / seconds), 0.1, 4 * 0.1 / 63.2);
	bench_close(&bench);
}

static void off_ramps_down_and_then_nothing_is_on_the_terminals(void)
{
	struct bench bench = bench_with((struct source_model){.seed = 3,
							      .ramp_seconds = 0.5,
							      .noise_percent = 0.1,
							      .settling_percent = 1,
							      .settling_seconds = 1});

	virtual_power_source_set(bench.source, &load_120_30, at_seconds(0));
	run_to(&bench, 20);
	virtual_power_source_off(bench.source, at_seconds(20));
	run_to(&bench, 30);
	CU_ASSERT_DOUBLE_EQUAL(volts_at(&bench, 20.25), 60, 0.5);
	CU_ASSERT_TRUE(world_is_energised(bench.world, at_seconds(20.4999)));
	CU_ASSERT_FALSE(world_is_energised(bench.world, at_seconds(20.5)));
	CU_ASSERT_EQUAL(volts_at(&bench, 25), 0);
	CU_ASSERT_EQUAL(virtual_power_source_next_segment(bench.source).nanoseconds, INT64_MAX);
	CU_ASSERT_EQUAL(world_total_joules(bench.world, at_seconds(20.5), at_seconds(30)), 0);
	bench_close(&bench);
}

static void a_killed_source_is_dead_at_once_and_stays_dead(void)
{
	struct bench bench = bench_with((struct source_model){.ramp_seconds = 1});

	virtual_power_source_set(bench.source, &load_120_30, at_seconds(0));
	run_to(&bench, 5);
	virtual_power_source_kill(bench.source, at_seconds(5));
	CU_ASSERT_FALSE(world_is_energised(bench.world, at_seconds(5)));
	virtual_power_source_set(bench.source, &load_120_30, at_seconds(6));
	run_to(&bench, 10);
	CU_ASSERT_FALSE(world_is_energised(bench.world, at_seconds(9)));
	CU_ASSERT_TRUE(virtual_power_source_is_dead(bench.source));
	CU_ASSERT_EQUAL(virtual_power_source_setting(bench.source)->volts[0].rms, 0);
	bench_close(&bench);
}

static double joules_in_slices(double slice)
{
	struct bench bench = bench_with((struct source_model){.seed = 11,
							      .setting_percent = 0.02,
							      .setting_degrees = 0.01,
							      .drift_percent = 0.05,
							      .noise_percent = 0.01,
							      .frequency_ppm = 20,
							      .ramp_seconds = 0.7,
							      .settling_seconds = 0.9,
							      .settling_percent = 0.3});

	run_to(&bench, 0.123);
	virtual_power_source_set(bench.source, &load_120_30, at_seconds(0.123));
	for (double seconds = slice; seconds < 20; seconds += slice) {
		run_to(&bench, seconds + 0.123);
	}
	run_to(&bench, 40);
	double joules = world_total_joules(bench.world, at_seconds(0), at_seconds(40));

	bench_close(&bench);
	return joules;
}

static void the_way_time_is_cut_changes_no_bit(void)
{
	double whole = joules_in_slices(100);

	CU_ASSERT_EQUAL(joules_in_slices(0.01), whole);
	CU_ASSERT_EQUAL(joules_in_slices(0.37), whole);
	CU_ASSERT_DOUBLE_EQUAL(whole, 5400 * 39, 5400);
}

const char *const suite_name = "virtual_power_source";
const struct suite_case suite_cases[] = {
	CASE(a_perfect_source_needs_one_segment_for_ever),
	CASE(amplitudes_ramp_linearly_and_the_energy_is_that_of_two_ramps),
	CASE(the_settling_error_halves_with_each_half_life_and_ends),
	CASE(a_change_of_current_does_not_disturb_the_voltage),
	CASE(noise_has_the_deviation_that_was_asked_for),
	CASE(off_ramps_down_and_then_nothing_is_on_the_terminals),
	CASE(a_killed_source_is_dead_at_once_and_stays_dead),
	CASE(the_way_time_is_cut_changes_no_bit),
	CASES_END,
};
