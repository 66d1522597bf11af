/*
 * switches: the switches of the front, pressed by the operator, and what each of them does: demand
 * reset, test mode, scroll of the display.
 */
#include "procedures/verbs/switches_parts.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

enum { SWITCH, VOLTS, PERCENT, LOAD_TIME };

static const struct switch_test {
	const char *name;
	enum status (*run)(struct switches *switches);
} tests[] = {
	{"demand_reset", switches_demand_reset},
	{"test_mode", switches_test_mode},
	{"scroll", switches_scroll},
};

static const struct switch_test *find_test(const char *name)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (!strcmp(tests[i].name, name)) {
			return &tests[i];
		}
	}
	return NULL;
}

/* ---- what the tests share ---- */

enum status switches_energise(struct switches *switches, double seconds)
{
	enum status status = apply_and_settle(switches->context, &switches->load);

	if (!status) {
		status = lab_wait_seconds(switches->context->lab, seconds);
	}
	return status ? status : supply_on(switches->context, switches->volts);
}

enum status switches_compare(struct switches *switches, int index, const char *what,
			     const char *indicated, const char *expected)
{
	return record_check(switches->context, &(struct check){.index = index,
							       .test = "switches",
							       .what = what,
							       .indicated = indicated,
							       .expected = expected});
}

enum status switches_found(struct switches *switches, int index, const char *what,
			   const char *indicated, const char *expected, enum conformity seen)
{
	return record_check(switches->context, &(struct check){.index = index,
							       .test = "switches",
							       .what = what,
							       .indicated = indicated,
							       .expected = expected,
							       .is_seen = true,
							       .seen = seen});
}

enum status switches_not_done(struct switches *switches, int index, const char *what,
			      const char *why)
{
	char indicated[240];

	snprintf(indicated, sizeof(indicated), "not done: %.220s", why);
	return switches_found(switches, index, what, indicated, "", NOT_EVALUATED);
}

void switches_energy_text(const struct meter_registers *registers, char *text, size_t size)
{
	snprintf(text, size, "delivered %lld, received %lld, net %lld counts",
		 (long long)registers->delivered, (long long)registers->received,
		 (long long)registers->net);
}

/* ---- the verb ---- */

static enum status make_load(const struct step_context *context,
			     const struct step_argument *arguments, struct verb_load *load)
{
	struct load_point point = {
		.phases = service_phases(context->form->service),
		.volts = arguments[VOLTS].number,
		.amperes = arguments[PERCENT].number / 100 * context->form->maximum_amperes,
		.power_factor = 1,
		.side = POWER_FACTOR_UNITY,
		.hertz = context->device->hertz,
		.single_element = -1,
	};

	return verb_load_freely(context, &point, LOAD_UNCERTIFIED, load);
}

static enum status switches_check(const struct step_context *context,
				  const struct step_argument *arguments)
{
	struct verb_load load;

	if (!find_test(arguments[SWITCH].text)) {
		return status_fail(STATUS_BAD_INPUT,
				   "switch=\"%s\" is none of demand_reset, test_mode and scroll",
				   arguments[SWITCH].text);
	}
	if (!strcmp(arguments[SWITCH].text, "scroll") && !context->device->display_list_count) {
		return status_fail(STATUS_BAD_INPUT,
				   "device file %s has no lists of the display to scroll",
				   context->device->id);
	}
	enum status status = check_supply(context, arguments[VOLTS].number);

	return status ? status : make_load(context, arguments, &load);
}

static enum status switches_run(struct step_context *context, const struct step_argument *arguments)
{
	struct switches switches = {
		.context = context,
		.volts = arguments[VOLTS].number,
		.load_seconds = arguments[LOAD_TIME].number,
	};
	enum status status = make_load(context, arguments, &switches.load);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = supply_on(context, switches.volts);
	}
	return status ? status : find_test(arguments[SWITCH].text)->run(&switches);
}

const struct step_verb verb_switches = {
	.name = "switches",
	.purpose = "a switch of the front, pressed by the operator, and what it does",
	.parameters =
		{
			{"switch", PARAMETER_TEXT, NULL, 0, 0, NULL,
			 "demand_reset, test_mode or scroll"},
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$lowest_volts V",
			 "supply of the meter"},
			{"percent_of_maximum", PARAMETER_QUANTITY, "%", 0.1, 100, "25 %",
			 "current while energy flows, in per cent of the maximum"},
			{"load_time", PARAMETER_QUANTITY, "s", 10, 86400, "60 s",
			 "how long energy flows; for a demand reset two intervals"},
		},
	.check = switches_check,
	.run = switches_run,
};
