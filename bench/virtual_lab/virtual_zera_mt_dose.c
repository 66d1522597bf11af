/*
 * The dose of the simulated ZERA MT: currents on until its own standard has counted a preset number
 * of pulses of the frequency output. The end is solved for on the exact energy, one world segment
 * (and one second's noise) at a time.
 */
#include <inttypes.h>
#include <string.h>

#include "bench/virtual_lab/virtual_zera_mt_parts.h"

#define FARTHEST_LOOK_SECONDS 1e9

bool zera_dose_allows_current(const struct virtual_zera_mt *zera)
{
	return !zera->dose.is_mode || zera->dose.is_running;
}

/* Asked on a copy of the span: what lies ahead may still change. */
static bool is_reached(struct virtual_zera_mt *zera, struct instant at)
{
	struct zera_dose *dose = &zera->dose;
	struct energy_span span = dose->span;
	double watt_hours = virtual_reference_standard_span(zera->standard, &span,
							    (struct world_pulse){.at = at});
	double counts = watt_hours * dose->counts_per_watt_hour;

	return (counts < 0 ? -counts : counts) >= (double)dose->preset_counts;
}

/* The dose is not full at `before` and is full at `after`. */
static struct instant instant_of_end(struct virtual_zera_mt *zera, struct instant before,
				     struct instant after)
{
	while (after.nanoseconds - before.nanoseconds > 1) {
		struct instant middle = {before.nanoseconds +
					 (after.nanoseconds - before.nanoseconds) / 2};

		if (is_reached(zera, middle)) {
			after = middle;
		} else {
			before = middle;
		}
	}
	return after;
}

/* An endless segment: far enough ahead, but not for ever. */
static struct instant far_enough(struct virtual_zera_mt *zera, struct instant from)
{
	double seconds = 1;

	while (seconds < FARTHEST_LOOK_SECONDS && !is_reached(zera, instant_after(from, seconds))) {
		seconds *= 2;
	}
	return instant_after(from, seconds);
}

static void look_ahead(struct virtual_zera_mt *zera, struct instant from)
{
	struct zera_dose *dose = &zera->dose;
	struct instant until =
		instant_earlier(virtual_power_source_next_segment(zera->source),
				virtual_reference_standard_noise_until(zera->standard, from));
	bool is_endless = until.nanoseconds == INSTANT_NEVER.nanoseconds;

	virtual_reference_standard_span(zera->standard, &dose->span,
					(struct world_pulse){.at = from});
	dose->solved_segments = virtual_power_source_segments(zera->source);
	dose->looks_until = until;
	dose->ends_at = INSTANT_NEVER;
	if (is_endless) {
		until = far_enough(zera, from);
	}
	if (is_reached(zera, from)) {
		dose->ends_at = from;
	} else if (is_reached(zera, until)) {
		dose->ends_at = instant_of_end(zera, from, until);
	}
}

static struct instant start_of_last_segment(struct virtual_zera_mt *zera)
{
	return world_segment_at(zera->world, (struct instant){INT64_MAX - 1})->start;
}

struct instant zera_dose_next_event(struct virtual_zera_mt *zera)
{
	struct zera_dose *dose = &zera->dose;

	if (!dose->is_running) {
		return INSTANT_NEVER;
	}
	if (dose->solved_segments != virtual_power_source_segments(zera->source)) {
		struct instant from = start_of_last_segment(zera);

		look_ahead(zera, instant_before(from, dose->started_at) ? dose->started_at : from);
	}
	return instant_earlier(dose->ends_at, dose->looks_until);
}

void zera_dose_end(struct virtual_zera_mt *zera, struct instant at)
{
	if (zera->dose.is_running) {
		zera->dose.is_running = false;
		zera->dose.closed_at = instant_after(at, zera->options.source.ramp_seconds);
	}
}

/* Where the source's next segment ends the look, its own event brings a new one. */
void zera_dose_advance(struct virtual_zera_mt *zera, struct instant until)
{
	struct zera_dose *dose = &zera->dose;

	while (dose->is_running && dose->ends_at.nanoseconds == INSTANT_NEVER.nanoseconds &&
	       !instant_before(until, dose->looks_until) &&
	       instant_before(dose->looks_until, virtual_power_source_next_segment(zera->source))) {
		look_ahead(zera, dose->looks_until);
	}
	if (dose->is_running && !instant_before(until, dose->ends_at)) {
		struct instant at = dose->ends_at;

		zera_dose_end(zera, at);
		zera_amplifier_drive(zera, at);
	}
}

static void preset(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	int64_t counts;

	if (!zera_take_whole(&argument, 10, &counts) || *argument) {
		return;
	}
	if (zera->dose.is_running) {
		zera_reply(zera, at, "S3PS46NAK");
		return;
	}
	zera->dose.preset_counts = counts;
	zera_reply(zera, at, "SOK3PS46");
}

static void switch_mode(struct virtual_zera_mt *zera, bool is_mode, const char *reply,
			struct instant at)
{
	bool was_flowing = zera_dose_allows_current(zera);

	zera_dose_end(zera, at);
	zera->dose.is_mode = is_mode;
	if (is_mode && was_flowing) {
		zera_amplifier_drive(zera, at);
	}
	zera_reply(zera, at, "%s", reply);
}

static void mode_on(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	switch_mode(zera, true, "SOK3CM3", at);
}

/* Currents that a dose has ended stay off until the next SUI. */
static void mode_off(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	if (zera->dose.is_running) {
		zera_dose_end(zera, at);
		zera_amplifier_drive(zera, at);
	}
	switch_mode(zera, false, "SOK3CM4", at);
}

static bool has_current_to_give(const struct virtual_zera_mt *zera)
{
	for (int phase = 0; phase < 3; phase++) {
		if (zera->amplifier.is_on[3 + phase] &&
		    zera->amplifier.asked.amperes[phase].rms > 0) {
			return true;
		}
	}
	return false;
}

static void start(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct zera_dose *dose = &zera->dose;

	(void)argument;
	if (!dose->is_mode || dose->is_running || dose->preset_counts == 0 ||
	    !has_current_to_give(zera)) {
		zera_reply(zera, at, "S3CM1NAK");
		return;
	}
	dose->counts_per_watt_hour = zera_counts_per_watt_hour(zera, at);
	dose->started_at = at;
	dose->span = energy_span_from((struct world_pulse){.at = at});
	dose->is_running = true;
	dose->has_run = true;
	zera_amplifier_drive(zera, at);
	look_ahead(zera, at);
	zera_reply(zera, at, "SOK3CM1");
}

static void abort_dose(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	if (zera->dose.is_running) {
		zera_dose_end(zera, at);
		zera_amplifier_drive(zera, at);
	}
	zera_reply(zera, at, "SOK3CM2");
}

/* What the counter has, the overshoot of the ramp-down included. */
static int64_t counts_done(struct virtual_zera_mt *zera, struct instant at)
{
	struct zera_dose *dose = &zera->dose;
	struct world_pulse until = {.at = dose->is_running ? at
							   : instant_earlier(at, dose->closed_at)};

	if (!dose->has_run) {
		return 0;
	}
	double watt_hours = virtual_reference_standard_span(zera->standard, &dose->span, until);
	return (int64_t)zera_whole_counts(watt_hours < 0 ? -watt_hours : watt_hours,
					  dose->counts_per_watt_hour);
}

static void send_state(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	zera_reply(zera, at, "SOK3SA1;%d", zera->dose.is_running ? 2 : 1);
}

static void send_left(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	int64_t left = zera->dose.preset_counts - counts_done(zera, at);

	(void)argument;
	zera_reply(zera, at, "SOK3MA4;%" PRId64, left > 0 ? left : 0);
}

static void send_done(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	zera_reply(zera, at, "SOK3MA5;%" PRId64, counts_done(zera, at));
}

static void send_total(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	zera_reply(zera, at, "SOK3SA5;%" PRId64, zera->dose.preset_counts);
}

const struct zera_command zera_dose_commands[] = {
	{"S3PS46;", true, preset},   {"S3CM3", false, mode_on},	   {"S3CM4", false, mode_off},
	{"S3CM1", false, start},     {"S3CM2", false, abort_dose}, {"S3SA1", false, send_state},
	{"S3MA4", false, send_left}, {"S3MA5", false, send_done},  {"S3SA5", false, send_total},
	{NULL, false, NULL},
};
