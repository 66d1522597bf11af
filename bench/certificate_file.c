/* Certificate XML: a row per volts, current and power factor. */
#include "bench/certificate_file.h"

#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/xml_document.h"
#include "reference_source/load_point.h"

static void copy_attribute(const xmlNode *element, const char *name, char *text, size_t size)
{
	const char *value = xml_attribute(element, name);

	snprintf(text, size, "%s", value ? value : "");
}

static enum status read_point(const xmlNode *row, struct certificate_point *point)
{
	const struct {
		const char *name;
		double *number;
	} numbers[] = {
		{"volts", &point->volts},
		{"amperes", &point->amperes},
		{"error_percent", &point->error_percent},
		{"expanded_uncertainty_percent", &point->expanded_uncertainty_percent},
		{"coverage_factor", &point->coverage_factor},
	};
	enum power_factor_side side;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		enum status status = xml_number(row, numbers[i].name, numbers[i].number);
		if (status) {
			return status;
		}
	}
	if (power_factor_parse(xml_attribute(row, "power_factor"), &point->power_factor, &side)) {
		return xml_fail(row, "%s", status_reason());
	}
	point->is_leading = side == POWER_FACTOR_LEADING;
	return STATUS_OK;
}

static enum status read_influence(const xmlNode *row, struct certificate *certificate)
{
	const char *quantity = xml_attribute(row, "quantity");
	int influence = INFLUENCE_NONE + 1;

	while (strcmp(standard_influence_name((enum standard_influence)influence), quantity) != 0) {
		influence++; /* the schema allows no other name */
	}
	if (certificate->states_influence[influence]) {
		return xml_fail(row, "the influence of %s is stated twice", quantity);
	}
	certificate->states_influence[influence] = true;
	return xml_number(row, "percent", &certificate->influence_percent[influence]);
}

static enum status read_certificate(const xmlNode *root, struct certificate *certificate)
{
	*certificate = (struct certificate){.count = 0};
	copy_attribute(root, "number", certificate->number, sizeof(certificate->number));
	copy_attribute(root, "issuer", certificate->issuer, sizeof(certificate->issuer));
	copy_attribute(root, "model", certificate->instrument_model,
		       sizeof(certificate->instrument_model));
	copy_attribute(root, "serial", certificate->instrument_serial,
		       sizeof(certificate->instrument_serial));
	copy_attribute(root, "date", certificate->date, sizeof(certificate->date));
	copy_attribute(root, "due_date", certificate->due_date, sizeof(certificate->due_date));
	enum status status =
		xml_number(root, "drift_percent_per_year", &certificate->drift_percent_per_year);
	for (const xmlNode *row = xml_child(root, "influence"); !status && row;
	     row = xml_next(row, "influence")) {
		status = read_influence(row, certificate);
	}
	for (const xmlNode *row = xml_child(root, "point"); !status && row;
	     row = xml_next(row, "point")) {
		if (certificate->count == CERTIFICATE_POINTS) {
			return xml_fail(row, "more than %d points", CERTIFICATE_POINTS);
		}
		status = read_point(row, &certificate->points[certificate->count++]);
	}
	return status;
}

enum status certificate_load(const char *name, struct certificate *certificate)
{
	char path[1200];
	xmlDocPtr document;

	if (name[0] == '/') {
		snprintf(path, sizeof(path), "%s", name);
	} else {
		data_folder_path(path, sizeof(path), name);
	}
	enum status status = xml_document_load(path, "reference_source/certificate.xsd", &document);
	if (status) {
		return status;
	}
	status = read_certificate(xmlDocGetRootElement(document), certificate);
	xmlFreeDoc(document);
	return status;
}
