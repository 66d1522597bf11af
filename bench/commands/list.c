/* mcbench list: what there is. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "drivers/instrument.h"
#include "procedures/data_folder.h"
#include "procedures/device_type.h"
#include "procedures/limit.h"
#include "procedures/procedure.h"
#include "procedures/requirement.h"
#include "procedures/step_verb.h"
#include "reference_source/service_type.h"

static int list_verbs(void)
{
	for (size_t i = 0; step_verb_at(i); i++) {
		const struct step_verb *verb = step_verb_at(i);

		printf("%s: %s\n", verb->name, verb->purpose);
		for (const struct step_parameter *p = verb->parameters; p->name; p++) {
			char range[96] = "";

			if (p->kind == PARAMETER_QUANTITY || p->kind == PARAMETER_INTEGER) {
				snprintf(range, sizeof(range), " (%g to %g%s%s)", p->minimum,
					 p->maximum, p->unit ? " " : "", p->unit ? p->unit : "");
			}
			printf("    %-22s %s%s%s%s\n", p->name, p->purpose, range,
			       p->default_text ? ", default " : "",
			       p->default_text ? p->default_text : "");
		}
	}
	return 0;
}

static int list_drivers(void)
{
	for (size_t i = 0; instrument_driver_at(i); i++) {
		const struct instrument_driver *driver = instrument_driver_at(i);

		printf("%-12s %s [%s]\n", driver->name, driver->description, driver->tested);
	}
	return 0;
}

static int list_forms(void)
{
	for (size_t i = 0; form_at(i); i++) {
		const struct form *form = form_at(i);

		printf("%-4s %g element, %d wire, %s\n", form->name, form->element_count,
		       form->wires, service_name(form->service));
	}
	return 0;
}

static int is_xml(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && !strcmp(entry->d_name + length - 4, ".xml");
}

/* Every XML file of a folder of the data, in the order of the alphabet. */
static int list_folder(const char *name, enum status (*print)(const char *path))
{
	char folder[1200], path[1500];
	struct dirent **entries;
	int count = scandir(data_folder_path(folder, sizeof(folder), name), &entries, is_xml,
			    alphasort);
	int exit_status = 0;

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (print(path)) {
			exit_status = command_fail();
		}
		free(entries[i]);
	}
	if (count >= 0) {
		free(entries);
	}
	return exit_status;
}

static enum status print_programme(const char *path)
{
	struct programme programme;
	enum status status = programme_load(path, &programme);

	if (!status) {
		printf("%-20s %s\n    %s\n", programme.id, programme.title, path);
		programme_free(&programme);
	}
	return status;
}

static int list_programmes(void)
{
	return list_folder("procedures/programmes", print_programme);
}

static enum status print_limits(const char *path)
{
	struct limit_set *set;
	enum status status = limit_set_load(path, &set);

	if (!status) {
		printf("%s\n    %s\n", limit_set_title(set), path);
		if (limit_set_file(set, 1)) {
			printf("    lies over %s\n", data_folder_relative(limit_set_file(set, 1)));
		}
		limit_set_free(set);
	}
	return status;
}

static int list_limits(void)
{
	printf("Files:\n");
	int exit_status = list_folder("procedures/limits", print_limits);

	printf("\nTests that a row may be for, with the unit of the figure:\n");
	for (size_t i = 0; limit_test_at(i); i++) {
		const struct limit_test *test = limit_test_at(i);
		printf("    %-24s %-10s %s%s\n", test->name, test->unit, test->purpose,
		       test->is_at_load ? "" : " (not at a load)");
	}
	return exit_status;
}

static enum status print_catalogue(const char *path)
{
	struct requirement_set set = {.count = 0};
	enum status status = requirement_set_add(path, &set);

	if (!status) {
		printf("%s\n    %s\n", set.catalogues[0].title, path);
	}
	for (size_t i = 0; !status && i < set.count; i++) {
		const struct requirement *requirement = &set.requirements[i];
		printf("    %-9s %-11s %s%s\n", requirement->id,
		       requirement_method_name(requirement->method), requirement->demands,
		       requirement->is_mandatory ? "" : " (informative)");
	}
	requirement_set_free(&set);
	return status;
}

static int list_requirements(void)
{
	return list_folder("procedures/requirements", print_catalogue);
}

static enum status print_device(const char *path)
{
	struct device_type device;
	enum status status = device_type_load(path, &device);

	if (!status) {
		printf("%s\n    %s\n    models", device.title, path);
		for (int i = 0; i < device.model_count; i++) {
			printf(" %s", device.models[i].name);
		}
		printf("; forms");
		for (int i = 0; i < device.form_count; i++) {
			printf(" %s", device.forms[i].name);
		}
		printf("\n");
	}
	return status;
}

static int list_devices(void)
{
	return list_folder("procedures/devices", print_device);
}

static const struct {
	const char *name;
	int (*print)(void);
} lists[] = {
	{"verbs", list_verbs},	   {"drivers", list_drivers},
	{"forms", list_forms},	   {"programmes", list_programmes},
	{"limits", list_limits},   {"requirements", list_requirements},
	{"devices", list_devices},
};

static int run_list(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (!strcmp(argv[1], lists[i].name)) {
			return lists[i].print();
		}
	}
	status_fail(STATUS_BAD_INPUT, "list needs one of: verbs, drivers, forms, programmes, "
				      "limits, requirements, devices");
	return command_fail();
}

const struct command command_list = {
	.name = "list",
	.usage = "verbs|drivers|forms|programmes|limits|requirements|devices",
	.purpose = "list what there is: verbs, drivers, forms, programmes, limits, requirements, "
		   "devices",
	.help = "Verbs with their parameters, limits with the tests that a row may be for.\n",
	.run = run_list,
};
