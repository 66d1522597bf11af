/*
 * The control: with its seal broken the meter can be programmed, says so, and is closed again. A
 * meter that can never be programmed would pass every other test. The voltages are off while a
 * person breaks or closes the seal.
 */
#include "procedures/verbs/security_parts.h"

#include <stdio.h>
#include <string.h>

#include "procedures/verbs/operator_help.h"
#include "procedures/verbs/result.h"

#define DECIMALS 4 /* 0 to 3 */
#define EVENT_TABLE_WRITTEN 10

struct hands {
	bool is_done[LAB_POSITIONS];
	char why_not[LAB_POSITIONS][160];
};

/* ---- the seal ---- */

static enum status move_seals(struct security *security, bool is_broken, struct hands *hands)
{
	struct step_context *context = security->context;
	struct lab *lab = context->lab;
	enum status status = supply_off(context);

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		struct operator_answer answer;

		status = operator_seal(context, i, is_broken, &answer);
		hands->is_done[i] = answer.is_done;
		snprintf(hands->why_not[i], sizeof(hands->why_not[i]), "%.159s", answer.text);
	}
	return status ? status : supply_on(context, security->volts);
}

static enum status not_done(struct security *security, int index, const char *what, const char *why)
{
	char indicated[200];

	snprintf(indicated, sizeof(indicated), "not done: %s", why);
	return record_check(security->context, &(struct check){.index = index,
							       .test = "security",
							       .what = what,
							       .indicated = indicated,
							       .is_seen = true,
							       .seen = NOT_EVALUATED});
}

/* ---- with the seal broken ---- */

static enum status write_and_read(struct meter_client *client, struct meter_settings *settings,
				  uint8_t decimals, char *indicated, size_t size)
{
	char code[32];

	settings->bytes[SETTINGS_DECIMALS] = decimals;
	enum status status =
		meter_client_write_table(client, SETTINGS_TABLE, settings->bytes, settings->length);

	if (status == STATUS_REFUSED) {
		snprintf(indicated, size, "%s",
			 meter_refusal_name(meter_client_refusal(client), code));
		return STATUS_OK;
	}
	if (!status) {
		status = settings_read(client, settings);
	}
	if (!status) {
		snprintf(indicated, size, "accepted, reads back %d decimals",
			 settings->bytes[SETTINGS_DECIMALS]);
	}
	return status;
}

static enum status judge_programming(struct security *security, int index, const char *what,
				     const char *indicated, uint8_t decimals)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "accepted, reads back %d decimals", decimals);
	enum status status = security_compare(security, index, NULL, what, indicated, expected);

	return status || !*security->also ? status
					  : security_compare(security, index, security->also, what,
							     indicated, expected);
}

/* The display's decimals are changed and put back. */
static enum status program(struct security *security, int index, struct meter_client *client)
{
	struct meter_settings settings;
	char first[80], second[80];
	enum status status = settings_read(client, &settings);

	if (status) {
		return status;
	}
	status = security_compare(security, index, NULL, "the meter sees that its seal is broken",
				  settings.bytes[SETTINGS_SEAL_IS_BROKEN] ? "broken" : "whole",
				  "broken");
	uint8_t found = settings.bytes[SETTINGS_DECIMALS];
	uint8_t other = (uint8_t)((found + 1) % DECIMALS);

	if (!status) {
		status = record_request(
			security->context, "position %d: decimals of the display %d, then %d again",
			security->context->lab->positions[index].number, other, found);
	}
	if (!status) {
		status = write_and_read(client, &settings, other, first, sizeof(first));
	}
	if (!status) {
		status = write_and_read(client, &settings, found, second, sizeof(second));
	}
	if (!status) {
		status = judge_programming(security, index, "programming with the seal broken",
					   first, other);
	}
	return status ? status
		      : judge_programming(security, index, "and back to what was found", second,
					  found);
}

static const struct meter_event *find_writing(const struct meter_event_log *log, uint32_t before)
{
	int fresh = (int)(log->newest - before);

	for (int i = log->count - 1; i >= 0 && fresh-- > 0; i--) {
		const struct meter_event *event = &log->event[i];

		if (event->code == EVENT_TABLE_WRITTEN && event->argument_octets >= 2 &&
		    (event->argument[0] | event->argument[1] << 8) == SETTINGS_TABLE) {
			return event;
		}
	}
	return NULL;
}

static enum status judge_entry(struct security *security, int index, uint32_t before)
{
	struct step_context *context = security->context;
	bool was_informative = context->is_informative;
	const struct meter_event *event = find_writing(security->log, before);
	char indicated[120];

	if (event) {
		snprintf(indicated, sizeof(indicated), "entry %d: table %d written, user %d",
			 event->sequence, SETTINGS_TABLE, event->user);
	} else {
		snprintf(indicated, sizeof(indicated), "no entry of the writing among %u new ones",
			 (unsigned)(security->log->newest - before));
	}
	context->is_informative = true;
	enum status status = record_check(
		context, &(struct check){.index = index,
					 .test = "security",
					 .what = "programming with the seal broken is logged",
					 .indicated = indicated,
					 .expected = "an entry that names the table",
					 .is_seen = true,
					 .seen = event ? CONFORMS : DOES_NOT_CONFORM,
					 .requirement = *security->log_requirement
								? security->log_requirement
								: NULL});
	context->is_informative = was_informative;
	return status;
}

static enum status program_position(struct security *security, int index)
{
	struct step_context *context = security->context;
	struct meter_client *client;
	uint32_t newest = 0;
	enum status status = session_begin(context, index, METER_ACCESS_PROGRAM, &client);

	if (!status) {
		status = meter_client_read_events(client, security->log);
		newest = security->log->newest;
	}
	if (!status) {
		status = program(security, index, client);
	}
	if (!status) {
		status = meter_client_read_events(client, security->log);
	}
	status = session_end(client, status);
	return status ? status : judge_entry(security, index, newest);
}

/* ---- closed again ---- */

static enum status judge_closed(struct security *security, int index)
{
	struct meter_settings settings;
	struct meter_client *client;
	char indicated[80];
	enum status status = session_begin(security->context, index, METER_ACCESS_PROGRAM, &client);

	if (!status) {
		status = settings_read(client, &settings);
	}
	if (!status) {
		status = write_and_read(client, &settings, settings.bytes[SETTINGS_DECIMALS],
					indicated, sizeof(indicated));
	}
	status = session_end(client, status);
	return status ? status
		      : security_compare(security, index, NULL,
					 "programming with the seal closed again", indicated,
					 "insufficient security clearance");
}

static enum status with_each(struct security *security, const struct hands *hands, const char *what,
			     enum status (*run)(struct security *security, int index))
{
	struct lab *lab = security->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = hands->is_done[i] ? run(security, i)
					   : not_done(security, i, what, hands->why_not[i]);
		status = settle_position(security->context, i, status);
	}
	return status;
}

enum status security_seal_broken(struct security *security)
{
	struct hands broken = {.is_done = {false}}, closed = {.is_done = {false}};
	enum status status = move_seals(security, true, &broken);

	if (!status) {
		status = with_each(security, &broken, "programming with the seal broken",
				   program_position);
	}
	if (!status) {
		status = move_seals(security, false, &closed);
	}
	return status ? status
		      : with_each(security, &closed, "programming with the seal closed again",
				  judge_closed);
}
