/* Progress of a run on the terminal: one line that is written over, or one line per form when it is
 * no terminal. */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include "procedures/run_record.h"

/* For step_context.progress; the context is not used. */
void progress_show(void *context, const char *text);
/* Removes the line. */
void progress_end(void);

/* Verdicts as a table: per form and test the counts of outcomes, then every point that does not
 * simply conform. */
void progress_print_verdicts(const struct run_record *record);

#endif
