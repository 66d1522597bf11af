/*
 * The language of the simulated WT: headers in short and long form, a path that goes on behind a
 * semicolon, answers of one message in one line. What no table knows goes into the error queue.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/virtual_lab/virtual_yokogawa_wt_parts.h"

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
	wt_append(self, text);
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
			wt_append(self, word_settings[i].words[self->words[i]]);
		} else if (!set_word(self, i, argument)) {
			wt_error(self, WT_ERROR_PARAMETER);
		}
		return true;
	}
	return false;
}

static void obey_unit(struct virtual_yokogawa_wt *self, const char *header, bool is_question,
		      const char *argument)
{
	int number = 0;

	for (const struct wt_command *command = wt_commands; command->header; command++) {
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
			wt_error(self, WT_ERROR_MISSING);
		} else {
			command->set(self, number, argument);
		}
		return;
	}
	if (!obey_word(self, header, is_question, argument)) {
		wt_error(self, WT_ERROR_HEADER);
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
		wt_append(self, ";");
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
