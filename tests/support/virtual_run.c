/* Trials in virtual laboratories. */
#include "tests/support/virtual_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "procedures/data_folder.h"
#include "tests/support/suite.h"

static enum status explained(enum status status)
{
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	return status;
}

enum status virtual_run_begin(struct virtual_run *run, const char *programme, const char *lab)
{
	char path[1200];

	*run = (struct virtual_run){.lab_path = lab};
	data_folder_set(source_folder);
	enum status status =
		programme_load(data_folder_path(path, sizeof(path), programme), &run->programme);
	if (!status) {
		status = device_type_load(
			data_folder_path(path, sizeof(path), "procedures/devices/focus_ax.xml"),
			&run->device);
	}
	if (!status) {
		status = limit_set_load(run->programme.limits_file, &run->limits);
	}
	return explained(status);
}

static void forget_trial(struct virtual_run *run)
{
	lab_file_free(run->bench_lab);
	run->bench_lab = NULL;
	run_record_free(&run->record);
	run->record = (struct run_record){.count = 0};
}

static enum status run_programme(struct virtual_run *run, const char *form_name,
				 struct run_store *store)
{
	const struct device_form *form;
	struct run_tally tally = {.worst = CONFORMS};
	enum status status = device_type_form(&run->device, form_name, &form);

	if (status) {
		return status;
	}
	struct lab_meter meter = {"AX", form_name, "1", (unsigned)form->class_amperes};
	struct step_context context = {
		.lab = bench_lab_lab(run->bench_lab),
		.store = store,
		.device = &run->device,
		.form = form,
		.limits = run->limits,
		.rule = run->programme.rule,
		.model = "AX",
		.tally = &tally,
	};
	status = lab_file_open(run->bench_lab, &meter);
	return status ? status : programme_run(&run->programme, &context);
}

enum status virtual_run_trial(struct virtual_run *run, const char *form, uint64_t seed,
			      const char *store_path)
{
	char path[1200];
	struct run_store *store;

	forget_trial(run);
	unlink(store_path);
	enum status status = lab_file_load(data_folder_path(path, sizeof(path), run->lab_path),
					   seed, &run->bench_lab);
	if (status || (status = run_store_create(store_path, true, 0, &store))) {
		return explained(status);
	}
	status = explained(run_programme(run, form, store));
	enum status closed = run_store_close(store);
	if (status || closed) {
		return status ? status : explained(closed);
	}
	return explained(run_store_load(store_path, &run->record));
}

void virtual_run_end(struct virtual_run *run)
{
	forget_trial(run);
	limit_set_free(run->limits);
	programme_free(&run->programme);
}
