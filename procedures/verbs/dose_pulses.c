/* Pulses of a dose: the cross-check of register and pulse input. */
#include "procedures/verbs/dose_pulses.h"

#include <math.h>

#include "procedures/error_of_indication.h"

/* The first pulse may come as late as one interval after the start; one more is kept in hand, so
 * that the gate closes inside the dose even when the bench loses a pulse. */
#define PULSES_IN_HAND 2
#define LEAST_PULSES 3

enum status dose_pulses_arm(struct step_context *context, double watt_hours,
			    struct dose_pulses *counted)
{
	struct lab *lab = context->lab;
	struct instrument *calculator = lab->error_calculator;
	double whole = floor(watt_hours / context->form->kt_watt_hours);
	enum status status = STATUS_OK;

	*counted = (struct dose_pulses){.pulses = (int64_t)whole - PULSES_IN_HAND};
	if (counted->pulses < LEAST_PULSES) {
		counted->pulses = 0;
		return STATUS_OK;
	}
	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(
			context, i,
			calculator->error_calculator->start(calculator, lab->positions[i].channel,
							    1000 / context->form->kt_watt_hours,
							    counted->pulses));
	}
	return status;
}

static enum status collect(struct step_context *context, struct dose_pulses *counted, int index)
{
	struct lab *lab = context->lab;
	struct instrument *calculator = lab->error_calculator;
	struct gate_indication *gate = &counted->gates[index];
	int channel = lab->positions[index].channel;
	enum status status = calculator->error_calculator->read(calculator, channel, gate);

	if (status || (gate->state == GATE_FINISHED && gate->has_energy)) {
		return status;
	}
	calculator->error_calculator->abort(calculator, channel);
	return status_fail(STATUS_TIMEOUT,
			   "position %d: the dose holds more than %lld test pulses of %.4g Wh, but "
			   "so many did not come; check the pick-up and its cable",
			   lab->positions[index].number, (long long)counted->pulses,
			   context->form->kt_watt_hours);
}

enum status dose_pulses_collect(struct step_context *context, struct dose_pulses *counted)
{
	struct lab *lab = context->lab;
	enum status status = STATUS_OK;

	if (!counted->pulses) {
		return STATUS_OK;
	}
	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(context, i, collect(context, counted, i));
	}
	return status;
}

enum status dose_pulses_compare(const struct step_context *context,
				const struct dose_pulses *counted, int index,
				double register_error_percent, double reference_error_percent)
{
	const struct gate_indication *gate = &counted->gates[index];

	if (!counted->pulses) {
		return STATUS_OK;
	}
	double by_pulses = error_by_pulses_percent(counted->pulses, context->form->kt_watt_hours,
						   gate->watt_hours, reference_error_percent);
	double half_a_pulse = 50.0 / (double)(counted->pulses + 1);
	if (fabs(by_pulses - register_error_percent) < half_a_pulse) {
		return STATUS_OK;
	}
	return status_fail(STATUS_PROTOCOL,
			   "position %d: %lld test pulses of %.4g Wh say %+.2f %%, the register "
			   "says %+.2f %%: the pick-up lost or invented a pulse, or the pulse "
			   "constant is wrong",
			   context->lab->positions[index].number, (long long)counted->pulses,
			   context->form->kt_watt_hours, by_pulses, register_error_percent);
}
