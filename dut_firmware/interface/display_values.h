/*
 * What an item of the display shows in the columns of its value, and whether it has anything to
 * show. Numbers are cut, never rounded.
 */
#ifndef DUT_FIRMWARE_INTERFACE_DISPLAY_VALUES_H
#define DUT_FIRMWARE_INTERFACE_DISPLAY_VALUES_H

#include <stdbool.h>

#include "interface/display_items.h"

struct meter;

#define DISPLAY_VALUE_COLUMNS 10u

/* Right aligned; columns that it does not need stay as they are. */
void display_put_value(const struct meter *meter, const struct display_item *item,
		       char value[DISPLAY_VALUE_COLUMNS]);

/* False: an item that has nothing to tell at present is passed over. */
bool display_item_is_wanted(const struct meter *meter, const struct display_item *item);

bool display_has_errors(const struct meter *meter);

/* The calendar has a switch of rates, or a rate but the first has ever been in force. */
bool display_has_rates(const struct meter *meter);

/* The service switch in three letters. */
const char *display_switch_letters(const struct meter *meter);

#endif
