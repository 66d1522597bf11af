/* See the header. */
#include "bench/type_evaluation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/command.h"
#include "bench/stored_run.h"
#include "drivers/clock.h"
#include "procedures/type_judgement.h"
#include "reports/report.h"

/* A run while it takes part. */
struct part {
	const char *name;
	struct run_record record;
	struct limit_set *limits;
	struct decision_rule rule;
	struct judged_record judged;
};

static enum status load_part(const struct judge_options *options, const char *name,
			     struct part *part)
{
	part->name = name;
	enum status status = stored_run_load(name, &part->record);

	if (!status) {
		status = judge_options_rule(options, &part->record, &part->rule);
	}
	if (!status) {
		status = judge_options_limits(options, &part->record, &part->limits);
	}
	if (!status) {
		status = judge_record(&part->record, part->limits, &part->rule, &part->judged);
	}
	return status ? status_prefix(status, "%s: ", name) : STATUS_OK;
}

/* One type is judged by one yardstick. */
static enum status check_same_yardstick(const struct part *parts, int count)
{
	for (int i = 1; i < count; i++) {
		char first[64], other[64];
		decision_rule_words(&parts[0].rule, first, sizeof(first));
		decision_rule_words(&parts[i].rule, other, sizeof(other));
		if (strcmp(first, other) != 0 ||
		    strcmp(limit_set_title(parts[0].limits), limit_set_title(parts[i].limits))) {
			return status_fail(
				STATUS_BAD_INPUT,
				"%s is judged by %s and rule %s, %s by %s and rule %s: give "
				"--limits and --rule for all of them",
				parts[0].name, limit_set_title(parts[0].limits), first,
				parts[i].name, limit_set_title(parts[i].limits), other);
		}
	}
	return STATUS_OK;
}

/* ---- what a person reads ---- */

static void print_type(const struct type_judgement *type)
{
	for (size_t i = 0; i < type->sample_count; i++) {
		const struct type_sample *sample = &type->samples[i];
		printf("sample %zu: form %s, serial %s (run %s)\n", i + 1, sample->form,
		       sample->serial, sample->runs);
	}
	printf("\n%-5s %-16s %-18s samples\n", "form", "requirement", "type");
	for (size_t i = 0; i < type->requirement_count; i++) {
		const struct type_requirement *row = &type->requirements[i];
		printf("%-5s %-16s %-18s", row->form, row->requirement,
		       conformity_name(row->outcome));
		for (size_t j = 0; j < type->sample_count; j++) {
			if (!strcmp(type->samples[j].form, row->form)) {
				printf(" %zu: %s;", j + 1,
				       conformity_name(row->is_evaluated[j] ? row->of_sample[j]
									    : NOT_EVALUATED));
			}
		}
		printf("\n");
	}
	printf("\nacross the samples\n");
	for (size_t i = 0; i < type->check_count; i++) {
		const struct type_check *check = &type->checks[i];
		printf("  %-5s same %-22s %s%s%s\n", check->form, check->what,
		       conformity_name(check->outcome), check->outcome ? ": " : "",
		       check->outcome ? check->text : "");
	}
	for (size_t i = 0; i < type->spread_count; i++) {
		const struct type_spread *spread = &type->spreads[i];
		printf("  %-5s spread of %s %s: %.3f %% at most, %+.3f %% to %+.3f %% at %s, %d "
		       "samples\n",
		       spread->form, spread->test, spread->direction,
		       spread->most_percent - spread->least_percent, spread->least_percent,
		       spread->most_percent, spread->load, spread->samples);
	}
	printf("\ntype: %s    runs: %s\n", conformity_name(type->worst),
	       run_state_name(type->state));
}

/* ---- the record of the type ---- */

/* Virtual runs know virtual time only: that of the latest one. */
static const char *type_utc(const struct part *parts, int count, bool is_virtual, char utc[32])
{
	clock_utc_text(clock_wall(), utc);
	for (int i = 0; is_virtual && i < count; i++) {
		const struct run_record *record = &parts[i].record;
		const char *last = record_text(&record->entries[record->count - 1], "utc");
		if (last && (!i || strcmp(last, utc) > 0)) {
			snprintf(utc, 32, "%s", last);
		}
	}
	return utc;
}

static enum status write_head(const struct judge_options *options, const struct part *parts,
			      int count, bool is_virtual, const char *utc, struct run_store *store)
{
	const struct record_entry *run = &parts[0].record.entries[0];
	struct record_draft draft;

	record_draft_begin(&draft, "type");
	record_draft_text(&draft, "utc", utc);
	record_draft_text(&draft, "program", "mcbench");
	record_draft_text(&draft, "program_version", program_version);
	record_draft_text(&draft, "revision", program_revision);
	record_draft_text(&draft, "record_format", "1");
	record_draft_text(&draft, "device", record_text(run, "device"));
	record_draft_text(&draft, "device_title", record_text(run, "device_title"));
	record_draft_flag(&draft, "is_virtual", is_virtual);
	record_draft_text(&draft, "by", options->by);
	record_draft_text(&draft, "reason", options->reason);
	decision_rule_write(&parts[0].rule, &draft);
	record_draft_text(&draft, "limits", limit_set_title(parts[0].limits));
	enum status status = run_store_add(store, &draft, NULL);
	for (int i = 0; !status && i < count; i++) {
		const struct run_record *record = &parts[i].record;
		record_draft_begin(&draft, "type_run");
		record_draft_text(&draft, "utc", utc);
		record_draft_integer(&draft, "run", i + 1);
		record_draft_text(&draft, "programme",
				  record_text(&record->entries[0], "programme"));
		record_draft_text(&draft, "last_hash", record->entries[record->count - 1].hash);
		status = run_store_add(store, &draft, NULL);
	}
	return status;
}

static enum status write_xml(const char *store_path, const char *output)
{
	struct run_record record;
	char path[1200];
	enum status status = run_store_load(store_path, &record);

	if (!status) {
		snprintf(path, sizeof(path), "%s/report.xml", output);
		status = report_write_xml(&record, path);
		run_record_free(&record);
	}
	return status;
}

static enum status keep(const struct judge_options *options, const struct part *parts, int count,
			const struct type_judgement *type, const char *output)
{
	struct run_store *store = NULL;
	char path[1200], utc[32];
	bool is_virtual = true;

	for (int i = 0; i < count; i++) {
		is_virtual &= record_flag(&parts[i].record.entries[0], "is_virtual");
	}
	if (mkdir(output, 0777) && errno != EEXIST) {
		return status_fail(STATUS_BAD_INPUT, "output folder %s: %s", output,
				   strerror(errno));
	}
	snprintf(path, sizeof(path), "%s/record.mcbench", output);
	type_utc(parts, count, is_virtual, utc);
	enum status status = run_store_create(path, is_virtual, 0, &store);
	if (!status) {
		status = write_head(options, parts, count, is_virtual, utc, store);
	}
	if (!status) {
		status = type_judgement_write(type, utc, store);
	}
	enum status closed = run_store_close(store);
	if (!status && !closed) {
		status = write_xml(path, output);
	}
	return status ? status : closed;
}

/* ---- all together ---- */

static enum status evaluate(const struct judge_options *options, struct part *parts, int count,
			    const char *output, int *exit_status)
{
	struct type_run *runs = calloc((size_t)count, sizeof(*runs));
	struct type_judgement type = {.sample_count = 0};

	if (!runs) {
		return status_fail(STATUS_IO, "no memory to judge %d runs", count);
	}
	for (int i = 0; i < count; i++) {
		runs[i] = (struct type_run){parts[i].name, &parts[i].record, &parts[i].judged};
	}
	enum status status = type_judge(runs, (size_t)count, &type);
	if (!status) {
		print_type(&type);
		*exit_status = exit_status_of(type.worst, type.state);
	}
	if (!status && output) {
		status = keep(options, parts, count, &type, output);
	}
	type_judgement_free(&type);
	free(runs);
	return status;
}

int type_evaluation(const struct judge_options *options, const char *const *names, int count,
		    const char *output)
{
	struct part *parts = calloc((size_t)count, sizeof(*parts));
	int exit_status = EXIT_BAD_INPUT;
	enum status status = parts ? STATUS_OK : status_fail(STATUS_IO, "no memory for the runs");

	for (int i = 0; !status && i < count; i++) {
		status = load_part(options, names[i], &parts[i]);
	}
	if (!status) {
		status = check_same_yardstick(parts, count);
	}
	if (!status) {
		status = evaluate(options, parts, count, output, &exit_status);
	}
	for (int i = 0; parts && i < count; i++) {
		judged_record_free(&parts[i].judged);
		limit_set_free(parts[i].limits);
		run_record_free(&parts[i].record);
	}
	free(parts);
	return status ? command_fail() : exit_status;
}
