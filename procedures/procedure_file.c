/*
 * Procedure files into memory: sweeps are unrolled, `$name` is replaced, every parameter is checked
 * against its verb. All that is wrong is said with file and line before anything is switched on.
 */
#include "procedures/procedure_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/xml_document.h"

#define STEPS_MAXIMUM 5000
#define SWEEP_DEPTH 6
#define SWEEP_TEXT 2000

/* The innermost value first; the outermost ones are those of the meter, at depth 0. */
struct sweep_value {
	const char *name;
	char value[STEP_TEXT];
	const struct sweep_value *outer;
	int depth;
};

struct loader {
	struct procedure *procedure;
	const struct requirement_set *requirements; /* NULL: ids are not looked up */
	const xmlNode *root;
	size_t capacity;
	enum step_section section;
};

static void append_word(char *list, size_t size, const char *word)
{
	size_t length = strlen(list);

	snprintf(list + length, size - length, "%s%s", length ? ", " : "", word);
}

static const struct sweep_value *sweep_find(const struct sweep_value *values, const char *name,
					    size_t length)
{
	for (; values; values = values->outer) {
		if (strlen(values->name) == length && !strncmp(values->name, name, length)) {
			return values;
		}
	}
	return NULL;
}

static enum status fail_unknown_name(const xmlNode *element, const char *name, size_t length,
				     const struct sweep_value *values)
{
	char list[200] = "";

	for (; values && values->depth; values = values->outer) {
		append_word(list, sizeof(list), values->name);
	}
	return xml_fail(element, "no sweep gives a value to $%.*s (%s%s)",
			(int)(length > 31 ? 31 : length), name,
			*list ? "here there are: " : "this step is in no sweep", list);
}

/* Copies an attribute's text with every $name replaced. */
static enum status substitute(const xmlNode *element, const char *name, const char *from,
			      const struct sweep_value *values, char *to, size_t size)
{
	size_t used = 0;

	while (*from) {
		const char *piece = from;
		size_t length = strcspn(from, "$");
		size_t consumed = length;
		if (!length) {
			size_t letters = strspn(from + 1, "abcdefghijklmnopqrstuvwxyz_");
			const struct sweep_value *value = sweep_find(values, from + 1, letters);
			if (!value) {
				return fail_unknown_name(element, from + 1, letters, values);
			}
			piece = value->value;
			length = strlen(piece);
			consumed = letters + 1;
		}
		if (used + length >= size) {
			return xml_fail(element, "%s is longer than %zu letters", name, size - 1);
		}
		memcpy(to + used, piece, length);
		used += length;
		from += consumed;
	}
	to[used] = '\0';
	return STATUS_OK;
}

static enum status check_range(const xmlNode *element, const struct step_parameter *parameter,
			       const struct step_argument *argument)
{
	if (argument->number >= parameter->minimum && argument->number <= parameter->maximum) {
		return STATUS_OK;
	}
	const char *unit = parameter->unit ? parameter->unit : "";
	return xml_fail(element, "%s=\"%s\" is outside %g %s to %g %s", parameter->name,
			argument->text, parameter->minimum, unit, parameter->maximum, unit);
}

static enum status parse_integer(const char *text, double *number)
{
	if (!*text || strlen(text) > 9 || strspn(text, "0123456789") != strlen(text)) {
		return status_fail(STATUS_BAD_INPUT, "a whole number is needed");
	}
	*number = (double)strtol(text, NULL, 10);
	return STATUS_OK;
}

/* Reads argument->text as what the parameter has to be. */
static enum status parse_argument(const xmlNode *element, const struct step_parameter *parameter,
				  struct step_argument *argument)
{
	enum status status = STATUS_OK;

	switch (parameter->kind) {
	case PARAMETER_QUANTITY:
		status = quantity_parse(argument->text, parameter->unit, &argument->number);
		break;
	case PARAMETER_INTEGER:
		status = parse_integer(argument->text, &argument->number);
		break;
	case PARAMETER_POWER_FACTOR:
		status = power_factor_parse(argument->text, &argument->number, &argument->side);
		break;
	case PARAMETER_TEXT:
	case PARAMETER_REQUIREMENT:
		break;
	}
	if (status) {
		return xml_fail(element, "%s=\"%s\": %s", parameter->name, argument->text,
				status_reason());
	}
	bool has_range =
		parameter->kind == PARAMETER_QUANTITY || parameter->kind == PARAMETER_INTEGER;
	return has_range ? check_range(element, parameter, argument) : STATUS_OK;
}

static enum status read_argument(const xmlNode *element, const struct step_verb *verb,
				 const struct step_parameter *parameter,
				 const struct sweep_value *values, struct step_argument *argument)
{
	const char *text = xml_attribute(element, parameter->name);

	if (!text) {
		text = parameter->default_text;
	}
	if (!text) {
		return xml_fail(element, "verb %s needs %s=\"...\": %s", verb->name,
				parameter->name, parameter->purpose);
	}
	enum status status = substitute(element, parameter->name, text, values, argument->text,
					sizeof(argument->text));
	return status ? status : parse_argument(element, parameter, argument);
}

static bool is_parameter(const struct step_verb *verb, const char *name)
{
	for (const struct step_parameter *parameter = verb->parameters; parameter->name;
	     parameter++) {
		if (!strcmp(parameter->name, name)) {
			return true;
		}
	}
	return false;
}

static bool is_common_attribute(const char *name)
{
	return !strcmp(name, "verb") || !strcmp(name, "requirement") ||
	       !strcmp(name, "informative") || !strcmp(name, "title");
}

static enum status refuse_unknown_attributes(const xmlNode *element, const struct step_verb *verb)
{
	char list[256] = "";

	for (const struct step_parameter *parameter = verb->parameters; parameter->name;
	     parameter++) {
		append_word(list, sizeof(list), parameter->name);
	}
	for (const xmlAttr *attribute = element->properties; attribute;
	     attribute = attribute->next) {
		const char *name = (const char *)attribute->name;
		if (!is_common_attribute(name) && !is_parameter(verb, name)) {
			return xml_fail(element, "verb %s has no parameter %.40s; %s%s", verb->name,
					name, *list ? "it has " : "it has none", list);
		}
	}
	return STATUS_OK;
}

static enum status find_verb(const xmlNode *element, const struct step_verb **verb)
{
	const char *name = xml_attribute(element, "verb");
	char list[512] = "";

	*verb = step_verb_find(name);
	if (*verb) {
		return STATUS_OK;
	}
	for (size_t i = 0; step_verb_at(i); i++) {
		append_word(list, sizeof(list), step_verb_at(i)->name);
	}
	return xml_fail(element, "there is no verb %.40s; there are %s", name, list);
}

static enum status look_up_requirement(const struct loader *loader, const xmlNode *element,
				       const char *id, const struct requirement **requirement)
{
	*requirement = requirement_find(loader->requirements, id);
	if (!*requirement) {
		return xml_fail(element,
				"requirement %s is in no catalogue that the programme names", id);
	}
	if ((*requirement)->shown_by[0]) {
		return xml_fail(element, "requirement %s is a summary of %s; name one of these", id,
				(*requirement)->shown_by);
	}
	return STATUS_OK;
}

/* A step may only serve what stands in a catalogue; what is informative there is so here. */
static enum status read_requirement(const struct loader *loader, const xmlNode *element,
				    struct step *step)
{
	const char *id = xml_attribute(element, "requirement");
	const char *informative = xml_attribute(element, "informative");
	const struct requirement *requirement;

	step->is_informative = informative && !strcmp(informative, "yes");
	if (!id) {
		return STATUS_OK;
	}
	snprintf(step->requirement, sizeof(step->requirement), "%s", id);
	if (!loader->requirements) {
		return STATUS_OK;
	}
	enum status status = look_up_requirement(loader, element, id, &requirement);
	if (!status) {
		snprintf(step->requirement_text, sizeof(step->requirement_text), "%s",
			 requirement->demands);
		step->is_informative |= !requirement->is_mandatory;
	}
	return status;
}

/* A zeroed step at the end of the list. */
static enum status new_step(struct loader *loader, const xmlNode *element, struct step **step)
{
	struct procedure *procedure = loader->procedure;

	if (procedure->step_count >= STEPS_MAXIMUM) {
		return xml_fail(element, "the sweeps of this file make more than %d steps",
				STEPS_MAXIMUM);
	}
	if (procedure->step_count == loader->capacity) {
		size_t capacity = loader->capacity ? 2 * loader->capacity : 32;
		struct step *steps = realloc(procedure->steps, capacity * sizeof(*steps));
		if (!steps) {
			return status_fail(STATUS_IO, "%s: no memory for its steps",
					   procedure->file);
		}
		procedure->steps = steps;
		loader->capacity = capacity;
	}
	*step = &procedure->steps[procedure->step_count++];
	memset(*step, 0, sizeof(**step));
	return STATUS_OK;
}

/* A verb with several results names further requirements by parameters of its own. */
static enum status check_further_requirement(const struct loader *loader, const xmlNode *element,
					     const struct step_parameter *parameter,
					     const struct step_argument *argument)
{
	const struct requirement *requirement;
	bool is_one = parameter->kind == PARAMETER_REQUIREMENT && *argument->text;

	return is_one && loader->requirements
		       ? look_up_requirement(loader, element, argument->text, &requirement)
		       : STATUS_OK;
}

/* Nobody reprograms a meter by a step that stands there by mistake. */
static enum status check_programming(const struct loader *loader, const xmlNode *element,
				     const struct step_verb *verb)
{
	const char *declared = xml_attribute(loader->root, "programming");

	if (!verb->is_programming || (declared && !strcmp(declared, "yes"))) {
		return STATUS_OK;
	}
	return xml_fail(element,
			"verb %s alters what is programmed in the meter; a procedure that means "
			"it has programming=\"yes\"",
			verb->name);
}

static enum status read_step(struct loader *loader, const xmlNode *element,
			     const struct sweep_value *values)
{
	struct step *step = NULL;
	enum status status = new_step(loader, element, &step);

	if (status) {
		return status;
	}
	step->section = loader->section;
	snprintf(step->where, sizeof(step->where), "%.150s line %ld", loader->procedure->file,
		 xmlGetLineNo(element));
	status = find_verb(element, &step->verb);
	if (!status) {
		status = check_programming(loader, element, step->verb);
	}
	if (!status) {
		status = refuse_unknown_attributes(element, step->verb);
	}
	if (!status) {
		status = read_requirement(loader, element, step);
	}
	if (!status) {
		status = substitute(element, "title", xml_attribute(element, "title"), values,
				    step->title, sizeof(step->title));
	}
	for (size_t i = 0; !status && step->verb->parameters[i].name; i++) {
		status = read_argument(element, step->verb, &step->verb->parameters[i], values,
				       &step->arguments[i]);
		if (!status) {
			status = check_further_requirement(
				loader, element, &step->verb->parameters[i], &step->arguments[i]);
		}
	}
	return status;
}

static enum status read_steps(struct loader *loader, const xmlNode *parent,
			      const struct sweep_value *values);

static enum status read_sweep(struct loader *loader, const xmlNode *element,
			      const struct sweep_value *outer)
{
	char list[SWEEP_TEXT];
	struct sweep_value value = {
		.name = xml_attribute(element, "name"), .outer = outer, .depth = outer->depth + 1};
	const char *at = list;
	enum status status = substitute(element, "values", xml_attribute(element, "values"), outer,
					list, sizeof(list));
	int count = 0;

	if (status) {
		return status;
	}
	if (sweep_find(outer, value.name, strlen(value.name))) {
		return xml_fail(element, "an outer sweep already gives values to $%s", value.name);
	}
	if (value.depth > SWEEP_DEPTH) {
		return xml_fail(element, "sweeps are nested more than %d deep", SWEEP_DEPTH);
	}
	for (at += strspn(at, " \t\r\n"); !status && *at; at += strspn(at, " \t\r\n")) {
		size_t length = strcspn(at, " \t\r\n");
		if (length >= sizeof(value.value)) {
			return xml_fail(element, "a value of $%s is longer than %d letters",
					value.name, STEP_TEXT - 1);
		}
		memcpy(value.value, at, length);
		value.value[length] = '\0';
		status = read_steps(loader, element, &value);
		at += length;
		count++;
	}
	return count ? status : xml_fail(element, "sweep $%s has no values", value.name);
}

static enum status read_steps(struct loader *loader, const xmlNode *parent,
			      const struct sweep_value *values)
{
	enum status status = STATUS_OK;

	for (xmlNode *element = xml_child(parent, NULL); !status && element;
	     element = xml_next(element, NULL)) {
		status = strcmp((const char *)element->name, "sweep")
				 ? read_step(loader, element, values)
				 : read_sweep(loader, element, values);
	}
	return status;
}

static enum status check_teardown(const struct loader *loader)
{
	for (size_t i = 0; i < loader->procedure->step_count; i++) {
		const struct step *step = &loader->procedure->steps[i];
		if (step->section == SECTION_TEARDOWN && !strcmp(step->verb->name, "off")) {
			return STATUS_OK;
		}
	}
	return xml_fail(xml_child(loader->root, "teardown"),
			"the teardown needs a step with verb=\"off\"");
}

/* The values of the meter as the outermost ones, then section by section. */
static enum status read_sections(struct loader *loader, const struct meter_values *meter)
{
	static const char *const sections[] = {"setup", "body", "teardown"};
	struct sweep_value values[METER_VALUES];
	enum status status = STATUS_OK;

	for (int i = 0; i < METER_VALUES; i++) {
		values[i] = (struct sweep_value){.name = meter->values[i].name,
						 .outer = i ? &values[i - 1] : NULL};
		snprintf(values[i].value, sizeof(values[i].value), "%s", meter->values[i].text);
	}
	for (int i = SECTION_SETUP; !status && i <= SECTION_TEARDOWN; i++) {
		const xmlNode *section = xml_child(loader->root, sections[i]);
		loader->section = (enum step_section)i;
		if (section) {
			status = read_steps(loader, section, &values[METER_VALUES - 1]);
		}
	}
	return status ? status : check_teardown(loader);
}

static void read_head(const xmlNode *root, struct procedure *procedure)
{
	const char *needs = xml_attribute(root, "needs");

	procedure->line = xmlGetLineNo(root);
	snprintf(procedure->needs, sizeof(procedure->needs), "%s", needs ? needs : "");
	snprintf(procedure->id, sizeof(procedure->id), "%s", xml_attribute(root, "id"));
	snprintf(procedure->title, sizeof(procedure->title), "%s", xml_attribute(root, "title"));
	snprintf(procedure->document, sizeof(procedure->document), "%s",
		 xml_attribute(root, "document"));
	snprintf(procedure->clause, sizeof(procedure->clause), "%s", xml_attribute(root, "clause"));
}

enum status procedure_load(const char *path, const struct requirement_set *requirements,
			   const struct meter_values *values, struct procedure *procedure)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "procedures/procedure.xsd", &document);

	if (status) {
		return status;
	}
	struct loader loader = {.procedure = procedure,
				.requirements = requirements,
				.root = xmlDocGetRootElement(document)};
	snprintf(procedure->file, sizeof(procedure->file), "%.127s", data_folder_relative(path));
	status = file_hash(path, procedure->hash);
	if (!status) {
		read_head(loader.root, procedure);
		status = read_sections(&loader, values);
	}
	xmlFreeDoc(document);
	return status;
}
