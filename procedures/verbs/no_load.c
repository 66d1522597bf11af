/*
 * no_load (creep): voltage above the rated one, no current, as long as the limits file's formula
 * says for the rated volts of the step; at most one test pulse. Before and after, a load shows that
 * pulses arrive: silence of a dead pick-up would be taken for a good meter.
 */
#include "procedures/verbs/pulse_watch.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

enum { VOLTS, VOLTS_PERCENT, LEAST_TIME, PROOF_PERCENT };

#define LONGEST_MINUTES 1440.0
/* Two pulses are already one too many. */
#define PULSES_ENOUGH 2

struct no_load {
	struct verb_load load, proof;
	double minutes;
	struct limit time_limit;
};

static void find_time(const struct step_context *context, double rated_volts, double least_minutes,
		      struct no_load *test)
{
	const struct device_form *form = context->form;
	struct limit_question question = {
		.test = "no_load_time",
		.maximum_amperes = form->maximum_amperes,
		.class_amperes = form->class_amperes,
		.volts = rated_volts,
		.elements = (int)ceil(form->wiring->element_count),
		.watt_hours_per_pulse = form->kt_watt_hours,
	};

	limit_find(context->limits, &question, &test->time_limit);
	test->minutes = test->time_limit.has_row
				? fmax(least_minutes, test->time_limit.limit_percent)
				: least_minutes;
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct no_load *test)
{
	struct load_point point = {
		.phases = service_phases(context->form->service),
		.volts = arguments[VOLTS].number,
		.amperes = arguments[PROOF_PERCENT].number / 100 * context->form->maximum_amperes,
		.power_factor = 1,
		.side = POWER_FACTOR_UNITY,
		.hertz = context->device->hertz,
		.single_element = -1,
	};
	enum status status = verb_load_from_point(context, &point, &test->proof);

	if (status) {
		return status;
	}
	find_time(context, point.volts, arguments[LEAST_TIME].number, test);
	point.amperes = 0;
	point.volts *= arguments[VOLTS_PERCENT].number / 100;
	return verb_load_freely(context, &point, LOAD_INFLUENCE, &test->load);
}

static enum status no_load_check(const struct step_context *context,
				 const struct step_argument *arguments)
{
	struct no_load test;
	enum status status = prepare(context, arguments, &test);

	if (!status && !context->lab->error_calculator) {
		return status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				   context->lab->name);
	}
	if (!status && !(test.minutes <= LONGEST_MINUTES)) {
		return status_fail(STATUS_BAD_INPUT,
				   "the limits ask for %.4g min without load (%s), more than a "
				   "day: check the row and the constant of form %s",
				   test.minutes, test.time_limit.document, context->form->name);
	}
	return status;
}

static enum status record_position(struct step_context *context, const struct no_load *test,
				   int index, const struct pulse_sighting *sighting)
{
	const struct limit *time = &test->time_limit;
	char what[120], remark[360];

	snprintf(what, sizeof(what), "test pulses at %.6g V without current",
		 test->load.point.volts);
	snprintf(remark, sizeof(remark),
		 "watched %.4g min%s, time from %s%s%s; before and after, the pick-up showed "
		 "pulses at %s",
		 test->minutes,
		 sighting->pulses >= PULSES_ENOUGH ? " at most, ended by a pulse" : "",
		 time->has_row ? time->document : "the step, no row in the limits",
		 time->has_row ? ", " : "", time->has_row ? provenance_name(time->provenance) : "",
		 test->proof.text);
	return record_value(context, &(struct measured_value){.index = index,
							      .test = "no_load",
							      .what = what,
							      .load = &test->load,
							      .value = sighting->pulses,
							      .unit = "pulses",
							      .remark = remark});
}

static enum status no_load_run(struct step_context *context, const struct step_argument *arguments)
{
	struct no_load test;
	struct pulse_sighting sightings[LAB_POSITIONS];
	enum status status = prepare(context, arguments, &test);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = prove_pick_up(context, &test.proof);
	}
	if (!status) {
		status = apply_and_settle(context, &test.load);
	}
	if (!status) {
		report_progress(context, "%s: %.4g min without load", test.load.text, test.minutes);
		status = watch_pulses(context, PULSES_ENOUGH, 60 * test.minutes, 60 * test.minutes,
				      sightings);
	}
	if (!status) {
		status = prove_pick_up(context, &test.proof);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, &test, i, &sightings[i]);
	}
	return status;
}

const struct step_verb verb_no_load = {
	.name = "no_load",
	.purpose = "creep: voltage without current, at most one test pulse",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, NULL,
			 "rated volts per leg, from which the time follows"},
			{"volts_percent", PARAMETER_QUANTITY, "%", 80, 120, "115 %",
			 "voltage of the test in per cent of the rated volts"},
			{"least_time", PARAMETER_QUANTITY, "min", 0.1, 1440, "20 min",
			 "least time; the limits may ask for more"},
			{"proof_percent", PARAMETER_QUANTITY, "%", 1, 100, "25 %",
			 "current in per cent of the maximum at which the pick-up is proven"},
		},
	.check = no_load_check,
	.run = no_load_run,
};
