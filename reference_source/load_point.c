/* Text form of a load point; every refusal shows the word that is wrong and one
 * that would be right. */
#include "reference_source/load_point.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_source/portable_sine.h"
#include "reference_source/quantity.h"

enum status power_factor_parse(const char *text, double *power_factor, enum power_factor_side *side)
{
	const char *at = text;
	double read;

	if (!quantity_read_number(&at, &read) || strlen(at) > 1 || !strchr("LC", *at) ||
	    (!*at && read != 1)) {
		return status_fail(STATUS_BAD_INPUT,
				   "expected a power factor like \"1\", \"0.5L\" (current lags) or "
				   "\"0.8C\" (current leads), found \"%.*s\"",
				   FOUND_TEXT, text);
	}
	if (*at && !(read >= 0.05 && read <= 0.99)) {
		return status_fail(
			STATUS_BAD_INPUT,
			"power factor \"%s\" is outside 0.05 to 0.99 (unity is written \"1\")",
			text);
	}
	*power_factor = read;
	*side = !*at	     ? POWER_FACTOR_UNITY
		: *at == 'L' ? POWER_FACTOR_LAGGING
			     : POWER_FACTOR_LEADING;
	return STATUS_OK;
}

/* A quantity of a load point: within its range and with no more digits than are written back. */
static enum status read_ranged(const char **cursor, const char *unit, double minimum,
			       double maximum, double *number)
{
	char text[NUMBER_TEXT];
	enum status status = quantity_read(cursor, unit, number);

	if (status != STATUS_OK) {
		return status;
	}
	if (!(*number >= minimum && *number <= maximum)) {
		return status_fail(STATUS_BAD_INPUT, "%g %s is outside %g %s to %g %s", *number,
				   unit, minimum, unit, maximum, unit);
	}
	snprintf(text, sizeof(text), "%.6g", *number);
	if (strtod(text, NULL) != *number) {
		return status_fail(STATUS_BAD_INPUT,
				   "%.12g %s has more than six significant digits", *number, unit);
	}
	return STATUS_OK;
}

static enum status read_phases(const char **cursor, int *phases)
{
	const char *at = quantity_skip_blanks(*cursor);
	char digit = *at;

	if (digit >= '1' && digit <= '3') {
		at = quantity_skip_blanks(at + 1);
		if (*at == 'x') {
			*phases = digit - '0';
			*cursor = at + 1;
			return STATUS_OK;
		}
	}
	at = quantity_skip_blanks(*cursor);
	return status_fail(
		STATUS_BAD_INPUT,
		"expected 1, 2 or 3 phases and their voltage like \"3x120V\", found \"%.*s\"",
		(int)quantity_shown_length(at), at);
}

/* Copies the word at *cursor, cut to `size`, and moves behind it. */
static void read_word(const char **cursor, char *word, size_t size)
{
	const char *start = quantity_skip_blanks(*cursor);
	size_t length = strcspn(start, " \t\r\n");
	size_t kept = length < size ? length : size - 1;

	memcpy(word, start, kept);
	word[kept] = '\0';
	*cursor = start + length;
}

static enum status read_power_factor(const char **cursor, struct load_point *point)
{
	char word[FOUND_TEXT];
	char text[NUMBER_TEXT];

	read_word(cursor, word, sizeof(word));
	enum status status = power_factor_parse(word, &point->power_factor, &point->side);
	if (status != STATUS_OK) {
		return status;
	}
	snprintf(text, sizeof(text), "%.6g", point->power_factor);
	if (strtod(text, NULL) != point->power_factor) {
		return status_fail(STATUS_BAD_INPUT,
				   "power factor \"%s\" has more than six significant digits",
				   word);
	}
	return STATUS_OK;
}

static enum status read_element_option(const char **cursor, struct load_point *point)
{
	char word[FOUND_TEXT];

	read_word(cursor, word, sizeof(word));
	if (strlen(word) != 1 || *word < 'A' || *word > 'C') {
		return status_fail(STATUS_BAD_INPUT, "expected element A, B or C, found \"%s\"",
				   word);
	}
	point->single_element = *word - 'A';
	return STATUS_OK;
}

static enum status read_line_option(const char **cursor, struct load_point *point)
{
	char word[FOUND_TEXT];

	read_word(cursor, word, sizeof(word));
	if (strcmp(word, "A-C") != 0) {
		return status_fail(STATUS_BAD_INPUT, "expected line A-C, found \"%s\"", word);
	}
	point->is_line_to_line = true;
	return STATUS_OK;
}

static enum status read_lost_option(const char **cursor, struct load_point *point)
{
	char word[FOUND_TEXT];

	read_word(cursor, word, sizeof(word));
	return lost_lines_parse(word, &point->lost);
}

static enum status read_uneven_option(const char **cursor, struct load_point *point)
{
	struct uneven_leg *uneven = &point->uneven;
	char word[FOUND_TEXT];

	read_word(cursor, word, sizeof(word));
	if (strlen(word) != 1 || *word < 'A' || *word > 'C') {
		return status_fail(STATUS_BAD_INPUT, "expected uneven A, B or C, found \"%s\"",
				   word);
	}
	uneven->leg = *word - 'A';
	enum status status = read_ranged(cursor, "%V", 1, 200, &uneven->volts_percent);
	return status ? status : read_ranged(cursor, "%A", 0, 200, &uneven->amperes_percent);
}

static enum status read_harmonic_option(const char **cursor, struct load_point *point)
{
	struct load_harmonic *harmonic = &point->harmonic;
	char word[FOUND_TEXT];
	double order = 0;

	read_word(cursor, word, sizeof(word));
	enum status status = quantity_parse(word, "", &order);
	if (!status && !(order >= 2 && order <= 40 && order == floor(order))) {
		status = status_fail(STATUS_BAD_INPUT,
				     "a harmonic has a whole order of 2 to 40, "
				     "found \"%s\"",
				     word);
	}
	if (!status) {
		harmonic->order = (int)order;
		status = read_ranged(cursor, "%V", 0, 50, &harmonic->volts_percent);
	}
	return status ? status : read_ranged(cursor, "%A", 0, 99, &harmonic->amperes_percent);
}

static const struct option {
	const char *word;
	enum status (*read)(const char **cursor, struct load_point *point);
} options[] = {
	{"element", read_element_option},
	{"line", read_line_option},
	{"lost", read_lost_option},
	{"uneven", read_uneven_option},
	{"harmonic", read_harmonic_option},
	{"CBA", NULL},
	{"received", NULL},
};
#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

static size_t option_of(const char *word)
{
	size_t i = 0;

	while (i < OPTION_COUNT && strcmp(word, options[i].word) != 0) {
		i++;
	}
	return i;
}

/* In any order, each at most once. */
static enum status read_options(const char **cursor, struct load_point *point)
{
	char word[FOUND_TEXT];
	bool is_read[OPTION_COUNT] = {false};
	enum status status = STATUS_OK;

	for (read_word(cursor, word, sizeof(word)); !status && *word;
	     read_word(cursor, word, sizeof(word))) {
		size_t option = option_of(word);
		if (option == OPTION_COUNT || is_read[option]) {
			return status_fail(
				STATUS_BAD_INPUT,
				"expected \"element A\", \"line A-C\", \"lost AB\", \"uneven B "
				"90%%V 100%%A\", \"harmonic 5 10%%V 40%%A\", \"CBA\" or "
				"\"received\", each at most once, found "
				"\"%s\"",
				word);
		}
		is_read[option] = true;
		if (options[option].read) {
			status = options[option].read(cursor, point);
		} else if (!strcmp(word, "CBA")) {
			point->sequence = PHASE_SEQUENCE_CBA;
		} else {
			point->is_received = true;
		}
	}
	return status;
}

enum status lost_lines_parse(const char *text, unsigned *lost)
{
	unsigned read = 0;
	const char *letter = text;

	while (*letter >= 'A' && *letter <= 'C' && !(read & 1U << (*letter - 'A')) &&
	       read < 1U << (*letter - 'A')) {
		read |= 1U << (*letter - 'A');
		letter++;
	}
	if (*letter || !read || read == 7) {
		return status_fail(STATUS_BAD_INPUT,
				   "expected one or two lost lines like \"A\" or \"BC\", found "
				   "\"%.*s\"",
				   FOUND_TEXT, text);
	}
	*lost = read;
	return STATUS_OK;
}

/* A load between two legs, of one element, or with lines lost: one of them; and either an uneven
 * leg or a harmonic, because nobody tests both and the text has room for one. */
static enum status check_shape(const struct load_point *point)
{
	int shapes = (point->single_element >= 0) + point->is_line_to_line + (point->lost != 0);

	if (point->uneven.volts_percent > 0 && point->harmonic.order) {
		return status_fail(STATUS_BAD_INPUT,
				   "an uneven leg and a harmonic exclude each other");
	}
	if (shapes <= 1) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT,
			   "a load of one element, one from line to line and one with lines lost "
			   "exclude each other");
}

static enum status read_point(const char *text, struct load_point *point)
{
	const char *cursor = text;
	enum status status = read_phases(&cursor, &point->phases);

	if (status == STATUS_OK) {
		status = read_ranged(&cursor, "V", 0.1, 1000, &point->volts);
	}
	if (status == STATUS_OK) {
		status = read_ranged(&cursor, "A", 0, 1000, &point->amperes);
	}
	if (status == STATUS_OK) {
		status = read_power_factor(&cursor, point);
	}
	if (status == STATUS_OK) {
		status = read_ranged(&cursor, "Hz", 10, 1000, &point->hertz);
	}
	if (status == STATUS_OK) {
		status = read_options(&cursor, point);
	}
	if (status == STATUS_OK) {
		status = check_shape(point);
	}
	return status;
}

enum status load_point_parse(const char *text, struct load_point *load_point)
{
	struct load_point point = {.single_element = -1};
	enum status status = read_point(text, &point);

	if (status != STATUS_OK) {
		return status_prefix(status, "load point \"%.80s\": ", text);
	}
	*load_point = point;
	return STATUS_OK;
}

static void format_shape(const struct load_point *point, char *text, size_t size)
{
	static const char *const lost[] = {"",	      " lost A",  " lost B", " lost AB",
					   " lost C", " lost AC", " lost BC"};
	static const char *const element[] = {"", " element A", " element B", " element C"};
	int used = snprintf(text, size, "%s%s%s", element[point->single_element + 1],
			    point->is_line_to_line ? " line A-C" : "", lost[point->lost % 7]);

	if (point->uneven.volts_percent > 0) {
		snprintf(text + used, size - (size_t)used, " uneven %c %.6g%%V %.6g%%A",
			 'A' + point->uneven.leg, point->uneven.volts_percent,
			 point->uneven.amperes_percent);
	}
}

static void format_harmonic(const struct load_harmonic *harmonic, char *text, size_t size)
{
	text[0] = '\0';
	if (harmonic->order) {
		snprintf(text, size, " harmonic %d %.6g%%V %.6g%%A", harmonic->order,
			 harmonic->volts_percent, harmonic->amperes_percent);
	}
}

const char *load_point_format(const struct load_point *load_point, char *text, size_t size)
{
	static const char *const side[] = {"", "L", "C"};
	char shape[64], harmonic[48];

	format_shape(load_point, shape, sizeof(shape));
	format_harmonic(&load_point->harmonic, harmonic, sizeof(harmonic));
	snprintf(text, size, "%dx%.6gV %.6gA %.6g%s %.6gHz%s%s%s%s", load_point->phases,
		 load_point->volts, load_point->amperes, load_point->power_factor,
		 side[load_point->side], load_point->hertz, shape, harmonic,
		 load_point->sequence == PHASE_SEQUENCE_CBA ? " CBA" : "",
		 load_point->is_received ? " received" : "");
	return text;
}

/* Angle in turns, 0..1/4, whose cosine is given, by Newton's method on our own cosine. */
static double turns_of_cosine(double cosine)
{
	double turns = 0.25 * sqrt(1 - cosine);

	for (int i = 0; i < 6; i++) {
		struct sine_cosine now = sine_cosine_of_turns(turns);

		turns += (now.cosine - cosine) / (TWO_PI * now.sine);
	}
	return turns;
}

void load_point_shapes(const struct load_point *load_point, struct waveform *volts,
		       struct waveform *amperes)
{
	const struct load_harmonic *harmonic = &load_point->harmonic;

	*volts = waveform_of_one(harmonic->order, harmonic->volts_percent / 100);
	*amperes = waveform_of_one(harmonic->order, harmonic->amperes_percent / 100);
}

double load_point_lag_degrees(const struct load_point *load_point)
{
	double lag = 0;

	if (load_point->side != POWER_FACTOR_UNITY) {
		lag = 360 * turns_of_cosine(load_point->power_factor);
	}
	if (load_point->side == POWER_FACTOR_LEADING) {
		lag = -lag;
	}
	if (load_point->is_received) {
		lag += lag > 0 ? -180 : 180;
	}
	return lag;
}
