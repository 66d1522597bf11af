/*
 * The display: which item is shown, and its image as one line of text. Columns: code 0, value 4,
 * unit 15, register or phase 20, mode 24, potentials 29, disk 33, rate 37, service switch 40,
 * error 44, seal 48.
 */
#ifndef DUT_FIRMWARE_INTERFACE_DISPLAY_H
#define DUT_FIRMWARE_INTERFACE_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"

struct meter;

struct display {
	uint8_t list;	  /* enum display_list_number */
	uint8_t position; /* in the list */
	uint8_t seconds;  /* since this item came up */
	bool is_new;	  /* the image has not been handed over */
	char image[EXCHANGE_DISPLAY_BYTES];
};

/* Begins the normal list with the segment test. */
void display_init(struct display *display);

/* One second has passed: the next item when its time is over, and a new image. */
void display_tick(struct meter *meter);

/* The next item now. */
void display_step(struct meter *meter);

/* The alternate list once, then the normal one. Not in test mode. */
void display_show_alternate(struct meter *meter);

/* After a change of mode: the list that belongs to it, from its beginning. */
void display_follow_mode(struct meter *meter);

#endif
