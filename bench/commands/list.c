/* mcbench list: what there is. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "drivers/instrument.h"
#include "procedures/data_folder.h"
#include "procedures/procedure.h"
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

static int list_programmes(void)
{
	char folder[1200], path[1500];
	struct dirent **entries;
	int count = scandir(data_folder_path(folder, sizeof(folder), "procedures/programmes"),
			    &entries, is_xml, alphasort);
	int exit_status = 0;

	for (int i = 0; i < count; i++) {
		struct programme programme;

		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (programme_load(path, &programme)) {
			exit_status = command_fail();
		} else {
			printf("%-20s %s\n    %s\n", programme.id, programme.title, path);
			programme_free(&programme);
		}
		free(entries[i]);
	}
	if (count >= 0) {
		free(entries);
	}
	return exit_status;
}

static const struct {
	const char *name;
	int (*print)(void);
} lists[] = {
	{"verbs", list_verbs},
	{"drivers", list_drivers},
	{"forms", list_forms},
	{"programmes", list_programmes},
};

static int run_list(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (!strcmp(argv[1], lists[i].name)) {
			return lists[i].print();
		}
	}
	status_fail(STATUS_BAD_INPUT, "list needs one of: verbs, drivers, forms, programmes");
	return command_fail();
}

const struct command command_list = {
	.name = "list",
	.usage = "verbs|drivers|forms|programmes",
	.purpose = "list what there is: verbs with their parameters, drivers, forms, programmes",
	.help = "",
	.run = run_list,
};
