/*
 * influence: how far the error of indication moves when one condition changes: voltage, frequency,
 * phase sequence, one element instead of all, direction of energy, lines lost, an uneven leg. Both
 * conditions are measured in the same step with the same standard, so that its calibration cancels
 * (shift.h). What is inconclusive is measured once more in both conditions, pooled, and then final.
 */
#include "procedures/verbs/influence_change.h"
#include "procedures/verbs/locked_service.h"
#include "procedures/verbs/point_by_pulses.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { RUNS = INFLUENCE_ARGUMENTS, WANTED_UNCERTAINTY, NOISE, MINIMUM_TIME };

/* Measured errors beyond 5 % are taken for wiring; a closed form may go almost as far. */
#define INHERENT_PERCENT_MAXIMUM 4.5
#define INHERENT_PERCENT_LEAST 1e-6

enum { REFERENCE, CHANGED, CONDITIONS };

struct influence {
	struct verb_load loads[CONDITIONS];
	enum change change;
	double inherent_percent; /* shift that ideal elements in this wiring have */
	struct pulse_plan plans[CONDITIONS];
	struct measured_condition measured[CONDITIONS][LAB_POSITIONS];
	char service[CONDITIONS][LAB_POSITIONS][LOCKED_SERVICE_TEXT];
	char remark[80]; /* of the second stage */
};

/*
 * Both conditions rest on the certified point of the reference condition, also where the
 * certificate has a point near the changed one: what the change does to the standard is its stated
 * influence.
 */
static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct influence *influence)
{
	struct verb_load *reference = &influence->loads[REFERENCE];
	struct verb_load *changed = &influence->loads[CHANGED];
	struct load_point point;
	enum status status = change_find(arguments, &influence->change);

	influence->remark[0] = '\0';
	if (!status) {
		status = load_point_from_arguments(context, arguments, &point);
	}
	if (!status) {
		status = verb_load_from_point(context, &point, reference);
	}
	if (!status) {
		status = change_apply(arguments, influence->change, &point);
	}
	if (!status) {
		status = verb_load_freely(context, &point, LOAD_INFLUENCE | LOAD_UNCERTIFIED,
					  changed);
	}
	if (status) {
		return status;
	}
	changed->certified = reference->certified;
	influence->inherent_percent =
		100 * (form_inherent_error(context->form->wiring, &changed->phasors) -
		       form_inherent_error(context->form->wiring, &reference->phasors));
	for (int i = 0; i < CONDITIONS; i++) {
		influence->plans[i] = (struct pulse_plan){
			.load = &influence->loads[i],
			.wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number,
			.noise_percent = arguments[NOISE].number,
			.minimum_seconds = arguments[MINIMUM_TIME].number,
		};
	}
	return STATUS_OK;
}

static enum status check_power(const struct step_context *context,
			       const struct influence *influence)
{
	for (int i = 0; i < CONDITIONS; i++) {
		if (!(influence->loads[i].watts > 0)) {
			return status_fail(STATUS_BAD_INPUT, "%s carries no active power",
					   influence->loads[i].text);
		}
	}
	if (fabs(influence->inherent_percent) > INHERENT_PERCENT_MAXIMUM) {
		return status_fail(
			STATUS_BAD_INPUT,
			"at %s even ideal elements of form %s are off by %+.1f %%, which "
			"is inherent to the configuration and no test of the meter: "
			"choose another line or a smaller change",
			influence->loads[CHANGED].text, context->form->name,
			influence->inherent_percent);
	}
	return STATUS_OK;
}

static enum status influence_check(const struct step_context *context,
				   const struct step_argument *arguments)
{
	struct influence influence;
	enum status status = prepare(context, arguments, &influence);

	if (!status) {
		status = check_power(context, &influence);
	}
	if (!status && !context->lab->error_calculator) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				     context->lab->name);
	}
	return status;
}

/* ---- measuring ---- */

static enum status read_services(struct step_context *context, struct influence *influence,
				 int condition)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(
			context, i,
			locked_service_read(context, i, influence->service[condition][i]));
	}
	return status;
}

static void keep(struct step_context *context, struct influence *influence, int condition)
{
	struct verb_memory *memory = context->memory;

	memcpy(memory->kept[condition], memory->positions, sizeof(memory->positions));
	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		condition_keep(context, &influence->loads[condition], i,
			       &influence->measured[condition][i]);
	}
}

static enum status measure(struct step_context *context, struct influence *influence, int runs,
			   int condition)
{
	enum status status = apply_and_settle(context, &influence->loads[condition]);

	if (!status) {
		status = measure_in_two_stages(context, &influence->plans[condition], runs);
	}
	if (!status && change_facts_of(influence->change)->shows_in_service) {
		status = read_services(context, influence, condition);
	}
	if (!status) {
		keep(context, influence, condition);
	}
	return status;
}

static enum status measure_again(struct step_context *context, struct influence *influence,
				 int condition)
{
	struct verb_memory *memory = context->memory;
	enum status status = apply_and_settle(context, &influence->loads[condition]);

	memcpy(memory->positions, memory->kept[condition], sizeof(memory->positions));
	if (!status) {
		status = measure_once_more(context, &influence->plans[condition], influence->remark,
					   sizeof(influence->remark));
	}
	if (!status) {
		keep(context, influence, condition);
	}
	return status;
}

/* ---- judging ---- */

static const char *direction_of(const struct influence *influence)
{
	if (influence->change == CHANGE_DIRECTION) {
		return "both";
	}
	return influence->loads[REFERENCE].point.is_received ? "received" : "delivered";
}

static bool is_inherent(const struct influence *influence)
{
	return fabs(influence->inherent_percent) > INHERENT_PERCENT_LEAST;
}

/* Texts that the shift refers to. */
struct shift_texts {
	char remark[300];
	struct limit none;
};

static struct measured_shift shift_of(const struct influence *influence, int index,
				      struct shift_texts *texts)
{
	const struct change_facts *facts = change_facts_of(influence->change);
	const char *fixed = facts->remark ? facts->remark : "";
	bool has_both = *fixed && *influence->remark;
	char inherent[160] = "";

	if (is_inherent(influence)) {
		snprintf(inherent, sizeof(inherent),
			 "inherent to the configuration: ideal elements in this wiring shift by "
			 "%+.3f %%; informative",
			 influence->inherent_percent);
	}
	snprintf(texts->remark, sizeof(texts->remark), "%s%s%s%s", inherent, fixed,
		 has_both ? "; " : "", influence->remark);
	texts->none = (struct limit){
		.has_row = false,
		.document = "closed form of 2 1/2 elements",
		.clause = "(1-r)/(2+r) for a balanced load with leg B at r",
		.provenance = PROVENANCE_READ,
	};
	return (struct measured_shift){
		.index = index,
		.test = facts->test,
		.direction = direction_of(influence),
		.reference = &influence->measured[REFERENCE][index],
		.changed = &influence->measured[CHANGED][index],
		.influence = facts->influence,
		.remark = texts->remark,
		.limit = is_inherent(influence) ? &texts->none : NULL,
	};
}

static enum status is_any_inconclusive(const struct step_context *context,
				       const struct influence *influence, bool *is_any)
{
	enum status status = STATUS_OK;

	*is_any = false;
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct shift_texts texts;
		struct measured_shift shift = shift_of(influence, i, &texts);
		struct judgement judgement;
		status = judge_shift(context, &shift, &judgement);
		*is_any |= !status && judgement.outcome == INCONCLUSIVE;
	}
	return status;
}

static enum status record_service(struct step_context *context, const struct influence *influence,
				  int index)
{
	const char *before = influence->service[REFERENCE][index];
	char what[240];

	snprintf(what, sizeof(what), "service that the meter holds at %s",
		 influence->loads[CHANGED].text);
	if (!*before) {
		return STATUS_OK;
	}
	return record_check(context,
			    &(struct check){.index = index,
					    .test = change_facts_of(influence->change)->test,
					    .what = what,
					    .indicated = influence->service[CHANGED][index],
					    .expected = before});
}

static enum status record_position(struct step_context *context, const struct influence *influence,
				   int index)
{
	struct shift_texts texts;
	struct measured_shift shift = shift_of(influence, index, &texts);
	enum status status = record_shift(context, &shift);

	if (!status && change_facts_of(influence->change)->shows_in_service) {
		status = record_service(context, influence, index);
	}
	return status;
}

/* Why there is nothing to compare; NULL: there is. */
static const char *without_meaning(const struct step_context *context,
				   const struct influence *influence)
{
	/* two voltages in opposition do not turn; those of a network lag by 240 or by 120 degrees
	 */
	if (influence->change == CHANGE_SEQUENCE &&
	    context->form->service == SERVICE_SINGLE_PHASE_3_WIRE) {
		return "its service has no phase sequence";
	}
	if (influence->change == CHANGE_LOST && !influence->loads[CHANGED].point.lost) {
		return "no line can be lost so that its elements see the rest whole";
	}
	return NULL;
}

static enum status run_both(struct step_context *context, struct influence *influence, int runs)
{
	bool is_inconclusive = false;
	enum status status = measure(context, influence, runs, REFERENCE);

	if (!status) {
		status = measure(context, influence, runs, CHANGED);
	}
	if (!status) {
		status = is_any_inconclusive(context, influence, &is_inconclusive);
	}
	if (!status && is_inconclusive) {
		status = measure_again(context, influence, REFERENCE);
	}
	if (!status && is_inconclusive) {
		status = measure_again(context, influence, CHANGED);
	}
	return status;
}

static enum status influence_run(struct step_context *context,
				 const struct step_argument *arguments)
{
	struct influence influence;
	enum status status = prepare(context, arguments, &influence);

	const char *reason = status ? NULL : without_meaning(context, &influence);
	if (reason) {
		return record_note(context, "%s: form %s, %s, nothing to compare",
				   influence.loads[REFERENCE].text, context->form->name, reason);
	}
	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = run_both(context, &influence, (int)arguments[RUNS].number);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, &influence, i);
	}
	return status;
}

const struct step_verb verb_influence = {
	.name = "influence",
	.purpose = "shift of the error when one condition changes against the load of the step",
	.parameters =
		{
			LOAD_PARAMETERS,
			INFLUENCE_PARAMETERS,
			{"runs", PARAMETER_INTEGER, NULL, 2, RUNS_MAXIMUM / 2, "5",
			 "runs of the first stage in each condition"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.0005, 5, "0.01 %",
			 "expanded uncertainty of the random part in each condition"},
			{"noise", PARAMETER_QUANTITY, "%", 0, 5, "0 %",
			 "standard deviation of one second, meter against standard; 0: not known"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 3600, "10 s",
			 "least time of one run"},
		},
	.check = influence_check,
	.run = influence_run,
};
