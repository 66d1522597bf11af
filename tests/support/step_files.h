/*
 * For the suites that run steps: files in the scratch folder, and what stands in the record
 * afterwards. Header only.
 */
#ifndef TESTS_SUPPORT_STEP_FILES_H
#define TESTS_SUPPORT_STEP_FILES_H

#include <stdio.h>
#include <string.h>

#include "procedures/run_record.h"
#include "tests/support/suite.h"

/* `format` has one %s, for the text. */
static inline void scratch_write(const char *name, const char *format, const char *text)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fprintf(stream, format, text);
	fclose(stream);
}

/* The i-th entry of a kind, NULL after the last. */
static inline const struct record_entry *nth_entry(const struct run_record *record,
						   const char *kind, int index)
{
	for (size_t i = 0; i < record->count; i++) {
		if (!strcmp(record->entries[i].kind, kind) && index-- == 0) {
			return &record->entries[i];
		}
	}
	return NULL;
}

static inline int count_entries(const struct run_record *record, const char *kind)
{
	int count = 0;

	while (nth_entry(record, kind, count)) {
		count++;
	}
	return count;
}

#endif
