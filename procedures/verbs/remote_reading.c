/*
 * remote_reading: at standstill every legal quantity and the service information that the module
 * reads are those that the optical port reads, octet by octet; and the module is the one that the
 * device file describes. A table that moves between two optical readings proves nothing about the
 * one in between and is read again.
 */
#include "procedures/verbs/module_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TABLES = LOAD_ARGUMENTS,
	RECORDER_TABLES,
	SWITCH_TABLES,
	ENERGY_TIME,
	JOIN_TIME,
	MODULE_REQUIREMENT
};

#define TRIES 5
/* MT6 as the maker publishes it: state, and the module's own words. */
#define MODULE_TABLE 2054
#define MODULE_OCTETS 40
#define MODULE_IDENTIFIED 2

struct wanted_table {
	int number;
	size_t first, octets; /* only these; octets 0: all */
};

/* "23 2049:10 28:3+4": tables; of the second the first ten octets, of the third four from 3 on.
 * False: not that. */
static bool next_table(const char **text, struct wanted_table *table)
{
	char *end;

	*text += strspn(*text, " ");
	if (!isdigit((unsigned char)**text)) {
		return false;
	}
	*table = (struct wanted_table){.number = (int)strtol(*text, &end, 10)};
	if (*end == ':' && isdigit((unsigned char)end[1])) {
		table->octets = (size_t)strtol(end + 1, &end, 10);
	}
	if (table->octets && *end == '+' && isdigit((unsigned char)end[1])) {
		table->first = table->octets;
		table->octets = (size_t)strtol(end + 1, &end, 10);
	}
	*text = end;
	return *end == ' ' || !*end;
}

static enum status check_list(const char *list)
{
	struct wanted_table table;
	const char *at = list;

	while (at[strspn(at, " ")]) {
		if (!next_table(&at, &table) || table.number > 4095) {
			return status_fail(STATUS_BAD_INPUT,
					   "\"%s\" is no list of tables such as \"23 2049:10 "
					   "28:3+4\"",
					   list);
		}
	}
	return STATUS_OK;
}

static enum status remote_reading_check(const struct step_context *context,
					const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = require_module(context);

	for (int i = TABLES; !status && i <= SWITCH_TABLES; i++) {
		status = check_list(arguments[i].text);
	}
	return status ? status : verb_load_from_arguments(context, arguments, &load);
}

/* Registers of zero would agree whatever the module did. */
static enum status give_energy(struct step_context *context, const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = verb_load_from_arguments(context, arguments, &load);

	if (!status) {
		status = apply_and_settle(context, &load);
	}
	return status ? status : lab_wait_seconds(context->lab, arguments[ENERGY_TIME].number);
}

/* ---- the module ---- */

static enum status check_words(struct step_context *context, int index, const char *requirement,
			       const char *what, const char *indicated, const char *expected)
{
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "remote_reading",
					    .what = what,
					    .indicated = indicated,
					    .expected = expected,
					    .requirement = *requirement ? requirement : NULL});
}

/* Text of a field of octets without the blanks behind it. */
static void field_text(const struct table_reading *reading, size_t offset, size_t length,
		       char *text)
{
	text[0] = '\0';
	if (offset + length > reading->count) {
		return;
	}
	memcpy(text, reading->octets + offset, length);
	text[length] = '\0';
	for (; length && text[length - 1] == ' '; length--) {
		text[length - 1] = '\0';
	}
}

/* What the meter says of its module is what the module says of itself. */
static enum status check_told_by_meter(struct step_context *context, int index,
				       const char *requirement, const struct remote_module *module)
{
	struct table_reading reading;
	char number[8], label[24], firmware[16], told[80], expected[80];
	enum status status = read_optically(context, index, MODULE_TABLE, &reading);

	if (!status) {
		status = record_reading(context, index, MODULE_TABLE, "optical", &reading);
	}
	if (status) {
		return status;
	}
	field_text(&reading, 2, 4, number);
	field_text(&reading, 6, 20, label);
	field_text(&reading, 26, 10, firmware);
	bool is_identified =
		reading.count == MODULE_OCTETS && reading.octets[0] == MODULE_IDENTIFIED;
	snprintf(told, sizeof(told), "%s %s %s %s", is_identified ? "identified" : "not identified",
		 number, label, firmware);
	snprintf(expected, sizeof(expected), "identified %s %s %s", module->number, module->label,
		 module->firmware);
	return check_words(context, index, requirement,
			   "what the meter says of its module, against the module itself", told,
			   expected);
}

static enum status check_module(struct step_context *context, int index, const char *requirement,
				const struct remote_module *module)
{
	const struct device_module *device = context->module;
	bool has_zigbee =
		device_type_has(context->device, context->model, context->module, "zigbee");
	struct record_draft draft;

	entry_begin(context, &draft, "module", context->lab->positions[index].number);
	record_draft_text(&draft, "number", module->number);
	record_draft_text(&draft, "label", module->label);
	record_draft_text(&draft, "firmware", module->firmware);
	record_draft_flag(&draft, "has_zigbee", module->has_zigbee);
	enum status status = entry_add(context, &draft);

	if (!status) {
		status = check_words(context, index, requirement, "number of the module",
				     module->number, device->id);
	}
	if (!status) {
		status = check_words(context, index, requirement, "label of the module",
				     module->label, device->label);
	}
	if (!status) {
		status = check_words(context, index, requirement, "Zigbee of the module",
				     module->has_zigbee ? "with Zigbee" : "without Zigbee",
				     has_zigbee ? "with Zigbee" : "without Zigbee");
	}
	return status ? status : check_told_by_meter(context, index, requirement, module);
}

/* ---- the tables ---- */

static enum status record_comparison(struct step_context *context, int index,
				     const struct wanted_table *table,
				     const struct table_reading *optical,
				     const struct table_reading *remote, bool stood_still)
{
	char name[16], part[40] = "", what[120], indicated[80], expected[80], remark[120] = "";
	bool agree = readings_agree(optical, remote);
	size_t first = 0;

	table_name(table->number, name);
	if (table->octets) {
		snprintf(part, sizeof(part), " octets %zu to %zu", table->first,
			 table->first + table->octets - 1);
	}
	snprintf(what, sizeof(what), "%s%s through the module against the optical port", name,
		 part);
	describe_reading(remote, indicated, sizeof(indicated));
	describe_reading(optical, expected, sizeof(expected));
	while (first < remote->count && first < optical->count &&
	       remote->octets[first] == optical->octets[first]) {
		first++;
	}
	if (!stood_still) {
		snprintf(remark, sizeof(remark),
			 "the table moved between the optical readings, %d times in a row", TRIES);
	} else if (!agree && !remote->refusal[0] && !optical->refusal[0]) {
		snprintf(remark, sizeof(remark), "they differ from octet %zu on", first);
	}
	/* a table that neither has shows nothing */
	bool is_nothing = (optical->refusal[0] || !optical->count) && agree;
	enum conformity seen = !stood_still || is_nothing ? NOT_EVALUATED
			       : agree			  ? CONFORMS
							  : DOES_NOT_CONFORM;

	return record_check(context, &(struct check){.index = index,
						     .test = "remote_reading",
						     .what = what,
						     .indicated = indicated,
						     .expected = expected,
						     .is_seen = true,
						     .seen = seen,
						     .remark = remark});
}

static enum status compare_table(struct step_context *context, int index,
				 const struct wanted_table *table)
{
	static struct table_reading before, remote, after, first, second;
	bool stood_still = false;
	enum status status = STATUS_OK;

	for (int i = 0; !status && !stood_still && i < TRIES; i++) {
		status = read_optically(context, index, table->number, &before);
		if (!status) {
			status = read_remotely(context, index, REMOTE_NETWORK, table->number,
					       &remote);
		}
		if (!status) {
			status = read_optically(context, index, table->number, &after);
		}
		cut_reading(&before, table->first, table->octets, &first);
		cut_reading(&after, table->first, table->octets, &second);
		stood_still = readings_agree(&first, &second);
	}
	if (!status) {
		status = record_reading(context, index, table->number, "optical", &before);
	}
	if (!status) {
		status = record_reading(context, index, table->number, "module", &remote);
	}
	cut_reading(&remote, table->first, table->octets, &second);
	return status ? status
		      : record_comparison(context, index, table, &first, &second, stood_still);
}

static enum status compare_list(struct step_context *context, int index, const char *list)
{
	struct wanted_table table;
	enum status status = STATUS_OK;

	while (!status && next_table(&list, &table)) {
		status = compare_table(context, index, &table);
	}
	return status;
}

static enum status compare_position(struct step_context *context, int index,
				    const struct step_argument *arguments)
{
	const struct device_type *device = context->device;
	enum status status = compare_list(context, index, arguments[TABLES].text);

	if (!status && device_type_has(device, context->model, context->module, "recorder")) {
		status = compare_list(context, index, arguments[RECORDER_TABLES].text);
	}
	if (!status &&
	    device_type_has(device, context->model, context->module, "service_disconnect")) {
		status = compare_list(context, index, arguments[SWITCH_TABLES].text);
	}
	return status;
}

/* Before the energy: a module that went on telling what it has read once would be found out. */
static enum status read_before(struct step_context *context, int index, const char *list)
{
	static struct table_reading reading;
	struct wanted_table table;
	enum status status = STATUS_OK;

	while (!status && next_table(&list, &table)) {
		status = read_remotely(context, index, REMOTE_NETWORK, table.number, &reading);
	}
	return status;
}

static enum status test_position(struct step_context *context, int index,
				 const struct step_argument *arguments,
				 const struct remote_module *module)
{
	enum status status =
		check_module(context, index, arguments[MODULE_REQUIREMENT].text, module);

	return status ? status : compare_position(context, index, arguments);
}

static enum status remote_reading_run(struct step_context *context,
				      const struct step_argument *arguments)
{
	struct remote_module modules[LAB_POSITIONS];
	enum status status = supply_meters(context, arguments[LOAD_VOLTS].number, 0);

	if (!status) {
		status = await_modules(context, arguments[JOIN_TIME].number, modules);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i,
					 read_before(context, i, arguments[TABLES].text));
	}
	if (!status) {
		status = give_energy(context, arguments);
	}
	if (!status) {
		status = supply_meters(context, arguments[LOAD_VOLTS].number, 0);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i,
					 test_position(context, i, arguments, &modules[i]));
	}
	return status;
}

const struct step_verb verb_remote_reading = {
	.name = "remote_reading",
	.purpose = "tables read through the module equal those of the optical port at standstill; "
		   "identity of the module",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"tables", PARAMETER_TEXT, NULL, 0, 0,
			 "1 2 3 5 21 22 23 24 25 26 28:3+4 28:10+4 2049:10",
			 "tables; with \":N\" only the first N octets, with \":F+N\" N octets from "
			 "octet F on"},
			{"recorder_tables", PARAMETER_TEXT, NULL, 0, 0, "61 62 63",
			 "likewise, of models with a recorder"},
			{"switch_tables", PARAMETER_TEXT, NULL, 0, 0, "2050",
			 "likewise, of models with a service switch"},
			{"energy_time", PARAMETER_QUANTITY, "s", 0, 3600, "60 s",
			 "how long the load flows before the registers are read"},
			{"join_time", PARAMETER_QUANTITY, "s", 1, 3600, "600 s",
			 "until the module has to be in its network"},
			{"module_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that the module's identity serves; empty: the step's"},
		},
	.check = remote_reading_check,
	.run = remote_reading_run,
};
