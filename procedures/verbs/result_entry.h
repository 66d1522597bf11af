/* How an entry `result` is put together; for result.c and shift_result.c only. */
#ifndef PROCEDURES_VERBS_RESULT_ENTRY_H
#define PROCEDURES_VERBS_RESULT_ENTRY_H

#include "procedures/verbs/result.h"

/* What every result begins with. */
struct result_head {
	const char *kind, *test, *direction;
	int index, runs;
	const struct verb_load *load; /* NULL: none */
};

/* What judging needs beside the figures. */
struct result_tail {
	const char *unit, *remark, *requirement;
	bool is_wrong;
	const struct limit *limit; /* NULL: of the limits file */
};

void result_begin(const struct step_context *context, const struct result_head *head,
		  struct record_draft *draft);
void result_end(const struct step_context *context, const struct result_tail *tail,
		struct record_draft *draft);

/* The judgement that the draft of a result would have, without recording anything. */
enum status result_judge(const struct step_context *context, const struct record_draft *draft,
			 const struct uncertainty_budget *budget, const char *unit,
			 struct judgement *judgement);

/* Adds result, budget and judgement, and counts. */
enum status result_record(struct step_context *context, const struct record_draft *draft,
			  const struct uncertainty_budget *budget, const char *unit);

#endif
