/* bench/virtual_lab/world and sensors: exact energy over segments, phase without a jump, frames
 * that depend on nothing but world and frame number. */
#include <math.h>
#include <string.h>

#include "bench/virtual_lab/sensors.h"
#include "bench/virtual_lab/world.h"
#include "tests/support/suite.h"

static struct load_segment steady(double start_seconds, double volts, double amperes,
				  double lag_degrees, double hertz)
{
	struct load_segment segment = {.start = instant_after((struct instant){0}, start_seconds),
				       .hertz = hertz};

	for (int i = 0; i < 3; i++) {
		segment.volts[i] = (struct ramped_phasor){volts, 0.0, 120.0 * i};
		segment.amperes[i] = (struct ramped_phasor){amperes, 0.0, 120.0 * i + lag_degrees};
	}
	return segment;
}

static struct instant at_seconds(double seconds)
{
	return instant_after((struct instant){0}, seconds);
}

static void a_balanced_load_has_no_ripple_whatever_the_instants(void)
{
	struct world *world = world_new();
	struct load_segment segment = steady(1.0, 120.0, 30.0, 60.0, 60.0);

	world_append(world, &segment);
	/* 3 U I cos 60 t = 5400 W * 0.1234567 s */
	CU_ASSERT_DOUBLE_EQUAL(
		world_total_joules(world, at_seconds(2.0000001), at_seconds(2.1234568)),
		5400.0 * 0.1234567, 1e-6);
	CU_ASSERT_EQUAL(world_total_joules(world, at_seconds(0.1), at_seconds(0.9)), 0.0);
	world_free(world);
}

static void energy_over_several_segments_is_the_sum_of_them(void)
{
	struct world *world = world_new();
	struct load_segment first = steady(0.0, 120.0, 10.0, 0.0, 60.0);
	struct load_segment second = steady(10.0, 240.0, 10.0, 180.0, 50.0);
	struct load_segment off = steady(30.0, 0.0, 0.0, 0.0, 60.0);

	world_append(world, &first);
	world_append(world, &second);
	world_append(world, &off);
	/* 3600 W * 5 s - 7200 W * 20 s, received is negative */
	CU_ASSERT_DOUBLE_EQUAL(world_total_joules(world, at_seconds(5.0), at_seconds(50.0)),
			       3600.0 * 5.0 - 7200.0 * 20.0, 1e-4);
	world_free(world);
}

static void the_phase_does_not_jump_when_the_frequency_changes(void)
{
	struct world *world = world_new();
	struct load_segment first = steady(0.0, 120.0, 10.0, 0.0, 60.0);
	struct load_segment second = steady(0.3001, 120.0, 10.0, 0.0, 47.0);

	world_append(world, &first);
	world_append(world, &second);
	double before = segment_turns(world_segment_at(world, at_seconds(0.3)), at_seconds(0.3001));
	double after = segment_turns(world_segment_at(world, at_seconds(0.4)), at_seconds(0.3001));
	CU_ASSERT_DOUBLE_EQUAL(before, after, 1e-9);
	/* 60 Hz * 0.3001 s = 18.006 turns */
	CU_ASSERT_DOUBLE_EQUAL(after, 0.006, 1e-9);
	world_free(world);
}

static struct sensor_model ideal(void)
{
	return (struct sensor_model){
		.seed = 7, .full_scale_volts = 500.0, .full_scale_amperes = 500.0, .celsius = 25.0};
}

static void a_sample_is_the_cosine_at_its_frames_instant(void)
{
	struct world *world = world_new();
	struct load_segment segment = steady(0.0, 240.0, 100.0, 30.0, 60.0);
	struct sensor_model model = ideal();
	struct sample_frame frames[200];

	segment.amperes_shape = (struct waveform){1, {{5, 0.4, 20.0}}};
	world_append(world, &segment);
	model.crystal_ppm = 40.0;
	model.lag_degrees[1] = 0.2;
	struct sensors *sensors = sensors_new(world, &model);
	sensors_sample(sensors, 1000000, 200, frames);
	for (int k = 0; k < 200; k++) {
		double t = (1000000 + k) / (3840.0 * (1.0 + 40e-6));
		double turn = fmod(60.0 * t, 1.0) * 2.0 * M_PI;
		double lag = (120.0 + 30.0) * M_PI / 180.0, sensor = 0.2 * M_PI / 180.0,
		       own = 20.0 * M_PI / 180.0;
		double volts =
			240.0 * M_SQRT2 * cos(turn - 120.0 * M_PI / 180.0) / 500.0 * 8388608.0;
		double amperes =
			100.0 * M_SQRT2 *
			(cos(turn - lag - sensor) + 0.4 * cos(5.0 * (turn - lag) - own - sensor)) /
			500.0 * 8388608.0;

		CU_ASSERT(fabs(frames[k].volts[1] - volts) < 0.52);
		CU_ASSERT(fabs(frames[k].amperes[1] - amperes) < 0.52);
	}
	sensors_free(sensors);
	world_free(world);
}

static void content_above_half_the_frame_rate_is_filtered_out(void)
{
	struct world *world = world_new();
	struct load_segment segment = steady(0.0, 120.0, 10.0, 0.0, 60.0), plain = segment;
	struct sensor_model model = ideal();
	struct sample_frame with[64], without[64];

	segment.volts_shape = (struct waveform){1, {{33, 0.1, 0.0}}};
	world_append(world, &segment);
	struct sensors *sensors = sensors_new(world, &model);
	sensors_sample(sensors, 640, 64, with);
	sensors_free(sensors);
	world_append(world, &plain);
	sensors = sensors_new(world, &model);
	sensors_sample(sensors, 640, 64, without);
	CU_ASSERT(!memcmp(with, without, sizeof(with)));
	sensors_free(sensors);
	world_free(world);
}

static void frames_do_not_depend_on_how_many_are_asked_for(void)
{
	static const uint32_t sizes[] = {1, 7, 16, 128, 1536};
	static struct sample_frame expected[6000], frames[6000];
	struct sensor_model model = ideal();

	model.volts_noise_counts = 50.0;
	model.amperes_noise_counts = 60.0;
	for (unsigned s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct world *world = world_new();
		struct load_segment ramp = steady(0.2, 0.0, 0.0, 40.0, 60.0);
		struct load_segment on = steady(0.7, 120.0, 50.0, 40.0, 59.0);
		struct sample_frame *target = s ? frames : expected;

		ramp.volts[0].rms_per_second = ramp.amperes[0].rms_per_second = 240.0;
		world_append(world, &ramp);
		world_append(world, &on);
		struct sensors *sensors = sensors_new(world, &model);
		for (uint32_t first = 0; first < 6000; first += sizes[s]) {
			uint32_t count = 6000 - first < sizes[s] ? 6000 - first : sizes[s];
			sensors_sample(sensors, first, count, target + first);
		}
		CU_ASSERT(!s || !memcmp(frames, expected, sizeof(frames)));
		sensors_free(sensors);
		world_free(world);
	}
}

static void a_load_that_changes_while_its_segment_runs_changes_later_frames_only(void)
{
	struct world *world = world_new();
	struct sensor_model model = ideal();
	struct load_segment on = steady(0.0, 120.0, 50.0, 0.0, 60.0),
			    off = steady(1.0, 0.0, 0.0, 0.0, 60.0);
	struct sample_frame frames[64];
	bool is_dead = true;

	world_append(world, &on);
	struct sensors *sensors = sensors_new(world, &model);
	sensors_sample(sensors, 3800, 40, frames); /* frame 3840 is at 1.000 s */
	world_append(world, &off);
	sensors_sample(sensors, 3840, 64, frames);
	for (int k = 0; k < 64; k++) {
		is_dead = is_dead && !frames[k].volts[0] && !frames[k].amperes[2];
	}
	CU_ASSERT(is_dead);
	sensors_free(sensors);
	world_free(world);
}

static void the_oracle_of_sensor_errors_agrees_with_the_printed_example(void)
{
	/* g = 1.004, d = 0.2 degrees: +0.3994 % at PF 1, -0.2076 % at 0.5 lagging, +0.6622 % at 0.8
	 * leading */
	static const struct {
		double lag, percent;
	} cases[] = {{0.0, 0.3994}, {60.0, -0.2076}, {-36.86989764584402, 0.6622}};
	struct sensor_model model = ideal();

	for (int i = 0; i < 3; i++) {
		model.amperes_gain_percent[i] = 0.4;
		model.lag_degrees[i] = 0.2;
	}
	for (int c = 0; c < 3; c++) {
		struct three_phase load = {.hertz = 60.0};

		for (int i = 0; i < 3; i++) {
			load.volts[i] = (struct phasor){120.0, 120.0 * i};
			load.amperes[i] = (struct phasor){30.0, 120.0 * i + cases[c].lag};
		}
		CU_ASSERT_DOUBLE_EQUAL(100.0 * sensors_true_error(&model, &load), cases[c].percent,
				       6e-5);
	}
}

/* Delta, ABC, elements 0.2 degrees late and early, PF 1: -0.202 %; B reads nothing. 2 1/2 elements,
 * |Vb| 2 % low: +0.671 % without any error of the sensors. */
static void the_oracle_knows_the_wiring_of_the_form(void)
{
	struct sensor_model model = ideal();
	struct three_phase delta = {.hertz = 60.0,
				    .volts = {{240.0, 0.0}, {0.0, 0.0}, {240.0, 300.0}},
				    .amperes = {{10.0, 30.0}, {0.0, 0.0}, {10.0, 270.0}}};
	struct three_phase wye = {.hertz = 60.0};

	model.form = form_find("5S");
	model.lag_degrees[0] = 0.2;
	model.lag_degrees[2] = -0.2;
	CU_ASSERT_DOUBLE_EQUAL(100.0 * sensors_true_error(&model, &delta), -0.202, 1e-3);
	model = ideal();
	model.form = form_find("6S");
	for (int i = 0; i < 3; i++) {
		wye.volts[i] = (struct phasor){i == 1 ? 117.6 : 120.0, 120.0 * i};
		wye.amperes[i] = (struct phasor){10.0, 120.0 * i + 60.0};
	}
	CU_ASSERT_DOUBLE_EQUAL(100.0 * sensors_true_error(&model, &wye), 0.671, 1e-3);
}

static void inputs_that_the_form_does_not_connect_are_zero(void)
{
	static const struct {
		const char *form;
		bool has_volts_b, has_amperes_b;
	} cases[] = {{"16S", true, true}, {"6S", false, true}, {"12S", false, false}};

	for (int c = 0; c < 3; c++) {
		struct world *world = world_new();
		struct load_segment segment = steady(0.0, 120.0, 10.0, 0.0, 60.0);
		struct sensor_model model = ideal();
		struct sample_frame frames[64];
		bool any_volts = false, any_amperes = false, any_other = false;

		world_append(world, &segment);
		model.form = form_find(cases[c].form);
		model.volts_noise_counts = model.amperes_noise_counts = 50.0;
		model.volts_offset_counts[1] = model.amperes_offset_counts[1] = 300.0;
		struct sensors *sensors = sensors_new(world, &model);
		sensors_sample(sensors, 3840, 64, frames);
		for (int k = 0; k < 64; k++) {
			any_volts = any_volts || frames[k].volts[1];
			any_amperes = any_amperes || frames[k].amperes[1];
			any_other = any_other || (frames[k].volts[0] && frames[k].amperes[2]);
		}
		CU_ASSERT_EQUAL(any_volts, cases[c].has_volts_b);
		CU_ASSERT_EQUAL(any_amperes, cases[c].has_amperes_b);
		CU_ASSERT(any_other);
		sensors_free(sensors);
		world_free(world);
	}
}

static char log_text[512];

static void keep_line(void *context, const char *line)
{
	(void)context;
	strcat(log_text, line);
	strcat(log_text, ";");
}

static void the_worlds_own_log_says_what_is_switched(void)
{
	struct world *world = world_new();
	struct load_segment volts = steady(1.0, 120.0, 0.0, 0.0, 60.0),
			    all = steady(2.0, 120.0, 5.0, 0.0, 60.0);
	struct load_segment off = steady(3.5, 0.0, 0.0, 0.0, 60.0);

	log_text[0] = '\0';
	world_set_log(world, keep_line, NULL);
	world_append(world, &volts);
	world_append(world, &all);
	CU_ASSERT(world_is_energised(world, at_seconds(3.0)));
	world_append(world, &off);
	CU_ASSERT(!world_is_energised(world, at_seconds(3.6)));
	CU_ASSERT_STRING_EQUAL(
		log_text,
		"1.000000 volts ABC amperes none;2.000000 volts ABC amperes ABC;3.500000 dead;");
	world_free(world);
}

const char *const suite_name = "world";
const struct suite_case suite_cases[] = {
	CASE(a_balanced_load_has_no_ripple_whatever_the_instants),
	CASE(energy_over_several_segments_is_the_sum_of_them),
	CASE(the_phase_does_not_jump_when_the_frequency_changes),
	CASE(a_sample_is_the_cosine_at_its_frames_instant),
	CASE(content_above_half_the_frame_rate_is_filtered_out),
	CASE(frames_do_not_depend_on_how_many_are_asked_for),
	CASE(a_load_that_changes_while_its_segment_runs_changes_later_frames_only),
	CASE(the_oracle_of_sensor_errors_agrees_with_the_printed_example),
	CASE(the_oracle_knows_the_wiring_of_the_form),
	CASE(inputs_that_the_form_does_not_connect_are_zero),
	CASE(the_worlds_own_log_says_what_is_switched),
	CASES_END,
};
