/* What all commands share: their help and how they fail; and what this build calls itself. */
#include "bench/command.h"

#include <stdio.h>

#include "reference_source/status.h"
#include "revision.h"

const char program_version[] = PROGRAM_VERSION;
const char program_revision[] = PROGRAM_REVISION;

void command_print_help(const struct command *command)
{
	printf("mcbench %s %s\n\n%s\n\n%s", command->name, command->usage, command->purpose,
	       command->help);
}

int command_fail(void)
{
	fprintf(stderr, "mcbench: %s\n", status_reason());
	return EXIT_BAD_INPUT;
}
