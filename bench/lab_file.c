/* Lab file: XML to roles, ports and limits. Numbers carry their units in the file and are checked
 * here. */
#include "bench/lab_file.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/certificate_file.h"
#include "bench/lab_roles.h"
#include "procedures/data_folder.h"
#include "procedures/xml_document.h"

struct instrument_entry {
	char id[64], driver[64], resource[256], certificate_file[256];
	char roles[192];
	struct certificate certificate;
	double warm_up_seconds;
	struct instrument closed; /* stands for the instrument until it is open: has a name, answers
				     nothing */
};

/* Whose transfers a line of the trace shows. */
struct trace_label {
	FILE *file;
	const char *resource;
};

#define LAB_PORTS (LAB_INSTRUMENTS + LAB_POSITIONS)

struct bench_lab {
	FILE *trace;
	int label_count;
	struct trace_label labels[LAB_PORTS];
	struct lab lab;
	char path[1024];
	int instrument_count;
	struct instrument_entry instruments[LAB_INSTRUMENTS];
	char optical[LAB_POSITIONS][256];
	struct virtual_lab_options options;
	char meter_image[1200];
	struct virtual_lab *virtual_lab;
};

static enum status read_quantity(const xmlNode *element, const char *name, const char *unit,
				 double *number)
{
	const char *text = xml_attribute(element, name);

	if (quantity_parse(text ? text : "", unit, number)) {
		return xml_fail(element, "%s: %s", name, status_reason());
	}
	return STATUS_OK;
}

static struct instrument_entry *find_instrument(struct bench_lab *self, const char *id)
{
	for (int i = 0; i < self->instrument_count; i++) {
		if (!strcmp(self->instruments[i].id, id)) {
			return &self->instruments[i];
		}
	}
	return NULL;
}

static enum status check_port_is_of_lab(const struct bench_lab *self, const xmlNode *element,
					const char *resource)
{
	bool is_simulated = !strncmp(resource, "VIRTUAL::", 9);

	if (is_simulated == self->lab.is_virtual) {
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

	if (find_instrument(self, xml_attribute(element, "id"))) {
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
	enum status status = check_port_is_of_lab(self, element, resource);

	if (!status && xml_attribute(element, "warm_up")) {
		status = read_quantity(element, "warm_up", "s", &entry->warm_up_seconds);
	}
	return status || !certificate ? status : certificate_load(certificate, &entry->certificate);
}

/* Binds the roles to the instruments as the file has it, open or not. */
static void bind_closed(struct bench_lab *self)
{
	for (int i = 0; i < self->instrument_count; i++) {
		struct instrument_entry *entry = &self->instruments[i];

		entry->closed.name = entry->id;
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
	struct instrument_entry *entry =
		find_instrument(self, xml_attribute(element, "instrument"));

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

static enum status read_position(struct bench_lab *self, const xmlNode *element)
{
	struct lab_position *position = &self->lab.positions[self->lab.position_count];
	const char *optical = xml_attribute(element, "optical");
	const char *supply = xml_attribute(element, "supply");
	double number, channel;
	enum status status = check_port_is_of_lab(self, element, optical);

	if (status || (status = xml_number(element, "number", &number)) ||
	    (status = xml_number(element, "channel", &channel))) {
		return status;
	}
	for (int i = 0; i < self->lab.position_count; i++) {
		if (self->lab.positions[i].number == (int)number) {
			return xml_fail(element, "position %d is there twice", (int)number);
		}
	}
	snprintf(self->optical[self->lab.position_count], sizeof(self->optical[0]), "%s", optical);
	self->lab.position_count++;
	position->number = (int)number;
	position->channel = (int)channel;
	position->has_auxiliary_supply = supply && !strcmp(supply, "auxiliary");
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

struct number_field {
	const char *name;
	double *number;
};

/* Attributes that are absent stay 0: a perfect part. The schema has checked that they are numbers.
 */
static enum status read_numbers(const xmlNode *element, const struct number_field *fields,
				size_t count)
{
	for (size_t i = 0; element && i < count; i++) {
		if (xml_attribute(element, fields[i].name)) {
			enum status status = xml_number(element, fields[i].name, fields[i].number);
			if (status) {
				return status;
			}
		}
	}
	return STATUS_OK;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum status read_standard(const xmlNode *element, struct virtual_standard_options *standard)
{
	const struct number_field fields[] = {
		{"gain_percent", &standard->gain_percent},
		{"lag_degrees", &standard->lag_degrees},
		{"gain_sd_percent", &standard->gain_sd_percent},
		{"lag_sd_degrees", &standard->lag_sd_degrees},
		{"noise_percent", &standard->noise_percent},
	};

	return read_numbers(element, fields, COUNT(fields));
}

static enum status read_tolerances(struct bench_lab *self, const xmlNode *virtual_element)
{
	struct virtual_lab_tolerances *t = &self->options.tolerances;
	const struct number_field source[] = {
		{"setting_percent", &t->source.setting_percent},
		{"setting_degrees", &t->source.setting_degrees},
		{"drift_percent", &t->source.drift_percent},
		{"noise_percent", &t->source.noise_percent},
		{"frequency_ppm", &t->source.frequency_ppm},
		{"ramp_seconds", &t->source.ramp_seconds},
		{"settling_seconds", &t->source.settling_seconds},
		{"settling_percent", &t->source.settling_percent},
	};
	const struct number_field meter[] = {
		{"gain_tolerance_percent", &t->meter_gain_percent},
		{"lag_tolerance_degrees", &t->meter_lag_degrees},
		{"offset_counts", &t->meter_offset_counts},
		{"noise_counts", &t->meter_noise_counts},
		{"temperature_ppm_per_kelvin", &t->meter_temperature_ppm},
		{"crystal_tolerance_ppm", &t->crystal_ppm},
		{"crystal_ppm_per_square_kelvin", &t->crystal_ppm_per_square_kelvin},
	};
	const xmlNode *meter_element = xml_child(virtual_element, "meter");
	const char *lag_kind = meter_element ? xml_attribute(meter_element, "lag_kind") : NULL;
	enum status status =
		read_numbers(xml_child(virtual_element, "source"), source, COUNT(source));

	t->meter_lag_is_delay = lag_kind && !strcmp(lag_kind, "delay");
	if (!status) {
		status = read_standard(xml_child(virtual_element, "standard"),
				       &self->options.standard);
	}
	if (!status) {
		status = read_standard(xml_child(virtual_element, "check_standard"),
				       &self->options.check_standard);
	}
	return status ? status : read_numbers(meter_element, meter, COUNT(meter));
}

static enum status read_defects(struct bench_lab *self, const xmlNode *virtual_element)
{
	struct virtual_lab_defects *d = &self->options.defects;
	double meter_silent = 0, source_silent = 0, emergency = 0, lost = 0;
	const struct number_field fields[] = {
		{"element_a_gain_percent", &d->element_gain_percent[0]},
		{"element_b_gain_percent", &d->element_gain_percent[1]},
		{"element_c_gain_percent", &d->element_gain_percent[2]},
		{"element_a_lag_degrees", &d->element_lag_degrees[0]},
		{"element_b_lag_degrees", &d->element_lag_degrees[1]},
		{"element_c_lag_degrees", &d->element_lag_degrees[2]},
		{"meter_silent_after_seconds", &meter_silent},
		{"source_silent_after_seconds", &source_silent},
		{"emergency_stop_after_seconds", &emergency},
		{"lost_pulse", &lost},
	};
	enum status status =
		read_numbers(xml_child(virtual_element, "defect"), fields, COUNT(fields));

	d->meter_silent_after_seconds = (int64_t)meter_silent;
	d->zera.lost_pulse = (int64_t)lost;
	d->zera.silent_after = instant_after((struct instant){0}, source_silent);
	d->zera.emergency_stop_at = instant_after((struct instant){0}, emergency);
	return status;
}

static void read_meter_battery(struct bench_lab *self, const xmlNode *virtual_element)
{
	const xmlNode *meter = xml_child(virtual_element, "meter");
	const char *battery = meter ? xml_attribute(meter, "battery") : NULL;

	if (battery && !strcmp(battery, "empty")) {
		self->options.battery = METER_BATTERY_EMPTY;
	} else if (battery && !strcmp(battery, "absent")) {
		self->options.battery = METER_BATTERY_ABSENT;
	}
}

static void read_meter_host(struct bench_lab *self, const xmlNode *virtual_element)
{
	const char *host = xml_attribute(virtual_element, "meter");

	if (host && !strcmp(host, "emulated")) {
		self->options.emulated_image = data_folder_path(
			self->meter_image, sizeof(self->meter_image), "dut_firmware/meter.elf");
	}
}

static enum status read_virtual(struct bench_lab *self, const xmlNode *root)
{
	const xmlNode *virtual_element = xml_child(root, "virtual");
	const char *epoch = xml_attribute(root, "epoch");
	struct tm utc = {.tm_year = 0};

	if (!self->lab.is_virtual) {
		return virtual_element ? xml_fail(virtual_element,
						  "a real laboratory has no simulated parts")
				       : STATUS_OK;
	}
	if (!virtual_element || !epoch) {
		return xml_fail(root, "a virtual laboratory needs the attribute epoch (its UTC at "
				      "the start) and an element virtual");
	}
	if (!strptime(epoch, "%Y-%m-%dT%H:%M:%SZ", &utc)) {
		return xml_fail(root,
				"epoch \"%s\" is no date and time such as 2026-01-05T08:00:00Z",
				epoch);
	}
	self->options.epoch_utc_seconds = timegm(&utc);
	self->options.celsius = self->lab.ambient_celsius;
	read_meter_host(self, virtual_element);
	read_meter_battery(self, virtual_element);
	self->options.supply = self->lab.positions[0].has_auxiliary_supply ? METER_SUPPLY_AUXILIARY
									   : METER_SUPPLY_MEASURED;
	enum status status = read_tolerances(self, virtual_element);
	return status ? status : read_defects(self, virtual_element);
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
	if (status || (status = read_children(self, root, "instrument", read_instrument)) ||
	    (status = read_children(self, root, "role", read_role)) ||
	    (status = read_children(self, root, "position", read_position)) ||
	    (status = read_limits(self, root))) {
		return status;
	}
	bind_closed(self);
	for (int role = 0; lab_role_name(role); role++) {
		if (lab_role_is_needed(role) && !*lab_role_slot(&self->lab, role)) {
			return xml_fail(root, "no instrument has the role %s", lab_role_name(role));
		}
	}
	return read_virtual(self, root);
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

enum status lab_file_build(struct bench_lab *self, const struct lab_meter *meter)
{
	if (!self->lab.is_virtual) {
		return status_fail(STATUS_BAD_INPUT, "%s: not a virtual laboratory", self->path);
	}
	self->options.hardware = (struct meter_hardware){
		.model = meter->model,
		.form = meter->form,
		.serial = meter->serial,
		.class_amperes = (uint16_t)meter->class_amperes,
	};
	enum status status = virtual_lab_new(&self->options, &self->virtual_lab);
	return status ? status_prefix(status, "%s: ", self->path) : STATUS_OK;
}

static void trace_line(void *context, const char *line)
{
	const struct trace_label *label = context;

	fprintf(label->file, "%s %s\n", label->resource, line);
}

static enum status open_port(struct bench_lab *self, const char *resource,
			     const struct port_line *line, struct port **port)
{
	enum status status = self->virtual_lab
				     ? virtual_lab_open_port(self->virtual_lab, resource, port)
				     : port_open(resource, line, self->lab.clock, port);

	if (status || !self->trace) {
		return status;
	}
	assert(self->label_count < LAB_PORTS);
	struct trace_label *label = &self->labels[self->label_count++];
	*label = (struct trace_label){self->trace, (*port)->resource};
	return port_trace_new(*port, trace_line, label, port);
}

/* What the instrument does not tell cannot be compared. */
static enum status compare_with_certificate(const struct bench_lab *self,
					    const struct instrument_entry *entry,
					    const struct instrument *instrument)
{
	const struct {
		const char *what, *certified, *told;
	} names[] = {
		{"model", entry->certificate.instrument_model, instrument->identity.model},
		{"serial number", entry->certificate.instrument_serial,
		 instrument->identity.serial},
	};

	for (size_t i = 0; entry->certificate_file[0] && i < COUNT(names); i++) {
		if (names[i].told[0] && strcmp(names[i].certified, names[i].told) != 0) {
			return status_fail(
				STATUS_BAD_INPUT,
				"%s: certificate %s was issued for %s %s, but instrument "
				"%s on %s says that it is %s; name the certificate of "
				"this instrument",
				self->path, entry->certificate_file, names[i].what,
				names[i].certified, entry->id, entry->resource, names[i].told);
		}
	}
	return STATUS_OK;
}

static enum status bind_roles(struct bench_lab *self, const struct instrument_entry *entry,
			      struct instrument *instrument)
{
	for (int role = 0; lab_role_name(role); role++) {
		if (!strstr(entry->roles, lab_role_name(role))) {
			continue;
		}
		if (!lab_role_is_played(instrument, role)) {
			return status_fail(
				STATUS_BAD_INPUT, "%s: instrument %s (driver %s) cannot be the %s",
				self->path, entry->id, entry->driver, lab_role_name(role));
		}
		*lab_role_slot(&self->lab, role) = instrument;
	}
	return STATUS_OK;
}

static enum status open_instrument(struct bench_lab *self, struct instrument_entry *entry)
{
	const struct instrument_driver *driver = instrument_driver_find(entry->driver);
	struct lab *lab = &self->lab;
	struct instrument *instrument;
	struct port *port;
	enum status status = open_port(self, entry->resource, &driver->line, &port);

	if (status) {
		return status;
	}
	status = instrument_open(driver, entry->id, port, &instrument);
	if (status) {
		port_close(port);
		return status;
	}
	lab->certificates[lab->instrument_count] =
		entry->certificate_file[0] ? &entry->certificate : NULL;
	lab->warm_up_seconds[lab->instrument_count] = entry->warm_up_seconds;
	lab->instruments[lab->instrument_count++] = instrument;
	status = compare_with_certificate(self, entry, instrument);
	return status ? status : bind_roles(self, entry, instrument);
}

static enum status open_all(struct bench_lab *self)
{
	static const struct port_line optical_line = {9600, 1};
	struct lab *lab = &self->lab;
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < self->instrument_count; i++) {
		status = open_instrument(self, &self->instruments[i]);
	}
	for (int i = 0; !status && i < lab->position_count; i++) {
		status = open_port(self, self->optical[i], &optical_line,
				   &lab->positions[i].optical);
	}
	return status;
}

enum status lab_file_open(struct bench_lab *self, const struct lab_meter *meter)
{
	enum status status = self->lab.is_virtual ? lab_file_build(self, meter) : STATUS_OK;

	if (status) {
		return status;
	}
	self->lab.clock = self->virtual_lab ? virtual_lab_clock(self->virtual_lab) : clock_wall();
	status = open_all(self);
	if (status) {
		lab_file_close(self);
	}
	return status;
}

void lab_file_trace(struct bench_lab *self, FILE *file)
{
	self->trace = file;
}

void lab_file_close(struct bench_lab *self)
{
	struct lab *lab = &self->lab;

	for (int i = 0; i < lab->position_count; i++) {
		port_close(lab->positions[i].optical);
		lab->positions[i].optical = NULL;
	}
	for (int i = 0; i < lab->instrument_count; i++) {
		instrument_close(lab->instruments[i]);
		lab->instruments[i] = NULL;
	}
	lab->instrument_count = 0;
	self->label_count = 0;
	bind_closed(self);
	lab->clock = NULL;
	virtual_lab_free(self->virtual_lab);
	self->virtual_lab = NULL;
}

void lab_file_free(struct bench_lab *self)
{
	if (self) {
		lab_file_close(self);
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
