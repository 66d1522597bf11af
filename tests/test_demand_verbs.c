/*
 * The verbs of demand in the virtual laboratory: a good meter conforms; a meter that says what no
 * good one says does not. Offsets of ST23 are those of the standard's layout with this meter's
 * dimensions: reset counter; a block of three INT48, STIME_DATE, two INT48, INT32.
 */
#include <stdio.h>
#include <string.h>

#include "drivers/meter_functions.h"
#include "tests/support/function_trial.h"
#include "tests/support/suite.h"

#define CONFIGURE(minutes, parts)                                                                  \
	"<step verb='demand_configuration' title='set' interval='" minutes                         \
	"' sub_intervals='" parts "'/>"
#define DEMAND(minutes, parts)                                                                     \
	CONFIGURE(minutes, parts)                                                                  \
	"<step verb='demand' requirement='EG7-14' title='demand' volts='120 V' "                   \
	"percent_of_maximum='50 %' power_factor='1' interval='" minutes "' sub_intervals='" parts  \
	"'/>"

#define BLOCK_START 1
#define SUMMATIONS 3
#define MAXIMUM_OFFSET (BLOCK_START + SUMMATIONS * 6 + 5 + 6 + 6)
#define STAMP_OFFSET (BLOCK_START + SUMMATIONS * 6)

static uint32_t take_32(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static void put_32(uint32_t number, uint8_t *bytes)
{
	for (int i = 0; i < 4; i++) {
		bytes[i] = (uint8_t)(number >> 8 * i);
	}
}

static void expect_ok(enum status status)
{
	if (status) {
		printf("\n    [%s] %s ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void block_and_rolling_demand_of_a_good_meter_conform(void)
{
	expect_ok(function_trial_run(
		&(struct function_trial){.steps = DEMAND("15", "1") DEMAND("15", "3")}));
	function_trial_expect_all_conform();
	CU_ASSERT_EQUAL(function_trial_count("demand", "conforms"), 4);
	/* U of the standard, 0.01 %, and little more: nothing hides in the budget */
	CU_ASSERT(record_number(function_trial_result("demand", 0), "error_percent") < 0.1);
}

static void one_and_a_half_per_cent_too_much(void *context, int table, uint32_t offset,
					     uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 23 && length > MAXIMUM_OFFSET + 4) {
		uint32_t demand = take_32(bytes + MAXIMUM_OFFSET);

		put_32(demand + demand / 66, bytes + MAXIMUM_OFFSET);
	}
}

static void a_demand_that_is_too_large_does_not_conform(void)
{
	expect_ok(function_trial_run(&(struct function_trial){
		.steps = DEMAND("15", "1"), .lie = one_and_a_half_per_cent_too_much}));
	CU_ASSERT_EQUAL(function_trial_count("demand", "does not conform"), 1);
	CU_ASSERT_DOUBLE_EQUAL(record_number(function_trial_result("demand", 0), "error_percent"),
			       100.0 / 66, 0.1);
}

/* A meter that takes blocks where rolling demand is asked for: its largest block holds two full
 * doses and a low one of three full ones, 2.3 / 3. */
static void blocks(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 23 && length > MAXIMUM_OFFSET + 4) {
		double demand = take_32(bytes + MAXIMUM_OFFSET);

		put_32((uint32_t)(demand * 2.3 / 3), bytes + MAXIMUM_OFFSET);
	}
}

static void blocks_in_place_of_rolling_demand_do_not_conform(void)
{
	expect_ok(function_trial_run(
		&(struct function_trial){.steps = DEMAND("15", "3"), .lie = blocks}));
	CU_ASSERT_EQUAL(function_trial_count("demand", "does not conform"), 1);
}

static void seven_minutes_late(void *context, int table, uint32_t offset, uint8_t *bytes,
			       size_t length)
{
	(void)context;
	(void)offset;
	if (table == 23 && length > MAXIMUM_OFFSET + 4) {
		bytes[STAMP_OFFSET + 4] = (uint8_t)(bytes[STAMP_OFFSET + 4] + 7);
	}
}

static void a_maximum_with_a_wrong_time_does_not_conform(void)
{
	expect_ok(function_trial_run(
		&(struct function_trial){.steps = DEMAND("15", "1"), .lie = seven_minutes_late}));
	CU_ASSERT_EQUAL(function_trial_count("demand", "does not conform"), 1);
	CU_ASSERT_EQUAL(function_trial_count("demand", "conforms"), 1);
}

static void an_interval_below_fifteen_minutes_is_refused_and_that_conforms(void)
{
	expect_ok(function_trial_run(&(struct function_trial){
		.steps = "<step verb='demand_configuration' requirement='DEM-01' title='set' "
			 "interval='14' expected='refused'/>"
			 /* a meter that takes it does not conform: 20 min may be programmed */
			 "<step verb='demand_configuration' requirement='DEM-01' title='set' "
			 "interval='20' expected='refused'/>"}));
	CU_ASSERT_EQUAL(function_trial_count("demand_interval", "conforms"), 1);
	CU_ASSERT_EQUAL(function_trial_count("demand_interval", "does not conform"), 1);
}

static void expect_refusal(const struct function_trial *trial, const char *words)
{
	CU_ASSERT_NOT_EQUAL(function_trial_run(trial), STATUS_OK);
	if (!strstr(status_reason(), words)) {
		printf("\n    \"%s\" does not say \"%s\" ", status_reason(), words);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), words));
}

static void what_cannot_be_is_refused_before_anything_is_switched_on(void)
{
	expect_refusal(
		&(struct function_trial){.steps = DEMAND("15", "1"), .is_not_declared = true},
		"alters what is programmed in the meter");
	expect_refusal(&(struct function_trial){.steps = DEMAND("16", "3")},
		       "16 min has no 3 equal sub-intervals");
	expect_refusal(
		&(struct function_trial){
			.steps = "<step verb='demand' title='demand' volts='120 V' "
				 "percent_of_maximum='50 %' power_factor='1' interval='15' "
				 "sub_intervals='7'/>"},
		"they must be whole minutes, three at least");
	expect_refusal(
		&(struct function_trial){
			.steps = "<step verb='demand_configuration' title='set' interval='15' "
				 "expected='perhaps'/>"},
		"neither taken nor refused");
	/* as the meter is found: blocks of 15 min */
	expect_refusal(
		&(struct function_trial){
			.steps = "<step verb='demand' title='demand' volts='120 V' "
				 "percent_of_maximum='50 %' power_factor='1' interval='30'/>"},
		"the meter has 1 x 15 min, the step says 1 x 30 min");
	function_trial_forget();
}

const char *const suite_name = "demand_verbs";
const struct suite_case suite_cases[] = {
	CASE(block_and_rolling_demand_of_a_good_meter_conform),
	CASE(a_demand_that_is_too_large_does_not_conform),
	CASE(blocks_in_place_of_rolling_demand_do_not_conform),
	CASE(a_maximum_with_a_wrong_time_does_not_conform),
	CASE(an_interval_below_fifteen_minutes_is_refused_and_that_conforms),
	CASE(what_cannot_be_is_refused_before_anything_is_switched_on),
	CASES_END,
};
