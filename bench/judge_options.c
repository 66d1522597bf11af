/* See the header. */
#include "bench/judge_options.h"

#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/xml_document.h"

/* A file of limits of the run, unchanged since, or a sentence what to do. */
static enum status find_recorded_file(const struct record_entry *entry, char *path, size_t size)
{
	char hash[65];
	const char *name = record_text(entry, "name");

	if (file_hash(data_folder_path(path, size, name), hash)) {
		return status_fail(STATUS_BAD_INPUT,
				   "the run was judged by %s, which is not among the data files of "
				   "this program; name the limits with --limits",
				   name);
	}
	if (strcmp(hash, record_text(entry, "sha256")) != 0) {
		return status_fail(
			STATUS_BAD_INPUT,
			"%s has changed since the run; to judge by the file as it is now "
			"name it with --limits",
			name);
	}
	return STATUS_OK;
}

/* The files that the run was judged by; the record has the uppermost first, layers begin below. */
static enum status load_recorded_limits(const struct run_record *record, struct limit_set **limits)
{
	static char paths[JUDGE_LIMITS][1200];
	const char *layers[JUDGE_LIMITS];
	int count = 0;
	enum status status = STATUS_OK;

	for (size_t i = record->count; !status && i > 0; i--) {
		const struct record_entry *entry = &record->entries[i - 1];
		const char *role = record_text(entry, "role");

		if (!strcmp(entry->kind, "file") && role && !strcmp(role, "limits") &&
		    !record_text(entry, "judging") && count < JUDGE_LIMITS) {
			status = find_recorded_file(entry, paths[count], sizeof(paths[count]));
			layers[count] = paths[count];
			count++;
		}
	}
	if (!status && !count) {
		status = status_fail(STATUS_BAD_INPUT, "the record names no limits; give --limits");
	}
	return status ? status : limit_set_load_layers(layers, count, limits);
}

enum status judge_options_limits(const struct judge_options *options,
				 const struct run_record *record, struct limit_set **limits)
{
	*limits = NULL;
	return options->limits_count
		       ? limit_set_load_layers(options->limits, options->limits_count, limits)
		       : load_recorded_limits(record, limits);
}

enum status judge_options_rule(const struct judge_options *options, const struct run_record *record,
			       struct decision_rule *rule)
{
	enum status status = record_rule(record, rule);

	if (!status && options->rule) {
		status = decision_rule_parse(options->rule, rule);
	}
	return status;
}
