/*
 * Verb interval_integrity in the virtual laboratory. What a meter with shortened intervals would
 * show follows from the doses: in parts of P T, 0.6 in the whole interval, 0.4 in half of the
 * disturbed one.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/function_trial.h"
#include "tests/support/suite.h"

#define STEP(what)                                                                                 \
	"<step verb='interval_integrity' requirement='DEM-02' title='integrity' volts='120 V' "    \
	"percent_of_maximum='50 %' power_factor='1' disturbance='" what "'/>"
#define BLOCK (18 + 5 + 12 + 4)
#define MAXIMUM(block) (1 + (block)*BLOCK + 18 + 5 + 12)

static void run(meter_lie *lie, void *context, const char *steps)
{
	enum status status = function_trial_run(
		&(struct function_trial){.steps = steps, .lie = lie, .context = context});

	if (status) {
		printf("\n    [%s] %s ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void a_good_meter_conforms_whatever_disturbs(void)
{
	run(NULL, NULL,
	    STEP("clock_forward") STEP("clock_back") STEP("outage") STEP("demand_reset")
		    STEP("rate_change"));
	function_trial_expect_all_conform();
	CU_ASSERT_EQUAL(function_trial_count("demand", "conforms"), 5);
	CU_ASSERT_EQUAL(function_trial_count("interval_integrity", "conforms"), 5);
}

struct scale {
	int block;
	double factor;
};

static void scale_maximum(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	const struct scale *scale = context;
	uint8_t *at = bytes + MAXIMUM(scale->block);

	(void)offset;
	if (table != 23 || length < (size_t)MAXIMUM(scale->block) + 4) {
		return;
	}
	double maximum = at[0] + at[1] * 256.0 + at[2] * 65536.0 + at[3] * 16777216.0;
	uint32_t wrong = (uint32_t)(maximum * scale->factor);

	for (int i = 0; i < 4; i++) {
		at[i] = (uint8_t)(wrong >> 8 * i);
	}
}

/* 0.4 P T in T / 2 is 0.8 P in place of 0.6 P. */
static void a_shortened_interval_in_the_maximum_does_not_conform(void)
{
	run(scale_maximum, &(struct scale){0, 0.8 / 0.6}, STEP("outage"));
	CU_ASSERT_EQUAL(function_trial_count("demand", "does not conform"), 1);
	CU_ASSERT_EQUAL(function_trial_count("interval_integrity", "does not conform"), 0);
}

/* The whole interval lies in rate 1, block 2; 0.72 P is the least that a wrong one has. */
static void a_shortened_interval_in_a_rate_does_not_conform(void)
{
	run(scale_maximum, &(struct scale){2, 0.72 / 0.6}, STEP("rate_change"));
	CU_ASSERT_EQUAL(function_trial_count("demand", "does not conform"), 0);
	CU_ASSERT_EQUAL(function_trial_count("interval_integrity", "does not conform"), 1);
}

static void other_words_and_undeclared_steps_are_refused(void)
{
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = STEP("earthquake")}),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "is none of clock_forward"));
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = STEP("outage"),
								    .is_not_declared = true}),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "has programming=\"yes\""));
	function_trial_forget();
}

const char *const suite_name = "interval_integrity_verb";
const struct suite_case suite_cases[] = {
	CASE(a_good_meter_conforms_whatever_disturbs),
	CASE(a_shortened_interval_in_the_maximum_does_not_conform),
	CASE(a_shortened_interval_in_a_rate_does_not_conform),
	CASE(other_words_and_undeclared_steps_are_refused),
	CASES_END,
};
