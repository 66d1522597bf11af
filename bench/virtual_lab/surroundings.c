/* Makes and keeps the parts around the meters. */
#include "bench/virtual_lab/surroundings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct surroundings {
	struct virtual_time *time;
	struct world *world;
	struct fitted_meters meters;
	struct virtual_operator *person;
	struct virtual_gateway *gateway;
	struct virtual_yokogawa_wt *wattmeter;
};

struct surroundings *surroundings_new(struct virtual_time *time, struct world *world)
{
	struct surroundings *self = calloc(1, sizeof(*self));

	assert(self);
	self->time = time;
	self->world = world;
	return self;
}

void surroundings_free(struct surroundings *self)
{
	if (!self) {
		return;
	}
	for (int i = 0; i < self->meters.count; i++) {
		service_switch_free(self->meters.meters[i].service_switch);
		virtual_module_free(self->meters.meters[i].module);
	}
	virtual_operator_free(self->person);
	virtual_gateway_free(self->gateway);
	virtual_yokogawa_wt_free(self->wattmeter);
	free(self);
}

static bool has_service_switch(const char *model)
{
	size_t length = strlen(model);

	return length > 3 && !strcmp(model + length - 3, "-SD");
}

static enum status fit_module(struct surroundings *self, const struct placed *placed,
			      struct fitted_meter *fitted)
{
	const struct virtual_module_options options = {
		.number = placed->module,
		.firmware = placed->module_firmware,
		.defect = placed->defects.module,
	};

	return virtual_module_new(self->time, fitted->meter, &options, &fitted->module);
}

enum status surroundings_add_meter(struct surroundings *self, const struct placed *placed)
{
	struct fitted_meter *fitted = &self->meters.meters[self->meters.count++];

	assert(self->meters.count <= FITTED_METERS);
	*fitted = (struct fitted_meter){
		.position = placed->position,
		.meter = placed->meter,
		.burden = placed->burden,
		.drop = placed->drop,
	};
	if (has_service_switch(placed->model)) {
		fitted->service_switch =
			service_switch_new(self->time, self->world, placed->form, placed->position,
					   placed->defects.service_switch);
		hosted_meter_fit_switch(fitted->meter, fitted->service_switch);
	}
	return placed->module ? fit_module(self, placed, fitted) : STATUS_OK;
}

void surroundings_add_operator(struct surroundings *self, struct virtual_line *line,
			       const struct virtual_operator_options *options)
{
	self->person = virtual_operator_new(self->time, self->world, line, &self->meters, options);
}

void surroundings_add_gateway(struct surroundings *self, struct virtual_line *line)
{
	self->gateway = virtual_gateway_new(self->time, line, &self->meters);
}

void surroundings_add_wattmeter(struct surroundings *self, struct virtual_line *line,
				double gain_percent)
{
	self->wattmeter =
		virtual_yokogawa_wt_new(self->time, self->world, line, &self->meters, gain_percent);
}

struct fitted_meter *surroundings_meter(struct surroundings *self, int position)
{
	return fitted_meter_find(&self->meters, position);
}
