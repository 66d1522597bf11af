/*
 * The verbs of the load tests on a laboratory in memory: starting load, no load, influences.
 * Periods, times and shifts are closed forms written here; the optical port is not needed, the
 * meter counts as identified.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "procedures/verbs/verb_support.h"
#include "tests/support/fake_lab.h"
#include "tests/support/step_files.h"
#include "tests/support/suite.h"

static struct fake_lab fake;
static struct device_type device;
static struct limit_set *limits;
static struct run_tally tally;
static struct run_record record;
static char reason[768];

static void begin(void)
{
	char path[1200];

	run_record_free(&record);
	limit_set_free(limits);
	fake_lab_init(&fake);
	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &limits), STATUS_OK);
	tally = (struct run_tally){0};
}

static void load_programme(const char *steps, struct programme *programme)
{
	char path[1200];

	scratch_write("p.xml",
		      "<procedure xmlns='urn:mcbench:procedure:1' id='p' title='P' document='D' "
		      "clause='C'>\n<body>%s</body>"
		      "<teardown><step verb='off' title='off'/></teardown></procedure>",
		      steps);
	scratch_write("programme.xml",
		      "<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
		      "limits='limits/iec_62053_22_02s.xml'><catalogue "
		      "file='requirements/measurement_canada.xml'/><procedure "
		      "file='%s'/></programme>",
		      "p.xml");
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	enum status status = programme_load(path, programme);
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static struct step_context context_of(struct run_store *store)
{
	struct step_context context = {.lab = &fake.lab,
				       .store = store,
				       .device = &device,
				       .limits = limits,
				       .model = "AX",
				       .tally = &tally};

	CU_ASSERT_EQUAL_FATAL(device_type_form(&device, "16S", &context.form), STATUS_OK);
	return context;
}

static enum status run_steps(const char *steps)
{
	struct programme programme;
	struct run_store *store = NULL;
	char path[1200];

	snprintf(path, sizeof(path), "%s/record.mcbench", scratch_folder());
	remove(path);
	load_programme(steps, &programme);
	CU_ASSERT_EQUAL_FATAL(run_store_create(path, true, 0, &store), STATUS_OK);
	struct step_context context = context_of(store);
	CU_ASSERT_EQUAL_FATAL(programme_check(&programme, &context), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(verb_memory_provide(&context), STATUS_OK);
	((struct verb_memory *)context.memory)->is_identified[0] = true;
	enum status status = programme_run(&programme, &context);
	snprintf(reason, sizeof(reason), "%s", status_reason());
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	free(context.memory);
	programme_free(&programme);
	CU_ASSERT_FALSE(fake.is_on);
	return status;
}

static void expect_refusal(const char *steps, const char *part)
{
	struct programme programme;

	begin();
	load_programme(steps, &programme);
	struct step_context context = context_of(NULL);
	CU_ASSERT_NOT_EQUAL(programme_check(&programme, &context), STATUS_OK);
	if (!strstr(status_reason(), part)) {
		printf("\n    \"%s\" does not say \"%s\"\n", status_reason(), part);
		CU_FAIL("another reason");
	}
	programme_free(&programme);
	CU_ASSERT_EQUAL(fake.apply_count, 0);
}

static const struct record_entry *entry_of(const char *kind, int index)
{
	return nth_entry(&record, kind, index);
}

static int count_of(const char *kind)
{
	return count_entries(&record, kind);
}

static void expect_text(const char *kind, const char *field, const char *text)
{
	const struct record_entry *entry = entry_of(kind, 0);

	CU_ASSERT_FATAL(entry && record_text(entry, field));
	CU_ASSERT_STRING_EQUAL(record_text(entry, field), text);
}

static void expect_bench_fault(enum status status, const char *part)
{
	CU_ASSERT_EQUAL(status, STATUS_TIMEOUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(reason, part));
	CU_ASSERT_EQUAL(count_of("judgement"), 0);
	CU_ASSERT_EQUAL(count_of("fault"), 1);
}

/* Silent from the given application of a load on. */
static int dies_at;

static void die(const char *what)
{
	fake.is_silent |= !strcmp(what, "apply") && fake.apply_count + 1 == dies_at;
}

/* ---- starting load ---- */

#define START(parameters)                                                                          \
	"<step verb='starting_load' requirement='EG7-03' title='t' volts='120 V' " parameters "/>"

/* 3600 x 1.8 / (3 x 120 x 0.05) = 360 s; this meter gives its first pulse after half of it. */
static void a_meter_that_starts_conforms_in_both_directions(void)
{
	static const char *const steps[] = {
		START("percent_of_maximum='0.025 %' power_factor='1'"),
		START("percent_of_maximum='0.025 %' power_factor='1' direction='received'"),
	};

	for (int i = 0; i < 2; i++) {
		begin();
		fake.starting_amperes = 0.049;
		CU_ASSERT_EQUAL(run_steps(steps[i]), STATUS_OK);
		expect_text("judgement", "outcome", "conforms");
		expect_text("judgement", "limit_provenance", "stand-in");
		expect_text("result", "indicated",
			    "first pulse after 180.0 s, second pulse after 360.0 s, third pulse "
			    "after 180.0 s");
		expect_text("result", "expected",
			    "three pulses, each within 540.0 s (1.5 x 360.0 s)");
		CU_ASSERT_EQUAL(count_of("indication"), 1);
	}
}

static void a_meter_that_does_not_start_does_not_conform(void)
{
	begin();
	fake.starting_amperes = 0.051;
	CU_ASSERT_EQUAL(run_steps(START("percent_of_maximum='0.025 %' power_factor='1'")),
			STATUS_OK);
	expect_text("judgement", "outcome", "does not conform");
	expect_text("judgement", "requirement", "EG7-03");
	expect_text("result", "indicated", "no first pulse within 540.0 s");
	/* the pick-up was shown to work before and after */
	CU_ASSERT_EQUAL(count_of("indication"), 2);
}

/* 0.05 A are the limits' figure: 0.04 A ask too much, 0.1 A too little. */
static void another_current_proves_only_what_follows_from_it(void)
{
	static const struct {
		const char *step;
		double starting_amperes;
		const char *outcome;
	} cases[] = {
		{START("percent_of_maximum='0.02 %' power_factor='1'"), 0.03, "conforms"},
		{START("percent_of_maximum='0.02 %' power_factor='1'"), 0.045, "not evaluated"},
		{START("percent_of_maximum='0.05 %' power_factor='1'"), 0.03, "not evaluated"},
		{START("percent_of_maximum='0.05 %' power_factor='1'"), 0.2, "does not conform"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		fake.starting_amperes = cases[i].starting_amperes;
		CU_ASSERT_EQUAL(run_steps(cases[i].step), STATUS_OK);
		expect_text("judgement", "outcome", cases[i].outcome);
	}
}

static void a_pick_up_that_is_dead_or_dies_is_a_bench_fault(void)
{
	begin();
	fake.is_silent = true;
	expect_bench_fault(run_steps(START("percent_of_maximum='0.025 %' power_factor='1'")),
			   "no test pulse came");
	begin();
	fake.watch = die;
	dies_at = 2;
	expect_bench_fault(run_steps(START("percent_of_maximum='0.025 %' power_factor='1'")),
			   "no test pulse came");
}

/* ---- no load ---- */

#define NO_LOAD(parameters) "<step verb='no_load' requirement='EG7-04' title='t' " parameters "/>"

/* 900e6/(k m Un Imax) min, k = 1000/1.8, m = 3, 120 V, 200 A. */
#define MINUTES (900e6 / (1000 / 1.8 * 3 * 120 * 200))

static void expect_pulses(double period_seconds, double pulses, const char *outcome)
{
	begin();
	fake.creep_watts = period_seconds > 0 ? 3600 * 1.8 / period_seconds : 0;
	CU_ASSERT_EQUAL(run_steps(NO_LOAD("volts='120 V'")), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "value"), pulses, 0);
	expect_text("judgement", "outcome", outcome);
	expect_text("judgement", "requirement", "EG7-04");
	CU_ASSERT_EQUAL(count_of("indication"), 2);
}

/* Pulses after half a period and then every period. */
static void one_pulse_in_the_time_conforms_and_two_do_not(void)
{
	expect_pulses(0, 0, "conforms");
	double seconds = seconds_between((struct instant){0}, fake.clock.now);
	CU_ASSERT(seconds >= 60 * MINUTES && seconds < 60 * MINUTES + 120);
	CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "volts"), 138, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "amperes"), 0, 0);
	expect_pulses(60 * MINUTES / 1.45, 1, "conforms");
	expect_pulses(60 * MINUTES / 1.55, 2, "does not conform");
	expect_pulses(10, 2, "does not conform");
	CU_ASSERT(seconds_between((struct instant){0}, fake.clock.now) < 120);
}

static void silence_without_load_counts_only_if_the_pick_up_still_works(void)
{
	begin();
	fake.watch = die;
	dies_at = 2;
	expect_bench_fault(run_steps(NO_LOAD("volts='120 V'")), "no test pulse came");
}

/* ---- influences ---- */

#define INFLUENCE(parameters)                                                                      \
	"<step verb='influence' requirement='EG7-05' title='t' volts='120 V' power_factor='1' "    \
	"percent_of_maximum='25 %' " parameters "/>"

/* The meter's gain from the second application of a load on. */
static double moved_gain;

static void move(const char *what)
{
	if (!strcmp(what, "apply") && fake.apply_count + 1 == 2) {
		fake.gain[0] = fake.gain[1] = fake.gain[2] = moved_gain;
	}
}

/* e2 - e1 = 100 (moved - 1.001), whatever the standard's own (certified) error is. */
static void expect_shift(const char *step, double moved_percent, const char *test,
			 const char *outcome)
{
	begin();
	fake.standard_error_percent = 0.05;
	for (int point = 0; point < fake.certificate.count; point++) {
		fake.certificate.points[point].error_percent = 0.05;
		fake.certificate.points[point].expanded_uncertainty_percent = 1;
	}
	fake.gain[0] = fake.gain[1] = fake.gain[2] = 1.001;
	moved_gain = 1.001 + moved_percent / 100;
	fake.watch = move;
	CU_ASSERT_EQUAL(run_steps(step), STATUS_OK);
	CU_ASSERT_EQUAL(count_of("result"), 1);
	CU_ASSERT_EQUAL(count_of("indication"), 10);
	CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "error_percent"), moved_percent,
			       1e-6);
	expect_text("result", "kind", "shift");
	expect_text("result", "test", test);
	expect_text("judgement", "outcome", outcome);
}

/* Limits of the stand-in: 0.1 % within 10 % of the volts, 0.3 % from 80 % to 115 %; 0.1 % within 2
 * % of the frequency. The certificate's U of 1 % cancels, or nothing could be decided. */
static void a_shift_beyond_its_limit_does_not_conform(void)
{
	expect_shift(INFLUENCE("volts_to='90 %'"), 0.09, "voltage_variation", "conforms");
	expect_shift(INFLUENCE("volts_to='110 %'"), -0.11, "voltage_variation", "does not conform");
	expect_shift(INFLUENCE("volts_to='80 %'"), 0.29, "voltage_variation", "conforms");
	expect_shift(INFLUENCE("volts_to='115 %'"), 0.31, "voltage_variation", "does not conform");
	expect_shift(INFLUENCE("hertz_to='98 %'"), -0.09, "frequency_variation", "conforms");
	expect_shift(INFLUENCE("hertz_to='102 %'"), 0.11, "frequency_variation",
		     "does not conform");
}

/* 0.05 % at 0.1 In = 5 A and only there. */
static void reversed_phase_sequence_is_judged_at_its_current(void)
{
	static const char step[] =
		"<step verb='influence' requirement='EG7-10' title='t' volts='120 V' "
		"power_factor='1' percent_of_maximum='2.5 %' sequence_to='CBA'/>";

	expect_shift(step, 0.04, "phase_sequence", "conforms");
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(entry_of("result", 0), "load"), "CBA"));
	expect_shift(step, 0.06, "phase_sequence", "does not conform");
	expect_shift(INFLUENCE("sequence_to='CBA'"), 0.06, "phase_sequence", "not evaluated");
}

/* Half of the limit of error, 0.2 % at this load. */
static void directions_that_differ_do_not_conform(void)
{
	expect_shift(INFLUENCE("direction_to='received'"), 0.09, "direction_difference",
		     "conforms");
	expect_shift(INFLUENCE("direction_to='received'"), -0.11, "direction_difference",
		     "does not conform");
	expect_text("result", "direction", "both");
}

/* g_A - (g_A + g_B + g_C)/3: 0.6 and 0, 0: 0.4 %, the limit; a little to either side. */
static void elements_that_differ_do_not_conform(void)
{
	static const struct {
		double gain_percent;
		const char *outcome;
	} cases[] = {{0.57, "conforms"}, {0.63, "does not conform"}};

	for (int i = 0; i < 2; i++) {
		begin();
		fake.gain[0] = 1 + cases[i].gain_percent / 100;
		CU_ASSERT_EQUAL(run_steps(INFLUENCE("element_to='A'")), STATUS_OK);
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "error_percent"),
				       cases[i].gain_percent * 2 / 3, 1e-6);
		expect_text("result", "test", "element_difference");
		expect_text("judgement", "outcome", cases[i].outcome);
		begin();
		fake.gain[0] = 1 + cases[i].gain_percent / 100;
		CU_ASSERT_EQUAL(run_steps(INFLUENCE("element_to='B'")), STATUS_OK);
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "error_percent"),
				       -cases[i].gain_percent / 3, 1e-6);
		expect_text("judgement", "outcome", "conforms");
	}
}

/* ---- repeatability ---- */

/* Ten runs, alternately +a and -a: s = a sqrt(10/9); U = t_95(9) s / sqrt(18), t_95(9) = 2.262. The
 * limit at unity power factor is a tenth of 0.2 %. */
static void a_meter_that_scatters_does_not_conform(void)
{
	static const struct {
		double scatter_percent;
		const char *outcome;
	} cases[] = {{0.010, "conforms"}, {0.018, "inconclusive"}, {0.045, "does not conform"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double deviation = cases[i].scatter_percent * sqrt(10.0 / 9);

		begin();
		for (int gate = 0; gate < FAKE_GATES; gate++) {
			fake.scatter_percent[gate] = (gate % 2 ? 1 : -1) * cases[i].scatter_percent;
		}
		CU_ASSERT_EQUAL(run_steps("<step verb='repeatability' requirement='EG7-02.2' "
					  "title='t' volts='120 V' power_factor='1' "
					  "percent_of_maximum='25 %'/>"),
				STATUS_OK);
		CU_ASSERT_EQUAL(count_of("indication"), 10);
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "value"), deviation,
				       1e-6);
		CU_ASSERT_DOUBLE_EQUAL(
			record_number(entry_of("judgement", 0), "expanded_uncertainty_percent"),
			2.262 * deviation / sqrt(18), 1e-5);
		CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("judgement", 0), "limit_percent"),
				       0.02, 1e-9);
		expect_text("judgement", "outcome", cases[i].outcome);
	}
}

/* ---- refused before anything is switched on ---- */

static void what_cannot_be_is_refused_before(void)
{
	expect_refusal(START("percent_of_maximum='0.001 %' power_factor='0.25L'"),
		       "one test pulse in 10 h, more than 6 h");
	expect_refusal(NO_LOAD("volts='119 V'"), "119 V are outside the rating");
	expect_refusal(NO_LOAD("volts='277 V' volts_percent='116 %'"), "321.32 V are outside");
	expect_refusal(START("percent_of_maximum='0.025 %' power_factor='1' direction='up'"),
		       "direction=\"up\"");
	expect_refusal(INFLUENCE(""), "0 conditions change");
	expect_refusal(INFLUENCE("volts_to='90 %' hertz_to='98 %'"), "2 conditions change");
	expect_refusal(INFLUENCE("volts_to='120 %' element='A' hertz='50 Hz'"), "50 Hz are not");
	expect_refusal(INFLUENCE("sequence_to='ACB'"), "sequence_to=\"ACB\"");
	expect_refusal(INFLUENCE("element_to='D'"), "element_to=\"D\"");
	expect_refusal(INFLUENCE("direction_to='delivered'"), "has already");
}

const char *const suite_name = "load_verbs";
const struct suite_case suite_cases[] = {
	CASE(a_meter_that_starts_conforms_in_both_directions),
	CASE(a_meter_that_does_not_start_does_not_conform),
	CASE(another_current_proves_only_what_follows_from_it),
	CASE(a_pick_up_that_is_dead_or_dies_is_a_bench_fault),
	CASE(one_pulse_in_the_time_conforms_and_two_do_not),
	CASE(silence_without_load_counts_only_if_the_pick_up_still_works),
	CASE(a_shift_beyond_its_limit_does_not_conform),
	CASE(reversed_phase_sequence_is_judged_at_its_current),
	CASE(directions_that_differ_do_not_conform),
	CASE(elements_that_differ_do_not_conform),
	CASE(a_meter_that_scatters_does_not_conform),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};
