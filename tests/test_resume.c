/*
 * A bench that is killed, at every instant that a run shows, goes on where it stopped: nothing that
 * was finished is done again, every point has one result that counts, the chain holds, the source
 * is off at the end. The child is killed by SIGKILL, so nothing of it can tidy up.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/evaluation.h"
#include "procedures/data_folder.h"
#include "procedures/judge_record.h"
#include "procedures/run_store.h"
#include "tests/support/suite.h"

static char programme[1200], lab[1200], device[1200];
static const char *lab_path;
static int moments, fatal_moment;

static void maybe_die(void *context, const char *text)
{
	(void)context;
	(void)text;
	if (++moments == fatal_moment) {
		raise(SIGKILL);
	}
}

static struct evaluation evaluation_in(const char *output, const char *file)
{
	data_folder_set(source_folder);
	return (struct evaluation){
		.programme_path = data_folder_path(programme, sizeof(programme), file),
		.lab_path = lab_path ? lab_path
				     : data_folder_path(lab, sizeof(lab),
							"bench/labs/virtual_sample.xml"),
		.device_path =
			data_folder_path(device, sizeof(device), "procedures/devices/focus_ax.xml"),
		.forms = {"16S", "12S"},
		.form_count = 2,
		.model = "AX",
		.serial = "1",
		.operator_name = "",
		.seed = 1,
		.output = output,
		.progress = maybe_die,
	};
}

/* Runs or resumes in a child; true: it was killed. */
static bool was_killed(const char *output, const char *file, bool is_resumed, int *exit_status)
{
	int state = 0;

	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) {
			_exit(99);
		}
		struct evaluation evaluation = evaluation_in(output, file);
		_exit(is_resumed ? evaluation_resume(output, maybe_die)
				 : evaluation_run(&evaluation));
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &state, 0), child);
	*exit_status = WIFEXITED(state) ? WEXITSTATUS(state) : -1;
	return WIFSIGNALED(state);
}

static bool is_kind(const struct record_entry *entry, const char *kind)
{
	return !strcmp(entry->kind, kind);
}

static const char *word(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? text : "";
}

/* Results that count, by what they are of; texts of the same record. */
static int results_that_count(const struct run_record *record, const struct record_entry *like)
{
	struct void_results voids;
	int count = 0;

	void_results_find(record, &voids);
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		count += is_kind(entry, "result") && !is_void(&voids, entry) &&
			 !strcmp(word(entry, "form"), word(like, "form")) &&
			 !strcmp(word(entry, "test"), word(like, "test")) &&
			 !strcmp(word(entry, "direction"), word(like, "direction")) &&
			 !strcmp(word(entry, "what"), word(like, "what")) &&
			 !strcmp(word(entry, "load"), word(like, "load"));
	}
	return count;
}

static bool has_ended(const struct run_record *record, int64_t step)
{
	for (size_t i = 0; i < record->count; i++) {
		if (is_kind(&record->entries[i], "step_ended") &&
		    record_integer(&record->entries[i], "step") == step) {
			return true;
		}
	}
	return false;
}

/* A step with a requirement is of a body here. */
static int times_finished(const struct run_record *record, const struct record_entry *like)
{
	int count = 0;

	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		count += is_kind(entry, "step") && *word(entry, "requirement") &&
			 has_ended(record, record_integer(entry, "step")) &&
			 !strcmp(word(entry, "form"), word(like, "form")) &&
			 !strcmp(word(entry, "procedure"), word(like, "procedure")) &&
			 !strcmp(word(entry, "place"), word(like, "place"));
	}
	return count;
}

static size_t expected_results; /* of a run that nobody stops */

static void load(const char *output, struct run_record *record)
{
	char path[1300];

	snprintf(path, sizeof(path), "%s/record.mcbench", output);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, record), STATUS_OK);
}

/* How many results count, each of them once, all finished steps finished once. */
static size_t check_record(const struct run_record *record)
{
	struct void_results voids;
	size_t counted = 0;

	void_results_find(record, &voids);
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (is_kind(entry, "result") && !is_void(&voids, entry)) {
			counted++;
			CU_ASSERT_EQUAL(results_that_count(record, entry), 1);
		}
		if (is_kind(entry, "step") && *word(entry, "requirement")) {
			CU_ASSERT_EQUAL(times_finished(record, entry), 1);
		}
	}
	const struct record_entry *end = &record->entries[record->count - 1];
	CU_ASSERT_STRING_EQUAL(end->kind, "end");
	CU_ASSERT_STRING_EQUAL(word(end, "state"), "complete");
	CU_ASSERT_STRING_EQUAL(word(end, "verdict"), "conforms");
	CU_ASSERT_EQUAL((size_t)record_integer(end, "conforms"), counted);
	return counted;
}

static void check_world(const char *output)
{
	char path[1300], line[256], last[256] = "";

	snprintf(path, sizeof(path), "%s/world.log", output);
	FILE *log = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(log);
	while (fgets(line, sizeof(line), log)) {
		if (!strstr(line, " meter ")) {
			snprintf(last, sizeof(last), "%s", line);
		}
	}
	fclose(log);
	CU_ASSERT(strstr(last, "dead") || strstr(last, "form"));
	snprintf(path, sizeof(path), "%s/meter_1.memory", output);
	CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
}

static const char file[] = "tests/programmes/ledger.xml";

/* Kills at this moment and, if `again`, once more after so many moments of the resumption. */
static void kill_at(int moment, int again)
{
	char output[1200];
	int exit_status;
	struct run_record record;

	snprintf(output, sizeof(output), "%s/at_%d_%d", scratch_folder(), moment, again);
	moments = 0;
	fatal_moment = moment;
	CU_ASSERT_TRUE(was_killed(output, file, false, &exit_status));
	if (again) {
		fatal_moment = again;
		CU_ASSERT_TRUE(was_killed(output, file, true, &exit_status));
	}
	fatal_moment = 0;
	CU_ASSERT_FALSE(was_killed(output, file, true, &exit_status));
	CU_ASSERT_EQUAL(exit_status, 0);
	if (exit_status) {
		printf("\n    killed at moment %d, %d: exit status %d\n", moment, again,
		       exit_status);
		return;
	}
	load(output, &record);
	CU_ASSERT_EQUAL(check_record(&record), expected_results);
	run_record_free(&record);
	check_world(output);
}

static void run_undisturbed(void)
{
	char output[1200];
	struct run_record record;
	int exit_status;

	snprintf(output, sizeof(output), "%s/undisturbed", scratch_folder());
	CU_ASSERT_FALSE(was_killed(output, file, false, &exit_status));
	CU_ASSERT_EQUAL_FATAL(exit_status, 0);
	load(output, &record);
	expected_results = check_record(&record);
	CU_ASSERT(expected_results > 10);
	run_record_free(&record);
}

static void a_killed_run_goes_on_where_it_stopped(void)
{
	run_undisturbed();
	/* 3 and later: the first step has begun; the last ones lie in the second form */
	for (int moment = 3; moment <= 54; moment += 17) {
		kill_at(moment, 0);
	}
}

static void it_may_be_killed_while_it_resumes(void)
{
	kill_at(13, 7);
}

static void a_run_that_is_over_cannot_be_resumed(void)
{
	char output[1200];
	int exit_status;

	snprintf(output, sizeof(output), "%s/undisturbed", scratch_folder());
	CU_ASSERT_FALSE(was_killed(output, file, true, &exit_status));
	CU_ASSERT_EQUAL(exit_status, 2);
}

static void other_files_than_the_runs_own_are_refused(void)
{
	char output[1200], own[1300], command[3000];
	int exit_status;

	snprintf(output, sizeof(output), "%s/changed", scratch_folder());
	snprintf(own, sizeof(own), "%s/lab.xml", scratch_folder());
	snprintf(command, sizeof(command), "cp '%s/bench/labs/virtual_sample.xml' '%s'",
		 source_folder, own);
	CU_ASSERT_EQUAL_FATAL(system(command), 0);
	lab_path = own;
	moments = 0;
	fatal_moment = 5;
	CU_ASSERT_TRUE(was_killed(output, file, false, &exit_status));
	snprintf(command, sizeof(command), "echo '<!-- changed -->' >>'%s'", own);
	CU_ASSERT_EQUAL_FATAL(system(command), 0);
	fatal_moment = 0;
	CU_ASSERT_FALSE(was_killed(output, file, true, &exit_status));
	CU_ASSERT_EQUAL(exit_status, 2);
}

const char *const suite_name = "resume";
const struct suite_case suite_cases[] = {
	CASE(a_killed_run_goes_on_where_it_stopped),
	CASE(it_may_be_killed_while_it_resumes),
	CASE(a_run_that_is_over_cannot_be_resumed),
	CASE(other_files_than_the_runs_own_are_refused),
	CASES_END,
};
