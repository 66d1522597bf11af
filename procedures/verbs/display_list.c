/* Texts of the display: columns, rounds, cut numbers. */
#include "procedures/verbs/display_list.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value that is whole in the display's last digit but for the last bits of a double. */
#define WHOLE 1e-6

static void cut(const struct display_field *field, const char *image, char *part, size_t size)
{
	size_t length = strlen(image);
	size_t first = (size_t)field->first;
	size_t count = (size_t)field->count;

	part[0] = '\0';
	if (first >= length) {
		return;
	}
	count = count < length - first ? count : length - first;
	while (count && isspace((unsigned char)image[first])) {
		first++;
		count--;
	}
	while (count && isspace((unsigned char)image[first + count - 1])) {
		count--;
	}
	snprintf(part, size, "%.*s", (int)count, image + first);
}

void display_cut(const struct device_display_columns *columns, const char *image,
		 struct display_parts *parts)
{
	cut(&columns->code, image, parts->code, sizeof(parts->code));
	cut(&columns->number, image, parts->number, sizeof(parts->number));
	cut(&columns->unit, image, parts->unit, sizeof(parts->unit));
	cut(&columns->name, image, parts->name, sizeof(parts->name));
	cut(&columns->mode, image, parts->mode, sizeof(parts->mode));
	cut(&columns->voltages, image, parts->voltages, sizeof(parts->voltages));
}

void display_add(struct display_items *items, const struct device_display_columns *columns,
		 const struct display_images *images)
{
	for (int i = 0; i < images->count; i++) {
		struct display_parts parts;
		const struct display_parts *last =
			items->count ? &items->item[items->count - 1] : NULL;

		display_cut(columns, images->text[i], &parts);
		bool is_same =
			last && !strcmp(last->code, parts.code) && !strcmp(last->mode, parts.mode);
		if (!is_same && items->count < DISPLAY_ITEMS) {
			items->item[items->count++] = parts;
		}
	}
}

/* A test of the segments has no mode of its own: what follows it tells. */
static bool is_of_list(const struct display_items *items, int i,
		       const struct device_display_list *list)
{
	if (!strcmp(items->item[i].mode, list->mode)) {
		return true;
	}
	return !strcmp(items->item[i].code, list->shown[0].code) && i + 1 < items->count &&
	       !strcmp(items->item[i + 1].mode, list->mode);
}

void display_round(const struct display_items *items, const struct device_display_list *list,
		   int *first, int *count)
{
	const char *code = list->shown[0].code;

	*count = 0;
	for (*first = 0; *first < items->count; (*first)++) {
		if (!strcmp(items->item[*first].code, code) && is_of_list(items, *first, list)) {
			break;
		}
	}
	for (int i = *first; i < items->count; i++, (*count)++) {
		bool is_next = i > *first && !strcmp(items->item[i].code, code);

		if (is_next || (i > *first && !is_of_list(items, i, list))) {
			return;
		}
	}
}

const struct device_shown *display_shown(const struct device_display_list *list, const char *code)
{
	for (int i = 0; i < list->shown_count; i++) {
		if (!strcmp(list->shown[i].code, code)) {
			return &list->shown[i];
		}
	}
	return NULL;
}

void display_expected_number(double value, const char *seen, char *text, size_t size)
{
	const char *point = strchr(seen, '.');
	int decimals = point ? (int)strspn(point + 1, "0123456789") : 0;
	int digits = 0;

	for (const char *at = seen; *at; at++) {
		digits += isdigit((unsigned char)*at) != 0;
	}
	double scaled = fabs(value);

	for (int i = 0; i < decimals; i++) {
		scaled *= 10;
	}
	double modulus = 1;

	for (int i = 0; i < digits; i++) {
		modulus *= 10;
	}
	scaled = floor(scaled + WHOLE);
	scaled -= digits ? modulus * floor(scaled / modulus) : 0;
	for (int i = 0; i < decimals; i++) {
		scaled /= 10;
	}
	double expected = value < 0 ? -scaled : scaled;
	char *end;
	double number = strtod(seen, &end);

	if (end != seen && !*end && fabs(number - expected) <= WHOLE * fmax(1, scaled)) {
		snprintf(text, size, "%s", seen);
	} else {
		snprintf(text, size, "%.*f", decimals, expected);
	}
}
