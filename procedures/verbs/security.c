/*
 * security: what a sealed meter refuses and what it does once its seal is broken. The bench is the
 * programming tool and knows all passwords, as an intruder might. Attempts at tables write what
 * already stands in them, so that a meter that does not refuse is not spoilt by them.
 */
#include "procedures/verbs/security_parts.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/verbs/result.h"

enum { TEST, VOLTS, ALSO, LOG_REQUIREMENT };

static const struct security_test {
	const char *name;
	enum status (*run)(struct security *security);
} tests[] = {
	{"cold_start", security_cold_start},
	{"reprogramming", security_reprogramming},
	{"seal_broken", security_seal_broken},
};

static const struct security_test *find_test(const char *name)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (!strcmp(tests[i].name, name)) {
			return &tests[i];
		}
	}
	return NULL;
}

/* ---- what the tests share ---- */

static bool has_recorder(const struct step_context *context, int index)
{
	const struct verb_memory *memory = context->memory;

	return device_type_has(context->device, memory->identities[index].model, context->module,
			       "recorder");
}

static enum status read_intervals(struct security *security, struct meter_client *client,
				  bool is_before)
{
	struct meter_recorder recorder;
	int count = 0;
	enum status status = meter_client_read_recorder(client, &recorder);

	if (!status) {
		status = meter_client_read_intervals(client, &recorder, METER_INTERVALS,
						     security->intervals, &count);
	}
	security->interval_count = count;
	if (!status && is_before) {
		security->has_interval = count > 0;
	}
	if (!status && is_before && count) {
		security->newest_before = security->intervals[count - 1];
	}
	return status;
}

static bool is_same_interval(const struct meter_interval *one, const struct meter_interval *other)
{
	bool is_same =
		meter_time_wall_seconds(&one->ended) == meter_time_wall_seconds(&other->ended) &&
		one->flags == other->flags;

	for (int i = 0; i < METER_CHANNELS; i++) {
		is_same = is_same && one->status[i] == other->status[i] &&
			  one->counts[i] == other->counts[i];
	}
	return is_same;
}

static enum status judge_intervals(struct security *security, int index)
{
	bool is_there = false;

	for (int i = 0; i < security->interval_count; i++) {
		is_there = is_there ||
			   is_same_interval(&security->intervals[i], &security->newest_before);
	}
	return security_compare(security, index, NULL,
				"the newest recorded interval after the attempts",
				is_there ? "as before" : "gone or changed", "as before");
}

static enum status look(struct security *security, int index, struct meter_client *client,
			struct table_snapshot *snapshot, uint32_t *newest)
{
	enum status status = meter_client_read_events(client, security->log);

	*newest = security->log->newest;
	if (!status && has_recorder(security->context, index)) {
		status = read_intervals(security, client, snapshot == security->before);
	}
	return status ? status : table_snapshot_take(client, snapshot);
}

enum status security_look(struct security *security, int index, struct table_snapshot *snapshot,
			  uint32_t *newest)
{
	struct meter_client *client;
	enum status status = session_begin(security->context, index, METER_ACCESS_READ, &client);

	if (snapshot == security->before) {
		security->has_interval = false;
	}
	if (!status) {
		status = look(security, index, client, snapshot, newest);
	}
	return session_end(client, status);
}

enum status security_compare(struct security *security, int index, const char *requirement,
			     const char *what, const char *indicated, const char *expected)
{
	return record_check(security->context, &(struct check){.index = index,
							       .test = "security",
							       .what = what,
							       .indicated = indicated,
							       .expected = expected,
							       .requirement = requirement});
}

enum status security_judge_unchanged(struct security *security, int index, const char *what)
{
	char changed[400], indicated[440], all[64];
	int count = table_snapshot_compare(security->before, security->after,
					   security->context->device, changed, sizeof(changed));

	snprintf(all, sizeof(all), "none of %d tables changed", security->before->count);
	snprintf(indicated, sizeof(indicated), "changed: %s", changed);
	enum status status =
		security_compare(security, index, NULL, what, count ? indicated : all, all);

	return status || !security->has_interval ? status : judge_intervals(security, index);
}

enum status security_judge_log(struct security *security, int index, const char *what,
			       uint32_t before)
{
	struct step_context *context = security->context;
	bool was_informative = context->is_informative;
	char indicated[80];
	uint32_t entries = security->log->newest - before;

	snprintf(indicated, sizeof(indicated), "%u new entries in the event log",
		 (unsigned)entries);
	context->is_informative = true;
	enum status status = record_check(
		context, &(struct check){.index = index,
					 .test = "security",
					 .what = what,
					 .indicated = indicated,
					 .expected = "at least one",
					 .is_seen = true,
					 .seen = entries ? CONFORMS : DOES_NOT_CONFORM,
					 .requirement = *security->log_requirement
								? security->log_requirement
								: NULL});
	context->is_informative = was_informative;
	return status;
}

/* ---- the verb ---- */

static enum status security_check_step(const struct step_context *context,
				       const struct step_argument *arguments)
{
	if (!find_test(arguments[TEST].text)) {
		return status_fail(STATUS_BAD_INPUT,
				   "test=\"%s\" is none of cold_start, reprogramming and "
				   "seal_broken",
				   arguments[TEST].text);
	}
	enum status status = check_has_settings(context);

	return status ? status : check_supply(context, arguments[VOLTS].number);
}

static enum status run_test(struct security *security, const struct security_test *test)
{
	struct step_context *context = security->context;
	enum status status = supply_on(context, security->volts);

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, ensure_sealed(context, i));
	}
	return status ? status : test->run(security);
}

static enum status security_run(struct step_context *context, const struct step_argument *arguments)
{
	struct security security = {
		.context = context,
		.also = arguments[ALSO].text,
		.log_requirement = arguments[LOG_REQUIREMENT].text,
		.volts = arguments[VOLTS].number,
		.before = calloc(1, sizeof(struct table_snapshot)),
		.after = calloc(1, sizeof(struct table_snapshot)),
		.log = calloc(1, sizeof(struct meter_event_log)),
		.intervals = calloc(METER_INTERVALS, sizeof(struct meter_interval)),
	};
	enum status status = STATUS_OK;

	if (!security.before || !security.after || !security.log || !security.intervals) {
		status = status_fail(STATUS_IO, "no memory for the tables of a meter");
	}
	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = run_test(&security, find_test(arguments[TEST].text));
	}
	free(security.before);
	free(security.after);
	free(security.log);
	free(security.intervals);
	return status;
}

const struct step_verb verb_security = {
	.name = "security",
	.purpose = "what a sealed meter refuses, and what it does with its seal broken",
	.parameters =
		{
			{"test", PARAMETER_TEXT, NULL, 0, 0, NULL,
			 "cold_start, reprogramming or seal_broken"},
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$lowest_volts V",
			 "supply of the meter"},
			{"also", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "one more requirement: of the single tables, or of programming itself"},
			{"log_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement of the event log, informative; empty: the step's"},
		},
	.check = security_check_step,
	.run = security_run,
};
