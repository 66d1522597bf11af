/*
 * What is asked of the source at one test point, as a metrologist writes it: "3x120V 30A 0.5L
 * 60Hz", then options: "element A|B|C", "line A-C", "lost AB", "uneven B 90%V 100%A",
 * "harmonic 5 10%V 40%A", "CBA", "received". The number before the x is that of energised phases;
 * volts are rms of the service's leg (line to neutral in wye); the power factor is 1, or 0.05..0.99
 * with L (current lags) or C (leads). Units are compulsory; anything else is refused with the word
 * that is wrong.
 */
#ifndef REFERENCE_SOURCE_LOAD_POINT_H
#define REFERENCE_SOURCE_LOAD_POINT_H

#include <stdbool.h>
#include <stddef.h>

#include "reference_source/status.h"
#include "reference_source/waveform.h"

enum power_factor_side { POWER_FACTOR_UNITY, POWER_FACTOR_LAGGING, POWER_FACTOR_LEADING };
enum phase_sequence { PHASE_SEQUENCE_ABC, PHASE_SEQUENCE_CBA };

/* One leg that differs from the others, in per cent of them; both 0: none does. */
struct uneven_leg {
	int leg; /* 0..2 */
	double volts_percent, amperes_percent;
};

/* One harmonic of all voltages and currents, in per cent of the fundamentals; order 0: sines. */
struct load_harmonic {
	int order; /* 2..40 */
	double volts_percent, amperes_percent;
};

struct load_point {
	int phases;
	double volts;
	double amperes; /* 0 or above */
	double power_factor;
	enum power_factor_side side;
	double hertz;
	enum phase_sequence sequence;
	int single_element;	  /* -1: all elements carry current; 0..2: only element A, B or C */
	bool is_received;	  /* energy flows from load to line */
	bool is_line_to_line;	  /* one load between the legs A and C, at its own power factor */
	unsigned lost;		  /* bit i: line i is interrupted, neither voltage nor current */
	struct uneven_leg uneven; /* "uneven B 90%V 100%A" */
	struct load_harmonic harmonic; /* "harmonic 5 10%V 40%A" */
};

/* Reads the text form. STATUS_BAD_INPUT names the wrong word. */
enum status load_point_parse(const char *text, struct load_point *load_point);

/* Longest text form with its end: six significant digits per number, which is all that parsing
 * accepts. */
#define LOAD_POINT_TEXT 112

/* Writes the text form, always the same for equal points; returns `text`. */
const char *load_point_format(const struct load_point *load_point, char *text, size_t size);

/* The shapes of its voltages and currents; both sines where the point has no harmonic. */
void load_point_shapes(const struct load_point *load_point, struct waveform *volts,
		       struct waveform *amperes);

/* "0.5L", "0.8C" or "1" into power factor and side. */
enum status power_factor_parse(const char *text, double *power_factor,
			       enum power_factor_side *side);

/* "A", "BC": one or two of the lines, ascending, as bits. */
enum status lost_lines_parse(const char *text, unsigned *lost);

/* Angle by which each current lags its reference voltage, in degrees, -180..180: phi > 0 lags;
 * received adds 180. */
double load_point_lag_degrees(const struct load_point *load_point);

/* "120 V", "2.5 %", "60 Hz", "5 s": number and exactly this unit. STATUS_BAD_INPUT says what was
 * found instead. */
enum status quantity_parse(const char *text, const char *unit, double *number);

#endif
