/* The history of loads, the energy between any two instants of it, the meters' pulses, and the
 * world's own log. */
#include "bench/virtual_lab/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A segment with the energy that had flowed through each phase when it began. */
struct history_entry {
	struct load_segment segment;
	double joules_before[3];
};

struct pulse_list {
	int64_t count, capacity;
	struct world_pulse *pulses;
};

struct world {
	size_t count, capacity, newest_hit;
	struct history_entry *entries;
	struct pulse_list pulses[WORLD_CHANNELS];
	struct load_segment offered; /* the newest segment with currents as they were appended */
	unsigned open_phases[WORLD_CHANNELS];
	void (*log)(void *context, const char *line);
	void *log_context;
	char logged_state[128];
};

static void *grown(void *array, size_t count, size_t size)
{
	void *larger = realloc(array, count * size);

	assert(larger);
	return larger;
}

struct world *world_new(void)
{
	struct world *world = calloc(1, sizeof(*world));
	struct load_segment dead = {.start = {INT64_MIN / 2}, .end = INSTANT_NEVER, .hertz = 60.0};

	assert(world);
	world->capacity = 1024;
	world->entries = grown(NULL, world->capacity, sizeof(*world->entries));
	world->entries[0] = (struct history_entry){.segment = dead};
	world->offered = dead;
	world->count = 1;
	return world;
}

void world_free(struct world *world)
{
	if (!world) {
		return;
	}
	for (int i = 0; i < WORLD_CHANNELS; i++) {
		free(world->pulses[i].pulses);
	}
	free(world->entries);
	free(world);
}

static bool is_on(const struct ramped_phasor *phasor)
{
	return phasor->rms_start > 0.0 || phasor->rms_per_second != 0.0;
}

/* "volts ABC amperes A" or "dead": what is on the terminals, in words. */
static void describe_output(const struct load_segment *segment, char *text, size_t size)
{
	char volts[4] = "", amperes[4] = "";
	size_t v = 0, a = 0;

	for (int phase = 0; phase < 3; phase++) {
		if (is_on(&segment->volts[phase])) {
			volts[v++] = "ABC"[phase];
		}
		if (is_on(&segment->amperes[phase])) {
			amperes[a++] = "ABC"[phase];
		}
	}
	if (!v && !a) {
		snprintf(text, size, "dead");
		return;
	}
	snprintf(text, size, "volts %s amperes %s", v ? volts : "none", a ? amperes : "none");
}

void world_note(struct world *world, struct instant at, const char *words)
{
	char line[256];

	if (world->log) {
		snprintf(line, sizeof(line), "%.6f %s", (double)at.nanoseconds * 1e-9, words);
		world->log(world->log_context, line);
	}
}

static void log_change(struct world *world, const struct load_segment *segment)
{
	char state[sizeof(world->logged_state)];

	describe_output(segment, state, sizeof(state));
	if (!world->log || !strcmp(state, world->logged_state)) {
		return;
	}
	memcpy(world->logged_state, state, sizeof(state));
	world_note(world, segment->start, state);
}

/* Ends the newest segment and begins this one, as it is. */
static void add_entry(struct world *world, const struct load_segment *segment)
{
	struct history_entry *last = &world->entries[world->count - 1];
	bool is_replaced = last->segment.start.nanoseconds == segment->start.nanoseconds;

	assert(!instant_before(segment->start, last->segment.start));
	if (!is_replaced && world->count == world->capacity) {
		world->capacity *= 2;
		world->entries = grown(world->entries, world->capacity, sizeof(*world->entries));
		last = &world->entries[world->count - 1];
	}
	struct history_entry *entry = is_replaced ? last : last + 1;
	struct history_entry added = {.segment = *segment};

	bool is_first = world->count == 1;
	added.segment.phase_turns = is_first ? 0.0 : segment_turns(&last->segment, segment->start);
	for (int phase = 0; phase < 3; phase++) {
		added.joules_before[phase] = last->joules_before[phase];
		if (!is_replaced && world->count > 1) {
			added.joules_before[phase] += segment_joules(
				&last->segment, phase, last->segment.start, segment->start);
		}
	}
	last->segment.end = segment->start;
	added.segment.end = INSTANT_NEVER;
	*entry = added;
	world->count += is_replaced ? 0 : 1;
	log_change(world, segment);
}

unsigned world_open_phases(const struct world *world)
{
	unsigned open = 0;

	for (int i = 0; i < WORLD_CHANNELS; i++) {
		open |= world->open_phases[i];
	}
	return open;
}

static void add_what_flows(struct world *world)
{
	struct load_segment flowing = world->offered;
	unsigned open = world_open_phases(world);

	for (int phase = 0; phase < 3; phase++) {
		if (open & 1u << phase) {
			flowing.amperes[phase].rms_start = 0.0;
			flowing.amperes[phase].rms_per_second = 0.0;
		}
	}
	add_entry(world, &flowing);
}

void world_append(struct world *world, const struct load_segment *segment)
{
	world->offered = *segment;
	add_what_flows(world);
}

void world_open_current(struct world *world, int position, unsigned phases, struct instant at)
{
	struct load_segment *offered = &world->offered;

	assert(position >= 1 && position <= WORLD_CHANNELS);
	if (world->open_phases[position - 1] == phases) {
		return;
	}
	world->open_phases[position - 1] = phases;
	if (instant_before(at, offered->start)) {
		at = offered->start;
	}
	for (int phase = 0; phase < 3; phase++) {
		struct ramped_phasor *volts = &offered->volts[phase];
		struct ramped_phasor *amperes = &offered->amperes[phase];

		volts->rms_start = ramped_rms(offered, volts, at);
		amperes->rms_start = ramped_rms(offered, amperes, at);
	}
	offered->start = at;
	add_what_flows(world);
}

static const struct history_entry *entry_at(struct world *world, struct instant at)
{
	size_t low = 0, high = world->count;

	if (!instant_before(at, world->entries[world->count - 1].segment.start)) {
		return &world->entries[world->count - 1];
	}
	const struct load_segment *hit = &world->entries[world->newest_hit].segment;
	if (!instant_before(at, hit->start) && instant_before(at, hit->end)) {
		return &world->entries[world->newest_hit];
	}
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (instant_before(at, world->entries[middle].segment.start)) {
			high = middle;
		} else {
			low = middle;
		}
	}
	world->newest_hit = low;
	return &world->entries[low];
}

const struct load_segment *world_segment_at(struct world *world, struct instant at)
{
	return &entry_at(world, at)->segment;
}

/* Joules through a phase since the first segment that was ever applied. */
static double joules_until(struct world *world, int phase, struct instant at)
{
	const struct history_entry *entry = entry_at(world, at);

	if (entry == world->entries) {
		return 0.0; /* the dead source before the first setting */
	}
	return entry->joules_before[phase] +
	       segment_joules(&entry->segment, phase, entry->segment.start, at);
}

double world_joules(struct world *world, int phase, struct instant from, struct instant to)
{
	const struct history_entry *entry = entry_at(world, from);

	if (entry == entry_at(world, to)) {
		return entry == world->entries ? 0.0
					       : segment_joules(&entry->segment, phase, from, to);
	}
	return joules_until(world, phase, to) - joules_until(world, phase, from);
}

double world_total_joules(struct world *world, struct instant from, struct instant to)
{
	return world_joules(world, 0, from, to) + world_joules(world, 1, from, to) +
	       world_joules(world, 2, from, to);
}

void world_load_at(struct world *world, struct instant at, struct three_phase *load)
{
	const struct load_segment *segment = world_segment_at(world, at);

	load->hertz = segment->hertz;
	for (int phase = 0; phase < 3; phase++) {
		const struct ramped_phasor *volts = &segment->volts[phase];
		const struct ramped_phasor *amperes = &segment->amperes[phase];

		load->volts[phase] =
			(struct phasor){ramped_rms(segment, volts, at), volts->lag_degrees};
		load->amperes[phase] =
			(struct phasor){ramped_rms(segment, amperes, at), amperes->lag_degrees};
	}
}

bool world_is_energised(struct world *world, struct instant at)
{
	char state[128];

	describe_output(world_segment_at(world, at), state, sizeof(state));
	return strcmp(state, "dead") != 0;
}

void world_add_pulse(struct world *world, int channel, struct world_pulse pulse)
{
	struct pulse_list *list = &world->pulses[channel - 1];

	assert(channel >= 1 && channel <= WORLD_CHANNELS);
	if (list->count == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 1024;
		list->pulses = grown(list->pulses, (size_t)list->capacity, sizeof(*list->pulses));
	}
	list->pulses[list->count++] = pulse;
}

int64_t world_pulse_count(const struct world *world, int channel)
{
	assert(channel >= 1 && channel <= WORLD_CHANNELS);
	return world->pulses[channel - 1].count;
}

struct world_pulse world_pulse_at(const struct world *world, int channel, int64_t index)
{
	assert(channel >= 1 && channel <= WORLD_CHANNELS);
	assert(index >= 0 && index < world->pulses[channel - 1].count);
	return world->pulses[channel - 1].pulses[index];
}

void world_set_log(struct world *world, void (*sink)(void *context, const char *line),
		   void *context)
{
	world->log = sink;
	world->log_context = context;
}
