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

/* Of each position, and of what every laboratory has. */
#define LINES (2 * VIRTUAL_LAB_POSITIONS + 16)
#define SERIAL_LENGTH 17
#define MODULE_FIRMWARE "SIM1.00" /* of nobody's product */

struct named_line {
	struct virtual_line *line;
	char name[24];
};

struct placed_meter {
	struct hosted_meter *meter;
	struct virtual_line *line;
	struct sensor_model sensors;
	struct meter_burden burden;
	struct burden_drop drop;
	char serial[SERIAL_LENGTH];
};

struct virtual_lab {
	struct virtual_time *time;
	struct world *world;
	struct climate *climate;
	struct virtual_espec_p300 *chamber;
	struct virtual_zera_mt *zera;
	struct virtual_zera_mt *check;
	struct surroundings *surroundings;
	int meter_count;
	struct placed_meter meters[VIRTUAL_LAB_POSITIONS];
	int line_count;
	struct named_line lines[LINES];
};

static const struct port_line zera_line = {9600, 2};
static const struct port_line chamber_line = {9600, 1};
static const struct port_line optical_line = {9600, 1};
static const struct port_line text_line = {9600, 1};
static const struct port_line gateway_line = {115200, 1};

static double drawn_uniform(uint64_t seed, const char *name, unsigned index, double half_width)
{
	return half_width * (2.0 * noise_uniform(noise_stream(seed, name), index) - 1.0);
}

static double drawn_normal(uint64_t seed, const char *name, unsigned index, double deviation)
{
	return deviation * noise_gaussian(noise_stream(seed, name), index);
}

/* Of the first meter number 1's draws are those of a laboratory with one position. */
static void draw_sensors(const struct virtual_lab_options *options,
			 const struct virtual_lab_position *position, struct sensor_model *sensors)
{
	const struct virtual_lab_tolerances *tolerances = &options->tolerances;
	const struct virtual_lab_defects *defects =
		position->has_defects ? &position->defects : &options->defects;
	uint64_t seed = options->seed;
	unsigned place = (unsigned)position->number - 1;
	bool is_class_20 = options->hardware.class_amperes == 20;

	*sensors = (struct sensor_model){
		.form = form_find(options->hardware.form),
		.seed = noise_bits(noise_stream(seed, "meter noise"), place),
		.full_scale_volts = METER_FULL_SCALE_VOLTS,
		.full_scale_amperes = is_class_20 ? METER_FULL_SCALE_AMPERES_CLASS_20
						  : METER_FULL_SCALE_AMPERES_CLASS_200,
		.lag_is_delay = tolerances->meter_lag_is_delay,
		.volts_noise_counts = tolerances->meter_noise_counts,
		.amperes_noise_counts = tolerances->meter_noise_counts,
		.crystal_ppm = drawn_uniform(seed, "crystal", place, tolerances->crystal_ppm),
		.crystal_ppm_per_square_kelvin = tolerances->crystal_ppm_per_square_kelvin,
		.celsius = options->celsius,
	};
	for (unsigned i = 0; i < 3; i++) {
		unsigned draw = 3 * place + i;

		sensors->amperes_gain_percent[i] =
			drawn_uniform(seed, "meter gain", draw, tolerances->meter_gain_percent) +
			defects->element_gain_percent[i];
		sensors->lag_degrees[i] =
			drawn_uniform(seed, "meter lag", draw, tolerances->meter_lag_degrees) +
			defects->element_lag_degrees[i];
		sensors->volts_offset_counts[i] =
			drawn_uniform(seed, "volts offset", draw, tolerances->meter_offset_counts);
		sensors->amperes_offset_counts[i] = drawn_uniform(seed, "amperes offset", draw,
								  tolerances->meter_offset_counts);
		sensors->gain_ppm_per_kelvin[i] =
			drawn_uniform(seed, "gain drift", draw, tolerances->meter_temperature_ppm);
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

static struct virtual_line *add_line(struct virtual_lab *lab, const char *kind, int number,
				     const struct port_line *settings)
{
	struct named_line *named = &lab->lines[lab->line_count++];

	assert(lab->line_count <= LINES);
	snprintf(named->name, sizeof(named->name), number ? "%s_%d" : "%s", kind, number);
	named->line = virtual_line_new(lab->time, named->name, settings);
	return named->line;
}

static void add_zera(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	struct virtual_zera_mt_options zera = virtual_zera_mt_defaults();

	zera.source = options->tolerances.source;
	zera.standard = draw_standard(options->seed, "standard", &options->standard);
	zera.standard.faults = options->defects.standard;
	zera.faults = options->defects.zera;
	if (options->position_count) {
		zera.channel = options->positions[0].number;
		if (options->positions[0].has_defects) {
			zera.faults.lost_pulse = options->positions[0].defects.zera.lost_pulse;
		}
	}
	zera.source.seed = noise_bits(noise_stream(options->seed, "source"), 0);
	lab->zera = virtual_zera_mt_new(lab->time, lab->world, add_line(lab, "zera", 0, &zera_line),
					&zera);
	for (int i = 1; i < options->position_count; i++) {
		const struct virtual_lab_position *position = &options->positions[i];

		virtual_zera_mt_add_calculator(
			lab->zera, add_line(lab, "calculator", position->number, &zera_line),
			position->number, position->defects.zera.lost_pulse);
	}
}

/* It hangs in the same circuits as the other one; nobody switches its own source on. */
static void add_check(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	struct virtual_zera_mt_options check = virtual_zera_mt_defaults();

	check.standard = draw_standard(options->seed, "check standard", &options->check_standard);
	lab->check = virtual_zera_mt_new(lab->time, lab->world,
					 add_line(lab, "check", 0, &zera_line), &check);
}

static void meter_follows(void *context, struct instant at, double celsius)
{
	hosted_meter_set_celsius(context, at, celsius);
}

/* All meters hang in it from the beginning. */
static void add_chamber(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	struct climate_options climate = options->climate;
	struct virtual_line *line = add_line(lab, "chamber", 0, &chamber_line);

	climate.room_celsius = options->celsius;
	lab->climate = climate_new(lab->time, &climate);
	for (int i = 0; i < lab->meter_count; i++) {
		climate_add(lab->climate,
			    &(struct climate_follower){lab->meters[i].meter, meter_follows});
	}
	lab->chamber =
		virtual_espec_p300_new(lab->time, lab->climate, line, &options->defects.chamber);
}

/* "00000009" and 2 more: "00000011". Digits at the end are counted up; without any the number
 * follows the text. */
static void count_serial(const char *first, unsigned more, char serial[SERIAL_LENGTH])
{
	size_t end = strlen(first);

	snprintf(serial, SERIAL_LENGTH, "%s", first);
	if (end == 0 || end >= SERIAL_LENGTH || first[end - 1] < '0' || first[end - 1] > '9') {
		snprintf(serial, SERIAL_LENGTH, more ? "%.12s-%u" : "%.16s", first, more + 1);
		return;
	}
	for (size_t i = end; more && i-- > 0 && serial[i] >= '0' && serial[i] <= '9'; more /= 10) {
		more += (unsigned)(serial[i] - '0');
		serial[i] = (char)('0' + more % 10);
	}
}

static enum status surround(struct virtual_lab *lab, const struct virtual_lab_options *options,
			    const struct placed_meter *meter, int position,
			    const struct virtual_lab_defects *defects)
{
	struct placed placed = {
		.position = position,
		.meter = meter->meter,
		.form = meter->sensors.form,
		.model = options->hardware.model,
		.module = options->module,
		.module_firmware =
			options->module_firmware ? options->module_firmware : MODULE_FIRMWARE,
		.burden = meter->burden,
		.drop = meter->drop,
		.defects = defects->fittings,
	};

	return surroundings_add_meter(lab->surroundings, &placed);
}

/* All positions hang on the same leads, and each takes what this one takes. */
static void load_leads(const struct virtual_lab_options *options,
		       const struct fitting_defects *defects, struct placed_meter *placed)
{
	int count = options->position_count > 1 ? options->position_count : 1;

	placed->burden =
		meter_burden_of(placed->sensors.form, options->module, defects->burden_percent);
	placed->drop = meter_burden_drop(&placed->burden, count, options->lead_ohms,
					 options->lead_reactance_ohms);
	for (int i = 0; i < 3; i++) {
		placed->sensors.volts_gain_percent[i] += 100 * (placed->drop.gain[i] - 1);
		placed->sensors.lag_degrees[i] += placed->drop.lead_degrees[i];
	}
}

static enum status new_linked(const struct virtual_lab_options *options, int number,
			      struct meter_backend **backend)
{
	char path[1300];

	if (!options->memory_folder) {
		*backend = linked_meter_new();
		return STATUS_OK;
	}
	virtual_lab_memory_path(options->memory_folder, number, path, sizeof(path));
	return linked_meter_open(path, backend);
}

void virtual_lab_memory_path(const char *folder, int number, char *path, size_t size)
{
	snprintf(path, size, "%s/meter_%d.memory", folder, number);
}

static enum status add_meter(struct virtual_lab *lab, const struct virtual_lab_options *options,
			     const struct virtual_lab_position *position)
{
	struct placed_meter *placed = &lab->meters[lab->meter_count++];
	const struct virtual_lab_defects *defects =
		position->has_defects ? &position->defects : &options->defects;
	struct emulated_meter_options emulated = {.image = options->emulated_image};
	struct meter_backend *backend;

	draw_sensors(options, position, &placed->sensors);
	load_leads(options, &defects->fittings, placed);
	count_serial(options->hardware.serial, (unsigned)position->number - 1, placed->serial);
	struct hosted_meter_options meter = {
		.hardware = options->hardware,
		.sensors = placed->sensors,
		.channel = position->number,
		.supply = position->supply,
		.battery = options->battery,
		.block_frames = options->block_frames,
		.silent_after_seconds = defects->meter_silent_after_seconds,
		.pulses_until_seconds = defects->pick_up_silent_after_seconds,
	};
	meter.hardware.serial = placed->serial;
	placed->line = add_line(lab, "optical", options->position_count > 1 ? position->number : 0,
				&optical_line);
	if (!options->emulated_image) {
		enum status status = new_linked(options, position->number, &backend);
		if (status) {
			return status;
		}
	} else {
		enum status status = emulated_meter_new(&emulated, &backend);
		if (status) {
			return status;
		}
	}
	enum status status = hosted_meter_new(lab->time, lab->world, placed->line, &meter, backend,
					      &placed->meter);
	return status ? status : surround(lab, options, placed, position->number, defects);
}

static enum status add_meters(struct virtual_lab *lab, const struct virtual_lab_options *options)
{
	const struct virtual_lab_position only = {.number = 1, .supply = options->supply};
	enum status status = STATUS_OK;

	if (!options->position_count) {
		return add_meter(lab, options, &only);
	}
	if (options->position_count > 1 && options->emulated_image) {
		return status_fail(STATUS_BAD_INPUT,
				   "an emulated meter has one core to itself, so there can be only "
				   "one position; several positions need linked meters");
	}
	for (int i = 0; !status && i < options->position_count; i++) {
		status = add_meter(lab, options, &options->positions[i]);
	}
	return status;
}

enum status virtual_lab_new(const struct virtual_lab_options *options, struct virtual_lab **lab)
{
	struct virtual_lab *self = calloc(1, sizeof(*self));

	assert(self);
	self->time = virtual_time_new(options->epoch_utc_seconds);
	self->world = world_new();
	self->surroundings = surroundings_new(self->time, self->world);
	enum status status = add_meters(self, options);
	if (status) {
		virtual_lab_free(self);
		return status;
	}
	surroundings_add_operator(self->surroundings, add_line(self, "operator", 0, &text_line),
				  &options->person);
	surroundings_add_wattmeter(self->surroundings, add_line(self, "wattmeter", 0, &text_line),
				   options->wattmeter_gain_percent);
	surroundings_add_gateway(self->surroundings, add_line(self, "gateway", 0, &gateway_line));
	add_zera(self, options);
	add_check(self, options);
	add_chamber(self, options);
	*lab = self;
	return STATUS_OK;
}

void virtual_lab_free(struct virtual_lab *lab)
{
	if (!lab) {
		return;
	}
	surroundings_free(lab->surroundings);
	for (int i = 0; i < lab->meter_count; i++) {
		hosted_meter_free(lab->meters[i].meter);
	}
	virtual_zera_mt_free(lab->zera);
	virtual_zera_mt_free(lab->check);
	for (int i = 0; i < lab->line_count; i++) {
		virtual_line_free(lab->lines[i].line);
	}
	virtual_espec_p300_free(lab->chamber);
	climate_free(lab->climate);
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

int virtual_lab_meter_count(const struct virtual_lab *lab)
{
	return lab->meter_count;
}

struct hosted_meter *virtual_lab_meter_at(struct virtual_lab *lab, int index)
{
	return lab->meters[index].meter;
}

struct hosted_meter *virtual_lab_meter(struct virtual_lab *lab)
{
	return virtual_lab_meter_at(lab, 0);
}

struct fitted_meter *virtual_lab_fitted_meter(struct virtual_lab *lab, int position)
{
	return surroundings_meter(lab->surroundings, position);
}

struct virtual_line *virtual_lab_line(struct virtual_lab *lab, size_t index, const char **name)
{
	if (index >= (size_t)lab->line_count) {
		return NULL;
	}
	*name = lab->lines[index].name;
	return lab->lines[index].line;
}

static enum status no_such_port(struct virtual_lab *lab, const char *resource)
{
	char names[LINES * 32] = "";
	size_t used = 0;

	for (int i = 0; i < lab->line_count && used < sizeof(names); i++) {
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%sVIRTUAL::%s",
					 i ? ", " : "", lab->lines[i].name);
	}
	return status_fail(STATUS_BAD_INPUT,
			   "the virtual laboratory has no port \"%s\"; there are %s", resource,
			   names);
}

enum status virtual_lab_open_port(struct virtual_lab *lab, const char *resource, struct port **port)
{
	for (int i = 0; i < lab->line_count; i++) {
		if (!strncmp(resource, "VIRTUAL::", 9) &&
		    !strcmp(resource + 9, lab->lines[i].name)) {
			return virtual_line_open_port(lab->lines[i].line, port);
		}
	}
	return no_such_port(lab, resource);
}

struct climate *virtual_lab_climate(struct virtual_lab *lab)
{
	return lab->climate;
}

const struct sensor_model *virtual_lab_sensor_model(const struct virtual_lab *lab)
{
	return &lab->meters[0].sensors;
}

const struct sensor_model *virtual_lab_sensor_model_at(const struct virtual_lab *lab, int index)
{
	return &lab->meters[index].sensors;
}

int64_t virtual_lab_frames(const struct virtual_lab *lab)
{
	return hosted_meter_frames(lab->meters[0].meter);
}
