/*
 * A source's imperfections, each a function of seed, channel and second only. Channels 0..2 are the
 * voltages, 3..5 the currents. The slow walk is a Brownian path by midpoint displacement, so any
 * second costs the same.
 */
#include "reference_source/source_model.h"

#include <math.h>
#include <stdio.h>

#include "reference_source/repeatable_noise.h"

#define WALK_LEVELS 26 /* 2^26 s, two years: the walk stands still after that */

static uint64_t channel_stream(const struct source_model *model, const char *what, int channel)
{
	char name[40];

	snprintf(name, sizeof(name), "source %s %d", what, channel);
	return noise_stream(model->seed, name);
}

/* A stream that is another one for every setting. */
static uint64_t setting_stream(const struct source_model *model, const char *what, int channel)
{
	return noise_bits(channel_stream(model, what, channel), model->setting);
}

/* A walk with standard deviation 1 after one hour, zero at second 0. */
static double walk_at(uint64_t stream, int64_t second)
{
	int64_t left = 0;
	int64_t right = INT64_C(1) << WALK_LEVELS;
	double at_left = 0;
	double at_right = sqrt((double)right / 3600.0) * noise_gaussian(stream, 0);

	if (second >= right) {
		return at_right;
	}
	while (second > left) {
		int64_t middle = left + (right - left) / 2;
		double spread = sqrt((double)(right - left) / (4 * 3600.0));
		double at_middle = (at_left + at_right) / 2 +
				   spread * noise_gaussian(stream, (uint64_t)middle);
		if (second < middle) {
			right = middle;
			at_right = at_middle;
		} else {
			left = middle;
			at_left = at_middle;
		}
	}
	return at_left;
}

/* e^-x for x >= 0: series of a small part, squared ten times. */
static double decay(double x)
{
	if (x > 40) {
		return 0;
	}
	double part = x / 1024;
	double result =
		1 - part * (1 - part / 2 * (1 - part / 3 * (1 - part / 4 * (1 - part / 5))));

	for (int i = 0; i < 10; i++) {
		result *= result;
	}
	return result;
}

static double amplitude_error_percent(const struct source_model *model, int channel, int64_t second)
{
	double percent = 0;

	if (model->setting_percent > 0) {
		percent += model->setting_percent *
			   noise_gaussian(channel_stream(model, "amplitude", channel), 0);
	}
	if (model->drift_percent > 0) {
		percent += model->drift_percent *
			   walk_at(setting_stream(model, "walk", channel), second);
	}
	if (model->noise_percent > 0) {
		percent +=
			model->noise_percent *
			noise_gaussian(setting_stream(model, "noise", channel), (uint64_t)second);
	}
	if (model->settling_percent != 0 && model->settling_seconds > 0) {
		percent +=
			model->settling_percent * decay((double)second / model->settling_seconds);
	}
	return percent;
}

static double angle_error_degrees(const struct source_model *model, int channel)
{
	if (model->setting_degrees > 0) {
		return model->setting_degrees *
		       noise_gaussian(channel_stream(model, "angle", channel), 0);
	}
	return 0;
}

static struct phasor with_errors(const struct source_model *model, struct phasor asked, int channel,
				 int64_t second)
{
	if (asked.rms == 0) {
		return asked;
	}
	return (struct phasor){
		.rms = asked.rms * (1 + amplitude_error_percent(model, channel, second) / 100),
		.lag_degrees = asked.lag_degrees + angle_error_degrees(model, channel),
	};
}

void source_model_apply(const struct source_model *model, const struct three_phase *asked,
			int64_t second, struct three_phase *given)
{
	int64_t counted = second > 0 ? second : 0;
	struct three_phase result = *asked;

	for (int i = 0; i < 3; i++) {
		result.volts[i] = with_errors(model, asked->volts[i], i, counted);
		result.amperes[i] = with_errors(model, asked->amperes[i], 3 + i, counted);
	}
	if (model->frequency_ppm > 0) {
		double ppm = model->frequency_ppm *
			     noise_gaussian(noise_stream(model->seed, "source frequency"), 0);
		result.hertz = asked->hertz * (1 + ppm * 1e-6);
	}
	*given = result;
}
