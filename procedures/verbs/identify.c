/*
 * identify: reads who the meter is through the optical port, records it and refuses to go on when
 * it is not the meter that the device file describes: a wrong constant would be an error of 50 %,
 * not a property of the meter.
 */
#include "procedures/verbs/identify.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "procedures/word_list.h"

enum { VOLTS, START_TIME, FIRMWARE_REQUIREMENT };

/* Constants and currents come from tables with few digits. */
#define SAME_RELATIVE 1e-4

enum status supply_load(const struct step_context *context, double volts, struct verb_load *load)
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

static enum status identify_check(const struct step_context *context,
				  const struct step_argument *arguments)
{
	struct verb_load load;

	return supply_load(context, arguments[VOLTS].number, &load);
}

static enum status record_meter(struct step_context *context, int index,
				const struct meter_identity *identity)
{
	struct record_draft draft;
	char version[24];
	char status_text[40];

	entry_begin(context, &draft, "meter", context->lab->positions[index].number);
	record_draft_text(&draft, "manufacturer", identity->manufacturer);
	record_draft_text(&draft, "model", identity->model);
	record_draft_text(&draft, "serial", identity->serial);
	record_draft_text(&draft, "device_id", identity->device_id);
	snprintf(version, sizeof(version), "%d.%02d", identity->firmware_version,
		 identity->firmware_revision);
	record_draft_text(&draft, "firmware", version);
	snprintf(version, sizeof(version), "%d.%02d", identity->hardware_version,
		 identity->hardware_revision);
	record_draft_text(&draft, "hardware", version);
	record_draft_number(&draft, "kh_watt_hours", identity->kh_watt_hours);
	record_draft_number(&draft, "kt_watt_hours", identity->kt_watt_hours);
	record_draft_number(&draft, "class_amperes", identity->class_amperes);
	record_draft_number(&draft, "test_amperes", identity->test_amperes);
	snprintf(status_text, sizeof(status_text), "mode %u, status 0x%04x",
		 (unsigned)identity->mode, (unsigned)identity->status_1);
	record_draft_text(&draft, "status", status_text);
	return entry_add(context, &draft);
}

static enum status check_word(const char *what, const char *meter, const char *expected,
			      const char *source)
{
	if (!strcmp(meter, expected)) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT, "the meter says %s \"%s\", %s says \"%s\"", what,
			   meter, source, expected);
}

struct compared_number {
	const char *what;
	const char *unit;
	double meter, expected;
};

static enum status check_numbers(const struct step_context *context,
				 const struct meter_identity *identity)
{
	const struct device_form *form = context->form;
	const struct compared_number numbers[] = {
		{"Kh", "Wh", identity->kh_watt_hours, form->kh_watt_hours},
		{"Kt", "Wh", identity->kt_watt_hours, form->kt_watt_hours},
		{"class", "A", identity->class_amperes, form->class_amperes},
		{"test current", "A", identity->test_amperes, form->test_amperes},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct compared_number *number = &numbers[i];
		if (!(fabs(number->meter - number->expected) <= SAME_RELATIVE * number->expected)) {
			return status_fail(STATUS_BAD_INPUT,
					   "the meter says %s %.9g %s, device file %s says %.9g %s "
					   "for form %s",
					   number->what, number->meter, number->unit,
					   context->device->id, number->expected, number->unit,
					   form->name);
		}
	}
	return STATUS_OK;
}

/* A version that is not in the device file is no other meter, but one that nobody has approved: the
 * run goes on, the meter does not conform. Told once where no requirement asks for it. */
static enum status judge_firmware(struct step_context *context, int index,
				  const struct meter_identity *identity, bool is_first,
				  const char *requirement)
{
	const struct device_type *device = context->device;
	char version[24], list[128] = "";
	bool is_listed = false;

	snprintf(version, sizeof(version), "%d.%02d", identity->firmware_version,
		 identity->firmware_revision);
	for (int i = 0; i < device->firmware_count; i++) {
		is_listed = is_listed || !strcmp(device->firmwares[i], version);
		word_list_append(list, sizeof(list), device->firmwares[i]);
	}
	if (!*requirement && (is_listed || !is_first)) {
		return STATUS_OK;
	}
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "identity",
					    .what = "firmware version by the optical port",
					    .indicated = version,
					    .expected = list,
					    .is_seen = true,
					    .seen = is_listed ? CONFORMS : DOES_NOT_CONFORM,
					    .requirement = *requirement ? requirement : NULL});
}

static enum status check_identity(const struct step_context *context,
				  const struct meter_identity *identity)
{
	enum status status =
		check_word("form", identity->form, context->form->wiring->name, "this run");

	if (!status && context->model && *context->model) {
		status = check_word("model", identity->model, context->model, "this run");
	}
	if (!status) {
		status = device_type_model(context->device, identity->model);
	}
	if (!status) {
		status = check_numbers(context, identity);
	}
	return status;
}

static enum status identify_position(struct step_context *context, int index,
				     const char *firmware_requirement)
{
	struct verb_memory *memory = context->memory;
	struct meter_identity *identity = &memory->identities[index];
	bool is_first = !memory->is_identified[index];
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = meter_client_read_identity(client, identity);
	}
	if (!status) {
		status = ledger_read(context, index, client, "identified");
	}
	status = session_end(client, status);
	if (!status) {
		status = record_meter(context, index, identity);
	}
	if (!status) {
		status = check_identity(context, identity);
		if (status) {
			status_prefix(status,
				      "position %d: ", context->lab->positions[index].number);
		}
	}
	memory->is_identified[index] = !status;
	return status ? status
		      : judge_firmware(context, index, identity, is_first, firmware_requirement);
}

static enum status identify_run(struct step_context *context, const struct step_argument *arguments)
{
	struct verb_load load;
	enum status status = supply_load(context, arguments[VOLTS].number, &load);

	if (!status) {
		status = apply_and_settle(context, &load);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, arguments[START_TIME].number);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(
			context, i,
			identify_position(context, i, arguments[FIRMWARE_REQUIREMENT].text));
	}
	return status;
}

const struct step_verb verb_identify = {
	.name = "identify",
	.purpose =
		"reads the meter's identity and constants and compares them with the device file",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$lowest_volts V",
			 "supply while the meter is read"},
			{"start_time", PARAMETER_QUANTITY, "s", 0, 600, "5 s",
			 "time from the supply to the first question"},
			{"firmware_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that the firmware is one of the device file"},
		},
	.check = identify_check,
	.run = identify_run,
};
