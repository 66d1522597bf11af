/* The standard reads, the source is corrected; the wiring's closed form says how much it matters.
 */
#include "procedures/verbs/voltage_balance.h"

#include <math.h>

#include "drivers/energy_account.h"

#define ELEMENTS_TWO_AND_A_HALF 2.5
/* Of the reading at power factor 1; what a source can be set to is about as fine. */
#define GOOD_ENOUGH_PERCENT 0.005
#define TRIMS_MAXIMUM 2
/*
 * The standard's angles between its voltages are taken to be right to 0.005 degrees (0.0087 % of a
 * voltage). Three such angles make sqrt(3/2)/3 of that in the sum, at whatever angle the current
 * is.
 */
#define ANGLES_PERCENT (100 * 0.005 * 3.14159265358979 / 180 * 0.40824829)

/* Only where all three voltages are there: with one missing the form's error is the test's matter.
 */
static bool is_asked_for(const struct step_context *context, const struct verb_load *load)
{
	const struct phasor *volts = load->phasors.volts;

	return context->memory && context->form->wiring->element_count == ELEMENTS_TWO_AND_A_HALF &&
	       load->watts > 0 && volts[0].rms > 0 && volts[1].rms > 0 && volts[2].rms > 0;
}

static struct verb_memory *memory_of(const struct step_context *context)
{
	return context->memory;
}

/* Degrees from -180 to 180. */
static double small_angle(double degrees)
{
	return degrees - 360 * floor(degrees / 360 + 0.5);
}

enum status balance_apply(struct step_context *context, const struct verb_load *load,
			  apply_function *apply)
{
	struct three_phase phasors = load->phasors;

	if (!is_asked_for(context, load)) {
		return apply(context->lab, &phasors, &load->ceiling);
	}
	const struct phasor *trims = memory_of(context)->voltage_trims;
	double most = 1 + fmax(trims[0].rms, fmax(trims[1].rms, trims[2].rms));
	/* never more than was asked for and checked: the sum is what matters, not the level */
	for (int i = 0; i < 3; i++) {
		phasors.volts[i].rms *= (1 + trims[i].rms) / most;
		phasors.volts[i].lag_degrees += trims[i].lag_degrees;
	}
	enum status status = apply(context->lab, &phasors, &load->ceiling);
	energy_account_name(context->lab, &phasors, &load->phasors);
	return status;
}

/* Adds to the trims what the standard reads too little; `left` is what the wiring makes of it. */
static void compare(struct step_context *context, const struct verb_load *load,
		    const struct standard_indication *shown, double *left_percent)
{
	struct phasor *trims = memory_of(context)->voltage_trims;
	struct three_phase seen = load->phasors;

	for (int i = 0; i < 3; i++) {
		struct phasor *volts = &seen.volts[i];
		double asked = volts->lag_degrees - load->phasors.volts[0].lag_degrees;
		double late = small_angle(shown->volts_lag_degrees[i] -
					  shown->volts_lag_degrees[0] - asked);

		trims[i].rms += volts->rms / shown->volts[i] - 1;
		trims[i].lag_degrees -= late;
		volts->lag_degrees += late;
		volts->rms = shown->volts[i];
	}
	*left_percent = 100 * (form_inherent_error(context->form->wiring, &seen) -
			       form_inherent_error(context->form->wiring, &load->phasors));
}

static bool reads_voltages(const struct standard_indication *shown)
{
	return shown->volts[0] > 0 && shown->volts[1] > 0 && shown->volts[2] > 0;
}

enum status balance_voltages(struct step_context *context, const struct verb_load *load,
			     apply_function *apply)
{
	struct instrument *standard = context->lab->reference_standard;
	double good_enough = GOOD_ENOUGH_PERCENT / load->point.power_factor;
	struct standard_indication shown;

	for (int trims = 0; is_asked_for(context, load); trims++) {
		double *left = &memory_of(context)->balance_left_percent;
		struct phasor before[3];
		enum status status = standard->reference_standard->read(standard, &shown);

		if (status || !reads_voltages(&shown)) {
			return status;
		}
		for (int i = 0; i < 3; i++) {
			before[i] = memory_of(context)->voltage_trims[i];
		}
		compare(context, load, &shown, left);
		if (fabs(*left) <= good_enough || trims == TRIMS_MAXIMUM) {
			for (int i = 0; i < 3; i++) {
				memory_of(context)->voltage_trims[i] = before[i];
			}
			return STATUS_OK;
		}
		status = record_request(context, "trim the voltages of %s", load->text);
		if (!status) {
			status = balance_apply(context, load, apply);
		}
		if (!status) {
			status = lab_wait_seconds(context->lab,
						  context->lab->minimum_settling_seconds);
		}
		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

double balance_left_percent(const struct step_context *context, const struct verb_load *load)
{
	return is_asked_for(context, load) ? fabs(memory_of(context)->balance_left_percent) +
						     ANGLES_PERCENT / load->point.power_factor
					   : 0;
}

void budget_add_balance(const struct step_context *context, const struct verb_load *load,
			struct uncertainty_budget *budget)
{
	if (is_asked_for(context, load)) {
		budget_add(budget, "voltage_balance", DISTRIBUTION_RECTANGULAR,
			   balance_left_percent(context, load), 1, INFINITE_DEGREES_OF_FREEDOM);
	}
}
