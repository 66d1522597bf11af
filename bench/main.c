/* The program: finds its data, sets its signals, hands over to one command. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/command.h"
#include "drivers/clock.h"
#include "procedures/data_folder.h"

static const struct command *const commands[] = {
	&command_run,	   &command_resume,  &command_audit, &command_guard,
	&command_judge,	   &command_report,  &command_list,  &command_check,
	&command_coverage, &command_answers, &command_lab,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int abort_pipe[2];

static void on_stop_signal(int number)
{
	int saved = errno;
	char byte = (char)number;
	ssize_t written = write(abort_pipe[1], &byte, 1);

	(void)written; /* a full pipe already says all */
	errno = saved;
}

static bool set_signals(void)
{
	struct sigaction stop = {.sa_handler = on_stop_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	if (pipe2(abort_pipe, O_CLOEXEC | O_NONBLOCK)) {
		return false;
	}
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGHUP, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	clock_set_abort_descriptor(abort_pipe[0]);
	return true;
}

static bool is_data_folder(const char *path)
{
	char probe[1300];
	struct stat file;

	snprintf(probe, sizeof(probe), "%s/procedures/procedure.xsd", path);
	return !stat(probe, &file);
}

/* Beside the program (build tree), under the prefix that it is installed in, or where MCBENCH_DATA
 * says. */
static bool find_data_folder(void)
{
	char program[1024], candidate[1200];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	const char *places[] = {"share/mcbench", "../share/mcbench"};

	if (length > 0) {
		program[length] = '\0';
		*strrchr(program, '/') = '\0';
	}
	for (size_t i = 0; length > 0 && i < 2; i++) {
		snprintf(candidate, sizeof(candidate), "%s/%s", program, places[i]);
		if (is_data_folder(candidate)) {
			data_folder_set(candidate);
			return true;
		}
	}
	const char *named = getenv("MCBENCH_DATA");
	if (named && is_data_folder(named)) {
		data_folder_set(named);
		return true;
	}
	return false;
}

static void print_help(FILE *stream)
{
	fprintf(stream,
		"mcbench - conformance test bench for type approval of electricity meters\n\n");
	for (size_t i = 0; i < COMMANDS; i++) {
		fprintf(stream, "  mcbench %-8s %s\n", commands[i]->name, commands[i]->purpose);
	}
	fprintf(stream,
		"\n  mcbench COMMAND --help   options of a command\n"
		"  mcbench --version        version and revision\n\n"
		"Exit status: 0 conforms, 1 something does not conform, 2 wrong usage or bad "
		"input,\n"
		"3 something is inconclusive or not evaluated, 4 the run is not complete.\n");
}

static int run_command(const struct command *command, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			command_print_help(command);
			return 0;
		}
	}
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return EXIT_BAD_INPUT;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		print_help(stdout);
		return 0;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("mcbench %s (%s)\n", program_version, program_revision);
		return 0;
	}
	if (!set_signals()) {
		fprintf(stderr, "mcbench: no pipe for signals: %s\n", strerror(errno));
		return EXIT_BENCH_FAULT;
	}
	if (!find_data_folder()) {
		fprintf(stderr, "mcbench: the data files (procedures, limits, devices, labs) are "
				"neither beside the program "
				"nor under its prefix; set MCBENCH_DATA to the folder that holds "
				"procedures/\n");
		return EXIT_BAD_INPUT;
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i]->name)) {
			return run_command(commands[i], argc - 1, argv + 1);
		}
	}
	fprintf(stderr, "mcbench: there is no command \"%s\"; see mcbench --help\n", argv[1]);
	return EXIT_BAD_INPUT;
}
