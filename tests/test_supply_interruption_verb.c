/*
 * Verb supply_interruption in the virtual laboratory, form 16S of class 200 at 120 V: the limit is
 * 3 x 120 V x 200 A x 1e-6 h = 72 Wh. ST23 begins with the reset counter, then delivered and
 * received in six octets each, counts of 1 mWh.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/function_trial.h"
#include "tests/support/suite.h"

#define STEP(kind, count)                                                                          \
	"<step verb='supply_interruption' requirement='EG7-15.2' title='supply' volts='120 V' "    \
	"percent_of_maximum='25 %' power_factor='1' kind='" kind "' count='" count "'/>"
#define DELIVERED 1
#define RECEIVED 7
#define NET 13

/* ST23 is read by identify, before and after. */
#define READINGS 3
static struct {
	int registers_read;
	int64_t delivered, received; /* counts added in the last reading */
	int seconds;		     /* of the clock, from then on */
	bool forgets;		     /* the reset's lock-out, from then on */
} meter;

static void add(uint8_t *bytes, int64_t counts)
{
	uint64_t number = 0;

	for (int i = 5; i >= 0; i--) {
		number = number << 8 | bytes[i];
	}
	number += (uint64_t)counts;
	for (int i = 0; i < 6; i++) {
		bytes[i] = (uint8_t)(number >> 8 * i);
	}
}

static void lie(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 23 && length > NET + 6 && ++meter.registers_read == READINGS) {
		add(bytes + DELIVERED, meter.delivered);
		add(bytes + RECEIVED, meter.received);
		add(bytes + NET, meter.delivered - meter.received);
	}
	if (table == 13 && meter.forgets && meter.registers_read == READINGS) {
		bytes[0] = (uint8_t)(bytes[0] + 1);
	}
	if (table == 52 && length == 7 && meter.registers_read == READINGS) {
		int seconds = bytes[3] * 3600 + bytes[4] * 60 + bytes[5] + meter.seconds;

		bytes[3] = (uint8_t)(seconds / 3600);
		bytes[4] = (uint8_t)(seconds / 60 % 60);
		bytes[5] = (uint8_t)(seconds % 60);
	}
}

static void run(const char *steps, int64_t delivered, int64_t received, int seconds)
{
	memset(&meter, 0, sizeof(meter));
	meter.delivered = delivered;
	meter.received = received;
	meter.seconds = seconds;
	enum status status =
		function_trial_run(&(struct function_trial){.steps = steps, .lie = lie});

	if (status) {
		printf("\n    [%s] %s ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static double value(void)
{
	return record_number(function_trial_result("spurious_energy", 0), "value");
}

static void a_good_meter_loses_and_invents_nothing(void)
{
	run(STEP("interruptions", "4"), 0, 0, 0);
	function_trial_expect_all_conform();
	/* four minutes of 18 kW are 1.2 kWh; a thousandth of it */
	CU_ASSERT(fabs(value()) < 1.2);
	run(STEP("dips", "5"), 0, 0, 0);
	function_trial_expect_all_conform();
	CU_ASSERT_EQUAL(value(), 0);
	run(STEP("brown_out", "1"), 0, 0, 0);
	function_trial_expect_all_conform();
	CU_ASSERT_EQUAL(value(), 0);
}

static void energy_that_dips_invent_does_not_conform(void)
{
	run(STEP("dips", "2"), 80000, 0, 0);
	CU_ASSERT_EQUAL(function_trial_count("spurious_energy", "does not conform"), 1);
	CU_ASSERT_DOUBLE_EQUAL(value(), 80, 1e-6);
	run(STEP("dips", "2"), 40000, 40000, 0); /* net shows nothing */
	CU_ASSERT_EQUAL(function_trial_count("spurious_energy", "does not conform"), 1);
	CU_ASSERT_DOUBLE_EQUAL(value(), 80, 1e-6);
}

static void energy_that_an_interruption_costs_does_not_conform(void)
{
	run(STEP("interruptions", "1"), -100000, 0, 0);
	CU_ASSERT_EQUAL(function_trial_count("spurious_energy", "does not conform"), 1);
	CU_ASSERT_DOUBLE_EQUAL(value(), -100, 0.5);
}

static void a_register_that_goes_back_does_not_conform(void)
{
	run(STEP("dips", "1"), 0, -1, 0);
	CU_ASSERT_EQUAL(function_trial_count("spurious_energy", "does not conform"), 1);
}

static void a_clock_that_jumps_does_not_conform(void)
{
	run(STEP("dips", "1"), 0, 0, -2);
	CU_ASSERT_EQUAL(function_trial_count("supply_interruption", "does not conform"), 1);
	CU_ASSERT_EQUAL(function_trial_count("spurious_energy", "conforms"), 1);
}

/* ST13 begins with the lock-out in minutes. */
static void what_is_programmed_has_to_be_there_afterwards(void)
{
	memset(&meter, 0, sizeof(meter));
	meter.forgets = true;
	enum status status = function_trial_run(
		&(struct function_trial){.steps = STEP("dips", "1"), .lie = lie});

	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
	CU_ASSERT_EQUAL(function_trial_count("supply_interruption", "does not conform"), 1);
	CU_ASSERT_STRING_EQUAL(
		record_text(function_trial_result("supply_interruption", 0), "indicated"),
		"demand 1 x 15 min, lock-out 2 min, calendar as before");
}

static void other_kinds_are_refused(void)
{
	CU_ASSERT_EQUAL(
		function_trial_run(&(struct function_trial){.steps = STEP("lightning", "1")}),
		STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "none of interruptions, dips"));
	function_trial_forget();
}

const char *const suite_name = "supply_interruption_verb";
const struct suite_case suite_cases[] = {
	CASE(a_good_meter_loses_and_invents_nothing),
	CASE(energy_that_dips_invent_does_not_conform),
	CASE(energy_that_an_interruption_costs_does_not_conform),
	CASE(a_register_that_goes_back_does_not_conform),
	CASE(a_clock_that_jumps_does_not_conform),
	CASE(what_is_programmed_has_to_be_there_afterwards),
	CASE(other_kinds_are_refused),
	CASES_END,
};
