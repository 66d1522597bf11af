/*
 * What a meter keeps without supply: registers with their residues, the test pulse's residue and
 * operating counters and the locked service, in the journal. Saved every minute of frames and at
 * the early warning of the supply's end; a save touches nothing else of the meter.
 */
#ifndef DUT_FIRMWARE_STORAGE_NONVOLATILE_H
#define DUT_FIRMWARE_STORAGE_NONVOLATILE_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/journal.h"

struct exchange;
struct meter;

#define NONVOLATILE_SAVE_FRAMES (UINT64_C(60) * METER_FRAMES_PER_SECOND)

/* Since the meter was made, this time of operation included. */
struct operating_counters {
	uint64_t frames;
	uint64_t outage_ticks; /* of the battery clock, 1/32768 s, as far as it was kept */
	uint32_t clock_losses; /* power-ups at which the battery clock was lost */
	uint32_t power_ups;
	uint32_t warnings; /* of the supply's end */
};

struct shown_registers {
	int64_t delivered_counts;
	int64_t received_counts;
};

/* What outages have cost, as ST3's MFG_STATUS has it. */
enum supply_loss {
	SUPPLY_LOST_WITHOUT_WARNING = 1, /* up to a minute of energy */
	SUPPLY_LOST_THE_TIME = 2,	 /* the battery clock, too */
};

struct nonvolatile {
	struct journal journal;
	struct operating_counters counters; /* frames: before this power-up */
	struct shown_registers warned;	    /* the registers as last saved under warning */
	uint64_t next_save;		    /* frame of this power-up */
	uint64_t battery_count;		    /* at battery_frame; 0: unknown */
	uint64_t battery_frame;
	uint32_t clearings;    /* of the registers, as in billing's records */
	uint32_t warned_saves; /* still to come while the warning stands */
	uint8_t losses;	       /* enum supply_loss, since they were cleared */
	bool is_warned;
	bool is_outage_noted;
	bool was_lost; /* once in its life the meter found its registers damaged */
	bool has_failed;
};

/* Power-up: registers, residues and counters of the newest record; all 0 when there is none. */
void nonvolatile_restore(struct meter *meter);

/* Once after power-up: what the battery clock says. */
void nonvolatile_note_outage(struct meter *meter, const struct exchange *exchange);

/* What the battery clock counts at this frame. */
void nonvolatile_tell_battery(struct meter *meter, uint64_t count);

/* The early warning begins or ends. Its beginning saves; while it stands the meter shows what it
 * has saved. */
void nonvolatile_warn(struct meter *meter, bool is_warned);

/* To be called in frame `next_save`: saves and sets the next one. */
void nonvolatile_save(struct meter *meter);

/* Somebody has changed billing: saves it at once, the energy before it. */
void nonvolatile_keep_billing(struct meter *meter);

/* A second has passed: saves billing if it has changed. What a power-up changes waits for the first
 * save, so that a supply that chatters wears nothing out. */
void nonvolatile_keep_second(struct meter *meter);

/* All registers were set to zero: makes it so in the part, at once or not at all. */
void nonvolatile_clear(struct meter *meter);

/* Forgets the losses, in the part too. */
void nonvolatile_clear_losses(struct meter *meter);

/* Register counts to show or read: never above what the next power-up finds after a warning. */
struct shown_registers nonvolatile_shown(const struct meter *meter);

/* True when registers were lost or the newest save failed. */
bool nonvolatile_is_damaged(const struct meter *meter);

struct operating_counters operating_counters_of(const struct meter *meter);

#endif
