/*
 * net_register: a delivered dose, then a part of it received; the net register against what truly
 * flowed, judged in per cent of all energy that flowed and not of the net, which may be next to
 * nothing: a difference of the two directions' errors is then any error of the net.
 */
#include "procedures/verbs/net_result.h"
#include "procedures/verbs/register_dose.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

#include "procedures/error_of_indication.h"

enum { RECEIVED_PERCENT = LOAD_ARGUMENTS, WANTED_UNCERTAINTY, MINIMUM_TIME, NET_REQUIREMENT };

#define IMPOSSIBLE_ERROR_PERCENT 5.0

enum { DELIVERED, RECEIVED, DIRECTIONS };

struct net_register {
	struct register_dose doses[DIRECTIONS]; /* watt_hours 0: none was given */
	double share;				/* of received in delivered */
	struct meter_registers before[LAB_POSITIONS], after[LAB_POSITIONS];
	const char *net_requirement;
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct net_register *net)
{
	struct load_point point;
	enum status status = load_point_from_arguments(context, arguments, &point);

	*net = (struct net_register){.share = arguments[RECEIVED_PERCENT].number / 100,
				     .net_requirement = arguments[NET_REQUIREMENT].text};
	if (!status && point.is_received) {
		status = status_fail(STATUS_BAD_INPUT,
				     "the step gives the delivered dose first: leave direction "
				     "out");
	}
	for (int i = 0; !status && i < DIRECTIONS; i++) {
		point.is_received = i == RECEIVED;
		status = verb_load_from_point(context, &point, &net->doses[i].load);
	}
	return status;
}

static enum status net_register_check(const struct step_context *context,
				      const struct step_argument *arguments)
{
	struct net_register net;
	enum status status = prepare(context, arguments, &net);

	if (!status && !(net.doses[DELIVERED].load.watts > 0)) {
		status = status_fail(STATUS_BAD_INPUT, "%s carries no active power",
				     net.doses[DELIVERED].load.text);
	}
	if (!status && !context->lab->energy_dose) {
		status = status_fail(STATUS_BAD_INPUT,
				     "lab %s has no instrument that gives an energy dose",
				     context->lab->name);
	}
	return status;
}

static double true_watt_hours(const struct register_dose *dose)
{
	return dose->watt_hours / (1 + dose->load.certified.error_percent / 100);
}

static enum status give(struct step_context *context, struct net_register *net,
			const struct step_argument *arguments)
{
	struct register_dose *delivered = &net->doses[DELIVERED];
	struct register_dose *received = &net->doses[RECEIVED];
	enum status status = dose_prepare(context, &delivered->load);

	if (!status) {
		status = register_dose_read(context, "before", net->before);
	}
	if (!status) {
		register_dose_choose(context, arguments[WANTED_UNCERTAINTY].number,
				     arguments[MINIMUM_TIME].number, net->before, delivered);
		received->asked_watt_hours = net->share * delivered->asked_watt_hours;
		status = register_dose_measure(context, delivered);
	}
	if (!status && net->share > 0) {
		status = dose_prepare(context, &received->load);
		if (!status) {
			status = register_dose_measure(context, received);
		}
	}
	return status ? status : register_dose_read(context, "after", net->after);
}

/* The standard's calibration counts whole, although only (D - R)/(D + R) of it acts on net. */
static enum status make_budget(const struct step_context *context, const struct net_register *net,
			       double total, double count, struct uncertainty_budget *budget)
{
	enum status status = budget_add_standard(context, &net->doses[DELIVERED].load, budget);

	if (status) {
		return status;
	}
	for (int i = 0; i < DIRECTIONS; i++) {
		if (net->doses[i].watt_hours > 0) {
			budget_add_counting(budget, net->doses[i].resolution_watt_hours, total);
		}
	}
	budget_add(budget, "register_resolution", DISTRIBUTION_TRIANGULAR, 100 * count / total, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return STATUS_OK;
}

/* Once each register of one direction is about right, any error of net is the meter's. */
static enum status check_possible(const struct step_context *context,
				  const struct net_register *net, int index)
{
	const struct meter_registers *before = &net->before[index];
	const struct meter_registers *after = &net->after[index];
	const int64_t counts[DIRECTIONS] = {
		[DELIVERED] = after->delivered - before->delivered,
		[RECEIVED] = after->received - before->received,
	};

	for (int i = 0; i < DIRECTIONS; i++) {
		const struct register_dose *dose = &net->doses[i];
		double error = 0;
		if (dose->watt_hours > 0) {
			error = error_by_register_percent(
				(double)counts[i] * after->watt_hours_per_count, dose->watt_hours,
				dose->load.certified.error_percent);
		}
		if (!(fabs(error) <= IMPOSSIBLE_ERROR_PERCENT)) {
			return status_fail(STATUS_PROTOCOL,
					   "position %d: an error of %.2f %% of the %s register is "
					   "no error of a meter: check wiring, direction and the "
					   "register's scale",
					   context->lab->positions[index].number, error,
					   i == RECEIVED ? "received" : "delivered");
		}
	}
	return STATUS_OK;
}

static enum status record_error(struct step_context *context, const struct net_register *net,
				int index)
{
	const struct meter_registers *after = &net->after[index];
	double delivered = true_watt_hours(&net->doses[DELIVERED]);
	double received = true_watt_hours(&net->doses[RECEIVED]);
	double total = delivered + received;
	double registered =
		(double)(after->net - net->before[index].net) * after->watt_hours_per_count;
	char remark[200];
	struct measured measured = {
		.index = index,
		.test = "register",
		.direction = "net",
		.load = &net->doses[DELIVERED].load,
		.runs = 1,
		.error_percent = 100 * (registered - (delivered - received)) / total,
		.remark = remark,
	};

	snprintf(remark, sizeof(remark),
		 "net %.6g Wh of %.6g Wh delivered and %.6g Wh received, in per cent of their sum",
		 registered, delivered, received);
	enum status status = check_possible(context, net, index);
	if (!status) {
		status = make_budget(context, net, total, after->watt_hours_per_count,
				     &measured.budget);
	}
	return status ? status : record_result(context, &measured);
}

static enum status record_position(struct step_context *context, const struct net_register *net,
				   int index)
{
	const struct register_dose *delivered = &net->doses[DELIVERED];
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < DIRECTIONS; i++) {
		if (net->doses[i].watt_hours > 0) {
			status = register_dose_record(context, &net->doses[i], index);
		}
	}
	if (!status) {
		status = record_error(context, net, index);
	}
	return status ? status
		      : record_net(context, &delivered->load, delivered->watt_hours,
				   &(struct net_readings){.index = index,
							  .before = &net->before[index],
							  .after = &net->after[index]},
				   net->net_requirement);
}

static enum status net_register_run(struct step_context *context,
				    const struct step_argument *arguments)
{
	struct net_register net;
	enum status status = prepare(context, arguments, &net);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = give(context, &net, arguments);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, &net, i));
	}
	return status;
}

const struct step_verb verb_net_register = {
	.name = "net_register",
	.purpose = "net register after a delivered dose and a part of it received",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"received_percent", PARAMETER_QUANTITY, "%", 0, 95, NULL,
			 "received energy in per cent of the delivered"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.001, 5, "0.05 %",
			 "expanded uncertainty of the registers' resolution, which chooses the "
			 "delivered dose"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 3600, "10 s",
			 "least duration of the delivered dose"},
			{"net_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that net = delivered - received serves; empty: the step's"},
		},
	.check = net_register_check,
	.run = net_register_run,
};
