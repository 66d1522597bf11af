/* bench/virtual_lab/virtual_zera_mt: dialogues over its line, and its energies against closed forms
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/virtual_zera_mt.h"
#include "tests/support/suite.h"

#define VOLTS_120 "SUPAER120.000000.00S120.000120.00T120.000240.00"
#define AMPERES_30 "SIPAER030.000000.00S030.000120.00T030.000240.00"
#define AMPERES_30_HALF "SIPAER030.000060.00S030.000180.00T030.000300.00"
#define ALL_ON "SUIEEEPPPAAA"
#define ALL_OFF "SUIAAAAAAAAA"

/* ranges that the automatic chooses at 120 V, 30 A: 125 V and 50 A */
static const double counts_per_watt_hour = 3600.0 * 60000 / (3 * 125 * 50);
static const double byte_seconds = 11.0 / 9600;

struct bench {
	struct virtual_time *time;
	struct world *world;
	struct virtual_line *line;
	struct port *port;
	struct virtual_zera_mt *zera;
	char said[8192]; /* what came back, lines end with '|' */
};

static struct bench bench_with(const struct virtual_zera_mt_options *options)
{
	struct bench bench = {.time = virtual_time_new(0), .world = world_new()};

	bench.line = virtual_line_new(bench.time, "zera", &(struct port_line){9600, 2});
	virtual_line_open_port(bench.line, &bench.port);
	bench.zera = virtual_zera_mt_new(bench.time, bench.world, bench.line, options);
	return bench;
}

static struct bench perfect_bench(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	return bench_with(&options);
}

static void bench_close(struct bench *bench)
{
	port_close(bench->port);
	virtual_zera_mt_free(bench->zera);
	virtual_line_free(bench->line);
	virtual_time_free(bench->time);
	world_free(bench->world);
}

static double now(const struct bench *bench)
{
	return (double)virtual_time_now(bench->time).nanoseconds * 1e-9;
}

static struct instant at_seconds(double seconds)
{
	return instant_after((struct instant){0}, seconds);
}

static void run_to(struct bench *bench, double seconds)
{
	virtual_time_run(bench->time, at_seconds(seconds), NULL, NULL);
}

/* What arrives within so many seconds. */
static const char *listen(struct bench *bench, double seconds)
{
	struct instant deadline = instant_after(virtual_time_now(bench->time), seconds);
	size_t length = 0;
	size_t count;

	while (length < sizeof(bench->said) - 1 &&
	       !port_read(bench->port, (uint8_t *)bench->said + length,
			  sizeof(bench->said) - 1 - length, &count, deadline)) {
		length += count;
	}
	bench->said[length] = '\0';
	for (char *end = bench->said; (end = strchr(end, '\r')) != NULL;) {
		*end = '|';
	}
	return bench->said;
}

static void say(struct bench *bench, const char *line)
{
	port_write(bench->port, (const uint8_t *)line, strlen(line), INSTANT_NEVER);
	port_write(bench->port, (const uint8_t *)"\r", 1, INSTANT_NEVER);
}

static const char *ask(struct bench *bench, const char *line)
{
	say(bench, line);
	return listen(bench, 1);
}

static void switch_on(struct bench *bench, const char *amperes)
{
	CU_ASSERT_STRING_EQUAL(ask(bench, "SFR60.00"), "SOKFR|");
	CU_ASSERT_STRING_EQUAL(ask(bench, VOLTS_120), "SOKUP|");
	CU_ASSERT_STRING_EQUAL(ask(bench, amperes), "SOKIP|");
	say(bench, ALL_ON);
	CU_ASSERT_STRING_EQUAL(listen(bench, 3), "SOKUI|");
}

static double energy_register(struct bench *bench)
{
	char *end;
	double watt_hours = strtod(ask(bench, "AEV"), &end);

	CU_ASSERT_STRING_EQUAL(end, "|AEVACK|");
	return watt_hours;
}

static double energy_of_gate(struct bench *bench)
{
	const char *energy = strchr(ask(bench, "AES1"), ';');

	return energy ? strtod(energy + 1, NULL) : -1;
}

static void it_tells_who_it_is(void)
{
	struct bench bench = perfect_bench();

	CU_ASSERT_STRING_EQUAL(ask(&bench, "AAV"), "MT793V05.52|AAVACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "STS"), "STSMT786-200|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SSM"), "SSM00000000000000000000|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SRE1"), "SOKRE|");
	bench_close(&bench);
}

static void bytes_take_their_time_both_ways(void)
{
	struct bench bench = perfect_bench();
	uint8_t bytes[32];
	size_t length = 0;
	size_t count;

	say(&bench, "STS");
	CU_ASSERT_DOUBLE_EQUAL(now(&bench), 4 * byte_seconds, 1e-8);
	while (length < strlen("STSMT786-200\r") &&
	       !port_read(bench.port, bytes + length, sizeof(bytes) - length, &count,
			  at_seconds(1))) {
		length += count;
	}
	CU_ASSERT_DOUBLE_EQUAL(now(&bench), (4 + 13) * byte_seconds, 1e-7);
	bench_close(&bench);
}

static void what_it_does_not_know_it_meets_with_silence(void)
{
	const char *const lines[] = {
		"",
		"*IDN?",
		"STSX",
		"SUP",
		"SFR60",
		"SFR060.00",
		"AME29",
		"AME1;",
		"AES2",
		"ATI5",
		"sts",
		"SUIEEEPPPAA",
		"SUIPPPEEE",
		"S3PS46;",
		"S3PS46;1x",
		"AAMAA",
		"SIPXXR",
		"S3PS46;12345678901",
		"SUPAER120.000000.00S120.000120.00T120.000240.0",
		"SUPAER120.000000.00S120.000120.00T120.000240.000",
		"SIPAEKR030.000000.00S030.000120.00T030.000240.00",
	};
	struct bench bench = perfect_bench();

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CU_ASSERT_STRING_EQUAL(ask(&bench, lines[i]), "");
	}
	CU_ASSERT_STRING_EQUAL(ask(&bench, "STS"), "STSMT786-200|");
	bench_close(&bench);
}

static void half_a_line_and_an_endless_line_do_no_harm(void)
{
	struct bench bench = perfect_bench();
	char endless[1000];

	port_write(bench.port, (const uint8_t *)"SUIEEE", 6, INSTANT_NEVER);
	CU_ASSERT_STRING_EQUAL(ask(&bench, ""), "");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "STS"), "STSMT786-200|");
	memset(endless, 'A', sizeof(endless));
	port_write(bench.port, (const uint8_t *)endless, sizeof(endless), INSTANT_NEVER);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "STS"), "");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "STS"), "STSMT786-200|");
	bench_close(&bench);
}

static void what_the_amplifier_cannot_give_is_refused(void)
{
	struct bench bench = perfect_bench();

	CU_ASSERT_STRING_EQUAL(ask(&bench, "SUPAER500.001000.00S120.000120.00T120.000240.00"),
			       "SUPNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SUPAER019.999000.00S120.000120.00T120.000240.00"),
			       "SUPNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SUPAER500.000000.00S000.000120.00T020.000240.00"),
			       "SOKUP|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SIPAER240.001000.00S000.000120.00T000.000240.00"),
			       "SIPNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SIPAEAR240.000000.00S000.001120.00T000.000240.00"),
			       "SOKIP|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SIPAEMR000.999000.00S001.000120.00T000.000240.00"),
			       "SIPNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SFR44.99"), "SFRNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AEP1234567;05;1;0"), "AEPNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AEB0"), "AEBNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "S3CM1"), "S3CM1NAK|");
	bench_close(&bench);
}

static void a_load_is_given_as_asked_after_the_switch_and_not_before(void)
{
	struct bench bench = perfect_bench();
	struct three_phase load;

	ask(&bench, "SFR60.00");
	ask(&bench, VOLTS_120);
	ask(&bench, "SIPAEMR500.000060.00S000.000000.00T030.000300.00");
	CU_ASSERT_FALSE(world_is_energised(bench.world, virtual_time_now(bench.time)));
	double asked_at = now(&bench);
	say(&bench, "SUIEAEPPPAAA");
	CU_ASSERT_STRING_EQUAL(listen(&bench, 1.9), "");
	CU_ASSERT_STRING_EQUAL(listen(&bench, 0.2), "SOKUI|");
	CU_ASSERT(now(&bench) > asked_at + 2);
	world_load_at(bench.world, virtual_time_now(bench.time), &load);
	CU_ASSERT_EQUAL(load.volts[0].rms, 120);
	CU_ASSERT_EQUAL(load.volts[1].rms, 0);
	CU_ASSERT_EQUAL(load.volts[2].rms, 120);
	CU_ASSERT_EQUAL(load.volts[2].lag_degrees, 240);
	CU_ASSERT_DOUBLE_EQUAL(load.amperes[0].rms, 0.5, 1e-12);
	CU_ASSERT_EQUAL(load.amperes[0].lag_degrees, 60);
	CU_ASSERT_EQUAL(load.amperes[1].rms, 0);
	CU_ASSERT_DOUBLE_EQUAL(load.amperes[2].rms, 0.03, 1e-12);
	CU_ASSERT_EQUAL(load.hertz, 60);
	say(&bench, ALL_OFF);
	CU_ASSERT_STRING_EQUAL(listen(&bench, 0.1), "SOKUI|");
	CU_ASSERT_FALSE(world_is_energised(bench.world, virtual_time_now(bench.time)));
	bench_close(&bench);
}

static void actual_values_are_those_of_its_own_standard(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	options.standard.gain_percent[1] = 0.1;
	struct bench bench = bench_with(&options);
	switch_on(&bench, AMPERES_30_HALF);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "ATI05"), "ATIACK|");
	run_to(&bench, 20);
	CU_ASSERT_STRING_EQUAL(
		ask(&bench, "AME0;4;7;10;13;15;16;24;27;28"),
		"0;120.0000|4;30.03000|7;120.000|10;180.000|13;0.500000|15;1800.000|16;1801.800|"
		"24;5401.800|27;123|28;60.0000|AMEACK|");
	const char *all = ask(&bench, "AME");
	CU_ASSERT_PTR_NOT_NULL(strstr(all, "|18;3117.691|")); /* 3600 W * sin 60 */
	CU_ASSERT_PTR_NOT_NULL(strstr(all, "|26;10803.60|"));
	bench_close(&bench);
}

static void ranges_follow_the_load_until_they_are_held(void)
{
	struct bench bench = perfect_bench();

	CU_ASSERT_STRING_EQUAL(ask(&bench, "AVI"), "420|250|125|60|AVIACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "ACI"), "200|100|50|20|10|5|2|1|0.5|0.2|0.1|ACIACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AVR250"), "AVRNAK|");
	switch_on(&bench, AMPERES_30);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AST"), "UB=125|IB=50|M=4WA|PLL=U1|ASTACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AAMMMA"), "AAMACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AVR230"), "AVRNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AVR250"), "AVRACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "ACR0.5"), "ACRACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AST"), "UB=250|IB=0.5|M=4WA|PLL=U1|ASTACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AWR2"), "AWRNAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AAMMMM"), "AAMACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AWR5"), "AWRACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AST"), "UB=250|IB=0.5|M=4WA|PLL=I3|ASTACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AML"), "00;4WA;4LW|AMLACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AMT4WA"), "AMTACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AMT2WA"), "AMTNAK|");
	bench_close(&bench);
}

/* Pulses every `seconds` from `first` on, as a meter would put them out. */
static void put_pulses(struct bench *bench, double first, double seconds, int count)
{
	for (int i = 0; i < count; i++) {
		world_add_pulse(bench->world, 1,
				(struct world_pulse){.at = at_seconds(first + i * seconds)});
	}
}

static void the_gate_measures_from_its_first_pulse_to_its_last_to_one_count(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	options.standard = (struct standard_model){.gain_percent = {0.05, 0.05, 0.05},
						   .lag_degrees = {0.02, 0.02, 0.02}};
	struct bench bench = bench_with(&options);
	double pi = 3.14159265358979323846;
	double watts_seen = 3 * 120 * 30 * 1.0005 * cos(60.02 * pi / 180);

	/* 1.8 Wh a pulse; a meter 0.25 % fast: P = 5400 W, 1.2 s a pulse less 0.25 % */
	put_pulses(&bench, 0.5, 1.2 / 1.0025, 100);
	switch_on(&bench, AMPERES_30_HALF);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AEP555556;2;5;0"), "AEPACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AES1"), "00|--.--|0%;0.00000000|AESACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AEB0"), "AEBACK|");
	CU_ASSERT_EQUAL(strncmp(ask(&bench, "AES1"), "02|--.--|", 9), 0);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AAMMMA"), "AAMNAK|");
	run_to(&bench, 20);
	const char *said = ask(&bench, "AES1");
	CU_ASSERT_EQUAL(strncmp(said, "03|", 3), 0);
	/* the standard's own error is in its figure: (1.0025/(1.0005 cos 60.02/cos 60) - 1) */
	CU_ASSERT_EQUAL(strncmp(said + 3, "0.26|100%;", 10), 0);
	double expected = watts_seen * 5 * 1.2 / 1.0025 / 3600;
	double indicated = energy_of_gate(&bench);
	CU_ASSERT_DOUBLE_EQUAL(indicated, expected, 1 / counts_per_watt_hour);
	double counts = indicated * counts_per_watt_hour;
	CU_ASSERT_DOUBLE_EQUAL(counts, floor(counts + 0.5),
			       1e-4); /* nine digits of a whole number */
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AEE"), "AEEACK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AES1"), "00|--.--|0%;0.00000000|AESACK|");
	bench_close(&bench);
}

static void pulses_before_arming_do_not_open_the_gate(void)
{
	struct bench bench = perfect_bench();

	put_pulses(&bench, 1, 1, 5);
	switch_on(&bench, AMPERES_30);
	put_pulses(&bench, 30, 10, 2);
	run_to(&bench, 10);
	ask(&bench, "AEP555556;02;1;0");
	ask(&bench, "AEB0");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AES1"), "01|--.--|0%;0.00000000|AESACK|");
	run_to(&bench, 35);
	CU_ASSERT_EQUAL(strncmp(ask(&bench, "AES1"), "02|--.--|0%;", 12), 0);
	run_to(&bench, 41);
	CU_ASSERT_DOUBLE_EQUAL(energy_of_gate(&bench), 30.0, 1 / counts_per_watt_hour);
	bench_close(&bench);
}

static void a_continuous_gate_begins_again_with_the_pulse_that_ended_it(void)
{
	struct bench bench = perfect_bench();

	put_pulses(&bench, 10, 0.6, 100);
	switch_on(&bench, AMPERES_30);
	ask(&bench, "AEP555000;02;10;0"); /* 555 imp/kWh where 555.556 come: 0.1001 % */
	ask(&bench, "AEB1");
	run_to(&bench, 10 + 0.6 * 25 + 0.1);
	const char *said = ask(&bench, "AES1");
	CU_ASSERT_EQUAL(strncmp(said, "02|0.10|50%;", 12), 0);
	/* running since pulse 20 at 22 s, asked after five bytes */
	double expected = 10800 * (10 + 0.6 * 25 + 0.1 + 5 * byte_seconds - 22) / 3600;
	CU_ASSERT_DOUBLE_EQUAL(strtod(said + 12, NULL), expected, 1 / counts_per_watt_hour);
	bench_close(&bench);
}

static void a_wildly_wrong_constant_overflows(void)
{
	struct bench bench = perfect_bench();

	put_pulses(&bench, 10, 0.6, 3);
	switch_on(&bench, AMPERES_30);
	ask(&bench, "AEP100000;00;1;0"); /* 1 imp/kWh */
	ask(&bench, "AEB0");
	run_to(&bench, 12);
	CU_ASSERT_EQUAL(strncmp(ask(&bench, "AES1"), "03|oo.oo|", 9), 0);
	bench_close(&bench);
}

static void a_lost_pulse_lengthens_the_gate_by_one_pulse(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	options.faults.lost_pulse = 4;
	struct bench bench = bench_with(&options);
	put_pulses(&bench, 10, 0.6, 20);
	switch_on(&bench, AMPERES_30);
	ask(&bench, "AEP555556;02;10;0");
	ask(&bench, "AEB0");
	run_to(&bench, 30);
	CU_ASSERT_DOUBLE_EQUAL(energy_of_gate(&bench), 11 * 1.8, 1 / counts_per_watt_hour);
	bench_close(&bench);
}

static void the_register_counts_from_start_to_stop(void)
{
	struct bench bench = perfect_bench();

	CU_ASSERT_STRING_EQUAL(ask(&bench, "AEV"), "0.00000000|AEVACK|");
	switch_on(&bench, AMPERES_30);
	say(&bench, "AET1");
	double started = now(&bench);
	CU_ASSERT_STRING_EQUAL(listen(&bench, 1), "AETACK|");
	run_to(&bench, 100);
	say(&bench, "AET0");
	double stopped = now(&bench);
	CU_ASSERT_STRING_EQUAL(listen(&bench, 1), "AETACK|");
	run_to(&bench, 200);
	CU_ASSERT_DOUBLE_EQUAL(energy_register(&bench), 3 * (stopped - started),
			       1 / counts_per_watt_hour);
	bench_close(&bench);
}

static void received_energy_is_negative(void)
{
	struct bench bench = perfect_bench();

	switch_on(&bench, "SIPAER030.000180.00S030.000300.00T030.000060.00");
	say(&bench, "AET1");
	double started = now(&bench);
	listen(&bench, 10);
	say(&bench, "AEV");
	CU_ASSERT_DOUBLE_EQUAL(strtod(listen(&bench, 1), NULL), -3 * (now(&bench) - 1 - started),
			       1 / counts_per_watt_hour);
	bench_close(&bench);
}

/* Presets a dose with the load set and starts the register beside it. */
static double start_dose(struct bench *bench, const char *counts)
{
	char preset[32];

	snprintf(preset, sizeof(preset), "S3PS46;%s", counts);
	CU_ASSERT_STRING_EQUAL(ask(bench, "S3CM3"), "SOK3CM3|");
	switch_on(bench, AMPERES_30);
	CU_ASSERT_STRING_EQUAL(ask(bench, preset), "SOK3PS46|");
	CU_ASSERT_STRING_EQUAL(ask(bench, "S3SA1"), "SOK3SA1;1|");
	CU_ASSERT_STRING_EQUAL(ask(bench, "AET1"), "AETACK|");
	say(bench, "S3CM1");
	double started = now(bench);

	CU_ASSERT_STRING_EQUAL(listen(bench, 1), "SOK3CM1|");
	return started;
}

static void a_dose_ends_at_its_exact_instant(void)
{
	struct bench bench = perfect_bench();
	struct three_phase load;
	double started = start_dose(&bench, "0000345600"); /* 30 Wh at 10800 W: 10 s */

	world_load_at(bench.world, at_seconds(started - 0.001), &load);
	CU_ASSERT_EQUAL(load.volts[0].rms, 120);
	CU_ASSERT_EQUAL(load.amperes[0].rms, 0);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "S3SA1"), "SOK3SA1;2|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "S3SA5"), "SOK3SA5;345600|");
	run_to(&bench, started + 20);
	world_load_at(bench.world, at_seconds(started + 10 - 2e-9), &load);
	CU_ASSERT_EQUAL(load.amperes[0].rms, 30);
	world_load_at(bench.world, at_seconds(started + 10 + 2e-9), &load);
	CU_ASSERT_EQUAL(load.amperes[0].rms, 0);
	CU_ASSERT_EQUAL(load.volts[0].rms, 120);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "S3SA1"), "SOK3SA1;1|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "S3MA4"), "SOK3MA4;0|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, "S3MA5"), "SOK3MA5;345600|");
	CU_ASSERT_DOUBLE_EQUAL(energy_register(&bench), 30, 1 / counts_per_watt_hour);
	/* out of dosage mode the currents wait for the next switch */
	CU_ASSERT_STRING_EQUAL(ask(&bench, "S3CM4"), "SOK3CM4|");
	world_load_at(bench.world, virtual_time_now(bench.time), &load);
	CU_ASSERT_EQUAL(load.amperes[0].rms, 0);
	bench_close(&bench);
}

static void the_ramp_down_after_a_dose_is_measured(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	options.source.ramp_seconds = 0.8;
	struct bench bench = bench_with(&options);
	double started = start_dose(&bench, "345600");
	run_to(&bench, started + 30);
	/* voltage stays, the current falls in a straight line: half of 10800 W for 0.8 s */
	double overshoot = 10800 * 0.8 / 2 / 3600;
	CU_ASSERT_DOUBLE_EQUAL(energy_register(&bench), 30 + overshoot, 1.5 / counts_per_watt_hour);
	const char *done = strchr(ask(&bench, "S3MA5"), ';');
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_DOUBLE_EQUAL(strtod(done + 1, NULL), 345600 + overshoot * counts_per_watt_hour,
			       1.5);
	bench_close(&bench);
}

static void an_aborted_dose_keeps_what_was_counted(void)
{
	struct bench bench = perfect_bench();
	double started = start_dose(&bench, "345600");

	run_to(&bench, started + 5);
	say(&bench, "S3CM2");
	double stopped = now(&bench);
	CU_ASSERT_STRING_EQUAL(listen(&bench, 1), "SOK3CM2|");
	const char *left = strchr(ask(&bench, "S3MA4"), ';');
	CU_ASSERT_PTR_NOT_NULL_FATAL(left);
	CU_ASSERT_DOUBLE_EQUAL(strtod(left + 1, NULL),
			       345600 - (stopped - started) * 3 * counts_per_watt_hour, 1.5);
	CU_ASSERT_DOUBLE_EQUAL(energy_register(&bench), 3 * (stopped - started),
			       1 / counts_per_watt_hour);
	bench_close(&bench);
}

/* All imperfections on; a dose in parallel with the register. What is said at the end, and the last
 * joules. */
static void imperfect_dose(double slice, char *said, size_t size, double *joules)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	options.source = (struct source_model){.seed = 1,
					       .setting_percent = 0.02,
					       .drift_percent = 0.02,
					       .noise_percent = 0.01,
					       .frequency_ppm = 10,
					       .ramp_seconds = 0.3,
					       .settling_seconds = 0.5,
					       .settling_percent = 0.2};
	options.standard = (struct standard_model){
		.seed = 2, .gain_percent = {0.01, 0.02, 0}, .noise_percent = 0.01};
	struct bench bench = bench_with(&options);
	double started = start_dose(&bench, "345600");

	for (double seconds = slice; seconds < 30; seconds += slice) {
		run_to(&bench, started + seconds);
	}
	run_to(&bench, started + 30);
	CU_ASSERT_DOUBLE_EQUAL(energy_register(&bench), 30 + 10800 * 0.15 / 3600, 0.01);
	snprintf(said, size, "%.60s", ask(&bench, "AEV"));
	*joules = world_total_joules(bench.world, at_seconds(0), virtual_time_now(bench.time));
	bench_close(&bench);
}

static void the_way_time_is_cut_changes_no_bit_of_a_dose(void)
{
	char whole[64];
	char sliced[64];
	double whole_joules;
	double sliced_joules;

	imperfect_dose(100, whole, sizeof(whole), &whole_joules);
	imperfect_dose(0.01, sliced, sizeof(sliced), &sliced_joules);
	CU_ASSERT_STRING_EQUAL(sliced, whole);
	CU_ASSERT_EQUAL(sliced_joules, whole_joules);
}

static void a_silent_instrument_obeys_and_a_hung_one_does_not(void)
{
	struct bench bench = perfect_bench();
	struct virtual_zera_faults faults = {.silent_after = at_seconds(20)};

	switch_on(&bench, AMPERES_30);
	virtual_zera_mt_set_faults(bench.zera, &faults);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "STS"), "STSMT786-200|");
	run_to(&bench, 20);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "STS"), "");
	CU_ASSERT_STRING_EQUAL(ask(&bench, ALL_OFF), "");
	CU_ASSERT_FALSE(world_is_energised(bench.world, virtual_time_now(bench.time)));
	bench_close(&bench);

	bench = perfect_bench();
	faults = (struct virtual_zera_faults){.hung_after = at_seconds(20)};
	switch_on(&bench, AMPERES_30);
	virtual_zera_mt_set_faults(bench.zera, &faults);
	run_to(&bench, 20);
	CU_ASSERT_STRING_EQUAL(ask(&bench, ALL_OFF), "");
	CU_ASSERT_TRUE(world_is_energised(bench.world, virtual_time_now(bench.time)));
	bench_close(&bench);
}

static void late_and_nonsense_replies_can_be_ordered(void)
{
	struct bench bench = perfect_bench();

	virtual_zera_mt_set_faults(bench.zera, &(struct virtual_zera_faults){.late_seconds = 5});
	say(&bench, "STS");
	CU_ASSERT_STRING_EQUAL(listen(&bench, 4.9), "");
	CU_ASSERT_STRING_EQUAL(listen(&bench, 0.2), "STSMT786-200|");
	virtual_zera_mt_set_faults(bench.zera,
				   &(struct virtual_zera_faults){.nonsense_after = {1}});
	const char *said = ask(&bench, "STS");
	CU_ASSERT(strlen(said) > 1);
	CU_ASSERT_PTR_NULL(strstr(said, "STS"));
	bench_close(&bench);
}

static void an_emergency_stop_is_pushed_and_cannot_be_overridden(void)
{
	struct bench bench = perfect_bench();

	switch_on(&bench, AMPERES_30);
	virtual_zera_mt_set_faults(
		bench.zera, &(struct virtual_zera_faults){.emergency_stop_at = at_seconds(12.5)});
	run_to(&bench, 12);
	CU_ASSERT_TRUE(world_is_energised(bench.world, at_seconds(12)));
	CU_ASSERT_STRING_EQUAL(listen(&bench, 1), "SSM08000000000000000000|");
	CU_ASSERT_TRUE(world_is_energised(bench.world, at_seconds(12.4999)));
	CU_ASSERT_FALSE(world_is_energised(bench.world, at_seconds(12.5)));
	CU_ASSERT_STRING_EQUAL(ask(&bench, "SSM"), "SSM08000000000000000000|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, ALL_ON), "SUINAK|");
	CU_ASSERT_STRING_EQUAL(ask(&bench, ALL_OFF), "SOKUI|");
	CU_ASSERT_FALSE(world_is_energised(bench.world, virtual_time_now(bench.time)));
	bench_close(&bench);
}

static void a_source_that_gives_more_than_asked_is_seen_by_the_standard(void)
{
	struct virtual_zera_mt_options options = virtual_zera_mt_defaults();

	options.faults.source_gain_percent = 0.2;
	struct bench bench = bench_with(&options);
	switch_on(&bench, AMPERES_30);
	run_to(&bench, 20);
	CU_ASSERT_STRING_EQUAL(ask(&bench, "AME0;3"), "0;120.2400|3;30.06000|AMEACK|");
	bench_close(&bench);
}

const char *const suite_name = "virtual_zera_mt";
const struct suite_case suite_cases[] = {
	CASE(it_tells_who_it_is),
	CASE(bytes_take_their_time_both_ways),
	CASE(what_it_does_not_know_it_meets_with_silence),
	CASE(half_a_line_and_an_endless_line_do_no_harm),
	CASE(what_the_amplifier_cannot_give_is_refused),
	CASE(a_load_is_given_as_asked_after_the_switch_and_not_before),
	CASE(actual_values_are_those_of_its_own_standard),
	CASE(ranges_follow_the_load_until_they_are_held),
	CASE(the_gate_measures_from_its_first_pulse_to_its_last_to_one_count),
	CASE(pulses_before_arming_do_not_open_the_gate),
	CASE(a_continuous_gate_begins_again_with_the_pulse_that_ended_it),
	CASE(a_wildly_wrong_constant_overflows),
	CASE(a_lost_pulse_lengthens_the_gate_by_one_pulse),
	CASE(the_register_counts_from_start_to_stop),
	CASE(received_energy_is_negative),
	CASE(a_dose_ends_at_its_exact_instant),
	CASE(the_ramp_down_after_a_dose_is_measured),
	CASE(an_aborted_dose_keeps_what_was_counted),
	CASE(the_way_time_is_cut_changes_no_bit_of_a_dose),
	CASE(a_silent_instrument_obeys_and_a_hung_one_does_not),
	CASE(late_and_nonsense_replies_can_be_ordered),
	CASE(an_emergency_stop_is_pushed_and_cannot_be_overridden),
	CASE(a_source_that_gives_more_than_asked_is_seen_by_the_standard),
	CASES_END,
};
