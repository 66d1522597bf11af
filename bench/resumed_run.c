/* From entries to what is left to do, see the header. */
#include "bench/resumed_run.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "procedures/judge_record.h"
#include "procedures/programme_scope.h"

/* ---- options ---- */

enum option_kind { OPTION_TEXT, OPTION_PATH };

struct option_field {
	const char *name;
	enum option_kind kind;
	const char **text;
};

#define OPTION_FIELDS 11

static void fields_of(struct evaluation *options, struct option_field fields[OPTION_FIELDS])
{
	const struct option_field all[OPTION_FIELDS] = {
		{"programme", OPTION_PATH, &options->programme_path},
		{"lab", OPTION_PATH, &options->lab_path},
		{"device", OPTION_PATH, &options->device_path},
		{"service", OPTION_TEXT, &options->service},
		{"module", OPTION_TEXT, &options->module},
		{"model", OPTION_TEXT, &options->model},
		{"serial", OPTION_TEXT, &options->serial},
		{"operator", OPTION_TEXT, &options->operator_name},
		{"override_reason", OPTION_TEXT, &options->override.reason},
		{"override_by", OPTION_TEXT, &options->override.by},
		{NULL, OPTION_TEXT, NULL},
	};

	memcpy(fields, all, sizeof(all));
}

static enum status note(struct run_store *store, const char *name, const char *value,
			enum option_kind kind)
{
	char key[40];
	char *absolute = kind == OPTION_PATH ? realpath(value, NULL) : NULL;

	snprintf(key, sizeof(key), "option %s", name);
	enum status status = run_store_note_host(store, key, absolute ? absolute : value);
	free(absolute);
	return status;
}

static enum status note_number(struct run_store *store, const char *name, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	return note(store, name, text, OPTION_TEXT);
}

enum status resumed_run_note_options(struct run_store *store, const struct evaluation *options)
{
	struct evaluation copy = *options;
	struct option_field fields[OPTION_FIELDS];
	enum status status = note_number(store, "seed", options->seed);

	fields_of(&copy, fields);
	for (int i = 0; !status && fields[i].name; i++) {
		if (*fields[i].text) {
			status = note(store, fields[i].name, *fields[i].text, fields[i].kind);
		}
	}
	for (int i = 0; !status && i < options->form_count; i++) {
		status = note(store, "form", options->forms[i], OPTION_TEXT);
	}
	for (int i = 0; !status && i < options->limits_count; i++) {
		status = note(store, "limits", options->limits_paths[i], OPTION_PATH);
	}
	return status ? status
		      : note_number(store, "on_since", (uint64_t)options->on_since_utc_seconds);
}

static const char *keep(struct resumed_run *resumed, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size > sizeof(resumed->texts) - resumed->used) {
		resumed->is_lost = true;
		return "";
	}
	char *copy = resumed->texts + resumed->used;
	memcpy(copy, text, size);
	resumed->used += size;
	return copy;
}

static void take_option(void *context, const char *name, const char *value)
{
	struct resumed_run *resumed = context;
	struct evaluation *options = &resumed->options;
	struct option_field fields[OPTION_FIELDS];

	if (strncmp(name, "option ", 7) != 0) {
		return;
	}
	name += 7;
	fields_of(options, fields);
	for (int i = 0; fields[i].name; i++) {
		if (!strcmp(fields[i].name, name)) {
			*fields[i].text = keep(resumed, value);
		}
	}
	if (!strcmp(name, "seed")) {
		options->seed = strtoull(value, NULL, 10);
	} else if (!strcmp(name, "on_since")) {
		options->on_since_utc_seconds = strtoll(value, NULL, 10);
	} else if (!strcmp(name, "form") && options->form_count < EVALUATION_FORMS) {
		options->forms[options->form_count++] = keep(resumed, value);
	} else if (!strcmp(name, "limits") && options->limits_count < EVALUATION_LIMITS) {
		options->limits_paths[options->limits_count++] = keep(resumed, value);
	}
}

/* ---- entries ---- */

static bool is_kind(const struct record_entry *entry, const char *kind)
{
	return !strcmp(entry->kind, kind);
}

static const char *text_of(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? text : "";
}

static bool is_step_ended(const struct run_record *record, int64_t step)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (is_kind(entry, "step_ended") && record_integer(entry, "step") == step) {
			return true;
		}
	}
	return false;
}

bool resumed_run_has_ended(const struct resumed_run *resumed, const char *form)
{
	for (size_t i = 0; i < resumed->record.count; i++) {
		const struct record_entry *entry = &resumed->record.entries[i];

		if (is_kind(entry, "form_ended") && !strcmp(text_of(entry, "form"), form)) {
			return true;
		}
	}
	return false;
}

bool resumed_run_is_finished(const void *finished, const char *procedure, int64_t place)
{
	const struct resumed_run *resumed = finished;
	const struct run_record *record = &resumed->record;

	for (size_t i = 0; resumed->form && i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (is_kind(entry, "step") && record_integer(entry, "place") == place &&
		    !strcmp(text_of(entry, "form"), resumed->form) &&
		    !strcmp(text_of(entry, "procedure"), procedure) &&
		    is_step_ended(record, record_integer(entry, "step"))) {
			return true;
		}
	}
	return false;
}

/* Where the unfinished form began, newest first. */
static size_t begin_of_form(const struct resumed_run *resumed)
{
	for (size_t i = 0; i < resumed->record.count; i++) {
		const struct record_entry *entry = &resumed->record.entries[i];

		if (is_kind(entry, "form_started") && resumed->form &&
		    !strcmp(text_of(entry, "form"), resumed->form)) {
			return i;
		}
	}
	return resumed->record.count;
}

const char *resumed_run_dropped(const struct resumed_run *resumed, int position)
{
	char words[48];
	int length = snprintf(words, sizeof(words), "position %d dropped out: ", position);

	for (size_t i = begin_of_form(resumed); i < resumed->record.count; i++) {
		const struct record_entry *entry = &resumed->record.entries[i];

		if (is_kind(entry, "note") &&
		    !strncmp(text_of(entry, "text"), words, (size_t)length)) {
			return text_of(entry, "text") + length;
		}
	}
	return NULL;
}

static const struct record_entry *result_numbered(const struct run_record *record, int64_t number)
{
	for (size_t i = 0; i < record->count; i++) {
		if (is_kind(&record->entries[i], "result") &&
		    record_integer(&record->entries[i], "result") == number) {
			return &record->entries[i];
		}
	}
	return NULL;
}

static void count_judgement(const struct resumed_run *resumed, const struct void_results *voids,
			    const struct record_entry *judgement, int position,
			    struct run_tally *tally)
{
	const struct record_entry *result =
		result_numbered(&resumed->record, record_integer(judgement, "result"));
	bool is_of_form =
		result && resumed->form && !strcmp(text_of(result, "form"), resumed->form);
	bool is_asked =
		position == 0 || (is_of_form && record_integer(result, "position") == position);
	int64_t number = result ? record_integer(result, "result") : 0;

	if (!result || !is_asked || is_void(voids, result) ||
	    (number >= resumed->first_result && number <= resumed->last_result)) {
		return;
	}
	bool is_informative = record_flag(judgement, "is_informative");
	tally_count(tally, is_informative, conformity_from_name(text_of(judgement, "outcome")));
	if (!is_informative && is_of_form) {
		tally_requirement(tally, text_of(result, "requirement"));
	}
}

void resumed_run_tally(const struct resumed_run *resumed, int position, struct run_tally *tally)
{
	struct void_results voids;

	*tally = (struct run_tally){.worst = CONFORMS};
	void_results_find(&resumed->record, &voids);
	for (size_t i = 0; i < resumed->record.count; i++) {
		const struct record_entry *entry = &resumed->record.entries[i];

		if (is_kind(entry, "judgement")) {
			count_judgement(resumed, &voids, entry, position, tally);
		} else if (is_kind(entry, "step")) {
			tally->steps = record_integer(entry, "step");
		} else if (is_kind(entry, "result")) {
			tally->results = record_integer(entry, "result");
			tally->voided += is_void(&voids, entry);
		} else if (is_kind(entry, "form_started") && *text_of(entry, "not_covered")) {
			tally->worst = conformity_worst(tally->worst, NOT_EVALUATED);
		}
	}
	if (resumed->first_result) {
		tally->voided += resumed->last_result - resumed->first_result + 1;
	}
}

/* The form that has begun and not ended, its last step without an end, and what that recorded. */
static void find_interruption(struct resumed_run *resumed)
{
	const struct run_record *record = &resumed->record;

	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (is_kind(entry, "form_started")) {
			resumed->form = text_of(entry, "form");
		} else if (is_kind(entry, "form_ended")) {
			resumed->form = NULL;
		} else if (is_kind(entry, "step")) {
			resumed->interrupted = record_integer(entry, "step");
		} else if (is_kind(entry, "step_ended") || is_kind(entry, "void")) {
			/* void: an earlier resumption has dealt with it */
			resumed->interrupted = 0;
		}
	}
	for (size_t i = 0; resumed->interrupted && i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (is_kind(entry, "result") &&
		    record_integer(entry, "step") == resumed->interrupted) {
			resumed->last_result = record_integer(entry, "result");
			resumed->first_result = resumed->first_result ? resumed->first_result
								      : resumed->last_result;
		}
	}
}

static enum status find_time(struct resumed_run *resumed)
{
	for (size_t i = resumed->record.count; i > 0; i--) {
		const char *utc = record_text(&resumed->record.entries[i - 1], "utc");
		struct tm time = {.tm_year = 0};

		if (utc && strptime(utc, "%Y-%m-%dT%H:%M:%SZ", &time)) {
			resumed->last_utc_seconds = timegm(&time);
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT, "the record tells no time");
}

static enum status check_open(const struct resumed_run *resumed, const char *path)
{
	bool has_begun = false;

	for (size_t i = 0; i < resumed->record.count; i++) {
		const struct record_entry *entry = &resumed->record.entries[i];

		if (is_kind(entry, "end")) {
			return status_fail(STATUS_BAD_INPUT,
					   "%s: this run is over (%s, meter: %s); there is "
					   "nothing to resume",
					   path, text_of(entry, "state"),
					   text_of(entry, "verdict"));
		}
		has_begun |= is_kind(entry, "form_started");
	}
	if (!has_begun || !resumed->options.programme_path || !resumed->options.lab_path ||
	    !resumed->options.device_path || resumed->is_lost) {
		return status_fail(STATUS_BAD_INPUT,
				   "%s: nothing was tested yet; start a new run in another folder",
				   path);
	}
	return STATUS_OK;
}

enum status resumed_run_load(const char *folder, struct resumed_run *resumed)
{
	char path[1200];

	*resumed = (struct resumed_run){.form = NULL};
	run_record_init(&resumed->record);
	snprintf(path, sizeof(path), "%s/record.mcbench", folder);
	enum status status = run_store_load(path, &resumed->record);
	if (!status) {
		status = run_store_read_host(path, take_option, resumed);
	}
	if (!status) {
		status = check_open(resumed, path);
	}
	if (!status) {
		status = find_time(resumed);
	}
	if (!status) {
		find_interruption(resumed);
	}
	return status;
}

void resumed_run_free(struct resumed_run *resumed)
{
	run_record_free(&resumed->record);
}
