/*
 * detent: energy at a load that turns one element backwards. A detent belongs to the sum of the
 * elements; one in each element registers too much (Measurement Canada's page on meters with a
 * detent feature). So much that an error is no sign of a wrong constant here: the step first proves
 * pick-up and constant at power factor 1 and then judges whatever comes, by pulses and by register.
 */
#include "procedures/verbs/point_by_pulses.h"
#include "procedures/verbs/pulse_watch.h"
#include "procedures/verbs/register_dose.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "procedures/error_of_indication.h"

enum { SEQUENCE = LOAD_ARGUMENTS, RUNS, WANTED_UNCERTAINTY, MINIMUM_TIME, REGISTER_UNCERTAINTY };

/* Two pulses, each within so many of its expected periods. */
#define PI 3.14159265358979323846
#define PULSES_EXPECTED 2
#define PERIODS_ALLOWED 1.5
#define LEAST_PATIENCE_SECONDS 5.0
/* Less than this part of the load's power is no element that turns backwards. */
#define BACKWARDS_RELATIVE 1e-6

struct detent {
	struct verb_load proof;
	struct register_dose dose; /* holds the load */
	struct pulse_sighting sightings[LAB_POSITIONS];
	struct meter_registers before[LAB_POSITIONS], after[LAB_POSITIONS];
};

static enum status read_sequence(const char *text, enum phase_sequence *sequence)
{
	*sequence = strcmp(text, "CBA") != 0 ? PHASE_SEQUENCE_ABC : PHASE_SEQUENCE_CBA;
	if (*sequence == PHASE_SEQUENCE_CBA || !strcmp(text, "ABC")) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT, "sequence=\"%s\" is neither ABC nor CBA", text);
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct detent *detent)
{
	struct load_point point;
	enum status status = load_point_from_arguments(context, arguments, &point);

	if (!status) {
		status = read_sequence(arguments[SEQUENCE].text, &point.sequence);
	}
	if (!status) {
		status = verb_load_from_point(context, &point, &detent->dose.load);
	}
	if (!status) {
		point.power_factor = 1;
		point.side = POWER_FACTOR_UNITY;
		point.single_element = -1;
		point.is_line_to_line = false;
		status = verb_load_from_point(context, &point, &detent->proof);
	}
	return status;
}

static enum status detent_check(const struct step_context *context,
				const struct step_argument *arguments)
{
	struct detent detent = {.proof = {.watts = 0}};
	enum status status = prepare(context, arguments, &detent);

	if (!status && !(detent.dose.load.watts > 0)) {
		status = status_fail(STATUS_BAD_INPUT, "%s carries no active power",
				     detent.dose.load.text);
	}
	if (!status && !context->lab->error_calculator) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				     context->lab->name);
	}
	if (!status && !context->lab->energy_dose) {
		status = status_fail(STATUS_BAD_INPUT,
				     "lab %s has no instrument that gives an energy dose",
				     context->lab->name);
	}
	return status;
}

/* Power of one element pulses through zero, so there a detent per sample would show; a load of
 * several elements needs one that turns backwards as a whole. */
static bool has_meaning(const struct form *form, const struct verb_load *load)
{
	double total = three_phase_watts(&load->phasors);

	if (load->point.side == POWER_FACTOR_UNITY) {
		return false;
	}
	for (int stator = 0; stator < form->wiring_count; stator++) {
		double part = form_stator_watts(form, stator, &load->phasors) / total;
		if (part < -BACKWARDS_RELATIVE) {
			return true;
		}
	}
	return load->point.single_element >= 0 || form->wiring_count == 1;
}

/* ---- pulses ---- */

static bool is_silent(const struct detent *detent, int index)
{
	return detent->sightings[index].pulses < PULSES_EXPECTED;
}

static bool is_any_silent(const struct step_context *context, const struct detent *detent)
{
	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		if (is_silent(detent, i)) {
			return true;
		}
	}
	return false;
}

static double patience_of(const struct step_context *context, const struct detent *detent)
{
	double period = 3600 * context->form->kt_watt_hours / detent->dose.load.watts;

	return fmax(PERIODS_ALLOWED * period, LEAST_PATIENCE_SECONDS);
}

/* Only after the pick-up has shown pulses once more. */
static enum status record_silence(struct step_context *context, const struct detent *detent)
{
	char what[200], indicated[120], remark[240];
	enum status status = prove_pick_up(context, &detent->proof);

	snprintf(what, sizeof(what), "test pulses at %s", detent->dose.load.text);
	snprintf(indicated, sizeof(indicated), "pulses stayed away for %.1f s",
		 patience_of(context, detent));
	snprintf(remark, sizeof(remark), "before and after, the pick-up showed pulses at %s",
		 detent->proof.text);
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		if (is_silent(detent, i)) {
			status = record_check(context,
					      &(struct check){.index = i,
							      .test = "detent",
							      .what = what,
							      .indicated = indicated,
							      .expected = "test pulses in time",
							      .remark = remark});
		}
	}
	return status;
}

static enum status judge_pulses(struct step_context *context, struct detent *detent,
				const struct step_argument *arguments)
{
	double patience = patience_of(context, detent);
	struct pulse_plan plan = {
		.load = &detent->dose.load,
		.wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number,
		.minimum_seconds = arguments[MINIMUM_TIME].number,
		.is_side_proven = true,
	};
	enum status status = prove_pick_up(context, &detent->proof);

	if (!status) {
		status = apply_and_settle(context, &detent->dose.load);
	}
	if (!status) {
		status = watch_pulses(context, PULSES_EXPECTED, patience,
				      PULSES_EXPECTED * patience, detent->sightings);
	}
	if (status) {
		return status;
	}
	return is_any_silent(context, detent)
		       ? record_silence(context, detent)
		       : point_by_pulses(context, &plan, (int)arguments[RUNS].number, "detent");
}

/* ---- registers ---- */

/*
 * The energy that swings between source and load twice a cycle: the integral of S cos(2 w t) goes
 * over S / (2 pi f). Where the load is switched on and off, that may have truly flowed the other
 * way.
 */
static double swing_watt_hours(const struct verb_load *load)
{
	const struct three_phase *phasors = &load->phasors;
	double volt_amperes = 0;

	for (int i = 0; i < 3; i++) {
		volt_amperes += phasors->volts[i].rms * phasors->amperes[i].rms;
	}
	return 2 * volt_amperes / (2 * PI * phasors->hertz) / 3600;
}

static enum status record_register(struct step_context *context, const struct detent *detent,
				   int index)
{
	const struct register_dose *dose = &detent->dose;
	const struct meter_registers *before = &detent->before[index];
	const struct meter_registers *after = &detent->after[index];
	bool is_received = dose->load.point.is_received;
	int64_t delivered = after->delivered - before->delivered;
	int64_t received = after->received - before->received;
	int64_t other = is_received ? delivered : received;
	double swing = swing_watt_hours(&dose->load);
	double registered =
		(double)(is_received ? received : delivered) * after->watt_hours_per_count;
	char remark[200];
	struct measured measured = {
		.index = index,
		.test = "detent",
		.direction = is_received ? "received" : "delivered",
		.load = &dose->load,
		.runs = 1,
		.error_percent = error_by_register_percent(registered, dose->watt_hours,
							   dose->load.certified.error_percent),
		.remark = remark,
		.is_wrong = other < 0 || (double)other * after->watt_hours_per_count > swing,
	};

	snprintf(remark, sizeof(remark),
		 "by the register; the %s register changed by %lld counts (%.3g Wh swing at "
		 "switching "
		 "on and off)",
		 is_received ? "delivered" : "received", (long long)other, swing);
	enum status status = budget_add_standard(context, &dose->load, &measured.budget);
	if (status) {
		return status;
	}
	budget_add_counting(&measured.budget, dose->resolution_watt_hours, dose->watt_hours);
	budget_add(&measured.budget, "register_resolution", DISTRIBUTION_TRIANGULAR,
		   100 * after->watt_hours_per_count / dose->watt_hours, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_result(context, &measured);
}

static enum status judge_registers(struct step_context *context, struct detent *detent,
				   const struct step_argument *arguments)
{
	struct register_dose *dose = &detent->dose;
	enum status status = dose_prepare(context, &dose->load);

	if (!status) {
		status = register_dose_read(context, "before", detent->before);
	}
	if (!status) {
		register_dose_choose(context, arguments[REGISTER_UNCERTAINTY].number,
				     2 * arguments[MINIMUM_TIME].number, detent->before, dose);
		status = register_dose_measure(context, dose);
	}
	if (!status) {
		status = register_dose_read(context, "after", detent->after);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = register_dose_record(context, dose, i);
		if (!status) {
			status = record_register(context, detent, i);
		}
	}
	return status;
}

static enum status detent_run(struct step_context *context, const struct step_argument *arguments)
{
	struct detent detent = {.proof = {.watts = 0}};
	enum status status = prepare(context, arguments, &detent);

	if (status) {
		return status;
	}
	if (!has_meaning(context->form->wiring, &detent.dose.load)) {
		return record_note(context,
				   "%s: no element of form %s turns backwards, a detent has "
				   "nothing to act on",
				   detent.dose.load.text, context->form->name);
	}
	status = require_identified(context);
	if (!status) {
		status = judge_pulses(context, &detent, arguments);
	}
	return status ? status : judge_registers(context, &detent, arguments);
}

const struct step_verb verb_detent = {
	.name = "detent",
	.purpose = "error by pulses and register at a load that turns one element backwards",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"sequence", PARAMETER_TEXT, NULL, 0, 0, "ABC", "ABC or CBA"},
			{"runs", PARAMETER_INTEGER, NULL, 2, RUNS_MAXIMUM / 2, "5",
			 "runs of the first stage"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.0005, 5, "0.05 %",
			 "expanded uncertainty of the random part"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 3600, "5 s",
			 "least time of one run; the dose takes twice as long at least"},
			{"register_uncertainty", PARAMETER_QUANTITY, "%", 0.001, 5, "0.05 %",
			 "expanded uncertainty of the registers' resolution, which chooses the "
			 "dose"},
		},
	.check = detent_check,
	.run = detent_run,
};
