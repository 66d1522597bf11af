/*
 * Steps of a procedure on the laboratory in memory, and the record that they leave. Header only:
 * each suite has its own laboratory, device and record.
 */
#ifndef TESTS_SUPPORT_STEP_BENCH_H
#define TESTS_SUPPORT_STEP_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "procedures/verbs/verb_support.h"
#include "tests/support/fake_lab.h"
#include "tests/support/step_files.h"
#include "tests/support/suite.h"

struct step_bench {
	struct fake_lab fake;
	struct device_type device;
	struct limit_set *limits;
	struct run_tally tally;
	struct run_record record;
	const char *form, *model, *module; /* "16S", "AX", NULL */
	char reason[768];
};

static inline void bench_begin(struct step_bench *bench)
{
	char path[1200];

	run_record_free(&bench->record);
	limit_set_free(bench->limits);
	fake_lab_init(&bench->fake);
	bench->form = "16S";
	bench->model = "AX";
	bench->module = NULL;
	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &bench->device), STATUS_OK);
	data_folder_path(path, sizeof(path), "procedures/limits/iec_62053_22_02s.xml");
	CU_ASSERT_EQUAL_FATAL(limit_set_load(path, &bench->limits), STATUS_OK);
	bench->tally = (struct run_tally){0};
}

static inline void bench_load(struct step_bench *bench, const char *steps,
			      struct programme *programme)
{
	char path[1200];
	const struct device_form *form;

	scratch_write("p.xml",
		      "<procedure xmlns='urn:mcbench:procedure:1' id='p' title='P' document='D' "
		      "clause='C'>\n<body>%s</body>"
		      "<teardown><step verb='off' title='off'/></teardown></procedure>",
		      steps);
	scratch_write("programme.xml",
		      "<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
		      "limits='limits/iec_62053_22_02s.xml'><catalogue "
		      "file='requirements/measurement_canada.xml'/><catalogue "
		      "file='requirements/notice_focus_ax.xml'/><procedure file='%s'/></programme>",
		      "p.xml");
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(device_type_form(&bench->device, bench->form, &form), STATUS_OK);
	enum status status = programme_load_for(path, &bench->device, form, programme);
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static inline struct step_context bench_context(struct step_bench *bench, struct run_store *store)
{
	struct step_context context = {.lab = &bench->fake.lab,
				       .store = store,
				       .device = &bench->device,
				       .limits = bench->limits,
				       .model = bench->model,
				       .tally = &bench->tally};

	CU_ASSERT_EQUAL_FATAL(device_type_form(&bench->device, bench->form, &context.form),
			      STATUS_OK);
	if (bench->module) {
		CU_ASSERT_EQUAL_FATAL(
			device_type_module(&bench->device, bench->module, &context.module),
			STATUS_OK);
	}
	return context;
}

/* The meter counts as identified. */
static inline enum status bench_run(struct step_bench *bench, const char *steps)
{
	struct programme programme;
	struct run_store *store = NULL;
	char path[1200];

	snprintf(path, sizeof(path), "%s/record.mcbench", scratch_folder());
	remove(path);
	bench_load(bench, steps, &programme);
	CU_ASSERT_EQUAL_FATAL(run_store_create(path, true, 0, &store), STATUS_OK);
	struct step_context context = bench_context(bench, store);
	enum status status = programme_check(&programme, &context);
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(verb_memory_provide(&context), STATUS_OK);
	((struct verb_memory *)context.memory)->is_identified[0] = true;
	status = programme_run(&programme, &context);
	snprintf(bench->reason, sizeof(bench->reason), "%s", status ? status_reason() : "");
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	run_record_free(&bench->record);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &bench->record), STATUS_OK);
	free(context.memory);
	programme_free(&programme);
	CU_ASSERT_FALSE(bench->fake.is_on);
	return status;
}

/* Refused before anything is switched on. */
static inline void bench_refuses(struct step_bench *bench, const char *steps, const char *part)
{
	struct programme programme;

	bench_load(bench, steps, &programme);
	struct step_context context = bench_context(bench, NULL);
	CU_ASSERT_NOT_EQUAL(programme_check(&programme, &context), STATUS_OK);
	if (!strstr(status_reason(), part)) {
		printf("\n    \"%s\" does not say \"%s\"\n", status_reason(), part);
		CU_FAIL("another reason");
	}
	programme_free(&programme);
	CU_ASSERT_EQUAL(bench->fake.apply_count, 0);
}

static inline const struct record_entry *bench_entry(const struct step_bench *bench,
						     const char *kind, int index)
{
	return nth_entry(&bench->record, kind, index);
}

static inline int bench_count(const struct step_bench *bench, const char *kind)
{
	return count_entries(&bench->record, kind);
}

/* Index of the first result whose `what` has these words in it; -1: none. */
static inline int bench_find(const struct step_bench *bench, const char *what)
{
	const struct record_entry *result;

	for (int i = 0; (result = bench_entry(bench, "result", i)) != NULL; i++) {
		const char *text = record_text(result, "what");

		if (text && strstr(text, what)) {
			return i;
		}
	}
	printf("\n    no result \"%s\"\n", what);
	return -1;
}

/* The outcome of that result. */
static inline void bench_expect(const struct step_bench *bench, const char *what,
				const char *outcome)
{
	int index = bench_find(bench, what);

	CU_ASSERT_TRUE(index >= 0);
	if (index < 0) {
		return;
	}
	const char *found = record_text(bench_entry(bench, "judgement", index), "outcome");
	if (strcmp(found, outcome) != 0) {
		printf("\n    \"%s\": %s instead of %s\n", what, found, outcome);
	}
	CU_ASSERT_STRING_EQUAL(found, outcome);
}

static inline void bench_says(const struct step_bench *bench, const char *part)
{
	if (!strstr(bench->reason, part)) {
		printf("\n    \"%s\" does not say \"%s\"\n", bench->reason, part);
		CU_FAIL("another reason");
	}
}

#endif
