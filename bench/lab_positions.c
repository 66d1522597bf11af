/* The positions of a laboratory: their ports, and who counts their pulses. */
#include <stdio.h>
#include <string.h>

#include "bench/certificate_file.h"
#include "bench/lab_parts.h"

/* A position with a calculator of its own needs a pulse input that nobody else has. */
static enum status read_calculator(struct bench_lab *self, const xmlNode *element, int index,
				   int channel)
{
	const char *id = xml_attribute(element, "error_calculator");

	self->inputs[index] = channel;
	snprintf(self->calculators[index], sizeof(self->calculators[0]), "%s", id ? id : "");
	if (id && !lab_entry_find(self, id)) {
		return xml_fail(element,
				"position %d names instrument \"%s\", which is not in this file",
				self->lab.positions[index].number, id);
	}
	for (int i = 0; i < index; i++) {
		if (self->inputs[i] == channel &&
		    !strcmp(self->calculators[i], self->calculators[index])) {
			return xml_fail(element,
					"position %d has the pulse input of position %d; give it a "
					"channel or an error_calculator of its own",
					self->lab.positions[index].number,
					self->lab.positions[i].number);
		}
	}
	return STATUS_OK;
}

static enum status read_isolation(struct bench_lab *self, const xmlNode *element, int index)
{
	const char *file = xml_attribute(element, "isolation");

	if (!file) {
		return STATUS_OK;
	}
	snprintf(self->isolation_files[index], sizeof(self->isolation_files[0]), "%s", file);
	self->lab.positions[index].isolation = &self->isolations[index];
	return certificate_load(file, &self->isolations[index]);
}

enum status lab_position_read(struct bench_lab *self, const xmlNode *element)
{
	int index = self->lab.position_count;
	struct lab_position *position = &self->lab.positions[self->lab.position_count];
	const char *optical = xml_attribute(element, "optical");
	const char *supply = xml_attribute(element, "supply");
	double number, channel;
	enum status status = lab_check_port(self, element, optical);

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
	status = read_isolation(self, element, index);
	return status ? status : read_calculator(self, element, index, (int)channel);
}

static struct instrument *opened_instrument(const struct lab *lab, const char *id)
{
	for (int i = 0; i < lab->instrument_count; i++) {
		if (!strcmp(lab->instruments[i]->name, id)) {
			return lab->instruments[i];
		}
	}
	return NULL;
}

enum status lab_bind_calculators(struct bench_lab *self)
{
	struct lab *lab = &self->lab;
	bool has_own = false;
	enum status status = STATUS_OK;

	for (int i = 0; i < lab->position_count; i++) {
		has_own |= self->calculators[i][0] != '\0';
		lab->positions[i].channel = self->inputs[i];
	}
	if (!has_own) {
		return STATUS_OK;
	}
	error_calculator_group_init(&self->group, "error calculators");
	for (int i = 0; !status && i < lab->position_count; i++) {
		struct instrument *own = self->calculators[i][0]
						 ? opened_instrument(lab, self->calculators[i])
						 : lab->error_calculator;

		status = error_calculator_group_add(&self->group, lab->positions[i].number, own,
						    self->inputs[i]);
		lab->positions[i].channel = lab->positions[i].number;
	}
	if (status) {
		return status_prefix(status, "%s: ", self->path);
	}
	lab->error_calculator = &self->group.instrument;
	return STATUS_OK;
}
