/* Which meters a run is about. */
#include "bench/run_meters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* What the programme names, the run's model, or the device's first one: names of the device file.
 */
static enum status find_model(const struct evaluation *options, const struct device_type *device,
			      const char *own, const char **model)
{
	const char *wanted = or_null(own) ? own : options->model;

	*model = device->models[0].name;
	for (int i = 0; wanted && i < device->model_count; i++) {
		if (!strcmp(device->models[i].name, wanted)) {
			*model = device->models[i].name;
		}
	}
	return wanted ? device_type_model(device, wanted) : STATUS_OK;
}

static enum status choose(const struct evaluation *options, const struct device_type *device,
			  const struct programme_meter *wanted, struct run_meter *meter)
{
	const char *module = or_null(wanted->module);
	enum status status =
		device_type_choose(device, wanted->form, or_null(wanted->service), &meter->form);

	if (!status) {
		status = find_model(options, device, wanted->model, &meter->model);
	}
	if (!status && module) {
		status = device_type_module(device, module, &meter->module);
	}
	if (!status && !device_type_covers(device, &meter->form, meter->model, meter->module,
					   meter->not_covered, sizeof(meter->not_covered))) {
		fprintf(stderr, "mcbench: not covered by the notice: %s\n", meter->not_covered);
	}
	return status;
}

/* Forms of the command line as if the programme named them. */
static enum status from_options(const struct evaluation *options, int index,
				struct programme_meter *wanted)
{
	const struct {
		const char *option, *text;
		char *to;
		size_t size;
	} words[] = {
		{"--form", options->forms[index], wanted->form, sizeof(wanted->form)},
		{"--service", options->service, wanted->service, sizeof(wanted->service)},
		{"--module", options->module, wanted->module, sizeof(wanted->module)},
	};

	*wanted = (struct programme_meter){.form = ""};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *text = words[i].text ? words[i].text : "";
		if ((size_t)snprintf(words[i].to, words[i].size, "%s", text) >= words[i].size) {
			return status_fail(STATUS_BAD_INPUT, "%s %.60s: there is no such thing",
					   words[i].option, text);
		}
	}
	return STATUS_OK;
}

/* A record tells its meters apart by name: form, service where it is not the form's own, and model
 * and module where the run has several. */
static void name_meters(struct run_meters *meters)
{
	bool has_models = false;
	bool has_modules = false;

	for (int i = 1; i < meters->count; i++) {
		has_models |= strcmp(meters->meters[i].model, meters->meters[0].model) != 0;
		has_modules |= meters->meters[i].module != meters->meters[0].module;
	}
	for (int i = 0; i < meters->count; i++) {
		struct run_meter *meter = &meters->meters[i];
		char name[sizeof(meter->form.name)];

		snprintf(name, sizeof(name), "%.24s%s%s%s%s", meter->form.name,
			 has_models ? " " : "", has_models ? meter->model : "",
			 has_modules && meter->module ? " " : "",
			 has_modules && meter->module ? meter->module->id : "");
		memcpy(meter->form.name, name, sizeof(name));
	}
}

static enum status refuse_twins(const struct run_meters *meters)
{
	for (int i = 0; i < meters->count; i++) {
		for (int j = 0; j < i; j++) {
			if (!strcmp(meters->meters[i].form.name, meters->meters[j].form.name)) {
				return status_fail(STATUS_BAD_INPUT, "the run has %s twice",
						   meters->meters[i].form.name);
			}
		}
	}
	return STATUS_OK;
}

static enum status choose_all(const struct evaluation *options, const struct programme *programme,
			      const struct device_type *device, struct run_meters *meters)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < meters->count; i++) {
		struct programme_meter own;
		const struct programme_meter *wanted = &own;
		if (options->form_count) {
			status = from_options(options, i, &own);
		} else {
			wanted = &programme->meters[i];
		}
		if (!status) {
			status = choose(options, device, wanted, &meters->meters[i]);
		}
		if (status && !options->form_count) {
			status_prefix(status, "%s line %ld: ", programme->file, wanted->line);
		}
	}
	return status;
}

enum status run_meters_load(const struct evaluation *options, const struct programme *programme,
			    const struct device_type *device, struct run_meters *meters)
{
	bool is_own = options->form_count > 0;

	*meters = (struct run_meters){.count = is_own ? options->form_count
						      : (int)programme->meter_count};
	if (!meters->count) {
		return status_fail(STATUS_BAD_INPUT,
				   "programme %s names no meters: run needs --form (for example "
				   "--form %s)",
				   programme->file, device->forms[0].name);
	}
	meters->meters = calloc((size_t)meters->count, sizeof(*meters->meters));
	if (!meters->meters) {
		return status_fail(STATUS_IO, "no memory for %d meters", meters->count);
	}
	enum status status = choose_all(options, programme, device, meters);
	if (!status) {
		name_meters(meters);
		status = refuse_twins(meters);
	}
	for (int i = 0; !status && i < meters->count; i++) {
		status = programme_load_for(options->programme_path, device,
					    &meters->meters[i].form, &meters->meters[i].programme);
	}
	return status;
}

void run_meters_free(struct run_meters *meters)
{
	for (int i = 0; meters->meters && i < meters->count; i++) {
		programme_free(&meters->meters[i].programme);
	}
	free(meters->meters);
	*meters = (struct run_meters){.count = 0};
}
