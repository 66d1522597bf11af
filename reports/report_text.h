/*
 * The words of the reports by identifier (report_words.h) in the language chosen; figures as a
 * metrologist writes them. UTF-8 throughout.
 */
#ifndef REPORTS_REPORT_TEXT_H
#define REPORTS_REPORT_TEXT_H

#include <stddef.h>

#include "reports/report_words.h"

#define WORD_ENUM(id, english) WORD_##id,
enum report_word { REPORT_WORDS(WORD_ENUM) REPORT_WORD_COUNT };
#undef WORD_ENUM

const char *report_word(enum report_word word);

/* The word for a value of the record ("does not conform"); the value itself when there is none.
 * NULL gives "". */
const char *report_word_of(const char *value);

/* The word with {1} … {9} replaced; `arguments` ends with NULL. Cut to `size`; returns `text`. */
const char *report_fill(char *text, size_t size, enum report_word word,
			const char *const *arguments);
#define REPORT_FILL(text, word, ...)                                                               \
	report_fill((text), sizeof(text), (word), (const char *const[]){__VA_ARGS__, NULL})

/* Decimals that leave two significant digits of an expanded uncertainty: 0.0123 -> 3, 0.0996 -> 2,
 * 12 -> 0. */
int report_decimals(double expanded_uncertainty);

/* Fixed decimals, a true minus sign, no minus before zero; returns `text`. */
const char *report_fixed(char *text, size_t size, double number, int decimals);

/* Shortest form with up to `digits` significant digits, a true minus sign; returns `text`. */
const char *report_short(char *text, size_t size, double number, int digits);

#endif
