/*
 * inspect: what a person looks at. The step's title is the question; with `of` it is asked of what
 * the device file lists under that word, item by item, or completed by what the bench knows of the
 * meter.
 */
#include "procedures/verbs/inspection.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

#include "procedures/word_list.h"

enum { OF, NAMES };

/* ---- what completes the question ---- */

static const char *model_of(const struct step_context *context, int index)
{
	const struct verb_memory *memory = context->memory;

	return memory && memory->is_identified[index] ? memory->identities[index].model
						      : context->model;
}

static void firmware_of(const struct step_context *context, int index, char *text, size_t size)
{
	const struct verb_memory *memory = context->memory;

	if (!memory || !memory->is_identified[index]) {
		snprintf(text, size, "not read");
		return;
	}
	snprintf(text, size, "%d.%02d", memory->identities[index].firmware_version,
		 memory->identities[index].firmware_revision);
}

static void about_model(const struct step_context *context, int index,
			struct inspection *inspection, size_t used)
{
	snprintf(inspection->question + used, sizeof(inspection->question) - used, ": model %s",
		 model_of(context, index));
}

static void about_module(const struct step_context *context, int index,
			 struct inspection *inspection, size_t used)
{
	const struct device_module *module = context->module;

	(void)index;
	if (!module) {
		snprintf(inspection->question + used, sizeof(inspection->question) - used,
			 ": no module");
		return;
	}
	snprintf(inspection->question + used, sizeof(inspection->question) - used,
		 ": %s (%s), label \"%s\"%s%s%s", module->name, module->id, module->label,
		 *module->forbidden_on_label ? ", without the word \"" : "",
		 module->forbidden_on_label, *module->forbidden_on_label ? "\"" : "");
}

static void about_combination(const struct step_context *context, int index,
			      struct inspection *inspection, size_t used)
{
	char firmware[24];
	const char *model = model_of(context, index);

	firmware_of(context, index, firmware, sizeof(firmware));
	snprintf(inspection->question + used, sizeof(inspection->question) - used,
		 ": model %s, form %s, module %s, firmware %s", model, context->form->wiring->name,
		 context->module ? context->module->id : "none", firmware);
	if (device_type_covers(context->device, context->form, model, context->module,
			       inspection->objection, sizeof(inspection->objection))) {
		inspection->objection[0] = '\0';
	}
}

static const struct topic {
	const char *word;
	void (*complete)(const struct step_context *context, int index,
			 struct inspection *inspection, size_t used);
} topics[] = {
	{"model", about_model},
	{"module", about_module},
	{"combination", about_combination},
};

static const struct topic *find_topic(const char *word)
{
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		if (!strcmp(topics[i].word, word)) {
			return &topics[i];
		}
	}
	return NULL;
}

/* ---- items of the device file ---- */

static bool is_asked_of(const struct device_item *item, const char *kind, const char *names)
{
	return !strcmp(item->kind, kind) && (!*names || word_list_has(names, item->name));
}

static enum status check_items(const struct device_type *device, const char *kind,
			       const char *names)
{
	const char *at = names;
	char name[STEP_TEXT], list[300] = "model, module, combination";
	bool has_kind = false;

	for (int i = 0; i < device->item_count; i++) {
		const char *other = device->items[i].kind;

		has_kind |= !strcmp(other, kind);
		if (!strstr(list, other)) {
			word_list_append(list, sizeof(list), other);
		}
	}
	if (!has_kind) {
		return status_fail(STATUS_BAD_INPUT,
				   "of=\"%s\": device file %s has no such items; there are %s",
				   kind, device->id, list);
	}
	while (word_list_next(&at, name, sizeof(name))) {
		bool is_there = false;

		for (int i = 0; i < device->item_count; i++) {
			is_there |= is_asked_of(&device->items[i], kind, name);
		}
		if (!is_there) {
			return status_fail(STATUS_BAD_INPUT,
					   "names=\"%s\": device file %s has no %s \"%s\"", names,
					   device->id, kind, name);
		}
	}
	return STATUS_OK;
}

static enum status inspect_check(const struct step_context *context,
				 const struct step_argument *arguments)
{
	const char *of = arguments[OF].text;

	if (!*context->requirement) {
		return status_fail(STATUS_BAD_INPUT, "an inspection needs requirement=\"...\"");
	}
	if (!*of || find_topic(of)) {
		return *arguments[NAMES].text
			       ? status_fail(STATUS_BAD_INPUT,
					     "names=\"...\" needs of=\"KIND\" of an item")
			       : STATUS_OK;
	}
	return check_items(context->device, of, arguments[NAMES].text);
}

/* ---- the questions ---- */

static void begin(const struct step_context *context, struct inspection *inspection)
{
	*inspection = (struct inspection){.test = "inspection"};
	snprintf(inspection->identifier, sizeof(inspection->identifier), "%s",
		 context->requirement);
	snprintf(inspection->question, sizeof(inspection->question), "%s", context->title);
}

struct questions {
	struct step_context *context;
	int index;
	inspection_visit *visit;
	void *visitor;
};

static enum status visit(const struct questions *questions, const struct inspection *inspection)
{
	return questions->visit(questions->visitor, questions->index, inspection);
}

static enum status visit_items(const struct questions *questions, const char *kind,
			       const char *names)
{
	const struct step_context *context = questions->context;
	const char *model = model_of(context, questions->index);
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < context->device->item_count; i++) {
		const struct device_item *item = &context->device->items[i];
		struct inspection inspection;

		if (!is_asked_of(item, kind, names) ||
		    (*item->models && !word_list_has(item->models, model))) {
			continue;
		}
		begin(context, &inspection);
		snprintf(inspection.identifier, sizeof(inspection.identifier), "%s.%s",
			 context->requirement, item->name);
		size_t used = strlen(inspection.question);
		snprintf(inspection.question + used, sizeof(inspection.question) - used, ": %s",
			 item->text);
		status = visit(questions, &inspection);
	}
	return status;
}

static enum status visit_one(const struct questions *questions, const char *of)
{
	const struct topic *topic = find_topic(of);
	struct inspection inspection;

	begin(questions->context, &inspection);
	if (topic) {
		topic->complete(questions->context, questions->index, &inspection,
				strlen(inspection.question));
	}
	return visit(questions, &inspection);
}

enum status inspect_questions(struct step_context *context, int index,
			      const struct step_argument *arguments, inspection_visit *visit_each,
			      void *visitor)
{
	const struct questions questions = {context, index, visit_each, visitor};
	const char *of = arguments[OF].text;

	return *of && !find_topic(of) ? visit_items(&questions, of, arguments[NAMES].text)
				      : visit_one(&questions, of);
}

/* ---- asking ---- */

static enum status ask_and_record(void *visitor, int index, const struct inspection *inspection)
{
	struct step_context *context = visitor;
	struct inspection_answer answer;
	enum status status = inspection_ask(context, index, inspection, &answer);

	return status ? status : inspection_record(context, index, inspection, &answer);
}

static enum status inspect_run(struct step_context *context, const struct step_argument *arguments)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = inspect_questions(context, i, arguments, ask_and_record, context);
	}
	return status;
}

const struct step_verb verb_inspect = {
	.name = "inspect",
	.purpose = "asks the operator what was seen; the step's title is the question",
	.parameters =
		{
			{"of", PARAMETER_TEXT, NULL, 0, 0, "",
			 "model, module, combination, or the items of a kind in the device file"},
			{"names", PARAMETER_TEXT, NULL, 0, 0, "",
			 "of these items only those; empty: all"},
		},
	.check = inspect_check,
	.run = inspect_run,
};
