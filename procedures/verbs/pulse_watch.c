/* A gate over one interval opens at the first pulse and closes at the second; armed again, it opens
 * at the third. */
#include "procedures/verbs/pulse_watch.h"

#include <math.h>

#include "procedures/verbs/pulse_measurement.h"

#define POLL_SECONDS 1.0
/* One short run that only has to show that pulses arrive. */
#define PROOF_UNCERTAINTY_PERCENT 1.0
#define PROOF_SECONDS 2.0

enum status prove_pick_up(struct step_context *context, const struct verb_load *load)
{
	struct pulse_plan plan = {
		.load = load,
		.wanted_uncertainty_percent = PROOF_UNCERTAINTY_PERCENT,
		.minimum_seconds = PROOF_SECONDS,
	};
	enum status status = apply_and_settle(context, load);

	return status ? status : measure_by_pulses(context, &plan, 1);
}

struct watch {
	struct instant last; /* pulse seen, or the beginning */
	bool is_armed_again;
	bool is_over;
};

static enum status arm(struct step_context *context, int index)
{
	struct instrument *calculator = context->lab->error_calculator;

	return calculator->error_calculator->start(calculator,
						   context->lab->positions[index].channel,
						   1000 / context->form->kt_watt_hours, 1);
}

static int pulses_in(const struct watch *watch, enum gate_state state)
{
	int in_gate = state == GATE_FINISHED ? 2 : state == GATE_RUNNING ? 1 : 0;

	return watch->is_armed_again ? 2 + in_gate : in_gate;
}

static void see(struct watch *watch, struct pulse_sighting *sighting, int pulses,
		struct instant now)
{
	for (; sighting->pulses < pulses && sighting->pulses < PULSES_WATCHED; sighting->pulses++) {
		sighting->after[sighting->pulses] = seconds_between(watch->last, now);
		watch->last = now;
	}
}

static enum status look(struct step_context *context, int index, int enough, double patience,
			struct watch *watch, struct pulse_sighting *sighting)
{
	struct instrument *calculator = context->lab->error_calculator;
	struct gate_indication indication;
	struct instant now = clock_now(context->lab->clock);
	enum status status = calculator->error_calculator->read(
		calculator, context->lab->positions[index].channel, &indication);

	if (status) {
		return status;
	}
	see(watch, sighting, pulses_in(watch, indication.state), now);
	watch->is_over = sighting->pulses >= enough || seconds_between(watch->last, now) > patience;
	if (!watch->is_over && indication.state == GATE_FINISHED) {
		watch->is_armed_again = true;
		status = arm(context, index);
	}
	return status;
}

static enum status look_at_all(struct step_context *context, int enough, double patience,
			       struct watch watches[LAB_POSITIONS],
			       struct pulse_sighting sightings[LAB_POSITIONS], bool *is_over)
{
	const struct lab *lab = context->lab;
	enum status status = STATUS_OK;

	*is_over = true;
	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		if (!watches[i].is_over) {
			status = settle_position(
				context, i,
				look(context, i, enough, patience, &watches[i], &sightings[i]));
			*is_over &= watches[i].is_over || lab->positions[i].is_dropped;
		}
	}
	return status;
}

static enum status begin(struct step_context *context, struct watch watches[LAB_POSITIONS],
			 struct pulse_sighting sightings[LAB_POSITIONS])
{
	const struct lab *lab = context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		sightings[i] = (struct pulse_sighting){.pulses = 0};
		watches[i] = (struct watch){.last = clock_now(lab->clock)};
		status = settle_position(context, i, arm(context, i));
	}
	return status;
}

static enum status stop_all(struct step_context *context, enum status status)
{
	struct instrument *calculator = context->lab->error_calculator;
	const struct lab *lab = context->lab;

	for (int i = next_position(lab, 0); i >= 0; i = next_position(lab, i + 1)) {
		enum status stopped =
			calculator->error_calculator->abort(calculator, lab->positions[i].channel);
		status = status ? status : stopped;
	}
	return status;
}

enum status watch_pulses(struct step_context *context, int enough, double patience, double seconds,
			 struct pulse_sighting sightings[LAB_POSITIONS])
{
	struct watch watches[LAB_POSITIONS];
	struct instant deadline = instant_after(clock_now(context->lab->clock), seconds);
	enum status status = begin(context, watches, sightings);
	bool is_over = false;

	while (!status) {
		bool is_late = !instant_before(clock_now(context->lab->clock), deadline);

		status = look_at_all(context, enough, patience, watches, sightings, &is_over);
		if (status || is_over || is_late) {
			break;
		}
		status = lab_wait_seconds(context->lab, POLL_SECONDS);
	}
	return stop_all(context, status);
}
