/* Lab file: XML to roles, ports and limits. Numbers carry their units in the file and are checked
 * here. */
#include "bench/lab_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bench/certificate_file.h"
#include "bench/lab_roles.h"

static enum status read_quantity(const xmlNode *element, const char *name, const char *unit,
				 double *number)
{
	const char *text = xml_attribute(element, name);

	if (quantity_parse(text ? text : "", unit, number)) {
		return xml_fail(element, "%s: %s", name, status_reason());
	}
	return STATUS_OK;
}

struct instrument_entry *lab_entry_find(struct bench_lab *self, const char *id)
{
	for (int i = 0; i < self->instrument_count; i++) {
		if (!strcmp(self->instruments[i].id, id)) {
			return &self->instruments[i];
		}
	}
	return NULL;
}

enum status lab_check_port(const struct bench_lab *self, const xmlNode *element,
			   const char *resource)
{
	bool is_simulated = !strncmp(resource, "VIRTUAL::", 9);

	if (is_simulated == self->lab.is_virtual || lab_is_script(resource)) {
		return STATUS_OK;
	}
	return xml_fail(element, "%s is a %s port, but the laboratory says kind=\"%s\"", resource,
			is_simulated ? "simulated" : "real",
			self->lab.is_virtual ? "virtual" : "real");
}

static enum status read_instrument(struct bench_lab *self, const xmlNode *element)
{
	struct instrument_entry *entry = &self->instruments[self->instrument_count];
	const char *certificate = xml_attribute(element, "certificate");
	const char *resource = xml_attribute(element, "resource");

	if (lab_entry_find(self, xml_attribute(element, "id"))) {
		return xml_fail(element, "instrument \"%s\" is there twice",
				xml_attribute(element, "id"));
	}
	self->instrument_count++;
	snprintf(entry->id, sizeof(entry->id), "%s", xml_attribute(element, "id"));
	snprintf(entry->driver, sizeof(entry->driver), "%s", xml_attribute(element, "driver"));
	snprintf(entry->resource, sizeof(entry->resource), "%s", resource);
	snprintf(entry->certificate_file, sizeof(entry->certificate_file), "%s",
		 certificate ? certificate : "");
	if (!instrument_driver_find(entry->driver)) {
		return xml_fail(element, "there is no driver \"%s\" (see mcbench list drivers)",
				entry->driver);
	}
	enum status status = lab_check_port(self, element, resource);

	if (!status && xml_attribute(element, "warm_up")) {
		status = read_quantity(element, "warm_up", "s", &entry->warm_up_seconds);
	}
	if (!status && certificate && certificate_load(certificate, &entry->certificate)) {
		status = xml_fail(element, "%s", status_reason());
	}
	return status;
}

void lab_bind_closed(struct bench_lab *self)
{
	for (int i = 0; i < self->instrument_count; i++) {
		struct instrument_entry *entry = &self->instruments[i];

		entry->closed.name = entry->id;
		entry->closed.driver = instrument_driver_find(entry->driver);
		for (int role = 0; lab_role_name(role); role++) {
			if (strstr(entry->roles, lab_role_name(role))) {
				*lab_role_slot(&self->lab, role) = &entry->closed;
			}
		}
		if (strstr(entry->roles, "reference_standard") && entry->certificate_file[0]) {
			self->lab.reference_certificate = &entry->certificate;
		}
		if (strstr(entry->roles, "check_standard") && entry->certificate_file[0]) {
			self->lab.check_certificate = &entry->certificate;
		}
	}
}

static enum status read_role(struct bench_lab *self, const xmlNode *element)
{
	const char *name = xml_attribute(element, "name");
	struct instrument_entry *entry = lab_entry_find(self, xml_attribute(element, "instrument"));

	if (!entry) {
		return xml_fail(element,
				"role %s names instrument \"%s\", which is not in this file", name,
				xml_attribute(element, "instrument"));
	}
	for (int i = 0; i < self->instrument_count; i++) {
		if (strstr(self->instruments[i].roles, name)) {
			return xml_fail(element, "role %s is given twice", name);
		}
	}
	size_t used = strlen(entry->roles);
	snprintf(entry->roles + used, sizeof(entry->roles) - used, "%s%s", used ? " " : "", name);
	return STATUS_OK;
}

static enum status read_limits(struct bench_lab *self, const xmlNode *root)
{
	const xmlNode *limits = xml_child(root, "limits");
	const xmlNode *timing = xml_child(root, "timing");
	struct lab_limits *most = &self->lab.limits;
	double edge_microseconds = 0.0;
	enum status status = read_quantity(limits, "volts", "V", &most->volts_maximum);

	if (status || (status = read_quantity(limits, "amperes", "A", &most->amperes_maximum)) ||
	    (status = read_quantity(limits, "lowest_frequency", "Hz", &most->hertz_minimum)) ||
	    (status = read_quantity(limits, "highest_frequency", "Hz", &most->hertz_maximum)) ||
	    (status =
		     read_quantity(timing, "settling", "s", &self->lab.minimum_settling_seconds)) ||
	    (status = read_quantity(timing, "pulse_edge", "us", &edge_microseconds))) {
		return status;
	}
	self->lab.pulse_edge_seconds = edge_microseconds * 1e-6;
	return STATUS_OK;
}

static enum status read_wiring(struct bench_lab *self, const xmlNode *root)
{
	const xmlNode *wiring = xml_child(root, "wiring");
	struct lab_wiring *lab = &self->lab.wiring;
	enum status status = STATUS_OK;

	if (!wiring) {
		return STATUS_OK;
	}
	status = read_quantity(wiring, "lead_resistance", "mohm", &lab->lead_ohms);
	if (!status) {
		status = read_quantity(wiring, "lead_reactance", "mohm", &lab->lead_reactance_ohms);
	}
	if (!status) {
		status = read_quantity(wiring, "source_burden", "VA", &lab->source_volt_amperes);
	}
	lab->lead_ohms /= 1000;
	lab->lead_reactance_ohms /= 1000;
	lab->is_stated = true;
	if (!status && !(lab->lead_ohms >= 0 && lab->lead_reactance_ohms >= 0 &&
			 lab->source_volt_amperes > 0)) {
		return xml_fail(wiring, "resistance and reactance of leads are not below zero, and "
					"the source can feed more than nothing");
	}
	return status;
}

static enum status read_chamber(struct bench_lab *self, const xmlNode *root)
{
	const xmlNode *chamber = xml_child(root, "chamber");

	if (!chamber || !strcmp(xml_attribute(chamber, "at_end"), "off")) {
		return STATUS_OK;
	}
	self->lab.chamber.is_held_at_end = true;
	return read_quantity(chamber, "at_end", "degC", &self->lab.chamber.end_celsius);
}

static enum status read_children(struct bench_lab *self, const xmlNode *root, const char *name,
				 enum status (*read)(struct bench_lab *self,
						     const xmlNode *element))
{
	enum status status = STATUS_OK;

	for (const xmlNode *element = xml_child(root, name); !status && element;
	     element = xml_next(element, name)) {
		status = read(self, element);
	}
	return status;
}

static enum status read_lab(struct bench_lab *self, const xmlNode *root)
{
	enum status status = xml_number(root, "ambient_celsius", &self->lab.ambient_celsius);

	snprintf(self->lab.name, sizeof(self->lab.name), "%s", xml_attribute(root, "name"));
	self->lab.is_virtual = !strcmp(xml_attribute(root, "kind"), "virtual");
	const char *circuits = xml_attribute(root, "circuits");
	self->lab.has_separate_circuits = circuits && !strcmp(circuits, "separate");
	if (status || (status = read_children(self, root, "instrument", read_instrument)) ||
	    (status = read_children(self, root, "role", read_role)) ||
	    (status = read_children(self, root, "position", lab_position_read)) ||
	    (status = read_limits(self, root)) || (status = read_wiring(self, root)) ||
	    (status = read_chamber(self, root))) {
		return status;
	}
	lab_bind_closed(self);
	for (int role = 0; lab_role_name(role); role++) {
		if (lab_role_is_needed(role) && !*lab_role_slot(&self->lab, role)) {
			return xml_fail(root, "no instrument has the role %s", lab_role_name(role));
		}
	}
	return lab_virtual_read(self, root);
}

enum status lab_file_load(const char *path, uint64_t seed, struct bench_lab **bench_lab)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "bench/lab.xsd", &document);

	if (status) {
		return status;
	}
	struct bench_lab *self = calloc(1, sizeof(*self));
	assert(self);
	snprintf(self->path, sizeof(self->path), "%s", path);
	self->options.seed = seed;
	status = read_lab(self, xmlDocGetRootElement(document));
	xmlFreeDoc(document);
	if (status) {
		lab_file_free(self);
		return status;
	}
	*bench_lab = self;
	return STATUS_OK;
}

void lab_file_free(struct bench_lab *self)
{
	if (self) {
		lab_file_close(self);
		inspection_answers_free(self->answers);
		free(self);
	}
}

struct lab *bench_lab_lab(struct bench_lab *self)
{
	return &self->lab;
}

struct virtual_lab *bench_lab_virtual(struct bench_lab *self)
{
	return self->virtual_lab;
}

bool bench_lab_instrument(const struct bench_lab *self, int index, struct lab_instrument_line *line)
{
	if (index >= self->instrument_count) {
		return false;
	}
	const struct instrument_entry *entry = &self->instruments[index];

	line->id = entry->id;
	line->driver = entry->driver;
	line->resource = entry->resource;
	line->certificate_file = entry->certificate_file[0] ? entry->certificate_file : NULL;
	snprintf(line->roles, sizeof(line->roles), "%s", entry->roles);
	return true;
}

struct virtual_lab_options *bench_lab_virtual_options(struct bench_lab *self)
{
	return &self->options;
}

const char *bench_lab_isolation_file(const struct bench_lab *self, int index)
{
	return self->isolation_files[index][0] ? self->isolation_files[index] : NULL;
}
