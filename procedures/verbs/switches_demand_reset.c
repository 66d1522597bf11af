/*
 * The demand reset switch: one more reset counted, the maximum taken over and begun at zero, not a
 * count of energy changed.
 */
#include "procedures/verbs/switches_parts.h"

#include <math.h>
#include <stdio.h>

/* Demands are whole counts; a double of them differs in its last bits. */
#define SAME_WATTS 1e-6

struct reset {
	struct meter_billing before, after, previous;
	struct meter_time ended;
};

static enum status read_billing(struct switches *switches, int index, struct meter_billing *billing,
				struct reset *reset)
{
	struct meter_client *client;
	enum status status = session_begin(switches->context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = meter_client_read_billing(client, billing);
	}
	if (!status && reset) {
		status =
			meter_client_read_previous_billing(client, &reset->previous, &reset->ended);
	}
	return session_end(client, status);
}

static enum status compare_numbers(struct switches *switches, int index, const char *what,
				   double indicated, double expected, const char *unit)
{
	char seen[40], wanted[40];

	snprintf(seen, sizeof(seen), "%.9g %s", indicated, unit);
	snprintf(wanted, sizeof(wanted), "%.9g %s", expected, unit);
	return switches_found(switches, index, what, seen, wanted,
			      fabs(indicated - expected) <= SAME_WATTS ? CONFORMS
								       : DOES_NOT_CONFORM);
}

static enum status judge_energy(struct switches *switches, int index, const struct reset *reset)
{
	char before[120], after[120];

	switches_energy_text(&reset->before.total.energy, before, sizeof(before));
	switches_energy_text(&reset->after.total.energy, after, sizeof(after));
	return switches_compare(switches, index, "energy registers after the demand reset", after,
				before);
}

static enum status judge(struct switches *switches, int index, const struct reset *reset)
{
	const struct meter_register_block *before = &reset->before.total;
	const struct meter_register_block *after = &reset->after.total;
	enum status status = judge_energy(switches, index, reset);

	if (!status) {
		status = compare_numbers(switches, index, "number of demand resets",
					 reset->after.demand_resets,
					 (reset->before.demand_resets + 1) % 256, "");
	}
	if (!status && !(before->maximum_watts > 0)) {
		return switches_not_done(
			switches, index, "what becomes of the maximum",
			"there was no maximum before the reset; a longer load_time "
			"is needed");
	}
	if (!status) {
		status = compare_numbers(switches, index, "maximum demand after the reset",
					 after->maximum_watts, 0, "W");
	}
	if (!status) {
		status = compare_numbers(switches, index, "maximum kept as that before the reset",
					 reset->previous.total.maximum_watts, before->maximum_watts,
					 "W");
	}
	if (!status && after->has_cumulative) {
		status = compare_numbers(switches, index, "cumulative demand after the reset",
					 after->cumulative_watts,
					 before->cumulative_watts + before->maximum_watts, "W");
	}
	return status;
}

static enum status reset_position(struct switches *switches, int index)
{
	struct operator_answer answer;
	struct reset reset;
	enum status status = read_billing(switches, index, &reset.before, NULL);

	if (!status) {
		status = operator_press(switches->context, index, METER_SWITCH_DEMAND_RESET,
					SHORT_PRESS_SECONDS, &answer);
	}
	if (!status && !answer.is_done) {
		return switches_not_done(switches, index, "demand reset by the switch",
					 answer.text);
	}
	if (!status) {
		status = read_billing(switches, index, &reset.after, &reset);
	}
	return status ? status : judge(switches, index, &reset);
}

enum status switches_demand_reset(struct switches *switches)
{
	struct lab *lab = switches->context->lab;
	enum status status = switches_energise(switches, switches->load_seconds);

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(switches->context, i, reset_position(switches, i));
	}
	return status;
}
