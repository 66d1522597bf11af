/*
 * Verb recorder in the virtual laboratory. An interval of ST64 has three octets of status for four
 * channels, then four counts of 16 bits.
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/function_trial.h"
#include "tests/support/suite.h"

#define STEP                                                                                       \
	"<step verb='recorder' requirement='EG7-15' title='recorder' volts='120 V' "               \
	"percent_of_maximum='50 %' power_factor='1' intervals='3'/>"
#define INTERVAL_OCTETS (3 + 4 * 2)
#define STATUS_OCTETS 3

static void run(meter_lie *lie)
{
	enum status status = function_trial_run(
		&(struct function_trial){.steps = STEP, .model = "AXR", .lie = lie});

	if (status) {
		printf("\n    [%s] %s ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void a_good_recorder_conforms_over_an_outage(void)
{
	run(NULL);
	function_trial_expect_all_conform();
	/* three intervals and their sum in Wh; residues and three states as checks */
	CU_ASSERT_EQUAL(function_trial_count("recorder", "conforms"), 8);
}

static void each_interval(uint8_t *bytes, size_t length, void (*alter)(uint8_t *interval))
{
	for (size_t at = 0; length > 5 && at + INTERVAL_OCTETS <= length; at += INTERVAL_OCTETS) {
		alter(bytes + at);
	}
}

static void drop_one(uint8_t *interval)
{
	unsigned count = interval[STATUS_OCTETS] | (unsigned)interval[STATUS_OCTETS + 1] << 8;

	count -= count ? 1 : 0;
	interval[STATUS_OCTETS] = (uint8_t)count;
	interval[STATUS_OCTETS + 1] = (uint8_t)(count >> 8);
}

static void drops_residues(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 64) {
		each_interval(bytes, length, drop_one);
	}
}

/* One count in each: no reference is sharp enough, the registers are. */
static void a_residue_that_is_dropped_does_not_conform(void)
{
	run(drops_residues);
	CU_ASSERT_EQUAL(function_trial_count("recorder", "does not conform"), 1);
	CU_ASSERT_STRING_EQUAL(record_text(function_trial_result("recorder", 4), "what"),
			       "counts against the register");
}

static void lose_two_per_cent(uint8_t *interval)
{
	unsigned count = interval[STATUS_OCTETS] | (unsigned)interval[STATUS_OCTETS + 1] << 8;

	count -= count / 50;
	interval[STATUS_OCTETS] = (uint8_t)count;
	interval[STATUS_OCTETS + 1] = (uint8_t)(count >> 8);
}

static void loses(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 64) {
		each_interval(bytes, length, lose_two_per_cent);
	}
}

static void energy_that_is_not_recorded_does_not_conform(void)
{
	run(loses);
	CU_ASSERT(function_trial_count("recorder", "does not conform") >= 2);
}

static void forget_state(uint8_t *interval)
{
	memset(interval, 0, STATUS_OCTETS);
}

static void hides(void *context, int table, uint32_t offset, uint8_t *bytes, size_t length)
{
	(void)context;
	(void)offset;
	if (table == 64) {
		each_interval(bytes, length, forget_state);
	}
}

static void an_outage_that_is_hidden_does_not_conform(void)
{
	run(hides);
	CU_ASSERT_EQUAL(function_trial_count("recorder", "does not conform"), 1);
	CU_ASSERT_STRING_EQUAL(record_text(function_trial_result("recorder", 6), "what"),
			       "status of interval 2");
}

static void a_meter_without_recorder_is_refused(void)
{
	CU_ASSERT_EQUAL(function_trial_run(&(struct function_trial){.steps = STEP}),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "recorder"));
	function_trial_forget();
}

const char *const suite_name = "recorder_verb";
const struct suite_case suite_cases[] = {
	CASE(a_good_recorder_conforms_over_an_outage),
	CASE(a_residue_that_is_dropped_does_not_conform),
	CASE(energy_that_is_not_recorded_does_not_conform),
	CASE(an_outage_that_is_hidden_does_not_conform),
	CASE(a_meter_without_recorder_is_refused),
	CASES_END,
};
