/*
 * The virtual laboratory: simulated instruments and a meter with its real firmware, wired together
 * below the wire. Ports are named VIRTUAL::zera (instrument), VIRTUAL::check (a
 * second one in the same circuits, whose source stays off, to check the bench by),
 * VIRTUAL::chamber (climate chamber with the meters inside) and VIRTUAL::optical (the meter's
 * optical port). With several positions: VIRTUAL::optical_N of each,
 * and VIRTUAL::calculator_N of the error calculator of every position but the first, whose pulses
 * the ZERA MT counts itself. VIRTUAL::operator has hands and eyes at all of them,
 * VIRTUAL::gateway a radio to the module of each,
 * VIRTUAL::wattmeter lies in the voltage circuit of the first position.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_LAB_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_LAB_H

#include "bench/virtual_lab/climate.h"
#include "bench/virtual_lab/hosted_meter.h"
#include "bench/virtual_lab/virtual_espec_p300.h"
#include "bench/virtual_lab/surroundings.h"
#include "bench/virtual_lab/virtual_zera_mt.h"

/*
 * How far parts of the laboratory may be off: the widths of what is drawn from the seed. All zero:
 * perfect parts. "sd": standard deviation of a normal distribution; "tolerance": half width of a
 * rectangular one.
 */
struct virtual_lab_tolerances {
	struct source_model source;   /* its `seed` is overwritten */
	double meter_gain_percent;    /* tolerance of each element's product */
	double meter_lag_degrees;     /* tolerance */
	double meter_offset_counts;   /* tolerance */
	double meter_noise_counts;    /* standard deviation per sample, not drawn */
	double meter_temperature_ppm; /* tolerance per kelvin */
	double crystal_ppm;	      /* tolerance */
	double crystal_ppm_per_square_kelvin;
	bool meter_lag_is_delay;
};

/* A standard: its mean errors as its certificate states them, how far it may be from them, noise.
 */
struct virtual_standard_options {
	double gain_percent, lag_degrees;
	double gain_sd_percent, lag_sd_degrees;
	double noise_percent;
};

/* What is wrong with this very laboratory, on top of the tolerances. Zero: nothing. */
struct virtual_lab_defects {
	double element_gain_percent[3];
	double element_lag_degrees[3];
	int64_t meter_silent_after_seconds;   /* its optical port */
	int64_t pick_up_silent_after_seconds; /* its test pulses are seen no more */
	struct standard_faults standard;
	struct fitting_defects fittings;
	struct virtual_zera_faults zera;
	struct virtual_espec_faults chamber;
};

#define VIRTUAL_LAB_POSITIONS 20

/* One position. Number 1 draws what the meter of a laboratory without positions draws. */
struct virtual_lab_position {
	int number; /* 1..20, once each: names the lines and is the channel of the pulses */
	enum meter_supply_kind supply;
	bool has_defects; /* its own instead of those of all meters; of `zera` the lost pulse */
	struct virtual_lab_defects defects;
};

struct virtual_lab_options {
	uint64_t seed;
	int64_t epoch_utc_seconds;
	double celsius;
	struct virtual_lab_tolerances tolerances;
	struct virtual_lab_defects defects;
	struct virtual_standard_options standard, check_standard;
	struct climate_options climate; /* its room's temperature is `celsius` */
	struct meter_hardware hardware; /* of all meters; serial numbers count up from this one */
	int position_count;		/* 0: one position, number 1, with the supply below */
	struct virtual_lab_position positions[VIRTUAL_LAB_POSITIONS];
	enum meter_supply_kind supply;
	enum meter_battery battery;
	struct virtual_operator_options person;
	const char *module;		       /* under every glass: "0746", "0764"; NULL: none */
	const char *module_firmware;	       /* NULL: the simulation's own */
	double lead_ohms, lead_reactance_ohms; /* from the source's sense point to the meters */
	double wattmeter_gain_percent;
	uint32_t block_frames;
	/* Folder for the meters' memories (meter_N.memory), which outlive the process there; NULL:
	 * none. */
	const char *memory_folder;
	const char *emulated_image; /* the firmware's ELF file for the emulator; NULL: linked */
};

struct virtual_lab;

enum status virtual_lab_new(const struct virtual_lab_options *options, struct virtual_lab **lab);
void virtual_lab_free(struct virtual_lab *lab);

/* Where the memory of the meter at a position lies. */
void virtual_lab_memory_path(const char *folder, int number, char *path, size_t size);

struct clock *virtual_lab_clock(struct virtual_lab *lab);
struct virtual_time *virtual_lab_time(struct virtual_lab *lab);
struct world *virtual_lab_world(struct virtual_lab *lab);

/* VIRTUAL::name; STATUS_BAD_INPUT lists the names that there are. */
enum status virtual_lab_open_port(struct virtual_lab *lab, const char *resource,
				  struct port **port);

/* What is fitted to the meter; NULL where a model has no switch. Stay the laboratory's. Of the
 * first position, or of the i-th (0..). */
struct hosted_meter *virtual_lab_meter(struct virtual_lab *lab);
/* The meter at a position with what is fitted to it; NULL: no such position. */
struct fitted_meter *virtual_lab_fitted_meter(struct virtual_lab *lab, int position);
int virtual_lab_meter_count(const struct virtual_lab *lab);
struct hosted_meter *virtual_lab_meter_at(struct virtual_lab *lab, int index);

/* The i-th line and its name, for the real-time server; NULL after the last. */
struct virtual_line *virtual_lab_line(struct virtual_lab *lab, size_t index, const char **name);

/* The chamber's air and what hangs in it: only for oracles in tests. */
struct climate *virtual_lab_climate(struct virtual_lab *lab);
/* What was drawn for the meter, of the first position or the i-th: only for oracles in tests. */
const struct sensor_model *virtual_lab_sensor_model(const struct virtual_lab *lab);
const struct sensor_model *virtual_lab_sensor_model_at(const struct virtual_lab *lab, int index);
/* Of the first meter. */
int64_t virtual_lab_frames(const struct virtual_lab *lab);

#endif
