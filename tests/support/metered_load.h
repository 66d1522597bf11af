/*
 * A meter on a table: its flash, a load made of exact sinusoids quantised to converter counts, and
 * the pulses that came out. Angles are lags behind Va in degrees. Header only, because the meter's
 * tests link nothing but the meter.
 */
#ifndef TESTS_SUPPORT_METERED_LOAD_H
#define TESTS_SUPPORT_METERED_LOAD_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "meter.h"
#include "registers/quantities.h"
#include "tests/support/nor_flash.h"

#define TABLE_SECTORS 16u
#define TABLE_SECTOR_BYTES 4096u
#define TABLE_PULSES 4096
#define TABLE_BLOCK 1536u
#define TABLE_PI 3.14159265358979323846

struct table {
	struct nor_flash flash;
	struct board board;
	struct meter_hardware hardware;
	void *memory;
	struct meter *meter;
	int64_t frame;
	double pulses[TABLE_PULSES]; /* frames since the start */
	int pulse_count;
	uint32_t block;
	uint32_t return_after;
};

struct table_load {
	double hertz;
	double volts[3];
	double volts_lag[3];
	double amperes[3];
	double amperes_lag[3];
	double volts_dc_counts;
	double amperes_dc_counts;
	double volts_fifth; /* fifth harmonic, relative, in phase with the fundamental's zero */
	double amperes_fifth;
};

/* Power-up with the flash as it is; counters of the table start anew. */
static inline void table_power_up(struct table *table)
{
	memset(table->memory, 0xA5, meter_size());
	table->meter = meter_init(table->memory, &table->board, &table->hardware);
	table->frame = 0;
	table->pulse_count = 0;
}

/* Blank flash. `form` is borrowed. */
static inline struct table *table_of_form(const char *form, uint16_t class_amperes)
{
	struct table *table = calloc(1, sizeof(*table));

	table->board = nor_flash_board(&table->flash, TABLE_SECTORS, TABLE_SECTOR_BYTES);
	table->hardware = (struct meter_hardware){
		.model = "AX",
		.form = form,
		.serial = "TABLE-1",
		.class_amperes = class_amperes,
	};
	table->memory = calloc(1, meter_size());
	table->block = TABLE_BLOCK;
	table_power_up(table);
	return table;
}

/* Class 200 is a 16S, class 20 a 9S. */
static inline struct table *table_new(uint16_t class_amperes)
{
	return table_of_form(class_amperes == 200 ? "16S" : "9S", class_amperes);
}

static inline void table_free(struct table *table)
{
	free(table->memory);
	free(table);
}

/* Balanced, rotation ABC, every current `lag` degrees behind its voltage. */
static inline struct table_load table_balanced(double volts, double amperes, double lag,
					       double hertz)
{
	struct table_load load = {.hertz = hertz};

	for (int phase = 0; phase < 3; phase++) {
		load.volts[phase] = volts;
		load.amperes[phase] = amperes;
		load.volts_lag[phase] = 120.0 * phase;
		load.amperes_lag[phase] = 120.0 * phase + lag;
	}
	return load;
}

/* Watts of the load in closed form. */
static inline double table_watts(const struct table_load *load)
{
	double watts = 0;

	for (int phase = 0; phase < 3; phase++) {
		double angle = (load->amperes_lag[phase] - load->volts_lag[phase]) * TABLE_PI / 180;

		watts += load->volts[phase] * load->amperes[phase] *
			 (cos(angle) + load->volts_fifth * load->amperes_fifth * cos(5 * angle));
	}
	return watts;
}

static inline void table_fill(const struct table *table, const struct table_load *load,
			      struct sample_frame *frames, uint32_t count)
{
	double volts_scale = sqrt(2) * METER_FULL_SCALE_COUNTS / METER_FULL_SCALE_VOLTS;
	double amperes_scale =
		sqrt(2) * METER_FULL_SCALE_COUNTS /
		(table->hardware.class_amperes == 200 ? METER_FULL_SCALE_AMPERES_CLASS_200
						      : METER_FULL_SCALE_AMPERES_CLASS_20);

	for (uint32_t index = 0; index < count; index++) {
		double turns = fmod(
			(double)(table->frame + index) * load->hertz / METER_FRAMES_PER_SECOND, 1);

		for (int phase = 0; phase < 3; phase++) {
			double volts_angle = 2 * TABLE_PI * (turns - load->volts_lag[phase] / 360);
			double amperes_angle =
				2 * TABLE_PI * (turns - load->amperes_lag[phase] / 360);
			double volts = sin(volts_angle) + load->volts_fifth * sin(5 * volts_angle);
			double amperes =
				sin(amperes_angle) + load->amperes_fifth * sin(5 * amperes_angle);

			frames[index].volts[phase] = (int32_t)lrint(
				load->volts[phase] * volts_scale * volts + load->volts_dc_counts);
			frames[index].amperes[phase] =
				(int32_t)lrint(load->amperes[phase] * amperes_scale * amperes +
					       load->amperes_dc_counts);
		}
	}
}

/* Hands over frames in blocks of table->block until all are consumed, keeping the pulses. */
static inline void table_feed(struct table *table, const struct sample_frame *frames,
			      uint32_t count)
{
	struct exchange exchange = {.return_after = table->return_after};

	for (uint32_t done = 0; done < count; done += exchange.frames_consumed) {
		uint32_t left = count - done;

		exchange.frames = &frames[done];
		exchange.frame_count = left < table->block ? left : table->block;
		meter_run(table->meter, &exchange);
		for (uint32_t pulse = 0;
		     pulse < exchange.pulse_count && table->pulse_count < TABLE_PULSES; pulse++) {
			table->pulses[table->pulse_count++] =
				(double)(table->frame + exchange.pulses[pulse].frame) - 1 +
				exchange.pulses[pulse].fraction_q32 / 4294967296.0;
		}
		table->frame += exchange.frames_consumed;
	}
}

static inline void table_run(struct table *table, const struct table_load *load, double seconds)
{
	struct sample_frame frames[TABLE_BLOCK];
	int64_t left = llrint(seconds * METER_FRAMES_PER_SECOND);

	while (left > 0) {
		uint32_t count = left < (int64_t)TABLE_BLOCK ? (uint32_t)left : TABLE_BLOCK;

		table_fill(table, load, frames, count);
		table_feed(table, frames, count);
		left -= count;
	}
}

/* Watt-hours per second of gate between the first and last pulse after `from`, as watts; 0 with
 * fewer than two. */
static inline double table_pulse_watts(const struct table *table, int from)
{
	double watt_hours =
		nameplate_of(table->meter)->kt_hundredths / 100.0 * (table->pulse_count - 1 - from);

	if (table->pulse_count - from < 2) {
		return 0;
	}
	return watt_hours * 3600 * METER_FRAMES_PER_SECOND /
	       (table->pulses[table->pulse_count - 1] - table->pulses[from]);
}

/*
 * Error of indication in percent against `true_watts`, by pulses: settles for 2 s, then runs until
 * the gate between the first and last pulse is at least `gate_seconds` long.
 */
static inline double table_error_percent(struct table *table, const struct table_load *load,
					 double true_watts, double gate_seconds)
{
	double period = 36.0 * nameplate_of(table->meter)->kt_hundredths / fabs(true_watts);

	table_run(table, load, 2);
	int from = table->pulse_count;

	table_run(table, load, gate_seconds + 2.1 * period);
	return 100 * (table_pulse_watts(table, from) / fabs(true_watts) - 1);
}

#endif
