/* See the header. */
#include "bench/stored_run.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "procedures/run_store.h"
#include "reports/report.h"

static bool is_xml(const char *name)
{
	size_t length = strlen(name);

	return length > 4 && !strcmp(name + length - 4, ".xml");
}

enum status stored_run_path(const char *name, char *path, size_t size)
{
	struct stat file;

	if (is_xml(name)) {
		return status_fail(STATUS_BAD_INPUT,
				   "%s is the archive of a run; name its record.mcbench, to which "
				   "judgements can be added",
				   name);
	}
	bool is_folder = !stat(name, &file) && S_ISDIR(file.st_mode);
	int length = snprintf(path, size, "%s%s", name, is_folder ? "/record.mcbench" : "");
	if (length < 0 || (size_t)length >= size) {
		return status_fail(STATUS_BAD_INPUT, "%.40s...: the name is too long", name);
	}
	return STATUS_OK;
}

enum status stored_run_load(const char *name, struct run_record *record)
{
	char path[1200];

	if (is_xml(name)) {
		return report_read_xml(name, record);
	}
	enum status status = stored_run_path(name, path, sizeof(path));
	return status ? status : run_store_load(path, record);
}
