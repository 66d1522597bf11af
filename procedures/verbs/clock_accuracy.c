/*
 * clock_accuracy: the meter's clock against the bench's, over hours with supply or without. Both
 * readings look at many seconds' edges: each lies between the last answer with the old second and
 * the first with the new one, and what all of them have in common is narrow.
 */
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { VOLTS, SUPPLY, HOURS, TIME_BASE };

#define SECONDS_PER_DAY 86400.0
#define EDGES 40
#define EDGE_TIMEOUT_SECONDS 90.0
/* After an edge: not asked for a while, and each time a little longer, so that the questions do not
 * keep step with the seconds. */
#define REST_SECONDS 0.5
#define STEP_SECONDS 0.0011
/* The time base is a rectangular contribution of the width that the step states. */
#define PARTS_PER_MILLION 1e-6

struct clock_reading {
	struct instant at;
	double ahead_least, ahead_most; /* meter less bench, s */
};

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
	if (!test->has_supply && context->lab->positions[0].has_auxiliary_supply) {
		return status_fail(STATUS_BAD_INPUT,
				   "position %d has an auxiliary supply that the source does not "
				   "switch: its clock cannot be tested without supply",
				   context->lab->positions[0].number);
	}
	return volts_load(context, arguments[VOLTS].number, &test->volts);
}

static enum status clock_check(const struct step_context *context,
			       const struct step_argument *arguments)
{
	struct clock_test test;

	return prepare(context, arguments, &test);
}

/* What one answer says: the meter's time lies in its second when the answer was made, which is
 * between the two instants. */
static void narrow(const struct clock_reading *origin, struct instant sent, struct instant received,
		   int64_t seconds, double *least, double *most)
{
	double earliest = (double)seconds - seconds_between(origin->at, received);
	double latest = (double)seconds + 1 - seconds_between(origin->at, sent);

	*least = fmax(*least, earliest);
	*most = fmin(*most, latest);
}

/* Every answer narrows it; those next to an edge narrow it most. */
static enum status read_work(struct step_context *context, int index, struct meter_client *client,
			     void *data)
{
	struct clock_reading *reading = &((struct clock_reading *)data)[index];
	struct clock *clock = context->lab->clock;
	struct instant begin = clock_now(clock);
	int64_t before = 0;
	int edges = 0;

	*reading = (struct clock_reading){begin, -INFINITY, INFINITY};
	while (edges < EDGES) {
		struct meter_time time;
		struct instant sent = clock_now(clock);
		enum status status = meter_client_read_clock(client, &time);

		if (status) {
			return status;
		}
		int64_t seconds = meter_time_standard_seconds(&time);

		narrow(reading, sent, clock_now(clock), seconds, &reading->ahead_least,
		       &reading->ahead_most);
		if (before && seconds != before) {
			edges++;
			status = clock_sleep_seconds(clock, REST_SECONDS + edges * STEP_SECONDS);
		}
		before = seconds;
		if (!status && seconds_between(begin, clock_now(clock)) > EDGE_TIMEOUT_SECONDS) {
			status = status_fail(
				STATUS_TIMEOUT,
				"position %d: the seconds of the meter's clock changed "
				"%d times in %.0f s",
				context->lab->positions[index].number, edges, EDGE_TIMEOUT_SECONDS);
		}
		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

/* Edges that contradict each other widen the interval: the meter's seconds are not even. */
static void put_in_order(struct clock_reading *reading)
{
	if (reading->ahead_least > reading->ahead_most) {
		double least = reading->ahead_most;

		reading->ahead_most = reading->ahead_least;
		reading->ahead_least = least;
	}
}

static enum status read_all(struct step_context *context, struct clock_reading *readings)
{
	enum status status = each_session(context, METER_ACCESS_READ, read_work, readings);

	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		put_in_order(&readings[i]);
	}
	return status;
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

static double middle(const struct clock_reading *reading)
{
	return (reading->ahead_least + reading->ahead_most) / 2;
}

static double half_width(const struct clock_reading *reading)
{
	return (reading->ahead_most - reading->ahead_least) / 2;
}

static enum status record_position(struct step_context *context, const struct clock_test *test,
				   int index)
{
	const struct clock_reading *before = &test->before[index], *after = &test->after[index];
	double days = seconds_between(before->at, after->at) / SECONDS_PER_DAY;
	/* both stand against the bench's time since their own beginning */
	double gained = middle(after) - middle(before) - days * SECONDS_PER_DAY;
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
		 half_width(before), half_width(after));
	budget_add(&value.budget, "clock_reading", DISTRIBUTION_RECTANGULAR,
		   half_width(before) / days, 1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(&value.budget, "clock_reading_after", DISTRIBUTION_RECTANGULAR,
		   half_width(after) / days, 1, INFINITE_DEGREES_OF_FREEDOM);
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
	status = status ? status : read_all(context, test.before);
	status = status ? status : pass_time(context, &test);
	status = status ? status : read_all(context, test.after);
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
