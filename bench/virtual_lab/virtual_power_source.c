/*
 * A three-phase amplifier as physics. A setting is played as a linear ramp from what was there, a
 * tail that loses half of its error in each of a few linear pieces, and then steady segments: one
 * if nothing moves, else one per second.
 */
#include <assert.h>
#include <stdlib.h>

#include "bench/virtual_lab/virtual_power_source.h"

#define CHANNELS 6 /* volts A, B, C, amperes A, B, C */
#define TAIL_PIECES 8
#define NATURAL_LOG_OF_2 0.69314718055994531

struct virtual_power_source {
	struct world *world;
	struct source_model model;
	struct participant participant;
	struct three_phase setting;
	struct waveform volts_shape, amperes_shape;
	bool is_dead;
	struct instant ramp_start;
	struct instant ramp_end;
	double half_life_seconds; /* of the tail; 0: none */
	double rms_before[CHANNELS];
	double lag_before[CHANNELS];
	int64_t segments;
	struct instant next_segment;
};

static struct phasor *channel_of(struct three_phase *load, int channel)
{
	return channel < 3 ? &load->volts[channel] : &load->amperes[channel - 3];
}

static struct ramped_phasor *segment_channel(struct load_segment *segment, int channel)
{
	return channel < 3 ? &segment->volts[channel] : &segment->amperes[channel - 3];
}

static bool is_restless(const struct source_model *model)
{
	return model->drift_percent != 0 || model->noise_percent != 0;
}

static struct instant tail_point(const struct virtual_power_source *source, int piece)
{
	return instant_after(source->ramp_end, source->half_life_seconds * piece);
}

/* Share of the error at the ramp's end that is left: halves in each piece, linear within, zero
 * after the last. */
static double tail_left(const struct virtual_power_source *source, struct instant at)
{
	double left = 1;
	int piece = 0;

	while (piece < TAIL_PIECES && !instant_before(at, tail_point(source, piece + 1))) {
		left /= 2;
		piece++;
	}
	if (piece == TAIL_PIECES) {
		return 0;
	}
	struct instant start = tail_point(source, piece);
	double next = piece == TAIL_PIECES - 1 ? 0 : left / 2;
	double share =
		seconds_between(start, at) / seconds_between(start, tail_point(source, piece + 1));

	return left + (next - left) * share;
}

static struct instant next_tail_point(const struct virtual_power_source *source, struct instant at)
{
	if (source->half_life_seconds > 0) {
		for (int piece = 1; piece <= TAIL_PIECES; piece++) {
			struct instant point = tail_point(source, piece);

			if (instant_before(at, point)) {
				return point;
			}
		}
	}
	return INSTANT_NEVER;
}

static int64_t second_of(const struct virtual_power_source *source, struct instant at)
{
	return (at.nanoseconds - source->ramp_end.nanoseconds) / NANOSECONDS_PER_SECOND;
}

static bool setting_is_off(const struct virtual_power_source *source)
{
	struct three_phase setting = source->setting;

	for (int channel = 0; channel < CHANNELS; channel++) {
		if (channel_of(&setting, channel)->rms != 0) {
			return false;
		}
	}
	return true;
}

/* The first instant after `at` at which the description of the output changes. */
static struct instant next_change(const struct virtual_power_source *source, struct instant at)
{
	if (instant_before(at, source->ramp_end)) {
		return source->ramp_end;
	}
	if (setting_is_off(source)) {
		return INSTANT_NEVER;
	}
	struct instant change = next_tail_point(source, at);

	if (is_restless(&source->model)) {
		int64_t second = second_of(source, at) + 1;

		change = instant_earlier(change, (struct instant){source->ramp_end.nanoseconds +
								  second * NANOSECONDS_PER_SECOND});
	}
	return change;
}

/* The steady state with its fixed errors, drift and noise, without ramp and tail. */
static struct three_phase steady_load(const struct virtual_power_source *source, int64_t second)
{
	struct source_model model = source->model;
	struct three_phase given;

	model.ramp_seconds = 0;
	model.settling_seconds = 0;
	model.settling_percent = 0;
	source_model_apply(&model, &source->setting, second, &given);
	return given;
}

/* The overshoot of a channel is a part of its change; it never turns an amplitude round. */
static double settling_error(const struct virtual_power_source *source, int channel, double steady)
{
	double error =
		source->model.settling_percent / 100 * (steady - source->rms_before[channel]);

	if (steady == 0 || source->half_life_seconds <= 0) {
		return 0;
	}
	return steady + error < 0 ? -steady : error;
}

static void fill_channel(const struct virtual_power_source *source, int channel,
			 struct phasor steady, struct load_segment *segment, struct instant until)
{
	struct ramped_phasor *output = segment_channel(segment, channel);
	double error = settling_error(source, channel, steady.rms);
	double seconds = seconds_between(segment->start, until);

	output->lag_degrees = steady.rms != 0 ? steady.lag_degrees : source->lag_before[channel];
	if (instant_before(segment->start, source->ramp_end)) {
		output->rms_start = source->rms_before[channel];
		output->rms_per_second = (steady.rms + error - output->rms_start) / seconds;
		return;
	}
	output->rms_start = steady.rms + error * tail_left(source, segment->start);
	if (error != 0 && tail_left(source, segment->start) > 0) {
		output->rms_per_second =
			(steady.rms + error * tail_left(source, until) - output->rms_start) /
			seconds;
	}
}

static void write_segment(struct virtual_power_source *source, struct instant at)
{
	bool is_ramp = instant_before(at, source->ramp_end);
	struct three_phase steady = steady_load(source, is_ramp ? 0 : second_of(source, at));
	struct load_segment segment = {
		.start = at,
		.end = INSTANT_NEVER,
		.hertz = steady.hertz,
		.volts_shape = source->volts_shape,
		.amperes_shape = source->amperes_shape,
	};

	source->next_segment = next_change(source, at);
	for (int channel = 0; channel < CHANNELS; channel++) {
		fill_channel(source, channel, *channel_of(&steady, channel), &segment,
			     source->next_segment);
	}
	world_append(source->world, &segment);
	source->segments++;
}

static struct instant source_next_event(void *context)
{
	struct virtual_power_source *source = context;

	return source->next_segment;
}

static struct instant source_advance(void *context, struct instant until)
{
	struct virtual_power_source *source = context;

	while (!instant_before(until, source->next_segment) &&
	       source->next_segment.nanoseconds != INSTANT_NEVER.nanoseconds) {
		write_segment(source, source->next_segment);
	}
	return until;
}

struct virtual_power_source *virtual_power_source_new(struct virtual_time *time,
						      struct world *world,
						      const struct source_model *model)
{
	struct virtual_power_source *source = calloc(1, sizeof(*source));

	assert(source && model->ramp_seconds >= 0 && model->settling_seconds >= 0);
	source->world = world;
	source->model = *model;
	source->setting.hertz = 60;
	source->next_segment = INSTANT_NEVER;
	source->participant = (struct participant){source, source_next_event, source_advance};
	virtual_time_add(time, &source->participant);
	return source;
}

void virtual_power_source_free(struct virtual_power_source *source)
{
	free(source);
}

static void start_from_present(struct virtual_power_source *source, struct instant at,
			       double ramp_seconds)
{
	struct three_phase present;

	world_load_at(source->world, at, &present);
	for (int channel = 0; channel < CHANNELS; channel++) {
		source->rms_before[channel] = channel_of(&present, channel)->rms;
		source->lag_before[channel] = channel_of(&present, channel)->lag_degrees;
	}
	source->ramp_start = at;
	source->ramp_end = instant_after(at, ramp_seconds);
	source->half_life_seconds = 0;
	if (source->model.settling_percent != 0) {
		source->half_life_seconds = source->model.settling_seconds * NATURAL_LOG_OF_2;
	}
}

void virtual_power_source_set(struct virtual_power_source *source, const struct three_phase *load,
			      struct instant at)
{
	if (source->is_dead) {
		return;
	}
	source_advance(source, at);
	start_from_present(source, at, source->model.ramp_seconds);
	source->setting = *load;
	source->model.setting++;
	write_segment(source, at);
}

void virtual_power_source_shape(struct virtual_power_source *source, const struct waveform *volts,
				const struct waveform *amperes)
{
	source->volts_shape = volts ? *volts : (struct waveform){.count = 0};
	source->amperes_shape = amperes ? *amperes : (struct waveform){.count = 0};
}

const struct three_phase *virtual_power_source_setting(const struct virtual_power_source *source)
{
	return &source->setting;
}

static void set_to_zero(struct three_phase *load)
{
	for (int channel = 0; channel < CHANNELS; channel++) {
		channel_of(load, channel)->rms = 0;
	}
}

void virtual_power_source_off(struct virtual_power_source *source, struct instant at)
{
	struct three_phase nothing = source->setting;

	set_to_zero(&nothing);
	virtual_power_source_set(source, &nothing, at);
}

void virtual_power_source_kill(struct virtual_power_source *source, struct instant at)
{
	source_advance(source, at);
	start_from_present(source, at, 0);
	set_to_zero(&source->setting);
	write_segment(source, at);
	source->is_dead = true;
}

bool virtual_power_source_is_dead(const struct virtual_power_source *source)
{
	return source->is_dead;
}

struct instant virtual_power_source_settled_at(const struct virtual_power_source *source)
{
	return tail_point(source, setting_is_off(source) ? 0 : TAIL_PIECES);
}

int64_t virtual_power_source_segments(const struct virtual_power_source *source)
{
	return source->segments;
}

struct instant virtual_power_source_next_segment(const struct virtual_power_source *source)
{
	return source->next_segment;
}
