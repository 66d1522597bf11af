/* The bench's side: starts the program itself as `mcbench guard`, with descriptors by number. */
#include "bench/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct guardian {
	int life; /* the writing end */
	pid_t process;
};

#define WORDS 16
#define WORD 300

struct command_line {
	int count;
	char words[WORDS][WORD];
	char *argv[WORDS + 1];
};

static void add_word(struct command_line *line, const char *text)
{
	snprintf(line->words[line->count], WORD, "%s", text);
	line->argv[line->count] = line->words[line->count];
	line->argv[++line->count] = NULL;
}

static void add_number(struct command_line *line, int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	add_word(line, text);
}

static void add_instrument(struct command_line *line, const struct instrument *instrument)
{
	add_word(line, instrument->driver->name);
	add_word(line, instrument->name);
	add_word(line, instrument->port->resource);
	add_number(line, port_descriptor(instrument->port));
}

static void compose(struct command_line *line, const struct lab *lab, const char *folder, int life)
{
	line->count = 0;
	add_word(line, "mcbench");
	add_word(line, "guard");
	add_number(line, (int)getpid());
	add_number(line, life);
	add_word(line, folder);
	add_instrument(line, lab->power_source);
	if (lab->reference_standard != lab->power_source) {
		add_instrument(line, lab->reference_standard);
	}
}

/* A descriptor that is duplicated onto itself is inherited although it closes on exec. */
static enum status spawn(const struct lab *lab, const char *folder, int life, pid_t *process)
{
	struct command_line line;
	posix_spawn_file_actions_t actions;
	extern char **environ;

	compose(&line, lab, folder, life);
	int source = port_descriptor(lab->power_source->port);
	int standard = port_descriptor(lab->reference_standard->port);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, life, life);
	posix_spawn_file_actions_adddup2(&actions, source, source);
	if (standard >= 0 && standard != source) {
		posix_spawn_file_actions_adddup2(&actions, standard, standard);
	}
	int failure = posix_spawn(process, "/proc/self/exe", &actions, NULL, line.argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failure ? status_fail(STATUS_IO, "the guardian of the source cannot be started: %s",
				     strerror(failure))
		       : STATUS_OK;
}

static bool can_be_guarded(const struct lab *lab)
{
	if (lab->is_virtual || !lab->power_source || !lab->reference_standard) {
		return false;
	}
	if (port_descriptor(lab->power_source->port) < 0 ||
	    port_descriptor(lab->reference_standard->port) < 0) {
		fprintf(stderr,
			"mcbench: nobody guards source %s: its port, or that of standard %s, has "
			"no "
			"descriptor that a second process could inherit\n",
			lab->power_source->name, lab->reference_standard->name);
		return false;
	}
	return true;
}

enum status guardian_start(struct lab *lab, const char *folder, struct guardian **guardian)
{
	int ends[2];

	*guardian = NULL;
	if (!can_be_guarded(lab)) {
		return STATUS_OK;
	}
	struct guardian *self = calloc(1, sizeof(*self));
	if (!self || pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
		free(self);
		return status_fail(STATUS_IO, "no pipe to the guardian of the source: %s",
				   strerror(errno));
	}
	enum status status = spawn(lab, folder, ends[0], &self->process);
	close(ends[0]);
	if (status) {
		close(ends[1]);
		free(self);
		return status;
	}
	self->life = ends[1];
	clock_set_life_descriptor(self->life);
	*guardian = self;
	return STATUS_OK;
}

void guardian_stop(struct guardian *guardian, bool is_off)
{
	static const char done = 'D';

	if (!guardian) {
		return;
	}
	clock_set_life_descriptor(-1);
	if (is_off) {
		ssize_t written = write(guardian->life, &done, 1);
		(void)written; /* without it the guardian switches off once more */
	}
	close(guardian->life);
	while (waitpid(guardian->process, NULL, 0) < 0 && errno == EINTR) {
	}
	free(guardian);
}
