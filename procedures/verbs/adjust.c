/*
 * adjust: the manufacturer's adjustment of a fresh meter, element by element: as found at PF 1 and
 * 0.5 lagging, gain and delay in closed form, written through the factory's session, as left. Not a
 * test: nothing is judged.
 */
#include "procedures/verbs/pulse_measurement.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>

enum { VOLTS, RUNS, WANTED_UNCERTAINTY, MINIMUM_TIME };
enum { UNITY, LAGGING, POWER_FACTORS };

/* What the meter's table takes. */
#define GAIN_PPB_MAXIMUM 50000000.0
#define DELAY_NS_MAXIMUM 60000.0
#define DEGREES_PER_RADIAN 57.295779513082320877
#define TANGENT_60_DEGREES 1.7320508075688772935

/* Errors in per cent. */
struct adjustment_errors {
	double percent[LAB_POSITIONS][METER_ELEMENTS][POWER_FACTORS];
};

/*
 * The next element from `element` on that has a current circuit, -1 after the last. Elements of 2
 * 1/2-element meters are their current circuits: B alone is seen by both stators, which add up to
 * its true power while the three voltages add up to zero.
 */
static int next_element(const struct form *wiring, int element)
{
	for (; element < METER_ELEMENTS; element++) {
		for (int stator = 0; stator < wiring->wiring_count; stator++) {
			if (wiring->wiring[stator].amperes[element]) {
				return element;
			}
		}
	}
	return -1;
}

static enum status element_load(const struct step_context *context,
				const struct step_argument *arguments, int element,
				int power_factor, struct verb_load *load)
{
	struct load_point point = {
		.phases = service_phases(context->form->service),
		.volts = arguments[VOLTS].number,
		.amperes = context->form->test_amperes,
		.power_factor = power_factor == UNITY ? 1 : 0.5,
		.side = power_factor == UNITY ? POWER_FACTOR_UNITY : POWER_FACTOR_LAGGING,
		.hertz = context->device->hertz,
		.single_element = element,
	};

	return verb_load_from_point(context, &point, load);
}

static enum status adjust_check(const struct step_context *context,
				const struct step_argument *arguments)
{
	const struct form *wiring = context->form->wiring;
	enum status status = STATUS_OK;

	for (int element = next_element(wiring, 0); !status && element >= 0;
	     element = next_element(wiring, element + 1)) {
		struct verb_load load;
		status = element_load(context, arguments, element, UNITY, &load);
		if (!status) {
			status = element_load(context, arguments, element, LAGGING, &load);
		}
	}
	if (!status && !context->lab->error_calculator) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				     context->lab->name);
	}
	return status;
}

static enum status measure_load(struct step_context *context, const struct step_argument *arguments,
				int element, int power_factor, struct adjustment_errors *errors)
{
	struct verb_memory *memory = context->memory;
	struct verb_load load;
	enum status status = element_load(context, arguments, element, power_factor, &load);
	struct pulse_plan plan = {
		.load = &load,
		.wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number,
		.minimum_seconds = arguments[MINIMUM_TIME].number,
	};

	if (!status) {
		status = apply_and_settle(context, &load);
	}
	if (!status) {
		status = measure_by_pulses(context, &plan, (int)arguments[RUNS].number);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		double deviation;
		runs_mean(&memory->positions[i], &errors->percent[i][element][power_factor],
			  &deviation);
	}
	return status;
}

static enum status measure_all(struct step_context *context, const struct step_argument *arguments,
			       struct adjustment_errors *errors)
{
	const struct form *wiring = context->form->wiring;
	enum status status = STATUS_OK;

	for (int element = next_element(wiring, 0); !status && element >= 0;
	     element = next_element(wiring, element + 1)) {
		for (int power_factor = UNITY; !status && power_factor < POWER_FACTORS;
		     power_factor++) {
			status = measure_load(context, arguments, element, power_factor, errors);
		}
	}
	return status;
}

/*
 * With gain g and extra lag d of the current, 1 + e(phi) = g cos(phi + d) / cos(phi). At PF 1 that
 * is g cos d, at 60 degrees g cos d - tan(60) g sin d; so both parts follow without approximation.
 * |d| is small: the series of the arc tangent ends at the fifth power (error below 1e-9 for 3
 * degrees).
 */
static void solve(double unity_percent, double lagging_percent, double *gain, double *degrees)
{
	double g_cos = 1 + unity_percent / 100;
	double g_sin = (unity_percent - lagging_percent) / 100 / TANGENT_60_DEGREES;
	double tangent = g_sin / g_cos;
	double square = tangent * tangent;

	*gain = sqrt(g_cos * g_cos + g_sin * g_sin);
	*degrees = tangent * (1 - square / 3 + square * square / 5) * DEGREES_PER_RADIAN;
}

/* Corrections come on top of what the meter already has. */
static enum status correct(const struct step_context *context, int index, int element,
			   const struct adjustment_errors *found,
			   struct element_adjustment *adjustment)
{
	const double *percent = found->percent[index][element];
	double gain;
	double degrees;

	solve(percent[UNITY], percent[LAGGING], &gain, &degrees);
	double gain_ppb = ((1 + adjustment->gain_ppb * 1e-9) / gain - 1) * 1e9;
	double delay_ns = adjustment->delay_ns + degrees / 360 / context->device->hertz * 1e9;
	if (!(fabs(gain_ppb) <= GAIN_PPB_MAXIMUM && fabs(delay_ns) <= DELAY_NS_MAXIMUM)) {
		return status_fail(
			STATUS_LIMIT,
			"position %d element %c: a gain of %.0f ppb and a delay of %.0f ns would "
			"be needed; the "
			"meter takes %.0f ppb and %.0f ns: check its current path and the wiring",
			context->lab->positions[index].number, 'A' + element, gain_ppb, delay_ns,
			GAIN_PPB_MAXIMUM, DELAY_NS_MAXIMUM);
	}
	adjustment->gain_ppb = (int32_t)lround(gain_ppb);
	adjustment->delay_ns = (int32_t)lround(delay_ns);
	return STATUS_OK;
}

static enum status adjust_position(struct step_context *context, int index,
				   const struct adjustment_errors *found,
				   struct meter_adjustment *adjustment)
{
	const struct form *wiring = context->form->wiring;
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_FACTORY, &client);

	if (!status) {
		status = meter_client_read_adjustment(client, adjustment);
	}
	for (int element = next_element(wiring, 0); !status && element >= 0;
	     element = next_element(wiring, element + 1)) {
		status = correct(context, index, element, found, &adjustment->element[element]);
	}
	if (!status) {
		status = record_request(context, "write adjustment of position %d",
					context->lab->positions[index].number);
	}
	if (!status) {
		status = meter_client_write_adjustment(client, adjustment);
	}
	return session_end(client, status);
}

static enum status record_element(struct step_context *context, int index, int element,
				  const struct element_adjustment *adjustment, const double *found,
				  const double *left)
{
	struct record_draft draft;
	const char name[2] = {(char)('A' + element), '\0'};

	entry_begin(context, &draft, "adjustment", context->lab->positions[index].number);
	record_draft_text(&draft, "element", name);
	record_draft_integer(&draft, "gain_ppb", adjustment->gain_ppb);
	record_draft_integer(&draft, "delay_ns", adjustment->delay_ns);
	record_draft_number(&draft, "as_found_percent_unity", found[UNITY]);
	record_draft_number(&draft, "as_found_percent_lagging", found[LAGGING]);
	record_draft_number(&draft, "as_left_percent_unity", left[UNITY]);
	record_draft_number(&draft, "as_left_percent_lagging", left[LAGGING]);
	return entry_add(context, &draft);
}

static enum status record_all(struct step_context *context,
			      const struct meter_adjustment *adjustments,
			      const struct adjustment_errors *found,
			      const struct adjustment_errors *left)
{
	const struct form *wiring = context->form->wiring;
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		for (int element = next_element(wiring, 0); !status && element >= 0;
		     element = next_element(wiring, element + 1)) {
			status = record_element(
				context, i, element, &adjustments[i].element[element],
				found->percent[i][element], left->percent[i][element]);
		}
	}
	return status;
}

static enum status adjust_run(struct step_context *context, const struct step_argument *arguments)
{
	struct adjustment_errors found = {{{{0}}}};
	struct adjustment_errors left = {{{{0}}}};
	struct meter_adjustment adjustments[LAB_POSITIONS];
	enum status status = require_identified(context);

	if (!status) {
		status = measure_all(context, arguments, &found);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i,
					 adjust_position(context, i, &found, &adjustments[i]));
	}
	if (!status) {
		status = measure_all(context, arguments, &left);
	}
	/* what was registered with the old adjustment cannot be told apart */
	ledger_restart(&((struct verb_memory *)context->memory)->ledger);
	return status ? status : record_all(context, adjustments, &found, &left);
}

const struct step_verb verb_adjust = {
	.name = "adjust",
	.purpose = "adjusts gain and phase of every element of a fresh meter (a manufacturer's "
		   "step, not a test)",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$highest_volts V",
			 "volts per leg"},
			{"runs", PARAMETER_INTEGER, NULL, 2, RUNS_MAXIMUM / 2, "2",
			 "runs per point"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.0005, 5, "0.01 %",
			 "expanded uncertainty for which the number of pulses is chosen"},
			{"minimum_time", PARAMETER_QUANTITY, "s", 0, 3600, "5 s",
			 "least time of one run"},
		},
	.is_programming = true,
	.check = adjust_check,
	.run = adjust_run,
};
