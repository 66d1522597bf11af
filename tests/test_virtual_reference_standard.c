/* bench/virtual_lab/virtual_reference_standard, against the closed forms of g*cos(phi+d)/cos(phi)
 * and of the 2f term */
#include <math.h>

#include "bench/virtual_lab/virtual_reference_standard.h"
#include "tests/support/suite.h"

static const double pi = 3.14159265358979323846;

static struct instant at_seconds(double seconds)
{
	return instant_after((struct instant){0}, seconds);
}

static struct world_pulse pulse_at(double seconds)
{
	return (struct world_pulse){.at = at_seconds(seconds)};
}

static double radians(double degrees)
{
	return degrees * pi / 180;
}

/* 120 V, 30 A on the phases named, currents behind their voltages by phi, from second 0 on. */
static struct world *world_with(const char *phases, double phi)
{
	struct world *world = world_new();
	struct load_segment segment = {.start = {0}, .end = INSTANT_NEVER, .hertz = 60};

	for (; *phases; phases++) {
		int phase = *phases - 'A';

		segment.volts[phase] = (struct ramped_phasor){120, 0, 120.0 * phase};
		segment.amperes[phase] = (struct ramped_phasor){30, 0, 120.0 * phase + phi};
	}
	world_append(world, &segment);
	return world;
}

static void gain_and_lag_give_the_closed_form_at_every_power_factor(void)
{
	const struct standard_model model = {.gain_percent = {0.1, 0.1, 0.1},
					     .lag_degrees = {0.05, 0.05, 0.05}};
	const double angles[] = {0, 60, -36.87, 170};

	for (int i = 0; i < 4; i++) {
		struct world *world = world_with("ABC", angles[i]);
		struct virtual_reference_standard *standard =
			virtual_reference_standard_new(world, &model);
		double seen = virtual_reference_standard_watt_hours(standard, pulse_at(1.2345),
								    pulse_at(101.2345));
		double expected =
			3 * 120 * 30 * 1.001 * cos(radians(angles[i] + 0.05)) * 100 / 3600;

		CU_ASSERT_DOUBLE_EQUAL(seen / expected, 1, 1e-9);
		virtual_reference_standard_free(standard);
		world_free(world);
	}
}

static void each_phase_has_its_own_errors(void)
{
	const struct standard_model model = {.gain_percent = {0, 0, 0.3},
					     .lag_degrees = {0, 0.4, 0}};
	struct world *world = world_with("ABC", 60);
	struct virtual_reference_standard *standard = virtual_reference_standard_new(world, &model);
	struct standard_quantities seen;

	virtual_reference_standard_read(standard, at_seconds(10), 1, &seen);
	CU_ASSERT_DOUBLE_EQUAL(seen.watts[0], 1800, 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(seen.watts[1], 3600 * cos(radians(60.4)), 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(seen.watts[2], 1805.4, 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(seen.amperes[2], 30.09, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(seen.amperes_lag_degrees[1], 180.4, 1e-9);
	virtual_reference_standard_free(standard);
	world_free(world);
}

static void one_phase_between_any_two_instants_has_its_2f_term(void)
{
	const struct standard_model perfect = {0};
	struct world *world = world_with("A", 60);
	struct virtual_reference_standard *standard =
		virtual_reference_standard_new(world, &perfect);
	double from = 0.0123;
	double to = 0.9876;
	double omega = 2 * pi * 60;
	double beta = -radians(60);
	double joules = 120 * 30 *
			(cos(beta) * (to - from) +
			 (sin(2 * omega * to + beta) - sin(2 * omega * from + beta)) / (2 * omega));

	CU_ASSERT_DOUBLE_EQUAL(
		virtual_reference_standard_watt_hours(standard, pulse_at(from), pulse_at(to)) *
			3600,
		joules, 1e-7);
	virtual_reference_standard_free(standard);
	world_free(world);
}

static void a_part_of_a_nanosecond_counts(void)
{
	const struct standard_model perfect = {0};
	struct world *world = world_with("ABC", 0);
	struct virtual_reference_standard *standard =
		virtual_reference_standard_new(world, &perfect);
	struct world_pulse from = pulse_at(1);
	struct world_pulse to = pulse_at(1.001);
	double before = virtual_reference_standard_watt_hours(standard, from, to);

	to.fraction_of_nanosecond = 0.5;
	from.fraction_of_nanosecond = 0.25;
	double after = virtual_reference_standard_watt_hours(standard, from, to);
	CU_ASSERT_DOUBLE_EQUAL((after - before) * 3600, 10800 * 0.25e-9, 1e-9);
	virtual_reference_standard_free(standard);
	world_free(world);
}

static void readings_average_over_whole_cycles(void)
{
	const struct standard_model perfect = {0};
	struct world *world = world_with("A", -60);
	struct virtual_reference_standard *standard =
		virtual_reference_standard_new(world, &perfect);
	struct standard_quantities seen;

	/* 0.73 s are 43.8 cycles; with the ripple in it P would be wrong by up to 0.4 % */
	virtual_reference_standard_read(standard, at_seconds(5.4321), 0.73, &seen);
	CU_ASSERT_DOUBLE_EQUAL(seen.watts[0], 1800, 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(seen.vars[0], -3600 * sin(radians(60)), 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(seen.volts[0], 120, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(seen.hertz, 60, 1e-6);
	CU_ASSERT_EQUAL(seen.volts[1], 0);
	virtual_reference_standard_free(standard);
	world_free(world);
}

static void the_rms_of_a_ramp_is_its_root_mean_square(void)
{
	const struct standard_model perfect = {0};
	struct world *world = world_new();
	struct load_segment ramp = {.start = {0}, .end = INSTANT_NEVER, .hertz = 60};
	struct virtual_reference_standard *standard =
		virtual_reference_standard_new(world, &perfect);
	struct standard_quantities seen;

	ramp.volts[0].rms_per_second = 60;
	world_append(world, &ramp);
	/* from -1 s to 2 s: zero, then 0 to 120 V: sqrt(120^2 * 2/3 / 3) */
	virtual_reference_standard_read(standard, at_seconds(2), 3, &seen);
	CU_ASSERT_DOUBLE_EQUAL(seen.volts[0], sqrt(120 * 120 * 2.0 / 9), 1e-6);
	virtual_reference_standard_free(standard);
	world_free(world);
}

static void noise_has_its_deviation_and_energies_still_add_up(void)
{
	const struct standard_model model = {.seed = 5, .noise_percent = 0.02};
	struct world *world = world_with("ABC", 0);
	struct virtual_reference_standard *standard = virtual_reference_standard_new(world, &model);
	double squares = 0;
	double sum = 0;

	for (int second = 1; second <= 2000; second++) {
		double watt_hours = virtual_reference_standard_watt_hours(
			standard, pulse_at(second), pulse_at(second + 1));
		double percent = (watt_hours / 3 - 1) * 100;

		sum += watt_hours;
		squares += percent * percent;
	}
	CU_ASSERT_DOUBLE_EQUAL(sqrt(squares / 2000), 0.02, 4 * 0.02 / 63.2);
	CU_ASSERT_DOUBLE_EQUAL(
		virtual_reference_standard_watt_hours(standard, pulse_at(1), pulse_at(2001)), sum,
		1e-8);
	virtual_reference_standard_free(standard);
	world_free(world);
}

static void a_span_asked_in_steps_has_the_bits_of_one_question(void)
{
	const struct standard_model model = {
		.seed = 9, .noise_percent = 0.05, .gain_percent = {0.1, 0, -0.1}};
	struct world *world = world_with("ABC", 30);
	struct virtual_reference_standard *standard = virtual_reference_standard_new(world, &model);
	struct energy_span span = energy_span_from(pulse_at(0.321));
	double last = 0;

	for (double seconds = 1; seconds < 50; seconds += 0.77) {
		last = virtual_reference_standard_span(standard, &span, pulse_at(seconds));
		CU_ASSERT_EQUAL(last, virtual_reference_standard_watt_hours(
					      standard, pulse_at(0.321), pulse_at(seconds)));
	}
	CU_ASSERT_DOUBLE_EQUAL(last, 3600 * 3 * cos(radians(30)) * 49.0 / 3600, 2);
	/* and going back is allowed */
	CU_ASSERT_EQUAL(
		virtual_reference_standard_span(standard, &span, pulse_at(7)),
		virtual_reference_standard_watt_hours(standard, pulse_at(0.321), pulse_at(7)));
	virtual_reference_standard_free(standard);
	world_free(world);
}

/* Watt-hours of a balanced load of 3 x 120 V x 30 A at power factor 1 through leads that are wrong,
 * over 100 s, as a share of the true ones. */
static double share_seen(const struct standard_faults *faults)
{
	const struct standard_model model = {.faults = *faults};
	struct world *world = world_with("ABC", 0);
	struct virtual_reference_standard *standard = virtual_reference_standard_new(world, &model);
	double seen = virtual_reference_standard_watt_hours(standard, pulse_at(1), pulse_at(101));

	virtual_reference_standard_free(standard);
	world_free(world);
	return seen / (3 * 120 * 30 * 100.0 / 3600);
}

static void wrong_leads_give_their_closed_forms(void)
{
	/* 1 + cos 120 + cos -120; two thirds less one; two thirds */
	CU_ASSERT_DOUBLE_EQUAL(share_seen(&(struct standard_faults){.has_swapped_currents = true}),
			       0, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(share_seen(&(struct standard_faults){.reversed_current = 2}),
			       1.0 / 3, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(share_seen(&(struct standard_faults){.open_current = 3}), 2.0 / 3,
			       1e-9);
}

static void drift_and_jump_change_the_gain_with_time(void)
{
	/* whole seconds 1 … 100 of 3.6 % an hour: their mean is 50.5 s; half of them after the jump
	 */
	CU_ASSERT_DOUBLE_EQUAL(share_seen(&(struct standard_faults){.drift_percent_per_hour = 3.6}),
			       1 + 0.036 * 50.5 / 3600, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(
		share_seen(&(struct standard_faults){.jump_percent = 2, .jump_at = at_seconds(51)}),
		1.01, 1e-9);
}

const char *const suite_name = "virtual_reference_standard";
const struct suite_case suite_cases[] = {
	CASE(gain_and_lag_give_the_closed_form_at_every_power_factor),
	CASE(each_phase_has_its_own_errors),
	CASE(one_phase_between_any_two_instants_has_its_2f_term),
	CASE(a_part_of_a_nanosecond_counts),
	CASE(readings_average_over_whole_cycles),
	CASE(the_rms_of_a_ramp_is_its_root_mean_square),
	CASE(noise_has_its_deviation_and_energies_still_add_up),
	CASE(a_span_asked_in_steps_has_the_bits_of_one_question),
	CASE(wrong_leads_give_their_closed_forms),
	CASE(drift_and_jump_change_the_gain_with_time),
	CASES_END,
};
