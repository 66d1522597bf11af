/*
 * register_resolution: the smallest step in which the energy register really moves, whatever its
 * table says: several doses of different size, and the largest step of which all movements are
 * multiples. A register that is told in finer counts than it has shows itself; by chance the true
 * step may be a part of what is found, never more.
 */
#include "procedures/verbs/register_dose.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DOSES = LOAD_ARGUMENTS, LEAST_TIME };

/* Sizes in parts of the first; no two and none of their differences are multiples of one another.
 */
#define GROWTH 0.137
#define DOSES_MAXIMUM 12

struct register_resolution {
	struct register_dose dose;
	int doses;
	double least_seconds;
	struct meter_registers readings[DOSES_MAXIMUM + 1][LAB_POSITIONS];
	double total_watt_hours;
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct register_resolution *test)
{
	test->dose = (struct register_dose){.counts_pulses = false};
	test->doses = (int)arguments[DOSES].number;
	test->least_seconds = arguments[LEAST_TIME].number;
	test->total_watt_hours = 0;
	return verb_load_from_arguments(context, arguments, &test->dose.load);
}

static enum status register_resolution_check(const struct step_context *context,
					     const struct step_argument *arguments)
{
	struct register_resolution test;
	enum status status = prepare(context, arguments, &test);

	if (!status && !(test.dose.load.watts > 0)) {
		status = status_fail(STATUS_BAD_INPUT, "%s carries no active power",
				     test.dose.load.text);
	}
	if (!status && !context->lab->energy_dose) {
		status = status_fail(STATUS_BAD_INPUT,
				     "lab %s has no instrument that gives an energy dose",
				     context->lab->name);
	}
	return status;
}

static enum status measure(struct step_context *context, struct register_resolution *test)
{
	struct register_dose *dose = &test->dose;
	double first = dose->load.watts * test->least_seconds / 3600;
	enum status status = dose_prepare(context, &dose->load);

	if (!status) {
		status = register_dose_read(context, "before", test->readings[0]);
	}
	for (int i = 0; !status && i < test->doses; i++) {
		dose->asked_watt_hours = first * (1 + GROWTH * i);
		status = i ? dose_prepare(context, &dose->load) : STATUS_OK;
		if (!status) {
			status = register_dose_measure(context, dose);
		}
		test->total_watt_hours += dose->watt_hours;
		for (int k = next_position(context->lab, 0); !status && k >= 0;
		     k = next_position(context->lab, k + 1)) {
			status = register_dose_record(context, dose, k);
		}
		if (!status) {
			status = register_dose_read(context, "after", test->readings[i + 1]);
		}
	}
	return status;
}

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* In counts; 0: the register did not move. */
static int64_t step_of(const struct register_resolution *test, int index)
{
	bool is_received = test->dose.load.point.is_received;
	int64_t step = 0;

	for (int i = 0; i < test->doses; i++) {
		const struct meter_registers *before = &test->readings[i][index];
		const struct meter_registers *after = &test->readings[i + 1][index];
		int64_t moved = is_received ? after->received - before->received
					    : after->delivered - before->delivered;
		step = greatest_common_divisor(llabs(moved), step);
	}
	return step;
}

static enum status record_position(struct step_context *context,
				   const struct register_resolution *test, int index)
{
	bool is_received = test->dose.load.point.is_received;
	double count = test->readings[0][index].watt_hours_per_count;
	int64_t step = step_of(test, index);
	char remark[200];

	snprintf(remark, sizeof(remark),
		 step ? "%d doses, together %.6g Wh; the table counts in %g Wh"
		      : "the register did not move at all in %d doses, together %.6g Wh; the table "
			"counts in %g Wh",
		 test->doses, test->total_watt_hours, count);
	return record_value(context,
			    &(struct measured_value){
				    .index = index,
				    .test = "register_resolution",
				    .what = "smallest step that the register showed",
				    .load = &test->dose.load,
				    .direction = is_received ? "received" : "delivered",
				    .value = step ? (double)step * count : test->total_watt_hours,
				    .unit = "Wh",
				    .remark = remark,
				    .is_wrong = step == 0,
			    });
}

static enum status register_resolution_run(struct step_context *context,
					   const struct step_argument *arguments)
{
	struct register_resolution test;
	enum status status = prepare(context, arguments, &test);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = measure(context, &test);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, &test, i);
	}
	return status;
}

const struct step_verb verb_register_resolution = {
	.name = "register_resolution",
	.purpose = "smallest step in which the energy register really moves",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"doses", PARAMETER_INTEGER, NULL, 3, DOSES_MAXIMUM, "6",
			 "doses of different size"},
			{"least_time", PARAMETER_QUANTITY, "s", 1, 600, "5 s",
			 "duration of the smallest dose"},
		},
	.check = register_resolution_check,
	.run = register_resolution_run,
};
