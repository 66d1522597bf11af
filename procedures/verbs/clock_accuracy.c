/*
 * clock_accuracy: the meter's clock against the bench's, over hours with supply or without. How it
 * is read: clock_reading.h.
 */
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/clock_reading.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { VOLTS, SUPPLY, HOURS, TIME_BASE };

#define SECONDS_PER_DAY 86400.0
/* The time base is a rectangular contribution of the width that the step states. */
#define PARTS_PER_MILLION 1e-6

struct clock_test {
	struct verb_load volts;
	bool has_supply;
	double hours, time_base_ppm;
	struct clock_reading before[LAB_POSITIONS], after[LAB_POSITIONS];
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct clock_test *test)
{
	const char *supply = arguments[SUPPLY].text;

	*test = (struct clock_test){
		.has_supply = !strcmp(supply, "with"),
		.hours = arguments[HOURS].number,
		.time_base_ppm = arguments[TIME_BASE].number,
	};
	if (!test->has_supply && strcmp(supply, "without")) {
		return status_fail(STATUS_BAD_INPUT, "supply=\"%s\" is neither with nor without",
				   supply);
	}
	enum status status = test->has_supply ? STATUS_OK : require_switched_supply(context);

	return status ? status : volts_load(context, arguments[VOLTS].number, &test->volts);
}

static enum status clock_check(const struct step_context *context,
			       const struct step_argument *arguments)
{
	struct clock_test test;

	return prepare(context, arguments, &test);
}

static enum status pass_time(struct step_context *context, const struct clock_test *test)
{
	enum status status = STATUS_OK;

	report_progress(context, "clock: %.4g h %s supply", test->hours,
			test->has_supply ? "with" : "without");
	if (test->has_supply) {
		return lab_wait_seconds(context->lab, 3600 * test->hours);
	}
	status = record_request(context, "source off for %g h", test->hours);
	status = status ? status : lab_off(context->lab);
	status = status ? status : lab_wait_seconds(context->lab, 3600 * test->hours);
	return status ? status : hold_voltage(context, &test->volts);
}

static enum status record_position(struct step_context *context, const struct clock_test *test,
				   int index)
{
	const struct clock_reading *before = &test->before[index], *after = &test->after[index];
	double days = seconds_between(before->at, after->at) / SECONDS_PER_DAY;
	/* both stand against the bench's time since their own beginning */
	double gained = clock_ahead(after) - clock_ahead(before) - days * SECONDS_PER_DAY;
	char what[80], remark[160];
	struct measured_value value = {
		.index = index,
		.test = test->has_supply ? "clock_with_supply" : "clock_on_reserve",
		.what = what,
		.value = gained / days,
		.unit = "s/day",
		.runs = 1,
		.remark = remark,
	};

	snprintf(what, sizeof(what), "clock against the bench's, %s supply",
		 test->has_supply ? "with" : "without");
	snprintf(remark, sizeof(remark),
		 "gained %.4f s in %.4g h; readings to ± %.4f s and ± %.4f s", gained, 24 * days,
		 clock_half_width(before), clock_half_width(after));
	budget_add(&value.budget, "clock_reading", DISTRIBUTION_RECTANGULAR,
		   clock_half_width(before) / days, 1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&value.budget, "clock_reading_after", DISTRIBUTION_RECTANGULAR,
		   clock_half_width(after) / days, 1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&value.budget, "time_base", DISTRIBUTION_RECTANGULAR,
		   test->time_base_ppm * PARTS_PER_MILLION * SECONDS_PER_DAY, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_value(context, &value);
}

static enum status clock_run(struct step_context *context, const struct step_argument *arguments)
{
	struct clock_test test;
	struct meters_time set;
	enum status status = prepare(context, arguments, &test);

	status = status ? status : require_identified(context);
	status = status ? status : hold_voltage(context, &test.volts);
	/* a clock that nobody has set need not keep parts of a second over an outage */
	status = status ? status : meters_set_clock(context, bench_seconds(context), &set);
	status = status ? status : read_clocks(context, test.before);
	status = status ? status : pass_time(context, &test);
	status = status ? status : read_clocks(context, test.after);
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, &test, i));
	}
	return status;
}

const struct step_verb verb_clock_accuracy = {
	.name = "clock_accuracy",
	.purpose = "the meter's clock against the bench's, with supply or on its reserve",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$highest_volts V",
			 "volts per leg"},
			{"supply", PARAMETER_TEXT, NULL, 0, 0, "with",
			 "with or without supply between the readings"},
			{"hours", PARAMETER_QUANTITY, "h", 0.5, 240, "24 h",
			 "between the readings"},
			{"time_base", PARAMETER_QUANTITY, "ppm", 0, 100, "1 ppm",
			 "to which the bench's own clock is known"},
		},
	.check = clock_check,
	.run = clock_run,
};
