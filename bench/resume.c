/* A run that goes on where its process died: same options, same files, source off first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/evaluation_parts.h"
#include "bench/safe_state.h"
#include "procedures/verbs/verb_support.h"

/* How long the laboratory was without power: nobody knows in a virtual one. */
#define VIRTUAL_OUTAGE_SECONDS 60

/* What the record says took part must be what takes part now. */
static enum status compare_file(struct run *run, const char *role, const char *name,
				const char *hash)
{
	const struct run_record *record = &run->resumed->record;

	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];
		const char *of_role = record_text(entry, "role");
		const char *sha256 = record_text(entry, "sha256");

		if (!strcmp(entry->kind, "file") && of_role && sha256 && !strcmp(of_role, role) &&
		    !strcmp(sha256, hash)) {
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT,
			   "the %s file %s is not the one that this run began with; put that back, "
			   "or start a new run",
			   role, name);
}

enum status resume_check(struct run *run)
{
	struct virtual_lab_options *options = bench_lab_virtual_options(run->bench_lab);
	enum status status = run_each_file(run, compare_file);

	if (!status && options->emulated_image) {
		status = status_fail(STATUS_BAD_INPUT,
				     "an emulated meter keeps no memory when the bench dies; start "
				     "a new run in another folder");
	}
	options->epoch_utc_seconds = run->resumed->last_utc_seconds + VIRTUAL_OUTAGE_SECONDS;
	return status;
}

static enum status record_void(struct run *run)
{
	const struct resumed_run *resumed = run->resumed;

	if (!resumed->first_result) {
		return STATUS_OK;
	}
	run_begin(run, "void");
	record_draft_integer(&run->draft, "from_result", resumed->first_result);
	record_draft_integer(&run->draft, "to_result", resumed->last_result);
	record_draft_text(&run->draft, "reason",
			  "the bench stopped in the middle of their step, which is done again");
	return run_add(run);
}

static enum status record_resumption(struct run *run)
{
	const struct resumed_run *resumed = run->resumed;
	char text[240];

	snprintf(text, sizeof(text),
		 "resumed: the bench had stopped after entry %zu without an end%s",
		 resumed->record.count,
		 resumed->interrupted ? "; its unfinished step is done again" : "");
	run_begin(run, "note");
	record_draft_text(&run->draft, "text", text);
	enum status status = run_add(run);
	return status ? status : record_void(run);
}

enum status resume_laboratory(struct run *run)
{
	struct lab *lab = bench_lab_lab(run->bench_lab);
	enum status status = record_resumption(run);

	/* a real source may have been on all the time */
	if (!status) {
		status = safe_state_enter(lab, run->store);
	}
	return status ? status : run_record_equipment(run);
}

enum status resume_context(struct run *run, struct step_context *context)
{
	const struct lab *lab = context->lab;
	enum status status = verb_memory_provide(context);
	struct verb_memory *memory = context->memory;

	for (int i = 0; !status && i < lab->position_count; i++) {
		struct lab_position *position = &bench_lab_lab(run->bench_lab)->positions[i];
		const char *dropped = resumed_run_dropped(run->resumed, position->number);

		resumed_run_tally(run->resumed, position->number, &memory->tallies[i]);
		if (dropped) {
			position->is_dropped = true;
			snprintf(position->drop_reason, sizeof(position->drop_reason), "%s",
				 dropped);
		}
	}
	context->is_finished = resumed_run_is_finished;
	context->finished = run->resumed;
	return status;
}

int evaluation_resume(const char *folder, void (*progress)(void *context, const char *text))
{
	struct resumed_run *resumed = calloc(1, sizeof(*resumed));
	int exit_status = EXIT_BAD_INPUT;

	if (!resumed) {
		return EXIT_BENCH_FAULT;
	}
	if (resumed_run_load(folder, resumed)) {
		command_fail();
	} else {
		resumed->options.output = folder;
		resumed->options.progress = progress;
		exit_status = evaluation_go(&resumed->options, resumed);
	}
	resumed_run_free(resumed);
	free(resumed);
	return exit_status;
}
