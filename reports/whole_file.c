/* Temporary name, flush, fsync, rename. */
#include "reports/whole_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status whole_file_open(struct whole_file *file, const char *path)
{
	if (strlen(path) >= sizeof(file->path)) {
		return status_fail(STATUS_BAD_INPUT, "report: the path \"%.60s…\" is too long",
				   path);
	}
	snprintf(file->path, sizeof(file->path), "%s", path);
	struct stat target;
	file->is_device =
		!stat(path, &target) && !S_ISREG(target.st_mode) && !S_ISDIR(target.st_mode);
	snprintf(file->temporary, sizeof(file->temporary), file->is_device ? "%s" : "%s.unfinished",
		 path);
	file->stream = fopen(file->temporary, "wb");
	if (!file->stream) {
		return status_fail(STATUS_IO, "report: cannot create %s: %s", file->temporary,
				   strerror(errno));
	}
	return STATUS_OK;
}

void whole_file_discard(struct whole_file *file)
{
	fclose(file->stream);
	if (!file->is_device) {
		unlink(file->temporary);
	}
}

enum status whole_file_close(struct whole_file *file)
{
	errno = 0;
	bool is_written = !fflush(file->stream) && !ferror(file->stream) &&
			  (file->is_device || !fsync(fileno(file->stream)));
	int reason = errno;

	if (!is_written) {
		whole_file_discard(file);
		return status_fail(STATUS_IO, "report: cannot write %s: %s", file->path,
				   reason ? strerror(reason) : "a write failed");
	}
	bool is_closed = !fclose(file->stream);
	if (!is_closed || (!file->is_device && rename(file->temporary, file->path))) {
		reason = errno;
		if (!file->is_device) {
			unlink(file->temporary);
		}
		return status_fail(STATUS_IO, "report: cannot write %s: %s", file->path,
				   strerror(reason));
	}
	return STATUS_OK;
}
