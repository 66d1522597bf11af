/* mcbench resume: goes on with a run whose process died. */
#include "bench/command.h"
#include "bench/evaluation.h"
#include "bench/options.h"
#include "bench/progress.h"

static int run_resume(int argc, char **argv)
{
	struct option_entry options[] = {{.name = NULL}};
	const char *words[1];
	int word_count;

	if (options_parse(argc, argv, options, words, 1, &word_count)) {
		return command_fail();
	}
	if (word_count != 1) {
		status_fail(STATUS_BAD_INPUT,
			    "resume needs the folder of a run; see mcbench resume --help");
		return command_fail();
	}
	return evaluation_resume(words[0], progress_show);
}

const struct command command_resume = {
	.name = "resume",
	.usage = "RUN",
	.purpose = "go on with a run whose bench was killed or lost its power",
	.help = "RUN is the folder that run was told with --output. Nothing that was finished is "
		"done\n"
		"again; the step in which it stopped is, and what that had recorded is void. The "
		"source\n"
		"is switched off and confirmed first. Programme, limits, device and laboratory "
		"must be\n"
		"the files that the run began with.\n",
	.run = run_resume,
};
