/* Checks and runs a programme for one form. Teardown always follows a setup that has begun. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/equipment_gate.h"
#include "procedures/procedure.h"
#include "procedures/programme_scope.h"
#include "procedures/verbs/verb_support.h"

static void enter_step(struct step_context *context, const struct step *step)
{
	context->requirement = step->requirement;
	context->title = step->title;
	context->is_informative =
		step->is_informative || (context->not_covered && *context->not_covered);
	context->where = step->where;
}

enum status programme_check(const struct programme *programme, struct step_context *context)
{
	for (size_t i = 0; i < programme->procedure_count; i++) {
		const struct procedure *procedure = &programme->procedures[i];
		size_t count = procedure_applies(procedure, context) ? procedure->step_count : 0;
		if (count && *procedure->needs &&
		    device_type_require(context->device, context->model, context->module,
					procedure->needs)) {
			return status_prefix(STATUS_BAD_INPUT, "%s line %ld: ", procedure->file,
					     procedure->line);
		}
		for (size_t j = 0; j < count; j++) {
			const struct step *step = &procedure->steps[j];
			enter_step(context, step);
			enum status status = step->verb->check
						     ? step->verb->check(context, step->arguments)
						     : STATUS_OK;
			if (status) {
				return status_prefix(status, "%s: ", step->where);
			}
		}
	}
	return STATUS_OK;
}

static enum status record_form(struct step_context *context)
{
	const struct device_form *form = context->form;
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct record_draft draft;
		char text[64];
		entry_begin(context, &draft, "form_started", context->lab->positions[i].number);
		record_draft_text(&draft, "service", service_name(form->service));
		record_draft_text(&draft, "element_configuration", form->configuration);
		snprintf(text, sizeof(text), "%g-%g V", context->device->minimum_volts,
			 context->device->maximum_volts);
		record_draft_text(&draft, "volts", text);
		snprintf(text, sizeof(text), "%g-%g A", form->minimum_amperes,
			 form->maximum_amperes);
		record_draft_text(&draft, "current_range", text);
		record_draft_number(&draft, "class_amperes", form->class_amperes);
		record_draft_text(&draft, "model", context->model ? context->model : "");
		record_draft_text(&draft, "module", context->module ? context->module->id : "");
		record_draft_text(&draft, "not_covered",
				  context->not_covered ? context->not_covered : "");
		status = entry_add(context, &draft);
	}
	return status;
}

static enum status record_step(struct step_context *context, const struct procedure *procedure,
			       const struct step *step)
{
	struct record_draft draft;

	entry_begin(context, &draft, "step", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_text(&draft, "procedure", procedure->id);
	record_draft_integer(&draft, "place", step - procedure->steps + 1);
	record_draft_text(&draft, "verb", step->verb->name);
	record_draft_text(&draft, "title", step->title);
	record_draft_text(&draft, "requirement", step->requirement);
	record_draft_text(&draft, "requirement_text", step->requirement_text);
	record_draft_flag(&draft, "is_informative", step->is_informative);
	return entry_add(context, &draft);
}

/* Why the run ends here, while the reason is fresh; a record that is full cannot take it. */
static void record_fault(struct step_context *context, enum status status)
{
	struct record_draft draft;
	char reason[768];

	snprintf(reason, sizeof(reason), "%s", status_reason());
	entry_begin(context, &draft, "fault", 0);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_text(&draft, "status", status_name(status));
	record_draft_text(&draft, "text", reason);
	if (!entry_add(context, &draft)) {
		run_store_commit(context->store);
	}
	status_fail(status, "%s", reason);
}

/* From here on the step is never done again, whatever becomes of the bench. */
static enum status record_step_ended(struct step_context *context)
{
	struct record_draft draft;

	entry_begin(context, &draft, "step_ended", 0);
	record_draft_integer(&draft, "step", context->step);
	enum status status = entry_add(context, &draft);
	return status ? status : run_store_commit(context->store);
}

/* Bodies are not done again; setups and teardowns are, because the supply was lost. */
static bool is_finished(const struct step_context *context, const struct procedure *procedure,
			const struct step *step)
{
	return context->is_finished && !procedure->is_check &&
	       context->is_finished(context->finished, procedure->id, step - procedure->steps + 1);
}

static bool is_procedure_finished(const struct step_context *context,
				  const struct procedure *procedure)
{
	bool is_all = context->is_finished != NULL;

	for (size_t i = 0; is_all && i < procedure->step_count; i++) {
		is_all = is_finished(context, procedure, &procedure->steps[i]);
	}
	return is_all;
}

/* A step whose record fails is still run when it belongs to the teardown. */
static enum status run_step(struct step_context *context, const struct procedure *procedure,
			    const struct step *step)
{
	enter_step(context, step);
	context->step = ++context->tally->steps;
	enum status status = record_step(context, procedure, step);
	if (!status || step->section == SECTION_TEARDOWN) {
		enum status ran = step->verb->run(context, step->arguments);
		status = ran ? ran : status;
	}
	if (!status) {
		status = record_step_ended(context);
	}
	return status ? status_prefix(status, "%s: ", step->where) : STATUS_OK;
}

/* Setup and body end with the first failure; the teardown runs all its steps and gives its first
 * failure. */
static enum status run_section(struct step_context *context, const struct procedure *procedure,
			       enum step_section section)
{
	enum status first = STATUS_OK;
	char reason[768] = "";

	for (size_t i = 0; i < procedure->step_count; i++) {
		const struct step *step = &procedure->steps[i];
		if (step->section != section || (first && section != SECTION_TEARDOWN) ||
		    (section == SECTION_BODY && is_finished(context, procedure, step))) {
			continue;
		}
		enum status status = run_step(context, procedure, step);
		if (status && !first) {
			first = status;
			snprintf(reason, sizeof(reason), "%s", status_reason());
		}
	}
	return first ? status_fail(first, "%s", reason) : STATUS_OK;
}

static enum status run_procedure(struct step_context *context, const struct procedure *procedure)
{
	char reason[768];
	enum status status = run_section(context, procedure, SECTION_SETUP);

	if (!status) {
		status = run_section(context, procedure, SECTION_BODY);
	}
	if (status) {
		record_fault(context, status);
	}
	snprintf(reason, sizeof(reason), "%s", status_reason());
	enum status teardown = run_section(context, procedure, SECTION_TEARDOWN);
	/* an abort ends the teardown too; the bench's safe state follows and cannot be aborted */
	if (teardown && !(teardown == STATUS_ABORTED && status == STATUS_ABORTED)) {
		record_fault(context, teardown);
	}
	return status ? status_fail(status, "%s", reason) : teardown;
}

static const struct procedure *check_of_bench(const struct programme *programme)
{
	for (size_t i = 0; i < programme->procedure_count; i++) {
		if (programme->procedures[i].is_check) {
			return &programme->procedures[i];
		}
	}
	return NULL;
}

static enum status run_announced(struct step_context *context, const struct procedure *procedure)
{
	report_progress(context, "form %s: %s", context->form->name, procedure->title);
	return run_procedure(context, procedure);
}

static bool is_check_due(const struct programme *programme, const struct step_context *context)
{
	int64_t since =
		clock_utc_seconds(context->lab->clock) - context->tally->checked_utc_seconds;

	return programme->check_every_seconds > 0 &&
	       (double)since >= programme->check_every_seconds;
}

/* The bench is checked first, last, and between two procedures when its time has come. */
static enum status run_procedures(const struct programme *programme, struct step_context *context)
{
	const struct procedure *check = check_of_bench(programme);
	enum status status = check ? run_announced(context, check) : STATUS_OK;

	for (size_t i = 0; !status && i < programme->procedure_count; i++) {
		const struct procedure *procedure = &programme->procedures[i];
		if (procedure->is_check || !procedure_applies(procedure, context) ||
		    is_procedure_finished(context, procedure)) {
			continue;
		}
		if (check && is_check_due(programme, context)) {
			status = run_announced(context, check);
		}
		if (!status) {
			status = run_announced(context, procedure);
		}
	}
	return status || !check ? status : run_announced(context, check);
}

/* What became of one position of several. Whoever dropped out was not evaluated, at best. */
static enum status record_position(struct step_context *context, int index)
{
	const struct lab_position *position = &context->lab->positions[index];
	const struct verb_memory *memory = context->memory;
	const struct run_tally *tally = &memory->tallies[index];
	enum conformity verdict = tally->worst;
	struct record_draft draft;

	if (position->is_dropped || memory->is_not_evaluated) {
		verdict = conformity_worst(verdict, NOT_EVALUATED);
	}
	entry_begin(context, &draft, "position", position->number);
	record_draft_text(&draft, "serial", memory->identities[index].serial);
	record_draft_text(&draft, "state",
			  run_state_name(position->is_dropped ? RUN_BENCH_FAULT : RUN_COMPLETE));
	record_draft_text(&draft, "verdict", conformity_name(verdict));
	record_draft_integer(&draft, "conforms", tally->conforms);
	record_draft_integer(&draft, "inconclusive", tally->inconclusive);
	record_draft_integer(&draft, "not_evaluated", tally->not_evaluated);
	record_draft_integer(&draft, "does_not_conform", tally->does_not_conform);
	record_draft_integer(&draft, "informative", tally->informative);
	record_draft_text(&draft, "text", position->is_dropped ? position->drop_reason : "");
	return entry_add(context, &draft);
}

static enum status record_positions(struct step_context *context)
{
	enum status status = STATUS_OK;

	for (int i = 0;
	     context->lab->position_count > 1 && !status && i < context->lab->position_count; i++) {
		status = record_position(context, i);
	}
	return status;
}

static enum status record_form_ended(struct step_context *context)
{
	struct record_draft draft;

	entry_begin(context, &draft, "form_ended", 0);
	record_draft_text(&draft, "form", context->form->name);
	return entry_add(context, &draft);
}

static enum status run_all(const struct programme *programme, struct step_context *context)
{
	enum status status = context->is_finished ? scope_resume(context) : record_form(context);

	if (!status && !context->is_finished) {
		status = scope_begin(programme, context);
	}
	if (!status) {
		status = run_procedures(programme, context);
	}
	if (!status) {
		status = scope_end(programme, context);
	}
	if (!status) {
		status = record_positions(context);
	}
	if (!status) {
		status = record_form_ended(context);
	}
	enum status committed = run_store_commit(context->store);
	return status ? status : committed;
}

enum status programme_run(const struct programme *programme, struct step_context *context)
{
	bool is_own_memory = !context->memory;
	enum status status = equipment_gate(context);

	if (status) {
		record_fault(context, status);
		return status;
	}
	status = verb_memory_provide(context);
	if (!status) {
		struct verb_memory *memory = context->memory;

		ledger_keep(context->lab, &memory->ledger);
		status = run_all(programme, context);
		ledger_leave(context->lab);
	}
	if (is_own_memory) {
		free(context->memory);
		context->memory = NULL;
	}
	return status;
}
