/* Reads limits/<file>.xml and finds the row for a load. Rows are kept in multiples of In, Imin,
 * Imax as written. */
#include "procedures/limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/xml_document.h"

#define LIMIT_ROWS 64
/* A load computed as a percentage of Imax may miss a boundary by the last bits. */
#define BOUNDARY_TOLERANCE 1e-9

enum current_base { BASE_MINIMUM, BASE_NOMINAL, BASE_MAXIMUM, BASE_COUNT };
static const char *const base_names[BASE_COUNT] = {"Imin", "In", "Imax"};
static const char *const provenance_names[] = {
	[PROVENANCE_READ] = "read",
	[PROVENANCE_RECALLED] = "recalled",
	[PROVENANCE_STAND_IN] = "stand-in",
	[PROVENANCE_LABORATORY] = "laboratory",
};

struct limit_current {
	double factor;
	enum current_base base;
};

/* Power factor on one axis: 0.5L -> -0.5, 1 -> 0, 0.8C -> +0.2: distance from unity, leading
 * positive. */
struct limit_row {
	char tests[96];
	bool is_single_element;
	struct limit_current from, to;
	bool to_is_included;
	bool is_unity;
	double axis_from, axis_to;
	struct limit limit;
};

struct limit_set {
	char title[128];
	struct limit_current nominal, minimum;
	struct limit common;
	int row_count;
	struct limit_row rows[LIMIT_ROWS];
};

static double power_factor_axis(double power_factor, enum power_factor_side side)
{
	return side == POWER_FACTOR_LAGGING ? power_factor - 1 : 1 - power_factor;
}

/* "0.05 In", "Imax": the schema has checked the spelling. */
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

static void copy_if_present(char *text, size_t size, const xmlNode *element, const char *attribute)
{
	const char *value = xml_attribute(element, attribute);

	if (value) {
		snprintf(text, size, "%s", value);
	}
}

bool provenance_from_name(const char *name, enum provenance *provenance)
{
	for (size_t i = 0; i < sizeof(provenance_names) / sizeof(provenance_names[0]); i++) {
		if (!strcmp(name, provenance_names[i])) {
			*provenance = (enum provenance)i;
			return true;
		}
	}
	return false;
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

static enum status read_row(const xmlNode *element, struct limit_set *set)
{
	struct limit_row *row = &set->rows[set->row_count++];
	const char *below = xml_attribute(element, "below");
	const char *to = xml_attribute(element, "to");

	if (!below == !to) {
		return xml_fail(element,
				"a row has either \"below\" (not included) or \"to\" (included)");
	}
	copy_if_present(row->tests, sizeof(row->tests), element, "tests");
	row->is_single_element = !strcmp(xml_attribute(element, "elements"), "single");
	row->from = read_current(xml_attribute(element, "from"));
	row->to = read_current(to ? to : below);
	row->to_is_included = to != NULL;
	row->limit = set->common;
	row->limit.has_row = true;
	read_provenance(element, &row->limit);
	if (quantity_parse(xml_attribute(element, "limit"), "%", &row->limit.limit_percent) ||
	    !(row->limit.limit_percent > 0)) {
		return xml_fail(element, "limit=\"%.40s\" is no limit above 0 %%",
				xml_attribute(element, "limit"));
	}
	return read_power_factors(element, row);
}

static enum status read_set(const xmlNode *root, struct limit_set *set)
{
	const xmlNode *currents = xml_child(root, "currents");
	enum status status = STATUS_OK;

	copy_if_present(set->title, sizeof(set->title), root, "title");
	read_provenance(root, &set->common);
	set->nominal = read_current(xml_attribute(currents, "nominal"));
	set->minimum = read_current(xml_attribute(currents, "minimum"));
	if (set->nominal.base != BASE_MAXIMUM || set->minimum.base == BASE_MINIMUM) {
		return xml_fail(currents,
				"\"nominal\" is given in Imax and \"minimum\" in In or Imax");
	}
	for (xmlNode *row = xml_child(root, "row"); !status && row; row = xml_next(row, "row")) {
		status = read_row(row, set);
	}
	return status;
}

enum status limit_set_load(const char *path, struct limit_set **set)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "procedures/limits.xsd", &document);

	*set = NULL;
	if (status) {
		return status;
	}
	struct limit_set *loaded = calloc(1, sizeof(*loaded));
	if (!loaded) {
		status = status_fail(STATUS_IO, "%s: no memory to read it", path);
	} else {
		status = read_set(xmlDocGetRootElement(document), loaded);
	}
	xmlFreeDoc(document);
	if (status) {
		free(loaded);
		return status;
	}
	*set = loaded;
	return STATUS_OK;
}

void limit_set_free(struct limit_set *set)
{
	free(set);
}

const char *limit_set_title(const struct limit_set *set)
{
	return set->title;
}

const char *provenance_name(enum provenance provenance)
{
	return provenance_names[provenance];
}

static double amperes_of(const struct limit_set *set, const struct limit_current *current,
			 double maximum_amperes)
{
	double base = maximum_amperes;

	if (current->base == BASE_NOMINAL) {
		base = set->nominal.factor * maximum_amperes;
	} else if (current->base == BASE_MINIMUM) {
		base = amperes_of(set, &set->minimum, maximum_amperes);
	}
	return current->factor * base;
}

static bool current_fits(const struct limit_set *set, const struct limit_row *row,
			 const struct limit_question *question)
{
	double from = amperes_of(set, &row->from, question->maximum_amperes);
	double to = amperes_of(set, &row->to, question->maximum_amperes);

	if (question->amperes < from * (1 - BOUNDARY_TOLERANCE)) {
		return false;
	}
	return question->amperes <
	       to * (1 + (row->to_is_included ? BOUNDARY_TOLERANCE : -BOUNDARY_TOLERANCE));
}

static bool power_factor_fits(const struct limit_row *row, const struct limit_question *question)
{
	bool is_unity = question->side == POWER_FACTOR_UNITY;
	double axis = power_factor_axis(question->power_factor, question->side);

	if (is_unity || row->is_unity) {
		return is_unity && row->is_unity;
	}
	return axis >= row->axis_from - BOUNDARY_TOLERANCE &&
	       axis <= row->axis_to + BOUNDARY_TOLERANCE;
}

static bool test_fits(const char *tests, const char *test)
{
	size_t length = strlen(test);

	for (const char *at = strstr(tests, test); at; at = strstr(at + 1, test)) {
		if ((at == tests || at[-1] == ' ') && (at[length] == ' ' || !at[length])) {
			return true;
		}
	}
	return false;
}

void limit_find(const struct limit_set *set, const struct limit_question *question,
		struct limit *limit)
{
	*limit = (struct limit){.has_row = false};
	for (int i = 0; i < set->row_count; i++) {
		const struct limit_row *row = &set->rows[i];
		if (row->is_single_element == question->is_single_element &&
		    test_fits(row->tests, question->test) && current_fits(set, row, question) &&
		    power_factor_fits(row, question)) {
			*limit = row->limit;
			return;
		}
	}
}
