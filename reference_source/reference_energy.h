/*
 * Exact energy between two instants of a load whose amplitudes are linear in time over a segment:
 * the closed forms with their 2f terms, harmonics and cross terms. True energy, no instrument's
 * indication. Phase of the fundamental at instant t of a segment: turns = phase_turns + hertz*(t -
 * start).
 */
#ifndef REFERENCE_SOURCE_REFERENCE_ENERGY_H
#define REFERENCE_SOURCE_REFERENCE_ENERGY_H

#include "reference_source/instant.h"
#include "reference_source/waveform.h"

struct ramped_phasor {
	double rms_start;      /* at the segment's start */
	double rms_per_second; /* slope */
	double lag_degrees;    /* constant over the segment */
};

/* One stretch of time with one frequency. x(t) = sqrt(2)*rms(t)*cos(2 pi turns(t) - lag), plus
 * harmonics. */
struct load_segment {
	struct instant start;
	struct instant end; /* INSTANT_NEVER: still running */
	double hertz;
	double phase_turns; /* of the fundamental of Va's reference at start, 0..1 */
	struct ramped_phasor volts[3];
	struct ramped_phasor amperes[3];
	struct waveform volts_shape; /* same for the three phases */
	struct waveform amperes_shape;
};

/* Joules through phase 0..2 between two instants inside the segment. */
double segment_joules(const struct load_segment *segment, int phase, struct instant from,
		      struct instant to);

/* rms of the fundamental at an instant of the segment. */
double ramped_rms(const struct load_segment *segment, const struct ramped_phasor *phasor,
		  struct instant at);

/* Phase of the fundamental in turns, 0..1, at an instant of the segment. */
double segment_turns(const struct load_segment *segment, struct instant at);

#endif
