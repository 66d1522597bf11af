/*
 * Programme and procedure files into memory: sweeps are unrolled, `$name` is replaced, every
 * parameter is checked against its verb. All that is wrong is said with file and line before
 * anything is switched on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "procedures/xml_document.h"

#define STEPS_MAXIMUM 5000
#define SWEEP_DEPTH 6

/* The innermost value first. */
struct sweep_value {
	const char *name;
	char value[STEP_TEXT];
	const struct sweep_value *outer;
	int depth;
};

struct loader {
	struct procedure *procedure;
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

	for (; values; values = values->outer) {
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
	char list[256] = "";

	*verb = step_verb_find(name);
	if (*verb) {
		return STATUS_OK;
	}
	for (size_t i = 0; step_verb_at(i); i++) {
		append_word(list, sizeof(list), step_verb_at(i)->name);
	}
	return xml_fail(element, "there is no verb %.40s; there are %s", name, list);
}

/* A step may only serve what the procedure file itself has put into words. */
static enum status read_requirement(const struct loader *loader, const xmlNode *element,
				    struct step *step)
{
	const char *id = xml_attribute(element, "requirement");
	const char *informative = xml_attribute(element, "informative");

	step->is_informative = informative && !strcmp(informative, "yes");
	if (!id) {
		return STATUS_OK;
	}
	const xmlNode *requirement = xml_child(loader->root, "requirement");
	while (requirement && strcmp(xml_attribute(requirement, "id"), id)) {
		requirement = xml_next(requirement, "requirement");
	}
	if (!requirement) {
		return xml_fail(
			element,
			"requirement %s is not among the <requirement> elements of this file", id);
	}
	snprintf(step->requirement, sizeof(step->requirement), "%s", id);
	snprintf(step->requirement_text, sizeof(step->requirement_text), "%s",
		 xml_attribute(requirement, "text"));
	return STATUS_OK;
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
	}
	return status;
}

static enum status read_steps(struct loader *loader, const xmlNode *parent,
			      const struct sweep_value *values);

static enum status read_sweep(struct loader *loader, const xmlNode *element,
			      const struct sweep_value *outer)
{
	struct sweep_value value = {.name = xml_attribute(element, "name"),
				    .outer = outer,
				    .depth = outer ? outer->depth + 1 : 1};
	const char *at = xml_attribute(element, "values");
	enum status status = STATUS_OK;
	int count = 0;

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

static enum status read_procedure(const xmlNode *root, struct procedure *procedure)
{
	static const char *const sections[] = {"setup", "body", "teardown"};
	struct loader loader = {.procedure = procedure, .root = root};
	enum status status = STATUS_OK;

	snprintf(procedure->id, sizeof(procedure->id), "%s", xml_attribute(root, "id"));
	snprintf(procedure->title, sizeof(procedure->title), "%s", xml_attribute(root, "title"));
	snprintf(procedure->document, sizeof(procedure->document), "%s",
		 xml_attribute(root, "document"));
	snprintf(procedure->clause, sizeof(procedure->clause), "%s", xml_attribute(root, "clause"));
	for (int i = SECTION_SETUP; !status && i <= SECTION_TEARDOWN; i++) {
		const xmlNode *section = xml_child(root, sections[i]);
		loader.section = (enum step_section)i;
		if (section) {
			status = read_steps(&loader, section, NULL);
		}
	}
	return status ? status : check_teardown(&loader);
}

/* Beside the programme's folder first (a user's own files), then in the data folder. */
static void find_file(const char *programme_path, const char *name, char *path, size_t size)
{
	char relative[160];
	const char *slash = strrchr(programme_path, '/');
	FILE *stream = NULL;

	if (slash && (size_t)(slash - programme_path) + strlen(name) + 2 < size) {
		snprintf(path, size, "%.*s/%s", (int)(slash - programme_path), programme_path,
			 name);
		stream = fopen(path, "rb");
	}
	if (stream) {
		fclose(stream);
		return;
	}
	snprintf(relative, sizeof(relative), "procedures/%.140s", name);
	data_folder_path(path, size, relative);
}

static enum status load_procedure(const char *path, struct procedure *procedure)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "procedures/procedure.xsd", &document);

	if (status) {
		return status;
	}
	snprintf(procedure->file, sizeof(procedure->file), "%.127s", data_folder_relative(path));
	status = file_hash(path, procedure->hash);
	if (!status) {
		status = read_procedure(xmlDocGetRootElement(document), procedure);
	}
	xmlFreeDoc(document);
	return status;
}

static enum status load_procedures(const char *path, const xmlNode *root,
				   struct programme *programme)
{
	size_t count = 0;
	enum status status = STATUS_OK;

	for (xmlNode *element = xml_child(root, "procedure"); element;
	     element = xml_next(element, "procedure")) {
		count++;
	}
	programme->procedures = calloc(count, sizeof(*programme->procedures));
	if (!programme->procedures) {
		return status_fail(STATUS_IO, "%s: no memory for its procedures", path);
	}
	for (xmlNode *element = xml_child(root, "procedure"); !status && element;
	     element = xml_next(element, "procedure")) {
		char file[1200];
		find_file(path, xml_attribute(element, "file"), file, sizeof(file));
		status = load_procedure(file, &programme->procedures[programme->procedure_count++]);
		if (status) {
			status_prefix(status,
				      "programme %.100s line %ld: ", data_folder_relative(path),
				      xmlGetLineNo(element));
		}
	}
	return status;
}

static enum status read_programme(const char *path, const xmlNode *root,
				  struct programme *programme)
{
	char limits[1200];

	snprintf(programme->id, sizeof(programme->id), "%s", xml_attribute(root, "id"));
	snprintf(programme->title, sizeof(programme->title), "%s", xml_attribute(root, "title"));
	snprintf(programme->file, sizeof(programme->file), "%.127s", data_folder_relative(path));
	find_file(path, xml_attribute(root, "limits"), limits, sizeof(limits));
	if (strlen(limits) >= sizeof(programme->limits_file)) {
		return xml_fail(root, "the path of the limits file is longer than %zu letters",
				sizeof(programme->limits_file) - 1);
	}
	memcpy(programme->limits_file, limits, strlen(limits) + 1);
	enum status status = file_hash(path, programme->hash);
	return status ? status : load_procedures(path, root, programme);
}

enum status programme_load(const char *path, struct programme *programme)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "procedures/programme.xsd", &document);

	*programme = (struct programme){.procedure_count = 0};
	if (status) {
		return status;
	}
	status = read_programme(path, xmlDocGetRootElement(document), programme);
	xmlFreeDoc(document);
	if (status) {
		programme_free(programme);
	}
	return status;
}

void programme_free(struct programme *programme)
{
	for (size_t i = 0; i < programme->procedure_count; i++) {
		free(programme->procedures[i].steps);
	}
	free(programme->procedures);
	*programme = (struct programme){.procedure_count = 0};
}

enum status procedure_check_file(const char *path)
{
	struct programme alone = {.procedure_count = 1};

	alone.procedures = calloc(1, sizeof(*alone.procedures));
	if (!alone.procedures) {
		return status_fail(STATUS_IO, "%s: no memory", path);
	}
	enum status status = load_procedure(path, alone.procedures);
	programme_free(&alone);
	return status;
}
