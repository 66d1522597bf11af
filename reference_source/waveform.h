/*
 * Shape of a voltage or current relative to its fundamental: up to WAVEFORM_HARMONICS harmonics,
 * each with its order, its size relative to the fundamental and its own lag in degrees of that
 * harmonic. Harmonic h of a quantity whose fundamental lags by a:  relative * sqrt(2) * rms *
 * cos(h*(wt - a) - lag).
 */
#ifndef REFERENCE_SOURCE_WAVEFORM_H
#define REFERENCE_SOURCE_WAVEFORM_H

#define WAVEFORM_HARMONICS 8

struct harmonic {
	int order; /* 2..40 */
	double relative;
	double lag_degrees;
};

struct waveform {
	int count;
	struct harmonic harmonics[WAVEFORM_HARMONICS];
};

/* One harmonic, in phase with the fundamental's positive zero crossing where its order is 5, 9, 13
 * …
 */
struct waveform waveform_of_one(int order, double relative);

/* Root mean square of the whole wave when the fundamental has rms 1. */
double waveform_rms(const struct waveform *waveform);

#endif
