/*
 * procedures/judge_record over the quick programme: judging is a function of the record's facts, so
 * the same limits and rule give what the run itself had judged, text by text; other limits or rules
 * give what the recorded error and U say by hand; nothing that stood in the record is lost.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/evaluation.h"
#include "procedures/data_folder.h"
#include "procedures/judge_record.h"
#include "reports/report.h"
#include "tests/support/example_record.h"
#include "tests/support/suite.h"

static char output[1200], store_path[1300];

static const char *data(const char *name)
{
	static char paths[4][1200];
	static int next;

	next = (next + 1) % 4;
	return data_folder_path(paths[next], sizeof(paths[next]), name);
}

/* Seed 1 draws a meter that conforms, seed 3 one that is beyond the limits at half of the points. A
 * folder of its own for every test, since judging adds to the record. */
static void quick_run(const char *folder, uint64_t seed, int exit_status)
{
	data_folder_set(source_folder);
	snprintf(output, sizeof(output), "%s/%s", scratch_folder(), folder);
	snprintf(store_path, sizeof(store_path), "%s/record.mcbench", output);
	struct evaluation evaluation = {
		.programme_path = data("tests/programmes/quick.xml"),
		.lab_path = data("bench/labs/virtual.xml"),
		.device_path = data("procedures/devices/focus_ax.xml"),
		.forms = {"16S"},
		.form_count = 1,
		.model = "AX",
		.serial = "1",
		.operator_name = "",
		.seed = seed,
		.output = output,
	};
	CU_ASSERT_EQUAL_FATAL(evaluation_run(&evaluation), exit_status);
}

static enum status judge_and_append(const char *limits_name, const char *rule_words,
				    struct run_tally *tally)
{
	struct run_record record;
	struct limit_set *limits;
	struct decision_rule rule;
	struct judged_record judged;
	struct run_store *store;

	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(limit_set_load(data(limits_name), &limits), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(record_rule(&record, &rule), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(decision_rule_parse(rule_words, &rule), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(judge_record(&record, limits, &rule, &judged), STATUS_OK);
	*tally = judged.tally;
	CU_ASSERT_EQUAL_FATAL(run_store_open(store_path, true, &store), STATUS_OK);
	enum status status = judging_append(store, &record,
					    &(struct judging){.utc = "2026-01-06T00:00:00Z",
							      .by = "B. Metrologist",
							      .reason = "official figures",
							      .limits = limits,
							      .rule = &rule},
					    &judged);
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	judged_record_free(&judged);
	limit_set_free(limits);
	run_record_free(&record);
	return status;
}

/* The judgement of result `number` by judging `judging` (0: the run's own). */
static const struct record_entry *judgement_of(const struct run_record *record, int64_t number,
					       int64_t judging)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (!strcmp(entry->kind, "judgement") &&
		    record_integer(entry, "result") == number &&
		    record_integer(entry, "judging") == judging) {
			return entry;
		}
	}
	CU_FAIL_FATAL("no such judgement");
	return NULL;
}

/* All fields of `a` but time and number of the judging stand in `b` with the same bytes. */
static size_t equal_fields(const struct record_entry *a, const struct record_entry *b)
{
	size_t equal = 0;

	for (size_t i = 0; i < a->field_count; i++) {
		const char *name = a->fields[i].name;
		const char *other = record_text(b, name);

		if (strcmp(name, "utc") != 0) {
			CU_ASSERT_FATAL(other != NULL);
			CU_ASSERT_STRING_EQUAL(a->fields[i].value, other);
			equal++;
		}
	}
	return equal;
}

static void the_same_limits_give_the_same_judgements_bit_for_bit(void)
{
	struct run_tally tally;
	struct run_record record;

	quick_run("same", 3, 1);
	CU_ASSERT_EQUAL(
		judge_and_append("procedures/limits/iec_62053_22_02s.xml", "interval", &tally),
		STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	CU_ASSERT_EQUAL(tally.results, 4);
	for (int64_t result = 1; result <= 4; result++) {
		const struct record_entry *own = judgement_of(&record, result, 0);
		const struct record_entry *again = judgement_of(&record, result, 1);
		CU_ASSERT_EQUAL(equal_fields(own, again), own->field_count - 1);
		CU_ASSERT_EQUAL(own->field_count + 1, again->field_count);
	}
	CU_ASSERT_EQUAL(newest_judging(&record), 1);
	run_record_free(&record);
}

/* By hand: |e| against L, and against L - U, with the error and U that stand in the record. */
static void another_rule_is_applied_to_the_same_facts(void)
{
	struct run_tally tally;
	struct run_record record;

	quick_run("rule", 3, 1);
	CU_ASSERT_EQUAL(
		judge_and_append("procedures/limits/iec_62053_22_02s.xml", "guarded 5", &tally),
		STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	int refused = 0;
	for (size_t i = 0; i < record.count; i++) {
		const struct record_entry *entry = &record.entries[i];
		if (strcmp(entry->kind, "result") != 0) {
			continue;
		}
		const struct record_entry *judgement =
			judgement_of(&record, record_integer(entry, "result"), 1);
		double left = record_number(judgement, "limit_percent") -
			      5 * record_number(judgement, "expanded_uncertainty_percent");
		bool conforms = fabs(record_number(entry, "error_percent")) <= left;
		CU_ASSERT_STRING_EQUAL(record_text(judgement, "outcome"),
				       conforms ? "conforms" : "does not conform");
		refused += !conforms;
	}
	CU_ASSERT_EQUAL(tally.does_not_conform, refused);
	run_record_free(&record);
}

/* Class 0.5 S instead of 0.2 S: 0.5 % at unity, 0.6 % at 0.5 lagging. Then not one figure entered.
 */
static void other_limits_are_added_and_the_earlier_judgements_stay(void)
{
	struct run_tally tally;
	struct run_record before, after, archived;
	char xml[1300];

	quick_run("limits", 1, 0);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &before), STATUS_OK);
	CU_ASSERT_EQUAL(
		judge_and_append("procedures/limits/iec_62053_22_05s.xml", "interval", &tally),
		STATUS_OK);
	CU_ASSERT_EQUAL(tally.worst, CONFORMS);
	CU_ASSERT_EQUAL(
		judge_and_append("procedures/limits/measurement_canada.xml", "interval", &tally),
		STATUS_OK);
	CU_ASSERT_EQUAL(tally.worst, NOT_EVALUATED);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &after), STATUS_OK);
	for (size_t i = 0; i < before.count; i++) {
		CU_ASSERT_STRING_EQUAL(after.entries[i].hash, before.entries[i].hash);
	}
	CU_ASSERT_STRING_EQUAL(record_text(judgement_of(&after, 1, 1), "limit_percent"), "0.5");
	CU_ASSERT_STRING_EQUAL(record_text(judgement_of(&after, 3, 1), "limit_percent"), "0.6");
	CU_ASSERT_STRING_EQUAL(record_text(judgement_of(&after, 1, 2), "outcome"), "not evaluated");
	const struct record_entry *last = &after.entries[after.count - 1];
	CU_ASSERT_STRING_EQUAL(last->kind, "verdict");
	CU_ASSERT_STRING_EQUAL(record_text(last, "verdict"), "not evaluated");
	CU_ASSERT_STRING_EQUAL(record_text(last, "exit_status"), "3");
	snprintf(xml, sizeof(xml), "%s/again.xml", output);
	CU_ASSERT_EQUAL(report_write_xml(&after, xml), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(report_read_xml(xml, &archived), STATUS_OK);
	CU_ASSERT_EQUAL(archived.count, after.count);
	run_record_free(&archived);
	run_record_free(&before);
	run_record_free(&after);
}

/* A file of limits is named in the judging with its hash, so that anyone can tell which it was. */
static void a_judging_says_by_whom_when_why_by_what(void)
{
	struct run_tally tally;
	struct run_record record;
	int files = 0;

	quick_run("who", 1, 0);
	judge_and_append("procedures/limits/iec_62053_22_05s.xml", "simple", &tally);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	for (size_t i = 0; i < record.count; i++) {
		const struct record_entry *entry = &record.entries[i];
		if (!strcmp(entry->kind, "judging")) {
			CU_ASSERT_STRING_EQUAL(record_text(entry, "by"), "B. Metrologist");
			CU_ASSERT_STRING_EQUAL(record_text(entry, "reason"), "official figures");
			CU_ASSERT_STRING_EQUAL(record_text(entry, "rule"), "simple");
		}
		if (!strcmp(entry->kind, "file") && record_text(entry, "judging")) {
			files += !strcmp(record_text(entry, "name"),
					 "procedures/limits/iec_62053_22_05s.xml");
			CU_ASSERT_EQUAL(strlen(record_text(entry, "sha256")), 64);
		}
	}
	CU_ASSERT_EQUAL(files, 1);
	run_record_free(&record);
}

/* Without its entry `end` a run was never complete, so it is not evaluated at best. */
static void a_run_that_never_ended_is_not_evaluated_at_best(void)
{
	struct run_record record;
	struct limit_set *limits;
	struct judged_record judged;
	static const struct decision_rule rule = {.kind = RULE_INTERVAL};

	quick_run("cut", 1, 0);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(
		limit_set_load(data("procedures/limits/iec_62053_22_02s.xml"), &limits), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(judge_record(&record, limits, &rule, &judged), STATUS_OK);
	CU_ASSERT_EQUAL(judged.tally.worst, CONFORMS);
	judged_record_free(&judged);
	record.count--; /* without `end` */
	CU_ASSERT_EQUAL_FATAL(judge_record(&record, limits, &rule, &judged), STATUS_OK);
	CU_ASSERT_EQUAL(judged.tally.worst, NOT_EVALUATED);
	CU_ASSERT_EQUAL(judged.state, RUN_BENCH_FAULT);
	CU_ASSERT_EQUAL(exit_status_of(judged.tally.worst, judged.state), 4);
	judged_record_free(&judged);
	run_record_free(&record);
	limit_set_free(limits);
}

static void a_record_without_the_facts_of_judging_is_refused(void)
{
	struct run_record record;
	struct limit_set *limits;
	struct judged_record judged;
	struct decision_rule rule = {.kind = RULE_INTERVAL};

	data_folder_set(source_folder);
	example_record(&record, &(struct example_choice){.is_virtual = true});
	CU_ASSERT_EQUAL_FATAL(
		limit_set_load(data("procedures/limits/iec_62053_22_02s.xml"), &limits), STATUS_OK);
	CU_ASSERT_EQUAL(judge_record(&record, limits, &rule, &judged), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "older program"));
	CU_ASSERT_EQUAL(record_rule(&record, &rule), STATUS_BAD_INPUT);
	run_record_free(&record);
	limit_set_free(limits);
}

const char *const suite_name = "judge_record";
const struct suite_case suite_cases[] = {
	CASE(the_same_limits_give_the_same_judgements_bit_for_bit),
	CASE(another_rule_is_applied_to_the_same_facts),
	CASE(other_limits_are_added_and_the_earlier_judgements_stay),
	CASE(a_judging_says_by_whom_when_why_by_what),
	CASE(a_run_that_never_ended_is_not_evaluated_at_best),
	CASE(a_record_without_the_facts_of_judging_is_refused),
	CASES_END,
};
