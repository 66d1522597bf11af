/*
 * ST61-64, the recorder's dimensions, channels, state and blocks. A block's times are local
 * standard time. ST61 and ST62 are written whole; what is not the interval, a source or a divisor
 * must be as it is.
 */
#include <string.h>

#include "interface/c1219_tables.h"
#include "registers/load_profile.h"
#include "storage/event_log.h"

#define CHANNELS LOAD_PROFILE_CHANNELS

#define COUNT_OCTETS 2u
#define INTERVAL_OCTETS (LOAD_PROFILE_STATUS_BYTES + CHANNELS * COUNT_OCTETS)
#define FIRST_INTERVAL (C1219_STIME_OCTETS + CHANNELS * C1219_NI1_OCTETS)
#define BLOCK_OCTETS (FIRST_INTERVAL + LOAD_PROFILE_BLOCK_INTERVALS * INTERVAL_OCTETS)

#define FLAGS_BLOCK_END_READ (1u << 4)
#define FLAGS_SCALAR_DIVISOR (1u << 6)
#define FLAGS_EXTENDED_STATUS (1u << 10)
#define FORMATS_UINT16 (1u << 1)
#define FORMAT_UINT16 2u

#define STATUS_OVERFLOW (1u << 1)
#define STATUS_CIRCULAR (1u << 2)
#define STATUS_ACTIVE (1u << 5)
#define STATUS_TEST (1u << 6)

#define ACTUAL_OCTETS 13u
#define CONTROL_OCTETS (3u * CHANNELS + 1u + 4u * CHANNELS)
#define DIVISORS_OFFSET (CONTROL_OCTETS - 2u * CHANNELS)

static const struct load_profile *profile_of(const struct c1219_view *view)
{
	return load_profile_of(view->store->meter);
}

static uint32_t read_sequence(struct meter *meter)
{
	return event_log_of(meter)->read_sequence[EVENT_LIST_RECORDER];
}

static bool has_recorder(struct meter *meter)
{
	return load_profile_of(meter)->board != NULL;
}

static int64_t interval_minutes(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return profile_of(view)->setup.interval_minutes;
}

/* FLAGS (an end reading is there), LP_SOURCE, END_RDG_SOURCE of each channel. */
static int64_t channel_octet(const struct c1219_view *view, uint8_t index)
{
	return index % 3u == 0 ? 1
			       : c1219_recorder_source(profile_of(view)->setup.source[index / 3u]);
}

static int64_t divisor(const struct c1219_view *view, uint8_t index)
{
	return profile_of(view)->setup.milliwatt_hours[index];
}

static int64_t status(const struct c1219_view *view, uint8_t index)
{
	const struct load_profile *profile = profile_of(view);
	unsigned int bits = STATUS_CIRCULAR;

	(void)index;
	bits |= load_profile_overflowed(profile, read_sequence(view->store->meter))
			? STATUS_OVERFLOW
			: 0u;
	bits |= profile->sequence > 0 ? STATUS_ACTIVE : 0u;
	bits |= profile->is_test ? STATUS_TEST : 0u;
	return bits;
}

static int64_t valid_blocks(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return load_profile_valid_blocks(profile_of(view));
}

static int64_t last_element(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return profile_of(view)->sequence % LOAD_PROFILE_BLOCKS;
}

static int64_t last_sequence(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return profile_of(view)->sequence;
}

static int64_t unread_blocks(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return load_profile_unread_blocks(profile_of(view), read_sequence(view->store->meter));
}

static int64_t valid_intervals(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return profile_of(view)->block_intervals;
}

/* Blocks */

static void put_head(const struct load_profile *profile, const struct load_profile_block *block,
		     uint8_t bytes[FIRST_INTERVAL])
{
	uint8_t time[C1219_LTIME_OCTETS];

	c1219_put_time(block->end_seconds, time);
	memcpy(bytes, time, C1219_STIME_OCTETS);
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		c1219_put_number(bytes + C1219_STIME_OCTETS + channel * C1219_NI1_OCTETS,
				 C1219_NI1_OCTETS,
				 load_profile_reading(&block->end, profile->setup.source[channel]));
	}
}

static void put_interval(const struct load_profile_interval *interval,
			 uint8_t bytes[INTERVAL_OCTETS])
{
	memcpy(bytes, interval->status, LOAD_PROFILE_STATUS_BYTES);
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		c1219_put_number(bytes + LOAD_PROFILE_STATUS_BYTES + channel * COUNT_OCTETS,
				 COUNT_OCTETS, interval->counts[channel]);
	}
}

static void copy_block(const struct load_profile *profile, struct load_profile_block *block,
		       const struct c1219_part *part)
{
	uint32_t start = block->element * BLOCK_OCTETS;
	uint8_t bytes[FIRST_INTERVAL];
	struct load_profile_interval interval;

	put_head(profile, block, bytes);
	c1219_copy_part(part, start, bytes, FIRST_INTERVAL);
	start += FIRST_INTERVAL;
	for (uint32_t index = 0; index < LOAD_PROFILE_BLOCK_INTERVALS;
	     index++, start += INTERVAL_OCTETS) {
		if (start + INTERVAL_OCTETS > part->offset && start < part->offset + part->count) {
			load_profile_next_interval(profile, block, index, &interval);
			put_interval(&interval, bytes);
			c1219_copy_part(part, start, bytes, INTERVAL_OCTETS);
		}
	}
}

/* An element without a block reads as zeros. */
static void render_blocks(struct meter *meter, const struct c1219_part *part)
{
	const struct load_profile *profile = load_profile_of(meter);
	struct load_profile_block block;

	memset(part->bytes, 0, part->count);
	for (uint32_t element = part->offset / BLOCK_OCTETS;
	     element * BLOCK_OCTETS < part->offset + part->count; element++) {
		if (load_profile_read(profile, element, &block)) {
			copy_block(profile, &block, part);
		}
	}
}

/* Layouts */

static const struct c1219_field actual_dimensions[] = {
	{4, 1, LOAD_PROFILE_BLOCKS *BLOCK_OCTETS, NULL, NULL},
	{2, 1, FLAGS_BLOCK_END_READ | FLAGS_SCALAR_DIVISOR | FLAGS_EXTENDED_STATUS, NULL, NULL},
	{1, 1, FORMATS_UINT16, NULL, NULL},
	{2, 1, LOAD_PROFILE_BLOCKS, NULL, NULL},
	{2, 1, LOAD_PROFILE_BLOCK_INTERVALS, NULL, NULL},
	{1, 1, CHANNELS, NULL, NULL},
	{1, 1, 0, interval_minutes, NULL},
};

static const struct c1219_field control[] = {
	{1, 3u * CHANNELS, 0, channel_octet, NULL},
	{1, 1, FORMAT_UINT16, NULL, NULL},
	{2, CHANNELS, 1, NULL, NULL}, /* SCALARS */
	{2, CHANNELS, 0, divisor, NULL},
};

static const struct c1219_field state[] = {
	{1, 1, 0, status, NULL},	{2, 1, 0, valid_blocks, NULL},
	{2, 1, 0, last_element, NULL},	{4, 1, 0, last_sequence, NULL},
	{2, 1, 0, unread_blocks, NULL}, {2, 1, 0, valid_intervals, NULL},
};

static enum c1218_response change_interval(struct c1219_store *store, const uint8_t *bytes,
					   uint16_t count)
{
	struct load_profile *profile = load_profile_of(store->meter);
	struct load_profile_setup wanted = profile->setup;
	uint8_t now[ACTUAL_OCTETS];

	if (c1219_read_part(store, 61, 0, now, count) != C1218_OK ||
	    memcmp(now, bytes, ACTUAL_OCTETS - 1u) != 0) {
		return C1218_ONP;
	}
	wanted.interval_minutes = bytes[ACTUAL_OCTETS - 1u];
	return load_profile_change(profile, &wanted) ? C1218_OK : C1218_ONP;
}

/* LOAD_PROFILE_SOURCES: no source of a channel. */
static uint8_t source_of(uint8_t number)
{
	uint8_t source = 0;

	while (source < LOAD_PROFILE_SOURCES && c1219_recorder_source(source) != number) {
		source++;
	}
	return source;
}

static enum c1218_response change_channels(struct c1219_store *store, const uint8_t *bytes,
					   uint16_t count)
{
	struct load_profile *profile = load_profile_of(store->meter);
	struct load_profile_setup wanted = profile->setup;
	uint8_t now[CONTROL_OCTETS];

	if (c1219_read_part(store, 62, 0, now, count) != C1218_OK) {
		return C1218_ONP;
	}
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		const uint8_t *unit = bytes + DIVISORS_OFFSET + 2u * channel;

		wanted.source[channel] = source_of(bytes[3u * channel + 1u]);
		wanted.milliwatt_hours[channel] = (uint16_t)(unit[0] | unit[1] << 8);
		now[3u * channel + 1u] = bytes[3u * channel + 1u];
		now[3u * channel + 2u] = bytes[3u * channel + 1u];
	}
	if (memcmp(now, bytes, DIVISORS_OFFSET) != 0) {
		return C1218_ONP;
	}
	return load_profile_change(profile, &wanted) ? C1218_OK : C1218_ONP;
}

static const struct c1219_table tables[] = {
	{
		.id = 61,
		.field_count = COUNT_OF(actual_dimensions),
		.fields = actual_dimensions,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = ACTUAL_OCTETS,
		.longest_write = ACTUAL_OCTETS,
		.write = change_interval,
		.is_offered = has_recorder,
	},
	{
		.id = 62,
		.field_count = COUNT_OF(control),
		.fields = control,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = CONTROL_OCTETS,
		.longest_write = CONTROL_OCTETS,
		.write = change_channels,
		.is_offered = has_recorder,
	},
	{
		.id = 63,
		.field_count = COUNT_OF(state),
		.fields = state,
		.is_offered = has_recorder,
	},
	{
		.id = 64,
		.is_offered = has_recorder,
		.length = LOAD_PROFILE_BLOCKS * BLOCK_OCTETS,
		.render_part = render_blocks,
	},
};

const struct c1219_group c1219_recorder_tables = {tables, COUNT_OF(tables)};
