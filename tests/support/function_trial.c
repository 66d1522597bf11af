/* Trials of function_trial.h. */
#include "tests/support/function_trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/lab_file.h"
#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "procedures/verbs/verb_support.h"
#include "tests/support/suite.h"

static struct run_record record;

const struct run_record *function_trial_record(void)
{
	return &record;
}

void function_trial_forget(void)
{
	run_record_free(&record);
	record = (struct run_record){.count = 0};
}

static void write_file(const char *name, const char *text)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	FILE *stream = fopen(path, "w");

	CU_ASSERT_FATAL(stream != NULL);
	fputs(text, stream);
	fclose(stream);
}

static enum status load(const struct function_trial *trial, const struct device_type *device,
			const struct device_form *form, struct programme *programme)
{
	static char text[8000];
	char path[1200];

	snprintf(text, sizeof(text),
		 "<procedure xmlns='urn:mcbench:procedure:1' id='p' title='P' document='D' "
		 "clause='C'%s><setup><step verb='identify' title='identity'/></setup>\n<body>%s"
		 "</body><teardown><step verb='off' title='off'/></teardown></procedure>",
		 trial->is_not_declared ? "" : " programming='yes'", trial->steps);
	write_file("p.xml", text);
	write_file("programme.xml", "<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
				    "limits='limits/iec_62053_22_02s.xml'>"
				    "<catalogue file='requirements/notice_focus_ax.xml'/>"
				    "<catalogue file='requirements/measurement_canada.xml'/>"
				    "<procedure file='p.xml'/></programme>");
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	return programme_load_for(path, device, form, programme);
}

struct trial_parts {
	struct device_type device;
	const struct device_form *form;
	struct programme programme;
	struct limit_set *limits;
	struct bench_lab *bench_lab;
	struct run_store *store;
};

static enum status open_parts(const struct function_trial *trial, struct trial_parts *parts)
{
	char path[1200];

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml");
	enum status status = device_type_load(path, &parts->device);

	status = status ? status
			: device_type_form(&parts->device, trial->form ? trial->form : "16S",
					   &parts->form);
	status = status ? status : load(trial, &parts->device, parts->form, &parts->programme);
	status = status ? status : limit_set_load(parts->programme.limits_file, &parts->limits);
	data_folder_path(path, sizeof(path),
			 trial->lab ? trial->lab : "bench/labs/virtual_sample.xml");
	status = status ? status : lab_file_load(path, 1, &parts->bench_lab);
	snprintf(path, sizeof(path), "%s/record.mcbench", scratch_folder());
	unlink(path);
	return status ? status : run_store_create(path, true, 0, &parts->store);
}

static enum status run(const struct function_trial *trial, struct trial_parts *parts)
{
	const char *model = trial->model ? trial->model : "AX";
	struct run_tally tally = {.worst = CONFORMS};
	struct lab_meter meter = {model, parts->form->name, "1",
				  (unsigned)parts->form->class_amperes};
	enum status status = lab_file_open(parts->bench_lab, &meter);
	struct lab *lab = bench_lab_lab(parts->bench_lab);

	if (status) {
		return status;
	}
	struct port *honest = lab->positions[0].optical, *lying = NULL;

	if (trial->lie) {
		lying = lying_meter_new(honest, trial->lie, trial->context);
		lab->positions[0].optical = lying;
	}
	struct step_context context = {
		.lab = lab,
		.store = parts->store,
		.device = &parts->device,
		.form = parts->form,
		.limits = parts->limits,
		.rule = parts->programme.rule,
		.model = model,
		.tally = &tally,
	};

	status = programme_check(&parts->programme, &context);
	status = status ? status : programme_run(&parts->programme, &context);
	lab->positions[0].optical = honest;
	port_close(lying);
	return status;
}

enum status function_trial_run(const struct function_trial *trial)
{
	struct trial_parts parts = {.limits = NULL};
	char path[1200], reason[800];

	function_trial_forget();
	snprintf(path, sizeof(path), "%s/record.mcbench", scratch_folder());
	enum status status = open_parts(trial, &parts);

	status = status ? status : run(trial, &parts);
	snprintf(reason, sizeof(reason), "%s", status_reason());
	lab_file_free(parts.bench_lab);
	limit_set_free(parts.limits);
	programme_free(&parts.programme);
	if (parts.store) {
		CU_ASSERT_EQUAL(run_store_close(parts.store), STATUS_OK);
		CU_ASSERT_EQUAL(run_store_load(path, &record), STATUS_OK);
	}
	return status ? status_fail(status, "%s", reason) : STATUS_OK;
}

static const struct record_entry *result_of(int64_t number)
{
	for (size_t i = 0; i < record.count; i++) {
		if (!strcmp(record.entries[i].kind, "result") &&
		    record_integer(&record.entries[i], "result") == number) {
			return &record.entries[i];
		}
	}
	return NULL;
}

int function_trial_count(const char *test, const char *outcome)
{
	int count = 0;

	for (size_t i = 0; i < record.count; i++) {
		const struct record_entry *entry = &record.entries[i];

		if (strcmp(entry->kind, "judgement") ||
		    strcmp(record_text(entry, "outcome"), outcome)) {
			continue;
		}
		const struct record_entry *result = result_of(record_integer(entry, "result"));

		count += !test || !strcmp(record_text(result, "test"), test);
	}
	return count;
}

const struct record_entry *function_trial_result(const char *test, int n)
{
	for (size_t i = 0; i < record.count; i++) {
		const struct record_entry *entry = &record.entries[i];

		if (!strcmp(entry->kind, "result") && !strcmp(record_text(entry, "test"), test) &&
		    n-- == 0) {
			return entry;
		}
	}
	return NULL;
}

void function_trial_expect_all_conform(void)
{
	int seen = 0;

	for (size_t i = 0; i < record.count; i++) {
		const struct record_entry *entry = &record.entries[i];

		if (strcmp(entry->kind, "judgement")) {
			continue;
		}
		seen++;
		if (!record_flag(entry, "is_informative") &&
		    strcmp(record_text(entry, "outcome"), "conforms")) {
			printf("\n    %s: %s", record_text(entry, "outcome"),
			       record_text(entry, "reason"));
			CU_FAIL("a result that does not conform");
		}
	}
	CU_ASSERT(seen > 0);
}
