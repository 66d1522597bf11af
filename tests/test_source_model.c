/* reference_source/source_model */
#include <math.h>

#include "reference_source/source_model.h"
#include "tests/support/suite.h"

#define TRIALS 4000

static const struct three_phase asked = {
	.volts = {{120, 0}, {120, 120}, {120, 240}},
	.amperes = {{30, 60}, {30, 180}, {30, 300}},
	.hertz = 60,
};

/* Relative error in per cent of channel A's voltage for one seed. */
static double volts_error(struct source_model model, uint64_t seed, int64_t second)
{
	struct three_phase given;

	model.seed = seed;
	source_model_apply(&model, &asked, second, &given);
	return 100 * (given.volts[0].rms / 120 - 1);
}

static double deviation_over_seeds(const struct source_model *model, int64_t second)
{
	double square = 0;

	for (uint64_t seed = 1; seed <= TRIALS; seed++) {
		double error = volts_error(*model, seed, second);

		square += error * error;
	}
	return sqrt(square / TRIALS);
}

static void a_source_with_everything_off_gives_what_was_asked(void)
{
	struct source_model model = {.seed = 1};
	struct three_phase given;

	source_model_apply(&model, &asked, 100, &given);
	for (int i = 0; i < 3; i++) {
		CU_ASSERT(given.volts[i].rms == asked.volts[i].rms);
		CU_ASSERT(given.volts[i].lag_degrees == asked.volts[i].lag_degrees);
		CU_ASSERT(given.amperes[i].rms == asked.amperes[i].rms);
		CU_ASSERT(given.amperes[i].lag_degrees == asked.amperes[i].lag_degrees);
	}
	CU_ASSERT(given.hertz == asked.hertz);
}

static void the_fixed_error_has_its_deviation_and_does_not_move(void)
{
	struct source_model model = {.seed = 3, .setting_percent = 0.05};

	/* deviation of a deviation: 1/sqrt(2 n), five times */
	CU_ASSERT_DOUBLE_EQUAL(deviation_over_seeds(&model, 5) / 0.05, 1, 5 / sqrt(2.0 * TRIALS));
	double first = volts_error(model, 3, 0);
	CU_ASSERT(volts_error(model, 3, 86400) == first);
	model.setting = 17;
	CU_ASSERT(volts_error(model, 3, 0) == first);
}

static void noise_changes_every_second_and_with_the_setting(void)
{
	struct source_model model = {.seed = 3, .noise_percent = 0.01};
	double first = volts_error(model, 3, 1);

	CU_ASSERT(volts_error(model, 3, 2) != first);
	CU_ASSERT(volts_error(model, 3, 1) == first);
	model.setting = 1;
	CU_ASSERT(volts_error(model, 3, 1) != first);
	CU_ASSERT_DOUBLE_EQUAL(deviation_over_seeds(&model, 9) / 0.01, 1, 5 / sqrt(2.0 * TRIALS));
}

static void the_walk_grows_with_the_root_of_time(void)
{
	struct source_model model = {.drift_percent = 0.02};

	CU_ASSERT(volts_error(model, 1, 0) == 0);
	CU_ASSERT_DOUBLE_EQUAL(deviation_over_seeds(&model, 3600) / 0.02, 1,
			       5 / sqrt(2.0 * TRIALS));
	CU_ASSERT_DOUBLE_EQUAL(deviation_over_seeds(&model, 900) / 0.02, 0.5,
			       2.5 / sqrt(2.0 * TRIALS));
	CU_ASSERT_DOUBLE_EQUAL(deviation_over_seeds(&model, 36 * 3600) / 0.02, 6,
			       30 / sqrt(2.0 * TRIALS));
}

static void the_walk_makes_steps_of_one_sixtieth_per_second(void)
{
	struct source_model model = {.drift_percent = 1};
	double square = 0;

	for (int64_t second = 0; second < TRIALS; second++) {
		double step = volts_error(model, 1, second + 1) - volts_error(model, 1, second);

		square += step * step;
	}
	/* variance 1 after 3600 independent steps: 1/60 each */
	CU_ASSERT_DOUBLE_EQUAL(60 * sqrt(square / TRIALS), 1, 5 / sqrt(2.0 * TRIALS));
}

static void the_tail_after_the_ramp_dies_with_its_time_constant(void)
{
	struct source_model model = {.settling_percent = 0.5, .settling_seconds = 2};

	CU_ASSERT_DOUBLE_EQUAL(volts_error(model, 1, 0), 0.5, 1e-11);
	CU_ASSERT_DOUBLE_EQUAL(volts_error(model, 1, 2), 0.5 * exp(-1), 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(volts_error(model, 1, 9), 0.5 * exp(-4.5), 1e-9);
	CU_ASSERT(fabs(volts_error(model, 1, 1000)) < 1e-12);
}

static void channels_and_angles_err_independently(void)
{
	struct source_model model = {.seed = 5, .setting_percent = 0.1, .setting_degrees = 0.05};
	struct three_phase given;

	source_model_apply(&model, &asked, 0, &given);
	CU_ASSERT(given.volts[0].rms != given.volts[1].rms);
	CU_ASSERT(given.volts[0].rms / 120 != given.amperes[0].rms / 30);
	CU_ASSERT(given.amperes[0].lag_degrees - 60 != given.volts[0].lag_degrees);
	CU_ASSERT_DOUBLE_EQUAL(given.amperes[0].lag_degrees, 60, 0.31);
}

static void a_channel_that_is_off_stays_off(void)
{
	struct source_model model = {
		.seed = 1,
		.setting_percent = 1,
		.noise_percent = 1,
		.settling_percent = 1,
		.settling_seconds = 1,
	};
	struct three_phase dead = {.volts = {{120, 0}}, .hertz = 60};
	struct three_phase given;

	source_model_apply(&model, &dead, 0, &given);
	CU_ASSERT(given.volts[1].rms == 0);
	CU_ASSERT(given.amperes[0].rms == 0);
	CU_ASSERT(given.volts[0].rms != 120);
}

static void the_frequency_is_off_by_parts_per_million(void)
{
	struct source_model model = {.frequency_ppm = 20};
	double square = 0;

	for (uint64_t seed = 1; seed <= TRIALS; seed++) {
		struct three_phase given;

		model.seed = seed;
		source_model_apply(&model, &asked, 0, &given);
		double ppm = (given.hertz / 60 - 1) * 1e6;
		square += ppm * ppm;
	}
	CU_ASSERT_DOUBLE_EQUAL(sqrt(square / TRIALS) / 20, 1, 5 / sqrt(2.0 * TRIALS));
}

const char *const suite_name = "source_model";
const struct suite_case suite_cases[] = {
	CASE(a_source_with_everything_off_gives_what_was_asked),
	CASE(the_fixed_error_has_its_deviation_and_does_not_move),
	CASE(noise_changes_every_second_and_with_the_setting),
	CASE(the_walk_grows_with_the_root_of_time),
	CASE(the_walk_makes_steps_of_one_sixtieth_per_second),
	CASE(the_tail_after_the_ramp_dies_with_its_time_constant),
	CASE(channels_and_angles_err_independently),
	CASE(a_channel_that_is_off_stays_off),
	CASE(the_frequency_is_off_by_parts_per_million),
	CASES_END,
};
