/*
 * Images of a meter's display against the lists of its device file: parts of an image, items in
 * the order in which they were seen, one round of a list. Pure functions on texts.
 */
#ifndef PROCEDURES_VERBS_DISPLAY_LIST_H
#define PROCEDURES_VERBS_DISPLAY_LIST_H

#include <stddef.h>

#include "drivers/operator.h"
#include "procedures/device_type.h"

#define DISPLAY_ITEMS 128

struct display_parts {
	char code[16], number[24], unit[16], name[16], mode[16], voltages[16];
};

/* Blanks at the ends of each part are left out; what is behind the image's end is empty. */
void display_cut(const struct device_display_columns *columns, const char *image,
		 struct display_parts *parts);

struct display_items {
	int count;
	struct display_parts item[DISPLAY_ITEMS];
};

/* Adds the images as items: an image with code and mode of the one before belongs to it. */
void display_add(struct display_items *items, const struct device_display_columns *columns,
		 const struct display_images *images);

/*
 * The first whole round of the list: from its first item to before the next one of that code, of
 * another list's mode, or to the end of what was seen. *count 0: the list was not seen.
 */
void display_round(const struct display_items *items, const struct device_display_list *list,
		   int *first, int *count);

/* The device file's line for a code of a list; NULL: it has none. */
const struct device_shown *display_shown(const struct device_display_list *list, const char *code);

/*
 * The number as the display has to show it: the value cut (not rounded) to as many decimals as
 * `seen` has, modulo its digits. `text` is `seen` itself when both are the same number.
 */
void display_expected_number(double value, const char *seen, char *text, size_t size);

#endif
