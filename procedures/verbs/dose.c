/* See the header. */
#include "procedures/verbs/dose.h"

#include <math.h>

#include "procedures/verbs/voltage_balance.h"

#define METER_START_SECONDS 5.0
#define POLL_SECONDS 1.0
#define TIMEOUT_FACTOR 1.5
#define TIMEOUT_MARGIN_SECONDS 60.0

enum status dose_prepare(struct step_context *context, const struct verb_load *load)
{
	enum status status = set_standard_range(context, load);

	if (!status) {
		status = record_request(context, "prepare %s, currents held back", load->text);
	}
	if (!status) {
		note_for_ledger(context, load);
		status = shape_load(context, load);
	}
	if (!status) {
		status = balance_apply(context, load, lab_prepare_dose);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, fmax(context->lab->minimum_settling_seconds,
							     METER_START_SECONDS));
	}
	return status ? status : balance_voltages(context, load, lab_prepare_dose);
}

static enum status wait_for_dose(struct step_context *context, const struct verb_load *load,
				 double watt_hours)
{
	struct instrument *dose = context->lab->energy_dose;
	double expected = 3600 * watt_hours / load->watts;
	double allowed = TIMEOUT_FACTOR * expected + TIMEOUT_MARGIN_SECONDS;
	struct instant deadline = instant_after(clock_now(context->lab->clock), allowed);

	for (;;) {
		bool done = false;
		double so_far = 0;
		enum status status = dose->energy_dose->poll(dose, &done, &so_far);
		if (status || done) {
			return status;
		}
		if (!instant_before(clock_now(context->lab->clock), deadline)) {
			return status_fail(STATUS_TIMEOUT,
					   "%s: the dose of %.6g Wh at %s was not over after %.4g "
					   "s (%.6g Wh so far)",
					   dose->name, watt_hours, load->text, allowed, so_far);
		}
		status = lab_wait_seconds(context->lab, POLL_SECONDS);
		if (status) {
			return status;
		}
	}
}

enum status dose_give(struct step_context *context, const struct verb_load *load, double watt_hours)
{
	struct instrument *dose = context->lab->energy_dose;
	enum status status =
		record_request(context, "dose of %.9g Wh at %s", watt_hours, load->text);

	if (status) {
		return status;
	}
	report_progress(context, "%s: dose of %.6g Wh", load->text, watt_hours);
	status = dose->energy_dose->start(dose, watt_hours);
	if (!status) {
		status = wait_for_dose(context, load, watt_hours);
		if (status) {
			dose->energy_dose->abort(dose);
		}
	}
	return status;
}
