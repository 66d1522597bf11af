/*
 * Verb clock_accuracy in the virtual laboratory. ST52 is LTIME_DATE in six octets, the second the
 * last, and a qualifier.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/function_trial.h"
#include "tests/support/suite.h"

#define STEP(supply, hours)                                                                        \
	"<step verb='clock_accuracy' requirement='EG7-15.3' title='clock' volts='120 V' "          \
	"supply='" supply "' hours='" hours " h'/>"

static void run(meter_lie *lie, void *context, const char *steps)
{
	enum status status = function_trial_run(
		&(struct function_trial){.steps = steps, .lie = lie, .context = context});

	if (status) {
		printf("\n    [%s] %s ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void a_good_clock_conforms_with_and_without_supply(void)
{
	run(NULL, NULL, STEP("with", "3") STEP("without", "48"));
	CU_ASSERT_EQUAL(function_trial_count("clock_on_reserve", "conforms"), 1);
	CU_ASSERT_EQUAL(function_trial_count("clock_with_supply", "does not conform"), 0);
	/* 4 ppm are 0.35 s a day; the reading of 3 h has 0.04 s in 1/8 day */
	CU_ASSERT(fabs(record_number(function_trial_result("clock_with_supply", 0), "value")) <
		  0.35 + 0.3);
	CU_ASSERT(fabs(record_number(function_trial_result("clock_on_reserve", 0), "value")) <
		  0.35 + 0.02);
}

/* Two seconds less on another day than that of the first reading. */
static void loses_two_seconds(void *context, int table, uint32_t offset, uint8_t *bytes,
			      size_t length)
{
	uint8_t *first_day = context;

	(void)offset;
	if (table != 52 || length != 7) {
		return;
	}
	*first_day = *first_day ? *first_day : bytes[2];
	if (bytes[2] != *first_day) {
		int seconds = bytes[3] * 3600 + bytes[4] * 60 + bytes[5] - 2;

		bytes[3] = (uint8_t)(seconds / 3600);
		bytes[4] = (uint8_t)(seconds / 60 % 60);
		bytes[5] = (uint8_t)(seconds % 60);
	}
}

/* The first reading is that after the setting. */
static void a_clock_that_loses_two_seconds_in_a_day_does_not_conform(void)
{
	uint8_t first_day = 0;

	run(NULL, NULL, STEP("without", "24"));
	double honest = record_number(function_trial_result("clock_on_reserve", 0), "value");

	run(loses_two_seconds, &first_day, STEP("without", "24"));
	double lossy = record_number(function_trial_result("clock_on_reserve", 0), "value");

	CU_ASSERT_DOUBLE_EQUAL(lossy - honest, -2, 0.1);
	CU_ASSERT_EQUAL(function_trial_count("clock_on_reserve", "does not conform"), 1);
}

static void stands(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	static uint8_t first[7];

	(void)context;
	(void)offset;
	if (table == 52 && length == 7) {
		if (!first[1]) {
			memcpy(first, bytes, 7);
		}
		memcpy(bytes, first, 7);
	}
}

/* No edges: nothing was measured, and that is no verdict on the rate. */
static void a_clock_that_stands_ends_the_step_in_words(void)
{
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = STEP("with", "3"),
								    .lie = stands}),
			STATUS_TIMEOUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "changed 0 times"));
}

static void other_words_are_refused(void)
{
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = STEP("perhaps", "3")}),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "neither with nor without"));
	function_trial_forget();
}

const char *const suite_name = "clock_accuracy_verb";
const struct suite_case suite_cases[] = {
	CASE(a_good_clock_conforms_with_and_without_supply),
	CASE(a_clock_that_loses_two_seconds_in_a_day_does_not_conform),
	CASE(a_clock_that_stands_ends_the_step_in_words),
	CASE(other_words_are_refused),
	CASES_END,
};
