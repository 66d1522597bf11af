/*
 * Numbers, words, dates and times in the columns of the display's value, right aligned.
 */
#ifndef DUT_FIRMWARE_INTERFACE_DISPLAY_TEXT_H
#define DUT_FIRMWARE_INTERFACE_DISPLAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registers/meter_clock.h"

/* Zeros in front up to `digits`; the point counts as none. */
void display_put_number(char *value, uint64_t magnitude, unsigned int decimals, unsigned int digits,
			bool is_negative);

/* Without the blanks at its end; at most as long as the value. */
void display_put_right(char *value, const char *text, size_t length);

/* 2026-07-14 and 15:45 or 15:45:30; dashes where there is no time. */
void display_put_date(char *value, const struct meter_clock_time *time);
void display_put_time(char *value, const struct meter_clock_time *time, bool has_seconds);

#endif
