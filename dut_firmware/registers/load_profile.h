/*
 * The pulse recorder: for each interval of the clock and each of four channels the whole counts of
 * K milliwatt-hours that the registers passed, floor(E2 / K) - floor(E1 / K), so a residue is
 * never lost. A block of intervals is one sector of NOR flash; an interval is one programming and
 * keeps the registers at its end, from which recording goes on after an outage.
 */
#ifndef DUT_FIRMWARE_REGISTERS_LOAD_PROFILE_H
#define DUT_FIRMWARE_REGISTERS_LOAD_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

#define LOAD_PROFILE_CHANNELS 4u
#define LOAD_PROFILE_STATUS_BYTES (LOAD_PROFILE_CHANNELS / 2u + 1u)
#define LOAD_PROFILE_BLOCK_INTERVALS 96u
#define LOAD_PROFILE_BLOCKS 64u
#define LOAD_PROFILE_LARGEST_COUNT 65535u

/* What a channel counts. */
enum load_profile_source {
	LOAD_PROFILE_DELIVERED,
	LOAD_PROFILE_RECEIVED,
	LOAD_PROFILE_SUM, /* delivered plus received */
	LOAD_PROFILE_NET, /* of each interval the magnitude of delivered minus received */
	LOAD_PROFILE_SOURCES
};

/* The common bits of an interval's status, and the codes of a channel: C12.19 section 8. */
enum load_profile_flag {
	LOAD_PROFILE_POWER_FAIL = 2,
	LOAD_PROFILE_CLOCK_FORWARD = 4,
	LOAD_PROFILE_CLOCK_BACK = 8,
};
enum load_profile_status {
	LOAD_PROFILE_WHOLE,
	LOAD_PROFILE_OVERFLOW,
	LOAD_PROFILE_PARTIAL,
	LOAD_PROFILE_LONG,
	LOAD_PROFILE_SKIPPED,
	LOAD_PROFILE_TEST,
};

struct load_profile_setup {
	uint8_t interval_minutes; /* divides an hour */
	uint8_t source[LOAD_PROFILE_CHANNELS];
	uint16_t milliwatt_hours[LOAD_PROFILE_CHANNELS]; /* K: energy of one count */
};

/* Registers in mWh at one instant; `net` is the sum of the net magnitudes of all intervals. */
struct load_profile_readings {
	int64_t delivered;
	int64_t received;
	int64_t net;
};

struct load_profile_interval {
	uint8_t status[LOAD_PROFILE_STATUS_BYTES]; /* octets of EXTENDED_INT_STATUS */
	uint16_t counts[LOAD_PROFILE_CHANNELS];
};

struct load_profile {
	const struct board *board; /* NULL: this meter has no recorder */
	struct load_profile_setup setup;
	uint32_t generation;			      /* of the setup */
	uint32_t first_sequence;		      /* of the setup's first block */
	uint32_t sequence;			      /* of the newest block; 0: none yet */
	uint32_t block_sequence[LOAD_PROFILE_BLOCKS]; /* by element; 0: nothing of this setup */
	uint32_t block_start;			      /* of the newest block, seconds since 2000 */
	uint32_t block_intervals;		      /* up to the newest stored one */
	uint32_t next_place;			      /* in the newest block's sector */
	uint32_t read_intervals; /* of the newest block, while its data were all read */
	bool is_resuming;	 /* since power-up no second has passed */
	bool is_test;
	bool has_test; /* within the running interval: */
	bool is_partial;
	bool is_long;
	uint8_t flags;
	uint32_t interval_start;
	uint32_t newest_second;
	struct load_profile_readings start;
	struct load_profile_readings latest;
};

/*
 * Power-up with the registers (mWh) as they were restored: finds the setup and the newest interval.
 * `default_milliwatt_hours` is K of a blank part.
 */
void load_profile_open(struct load_profile *profile, const struct board *board,
		       uint16_t default_milliwatt_hours, int64_t delivered, int64_t received);

/*
 * To be called as each second of the clock begins, with the local standard time since 2000-01-01
 * and the registers. A step other than one second is a clock that was changed.
 */
void load_profile_second(struct load_profile *profile, uint32_t seconds, int64_t delivered,
			 int64_t received);

/* Test mode: intervals that have a part in it are marked. */
void load_profile_set_test(struct load_profile *profile, bool is_test);

/* Discards all intervals and starts with another setup. False: not a setup, or the time is not
 * known yet, or storage failed. */
bool load_profile_change(struct load_profile *profile, const struct load_profile_setup *wanted);

/* Blocks of this setup, newest included; block `sequence` is element sequence % BLOCKS. */
uint32_t load_profile_valid_blocks(const struct load_profile *profile);

/* Blocks after `read_sequence`; and whether one was overwritten unread. */
uint32_t load_profile_unread_blocks(const struct load_profile *profile, uint32_t read_sequence);
bool load_profile_overflowed(const struct load_profile *profile, uint32_t read_sequence);
/* What is stored now counts as read. Returns the `read_sequence` to keep. */
uint32_t load_profile_mark_read(struct load_profile *profile);

struct load_profile_block {
	uint32_t element;
	uint32_t end_seconds; /* of its newest interval */
	uint32_t intervals;
	struct load_profile_readings end;
	uint32_t place; /* of load_profile_next_interval */
};

/* False: the element holds nothing of this setup. */
bool load_profile_read(const struct load_profile *profile, uint32_t element,
		       struct load_profile_block *block);

/* Interval `index` of a block that load_profile_read found, in ascending order; one that was not
 * stored is a skipped one. */
void load_profile_next_interval(const struct load_profile *profile,
				struct load_profile_block *block, uint32_t index,
				struct load_profile_interval *interval);

int64_t load_profile_reading(const struct load_profile_readings *readings, uint8_t source);

#endif
