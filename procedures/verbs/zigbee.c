/*
 * zigbee: traffic on the module's Zigbee side changes no register and no setting, and nothing can
 * be written or done from there. At standstill, so that whatever moves was moved by the traffic.
 * That the way works is shown by its readings: a refusal by a dead radio would prove nothing.
 */
#include "procedures/verbs/module_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

enum { VOLTS, REQUESTS, JOIN_TIME };

#define REGISTERS_TABLE 23
#define SETTINGS_TABLE 2051
/* ST7: demand reset, one octet of parameter whose bit 0 asks for it. */
#define RESET_PROCEDURE 9
/* So much of the traffic has to be answered, or it was none. */
#define ANSWERED_FRACTION 0.9

/* Settings without the seconds that a lock-out counts down. */
static const struct watched {
	int table;
	const char *what;
} watched[] = {
	{REGISTERS_TABLE, "registers"},
	{24, "registers of the previous season"},
	{25, "registers at the last reset"},
	{SETTINGS_TABLE, "settings and count of events"},
};

#define WATCHED (sizeof(watched) / sizeof(watched[0]))

static enum status zigbee_check(const struct step_context *context,
				const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = require_module(context);

	if (!status &&
	    !device_type_has(context->device, context->model, context->module, "zigbee")) {
		return status_fail(STATUS_BAD_INPUT, "module %s has no Zigbee",
				   context->module->id);
	}
	return status ? status : supply_point(context, arguments[VOLTS].number, &load);
}

static enum status read_watched(struct step_context *context, int index, const char *way,
				struct table_reading readings[WATCHED])
{
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < WATCHED; i++) {
		status = read_optically(context, index, watched[i].table, &readings[i]);
		if (!status) {
			status =
				record_reading(context, index, watched[i].table, way, &readings[i]);
		}
	}
	return status;
}

/* Whether the tables are what they were. */
static enum status compare_watched(struct step_context *context, int index, const char *after,
				   const struct table_reading before[WATCHED])
{
	static struct table_reading now[WATCHED];
	enum status status = read_watched(context, index, after, now);

	for (size_t i = 0; !status && i < WATCHED; i++) {
		char name[16], what[120], indicated[80], expected[80];
		bool agree = readings_agree(&now[i], &before[i]);

		table_name(watched[i].table, name);
		snprintf(what, sizeof(what), "%s, %s, %s", name, watched[i].what, after);
		describe_reading(&now[i], indicated, sizeof(indicated));
		describe_reading(&before[i], expected, sizeof(expected));
		status = record_check(
			context,
			&(struct check){.index = index,
					.test = "zigbee",
					.what = what,
					.indicated = indicated,
					.expected = expected,
					.is_seen = true,
					.seen = agree ? CONFORMS : DOES_NOT_CONFORM,
					.remark = agree ? NULL : "it moved without any load"});
	}
	return status;
}

/* The way works: what Zigbee reads is what the optical port reads. */
static enum status prove_way(struct step_context *context, int index,
			     const struct table_reading *optical)
{
	static struct table_reading remote;
	char indicated[80], expected[80];
	enum status status = read_remotely(context, index, REMOTE_ZIGBEE, REGISTERS_TABLE, &remote);

	if (status) {
		return status;
	}
	describe_reading(&remote, indicated, sizeof(indicated));
	describe_reading(optical, expected, sizeof(expected));
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "zigbee",
					    .what = "ST23 by Zigbee against the optical port",
					    .indicated = indicated,
					    .expected = expected,
					    .is_seen = true,
					    .seen = readings_agree(&remote, optical)
							    ? CONFORMS
							    : DOES_NOT_CONFORM});
}

static enum status make_traffic(struct step_context *context, int index, int requests)
{
	struct instrument *reader = context->lab->remote_reader;
	int number = context->lab->positions[index].number;
	char refusal[REMOTE_REFUSAL];
	int answered = 0;
	enum status status =
		record_request(context, "position %d: %d readings by Zigbee", number, requests);

	if (!status) {
		report_progress(context, "%d readings by Zigbee", requests);
		status = reader->remote_reader->traffic(reader, number, requests, &answered,
							refusal);
	}
	if (!status) {
		status = check_contact(context, index, refusal);
	}
	if (!status && (refusal[0] || answered < ANSWERED_FRACTION * requests)) {
		return status_fail(STATUS_TIMEOUT,
				   "position %d: of %d readings by Zigbee %d had an answer%s%s; "
				   "that is no traffic that could prove anything",
				   number, requests, answered, refusal[0] ? ": " : "", refusal);
	}
	return status ? status
		      : record_note(context, "position %d: %d of %d readings by Zigbee answered",
				    number, answered, requests);
}

static enum status record_refusal(struct step_context *context, int index, const char *what,
				  const char *refusal, const char *done)
{
	bool is_refused = refusal[0] && strcmp(refusal, "meter silent") != 0;
	char indicated[80];

	snprintf(indicated, sizeof(indicated), "%s%s", refusal[0] ? "refused: " : done, refusal);
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "zigbee",
					    .what = what,
					    .indicated = indicated,
					    .expected = "refused by a response code",
					    .is_seen = true,
					    .seen = is_refused ? CONFORMS : DOES_NOT_CONFORM});
}

/* The same octets that are there already: even a meter that took them would not be changed. */
static enum status try_to_write(struct step_context *context, int index,
				const struct table_reading *settings)
{
	struct instrument *reader = context->lab->remote_reader;
	int number = context->lab->positions[index].number;
	char refusal[REMOTE_REFUSAL];
	enum status status = record_request(context, "position %d: write of MT3 by Zigbee", number);

	if (!status) {
		status = reader->remote_reader->write_table(reader, number, REMOTE_ZIGBEE,
							    SETTINGS_TABLE, settings->octets,
							    settings->count, refusal);
	}
	if (!status) {
		status = check_contact(context, index, refusal);
	}
	return status ? status
		      : record_refusal(context, index, "write of the settings (MT3) by Zigbee",
				       refusal, "written");
}

static enum status try_to_reset(struct step_context *context, int index)
{
	static const uint8_t parameters[] = {1};
	struct instrument *reader = context->lab->remote_reader;
	int number = context->lab->positions[index].number;
	char refusal[REMOTE_REFUSAL], done[40];
	int result;
	enum status status = record_request(context, "position %d: demand reset by Zigbee", number);

	if (!status) {
		status = reader->remote_reader->execute(reader, number, REMOTE_ZIGBEE,
							RESET_PROCEDURE, parameters,
							sizeof(parameters), &result, refusal);
	}
	if (!status) {
		status = check_contact(context, index, refusal);
	}
	if (status) {
		return status;
	}
	snprintf(done, sizeof(done), "carried out with result %d", result);
	return record_refusal(context, index, "demand reset by Zigbee", refusal, done);
}

static enum status test_position(struct step_context *context, int index, int requests)
{
	static struct table_reading before[WATCHED];
	enum status status = read_watched(context, index, "before", before);

	if (!status) {
		status = prove_way(context, index, &before[0]);
	}
	if (!status) {
		status = make_traffic(context, index, requests);
	}
	if (!status) {
		status = compare_watched(context, index, "after the traffic", before);
	}
	if (!status) {
		status = try_to_write(context, index, &before[WATCHED - 1]);
	}
	if (!status) {
		status = try_to_reset(context, index);
	}
	return status ? status
		      : compare_watched(context, index, "after the attempts to change it", before);
}

static enum status zigbee_run(struct step_context *context, const struct step_argument *arguments)
{
	struct remote_module modules[LAB_POSITIONS];
	enum status status = supply_meters(context, arguments[VOLTS].number, 0);

	if (!status) {
		status = await_modules(context, arguments[JOIN_TIME].number, modules);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(
			context, i, test_position(context, i, (int)arguments[REQUESTS].number));
	}
	return status;
}

const struct step_verb verb_zigbee = {
	.name = "zigbee",
	.purpose = "Zigbee traffic changes no register, writes and procedures by Zigbee are "
		   "refused",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$lowest_volts V",
			 "supply, without current"},
			{"requests", PARAMETER_INTEGER, NULL, 10, 1000, "200",
			 "readings by Zigbee"},
			{"join_time", PARAMETER_QUANTITY, "s", 1, 3600, "600 s",
			 "until the module has to be in its network"},
		},
	.check = zigbee_check,
	.run = zigbee_run,
};
