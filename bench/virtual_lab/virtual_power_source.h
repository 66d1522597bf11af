/*
 * A three-phase amplifier as physics: it follows its setting with ramp, settling tail, drift and
 * noise (reference_source/source_model.h) and writes the world's segments. No protocol here.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_POWER_SOURCE_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_POWER_SOURCE_H

#include "bench/virtual_lab/virtual_time.h"
#include "bench/virtual_lab/world.h"
#include "reference_source/source_model.h"

struct virtual_power_source;

/* A participant of `time`: renews its segments once a second while it is on. */
struct virtual_power_source *virtual_power_source_new(struct virtual_time *time,
						      struct world *world,
						      const struct source_model *model);
void virtual_power_source_free(struct virtual_power_source *source);

/* New setting from `at` on, with ramp; rms 0 = channel off. Does nothing while dead. */
void virtual_power_source_set(struct virtual_power_source *source, const struct three_phase *load,
			      struct instant at);
/* Shapes of the voltages and of the currents from the next setting on; NULL: sines. */
void virtual_power_source_shape(struct virtual_power_source *source, const struct waveform *volts,
				const struct waveform *amperes);
/* The setting in force (not what it really gives). */
const struct three_phase *virtual_power_source_setting(const struct virtual_power_source *source);

/* Ramp to zero and output open. */
void virtual_power_source_off(struct virtual_power_source *source, struct instant at);

/* Emergency stop: everything to zero at once, dead from then on. */
void virtual_power_source_kill(struct virtual_power_source *source, struct instant at);
bool virtual_power_source_is_dead(const struct virtual_power_source *source);

/* The instant at which ramp and tail are over. */
struct instant virtual_power_source_settled_at(const struct virtual_power_source *source);

/* How many segments it has written, and when it will write the next by itself (INSTANT_NEVER: not).
 */
int64_t virtual_power_source_segments(const struct virtual_power_source *source);
struct instant virtual_power_source_next_segment(const struct virtual_power_source *source);

#endif
