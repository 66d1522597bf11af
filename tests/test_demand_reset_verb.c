/*
 * Verb demand_reset in the virtual laboratory. Offsets of ST23: reset counter; then delivered,
 * received, net (INT48), STIME_DATE, cumulative, continuous (INT48), maximum (INT32).
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/function_trial.h"
#include "tests/support/suite.h"

#define RESET(way)                                                                                 \
	"<step verb='demand_reset' requirement='DEM-03' title='reset' volts='120 V' "              \
	"percent_of_maximum='50 %' power_factor='1' by='" way "'/>"
#define DELIVERED 1
#define MAXIMUM (1 + 18 + 5 + 12)

static struct {
	int lies;
	uint8_t largest[4];
	int counter; /* at the first reading */
} meter;

static void run(meter_lie *lie, const char *steps)
{
	memset(&meter, 0, sizeof(meter));
	meter.counter = -1;
	enum status status =
		function_trial_run(&(struct function_trial){.steps = steps, .lie = lie});

	if (status) {
		printf("\n    [%s] %s ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void a_reset_by_port_and_by_switch_conforms(void)
{
	run(NULL, RESET("port") RESET("switch"));
	function_trial_expect_all_conform();
	/* maximum, cumulative, previous, counter, lock-out; twice */
	CU_ASSERT_EQUAL(function_trial_count("demand_reset", "conforms"), 10);
	CU_ASSERT_EQUAL(function_trial_count("register", "conforms"), 2);
	CU_ASSERT_EQUAL(function_trial_count("demand", "conforms"), 2);
}

/* The maximum that was largest stays. */
static void never_forgets(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table != 23 || length < MAXIMUM + 4) {
		return;
	}
	for (int i = 3; i >= 0; i--) {
		if (bytes[MAXIMUM + i] != meter.largest[i]) {
			if (bytes[MAXIMUM + i] > meter.largest[i]) {
				memcpy(meter.largest, bytes + MAXIMUM, 4);
			}
			break;
		}
	}
	memcpy(bytes + MAXIMUM, meter.largest, 4);
}

static void a_maximum_that_stays_does_not_conform(void)
{
	run(never_forgets, RESET("port"));
	CU_ASSERT_EQUAL(function_trial_count("demand_reset", "does not conform"), 1);
	CU_ASSERT_EQUAL(function_trial_count("demand", "does not conform"), 1);
}

/* Every demand reset costs 65,536 counts of 1 mWh, about 65.5 Wh. */
static void loses_energy(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table != 23 || length < MAXIMUM + 4) {
		return;
	}
	meter.counter = meter.counter < 0 ? bytes[0] : meter.counter;
	int lost = bytes[0] - meter.counter;

	for (int at = DELIVERED; at <= DELIVERED + 12; at += 12) { /* delivered and net */
		long low = bytes[at + 2] | (long)bytes[at + 3] << 8;

		low -= lost;
		bytes[at + 2] = (uint8_t)low;
		bytes[at + 3] = (uint8_t)(low >> 8);
	}
}

static void energy_that_a_reset_costs_does_not_conform(void)
{
	run(loses_energy, RESET("port"));
	CU_ASSERT_EQUAL(function_trial_count("register", "does not conform"), 1);
	CU_ASSERT_EQUAL(function_trial_count("demand_reset", "does not conform"), 0);
}

static void does_not_count(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 23 && length > MAXIMUM + 4) {
		bytes[0] = 7;
	}
}

static void a_counter_that_stands_does_not_conform(void)
{
	run(does_not_count, RESET("port"));
	CU_ASSERT_EQUAL(function_trial_count("demand_reset", "does not conform"), 1);
}

/* Result 0 in place of 4: no lock-out. */
static void never_locks(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 8 && length >= 4 && bytes[0] == 9) {
		bytes[3] = 0;
	}
}

static void a_missing_lock_out_does_not_conform(void)
{
	run(never_locks, RESET("port"));
	CU_ASSERT_EQUAL(function_trial_count("demand_reset", "does not conform"), 1);
}

/* Result 5: the reset is refused. */
static void refuses(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 8 && length >= 4 && bytes[0] == 9 && ++meter.lies > 1) {
		bytes[3] = 5;
	}
}

static void a_reset_that_is_refused_does_not_conform(void)
{
	run(refuses, RESET("port"));
	CU_ASSERT_EQUAL(function_trial_count("demand_reset", "does not conform"), 1);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(record_text(function_trial_result("demand_reset", 0), "indicated"),
		       "no authorisation"));
}

static void what_this_meter_lacks_is_refused_before(void)
{
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = RESET("module")}),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "this meter has no module"));
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = RESET("hand")}),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "none of port, switch and module"));
	function_trial_forget();
}

const char *const suite_name = "demand_reset_verb";
const struct suite_case suite_cases[] = {
	CASE(a_reset_by_port_and_by_switch_conforms),
	CASE(a_maximum_that_stays_does_not_conform),
	CASE(energy_that_a_reset_costs_does_not_conform),
	CASE(a_counter_that_stands_does_not_conform),
	CASE(a_missing_lock_out_does_not_conform),
	CASE(a_reset_that_is_refused_does_not_conform),
	CASE(what_this_meter_lacks_is_refused_before),
	CASES_END,
};
