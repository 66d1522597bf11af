/*
 * influence: how far the error of indication moves when one condition changes: voltage, frequency,
 * phase sequence, one element instead of all, direction of energy. Both conditions are measured in
 * the same step with the same standard, so that its calibration cancels (shift.h). Which condition
 * changes decides which test of the limits file it is.
 */
#include "procedures/verbs/pulse_measurement.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	VOLTS_TO = LOAD_ARGUMENTS,
	HERTZ_TO,
	SEQUENCE_TO,
	ELEMENT_TO,
	DIRECTION_TO,
	RUNS,
	WANTED_UNCERTAINTY,
	NOISE,
	MINIMUM_TIME
};

enum change {
	CHANGE_VOLTS,
	CHANGE_HERTZ,
	CHANGE_SEQUENCE,
	CHANGE_ELEMENT,
	CHANGE_DIRECTION,
	CHANGES
};

static const struct {
	const char *test;
	enum standard_influence influence;
	const char *remark;
} changes[CHANGES] = {
	[CHANGE_VOLTS] = {"voltage_variation", INFLUENCE_VOLTAGE, NULL},
	[CHANGE_HERTZ] = {"frequency_variation", INFLUENCE_FREQUENCY, NULL},
	[CHANGE_SEQUENCE] = {"phase_sequence", INFLUENCE_PHASE_SEQUENCE, NULL},
	[CHANGE_ELEMENT] = {"element_difference", INFLUENCE_UNBALANCE, NULL},
	[CHANGE_DIRECTION] = {"direction_difference", INFLUENCE_NONE,
			      "what the standard itself makes of a reversed current is not stated "
			      "by its certificate and not included"},
};

struct influence {
	struct verb_load reference, changed;
	enum change change;
};

static enum status change_sequence(const char *text, struct load_point *point)
{
	if (strcmp(text, "CBA") != 0) {
		return status_fail(STATUS_BAD_INPUT, "sequence_to=\"%s\" is neither same nor CBA",
				   text);
	}
	point->sequence = PHASE_SEQUENCE_CBA;
	return STATUS_OK;
}

static enum status change_element(const char *text, struct load_point *point)
{
	static const char letters[] = "ABC";

	if (strlen(text) != 1 || !strchr(letters, text[0])) {
		return status_fail(STATUS_BAD_INPUT,
				   "element_to=\"%s\" is none of same, A, B and C", text);
	}
	point->single_element = (int)(strchr(letters, text[0]) - letters);
	return STATUS_OK;
}

static enum status change_direction(const char *text, struct load_point *point)
{
	bool is_received = !strcmp(text, "received");

	if (!is_received && strcmp(text, "delivered") != 0) {
		return status_fail(STATUS_BAD_INPUT,
				   "direction_to=\"%s\" is none of same, delivered and received",
				   text);
	}
	if (is_received == point->is_received) {
		return status_fail(STATUS_BAD_INPUT,
				   "direction_to=\"%s\" is the direction that the load has already",
				   text);
	}
	point->is_received = is_received;
	return STATUS_OK;
}

static enum status apply_change(const struct step_argument *arguments, enum change change,
				struct load_point *point)
{
	switch (change) {
	case CHANGE_VOLTS:
		point->volts *= arguments[VOLTS_TO].number / 100;
		return STATUS_OK;
	case CHANGE_HERTZ:
		point->hertz *= arguments[HERTZ_TO].number / 100;
		return STATUS_OK;
	case CHANGE_SEQUENCE:
		return change_sequence(arguments[SEQUENCE_TO].text, point);
	case CHANGE_ELEMENT:
		return change_element(arguments[ELEMENT_TO].text, point);
	case CHANGE_DIRECTION:
		return change_direction(arguments[DIRECTION_TO].text, point);
	case CHANGES:
		break;
	}
	return STATUS_OK;
}

static enum status find_change(const struct step_argument *arguments, enum change *change)
{
	const bool is_changed[CHANGES] = {
		[CHANGE_VOLTS] = arguments[VOLTS_TO].number != 100,
		[CHANGE_HERTZ] = arguments[HERTZ_TO].number != 100,
		[CHANGE_SEQUENCE] = strcmp(arguments[SEQUENCE_TO].text, "same") != 0,
		[CHANGE_ELEMENT] = strcmp(arguments[ELEMENT_TO].text, "same") != 0,
		[CHANGE_DIRECTION] = strcmp(arguments[DIRECTION_TO].text, "same") != 0,
	};
	int count = 0;

	for (int i = 0; i < CHANGES; i++) {
		if (is_changed[i]) {
			*change = (enum change)i;
			count++;
		}
	}
	if (count == 1) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT,
			   "%d conditions change; exactly one of volts_to, hertz_to, sequence_to, "
			   "element_to and direction_to has to differ from the reference",
			   count);
}

/*
 * Both conditions rest on the certified point of the reference condition, also where the
 * certificate has a point near the changed one: what the change does to the standard is its stated
 * influence.
 */
static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct influence *influence)
{
	struct load_point point;
	enum status status = find_change(arguments, &influence->change);

	if (!status) {
		status = load_point_from_arguments(context, arguments, &point);
	}
	if (!status) {
		status = verb_load_from_point(context, &point, &influence->reference);
	}
	if (!status) {
		status = apply_change(arguments, influence->change, &point);
	}
	if (!status) {
		status = verb_load_freely(context, &point, LOAD_INFLUENCE | LOAD_UNCERTIFIED,
					  &influence->changed);
	}
	influence->changed.certified = influence->reference.certified;
	return status;
}

static enum status influence_check(const struct step_context *context,
				   const struct step_argument *arguments)
{
	struct influence influence;
	enum status status = prepare(context, arguments, &influence);

	if (!status && !(influence.reference.watts > 0 && influence.changed.watts > 0)) {
		status = status_fail(STATUS_BAD_INPUT, "%s carries no active power",
				     influence.reference.watts > 0 ? influence.changed.text
								   : influence.reference.text);
	}
	if (!status && !context->lab->error_calculator) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				     context->lab->name);
	}
	return status;
}

static enum status measure(struct step_context *context, const struct step_argument *arguments,
			   const struct verb_load *load,
			   struct measured_condition conditions[LAB_POSITIONS])
{
	struct pulse_plan plan = {
		.load = load,
		.wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number,
		.noise_percent = arguments[NOISE].number,
		.minimum_seconds = arguments[MINIMUM_TIME].number,
	};
	enum status status = apply_and_settle(context, load);

	if (!status) {
		status = measure_in_two_stages(context, &plan, (int)arguments[RUNS].number);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		condition_keep(context, load, i, &conditions[i]);
	}
	return status;
}

/* Two voltages in opposition do not turn; those of a network lag by 240 or by 120 degrees. */
static bool is_without_meaning(const struct step_context *context,
			       const struct influence *influence)
{
	return influence->change == CHANGE_SEQUENCE &&
	       context->form->service == SERVICE_SINGLE_PHASE_3_WIRE;
}

static const char *direction_of(const struct influence *influence)
{
	if (influence->change == CHANGE_DIRECTION) {
		return "both";
	}
	return influence->reference.point.is_received ? "received" : "delivered";
}

static enum status influence_run(struct step_context *context,
				 const struct step_argument *arguments)
{
	struct influence influence;
	struct measured_condition reference[LAB_POSITIONS];
	struct measured_condition changed[LAB_POSITIONS];
	enum status status = prepare(context, arguments, &influence);

	if (!status && is_without_meaning(context, &influence)) {
		return record_note(context,
				   "%s: the service of form %s has no phase sequence, nothing to "
				   "compare",
				   influence.reference.text, context->form->name);
	}
	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = measure(context, arguments, &influence.reference, reference);
	}
	if (!status) {
		status = measure(context, arguments, &influence.changed, changed);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_shift(context,
				      &(struct measured_shift){
					      .index = i,
					      .test = changes[influence.change].test,
					      .direction = direction_of(&influence),
					      .reference = &reference[i],
					      .changed = &changed[i],
					      .influence = changes[influence.change].influence,
					      .remark = changes[influence.change].remark,
				      });
	}
	return status;
}

const struct step_verb verb_influence = {
	.name = "influence",
	.purpose = "shift of the error when one condition changes against the load of the step",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"volts_to", PARAMETER_QUANTITY, "%", 80, 120, "100 %",
			 "changed voltage in per cent of the load's"},
			{"hertz_to", PARAMETER_QUANTITY, "%", 95, 105, "100 %",
			 "changed frequency in per cent of the load's"},
			{"sequence_to", PARAMETER_TEXT, NULL, 0, 0, "same", "same or CBA"},
			{"element_to", PARAMETER_TEXT, NULL, 0, 0, "same",
			 "same, or A, B or C alone in the current"},
			{"direction_to", PARAMETER_TEXT, NULL, 0, 0, "same",
			 "same, delivered or received"},
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
