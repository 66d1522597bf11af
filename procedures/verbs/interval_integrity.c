/*
 * interval_integrity: something disturbs a demand interval in its middle. A dose before makes the
 * greatest demand that a whole interval has; a smaller dose flows in the rest of the disturbed
 * interval, so that over the whole interval it stays below, but over the shortened one (or
 * together with a second dose over a lengthened one) it would be a new maximum. Whatever the
 * meter's policy, its maximum has to remain that of the whole interval. Bulletin E-34.
 */
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

enum { DISTURBANCE = LOAD_ARGUMENTS };
enum disturbance {
	CLOCK_FORWARD,
	CLOCK_BACK,
	OUTAGE,
	TEST_MODE,
	RATE_CHANGE,
	DEMAND_RESET,
	DISTURBANCES
};

static const char *const names[DISTURBANCES] = {"clock_forward", "clock_back",	"outage",
						"test_mode",	 "rate_change", "demand_reset"};
static const char *const words[DISTURBANCES] = {"clock set forward by a third of the interval",
						"clock set back by a third of the interval",
						"outage of 30 s",
						"test mode for 30 s",
						"change of rate",
						"demand reset"};

#define LEAD_SECONDS 90.0
#define OUTAGE_SECONDS 30.0
#define MODE_SECONDS 30.0
/* The dose of the whole interval, in parts of P T (power of the load, length of an interval). */
#define WHOLE_PART 0.6
/* The least wrong maximum below is 20 % above the right one; half of that is said to be right. */
#define RATE_BOUND 1.1

/* Doses before and after the disturbance in the interval's middle, in parts of P T: over T less
 * than the whole interval's 0.6, over a shortened or lengthened interval more. */
struct parts {
	double before, after;
};
static const struct parts parts_of[DISTURBANCES] = {
	/* the interval ends T/6 after the middle: 0.12 / (1/6) = 0.72 over the shortened one */
	[CLOCK_FORWARD] = {0, 0.12},
	/* it lasts 4/3 T: 0.4 + 0.4 = 0.8 in one "interval" */
	[CLOCK_BACK] = {0.4, 0.4},
	/* 0.4 / 0.5 = 0.8 over what is left */
	[OUTAGE] = {0, 0.4},
	[TEST_MODE] = {0, 0.4},
	[RATE_CHANGE] = {0, 0.4},
	[DEMAND_RESET] = {0, 0.4},
};

struct integrity_test {
	struct verb_load load;
	enum disturbance disturbance;
	struct demand_interval interval;
	struct meters_time time;
	double start, seconds; /* of the first interval */
	struct flow whole, before, after;
	struct meter_billing billing[LAB_POSITIONS];
};

static enum status find_disturbance(const char *text, enum disturbance *disturbance)
{
	for (int i = 0; i < DISTURBANCES; i++) {
		if (!strcmp(text, names[i])) {
			*disturbance = (enum disturbance)i;
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT,
			   "disturbance=\"%s\" is none of clock_forward, clock_back, outage, "
			   "test_mode, rate_change and demand_reset",
			   text);
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct integrity_test *test)
{
	enum status status = find_disturbance(arguments[DISTURBANCE].text, &test->disturbance);

	if (!status && test->disturbance == OUTAGE) {
		status = require_switched_supply(context);
	}
	if (!status) {
		status = device_type_require(context->device, context->model, context->module,
					     "demand");
	}
	return status ? status : dose_load_from_arguments(context, arguments, &test->load);
}

static enum status integrity_check(const struct step_context *context,
				   const struct step_argument *arguments)
{
	struct integrity_test test;

	return prepare(context, arguments, &test);
}

static enum status give_part(struct step_context *context, const struct integrity_test *test,
			     double part, struct flow *flow)
{
	return part > 0 ? give_flow(context, &test->load,
				    part * test->load.watts * test->seconds / 3600, flow)
			: STATUS_OK;
}

/* ---- disturbances ---- */

struct clock_shift {
	const struct integrity_test *test;
	double seconds;
};

static enum status shift_work(struct step_context *context, int index, struct meter_client *client,
			      void *data)
{
	const struct clock_shift *shift = data;
	double now = meters_now(context, &shift->test->time) + shift->seconds;

	return set_one_clock(context, index, client, (int64_t)(now + 0.5));
}

static enum status shift_clocks(struct step_context *context, struct integrity_test *test,
				double seconds)
{
	struct clock_shift shift = {test, seconds};
	enum status status = each_session(context, METER_ACCESS_OPERATE, shift_work, &shift);

	test->time.seconds += (int64_t)seconds;
	return status;
}

static enum status interrupt(struct step_context *context, const struct integrity_test *test)
{
	enum status status = record_request(context, "source off for %g s", OUTAGE_SECONDS);

	status = status ? status : lab_off(context->lab);
	status = status ? status : lab_wait_seconds(context->lab, OUTAGE_SECONDS);
	return status ? status : hold_voltage(context, &test->load);
}

static enum status mode_work(struct step_context *context, int index, struct meter_client *client,
			     void *data)
{
	const enum meter_mode *mode = data;
	struct meter_procedure_answer answer;
	enum status status = record_request(context, "mode %d of position %d", (int)*mode,
					    context->lab->positions[index].number);

	status = status ? status : meter_client_change_mode(client, *mode, &answer);
	if (!status && answer.result != METER_PROCEDURE_COMPLETED) {
		return status_fail(STATUS_REFUSED, "position %d: mode %d: %s",
				   context->lab->positions[index].number, (int)*mode,
				   meter_procedure_result_name(answer.result));
	}
	return status;
}

static enum status test_mode(struct step_context *context)
{
	enum meter_mode mode = METER_MODE_TEST;
	enum status status = each_session(context, METER_ACCESS_OPERATE, mode_work, &mode);

	status = status ? status : lab_wait_seconds(context->lab, MODE_SECONDS);
	mode = METER_MODE_METERING;
	return status ? status : each_session(context, METER_ACCESS_OPERATE, mode_work, &mode);
}

/* Programmed before the interval: the rate changes in its middle. */
static enum status plan_rates(struct step_context *context, int index, struct meter_client *client,
			      void *data)
{
	const struct integrity_test *test = data;
	int64_t middle = (int64_t)(test->start + 1.5 * test->seconds);
	struct meter_time at = meter_time_from_seconds(middle);
	const struct meter_day_plan plan = {.switches = 2,
					    .at = {{0, 0, 1}, {at.hour, at.minute, 2}}};

	return program_day_plan(context, index, client, &plan);
}

static enum status disturb(struct step_context *context, struct integrity_test *test)
{
	double third = test->seconds / 3;

	switch (test->disturbance) {
	case CLOCK_FORWARD:
		return shift_clocks(context, test, third);
	case CLOCK_BACK:
		return shift_clocks(context, test, -third);
	case OUTAGE:
		return interrupt(context, test);
	case TEST_MODE:
		return test_mode(context);
	case DEMAND_RESET:
		return reset_all_demands(context);
	case RATE_CHANGE:
	case DISTURBANCES:
		break;
	}
	return STATUS_OK;
}

/* ---- the intervals ---- */

static enum status begin(struct step_context *context, struct integrity_test *test)
{
	enum status status = hold_voltage(context, &test->load);

	status = status ? status : find_demand_interval(context, &test->interval);
	test->seconds = 60.0 * test->interval.minutes;
	test->start = (double)noon_of_today(context);
	if (!status && test->disturbance == RATE_CHANGE) {
		status = each_session(context, METER_ACCESS_PROGRAM, plan_rates, test);
	}
	status = status ? status
			: meters_set_clock(context, (int64_t)(test->start - LEAD_SECONDS),
					   &test->time);
	status = status ? status : reset_all_demands(context);
	if (!status && meters_now(context, &test->time) > test->start) {
		return status_fail(STATUS_IO,
				   "a lock-out of the demand reset was waited for beyond the "
				   "beginning of the test; let %g s pass and run the step again",
				   LEAD_SECONDS);
	}
	return status;
}

/* With a reset the whole interval comes afterwards, else it would be forgotten. */
static enum status whole_interval(struct step_context *context, struct integrity_test *test,
				  double begin)
{
	enum status status = meters_wait_for(context, &test->time, begin + INTERVAL_GUARD_SECONDS);

	status = status ? status : give_part(context, test, WHOLE_PART, &test->whole);
	return status ? status
		      : meters_wait_for(context, &test->time,
					begin + test->seconds + INTERVAL_GUARD_SECONDS);
}

static enum status disturbed_interval(struct step_context *context, struct integrity_test *test,
				      double begin)
{
	const struct parts *parts = &parts_of[test->disturbance];
	double middle = begin + test->seconds / 2;
	enum status status = meters_wait_for(context, &test->time, begin + INTERVAL_GUARD_SECONDS);

	status = status ? status : give_part(context, test, parts->before, &test->before);
	status = status ? status : meters_wait_for(context, &test->time, middle);
	status = status ? status : disturb(context, test);
	status = status ? status : give_part(context, test, parts->after, &test->after);
	if (!status && meters_now(context, &test->time) > begin + test->seconds - 2) {
		return status_fail(STATUS_TIMEOUT,
				   "the dose after the %s at %s was not over before the end of the "
				   "interval",
				   words[test->disturbance], test->load.text);
	}
	return status;
}

/* Two more ends of intervals without current, for whatever the meter still has to close. */
static enum status close_intervals(struct step_context *context, const struct integrity_test *test)
{
	double now = meters_now(context, &test->time);
	double passed = (now - test->start) / test->seconds;
	double end = test->start + ((double)(int64_t)passed + 3) * test->seconds;

	return meters_wait_for(context, &test->time, end + INTERVAL_GUARD_SECONDS);
}

static enum status run_intervals(struct step_context *context, struct integrity_test *test)
{
	bool is_reset = test->disturbance == DEMAND_RESET;
	enum status status = begin(context, test);

	if (!is_reset) {
		status = status ? status : whole_interval(context, test, test->start);
	}
	status = status ? status
			: disturbed_interval(context, test,
					     test->start + (is_reset ? 0 : test->seconds));
	status = status ? status : close_intervals(context, test);
	if (is_reset && !status) {
		double now = meters_now(context, &test->time);
		double next =
			test->start + ((double)(int64_t)((now - test->start) / test->seconds) + 1) *
					      test->seconds;

		status = whole_interval(context, test, next);
	}
	return status ? status : read_billing(context, words[test->disturbance], test->billing);
}

/* ---- what it shows ---- */

/* A rate's maximum may be less than the whole interval's, never more. */
static enum status record_rates(struct step_context *context, const struct integrity_test *test,
				int index)
{
	const struct meter_billing *billing = &test->billing[index];
	double hours = test->seconds / 3600;
	double largest = 0;
	char seen[64];

	for (int i = 0; i < billing->rates; i++) {
		largest = billing->rate[i].maximum_watts > largest ? billing->rate[i].maximum_watts
								   : largest;
	}
	double bound = RATE_BOUND * true_watt_hours(&test->load, test->whole.watt_hours) / hours;

	snprintf(seen, sizeof(seen), "%.6g W, the whole interval has %.6g W", largest,
		 bound / RATE_BOUND);
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "interval_integrity",
					    .what = "largest maximum of a rate",
					    .indicated = seen,
					    .is_seen = true,
					    .seen = largest <= bound ? CONFORMS : DOES_NOT_CONFORM,
					    .remark = "no shortened interval in a rate"});
}

static enum status record_position(struct step_context *context, const struct integrity_test *test,
				   int index)
{
	const struct meter_register_block *total = &test->billing[index].total;
	double hours = test->seconds / 3600;
	char remark[240];

	snprintf(remark, sizeof(remark),
		 "%s in the middle of an interval with %.6g Wh before and %.6g Wh after; the "
		 "largest whole interval has %.6g Wh",
		 words[test->disturbance], test->before.watt_hours, test->after.watt_hours,
		 test->whole.watt_hours);
	enum status status = record_demand_error(
		context, &(struct demand_fact){.index = index,
					       .load = &test->load,
					       .watts = total->maximum_watts,
					       .watts_per_count = total->watts_per_count,
					       .hours = hours,
					       .flow = test->whole,
					       .remark = remark});

	return status ? status : record_rates(context, test, index);
}

static enum status integrity_run(struct step_context *context,
				 const struct step_argument *arguments)
{
	struct integrity_test test = {.start = 0};
	enum status status = prepare(context, arguments, &test);

	status = status ? status : require_identified(context);
	status = status ? status : run_intervals(context, &test);
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, &test, i));
	}
	return status;
}

const struct step_verb verb_interval_integrity = {
	.name = "interval_integrity",
	.purpose = "a disturbed demand interval enters no maximum as a shortened one",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"disturbance", PARAMETER_TEXT, NULL, 0, 0, NULL,
			 "clock_forward, clock_back, outage, test_mode, rate_change (programs the "
			 "calendar) or demand_reset"},
		},
	.is_programming = true,
	.check = integrity_check,
	.run = integrity_run,
};
