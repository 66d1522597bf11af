/* A slot: mark, sequence number, whether the sector after this one was erased, record, CRC-32 of
 * all before it. */
#include "storage/journal.h"

#include <string.h>

#include "storage/crc32.h"
#include "storage/erased.h"
#include "storage/little_endian.h"

#define MARK 0x314E524Au /* "JRN1" */
#define SEQUENCE_OFFSET 4u
#define AHEAD_OFFSET 8u
#define HEADER_BYTES JOURNAL_RECORD_OFFSET
#define CRC_BYTES 4u
#define PART_BYTES 64u	/* a slot is read in parts, because the stack is small */
#define SAVE_ATTEMPTS 2 /* a slot whose cells do not hold is passed over */

_Static_assert(HEADER_BYTES + CRC_BYTES == JOURNAL_OVERHEAD_BYTES,
	       "a slot holds header, record and CRC");

static uint32_t sector_of(const struct journal *journal, uint32_t slot)
{
	return slot / journal->slots_per_sector;
}

static uint32_t sector_after(const struct journal *journal, uint32_t sector)
{
	return sector + 1 < journal->area.sectors ? sector + 1 : 0;
}

static uint32_t sector_offset(const struct journal *journal, uint32_t sector)
{
	return (journal->area.first_sector + sector) * journal->board->sector_bytes;
}

static uint32_t slot_offset(const struct journal *journal, uint32_t slot)
{
	return sector_offset(journal, sector_of(journal, slot)) +
	       slot % journal->slots_per_sector * journal->slot_bytes;
}

static bool slot_read(const struct journal *journal, uint32_t slot, uint32_t start, uint8_t *bytes,
		      uint32_t count)
{
	return !journal->board->storage_read(journal->board->context,
					     slot_offset(journal, slot) + start, bytes, count);
}

static uint32_t part_at(const struct journal *journal, uint32_t start)
{
	uint32_t left = journal->slot_bytes - start;

	return left < PART_BYTES ? left : PART_BYTES;
}

static bool slot_is_blank(const struct journal *journal, uint32_t slot)
{
	uint8_t part[PART_BYTES];

	for (uint32_t start = 0; start < journal->slot_bytes; start += PART_BYTES) {
		uint32_t count = part_at(journal, start);

		if (!slot_read(journal, slot, start, part, count) ||
		    !bytes_are_erased(part, count)) {
			return false;
		}
	}
	return true;
}

static bool slot_is(const struct journal *journal, uint32_t slot, const uint8_t *bytes)
{
	uint8_t part[PART_BYTES];

	for (uint32_t start = 0; start < journal->slot_bytes; start += PART_BYTES) {
		uint32_t count = part_at(journal, start);

		if (!slot_read(journal, slot, start, part, count) ||
		    memcmp(part, &bytes[start], count) != 0) {
			return false;
		}
	}
	return true;
}

static bool slot_is_valid(const struct journal *journal, uint32_t slot)
{
	uint32_t end = journal->slot_bytes - CRC_BYTES;
	uint8_t part[PART_BYTES];
	uint32_t crc = 0;

	for (uint32_t start = 0; start < end; start += PART_BYTES) {
		uint32_t count = end - start < PART_BYTES ? end - start : PART_BYTES;

		if (!slot_read(journal, slot, start, part, count)) {
			return false;
		}
		crc = crc32_continue(crc, part, count);
	}
	return slot_read(journal, slot, end, part, CRC_BYTES) && get_u32(part) == crc;
}

/* The number of slots up to the last one that is not blank, counted from the sector's start. */
static uint32_t used_slots(const struct journal *journal, uint32_t sector)
{
	uint32_t used = journal->slots_per_sector;

	while (used && slot_is_blank(journal, sector * journal->slots_per_sector + used - 1)) {
		used--;
	}
	return used;
}

/* Whether the slot holds a valid record that is newer than the newest so far; then `header` is its.
 */
static bool slot_is_newer(const struct journal *journal, uint32_t slot,
			  uint8_t header[HEADER_BYTES])
{
	if (!slot_read(journal, slot, 0, header, HEADER_BYTES) || get_u32(header) != MARK ||
	    (journal->has_record && get_u32(&header[SEQUENCE_OFFSET]) <= journal->sequence)) {
		return false;
	}
	return slot_is_valid(journal, slot);
}

/*
 * Where the next record goes after a power-up with the newest one in `newest`. What was being
 * programmed when the supply went may look blank and not be: the first place that looks so is
 * passed over. The sector ahead is trusted when a record says that its erase was complete.
 */
static void find_place(struct journal *journal, uint32_t newest, bool is_ahead_erased)
{
	uint32_t slots = journal->slots_per_sector;
	uint32_t sector = sector_of(journal, newest);
	uint32_t ahead = sector_after(journal, sector);
	uint32_t used = used_slots(journal, sector);
	uint32_t ahead_used = is_ahead_erased ? used_slots(journal, ahead) : slots;

	if (!ahead_used && used + 1 < slots) {
		journal->next_slot = sector * slots + used + 1;
		journal->is_ahead_erased = true;
	} else if (ahead_used + 1 < slots) {
		journal->next_slot = ahead * slots + ahead_used + 1;
	} else if (!is_ahead_erased && used + 1 < slots) {
		journal->next_slot = sector * slots + used + 1;
	} else {
		journal->next_slot = ahead * slots;
		journal->is_next_erased = false;
	}
}

/* The first save erases its sector: a first programming that was cut may look blank and not be. */
static enum journal_state start_without_record(struct journal *journal)
{
	uint32_t used_sectors = 0;

	journal->is_next_erased = false;
	for (uint32_t sector = 0; sector < journal->area.sectors; sector++) {
		used_sectors += used_slots(journal, sector) != 0;
	}
	return used_sectors > 1 || (used_sectors && !used_slots(journal, 0)) ? JOURNAL_DAMAGED
									     : JOURNAL_BLANK;
}

enum journal_state journal_open(struct journal *journal, const struct board *board,
				struct storage_area area, uint32_t slot_bytes)
{
	uint8_t header[HEADER_BYTES];
	bool is_ahead_erased = false;

	*journal = (struct journal){.board = board, .slot_bytes = slot_bytes};
	if (!storage_area_fits(board, area) || slot_bytes > board->sector_bytes) {
		return JOURNAL_DAMAGED;
	}
	journal->area = area;
	journal->slots_per_sector = board->sector_bytes / slot_bytes;
	journal->is_next_erased = true;
	/* From the end: the ring was filled upwards, so few slots are newer than those before. */
	for (uint32_t slot = journal->area.sectors * journal->slots_per_sector; slot-- > 0;) {
		if (slot_is_newer(journal, slot, header)) {
			journal->newest_slot = slot;
			journal->has_record = true;
			journal->sequence = get_u32(&header[SEQUENCE_OFFSET]);
			is_ahead_erased = get_u32(&header[AHEAD_OFFSET]) != 0;
		}
	}
	if (!journal->has_record) {
		return start_without_record(journal);
	}
	find_place(journal, journal->newest_slot, is_ahead_erased);
	return JOURNAL_FOUND;
}

bool journal_read(const struct journal *journal, uint8_t *slot)
{
	return journal->has_record &&
	       slot_read(journal, journal->newest_slot, 0, slot, journal->slot_bytes);
}

static bool holds_newest(const struct journal *journal, uint32_t sector)
{
	return journal->has_record && sector == sector_of(journal, journal->newest_slot);
}

/* To the start of the next sector, never to that of the newest record. */
static void enter_sector(struct journal *journal, uint32_t sector, bool is_erased)
{
	if (holds_newest(journal, sector)) {
		sector = sector_after(journal, sector);
		is_erased = false;
	}
	journal->next_slot = sector * journal->slots_per_sector;
	journal->is_next_erased = is_erased;
	journal->is_ahead_erased = false;
}

static void advance(struct journal *journal)
{
	uint32_t sector = sector_of(journal, journal->next_slot);

	journal->next_slot++;
	if (journal->next_slot % journal->slots_per_sector == 0) {
		enter_sector(journal, sector_after(journal, sector), journal->is_ahead_erased);
	}
}

static bool erase(const struct journal *journal, uint32_t sector)
{
	return !journal->board->storage_erase(journal->board->context,
					      sector_offset(journal, sector));
}

static bool slot_write(const struct journal *journal, const uint8_t *bytes)
{
	return !journal->board->storage_program(journal->board->context,
						slot_offset(journal, journal->next_slot), bytes,
						journal->slot_bytes) &&
	       slot_is(journal, journal->next_slot, bytes);
}

/* One attempt; the place is used up whether it succeeds or not. */
static bool save_at_next_slot(struct journal *journal, uint8_t *bytes)
{
	uint32_t crc_offset = journal->slot_bytes - CRC_BYTES;
	uint32_t slot = journal->next_slot;

	if (!journal->is_next_erased && !erase(journal, sector_of(journal, slot))) {
		enter_sector(journal, sector_after(journal, sector_of(journal, slot)), false);
		return false;
	}
	journal->is_next_erased = true;
	put_u32(&bytes[AHEAD_OFFSET], journal->is_ahead_erased);
	put_u32(&bytes[crc_offset], crc32_of(bytes, crc_offset));
	bool is_written = slot_write(journal, bytes);

	if (is_written) {
		journal->sequence++;
		journal->has_record = true;
		journal->newest_slot = slot;
	}
	advance(journal);
	return is_written;
}

bool journal_save(struct journal *journal, uint8_t *slot)
{
	put_u32(slot, MARK);
	put_u32(&slot[SEQUENCE_OFFSET], journal->sequence + 1);
	for (int attempt = 0; attempt < SAVE_ATTEMPTS && journal->area.sectors; attempt++) {
		if (save_at_next_slot(journal, slot)) {
			return true;
		}
	}
	return false;
}

bool journal_prepare(struct journal *journal)
{
	if (!journal->area.sectors) {
		return false;
	}
	uint32_t ahead = sector_after(journal, sector_of(journal, journal->next_slot));

	if (!journal->is_ahead_erased && !holds_newest(journal, ahead)) {
		journal->is_ahead_erased = erase(journal, ahead);
	}
	return journal->is_ahead_erased;
}
