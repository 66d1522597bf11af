/* Amplifier status of ZERA sources ("SM", "SSM"): 20 or 22 hexadecimal digits, all zero when
 * healthy. */
#ifndef DRIVERS_INSTRUMENTS_ZERA_MT_STATUS_H
#define DRIVERS_INSTRUMENTS_ZERA_MT_STATUS_H

#include <stdbool.h>
#include <stddef.h>

/* The digits of a status line, NULL when the line is something else. */
const char *zera_status_digits(const char *line);

/*
 * Every set bit in words, separated by commas, the gravest first; empty when healthy. Words that do
 * not fit are left out.
 */
void zera_status_words(const char *digits, char *words, size_t capacity);

#endif
