/* Commands, states, currents and hands of the verb `disconnect`. */
#include "procedures/verbs/disconnect_parts.h"
#include "procedures/verbs/operator_help.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The switch tells within 4 s whether it followed; with a repetition. */
#define FOLLOW_SECONDS 6.0
#define PRESS_SECONDS 5.0
/* Parts of the applied current that count as none and as all of it. */
#define NO_CURRENT 0.01
#define ALL_CURRENT 0.9
/* How long a current that does not flow may take to be told by the source. */
#define ALARM_SECONDS 5.0
#define SWITCH_OCTETS 13

/* ---- commands ---- */

static enum status command_optically(struct step_context *context, int index,
				     enum switch_command command, struct command_outcome *outcome)
{
	struct meter_procedure procedure = {
		.number = SWITCH_PROCEDURE, .parameter_count = 1, .parameters = {(uint8_t)command}};
	struct meter_procedure_answer answer = {.count = 0};
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_OPERATE, &client);

	if (!status) {
		status = meter_client_execute(client, &procedure, &answer);
		outcome->result = (int)answer.result;
		if (status == STATUS_REFUSED) {
			response_word(meter_client_refusal(client), outcome->refusal);
			status = STATUS_OK;
		}
	}
	return session_end(client, status);
}

static enum status command_remotely(struct step_context *context, int index,
				    enum switch_command command, struct command_outcome *outcome)
{
	struct instrument *reader = context->lab->remote_reader;
	uint8_t parameter = (uint8_t)command;
	enum status status = reader->remote_reader->execute(
		reader, context->lab->positions[index].number, REMOTE_NETWORK, SWITCH_PROCEDURE,
		&parameter, 1, &outcome->result, outcome->refusal);

	return status ? status : check_contact(context, index, outcome->refusal);
}

static const char *command_word(enum switch_command command)
{
	static const char *const words[] = {"", "open", "close", "arm"};

	return words[command];
}

enum status disconnect_command(struct step_context *context, const struct disconnect *test,
			       enum switch_command command, struct command_outcome *outcome)
{
	bool by_module = test->way == BY_MODULE;
	enum status status = lab_wait_seconds(context->lab, SWITCH_REST_SECONDS);

	*outcome = (struct command_outcome){.result = -1};
	if (!status) {
		status = record_request(context, "position %d: service switch, %s, by the %s",
					context->lab->positions[test->index].number,
					command_word(command),
					by_module ? "module" : "optical port");
	}
	if (!status) {
		status = by_module ? command_remotely(context, test->index, command, outcome)
				   : command_optically(context, test->index, command, outcome);
	}
	if (outcome->refusal[0]) {
		snprintf(outcome->text, sizeof(outcome->text), "refused: %s", outcome->refusal);
	} else {
		snprintf(outcome->text, sizeof(outcome->text), "result %d in ST8", outcome->result);
	}
	return status ? status : lab_wait_seconds(context->lab, FOLLOW_SECONDS);
}

/* ---- the state ---- */

static const char *name_of(int code, const char *const *names, int count)
{
	return code >= 0 && code < count ? names[code] : "unknown";
}

enum status disconnect_state(struct step_context *context, const struct disconnect *test,
			     struct switch_state *state)
{
	static const char *const commanded[] = {"nothing yet", "closed", "open", "open and armed"};
	static const char *const sensed[] = {"nothing", "closed", "open",
					     "voltage behind the open switch",
					     "voltage on one side"};
	/* COMMANDED of MT2: 1 closed, 2 open, 3 open and armed */
	static const int commands[] = {0, SWITCH_CLOSE, SWITCH_OPEN, SWITCH_ARM};
	struct table_reading reading;
	enum status status = read_optically(context, test->index, SWITCH_TABLE, &reading);

	*state = (struct switch_state){.commanded = -1, .sensed = -1};
	if (!status) {
		status = record_reading(context, test->index, SWITCH_TABLE, "optical", &reading);
	}
	if (status) {
		return status;
	}
	if (reading.refusal[0] || reading.count < SWITCH_OCTETS) {
		describe_reading(&reading, state->text, sizeof(state->text));
		return STATUS_OK;
	}
	state->commanded = reading.octets[0] < 4 ? commands[reading.octets[0]] : -1;
	state->sensed = reading.octets[1];
	state->last_reason = reading.octets[9];
	snprintf(state->text, sizeof(state->text), "commanded %s, sensed %s, reason %d",
		 name_of(reading.octets[0], commanded, 4), name_of(reading.octets[1], sensed, 5),
		 state->last_reason);
	return STATUS_OK;
}

enum status disconnect_seen(struct step_context *context, const struct disconnect *test,
			    const char *what, const char *indicated, const char *expected,
			    bool conforms)
{
	char text[160];

	snprintf(text, sizeof(text), "%s, by the %s", what,
		 test->way == BY_MODULE ? "module" : "optical port");
	return record_check(context,
			    &(struct check){.index = test->index,
					    .test = "disconnect",
					    .what = text,
					    .indicated = indicated,
					    .expected = expected,
					    .is_seen = true,
					    .seen = conforms ? CONFORMS : DOES_NOT_CONFORM});
}

enum status disconnect_expect_state(struct step_context *context, const struct disconnect *test,
				    const char *what, enum switch_command command,
				    enum switch_sensed sensed)
{
	struct command_outcome outcome;
	struct switch_state state = {.sensed = -1};
	char indicated[180];
	enum status status = disconnect_command(context, test, command, &outcome);

	if (!status) {
		status = disconnect_state(context, test, &state);
	}
	if (status) {
		return status;
	}
	snprintf(indicated, sizeof(indicated), "%s, then %s", outcome.text, state.text);
	return disconnect_seen(context, test, what, indicated,
			       sensed == SENSED_OPEN ? "completed, commanded and sensed open"
						     : "completed, commanded and sensed closed",
			       !outcome.refusal[0] && outcome.result == PROCEDURE_COMPLETED &&
				       state.commanded == (int)command &&
				       state.sensed == (int)sensed);
}

/* ---- currents ---- */

enum current { CURRENT_NONE, CURRENT_PART, CURRENT_ALL };

/* Over the phases in which the load has a current. */
static enum status read_current(struct step_context *context, const struct disconnect *test,
				enum current *current, double *least, double *most)
{
	struct instrument *standard = context->lab->reference_standard;
	struct standard_indication indication;
	enum status status = standard->reference_standard->read(standard, &indication);

	*least = INFINITY;
	*most = 0;
	for (int phase = 0; !status && phase < 3; phase++) {
		double applied = test->load.phasors.amperes[phase].rms;

		if (applied > 0) {
			*least = fmin(*least, indication.amperes[phase] / applied);
			*most = fmax(*most, indication.amperes[phase] / applied);
		}
	}
	*current = *most < NO_CURRENT	  ? CURRENT_NONE
		   : *least > ALL_CURRENT ? CURRENT_ALL
					  : CURRENT_PART;
	return status;
}

enum status disconnect_without_current(struct step_context *context, const struct disconnect *test)
{
	struct instrument *standard = context->lab->reference_standard;
	struct standard_indication indication = {.hertz = 0};
	enum status status = apply_and_settle(context, &test->supply);

	if (!status) {
		status = standard->reference_standard->read(standard, &indication);
	}
	for (int phase = 0; !status && phase < 3; phase++) {
		double applied = test->load.phasors.amperes[phase].rms;

		if (!(indication.amperes[phase] <= NO_CURRENT * fmax(applied, 1))) {
			return status_fail(STATUS_PROTOCOL,
					   "standard %s still shows %.4g A on phase %c after the "
					   "current was taken away; the switch is not moved",
					   standard->name, indication.amperes[phase], 'A' + phase);
		}
	}
	return status;
}

/* Applies the load; a source that finds its current circuit open says so, which is an answer. */
static enum status apply_load(struct step_context *context, const struct disconnect *test,
			      bool *is_alarmed, char *words, size_t size)
{
	enum status status = set_standard_range(context, &test->load);

	*is_alarmed = false;
	if (!status) {
		status = record_request(context, "apply %s", test->load.text);
	}
	if (status) {
		return status;
	}
	status = lab_apply(context->lab, &test->load.phasors, &test->load.ceiling);
	if (!status) {
		status = lab_wait_seconds(context->lab,
					  context->lab->minimum_settling_seconds + ALARM_SECONDS);
	}
	if (status == STATUS_ALARM) {
		*is_alarmed = true;
		snprintf(words, size, "%s", status_reason());
		return STATUS_OK;
	}
	return status;
}

/* An amplifier that has tripped is switched off before anything is asked of it. */
static enum status back_to_supply(struct step_context *context, const struct disconnect *test,
				  bool is_alarmed)
{
	enum status status = STATUS_OK;

	if (is_alarmed) {
		status = record_request(context, "off");
		if (!status) {
			status = lab_off(context->lab);
		}
	}
	if (!status) {
		status = apply_and_settle(context, &test->supply);
	}
	return status || !is_alarmed ? status : lab_wait_seconds(context->lab, SWITCH_REST_SECONDS);
}

enum status disconnect_expect_current(struct step_context *context, struct disconnect *test,
				      const char *what, bool flows)
{
	char words[200] = "", indicated[240];
	bool is_alarmed;
	enum current current = CURRENT_NONE;
	double least = 0, most = 0;
	enum status status = apply_load(context, test, &is_alarmed, words, sizeof(words));

	if (!status && !is_alarmed) {
		status = read_current(context, test, &current, &least, &most);
	}
	if (!status && is_alarmed && flows && !test->has_carried) {
		return status_fail(STATUS_ALARM, "%s", words);
	}
	test->has_carried |= current == CURRENT_ALL;
	if (!status) {
		status = back_to_supply(context, test, is_alarmed);
	}
	if (status) {
		return status;
	}
	if (is_alarmed) {
		snprintf(indicated, sizeof(indicated), "no current: the source says \"%.150s\"",
			 words);
	} else {
		snprintf(indicated, sizeof(indicated),
			 "the standard shows %.4g %% to %.4g %% of the applied current",
			 100 * least, 100 * most);
	}
	return disconnect_seen(context, test, what, indicated,
			       flows ? "the applied current" : "no current, or an open circuit",
			       current == (flows ? CURRENT_ALL : CURRENT_NONE));
}

/* ---- hands ---- */

static enum status tell_not_done(struct step_context *context, const struct disconnect *test,
				 const char *what, const struct operator_answer *answer)
{
	return record_check(context, &(struct check){.index = test->index,
						     .test = "disconnect",
						     .what = what,
						     .indicated = answer->text,
						     .expected = "done",
						     .is_seen = true,
						     .seen = NOT_EVALUATED});
}

enum status disconnect_feed_load_side(struct step_context *context, const struct disconnect *test,
				      bool is_fed, bool *is_done)
{
	struct operator_answer answer;
	enum status status = operator_feed_load_side(context, test->index, is_fed, &answer);

	*is_done = !status && answer.is_done;
	if (status) {
		return status;
	}
	return answer.is_done ? lab_wait_seconds(context->lab, FOLLOW_SECONDS)
			      : tell_not_done(context, test, "voltage on the load's side", &answer);
}

enum status disconnect_press(struct step_context *context, const struct disconnect *test,
			     bool *is_done)
{
	struct operator_answer answer = {.is_done = false};
	enum status status = lab_wait_seconds(context->lab, SWITCH_REST_SECONDS);

	if (!status) {
		status = operator_press(context, test->index, METER_SWITCH_SCROLL, PRESS_SECONDS,
					&answer);
	}
	*is_done = !status && answer.is_done;
	if (status) {
		return status;
	}
	return answer.is_done
		       ? lab_wait_seconds(context->lab, FOLLOW_SECONDS)
		       : tell_not_done(context, test, "long press of the scroll switch", &answer);
}
