/* What a device file says: forms on their services, models, modules, approved combinations. */
#include "procedures/device_type.h"

#include <stdio.h>
#include <string.h>

#include "procedures/word_list.h"

enum status device_type_form(const struct device_type *device, const char *name,
			     const struct device_form **form)
{
	char list[128] = "";

	for (int i = 0; i < device->form_count; i++) {
		if (!strcmp(device->forms[i].name, name)) {
			*form = &device->forms[i];
			return STATUS_OK;
		}
		word_list_append(list, sizeof(list), device->forms[i].name);
	}
	return status_fail(STATUS_BAD_INPUT, "%s has no form %.20s; its forms are %s",
			   device->title, name, list);
}

static const struct device_model *find_model(const struct device_type *device, const char *name)
{
	for (int i = 0; i < device->model_count; i++) {
		if (!strcmp(device->models[i].name, name)) {
			return &device->models[i];
		}
	}
	return NULL;
}

enum status device_type_model(const struct device_type *device, const char *name)
{
	char list[192] = "";

	for (int i = 0; i < device->model_count; i++) {
		word_list_append(list, sizeof(list), device->models[i].name);
	}
	return find_model(device, name)
		       ? STATUS_OK
		       : status_fail(STATUS_BAD_INPUT, "%s has no model %.20s; its models are %s",
				     device->title, name, list);
}

enum status device_type_module(const struct device_type *device, const char *id,
			       const struct device_module **module)
{
	char list[192] = "";

	for (int i = 0; i < device->module_count; i++) {
		if (!strcmp(device->modules[i].id, id)) {
			*module = &device->modules[i];
			return STATUS_OK;
		}
		word_list_append(list, sizeof(list), device->modules[i].id);
	}
	return status_fail(STATUS_BAD_INPUT, "%s has no module %.20s; its modules are %s",
			   device->title, id, *list ? list : "none");
}

static const struct device_service *find_service(const struct device_form *form,
						 enum service service)
{
	for (int i = 0; i < form->service_count; i++) {
		if (form->services[i].service == service) {
			return &form->services[i];
		}
	}
	return NULL;
}

static enum status fail_no_service(const struct device_form *form, const char *word)
{
	char list[160] = "";

	for (int i = 0; i < form->service_count; i++) {
		word_list_append(list, sizeof(list), service_word(form->services[i].service));
	}
	return status_fail(STATUS_BAD_INPUT, "form %s has no service %.40s; its services are %s",
			   form->wiring->name, word, list);
}

/* Sets what the form says of the service that is meant. */
static void set_service(struct device_form *form, const struct device_service *service)
{
	form->service = service->service;
	snprintf(form->configuration, sizeof(form->configuration), "%s", service->configuration);
	form->voltage_count = service->voltage_count;
	memcpy(form->voltages, service->voltages, sizeof(form->voltages));
	snprintf(form->name, sizeof(form->name), "%s", form->wiring->name);
	if (service != &form->services[0]) {
		snprintf(form->name, sizeof(form->name), "%s %s", form->wiring->name,
			 service_name(service->service));
	}
}

enum status device_type_choose(const struct device_type *device, const char *form,
			       const char *service, struct device_form *chosen)
{
	const struct device_form *found = NULL;
	enum service wanted;
	enum status status = device_type_form(device, form, &found);

	if (status) {
		return status;
	}
	struct device_form copy = *found;
	if (service) {
		status = service_from_word(service, &wanted);
		if (status) {
			return status;
		}
	} else {
		wanted = copy.services[0].service;
	}
	const struct device_service *meant = find_service(&copy, wanted);
	if (!meant) {
		return fail_no_service(&copy, service);
	}
	*chosen = copy;
	set_service(chosen, &chosen->services[meant - copy.services]);
	return STATUS_OK;
}

bool device_type_has(const struct device_type *device, const char *model,
		     const struct device_module *module, const char *feature)
{
	const struct device_model *found = find_model(device, model);

	return (found && word_list_has(found->features, feature)) ||
	       (module && (!strcmp(feature, "module") || word_list_has(module->features, feature)));
}

enum status device_type_require(const struct device_type *device, const char *model,
				const struct device_module *module, const char *feature)
{
	char list[192] = "";

	if (device_type_has(device, model, module, feature)) {
		return STATUS_OK;
	}
	for (int i = 0; i < device->model_count; i++) {
		if (word_list_has(device->models[i].features, feature)) {
			word_list_append(list, sizeof(list), device->models[i].name);
		}
	}
	for (int i = 0; i < device->module_count; i++) {
		if (!strcmp(feature, "module") ||
		    word_list_has(device->modules[i].features, feature)) {
			word_list_append(list, sizeof(list), device->modules[i].name);
		}
	}
	return status_fail(STATUS_BAD_INPUT, "%s, model %s%s%s has no %s; with it there are: %s",
			   device->title, model, module ? " with module " : "",
			   module ? module->id : "", feature, *list ? list : "none");
}

bool device_type_covers(const struct device_type *device, const struct device_form *form,
			const char *model, const struct device_module *module, char *reason,
			size_t size)
{
	const struct device_service *service = find_service(form, form->service);

	reason[0] = '\0';
	if (service && *service->not_covered) {
		snprintf(reason, size, "form %s on a %s service: %s", form->wiring->name,
			 service_name(form->service), service->not_covered);
		return false;
	}
	for (int i = 0; i < device->combination_count; i++) {
		const struct device_combination *row = &device->combinations[i];
		if (word_list_has(row->models, model) &&
		    word_list_has(row->forms, form->wiring->name) &&
		    word_list_has(row->modules, module ? module->id : "none")) {
			return true;
		}
	}
	snprintf(reason, size, "form %s with model %s and %s%s is none of the combinations of %s",
		 form->wiring->name, model, module ? "module " : "no module",
		 module ? module->id : "", *device->notice ? device->notice : device->title);
	return false;
}
