/* The simulated parts of a virtual laboratory: tolerances, defects and what the meter hangs on. */
#include "bench/lab_parts.h"

#include <string.h>
#include <time.h>

#include "procedures/data_folder.h"

/* Attributes that are absent stay 0: a perfect part. The schema has checked that they are numbers.
 */
enum status lab_read_numbers(const xmlNode *element, const struct lab_number_field *fields,
			     size_t count)
{
	for (size_t i = 0; element && i < count; i++) {
		if (xml_attribute(element, fields[i].name)) {
			enum status status = xml_number(element, fields[i].name, fields[i].number);
			if (status) {
				return status;
			}
		}
	}
	return STATUS_OK;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum status read_standard(const xmlNode *element, struct virtual_standard_options *standard)
{
	const struct lab_number_field fields[] = {
		{"gain_percent", &standard->gain_percent},
		{"lag_degrees", &standard->lag_degrees},
		{"gain_sd_percent", &standard->gain_sd_percent},
		{"lag_sd_degrees", &standard->lag_sd_degrees},
		{"noise_percent", &standard->noise_percent},
	};

	return lab_read_numbers(element, fields, COUNT(fields));
}

static enum status read_tolerances(struct bench_lab *self, const xmlNode *virtual_element)
{
	struct virtual_lab_tolerances *t = &self->options.tolerances;
	const struct lab_number_field source[] = {
		{"setting_percent", &t->source.setting_percent},
		{"setting_degrees", &t->source.setting_degrees},
		{"drift_percent", &t->source.drift_percent},
		{"noise_percent", &t->source.noise_percent},
		{"frequency_ppm", &t->source.frequency_ppm},
		{"ramp_seconds", &t->source.ramp_seconds},
		{"settling_seconds", &t->source.settling_seconds},
		{"settling_percent", &t->source.settling_percent},
	};
	const struct lab_number_field meter[] = {
		{"gain_tolerance_percent", &t->meter_gain_percent},
		{"lag_tolerance_degrees", &t->meter_lag_degrees},
		{"offset_counts", &t->meter_offset_counts},
		{"noise_counts", &t->meter_noise_counts},
		{"temperature_ppm_per_kelvin", &t->meter_temperature_ppm},
		{"crystal_tolerance_ppm", &t->crystal_ppm},
		{"crystal_ppm_per_square_kelvin", &t->crystal_ppm_per_square_kelvin},
	};
	const struct lab_number_field chamber[] = {
		{"rate_kelvin_per_minute", &self->options.climate.rate_kelvin_per_minute},
		{"meter_time_constant_seconds", &self->options.climate.meter_time_constant_seconds},
	};
	const xmlNode *meter_element = xml_child(virtual_element, "meter");
	const char *lag_kind = meter_element ? xml_attribute(meter_element, "lag_kind") : NULL;
	enum status status =
		lab_read_numbers(xml_child(virtual_element, "source"), source, COUNT(source));

	t->meter_lag_is_delay = lag_kind && !strcmp(lag_kind, "delay");
	if (!status) {
		status = read_standard(xml_child(virtual_element, "standard"),
				       &self->options.standard);
	}
	if (!status) {
		status = read_standard(xml_child(virtual_element, "check_standard"),
				       &self->options.check_standard);
	}
	if (!status) {
		status = lab_read_numbers(xml_child(virtual_element, "chamber"), chamber,
					  COUNT(chamber));
	}
	return status ? status : lab_read_numbers(meter_element, meter, COUNT(meter));
}

static enum status read_defect(const xmlNode *defect, struct virtual_lab_defects *d)
{
	double meter_silent = (double)d->meter_silent_after_seconds;
	double pick_up_silent = (double)d->pick_up_silent_after_seconds;
	double source_silent = 0, emergency = 0, lost = 0;
	double door_open = 0, chamber_alarm = 0, chamber_silent = 0;
	const struct lab_number_field fields[] = {
		{"element_a_gain_percent", &d->element_gain_percent[0]},
		{"element_b_gain_percent", &d->element_gain_percent[1]},
		{"element_c_gain_percent", &d->element_gain_percent[2]},
		{"element_a_lag_degrees", &d->element_lag_degrees[0]},
		{"element_b_lag_degrees", &d->element_lag_degrees[1]},
		{"element_c_lag_degrees", &d->element_lag_degrees[2]},
		{"meter_silent_after_seconds", &meter_silent},
		{"pick_up_silent_after_seconds", &pick_up_silent},
		{"source_silent_after_seconds", &source_silent},
		{"emergency_stop_after_seconds", &emergency},
		{"lost_pulse", &lost},
		{"chamber_door_open_after_seconds", &door_open},
		{"chamber_alarm_after_seconds", &chamber_alarm},
		{"chamber_silent_after_seconds", &chamber_silent},
		{"chamber_offset_kelvin", &d->chamber.offset_kelvin},
	};
	enum status status = lab_read_numbers(defect, fields, COUNT(fields));

	lab_fitting_defects_read(defect, &d->fittings);
	d->meter_silent_after_seconds = (int64_t)meter_silent;
	d->pick_up_silent_after_seconds = (int64_t)pick_up_silent;
	d->zera.lost_pulse = (int64_t)lost;
	d->chamber.door_open_at = instant_after((struct instant){0}, door_open);
	d->chamber.alarm_at = instant_after((struct instant){0}, chamber_alarm);
	d->chamber.silent_after = instant_after((struct instant){0}, chamber_silent);
	d->zera.silent_after = instant_after((struct instant){0}, source_silent);
	d->zera.emergency_stop_at = instant_after((struct instant){0}, emergency);
	return status;
}

/* Over what is wrong with all meters. */
static enum status read_position_defect(struct bench_lab *self, const xmlNode *element)
{
	static const char *const of_instruments[] = {"source_silent_after_seconds",
						     "emergency_stop_after_seconds"};
	double number;
	enum status status = xml_number(element, "position", &number);

	for (size_t i = 0; !status && i < COUNT(of_instruments); i++) {
		if (xml_attribute(element, of_instruments[i])) {
			return xml_fail(element, "%s is a defect of the source, not of a position",
					of_instruments[i]);
		}
	}
	for (int i = 0; !status && i < self->options.position_count; i++) {
		struct virtual_lab_position *position = &self->options.positions[i];

		if (position->number == (int)number) {
			if (!position->has_defects) {
				position->defects = self->options.defects;
			}
			position->has_defects = true;
			return read_defect(element, &position->defects);
		}
	}
	return status ? status
		      : xml_fail(element, "there is no position %d in this laboratory",
				 (int)number);
}

static enum status read_defects(struct bench_lab *self, const xmlNode *virtual_element)
{
	enum status status = STATUS_OK;

	for (int pass = 0; !status && pass < 2; pass++) {
		for (const xmlNode *element = xml_child(virtual_element, "defect");
		     !status && element; element = xml_next(element, "defect")) {
			bool is_of_position = xml_attribute(element, "position") != NULL;

			if (pass == 0 && !is_of_position) {
				status = read_defect(element, &self->options.defects);
			} else if (pass == 1 && is_of_position) {
				status = read_position_defect(self, element);
			}
		}
	}
	return status;
}

static void place_meters(struct bench_lab *self)
{
	for (int i = 0; i < self->lab.position_count; i++) {
		const struct lab_position *position = &self->lab.positions[i];

		self->options.positions[i] = (struct virtual_lab_position){
			.number = position->number,
			.supply = position->has_auxiliary_supply ? METER_SUPPLY_AUXILIARY
								 : METER_SUPPLY_MEASURED};
	}
	self->options.supply = self->options.positions[0].supply;
	self->options.position_count = self->lab.position_count;
}

static enum status refuse_twins(const xmlNode *parent)
{
	for (const xmlNode *one = xml_child(parent, NULL); one; one = xml_next(one, NULL)) {
		const xmlNode *twin = xml_next(one, (const char *)one->name);

		if (twin && strcmp((const char *)one->name, "defect") != 0) {
			return xml_fail(twin, "<%s> is there twice", (const char *)one->name);
		}
	}
	return STATUS_OK;
}

static void read_meter_battery(struct bench_lab *self, const xmlNode *virtual_element)
{
	const xmlNode *meter = xml_child(virtual_element, "meter");
	const char *battery = meter ? xml_attribute(meter, "battery") : NULL;

	if (battery && !strcmp(battery, "empty")) {
		self->options.battery = METER_BATTERY_EMPTY;
	} else if (battery && !strcmp(battery, "absent")) {
		self->options.battery = METER_BATTERY_ABSENT;
	}
}

static void read_meter_host(struct bench_lab *self, const xmlNode *virtual_element)
{
	const char *host = xml_attribute(virtual_element, "meter");

	if (host && !strcmp(host, "emulated")) {
		self->options.emulated_image = data_folder_path(
			self->meter_image, sizeof(self->meter_image), "dut_firmware/meter.elf");
	}
}

enum status lab_virtual_read(struct bench_lab *self, const xmlNode *root)
{
	const xmlNode *virtual_element = xml_child(root, "virtual");
	const char *epoch = xml_attribute(root, "epoch");
	struct tm utc = {.tm_year = 0};

	if (!self->lab.is_virtual) {
		return virtual_element ? xml_fail(virtual_element,
						  "a real laboratory has no simulated parts")
				       : STATUS_OK;
	}
	if (!virtual_element || !epoch) {
		return xml_fail(root, "a virtual laboratory needs the attribute epoch (its UTC at "
				      "the start) and an element virtual");
	}
	if (!strptime(epoch, "%Y-%m-%dT%H:%M:%SZ", &utc)) {
		return xml_fail(root,
				"epoch \"%s\" is no date and time such as 2026-01-05T08:00:00Z",
				epoch);
	}
	self->options.epoch_utc_seconds = timegm(&utc);
	self->options.celsius = self->lab.ambient_celsius;
	read_meter_host(self, virtual_element);
	read_meter_battery(self, virtual_element);
	place_meters(self);
	enum status status = refuse_twins(virtual_element);
	status = status ? status : read_tolerances(self, virtual_element);
	status = status ? status : lab_surroundings_read(self, virtual_element);
	status = status ? status : read_defects(self, virtual_element);
	return status ? status
		      : lab_bench_defects_read(xml_child(virtual_element, "bench_defect"),
					       &self->options.defects);
}
