/*
 * demand: the maximum of block or rolling demand against reference energy. Every sub-interval
 * holds one dose of known size, no current flows around its ends. The doses are such that the
 * maximum of a rolling demand lies across the ends of blocks.
 */
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

enum { INTERVAL = LOAD_ARGUMENTS, SUB_INTERVALS };

#define DOSES_MAXIMUM 32
#define LOW_DOSE 0.3
#define LEAST_SUB_INTERVAL_SECONDS 180.0
/* Before the first end of an interval: reset, and what the bench needs. */
#define LEAD_SECONDS 90.0

struct demand_test {
	struct verb_load load;
	int minutes, parts; /* of an interval */
	double part_seconds;
	int doses;
	double fraction[DOSES_MAXIMUM]; /* of the largest dose of a sub-interval */
	struct flow flow[DOSES_MAXIMUM];
	struct meters_time time;
	int64_t start; /* end of the interval before the first dose */
	int last;      /* dose with which the largest window ends */
	struct flow largest;
	struct meter_billing billing[LAB_POSITIONS];
};

/* Blocks: full, low. Rolling: low ones, n full ones that begin in the middle of a block, a low one.
 */
static void plan_doses(struct demand_test *test)
{
	int n = test->parts;
	int full = n / 2;

	test->doses = full + n + 1;
	for (int i = 0; i < test->doses; i++) {
		test->fraction[i] = i >= full && i < full + n ? 1 : LOW_DOSE;
	}
	test->last = full + n - 1;
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct demand_test *test)
{
	test->minutes = (int)arguments[INTERVAL].number;
	test->parts = (int)arguments[SUB_INTERVALS].number;
	test->part_seconds = 60.0 * test->minutes / test->parts;
	if (test->minutes % test->parts || test->part_seconds < LEAST_SUB_INTERVAL_SECONDS) {
		return status_fail(STATUS_BAD_INPUT,
				   "%d sub-intervals of %d min: they must be whole minutes, three "
				   "at least",
				   test->parts, test->minutes);
	}
	plan_doses(test);
	enum status status =
		device_type_require(context->device, context->model, context->module, "demand");

	return status ? status : dose_load_from_arguments(context, arguments, &test->load);
}

static enum status demand_check(const struct step_context *context,
				const struct step_argument *arguments)
{
	struct demand_test test;

	return prepare(context, arguments, &test);
}

/* The meter must be set to what the step says: setting it is another verb's. */
static enum status control_work(struct step_context *context, int index,
				struct meter_client *client, void *data)
{
	const struct demand_test *test = data;
	struct meter_demand_control control;
	enum status status = meter_client_read_demand_control(client, &control);

	if (!status && (control.sub_intervals != test->parts ||
			control.sub_interval_minutes * control.sub_intervals != test->minutes)) {
		return status_fail(STATUS_BAD_INPUT,
				   "position %d: the meter has %d x %d min, the step says %d x %d "
				   "min; put a step with verb=\"demand_configuration\" before",
				   context->lab->positions[index].number, control.sub_intervals,
				   control.sub_interval_minutes, test->parts,
				   test->minutes / test->parts);
	}
	return status;
}

/* Voltage, clocks on a round time, maxima at zero. */
static enum status begin(struct step_context *context, struct demand_test *test)
{
	enum status status = hold_voltage(context, &test->load);

	test->start = noon_of_today(context);
	status = status ? status : each_session(context, METER_ACCESS_READ, control_work, test);
	if (!status) {
		status =
			meters_set_clock(context, test->start - (int64_t)LEAD_SECONDS, &test->time);
	}
	return status ? status : reset_all_demands(context);
}

static enum status give_doses(struct step_context *context, struct demand_test *test)
{
	double room = test->part_seconds - 2 * INTERVAL_GUARD_SECONDS - DOSE_OVERHEAD_SECONDS;
	double full = test->load.watts * room / 3600;
	enum status status = STATUS_OK;

	if (meters_now(context, &test->time) > (double)test->start) {
		/* a lock-out was waited for: the next end of an interval will do */
		double late = meters_now(context, &test->time) - (double)test->start;

		test->start += (int64_t)(ceil(late / (60.0 * test->minutes)) * 60 * test->minutes);
	}
	for (int i = 0; !status && i < test->doses; i++) {
		double begin = (double)test->start + i * test->part_seconds;

		status = meters_wait_for(context, &test->time, begin + INTERVAL_GUARD_SECONDS);
		status = status ? status
				: give_flow(context, &test->load, full * test->fraction[i],
					    &test->flow[i]);
		if (!status && meters_now(context, &test->time) >
				       begin + test->part_seconds - INTERVAL_GUARD_SECONDS / 2) {
			return status_fail(STATUS_TIMEOUT,
					   "a dose of %.6g Wh at %s was not over before the end of "
					   "the sub-interval",
					   full * test->fraction[i], test->load.text);
		}
	}
	double end = (double)test->start + test->doses * test->part_seconds;

	return status ? status
		      : meters_wait_for(context, &test->time, end + INTERVAL_GUARD_SECONDS);
}

/* The window that is largest by the standard. */
static void find_largest(struct demand_test *test)
{
	for (int last = test->parts - 1; last < test->doses; last++) {
		struct flow sum = {0, test->flow[last].resolution_watt_hours};

		for (int i = last - test->parts + 1; i <= last; i++) {
			sum.watt_hours += test->flow[i].watt_hours;
		}
		if (sum.watt_hours > test->largest.watt_hours) {
			test->largest = sum;
			test->last = last;
		}
	}
}

static enum status record_maximum(struct step_context *context, const struct demand_test *test,
				  int index)
{
	const struct meter_register_block *total = &test->billing[index].total;
	double hours = test->minutes / 60.0;
	char remark[160];

	snprintf(remark, sizeof(remark),
		 "%s demand of %d min: maximum %.9g W, reference %.9g W over the largest interval",
		 test->parts == 1 ? "block" : "rolling", test->minutes, total->maximum_watts,
		 true_watt_hours(&test->load, test->largest.watt_hours) / hours);
	return record_demand_error(
		context, &(struct demand_fact){
				 .index = index,
				 .load = &test->load,
				 .watts = total->maximum_watts,
				 .watts_per_count = total->watts_per_count,
				 .hours = hours,
				 .flow = {test->largest.watt_hours,
					  test->largest.resolution_watt_hours * sqrt(test->parts)},
				 .remark = remark});
}

/* The maximum's time is that of the interval's end. */
static enum status record_time(struct step_context *context, const struct demand_test *test,
			       int index)
{
	const struct meter_register_block *total = &test->billing[index].total;
	struct meter_time expected = meter_time_from_seconds(
		test->start + (int64_t)((test->last + 1) * test->part_seconds));
	struct meter_time shown = total->ended;
	char wanted[32], seen[32] = "no time";

	if (total->has_time) {
		/* wall time: with daylight saving in force an hour later */
		int64_t ahead =
			meter_time_wall_seconds(&shown) - meter_time_wall_seconds(&expected);

		if (ahead == 3600) {
			shown = meter_time_from_seconds(meter_time_wall_seconds(&shown) - 3600);
		}
		meter_time_text(&shown, seen);
	}
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "demand",
					    .what = "time of the maximum, end of its interval",
					    .indicated = seen,
					    .expected = meter_time_text(&expected, wanted)});
}

static enum status record_position(struct step_context *context, const struct demand_test *test,
				   int index)
{
	const struct meter_register_block *total = &test->billing[index].total;

	if (!total->has_demand) {
		return status_fail(STATUS_PROTOCOL,
				   "position %d: the meter keeps no maximum demand of delivered "
				   "power in ST23",
				   context->lab->positions[index].number);
	}
	enum status status = record_maximum(context, test, index);

	return status ? status : record_time(context, test, index);
}

static enum status demand_run(struct step_context *context, const struct step_argument *arguments)
{
	struct demand_test test = {0};
	enum status status = prepare(context, arguments, &test);

	status = status ? status : require_identified(context);
	status = status ? status : begin(context, &test);
	status = status ? status : give_doses(context, &test);
	status = status ? status : read_billing(context, "after", test.billing);
	if (!status) {
		find_largest(&test);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, &test, i));
	}
	return status;
}

const struct step_verb verb_demand = {
	.name = "demand",
	.purpose = "maximum of block or rolling demand against reference energy",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"interval", PARAMETER_INTEGER, NULL, 15, 60, NULL,
			 "demand interval in minutes, to which the meter is set"},
			{"sub_intervals", PARAMETER_INTEGER, NULL, 1, 12, "1",
			 "of one interval; 1 is block demand"},
		},
	.check = demand_check,
	.run = demand_run,
};
