/* mcbench coverage: which steps of a programme serve which requirement, those that none serves
 * first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/options.h"
#include "procedures/coverage.h"
#include "procedures/data_folder.h"

#define EXIT_NOT_EVALUATED 3
#define COLUMNS 110

/* Text in lines of a terminal's width, the later ones indented. */
static void print_wrapped(const char *text, int indent)
{
	int column = indent;

	for (const char *at = text + strspn(text, " "); *at; at += strspn(at, " ")) {
		int length = (int)strcspn(at, " ");
		bool is_first = column == indent;
		if (!is_first && column + 1 + length > COLUMNS) {
			printf("\n%*s", indent, "");
			column = indent;
			is_first = true;
		}
		printf("%s%.*s", is_first ? "" : " ", length, at);
		column += length + !is_first;
		at += length;
	}
	printf("\n");
}

static void print_requirement(const struct coverage *row)
{
	const struct requirement *requirement = row->requirement;

	printf("  %-9s %-10s ", requirement->id, requirement_method_name(requirement->method));
	print_wrapped(requirement->demands, 23);
	printf("%23s%s, %s (%s)\n", "", requirement->document, requirement->clause,
	       provenance_name(requirement->provenance));
	if (requirement->only_with[0]) {
		printf("%23sonly of a meter with %s\n", "", requirement->only_with);
	}
	if (requirement->only_without[0]) {
		printf("%23sonly of a meter without %s\n", "", requirement->only_without);
	}
	if (requirement->shown_by[0]) {
		printf("%23sshown by %s\n", "", requirement->shown_by);
	}
	if (row->open_reason) {
		printf("%23sopen: ", "");
		print_wrapped(row->open_reason, 29);
	}
	if (!row->is_covered && row->steps) {
		printf("%23sserved by informative steps only\n", "");
	}
}

static size_t count_of(const struct procedure *procedure, const struct step_verb *verb,
		       const char *id)
{
	size_t count = 0;

	for (size_t i = 0; i < procedure->step_count; i++) {
		const struct step *step = &procedure->steps[i];
		count += step->verb == verb && step_serves(step, id);
	}
	return count;
}

static void print_steps(const struct programme *programme, const char *id)
{
	for (size_t i = 0; i < programme->procedure_count; i++) {
		const struct procedure *procedure = &programme->procedures[i];
		for (size_t j = 0; step_verb_at(j); j++) {
			size_t count = count_of(procedure, step_verb_at(j), id);
			if (count) {
				printf("%23s%s: %s, %zu step%s\n", "", procedure->id,
				       step_verb_at(j)->name, count, count > 1 ? "s" : "");
			}
		}
	}
}

struct group {
	const char *title;
	bool is_covered, is_mandatory;
};

static size_t print_group(const struct programme *programme, const struct coverage *rows,
			  const struct group *group)
{
	size_t count = 0;

	for (size_t i = 0; i < programme->requirements.count; i++) {
		const struct coverage *row = &rows[i];
		if (row->is_covered != group->is_covered ||
		    row->requirement->is_mandatory != group->is_mandatory) {
			continue;
		}
		if (!count++) {
			printf("\n%s\n", group->title);
		}
		print_requirement(row);
		print_steps(programme, row->requirement->id);
	}
	return count;
}

static int print_coverage(const struct programme *programme, const struct coverage *rows)
{
	static const struct group groups[] = {
		{"NOT COVERED, mandatory", false, true},
		{"not covered, informative", false, false},
		{"covered, mandatory", true, true},
		{"covered, informative", true, false},
	};
	size_t counts[4];

	printf("%s: %s\n", programme->id, programme->title);
	for (int i = 0; i < programme->requirements.catalogue_count; i++) {
		printf("    %s: %s\n", programme->requirements.catalogues[i].file,
		       programme->requirements.catalogues[i].title);
	}
	for (size_t i = 0; i < 4; i++) {
		counts[i] = print_group(programme, rows, &groups[i]);
	}
	printf("\nmandatory: %zu of %zu covered; informative: %zu of %zu\n", counts[2],
	       counts[0] + counts[2], counts[3], counts[1] + counts[3]);
	return counts[0] ? EXIT_NOT_EVALUATED : 0;
}

/* With the meter's voltages and elements when a form is given. */
static enum status load_for_meter(const char *path, const struct option_entry *options,
				  struct programme *programme)
{
	static struct device_type device;
	struct device_form form;
	const char *name = option_value(options, "--form");

	if (!name) {
		return programme_load(path, programme);
	}
	enum status status = device_type_load(option_value(options, "--device"), &device);
	if (!status) {
		status = device_type_choose(&device, name, option_value(options, "--service"),
					    &form);
	}
	return status ? status : programme_load_for(path, &device, &form, programme);
}

static int run_coverage(int argc, char **argv)
{
	char device_path[1200];
	struct option_entry options[] = {
		{.name = "--device",
		 .most = 1,
		 .default_value = data_folder_path(device_path, sizeof(device_path),
						   "procedures/devices/focus_ax.xml")},
		{.name = "--form", .most = 1},
		{.name = "--service", .most = 1},
		{.name = NULL},
	};
	const char *words[1];
	int word_count;
	struct programme programme;
	struct coverage *rows;

	if (options_parse(argc, argv, options, words, 1, &word_count)) {
		return command_fail();
	}
	if (!word_count) {
		status_fail(STATUS_BAD_INPUT, "coverage needs a programme file");
		return command_fail();
	}
	if (load_for_meter(words[0], options, &programme)) {
		return command_fail();
	}
	int exit_status =
		coverage_of(&programme, &rows) ? command_fail() : print_coverage(&programme, rows);
	free(rows);
	programme_free(&programme);
	return exit_status;
}

const struct command command_coverage = {
	.name = "coverage",
	.usage = "PROGRAMME.xml [--form FORM [--service NAME] [--device FILE]]",
	.purpose = "which steps of a programme serve which requirement of its catalogues",
	.help = "Prints the requirements that no step serves first. A summary is covered when "
		"everything that it is\n"
		"shown by is. With a form, steps are counted as they are for this meter. Exit "
		"status 3 when a\n"
		"mandatory requirement is not covered.\n",
	.run = run_coverage,
};
