/* World to counts: phasors anchored at fixed frame numbers, rotated through a table shared by all
 * channels. */
#include "bench/virtual_lab/sensors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dut_firmware/meter.h"
#include "reference_source/portable_sine.h"
#include "reference_source/repeatable_noise.h"

/* Frames of one run of the rotation; runs begin at multiples of it and at the first frame of a
 * segment. */
#define RUN_FRAMES 64
#define CHANNELS 6
#define NOISE_TABLE 1024
#define SQRT_2 1.4142135623730950488

/* cos and sin of h*2*pi*f*k/rate, k = 0..63, for one harmonic order. */
struct rotation {
	int order;
	double cosine[RUN_FRAMES];
	double sine[RUN_FRAMES];
	struct sine_cosine at; /* of this order at the first frame of the run in hand */
};

/* One channel's one harmonic: amplitude per ampere or volt of the fundamental's rms, with its lag.
 */
struct component {
	int rotation;
	double cosine_part, sine_part; /* counts per unit rms */
};

struct channel {
	double rms_start, rms_per_second;
	int count;
	struct component components[1 + WAVEFORM_HARMONICS];
};

struct sensors {
	struct world *world;
	struct sensor_model model;
	double frames_per_second;
	int64_t rate_frame; /* since this frame, which is at rate_seconds */
	double rate_seconds;
	double noise_table[NOISE_TABLE];
	uint64_t noise_stream;
	bool is_open[CHANNELS]; /* inputs to which the form connects nothing */
	/* prepared for the segment that starts here */
	bool is_prepared;
	struct load_segment segment;
	int64_t first_frame, end_frame; /* of the segment */
	struct channel channels[CHANNELS];
	int rotation_count;
	double rotation_hertz;
	struct rotation rotations[1 + 2 * WAVEFORM_HARMONICS];
};

double sensors_frames_per_second(const struct sensor_model *model)
{
	double from_25 = model->celsius - 25.0;
	double ppm = model->crystal_ppm + model->crystal_ppm_per_square_kelvin * from_25 * from_25;

	return METER_FRAMES_PER_SECOND * (1.0 + ppm * 1e-6);
}

/* The form's wiring, or that of three elements. */
static const struct form *wiring_of(const struct sensor_model *model)
{
	return model->form ? model->form : form_find("9S");
}

static void find_open_inputs(struct sensors *sensors)
{
	const struct form *form = wiring_of(&sensors->model);

	for (int i = 0; i < 3; i++) {
		sensors->is_open[i] = sensors->is_open[3 + i] = true;
		for (int stator = 0; stator < form->wiring_count; stator++) {
			if (form->wiring[stator].volts[i]) {
				sensors->is_open[i] = false;
			}
			if (form->wiring[stator].amperes[i]) {
				sensors->is_open[3 + i] = false;
			}
		}
	}
}

struct sensors *sensors_new(struct world *world, const struct sensor_model *model)
{
	struct sensors *sensors = calloc(1, sizeof(*sensors));

	assert(sensors);
	sensors->world = world;
	sensors->model = *model;
	find_open_inputs(sensors);
	sensors->frames_per_second = sensors_frames_per_second(model);
	sensors->noise_stream = noise_stream(model->seed, "samples");
	for (unsigned i = 0; i < NOISE_TABLE; i++) {
		sensors->noise_table[i] =
			noise_gaussian(noise_stream(model->seed, "noise table"), i);
	}
	return sensors;
}

void sensors_free(struct sensors *sensors)
{
	free(sensors);
}

double sensors_frame_seconds(const struct sensors *sensors, int64_t frame)
{
	return sensors->rate_seconds +
	       (double)(frame - sensors->rate_frame) / sensors->frames_per_second;
}

double sensors_frame_nanoseconds(const struct sensors *sensors, double frames)
{
	return sensors->rate_seconds * 1e9 +
	       (frames - (double)sensors->rate_frame) * 1e9 / sensors->frames_per_second;
}

void sensors_set_celsius(struct sensors *sensors, int64_t first_frame, double celsius)
{
	sensors->rate_seconds = sensors_frame_seconds(sensors, first_frame);
	sensors->rate_frame = first_frame;
	sensors->model.celsius = celsius;
	sensors->frames_per_second = sensors_frames_per_second(&sensors->model);
	sensors->is_prepared = false;
	sensors->rotation_hertz = -1.0; /* no frequency: the tables are of another rate */
}

int64_t sensors_frame_at(const struct sensors *sensors, struct instant at)
{
	double seconds = (double)at.nanoseconds * 1e-9;
	int64_t frame = sensors->rate_frame +
			(int64_t)((seconds - sensors->rate_seconds) * sensors->frames_per_second);

	while (sensors_frame_seconds(sensors, frame) > seconds) {
		frame--;
	}
	while (sensors_frame_seconds(sensors, frame + 1) <= seconds) {
		frame++;
	}
	return frame;
}

/* First frame at or after an instant. */
static int64_t frame_from(const struct sensors *sensors, struct instant at)
{
	if (at.nanoseconds <= 0) {
		return 0;
	}
	if (at.nanoseconds == INT64_MAX) {
		return INT64_MAX;
	}
	return sensors_frame_at(sensors, (struct instant){at.nanoseconds - 1}) + 1;
}

static int rotation_of_order(struct sensors *sensors, int order)
{
	for (int i = 0; i < sensors->rotation_count; i++) {
		if (sensors->rotations[i].order == order) {
			return i;
		}
	}
	assert(sensors->rotation_count < 1 + 2 * WAVEFORM_HARMONICS);
	struct rotation *rotation = &sensors->rotations[sensors->rotation_count];
	double turns_per_frame = order * sensors->rotation_hertz / sensors->frames_per_second;

	rotation->order = order;
	for (int k = 0; k < RUN_FRAMES; k++) {
		struct sine_cosine at = sine_cosine_of_turns(turns_per_frame * k);

		rotation->cosine[k] = at.cosine;
		rotation->sine[k] = at.sine;
	}
	return sensors->rotation_count++;
}

static void add_component(struct sensors *sensors, struct channel *channel, int order,
			  double peak_counts, double lag_turns)
{
	if (order * sensors->segment.hertz >= sensors->frames_per_second / 2 ||
	    peak_counts == 0.0) {
		return; /* the filter in front of the converter */
	}
	struct sine_cosine lag = sine_cosine_of_turns(lag_turns);

	channel->components[channel->count++] = (struct component){
		.rotation = rotation_of_order(sensors, order),
		.cosine_part = peak_counts * lag.cosine,
		.sine_part = peak_counts * lag.sine,
	};
}

/* `extra_lag` in turns at the fundamental, as angle (same at every order) or as delay (grows with
 * the order). */
static void prepare_channel(struct sensors *sensors, struct channel *channel,
			    const struct ramped_phasor *phasor, const struct waveform *shape,
			    double counts_per_unit, double extra_lag, bool is_delay)
{
	double lag = phasor->lag_degrees / 360.0;

	*channel = (struct channel){.rms_start = phasor->rms_start,
				    .rms_per_second = phasor->rms_per_second};
	if (phasor->rms_start == 0.0 && phasor->rms_per_second == 0.0) {
		return;
	}
	add_component(sensors, channel, 1, SQRT_2 * counts_per_unit, lag + extra_lag);
	for (int i = 0; i < shape->count; i++) {
		const struct harmonic *harmonic = &shape->harmonics[i];
		double own_lag = harmonic->order * lag + harmonic->lag_degrees / 360.0;
		double sensor_lag = is_delay ? harmonic->order * extra_lag : extra_lag;

		add_component(sensors, channel, harmonic->order,
			      SQRT_2 * counts_per_unit * harmonic->relative, own_lag + sensor_lag);
	}
}

static void prepare(struct sensors *sensors, const struct load_segment *segment)
{
	const struct sensor_model *model = &sensors->model;

	if (segment->hertz != sensors->rotation_hertz) {
		sensors->rotation_hertz = segment->hertz;
		sensors->rotation_count = 0;
	}
	sensors->segment = *segment;
	for (int i = 0; i < 3; i++) {
		double temperature =
			1.0 + model->gain_ppm_per_kelvin[i] * 1e-6 * (model->celsius - 23.0);
		double volts_counts = (1.0 + model->volts_gain_percent[i] / 100.0) *
				      METER_FULL_SCALE_COUNTS / model->full_scale_volts;
		double amperes_counts = (1.0 + model->amperes_gain_percent[i] / 100.0) *
					temperature * METER_FULL_SCALE_COUNTS /
					model->full_scale_amperes;
		double lag = model->lag_degrees[i] / 360.0;
		if (model->lag_is_delay) {
			lag *= segment->hertz / 60.0;
		}
		prepare_channel(sensors, &sensors->channels[i], &segment->volts[i],
				&segment->volts_shape, volts_counts, 0.0, false);
		prepare_channel(sensors, &sensors->channels[3 + i], &segment->amperes[i],
				&segment->amperes_shape, amperes_counts, lag, model->lag_is_delay);
	}
	sensors->first_frame = frame_from(sensors, segment->start);
	sensors->end_frame = frame_from(sensors, segment->end);
	sensors->is_prepared = true;
}

/* Unit waves times the linear amplitude, for `count` frames from the run's `skip`-th on. */
static void sample_channel(const struct sensors *sensors, const struct channel *channel,
			   double seconds, uint32_t skip, uint32_t count, double *wave)
{
	/* a constant amplitude goes into the phasor, a ramp onto the wave */
	double scale = channel->rms_per_second == 0.0 ? channel->rms_start : 1.0;

	memset(wave, 0, count * sizeof(*wave));
	for (int i = 0; i < channel->count; i++) {
		const struct component *component = &channel->components[i];
		const struct rotation *rotation = &sensors->rotations[component->rotation];
		struct sine_cosine at = rotation->at;
		/* cos(a - lag) and its quarter-turn partner, at the run's first frame */
		double real = scale *
			      (component->cosine_part * at.cosine + component->sine_part * at.sine);
		double imaginary = scale * (component->cosine_part * at.sine -
					    component->sine_part * at.cosine);
		const double *cosine = rotation->cosine + skip;
		const double *sine = rotation->sine + skip;

		for (uint32_t k = 0; k < count; k++) {
			wave[k] += real * cosine[k] - imaginary * sine[k];
		}
	}
	if (channel->rms_per_second == 0.0) {
		return;
	}
	double per_frame = 1.0 / sensors->frames_per_second;
	for (uint32_t k = 0; k < count; k++) {
		wave[k] *= channel->rms_start +
			   channel->rms_per_second * (seconds + (skip + k) * per_frame);
	}
}

static int32_t to_counts(double value)
{
	if (value > METER_FULL_SCALE_COUNTS - 1) {
		return METER_FULL_SCALE_COUNTS - 1;
	}
	if (value < -METER_FULL_SCALE_COUNTS) {
		return -METER_FULL_SCALE_COUNTS;
	}
	/* rounds half up: the sum is positive, so the conversion's truncation is a floor */
	return (int32_t)(value + (METER_FULL_SCALE_COUNTS + 0.5)) - METER_FULL_SCALE_COUNTS;
}

/* Ten bits of one mixed word pick each channel's noise of a frame. */
static void convert(const struct sensors *sensors, int64_t first, uint32_t count,
		    double waves[CHANNELS][RUN_FRAMES], struct sample_frame *frames)
{
	const struct sensor_model *model = &sensors->model;
	double volts_noise = model->volts_noise_counts, amperes_noise = model->amperes_noise_counts;
	bool is_noisy = volts_noise > 0.0 || amperes_noise > 0.0;

	for (uint32_t k = 0; k < count; k++) {
		uint64_t bits =
			is_noisy ? noise_bits(sensors->noise_stream, (uint64_t)(first + k)) : 0;

		for (int i = 0; i < 3; i++) {
			double volts = waves[i][k] + model->volts_offset_counts[i];
			double amperes = waves[3 + i][k] + model->amperes_offset_counts[i];

			if (is_noisy) {
				volts += volts_noise * sensors->noise_table[bits % NOISE_TABLE];
				amperes += amperes_noise *
					   sensors->noise_table[bits / NOISE_TABLE % NOISE_TABLE];
				bits >>= 20;
			}
			frames[k].volts[i] = to_counts(volts);
			frames[k].amperes[i] = to_counts(amperes);
		}
	}
}

/* Nothing is connected there, so a converter has no signal and no noise. */
static void silence_open_inputs(const struct sensors *sensors, uint32_t count,
				struct sample_frame *frames)
{
	for (int i = 0; i < 3; i++) {
		for (uint32_t k = 0; sensors->is_open[i] && k < count; k++) {
			frames[k].volts[i] = 0;
		}
		for (uint32_t k = 0; sensors->is_open[3 + i] && k < count; k++) {
			frames[k].amperes[i] = 0;
		}
	}
}

/* Frames inside one run: first / RUN_FRAMES is the same for all, or the segment's head. */
static void sample_run(struct sensors *sensors, int64_t first, uint32_t count,
		       struct sample_frame *frames)
{
	double waves[CHANNELS][RUN_FRAMES];
	int64_t run = first - first % RUN_FRAMES;
	if (run < sensors->first_frame) {
		run = sensors->first_frame;
	}
	uint32_t skip = (uint32_t)(first - run);
	double start = (double)sensors->segment.start.nanoseconds * 1e-9;
	double seconds = sensors_frame_seconds(sensors, run) - start;
	double turns = sensors->segment.phase_turns + sensors->segment.hertz * seconds;

	for (int i = 0; i < sensors->rotation_count; i++) {
		struct rotation *rotation = &sensors->rotations[i];

		rotation->at = sine_cosine_of_turns(rotation->order * turns);
	}
	for (int i = 0; i < CHANNELS; i++) {
		sample_channel(sensors, &sensors->channels[i], seconds, skip, count, waves[i]);
	}
	convert(sensors, first, count, waves, frames);
	silence_open_inputs(sensors, count, frames);
}

static struct instant instant_of_frame(const struct sensors *sensors, int64_t frame)
{
	/* up to the next nanosecond: a frame belongs to the segment that has begun by then */
	return (struct instant){(int64_t)(sensors_frame_seconds(sensors, frame) * 1e9) + 1};
}

/* A prepared segment stays right while its end has not moved to before this frame. */
static void prepare_for(struct sensors *sensors, int64_t frame)
{
	const struct load_segment *segment =
		world_segment_at(sensors->world, instant_of_frame(sensors, frame));

	if (!sensors->is_prepared ||
	    segment->start.nanoseconds != sensors->segment.start.nanoseconds ||
	    memcmp(segment->volts, sensors->segment.volts, sizeof(segment->volts)) ||
	    memcmp(segment->amperes, sensors->segment.amperes, sizeof(segment->amperes))) {
		prepare(sensors, segment);
	} else if (segment->end.nanoseconds != sensors->segment.end.nanoseconds) {
		sensors->segment.end = segment->end;
		sensors->end_frame = frame_from(sensors, segment->end);
	}
}

void sensors_sample(struct sensors *sensors, int64_t first, uint32_t count,
		    struct sample_frame *frames)
{
	while (count) {
		prepare_for(sensors, first);
		int64_t end = first - first % RUN_FRAMES + RUN_FRAMES;
		if (sensors->end_frame < end && sensors->end_frame > first) {
			end = sensors->end_frame;
		}
		uint32_t part = (uint32_t)(end - first) < count ? (uint32_t)(end - first) : count;

		sample_run(sensors, first, part, frames);
		first += part;
		frames += part;
		count -= part;
	}
}

double sensors_highest_volts(const struct sensors *sensors, int64_t frame, int64_t *constant_until)
{
	struct instant at = instant_of_frame(sensors, frame);
	const struct load_segment *segment = world_segment_at(sensors->world, at);
	double shape = waveform_rms(&segment->volts_shape), highest = 0.0;
	int64_t end = frame_from(sensors, segment->end);

	for (int i = 0; i < 3; i++) {
		double volts = shape * ramped_rms(segment, &segment->volts[i], at);

		if (!sensors->is_open[i] && volts > highest) {
			highest = volts;
		}
		if (!sensors->is_open[i] && segment->volts[i].rms_per_second != 0.0) {
			end = frame + 1;
		}
	}
	*constant_until = end > frame ? end : frame + 1;
	return highest;
}

void sensors_line_volts(const struct sensors *sensors, int64_t frame, double volts[3],
			int64_t *constant_until)
{
	struct instant at = instant_of_frame(sensors, frame);
	const struct load_segment *segment = world_segment_at(sensors->world, at);
	double shape = waveform_rms(&segment->volts_shape);
	int64_t end = frame_from(sensors, segment->end);

	for (int i = 0; i < 3; i++) {
		volts[i] = shape * ramped_rms(segment, &segment->volts[i], at);
		if (segment->volts[i].rms_per_second != 0.0) {
			end = frame + 1;
		}
	}
	*constant_until = end > frame ? end : frame + 1;
}

struct complex_number {
	double real, imaginary;
};

static struct complex_number of_phasor(const struct phasor *phasor, double gain, double extra_lag)
{
	struct sine_cosine at = sine_cosine_of_degrees(phasor->lag_degrees + extra_lag);

	return (struct complex_number){gain * phasor->rms * at.cosine,
				       -gain * phasor->rms * at.sine};
}

static struct complex_number weighted_sum(const signed char weights[3],
					  const struct complex_number inputs[3])
{
	struct complex_number sum = {0.0, 0.0};

	for (int i = 0; i < 3; i++) {
		sum.real += weights[i] * inputs[i].real;
		sum.imaginary += weights[i] * inputs[i].imaginary;
	}
	return sum;
}

/* What the sensors make of the load's voltages and currents. */
static void sense(const struct sensor_model *model, const struct three_phase *load,
		  struct complex_number volts[3], struct complex_number amperes[3])
{
	for (int i = 0; i < 3; i++) {
		double lag =
			model->lag_degrees[i] * (model->lag_is_delay ? load->hertz / 60.0 : 1.0);
		double gain =
			(1.0 + model->amperes_gain_percent[i] / 100.0) *
			(1.0 + model->gain_ppm_per_kelvin[i] * 1e-6 * (model->celsius - 23.0));

		volts[i] =
			of_phasor(&load->volts[i], 1.0 + model->volts_gain_percent[i] / 100.0, 0.0);
		amperes[i] = of_phasor(&load->amperes[i], gain, lag);
	}
}

double sensors_true_error(const struct sensor_model *model, const struct three_phase *load)
{
	const struct form *form = wiring_of(model);
	struct complex_number volts[3], amperes[3];
	double seen = 0.0;

	sense(model, load, volts, amperes);
	for (int stator = 0; stator < form->wiring_count; stator++) {
		const struct element_wiring *wiring = &form->wiring[stator];
		struct complex_number v = weighted_sum(wiring->volts, volts);
		struct complex_number i = weighted_sum(wiring->amperes, amperes);

		seen += v.real * i.real + v.imaginary * i.imaginary;
	}
	return sensors_frames_per_second(model) / METER_FRAMES_PER_SECOND * form->coil_factor *
		       seen / three_phase_watts(load) -
	       1.0;
}
