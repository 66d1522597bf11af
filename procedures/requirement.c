/* Reads requirements/<file>.xml; what the schema cannot say (an id once, a summary of what is
 * there) is checked here. */
#include "procedures/requirement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/word_list.h"
#include "procedures/xml_document.h"

static const char *const method_names[] = {
	[METHOD_TEST] = "test",
	[METHOD_INSPECTION] = "inspection",
	[METHOD_DOCUMENT] = "document",
};

const char *requirement_method_name(enum requirement_method method)
{
	return method_names[method];
}

const struct requirement *requirement_find(const struct requirement_set *set, const char *id)
{
	for (size_t i = 0; i < set->count; i++) {
		if (!strcmp(set->requirements[i].id, id)) {
			return &set->requirements[i];
		}
	}
	return NULL;
}

static void copy_if_present(char *text, size_t size, const xmlNode *element, const char *attribute)
{
	const char *value = xml_attribute(element, attribute);

	if (value) {
		snprintf(text, size, "%s", value);
	}
}

/* The schema has checked the words. */
static int index_of_word(const char *word, const char *const *words, int count)
{
	for (int i = 0; i < count; i++) {
		if (!strcmp(word, words[i])) {
			return i;
		}
	}
	return 0;
}

static enum status grow(struct requirement_set *set)
{
	size_t capacity = set->capacity ? 2 * set->capacity : 64;
	struct requirement *requirements =
		realloc(set->requirements, capacity * sizeof(*requirements));

	if (!requirements) {
		return status_fail(STATUS_IO, "no memory for the requirements");
	}
	set->requirements = requirements;
	set->capacity = capacity;
	return STATUS_OK;
}

static enum status read_requirement(const xmlNode *element, const struct catalogue *catalogue,
				    struct requirement_set *set)
{
	const xmlNode *root = element->parent;
	const char *id = xml_attribute(element, "id");
	const char *mandatory = xml_attribute(element, "mandatory");
	const struct requirement *earlier = requirement_find(set, id);

	if (earlier) {
		return xml_fail(element, "requirement %s is already in %s", id, earlier->where);
	}
	if (set->count == set->capacity) {
		enum status status = grow(set);
		if (status) {
			return status;
		}
	}
	struct requirement *requirement = &set->requirements[set->count++];
	*requirement = (struct requirement){
		.method = (enum requirement_method)index_of_word(xml_attribute(element, "method"),
								 method_names, 3),
		.is_mandatory = !mandatory || !strcmp(mandatory, "yes"),
	};
	const xmlNode *says = xml_attribute(element, "provenance") ? element : root;
	provenance_from_name(xml_attribute(says, "provenance"), &requirement->provenance);
	copy_if_present(requirement->document, sizeof(requirement->document), root, "document");
	copy_if_present(requirement->document, sizeof(requirement->document), element, "document");
	copy_if_present(requirement->id, sizeof(requirement->id), element, "id");
	copy_if_present(requirement->clause, sizeof(requirement->clause), element, "clause");
	copy_if_present(requirement->demands, sizeof(requirement->demands), element, "demands");
	copy_if_present(requirement->shown_by, sizeof(requirement->shown_by), element, "shown_by");
	copy_if_present(requirement->only_with, sizeof(requirement->only_with), element,
			"only_with");
	copy_if_present(requirement->only_without, sizeof(requirement->only_without), element,
			"only_without");
	snprintf(requirement->where, sizeof(requirement->where), "%.150s line %ld", catalogue->file,
		 xmlGetLineNo(element));
	return STATUS_OK;
}

static enum status read_catalogue(const char *path, const xmlNode *root,
				  struct requirement_set *set)
{
	struct catalogue *catalogue = &set->catalogues[set->catalogue_count++];
	enum status status = file_hash(path, catalogue->hash);

	snprintf(catalogue->file, sizeof(catalogue->file), "%.127s", data_folder_relative(path));
	copy_if_present(catalogue->title, sizeof(catalogue->title), root, "title");
	for (xmlNode *element = xml_child(root, "requirement"); !status && element;
	     element = xml_next(element, "requirement")) {
		status = read_requirement(element, catalogue, set);
	}
	return status;
}

enum status requirement_set_add(const char *path, struct requirement_set *set)
{
	xmlDocPtr document;

	if (set->catalogue_count == CATALOGUES_MAXIMUM) {
		return status_fail(STATUS_BAD_INPUT, "more than %d catalogues of requirements",
				   CATALOGUES_MAXIMUM);
	}
	enum status status = xml_document_load(path, "procedures/requirements.xsd", &document);
	if (status) {
		return status;
	}
	status = read_catalogue(path, xmlDocGetRootElement(document), set);
	xmlFreeDoc(document);
	return status;
}

/* A summary may rest on another summary; more levels than requirements are a circle. */
static enum status check_shown_by(const struct requirement_set *set,
				  const struct requirement *origin,
				  const struct requirement *requirement, size_t depth)
{
	const char *at = requirement->shown_by;
	char id[REQUIREMENT_ID];
	enum status status = STATUS_OK;

	if (depth > set->count) {
		return status_fail(STATUS_BAD_INPUT,
				   "%s: shown_by of requirement %s ends in a circle", origin->where,
				   origin->id);
	}
	while (!status && word_list_next(&at, id, sizeof(id))) {
		const struct requirement *other = requirement_find(set, id);
		if (!other) {
			return status_fail(STATUS_BAD_INPUT,
					   "%s: shown_by names requirement %s, which is in no "
					   "catalogue of this programme",
					   requirement->where, id);
		}
		status = check_shown_by(set, origin, other, depth + 1);
	}
	return status;
}

enum status requirement_set_complete(const struct requirement_set *set)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < set->count; i++) {
		status = check_shown_by(set, &set->requirements[i], &set->requirements[i], 0);
	}
	return status;
}

void requirement_set_free(struct requirement_set *set)
{
	free(set->requirements);
	*set = (struct requirement_set){.count = 0};
}
