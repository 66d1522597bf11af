/*
 * What a record without an end tells of the run that wrote it: the options that it was started
 * with, what is finished, what was interrupted, and the counts so far.
 */
#ifndef BENCH_RESUMED_RUN_H
#define BENCH_RESUMED_RUN_H

#include "bench/evaluation.h"
#include "procedures/run_record.h"

struct resumed_run {
	struct run_record record;
	struct evaluation options; /* texts belong to this struct */
	char texts[16384];
	size_t used;
	bool is_lost;	     /* an option did not fit */
	const char *form;    /* the one that had begun and is not finished; NULL: none */
	int64_t interrupted; /* its step that was not finished; 0: none */
	int64_t first_result, last_result; /* of that step, void now; 0: none */
	int64_t last_utc_seconds;	   /* of the newest entry */
};

/* The options as the host's part of the record, for a later resumption. */
enum status resumed_run_note_options(struct run_store *store, const struct evaluation *options);

/*
 * Reads and checks a record; STATUS_BAD_INPUT when there is nothing to go on with: it has an end,
 * or nothing was begun. To be freed also after an error.
 */
enum status resumed_run_load(const char *folder, struct resumed_run *resumed);
void resumed_run_free(struct resumed_run *resumed);

bool resumed_run_has_ended(const struct resumed_run *resumed, const char *form);
/* For step_context.is_finished; `finished` is the struct resumed_run, of its unfinished form. */
bool resumed_run_is_finished(const void *finished, const char *procedure, int64_t place);
/* Was the position taken out of the unfinished form? Its reason, or NULL. */
const char *resumed_run_dropped(const struct resumed_run *resumed, int position);

/* Counts of the results that stand; `position` 0: of the whole run, else of that position in the
 * unfinished form. */
void resumed_run_tally(const struct resumed_run *resumed, int position, struct run_tally *tally);

#endif
