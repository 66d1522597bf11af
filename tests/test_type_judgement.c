/* procedures/type_judgement on small records written by hand: forms, meters, results. */
#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/type_judgement.h"
#include "tests/support/example_record.h"
#include "tests/support/suite.h"

#define MOST_RUNS 4

static struct run_record records[MOST_RUNS];
static struct judged_record judged[MOST_RUNS];
static struct type_run runs[MOST_RUNS];
static size_t run_count;
static struct limit_set *limits;
static struct type_judgement type;
static int results;

static void add(const char *kind, const char *const *fields)
{
	static struct record_draft draft;

	record_draft_begin(&draft, kind);
	record_draft_text(&draft, "utc", "2026-01-06T09:00:00Z");
	for (; fields[0]; fields += 2) {
		record_draft_text(&draft, fields[0], fields[1]);
	}
	example_add(&records[run_count - 1], &draft);
}
#define ADD(kind, ...) add(kind, (const char *const[]){__VA_ARGS__, NULL, NULL})

static void begin_all(void)
{
	char path[1200];

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &limits), STATUS_OK);
	run_count = 0;
	results = 0;
}

static void begin_run(const char *device)
{
	run_record_init(&records[run_count++]);
	ADD("run", "device", device, "is_virtual", "yes");
}

static void meter(const char *form, const char *serial, const char *firmware)
{
	ADD("meter", "form", form, "position", "1", "serial", serial, "firmware", firmware,
	    "kh_watt_hours", "21.6", "device_id", serial);
}

/* An error at 100 A of 200 A, PF 1 (limit 0.2 %), without uncertainty. */
static void result(const char *form, const char *requirement, const char *error,
		   const char *is_informative)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", ++results);
	ADD("result", "result", number, "form", form, "position", "1", "kind", "error", "test",
	    "load_performance", "direction", "delivered", "load", "3x120V 100A 1 60Hz", "volts",
	    "120", "amperes", "100", "maximum_amperes", "200", "elements", "3", "error_percent",
	    error, "unit", "percent", "requirement", requirement, "is_informative", is_informative,
	    "is_wrong", "no", "remark", "");
}

static void end_run(const char *state)
{
	static const struct decision_rule rule = {.kind = RULE_INTERVAL};
	size_t i = run_count - 1;

	ADD("end", "state", state);
	CU_ASSERT_EQUAL_FATAL(judge_record(&records[i], limits, &rule, &judged[i]), STATUS_OK);
	runs[i] = (struct type_run){"run", &records[i], &judged[i]};
}

static enum status judge_all(void)
{
	return type_judge(runs, run_count, &type);
}

static void end_all(void)
{
	type_judgement_free(&type);
	for (size_t i = 0; i < run_count; i++) {
		judged_record_free(&judged[i]);
		run_record_free(&records[i]);
	}
	limit_set_free(limits);
}

static void a_simple_run(const char *form, const char *serial, const char *error)
{
	begin_run("focus_ax");
	meter(form, serial, "5.34");
	result(form, "EG7-02", error, "no");
	end_run("complete");
}

static void one_failing_sample_fails_the_type(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	a_simple_run("16S", "2", "0.25");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(type.requirement_count, 1);
	CU_ASSERT_EQUAL(type.sample_count, 2);
	CU_ASSERT_EQUAL(type.requirements[0].of_sample[0], CONFORMS);
	CU_ASSERT_EQUAL(type.requirements[0].of_sample[1], DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(type.requirements[0].outcome, DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(type.worst, DOES_NOT_CONFORM);
	end_all();
}

/* The second sample was never tested for EG7-09: the type is not evaluated for it. */
static void a_requirement_that_one_sample_misses_is_not_evaluated(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	begin_run("focus_ax");
	meter("16S", "2", "5.34");
	result("16S", "EG7-02", "0.05", "no");
	result("16S", "EG7-09", "0.05", "no");
	end_run("complete");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(type.requirement_count, 2);
	CU_ASSERT_EQUAL(type.requirements[0].outcome, CONFORMS);
	CU_ASSERT_EQUAL(type.requirements[1].outcome, NOT_EVALUATED);
	CU_ASSERT_FALSE(type.requirements[1].is_evaluated[0]);
	CU_ASSERT_EQUAL(type.worst, NOT_EVALUATED);
	end_all();
}

/* Several runs of one meter are one sample; together they cover both requirements. */
static void several_runs_of_one_meter_count_together(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	begin_run("focus_ax");
	meter("16S", "1", "5.34");
	result("16S", "EG7-09", "0.05", "no");
	end_run("complete");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	CU_ASSERT_EQUAL(type.sample_count, 1);
	CU_ASSERT_STRING_EQUAL(type.samples[0].runs, "1 2");
	CU_ASSERT_EQUAL(type.worst, CONFORMS);
	end_all();
}

static void another_firmware_in_one_sample_does_not_conform(void)
{
	int differing = 0;

	begin_all();
	a_simple_run("16S", "1", "0.05");
	begin_run("focus_ax");
	meter("16S", "2", "5.33");
	result("16S", "EG7-02", "0.05", "no");
	end_run("complete");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	for (size_t i = 0; i < type.check_count; i++) {
		if (type.checks[i].outcome == DOES_NOT_CONFORM) {
			CU_ASSERT_STRING_EQUAL(type.checks[i].what, "firmware");
			CU_ASSERT_STRING_EQUAL(type.checks[i].text, "1: 5.34; 2: 5.33");
			differing++;
		}
	}
	CU_ASSERT_EQUAL(differing, 1); /* not the serial number, not the device id */
	CU_ASSERT_EQUAL(type.worst, DOES_NOT_CONFORM);
	end_all();
}

/* Samples of different forms are not compared with each other. */
static void forms_stand_for_themselves(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	begin_run("focus_ax");
	meter("9S", "2", "5.33");
	result("9S", "EG7-02", "0.05", "no");
	end_run("complete");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	CU_ASSERT_EQUAL(type.check_count, 0);
	CU_ASSERT_EQUAL(type.spread_count, 0);
	CU_ASSERT_EQUAL(type.requirement_count, 2);
	CU_ASSERT_EQUAL(type.worst, CONFORMS);
	end_all();
}

static void the_spread_is_between_the_extremes_of_the_samples(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	a_simple_run("16S", "2", "-0.11");
	a_simple_run("16S", "3", "0.02");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(type.spread_count, 1);
	CU_ASSERT_EQUAL(type.spreads[0].samples, 3);
	CU_ASSERT_DOUBLE_EQUAL(type.spreads[0].least_percent, -0.11, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(type.spreads[0].most_percent, 0.05, 1e-12);
	CU_ASSERT_STRING_EQUAL(type.spreads[0].load, "3x120V 100A 1 60Hz");
	CU_ASSERT_EQUAL(type.worst, CONFORMS);
	end_all();
}

static void informative_results_do_not_fail_a_type(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	begin_run("focus_ax");
	meter("16S", "2", "5.34");
	result("16S", "EG7-02", "0.05", "no");
	result("16S", "EG7-02", "0.9", "yes");
	end_run("complete");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	CU_ASSERT_EQUAL(type.worst, CONFORMS);
	end_all();
}

static void an_aborted_run_leaves_the_type_not_evaluated(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	begin_run("focus_ax");
	meter("16S", "2", "5.34");
	result("16S", "EG7-02", "0.05", "no");
	end_run("aborted");
	CU_ASSERT_EQUAL(judge_all(), STATUS_OK);
	CU_ASSERT_EQUAL(type.worst, NOT_EVALUATED);
	CU_ASSERT_EQUAL(type.state, RUN_ABORTED);
	CU_ASSERT_EQUAL(exit_status_of(type.worst, type.state), 4);
	end_all();
}

static void runs_of_different_devices_are_refused(void)
{
	begin_all();
	a_simple_run("16S", "1", "0.05");
	begin_run("another_device");
	meter("16S", "2", "5.34");
	end_run("complete");
	CU_ASSERT_EQUAL(judge_all(), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "another_device"));
	end_all();
	begin_all();
	begin_run("focus_ax");
	end_run("bench fault");
	CU_ASSERT_EQUAL(judge_all(), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no identified meter"));
	end_all();
}

const char *const suite_name = "type_judgement";
const struct suite_case suite_cases[] = {
	CASE(one_failing_sample_fails_the_type),
	CASE(a_requirement_that_one_sample_misses_is_not_evaluated),
	CASE(several_runs_of_one_meter_count_together),
	CASE(another_firmware_in_one_sample_does_not_conform),
	CASE(forms_stand_for_themselves),
	CASE(the_spread_is_between_the_extremes_of_the_samples),
	CASE(informative_results_do_not_fail_a_type),
	CASE(an_aborted_run_leaves_the_type_not_evaluated),
	CASE(runs_of_different_devices_are_refused),
	CASES_END,
};
