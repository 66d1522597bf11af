/* Reads limits/<file>.xml, and the file that it lies over. Rows are kept as written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/limit_rows.h"
#include "procedures/word_list.h"
#include "procedures/xml_document.h"

#define LAYERS_MAXIMUM 8

static const char *const base_names[BASE_COUNT] = {[BASE_AMPERE] = "A",
						   [BASE_MINIMUM] = "Imin",
						   [BASE_NOMINAL] = "In",
						   [BASE_MAXIMUM] = "Imax"};

/* What stands after the number of a figure, and the unit that comes of it. */
static const struct {
	const char *spelling;
	const char *unit;
	enum limit_formula formula;
	enum current_base base;
} figures[] = {
	{"%", "percent", FORMULA_NONE, BASE_AMPERE},
	{"%/K", "percent/K", FORMULA_NONE, BASE_AMPERE},
	{"s/day", "s/day", FORMULA_NONE, BASE_AMPERE},
	{"s/day/K", "s/day/K", FORMULA_NONE, BASE_AMPERE},
	{"pulses", "pulses", FORMULA_NONE, BASE_AMPERE},
	{"Wh", "Wh", FORMULA_NONE, BASE_AMPERE},
	{"min", "min", FORMULA_NONE, BASE_AMPERE},
	{"A", "A", FORMULA_CURRENT, BASE_AMPERE},
	{"Imin", "A", FORMULA_CURRENT, BASE_MINIMUM},
	{"In", "A", FORMULA_CURRENT, BASE_NOMINAL},
	{"Imax", "A", FORMULA_CURRENT, BASE_MAXIMUM},
	{"min/(k m Un Imax)", "min", FORMULA_TIME, BASE_AMPERE},
	{"kWh m Un Imax", "Wh", FORMULA_ENERGY, BASE_AMPERE},
	{"of load_performance", "percent", FORMULA_PART_OF_LIMIT, BASE_AMPERE},
};

/* "0.05 In", "Imax", "0.15 A": the schema has checked the spelling. */
static struct limit_current read_current(const char *text)
{
	struct limit_current current = {.factor = 1, .base = BASE_MAXIMUM};
	const char *blank = strchr(text, ' ');

	if (blank) {
		current.factor = strtod(text, NULL);
	}
	for (int base = 0; base < BASE_COUNT; base++) {
		if (!strcmp(blank ? blank + 1 : text, base_names[base])) {
			current.base = (enum current_base)base;
		}
	}
	return current;
}

static enum status read_axis(const xmlNode *element, const char *attribute, double *axis)
{
	double power_factor;
	enum power_factor_side side;

	if (power_factor_parse(xml_attribute(element, attribute), &power_factor, &side)) {
		return xml_fail(element, "%s: %s", attribute, status_reason());
	}
	*axis = power_factor_axis(power_factor, side);
	return STATUS_OK;
}

static enum status read_power_factors(const xmlNode *element, struct limit_row *row)
{
	bool has_one = xml_attribute(element, "power_factor") != NULL;
	bool has_from = xml_attribute(element, "power_factor_from") != NULL;
	bool has_to = xml_attribute(element, "power_factor_to") != NULL;

	if (has_one == has_from || has_from != has_to) {
		return xml_fail(element, "a row has either power_factor or both power_factor_from "
					 "and power_factor_to");
	}
	enum status status =
		read_axis(element, has_one ? "power_factor" : "power_factor_from", &row->axis_from);
	if (!status) {
		status = read_axis(element, has_one ? "power_factor" : "power_factor_to",
				   &row->axis_to);
	}
	if (!status && row->axis_from > row->axis_to) {
		status = xml_fail(element, "power_factor_from has to be the more lagging one");
	}
	row->is_unity = has_one && row->axis_from == 0;
	return status;
}

static enum status read_currents(const xmlNode *element, struct limit_row *row)
{
	const char *from = xml_attribute(element, "from");
	const char *below = xml_attribute(element, "below");
	const char *to = xml_attribute(element, "to");

	if (!from || !below == !to) {
		return xml_fail(element, "a row has \"from\" and either \"below\" (not included) "
					 "or \"to\" (included)");
	}
	row->from = read_current(from);
	row->to = read_current(to ? to : below);
	row->to_is_included = to != NULL;
	return STATUS_OK;
}

/* "0.9 to 1.1", the schema has checked the spelling. */
static enum status read_ratio(const xmlNode *element, const char *attribute,
			      struct ratio_range *range)
{
	const char *text = xml_attribute(element, attribute);

	if (!text) {
		return STATUS_OK;
	}
	range->from = strtod(text, NULL);
	range->to = strtod(strstr(text, " to ") + 4, NULL);
	return range->from > range->to || !(range->to > 0)
		       ? xml_fail(element, "%s=\"%s\": the second ratio has to be the larger one",
				  attribute, text)
		       : STATUS_OK;
}

static void copy_if_present(char *text, size_t size, const xmlNode *element, const char *attribute)
{
	const char *value = xml_attribute(element, attribute);

	if (value) {
		snprintf(text, size, "%s", value);
	}
}

static void read_provenance(const xmlNode *element, struct limit *limit)
{
	const char *name = xml_attribute(element, "provenance");

	copy_if_present(limit->document, sizeof(limit->document), element, "document");
	copy_if_present(limit->clause, sizeof(limit->clause), element, "clause");
	copy_if_present(limit->note, sizeof(limit->note), element, "note");
	if (name) {
		provenance_from_name(name, &limit->provenance);
	}
}

static enum status read_figure(const xmlNode *element, struct limit_row *row)
{
	const char *text = xml_attribute(element, "limit");
	char *end;
	double number = strtod(text, &end);

	if (!(number > 0) || number > 1e300) {
		return xml_fail(element, "limit=\"%.40s\" is no limit above 0 %s", text,
				*end ? end + 1 : "");
	}
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		if (*end == ' ' && !strcmp(end + 1, figures[i].spelling)) {
			row->limit.limit_percent = number;
			row->formula = figures[i].formula;
			row->base = figures[i].base;
			snprintf(row->limit.unit, sizeof(row->limit.unit), "%s", figures[i].unit);
			return STATUS_OK;
		}
	}
	return xml_fail(element, "limit=\"%.40s\" has no unit that is known here", text);
}

/* The lower limit has a number in the unit of the upper one. */
static enum status read_lower(const xmlNode *element, struct limit_row *row)
{
	const char *text = xml_attribute(element, "lower");

	if (!text) {
		return STATUS_OK;
	}
	row->limit.has_lower = true;
	row->limit.lower = strtod(text, NULL);
	if (row->formula != FORMULA_NONE) {
		return xml_fail(element,
				"lower=\"%s\": this limit is a formula and has no lower "
				"one",
				text);
	}
	return row->limit.lower < row->limit.limit_percent
		       ? STATUS_OK
		       : xml_fail(element, "lower=\"%s\" has to be below the limit", text);
}

/* Every word is a test, and all of them are measured at a load or none. */
static enum status read_tests(const xmlNode *element, struct limit_row *row)
{
	const char *at = row->tests;
	char name[32];

	copy_if_present(row->tests, sizeof(row->tests), element, "tests");
	for (bool is_first = true; word_list_next(&at, name, sizeof(name)); is_first = false) {
		const struct limit_test *test = limit_test_find(name);
		if (!test) {
			return xml_fail(element,
					"there is no test %s; mcbench list limits names them",
					name);
		}
		if (!is_first && test->is_at_load != row->is_at_load) {
			return xml_fail(element,
					"tests=\"%s\": some are measured at a load and some are "
					"not; make two rows",
					row->tests);
		}
		row->is_at_load = test->is_at_load;
	}
	return STATUS_OK;
}

static enum status check_units(const xmlNode *element, const struct limit_row *row)
{
	const char *at = row->tests;
	char name[32];

	while (word_list_next(&at, name, sizeof(name))) {
		const struct limit_test *test = limit_test_find(name);
		if (strcmp(test->unit, row->limit.unit) != 0) {
			return xml_fail(element, "limit=\"%s\": the limit for %s is in %s",
					xml_attribute(element, "limit"), name, test->unit);
		}
		if (row->formula == FORMULA_PART_OF_LIMIT && !strcmp(name, "load_performance")) {
			return xml_fail(element,
					"the limit for load_performance is part of itself");
		}
	}
	return STATUS_OK;
}

static enum status read_load(const xmlNode *element, struct limit_row *row)
{
	static const char *const attributes[] = {
		"elements",	   "from", "below", "to", "power_factor", "power_factor_from",
		"power_factor_to", NULL};
	const char *elements = xml_attribute(element, "elements");

	for (int i = 0; !row->is_at_load && attributes[i]; i++) {
		if (xml_attribute(element, attributes[i])) {
			return xml_fail(element, "%s has no load: leave %s out", row->tests,
					attributes[i]);
		}
	}
	if (!row->is_at_load) {
		return STATUS_OK;
	}
	row->is_single_element = elements && !strcmp(elements, "single");
	enum status status = read_currents(element, row);
	return status ? status : read_power_factors(element, row);
}

static enum status read_row(const xmlNode *element, struct limit_set *set)
{
	struct limit_row *row = &set->rows[set->row_count++];
	const char *class_text = xml_attribute(element, "class");

	row->limit = set->common;
	read_provenance(element, &row->limit);
	row->class_amperes = class_text ? strtod(class_text, NULL) : 0;
	enum status status = read_tests(element, row);
	if (!strcmp((const char *)element->name, "to_enter")) {
		row->limit.is_to_be_entered = true;
		return status;
	}
	if (!status) {
		status = read_figure(element, row);
	}
	if (!status) {
		status = check_units(element, row);
	}
	if (!status) {
		status = read_load(element, row);
	}
	if (!status) {
		status = read_ratio(element, "volts_ratio", &row->volts);
	}
	if (!status) {
		status = read_ratio(element, "hertz_ratio", &row->hertz);
	}
	return status ? status : read_lower(element, row);
}

/* In and Imin: of this file, or of the one that it lies over. */
static enum status read_bases(const xmlNode *root, struct limit_set *set)
{
	const xmlNode *currents = xml_child(root, "currents");

	if (!currents && set->below) {
		set->nominal = set->below->nominal;
		set->minimum = set->below->minimum;
		return STATUS_OK;
	}
	if (!currents) {
		return xml_fail(root, "<currents nominal=\"...\" minimum=\"...\"/> is missing: a "
				      "file that lies over no other needs its own");
	}
	set->nominal = read_current(xml_attribute(currents, "nominal"));
	set->minimum = read_current(xml_attribute(currents, "minimum"));
	if (set->nominal.base != BASE_MAXIMUM || set->minimum.base < BASE_NOMINAL) {
		return xml_fail(currents,
				"\"nominal\" is given in Imax and \"minimum\" in In or Imax");
	}
	return STATUS_OK;
}

static enum status load_layer(const char *path, int depth, struct limit_set **set);

static enum status read_set(const char *path, const xmlNode *root, int depth, struct limit_set *set)
{
	const char *base = xml_attribute(root, "base");
	char below[sizeof(set->path)];
	enum status status = STATUS_OK;

	snprintf(set->path, sizeof(set->path), "%s", path);
	copy_if_present(set->title, sizeof(set->title), root, "title");
	read_provenance(root, &set->common);
	if (base) {
		data_folder_find(path, base, below, sizeof(below));
		status = load_layer(below, depth + 1, &set->below);
		if (status) {
			return status_prefix(status,
					     "%.100s line %ld: ", data_folder_relative(path),
					     xmlGetLineNo(root));
		}
	}
	status = read_bases(root, set);
	for (xmlNode *row = xml_child(root, NULL); !status && row; row = xml_next(row, NULL)) {
		const char *name = (const char *)row->name;
		if (!strcmp(name, "row") || !strcmp(name, "to_enter")) {
			status = read_row(row, set);
		}
	}
	return status;
}

static enum status load_layer(const char *path, int depth, struct limit_set **set)
{
	xmlDocPtr document;

	*set = NULL;
	if (depth == LAYERS_MAXIMUM || strlen(path) >= sizeof((*set)->path)) {
		return status_fail(STATUS_BAD_INPUT,
				   "%.200s: more than %d files of limits lie over each other, or "
				   "in a circle",
				   path, LAYERS_MAXIMUM);
	}
	enum status status = xml_document_load(path, "procedures/limits.xsd", &document);
	if (status) {
		return status;
	}
	struct limit_set *loaded = calloc(1, sizeof(*loaded));
	if (!loaded) {
		status = status_fail(STATUS_IO, "%s: no memory to read it", path);
	} else {
		status = read_set(path, xmlDocGetRootElement(document), depth, loaded);
	}
	xmlFreeDoc(document);
	if (status) {
		limit_set_free(loaded);
		return status;
	}
	*set = loaded;
	return STATUS_OK;
}

enum status limit_set_load(const char *path, struct limit_set **set)
{
	return load_layer(path, 0, set);
}

enum status limit_set_load_layers(const char *const *paths, int count, struct limit_set **set)
{
	*set = NULL;
	for (int i = 0; i < count; i++) {
		struct limit_set *layer;
		enum status status = limit_set_load(paths[i], &layer);
		if (status) {
			limit_set_free(*set);
			*set = NULL;
			return status;
		}
		struct limit_set *lowest = layer;
		while (lowest->below) {
			lowest = lowest->below;
		}
		lowest->below = *set;
		*set = layer;
	}
	return STATUS_OK;
}
