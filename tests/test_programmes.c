/* procedures/programmes: every shipped programme can be run on every meter of the notice, on each
 * of its services, and what is not written for one device on another one: all that is checked
 * before anything is switched on passes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/lab_file.h"
#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "tests/support/suite.h"

static struct device_type device;
static struct bench_lab *bench_lab;

static void load_device(const char *file)
{
	char path[1200];

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), file);
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
	data_folder_path(path, sizeof(path), "bench/labs/virtual_sample.xml");
	CU_ASSERT_EQUAL_FATAL(lab_file_load(path, 1, &bench_lab), STATUS_OK);
}

static enum status check(const char *programme_file, const struct device_form *form,
			 const char *model)
{
	char path[1200], relative[100];
	struct programme programme;
	struct run_tally tally = {.steps = 0};
	struct limit_set *limits = NULL;

	snprintf(relative, sizeof(relative), "procedures/programmes/%s.xml", programme_file);
	data_folder_path(path, sizeof(path), relative);
	enum status status = programme_load_for(path, &device, form, &programme);
	if (!status) {
		status = limit_set_load(programme.limits_file, &limits);
	}
	struct step_context context = {.lab = bench_lab_lab(bench_lab),
				       .device = &device,
				       .form = form,
				       .limits = limits,
				       .model = model,
				       .tally = &tally};
	if (!status) {
		status = programme_check(&programme, &context);
	}
	if (status) {
		printf("\n    %s, form %s, model %s: %s\n", programme_file, form->name, model,
		       status_reason());
	}
	limit_set_free(limits);
	programme_free(&programme);
	return status;
}

/* Every form on every service that the notice covers, with every model that it has there. */
static int check_everywhere(const char *const *programmes)
{
	int meters = 0;

	for (int i = 0; i < device.form_count * DEVICE_SERVICES * device.model_count; i++) {
		const struct device_form *form =
			&device.forms[i / device.model_count / DEVICE_SERVICES];
		int service = i / device.model_count % DEVICE_SERVICES;
		const char *model = device.models[i % device.model_count].name;
		struct device_form chosen;
		char reason[320];
		if (service >= form->service_count) {
			continue;
		}
		CU_ASSERT_EQUAL_FATAL(
			device_type_choose(&device, form->wiring->name,
					   service_word(form->services[service].service), &chosen),
			STATUS_OK);
		if (!device_type_covers(&device, &chosen, model, NULL, reason, sizeof(reason))) {
			continue;
		}
		meters++;
		for (int j = 0; programmes[j]; j++) {
			CU_ASSERT_EQUAL(check(programmes[j], &chosen, model), STATUS_OK);
		}
	}
	lab_file_free(bench_lab);
	return meters;
}

/* 11 pairs of form and service with AX and AXR, and 3 of them with service disconnect. */
static void every_meter_of_the_notice_passes_the_checks_of_every_programme(void)
{
	static const char *const programmes[] = {"accuracy", "as_received",    "regression",
						 "family",   "pre_submission", "type_approval",
						 "modules",  "by_hand",	       NULL};

	load_device("procedures/devices/focus_ax.xml");
	CU_ASSERT_EQUAL(check_everywhere(programmes), 2 * 11 + 2 * 3);
}

static void another_device_passes_those_that_are_not_about_the_notice(void)
{
	static const char *const programmes[] = {"accuracy", "as_received", "regression",
						 "pre_submission", NULL};

	load_device("procedures/devices/single_phase_2s.xml");
	CU_ASSERT_EQUAL(check_everywhere(programmes), 2);
}

/* The family programme names each pair of form and service, and each model, at least once. */
static void the_family_is_complete(void)
{
	char path[1200];
	struct programme programme;
	bool has_model[DEVICE_MODELS] = {false};

	load_device("procedures/devices/focus_ax.xml");
	data_folder_path(path, sizeof(path), "procedures/programmes/family.xml");
	CU_ASSERT_EQUAL_FATAL(programme_load(path, &programme), STATUS_OK);
	for (int i = 0; i < device.form_count; i++) {
		for (int j = 0; j < device.forms[i].service_count; j++) {
			const struct device_service *service = &device.forms[i].services[j];
			const char *word = service_word(service->service);
			bool is_there = *service->not_covered != '\0';
			for (size_t k = 0; k < programme.meter_count; k++) {
				const struct programme_meter *meter = &programme.meters[k];
				is_there |=
					!strcmp(meter->form, device.forms[i].name) &&
					(!strcmp(meter->service, word) || (!*meter->service && !j));
			}
			CU_ASSERT_TRUE(is_there);
		}
	}
	for (int i = 0; i < device.model_count; i++) {
		for (size_t k = 0; k < programme.meter_count; k++) {
			has_model[i] |= !strcmp(programme.meters[k].model, device.models[i].name);
		}
		CU_ASSERT_TRUE(has_model[i]);
	}
	programme_free(&programme);
	lab_file_free(bench_lab);
}

/* A sealed meter refuses to be programmed, and the ledger is about all that was done. */
static void the_approval_ends_with_the_seal_and_the_ledger(void)
{
	char path[1200];
	struct programme programme;

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), "procedures/programmes/type_approval.xml");
	CU_ASSERT_EQUAL_FATAL(programme_load(path, &programme), STATUS_OK);
	CU_ASSERT_FATAL(programme.procedure_count > 2);
	size_t last = programme.procedure_count - 1;
	last -= programme.procedures[last].is_check; /* of the bench itself, wherever it stands */
	CU_ASSERT_STRING_EQUAL(programme.procedures[last - 1].id, "security");
	CU_ASSERT_STRING_EQUAL(programme.procedures[last].id, "energy_ledger");
	for (size_t i = 0; i + 1 < last; i++) {
		CU_ASSERT_STRING_NOT_EQUAL(programme.procedures[i].id, "security");
	}
	programme_free(&programme);
}

const char *const suite_name = "programmes";
const struct suite_case suite_cases[] = {
	CASE(every_meter_of_the_notice_passes_the_checks_of_every_programme),
	CASE(another_device_passes_those_that_are_not_about_the_notice),
	CASE(the_family_is_complete),
	CASE(the_approval_ends_with_the_seal_and_the_ledger),
	CASES_END,
};
