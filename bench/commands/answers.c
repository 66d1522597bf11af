/* mcbench answers: the questions of a programme to the operator, as a file of answers to fill in.
 */
#include <stdio.h>
#include <string.h>

#include "bench/command.h"
#include "bench/options.h"
#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "procedures/programme_scope.h"
#include "procedures/verbs/inspection.h"
#include "procedures/verbs/verbs.h"

static struct device_type device;

/* One position without name: nobody is asked yet. */
static enum status print_question(void *visitor, int index, const struct inspection *inspection)
{
	(void)index;
	printf("\n# %s%s\n%s %s not done: not looked at yet\n", inspection->question,
	       inspection->needs_report ? " | report=NUMBER is needed" : "", (const char *)visitor,
	       inspection->identifier);
	return STATUS_OK;
}

static enum status print_step(struct step_context *context, const struct step *step,
			      const char *positions)
{
	char visitor[8];

	context->requirement = step->requirement;
	context->title = step->title;
	snprintf(visitor, sizeof(visitor), "%s", positions);
	if (step->verb == &verb_inspect) {
		return inspect_questions(context, 0, step->arguments, print_question, visitor);
	}
	if (step->verb == &verb_documents) {
		struct inspection inspection;

		documents_question(context, step->arguments, &inspection);
		return print_question(visitor, 0, &inspection);
	}
	return STATUS_OK;
}

static void print_head(const struct programme *programme, const struct step_context *context)
{
	printf("# %s: what the operator has seen of %s, form %s, model %s, module %s\n",
	       programme->title, device.title, context->form->name, context->model,
	       context->module ? context->module->id : "none");
	printf("# A line is \"N ID ANSWER\": N a position or * for all; ANSWER begins with yes:, "
	       "no: "
	       "or not done: and says what was\n"
	       "# seen, and may go on with | by=NAME | at=2026-11-02T14:05:00Z | file=PHOTOGRAPH | "
	       "report=NUMBER. The first line\n"
	       "# that fits counts. Use it as resource=\"SCRIPT::THIS FILE\" of the operator in "
	       "the "
	       "lab file.\n"
	       "name:\n");
}

static enum status print_answers(const struct programme *programme, struct step_context *context)
{
	enum status status = STATUS_OK;

	print_head(programme, context);
	for (size_t i = 0; !status && i < programme->procedure_count; i++) {
		const struct procedure *procedure = &programme->procedures[i];
		size_t count = procedure_applies(procedure, context) ? procedure->step_count : 0;

		for (size_t j = 0; !status && j < count; j++) {
			status = print_step(context, &procedure->steps[j], "*");
		}
	}
	return status;
}

static enum status choose(const struct option_entry *options, struct device_form *form,
			  struct step_context *context)
{
	const char *name = option_value(options, "--form");
	const char *model = option_value(options, "--model");
	const char *module = option_value(options, "--module");

	if (!name) {
		return status_fail(STATUS_BAD_INPUT,
				   "answers needs --form FORM: the questions depend on the meter");
	}
	enum status status = device_type_load(option_value(options, "--device"), &device);

	if (!status) {
		status =
			device_type_choose(&device, name, option_value(options, "--service"), form);
	}
	if (!status && module && strcmp(module, "none") != 0) {
		status = device_type_module(&device, module, &context->module);
	}
	context->device = &device;
	context->form = form;
	context->model = model ? model : device.models[0].name;
	return status ? status : device_type_model(&device, context->model);
}

static int run_answers(int argc, char **argv)
{
	char device_path[1200], programme_path[1200];
	struct option_entry options[] = {
		{.name = "--device",
		 .most = 1,
		 .default_value = data_folder_path(device_path, sizeof(device_path),
						   "procedures/devices/focus_ax.xml")},
		{.name = "--form", .most = 1},
		{.name = "--service", .most = 1},
		{.name = "--model", .most = 1},
		{.name = "--module", .most = 1},
		{.name = NULL},
	};
	const char *words[1] = {data_folder_path(programme_path, sizeof(programme_path),
						 "procedures/programmes/by_hand.xml")};
	int word_count;
	struct device_form form;
	struct step_context context = {.model = ""};
	struct programme programme;

	if (options_parse(argc, argv, options, words, 1, &word_count) ||
	    choose(options, &form, &context) ||
	    programme_load_for(words[0], &device, &form, &programme)) {
		return command_fail();
	}
	int exit_status = print_answers(&programme, &context) ? command_fail() : 0;

	programme_free(&programme);
	return exit_status;
}

const struct command command_answers = {
	.name = "answers",
	.usage = "[PROGRAMME.xml] --form FORM [--service NAME] [--model MODEL] [--module ID] "
		 "[--device FILE]",
	.purpose = "the questions of a programme to the operator, as a file to fill in",
	.help = "Prints every question of the programme (default: by_hand) for this meter with the "
		"answer \"not done\".\n"
		"Filled in, the file is an operator: resource=\"SCRIPT::FILE\" in the lab file "
		"(drivers/OPERATOR.md).\n",
	.run = run_answers,
};
