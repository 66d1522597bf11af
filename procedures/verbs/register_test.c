/*
 * register_test: a dose of energy between two readings of the meter's registers. Nothing flows
 * while the registers are read, and the standard's register runs over the whole dose, so everything
 * that flows is measured.
 */
#include "procedures/verbs/dose.h"
#include "procedures/verbs/dose_pulses.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "procedures/error_of_indication.h"

enum { WANTED_UNCERTAINTY = LOAD_ARGUMENTS, MINIMUM_TIME, NET_REQUIREMENT };

#define IMPOSSIBLE_ERROR_PERCENT 5.0
/* Two readings cut to a count each make a triangular distribution of one count's half width. */
#define ROOT_OF_SIX 2.4494897427831780982

struct register_test {
	struct verb_load load;
	double asked_watt_hours;
	double watt_hours, resolution_watt_hours; /* of the standard, absolute */
	struct meter_registers before[LAB_POSITIONS], after[LAB_POSITIONS];
	struct dose_pulses counted;
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

static enum status record_reading(struct step_context *context, int index, const char *moment,
				  const struct meter_registers *registers)
{
	struct record_draft draft;

	entry_begin(context, &draft, "register_reading", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[index].number);
	record_draft_text(&draft, "moment", moment);
	record_draft_integer(&draft, "delivered_counts", registers->delivered);
	record_draft_integer(&draft, "received_counts", registers->received);
	record_draft_integer(&draft, "net_counts", registers->net);
	record_draft_number(&draft, "watt_hours_per_count", registers->watt_hours_per_count);
	return entry_add(context, &draft);
}

static enum status read_position(struct step_context *context, int index, const char *moment,
				 struct meter_registers *registers)
{
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = meter_client_read_registers(client, registers);
	}
	status = session_end(client, status);
	if (!status && !(registers->watt_hours_per_count > 0)) {
		status = status_fail(STATUS_PROTOCOL,
				     "position %d: the meter's registers have no scale",
				     context->lab->positions[index].number);
	}
	return status ? status : record_reading(context, index, moment, registers);
}

static enum status read_registers(struct step_context *context, const char *moment,
				  struct meter_registers *registers)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i,
					 read_position(context, i, moment, &registers[i]));
	}
	return status;
}

/* D = 2 q / (sqrt(6) U), at least the least time's energy, rounded up to ten counts. */
static void choose_dose(struct step_context *context, const struct step_argument *arguments,
			struct register_test *test)
{
	double wanted = arguments[WANTED_UNCERTAINTY].number / 100;
	double count = 0;

	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		count = fmax(count, test->before[i].watt_hours_per_count);
	}
	double dose = 2 * count / (ROOT_OF_SIX * wanted);
	dose = fmax(dose, test->load.watts * arguments[MINIMUM_TIME].number / 3600);
	test->asked_watt_hours = ceil(dose / (10 * count)) * 10 * count;
}

/* The standard's register runs from before the dose until the currents are off and settled. */
static enum status measure_dose(struct step_context *context, struct register_test *test)
{
	struct instrument *standard = context->lab->reference_standard;
	const struct reference_standard *role = standard->reference_standard;
	double watt_hours = 0;
	enum status status = dose_pulses_arm(context, test->asked_watt_hours, &test->counted);

	if (!status) {
		status = role->energy_start(standard);
	}
	if (!status) {
		status = dose_give(context, &test->load, test->asked_watt_hours);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, context->lab->minimum_settling_seconds);
	}
	if (!status) {
		status = role->energy_stop(standard);
	}
	if (!status) {
		status = role->energy_read(standard, &watt_hours, &test->resolution_watt_hours);
	}
	if (!status) {
		status = dose_pulses_collect(context, &test->counted);
	}
	test->watt_hours = fabs(watt_hours);
	if (!status && !(test->watt_hours > 0)) {
		status = status_fail(STATUS_PROTOCOL,
				     "standard %s measured no energy during a dose of %.6g Wh",
				     standard->name, test->asked_watt_hours);
	}
	return status;
}

static enum status record_dose(struct step_context *context, const struct register_test *test,
			       int index)
{
	struct record_draft draft;

	entry_begin(context, &draft, "dose", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[index].number);
	record_draft_text(&draft, "load", test->load.text);
	record_draft_number(&draft, "asked_watt_hours", test->asked_watt_hours);
	record_draft_number(&draft, "reference_watt_hours", test->watt_hours);
	record_draft_number(&draft, "reference_resolution_watt_hours", test->resolution_watt_hours);
	record_draft_number(&draft, "reference_error_percent", test->load.certified.error_percent);
	if (test->counted.pulses) {
		record_draft_integer(&draft, "pulses_counted", test->counted.pulses);
	} else {
		record_draft_text(&draft, "pulses_counted", "");
	}
	return entry_add(context, &draft);
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
	bool is_received = test->load.point.is_received;
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
		.load = &test->load,
		.runs = 1,
		.error_percent = error_by_register_percent(registered, test->watt_hours,
							   test->load.certified.error_percent),
		.remark = remark,
		.is_wrong = other != 0,
	};

	snprintf(remark, sizeof(remark),
		 "the %s register changed by %lld counts while energy was %s",
		 is_received ? "delivered" : "received", (long long)other, measured.direction);
	enum status status = check_possible(context, &measured);
	if (!status) {
		status = dose_pulses_compare(context, &test->counted, index, measured.error_percent,
					     test->load.certified.error_percent);
	}
	if (!status) {
		status = budget_add_standard(context, &test->load, &measured.budget);
	}
	if (status) {
		return status;
	}
	budget_add_counting(&measured.budget, test->resolution_watt_hours, test->watt_hours);
	budget_add(&measured.budget, "register_resolution", DISTRIBUTION_TRIANGULAR,
		   100 * after->watt_hours_per_count / test->watt_hours, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_result(context, &measured);
}

/* Counts by which the net register departs from delivered minus received, the larger of both
 * readings. */
static int64_t net_departure(const struct meter_registers *before,
			     const struct meter_registers *after)
{
	int64_t first = before->net - (before->delivered - before->received);
	int64_t second = after->net - (after->delivered - after->received);

	return llabs(first) > llabs(second) ? first : second;
}

/* Whole numbers against whole numbers: no uncertainty, no tolerance. */
static enum status record_net(struct step_context *context, const struct register_test *test,
			      int index)
{
	static const struct limit exact = {
		.has_row = true,
		.limit_percent = 0,
		.document = "S-E-05 rev 1",
		.clause = "4",
		.provenance = PROVENANCE_READ,
		.note = "definition of net read: delivered minus received, signed; that it holds "
			"to the count is our reading",
	};
	int64_t departure = net_departure(&test->before[index], &test->after[index]);
	char remark[160];
	struct measured measured = {
		.index = index,
		.test = "register",
		.direction = "net",
		.load = &test->load,
		.runs = 1,
		.error_percent = 100 * (double)departure * test->after[index].watt_hours_per_count /
				 test->watt_hours,
		.remark = remark,
		.is_wrong = departure != 0,
		.requirement = *test->net_requirement ? test->net_requirement : NULL,
		.limit = &exact,
	};

	snprintf(remark, sizeof(remark),
		 "the net register departs from delivered minus received by %lld counts",
		 (long long)departure);
	return record_result(context, &measured);
}

static enum status record_position(struct step_context *context, const struct register_test *test,
				   int index)
{
	enum status status = record_dose(context, test, index);

	if (!status) {
		status = record_direction(context, test, index);
	}
	return status ? status : record_net(context, test, index);
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
	struct register_test test = {.net_requirement = arguments[NET_REQUIREMENT].text};
	enum status status = verb_load_from_arguments(context, arguments, &test.load);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = dose_prepare(context, &test.load);
	}
	if (!status) {
		status = read_registers(context, "before", test.before);
	}
	if (!status) {
		choose_dose(context, arguments, &test);
		status = measure_dose(context, &test);
	}
	if (!status) {
		status = read_registers(context, "after", test.after);
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
