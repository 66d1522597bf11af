/*
 * What the simulated WT can be told and asked: ranges, rate, list of items, registers; values in
 * engineering notation. What is out of range goes into the error queue.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/virtual_lab/virtual_yokogawa_wt_parts.h"

#define IDENTITY "YOKOGAWA,WT333-SIM,SIMULATED,F1.01"
#define SHORTEST_UPDATE 0.1

static const double volt_ranges[] = {15, 30, 60, 150, 300, 600};
static const double ampere_ranges[] = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20};
static const double rates[] = {SHORTEST_UPDATE, 0.25, 0.5, 1, 2, 5, 10, 20};

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

void wt_error(struct virtual_yokogawa_wt *self, int code)
{
	if (self->error_count < WT_ERRORS) {
		self->errors[self->error_count++] = code;
	}
}

/* ---- numbers ---- */

static double smallest(const double *ranges, int count, double value)
{
	int i = 0;

	while (i + 1 < count && ranges[i] < value) {
		i++;
	}
	return ranges[i];
}

double wt_smallest_volt_range(double volts)
{
	return smallest(volt_ranges, COUNT(volt_ranges), volts);
}

double wt_smallest_ampere_range(double amperes)
{
	return smallest(ampere_ranges, COUNT(ampere_ranges), amperes);
}

void wt_append(struct virtual_yokogawa_wt *self, const char *text)
{
	size_t used = strlen(self->answer);

	snprintf(self->answer + used, sizeof(self->answer) - used, "%s", text);
}

/* Five digits, exponent a multiple of three: 120.00E+00, 1.3600E-03. */
static void append_number(struct virtual_yokogawa_wt *self, double number)
{
	double size = number < 0 ? -number : number;
	int exponent = 0;
	char text[32];

	for (; size >= 999.995 && exponent < 12; exponent += 3) {
		size /= 1000;
	}
	for (; size > 0 && size < 0.999995 && exponent > -12; exponent -= 3) {
		size *= 1000;
	}
	int decimals = size >= 99.9995 ? 2 : size >= 9.99995 ? 3 : 4;
	snprintf(text, sizeof(text), "%s%.*fE%c%02d", number < 0 ? "-" : "", decimals, size,
		 exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
	wt_append(self, text);
}

/* "150", "150V", "0.5A", "500MA", "1.0E+00"; the unit is V, A, S or none. */
static bool take_quantity(const char *text, char unit, double *number)
{
	char *end;

	*number = strtod(text, &end);
	if (end == text) {
		return false;
	}
	end += strspn(end, " ");
	if ((*end == 'M' || *end == 'm') && end[1]) {
		*number /= 1000;
		end++;
	}
	if (*end && (*end & ~0x20) == unit) {
		end++;
	}
	return !*end;
}

static bool take_one_of(const double *choices, int count, const char *text, char unit,
			double *number)
{
	double asked;

	for (int i = 0; take_quantity(text, unit, &asked) && i < count; i++) {
		if (asked > choices[i] * 0.99999 && asked < choices[i] * 1.00001) {
			*number = choices[i];
			return true;
		}
	}
	return false;
}

/* ---- commands ---- */

static bool take_switch(const char *text, bool *is_on)
{
	bool is_yes = !strcasecmp(text, "ON") || !strcmp(text, "1");

	*is_on = is_yes;
	return is_yes || !strcasecmp(text, "OFF") || !strcmp(text, "0");
}

static void set_switch(struct virtual_yokogawa_wt *self, const char *argument, bool *is_on)
{
	bool wanted;

	if (take_switch(argument, &wanted)) {
		*is_on = wanted;
	} else {
		wt_error(self, WT_ERROR_PARAMETER);
	}
}

static void identify(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	wt_append(self, IDENTITY);
}

static void reset(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	wt_settings_reset(self);
}

static void clear(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	self->events = 0;
	self->error_count = 0;
}

static void set_header(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	set_switch(self, argument, &self->has_header);
}

static void ask_header(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	wt_append(self, self->has_header ? "1" : "0");
}

static void obey_wait(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	double mask;

	(void)number;
	if (!take_quantity(argument, 'X', &mask) || mask < 0 || mask > 65535) {
		wt_error(self, WT_ERROR_PARAMETER);
		return;
	}
	self->wanted = (unsigned)mask;
}

static void set_filter(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	if (number < 1 || number > 16) {
		wt_error(self, WT_ERROR_PARAMETER);
	} else if (number == 1) {
		self->is_filtered = !strcasecmp(argument, "FALL") || !strcasecmp(argument, "BOTH");
	}
}

static void ask_events(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	char text[16];

	(void)number;
	(void)argument;
	snprintf(text, sizeof(text), "%u", self->events);
	wt_append(self, text);
	self->events = 0;
}

/* Updates follow each other without a pause, so one is always being made. */
static void ask_condition(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	wt_append(self, "1");
}

static void ask_error(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	static const struct {
		int code;
		const char *words;
	} known[] = {
		{WT_ERROR_HEADER, "Undefined header"},
		{WT_ERROR_PARAMETER, "Data out of range"},
		{WT_ERROR_MISSING, "Missing parameter"},
		{-363, "Input buffer overrun"},
	};
	const char *words = "No error";
	char text[64];
	int code = 0;

	(void)number;
	(void)argument;
	if (self->error_count > 0) {
		code = self->errors[0];
		self->error_count--;
		memmove(self->errors, self->errors + 1,
			(size_t)self->error_count * sizeof(self->errors[0]));
	}
	for (int i = 0; i < COUNT(known); i++) {
		words = known[i].code == code ? known[i].words : words;
	}
	snprintf(text, sizeof(text), "%d,\"%s\"", code, words);
	wt_append(self, text);
}

static void set_volt_range(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	if (!take_one_of(volt_ranges, COUNT(volt_ranges), argument, 'V', &self->volt_range)) {
		wt_error(self, WT_ERROR_PARAMETER);
		return;
	}
	self->is_volt_auto = false;
}

static void ask_volt_range(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	append_number(self, self->volt_range);
}

static void set_ampere_range(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	if (!take_one_of(ampere_ranges, COUNT(ampere_ranges), argument, 'A', &self->ampere_range)) {
		wt_error(self, WT_ERROR_PARAMETER);
		return;
	}
	self->is_ampere_auto = false;
}

static void ask_ampere_range(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	append_number(self, self->ampere_range);
}

static void set_volt_auto(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	set_switch(self, argument, &self->is_volt_auto);
}

static void ask_volt_auto(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	wt_append(self, self->is_volt_auto ? "1" : "0");
}

static void set_ampere_auto(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	set_switch(self, argument, &self->is_ampere_auto);
}

static void ask_ampere_auto(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	wt_append(self, self->is_ampere_auto ? "1" : "0");
}

static void set_rate(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	if (!take_one_of(rates, COUNT(rates), argument, 'S', &self->rate_seconds)) {
		wt_error(self, WT_ERROR_PARAMETER);
	}
}

static void ask_rate(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	append_number(self, self->rate_seconds);
}

/* ---- the list of items ---- */

static void set_number(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	double count;

	(void)number;
	if (!take_quantity(argument, 'X', &count) || count < 1 || count > WT_ITEMS) {
		wt_error(self, WT_ERROR_PARAMETER);
		return;
	}
	self->item_count = (int)count;
}

static void ask_number(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	char text[16];

	(void)number;
	(void)argument;
	snprintf(text, sizeof(text), "%d", self->item_count);
	wt_append(self, text);
}

static const struct {
	const char *word;
	enum wt_function function;
} functions[] = {
	{"NONE", WT_NONE},	     {"U", WT_VOLTS},	   {"URMS", WT_VOLTS},
	{"I", WT_AMPERES},	     {"IRMS", WT_AMPERES}, {"P", WT_WATTS},
	{"S", WT_VOLT_AMPERES},	     {"Q", WT_VARS},	   {"LAMB", WT_POWER_FACTOR},
	{"LAMBDA", WT_POWER_FACTOR}, {"FU", WT_HERTZ},	   {"FREQ", WT_HERTZ},
};

static bool take_item(const char *argument, struct wt_item *item)
{
	size_t length = strcspn(argument, ", ");
	const char *element = argument + length + strspn(argument + length, ", ");
	bool is_sigma = !strcasecmp(element, "SIGMA") || !strcasecmp(element, "SIGM");

	for (int i = 0; i < COUNT(functions); i++) {
		if (strlen(functions[i].word) == length &&
		    !strncasecmp(argument, functions[i].word, length)) {
			item->function = functions[i].function;
			item->element = is_sigma ? WT_SIGMA : *element ? *element - '0' : 1;
			return is_sigma || !*element ||
			       (item->element >= 1 && item->element <= WT_ELEMENTS && !element[1]);
		}
	}
	return false;
}

static void set_item(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	struct wt_item item;

	if (number < 1 || number > WT_ITEMS || !take_item(argument, &item)) {
		wt_error(self, WT_ERROR_PARAMETER);
		return;
	}
	self->items[number - 1] = item;
}

static double value_of(const struct wt_values *values, enum wt_function function)
{
	switch (function) {
	case WT_VOLTS:
		return values->volts;
	case WT_AMPERES:
		return values->amperes;
	case WT_WATTS:
		return values->watts;
	case WT_VOLT_AMPERES:
		return values->volt_amperes;
	case WT_VARS:
		return values->vars;
	case WT_POWER_FACTOR:
		return values->volt_amperes > 0 ? values->watts / values->volt_amperes : 0;
	case WT_HERTZ:
		return values->hertz;
	case WT_NONE:
		break;
	}
	return 0;
}

static void append_item(struct virtual_yokogawa_wt *self, const struct wt_item *item)
{
	const struct wt_values *values =
		&self->values[item->element == WT_SIGMA ? WT_ELEMENTS : item->element - 1];
	bool is_absent = item->function == WT_NONE || !self->has_values ||
			 (item->function == WT_HERTZ && values->hertz == 0) ||
			 (item->function == WT_POWER_FACTOR && values->volt_amperes == 0);

	if (is_absent) {
		wt_append(self, "NAN");
	} else if (values->is_over && item->function != WT_HERTZ) {
		wt_append(self, "INF");
	} else {
		append_number(self, value_of(values, item->function));
	}
}

static void ask_values(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	double first;

	(void)number;
	if (*argument) {
		if (!take_quantity(argument, 'X', &first) || first < 1 || first > WT_ITEMS) {
			wt_error(self, WT_ERROR_PARAMETER);
			return;
		}
		append_item(self, &self->items[(int)first - 1]);
		return;
	}
	for (int i = 0; i < self->item_count; i++) {
		wt_append(self, i ? "," : "");
		append_item(self, &self->items[i]);
	}
}

void wt_settings_reset(struct virtual_yokogawa_wt *self)
{
	self->has_header = true;
	self->volt_range = volt_ranges[COUNT(volt_ranges) - 1];
	self->ampere_range = ampere_ranges[COUNT(ampere_ranges) - 1];
	self->is_volt_auto = self->is_ampere_auto = false;
	self->rate_seconds = 0.25;
	self->item_count = 3;
	memset(self->items, 0, sizeof(self->items));
	for (int i = 0; i < 3; i++) {
		self->items[i] = (struct wt_item){(enum wt_function)(WT_VOLTS + i), 1};
	}
	memset(self->words, 0, sizeof(self->words));
	self->is_filtered = false;
	self->wanted = 0;
}

const struct wt_command wt_commands[] = {
	{"*IDN", NULL, identify},
	{"*RST", reset, NULL},
	{"*CLS", clear, NULL},
	{"COMMunicate:HEADer", set_header, ask_header},
	{"COMMunicate:WAIT", obey_wait, NULL},
	{"STATus:FILTer#", set_filter, NULL},
	{"STATus:EESR", NULL, ask_events},
	{"STATus:CONDition", NULL, ask_condition},
	{"STATus:ERRor", NULL, ask_error},
	{"INPut:VOLTage:RANGe", set_volt_range, ask_volt_range},
	{"INPut:VOLTage:AUTO", set_volt_auto, ask_volt_auto},
	{"INPut:CURRent:RANGe", set_ampere_range, ask_ampere_range},
	{"INPut:CURRent:AUTO", set_ampere_auto, ask_ampere_auto},
	{"RATE", set_rate, ask_rate},
	{"NUMeric:NORMal:NUMber", set_number, ask_number},
	{"NUMeric:NORMal:ITEM#", set_item, NULL},
	{"NUMeric:NORMal:VALue", NULL, ask_values},
	{NULL, NULL, NULL},
};
