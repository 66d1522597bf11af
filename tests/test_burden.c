/*
 * The verb `burden` on a wattmeter in memory: a capacitor C and a conductance G in each voltage
 * circuit, S = U^2 sqrt(G^2 + (omega C)^2), written here.
 */
#include <math.h>

#include "tests/support/step_bench.h"

#define OMEGA (2 * 3.14159265358979323846 * 60)
#define BURDEN(parameters) "<step verb='burden' requirement='NOA-52' title='t' " parameters "/>"

static struct step_bench bench;
static struct instrument wattmeter;
static double farads, siemens, gain, set_amperes, scatter;
static double share[3];	   /* of the capacitors, by phase */
static double blind_below; /* parts of the range that are shown as nothing */
static int fault, reading_number;
enum { NO_FAULT, FAULT_SILENT, FAULT_OTHER_VOLTS, FAULT_OTHER_VA };

static enum status set_range(struct instrument *instrument, double volts, double amperes)
{
	(void)instrument;
	CU_ASSERT_TRUE(volts >= bench.fake.load.volts[0].rms);
	set_amperes = amperes;
	return STATUS_OK;
}

static enum status read_burden(struct instrument *instrument, int phase,
			       struct burden_indication *indication)
{
	double volts = bench.fake.load.volts[phase].rms * gain;
	double vars = -volts * volts * OMEGA * farads * share[phase];
	double watts = volts * volts * siemens;

	(void)instrument;
	watts *= 1 + (reading_number++ % 2 ? scatter : -scatter);
	*indication = (struct burden_indication){.volts = volts,
						 .watts = watts,
						 .vars = vars,
						 .volt_amperes = hypot(watts, vars),
						 .hertz = 60};
	indication->amperes = indication->volt_amperes / volts;
	if (fault == FAULT_SILENT) {
		return status_fail(STATUS_TIMEOUT, "wattmeter silent");
	}
	if (fault == FAULT_OTHER_VOLTS) {
		indication->volts *= 0.5;
	}
	if (fault == FAULT_OTHER_VA) {
		indication->volt_amperes *= 1.2;
	}
	if (indication->amperes < blind_below * set_amperes) {
		*indication = (struct burden_indication){.volts = volts, .hertz = 60};
	}
	return indication->amperes > set_amperes ? status_fail(STATUS_LIMIT, "beyond its range")
						 : STATUS_OK;
}

static const struct burden_meter role = {.set_range = set_range, .read = read_burden};

/* Three circuits that take `volt_amperes` together at 277 V, all capacitive. */
static void begin(double volt_amperes)
{
	bench_begin(&bench);
	wattmeter = (struct instrument){.name = "wattmeter", .burden_meter = &role};
	bench.fake.lab.burden_meter = &wattmeter;
	farads = volt_amperes / 3 / (277.0 * 277.0 * OMEGA);
	siemens = 0;
	gain = 1;
	share[0] = share[1] = share[2] = 1;
	blind_below = 0;
	scatter = 0;
	fault = NO_FAULT;
}

static double number(const char *what, const char *field)
{
	int index = bench_find(&bench, what);

	return index < 0 ? NAN : record_number(bench_entry(&bench, "result", index), field);
}

/* 2.6 VA at 277 V are 2.6 (120/277)^2 = 0.487951 VA at 120 V. */
static void the_burden_of_a_capacitor_goes_with_the_square_of_the_voltage(void)
{
	begin(2.6);
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(number("apparent power", "value"), 2.6, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(number("reactive power", "value"), -2.6, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(number("active power", "value"), 0, 1e-9);
	bench_expect(&bench, "apparent power", "conforms");
	begin(2.6);
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='120 V'")), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(number("apparent power", "value"), 0.487951, 1e-6);
	bench_expect(&bench, "apparent power", "conforms");
	CU_ASSERT_EQUAL(bench_count(&bench, "burden"), 15);
}

/* The limit is 2.65: what is printed as 2.6. U = 2 sqrt((0.0025 S)^2 + 0.005^2) = 0.017 at 2.6. */
static void a_burden_above_the_declared_one_does_not_conform(void)
{
	static const struct {
		double volt_amperes;
		const char *outcome;
	} cases[] = {{2.63, "conforms"},
		     {2.64, "inconclusive"},
		     {2.66, "inconclusive"},
		     {2.68, "does not conform"},
		     {5.2, "does not conform"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(cases[i].volt_amperes);
		CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
		bench_expect(&bench, "apparent power", cases[i].outcome);
	}
}

static void a_module_has_its_own_figure(void)
{
	begin(53.2);
	bench.module = "0764";
	CU_ASSERT_EQUAL(bench_run(&bench, "<step verb='burden' requirement='NOA-35' title='t' "
					  "volts='277 V' declared_requirement='EG7-13'/>"),
			STATUS_OK);
	bench_expect(&bench, "apparent power of the voltage circuits, 0764", "conforms");
	CU_ASSERT_STRING_EQUAL(record_text(bench_entry(&bench, "result", 0), "requirement"),
			       "NOA-35");
	CU_ASSERT_STRING_EQUAL(record_text(bench_entry(&bench, "result", 1), "requirement"),
			       "EG7-13");
	begin(53.2);
	bench.module = "0746";
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
	bench_expect(&bench, "apparent power", "does not conform");
}

static void a_current_that_lags_is_not_capacitive(void)
{
	begin(1.5);
	farads = -farads;
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
	bench_expect(&bench, "apparent power", "does not conform");
}

/* Readings that alternate by +-a around P: the total's s over five readings of three phases each
 * alternates by a P/3 at most; it must be in the budget. */
static void scatter_widens_the_interval(void)
{
	double narrow, wide;

	begin(0);
	siemens = 2.0 / 3 / (277.0 * 277.0);
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
	narrow = record_number(bench_entry(&bench, "judgement", 0), "expanded_uncertainty");
	begin(0);
	siemens = 2.0 / 3 / (277.0 * 277.0);
	scatter = 0.2;
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
	wide = record_number(bench_entry(&bench, "judgement", 0), "expanded_uncertainty");
	/* sums: one phase of three is off by 0.2 * 2/3 = 0.1333, alternately: s = 0.1461 over five,
	 * t_95(4) s / sqrt(5) = 0.181 */
	CU_ASSERT_DOUBLE_EQUAL(narrow, 2 * sqrt(0.005 * 0.005 + 0.005 * 0.005), 0.002);
	CU_ASSERT_DOUBLE_EQUAL(wide, 0.181, 0.004);
}

/* 20 x 53 VA at 120 V on one conductor: closed forms give -+0.15 % and 0.21 degrees for 50 and 20
 * mohm; here three phases, so a third each: I = 20 x 53/3/120 = 2.944 A; X I/U = 0.0491 %, R I/U =
 * 0.1227 %, together 0.0491 + sqrt(3) 0.1227 = 0.2616 %. */
static void the_burden_of_all_positions_moves_the_bench(void)
{
	static const char step[] = BURDEN("volts='120 V' effect_requirement='CON-07'");

	begin(53 * 277.0 * 277.0 / 120 / 120);
	bench.module = "0764";
	bench.fake.lab.position_count = 20;
	for (int i = 1; i < 20; i++) {
		bench.fake.lab.positions[i] = bench.fake.lab.positions[0];
		bench.fake.lab.positions[i].number = i + 1;
	}
	bench.fake.lab.wiring = (struct lab_wiring){true, 0.05, 0.02, 1100};
	CU_ASSERT_EQUAL(bench_run(&bench, step), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(number("the bench, moved", "value"), 0.2616, 0.0002);
	bench_expect(&bench, "the bench, moved", "does not conform");
	begin(53 * 277.0 * 277.0 / 120 / 120);
	bench.module = "0764";
	bench.fake.lab.wiring = (struct lab_wiring){true, 0.05, 0.02, 1100};
	CU_ASSERT_EQUAL(bench_run(&bench, step), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(number("the bench, moved", "value"), 0.2616 / 20, 0.0001);
	bench_expect(&bench, "the bench, moved", "conforms");
	begin(2.6);
	CU_ASSERT_EQUAL(bench_run(&bench, step), STATUS_OK);
	bench_expect(&bench, "the bench, moved", "not evaluated");
}

/* The range is chosen for the declared figure; a meter that takes more is measured all the same. */
static void beyond_the_range_a_larger_one_is_taken(void)
{
	begin(30);
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(number("apparent power", "value"), 30, 1e-6);
	bench_expect(&bench, "apparent power", "does not conform");
}

/* 40 VA on A and 0.2 VA on each of the others; in the range for 53 VA, less than 0.5 % is nothing.
 */
static void a_phase_that_takes_little_has_a_range_of_its_own(void)
{
	begin(3);
	bench.module = "0764";
	share[0] = 40;
	share[1] = share[2] = 0.2;
	blind_below = 0.005;
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(number("apparent power", "value"), 40.4, 1e-6);
}

static void a_wattmeter_that_lies_or_is_silent_is_a_bench_fault(void)
{
	begin(2.6);
	fault = FAULT_SILENT;
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(bench_count(&bench, "result"), 0);
	begin(2.6);
	fault = FAULT_OTHER_VOLTS;
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_PROTOCOL);
	bench_says(&bench, "138.5 V on phase A where 277 V are applied");
	begin(2.6);
	fault = FAULT_OTHER_VA;
	CU_ASSERT_EQUAL(bench_run(&bench, BURDEN("volts='277 V'")), STATUS_PROTOCOL);
	bench_says(&bench, "check its settings");
}

static void what_cannot_be_is_refused_before(void)
{
	begin(2.6);
	bench.fake.lab.burden_meter = NULL;
	bench_refuses(&bench, BURDEN("volts='120 V'"), "has no burden_meter");
	begin(2.6);
	bench_refuses(&bench, BURDEN("volts='120 V' position='2'"), "has no position 2");
	bench_refuses(&bench, BURDEN("volts='100 V'"), "100 V are outside the rating");
	bench.fake.lab.wiring = (struct lab_wiring){true, 0.05, 0.02, 2};
	bench_refuses(&bench, BURDEN("volts='120 V'"), "1 meters of 2.6 VA are 2.6 VA, more than");
}

const char *const suite_name = "burden";
const struct suite_case suite_cases[] = {
	CASE(the_burden_of_a_capacitor_goes_with_the_square_of_the_voltage),
	CASE(a_burden_above_the_declared_one_does_not_conform),
	CASE(a_module_has_its_own_figure),
	CASE(a_current_that_lags_is_not_capacitive),
	CASE(scatter_widens_the_interval),
	CASE(the_burden_of_all_positions_moves_the_bench),
	CASE(beyond_the_range_a_larger_one_is_taken),
	CASE(a_phase_that_takes_little_has_a_range_of_its_own),
	CASE(a_wattmeter_that_lies_or_is_silent_is_a_bench_fault),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};
