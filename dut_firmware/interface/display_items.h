/*
 * What the display can show and in which order, as data: the display itself and ST31 to ST34 take
 * it from here.
 */
#ifndef DUT_FIRMWARE_INTERFACE_DISPLAY_ITEMS_H
#define DUT_FIRMWARE_INTERFACE_DISPLAY_ITEMS_H

#include <stdint.h>

enum display_kind {
	DISPLAY_SEGMENT_TEST,
	DISPLAY_DELIVERED,
	DISPLAY_RECEIVED,
	DISPLAY_NET,
	DISPLAY_TEST_DELIVERED,
	DISPLAY_TEST_RECEIVED,
	DISPLAY_SECONDS_LEFT,
	DISPLAY_VOLTS,
	DISPLAY_AMPERES,
	DISPLAY_WATTS,
	DISPLAY_HERTZ,
	DISPLAY_FIRMWARE,
	DISPLAY_PROGRAM_CRC,
	DISPLAY_LEGAL_CRC,
	DISPLAY_BUILD,
	DISPLAY_ERRORS,
	DISPLAY_SERVICE_SWITCH,
	DISPLAY_MODULE,
	DISPLAY_MODULE_FIRMWARE,
	DISPLAY_MAXIMUM, /* demand, all rates together */
	DISPLAY_MAXIMUM_DATE,
	DISPLAY_MAXIMUM_TIME,
	DISPLAY_CUMULATIVE,
	DISPLAY_CONTINUOUS,
	DISPLAY_PRESENT,  /* of the interval in progress */
	DISPLAY_PREVIOUS, /* of the newest complete one */
	DISPLAY_INTERVAL_LEFT,
	DISPLAY_RESETS,
	DISPLAY_RATE_ENERGY, /* delivered */
	DISPLAY_RATE_MAXIMUM,
	DISPLAY_DATE,
	DISPLAY_TIME,
};

struct display_item {
	char code[4];
	char unit[5];
	char name[4];  /* register or phase */
	uint8_t kind;  /* enum display_kind */
	uint8_t index; /* phase or rate */
};

enum display_list_number {
	DISPLAY_NORMAL,
	DISPLAY_ALTERNATE,
	DISPLAY_TEST,
	DISPLAY_LISTS,
};

struct display_list {
	const uint8_t *items; /* numbers of items */
	uint8_t count;
	uint8_t seconds; /* of each item */
};

extern const struct display_item display_items[];
extern const uint8_t display_item_count;
extern const struct display_list display_lists[DISPLAY_LISTS];

#endif
