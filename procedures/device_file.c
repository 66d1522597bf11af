/* Reads devices/<file>.xml; what the schema cannot say (ranges that fit, forms that we can wire,
 * words that name what is there) is checked here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/device_type.h"
#include "procedures/word_list.h"
#include "procedures/xml_document.h"
#include "reference_source/load_point.h"

/* Nothing where the attribute is missing: the schema knows which ones are compulsory. */
static void copy(char *text, size_t size, const xmlNode *element, const char *attribute)
{
	const char *value = xml_attribute(element, attribute);

	snprintf(text, size, "%s", value ? value : "");
}

/* A quantity above zero. */
static enum status read_quantity(const xmlNode *element, const char *name, const char *unit,
				 double *number)
{
	if (quantity_parse(xml_attribute(element, name), unit, number)) {
		return xml_fail(element, "%s: %s", name, status_reason());
	}
	if (!(*number > 0)) {
		return xml_fail(element, "%s has to be above 0 %s", name, unit);
	}
	return STATUS_OK;
}

struct quantity_field {
	const char *attribute;
	const char *unit;
	double *number;
};

static enum status read_quantities(const xmlNode *element, const struct quantity_field *fields,
				   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum status status = read_quantity(element, fields[i].attribute, fields[i].unit,
						   fields[i].number);
		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

static enum status read_burden(const xmlNode *element, struct device_burden *burden)
{
	bool has_burden = xml_attribute(element, "burden") != NULL;
	bool has_kind = xml_attribute(element, "burden_kind") != NULL;
	bool has_volts = xml_attribute(element, "burden_volts") != NULL;

	if (has_burden != has_kind || (has_volts && !has_burden)) {
		return xml_fail(element, "burden and burden_kind come together, burden_volts only "
					 "with them");
	}
	copy(burden->kind, sizeof(burden->kind), element, "burden_kind");
	enum status status = has_burden
				     ? read_quantity(element, "burden", "VA", &burden->volt_amperes)
				     : STATUS_OK;
	return status || !has_volts ? status
				    : read_quantity(element, "burden_volts", "V", &burden->volts);
}

static enum status check_volts(const xmlNode *element, const struct device_type *device,
			       double volts)
{
	if (volts >= device->minimum_volts && volts <= device->maximum_volts) {
		return STATUS_OK;
	}
	return xml_fail(element, "%g V are outside the rating %g V to %g V", volts,
			device->minimum_volts, device->maximum_volts);
}

static enum status read_numbers(const xmlNode *element, struct device_type *device)
{
	const struct {
		const char *attribute;
		double *number;
	} numbers[] = {
		{"influence_volts_factor", &device->influence_volts_factor},
		{"influence_amperes_factor", &device->influence_amperes_factor},
		{"coldest_celsius", &device->coldest_celsius},
		{"hottest_celsius", &device->hottest_celsius},
	};
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		status = xml_number(element, numbers[i].attribute, numbers[i].number);
	}
	if (!status && device->coldest_celsius >= device->hottest_celsius) {
		status = xml_fail(element, "coldest_celsius has to be below hottest_celsius");
	}
	return status;
}

static enum status read_ratings(const xmlNode *element, struct device_type *device)
{
	const struct quantity_field fields[] = {
		{"minimum_volts", "V", &device->minimum_volts},
		{"maximum_volts", "V", &device->maximum_volts},
		{"hertz", "Hz", &device->hertz},
	};
	enum status status = read_quantities(element, fields, sizeof(fields) / sizeof(fields[0]));

	if (!status) {
		status = read_numbers(element, device);
	}
	if (!status) {
		status = read_burden(element, &device->burden);
	}
	for (xmlNode *voltage = xml_child(element, "voltage"); !status && voltage;
	     voltage = xml_next(voltage, "voltage")) {
		double *volts = &device->voltages[device->voltage_count++];
		status = read_quantity(voltage, "volts", "V", volts);
		if (!status) {
			status = check_volts(voltage, device, *volts);
		}
	}
	return status;
}

/* "120 240 277 V", rising. */
static enum status read_service_volts(const xmlNode *element, const struct device_type *device,
				      struct device_service *service)
{
	const char *at = xml_attribute(element, "volts");
	char word[32];

	while (word_list_next(&at, word, sizeof(word)) && strcmp(word, "V") != 0) {
		if (service->voltage_count == DEVICE_VOLTAGES) {
			return xml_fail(element, "more than %d voltages", DEVICE_VOLTAGES);
		}
		double volts = strtod(word, NULL);
		if (service->voltage_count &&
		    volts <= service->voltages[service->voltage_count - 1]) {
			return xml_fail(element, "volts=\"%s\" have to rise",
					xml_attribute(element, "volts"));
		}
		service->voltages[service->voltage_count++] = volts;
		enum status status = check_volts(element, device, volts);
		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

/* The high leg of a four-wire delta counts, too. */
static enum status check_every_leg(const xmlNode *element, const struct device_type *device,
				   const struct device_service *service)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < service->voltage_count; i++) {
		const struct load_point point = {.phases = 3,
						 .volts = service->voltages[i],
						 .power_factor = 1,
						 .hertz = device->hertz,
						 .single_element = -1};
		struct three_phase load;
		status = service_phasors(service->service, &point, &load);
		for (int phase = 0; !status && phase < 3; phase++) {
			if (load.volts[phase].rms > 0) {
				status = check_volts(element, device, load.volts[phase].rms);
			}
		}
	}
	return status;
}

static enum status read_service(const xmlNode *element, const struct device_type *device,
				struct device_form *form)
{
	struct device_service *service = &form->services[form->service_count];
	enum status status = service_from_word(xml_attribute(element, "type"), &service->service);

	if (status) {
		return xml_fail(element, "%s", status_reason());
	}
	for (int i = 0; i < form->service_count; i++) {
		if (form->services[i].service == service->service) {
			return xml_fail(element, "service %s stands here twice",
					service_word(service->service));
		}
	}
	form->service_count++;
	copy(service->configuration, sizeof(service->configuration), element, "configuration");
	copy(service->not_covered, sizeof(service->not_covered), element, "not_covered");
	status = read_service_volts(element, device, service);
	return status ? status : check_every_leg(element, device, service);
}

static enum status check_form(const xmlNode *element, const struct device_type *device,
			      const struct device_form *form)
{
	if (!form->wiring) {
		return xml_fail(element, "form %s is none that this program can wire", form->name);
	}
	if (form->minimum_amperes > form->test_amperes ||
	    form->test_amperes > form->maximum_amperes ||
	    form->maximum_amperes > form->class_amperes) {
		return xml_fail(element,
				"form %s: minimum %g A, test %g A, maximum %g A and class %g A "
				"have to rise",
				form->name, form->minimum_amperes, form->test_amperes,
				form->maximum_amperes, form->class_amperes);
	}
	for (int i = 0; i < device->form_count; i++) {
		if (!strcmp(device->forms[i].name, form->name)) {
			return xml_fail(element, "form %s stands here twice", form->name);
		}
	}
	return STATUS_OK;
}

static enum status read_form(const xmlNode *element, struct device_type *device)
{
	struct device_form *form = &device->forms[device->form_count];
	const struct quantity_field fields[] = {
		{"class", "A", &form->class_amperes},	  {"minimum", "A", &form->minimum_amperes},
		{"maximum", "A", &form->maximum_amperes}, {"test", "A", &form->test_amperes},
		{"kh", "Wh", &form->kh_watt_hours},	  {"kt", "Wh", &form->kt_watt_hours},
	};
	enum status status = read_quantities(element, fields, sizeof(fields) / sizeof(fields[0]));

	copy(form->name, sizeof(form->name), element, "name");
	form->wiring = form_find(form->name);
	if (!status) {
		status = check_form(element, device, form);
	}
	for (xmlNode *service = xml_child(element, "service"); !status && service;
	     service = xml_next(service, "service")) {
		status = read_service(service, device, form);
	}
	if (!status) {
		device->form_count++;
		status = device_type_choose(device, form->name, NULL, form);
	}
	return status;
}

static enum status read_model(const xmlNode *element, struct device_type *device)
{
	struct device_model *model = &device->models[device->model_count++];

	copy(model->name, sizeof(model->name), element, "name");
	copy(model->features, sizeof(model->features), element, "features");
	return STATUS_OK;
}

static enum status read_module(const xmlNode *element, struct device_type *device)
{
	struct device_module *module = &device->modules[device->module_count++];

	copy(module->id, sizeof(module->id), element, "id");
	copy(module->name, sizeof(module->name), element, "name");
	copy(module->maker, sizeof(module->maker), element, "maker");
	copy(module->label, sizeof(module->label), element, "label");
	copy(module->forbidden_on_label, sizeof(module->forbidden_on_label), element,
	     "forbidden_on_label");
	copy(module->features, sizeof(module->features), element, "features");
	return read_burden(element, &module->burden);
}

static enum status read_firmware(const xmlNode *element, struct device_type *device)
{
	copy(device->firmwares[device->firmware_count++], sizeof(device->firmwares[0]), element,
	     "version");
	return STATUS_OK;
}

static enum status read_device_quantity(const xmlNode *element, struct device_type *device)
{
	struct device_quantity *quantity = &device->quantities[device->quantity_count++];

	copy(quantity->name, sizeof(quantity->name), element, "name");
	copy(quantity->unit, sizeof(quantity->unit), element, "unit");
	copy(quantity->directions, sizeof(quantity->directions), element, "directions");
	quantity->is_approved = !strcmp(xml_attribute(element, "approved"), "yes");
	return STATUS_OK;
}

static bool is_firmware(const struct device_type *device, const char *version)
{
	for (int i = 0; i < device->firmware_count; i++) {
		if (!strcmp(device->firmwares[i], version)) {
			return true;
		}
	}
	return false;
}

static enum status check_firmware(const struct device_type *device, const char *word)
{
	return is_firmware(device, word) ? STATUS_OK
					 : status_fail(STATUS_BAD_INPUT, "%s has no firmware %.20s",
						       device->title, word);
}

static enum status check_form_name(const struct device_type *device, const char *word)
{
	const struct device_form *form;

	return device_type_form(device, word, &form);
}

static enum status check_module(const struct device_type *device, const char *word)
{
	const struct device_module *module;

	return strcmp(word, "none") != 0 ? device_type_module(device, word, &module) : STATUS_OK;
}

/* A list whose every word names something of this file. */
static enum status
read_names(const xmlNode *element, const struct device_type *device, const char *attribute,
	   enum status (*check)(const struct device_type *device, const char *word), char list[192])
{
	const char *at = list;
	char word[32];

	copy(list, 192, element, attribute);
	while (word_list_next(&at, word, sizeof(word))) {
		if (check(device, word)) {
			return xml_fail(element, "%s: %s", attribute, status_reason());
		}
	}
	return STATUS_OK;
}

static enum status read_combination(const xmlNode *element, struct device_type *device)
{
	struct device_combination *row = &device->combinations[device->combination_count++];
	enum status status = read_names(element, device, "models", device_type_model, row->models);

	if (!status) {
		status = read_names(element, device, "forms", check_form_name, row->forms);
	}
	if (!status) {
		status = read_names(element, device, "modules", check_module, row->modules);
	}
	return status ? status
		      : read_names(element, device, "firmwares", check_firmware, row->firmwares);
}

static enum status read_table(const xmlNode *element, struct device_type *device)
{
	struct device_table *table = &device->tables[device->table_count++];
	double number;
	enum status status = xml_number(element, "number", &number);

	table->number = status ? 0 : (int)number;
	copy(table->content, sizeof(table->content), element, "content");
	copy(table->changes, sizeof(table->changes), element, "changes");
	return status;
}

static enum status read_item(const xmlNode *element, struct device_type *device)
{
	struct device_item *item = &device->items[device->item_count++];

	snprintf(item->kind, sizeof(item->kind), "%s", (const char *)element->name);
	copy(item->name, sizeof(item->name), element, "name");
	copy(item->text, sizeof(item->text), element, "text");
	return read_names(element, device, "models", device_type_model, item->models);
}

/* "4 10"; the schema has checked the form. */
static void read_columns(const xmlNode *element, const char *name, struct display_field *field)
{
	sscanf(xml_attribute(element, name), "%d %d", &field->first, &field->count);
}

static enum status read_display_columns(const xmlNode *element, struct device_type *device)
{
	struct device_display_columns *display = &device->display;

	read_columns(element, "code", &display->code);
	read_columns(element, "number", &display->number);
	read_columns(element, "unit", &display->unit);
	read_columns(element, "name", &display->name);
	read_columns(element, "mode", &display->mode);
	read_columns(element, "voltages", &display->voltages);
	return STATUS_OK;
}

static void read_shown(const xmlNode *element, struct device_shown *shown)
{
	const char *optional = xml_attribute(element, "optional");

	copy(shown->code, sizeof(shown->code), element, "code");
	copy(shown->unit, sizeof(shown->unit), element, "unit");
	copy(shown->name, sizeof(shown->name), element, "name");
	copy(shown->what, sizeof(shown->what), element, "what");
	copy(shown->reads, sizeof(shown->reads), element, "reads");
	copy(shown->only_with, sizeof(shown->only_with), element, "only_with");
	shown->is_optional = optional && !strcmp(optional, "yes");
}

static enum status read_display_list(const xmlNode *element, struct device_type *device)
{
	struct device_display_list *list = &device->display_lists[device->display_list_count++];
	double seconds;
	enum status status = xml_number(element, "seconds", &seconds);

	if (!device->display.code.count) {
		return xml_fail(element, "a list of the display needs display_columns before it");
	}
	list->seconds = status ? 0 : (int)seconds;
	copy(list->name, sizeof(list->name), element, "name");
	copy(list->mode, sizeof(list->mode), element, "mode");
	for (const xmlNode *shown = xml_child(element, "shows"); shown;
	     shown = xml_next(shown, "shows")) {
		read_shown(shown, &list->shown[list->shown_count++]);
	}
	return status;
}

static enum status read_notice(const xmlNode *element, struct device_type *device)
{
	copy(device->notice, sizeof(device->notice), element, "document");
	copy(device->notice_date, sizeof(device->notice_date), element, "date");
	return STATUS_OK;
}

static const struct {
	const char *element;
	enum status (*read)(const xmlNode *element, struct device_type *device);
} readers[] = {
	{"notice", read_notice},
	{"ratings", read_ratings},
	{"quantity", read_device_quantity},
	{"model", read_model},
	{"module", read_module},
	{"firmware", read_firmware},
	{"form", read_form},
	{"combination", read_combination},
	{"table", read_table},
	{"display_columns", read_display_columns},
	{"display_list", read_display_list},
	{"switch", read_item},
	{"display", read_item},
	{"sealing_point", read_item},
	{"nameplate", read_item},
	{"construction", read_item},
};

/* The schema has put the elements into an order in which each finds what it names. */
static enum status read_device(const xmlNode *root, struct device_type *device)
{
	enum status status = STATUS_OK;

	copy(device->id, sizeof(device->id), root, "id");
	copy(device->title, sizeof(device->title), root, "title");
	copy(device->manufacturer, sizeof(device->manufacturer), root, "manufacturer");
	for (xmlNode *element = xml_child(root, NULL); !status && element;
	     element = xml_next(element, NULL)) {
		for (size_t i = 0; !status && i < sizeof(readers) / sizeof(readers[0]); i++) {
			if (!strcmp((const char *)element->name, readers[i].element)) {
				status = readers[i].read(element, device);
			}
		}
	}
	return status;
}

enum status device_type_load(const char *path, struct device_type *device)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "procedures/device.xsd", &document);

	memset(device, 0, sizeof(*device));
	if (!status) {
		status = read_device(xmlDocGetRootElement(document), device);
		xmlFreeDoc(document);
	}
	return status;
}
