/*
 * documents: what stands in papers – the application, the maker's documents, reports of tests that
 * were made elsewhere. They belong to the type, so one question counts for all positions.
 */
#include "procedures/verbs/inspection.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

enum { REPORT };

static enum status documents_check(const struct step_context *context,
				   const struct step_argument *arguments)
{
	const char *report = arguments[REPORT].text;

	if (!*context->requirement) {
		return status_fail(STATUS_BAD_INPUT,
				   "an examination of documents needs requirement=\"...\"");
	}
	if (strcmp(report, "yes") != 0 && strcmp(report, "no") != 0) {
		return status_fail(STATUS_BAD_INPUT, "report=\"%s\" is neither yes nor no", report);
	}
	return STATUS_OK;
}

void documents_question(const struct step_context *context, const struct step_argument *arguments,
			struct inspection *inspection)
{
	*inspection = (struct inspection){.test = "documents",
					  .needs_report = !strcmp(arguments[REPORT].text, "yes")};
	snprintf(inspection->identifier, sizeof(inspection->identifier), "%s",
		 context->requirement);
	snprintf(inspection->question, sizeof(inspection->question), "%s", context->title);
}

static enum status documents_run(struct step_context *context,
				 const struct step_argument *arguments)
{
	struct inspection inspection;
	struct inspection_answer answer;
	int first = next_position(context->lab, 0);

	documents_question(context, arguments, &inspection);
	enum status status = inspection_ask(context, first, &inspection, &answer);

	for (int i = first; !status && i >= 0; i = next_position(context->lab, i + 1)) {
		status = inspection_record(context, i, &inspection, &answer);
	}
	return status;
}

const struct step_verb verb_documents = {
	.name = "documents",
	.purpose =
		"asks the operator what stands in the documents of the type; the step's title is "
		"the question",
	.parameters =
		{
			{"report", PARAMETER_TEXT, NULL, 0, 0, "no",
			 "yes: the number of the report of a test made elsewhere is demanded"},
		},
	.check = documents_check,
	.run = documents_run,
};
