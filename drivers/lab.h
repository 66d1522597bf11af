/*
 * The laboratory as verbs see it: one clock, roles bound to instruments, 1 to 20 meter positions,
 * the smallest limits of the chain. Built by bench/lab_file.c; verbs never know whether it is
 * virtual.
 */
#ifndef DRIVERS_LAB_H
#define DRIVERS_LAB_H

#include <stdbool.h>

#include "drivers/clock.h"
#include "drivers/energy_account.h"
#include "drivers/instrument.h"
#include "drivers/meter_client.h"
#include "reference_source/calibration.h"

#define LAB_POSITIONS 20
#define LAB_INSTRUMENTS 40

struct lab_position {
	int number;  /* 1..20 */
	int channel; /* of the error calculator */
	struct port *optical;
	/* Of the transformers that isolate its circuits: what reaches the meter of the energy at
	 * the standard; NULL: none. */
	const struct certificate *isolation;
	bool has_auxiliary_supply; /* fed apart from the voltage circuits that it measures */
	bool is_dropped;	   /* dropped out of the run */
	char drop_reason[400];
};

struct lab_limits {
	double volts_maximum;
	double amperes_maximum;
	double hertz_minimum, hertz_maximum;
};

/* Between source and meters, per phase, as the laboratory has measured it. */
struct lab_wiring {
	bool is_stated;
	double lead_ohms, lead_reactance_ohms; /* from the sense point to the meters */
	double source_volt_amperes;	       /* that the voltage source can feed */
};

/* How the climate chamber is left. */
struct lab_chamber {
	bool is_held_at_end; /* at `end_celsius`; else its control is stopped */
	double end_celsius;
	bool is_in_use; /* this program has set it */
};

struct lab {
	struct clock *clock;
	char name[64];
	bool is_virtual;
	int instrument_count;
	struct instrument *instruments[LAB_INSTRUMENTS];
	const struct certificate *certificates[LAB_INSTRUMENTS]; /* NULL: none */
	double warm_up_seconds[LAB_INSTRUMENTS];		 /* needed; 0: none */
	int64_t on_since_utc_seconds; /* of all instruments, as a person said; 0: nobody did */
	struct instrument *power_source;
	struct instrument *reference_standard;
	const struct certificate *reference_certificate;
	/* A second standard in the same circuits, only to check the bench; NULL: none. */
	struct instrument *check_standard;
	const struct certificate *check_certificate;
	struct instrument *error_calculator;
	struct instrument *energy_dose;
	/* What not every laboratory has; NULL: it has not. */
	struct instrument *climate_chamber;
	struct instrument *burden_meter;
	struct instrument *remote_reader;
	struct instrument *bench_operator;
	struct energy_account *account; /* NULL: nobody keeps one */
	bool has_separate_circuits;	/* each position has a source's circuits of its own */
	int position_count;
	struct lab_position positions[LAB_POSITIONS];
	struct lab_wiring wiring;
	struct lab_chamber chamber;
	struct waveform volts_shape, amperes_shape; /* of the loads that are applied from now on */
	struct lab_limits limits;		    /* smallest of lab file and instruments */
	double ambient_celsius;			    /* as stated in the lab file */
	double minimum_settling_seconds;
	double pulse_edge_seconds; /* full width of the instant's uncertainty of one pulse edge */
	struct instant next_alarm_check;
};

/*
 * The only way in which a verb waits: an alarm that the source says unasked and an abort end it at
 * once; between slices of 1 s the source is asked for its alarms when 10 s have passed.
 */
enum status lab_wait_until(struct lab *lab, struct instant until);
enum status lab_wait_seconds(struct lab *lab, double seconds);

/*
 * Applies a load through the source after checking it against lab->limits and `ceiling` (the step's
 * own limit, from the device: rated values, or influence limits). STATUS_LIMIT names quantity,
 * request and limit. Of a lab_limits, volts and amperes always count; hertz_maximum 0 means that it
 * states no frequency.
 */
enum status lab_apply(struct lab *lab, const struct three_phase *load,
		      const struct lab_limits *ceiling);
/* The same for a dose: voltages on, currents held back until energy_dose->start. */
enum status lab_prepare_dose(struct lab *lab, const struct three_phase *load,
			     const struct lab_limits *ceiling);

/*
 * The shape of the loads that are applied from now on, alike in the three phases; their rms values
 * are those of the fundamentals, the limits count for the whole wave. Count 0: a sine.
 * STATUS_BAD_INPUT when the source gives sines only.
 */
enum status lab_set_shape(struct lab *lab, const struct waveform *volts,
			  const struct waveform *amperes);

/*
 * Source off; then the reference standard must confirm within 10 s: no volts, no amperes. An abort
 * does not stop it: the way to safe state is open when the operator has already pressed the key.
 */
enum status lab_off(struct lab *lab);

/* Sets the climate chamber; from now on it is left as the lab file wants it (lab_leave_chamber). */
enum status lab_set_chamber(struct lab *lab, double celsius);
/*
 * Leaves the chamber as the lab file wants it, if this program has set it: control stopped, or at
 * the stated temperature. An abort does not stop it. Does nothing where there is no chamber.
 */
enum status lab_leave_chamber(struct lab *lab);

#endif
