/*
 * The event log: a ring of whole entries in NOR flash, each with time, sequence number, user, code,
 * argument and CRC-32. An entry is one programming, so a power cut leaves it complete or absent.
 * The newest events 14 and 15 keep how far each list was read, the newest 2055 the module's kind.
 */
#ifndef DUT_FIRMWARE_STORAGE_EVENT_LOG_H
#define DUT_FIRMWARE_STORAGE_EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

#define EVENT_LOG_SECTORS 8u
#define EVENT_LOG_SECTOR_ENTRIES 128u
#define EVENT_LOG_ENTRIES (EVENT_LOG_SECTORS * EVENT_LOG_SECTOR_ENTRIES)
#define EVENT_LOG_DEVICE 0u /* user id of what the meter does by itself */

/* Codes of C12.19 section 9, and the manufacturer's from 2048 on; arguments in DESIGN.md. */
enum event_code {
	EVENT_POWER_DOWN = 1,
	EVENT_POWER_UP = 2,
	EVENT_TIME_CHANGED_OLD = 3,
	EVENT_TIME_CHANGED_NEW = 4,
	EVENT_PROCEDURE = 9,
	EVENT_TABLE_WRITTEN = 10,
	EVENT_POINTERS_RESET = 14,
	EVENT_POINTERS_UPDATED = 15,
	EVENT_WRONG_PASSWORD = 2048,
	EVENT_SWITCH_COMMANDED = 2049,
	EVENT_SWITCH_REFUSED = 2050,
	EVENT_SWITCH_OPENED = 2051,
	EVENT_SWITCH_CLOSED = 2052,
	EVENT_SWITCH_FAILED = 2053,
	EVENT_SWITCH_DIFFERS = 2054,
	EVENT_MODULE = 2055,		  /* another communication module, or none */
	EVENT_PROGRAMMING_REFUSED = 2056, /* by a sealed meter */
};

/* In the argument of EVENT_POWER_UP, whose lower 32 bits are the seconds of the outage. */
#define EVENT_OUTAGE_IS_KNOWN (UINT64_C(1) << 32)

/* Lists with a reading pointer. That of the self-reads is billing's; here it is only logged. */
enum event_list { EVENT_LIST_HISTORY, EVENT_LIST_RECORDER, EVENT_LIST_SELF_READS };
#define EVENT_LISTS 2u /* whose pointer is the log's */

struct event_entry {
	uint32_t sequence; /* from 1, never used twice */
	uint32_t seconds;  /* local standard time since 2000-01-01 */
	uint16_t user;
	uint16_t code;
	uint64_t argument;
};

struct event_log {
	const struct board *board; /* NULL: no room in the part, nothing is logged */
	uint32_t now_seconds;	   /* stamp of what is added; set every second */
	uint16_t user;		   /* who is logged on */
	uint32_t sequence;	   /* of the newest entry */
	uint32_t next_slot;
	uint32_t count;
	bool is_next_erased; /* the slots from next_slot to the end of its sector */
	bool has_failed;     /* the newest entry could not be stored */
	uint32_t read_sequence[EVENT_LISTS];
	uint8_t module_kind;			  /* octet 0 of the newest EVENT_MODULE; 0: none */
	uint8_t is_entry[EVENT_LOG_ENTRIES / 8u]; /* bit set of slots */
};

/* Finds what is stored; changes nothing in the part. */
void event_log_open(struct event_log *log, const struct board *board);

/* Adds an entry stamped now, or at `seconds`. False: it could not be stored. */
bool event_log_add(struct event_log *log, uint16_t code, uint64_t argument);
bool event_log_add_at(struct event_log *log, uint32_t seconds, uint16_t code, uint64_t argument);

/* Erases the sector that the next entry begins, if it begins one: for times at which an erase can
 * be waited for. */
void event_log_prepare(struct event_log *log);

/* Entry `index` from the oldest; false: there is none. */
bool event_log_entry(const struct event_log *log, uint32_t index, struct event_entry *entry);

/* Entries that were not read yet; and whether one was overwritten unread. */
uint32_t event_log_unread(const struct event_log *log);
bool event_log_overflowed(const struct event_log *log);

/* All entries of the log are read, this event included. */
bool event_log_reset_pointer(struct event_log *log);

/* The newest element of `list` that was read is number `sequence`. */
bool event_log_set_pointer(struct event_log *log, enum event_list list, uint16_t code,
			   uint32_t sequence);

#endif
