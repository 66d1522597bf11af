/*
 * register_test: a dose of energy between two readings of the meter's registers. Nothing flows
 * while the registers are read, and the standard's register runs over the whole dose, so everything
 * that flows is measured.
 */
#include "procedures/verbs/net_result.h"
#include "procedures/verbs/register_dose.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"
#include "procedures/verbs/voltage_balance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "procedures/error_of_indication.h"

enum { WANTED_UNCERTAINTY = LOAD_ARGUMENTS, MINIMUM_TIME, NET_REQUIREMENT };

#define IMPOSSIBLE_ERROR_PERCENT 5.0

struct register_test {
	struct register_dose dose;
	struct meter_registers before[LAB_POSITIONS], after[LAB_POSITIONS];
	const char *net_requirement; /* empty: the step's */
};

static enum status register_test_check(const struct step_context *context,
				       const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = verb_load_from_arguments(context, arguments, &load);

	if (!status && !(load.watts > 0)) {
		status = status_fail(STATUS_BAD_INPUT, "%s carries no active power", load.text);
	}
	if (!status && !context->lab->energy_dose) {
		status = status_fail(STATUS_BAD_INPUT,
				     "lab %s has no instrument that gives an energy dose",
				     context->lab->name);
	}
	return status;
}

static enum status check_possible(const struct step_context *context,
				  const struct measured *measured)
{
	if (fabs(measured->error_percent) <= IMPOSSIBLE_ERROR_PERCENT) {
		return STATUS_OK;
	}
	return status_fail(STATUS_PROTOCOL,
			   "position %d: an error of %.2f %% of the %s register is no error of a "
			   "meter: check wiring, "
			   "direction and the register's scale",
			   context->lab->positions[measured->index].number, measured->error_percent,
			   measured->direction);
}

/* The register of the direction in which energy flowed; the other one must not have moved at all.
 */
static enum status record_direction(struct step_context *context, const struct register_test *test,
				    int index)
{
	const struct meter_registers *before = &test->before[index];
	const struct meter_registers *after = &test->after[index];
	bool is_received = test->dose.load.point.is_received;
	int64_t delivered = after->delivered - before->delivered;
	int64_t received = after->received - before->received;
	int64_t own = is_received ? received : delivered;
	int64_t other = is_received ? delivered : received;
	double registered = (double)own * after->watt_hours_per_count;
	char remark[120];
	struct measured measured = {
		.index = index,
		.test = "register",
		.direction = is_received ? "received" : "delivered",
		.load = &test->dose.load,
		.runs = 1,
		.error_percent = error_by_register_percent(registered, test->dose.watt_hours,
							   test->dose.load.certified.error_percent),
		.remark = remark,
		.is_wrong = other != 0,
	};

	snprintf(remark, sizeof(remark),
		 "the %s register changed by %lld counts while energy was %s",
		 is_received ? "delivered" : "received", (long long)other, measured.direction);
	enum status status = check_possible(context, &measured);
	if (!status) {
		status = dose_pulses_compare(context, &test->dose.counted, index,
					     measured.error_percent,
					     test->dose.load.certified.error_percent);
	}
	if (!status) {
		status = budget_add_standard(context, &test->dose.load, &measured.budget);
	}
	if (status) {
		return status;
	}
	budget_add_balance(context, &test->dose.load, &measured.budget);
	budget_add_counting(&measured.budget, test->dose.resolution_watt_hours,
			    test->dose.watt_hours);
	budget_add(&measured.budget, "register_resolution", DISTRIBUTION_TRIANGULAR,
		   100 * after->watt_hours_per_count / test->dose.watt_hours, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_result(context, &measured);
}

static enum status record_position(struct step_context *context, const struct register_test *test,
				   int index)
{
	enum status status = register_dose_record(context, &test->dose, index);

	if (!status) {
		status = record_direction(context, test, index);
	}
	return status ? status
		      : record_net(context, &test->dose.load, test->dose.watt_hours,
				   &(struct net_readings){.index = index,
							  .before = &test->before[index],
							  .after = &test->after[index]},
				   test->net_requirement);
}

static enum status record_all(struct step_context *context, const struct register_test *test)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, test, i));
	}
	return status;
}

static enum status register_test_run(struct step_context *context,
				     const struct step_argument *arguments)
{
	struct register_test test = {.dose = {.counts_pulses = true},
				     .net_requirement = arguments[NET_REQUIREMENT].text};
	enum status status = verb_load_from_arguments(context, arguments, &test.dose.load);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = dose_prepare(context, &test.dose.load);
	}
	if (!status) {
		status = register_dose_read(context, "before", test.before);
	}
	if (!status) {
		register_dose_choose(context, arguments[WANTED_UNCERTAINTY].number,
				     arguments[MINIMUM_TIME].number, test.before, &test.dose);
		status = register_dose_measure(context, &test.dose);
	}
	if (!status) {
		status = register_dose_read(context, "after", test.after);
	}
	return status ? status : record_all(context, &test);
}

const struct step_verb verb_register_test = {
	.name = "register_test",
	.purpose = "error of the energy registers over a dose of energy, and net = delivered - "
		   "received",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.001, 5, "0.05 %",
			 "expanded uncertainty of the registers' resolution, which chooses the "
			 "dose"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 3600, "10 s",
			 "least duration of the dose"},
			{"net_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that net = delivered - received serves; empty: the step's"},
		},
	.check = register_test_check,
	.run = register_test_run,
};
