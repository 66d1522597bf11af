/* Reads devices/<file>.xml; what the schema cannot say (ranges that fit, forms that we can wire) is
 * checked here. */
#include "procedures/device_type.h"

#include <stdio.h>
#include <string.h>

#include "procedures/xml_document.h"
#include "reference_source/load_point.h"

static const struct {
	const char *name;
	enum service service;
} services[] = {
	{"wye_4_wire", SERVICE_WYE_4_WIRE},
	{"delta_4_wire", SERVICE_DELTA_4_WIRE},
	{"network_3_wire", SERVICE_NETWORK_3_WIRE},
	{"delta_3_wire", SERVICE_DELTA_3_WIRE},
};

static void copy(char *text, size_t size, const xmlNode *element, const char *attribute)
{
	snprintf(text, size, "%s", xml_attribute(element, attribute));
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

static enum status read_ratings(const xmlNode *element, struct device_type *device)
{
	const struct quantity_field fields[] = {
		{"minimum_volts", "V", &device->minimum_volts},
		{"maximum_volts", "V", &device->maximum_volts},
		{"hertz", "Hz", &device->hertz},
	};
	enum status status = read_quantities(element, fields, sizeof(fields) / sizeof(fields[0]));

	if (!status) {
		status = xml_number(element, "influence_volts_factor",
				    &device->influence_volts_factor);
	}
	if (!status) {
		status = xml_number(element, "influence_amperes_factor",
				    &device->influence_amperes_factor);
	}
	for (xmlNode *voltage = xml_child(element, "voltage"); !status && voltage;
	     voltage = xml_next(voltage, "voltage")) {
		double *volts = &device->voltages[device->voltage_count++];
		status = read_quantity(voltage, "volts", "V", volts);
		if (!status && (*volts < device->minimum_volts || *volts > device->maximum_volts)) {
			status = xml_fail(voltage, "%g V are outside the rating %g V to %g V",
					  *volts, device->minimum_volts, device->maximum_volts);
		}
	}
	return status;
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
	struct device_form form = {.service = SERVICE_WYE_4_WIRE};
	const struct quantity_field fields[] = {
		{"class", "A", &form.class_amperes},	 {"minimum", "A", &form.minimum_amperes},
		{"maximum", "A", &form.maximum_amperes}, {"test", "A", &form.test_amperes},
		{"kh", "Wh", &form.kh_watt_hours},	 {"kt", "Wh", &form.kt_watt_hours},
	};
	enum status status = read_quantities(element, fields, sizeof(fields) / sizeof(fields[0]));

	if (status) {
		return status;
	}
	copy(form.name, sizeof(form.name), element, "name");
	copy(form.configuration, sizeof(form.configuration), element, "configuration");
	form.wiring = form_find(form.name);
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (!strcmp(services[i].name, xml_attribute(element, "service"))) {
			form.service = services[i].service;
		}
	}
	status = check_form(element, device, &form);
	if (!status) {
		device->forms[device->form_count++] = form;
	}
	return status;
}

static enum status read_device(const xmlNode *root, struct device_type *device)
{
	copy(device->id, sizeof(device->id), root, "id");
	copy(device->title, sizeof(device->title), root, "title");
	copy(device->manufacturer, sizeof(device->manufacturer), root, "manufacturer");
	enum status status = read_ratings(xml_child(root, "ratings"), device);
	for (xmlNode *model = xml_child(root, "model"); model; model = xml_next(model, "model")) {
		copy(device->models[device->model_count++], sizeof(device->models[0]), model,
		     "name");
	}
	for (xmlNode *firmware = xml_child(root, "firmware"); firmware;
	     firmware = xml_next(firmware, "firmware")) {
		copy(device->firmwares[device->firmware_count++], sizeof(device->firmwares[0]),
		     firmware, "version");
	}
	for (xmlNode *form = xml_child(root, "form"); !status && form;
	     form = xml_next(form, "form")) {
		status = read_form(form, device);
	}
	return status;
}

enum status device_type_load(const char *path, struct device_type *device)
{
	xmlDocPtr document;
	enum status status = xml_document_load(path, "procedures/device.xsd", &document);

	*device = (struct device_type){.id = ""};
	if (!status) {
		status = read_device(xmlDocGetRootElement(document), device);
		xmlFreeDoc(document);
	}
	return status;
}

/* Appends ", word" to a list. */
static void append_word(char *list, size_t size, const char *word)
{
	size_t length = strlen(list);

	snprintf(list + length, size - length, "%s%s", length ? ", " : "", word);
}

enum status device_type_form(const struct device_type *device, const char *name,
			     const struct device_form **form)
{
	char list[128] = "";

	for (int i = 0; i < device->form_count; i++) {
		if (!strcmp(device->forms[i].name, name)) {
			*form = &device->forms[i];
			return STATUS_OK;
		}
		append_word(list, sizeof(list), device->forms[i].name);
	}
	return status_fail(STATUS_BAD_INPUT, "%s has no form %.20s; its forms are %s",
			   device->title, name, list);
}

enum status device_type_model(const struct device_type *device, const char *name)
{
	char list[192] = "";

	for (int i = 0; i < device->model_count; i++) {
		if (!strcmp(device->models[i], name)) {
			return STATUS_OK;
		}
		append_word(list, sizeof(list), device->models[i]);
	}
	return status_fail(STATUS_BAD_INPUT, "%s has no model %.20s; its models are %s",
			   device->title, name, list);
}
