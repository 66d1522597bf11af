/*
 * A reference standard as physics. Energy is the world's, piece by piece, with this standard's gain
 * and current delay per phase; its noise is one factor per whole second of the clock, so energies
 * add up however they are asked for.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "bench/virtual_lab/virtual_reference_standard.h"
#include "reference_source/portable_sine.h"
#include "reference_source/repeatable_noise.h"

#define JOULES_PER_WATT_HOUR 3600.0

struct virtual_reference_standard {
	struct world *world;
	struct standard_model model;
	uint64_t noise_stream;
};

struct virtual_reference_standard *
virtual_reference_standard_new(struct world *world, const struct standard_model *model)
{
	struct virtual_reference_standard *standard = calloc(1, sizeof(*standard));

	assert(standard);
	standard->world = world;
	standard->model = *model;
	standard->noise_stream = noise_stream(model->seed, "reference standard noise");
	return standard;
}

void virtual_reference_standard_free(struct virtual_reference_standard *standard)
{
	free(standard);
}

static int64_t second_holding(struct instant at)
{
	int64_t second = at.nanoseconds / NANOSECONDS_PER_SECOND;

	return at.nanoseconds % NANOSECONDS_PER_SECOND < 0 ? second - 1 : second;
}

static bool is_varying(const struct standard_model *model)
{
	return model->noise_percent != 0 || model->faults.drift_percent_per_hour != 0 ||
	       model->faults.jump_percent != 0;
}

/* What drift and a jump have made of the gain, in whole seconds of the clock. */
static double fault_factor(const struct standard_faults *faults, int64_t second)
{
	bool has_jumped = second * NANOSECONDS_PER_SECOND >= faults->jump_at.nanoseconds;

	return 1 + faults->drift_percent_per_hour / 100 * (double)second / 3600 +
	       (has_jumped ? faults->jump_percent / 100 : 0);
}

static double noise_factor(const struct virtual_reference_standard *standard, struct instant at)
{
	if (!is_varying(&standard->model)) {
		return 1;
	}
	int64_t second = second_holding(at);
	double deviation = noise_gaussian(standard->noise_stream, (uint64_t)second);

	return (1 + standard->model.noise_percent / 100 * deviation) *
	       fault_factor(&standard->model.faults, second);
}

struct instant
virtual_reference_standard_noise_until(const struct virtual_reference_standard *standard,
				       struct instant at)
{
	if (!is_varying(&standard->model)) {
		return INSTANT_NEVER;
	}
	return (struct instant){(second_holding(at) + 1) * NANOSECONDS_PER_SECOND};
}

/* The currents as they come through leads that may be wrong. */
static void connect_currents(const struct standard_faults *faults, struct load_segment *seen)
{
	if (faults->has_swapped_currents) {
		struct ramped_phasor phase_b = seen->amperes[1];

		seen->amperes[1] = seen->amperes[2];
		seen->amperes[2] = phase_b;
	}
	if (faults->reversed_current) {
		seen->amperes[faults->reversed_current - 1].lag_degrees += 180;
	}
	if (faults->open_current) {
		seen->amperes[faults->open_current - 1] = (struct ramped_phasor){0};
	}
}

/* What this standard's own circuits make of a segment: the current arrives later than it is. */
static struct load_segment segment_as_seen(const struct virtual_reference_standard *standard,
					   const struct load_segment *segment)
{
	struct load_segment seen = *segment;

	for (int phase = 0; phase < 3; phase++) {
		seen.amperes[phase].lag_degrees += standard->model.lag_degrees[phase];
	}
	connect_currents(&standard->model.faults, &seen);
	return seen;
}

static double gain(const struct virtual_reference_standard *standard, int phase)
{
	return 1 + standard->model.gain_percent[phase] / 100;
}

/* Joules of one phase, without noise, inside a segment as seen. */
static double phase_joules(const struct virtual_reference_standard *standard,
			   const struct load_segment *seen, int phase, struct instant from,
			   struct instant to)
{
	return gain(standard, phase) * segment_joules(seen, phase, from, to);
}

static double piece_joules(const struct virtual_reference_standard *standard,
			   const struct load_segment *segment, struct instant from,
			   struct instant to)
{
	struct load_segment seen = segment_as_seen(standard, segment);
	double joules = 0;

	for (int phase = 0; phase < 3; phase++) {
		joules += phase_joules(standard, &seen, phase, from, to);
	}
	return joules * noise_factor(standard, from);
}

/* Where the piece ends that begins at this instant: one segment, one second's noise. */
static struct instant piece_end(struct virtual_reference_standard *standard, struct instant from)
{
	return instant_earlier(world_segment_at(standard->world, from)->end,
			       virtual_reference_standard_noise_until(standard, from));
}

/* The part of a nanosecond by which a pulse lies after its instant. */
static double fraction_joules(struct virtual_reference_standard *standard, struct world_pulse pulse)
{
	if (pulse.fraction_of_nanosecond == 0) {
		return 0;
	}
	const struct load_segment *segment = world_segment_at(standard->world, pulse.at);
	struct instant later = {pulse.at.nanoseconds + 1};

	return pulse.fraction_of_nanosecond * piece_joules(standard, segment, pulse.at, later);
}

struct energy_span energy_span_from(struct world_pulse from)
{
	return (struct energy_span){.from = from, .summed_until = from.at};
}

double virtual_reference_standard_span(struct virtual_reference_standard *standard,
				       struct energy_span *span, struct world_pulse to)
{
	if (instant_before(to.at, span->summed_until)) {
		*span = energy_span_from(span->from);
	}
	struct instant end = piece_end(standard, span->summed_until);

	while (!instant_before(to.at, end)) {
		span->joules += piece_joules(standard,
					     world_segment_at(standard->world, span->summed_until),
					     span->summed_until, end);
		span->summed_until = end;
		end = piece_end(standard, end);
	}
	double joules =
		span->joules + piece_joules(standard,
					    world_segment_at(standard->world, span->summed_until),
					    span->summed_until, to.at);
	joules += fraction_joules(standard, to) - fraction_joules(standard, span->from);
	return joules / JOULES_PER_WATT_HOUR;
}

double virtual_reference_standard_watt_hours(struct virtual_reference_standard *standard,
					     struct world_pulse from, struct world_pulse to)
{
	struct energy_span span = energy_span_from(from);

	return virtual_reference_standard_span(standard, &span, to);
}

/* Sums over a window from which the averages are made. */
struct window_sums {
	double volts_squared[3];
	double amperes_squared[3];
	double joules[3];
	double cycles;
	double noise;
};

/* Integral of the square of a linear amplitude. */
static double square_seconds(const struct load_segment *segment, const struct ramped_phasor *phasor,
			     const struct waveform *shape, struct instant from, double seconds)
{
	double start = ramped_rms(segment, phasor, from);
	double change = phasor->rms_per_second * seconds;
	double whole = waveform_rms(shape);

	return whole * whole * seconds * (start * start + start * change + change * change / 3);
}

static void add_piece(const struct virtual_reference_standard *standard,
		      const struct load_segment *segment, struct instant from, struct instant to,
		      struct window_sums *sums)
{
	struct load_segment seen = segment_as_seen(standard, segment);
	double seconds = seconds_between(from, to);
	double noise = noise_factor(standard, from);

	for (int phase = 0; phase < 3; phase++) {
		sums->volts_squared[phase] += square_seconds(segment, &segment->volts[phase],
							     &segment->volts_shape, from, seconds);
		sums->amperes_squared[phase] += square_seconds(
			segment, &seen.amperes[phase], &segment->amperes_shape, from, seconds);
		sums->joules[phase] += noise * phase_joules(standard, &seen, phase, from, to);
	}
	sums->cycles += segment->hertz * seconds;
	sums->noise += noise * seconds;
}

/* Like a real instrument it averages over whole cycles, so that the 2f ripple drops out. */
static double whole_cycles(double seconds, double hertz)
{
	int64_t cycles = (int64_t)(seconds * hertz + 1e-6);

	return hertz > 0 && cycles > 0 ? (double)cycles / hertz : seconds;
}

static void quantities_of_window(const struct virtual_reference_standard *standard,
				 const struct window_sums *sums, const struct load_segment *last,
				 double seconds, struct standard_quantities *quantities)
{
	struct load_segment seen = segment_as_seen(standard, last);

	quantities->hertz = sums->cycles / seconds;
	for (int phase = 0; phase < 3; phase++) {
		double volts_lag = seen.volts[phase].lag_degrees;
		double amperes_lag = seen.amperes[phase].lag_degrees;

		quantities->volts[phase] = sqrt(sums->volts_squared[phase] / seconds);
		quantities->amperes[phase] = gain(standard, phase) * sums->noise / seconds *
					     sqrt(sums->amperes_squared[phase] / seconds);
		quantities->volts_lag_degrees[phase] = volts_lag;
		quantities->amperes_lag_degrees[phase] = amperes_lag;
		quantities->watts[phase] = sums->joules[phase] / seconds;
		quantities->vars[phase] = quantities->volts[phase] * quantities->amperes[phase] *
					  sine_cosine_of_degrees(amperes_lag - volts_lag).sine;
	}
}

void virtual_reference_standard_read(struct virtual_reference_standard *standard, struct instant at,
				     double seconds, struct standard_quantities *quantities)
{
	const struct load_segment *last = world_segment_at(standard->world, at);
	double window = whole_cycles(seconds, last->hertz);
	struct instant from = instant_after(at, -window);
	struct window_sums sums = {0};

	for (struct instant end; instant_before(from, at); from = end) {
		end = instant_earlier(piece_end(standard, from), at);
		add_piece(standard, world_segment_at(standard->world, from), from, end, &sums);
	}
	quantities_of_window(standard, &sums, last, window, quantities);
}
