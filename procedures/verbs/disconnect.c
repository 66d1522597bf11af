/*
 * disconnect: the service switch of models that have one, commanded through the optical port or
 * the module, on a phantom load. The current is taken away before the switch opens; that none flows
 * afterwards is seen by the standard, or told by the source as an open circuit, which is expected
 * then. Models without a switch have to refuse. Codes as the maker publishes them.
 */
#include "procedures/verbs/disconnect_parts.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

static enum status read_way(const char *text, enum disconnect_way *way)
{
	if (!strcmp(text, "optical")) {
		*way = BY_OPTICAL_PORT;
		return STATUS_OK;
	}
	if (!strcmp(text, "module")) {
		*way = BY_MODULE;
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT, "by=\"%s\" is neither optical nor module", text);
}

static enum status read_yes(const char *name, const char *text, bool *is_yes)
{
	*is_yes = !strcmp(text, "yes");
	return *is_yes || !strcmp(text, "no")
		       ? STATUS_OK
		       : status_fail(STATUS_BAD_INPUT, "%s=\"%s\" is neither yes nor no", name,
				     text);
}

static bool has_switch(const struct step_context *context)
{
	return device_type_has(context->device, context->model, context->module,
			       "service_disconnect");
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct disconnect *test)
{
	*test = (struct disconnect){.way = BY_OPTICAL_PORT};
	enum status status = verb_load_from_arguments(context, arguments, &test->load);

	if (!status) {
		status = supply_point(context, test->load.point.volts, &test->supply);
	}
	if (!status) {
		status = read_way(arguments[DISCONNECT_BY].text, &test->way);
	}
	if (!status) {
		status = read_yes("load_side", arguments[DISCONNECT_LOAD_SIDE].text,
				  &test->feeds_load_side);
	}
	if (!status) {
		status = read_yes("local", arguments[DISCONNECT_LOCAL].text, &test->is_local);
	}
	return status;
}

static enum status disconnect_check(const struct step_context *context,
				    const struct step_argument *arguments)
{
	struct disconnect test;
	enum status status = prepare(context, arguments, &test);

	if (!status && test.way == BY_MODULE) {
		status = require_module(context);
	}
	if (!status && (test.feeds_load_side || test.is_local) && has_switch(context) &&
	    !context->lab->bench_operator) {
		return status_fail(
			STATUS_BAD_INPUT,
			"lab %s has no operator, who feeds the load's side and presses "
			"the switch; say load_side=\"no\" local=\"no\" to leave that out",
			context->lab->name);
	}
	if (!status && !(test.load.watts > 0)) {
		return status_fail(STATUS_BAD_INPUT, "%s carries no active power", test.load.text);
	}
	return status;
}

/* ---- models without a switch ---- */

static enum status refused_without_switch(struct step_context *context, struct disconnect *test)
{
	struct command_outcome outcome;
	struct table_reading reading;
	char indicated[80];
	enum status status = disconnect_command(context, test, SWITCH_OPEN, &outcome);

	if (status) {
		return status;
	}
	bool is_refused = outcome.refusal[0] || outcome.result != PROCEDURE_COMPLETED;
	snprintf(indicated, sizeof(indicated), "%s", outcome.text);
	status = disconnect_seen(context, test, "command to open a meter without a switch",
				 indicated, "refused with a reason", is_refused);
	if (!status) {
		status = read_optically(context, test->index, SWITCH_TABLE, &reading);
	}
	if (!status) {
		describe_reading(&reading, indicated, sizeof(indicated));
		status = disconnect_seen(context, test, "table of the switch (MT2)", indicated,
					 "refused: there is none", reading.refusal[0]);
	}
	return status ? status
		      : disconnect_expect_current(context, test,
						  "current after the refused command", true);
}

/* ---- models with a switch ---- */

static enum status close_if_open(struct step_context *context, struct disconnect *test)
{
	struct switch_state state = {.sensed = -1};
	struct command_outcome outcome;
	enum status status = disconnect_state(context, test, &state);

	if (status || state.sensed == SENSED_CLOSED) {
		return status;
	}
	status = record_note(context, "position %d: the switch was not closed at the beginning",
			     context->lab->positions[test->index].number);
	return status ? status : disconnect_command(context, test, SWITCH_CLOSE, &outcome);
}

static enum status open_it(struct step_context *context, struct disconnect *test)
{
	enum status status = disconnect_expect_current(context, test, "current before", true);

	/* the current is taken away first: a phantom load would otherwise be cut under load */
	if (!status) {
		status = disconnect_without_current(context, test);
	}
	if (!status) {
		status = disconnect_expect_state(context, test, "open", SWITCH_OPEN, SENSED_OPEN);
	}
	return status ? status
		      : disconnect_expect_current(context, test, "current with the switch open",
						  false);
}

static enum status close_it(struct step_context *context, struct disconnect *test)
{
	enum status status =
		disconnect_expect_state(context, test, "close", SWITCH_CLOSE, SENSED_CLOSED);

	return status ? status
		      : disconnect_expect_current(context, test, "current with the switch closed",
						  true);
}

/* Voltage from elsewhere behind the open switch: closing would connect two sources. */
static enum status close_onto_voltage(struct step_context *context, struct disconnect *test)
{
	struct switch_state state = {.sensed = -1};
	struct command_outcome outcome;
	bool is_done;
	char text[180];
	enum status status = disconnect_feed_load_side(context, test, true, &is_done);

	if (status || !is_done) {
		return status;
	}
	status = disconnect_command(context, test, SWITCH_CLOSE, &outcome);
	if (!status) {
		status = disconnect_state(context, test, &state);
	}
	if (!status) {
		bool is_refused = (outcome.refusal[0] || outcome.result != PROCEDURE_COMPLETED) &&
				  state.sensed != SENSED_CLOSED;

		snprintf(text, sizeof(text), "%s, then %s", outcome.text, state.text);
		status = disconnect_seen(context, test,
					 "command to close with voltage on the load's side", text,
					 "refused with a reason, not closed", is_refused);
	}
	enum status unfed = disconnect_feed_load_side(context, test, false, &is_done);

	return status ? status : unfed;
}

/* The scroll switch closes what is armed, and nothing else. */
static enum status close_by_hand(struct step_context *context, struct disconnect *test)
{
	struct switch_state state = {.sensed = -1};
	struct command_outcome outcome;
	bool is_done;
	enum status status = disconnect_press(context, test, &is_done);

	if (status || !is_done) {
		return status;
	}
	status = disconnect_state(context, test, &state);
	if (!status) {
		status = disconnect_seen(context, test, "long press without arming", state.text,
					 "open: refused at the meter itself",
					 state.sensed == SENSED_OPEN);
	}
	if (!status) {
		status = disconnect_command(context, test, SWITCH_ARM, &outcome);
	}
	if (!status) {
		status = disconnect_state(context, test, &state);
	}
	if (!status) {
		status = disconnect_seen(context, test, "armed", state.text, "open and armed",
					 state.commanded == SWITCH_ARM &&
						 state.sensed == SENSED_OPEN);
	}
	if (!status) {
		status = disconnect_press(context, test, &is_done);
	}
	if (!status) {
		status = disconnect_state(context, test, &state);
	}
	return status ? status
		      : disconnect_seen(context, test, "long press after arming", state.text,
					"closed", state.sensed == SENSED_CLOSED);
}

static enum status operate_switch(struct step_context *context, struct disconnect *test)
{
	enum status status = close_if_open(context, test);

	if (!status) {
		status = open_it(context, test);
	}
	if (!status && test->feeds_load_side) {
		status = close_onto_voltage(context, test);
	}
	if (!status) {
		status = close_it(context, test);
	}
	if (!status && test->is_local) {
		status = open_it(context, test);
		if (!status) {
			status = close_by_hand(context, test);
		}
		if (!status) {
			status = disconnect_expect_current(context, test,
							   "current after closing by hand", true);
		}
	}
	return status;
}

static enum status disconnect_run(struct step_context *context,
				  const struct step_argument *arguments)
{
	struct remote_module modules[LAB_POSITIONS];
	struct disconnect test;
	enum status status = prepare(context, arguments, &test);

	if (!status) {
		status = supply_meters(context, test.load.point.volts, SWITCH_REST_SECONDS);
	}
	if (!status && test.way == BY_MODULE) {
		status = await_modules(context, arguments[DISCONNECT_JOIN_TIME].number, modules);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		test.index = i;
		test.has_carried = false;
		status = settle_position(context, i,
					 has_switch(context)
						 ? operate_switch(context, &test)
						 : refused_without_switch(context, &test));
	}
	return status;
}

const struct step_verb verb_disconnect = {
	.name = "disconnect",
	.purpose = "service switch: opens, closes, is armed, refuses what would be dangerous; "
		   "models without it refuse",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"by", PARAMETER_TEXT, NULL, 0, 0, "optical", "optical or module"},
			{"load_side", PARAMETER_TEXT, NULL, 0, 0, "yes",
			 "yes: the operator feeds the load's side once; no"},
			{"local", PARAMETER_TEXT, NULL, 0, 0, "yes",
			 "yes: the operator presses the scroll switch, with and without arming; "
			 "no"},
			{"join_time", PARAMETER_QUANTITY, "s", 1, 3600, "600 s",
			 "until the module has to be in its network"},
		},
	.check = disconnect_check,
	.run = disconnect_run,
};
