/*
 * Command-line options by table: a name with a value each, some may be repeated. Unknown or
 * incomplete options are refused with one sentence and the command's usage.
 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "reference_source/status.h"

#define OPTION_VALUES 16

struct option_entry {
	const char *name;	   /* "--lab" */
	const char *default_value; /* NULL: none */
	const char *values[OPTION_VALUES];
	int count;
	int most; /* how often it may be given */
};

/* Ends with an entry whose name is NULL. Words that are no options go to `words` (at most
 * `most_words`). */
enum status options_parse(int argc, char **argv, struct option_entry *options, const char **words,
			  int most_words, int *word_count);

/* The (first) value, the default, or NULL. */
const char *option_value(const struct option_entry *options, const char *name);

#endif
