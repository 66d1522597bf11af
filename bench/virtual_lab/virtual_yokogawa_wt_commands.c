/*
 * Commands of the simulated WT by table: headers in short and long form, a path that goes on behind
 * a semicolon, values in engineering notation. What is unknown or out of range goes into the error
 * queue.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/virtual_lab/virtual_yokogawa_wt_parts.h"

#define IDENTITY "YOKOGAWA,WT333-SIM,SIMULATED,F1.01"
#define ERROR_HEADER 113    /* undefined header */
#define ERROR_PARAMETER 222 /* data out of range */
#define ERROR_MISSING 109
#define SHORTEST_UPDATE 0.1

static const double volt_ranges[] = {15, 30, 60, 150, 300, 600};
static const double ampere_ranges[] = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20};
static const double rates[] = {SHORTEST_UPDATE, 0.25, 0.5, 1, 2, 5, 10, 20};

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

struct wt_command {
	const char *header; /* capital letters are the short form; # is a number */
	void (*set)(struct virtual_yokogawa_wt *self, int number, const char *argument);
	/* Appends its value to self->answer. */
	void (*ask)(struct virtual_yokogawa_wt *self, int number, const char *argument);
};

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

static void append(struct virtual_yokogawa_wt *self, const char *text)
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
	append(self, text);
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
		wt_error(self, ERROR_PARAMETER);
	}
}

static void identify(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	append(self, IDENTITY);
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
	append(self, self->has_header ? "1" : "0");
}

static void obey_wait(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	double mask;

	(void)number;
	if (!take_quantity(argument, 'X', &mask) || mask < 0 || mask > 65535) {
		wt_error(self, ERROR_PARAMETER);
		return;
	}
	self->wanted = (unsigned)mask;
}

static void set_filter(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	if (number < 1 || number > 16) {
		wt_error(self, ERROR_PARAMETER);
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
	append(self, text);
	self->events = 0;
}

/* Updates follow each other without a pause, so one is always being made. */
static void ask_condition(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	(void)argument;
	append(self, "1");
}

static void ask_error(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	static const struct {
		int code;
		const char *words;
	} known[] = {
		{ERROR_HEADER, "Undefined header"},
		{ERROR_PARAMETER, "Data out of range"},
		{ERROR_MISSING, "Missing parameter"},
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
	append(self, text);
}

static void set_volt_range(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	if (!take_one_of(volt_ranges, COUNT(volt_ranges), argument, 'V', &self->volt_range)) {
		wt_error(self, ERROR_PARAMETER);
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
		wt_error(self, ERROR_PARAMETER);
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
	append(self, self->is_volt_auto ? "1" : "0");
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
	append(self, self->is_ampere_auto ? "1" : "0");
}

static void set_rate(struct virtual_yokogawa_wt *self, int number, const char *argument)
{
	(void)number;
	if (!take_one_of(rates, COUNT(rates), argument, 'S', &self->rate_seconds)) {
		wt_error(self, ERROR_PARAMETER);
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
		wt_error(self, ERROR_PARAMETER);
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
	append(self, text);
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
		wt_error(self, ERROR_PARAMETER);
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
		append(self, "NAN");
	} else if (values->is_over && item->function != WT_HERTZ) {
		append(self, "INF");
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
			wt_error(self, ERROR_PARAMETER);
			return;
		}
		append_item(self, &self->items[(int)first - 1]);
		return;
	}
	for (int i = 0; i < self->item_count; i++) {
		append(self, i ? "," : "");
		append_item(self, &self->items[i]);
	}
}

/* ---- settings that are one of a few words ---- */

static const struct word_setting {
	const char *header;
	const char *words[8]; /* the first is in force after a reset */
} word_settings[WT_WORD_SETTINGS] = {
	{"COMMunicate:VERBose", {"1", "0", "ON", "OFF"}},
	{"COMMunicate:REMote", {"0", "1", "OFF", "ON"}},
	{"COMMunicate:LOCKout", {"0", "1", "OFF", "ON"}},
	{"NUMeric:FORMat", {"ASCII", "ASC"}},
	{"NUMeric:HOLD", {"0", "OFF"}},
	{"INPut:WIRing", {"P3W4"}},
	{"INPut:MODE", {"RMS"}},
	{"INPut:CFACtor", {"3"}},
	{"INPut:SYNChronize:ALL", {"VOLTAGE", "VOLT", "CURRENT", "CURR", "OFF"}},
	{"INPut:SYNChronize", {"VOLTAGE", "VOLT", "CURRENT", "CURR", "OFF"}},
	{"INPut:FILTer:LINE", {"0", "OFF"}},
	{"INPut:FILTer:FREQuency", {"0", "1", "OFF", "ON"}},
	{"MEASure:AVERaging:STATe", {"0", "OFF"}},
	{"MEASure:AVERaging", {"0", "OFF"}},
};

static bool set_word(struct virtual_yokogawa_wt *self, int setting, const char *argument)
{
	const char *const *words = word_settings[setting].words;

	for (int i = 0; i < 8 && words[i]; i++) {
		if (!strcasecmp(words[i], argument)) {
			self->words[setting] = i;
			return true;
		}
	}
	return false;
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

static const struct wt_command commands[] = {
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
};

/* ---- headers ---- */

/* One word against its pattern, whose capitals are the short form. */
static bool word_fits(const char *pattern, size_t pattern_length, const char *word,
		      size_t word_length, int *number)
{
	size_t short_length = 0, long_length = pattern_length;

	if (pattern_length > 0 && pattern[pattern_length - 1] == '#') {
		size_t digits = word_length;

		while (digits > 0 && word[digits - 1] >= '0' && word[digits - 1] <= '9') {
			digits--;
		}
		if (digits == word_length || word_length - digits > 3) {
			return false;
		}
		*number = (int)strtol(word + digits, NULL, 10);
		word_length = digits;
		long_length--;
	}
	while (short_length < long_length &&
	       (pattern[short_length] < 'a' || pattern[short_length] > 'z')) {
		short_length++;
	}
	return (word_length == short_length || word_length == long_length) &&
	       !strncasecmp(pattern, word, word_length);
}

static bool header_fits(const char *pattern, const char *header, int *number)
{
	for (;;) {
		size_t pattern_length = strcspn(pattern, ":"), length = strcspn(header, ":");

		if (!word_fits(pattern, pattern_length, header, length, number)) {
			return false;
		}
		pattern += pattern_length;
		header += length;
		if (!*pattern || !*header) {
			return !*pattern && !*header;
		}
		pattern++;
		header++;
	}
}

/* Long form in capitals before the value, when headers are on. */
static void append_header(struct virtual_yokogawa_wt *self, const char *pattern, int number)
{
	char text[80], *end = text;

	if (!self->has_header || *pattern == '*') {
		return;
	}
	*end++ = ':';
	for (; *pattern && *pattern != '#' && end < text + 60; pattern++) {
		*end++ = (char)(*pattern >= 'a' && *pattern <= 'z' ? *pattern - 0x20 : *pattern);
	}
	snprintf(end, 16, *pattern == '#' ? "%d " : " ", number);
	append(self, text);
}

static bool obey_word(struct virtual_yokogawa_wt *self, const char *header, bool is_question,
		      const char *argument)
{
	int number = 0;

	for (int i = 0; i < WT_WORD_SETTINGS && word_settings[i].header; i++) {
		if (!header_fits(word_settings[i].header, header, &number)) {
			continue;
		}
		if (is_question) {
			append_header(self, word_settings[i].header, 0);
			append(self, word_settings[i].words[self->words[i]]);
		} else if (!set_word(self, i, argument)) {
			wt_error(self, ERROR_PARAMETER);
		}
		return true;
	}
	return false;
}

static void obey_unit(struct virtual_yokogawa_wt *self, const char *header, bool is_question,
		      const char *argument)
{
	int number = 0;

	for (int i = 0; i < COUNT(commands); i++) {
		const struct wt_command *command = &commands[i];

		if (!header_fits(command->header, header, &number) ||
		    !(is_question ? command->ask : command->set)) {
			continue;
		}
		if (is_question) {
			if (command->set) { /* what can only be asked has none */
				append_header(self, command->header, number);
			}
			command->ask(self, number, argument);
		} else if (!*argument && *header != '*') {
			wt_error(self, ERROR_MISSING);
		} else {
			command->set(self, number, argument);
		}
		return;
	}
	if (!obey_word(self, header, is_question, argument)) {
		wt_error(self, ERROR_HEADER);
	}
}

/* A header that begins with a colon or an asterisk is whole; another one goes on where the one
 * before it was. */
static void whole_header(struct virtual_yokogawa_wt *self, const char *unit, size_t length,
			 char header[128])
{
	bool is_whole = *unit == ':' || *unit == '*';

	if (*unit == ':') {
		unit++;
		length--;
	}
	snprintf(header, 128, "%s%.*s", is_whole ? "" : self->path,
		 (int)(length < 60 ? length : 60), unit);
	const char *last = strrchr(header, ':');
	if (*header != '*') {
		snprintf(self->path, sizeof(self->path), "%.*s",
			 last ? (int)(last - header) + 1 : 0, header);
	}
}

static void obey_text(struct virtual_yokogawa_wt *self, char *unit)
{
	char header[128];

	unit += strspn(unit, " \t");
	size_t length = strcspn(unit, " \t?");
	bool is_question = unit[length] == '?';
	char *argument = unit + length + (is_question ? 1 : 0);

	argument += strspn(argument, " \t");
	for (size_t end = strlen(argument); end > 0 && argument[end - 1] == ' '; end--) {
		argument[end - 1] = '\0';
	}
	if (length == 0) {
		return;
	}
	whole_header(self, unit, length, header);
	if (is_question && self->answer[0]) {
		append(self, ";");
	}
	obey_unit(self, header, is_question, argument);
}

void wt_obey(struct virtual_yokogawa_wt *self, struct instant at)
{
	self->wanted = 0;
	while (self->rest && !self->wanted) {
		char *unit = self->rest;
		char *end = strchr(unit, ';');

		self->rest = end ? end + 1 : NULL;
		if (end) {
			*end = '\0';
		}
		obey_text(self, unit);
		if (!self->rest && self->wanted) {
			self->rest = unit + strlen(unit); /* nothing, but not before the event */
		}
		if (self->wanted & self->events) {
			self->wanted = 0;
		}
	}
	if (!self->rest && self->answer[0]) {
		text_reply(self->line, at, "%s", self->answer);
		self->answer[0] = '\0';
	}
}
