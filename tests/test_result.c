/* procedures/verbs/result: what stands in the record after shifts, values and checks, on the
 * laboratory in memory. Budgets and outcomes are written out by hand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/verbs/result.h"
#include "tests/support/fake_lab.h"
#include "tests/support/suite.h"

static struct fake_lab fake;
static struct device_type device;
static struct limit_set *limits;
static struct run_tally tally;
static struct run_record record;
static struct step_context context;
static char store_path[1200];

static void begin(void)
{
	char path[1200];

	fake_lab_init(&fake);
	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &limits), STATUS_OK);
	tally = (struct run_tally){0};
	context = (struct step_context){.lab = &fake.lab,
					.device = &device,
					.limits = limits,
					.requirement = "EG7-09",
					.step = 7,
					.tally = &tally};
	CU_ASSERT_EQUAL_FATAL(device_type_form(&device, "16S", &context.form), STATUS_OK);
	snprintf(store_path, sizeof(store_path), "%s/record.mcbench", scratch_folder());
	remove(store_path);
	CU_ASSERT_EQUAL_FATAL(run_store_create(store_path, true, 0, &context.store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(verb_memory_provide(&context), STATUS_OK);
}

static void end(void)
{
	CU_ASSERT_EQUAL(run_store_close(context.store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	free(context.memory);
	limit_set_free(limits);
}

static const struct record_entry *entry_of(const char *kind, int index)
{
	for (size_t i = 0; i < record.count; i++) {
		if (!strcmp(record.entries[i].kind, kind) && index-- == 0) {
			return &record.entries[i];
		}
	}
	CU_FAIL_FATAL("no such entry");
	return NULL;
}

static void expect(const char *kind, int index, const char *field, const char *text)
{
	const char *found = record_text(entry_of(kind, index), field);

	CU_ASSERT_FATAL(found != NULL);
	CU_ASSERT_STRING_EQUAL(found, text);
}

static void expect_part(const char *field, const char *part)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(entry_of("judgement", 0), field), part));
}

/* Five runs with the errors given, 60 Wh and 60 s each, counted in 0.6 mWh. */
static void measured_runs(const double errors[5], const char *load_text,
			  struct measured_condition *condition)
{
	struct verb_memory *memory = context.memory;
	struct position_runs *runs = &memory->positions[0];
	struct load_point point;
	struct verb_load load;

	CU_ASSERT_EQUAL_FATAL(load_point_parse(load_text, &point), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(verb_load_from_point(&context, &point, &load), STATUS_OK);
	runs->count = 5;
	for (int i = 0; i < 5; i++) {
		runs->runs[i] = (struct pulse_run){.pulses = 33,
						   .watt_hours = 60,
						   .resolution_watt_hours = 0.0006,
						   .seconds = 60 + i,
						   .error_percent = errors[i]};
	}
	condition_keep(&context, &load, 0, condition);
}

static const double first_errors[5] = {0.10, 0.11, 0.09, 0.10, 0.10};
static const double second_errors[5] = {0.13, 0.14, 0.12, 0.13, 0.13};

/* s = 0.01/sqrt(2) in both; counting 0.001 %, edge 100 x 1 ms / 60 s; drift 0.02 % sqrt(1 h / 1 a).
 */
static void a_shift_is_judged_by_its_correlated_budget(void)
{
	struct measured_condition reference, changed;
	const struct limit limit = {.has_row = true,
				    .limit_percent = 0.05,
				    .document = "IEC 62053-22",
				    .clause = "table 8",
				    .provenance = PROVENANCE_STAND_IN};
	double edge = 100 * 1e-3 / 60;
	double drift = 0.02 * sqrt(3600.0 / 31557600);
	double square = 2 * 0.00005 / 5 + 2 * (1e-6 + edge * edge) / 6 + drift * drift / 3 +
			0.002 * 0.002 / 3;

	begin();
	fake.lab.pulse_edge_seconds = 1e-3;
	fake.certificate.drift_percent_per_year = 0.02;
	fake.certificate.states_influence[INFLUENCE_PHASE_SEQUENCE] = true;
	fake.certificate.influence_percent[INFLUENCE_PHASE_SEQUENCE] = 0.002;
	for (int i = 0; i < fake.certificate.count; i++) {
		fake.certificate.points[i].expanded_uncertainty_percent = 0.08;
	}
	measured_runs(first_errors, "3x120V 30A 1 60Hz", &reference);
	fake.clock.now = instant_after(fake.clock.now, 3600);
	measured_runs(second_errors, "3x120V 30A 1 60Hz CBA", &changed);
	CU_ASSERT_EQUAL(record_shift(&context,
				     &(struct measured_shift){.test = "phase_sequence",
							      .direction = "delivered",
							      .reference = &reference,
							      .changed = &changed,
							      .influence = INFLUENCE_PHASE_SEQUENCE,
							      .limit = &limit}),
			STATUS_OK);
	end();
	const struct record_entry *judgement = entry_of("judgement", 0);
	CU_ASSERT_DOUBLE_EQUAL(record_number(entry_of("result", 0), "error_percent"), 0.03, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(record_number(judgement, "standard_uncertainty_percent"),
			       sqrt(square), 1e-10);
	/* with both calibrations, U = 0.08 sqrt(2) = 0.113 % could never conform to 0.05 % */
	expect("judgement", 0, "outcome", "conforms");
	expect("judgement", 0, "requirement", "EG7-09");
	expect("result", 0, "kind", "shift");
	expect("result", 0, "reference_load", "3x120V 30A 1 60Hz");
	expect("result", 0, "load", "3x120V 30A 1 60Hz CBA");
	CU_ASSERT_EQUAL(tally.conforms, 1);
	run_record_free(&record);
}

static void an_influence_that_the_certificate_leaves_out_is_said(void)
{
	struct measured_condition reference, changed;
	const struct limit limit = {.has_row = true, .limit_percent = 0.025};

	begin();
	measured_runs(first_errors, "3x120V 30A 1 60Hz", &reference);
	measured_runs(second_errors, "3x120V 30A 1 60Hz CBA", &changed);
	CU_ASSERT_EQUAL(
		record_shift(&context, &(struct measured_shift){.test = "frequency_variation",
								.direction = "delivered",
								.reference = &reference,
								.changed = &changed,
								.influence = INFLUENCE_FREQUENCY,
								.limit = &limit}),
		STATUS_OK);
	end();
	expect_part("reason", "does not state the influence of frequency");
	/* u^2 = 2 s^2/n + 2 counts, so 0.03 % with U near t_95(8) u = 0.0104 %: partly outside */
	CU_ASSERT_DOUBLE_EQUAL(
		record_number(entry_of("judgement", 0), "standard_uncertainty_percent"),
		sqrt(0.00002 + 1e-6 / 3), 1e-9);
	expect("judgement", 0, "outcome", "inconclusive");
	run_record_free(&record);
}

static enum status value_of(double value, double half_width, const struct limit *limit)
{
	struct measured_value clock = {.test = "clock",
				       .what = "clock against reference",
				       .value = value,
				       .unit = "s",
				       .requirement = "EG7-20",
				       .limit = limit};

	if (half_width > 0) {
		budget_add(&clock.budget, "timing", DISTRIBUTION_RECTANGULAR, half_width, 1,
			   INFINITE_DEGREES_OF_FREEDOM);
	}
	return record_value(&context, &clock);
}

/* U = 1.96 x 0.1 / sqrt(3) s = 0.1132 s. */
static void a_value_is_judged_in_its_own_unit(void)
{
	static const struct limit limit = {.has_row = true,
					   .limit_percent = 0.5,
					   .unit = "s",
					   .document = "IEC 62054-21",
					   .clause = "7",
					   .provenance = PROVENANCE_RECALLED,
					   .note = "per day"};
	static const struct {
		double value;
		const char *outcome;
	} cases[] = {{0.38, "conforms"},
		     {0.40, "inconclusive"},
		     {0.62, "does not conform"},
		     {-0.62, "does not conform"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		CU_ASSERT_EQUAL(value_of(cases[i].value, 0.1, &limit), STATUS_OK);
		end();
		expect("judgement", 0, "outcome", cases[i].outcome);
		expect("judgement", 0, "limit", "0.5");
		expect("judgement", 0, "limit_provenance", "recalled");
		expect("result", 0, "unit", "s");
		CU_ASSERT_DOUBLE_EQUAL(
			record_number(entry_of("judgement", 0), "expanded_uncertainty"),
			1.959964 * 0.1 / sqrt(3), 1e-6);
		CU_ASSERT_DOUBLE_EQUAL(
			record_number(entry_of("contribution", 0), "standard_uncertainty"),
			0.1 / sqrt(3), 1e-9);
		run_record_free(&record);
	}
}

static void a_value_may_have_two_different_limits(void)
{
	static const struct limit limit = {.has_row = true,
					   .limit_percent = 10,
					   .has_lower = true,
					   .lower = -100,
					   .unit = "s"};
	static const struct {
		double value;
		const char *outcome;
	} cases[] = {{10, "conforms"},
		     {-100, "conforms"},
		     {10.5, "does not conform"},
		     {-100.5, "does not conform"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		CU_ASSERT_EQUAL(value_of(cases[i].value, 0, &limit), STATUS_OK);
		end();
		expect("judgement", 0, "outcome", cases[i].outcome);
		expect("judgement", 0, "limit_lower", "-100");
		run_record_free(&record);
	}
}

static void a_value_without_a_limit_is_informative(void)
{
	begin();
	CU_ASSERT_EQUAL(value_of(3, 0.1, NULL), STATUS_OK);
	end();
	expect("judgement", 0, "outcome", "not evaluated");
	expect("judgement", 0, "is_informative", "yes");
	CU_ASSERT_EQUAL(tally.informative, 1);
	run_record_free(&record);
}

static void texts_that_differ_do_not_conform(void)
{
	static const struct limit basis = {.document = "notice of approval",
					   .clause = "display",
					   .provenance = PROVENANCE_READ};

	begin();
	CU_ASSERT_EQUAL(record_check(&context, &(struct check){.test = "display",
							       .what = "item 4",
							       .indicated = "001234 kWh",
							       .expected = "001234 kWh",
							       .basis = &basis}),
			STATUS_OK);
	CU_ASSERT_EQUAL(record_check(&context, &(struct check){.test = "display",
							       .what = "item 5",
							       .indicated = "5.35",
							       .expected = "5.34",
							       .requirement = "EG7-30"}),
			STATUS_OK);
	end();
	expect("judgement", 0, "outcome", "conforms");
	expect("judgement", 0, "limit_document", "notice of approval");
	expect("judgement", 0, "limit_provenance", "read");
	expect("judgement", 0, "is_informative", "no");
	expect("judgement", 1, "outcome", "does not conform");
	expect("judgement", 1, "requirement", "EG7-30");
	expect("judgement", 1, "limit_document", "");
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(entry_of("judgement", 1), "reason"),
				      "\"5.35\", expected: \"5.34\""));
	CU_ASSERT_EQUAL(tally.conforms, 1);
	CU_ASSERT_EQUAL(tally.does_not_conform, 1);
	run_record_free(&record);
}

static void what_a_person_saw_is_taken_as_it_was_said(void)
{
	static const enum conformity said[] = {CONFORMS, NOT_EVALUATED, DOES_NOT_CONFORM};

	for (int i = 0; i < 3; i++) {
		begin();
		CU_ASSERT_EQUAL(record_check(&context, &(struct check){.test = "inspection",
								       .what = "sealing points",
								       .indicated = "two, opposite",
								       .is_seen = true,
								       .seen = said[i],
								       .remark = "photograph 3"}),
				STATUS_OK);
		end();
		expect("judgement", 0, "outcome", conformity_name(said[i]));
		expect_part("reason", "photograph 3");
		CU_ASSERT_EQUAL(tally.worst, said[i]);
		run_record_free(&record);
	}
}

static void an_informative_step_counts_apart(void)
{
	begin();
	context.is_informative = true;
	CU_ASSERT_EQUAL(
		record_check(&context,
			     &(struct check){.test = "display", .indicated = "a", .expected = "b"}),
		STATUS_OK);
	end();
	CU_ASSERT_EQUAL(tally.worst, CONFORMS);
	CU_ASSERT_EQUAL(tally.informative, 1);
	run_record_free(&record);
}

const char *const suite_name = "result";
const struct suite_case suite_cases[] = {
	CASE(a_shift_is_judged_by_its_correlated_budget),
	CASE(an_influence_that_the_certificate_leaves_out_is_said),
	CASE(a_value_is_judged_in_its_own_unit),
	CASE(a_value_may_have_two_different_limits),
	CASE(a_value_without_a_limit_is_informative),
	CASE(texts_that_differ_do_not_conform),
	CASE(what_a_person_saw_is_taken_as_it_was_said),
	CASE(an_informative_step_counts_apart),
	CASES_END,
};
