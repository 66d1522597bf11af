/* One entry per command of the program; main.c holds the table. Exit statuses as in README: 0, 1,
 * 2, 3, 4. */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#define EXIT_BAD_INPUT 2
#define EXIT_BENCH_FAULT 4

struct command {
	const char *name;
	const char *usage;   /* after "mcbench name" */
	const char *purpose; /* one line */
	const char *help;    /* the rest, lines */
	int (*run)(int argc, char **argv);
};

extern const struct command command_run, command_report, command_list, command_check, command_lab,
	command_coverage, command_judge, command_resume, command_audit, command_guard,
	command_answers;

/* Prints usage and help of a command to stdout. */
void command_print_help(const struct command *command);

/* Prints "mcbench: <reason of the last failure>" to stderr; returns EXIT_BAD_INPUT. */
int command_fail(void);

extern const char program_version[];
extern const char program_revision[];

#endif
