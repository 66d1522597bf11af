/* Figures of the meter under test as texts for `$name`. */
#include "procedures/meter_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct meter_values without_meter = {{
	[VALUE_RATED_VOLTS] = {"rated_volts", "rated voltages of the service, for a sweep", "120"},
	[VALUE_LOWEST_VOLTS] = {"lowest_volts", "the lowest of them", "120"},
	[VALUE_HIGHEST_VOLTS] = {"highest_volts", "the highest of them", "120"},
	[VALUE_HERTZ] = {"hertz", "rated frequency", "60"},
	[VALUE_ELEMENTS] = {"elements", "current circuits, for a sweep", "A B C"},
	[VALUE_LOSSES] = {"losses", "lines whose loss the form can bear, or none, for a sweep",
			  "A"},
	[VALUE_COLDEST] = {"coldest", "lowest rated temperature, degrees Celsius", "23"},
	[VALUE_HOTTEST] = {"hottest", "highest rated temperature, degrees Celsius", "23"},
}};

static void set_number(struct meter_values *values, int index, double number)
{
	snprintf(values->values[index].text, METER_VALUE_TEXT, "%g", number);
}

static void set_volts(const struct device_form *form, struct meter_values *values)
{
	char *text = values->values[VALUE_RATED_VOLTS].text;

	text[0] = '\0';
	for (int i = 0; i < form->voltage_count; i++) {
		size_t length = strlen(text);
		snprintf(text + length, METER_VALUE_TEXT - length, "%s%g", i ? " " : "",
			 form->voltages[i]);
	}
	set_number(values, VALUE_LOWEST_VOLTS, form->voltages[0]);
	set_number(values, VALUE_HIGHEST_VOLTS, form->voltages[form->voltage_count - 1]);
}

static bool has_current(const struct form *wiring, int phase)
{
	for (int stator = 0; stator < wiring->wiring_count; stator++) {
		if (wiring->wiring[stator].amperes[phase]) {
			return true;
		}
	}
	return false;
}

static void set_elements(const struct form *wiring, char *text)
{
	char *end = text;

	for (int phase = 0; phase < 3; phase++) {
		if (has_current(wiring, phase)) {
			end += snprintf(end, 3, "%s%c", end > text ? " " : "", 'A' + phase);
		}
	}
}

/* Lines without which power is left that the form's elements see whole. */
static void set_losses(const struct device_form *form, char *text)
{
	static const char *const lines[] = {"A", "B", "C", "AB", "AC", "BC"};
	char *end = text;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct load_point point = {.phases = 3,
					   .volts = 1,
					   .amperes = 1,
					   .power_factor = 1,
					   .hertz = 1,
					   .single_element = -1};
		struct three_phase load;
		bool is_there = !lost_lines_parse(lines[i], &point.lost) &&
				!service_phasors(form->service, &point, &load);
		if (is_there && fabs(form_inherent_error(form->wiring, &load)) < 1e-9) {
			end += snprintf(end, 4, "%s%s", end > text ? " " : "", lines[i]);
		}
	}
	if (end == text) {
		snprintf(text, METER_VALUE_TEXT, "none");
	}
}

void meter_values_of(const struct device_type *device, const struct device_form *form,
		     struct meter_values *values)
{
	*values = without_meter;
	if (!device || !form) {
		return;
	}
	set_volts(form, values);
	set_elements(form->wiring, values->values[VALUE_ELEMENTS].text);
	set_losses(form, values->values[VALUE_LOSSES].text);
	set_number(values, VALUE_HERTZ, device->hertz);
	set_number(values, VALUE_COLDEST, device->coldest_celsius);
	set_number(values, VALUE_HOTTEST, device->hottest_celsius);
}
