/*
 * bench/evaluation: a run from beginning to end inside this process, where a test can take the disk
 * away. What the world's own log says counts, not what the bench believes.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/evaluation.h"
#include "procedures/data_folder.h"
#include "procedures/run_store.h"
#include "tests/support/suite.h"

static char output[1200], programme[1200], lab[1200], device[1200];

static struct evaluation evaluation_in(const char *folder)
{
	data_folder_set(source_folder);
	snprintf(output, sizeof(output), "%s/%s", scratch_folder(), folder);
	return (struct evaluation){
		.programme_path = data_folder_path(programme, sizeof(programme),
						   "tests/programmes/quick.xml"),
		.lab_path = data_folder_path(lab, sizeof(lab), "bench/labs/virtual.xml"),
		.device_path =
			data_folder_path(device, sizeof(device), "procedures/devices/focus_ax.xml"),
		.forms = {"16S"},
		.form_count = 1,
		.model = "AX",
		.serial = "1",
		.operator_name = "",
		.seed = 1,
		.output = output,
	};
}

/* The last line of the world's log; empty when there is none. */
static void last_of_world(char *line, int size)
{
	char path[1300], next[256];
	FILE *log;

	line[0] = '\0';
	snprintf(path, sizeof(path), "%s/world.log", output);
	log = fopen(path, "r");
	while (log && fgets(next, sizeof(next), log)) {
		snprintf(line, (size_t)size, "%s", next);
	}
	if (log) {
		fclose(log);
	}
}

static size_t readable_entries(void)
{
	char path[1300];
	struct run_record record;

	snprintf(path, sizeof(path), "%s/record.mcbench", output);
	if (run_store_load(path, &record)) {
		printf("\n    %s\n", status_reason());
		return 0;
	}
	size_t count = record.count;
	run_record_free(&record);
	return count;
}

static void a_full_disk_ends_the_run_with_the_source_off_and_the_record_readable(void)
{
	char line[256];
	int limits[] = {5, 6, 7, 8};

	for (int i = 0; i < 4; i++) {
		char folder[32];

		snprintf(folder, sizeof(folder), "full_disk_%d", limits[i]);
		struct evaluation evaluation = evaluation_in(folder);
		evaluation.record_page_limit = limits[i];
		CU_ASSERT_EQUAL(evaluation_run(&evaluation), 4);
		last_of_world(line, sizeof(line));
		CU_ASSERT(strstr(line, "dead") || !line[0] || strstr(line, "form"));
		CU_ASSERT(readable_entries() > 5);
	}
}

static void a_run_is_never_written_over_an_earlier_one(void)
{
	struct evaluation evaluation = evaluation_in("twice");

	CU_ASSERT_EQUAL(evaluation_run(&evaluation), 0);
	size_t count = readable_entries();
	CU_ASSERT_EQUAL(evaluation_run(&evaluation), 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "twice"));
	CU_ASSERT_EQUAL(readable_entries(), count);
}

static void make_source_hang(struct bench_lab *bench_lab, void *context)
{
	(void)context;
	bench_lab_virtual_options(bench_lab)->defects.zera.hung_after =
		instant_after((struct instant){0}, 40.0);
}

/* It neither obeys nor answers: nobody but a person at the emergency stop can help, and the bench
 * says so. */
static void a_source_that_hangs_is_a_fault_and_the_record_does_not_claim_that_it_is_off(void)
{
	struct evaluation evaluation = evaluation_in("hung");
	char path[1300];
	struct run_record record;
	bool is_claimed_off = false, has_end = false;

	evaluation.prepare_lab = make_source_hang;
	CU_ASSERT_EQUAL(evaluation_run(&evaluation), 4);
	snprintf(path, sizeof(path), "%s/record.mcbench", output);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	for (size_t i = 0; i < record.count; i++) {
		const struct record_entry *entry = &record.entries[i];

		is_claimed_off = is_claimed_off || (!strcmp(entry->kind, "safe_state") &&
						    record_flag(entry, "source_off"));
		has_end = has_end || (!strcmp(entry->kind, "end") &&
				      !strcmp(record_text(entry, "state"), "bench fault"));
	}
	CU_ASSERT(!is_claimed_off);
	CU_ASSERT(has_end);
	run_record_free(&record);
}

const char *const suite_name = "evaluation";
const struct suite_case suite_cases[] = {
	CASE(a_full_disk_ends_the_run_with_the_source_off_and_the_record_readable),
	CASE(a_run_is_never_written_over_an_earlier_one),
	CASE(a_source_that_hangs_is_a_fault_and_the_record_does_not_claim_that_it_is_off),
	CASES_END,
};
