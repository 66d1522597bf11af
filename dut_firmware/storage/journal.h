/*
 * A ring of equal records in NOR flash, each with sequence number and CRC-32. The newest valid one
 * counts. A place is programmed once between two erases, and the sector ahead is erased in advance,
 * so a save at the end of the supply is one programming.
 */
#ifndef DUT_FIRMWARE_STORAGE_JOURNAL_H
#define DUT_FIRMWARE_STORAGE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"
#include "storage/storage_map.h"

/* A slot: header, record, CRC-32. Slots of one journal are equal, a multiple of 8 bytes, and at
 * least two fit into a sector. */
#define JOURNAL_RECORD_OFFSET 12u
#define JOURNAL_OVERHEAD_BYTES 16u
#define JOURNAL_LEAST_SECTORS 3u /* the newest record's, the one in use, the one ahead */

enum journal_state {
	JOURNAL_FOUND,
	JOURNAL_BLANK,	 /* never written, or the first writing was cut */
	JOURNAL_DAMAGED, /* written, but no record is valid; or unreadable, or too small */
};

struct journal {
	const struct board *board;
	struct storage_area area; /* no sectors: the part is too small */
	uint32_t slot_bytes;
	uint32_t slots_per_sector;
	uint32_t next_slot;
	uint32_t sequence; /* of the newest record */
	uint32_t newest_slot;
	bool has_record;
	bool is_next_erased;  /* from next_slot to the end of its sector */
	bool is_ahead_erased; /* the sector after that of next_slot */
};

/*
 * Finds the newest record; changes nothing in the part. The journal owns the sectors of `area`, at
 * least JOURNAL_LEAST_SECTORS.
 */
enum journal_state journal_open(struct journal *journal, const struct board *board,
				struct storage_area area, uint32_t slot_bytes);

/* The newest record's slot, the record from JOURNAL_RECORD_OFFSET on. False: there is none. */
bool journal_read(const struct journal *journal, uint8_t *slot);

/*
 * Adds the record in `slot` from JOURNAL_RECORD_OFFSET on, writes the rest of the slot, and reads
 * it back. Erases only when no erased place is left. False: what was stored before still counts.
 */
bool journal_save(struct journal *journal, uint8_t *slot);

/* Erases the sector ahead unless it is erased. For times at which an erase can be waited for. */
bool journal_prepare(struct journal *journal);

#endif
