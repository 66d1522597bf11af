/*
 * Sine and cosine of an angle in turns with + - * only, so that every processor and compiler gives
 * the same bits (libm's do not). Error below 2e-15 for |turns| < 1e6.
 */
#ifndef REFERENCE_SOURCE_PORTABLE_SINE_H
#define REFERENCE_SOURCE_PORTABLE_SINE_H

struct sine_cosine {
	double sine;
	double cosine;
};

struct sine_cosine sine_cosine_of_turns(double turns);

#define TWO_PI 6.283185307179586476925286766559

static inline struct sine_cosine sine_cosine_of_degrees(double degrees)
{
	return sine_cosine_of_turns(degrees / 360.0);
}

#endif
