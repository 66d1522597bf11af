/*
 * starting_load: does the meter start at a small current and go on? The first test pulse within 1.5
 * of its expected period, the second within a further 1.5, the third, timed, as well (the form of
 * OIML R 46, recalled). Starting at a larger current than the limits name proves nothing, and not
 * starting at a smaller one is no failure: both are recorded and not evaluated.
 */
#include "procedures/verbs/pulse_watch.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

enum { PROOF_PERCENT = LOAD_ARGUMENTS };

#define PERIODS_ALLOWED 1.5
#define LONGEST_HOURS 6.0
/* Currents that are the same but for the last bits. */
#define SAME_CURRENT 1e-9

struct starting {
	struct verb_load load, proof;
	double period_seconds;
	struct limit limit;
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct starting *starting)
{
	struct load_point point;
	enum status status = load_point_from_arguments(context, arguments, &point);

	if (!status) {
		status = verb_load_freely(context, &point, LOAD_UNCERTIFIED, &starting->load);
	}
	if (!status) {
		point.amperes =
			arguments[PROOF_PERCENT].number / 100 * context->form->maximum_amperes;
		status = verb_load_from_point(context, &point, &starting->proof);
	}
	if (status) {
		return status;
	}
	struct limit_question question = {
		.test = "starting_load",
		.maximum_amperes = context->form->maximum_amperes,
		.class_amperes = context->form->class_amperes,
	};
	limit_find(context->limits, &question, &starting->limit);
	starting->period_seconds = 3600 * context->form->kt_watt_hours / starting->load.watts;
	return STATUS_OK;
}

static enum status starting_load_check(const struct step_context *context,
				       const struct step_argument *arguments)
{
	struct starting starting;
	enum status status = prepare(context, arguments, &starting);

	if (!status && !context->lab->error_calculator) {
		return status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				   context->lab->name);
	}
	if (!status && !(starting.period_seconds < LONGEST_HOURS * 3600)) {
		return status_fail(STATUS_BAD_INPUT,
				   "%s gives one test pulse in %.3g h, more than %g h: choose a "
				   "larger current",
				   starting.load.text, starting.period_seconds / 3600,
				   LONGEST_HOURS);
	}
	return status;
}

static enum conformity judge(const struct starting *starting, bool has_started)
{
	double amperes = starting->load.point.amperes;
	double limit = starting->limit.limit_percent;

	if (!starting->limit.has_row) {
		return NOT_EVALUATED;
	}
	if (has_started) {
		return amperes <= limit * (1 + SAME_CURRENT) ? CONFORMS : NOT_EVALUATED;
	}
	return amperes >= limit * (1 - SAME_CURRENT) ? DOES_NOT_CONFORM : NOT_EVALUATED;
}

static void describe(const struct starting *starting, const struct pulse_sighting *sighting,
		     char *text, size_t size)
{
	static const char *const names[PULSES_WATCHED] = {"first", "second", "third"};
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < sighting->pulses && used < size; i++) {
		used += (size_t)snprintf(text + used, size - used, "%s%s pulse after %.1f s",
					 i ? ", " : "", names[i], sighting->after[i]);
	}
	if (sighting->pulses < PULSES_WATCHED && used < size) {
		snprintf(text + used, size - used, "%sno %s pulse within %.1f s",
			 sighting->pulses ? ", " : "", names[sighting->pulses],
			 PERIODS_ALLOWED * starting->period_seconds);
	}
}

static void remark_on(const struct starting *starting, const struct pulse_sighting *sighting,
		      enum conformity seen, char *text, size_t size)
{
	const struct limit *limit = &starting->limit;
	int used = 0;

	text[0] = '\0';
	if (seen == NOT_EVALUATED && limit->has_row) {
		used = snprintf(text, size,
				"%.4g A are not the starting current of the limits, %.4g A; ",
				starting->load.point.amperes, limit->limit_percent);
	}
	if (sighting->pulses == PULSES_WATCHED && used >= 0 && (size_t)used < size) {
		snprintf(text + used, size - (size_t)used,
			 "third pulse timed to 1 s: registration %.2f %% of the load's",
			 100 * starting->period_seconds / sighting->after[2]);
	} else if (used >= 0 && (size_t)used < size) {
		snprintf(text + used, size - (size_t)used,
			 "before and after, the pick-up showed pulses at %s", starting->proof.text);
	}
}

static enum status record_position(struct step_context *context, const struct starting *starting,
				   int index, const struct pulse_sighting *sighting)
{
	bool has_started = sighting->pulses == PULSES_WATCHED;
	enum conformity seen = judge(starting, has_started);
	char what[160], indicated[160], expected[120], remark[240];

	snprintf(what, sizeof(what), "start at %s", starting->load.text);
	describe(starting, sighting, indicated, sizeof(indicated));
	snprintf(expected, sizeof(expected), "three pulses, each within %.1f s (%g x %.1f s)",
		 PERIODS_ALLOWED * starting->period_seconds, PERIODS_ALLOWED,
		 starting->period_seconds);
	remark_on(starting, sighting, seen, remark, sizeof(remark));
	return record_check(context, &(struct check){.index = index,
						     .test = "starting_load",
						     .what = what,
						     .indicated = indicated,
						     .expected = expected,
						     .is_seen = true,
						     .seen = seen,
						     .remark = remark,
						     .basis = &starting->limit});
}

/* Who did not start has to show once more that it is not the pick-up. */
static enum status prove_again(struct step_context *context, const struct starting *starting,
			       const struct pulse_sighting sightings[LAB_POSITIONS])
{
	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		if (sightings[i].pulses < PULSES_WATCHED) {
			return prove_pick_up(context, &starting->proof);
		}
	}
	return STATUS_OK;
}

static enum status starting_load_run(struct step_context *context,
				     const struct step_argument *arguments)
{
	struct starting starting;
	struct pulse_sighting sightings[LAB_POSITIONS];
	enum status status = prepare(context, arguments, &starting);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = prove_pick_up(context, &starting.proof);
	}
	if (!status) {
		status = apply_and_settle(context, &starting.load);
	}
	if (!status) {
		double patience = PERIODS_ALLOWED * starting.period_seconds;

		report_progress(context, "%s: one pulse every %.0f s is expected",
				starting.load.text, starting.period_seconds);
		status = watch_pulses(context, PULSES_WATCHED, patience, PULSES_WATCHED * patience,
				      sightings);
	}
	if (!status) {
		status = prove_again(context, &starting, sightings);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, &starting, i, &sightings[i]);
	}
	return status;
}

const struct step_verb verb_starting_load = {
	.name = "starting_load",
	.purpose = "three test pulses in time at a small current",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"proof_percent", PARAMETER_QUANTITY, "%", 1, 100, "25 %",
			 "current in per cent of the maximum at which the pick-up is proven"},
		},
	.check = starting_load_check,
	.run = starting_load_run,
};
