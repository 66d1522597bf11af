/* bench/virtual_lab/virtual_espec_p300 and climate: dialogues over its line, temperatures against
 * closed forms, and the meter inside as its pulses show it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/metered_lab.h"
#include "tests/support/suite.h"

#define RATE 3.0
#define TIME_CONSTANT 1200.0

struct bench {
	struct virtual_time *time;
	struct climate *climate;
	struct virtual_line *line;
	struct port *port;
	struct virtual_espec_p300 *chamber;
	char said[256];
};

static struct bench bench_with(const struct virtual_espec_faults *faults, double rate,
			       double time_constant)
{
	struct bench bench = {.time = virtual_time_new(0)};
	struct climate_options options = {23, rate, time_constant};

	bench.climate = climate_new(bench.time, &options);
	bench.line = virtual_line_new(bench.time, "chamber", &(struct port_line){9600, 1});
	virtual_line_open_port(bench.line, &bench.port);
	bench.chamber = virtual_espec_p300_new(bench.time, bench.climate, bench.line, faults);
	return bench;
}

static struct bench good_bench(void)
{
	return bench_with(&(struct virtual_espec_faults){.offset_kelvin = 0}, RATE, TIME_CONSTANT);
}

static void bench_close(struct bench *bench)
{
	port_close(bench->port);
	virtual_espec_p300_free(bench->chamber);
	virtual_line_free(bench->line);
	climate_free(bench->climate);
	virtual_time_free(bench->time);
}

static void run_to(struct bench *bench, double seconds)
{
	virtual_time_run(bench->time, instant_after((struct instant){0}, seconds), NULL, NULL);
}

/* The answer without its CR LF, which must be there. */
static const char *ask(struct bench *bench, const char *line)
{
	struct instant deadline = instant_after(virtual_time_now(bench->time), 1);
	size_t length = 0, count;

	port_write(bench->port, (const uint8_t *)line, strlen(line), INSTANT_NEVER);
	port_write(bench->port, (const uint8_t *)"\r\n", 2, INSTANT_NEVER);
	while (length + 1 < sizeof(bench->said) &&
	       !port_read(bench->port, (uint8_t *)bench->said + length,
			  sizeof(bench->said) - 1 - length, &count, deadline)) {
		length += count;
	}
	bench->said[length] = '\0';
	char *end = strstr(bench->said, "\r\n");
	CU_ASSERT(length == 0 || (end && !end[2]));
	if (end) {
		*end = '\0';
	}
	return bench->said;
}

static double shown(struct bench *bench)
{
	return strtod(ask(bench, "TEMP?"), NULL);
}

static void it_answers_what_it_is_and_how_it_stands(void)
{
	struct bench bench = good_bench();

	CU_ASSERT_STRING_EQUAL(ask(&bench, "TYPE?"), "T,P300,180.0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "TEMP?"), "23.0,23.0,180.0,-70.0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MON?"), "23.0,,STANDBY,0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MODE?"), "STANDBY");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "ALARM?"), "0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "HUMI?"), "NA:CONT NOT READY-1");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "TEMP, S-40.0 H60.0 L-45.0"),
			       "OK:TEMP,S-40.0 H60.0 L-45.0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "TEMP?"), "23.0,-40.0,60.0,-45.0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MODE,CONSTANT"), "OK:MODE,CONSTANT");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MODE?"), "CONSTANT");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "POWER,OFF"), "OK:POWER,OFF");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MODE?"), "OFF");
	bench_close(&bench);
}

static void nonsense_is_refused_and_changes_nothing(void)
{
	static const char *const wrong[] = {
		"TEMP, S-70.1",
		"NA:DATA OUT OF RANGE",
		"TEMP, S180.1",
		"NA:DATA OUT OF RANGE",
		"TEMP, S50.0 H40.0",
		"NA:DATA OUT OF RANGE",
		"TEMP, H200.0",
		"NA:DATA OUT OF RANGE",
		"TEMP, Swarm",
		"NA:PARA ERR",
		"TEMP,",
		"NA:PARA ERR",
		"TEMP, S20.0 S30.0",
		"NA:PARA ERR",
		"TEMP, S20.0x",
		"NA:PARA ERR",
		"TEMP",
		"NA:CMD ERR",
		"TEMP?x",
		"NA:CMD ERR",
		"MODE,FAST",
		"NA:PARA ERR",
		"POWER,UP",
		"NA:PARA ERR",
		"MODE,RUN1",
		"NA:DATA NOT READY",
		"",
		"NA:CMD ERR",
		"GOTO,HELL",
		"NA:CMD ERR",
		"HUMI,S50",
		"NA:CONT NOT READY-1",
	};
	struct bench bench = good_bench();

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i += 2) {
		CU_ASSERT_STRING_EQUAL(ask(&bench, wrong[i]), wrong[i + 1]);
	}
	CU_ASSERT_STRING_EQUAL(ask(&bench, "TEMP?"), "23.0,23.0,180.0,-70.0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MODE?"), "STANDBY");
	bench_close(&bench);
}

static void a_set_point_alone_moves_nothing(void)
{
	struct bench bench = good_bench();

	ask(&bench, "TEMP, S-40.0");
	run_to(&bench, 600);
	CU_ASSERT_EQUAL(shown(&bench), 23.0);
	bench_close(&bench);
}

/*
 * Air: 23 - 3 t/min down to -40 after 21 min. Meter behind a ramp of slope r that began at t0:
 * T = T0 + r ((t - t0) - tau (1 - e^(-(t - t0)/tau))), afterwards T = A + (T1 - A) e^(-(t -
 * t1)/tau).
 */
static double closed_form(double seconds)
{
	double slope = -RATE / 60, ramp = 63 / -slope;
	double on = seconds < ramp ? seconds : ramp;
	double at_end = 23 + slope * (on - TIME_CONSTANT * (1 - exp(-on / TIME_CONSTANT)));

	return seconds < ramp ? at_end
			      : -40 + (at_end + 40) * exp(-(seconds - ramp) / TIME_CONSTANT);
}

static void air_goes_with_its_rate_and_the_meter_follows(void)
{
	struct bench bench = good_bench();

	ask(&bench, "TEMP, S-40.0");
	run_to(&bench, 100);
	ask(&bench, "MODE,CONSTANT");
	/* the command was complete 15 bytes after 100 s */
	double start = 100 + 15 * 10.0 / 9600 - 10.0 / 9600;
	for (double seconds = 60; seconds < 12000; seconds *= 1.7) {
		struct instant at = instant_after((struct instant){0}, start + seconds);
		double air = seconds < 1260 ? 23 - RATE * seconds / 60 : -40;

		run_to(&bench, start + seconds);
		CU_ASSERT_DOUBLE_EQUAL(climate_air_celsius(bench.climate, at), air, 1e-6);
		CU_ASSERT_DOUBLE_EQUAL(climate_meter_celsius(bench.climate, at),
				       closed_form(seconds), 2e-4);
	}
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MON?"), "-40.0,,CONSTANT,0");
	bench_close(&bench);
}

static void stopped_it_drifts_to_the_room(void)
{
	struct bench bench = bench_with(&(struct virtual_espec_faults){.offset_kelvin = 0}, 6, 0);

	ask(&bench, "TEMP, S53.0");
	ask(&bench, "MODE,CONSTANT");
	run_to(&bench, 600);
	CU_ASSERT_EQUAL(shown(&bench), 53.0);
	ask(&bench, "MODE,STANDBY");
	run_to(&bench, 600 + 601 + 2);
	CU_ASSERT_DOUBLE_EQUAL(shown(&bench), 43.0, 0.11); /* a sixth of 6 K/min */
	run_to(&bench, 600 + 1802 + 10);
	CU_ASSERT_EQUAL(shown(&bench), 23.0);
	bench_close(&bench);
}

static void an_open_door_is_an_alarm_and_stops_it(void)
{
	struct virtual_espec_faults faults = {.door_open_at = {INT64_C(1200000000000)}};
	struct bench bench = bench_with(&faults, RATE, TIME_CONSTANT);

	ask(&bench, "TEMP, S53.0");
	ask(&bench, "MODE,CONSTANT");
	run_to(&bench, 1199);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "ALARM?"), "0");
	run_to(&bench, 1260);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "ALARM?"), "1,8");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MODE?"), "STANDBY");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "MODE,CONSTANT"), "NA:CHB NOT READY");
	run_to(&bench, 1600);
	CU_ASSERT_EQUAL(shown(&bench), 23.0);
	bench_close(&bench);
}

static void it_can_be_silent_talk_nonsense_or_lie(void)
{
	struct virtual_espec_faults faults = {.silent_after = {INT64_C(300000000000)},
					      .nonsense_after = {INT64_C(200000000000)},
					      .offset_kelvin = 2};
	struct bench bench = bench_with(&faults, RATE, TIME_CONSTANT);

	CU_ASSERT_EQUAL(shown(&bench), 25.0);
	run_to(&bench, 200);
	CU_ASSERT_EQUAL(ask(&bench, "TEMP?")[0], '?');
	run_to(&bench, 300);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "TEMP?"), "");
	bench_close(&bench);
}

/* ---- the meter inside, by its pulses ---- */

#define LOAD "3x120V 50A 1 60Hz"
#define KT_WATT_HOURS 1.8

static double error_percent(struct metered_lab *lab, double seconds)
{
	struct world *world = virtual_lab_world(lab->lab);
	int64_t first = world_pulse_count(world, 1);

	metered_lab_wait(lab, seconds);
	int64_t last = world_pulse_count(world, 1) - 1;
	struct world_pulse a = world_pulse_at(world, 1, first);
	struct world_pulse b = world_pulse_at(world, 1, last);
	double duration = seconds_between(a.at, b.at) +
			  1e-9 * (b.fraction_of_nanosecond - a.fraction_of_nanosecond);

	return 100 * ((double)(last - first) * KT_WATT_HOURS * 3600 / duration / 18000 - 1);
}

/* Gains from 23 degrees, a third each on a balanced load; the crystal's parabola from 25 degrees,
 * because the frames are the clock of the energy. */
static double expected_percent(const struct sensor_model *model, double celsius)
{
	double gain = 0, away = celsius - 25;

	for (int i = 0; i < 3; i++) {
		gain += model->gain_ppm_per_kelvin[i] * (celsius - 23) / 3;
	}
	return 1e-4 * (gain + model->crystal_ppm - 0.035 * away * away);
}

static void the_meter_shows_the_temperature_that_it_has(void)
{
	struct virtual_lab_options options = {
		.seed = 5,
		.celsius = 23,
		.hardware = {"AXR", "16S", "CLIMATE", 200},
		.tolerances = {.meter_temperature_ppm = 30,
			       .crystal_ppm = 20,
			       .crystal_ppm_per_square_kelvin = -0.035}};
	static struct metered_lab lab;
	static const double celsius[] = {53, -40, 23};
	char line[32];
	struct port *port;

	metered_lab_begin(&lab, &options);
	const struct sensor_model *model = virtual_lab_sensor_model(lab.lab);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::chamber", &port), STATUS_OK);
	metered_lab_start(&lab);
	metered_lab_apply(&lab, LOAD);
	metered_lab_wait(&lab, 5);
	double reference = error_percent(&lab, 100) - expected_percent(model, 23);
	CU_ASSERT_DOUBLE_EQUAL(reference, 0, 3e-3); /* what integers leave */
	port_write(port, (const uint8_t *)"MODE,CONSTANT\r", 14, INSTANT_NEVER);
	for (size_t i = 0; i < sizeof(celsius) / sizeof(celsius[0]); i++) {
		int length = snprintf(line, sizeof(line), "TEMP, S%.1f\r", celsius[i]);

		port_write(port, (const uint8_t *)line, (size_t)length, INSTANT_NEVER);
		metered_lab_wait(&lab, 15);
		CU_ASSERT_DOUBLE_EQUAL(error_percent(&lab, 100) - reference,
				       expected_percent(model, celsius[i]), 3e-4);
	}
	port_close(port);
	metered_lab_end(&lab);
}

/* All pulses of ten minutes in which the temperature changes under load. */
static int64_t pulses_of(uint32_t block_frames, struct world_pulse *pulses, int64_t most)
{
	struct virtual_lab_options options = {
		.seed = 6,
		.celsius = 23,
		.hardware = {"AXR", "16S", "BLOCKS", 200},
		.block_frames = block_frames,
		.climate = {0, 5, 300},
		.tolerances = {.meter_temperature_ppm = 30,
			       .crystal_ppm_per_square_kelvin = -0.035}};
	static struct metered_lab lab;
	struct port *port;

	metered_lab_begin(&lab, &options);
	struct world *world = virtual_lab_world(lab.lab);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::chamber", &port), STATUS_OK);
	port_write(port, (const uint8_t *)"TEMP, S53.0\rMODE,CONSTANT\r", 26, INSTANT_NEVER);
	metered_lab_start(&lab);
	metered_lab_apply(&lab, LOAD);
	metered_lab_wait(&lab, 600);
	int64_t count = world_pulse_count(world, 1);
	for (int64_t i = 0; i < count && i < most; i++) {
		pulses[i] = world_pulse_at(world, 1, i);
	}
	port_close(port);
	metered_lab_end(&lab);
	return count;
}

static void no_pulse_depends_on_how_frames_are_handed_over(void)
{
	static struct world_pulse whole[2000], parts[2000];
	int64_t count = pulses_of(0, whole, 2000);

	CU_ASSERT(count > 1500 && count < 2000);
	CU_ASSERT_EQUAL(pulses_of(53, parts, 2000), count);
	for (int64_t i = 0; i < count && i < 2000; i++) {
		CU_ASSERT_EQUAL(whole[i].at.nanoseconds, parts[i].at.nanoseconds);
		CU_ASSERT_EQUAL(whole[i].fraction_of_nanosecond, parts[i].fraction_of_nanosecond);
	}
}

const char *const suite_name = "virtual_espec_p300";
const struct suite_case suite_cases[] = {
	CASE(it_answers_what_it_is_and_how_it_stands),
	CASE(nonsense_is_refused_and_changes_nothing),
	CASE(a_set_point_alone_moves_nothing),
	CASE(air_goes_with_its_rate_and_the_meter_follows),
	CASE(stopped_it_drifts_to_the_room),
	CASE(an_open_door_is_an_alarm_and_stops_it),
	CASE(it_can_be_silent_talk_nonsense_or_lie),
	CASE(the_meter_shows_the_temperature_that_it_has),
	CASE(no_pulse_depends_on_how_frames_are_handed_over),
	CASES_END,
};
