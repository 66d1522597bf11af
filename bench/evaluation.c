/* Order of a run. What ends it early is a fault or an abort in the record, never a verdict on the
 * meter. */
#include "bench/evaluation_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/progress.h"
#include "bench/safe_state.h"
#include "procedures/data_folder.h"
#include "procedures/judgement.h"
#include "procedures/procedure.h"
#include "procedures/xml_document.h"
#include "reports/report.h"

static enum status open_trace(struct run *run)
{
	if (!run->options->trace_path) {
		return STATUS_OK;
	}
	run->trace = fopen(run->options->trace_path, "w");
	if (!run->trace) {
		return status_fail(STATUS_BAD_INPUT, "--trace %s: %s", run->options->trace_path,
				   strerror(errno));
	}
	lab_file_trace(run->bench_lab, run->trace);
	return STATUS_OK;
}

/* Everything a person may have got wrong, before anything is opened. */
static enum status load_files(struct run *run)
{
	const struct evaluation *options = run->options;
	enum status status = programme_load(options->programme_path, &run->programme);

	if (status || (status = device_type_load(options->device_path, &run->device))) {
		return status;
	}
	const char *own = run->programme.limits_file;
	status = options->limits_count ? limit_set_load_layers(options->limits_paths,
							       options->limits_count, &run->limits)
				       : limit_set_load(own, &run->limits);
	if (status || (status = lab_file_load(options->lab_path, options->seed, &run->bench_lab))) {
		return status;
	}
	bench_lab_lab(run->bench_lab)->on_since_utc_seconds = options->on_since_utc_seconds;
	if (options->prepare_lab) {
		options->prepare_lab(run->bench_lab, options->prepare_context);
	}
	return run_meters_load(options, &run->programme, &run->device, &run->meters);
}

static struct step_context context_for(struct run *run, const struct run_meter *meter)
{
	return (struct step_context){
		.lab = bench_lab_lab(run->bench_lab),
		.store = run->store,
		.device = &run->device,
		.form = &meter->form,
		.limits = run->limits,
		.rule = run->programme.rule,
		.override = run->options->override.reason ? &run->options->override : NULL,
		.model = meter->model,
		.module = meter->module,
		.not_covered = meter->not_covered,
		.progress = run->options->progress,
		.tally = &run->tally,
	};
}

/* A self-contained socket joins voltage and current circuits inside: several of them in common
 * circuits would be in parallel. Class 20 meters hang on transformers. */
static enum status check_circuits(const struct lab *lab, const struct run_meter *meter)
{
	if (lab->position_count < 2 || lab->has_separate_circuits ||
	    meter->form.class_amperes <= 20) {
		return STATUS_OK;
	}
	for (int i = 0; i < lab->position_count; i++) {
		if (!lab->positions[i].isolation) {
			return status_fail(
				STATUS_BAD_INPUT,
				"form %s is self-contained: its voltage and current circuits are "
				"joined in the socket, so several of them need isolation "
				"transformers with a certificate (isolation=\"FILE\" at position "
				"%d of lab %s) or circuits=\"separate\" in the lab file",
				meter->form.name, lab->positions[i].number, lab->name);
		}
	}
	return STATUS_OK;
}

static enum status check_meters(struct run *run)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < run->meters.count; i++) {
		const struct run_meter *meter = &run->meters.meters[i];
		struct step_context context = context_for(run, meter);

		status = check_circuits(context.lab, meter);
		status = status ? status : programme_check(&meter->programme, &context);
	}
	return status;
}

/* One process at a time writes a run. */
static enum status lock_folder(struct run *run)
{
	const char *output = run->options->output;

	run->folder_lock = open(output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->folder_lock < 0) {
		return status_fail(STATUS_BAD_INPUT, "output folder %s: %s", output,
				   strerror(errno));
	}
	if (flock(run->folder_lock, LOCK_EX | LOCK_NB)) {
		return status_fail(STATUS_BAD_INPUT,
				   "output folder %s: another mcbench is at work on this run",
				   output);
	}
	return STATUS_OK;
}

static enum status open_record(struct run *run)
{
	enum status status = resume_check(run);

	snprintf(run->record_path, sizeof(run->record_path), "%s/record.mcbench",
		 run->options->output);
	if (!status) {
		status = lock_folder(run);
	}
	return status ? status
		      : run_store_open(run->record_path, bench_lab_lab(run->bench_lab)->is_virtual,
				       &run->store);
}

static enum status create_record(struct run *run)
{
	const char *output = run->options->output;

	if (mkdir(output, 0777) && errno != EEXIST) {
		return status_fail(STATUS_BAD_INPUT, "output folder %s: %s", output,
				   strerror(errno));
	}
	if (lock_folder(run)) {
		return STATUS_BAD_INPUT;
	}
	snprintf(run->record_path, sizeof(run->record_path), "%s/record.mcbench", output);
	enum status status =
		run_store_create(run->record_path, bench_lab_lab(run->bench_lab)->is_virtual,
				 run->options->record_page_limit, &run->store);
	if (status) {
		return status;
	}
	/* of this machine, so outside the chain and in no report */
	char utc[21];
	status = run_store_note_host(run->store, "wall_utc", clock_utc_text(clock_wall(), utc));
	if (!status) {
		status = run_store_note_host(run->store, "output", output);
	}
	return status ? status : resumed_run_note_options(run->store, run->options);
}

static void log_world(void *context, const char *line)
{
	FILE *file = context;

	fprintf(file, "%s\n", line);
	fflush(file);
}

/* The world's own account of what was switched, written by nobody who believes to know. */
static void open_world_log(struct run *run, const char *meter)
{
	struct virtual_lab *virtual_lab = bench_lab_virtual(run->bench_lab);
	char path[1200];

	if (!virtual_lab) {
		return;
	}
	snprintf(path, sizeof(path), "%s/world.log", run->options->output);
	run->world_log = fopen(path, "a");
	if (run->world_log) {
		fprintf(run->world_log, "form %s\n", meter);
		world_set_log(virtual_lab_world(virtual_lab), log_world, run->world_log);
	}
}

static void close_world_log(struct run *run)
{
	if (run->world_log) {
		fclose(run->world_log);
		run->world_log = NULL;
	}
}

/* A record without its first entries could not be read: they are kept even when no instrument
 * answered. */
static enum status record_failed_opening(struct run *run, enum status failure)
{
	char reason[1024];

	snprintf(reason, sizeof(reason), "%s", status_reason());
	run_record_head(run);
	return status_fail(failure, "%s", reason);
}

/* A new meter is blank; one that an outage has left keeps what it had. */
static void place_memory(struct run *run, bool is_kept)
{
	const struct lab *lab = bench_lab_lab(run->bench_lab);
	struct virtual_lab_options *options = bench_lab_virtual_options(run->bench_lab);

	options->memory_folder = run->options->output;
	for (int i = 0; lab->is_virtual && !is_kept && i < lab->position_count; i++) {
		char path[1300];

		virtual_lab_memory_path(options->memory_folder, lab->positions[i].number, path,
					sizeof(path));
		unlink(path);
	}
}

static enum status run_programme(struct run *run, const struct run_meter *meter, bool is_resumed)
{
	struct step_context context = context_for(run, meter);
	enum status status = is_resumed ? resume_context(run, &context) : STATUS_OK;

	run->is_fault_recorded = true; /* programme_run does it */
	status = status ? status : programme_run(&meter->programme, &context);
	free(context.memory);
	return status;
}

static enum status test_meter(struct run *run, const struct run_meter *meter, bool is_first)
{
	bool is_resumed =
		run->resumed && run->resumed->form && !strcmp(run->resumed->form, meter->form.name);
	const struct lab_meter hardware = {meter->model, meter->form.wiring->name,
					   run->options->serial,
					   (unsigned)meter->form.class_amperes};

	bench_lab_virtual_options(run->bench_lab)->module =
		meter->module ? meter->module->id : NULL;
	place_memory(run, is_resumed);
	enum status status = lab_file_open(run->bench_lab, &hardware);

	if (status) {
		return is_first && !run->resumed ? record_failed_opening(run, status) : status;
	}
	struct lab *lab = bench_lab_lab(run->bench_lab);
	safe_state_guard(lab);
	status = guardian_start(lab, run->options->output, &run->guardian);
	open_world_log(run, meter->form.name);
	if (!status && is_first && run->resumed) {
		status = resume_laboratory(run);
	} else if (!status && is_first) {
		status = run_record_head(run);
		status = status ? status : run_record_equipment(run);
	}
	status = status ? status : run_store_commit(run->store);
	return status ? status : run_programme(run, meter, is_resumed);
}

static void record_fault(struct run *run, const char *form, enum status status, const char *reason)
{
	progress_end();
	fprintf(stderr, "mcbench: form %s: %s\n", form, reason);
	if (run->is_fault_recorded) {
		return;
	}
	run_begin(run, "fault");
	record_draft_text(&run->draft, "form", form);
	record_draft_text(&run->draft, "status", status_name(status));
	record_draft_text(&run->draft, "text", reason);
	if (run_add(run)) {
		fprintf(stderr, "mcbench: the fault could not be recorded: %s\n", status_reason());
	}
}

/* A position that dropped out stops nobody, but its part of the run is missing. */
static void note_dropped(struct run *run)
{
	const struct lab *lab = bench_lab_lab(run->bench_lab);

	for (int i = 0; i < lab->position_count; i++) {
		const struct lab_position *position = &lab->positions[i];

		if (position->is_dropped) {
			run->has_dropped_position = true;
			progress_end();
			fprintf(stderr, "mcbench: position %d dropped out: %s\n", position->number,
				position->drop_reason);
		}
	}
}

static void leave_meter(struct run *run)
{
	struct lab *lab = bench_lab_lab(run->bench_lab);

	bool is_off = lab->clock && !safe_state_enter(lab, run->store);
	if (lab->clock && !is_off) {
		run->state = RUN_BENCH_FAULT;
	}
	guardian_stop(run->guardian, is_off);
	run->guardian = NULL;
	if (lab->clock && lab->is_virtual) {
		run->laboratory_seconds +=
			seconds_between((struct instant){0}, clock_now(lab->clock));
		run->frames += virtual_lab_frames(bench_lab_virtual(run->bench_lab));
		/* the next form is tested afterwards, not at the same time */
		bench_lab_virtual_options(run->bench_lab)->epoch_utc_seconds =
			clock_utc_seconds(lab->clock) + 1;
	}
	safe_state_guard(NULL);
	place_memory(run, false); /* it was only for the case that this process dies */
}

static void record_end(struct run *run)
{
	struct record_draft *draft = &run->draft;
	const struct run_tally *tally = &run->tally;

	run_begin(run, "end");
	record_draft_text(draft, "state", run_state_name(run->state));
	record_draft_text(draft, "verdict", conformity_name(tally->worst));
	record_draft_integer(draft, "conforms", tally->conforms);
	record_draft_integer(draft, "not_evaluated", tally->not_evaluated);
	record_draft_integer(draft, "inconclusive", tally->inconclusive);
	record_draft_integer(draft, "does_not_conform", tally->does_not_conform);
	record_draft_integer(draft, "informative", tally->informative);
	record_draft_integer(draft, "void", tally->voided);
	record_draft_integer(draft, "exit_status", exit_status_of(tally->worst, run->state));
	if (run_add(run) || run_store_commit(run->store)) {
		fprintf(stderr, "mcbench: the end of the run could not be recorded: %s\n",
			status_reason());
		run->state = RUN_BENCH_FAULT;
	}
}

/* A process that died right at the end has left a laboratory that is not known to be off. */
static void settle_laboratory(struct run *run)
{
	const struct run_meter *meter = &run->meters.meters[run->meters.count - 1];
	const struct lab_meter hardware = {meter->model, meter->form.wiring->name,
					   run->options->serial,
					   (unsigned)meter->form.class_amperes};

	lab_file_close(run->bench_lab);
	if (lab_file_open(run->bench_lab, &hardware) || resume_laboratory(run)) {
		fprintf(stderr, "mcbench: %s\n", status_reason());
		run->state = RUN_BENCH_FAULT;
	}
	place_memory(run, false);
}

/* The world beyond the last form: source off while the clock still exists, end of the record, ports
 * closed. */
static void test_all_meters(struct run *run)
{
	bool is_first = true;

	for (int i = 0; i < run->meters.count && run->state == RUN_COMPLETE; i++) {
		const struct run_meter *meter = &run->meters.meters[i];

		if (run->resumed && resumed_run_has_ended(run->resumed, meter->form.name)) {
			continue;
		}
		lab_file_close(run->bench_lab);
		run->is_fault_recorded = false;
		enum status status = test_meter(run, meter, is_first);
		is_first = false;
		if (status) {
			char reason[1024];

			snprintf(reason, sizeof(reason), "%s", status_reason());
			run->state = status == STATUS_ABORTED ? RUN_ABORTED : RUN_BENCH_FAULT;
			leave_meter(run);
			record_fault(run, meter->form.name, status, reason);
		} else {
			note_dropped(run);
			leave_meter(run);
		}
		close_world_log(run);
	}
	if (run->resumed && is_first) {
		settle_laboratory(run);
	}
	if (run->state == RUN_COMPLETE && run->has_dropped_position) {
		run->state = RUN_BENCH_FAULT;
	}
	if (run->state != RUN_COMPLETE && run->tally.worst < NOT_EVALUATED) {
		run->tally.worst = NOT_EVALUATED; /* what was not tested is not evaluated */
	}
	record_end(run);
}

/* Absolute paths for people, when the folder allows it. */
static void print_places(const struct run *run)
{
	const char *output = run->options->output;
	char *absolute = realpath(output, NULL);
	const char *folder = absolute ? absolute : output;
	double test_seconds = seconds_between(run->wall_start, run->wall_tested);

	if (run->laboratory_seconds > 0) {
		printf("laboratory time %.2f h, tested in %.1f s: %.0f times faster, %.1f million "
		       "frames a second; reports in %.1f s\n",
		       run->laboratory_seconds / 3600, test_seconds,
		       run->laboratory_seconds / test_seconds,
		       1e-6 * (double)run->frames / test_seconds,
		       seconds_between(run->wall_tested, clock_now(clock_wall())));
	}
	printf("\nrecord %s/record.mcbench\nXML    %s/report.xml\nPDF    %s/report.pdf\n", folder,
	       folder, folder);
	free(absolute);
}

static enum status write_reports(struct run *run)
{
	struct run_record record;
	char path[1200];
	enum status status = run_store_load(run->record_path, &record);

	if (status) {
		return status;
	}
	progress_print_verdicts(&record);
	snprintf(path, sizeof(path), "%s/report.xml", run->options->output);
	status = report_write_xml(&record, path);
	if (!status) {
		snprintf(path, sizeof(path), "%s/report.pdf", run->options->output);
		status = report_write_pdf(&record, path, run->options->output);
	}
	run_record_free(&record);
	return status;
}

static int finish(struct run *run)
{
	enum status status = run_store_close(run->store);

	run->store = NULL;
	run->wall_tested = clock_now(clock_wall());
	progress_end();
	status = status ? status : write_reports(run);
	if (status) {
		fprintf(stderr, "mcbench: %s\n", status_reason());
		run->state = RUN_BENCH_FAULT;
	} else {
		print_places(run);
	}
	return exit_status_of(run->tally.worst, run->state);
}

int evaluation_run(const struct evaluation *evaluation)
{
	return evaluation_go(evaluation, NULL);
}

int evaluation_go(const struct evaluation *evaluation, const struct resumed_run *resumed)
{
	struct run *run = calloc(1, sizeof(*run));
	int exit_status = EXIT_BAD_INPUT;

	if (!run) {
		return EXIT_BENCH_FAULT;
	}
	run->options = evaluation;
	run->resumed = resumed;
	run->folder_lock = -1;
	run->tally.worst = CONFORMS;
	if (resumed) {
		resumed_run_tally(resumed, 0, &run->tally);
	}
	run->wall_start = clock_now(clock_wall());
	if (load_files(run) || check_meters(run) || open_trace(run) ||
	    (resumed ? open_record(run) : create_record(run))) {
		command_fail();
	} else {
		test_all_meters(run);
		exit_status = finish(run);
	}
	run_store_close(run->store);
	lab_file_free(run->bench_lab);
	if (run->trace) {
		fclose(run->trace);
	}
	limit_set_free(run->limits);
	run_meters_free(&run->meters);
	programme_free(&run->programme);
	if (run->folder_lock >= 0) {
		close(run->folder_lock);
	}
	free(run);
	return exit_status;
}
