/* What surrounds the meters of a virtual laboratory: who is at the bench, what is fitted and wrong.
 */
#include "bench/lab_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"

static enum module_defect module_defect(const char *word)
{
	static const char *const words[] = {
		[MODULE_GARBLES] = "garbles",
		[MODULE_IS_STALE] = "stale",
		[MODULE_IS_MESH] = "mesh",
		[MODULE_IS_DEAF] = "deaf",
	};

	for (int i = MODULE_GARBLES; i <= MODULE_IS_DEAF; i++) {
		if (!strcmp(word, words[i])) {
			return (enum module_defect)i;
		}
	}
	return MODULE_SOUND;
}

void lab_fitting_defects_read(const xmlNode *defect, struct fitting_defects *fittings)
{
	const char *service_switch = xml_attribute(defect, "service_switch");
	const char *module = xml_attribute(defect, "module");
	const char *burden =
		xml_attribute(defect, "burden_percent"); /* a number, says the schema */

	if (service_switch) {
		fittings->service_switch = !strcmp(service_switch, "welded") ? SERVICE_SWITCH_WELDED
									     : SERVICE_SWITCH_STUCK;
	}
	if (burden) {
		fittings->burden_percent = strtod(burden, NULL);
	}
	if (module) {
		fittings->module = module_defect(module);
	}
}

/* The file of answers lies beside the lab file, or in the data folder. */
static enum status read_operator(struct bench_lab *self, const xmlNode *element)
{
	const char *inspections = xml_attribute(element, "inspections");
	const char *name = xml_attribute(element, "answers");
	char path[1200];

	self->options.person.is_as_documented =
		inspections && !strcmp(inspections, "as_documented");
	if (!name) {
		return STATUS_OK;
	}
	data_folder_find(self->path, name, path, sizeof(path));
	enum status status = inspection_answers_load(path, &self->answers);
	self->options.person.answers = self->answers;
	return status ? xml_fail(element, "answers: %s", status_reason()) : STATUS_OK;
}

enum status lab_surroundings_read(struct bench_lab *self, const xmlNode *virtual_element)
{
	const xmlNode *person = xml_child(virtual_element, "operator");

	const xmlNode *meter = xml_child(virtual_element, "meter");
	const char *firmware = meter ? xml_attribute(meter, "module_firmware") : NULL;

	self->options.lead_ohms = self->lab.wiring.lead_ohms;
	self->options.lead_reactance_ohms = self->lab.wiring.lead_reactance_ohms;
	if (firmware) {
		snprintf(self->module_firmware, sizeof(self->module_firmware), "%s", firmware);
		self->options.module_firmware = self->module_firmware;
	}
	return person ? read_operator(self, person) : STATUS_OK;
}
