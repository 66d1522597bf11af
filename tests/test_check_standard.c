/*
 * procedures/verbs/check_standard on the laboratory in memory: the bench's standard has an error,
 * the check standard has none. E_n = d / sqrt(U_bench^2 + U_check^2) by hand.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/judge_record.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"
#include "tests/support/fake_lab.h"
#include "tests/support/step_files.h"
#include "tests/support/suite.h"

static struct fake_lab fake;
static struct instrument check;
static struct reference_standard true_standard;
static struct certificate check_certificate;
static struct device_type device;
static struct limit_set *limits;
static struct run_tally tally;
static struct run_record record;
static struct step_context context;
static char store_path[1200];

static enum status no_range(struct instrument *instrument, double volts, double amperes)
{
	(void)instrument;
	CU_ASSERT(volts > 0 && amperes > 0);
	return STATUS_OK;
}

static enum status nothing(struct instrument *instrument)
{
	(void)instrument;
	return STATUS_OK;
}

/* What truly flowed, as the world has it. */
static enum status true_energy(struct instrument *instrument, double *watt_hours,
			       double *resolution)
{
	(void)instrument;
	*watt_hours = fake.register_watt_hours;
	*resolution = 0;
	return STATUS_OK;
}

static void begin(void)
{
	char path[1200];

	fake_lab_init(&fake);
	check_certificate = fake.certificate;
	true_standard = (struct reference_standard){.set_range = no_range,
						    .energy_start = nothing,
						    .energy_stop = nothing,
						    .energy_read = true_energy};
	check = (struct instrument){.name = "check", .reference_standard = &true_standard};
	fake.lab.check_standard = &check;
	fake.lab.check_certificate = &check_certificate;
	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &limits), STATUS_OK);
	tally = (struct run_tally){0};
	context = (struct step_context){
		.lab = &fake.lab, .device = &device, .limits = limits, .tally = &tally};
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
}

static void forget(void)
{
	run_record_free(&record);
	limit_set_free(limits);
}

static void certify(struct certificate *certificate, double error_percent, double expanded_percent)
{
	for (int i = 0; i < certificate->count; i++) {
		certificate->points[i].error_percent = error_percent;
		certificate->points[i].expanded_uncertainty_percent = expanded_percent;
	}
}

/* 120 V, 50 A, PF 1; three doses of 30 s; within 0.1 %. */
static enum status check_bench(void)
{
	struct step_argument arguments[STEP_PARAMETERS] = {
		[LOAD_VOLTS] = {.number = 120},
		[LOAD_PERCENT] = {.number = 25},
		[LOAD_POWER_FACTOR] = {.number = 1, .side = POWER_FACTOR_UNITY},
		[LOAD_HERTZ] = {.number = 60},
		[LOAD_DIRECTION] = {.text = "delivered"},
		[LOAD_ELEMENT] = {.text = "all"},
		[LOAD_ARGUMENTS] = {.number = 3},
		[LOAD_ARGUMENTS + 1] = {.number = 30},
		[LOAD_ARGUMENTS + 2] = {.number = 0.1},
	};

	CU_ASSERT_EQUAL(verb_check_standard.check(&context, arguments), STATUS_OK);
	return verb_check_standard.run(&context, arguments);
}

static void a_result(bool conforms)
{
	CU_ASSERT_EQUAL(record_check(&context, &(struct check){.test = "display",
							       .indicated = "a",
							       .expected = conforms ? "a" : "b"}),
			STATUS_OK);
}

static const struct record_entry *entry_of(const char *kind, int index)
{
	return nth_entry(&record, kind, index);
}

/* The bench 0.05 % high, which its certificate says; the check standard is certified without error.
 * U = 0.06 and 0.08 %, k = 2: with 1.96 for infinitely many degrees of freedom 0.98 of it. */
static void certified_errors_are_taken_out_and_E_n_is_that_of_the_closed_form(void)
{
	begin();
	certify(&fake.certificate, 0.05, 0.06);
	certify(&check_certificate, 0, 0.08);
	fake.standard_error_percent = 0.09;
	CU_ASSERT_EQUAL(check_bench(), STATUS_OK);
	end();
	const struct record_entry *entry = entry_of("check_standard", 0);
	CU_ASSERT_FATAL(entry != NULL);
	double departs = 100 * (1.0009 / 1.0005 - 1);
	CU_ASSERT_DOUBLE_EQUAL(record_number(entry, "difference_percent"), departs, 1e-7);
	CU_ASSERT_DOUBLE_EQUAL(record_number(entry, "normalized_error"),
			       departs / (1.959964 * sqrt(0.03 * 0.03 + 0.04 * 0.04)), 1e-6);
	CU_ASSERT_STRING_EQUAL(record_text(entry, "is_good"), "yes");
	CU_ASSERT_PTR_NOT_NULL(entry_of("check_indication", 2));
	CU_ASSERT_PTR_NULL(entry_of("check_indication", 3));
	CU_ASSERT_PTR_NULL(entry_of("void", 0));
	CU_ASSERT_FALSE(fake.is_on && !fake.holds_currents);
	forget();
}

static void a_standard_wrong_by_a_fifth_of_a_percent_voids_what_was_since_the_good_check(void)
{
	struct judged_record judged;
	static const struct decision_rule rule = {.kind = RULE_INTERVAL};

	begin();
	certify(&fake.certificate, 0, 0.3);
	certify(&check_certificate, 0, 0.3); /* E_n alone would let it pass */
	a_result(true);
	CU_ASSERT_EQUAL(check_bench(), STATUS_OK);
	a_result(false);
	a_result(true);
	CU_ASSERT_EQUAL(tally.worst, DOES_NOT_CONFORM);
	fake.standard_error_percent = 0.2;
	CU_ASSERT_EQUAL(check_bench(), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "results 2 to 3"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "+0.2000 %"));
	CU_ASSERT_EQUAL(tally.worst, CONFORMS);
	CU_ASSERT_EQUAL(tally.conforms, 1);
	CU_ASSERT_EQUAL(tally.does_not_conform, 0);
	CU_ASSERT_EQUAL(tally.voided, 2);
	end();
	CU_ASSERT_EQUAL(record_integer(entry_of("void", 0), "from_result"), 2);
	CU_ASSERT_EQUAL(record_integer(entry_of("void", 0), "to_result"), 3);
	CU_ASSERT_STRING_EQUAL(record_text(entry_of("check_standard", 1), "is_good"), "no");
	/* judged again, a void result stays what it is: no verdict */
	CU_ASSERT_EQUAL_FATAL(judge_record(&record, limits, &rule, &judged), STATUS_OK);
	CU_ASSERT_EQUAL(judged.count, 1);
	CU_ASSERT_EQUAL(judged.tally.voided, 2);
	CU_ASSERT_EQUAL(judged.tally.does_not_conform, 0);
	judged_record_free(&judged);
	forget();
}

/* 0.03 % is within 0.1 %, but not within what both certificates allow. */
static void a_departure_within_the_limit_but_beyond_E_n_fails(void)
{
	begin();
	certify(&fake.certificate, 0, 0.01);
	certify(&check_certificate, 0, 0.01);
	fake.standard_error_percent = 0.03;
	a_result(true);
	CU_ASSERT_EQUAL(check_bench(), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "E_n = +2.1"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "results 1 to 1"));
	CU_ASSERT_EQUAL(tally.conforms, 0);
	end();
	forget();
}

static void a_failure_before_any_result_voids_nothing(void)
{
	begin();
	certify(&fake.certificate, 0, 0.01);
	certify(&check_certificate, 0, 0.01);
	fake.standard_error_percent = -0.2;
	CU_ASSERT_EQUAL(check_bench(), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no result was taken"));
	end();
	CU_ASSERT_PTR_NULL(entry_of("void", 0));
	forget();
}

static void without_a_check_standard_the_step_is_refused(void)
{
	struct step_argument arguments[STEP_PARAMETERS] = {
		[LOAD_VOLTS] = {.number = 120},		  [LOAD_PERCENT] = {.number = 25},
		[LOAD_POWER_FACTOR] = {.number = 1},	  [LOAD_HERTZ] = {.number = 60},
		[LOAD_DIRECTION] = {.text = "delivered"}, [LOAD_ELEMENT] = {.text = "all"},
	};

	begin();
	fake.lab.check_standard = NULL;
	CU_ASSERT_EQUAL(verb_check_standard.check(&context, arguments), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no check standard"));
	end();
	forget();
}

const char *const suite_name = "check_standard";
const struct suite_case suite_cases[] = {
	CASE(certified_errors_are_taken_out_and_E_n_is_that_of_the_closed_form),
	CASE(a_standard_wrong_by_a_fifth_of_a_percent_voids_what_was_since_the_good_check),
	CASE(a_departure_within_the_limit_but_beyond_E_n_fails),
	CASE(a_failure_before_any_result_voids_nothing),
	CASE(without_a_check_standard_the_step_is_refused),
	CASES_END,
};
