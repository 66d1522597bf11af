/* posix_spawn and the quoting that keeps text from the record text. */
#include "reports/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

void gnuplot_quote(FILE *script, const char *text)
{
	fputc('\'', script);
	for (; *text; text++) {
		if (*text == '\'') {
			fputc('\'', script);
		}
		fputc((unsigned char)*text < 0x20 || *text == 0x7F ? ' ' : *text, script);
	}
	fputc('\'', script);
}

static enum status failed(const char *log_path)
{
	char line[240] = "";
	FILE *log = fopen(log_path, "r");

	while (log && strspn(line, " \t\n") == strlen(line) && fgets(line, sizeof(line), log)) {
	}
	if (log) {
		fclose(log);
	}
	line[strcspn(line, "\n")] = '\0';
	return status_fail(STATUS_IO, "report: gnuplot could not draw a load curve: %s",
			   *line ? line : "it said nothing; is there space for temporary files");
}

static int spawn(const char *script_path, const char *log_path, pid_t *child)
{
	char *arguments[] = {"gnuplot", "-d", (char *)script_path, NULL};
	char *environment[] = {"LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", NULL};
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error) {
		return error;
	}
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, log_path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	error = posix_spawnp(child, "gnuplot", &actions, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

enum status gnuplot_run(const char *script_path, const char *work_folder)
{
	char log_path[1200];
	pid_t child;
	int state = 0;

	snprintf(log_path, sizeof(log_path), "%s/gnuplot.log", work_folder);
	int error = spawn(script_path, log_path, &child);
	if (error == ENOENT) {
		return status_fail(
			STATUS_IO,
			"report: the program gnuplot, which draws the load curves, is not "
			"installed; install the Debian package gnuplot-nox");
	}
	if (error) {
		return status_fail(STATUS_IO, "report: cannot start gnuplot: %s", strerror(error));
	}
	while (waitpid(child, &state, 0) < 0) {
		if (errno != EINTR) {
			return status_fail(STATUS_IO, "report: lost gnuplot: %s", strerror(errno));
		}
	}
	enum status status = WIFEXITED(state) && !WEXITSTATUS(state) ? STATUS_OK : failed(log_path);
	unlink(log_path);
	return status;
}
