/* The table of words and the forms of figures. */
#include "reports/report_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
	const char *id;
	const char *english;
};

#define WORD_ROW(id, english) {#id, english},
static const struct word words[REPORT_WORD_COUNT] = {REPORT_WORDS(WORD_ROW)};
#undef WORD_ROW

const char *report_word(enum report_word word)
{
	return words[word].english;
}

static char id_letter(char letter)
{
	return letter == ' ' || letter == '-' ? '_' : letter;
}

static int is_id_of(const char *id, const char *value)
{
	while (*id && *id == id_letter(*value)) {
		id++;
		value++;
	}
	return !*id && !*value;
}

const char *report_word_of(const char *value)
{
	for (size_t i = 0; value && i < REPORT_WORD_COUNT; i++) {
		if (is_id_of(words[i].id, value)) {
			return words[i].english;
		}
	}
	return value ? value : "";
}

/* The argument that "{n}" at `place` stands for, NULL when it is no such mark. */
static const char *argument_at(const char *place, const char *const *arguments)
{
	if (place[0] != '{' || place[1] < '1' || place[1] > '9' || place[2] != '}') {
		return NULL;
	}
	for (int i = '1'; arguments[i - '1']; i++) {
		if (i == place[1]) {
			return arguments[i - '1'];
		}
	}
	return NULL;
}

const char *report_fill(char *text, size_t size, enum report_word word,
			const char *const *arguments)
{
	size_t used = 0;

	text[0] = '\0';
	for (const char *at = report_word(word); *at && used + 1 < size;) {
		const char *argument = argument_at(at, arguments);
		int length = snprintf(text + used, size - used, "%.*s", argument ? -1 : 1,
				      argument ? argument : at);

		used += length > 0 ? (size_t)length : 0;
		at += argument ? 3 : 1;
	}
	return text;
}

int report_decimals(double expanded_uncertainty)
{
	char text[40];

	if (!(expanded_uncertainty > 0) || isinf(expanded_uncertainty)) {
		return 4;
	}
	/* Rounded first: 0.0996 becomes 0.10, which has two decimals and not three. */
	snprintf(text, sizeof(text), "%.1e", expanded_uncertainty);
	int decimals = 1 - atoi(strchr(text, 'e') + 1);
	return decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
}

static const char *with_minus(char *text, size_t size, const char *ascii)
{
	if (ascii[0] != '-') {
		snprintf(text, size, "%s", ascii);
	} else if (strspn(ascii, "-0.") == strlen(ascii)) {
		snprintf(text, size, "%s", ascii + 1);
	} else {
		snprintf(text, size, "−%s", ascii + 1);
	}
	return text;
}

const char *report_fixed(char *text, size_t size, double number, int decimals)
{
	char ascii[400];

	snprintf(ascii, sizeof(ascii), "%.*f", decimals, number);
	return with_minus(text, size, ascii);
}

const char *report_short(char *text, size_t size, double number, int digits)
{
	char ascii[64];

	if (isinf(number)) {
		return with_minus(text, size, number > 0 ? "∞" : "-∞");
	}
	snprintf(ascii, sizeof(ascii), "%.*g", digits, number);
	return with_minus(text, size, ascii);
}
