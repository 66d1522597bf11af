/*
 * One question to the operator and what becomes of the answer: an entry `inspection` with
 * everything that was said, and a check. "yes" conforms, "no" does not, "not done" is not
 * evaluated.
 */
#ifndef PROCEDURES_VERBS_INSPECTION_H
#define PROCEDURES_VERBS_INSPECTION_H

#include "procedures/verbs/operator_help.h"

#define INSPECTION_QUESTION 400

struct inspection {
	const char *test;    /* "inspection", "documents" */
	char identifier[96]; /* "NOA-60.left" */
	char question[INSPECTION_QUESTION];
	bool needs_report; /* a "yes" without the number of a report is not evaluated */
	/* What the bench knows itself against it; empty: nothing. A "yes" is then not enough. */
	char objection[320];
};

/* The questions of a step of the verbs inspect and documents, for whoever wants to ask or print
 * them. */
typedef enum status inspection_visit(void *visitor, int index, const struct inspection *inspection);
enum status inspect_questions(struct step_context *context, int index,
			      const struct step_argument *arguments, inspection_visit *visit,
			      void *visitor);
void documents_question(const struct step_context *context, const struct step_argument *arguments,
			struct inspection *inspection);

/* Asks the operator of the position. */
enum status inspection_ask(struct step_context *context, int index,
			   const struct inspection *inspection, struct inspection_answer *answer);
/* Entry and judged check of the position. */
enum status inspection_record(struct step_context *context, int index,
			      const struct inspection *inspection,
			      const struct inspection_answer *answer);

#endif
