/* Draws the parts of one laboratory from its seed and wires them. Meters first: their pulses
 * precede who counts them. */
#include "bench/virtual_lab/virtual_lab.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/emulated_meter.h"
#include "bench/virtual_lab/linked_meter.h"
#include "reference_source/repeatable_noise.h"

struct virtual_lab {
	struct virtual_time *time;
	struct world *world;
	struct virtual_line *zera_line;
	struct virtual_line *check_line;
	struct virtual_line *optical_line;
	struct virtual_zera_mt *zera;
	struct virtual_zera_mt *check;
	struct hosted_meter *meter;
	struct service_switch *service_switch;
	struct sensor_model sensors;
};

static const struct port_line zera_line = {9600, 2};
static const struct port_line optical_line = {9600, 1};

static double drawn_uniform(uint64_t seed, const char *name, unsigned index, double half_width)
{
	return half_width * (2.0 * noise_uniform(noise_stream(seed, name), index) - 1.0);
}

static double drawn_normal(uint64_t seed, const char *name, unsigned index, double deviation)
{
	return deviation * noise_gaussian(noise_stream(seed, name), index);
}

static void draw_sensors(const struct virtual_lab_options *options, struct sensor_model *sensors)
{
	const struct virtual_lab_tolerances *tolerances = &options->tolerances;
	const struct virtual_lab_defects *defects = &options->defects;
	uint64_t seed = options->seed;
	bool is_class_20 = options->hardware.class_amperes == 20;

	*sensors = (struct sensor_model){
		.form = form_find(options->hardware.form),
		.seed = noise_bits(noise_stream(seed, "meter noise"), 0),
		.full_scale_volts = METER_FULL_SCALE_VOLTS,
		.full_scale_amperes = is_class_20 ? METER_FULL_SCALE_AMPERES_CLASS_20
						  : METER_FULL_SCALE_AMPERES_CLASS_200,
		.lag_is_delay = tolerances->meter_lag_is_delay,
		.volts_noise_counts = tolerances->meter_noise_counts,
		.amperes_noise_counts = tolerances->meter_noise_counts,
		.crystal_ppm = drawn_uniform(seed, "crystal", 0, tolerances->crystal_ppm),
		.crystal_ppm_per_square_kelvin = tolerances->crystal_ppm_per_square_kelvin,
		.celsius = options->celsius,
	};
	for (unsigned i = 0; i < 3; i++) {
		sensors->amperes_gain_percent[i] =
			drawn_uniform(seed, "meter gain", i, tolerances->meter_gain_percent) +
			defects->element_gain_percent[i];
		sensors->lag_degrees[i] =
			drawn_uniform(seed, "meter lag", i, tolerances->meter_lag_degrees) +
			defects->element_lag_degrees[i];
		sensors->volts_offset_counts[i] =
			drawn_uniform(seed, "volts offset", i, tolerances->meter_offset_counts);
		sensors->amperes_offset_counts[i] =
			drawn_uniform(seed, "amperes offset", i, tolerances->meter_offset_counts);
		sensors->gain_ppm_per_kelvin[i] =
			drawn_uniform(seed, "gain drift", i, tolerances->meter_temperature_ppm);
	}
}

/* One gain and one phase error for the whole standard: its phases share the reference inside. */
static struct standard_model draw_standard(uint64_t seed, const char *name,
					   const struct virtual_standard_options *options)
{
	char gain_name[32], lag_name[32], noise_name[32];

	snprintf(gain_name, sizeof(gain_name), "%s gain", name);
	snprintf(lag_name, sizeof(lag_name), "%s lag", name);
	snprintf(noise_name, sizeof(noise_name), "%s noise", name);
	double gain =
		options->gain_percent + drawn_normal(seed, gain_name, 0, options->gain_sd_percent);
	double lag =
		options->lag_degrees + drawn_normal(seed, lag_name, 0, options->lag_sd_degrees);

	return (struct standard_model){
		.seed = noise_bits(noise_stream(seed, noise_name), 0),
		.gain_percent = {gain, gain, gain},
		.lag_degrees = {lag, lag, lag},
		.noise_percent = options->noise_percent,
	};
}

static void add_zera(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	struct virtual_zera_mt_options zera = virtual_zera_mt_defaults();

	zera.source = options->tolerances.source;
	zera.standard = draw_standard(options->seed, "standard", &options->standard);
	zera.faults = options->defects.zera;
	zera.source.seed = noise_bits(noise_stream(options->seed, "source"), 0);
	lab->zera = virtual_zera_mt_new(lab->time, lab->world, lab->zera_line, &zera);
}

/* It hangs in the same circuits as the other one; nobody switches its own source on. */
static void add_check(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	struct virtual_zera_mt_options check = virtual_zera_mt_defaults();

	check.standard = draw_standard(options->seed, "check standard", &options->check_standard);
	lab->check = virtual_zera_mt_new(lab->time, lab->world, lab->check_line, &check);
}

static enum status add_meter(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	struct emulated_meter_options emulated = {.image = options->emulated_image};
	struct hosted_meter_options meter = {
		.hardware = options->hardware,
		.sensors = lab->sensors,
		.channel = 1,
		.supply = options->supply,
		.battery = options->battery,
		.block_frames = options->block_frames,
		.silent_after_seconds = options->defects.meter_silent_after_seconds,
	};
	struct meter_backend *backend;

	if (!options->emulated_image) {
		backend = linked_meter_new();
	} else {
		enum status status = emulated_meter_new(&emulated, &backend);
		if (status) {
			return status;
		}
	}
	return hosted_meter_new(lab->time, lab->world, lab->optical_line, &meter, backend,
				&lab->meter);
}

static bool has_service_switch(const char *model)
{
	size_t length = strlen(model);

	return length > 3 && !strcmp(model + length - 3, "-SD");
}

static void fit_service_switch(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	if (has_service_switch(options->hardware.model)) {
		lab->service_switch = service_switch_new(lab->time, lab->world, lab->sensors.form,
							 1, options->defects.service_switch);
		hosted_meter_fit_switch(lab->meter, lab->service_switch);
	}
}

enum status virtual_lab_new(const struct virtual_lab_options *options, struct virtual_lab **lab)
{
	struct virtual_lab *self = calloc(1, sizeof(*self));

	assert(self);
	self->time = virtual_time_new(options->epoch_utc_seconds);
	self->world = world_new();
	draw_sensors(options, &self->sensors);
	self->optical_line = virtual_line_new(self->time, "optical", &optical_line);
	enum status status = add_meter(self, options);
	if (status) {
		virtual_lab_free(self);
		return status;
	}
	fit_service_switch(self, options);
	self->zera_line = virtual_line_new(self->time, "zera", &zera_line);
	add_zera(self, options);
	self->check_line = virtual_line_new(self->time, "check", &zera_line);
	add_check(self, options);
	*lab = self;
	return STATUS_OK;
}

void virtual_lab_free(struct virtual_lab *lab)
{
	if (!lab) {
		return;
	}
	hosted_meter_free(lab->meter);
	service_switch_free(lab->service_switch);
	if (lab->zera) {
		virtual_zera_mt_free(lab->zera);
	}
	if (lab->check) {
		virtual_zera_mt_free(lab->check);
	}
	virtual_line_free(lab->check_line);
	virtual_line_free(lab->zera_line);
	virtual_line_free(lab->optical_line);
	world_free(lab->world);
	virtual_time_free(lab->time);
	free(lab);
}

struct clock *virtual_lab_clock(struct virtual_lab *lab)
{
	return virtual_time_clock(lab->time);
}

struct virtual_time *virtual_lab_time(struct virtual_lab *lab)
{
	return lab->time;
}

struct world *virtual_lab_world(struct virtual_lab *lab)
{
	return lab->world;
}

struct hosted_meter *virtual_lab_meter(struct virtual_lab *lab)
{
	return lab->meter;
}

struct service_switch *virtual_lab_service_switch(struct virtual_lab *lab)
{
	return lab->service_switch;
}

struct virtual_line *virtual_lab_line(struct virtual_lab *lab, size_t index, const char **name)
{
	static const char *const names[] = {"optical", "zera", "check"};
	struct virtual_line *const lines[] = {lab->optical_line, lab->zera_line, lab->check_line};

	if (index >= sizeof(names) / sizeof(names[0])) {
		return NULL;
	}
	*name = names[index];
	return lines[index];
}

enum status virtual_lab_open_port(struct virtual_lab *lab, const char *resource, struct port **port)
{
	const char *name;

	for (size_t i = 0; virtual_lab_line(lab, i, &name); i++) {
		if (!strncmp(resource, "VIRTUAL::", 9) && !strcmp(resource + 9, name)) {
			return virtual_line_open_port(virtual_lab_line(lab, i, &name), port);
		}
	}
	return status_fail(STATUS_BAD_INPUT,
			   "the virtual laboratory has no port \"%s\"; there are VIRTUAL::optical, "
			   "VIRTUAL::zera, VIRTUAL::check",
			   resource);
}

const struct sensor_model *virtual_lab_sensor_model(const struct virtual_lab *lab)
{
	return &lab->sensors;
}

int64_t virtual_lab_frames(const struct virtual_lab *lab)
{
	return hosted_meter_frames(lab->meter);
}
