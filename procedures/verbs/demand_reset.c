/*
 * demand_reset: a demand reset by port, switch or module while a load flows. The maximum goes to
 * zero, the reset is counted, what was found is kept, a second one is locked out, the energy
 * registers miss nothing, and the next maximum begins from zero.
 */
#include "drivers/energy_account.h"
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/operator_help.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "procedures/error_of_indication.h"

enum { BY = LOAD_ARGUMENTS };
enum reset_by { BY_PORT, BY_SWITCH, BY_MODULE, WAYS };

#define LEAD_SECONDS 90.0
#define LOAD_SECONDS 60.0 /* before and after the reset */
#define LARGE_DOSE 0.5	  /* of what fits into an interval */
#define SMALL_DOSE 0.25
#define PRESS_SECONDS 0.5
#define PROCEDURE_RESET 9

static const char *const ways[WAYS] = {"port", "switch", "module"};

struct reset_test {
	struct verb_load load;
	enum reset_by by;
	struct demand_interval interval;
	struct meters_time time;
	double start; /* of the first interval */
	struct flow large, small, flow;
	struct meter_billing before[LAB_POSITIONS], after[LAB_POSITIONS], next[LAB_POSITIONS];
	struct meter_billing previous[LAB_POSITIONS];
	bool is_done[LAB_POSITIONS];
	char not_done[LAB_POSITIONS][200];
	bool has_second[LAB_POSITIONS];
	enum meter_procedure_result second[LAB_POSITIONS]; /* of a reset right after the reset */
};

static enum status find_way(const char *text, enum reset_by *by)
{
	for (int i = 0; i < WAYS; i++) {
		if (!strcmp(text, ways[i])) {
			*by = (enum reset_by)i;
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT, "by=\"%s\" is none of port, switch and module", text);
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct reset_test *test)
{
	enum status status = find_way(arguments[BY].text, &test->by);

	if (!status && test->by == BY_MODULE &&
	    (!context->module || !context->lab->remote_reader)) {
		return status_fail(
			STATUS_BAD_INPUT, "%s",
			context->module ? "a demand reset by the module needs a lab with the "
					  "role remote_reader"
					: "this meter has no module that could reset its demand");
	}
	if (!status) {
		status = device_type_require(context->device, context->model, context->module,
					     "demand");
	}
	return status ? status : dose_load_from_arguments(context, arguments, &test->load);
}

static enum status reset_check(const struct step_context *context,
			       const struct step_argument *arguments)
{
	struct reset_test test;

	return prepare(context, arguments, &test);
}

static double interval_seconds(const struct reset_test *test)
{
	return 60.0 * test->interval.minutes;
}

/* A dose in interval number `interval` of the test, then its end. */
static enum status fill_interval(struct step_context *context, const struct reset_test *test,
				 int interval, double part, struct flow *flow)
{
	double begin = test->start + interval * interval_seconds(test);
	double room = interval_seconds(test) - 2 * INTERVAL_GUARD_SECONDS - DOSE_OVERHEAD_SECONDS;
	enum status status = meters_wait_for(context, &test->time, begin + INTERVAL_GUARD_SECONDS);

	status = status ? status
			: give_flow(context, &test->load, part * test->load.watts * room / 3600,
				    flow);
	return status ? status
		      : meters_wait_for(context, &test->time,
					begin + interval_seconds(test) + INTERVAL_GUARD_SECONDS);
}

/* ---- the reset itself ---- */

static enum status by_port(struct step_context *context, int index, struct meter_client *client,
			   void *data)
{
	struct reset_test *test = data;
	struct meter_procedure_answer answer;
	enum status status = meter_client_reset_demand(client, &answer);

	(void)context;
	if (status) {
		return status;
	}
	test->is_done[index] = answer.result == METER_PROCEDURE_COMPLETED;
	snprintf(test->not_done[index], sizeof(test->not_done[0]), "%s",
		 meter_procedure_result_name(answer.result));
	return STATUS_OK;
}

static enum status by_switch(struct step_context *context, int index, struct reset_test *test)
{
	struct operator_answer answer;
	enum status status =
		operator_press(context, index, METER_SWITCH_DEMAND_RESET, PRESS_SECONDS, &answer);

	if (!status) {
		test->is_done[index] = answer.is_done;
		snprintf(test->not_done[index], sizeof(test->not_done[0]), "%.199s", answer.text);
	}
	return status;
}

static enum status by_module(struct step_context *context, int index, struct reset_test *test)
{
	struct instrument *reader = context->lab->remote_reader;
	const uint8_t action = 1;
	char refusal[REMOTE_REFUSAL] = "";
	int result = 0;
	enum status status = reader->remote_reader->execute(
		reader, context->lab->positions[index].number, REMOTE_NETWORK, PROCEDURE_RESET,
		&action, 1, &result, refusal);

	if (!status) {
		test->is_done[index] = !refusal[0] && result == METER_PROCEDURE_COMPLETED;
		snprintf(test->not_done[index], sizeof(test->not_done[0]), "%s",
			 refusal[0] ? refusal
				    : meter_procedure_result_name(
					      (enum meter_procedure_result)result));
	}
	return status;
}

/* One that is in the log's order: requested, done. */
static enum status reset(struct step_context *context, struct reset_test *test)
{
	enum status status =
		record_request(context, "demand reset by %s, all positions", ways[test->by]);

	if (!status && test->by == BY_PORT) {
		return each_session(context, METER_ACCESS_OPERATE, by_port, test);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i,
					 test->by == BY_SWITCH ? by_switch(context, i, test)
							       : by_module(context, i, test));
	}
	return status;
}

/* Right after it: one more by the port, which the lock-out has to refuse. */
static enum status second_work(struct step_context *context, int index, struct meter_client *client,
			       void *data)
{
	struct reset_test *test = data;
	struct meter_procedure_answer answer;

	if (!test->is_done[index] || test->interval.exclusion_minutes == 0) {
		return STATUS_OK;
	}
	enum status status = record_request(context, "demand reset of position %d once more",
					    context->lab->positions[index].number);

	status = status ? status : meter_client_reset_demand(client, &answer);
	test->has_second[index] = !status;
	test->second[index] = answer.result;
	return status;
}

static enum status previous_work(struct step_context *context, int index,
				 struct meter_client *client, void *data)
{
	struct reset_test *test = data;
	struct meter_time ended;

	(void)context;
	return meter_client_read_previous_billing(client, &test->previous[index], &ended);
}

/* The load flows before, during and after; the standard measures all of it. */
static enum status reset_under_load(struct step_context *context, struct reset_test *test)
{
	enum status status = set_standard_range(context, &test->load);

	status = status ? status : lab_energy_start(context->lab);
	status = status ? status : apply_and_settle(context, &test->load);
	status = status ? status : lab_wait_seconds(context->lab, LOAD_SECONDS);
	status = status ? status : reset(context, test);
	status = status ? status : each_session(context, METER_ACCESS_OPERATE, second_work, test);
	status = status ? status : lab_wait_seconds(context->lab, LOAD_SECONDS);
	status = status ? status : hold_voltage_in_range(context, &test->load);
	status = status ? status
			: lab_energy_stop(context->lab, &test->flow.watt_hours,
					  &test->flow.resolution_watt_hours);
	test->flow.watt_hours = fabs(test->flow.watt_hours);
	status = status ? status : read_billing(context, "after the reset", test->after);
	return status ? status : each_session(context, METER_ACCESS_READ, previous_work, test);
}

/* ---- what it shows ---- */

static enum status check_text(struct step_context *context, int index, const char *what,
			      const char *indicated, const char *expected)
{
	return record_check(context, &(struct check){.index = index,
						     .test = "demand_reset",
						     .what = what,
						     .indicated = indicated,
						     .expected = expected});
}

static enum status check_watts(struct step_context *context, int index, const char *what,
			       double indicated, double expected)
{
	char seen[32], wanted[32];

	snprintf(seen, sizeof(seen), "%.9g W", indicated);
	snprintf(wanted, sizeof(wanted), "%.9g W", expected);
	return check_text(context, index, what, seen, wanted);
}

static enum status record_counter(struct step_context *context, const struct reset_test *test,
				  int index)
{
	int before = test->before[index].demand_resets, after = test->next[index].demand_resets;
	char seen[16], wanted[16];

	if (before < 0) {
		return STATUS_OK; /* the meter does not count them */
	}
	snprintf(seen, sizeof(seen), "%d", after);
	snprintf(wanted, sizeof(wanted), "%d", (before + 1) % 256);
	return check_text(context, index, "counter of demand resets", seen, wanted);
}

static enum status record_lock_out(struct step_context *context, const struct reset_test *test,
				   int index)
{
	if (!test->has_second[index]) {
		return STATUS_OK;
	}
	return check_text(context, index, "another reset within the lock-out",
			  meter_procedure_result_name(test->second[index]),
			  meter_procedure_result_name(METER_PROCEDURE_TIMING));
}

static enum status record_energy(struct step_context *context, const struct reset_test *test,
				 int index)
{
	const struct meter_registers *before = &test->before[index].total.energy;
	const struct meter_registers *after = &test->after[index].total.energy;
	double registered =
		(double)(after->delivered - before->delivered) * after->watt_hours_per_count;
	struct measured measured = {
		.index = index,
		.test = "register",
		.direction = "delivered",
		.load = &test->load,
		.runs = 1,
		.error_percent = error_by_register_percent(registered, test->flow.watt_hours,
							   test->load.certified.error_percent),
		.remark = "energy over a demand reset under load",
		.is_wrong = after->received != before->received,
	};
	enum status status = budget_add_standard(context, &test->load, &measured.budget);

	if (status) {
		return status;
	}
	budget_add_counting(&measured.budget, test->flow.resolution_watt_hours,
			    test->flow.watt_hours);
	budget_add(&measured.budget, "register_resolution", DISTRIBUTION_TRIANGULAR,
		   100 * after->watt_hours_per_count / test->flow.watt_hours, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_result(context, &measured);
}

static enum status record_next(struct step_context *context, const struct reset_test *test,
			       int index)
{
	const struct meter_register_block *total = &test->next[index].total;

	return record_demand_error(
		context,
		&(struct demand_fact){
			.index = index,
			.load = &test->load,
			.watts = total->maximum_watts,
			.watts_per_count = total->watts_per_count,
			.hours = test->interval.minutes / 60.0,
			.flow = test->small,
			.remark = "maximum of the first whole interval after a demand reset"});
}

static enum status record_maxima(struct step_context *context, const struct reset_test *test,
				 int index)
{
	const struct meter_register_block *before = &test->before[index].total;
	const struct meter_register_block *after = &test->after[index].total;
	enum status status = check_watts(context, index, "maximum right after the reset",
					 after->maximum_watts, 0);

	if (!status && after->has_cumulative) {
		status = check_watts(context, index, "cumulative demand grew by the maximum",
				     after->cumulative_watts - before->cumulative_watts,
				     before->maximum_watts);
	}
	return status ? status
		      : check_watts(context, index, "maximum kept as that of the previous period",
				    test->previous[index].total.maximum_watts,
				    before->maximum_watts);
}

static enum status record_position(struct step_context *context, const struct reset_test *test,
				   int index)
{
	char what[48];

	if (!test->is_done[index]) {
		bool is_nobody = test->by == BY_SWITCH;

		snprintf(what, sizeof(what), "demand reset by %s", ways[test->by]);
		return record_check(context, &(struct check){.index = index,
							     .test = "demand_reset",
							     .what = what,
							     .indicated = test->not_done[index],
							     .is_seen = true,
							     .seen = is_nobody ? NOT_EVALUATED
									       : DOES_NOT_CONFORM});
	}
	enum status status = record_maxima(context, test, index);

	status = status ? status : record_counter(context, test, index);
	status = status ? status : record_lock_out(context, test, index);
	status = status ? status : record_energy(context, test, index);
	return status ? status : record_next(context, test, index);
}

static enum status run_intervals(struct step_context *context, struct reset_test *test)
{
	enum status status = hold_voltage(context, &test->load);

	test->start = (double)noon_of_today(context);
	status = status ? status : find_demand_interval(context, &test->interval);
	status = status ? status
			: meters_set_clock(context, (int64_t)(test->start - LEAD_SECONDS),
					   &test->time);
	status = status ? status : reset_all_demands(context);
	if (!status && meters_now(context, &test->time) > test->start) {
		test->start += interval_seconds(test); /* a lock-out was waited for */
	}
	status = status ? status : fill_interval(context, test, 0, LARGE_DOSE, &test->large);
	status = status ? status : read_billing(context, "before the reset", test->before);
	status = status ? status : reset_under_load(context, test);
	/* with rolling demand a window has to be free of the reset's interval */
	status = status ? status
			: fill_interval(context, test, test->interval.parts == 1 ? 2 : 3,
					SMALL_DOSE, &test->small);
	return status ? status : read_billing(context, "an interval later", test->next);
}

static enum status reset_run(struct step_context *context, const struct step_argument *arguments)
{
	struct reset_test test = {.start = 0};
	enum status status = prepare(context, arguments, &test);

	status = status ? status : require_identified(context);
	status = status ? status : run_intervals(context, &test);
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, &test, i));
	}
	return status;
}

const struct step_verb verb_demand_reset = {
	.name = "demand_reset",
	.purpose = "demand reset under load: maximum, counter, lock-out, energy",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"by", PARAMETER_TEXT, NULL, 0, 0, "port",
			 "port, switch (by the operator) or module"},
		},
	.check = reset_check,
	.run = reset_run,
};
