/* Joins result, judgement and contribution by the result's number. */
#include "reports/result_index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/judge_record.h"

/* Judgement and budget follow their result closely, so the search begins at the end. */
static struct indexed_result *find(struct result_index *index, int64_t number)
{
	for (size_t i = index->count; i > 0; i--) {
		if (record_integer(index->results[i - 1].result, "result") == number) {
			return &index->results[i - 1];
		}
	}
	return NULL;
}

static enum status attach(struct result_index *index, const struct record_entry *entry)
{
	int64_t number = record_integer(entry, "result");
	struct indexed_result *result = find(index, number);

	if (!result) {
		return status_fail(STATUS_BAD_INPUT,
				   "record: entry %" PRId64 " (%s) belongs to result %" PRId64
				   ", which is not there",
				   entry->number, entry->kind, number);
	}
	if (!strcmp(entry->kind, "judgement")) {
		result->judgement = entry;
		return STATUS_OK;
	}
	if (result->contribution_count == RESULT_CONTRIBUTIONS) {
		return status_fail(STATUS_BAD_INPUT,
				   "record: result %" PRId64
				   " has more than %d contributions to its uncertainty",
				   number, RESULT_CONTRIBUTIONS);
	}
	result->contributions[result->contribution_count++] = entry;
	return STATUS_OK;
}

static size_t count_results(const struct run_record *record)
{
	size_t count = 0;

	for (size_t i = 0; i < record->count; i++) {
		count += !strcmp(record->entries[i].kind, "result");
	}
	return count;
}

/* A judgement that rests on a wrong bench is none. */
static void mark_void(struct result_index *index, const struct run_record *record)
{
	struct void_results voids;

	void_results_find(record, &voids);
	for (size_t i = 0; i < index->count; i++) {
		struct indexed_result *result = &index->results[i];

		result->is_void = is_void(&voids, result->result);
		if (result->is_void) {
			result->judgement = NULL;
		}
	}
}

enum status result_index_build(struct result_index *index, const struct run_record *record)
{
	enum status status = STATUS_OK;

	index->count = 0;
	index->results = calloc(count_results(record) + 1, sizeof(*index->results));
	if (!index->results) {
		return status_fail(STATUS_IO, "report: no memory for the results");
	}
	for (size_t i = 0; i < record->count && !status; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (!strcmp(entry->kind, "result")) {
			index->results[index->count++].result = entry;
		} else if (!strcmp(entry->kind, "judgement") ||
			   !strcmp(entry->kind, "contribution")) {
			status = attach(index, entry);
		}
	}
	if (status) {
		result_index_free(index);
	} else {
		mark_void(index, record);
	}
	return status;
}

void result_index_free(struct result_index *index)
{
	free(index->results);
	*index = (struct result_index){0};
}

const char *result_text(const struct indexed_result *result, const char *name)
{
	const char *text = record_text(result->result, name);

	return text ? text : "";
}

const char *judgement_text(const struct indexed_result *result, const char *name)
{
	const char *text = result->judgement ? record_text(result->judgement, name) : NULL;

	return text ? text : "";
}

double judgement_number(const struct indexed_result *result, const char *name)
{
	return result->judgement ? record_number(result->judgement, name) : 0;
}

bool judgement_has(const struct indexed_result *result, const char *name)
{
	return *judgement_text(result, name);
}

bool result_is_percent(const struct indexed_result *result)
{
	return !strcmp(result_text(result, "unit"), "percent");
}

const char *result_unit(const struct indexed_result *result)
{
	return result_is_percent(result) ? "%" : result_text(result, "unit");
}

static const char *figure_name(const struct indexed_result *result, const char *name, char *text,
			       size_t size)
{
	snprintf(text, size, "%s%s", name, result_is_percent(result) ? "_percent" : "");
	return text;
}

double judgement_figure(const struct indexed_result *result, const char *name)
{
	char text[64];

	return judgement_number(result, figure_name(result, name, text, sizeof(text)));
}

bool judgement_has_figure(const struct indexed_result *result, const char *name)
{
	char text[64];

	return judgement_has(result, figure_name(result, name, text, sizeof(text)));
}

const char *result_special(const struct indexed_result *result)
{
	const char *text = result_text(result, "load");

	for (int word = 0; word < 3; word++) {
		text += strcspn(text, " ");
		text += strspn(text, " ");
	}
	if (!strncmp(text, "60Hz", 4)) {
		text += 4;
		text += strspn(text, " ");
	}
	return text;
}
