/*
 * What the driver of the operator (operator.c) and its reading of answers (operator_answer.c)
 * share. An answer is a line of OPERATOR.md without its end; nothing here waits or writes.
 */
#ifndef DRIVERS_INSTRUMENTS_OPERATOR_H
#define DRIVERS_INSTRUMENTS_OPERATOR_H

#include <stddef.h>

#include "drivers/operator.h"

#define OPERATOR_LINE 1024

/* Blanks at both ends off, in place; returns the beginning. */
char *operator_trim(char *text);

/*
 * What follows `word` ("done", "shows:") at the beginning of a line, upper and lower case alike,
 * blanks skipped; NULL when the line begins otherwise.
 */
const char *operator_after(const char *line, const char *word);

/*
 * Reads "yes: SEEN | by=NAME | file=PATH"; also "cannot: WHY". `line` is changed. STATUS_BAD_INPUT
 * says what is wrong with it; STATUS_REFUSED that the file cannot be
 * read.
 */
enum status operator_read_inspection(char *line, struct inspection_answer *answer);

#endif
