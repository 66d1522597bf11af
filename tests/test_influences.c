/*
 * The verb influence where lines are lost or a leg is uneven, and its second stage, on a laboratory
 * in memory. Shifts are closed forms of three gains.
 */
#include "tests/support/verb_bench.h"

#define INFLUENCE(parameters)                                                                      \
	"<step verb='influence' requirement='EG7-09.3' title='t' volts='120 V' power_factor='1' "  \
	"percent_of_maximum='25 %' " parameters "/>"

/* Table 1 of the meter: 4-wire wye, ABC, 120 V; from the second load on another kind. */
static uint8_t kind_then;

static void find_service(const char *what)
{
	if (!strcmp(what, "apply")) {
		bench.table_2049[0] = bench.fake.apply_count == 0 ? 1 : kind_then;
		bench.table_2049[1] = 1;
		bench.table_2049[2] = 120;
	}
}

static void begin(double gain_percent)
{
	bench_begin("16S", NULL);
	bench.fake.gain[0] = 1 + gain_percent / 100;
	bench.fake.watch = find_service;
	kind_then = 1;
}

static void expect_shift(const char *step, double gain_percent, double percent, const char *test,
			 const char *outcome)
{
	begin(gain_percent);
	CU_ASSERT_EQUAL(bench_run(step), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(bench_count("result"), 2);
	bench_expect("result", 0, "kind", "shift");
	bench_expect("result", 0, "test", test);
	bench_expect("result", 0, "influence_on_standard", "unbalance");
	CU_ASSERT_DOUBLE_EQUAL(bench_number("result", 0, "error_percent"), percent, 1e-6);
	bench_expect("judgement", 0, "outcome", outcome);
	bench_expect("judgement", 0, "requirement", "EG7-09.3");
	bench_expect("result", 1, "indicated", "4-wire wye, ABC, 120 V");
	bench_expect("judgement", 1, "outcome", "conforms");
}

/* Element A higher by x: x/3 balanced, 0 without line A, x/2 without B, x without B and C. */
static void a_meter_that_feels_a_lost_line_does_not_conform(void)
{
	expect_shift(INFLUENCE("lost_to='A'"), 1.2, -0.4, "phase_loss", "conforms");
	expect_shift(INFLUENCE("lost_to='A'"), 1.8, -0.6, "phase_loss", "does not conform");
	expect_shift(INFLUENCE("lost_to='B'"), 2.4, 0.4, "phase_loss", "conforms");
	expect_shift(INFLUENCE("lost_to='BC'"), 0.9, 0.6, "phase_loss", "does not conform");
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(bench_entry("result", 0), "load"), "lost BC"));
}

/* Leg A at r of the power: x r/(2 + r) instead of x/3. */
static void a_meter_that_feels_an_uneven_leg_does_not_conform(void)
{
	expect_shift(INFLUENCE("uneven_leg='A' leg_amperes_to='50 %'"), 3, 3 * (0.5 / 2.5) - 1,
		     "unbalance", "conforms");
	expect_shift(INFLUENCE("uneven_leg='A' leg_amperes_to='0 %'"), 1.8, -0.6, "unbalance",
		     "does not conform");
	expect_shift(INFLUENCE("uneven_leg='A' leg_volts_to='50 %' leg_amperes_to='50 %'"), 3,
		     3 * (0.25 / 2.25) - 1, "unbalance", "does not conform");
}

static void another_service_does_not_conform(void)
{
	begin(0);
	kind_then = 3;
	CU_ASSERT_EQUAL(bench_run(INFLUENCE("lost_to='B'")), STATUS_OK);
	bench_expect("judgement", 0, "outcome", "conforms");
	bench_expect("result", 1, "indicated", "3-wire network, ABC, 120 V");
	bench_expect("result", 1, "expected", "4-wire wye, ABC, 120 V");
	bench_expect("judgement", 1, "outcome", "does not conform");
}

/* Alternately -a and +a: four runs of each condition leave the shift in doubt at its limit; eight
 * of each, pooled, are the end of it. */
static void a_shift_in_doubt_is_measured_once_more_in_both_conditions(void)
{
	static const char step[] = INFLUENCE("lost_to='A' runs='4' wanted_uncertainty='0.05 %'");

	begin(1.5); /* shift -0.5 %, the limit */
	for (int gate = 0; gate < FAKE_GATES; gate++) {
		bench.fake.scatter_percent[gate] = gate % 2 ? 0.004 : -0.004;
	}
	CU_ASSERT_EQUAL(bench_run(step), STATUS_OK);
	CU_ASSERT_EQUAL(bench_count("indication"), 16);
	CU_ASSERT_EQUAL(record_integer(bench_entry("result", 0), "runs"), 8);
	CU_ASSERT_EQUAL(record_integer(bench_entry("result", 0), "reference_runs"), 8);
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(bench_entry("result", 0), "remark"),
				      "second stage, 8 runs pooled, final"));
	CU_ASSERT_DOUBLE_EQUAL(bench_number("result", 0, "error_percent"), -0.5, 1e-6);
	begin(1.2);
	CU_ASSERT_EQUAL(bench_run(step), STATUS_OK);
	CU_ASSERT_EQUAL(bench_count("indication"), 8);
}

/* The limit is 0.4 % at half of the maximum current, a tenth and four tenths of the fifth. */
static void a_meter_that_feels_harmonics_does_not_conform(void)
{
	static const char step[] =
		"<step verb='influence' requirement='EG7-11' title='t' volts='120 V' "
		"power_factor='1' percent_of_maximum='50 %' harmonic_to='5' harmonic_volts='10 %' "
		"harmonic_amperes='40 %'/>";
	static const struct {
		double percent;
		const char *outcome;
	} cases[] = {{0.39, "conforms"}, {-0.41, "does not conform"}};

	for (int i = 0; i < 2; i++) {
		begin(0);
		bench.fake.harmonic_percent = cases[i].percent;
		CU_ASSERT_EQUAL(bench_run(step), STATUS_OK);
		CU_ASSERT_EQUAL(bench_count("result"), 1);
		bench_expect("result", 0, "test", "harmonics");
		bench_expect("result", 0, "influence_on_standard", "harmonics");
		bench_expect("result", 0, "load", "3x120V 100A 1 60Hz harmonic 5 10%V 40%A");
		bench_expect("result", 0, "reference_load", "3x120V 100A 1 60Hz");
		CU_ASSERT_DOUBLE_EQUAL(bench_number("result", 0, "error_percent"), cases[i].percent,
				       1e-6);
		bench_expect("judgement", 0, "outcome", cases[i].outcome);
		CU_ASSERT_EQUAL(bench.fake.volts_shape.harmonics[0].order, 5);
		CU_ASSERT_DOUBLE_EQUAL(bench.fake.amperes_shape.harmonics[0].relative, 0.4, 1e-12);
	}
}

static void a_source_of_sines_is_refused_before(void)
{
	struct power_source sines;

	begin(0);
	sines = *bench.fake.instrument.power_source;
	sines.shape = NULL;
	bench.fake.instrument.power_source = &sines;
	bench_refuses(INFLUENCE("harmonic_to='5' harmonic_volts='10 %'"), "gives sines only");
	begin(0);
	bench_refuses(INFLUENCE("harmonic_to='5'"), "needs an order of 2 to 40");
	bench_refuses(INFLUENCE("harmonic_to='5' harmonic_amperes='40 %' lost_to='A'"),
		      "2 conditions change");
}

static void a_form_that_can_lose_no_line_gets_a_note(void)
{
	begin(0);
	CU_ASSERT_EQUAL(bench_run(INFLUENCE("lost_to='none'")), STATUS_OK);
	CU_ASSERT_EQUAL(bench_count("note"), 1);
	CU_ASSERT_EQUAL(bench_count("result"), 0);
	CU_ASSERT_EQUAL(bench.fake.apply_count, 0);
}

static void what_cannot_be_is_refused_before(void)
{
	bench_begin("16S", NULL);
	bench_refuses(INFLUENCE("lost_to='ABC'"), "one or two lost lines");
	bench_refuses(INFLUENCE("lost_to='A' element_to='B'"), "2 conditions change");
	bench_refuses(INFLUENCE("uneven_leg='A'"), "needs leg_volts_to or leg_amperes_to");
	bench_refuses(INFLUENCE("uneven_leg='D' leg_volts_to='90 %'"), "uneven_leg=\"D\"");
	bench_begin("5S", NULL);
	bench_refuses(INFLUENCE("lost_to='B'"), "can be neither lost nor uneven");
	bench_refuses(INFLUENCE("lost_to='AC'"), "every leg of the 3-wire delta service is lost");
	bench_begin("6S", NULL);
	bench_refuses(INFLUENCE("lost_to='A'"), "off by -25.0 %, which is inherent");
	bench_refuses(INFLUENCE("uneven_leg='B' leg_volts_to='80 %'"), "off by +7.1 %");
}

const char *const suite_name = "influences";
const struct suite_case suite_cases[] = {
	CASE(a_meter_that_feels_a_lost_line_does_not_conform),
	CASE(a_meter_that_feels_an_uneven_leg_does_not_conform),
	CASE(another_service_does_not_conform),
	CASE(a_shift_in_doubt_is_measured_once_more_in_both_conditions),
	CASE(a_meter_that_feels_harmonics_does_not_conform),
	CASE(a_source_of_sines_is_refused_before),
	CASE(a_form_that_can_lose_no_line_gets_a_note),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};
