/*
 * Reading numbers with their unit out of a line of text, for load_point.c; whole quantities are
 * read by quantity_parse (load_point.h).
 */
#ifndef REFERENCE_SOURCE_QUANTITY_H
#define REFERENCE_SOURCE_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "reference_source/load_point.h"

#define NUMBER_TEXT 40 /* longest number that is read, with its end */
#define FOUND_TEXT 40  /* of a wrong word no more is shown */

const char *quantity_skip_blanks(const char *text);

/* Reads the number at *cursor and moves behind it. */
bool quantity_read_number(const char **cursor, double *number);

/* Length of the word at the start of a text; a bare number is shown with the word after it ("120
 * A"). */
size_t quantity_shown_length(const char *text);

/* Number and unit at *cursor, with or without blanks between; moves behind them. */
enum status quantity_read(const char **cursor, const char *unit, double *number);

#endif
