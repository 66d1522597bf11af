/* mcbench judge: stored runs judged again, one with other limits or another rule, several as the
 * samples of one type. Nothing is tested again. */
#include <stdio.h>
#include <string.h>

#include "bench/command.h"
#include "bench/judge_options.h"
#include "bench/options.h"
#include "bench/progress.h"
#include "bench/stored_run.h"
#include "bench/type_evaluation.h"
#include "drivers/clock.h"

#define RUNS_AT_ONCE 64

/* ---- one run ---- */

/*
 * When it was judged. A virtual record knows virtual time only, so that the same judging gives the
 * same bytes; the wall's time stands in the table of the host.
 */
static const char *judging_utc(const struct run_record *record, char utc[32])
{
	const struct record_entry *last = &record->entries[record->count - 1];

	if (record_flag(&record->entries[0], "is_virtual") && record_text(last, "utc")) {
		snprintf(utc, 32, "%s", record_text(last, "utc"));
	} else {
		clock_utc_text(clock_wall(), utc);
	}
	return utc;
}

static enum status append(const char *name, const struct run_record *record,
			  const struct judging *judging, const struct judged_record *judged)
{
	char path[1200], wall[21];
	struct run_store *store = NULL;
	enum status status = stored_run_path(name, path, sizeof(path));

	if (!status) {
		status = run_store_open(path, record_flag(&record->entries[0], "is_virtual"),
					&store);
	}
	if (!status) {
		status = run_store_note_host(store, "judged_utc",
					     clock_utc_text(clock_wall(), wall));
	}
	if (!status) {
		status = judging_append(store, record, judging, judged);
	}
	enum status closed = run_store_close(store);
	return status ? status : closed;
}

static enum status judge_and_append(const struct judge_options *options, const char *name,
				    const struct run_record *record, int *exit_status)
{
	struct limit_set *limits = NULL;
	struct decision_rule rule;
	struct judged_record judged = {.count = 0};
	char utc[32];
	enum status status = judge_options_rule(options, record, &rule);

	if (!status) {
		status = judge_options_limits(options, record, &limits);
	}
	if (!status) {
		status = judge_record(record, limits, &rule, &judged);
	}
	if (!status) {
		struct judging judging = {.utc = judging_utc(record, utc),
					  .by = options->by,
					  .reason = options->reason,
					  .limits = limits,
					  .rule = &rule};
		status = append(name, record, &judging, &judged);
		*exit_status = exit_status_of(judged.tally.worst, judged.state);
	}
	judged_record_free(&judged);
	limit_set_free(limits);
	return status;
}

static int judge_one(const struct judge_options *options, const char *name)
{
	struct run_record record;
	char path[1200];
	int exit_status = EXIT_BAD_INPUT;

	if (stored_run_path(name, path, sizeof(path)) || stored_run_load(name, &record)) {
		return command_fail();
	}
	enum status status = judge_and_append(options, name, &record, &exit_status);
	run_record_free(&record);
	if (status || stored_run_load(name, &record)) {
		return command_fail();
	}
	progress_print_verdicts(&record);
	printf("\nthe judgements were added to %s; earlier ones stay in it\n", path);
	run_record_free(&record);
	return exit_status;
}

static int run_judge(int argc, char **argv)
{
	struct option_entry options[] = {
		{.name = "--limits", .most = JUDGE_LIMITS},
		{.name = "--rule", .most = 1},
		{.name = "--by", .most = 1, .default_value = ""},
		{.name = "--reason", .most = 1, .default_value = ""},
		{.name = "--output", .most = 1},
		{.name = NULL},
	};
	const char *words[RUNS_AT_ONCE];
	int word_count;

	if (options_parse(argc, argv, options, words, RUNS_AT_ONCE, &word_count)) {
		return command_fail();
	}
	if (!word_count) {
		status_fail(STATUS_BAD_INPUT, "judge needs a RUN; see mcbench judge --help");
		return command_fail();
	}
	struct judge_options judge = {.limits_count = options[0].count,
				      .rule = option_value(options, "--rule"),
				      .by = option_value(options, "--by"),
				      .reason = option_value(options, "--reason")};
	memcpy(judge.limits, options[0].values, sizeof(judge.limits));
	if (word_count > 1) {
		return type_evaluation(&judge, words, word_count,
				       option_value(options, "--output"));
	}
	if (option_value(options, "--output")) {
		status_fail(STATUS_BAD_INPUT,
			    "--output is for the judgement over several runs; that of "
			    "one run is added to its own record");
		return command_fail();
	}
	return judge_one(&judge, words[0]);
}

const struct command command_judge = {
	.name = "judge",
	.usage = "RUN [RUN ...] [--limits FILE] [--rule RULE] [--by NAME] [--reason TEXT] "
		 "[--output DIR]",
	.purpose = "judge a stored run again, or several as samples of a type",
	.help = "  RUN            folder of a run or its record.mcbench\n"
		"                 one: the judgements are added to it, earlier ones stay\n"
		"                 several: every requirement on every sample, and checks across "
		"samples;\n"
		"                 the runs stay as they are\n"
		"  --limits FILE  limits instead of the run's own; up to 4, each over the one "
		"before\n"
		"  --rule RULE    interval, simple, guarded or \"guarded 0.8\" instead of the "
		"run's "
		"own\n"
		"  --by NAME      who judges\n"
		"  --reason TEXT  why\n"
		"  --output DIR   of several runs: folder for the judgement of the type\n",
	.run = run_judge,
};
