/* From an answer of the operator to an entry and a check. */
#include "procedures/verbs/inspection.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "procedures/verbs/result.h"

static const char *outcome_name(enum inspection_outcome outcome)
{
	static const char *const names[] = {"not done", "yes", "no"};

	return names[outcome];
}

enum status inspection_ask(struct step_context *context, int index,
			   const struct inspection *inspection, struct inspection_answer *answer)
{
	char question[INSPECTION_QUESTION + 16];

	snprintf(question, sizeof(question), "%s%s", inspection->question,
		 inspection->needs_report ? " [report]" : "");
	return operator_inspect(context, index, inspection->identifier, question, answer);
}

static enum status add_entry(struct step_context *context, int index,
			     const struct inspection *inspection,
			     const struct inspection_answer *answer)
{
	struct record_draft draft;

	entry_begin(context, &draft, "inspection", context->lab->positions[index].number);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "identifier", inspection->identifier);
	record_draft_text(&draft, "question", inspection->question);
	record_draft_text(&draft, "answer", outcome_name(answer->outcome));
	record_draft_text(&draft, "seen", answer->seen);
	record_draft_text(&draft, "by", answer->by);
	record_draft_text(&draft, "at", answer->when_utc);
	record_draft_text(&draft, "file", answer->file);
	record_draft_text(&draft, "sha256", answer->sha256);
	record_draft_text(&draft, "report", answer->report);
	record_draft_flag(&draft, "is_virtual", context->lab->is_virtual);
	return entry_add(context, &draft);
}

static enum conformity judge(const struct inspection *inspection,
			     const struct inspection_answer *answer)
{
	if (answer->outcome == INSPECTION_NO) {
		return DOES_NOT_CONFORM;
	}
	if (answer->outcome == INSPECTION_NOT_DONE) {
		return NOT_EVALUATED;
	}
	if (*inspection->objection) {
		return DOES_NOT_CONFORM;
	}
	return inspection->needs_report && !*answer->report ? NOT_EVALUATED : CONFORMS;
}

static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

/* Who, when, evidence. */
static void say_who(const struct step_context *context, const struct inspection *inspection,
		    const struct inspection_answer *answer, char *text, size_t size)
{
	text[0] = '\0';
	if (*answer->by) {
		append(text, size, "%s, %s", answer->by, answer->when_utc);
	}
	if (*answer->by && context->lab->is_virtual && !strstr(answer->seen, "virtual")) {
		append(text, size, "; virtual laboratory: nobody has looked at a meter");
	}
	if (*answer->report) {
		append(text, size, "; report %s", answer->report);
	} else if (inspection->needs_report && answer->outcome == INSPECTION_YES) {
		append(text, size, "; no number of a report was given");
	}
	if (*answer->file) {
		append(text, size, "; file %s, SHA-256 %s", answer->file, answer->sha256);
	}
	if (*inspection->objection) {
		append(text, size, "%s%s", *text ? "; " : "", inspection->objection);
	}
}

enum status inspection_record(struct step_context *context, int index,
			      const struct inspection *inspection,
			      const struct inspection_answer *answer)
{
	char indicated[600], remark[1024];
	enum status status = add_entry(context, index, inspection, answer);

	if (status) {
		return status;
	}
	snprintf(indicated, sizeof(indicated), "%s: %s", outcome_name(answer->outcome),
		 answer->seen);
	say_who(context, inspection, answer, remark, sizeof(remark));
	return record_check(context, &(struct check){.index = index,
						     .test = inspection->test,
						     .what = inspection->question,
						     .indicated = indicated,
						     .expected = "yes",
						     .is_seen = true,
						     .seen = judge(inspection, answer),
						     .remark = remark});
}
