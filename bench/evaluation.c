/* Order of a run. What ends it early is a fault or an abort in the record, never a verdict on the
 * meter. */
#include "bench/evaluation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

struct run {
	const struct evaluation *options;
	struct programme programme;
	struct device_type device;
	struct limit_set *limits;
	struct bench_lab *bench_lab;
	struct run_store *store;
	struct run_tally tally;
	enum run_state state;
	struct record_draft draft;
	FILE *world_log;
	FILE *trace;
	bool is_fault_recorded;
	double laboratory_seconds; /* over all forms */
	struct instant wall_start, wall_tested;
	char record_path[1200];
};

static void begin_entry(struct run *run, const char *kind)
{
	char utc[21];
	struct lab *lab = bench_lab_lab(run->bench_lab);

	record_draft_begin(&run->draft, kind);
	record_draft_text(&run->draft, "utc", lab->clock ? clock_utc_text(lab->clock, utc) : "");
}

static enum status add_entry(struct run *run)
{
	return run_store_add(run->store, &run->draft, NULL);
}

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
	if (options->prepare_lab) {
		options->prepare_lab(run->bench_lab, options->prepare_context);
	}
	return device_type_model(&run->device, options->model);
}

static struct step_context context_for(struct run *run, const struct device_form *form)
{
	return (struct step_context){
		.lab = bench_lab_lab(run->bench_lab),
		.store = run->store,
		.device = &run->device,
		.form = form,
		.limits = run->limits,
		.rule = run->programme.rule,
		.model = run->options->model,
		.progress = run->options->progress,
		.tally = &run->tally,
	};
}

static enum status check_forms(struct run *run)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < run->options->form_count; i++) {
		const struct device_form *form;

		status = device_type_form(&run->device, run->options->forms[i], &form);
		if (!status) {
			struct step_context context = context_for(run, form);
			status = programme_check(&run->programme, &context);
		}
	}
	return status;
}

static enum status create_record(struct run *run)
{
	const char *output = run->options->output;

	if (mkdir(output, 0777) && errno != EEXIST) {
		return status_fail(STATUS_BAD_INPUT, "output folder %s: %s", output,
				   strerror(errno));
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
	return status ? status : run_store_note_host(run->store, "output", output);
}

static void join_forms(const struct run *run, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < run->options->form_count && used < size; i++) {
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "",
					 run->options->forms[i]);
	}
}

static enum status record_run(struct run *run)
{
	const struct lab *lab = bench_lab_lab(run->bench_lab);
	struct record_draft *draft = &run->draft;
	char forms[128];

	join_forms(run, forms, sizeof(forms));
	begin_entry(run, "run");
	record_draft_text(draft, "program", "mcbench");
	record_draft_text(draft, "program_version", program_version);
	record_draft_text(draft, "revision", program_revision);
	record_draft_text(draft, "record_format", "1");
	record_draft_text(draft, "programme", run->programme.id);
	record_draft_text(draft, "programme_title", run->programme.title);
	record_draft_text(draft, "device", run->device.id);
	record_draft_text(draft, "device_title", run->device.title);
	record_draft_text(draft, "model", run->options->model);
	record_draft_text(draft, "forms", forms);
	record_draft_integer(draft, "seed", (int64_t)run->options->seed);
	record_draft_text(draft, "lab", lab->name);
	record_draft_flag(draft, "is_virtual", lab->is_virtual);
	decision_rule_write(&run->programme.rule, draft);
	record_draft_text(draft, "limits", limit_set_title(run->limits));
	record_draft_text(draft, "operator", run->options->operator_name);
	return add_entry(run);
}

static enum status record_file(struct run *run, const char *role, const char *path)
{
	char hash[65];
	enum status status = file_hash(path, hash);

	if (status) {
		return status;
	}
	begin_entry(run, "file");
	record_draft_text(&run->draft, "role", role);
	record_draft_text(&run->draft, "name", data_folder_relative(path));
	record_draft_text(&run->draft, "sha256", hash);
	return add_entry(run);
}

static enum status record_files(struct run *run)
{
	const struct evaluation *options = run->options;
	enum status status = record_file(run, "programme", options->programme_path);

	for (size_t i = 0; !status && i < run->programme.procedure_count; i++) {
		const struct procedure *procedure = &run->programme.procedures[i];

		begin_entry(run, "file");
		record_draft_text(&run->draft, "role", "procedure");
		record_draft_text(&run->draft, "name", procedure->file);
		record_draft_text(&run->draft, "sha256", procedure->hash);
		status = add_entry(run);
	}
	for (int i = 0; !status && i < run->programme.requirements.catalogue_count; i++) {
		const struct catalogue *catalogue = &run->programme.requirements.catalogues[i];

		begin_entry(run, "file");
		record_draft_text(&run->draft, "role", "requirements");
		record_draft_text(&run->draft, "name", catalogue->file);
		record_draft_text(&run->draft, "sha256", catalogue->hash);
		status = add_entry(run);
	}
	for (int i = 0; !status && limit_set_file(run->limits, i); i++) {
		status = record_file(run, "limits", limit_set_file(run->limits, i));
	}
	if (status || (status = record_file(run, "device", options->device_path))) {
		return status;
	}
	return record_file(run, "lab", options->lab_path);
}

static enum status record_certificate(struct run *run, const struct lab_instrument_line *line,
				      const struct certificate *certificate)
{
	char path[1200], utc[21];
	int64_t days_left = 0;
	struct record_draft *draft = &run->draft;
	const char *file = line->certificate_file;
	enum status status =
		record_file(run, "certificate",
			    file[0] == '/' ? file : data_folder_path(path, sizeof(path), file));

	clock_utc_text(bench_lab_lab(run->bench_lab)->clock, utc);
	utc[10] = '\0';
	if (status || (status = days_between(utc, certificate->due_date, &days_left))) {
		return status;
	}
	begin_entry(run, "certificate");
	record_draft_text(draft, "instrument", line->id);
	record_draft_text(draft, "number", certificate->number);
	record_draft_text(draft, "issuer", certificate->issuer);
	record_draft_text(draft, "model", certificate->instrument_model);
	record_draft_text(draft, "serial", certificate->instrument_serial);
	record_draft_text(draft, "date", certificate->date);
	record_draft_text(draft, "due_date", certificate->due_date);
	record_draft_number(draft, "drift_percent_per_year", certificate->drift_percent_per_year);
	record_draft_flag(draft, "is_valid", days_left >= 0);
	return add_entry(run);
}

static enum status record_equipment(struct run *run)
{
	const struct lab *lab = bench_lab_lab(run->bench_lab);
	struct lab_instrument_line line;
	struct record_draft *draft = &run->draft;
	enum status status = STATUS_OK;

	for (int i = 0; !status && bench_lab_instrument(run->bench_lab, i, &line); i++) {
		const struct instrument_identity *identity = &lab->instruments[i]->identity;
		const char *end = strstr(line.resource, "::");
		char kind[32];

		snprintf(kind, sizeof(kind), "%.*s", end ? (int)(end - line.resource) : 0,
			 line.resource);
		begin_entry(run, "instrument");
		record_draft_text(draft, "id", line.id);
		record_draft_text(draft, "driver", line.driver);
		record_draft_text(draft, "roles", line.roles);
		record_draft_text(draft, "maker", identity->maker);
		record_draft_text(draft, "model", identity->model);
		record_draft_text(draft, "serial", identity->serial);
		record_draft_text(draft, "version", identity->version);
		record_draft_text(draft, "resource_kind", kind);
		status = add_entry(run);
		if (!status && lab->certificates[i]) {
			status = record_certificate(run, &line, lab->certificates[i]);
		}
	}
	if (status) {
		return status;
	}
	begin_entry(run, "conditions");
	record_draft_number(draft, "ambient_celsius", lab->ambient_celsius);
	record_draft_text(draft, "source", "stated in the lab file");
	return add_entry(run);
}

static void log_world(void *context, const char *line)
{
	FILE *file = context;

	fprintf(file, "%s\n", line);
	fflush(file);
}

/* The world's own account of what was switched, written by nobody who believes to know. */
static void open_world_log(struct run *run, const struct device_form *form)
{
	struct virtual_lab *virtual_lab = bench_lab_virtual(run->bench_lab);
	char path[1200];

	if (!virtual_lab) {
		return;
	}
	snprintf(path, sizeof(path), "%s/world.log", run->options->output);
	run->world_log = fopen(path, "a");
	if (run->world_log) {
		fprintf(run->world_log, "form %s\n", form->name);
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
	if (!record_run(run)) {
		record_files(run);
	}
	return status_fail(failure, "%s", reason);
}

static enum status test_form(struct run *run, const struct device_form *form, bool is_first)
{
	struct lab_meter meter = {run->options->model, form->name, run->options->serial,
				  (unsigned)form->class_amperes};
	enum status status = lab_file_open(run->bench_lab, &meter);

	if (status) {
		return is_first ? record_failed_opening(run, status) : status;
	}
	struct step_context context = context_for(run, form);
	safe_state_guard(context.lab);
	open_world_log(run, form);
	if (is_first) {
		status = record_run(run);
		status = status ? status : record_files(run);
		status = status ? status : record_equipment(run);
	}
	status = status ? status : run_store_commit(run->store);
	if (!status) {
		run->is_fault_recorded = true; /* programme_run does it */
		status = programme_run(&run->programme, &context);
	}
	return status;
}

static void record_fault(struct run *run, const char *form, enum status status, const char *reason)
{
	progress_end();
	fprintf(stderr, "mcbench: form %s: %s\n", form, reason);
	if (run->is_fault_recorded) {
		return;
	}
	begin_entry(run, "fault");
	record_draft_text(&run->draft, "form", form);
	record_draft_text(&run->draft, "status", status_name(status));
	record_draft_text(&run->draft, "text", reason);
	if (add_entry(run)) {
		fprintf(stderr, "mcbench: the fault could not be recorded: %s\n", status_reason());
	}
}

static void leave_form(struct run *run)
{
	struct lab *lab = bench_lab_lab(run->bench_lab);

	if (lab->clock && safe_state_enter(lab, run->store)) {
		run->state = RUN_BENCH_FAULT;
	}
	if (lab->clock && lab->is_virtual) {
		run->laboratory_seconds +=
			seconds_between((struct instant){0}, clock_now(lab->clock));
		/* the next form is tested afterwards, not at the same time */
		bench_lab_virtual_options(run->bench_lab)->epoch_utc_seconds =
			clock_utc_seconds(lab->clock) + 1;
	}
	safe_state_guard(NULL);
}

static void record_end(struct run *run)
{
	struct record_draft *draft = &run->draft;
	const struct run_tally *tally = &run->tally;

	begin_entry(run, "end");
	record_draft_text(draft, "state", run_state_name(run->state));
	record_draft_text(draft, "verdict", conformity_name(tally->worst));
	record_draft_integer(draft, "conforms", tally->conforms);
	record_draft_integer(draft, "not_evaluated", tally->not_evaluated);
	record_draft_integer(draft, "inconclusive", tally->inconclusive);
	record_draft_integer(draft, "does_not_conform", tally->does_not_conform);
	record_draft_integer(draft, "informative", tally->informative);
	record_draft_integer(draft, "exit_status", exit_status_of(tally->worst, run->state));
	if (add_entry(run) || run_store_commit(run->store)) {
		fprintf(stderr, "mcbench: the end of the run could not be recorded: %s\n",
			status_reason());
		run->state = RUN_BENCH_FAULT;
	}
}

/* The world beyond the last form: source off while the clock still exists, end of the record, ports
 * closed. */
static void test_all_forms(struct run *run)
{
	for (int i = 0; i < run->options->form_count && run->state == RUN_COMPLETE; i++) {
		const struct device_form *form;
		enum status status = device_type_form(&run->device, run->options->forms[i], &form);

		lab_file_close(run->bench_lab);
		run->is_fault_recorded = false;
		status = status ? status : test_form(run, form, i == 0);
		if (status) {
			char reason[1024];

			snprintf(reason, sizeof(reason), "%s", status_reason());
			run->state = status == STATUS_ABORTED ? RUN_ABORTED : RUN_BENCH_FAULT;
			leave_form(run);
			record_fault(run, run->options->forms[i], status, reason);
		} else {
			leave_form(run);
		}
		close_world_log(run);
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
		printf("laboratory time %.2f h, tested in %.1f s: %.0f times faster; reports in "
		       "%.1f s\n",
		       run->laboratory_seconds / 3600, test_seconds,
		       run->laboratory_seconds / test_seconds,
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
	struct run *run = calloc(1, sizeof(*run));
	int exit_status = EXIT_BAD_INPUT;

	if (!run) {
		return EXIT_BENCH_FAULT;
	}
	run->options = evaluation;
	run->tally.worst = CONFORMS;
	run->wall_start = clock_now(clock_wall());
	if (load_files(run) || check_forms(run) || open_trace(run) || create_record(run)) {
		command_fail();
	} else {
		test_all_forms(run);
		exit_status = finish(run);
	}
	run_store_close(run->store);
	lab_file_free(run->bench_lab);
	if (run->trace) {
		fclose(run->trace);
	}
	limit_set_free(run->limits);
	programme_free(&run->programme);
	free(run);
	return exit_status;
}
