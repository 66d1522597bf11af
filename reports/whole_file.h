/*
 * A file that is there whole or not at all: written under a temporary name beside its own, checked,
 * made durable, then renamed. A device or pipe (/dev/stdout) is written directly and never
 * replaced.
 */
#ifndef REPORTS_WHOLE_FILE_H
#define REPORTS_WHOLE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "reference_source/status.h"

struct whole_file {
	FILE *stream;
	bool is_device;
	char path[1024];
	char temporary[1024 + 16];
};

/* STATUS_IO names the path. Writes to `stream` need not be checked one by one. */
enum status whole_file_open(struct whole_file *file, const char *path);

/* Checks every write, renames. On failure nothing is left behind and an older file of that name is
 * untouched. */
enum status whole_file_close(struct whole_file *file);
void whole_file_discard(struct whole_file *file);

#endif
