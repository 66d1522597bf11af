/* What is recorded of a run before and beside its results: itself, its files, its equipment. */
#include <stdio.h>
#include <string.h>

#include "bench/command.h"
#include "bench/evaluation_parts.h"
#include "procedures/data_folder.h"
#include "procedures/judgement.h"
#include "procedures/word_list.h"
#include "procedures/xml_document.h"

void run_begin(struct run *run, const char *kind)
{
	char utc[21];
	struct lab *lab = bench_lab_lab(run->bench_lab);

	record_draft_begin(&run->draft, kind);
	record_draft_text(&run->draft, "utc", lab->clock ? clock_utc_text(lab->clock, utc) : "");
}

enum status run_add(struct run *run)
{
	return run_store_add(run->store, &run->draft, NULL);
}

static void join_forms(const struct run *run, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < run->meters.count && used < size; i++) {
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 run->meters.meters[i].form.name);
	}
}

/* Every model once. */
static void join_models(const struct run *run, char *text, size_t size)
{
	text[0] = '\0';
	for (int i = 0; i < run->meters.count; i++) {
		bool is_new = true;
		for (int j = 0; j < i; j++) {
			is_new &= strcmp(run->meters.meters[i].model,
					 run->meters.meters[j].model) != 0;
		}
		if (is_new) {
			word_list_append(text, size, run->meters.meters[i].model);
		}
	}
}

static enum status record_run(struct run *run)
{
	const struct lab *lab = bench_lab_lab(run->bench_lab);
	struct record_draft *draft = &run->draft;
	char forms[1000], models[160];

	join_forms(run, forms, sizeof(forms));
	join_models(run, models, sizeof(models));
	run_begin(run, "run");
	record_draft_text(draft, "program", "mcbench");
	record_draft_text(draft, "program_version", program_version);
	record_draft_text(draft, "revision", program_revision);
	record_draft_text(draft, "record_format", "1");
	record_draft_text(draft, "programme", run->programme.id);
	record_draft_text(draft, "programme_title", run->programme.title);
	record_draft_text(draft, "device", run->device.id);
	record_draft_text(draft, "device_title", run->device.title);
	record_draft_text(draft, "model", models);
	record_draft_text(draft, "forms", forms);
	record_draft_integer(draft, "seed", (int64_t)run->options->seed);
	record_draft_text(draft, "lab", lab->name);
	record_draft_flag(draft, "is_virtual", lab->is_virtual);
	decision_rule_write(&run->programme.rule, draft);
	record_draft_text(draft, "limits", limit_set_title(run->limits));
	record_draft_text(draft, "operator", run->options->operator_name);
	return run_add(run);
}

static enum status add_file(struct run *run, const char *role, const char *name, const char *hash)
{
	run_begin(run, "file");
	record_draft_text(&run->draft, "role", role);
	record_draft_text(&run->draft, "name", name);
	record_draft_text(&run->draft, "sha256", hash);
	return run_add(run);
}

static enum status visit_file(struct run *run, const char *role, const char *path,
			      file_visitor *visit)
{
	char hash[65];
	enum status status = file_hash(path, hash);

	return status ? status : visit(run, role, data_folder_relative(path), hash);
}

enum status run_each_file(struct run *run, file_visitor *visit)
{
	const struct evaluation *options = run->options;
	enum status status = visit_file(run, "programme", options->programme_path, visit);

	for (size_t i = 0; !status && i < run->programme.procedure_count; i++) {
		const struct procedure *procedure = &run->programme.procedures[i];

		status = visit(run, "procedure", procedure->file, procedure->hash);
	}
	for (int i = 0; !status && i < run->programme.requirements.catalogue_count; i++) {
		const struct catalogue *catalogue = &run->programme.requirements.catalogues[i];

		status = visit(run, "catalogue", catalogue->file, catalogue->hash);
	}
	for (int i = 0; !status && limit_set_file(run->limits, i); i++) {
		status = visit_file(run, "limits", limit_set_file(run->limits, i), visit);
	}
	if (!status) {
		status = visit_file(run, "device", options->device_path, visit);
	}
	return status ? status : visit_file(run, "lab", options->lab_path, visit);
}

static enum status record_certificate(struct run *run, const char *instrument, const char *file,
				      const struct certificate *certificate)
{
	char path[1200], utc[21];
	int64_t days_left = 0;
	struct record_draft *draft = &run->draft;
	enum status status = visit_file(
		run, "certificate",
		file[0] == '/' ? file : data_folder_path(path, sizeof(path), file), add_file);

	clock_utc_text(bench_lab_lab(run->bench_lab)->clock, utc);
	utc[10] = '\0';
	if (status || (status = days_between(utc, certificate->due_date, &days_left))) {
		return status;
	}
	run_begin(run, "certificate");
	record_draft_text(draft, "instrument", instrument);
	record_draft_text(draft, "number", certificate->number);
	record_draft_text(draft, "issuer", certificate->issuer);
	record_draft_text(draft, "model", certificate->instrument_model);
	record_draft_text(draft, "serial", certificate->instrument_serial);
	record_draft_text(draft, "date", certificate->date);
	record_draft_text(draft, "due_date", certificate->due_date);
	record_draft_number(draft, "drift_percent_per_year", certificate->drift_percent_per_year);
	record_draft_flag(draft, "is_valid", days_left >= 0);
	return run_add(run);
}

/* A file of prepared answers took part like any other file. */
static enum status record_answers(struct run *run, const struct lab_instrument_line *line)
{
	static const char script[] = "SCRIPT::";
	size_t length = sizeof(script) - 1;

	return strncmp(line->resource, script, length) != 0
		       ? STATUS_OK
		       : visit_file(run, "answers", line->resource + length, add_file);
}

static enum status record_isolations(struct run *run)
{
	const struct lab *lab = bench_lab_lab(run->bench_lab);
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < lab->position_count; i++) {
		char name[48];

		snprintf(name, sizeof(name), "isolation of position %d", lab->positions[i].number);
		if (lab->positions[i].isolation) {
			status = record_certificate(run, name,
						    bench_lab_isolation_file(run->bench_lab, i),
						    lab->positions[i].isolation);
		}
	}
	return status;
}

enum status run_record_equipment(struct run *run)
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
		run_begin(run, "instrument");
		record_draft_text(draft, "id", line.id);
		record_draft_text(draft, "driver", line.driver);
		record_draft_text(draft, "roles", line.roles);
		record_draft_text(draft, "maker", identity->maker);
		record_draft_text(draft, "model", identity->model);
		record_draft_text(draft, "serial", identity->serial);
		record_draft_text(draft, "version", identity->version);
		record_draft_text(draft, "resource_kind", kind);
		status = run_add(run);
		if (!status && lab->certificates[i]) {
			status = record_certificate(run, line.id, line.certificate_file,
						    lab->certificates[i]);
		}
		if (!status) {
			status = record_answers(run, &line);
		}
	}
	if (status) {
		return status;
	}
	if ((status = record_isolations(run))) {
		return status;
	}
	run_begin(run, "conditions");
	record_draft_number(draft, "ambient_celsius", lab->ambient_celsius);
	record_draft_text(draft, "source", "stated in the lab file");
	return run_add(run);
}

enum status run_record_head(struct run *run)
{
	enum status status = record_run(run);

	return status ? status : run_each_file(run, add_file);
}
