/*
 * Steps of a procedure in a virtual laboratory with one meter, and the judged record: for the verbs
 * of the billing functions. The meter may lie (lying_meter.h).
 */
#ifndef TESTS_SUPPORT_FUNCTION_TRIAL_H
#define TESTS_SUPPORT_FUNCTION_TRIAL_H

#include "procedures/decision.h"
#include "procedures/run_record.h"
#include "tests/support/lying_meter.h"

struct function_trial {
	const char *steps;    /* XML of the body, without identify and off */
	const char *model;    /* NULL: AX */
	const char *form;     /* NULL: 16S */
	const char *lab;      /* NULL: bench/labs/virtual_sample.xml */
	bool is_not_declared; /* the procedure does not say programming="yes" */
	meter_lie *lie;	      /* NULL: none */
	void *context;	      /* of it */
};

/* The status of the run, or that of loading and checking; the reason is status_reason(). */
enum status function_trial_run(const struct function_trial *trial);
/* Of the newest trial; valid until the next. */
const struct run_record *function_trial_record(void);
/* Judgements of this outcome ("conforms") of results whose `test` is this; any when NULL. */
int function_trial_count(const char *test, const char *outcome);
/* The n-th result (0…) of a test; NULL after the last. */
const struct record_entry *function_trial_result(const char *test, int n);
/* Asserts that no mandatory judgement but "conforms" is there, and prints those that are. */
void function_trial_expect_all_conform(void);
void function_trial_forget(void);

#endif
