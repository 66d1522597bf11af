/*
 * The simulated world: a history of load segments with exact energy between any two instants, and a
 * log of its own of what was switched when. It knows no instrument; the virtual source writes it,
 * the standard and the meters' sensors read it. Also carries the pulses that meters put out.
 */
#ifndef BENCH_VIRTUAL_LAB_WORLD_H
#define BENCH_VIRTUAL_LAB_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "reference_source/reference_energy.h"
#include "reference_source/service_type.h"

struct world;

#define WORLD_CHANNELS 20

struct world *world_new(void);
void world_free(struct world *world);

/* Ends the current segment at `segment->start` and appends this one. Starts must not go back. Phase
 * is continuous: the world sets phase_turns from the segment before. Equal-time segments replace
 * each other. */
void world_append(struct world *world, const struct load_segment *segment);

/* The segment that holds the instant (never NULL; the first is a dead source from -infinity on). */
const struct load_segment *world_segment_at(struct world *world, struct instant at);

/* Exact joules through one phase, or all, between two instants of the past. */
double world_joules(struct world *world, int phase, struct instant from, struct instant to);
double world_total_joules(struct world *world, struct instant from, struct instant to);

/* rms and lag of the fundamental of every channel at an instant, and the frequency. */
void world_load_at(struct world *world, struct instant at, struct three_phase *load);

/*
 * The current circuits go through every meter in turn: while position 1..20 has its service switch
 * open in these phases (bit 0: A), no current flows there, whatever the segments that are appended
 * say. Phases 0 closes it: what was offered flows again.
 */
void world_open_current(struct world *world, int position, unsigned phases, struct instant at);
/* Phases in which a position is open now. */
unsigned world_open_phases(const struct world *world);

/* Is there any voltage or current on the terminals now? */
bool world_is_energised(struct world *world, struct instant at);

/* Meters put their test pulses here; channel 1..20, ascending instants with sub-nanosecond part for
 * arithmetic. */
struct world_pulse {
	struct instant at;
	double fraction_of_nanosecond;
};
void world_add_pulse(struct world *world, int channel, struct world_pulse pulse);
/* Number of pulses so far on a channel, and the i-th (0-based) of them. */
int64_t world_pulse_count(const struct world *world, int channel);
struct world_pulse world_pulse_at(const struct world *world, int channel, int64_t index);

/* The world's own log, one line per change of the source's output or of a meter's supply, written
 * to `sink` at once. */
void world_set_log(struct world *world, void (*sink)(void *context, const char *line),
		   void *context);
/* A line of that log: what happened at this instant, in words. */
void world_note(struct world *world, struct instant at, const char *words);

#endif
