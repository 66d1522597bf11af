/*
 * self_heating: the error at a large current from the moment it flows, after a time with voltage
 * alone, at intervals, until it changes by no more than a fifth of the limit over 20 minutes, for
 * at least an hour (the form of IEC 62053-22, recalled). Judged is the largest departure from the
 * first error, as a shift: the standard's calibration cancels.
 */
#include "procedures/verbs/pulse_measurement.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

enum {
	WARM_UP = LOAD_ARGUMENTS,
	INTERVAL,
	LEAST_TIME,
	LONGEST_TIME,
	RUNS,
	WANTED_UNCERTAINTY,
	MINIMUM_TIME
};

#define SECONDS_PER_MINUTE 60.0
#define STEADY_MINUTES 20.0
#define STEADY_PART_OF_LIMIT 0.2
#define INSTANTS_MAXIMUM 256

struct self_heating {
	struct verb_load load, cold;
	struct pulse_plan plan;
	int runs;
	double interval, least, longest; /* minutes */
	double steady_percent;		 /* 0: the limits have no figure to take a fifth of */
	int count;
	double minutes[INSTANTS_MAXIMUM];
	double errors[LAB_POSITIONS][INSTANTS_MAXIMUM];
	struct measured_condition first[LAB_POSITIONS], farthest[LAB_POSITIONS];
	double farthest_minutes[LAB_POSITIONS];
};

static void find_steadiness(const struct step_context *context, struct self_heating *test)
{
	struct limit limit;

	limit_find(context->limits,
		   &(struct limit_question){
			   .test = "self_heating",
			   .amperes = test->load.point.amperes,
			   .maximum_amperes = context->form->maximum_amperes,
			   .class_amperes = context->form->class_amperes,
			   .power_factor = test->load.point.power_factor,
			   .side = test->load.point.side,
			   .is_single_element = test->load.point.single_element >= 0,
		   },
		   &limit);
	test->steady_percent = limit.has_row ? STEADY_PART_OF_LIMIT * limit.limit_percent : 0;
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct self_heating *test)
{
	struct load_point point;
	enum status status = load_point_from_arguments(context, arguments, &point);

	test->count = 0;
	if (!status) {
		status = verb_load_from_point(context, &point, &test->load);
	}
	if (status) {
		return status;
	}
	point.amperes = 0;
	test->plan = (struct pulse_plan){
		.load = &test->load,
		.wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number,
		.minimum_seconds = arguments[MINIMUM_TIME].number,
	};
	test->runs = (int)arguments[RUNS].number;
	test->interval = arguments[INTERVAL].number;
	test->least = arguments[LEAST_TIME].number;
	test->longest = arguments[LONGEST_TIME].number;
	find_steadiness(context, test);
	return verb_load_from_point(context, &point, &test->cold);
}

static enum status self_heating_check(const struct step_context *context,
				      const struct step_argument *arguments)
{
	struct self_heating test;
	enum status status = prepare(context, arguments, &test);

	if (!status && !(test.load.watts > 0)) {
		status =
			status_fail(STATUS_BAD_INPUT, "%s carries no active power", test.load.text);
	}
	if (!status && !(test.least <= test.longest)) {
		status = status_fail(STATUS_BAD_INPUT,
				     "the least time, %g min, is longer than the longest, %g min",
				     test.least, test.longest);
	}
	if (!status && !(test.longest / test.interval < INSTANTS_MAXIMUM - 1)) {
		status = status_fail(STATUS_BAD_INPUT,
				     "%g min in intervals of %g min are more than %d readings",
				     test.longest, test.interval, INSTANTS_MAXIMUM - 1);
	}
	if (!status && !context->lab->error_calculator) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				     context->lab->name);
	}
	return status;
}

/* ---- the curve ---- */

/* The pulses of the first time are kept, so that all errors have the same resolution. */
static enum status measure_errors(struct step_context *context, struct self_heating *test)
{
	struct verb_memory *memory = context->memory;

	for (int i = 0; i < LAB_POSITIONS; i++) {
		memory->positions[i].count = 0;
		memory->positions[i].first_runs = 0;
	}
	return measure_by_pulses(context, &test->plan, test->runs);
}

static void keep(struct step_context *context, struct self_heating *test, double minutes)
{
	int now = test->count++;

	test->minutes[now] = minutes;
	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct measured_condition condition;
		condition_keep(context, &test->load, i, &condition);
		double error = condition.runs.error_percent;
		test->errors[i][now] = error;
		if (now == 0) {
			test->first[i] = condition;
		}
		double first = test->errors[i][0];
		if (now <= 1 ||
		    fabs(error - first) > fabs(test->farthest[i].runs.error_percent - first)) {
			test->farthest[i] = condition;
			test->farthest_minutes[i] = minutes;
		}
	}
}

/* How far the error moved over the last 20 minutes, per cent. */
static double newest_change(const struct self_heating *test, int index)
{
	int newest = test->count - 1;
	double least = test->errors[index][newest];
	double most = least;

	for (int i = newest; i >= 0; i--) {
		least = fmin(least, test->errors[index][i]);
		most = fmax(most, test->errors[index][i]);
		if (test->minutes[newest] - test->minutes[i] >= STEADY_MINUTES) {
			break;
		}
	}
	return most - least;
}

static bool is_steady(const struct self_heating *test, int index)
{
	int newest = test->count - 1;

	return test->minutes[newest] - test->minutes[0] >= STEADY_MINUTES &&
	       newest_change(test, index) <= test->steady_percent;
}

static bool are_all_steady(const struct step_context *context, const struct self_heating *test)
{
	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		if (!is_steady(test, i)) {
			return false;
		}
	}
	return true;
}

static enum status watch(struct step_context *context, struct self_heating *test)
{
	struct instant begin = clock_now(context->lab->clock);
	enum status status = apply_and_settle(context, &test->load);

	while (!status) {
		double minutes =
			seconds_between(begin, clock_now(context->lab->clock)) / SECONDS_PER_MINUTE;
		status = measure_errors(context, test);
		if (status) {
			break;
		}
		keep(context, test, minutes);
		double next = test->count * test->interval;
		bool is_enough = minutes >= test->least && are_all_steady(context, test);
		if (is_enough || next > test->longest) {
			break;
		}
		status = lab_wait_until(context->lab,
					instant_after(begin, next * SECONDS_PER_MINUTE));
	}
	return status;
}

/* ---- judging ---- */

static enum status record_steadiness(struct step_context *context, const struct self_heating *test,
				     int index)
{
	char what[200], indicated[120], expected[120];

	if (is_steady(test, index)) {
		return STATUS_OK;
	}
	snprintf(what, sizeof(what), "end of self-heating at %s", test->load.text);
	snprintf(indicated, sizeof(indicated), "change of %.4f %% over the last %g min of %.0f",
		 newest_change(test, index), STEADY_MINUTES, test->minutes[test->count - 1]);
	snprintf(expected, sizeof(expected), "at most %.4f %%", test->steady_percent);
	return record_check(context, &(struct check){.index = index,
						     .test = "self_heating",
						     .what = what,
						     .indicated = indicated,
						     .expected = expected,
						     .is_seen = true,
						     .seen = INCONCLUSIVE,
						     .remark = "the error was still moving when "
							       "the longest time was over"});
}

static enum status record_position(struct step_context *context, const struct self_heating *test,
				   int index)
{
	char remark[240];
	int newest = test->count - 1;

	snprintf(remark, sizeof(remark),
		 "the largest departure, after %.0f min; at the end, after %.0f min, %+.4f %%; "
		 "change over the last %g min %.4f %%",
		 test->farthest_minutes[index], test->minutes[newest],
		 test->errors[index][newest] - test->errors[index][0], STEADY_MINUTES,
		 newest_change(test, index));
	enum status status = record_shift(
		context,
		&(struct measured_shift){
			.index = index,
			.test = "self_heating",
			.direction = test->load.point.is_received ? "received" : "delivered",
			.reference = &test->first[index],
			.changed = &test->farthest[index],
			.influence = INFLUENCE_NONE,
			.remark = remark,
		});

	return status || test->steady_percent == 0 ? status
						   : record_steadiness(context, test, index);
}

static enum status warm_up(struct step_context *context, const struct self_heating *test,
			   double minutes)
{
	enum status status = apply_and_settle(context, &test->cold);

	if (!status) {
		report_progress(context, "%s: %g min with voltage alone", test->cold.text, minutes);
		status = lab_wait_seconds(context->lab, minutes * SECONDS_PER_MINUTE);
	}
	return status;
}

static enum status self_heating_run(struct step_context *context,
				    const struct step_argument *arguments)
{
	struct self_heating test;
	enum status status = prepare(context, arguments, &test);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = warm_up(context, &test, arguments[WARM_UP].number);
	}
	if (!status) {
		status = watch(context, &test);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, &test, i);
	}
	return status;
}

const struct step_verb verb_self_heating = {
	.name = "self_heating",
	.purpose = "how far the error moves while a large current heats the meter",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"warm_up", PARAMETER_QUANTITY, "min", 0, 1440, "120 min",
			 "time with voltage alone before the current"},
			{"interval", PARAMETER_QUANTITY, "min", 1, 30, "5 min",
			 "from one reading to the next"},
			{"least_time", PARAMETER_QUANTITY, "min", 20, 1440, "60 min",
			 "least time with current"},
			{"longest_time", PARAMETER_QUANTITY, "min", 20, 1440, "120 min",
			 "after that the error counts as not steady"},
			{"runs", PARAMETER_INTEGER, NULL, 2, RUNS_MAXIMUM / 2, "3",
			 "runs of each reading"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.0005, 5, "0.01 %",
			 "expanded uncertainty of one run's counting and edges"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 600, "10 s",
			 "least time of one run"},
		},
	.check = self_heating_check,
	.run = self_heating_run,
};
