/* Numbers with their unit; every refusal shows the word that is wrong and one that would be right.
 */
#include "reference_source/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *symbol;
	const char *noun;
	const char *example;
};

static const struct unit units[] = {
	{"V", "a voltage", "120 V"},
	{"A", "a current", "30 A"},
	{"Hz", "a frequency", "60 Hz"},
	{"%", "a percentage", "2.5 %"},
	{"s", "a time", "5 s"},
	{"min", "a time", "15 min"},
	{"h", "a time", "24 h"},
	{"ms", "a time", "100 ms"},
	{"W", "a power", "720 W"},
	{"kW", "a power", "72 kW"},
	{"Wh", "an energy", "21.6 Wh"},
	{"kWh", "an energy", "10 kWh"},
	{"deg", "an angle", "60 deg"},
	{"K", "a temperature difference", "10 K"},
	{"degC", "a temperature", "23 degC"},
	{"°C", "a temperature", "23 °C"},
	{"ppm", "a deviation", "50 ppm"},
};

static const struct unit *unit_of(const char *symbol)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!strcmp(units[i].symbol, symbol)) {
			return &units[i];
		}
	}
	return NULL;
}

const char *quantity_skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

static bool is_blank_or_end(char letter)
{
	return letter == '\0' || strchr(" \t\r\n", letter) != NULL;
}

static size_t digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* Length of the decimal number at the start of a text, 0 if there is none: no hexadecimal, no
 * "inf". */
static size_t number_length(const char *text)
{
	size_t sign = strspn(text, "+-") == 1;
	size_t whole = digits(text + sign);
	size_t length = sign + whole;
	size_t fraction = 0;

	if (text[length] == '.') {
		fraction = digits(text + length + 1);
		length += 1 + fraction;
	}
	if (whole + fraction == 0) {
		return 0;
	}
	if (text[length] == 'e') {
		size_t exponent_sign = strspn(text + length + 1, "+-") == 1;
		size_t exponent = digits(text + length + 1 + exponent_sign);

		length += exponent ? 1 + exponent_sign + exponent : 0;
	}
	return length;
}

/* Reads the number at *cursor and moves behind it. */
bool quantity_read_number(const char **cursor, double *number)
{
	char text[NUMBER_TEXT];
	size_t length = number_length(*cursor);

	if (length == 0 || length >= sizeof(text)) {
		return false;
	}
	memcpy(text, *cursor, length);
	text[length] = '\0';
	double read = strtod(text, NULL);
	if (!isfinite(read)) {
		return false;
	}
	*number = read + 0.0; /* no negative zero */
	*cursor += length;
	return true;
}

/* Length of the word at the start of a text; a bare number is shown with the word after it ("120
 * A"). */
size_t quantity_shown_length(const char *text)
{
	size_t length = strcspn(text, " \t\r\n");

	if (length > 0 && number_length(text) == length) {
		const char *next = quantity_skip_blanks(text + length);
		length = (size_t)(next - text) + strcspn(next, " \t\r\n");
		while (length > 0 && is_blank_or_end(text[length - 1])) {
			length--;
		}
	}
	return length < FOUND_TEXT ? length : FOUND_TEXT;
}

static enum status wrong_quantity(const char *unit, const char *found, size_t length)
{
	const struct unit *known = unit_of(unit);
	char expected[64];

	if (known) {
		snprintf(expected, sizeof(expected), "%s like \"%s\"", known->noun, known->example);
	} else if (*unit) {
		snprintf(expected, sizeof(expected), "a number with the unit \"%s\"", unit);
	} else {
		snprintf(expected, sizeof(expected), "a number without unit");
	}
	if (length == 0) {
		return status_fail(STATUS_BAD_INPUT, "expected %s, found nothing", expected);
	}
	return status_fail(STATUS_BAD_INPUT, "expected %s, found \"%.*s\"", expected, (int)length,
			   found);
}

/* Number and unit at *cursor, with or without blanks between; moves behind them. */
enum status quantity_read(const char **cursor, const char *unit, double *number)
{
	const char *start = quantity_skip_blanks(*cursor);
	const char *at = start;
	double read;

	if (quantity_read_number(&at, &read)) {
		at = quantity_skip_blanks(at);
		size_t length = strlen(unit);
		if (!strncmp(at, unit, length) && is_blank_or_end(at[length])) {
			*number = read;
			*cursor = at + length;
			return STATUS_OK;
		}
	}
	return wrong_quantity(unit, start, quantity_shown_length(start));
}

enum status quantity_parse(const char *text, const char *unit, double *number)
{
	const char *cursor = text;
	double read;
	enum status status = quantity_read(&cursor, unit, &read);

	if (status != STATUS_OK) {
		return status;
	}
	if (*quantity_skip_blanks(cursor)) {
		size_t length = strlen(text);
		return wrong_quantity(unit, text, length < FOUND_TEXT ? length : FOUND_TEXT);
	}
	*number = read;
	return STATUS_OK;
}
