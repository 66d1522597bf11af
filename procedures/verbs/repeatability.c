/*
 * repeatability: the standard deviation of repeated runs at one load. It holds the scatter of the
 * bench as well, so it never flatters the meter. Its own uncertainty is s/sqrt(2(n - 1)), that of a
 * standard deviation of normal runs (GUM E.4.3).
 */
#include "procedures/verbs/pulse_measurement.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>

enum { RUNS = LOAD_ARGUMENTS, WANTED_UNCERTAINTY, MINIMUM_TIME };

static enum status repeatability_check(const struct step_context *context,
				       const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = verb_load_from_arguments(context, arguments, &load);

	if (!status && !(load.watts > 0)) {
		status = status_fail(STATUS_BAD_INPUT, "%s carries no active power", load.text);
	}
	if (!status && !context->lab->error_calculator) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				     context->lab->name);
	}
	return status;
}

static enum status record_position(struct step_context *context, const struct verb_load *load,
				   int index)
{
	const struct verb_memory *memory = context->memory;
	const struct position_runs *runs = &memory->positions[index];
	int degrees = runs_degrees_of_freedom(runs);
	double mean;
	struct measured_value value = {
		.index = index,
		.test = "repeatability",
		.what = "standard deviation of the runs, the bench's own scatter included",
		.load = load,
		.direction = load->point.is_received ? "received" : "delivered",
		.unit = "percent",
		.runs = runs->count,
	};

	runs_mean(runs, &mean, &value.value);
	budget_add(&value.budget, "scatter_of_deviation", DISTRIBUTION_STUDENT,
		   value.value / sqrt(2.0 * degrees), 1, degrees);
	return record_value(context, &value);
}

static enum status repeatability_run(struct step_context *context,
				     const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = verb_load_from_arguments(context, arguments, &load);
	struct pulse_plan plan = {
		.load = &load,
		.wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number,
		.minimum_seconds = arguments[MINIMUM_TIME].number,
	};

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = apply_and_settle(context, &load);
	}
	if (!status) {
		status = measure_by_pulses(context, &plan, (int)arguments[RUNS].number);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, &load, i);
	}
	return status;
}

const struct step_verb verb_repeatability = {
	.name = "repeatability",
	.purpose = "standard deviation of repeated runs at one load",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"runs", PARAMETER_INTEGER, NULL, 5, RUNS_MAXIMUM / 2, "10", "runs"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.0005, 5, "0.01 %",
			 "expanded uncertainty of one run's counting and edges"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 3600, "20 s",
			 "least time of one run"},
		},
	.check = repeatability_check,
	.run = repeatability_run,
};
