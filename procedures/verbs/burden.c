/*
 * burden: what the voltage circuits and the supply of one meter take, bare or with the module that
 * is in it, by a wattmeter in the voltage circuit of that position. The notice gives volt-amperes
 * without a voltage, so that the figure has to hold at every rated voltage; it is printed with two
 * digits, so that what would be printed alike is within it. From the same indications: how far the
 * burden of all positions moves the bench.
 */
#include "procedures/verbs/module_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	VOLTS,
	POSITION,
	READINGS,
	RELATIVE_UNCERTAINTY,
	LEAST_UNCERTAINTY,
	DECLARED_REQUIREMENT,
	EFFECT_REQUIREMENT
};

#define READINGS_MAXIMUM 20
#define RANGE_TRIES 4
/* Room in the range above what is declared. */
#define RANGE_MARGIN 1.5
/* Where nothing is shown in the range for the declared burden. */
#define SMALL_RANGE 0.01
#define VOLTS_MARGIN 1.05
#define RANGE_STEP 4.0
#define EFFECT_LIMIT_PERCENT 0.05
/* tan(60 degrees): an angle acts so much on the power at power factor 0.5. */
#define ROOT_OF_THREE 1.7320508075688772935

struct phase_burden {
	double volts, amperes, watts, vars, volt_amperes;
};

struct burden {
	struct verb_load load;
	const struct device_burden *declared;
	int index;
	int readings;
	double sums[READINGS_MAXIMUM]; /* volt-amperes of all phases, reading by reading */
	struct phase_burden phases[3]; /* means */
	double watts, vars, volt_amperes, deviation;
};

static const struct device_burden *declared_burden(const struct step_context *context)
{
	return context->module && context->module->burden.volt_amperes > 0
		       ? &context->module->burden
		       : &context->device->burden;
}

static int index_of_position(const struct step_context *context, int number)
{
	for (int i = 0; i < context->lab->position_count; i++) {
		if (context->lab->positions[i].number == number) {
			return i;
		}
	}
	return -1;
}

/* 20 meters of 53 VA are more than many a voltage source can feed. */
static enum status check_source(const struct step_context *context, double volt_amperes)
{
	const struct lab *lab = context->lab;
	double all = volt_amperes * lab->position_count;

	if (lab->wiring.is_stated && all > lab->wiring.source_volt_amperes) {
		return status_fail(STATUS_LIMIT,
				   "%d meters of %g VA are %g VA, more than the %g VA that the "
				   "source of lab %s can feed; take meters out",
				   lab->position_count, volt_amperes, all,
				   lab->wiring.source_volt_amperes, lab->name);
	}
	return STATUS_OK;
}

static enum status burden_check(const struct step_context *context,
				const struct step_argument *arguments)
{
	struct verb_load load;

	if (!context->lab->burden_meter) {
		return status_fail(STATUS_BAD_INPUT,
				   "lab %s has no burden_meter, a wattmeter in the voltage circuit",
				   context->lab->name);
	}
	if (index_of_position(context, (int)arguments[POSITION].number) < 0) {
		return status_fail(STATUS_BAD_INPUT, "lab %s has no position %d",
				   context->lab->name, (int)arguments[POSITION].number);
	}
	if (!(declared_burden(context)->volt_amperes > 0)) {
		return status_fail(STATUS_BAD_INPUT, "device file %s states no burden",
				   context->device->id);
	}
	enum status status = check_source(context, declared_burden(context)->volt_amperes);

	return status ? status : supply_point(context, arguments[VOLTS].number, &load);
}

/* ---- measuring ---- */

static enum status record_indication(struct step_context *context, const struct burden *burden,
				     int phase, const struct burden_indication *indication)
{
	static const char *const names[] = {"A", "B", "C"};
	struct record_draft draft;

	entry_begin(context, &draft, "burden", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[burden->index].number);
	record_draft_text(&draft, "phase", names[phase]);
	record_draft_number(&draft, "volts", indication->volts);
	record_draft_number(&draft, "amperes", indication->amperes);
	record_draft_number(&draft, "watts", indication->watts);
	record_draft_number(&draft, "volt_amperes", indication->volt_amperes);
	record_draft_number(&draft, "vars", indication->vars);
	return entry_add(context, &draft);
}

/* A wattmeter whose own figures contradict each other, or that hangs elsewhere, measures nothing.
 */
static enum status check_indication(struct step_context *context, const struct burden *burden,
				    int phase, const struct burden_indication *indication)
{
	double expected = burden->load.phasors.volts[phase].rms;
	double product = indication->volts * indication->amperes;

	if (!(fabs(indication->volts - expected) <= 0.05 * expected)) {
		return status_fail(STATUS_PROTOCOL,
				   "burden meter %s shows %.5g V on phase %c where %.5g V are "
				   "applied; check its wiring",
				   context->lab->burden_meter->name, indication->volts, 'A' + phase,
				   expected);
	}
	if (!(fabs(indication->volt_amperes - product) <= 0.02 * product + 0.01)) {
		return status_fail(STATUS_PROTOCOL,
				   "burden meter %s shows %.4g VA on phase %c, but %.5g V and %.4g "
				   "A; check its settings",
				   context->lab->burden_meter->name, indication->volt_amperes,
				   'A' + phase, indication->volts, indication->amperes);
	}
	return STATUS_OK;
}

static double largest_volts(const struct verb_load *load)
{
	double volts = 0;

	for (int phase = 0; phase < 3; phase++) {
		volts = fmax(volts, load->phasors.volts[phase].rms);
	}
	return volts;
}

static enum status read_once(struct step_context *context, const struct burden *burden, int phase,
			     struct burden_indication *indication)
{
	struct instrument *meter = context->lab->burden_meter;
	enum status status = meter->burden_meter->read(meter, phase, indication);

	return status ? status : check_indication(context, burden, phase, indication);
}

/* Sets a range that holds `amperes`, or as often as it turns out too small a larger one, and reads
 * once. */
static enum status find_range(struct step_context *context, const struct burden *burden, int phase,
			      double amperes, struct burden_indication *indication)
{
	struct instrument *meter = context->lab->burden_meter;
	enum status status = STATUS_LIMIT;

	for (int i = 0; status == STATUS_LIMIT && i < RANGE_TRIES; i++) {
		status = meter->burden_meter->set_range(
			meter, VOLTS_MARGIN * largest_volts(&burden->load), amperes);
		if (!status) {
			status = read_once(context, burden, phase, indication);
		}
		amperes *= RANGE_STEP;
	}
	return status;
}

static enum status read_phase(struct step_context *context, struct burden *burden, int phase)
{
	struct phase_burden *mean = &burden->phases[phase];
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < burden->readings; i++) {
		struct burden_indication indication;

		status = read_once(context, burden, phase, &indication);
		if (!status) {
			status = record_indication(context, burden, phase, &indication);
		}
		burden->sums[i] += indication.volt_amperes;
		mean->volts += indication.volts / burden->readings;
		mean->amperes += indication.amperes / burden->readings;
		mean->watts += indication.watts / burden->readings;
		mean->vars += indication.vars / burden->readings;
		mean->volt_amperes += indication.volt_amperes / burden->readings;
	}
	return status;
}

/*
 * Each phase in the smallest range that holds it: all of the declared burden may hang on one, and
 * in the range for that a wattmeter shows nothing of the others.
 */
static enum status measure(struct step_context *context, struct burden *burden)
{
	double declared = RANGE_MARGIN * burden->declared->volt_amperes / burden->load.point.volts;
	enum status status = STATUS_OK;

	for (int phase = 0; !status && phase < 3; phase++) {
		struct burden_indication coarse = {.amperes = 0};

		if (burden->load.phasors.volts[phase].rms == 0) {
			continue;
		}
		status = find_range(context, burden, phase, declared, &coarse);
		if (!status) {
			double amperes = coarse.amperes > 0 ? RANGE_MARGIN * coarse.amperes
							    : SMALL_RANGE * declared;

			status = find_range(context, burden, phase, amperes, &coarse);
		}
		if (!status) {
			status = read_phase(context, burden, phase);
		}
	}
	return status;
}

static void add_up(struct burden *burden)
{
	double squares = 0;

	for (int phase = 0; phase < 3; phase++) {
		burden->watts += burden->phases[phase].watts;
		burden->vars += burden->phases[phase].vars;
		burden->volt_amperes += burden->phases[phase].volt_amperes;
	}
	for (int i = 0; i < burden->readings; i++) {
		squares += (burden->sums[i] - burden->volt_amperes) *
			   (burden->sums[i] - burden->volt_amperes);
	}
	burden->deviation = sqrt(squares / (burden->readings - 1));
}

/* ---- results ---- */

/* Half a unit of the figure's last digit: 2.6 stands for everything that is printed so. */
static double half_of_last_digit(double figure)
{
	char text[32];

	snprintf(text, sizeof(text), "%.6g", figure);
	const char *point = strchr(text, '.');
	double half = 0.5;

	for (size_t digits = point ? strlen(point + 1) : 0; digits; digits--) {
		half /= 10;
	}
	return half;
}

static struct limit declared_limit(const struct step_context *context, const struct burden *burden)
{
	const struct device_type *device = context->device;
	struct limit limit = {
		.has_row = true,
		.limit_percent = burden->declared->volt_amperes +
				 half_of_last_digit(burden->declared->volt_amperes),
		.unit = "VA",
		.provenance = *device->notice ? PROVENANCE_READ : PROVENANCE_LABORATORY,
	};

	snprintf(limit.document, sizeof(limit.document), "%.127s",
		 *device->notice ? device->notice : device->title);
	snprintf(limit.clause, sizeof(limit.clause), "burden%s%s", context->module ? " with " : "",
		 context->module ? context->module->id : "");
	snprintf(limit.note, sizeof(limit.note),
		 "declared %g VA; what is printed alike is within it%s",
		 burden->declared->volt_amperes,
		 burden->declared->volts > 0 ? "" : "; no voltage is stated, so at each");
	return limit;
}

static void budget_of(const struct burden *burden, const struct step_argument *arguments,
		      double value, double deviation, struct uncertainty_budget *budget)
{
	budget_add(budget, "repeatability", DISTRIBUTION_NORMAL, deviation / sqrt(burden->readings),
		   1, burden->readings - 1);
	budget_add(budget, "wattmeter_relative", DISTRIBUTION_NORMAL,
		   fabs(value) * arguments[RELATIVE_UNCERTAINTY].number / 100 / 2, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "wattmeter_least", DISTRIBUTION_NORMAL,
		   arguments[LEAST_UNCERTAINTY].number / 2, 1, INFINITE_DEGREES_OF_FREEDOM);
}

/* Capacitive is a vars below zero by more than the wattmeter could be wrong. */
static bool has_wrong_sign(const struct burden *burden, const struct step_argument *arguments)
{
	bool is_capacitive = !strcmp(burden->declared->kind, "capacitive");
	double doubt = arguments[LEAST_UNCERTAINTY].number;

	return is_capacitive
		       ? burden->vars > doubt
		       : !strcmp(burden->declared->kind, "inductive") && burden->vars < -doubt;
}

static enum status record_part(struct step_context *context, const struct burden *burden,
			       const struct step_argument *arguments, const char *what,
			       const char *unit, double value)
{
	static const struct limit none = {.has_row = false};
	struct measured_value part = {.index = burden->index,
				      .test = "burden",
				      .what = what,
				      .load = &burden->load,
				      .value = value,
				      .unit = unit,
				      .runs = burden->readings,
				      .limit = &none};

	budget_of(burden, arguments, value, burden->deviation, &part.budget);
	return record_value(context, &part);
}

static enum status record_total(struct step_context *context, const struct burden *burden,
				const struct step_argument *arguments, const char *requirement)
{
	struct limit limit = declared_limit(context, burden);
	char remark[240], what[80];
	bool is_wrong = has_wrong_sign(burden, arguments);
	struct measured_value total = {.index = burden->index,
				       .test = "burden",
				       .what = what,
				       .load = &burden->load,
				       .value = burden->volt_amperes,
				       .unit = "VA",
				       .runs = burden->readings,
				       .remark = remark,
				       .is_wrong = is_wrong,
				       .requirement = requirement,
				       .limit = &limit};

	snprintf(what, sizeof(what), "apparent power of the voltage circuits, %s",
		 context->module ? context->module->id : "bare meter");
	snprintf(remark, sizeof(remark),
		 "%s%.3g W, %.3g var; per phase A %.3g VA, B %.3g VA, C %.3g VA",
		 is_wrong ? "the current has the wrong sign for a burden declared otherwise; " : "",
		 burden->watts, burden->vars, burden->phases[0].volt_amperes,
		 burden->phases[1].volt_amperes, burden->phases[2].volt_amperes);
	budget_of(burden, arguments, burden->volt_amperes, burden->deviation, &total.budget);
	return record_value(context, &total);
}

/*
 * The drop in the leads, (R + jX)(Ip + jIq) of the meters' current in phase and in quadrature,
 * changes voltage and angle; together they act most at power factor 0.5.
 */
static double effect_percent(const struct lab *lab, const struct phase_burden *phase)
{
	double in_phase = lab->position_count * phase->watts / phase->volts;
	double leading = -lab->position_count * phase->vars / phase->volts;
	double r = lab->wiring.lead_ohms;
	double x = lab->wiring.lead_reactance_ohms;
	double magnitude = (x * leading - r * in_phase) / phase->volts;
	double radians = (x * in_phase + r * leading) / phase->volts;

	return 100 * (fabs(magnitude) + ROOT_OF_THREE * fabs(radians));
}

static enum status record_effect(struct step_context *context, const struct burden *burden,
				 const struct step_argument *arguments)
{
	static const struct limit limit = {
		.has_row = true,
		.limit_percent = EFFECT_LIMIT_PERCENT,
		.document = "P-E-01",
		.clause = "7.8.7",
		.provenance = PROVENANCE_READ,
		.note = "French text of the procedure read",
	};
	const struct lab *lab = context->lab;
	const char *requirement = arguments[EFFECT_REQUIREMENT].text;
	struct measured_value effect = {
		.index = burden->index,
		.test = "burden_effect",
		.what = "the bench, moved by the burden of all positions",
		.load = &burden->load,
		.unit = "percent",
		.remark = "voltage and angle at power factor 0.5, from the leads' resistance and "
			  "reactance of the lab file",
		.requirement = requirement,
		.limit = &limit,
	};

	if (!*requirement) {
		return STATUS_OK;
	}
	if (!lab->wiring.is_stated) {
		return record_check(
			context,
			&(struct check){.index = burden->index,
					.test = "burden_effect",
					.what = effect.what,
					.indicated = "the lab file states no wiring",
					.expected = "resistance and reactance of the leads",
					.is_seen = true,
					.seen = NOT_EVALUATED,
					.requirement = requirement});
	}
	for (int phase = 0; phase < 3; phase++) {
		if (burden->phases[phase].volts > 0) {
			effect.value =
				fmax(effect.value, effect_percent(lab, &burden->phases[phase]));
		}
	}
	budget_add(&effect.budget, "wattmeter_relative", DISTRIBUTION_NORMAL,
		   effect.value * arguments[RELATIVE_UNCERTAINTY].number / 100 / 2, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_value(context, &effect);
}

static enum status record_burden(struct step_context *context, const struct burden *burden,
				 const struct step_argument *arguments)
{
	const char *declared = arguments[DECLARED_REQUIREMENT].text;
	enum status status = record_total(context, burden, arguments, NULL);

	if (!status && *declared) {
		status = record_total(context, burden, arguments, declared);
	}
	if (!status) {
		status = record_part(context, burden, arguments,
				     "active power of the voltage circuits", "W", burden->watts);
	}
	if (!status) {
		status = record_part(context, burden, arguments,
				     "reactive power of the voltage circuits", "var", burden->vars);
	}
	return status ? status : record_effect(context, burden, arguments);
}

static enum status burden_run(struct step_context *context, const struct step_argument *arguments)
{
	struct burden burden = {
		.declared = declared_burden(context),
		.index = index_of_position(context, (int)arguments[POSITION].number),
		.readings = (int)arguments[READINGS].number,
	};
	enum status status = supply_point(context, arguments[VOLTS].number, &burden.load);

	if (context->lab->positions[burden.index].is_dropped) {
		return record_note(context,
				   "position %d, whose burden is measured, has dropped out",
				   context->lab->positions[burden.index].number);
	}
	if (!status) {
		status = apply_and_settle(context, &burden.load);
	}
	if (!status) {
		status = measure(context, &burden);
	}
	if (status) {
		return status;
	}
	add_up(&burden);
	return record_burden(context, &burden, arguments);
}

const struct step_verb verb_burden = {
	.name = "burden",
	.purpose = "power of the voltage circuits of one meter, bare or with its module",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, NULL, "volts per leg"},
			{"position", PARAMETER_INTEGER, NULL, 1, 20, "1",
			 "position in whose voltage circuit the wattmeter is"},
			{"readings", PARAMETER_INTEGER, NULL, 3, READINGS_MAXIMUM, "5",
			 "readings of each phase"},
			{"relative_uncertainty", PARAMETER_QUANTITY, "%", 0.01, 10, "0.5 %",
			 "expanded uncertainty of the wattmeter, of the value"},
			{"least_uncertainty", PARAMETER_QUANTITY, "VA", 0.0001, 10, "0.01 VA",
			 "expanded uncertainty of the wattmeter near zero"},
			{"declared_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "a second requirement that the same figure serves; empty: none"},
			{"effect_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that the effect of all positions on the bench serves; "
			 "empty: not evaluated"},
		},
	.check = burden_check,
	.run = burden_run,
};
