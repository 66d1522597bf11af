/* Opens what a lab file names: ports, instruments, roles; and closes it again. */
#include "bench/lab_parts.h"

#include <assert.h>
#include <string.h>

#include "bench/lab_roles.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

bool lab_is_script(const char *resource)
{
	return !strncmp(resource, "SCRIPT::", 8);
}

static enum status open_port(struct bench_lab *self, const char *resource,
			     const struct port_line *line, struct port **port)
{
	enum status status = self->virtual_lab && !lab_is_script(resource)
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
	if (!status) {
		status = lab_bind_calculators(self);
	}
	for (int i = 0; !status && i < lab->position_count; i++) {
		lab->positions[i].is_dropped = false;
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
	lab_bind_closed(self);
	lab->clock = NULL;
	virtual_lab_free(self->virtual_lab);
	self->virtual_lab = NULL;
}
