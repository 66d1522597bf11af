/*
 * Verb time_of_use in the virtual laboratory, the first two hours of a day: one switch. Offsets of
 * ST23: reset counter, then blocks of three INT48 and the demand's 21 octets.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/function_trial.h"
#include "tests/support/suite.h"

#define STEP(day)                                                                                  \
	"<step verb='time_of_use' requirement='NOA-15' switching_requirement='NOA-15.2' "          \
	"title='day' volts='120 V' percent_of_maximum='20 %' power_factor='1' day='" day           \
	"' hours='2' outage='yes'/>"
#define BLOCK (18 + 5 + 12 + 4)
#define DELIVERED(block) (1 + (block)*BLOCK)

static void run(meter_lie *lie, const char *steps)
{
	enum status status =
		function_trial_run(&(struct function_trial){.steps = steps, .lie = lie});

	if (status) {
		printf("\n    [%s] %s ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void the_rates_of_a_good_meter_add_up(void)
{
	run(NULL, STEP("ends"));
	function_trial_expect_all_conform();
	CU_ASSERT_EQUAL(function_trial_count("time_of_use", "conforms"), 2);
	CU_ASSERT_EQUAL(function_trial_count("register", "conforms"), 1);
	CU_ASSERT_EQUAL(function_trial_count("rate_switching", "conforms"), 1);
}

/* Rate 1, block 2, is one count short. */
static void one_count_short(void *context, int table, uint32_t offset, uint8_t *bytes,
			    size_t length)
{
	(void)context;
	(void)offset;
	if (table == 23 && length > DELIVERED(2) + 6 && bytes[DELIVERED(2)]) {
		bytes[DELIVERED(2)]--;
	}
}

static void one_count_that_is_missing_does_not_conform(void)
{
	run(one_count_short, STEP("ordinary"));
	CU_ASSERT_EQUAL(function_trial_count("time_of_use", "does not conform"), 1);
	CU_ASSERT_EQUAL(function_trial_count("register", "conforms"), 1);
}

/* STATUS of ST55: rate 3 for ever. */
static void another_rate(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 55 && length == 9) {
		bytes[7] = (uint8_t)((bytes[7] & 0xF8) | 3);
	}
}

static void a_wrong_rate_is_told_and_does_not_decide(void)
{
	run(another_rate, STEP("ordinary"));
	function_trial_expect_all_conform();
	CU_ASSERT_EQUAL(function_trial_count("rate_switching", "does not conform"), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		record_text(function_trial_result("rate_switching", 0), "indicated"), "planned 0"));
}

static void other_days_are_refused(void)
{
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = STEP("doomsday")}),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "none of ordinary, begins and ends"));
	function_trial_forget();
}

const char *const suite_name = "time_of_use_verb";
const struct suite_case suite_cases[] = {
	CASE(the_rates_of_a_good_meter_add_up),
	CASE(one_count_that_is_missing_does_not_conform),
	CASE(a_wrong_rate_is_told_and_does_not_decide),
	CASE(other_days_are_refused),
	CASES_END,
};
