/* The driver and the simulated instrument, written apart, meet on the virtual line. */
#include <string.h>

#include "bench/virtual_lab/virtual_zera_mt.h"
#include "drivers/instrument.h"
#include "tests/support/suite.h"

static const struct three_phase load_120_30_half = {
	.volts = {{120, 0}, {120, 120}, {120, 240}},
	.amperes = {{30, 60}, {30, 180}, {30, 300}},
	.hertz = 60,
};

struct bench {
	struct virtual_time *time;
	struct world *world;
	struct virtual_line *line;
	struct virtual_zera_mt *zera;
	struct instrument *instrument;
};

static struct bench bench_with(const struct virtual_zera_mt_options *options)
{
	const struct instrument_driver *driver = instrument_driver_find("zera_mt");
	struct bench bench = {.time = virtual_time_new(0), .world = world_new()};
	struct port *port;

	CU_ASSERT_PTR_NOT_NULL_FATAL(driver);
	bench.line = virtual_line_new(bench.time, "zera", &driver->line);
	bench.zera = virtual_zera_mt_new(bench.time, bench.world, bench.line, options);
	virtual_line_open_port(bench.line, &port);
	enum status status = instrument_open(driver, "zera", port, &bench.instrument);
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
	return bench;
}

static struct bench perfect_bench(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	return bench_with(&options);
}

static void bench_close(struct bench *bench)
{
	instrument_close(bench->instrument);
	virtual_zera_mt_free(bench->zera);
	virtual_line_free(bench->line);
	virtual_time_free(bench->time);
	world_free(bench->world);
}

static void apply(struct bench *bench, const struct three_phase *load)
{
	const struct instrument *instrument = bench->instrument;

	CU_ASSERT_EQUAL_FATAL(instrument->power_source->apply(bench->instrument, load), STATUS_OK);
}

static void wait_seconds(struct bench *bench, double seconds)
{
	struct instant until = instant_after(virtual_time_now(bench->time), seconds);

	virtual_time_run(bench->time, until, NULL, NULL);
}

static void the_driver_knows_whom_it_speaks_with(void)
{
	struct bench bench = perfect_bench();

	CU_ASSERT_PTR_NOT_NULL(strstr(bench.instrument->identity.model, "MT786-200"));
	bench_close(&bench);
}

static void the_load_that_was_asked_for_is_on_the_terminals(void)
{
	struct bench bench = perfect_bench();
	struct three_phase given;

	apply(&bench, &load_120_30_half);
	wait_seconds(&bench, 5);
	world_load_at(bench.world, virtual_time_now(bench.time), &given);
	for (int phase = 0; phase < 3; phase++) {
		CU_ASSERT_DOUBLE_EQUAL(given.volts[phase].rms, 120, 1e-3);
		CU_ASSERT_DOUBLE_EQUAL(given.amperes[phase].rms, 30, 1e-3);
	}
	CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&given), 5400, 0.1);
	CU_ASSERT_DOUBLE_EQUAL(given.volts[1].lag_degrees, 120, 1e-9);
	CU_ASSERT_EQUAL(given.hertz, 60);
	CU_ASSERT_EQUAL(bench.instrument->power_source->check_alarms(bench.instrument), STATUS_OK);
	CU_ASSERT_EQUAL(bench.instrument->power_source->off(bench.instrument), STATUS_OK);
	wait_seconds(&bench, 1);
	CU_ASSERT_FALSE(world_is_energised(bench.world, virtual_time_now(bench.time)));
	bench_close(&bench);
}

static void small_leading_reversed_loads_arrive_as_asked(void)
{
	const struct three_phase asked = {
		.volts = {{277, 0}, {277, 240}, {277, 120}},
		.amperes = {{0.05, -36.87}, {0.05, 203.13}, {0.05, 83.13}},
		.hertz = 58.8,
	};
	struct bench bench = perfect_bench();
	struct standard_indication seen;
	struct three_phase given;

	apply(&bench, &asked);
	CU_ASSERT_EQUAL(
		bench.instrument->reference_standard->set_range(bench.instrument, 277, 0.05),
		STATUS_OK);
	wait_seconds(&bench, 10);
	world_load_at(bench.world, virtual_time_now(bench.time), &given);
	CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&given), three_phase_watts(&asked), 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(given.volts[1].lag_degrees, 240, 1e-9);
	CU_ASSERT_EQUAL(given.hertz, 58.8);
	CU_ASSERT_EQUAL(bench.instrument->reference_standard->read(bench.instrument, &seen),
			STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(seen.amperes[2], 0.05, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(seen.total_watts, 3 * 277 * 0.05 * 0.8, 1e-3);
	bench_close(&bench);
}

static void the_standard_reads_what_the_world_has(void)
{
	struct bench bench = perfect_bench();
	const struct reference_standard *standard = bench.instrument->reference_standard;
	struct standard_indication seen;

	apply(&bench, &load_120_30_half);
	CU_ASSERT_EQUAL(standard->set_range(bench.instrument, 120, 30), STATUS_OK);
	wait_seconds(&bench, 10);
	CU_ASSERT_EQUAL(standard->read(bench.instrument, &seen), STATUS_OK);
	for (int phase = 0; phase < 3; phase++) {
		CU_ASSERT_DOUBLE_EQUAL(seen.volts[phase], 120, 1e-3);
		CU_ASSERT_DOUBLE_EQUAL(seen.amperes[phase], 30, 1e-3);
		CU_ASSERT_DOUBLE_EQUAL(seen.volts_lag_degrees[phase], 120 * phase, 0.001);
		CU_ASSERT_DOUBLE_EQUAL(seen.amperes_lag_degrees[phase], 120 * phase + 60, 0.001);
		CU_ASSERT_DOUBLE_EQUAL(seen.watts[phase], 1800, 0.01);
	}
	CU_ASSERT_DOUBLE_EQUAL(seen.total_watts, 5400, 0.01);
	CU_ASSERT_DOUBLE_EQUAL(seen.hertz, 60, 1e-3);
	bench_close(&bench);
}

static void the_register_measures_between_start_and_stop(void)
{
	struct bench bench = perfect_bench();
	const struct reference_standard *standard = bench.instrument->reference_standard;
	double watt_hours;
	double resolution;

	apply(&bench, &load_120_30_half);
	CU_ASSERT_EQUAL(standard->set_range(bench.instrument, 120, 30), STATUS_OK);
	wait_seconds(&bench, 5);
	CU_ASSERT_EQUAL(standard->energy_start(bench.instrument), STATUS_OK);
	double started = seconds_between((struct instant){0}, virtual_time_now(bench.time));
	wait_seconds(&bench, 100);
	CU_ASSERT_EQUAL(standard->energy_stop(bench.instrument), STATUS_OK);
	double stopped = seconds_between((struct instant){0}, virtual_time_now(bench.time));
	CU_ASSERT_EQUAL(standard->energy_read(bench.instrument, &watt_hours, &resolution),
			STATUS_OK);
	/* the commands' own bytes take some milliseconds of 1.5 Wh/s */
	CU_ASSERT_DOUBLE_EQUAL(watt_hours, 1.5 * (stopped - started), 0.05);
	/* one count of 3600*60000/(3 UB IB) per Wh at 125 V and 50 A */
	CU_ASSERT_DOUBLE_EQUAL(resolution, 3 * 125 * 50 / (3600.0 * 60000), 1e-9);
	bench_close(&bench);
}

static void an_emergency_stop_is_an_alarm(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	options.faults.emergency_stop_at = (struct instant){20 * NANOSECONDS_PER_SECOND};
	struct bench bench = bench_with(&options);
	apply(&bench, &load_120_30_half);
	CU_ASSERT_EQUAL(bench.instrument->power_source->check_alarms(bench.instrument), STATUS_OK);
	wait_seconds(&bench, 30);
	CU_ASSERT_EQUAL(bench.instrument->power_source->check_alarms(bench.instrument),
			STATUS_ALARM);
	bench_close(&bench);
}

static void a_silent_instrument_is_a_timeout_and_still_goes_off(void)
{
	struct bench bench = perfect_bench();
	struct standard_indication seen;

	apply(&bench, &load_120_30_half);
	virtual_zera_mt_set_faults(bench.zera, &(struct virtual_zera_faults){.silent_after = {1}});
	CU_ASSERT_EQUAL(bench.instrument->reference_standard->read(bench.instrument, &seen),
			STATUS_TIMEOUT);
	CU_ASSERT_NOT_EQUAL(bench.instrument->power_source->off(bench.instrument), STATUS_OK);
	CU_ASSERT_FALSE(world_is_energised(bench.world, virtual_time_now(bench.time)));
	bench_close(&bench);
}

static void the_gate_measures_from_pulse_to_pulse(void)
{
	struct bench bench = perfect_bench();
	const struct error_calculator *calculator = bench.instrument->error_calculator;
	struct gate_indication gate;

	CU_ASSERT_PTR_NOT_NULL_FATAL(calculator);
	for (int i = 0; i < 100; i++) {
		struct world_pulse pulse = {.at = instant_after((struct instant){0}, 1.2 * i)};

		world_add_pulse(bench.world, 1, pulse);
	}
	apply(&bench, &load_120_30_half);
	CU_ASSERT_EQUAL(bench.instrument->reference_standard->set_range(bench.instrument, 120, 30),
			STATUS_OK);
	CU_ASSERT_EQUAL(calculator->start(bench.instrument, 1, 1000 / 1.8, 10), STATUS_OK);
	CU_ASSERT_EQUAL(calculator->read(bench.instrument, 1, &gate), STATUS_OK);
	CU_ASSERT_NOT_EQUAL(gate.state, GATE_FINISHED);
	wait_seconds(&bench, 20);
	CU_ASSERT_EQUAL(calculator->read(bench.instrument, 1, &gate), STATUS_OK);
	CU_ASSERT_EQUAL(gate.state, GATE_FINISHED);
	CU_ASSERT_TRUE(gate.has_energy);
	CU_ASSERT_DOUBLE_EQUAL(gate.watt_hours, 18, gate.resolution_watt_hours);
	CU_ASSERT_DOUBLE_EQUAL(gate.resolution_watt_hours, 3 * 125 * 50 / (3600.0 * 60000), 1e-9);
	CU_ASSERT_TRUE(gate.has_error);
	CU_ASSERT_DOUBLE_EQUAL(gate.error_percent, 0, 0.01);
	bench_close(&bench);
}

static void a_dose_gives_its_energy_and_stops(void)
{
	struct bench bench = perfect_bench();
	const struct energy_dose *dose = bench.instrument->energy_dose;
	struct three_phase given;
	double so_far;
	bool done = false;

	CU_ASSERT_PTR_NOT_NULL_FATAL(dose);
	CU_ASSERT_EQUAL_FATAL(dose->prepare(bench.instrument, &load_120_30_half), STATUS_OK);
	world_load_at(bench.world, virtual_time_now(bench.time), &given);
	CU_ASSERT_DOUBLE_EQUAL(given.volts[0].rms, 120, 1e-3);
	CU_ASSERT_EQUAL(given.amperes[0].rms, 0);
	CU_ASSERT_EQUAL_FATAL(dose->start(bench.instrument, 30), STATUS_OK); /* 20 s */
	CU_ASSERT_EQUAL(dose->poll(bench.instrument, &done, &so_far), STATUS_OK);
	CU_ASSERT_FALSE(done);
	wait_seconds(&bench, 25);
	CU_ASSERT_EQUAL(dose->poll(bench.instrument, &done, &so_far), STATUS_OK);
	CU_ASSERT_TRUE(done);
	CU_ASSERT_DOUBLE_EQUAL(so_far, 30, 0.001);
	CU_ASSERT_DOUBLE_EQUAL(
		world_total_joules(bench.world, (struct instant){0}, virtual_time_now(bench.time)) /
			3600,
		30, 0.001);
	CU_ASSERT_EQUAL(dose->abort(bench.instrument), STATUS_OK);
	bench_close(&bench);
}

const char *const suite_name = "zera_mt_on_virtual_wire";
const struct suite_case suite_cases[] = {
	CASE(the_driver_knows_whom_it_speaks_with),
	CASE(the_load_that_was_asked_for_is_on_the_terminals),
	CASE(small_leading_reversed_loads_arrive_as_asked),
	CASE(the_standard_reads_what_the_world_has),
	CASE(the_register_measures_between_start_and_stop),
	CASE(an_emergency_stop_is_an_alarm),
	CASE(a_silent_instrument_is_a_timeout_and_still_goes_off),
	CASE(the_gate_measures_from_pulse_to_pulse),
	CASE(a_dose_gives_its_energy_and_stops),
	CASES_END,
};
