/* Procedures and requirements that apply to a meter; what was not evaluated. */
#include "procedures/programme_scope.h"

#include <stdio.h>
#include <string.h>

#include "procedures/verbs/verb_support.h"

static bool has(const struct step_context *context, const char *feature)
{
	return device_type_has(context->device, context->model, context->module, feature);
}

static bool is_asked(const char *only_with, const char *only_without,
		     const struct step_context *context)
{
	return (!*only_with || has(context, only_with)) &&
	       (!*only_without || !has(context, only_without));
}

bool procedure_applies(const struct procedure *procedure, const struct step_context *context)
{
	return is_asked(procedure->only_with, procedure->only_without, context);
}

void tally_requirement(struct run_tally *tally, const char *id)
{
	size_t i = 0;

	while (i < tally->judged_count && strcmp(tally->judged[i], id) != 0) {
		i++;
	}
	if (i == tally->judged_count && i < JUDGED_REQUIREMENTS) {
		snprintf(tally->judged[tally->judged_count++], sizeof(tally->judged[0]), "%s", id);
	}
}

static bool is_judged(const struct run_tally *tally, const char *id)
{
	for (size_t i = 0; i < tally->judged_count; i++) {
		if (!strcmp(tally->judged[i], id)) {
			return true;
		}
	}
	return false;
}

static void not_evaluated(struct step_context *context)
{
	struct verb_memory *memory = context->memory;

	context->tally->worst = conformity_worst(context->tally->worst, NOT_EVALUATED);
	memory->is_not_evaluated = true;
}

/* Of a programme over a whole catalogue: is it to be evaluated on this meter? */
static bool is_due(const struct requirement *requirement, const struct step_context *context)
{
	return requirement->is_mandatory && !requirement->shown_by[0] &&
	       is_asked(requirement->only_with, requirement->only_without, context);
}

static const char *open_reason(const struct programme *programme, const char *id)
{
	for (size_t i = 0; i < programme->open_count; i++) {
		if (!strcmp(programme->open[i].id, id)) {
			return programme->open[i].reason;
		}
	}
	return "";
}

static enum status record_due(const struct programme *programme,
			      const struct requirement *requirement, struct step_context *context)
{
	struct record_draft draft;

	entry_begin(context, &draft, "requirement", 0);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_text(&draft, "requirement", requirement->id);
	record_draft_text(&draft, "demands", requirement->demands);
	record_draft_text(&draft, "document", requirement->document);
	record_draft_text(&draft, "clause", requirement->clause);
	record_draft_text(&draft, "provenance", provenance_name(requirement->provenance));
	record_draft_text(&draft, "method", requirement_method_name(requirement->method));
	record_draft_text(&draft, "open", open_reason(programme, requirement->id));
	return entry_add(context, &draft);
}

static enum status record_all_due(const struct programme *programme, struct step_context *context)
{
	const struct requirement_set *set = &programme->requirements;
	enum status status = STATUS_OK;

	for (size_t i = 0; programme->is_whole && !status && i < set->count; i++) {
		if (is_due(&set->requirements[i], context)) {
			status = record_due(programme, &set->requirements[i], context);
		}
	}
	return status;
}

enum status scope_begin(const struct programme *programme, struct step_context *context)
{
	enum status status = STATUS_OK;

	context->tally->judged_count = 0;
	if (context->not_covered && *context->not_covered) {
		not_evaluated(context);
		status = record_note(context,
				     "not covered by the notice: %s; all results are informative",
				     context->not_covered);
	}
	for (size_t i = 0; !status && i < programme->procedure_count; i++) {
		const struct procedure *procedure = &programme->procedures[i];
		bool lacks = *procedure->only_with && !has(context, procedure->only_with);
		if (!procedure_applies(procedure, context)) {
			status =
				record_note(context, "%s is left out: form %s, model %s has %s%s",
					    procedure->title, context->form->name, context->model,
					    lacks ? "no " : "",
					    lacks ? procedure->only_with : procedure->only_without);
		}
	}
	return status ? status : record_all_due(programme, context);
}

enum status scope_resume(struct step_context *context)
{
	if (context->not_covered && *context->not_covered) {
		not_evaluated(context);
	}
	return STATUS_OK;
}

enum status scope_end(const struct programme *programme, struct step_context *context)
{
	const struct requirement_set *set = &programme->requirements;
	enum status status = STATUS_OK;

	for (size_t i = 0; programme->is_whole && !status && i < set->count; i++) {
		const struct requirement *requirement = &set->requirements[i];
		if (!is_due(requirement, context) || is_judged(context->tally, requirement->id)) {
			continue;
		}
		const char *reason = open_reason(programme, requirement->id);
		not_evaluated(context);
		status = record_note(context, "form %s: requirement %s was not evaluated (%s): %s",
				     context->form->name, requirement->id, requirement->demands,
				     *reason ? reason : "its steps gave no result that counts");
	}
	return status;
}
