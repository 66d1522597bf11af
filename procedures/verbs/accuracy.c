/* accuracy: error of indication by test pulses at one load. */
#include "procedures/verbs/point_by_pulses.h"
#include "procedures/verbs/verbs.h"

enum { RUNS = LOAD_ARGUMENTS, WANTED_UNCERTAINTY, NOISE, MINIMUM_TIME };

static enum status accuracy_check(const struct step_context *context,
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

static enum status accuracy_run(struct step_context *context, const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = verb_load_from_arguments(context, arguments, &load);
	struct pulse_plan plan = {
		.load = &load,
		.wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number,
		.noise_percent = arguments[NOISE].number,
		.minimum_seconds = arguments[MINIMUM_TIME].number,
	};

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = apply_and_settle(context, &load);
	}
	return status ? status
		      : point_by_pulses(context, &plan, (int)arguments[RUNS].number,
					"load_performance");
}

const struct step_verb verb_accuracy = {
	.name = "accuracy",
	.purpose = "error of indication by test pulses at one load, judged by the limits file",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"runs", PARAMETER_INTEGER, NULL, 2, RUNS_MAXIMUM / 2, "5",
			 "runs of the first stage; their scatter fixes how many there will be"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.0005, 5, "0.02 %",
			 "expanded uncertainty of the random part, for which pulses and runs are "
			 "chosen"},
			{"noise", PARAMETER_QUANTITY, "%", 0, 5, "0 %",
			 "standard deviation of one second, meter against standard; 0: not known"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 3600, "5 s",
			 "least time of one run"},
		},
	.check = accuracy_check,
	.run = accuracy_run,
};
