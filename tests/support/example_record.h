/*
 * A run record written by hand, for the reports' tests: two forms with 72 load points and 3
 * register results each, adjustment, certificates (one past due), informative and non-conforming
 * results, a fault near the end. The figures come from small formulas in example_record.c, not from
 * any bench.
 */
#ifndef TESTS_SUPPORT_EXAMPLE_RECORD_H
#define TESTS_SUPPORT_EXAMPLE_RECORD_H

#include <stdbool.h>

#include "procedures/run_record.h"

struct example_choice {
	bool is_virtual;
	bool has_fault;
	const char *programme_title; /* NULL: an ordinary one */
};

/* Fills `record`, which run_record_free releases. */
void example_record(struct run_record *record, const struct example_choice *choice);

/* Adds results of form 16S that are no errors: a shift, two values, two checks (9001 to 9005). */
void example_values(struct run_record *record);

/* Adds an entry after the last one, with its hash. */
void example_add(struct run_record *record, const struct record_draft *draft);

#endif
