/*
 * display: one list of the display against the device file – its items in their order, units and
 * names, numbers against the registers behind the optical port, letters of the voltages that are
 * there. No current flows, so the registers stand still.
 */
#include "procedures/verbs/display_list.h"
#include "procedures/verbs/display_readings.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/verbs/meter_seal.h"
#include "procedures/verbs/operator_help.h"
#include "procedures/verbs/result.h"

enum { LIST, VOLTS, UNIT_REQUIREMENT, FURTHER_REQUIREMENT, FIRMWARE_REQUIREMENT };

#define LONG_PRESS_SECONDS 3.5
#define SHORT_PRESS_SECONDS 1.0
/* One watch fills the operator's memory of images when numbers change every second. */
#define WATCH_SECONDS 30.0

struct display_test {
	struct step_context *context;
	const struct device_display_list *list;
	const char *unit_requirement, *further_requirement, *firmware_requirement;
	struct display_items *items;
	struct display_readings readings;
	int first, count; /* the round that is judged */
};

static const struct device_display_list *find_list(const struct device_type *device,
						   const char *name)
{
	for (int i = 0; i < device->display_list_count; i++) {
		if (!strcmp(device->display_lists[i].name, name)) {
			return &device->display_lists[i];
		}
	}
	return NULL;
}

/* ---- reading ---- */

static enum status read_meter(struct display_test *test, int index)
{
	const struct verb_memory *memory = test->context->memory;
	struct display_readings *readings = &test->readings;
	struct meter_client *client;
	enum status status = session_begin(test->context, index, METER_ACCESS_READ, &client);

	snprintf(readings->firmware, sizeof(readings->firmware), "%d.%02d",
		 memory->identities[index].firmware_version,
		 memory->identities[index].firmware_revision);
	if (!status) {
		status = display_readings_take(client, !strcmp(test->list->name, "test"), readings);
	}
	return session_end(client, status);
}

/* ---- judging ---- */

static enum status check(struct display_test *test, int index, const struct check *form)
{
	struct check check = *form;

	check.index = index;
	check.test = "display";
	return record_check(test->context, &check);
}

static void append_word(char *text, size_t size, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? " " : "", word);
}

static bool was_seen(const struct display_test *test, const char *code)
{
	for (int i = 0; i < test->count; i++) {
		if (!strcmp(test->items->item[test->first + i].code, code)) {
			return true;
		}
	}
	return false;
}

static bool is_expected(const struct display_test *test, const struct device_shown *shown)
{
	const struct step_context *context = test->context;

	if (*shown->only_with &&
	    !device_type_has(context->device, context->model, context->module, shown->only_with)) {
		return false;
	}
	return !shown->is_optional || was_seen(test, shown->code);
}

static enum status judge_order(struct display_test *test, int index)
{
	char seen[300] = "", expected[300] = "", further[200] = "", what[80];

	for (int i = 0; i < test->count; i++) {
		const char *code = test->items->item[test->first + i].code;

		append_word(seen, sizeof(seen), code);
		if (!display_shown(test->list, code)) {
			append_word(further, sizeof(further), code);
		}
	}
	for (int i = 0; i < test->list->shown_count; i++) {
		if (is_expected(test, &test->list->shown[i])) {
			append_word(expected, sizeof(expected), test->list->shown[i].code);
		}
	}
	snprintf(what, sizeof(what), "items of the %s list in their order", test->list->name);
	enum status status =
		check(test, index,
		      &(struct check){.what = what, .indicated = seen, .expected = expected});

	if (status || !*test->further_requirement) {
		return status;
	}
	return check(test, index,
		     &(struct check){.what = "items that the documents do not list, such as a sum "
					     "of delivered and received",
				     .indicated = *further ? further : "none",
				     .expected = "none",
				     .requirement = test->further_requirement});
}

/* Number where it is compared, unit, name. */
static enum status judge_item(struct display_test *test, int index,
			      const struct display_parts *seen)
{
	const struct device_shown *shown = display_shown(test->list, seen->code);
	char what[100], indicated[64], expected[96], number[40] = "";

	if (!shown) {
		return STATUS_OK; /* told with the order */
	}
	double value;

	if (display_readings_find(&test->readings, shown->reads, &value)) {
		display_expected_number(value, seen->number, number, sizeof(number));
	} else if (!strcmp(shown->reads, "firmware_version")) {
		snprintf(number, sizeof(number), "%s", test->readings.firmware);
	}
	bool is_compared = *number;

	snprintf(what, sizeof(what), "item %s, %s", shown->code, shown->what);
	snprintf(indicated, sizeof(indicated), "%s%s%s%s%s", is_compared ? seen->number : "",
		 is_compared ? " " : "", seen->unit, *seen->unit ? " " : "", seen->name);
	snprintf(expected, sizeof(expected), "%s%s%s%s%s", number, is_compared ? " " : "",
		 shown->unit, *shown->unit ? " " : "", shown->name);
	return check(test, index,
		     &(struct check){.what = what, .indicated = indicated, .expected = expected});
}

static bool is_unit_not_approved(const struct device_type *device, const char *unit)
{
	for (int i = 0; *unit && i < device->quantity_count; i++) {
		if (!strcmp(device->quantities[i].unit, unit)) {
			return !device->quantities[i].is_approved;
		}
	}
	return false;
}

static enum status judge_units(struct display_test *test, int index)
{
	char wrong[120] = "", what[100];

	if (!*test->unit_requirement) {
		return STATUS_OK;
	}
	for (int i = 0; i < test->count; i++) {
		const struct display_parts *seen = &test->items->item[test->first + i];

		if (is_unit_not_approved(test->context->device, seen->unit)) {
			append_word(wrong, sizeof(wrong), seen->code);
			append_word(wrong, sizeof(wrong), seen->unit);
		}
	}
	snprintf(what, sizeof(what),
		 "items of the %s list in units that are not approved for billing",
		 test->list->name);
	return check(test, index,
		     &(struct check){.what = what,
				     .indicated = *wrong ? wrong : "none",
				     .expected = "none",
				     .requirement = test->unit_requirement});
}

/* 2 1/2 elements do not measure the voltage B, two elements have none. */
static enum status judge_voltages(struct display_test *test, int index)
{
	bool has_b = test->context->form->wiring->element_count > 2.75;
	const char *letters = has_b ? "ABC" : "AC";
	const char *seen = "";
	bool is_whole = true;

	for (int i = 0; i < test->count && is_whole; i++) {
		const struct display_parts *parts = &test->items->item[test->first + i];

		if (strcmp(parts->mode, test->list->mode) != 0) {
			continue;
		}
		seen = parts->voltages;
		for (const char *letter = letters; *letter; letter++) {
			is_whole = is_whole && strchr(seen, *letter);
		}
	}
	return check(test, index,
		     &(struct check){.what = "annunciators of the voltages",
				     .indicated = seen,
				     .expected = letters,
				     .is_seen = true,
				     .seen = is_whole ? CONFORMS : DOES_NOT_CONFORM});
}

static enum status judge_firmware(struct display_test *test, int index)
{
	const struct device_type *device = test->context->device;
	char list[80] = "", indicated[24] = "not shown";
	bool is_listed = false;

	if (!*test->firmware_requirement) {
		return STATUS_OK;
	}
	for (int i = 0; i < test->count; i++) {
		const struct display_parts *seen = &test->items->item[test->first + i];
		const struct device_shown *shown = display_shown(test->list, seen->code);

		if (shown && !strcmp(shown->reads, "firmware_version")) {
			snprintf(indicated, sizeof(indicated), "%.20s", seen->number);
		}
	}
	for (int i = 0; i < device->firmware_count; i++) {
		is_listed = is_listed || !strcmp(device->firmwares[i], indicated);
		append_word(list, sizeof(list), device->firmwares[i]);
	}
	return check(test, index,
		     &(struct check){.what = "firmware version on the display",
				     .indicated = indicated,
				     .expected = list,
				     .is_seen = true,
				     .seen = is_listed ? CONFORMS : DOES_NOT_CONFORM,
				     .requirement = test->firmware_requirement});
}

static enum status judge(struct display_test *test, int index)
{
	display_round(test->items, test->list, &test->first, &test->count);
	enum status status = judge_order(test, index);

	for (int i = 0; !status && i < test->count; i++) {
		status = judge_item(test, index, &test->items->item[test->first + i]);
	}
	if (!status) {
		status = judge_units(test, index);
	}
	if (!status) {
		status = judge_voltages(test, index);
	}
	return status ? status : judge_firmware(test, index);
}

/* ---- watching ---- */

/* Two rounds at least, so that one is whole. */
static enum status watch(struct display_test *test, int index, struct operator_answer *answer)
{
	double left = test->list->seconds * (2.0 * test->list->shown_count + 2);
	struct display_images images;
	enum status status = STATUS_OK;

	answer->is_done = true;
	while (!status && answer->is_done && left > 0) {
		double seconds = left < WATCH_SECONDS ? left : WATCH_SECONDS;

		status = operator_watch_display(test->context, index, seconds, &images, answer);
		display_add(test->items, &test->context->device->display, &images);
		left -= seconds;
	}
	return status;
}

/* The switch that leads to the list; "normal" is there by itself. */
static enum status enter_list(struct display_test *test, int index, struct operator_answer *answer)
{
	answer->is_done = true;
	if (!strcmp(test->list->name, "alternate")) {
		return operator_press(test->context, index, METER_SWITCH_SCROLL, LONG_PRESS_SECONDS,
				      answer);
	}
	if (!strcmp(test->list->name, "test")) {
		return operator_press(test->context, index, METER_SWITCH_TEST_MODE,
				      SHORT_PRESS_SECONDS, answer);
	}
	return STATUS_OK;
}

static enum status leave_list(struct display_test *test, int index)
{
	struct operator_answer answer;

	return strcmp(test->list->name, "test") != 0
		       ? STATUS_OK
		       : operator_press(test->context, index, METER_SWITCH_TEST_MODE,
					SHORT_PRESS_SECONDS, &answer);
}

static enum status not_seen(struct display_test *test, int index, const char *why)
{
	char what[80], indicated[200];

	snprintf(what, sizeof(what), "the %s list of the display", test->list->name);
	snprintf(indicated, sizeof(indicated), "not done: %.180s", why);
	return check(test, index,
		     &(struct check){.what = what,
				     .indicated = indicated,
				     .is_seen = true,
				     .seen = NOT_EVALUATED});
}

static enum status display_position(struct display_test *test, int index)
{
	struct operator_answer answer = {.is_done = false};

	test->items->count = 0;
	enum status status = enter_list(test, index, &answer);

	if (!status && answer.is_done) {
		status = watch(test, index, &answer);
		if (!status) {
			status = read_meter(test, index);
		}
		if (!status) {
			status = leave_list(test, index);
		}
	}
	if (status) {
		return status;
	}
	return answer.is_done ? judge(test, index) : not_seen(test, index, answer.text);
}

/* ---- the verb ---- */

static enum status check_reads(const struct device_type *device,
			       const struct device_display_list *list)
{
	static const struct display_readings none;
	double value;

	for (int i = 0; i < list->shown_count; i++) {
		const char *reads = list->shown[i].reads;

		if (*reads && strcmp(reads, "firmware_version") != 0 &&
		    !display_readings_find(&none, reads, &value)) {
			return status_fail(STATUS_BAD_INPUT,
					   "device file %s: item %s reads \"%s\", which is no "
					   "quantity of the verb display",
					   device->id, list->shown[i].code, reads);
		}
	}
	return STATUS_OK;
}

static enum status display_check(const struct step_context *context,
				 const struct step_argument *arguments)
{
	const struct device_display_list *list = find_list(context->device, arguments[LIST].text);

	if (!list) {
		return status_fail(STATUS_BAD_INPUT,
				   "list=\"%s\": device file %s has no such list of the display",
				   arguments[LIST].text, context->device->id);
	}
	enum status status = check_reads(context->device, list);

	return status ? status : check_supply(context, arguments[VOLTS].number);
}

static enum status display_run(struct step_context *context, const struct step_argument *arguments)
{
	struct display_test test = {
		.context = context,
		.list = find_list(context->device, arguments[LIST].text),
		.unit_requirement = arguments[UNIT_REQUIREMENT].text,
		.further_requirement = arguments[FURTHER_REQUIREMENT].text,
		.firmware_requirement = arguments[FIRMWARE_REQUIREMENT].text,
		.items = calloc(1, sizeof(struct display_items)),
	};
	enum status status = test.items ? require_identified(context)
					: status_fail(STATUS_IO, "no memory for the display");

	if (!status) {
		status = supply_on(context, arguments[VOLTS].number);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, display_position(&test, i));
	}
	free(test.items);
	return status;
}

const struct step_verb verb_display = {
	.name = "display",
	.purpose = "one list of the display against the device file: order, units, names, numbers",
	.parameters =
		{
			{"list", PARAMETER_TEXT, NULL, 0, 0, "normal", "normal, alternate or test"},
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$lowest_volts V",
			 "supply of the meter"},
			{"unit_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement on units that are approved for billing"},
			{"further_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that nothing else is shown"},
			{"firmware_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement on the firmware version, which the list has to show"},
		},
	.check = display_check,
	.run = display_run,
};
