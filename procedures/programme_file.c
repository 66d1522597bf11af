/*
 * Programme files into memory, with the catalogues and procedures that they name. A programme over
 * a whole catalogue says itself which requirements it leaves open; the loader holds it to that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/coverage.h"
#include "procedures/data_folder.h"
#include "procedures/procedure_file.h"
#include "procedures/xml_document.h"

#define SECONDS_PER_DAY 86400.0

static size_t count_children(const xmlNode *root, const char *name)
{
	size_t count = 0;

	for (xmlNode *element = xml_child(root, name); element; element = xml_next(element, name)) {
		count++;
	}
	return count;
}

static enum status at_line(enum status status, const char *path, const xmlNode *element)
{
	return status ? status_prefix(status,
				      "programme %.100s line %ld: ", data_folder_relative(path),
				      xmlGetLineNo(element))
		      : STATUS_OK;
}

static enum status load_catalogues(const char *path, const xmlNode *root,
				   struct programme *programme)
{
	enum status status = STATUS_OK;

	for (xmlNode *element = xml_child(root, "catalogue"); !status && element;
	     element = xml_next(element, "catalogue")) {
		char file[1200];
		data_folder_find(path, xml_attribute(element, "file"), file, sizeof(file));
		status =
			at_line(requirement_set_add(file, &programme->requirements), path, element);
	}
	return status ? status : requirement_set_complete(&programme->requirements);
}

static enum status load_procedures(const char *path, const xmlNode *root,
				   const struct meter_values *values, struct programme *programme)
{
	enum status status = STATUS_OK;

	programme->procedures =
		calloc(count_children(root, "procedure") + 1, sizeof(*programme->procedures));
	if (!programme->procedures) {
		return status_fail(STATUS_IO, "%s: no memory for its procedures", path);
	}
	for (xmlNode *element = xml_child(root, "procedure"); !status && element;
	     element = xml_next(element, "procedure")) {
		struct procedure *procedure = &programme->procedures[programme->procedure_count++];
		const char *only_with = xml_attribute(element, "only_with");
		const char *only_without = xml_attribute(element, "only_without");
		char file[1200];
		data_folder_find(path, xml_attribute(element, "file"), file, sizeof(file));
		snprintf(procedure->only_with, sizeof(procedure->only_with), "%s",
			 only_with ? only_with : "");
		snprintf(procedure->only_without, sizeof(procedure->only_without), "%s",
			 only_without ? only_without : "");
		status = at_line(procedure_load(file, &programme->requirements, values, procedure),
				 path, element);
	}
	return status;
}

/* The check of the bench stands behind the procedures; its place is when the programme runs. */
static enum status load_check(const char *path, const xmlNode *root,
			      const struct meter_values *values, struct programme *programme)
{
	const xmlNode *element = xml_child(root, "check_standard");
	const char *every = element ? xml_attribute(element, "every") : NULL;
	char file[1200];
	double days = 0;

	if (!element) {
		return STATUS_OK;
	}
	if (every && quantity_parse(every, "d", &days)) {
		return xml_fail(element, "every: %s", status_reason());
	}
	programme->check_every_seconds = days * SECONDS_PER_DAY;
	struct procedure *check = &programme->procedures[programme->procedure_count++];
	check->is_check = true;
	data_folder_find(path, xml_attribute(element, "file"), file, sizeof(file));
	return at_line(procedure_load(file, &programme->requirements, values, check), path,
		       element);
}

static enum status read_open(const xmlNode *root, struct programme *programme)
{
	size_t count = count_children(root, "open");

	programme->open = calloc(count + 1, sizeof(*programme->open));
	if (!programme->open) {
		return status_fail(STATUS_IO, "no memory for what programme %s leaves open",
				   programme->id);
	}
	for (xmlNode *element = xml_child(root, "open"); element;
	     element = xml_next(element, "open")) {
		struct open_requirement *open = &programme->open[programme->open_count++];
		snprintf(open->id, sizeof(open->id), "%s", xml_attribute(element, "requirement"));
		snprintf(open->reason, sizeof(open->reason), "%s",
			 xml_attribute(element, "reason"));
		const struct requirement *requirement =
			requirement_find(&programme->requirements, open->id);
		if (!requirement || requirement->shown_by[0]) {
			return xml_fail(element, "requirement %s is %s", open->id,
					requirement ? "a summary; it is open when a part of it is"
						    : "in no catalogue of this programme");
		}
	}
	return STATUS_OK;
}

static void copy_attribute(char *text, size_t size, const xmlNode *element, const char *name)
{
	const char *value = xml_attribute(element, name);

	snprintf(text, size, "%s", value ? value : "");
}

static enum status read_meters(const xmlNode *root, struct programme *programme)
{
	programme->meters = calloc(count_children(root, "meter") + 1, sizeof(*programme->meters));
	if (!programme->meters) {
		return status_fail(STATUS_IO, "no memory for the meters of programme %s",
				   programme->id);
	}
	for (xmlNode *element = xml_child(root, "meter"); element;
	     element = xml_next(element, "meter")) {
		struct programme_meter *meter = &programme->meters[programme->meter_count++];
		copy_attribute(meter->form, sizeof(meter->form), element, "form");
		copy_attribute(meter->service, sizeof(meter->service), element, "service");
		copy_attribute(meter->model, sizeof(meter->model), element, "model");
		copy_attribute(meter->module, sizeof(meter->module), element, "module");
		meter->line = xmlGetLineNo(element);
	}
	return STATUS_OK;
}

static enum status check_open_line(const xmlNode *root, const struct coverage *row)
{
	const char *id = row->requirement->id;

	for (xmlNode *element = xml_child(root, "open"); element;
	     element = xml_next(element, "open")) {
		if (!strcmp(xml_attribute(element, "requirement"), id) && row->is_covered) {
			return xml_fail(element,
					"requirement %s is said to be open, but %zu steps serve "
					"it: take this line out",
					id, row->steps);
		}
	}
	return STATUS_OK;
}

/* What is said to be open is, and of a whole catalogue nothing mandatory is open in silence. */
static enum status check_coverage(const xmlNode *root, const struct programme *programme)
{
	struct coverage *rows;
	enum status status = coverage_of(programme, &rows);

	for (size_t i = 0; !status && i < programme->requirements.count; i++) {
		const struct requirement *requirement = rows[i].requirement;
		status = check_open_line(root, &rows[i]);
		if (!status && programme->is_whole && requirement->is_mandatory &&
		    !requirement->shown_by[0] && !rows[i].is_covered && !rows[i].open_reason) {
			status = xml_fail(root,
					  "mandatory requirement %s (%.100s) is served by no step; "
					  "add one, or <open requirement=\"%s\" reason=\"...\"/>",
					  requirement->id, requirement->demands, requirement->id);
		}
	}
	free(rows);
	return status;
}

static enum status read_rule(const xmlNode *root, struct decision_rule *rule)
{
	const xmlNode *element = xml_child(root, "decision");
	const char *ratio = element ? xml_attribute(element, "minimum_ratio") : NULL;
	const char *below = element ? xml_attribute(element, "below_minimum") : NULL;

	if (!element) {
		return STATUS_OK;
	}
	if (decision_rule_parse(xml_attribute(element, "rule"), rule)) {
		return xml_fail(element, "%s", status_reason());
	}
	rule->ratio_fails = below && !strcmp(below, "fail");
	if (below && !ratio) {
		return xml_fail(element, "below_minimum needs minimum_ratio=\"...\"");
	}
	return ratio ? xml_number(element, "minimum_ratio", &rule->minimum_ratio) : STATUS_OK;
}

static enum status read_programme(const char *path, const xmlNode *root,
				  const struct meter_values *values, struct programme *programme)
{
	char limits[1200];
	const char *scope = xml_attribute(root, "scope");

	snprintf(programme->id, sizeof(programme->id), "%s", xml_attribute(root, "id"));
	snprintf(programme->title, sizeof(programme->title), "%s", xml_attribute(root, "title"));
	snprintf(programme->file, sizeof(programme->file), "%.127s", data_folder_relative(path));
	programme->is_whole = scope && !strcmp(scope, "whole");
	data_folder_find(path, xml_attribute(root, "limits"), limits, sizeof(limits));
	if (strlen(limits) >= sizeof(programme->limits_file)) {
		return xml_fail(root, "the path of the limits file is longer than %zu letters",
				sizeof(programme->limits_file) - 1);
	}
	memcpy(programme->limits_file, limits, strlen(limits) + 1);
	enum status status = file_hash(path, programme->hash);
	if (!status) {
		status = read_rule(root, &programme->rule);
	}
	if (!status) {
		status = load_catalogues(path, root, programme);
	}
	if (!status) {
		status = load_procedures(path, root, values, programme);
	}
	if (!status) {
		status = load_check(path, root, values, programme);
	}
	if (!status) {
		status = read_open(root, programme);
	}
	if (!status) {
		status = read_meters(root, programme);
	}
	return status ? status : check_coverage(root, programme);
}

enum status programme_load(const char *path, struct programme *programme)
{
	return programme_load_for(path, NULL, NULL, programme);
}

enum status programme_load_for(const char *path, const struct device_type *device,
			       const struct device_form *form, struct programme *programme)
{
	struct meter_values values;
	xmlDocPtr document;
	enum status status = xml_document_load(path, "procedures/programme.xsd", &document);

	*programme = (struct programme){.procedure_count = 0};
	if (status) {
		return status;
	}
	meter_values_of(device, form, &values);
	status = read_programme(path, xmlDocGetRootElement(document), &values, programme);
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
	free(programme->open);
	free(programme->meters);
	requirement_set_free(&programme->requirements);
	*programme = (struct programme){.procedure_count = 0};
}

enum status procedure_check_file(const char *path)
{
	struct procedure procedure = {.step_count = 0};
	struct meter_values values;

	meter_values_of(NULL, NULL, &values);
	enum status status = procedure_load(path, NULL, &values, &procedure);

	free(procedure.steps);
	return status;
}
