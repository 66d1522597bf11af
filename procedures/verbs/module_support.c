/* Tables by optical port and module. */
#include "procedures/verbs/module_support.h"

#include <stdio.h>
#include <string.h>

#define POLL_SECONDS 5.0
#define MANUFACTURER_TABLES 2048
/* So many go into an entry of the record; no table of registers is longer. */
#define OCTETS_RECORDED 2000
#define OCTETS_SHOWN 16

enum status require_module(const struct step_context *context)
{
	if (!context->lab->remote_reader) {
		return status_fail(STATUS_BAD_INPUT,
				   "lab %s has no remote_reader, which reads meters through their "
				   "modules",
				   context->lab->name);
	}
	if (!context->module) {
		return status_fail(
			STATUS_BAD_INPUT,
			"the meter has no communication module in this run; name one, or "
			"say only_with=\"module\" at the procedure");
	}
	return STATUS_OK;
}

enum status supply_point(const struct step_context *context, double volts, struct verb_load *load)
{
	struct load_point point = {
		.phases = service_phases(context->form->service),
		.volts = volts,
		.power_factor = 1,
		.side = POWER_FACTOR_UNITY,
		.hertz = context->device->hertz,
		.single_element = -1,
	};

	return verb_load_from_point(context, &point, load);
}

enum status supply_meters(struct step_context *context, double volts, double seconds)
{
	struct verb_load load;
	enum status status = supply_point(context, volts, &load);

	if (!status) {
		status = apply_and_settle(context, &load);
	}
	return status ? status : lab_wait_seconds(context->lab, seconds);
}

enum status check_contact(const struct step_context *context, int index, const char *refusal)
{
	static const char *const of_bench[] = {"no module", "no contact", "not joined"};
	const struct lab_position *position = &context->lab->positions[index];

	for (size_t i = 0; i < sizeof(of_bench) / sizeof(*of_bench); i++) {
		if (!strcmp(refusal, of_bench[i])) {
			return status_fail(
				STATUS_TIMEOUT,
				"position %d: remote reader %s says \"%s\"; check that a "
				"module %s is under the glass and within its reach",
				position->number, context->lab->remote_reader->name, refusal,
				context->module ? context->module->id : "");
		}
	}
	return STATUS_OK;
}

static enum status await_module(struct step_context *context, int index, struct instant deadline,
				struct remote_module *module)
{
	struct lab *lab = context->lab;
	struct instrument *reader = lab->remote_reader;
	char refusal[REMOTE_REFUSAL];

	for (;;) {
		enum status status = reader->remote_reader->module(
			reader, lab->positions[index].number, module, refusal);

		if (status || (!refusal[0] && module->is_joined)) {
			return status;
		}
		if (!instant_before(clock_now(lab->clock), deadline)) {
			return check_contact(context, index, refusal[0] ? refusal : "not joined");
		}
		status = lab_wait_seconds(lab, POLL_SECONDS);
		if (status) {
			return status;
		}
	}
}

enum status await_modules(struct step_context *context, double seconds,
			  struct remote_module modules[LAB_POSITIONS])
{
	struct instant deadline = instant_after(clock_now(context->lab->clock), seconds);
	enum status status = STATUS_OK;

	report_progress(context, "waiting for the modules to join their network");
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i,
					 await_module(context, i, deadline, &modules[i]));
	}
	return status;
}

void response_word(uint8_t code, char word[REMOTE_REFUSAL])
{
	static const char *const words[] = {"",	   "err", "sns", "isc", "onp", "iar",
					    "bsy", "dnr", "dlk", "rno", "isss"};

	if (code > 0 && code < sizeof(words) / sizeof(*words)) {
		snprintf(word, REMOTE_REFUSAL, "%s", words[code]);
	} else {
		snprintf(word, REMOTE_REFUSAL, "response %u", (unsigned)code);
	}
}

enum status read_optically(struct step_context *context, int index, int table,
			   struct table_reading *reading)
{
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_READ, &client);

	*reading = (struct table_reading){.count = 0};
	if (!status) {
		status = meter_client_read_table(client, table, reading->octets,
						 sizeof(reading->octets), &reading->count);
		if (status == STATUS_REFUSED) {
			response_word(meter_client_refusal(client), reading->refusal);
			status = STATUS_OK;
		}
	}
	return session_end(client, status);
}

enum status read_remotely(struct step_context *context, int index, enum remote_path path, int table,
			  struct table_reading *reading)
{
	struct instrument *reader = context->lab->remote_reader;

	*reading = (struct table_reading){.count = 0};
	enum status status = reader->remote_reader->read_table(
		reader, context->lab->positions[index].number, path, table, reading->octets,
		&reading->count, reading->refusal);

	return status ? status : check_contact(context, index, reading->refusal);
}

static size_t at_most(size_t count, size_t most)
{
	return most < count ? most : count;
}

void cut_reading(const struct table_reading *reading, size_t first, size_t octets,
		 struct table_reading *cut)
{
	*cut = (struct table_reading){.count = reading->count};
	memcpy(cut->refusal, reading->refusal, sizeof(cut->refusal));
	if (octets) {
		cut->count = first + octets <= reading->count ? octets : 0;
	}
	memcpy(cut->octets, reading->octets + (octets ? first : 0), cut->count);
}

bool readings_agree(const struct table_reading *a, const struct table_reading *b)
{
	if (a->refusal[0] || b->refusal[0]) {
		return !strcmp(a->refusal, b->refusal);
	}
	return a->count == b->count && !memcmp(a->octets, b->octets, a->count);
}

static void write_hex(const uint8_t *octets, size_t count, char *text, size_t size)
{
	for (size_t i = 0; i < count && 2 * i + 2 < size; i++) {
		snprintf(text + 2 * i, 3, "%02X", octets[i]);
	}
}

void describe_reading(const struct table_reading *reading, char *text, size_t size)
{
	if (reading->refusal[0]) {
		snprintf(text, size, "refused: %s", reading->refusal);
		return;
	}
	int used = snprintf(text, size, "%zu octets ", reading->count);

	write_hex(reading->octets, at_most(reading->count, OCTETS_SHOWN), text + used,
		  size - (size_t)used);
	if (reading->count > OCTETS_SHOWN) {
		size_t length = strlen(text);
		snprintf(text + length, size - length, "...");
	}
}

void table_name(int table, char name[16])
{
	bool is_manufacturers = table >= MANUFACTURER_TABLES;

	snprintf(name, 16, "%s%d", is_manufacturers ? "MT" : "ST",
		 is_manufacturers ? table - MANUFACTURER_TABLES : table);
}

enum status record_reading(struct step_context *context, int index, int table, const char *way,
			   const struct table_reading *reading)
{
	static char octets[2 * OCTETS_RECORDED + 2];
	struct record_draft draft;
	char name[16];

	octets[0] = '\0';
	write_hex(reading->octets, at_most(reading->count, OCTETS_RECORDED), octets,
		  sizeof(octets));
	table_name(table, name);
	entry_begin(context, &draft, "table_reading", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[index].number);
	record_draft_text(&draft, "table", name);
	record_draft_text(&draft, "way", way);
	record_draft_text(&draft, "refusal", reading->refusal);
	record_draft_integer(&draft, "count", (int64_t)reading->count);
	record_draft_text(&draft, "octets", octets);
	return entry_add(context, &draft);
}
