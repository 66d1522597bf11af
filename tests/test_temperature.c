/*
 * The verb `temperature` on a chamber in memory whose air follows with 2 K a minute, and a meter
 * that follows the air with a time constant: gain 1 + c (T - 23). Coefficients are written here.
 */
#include <math.h>

#include "tests/support/step_bench.h"

#define TEMPERATURE(parameters)                                                                    \
	"<step verb='temperature' requirement='EG7-07' title='t' volts='120 V' "                   \
	"percent_of_maximum='25 %' " parameters "/>"
#define AIR_KELVIN_PER_SECOND (2.0 / 60)

static struct step_bench bench;
static struct instrument chamber;
static double air, meter, set_point, coefficient_percent, time_constant, hysteresis_percent;
static double chamber_least;
static bool is_running, is_stuck, has_alarm, was_cold;
static struct instant last;
static int set_count, stop_count;
static double loaded_seconds, seconds; /* with current, and in all */

/* In steps of 10 s since anybody looked. */
static void follow(void)
{
	struct instant now = bench.fake.clock.now;

	for (; instant_before(last, now); last = instant_after(last, 10)) {
		double way = set_point - air;
		double most = is_running && !is_stuck ? AIR_KELVIN_PER_SECOND * 10 : 0;

		air += fmax(-most, fmin(most, way));
		meter += (air - meter) * (1 - exp(-10 / time_constant));
		was_cold |= meter < -30;
		seconds += 10;
		loaded_seconds += bench.fake.is_on && bench.fake.load.amperes[0].rms > 0 ? 10 : 0;
	}
	for (int i = 0; i < 3; i++) {
		bench.fake.gain[i] = 1 + coefficient_percent / 100 * (meter - 23) +
				     (was_cold ? hysteresis_percent / 100 : 0);
	}
}

static void limits_of(struct instrument *instrument, double *minimum, double *maximum)
{
	(void)instrument;
	*minimum = chamber_least;
	*maximum = 100;
}

static enum status set(struct instrument *instrument, double celsius)
{
	(void)instrument;
	follow();
	set_point = celsius;
	is_running = true;
	set_count++;
	return STATUS_OK;
}

static enum status read_chamber(struct instrument *instrument,
				struct chamber_indication *indication)
{
	(void)instrument;
	follow();
	*indication = (struct chamber_indication){air, set_point, is_running};
	return STATUS_OK;
}

static enum status stop(struct instrument *instrument)
{
	(void)instrument;
	is_running = false;
	stop_count++;
	return STATUS_OK;
}

static enum status check_alarms(struct instrument *instrument)
{
	(void)instrument;
	return has_alarm ? status_fail(STATUS_ALARM, "chamber reports 1 alarm") : STATUS_OK;
}

static const struct climate_chamber role = {.limits = limits_of,
					    .set = set,
					    .read = read_chamber,
					    .stop = stop,
					    .check_alarms = check_alarms};

static void begin(void)
{
	bench_begin(&bench);
	chamber = (struct instrument){.name = "chamber", .climate_chamber = &role};
	bench.fake.lab.climate_chamber = &chamber;
	air = meter = set_point = 23;
	coefficient_percent = hysteresis_percent = 0;
	time_constant = 900;
	chamber_least = -45;
	is_running = is_stuck = has_alarm = was_cold = false;
	last = bench.fake.clock.now;
	set_count = stop_count = 0;
	loaded_seconds = seconds = 0;
}

/* Limits of the stand-in: 0.01 %/K at PF 1, 0.02 %/K at PF 0.5. */
static void a_coefficient_beyond_its_limit_does_not_conform(void)
{
	static const struct {
		double percent_per_kelvin;
		const char *outcome;
	} cases[] = {{0.009, "conforms"}, {-0.009, "conforms"}, {0.0115, "does not conform"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		coefficient_percent = cases[i].percent_per_kelvin;
		CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("")), STATUS_OK);
		/* -40 and +53 at two power factors, and both once more at 23 */
		CU_ASSERT_EQUAL(bench_count(&bench, "result"), 6);
		for (int result = 0; result < 4; result++) {
			const struct record_entry *entry = bench_entry(&bench, "result", result);

			/* the meter stands still within 0.01 % of 0.6 % */
			CU_ASSERT_DOUBLE_EQUAL(record_number(entry, "value"),
					       cases[i].percent_per_kelvin, 0.0004);
			CU_ASSERT_STRING_EQUAL(record_text(entry, "unit"), "percent/K");
		}
		bench_expect(&bench, "from 23.0 to -40.0", cases[i].outcome);
		bench_expect(&bench, "from 23.0 to 53.0", cases[i].outcome);
		CU_ASSERT_EQUAL(set_count, 4);
	}
}

/* The certificate's U of 1 % cancels; with it nothing could be decided. */
static void the_calibration_of_the_standard_cancels(void)
{
	begin();
	for (int point = 0; point < bench.fake.certificate.count; point++) {
		bench.fake.certificate.points[point].expanded_uncertainty_percent = 1;
	}
	coefficient_percent = 0.005;
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40'")), STATUS_OK);
	bench_expect(&bench, "from 23.0 to -40.0", "conforms");
}

/* A meter with a time constant of two hours is still moving after one. */
static void a_slow_meter_is_waited_for(void)
{
	begin();
	coefficient_percent = 0.009;
	time_constant = 7200;
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40' soak_most='1400 min'")),
			STATUS_OK);
	/* within 0.01 % over 20 min: 63 K 0.009 %/K exp(-t/7200) (1 - exp(-1/6)) */
	CU_ASSERT_DOUBLE_EQUAL(record_number(bench_entry(&bench, "result", 0), "value"), 0.009,
			       0.001);
	bench_expect(&bench, "from 23.0 to -40.0", "conforms");
	begin();
	coefficient_percent = 0.009;
	time_constant = 7200;
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40' soak_most='90 min'")),
			STATUS_TIMEOUT);
	bench_says(&bench, "still moves by");
	CU_ASSERT_EQUAL(bench_count(&bench, "result"), 0);
}

static void what_heat_and_cold_leave_behind_is_recorded(void)
{
	const struct record_entry *back;

	begin();
	hysteresis_percent = 0.05;
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40' power_factors='1'")),
			STATUS_OK);
	back = bench_entry(&bench, "result", 1);
	CU_ASSERT_STRING_EQUAL(record_text(back, "test"), "temperature_return");
	CU_ASSERT_DOUBLE_EQUAL(record_number(back, "error_percent"), 0.05, 1e-4);
}

/* Energy registered at another temperature belongs to no load that was measured. */
static void hours_of_soak_pass_without_current(void)
{
	begin();
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("")), STATUS_OK);
	CU_ASSERT_TRUE(seconds > 4 * 3600);
	CU_ASSERT_TRUE(loaded_seconds < 0.2 * seconds);
}

static void faults_of_the_chamber_are_faults_of_the_bench(void)
{
	begin();
	is_stuck = true;
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40'")), STATUS_TIMEOUT);
	bench_says(&bench, "climate chamber chamber is at 23.0 degrees Celsius after 6 h");
	begin();
	has_alarm = true;
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40'")), STATUS_ALARM);
	begin();
	chamber_least = -30;
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40'")), STATUS_LIMIT);
	bench_says(&bench, "can be set to, -30 to 100");
	CU_ASSERT_EQUAL(set_count, 0);
	begin();
	bench.fake.lab.chamber.is_held_at_end = true;
	bench.fake.lab.chamber.end_celsius = 120; /* nobody wants to learn that at the end */
	CU_ASSERT_EQUAL(bench_run(&bench, TEMPERATURE("temperatures='-40'")), STATUS_LIMIT);
	bench_says(&bench, "120 degrees Celsius are outside what climate chamber chamber can");
	CU_ASSERT_EQUAL(set_count, 0);
}

static void the_chamber_is_left_as_the_laboratory_wants_it(void)
{
	struct lab *lab = &bench.fake.lab;

	begin();
	CU_ASSERT_EQUAL(lab_leave_chamber(lab), STATUS_OK); /* nobody has set it */
	CU_ASSERT_EQUAL(set_count + stop_count, 0);
	CU_ASSERT_EQUAL(lab_set_chamber(lab, -40), STATUS_OK);
	CU_ASSERT_EQUAL(lab_leave_chamber(lab), STATUS_OK);
	CU_ASSERT_EQUAL(stop_count, 1);
	CU_ASSERT_FALSE(is_running);
	CU_ASSERT_EQUAL(lab_leave_chamber(lab), STATUS_OK); /* once */
	CU_ASSERT_EQUAL(stop_count, 1);
	lab->chamber.is_held_at_end = true;
	lab->chamber.end_celsius = 25;
	CU_ASSERT_EQUAL(lab_set_chamber(lab, -40), STATUS_OK);
	CU_ASSERT_EQUAL(lab_leave_chamber(lab), STATUS_OK);
	CU_ASSERT_EQUAL(set_point, 25);
	CU_ASSERT_TRUE(is_running);
	lab->climate_chamber = NULL;
	CU_ASSERT_EQUAL(lab_set_chamber(lab, 23), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(lab_leave_chamber(lab), STATUS_OK);
}

static void what_cannot_be_is_refused_before(void)
{
	begin();
	bench_refuses(&bench, TEMPERATURE("temperatures='-60'"),
		      "-60 degrees Celsius are outside the range of FOCUS AX Polyphase, -40 to 53");
	bench_refuses(&bench, TEMPERATURE("temperatures='54'"), "outside the range");
	bench_refuses(&bench, TEMPERATURE("temperatures='cold'"), "\"cold\" in temperatures");
	bench_refuses(&bench, TEMPERATURE("temperatures='23'"), "is the reference temperature");
	bench_refuses(&bench, TEMPERATURE("temperatures=' '"), "names no temperature");
	bench_refuses(&bench, TEMPERATURE("power_factors='2'"), "power factor");
	bench_refuses(&bench, TEMPERATURE("soak_least='60 min' soak_most='30 min'"),
		      "soak_most is not longer");
	bench.fake.lab.climate_chamber = NULL;
	bench_refuses(&bench, TEMPERATURE(""), "has no climate_chamber");
}

const char *const suite_name = "temperature";
const struct suite_case suite_cases[] = {
	CASE(a_coefficient_beyond_its_limit_does_not_conform),
	CASE(the_calibration_of_the_standard_cancels),
	CASE(a_slow_meter_is_waited_for),
	CASE(what_heat_and_cold_leave_behind_is_recorded),
	CASE(hours_of_soak_pass_without_current),
	CASE(faults_of_the_chamber_are_faults_of_the_bench),
	CASE(the_chamber_is_left_as_the_laboratory_wants_it),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};
