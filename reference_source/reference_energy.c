/*
 * Every product of a voltage and a current harmonic is P(t) [cos((h-k)x - ..) + cos((h+k)x - ..)]
 * with P(t) quadratic in time. It is integrated about the middle of the span, so that differences
 * of large numbers never stand for a small energy: exact from a microsecond to years after the
 * segment's start.
 */
#include "reference_source/reference_energy.h"

#include <math.h>
#include <stdbool.h>

#include "reference_source/portable_sine.h"

/* Below this angle the differences of sine and cosine are taken from their series. */
#define SMALL_ANGLE 0.05

/* A span of one segment, as the integrals need it. */
struct span {
	double seconds;
	double hertz;
	double turns;	     /* of the fundamental at its start */
	double length_turns; /* modulo 1: an even number of half turns is the same in all products
				below */
	double power[3];     /* U*I about the middle of the span: value, slope, half curvature */
};

/*
 * hertz*time modulo 1, accurate to 1e-12 turns for years: the part of the frequency that is a
 * multiple of 2^-16 Hz gives an exact product with whole seconds.
 */
static double elapsed_turns(double hertz, int64_t nanoseconds)
{
	double whole_seconds = (double)(nanoseconds / NANOSECONDS_PER_SECOND);
	double rest_seconds = (double)(nanoseconds % NANOSECONDS_PER_SECOND) * 1e-9;
	double coarse_hertz = (double)(int64_t)(hertz * 65536) / 65536;
	double turns = coarse_hertz * whole_seconds;

	turns -= (double)(int64_t)turns;
	return turns + (hertz - coarse_hertz) * whole_seconds + hertz * rest_seconds;
}

double segment_turns(const struct load_segment *segment, struct instant at)
{
	if (segment->hertz == 0) {
		return segment->phase_turns;
	}
	double turns = segment->phase_turns +
		       elapsed_turns(segment->hertz, at.nanoseconds - segment->start.nanoseconds);
	double fraction = turns - floor(turns);

	return fraction < 1.0 ? fraction : 0.0;
}

double ramped_rms(const struct load_segment *segment, const struct ramped_phasor *phasor,
		  struct instant at)
{
	if (phasor->rms_per_second == 0) {
		return phasor->rms_start;
	}
	return phasor->rms_start + phasor->rms_per_second * seconds_between(segment->start, at);
}

/* (sin z - z cos z)/z^2, the mean of w sin(zw) over 0..1 */
static double first_moment(double z, struct sine_cosine of_z)
{
	double s = z * z;

	if (fabs(z) < SMALL_ANGLE) {
		return z * (1.0 / 3 + s * (-1.0 / 30 + s * (1.0 / 840)));
	}
	return (of_z.sine - z * of_z.cosine) / s;
}

/* ((z^2 - 2) sin z + 2 z cos z)/z^3, the mean of w^2 cos(zw) over 0..1 */
static double second_moment(double z, struct sine_cosine of_z)
{
	double s = z * z;

	if (fabs(z) < SMALL_ANGLE) {
		return 1.0 / 3 + s * (-1.0 / 10 + s * (1.0 / 168 + s * (-1.0 / 6480)));
	}
	return ((s - 2) * of_z.sine + 2 * z * of_z.cosine) / (z * s);
}

/*
 * Both integrals of two fundamentals of constant amplitude: what the simulated world asks for all
 * the time.
 */
static double steady_fundamental_joules(const struct span *span, double volts_lag_degrees,
					double amperes_lag_degrees)
{
	double difference = (volts_lag_degrees - amperes_lag_degrees) * (1.0 / 360);
	double sum = (volts_lag_degrees + amperes_lag_degrees) * (1.0 / 360);
	double z = TWO_PI * span->hertz * span->seconds;
	double swing = sine_cosine_of_turns(2 * span->turns + span->length_turns - sum).cosine;

	if (z != 0) {
		swing *= sine_cosine_of_turns(span->length_turns).sine / z;
	}
	return span->power[0] * span->seconds * (sine_cosine_of_turns(difference).cosine + swing);
}

/* Integral of P(t) cos(order*x(t) - lag) over the span, x the fundamental's angle. */
static double oscillating_joules(const struct span *span, int order, double lag_turns)
{
	double half = span->seconds / 2;
	double half_turns = order * (span->length_turns / 2);
	double z = TWO_PI * order * span->hertz * half;
	struct sine_cosine middle =
		sine_cosine_of_turns(order * span->turns + half_turns - lag_turns);
	struct sine_cosine of_z = sine_cosine_of_turns(half_turns);
	double joules = span->power[0] * middle.cosine * (z == 0 ? 1.0 : of_z.sine / z);

	if (span->power[1] != 0 || span->power[2] != 0) {
		joules -= span->power[1] * half * middle.sine * first_moment(z, of_z);
		joules += span->power[2] * half * half * middle.cosine * second_moment(z, of_z);
	}
	return joules * span->seconds;
}

/* Integral of P(t) cos(lag): the part of two waves of the same order that does not oscillate. */
static double steady_joules(const struct span *span, double lag_turns)
{
	double mean = span->power[0] + span->power[2] * span->seconds * span->seconds / 12;

	return mean * span->seconds * sine_cosine_of_turns(lag_turns).cosine;
}

/* Order, relative size and lag of part i of a wave: 0 is the fundamental. */
static struct harmonic wave_part(const struct waveform *shape, int i, double lag_degrees)
{
	if (i == 0) {
		return (struct harmonic){1, 1.0, lag_degrees};
	}
	struct harmonic part = shape->harmonics[i - 1];

	part.lag_degrees += part.order * lag_degrees;
	return part;
}

static double harmonic_joules(const struct span *span, struct harmonic volts,
			      struct harmonic amperes)
{
	double difference = (volts.lag_degrees - amperes.lag_degrees) / 360.0;
	double sum = (volts.lag_degrees + amperes.lag_degrees) / 360.0;
	double joules = oscillating_joules(span, volts.order + amperes.order, sum);

	if (volts.order == amperes.order) {
		joules += steady_joules(span, difference);
	} else {
		joules += oscillating_joules(span, volts.order - amperes.order, difference);
	}
	return joules * volts.relative * amperes.relative;
}

double segment_joules(const struct load_segment *segment, int phase, struct instant from,
		      struct instant to)
{
	const struct ramped_phasor *volts = &segment->volts[phase];
	const struct ramped_phasor *amperes = &segment->amperes[phase];
	bool is_steady = volts->rms_per_second == 0 && amperes->rms_per_second == 0;
	int64_t nanoseconds = to.nanoseconds - from.nanoseconds;

	if (nanoseconds == 0 || (is_steady && volts->rms_start * amperes->rms_start == 0)) {
		return 0;
	}
	double volts_middle = volts->rms_start;
	double amperes_middle = amperes->rms_start;

	if (!is_steady) {
		double middle =
			seconds_between(segment->start, from) + 0.5 * seconds_between(from, to);
		volts_middle += volts->rms_per_second * middle;
		amperes_middle += amperes->rms_per_second * middle;
	}
	struct span span = {
		.seconds = (double)nanoseconds * 1e-9,
		.hertz = segment->hertz,
		.turns = segment_turns(segment, from),
		.length_turns = elapsed_turns(segment->hertz, nanoseconds),
		.power = {volts_middle * amperes_middle,
			  volts_middle * amperes->rms_per_second +
				  amperes_middle * volts->rms_per_second,
			  volts->rms_per_second * amperes->rms_per_second},
	};
	if (is_steady && segment->volts_shape.count == 0 && segment->amperes_shape.count == 0) {
		return steady_fundamental_joules(&span, volts->lag_degrees, amperes->lag_degrees);
	}
	double joules = 0;

	for (int h = 0; h <= segment->volts_shape.count; h++) {
		for (int k = 0; k <= segment->amperes_shape.count; k++) {
			joules += harmonic_joules(
				&span, wave_part(&segment->volts_shape, h, volts->lag_degrees),
				wave_part(&segment->amperes_shape, k, amperes->lag_degrees));
		}
	}
	return joules;
}
