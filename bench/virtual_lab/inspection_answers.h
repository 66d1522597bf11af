/*
 * What the virtual operator says when asked to inspect: answers of a file, one line `N ID ANSWER`
 * each (drivers/OPERATOR.md), or one sentence for everything.
 */
#ifndef BENCH_VIRTUAL_LAB_INSPECTION_ANSWERS_H
#define BENCH_VIRTUAL_LAB_INSPECTION_ANSWERS_H

#include <stdbool.h>

#include "reference_source/status.h"

struct inspection_answers;

/* STATUS_BAD_INPUT names file and line. */
enum status inspection_answers_load(const char *path, struct inspection_answers **answers);
void inspection_answers_free(struct inspection_answers *answers);

/* The first line that fits, "yes: …", "no: …" or "not done: …"; NULL: there is none. */
const char *inspection_answers_find(const struct inspection_answers *answers, int position,
				    const char *identifier);
/* Who gives them; NULL: the file does not say. */
const char *inspection_answers_name(const struct inspection_answers *answers);

#endif
