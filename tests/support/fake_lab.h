/*
 * A laboratory in memory for the tests of the verbs: one instrument plays all roles with exact
 * numbers, one meter obeys the closed form of gain and phase errors, time passes only when somebody
 * sleeps. Nothing here knows a verb.
 */
#ifndef TESTS_SUPPORT_FAKE_LAB_H
#define TESTS_SUPPORT_FAKE_LAB_H

#include "drivers/lab.h"
#include "tests/support/manual_clock.h"

#define FAKE_GATES 16

struct fake_lab {
	struct manual_clock clock;
	struct lab lab;
	struct instrument instrument;
	struct certificate certificate;

	/* The world. */
	struct three_phase load;
	struct waveform volts_shape, amperes_shape;
	bool is_on, holds_currents;
	double dose_watt_hours;
	struct instant dose_end;
	double register_watt_hours; /* of the standard, true energy */
	double delivered, received; /* of the meter, Wh */

	/* What the meter and the standard are like; set by the test. */
	double gain[3], degrees[3]; /* as g cos(phi + d) */
	double kt_watt_hours;	    /* of the meter's pulses */
	double standard_error_percent;
	double resolution_watt_hours;	    /* told with every energy */
	double scatter_percent[FAKE_GATES]; /* added to the error of gate number i, then again from
					       the first */
	int lost_gate;		     /* number of the gate in which a pulse is lost; -1: none */
	bool is_silent;		     /* no test pulses */
	bool is_unsteady;	     /* the source's power jumps from reading to reading */
	double starting_amperes;     /* below, the meter registers nothing */
	double creep_watts;	     /* registered without current */
	bool registers_both;	     /* the other direction's register moves, too */
	bool has_detent_per_element; /* no element counts backwards */
	double received_percent;     /* error on top for received energy */
	/* self-heating: the error moves by this, exponentially, from the moment current flows */
	double heating_percent, heating_seconds;
	struct instant heated_since;
	double harmonic_percent;  /* error on top while there is a harmonic */
	bool is_silent_backwards; /* no test pulses while an element turns backwards */

	/* Watched by the test: called at the moment of every change of the world. */
	void (*watch)(const char *what);
	int apply_count, off_count, gate_count, reading_count;

	/* The gate in progress. */
	bool is_armed;
	int64_t gate_pulses;
	struct instant gate_begin, gate_end; /* first and last pulse */
};

/* A steady virtual lab on 2026-07-31 with a certificate of 2026-01-31 without errors; a perfect
 * meter. */
void fake_lab_init(struct fake_lab *fake);

/* Error of the meter at the load that is on, by the closed form, per cent. */
double fake_lab_error_percent(const struct fake_lab *fake);

#endif
