/* A slot: sequence, seconds, user, code, argument, 8 bytes left erased, CRC-32 of all before it. */
#include "storage/event_log.h"

#include <string.h>

#include "storage/crc32.h"
#include "storage/erased.h"
#include "storage/little_endian.h"
#include "storage/storage_map.h"

#define SLOT_BYTES 32u
#define CRC_OFFSET 28u
#define ATTEMPTS 2u

#define POINTER_SHIFT 8u /* argument of events 14 and 15: the list, then the sequence */

static uint32_t slot_offset(const struct event_log *log, uint32_t slot)
{
	return (STORAGE_EVENT_LOG.first_sector + slot / EVENT_LOG_SECTOR_ENTRIES) *
		       log->board->sector_bytes +
	       slot % EVENT_LOG_SECTOR_ENTRIES * SLOT_BYTES;
}

static void encode(const struct event_entry *entry, uint8_t bytes[SLOT_BYTES])
{
	memset(bytes, 0xFF, SLOT_BYTES);
	put_u32(bytes, entry->sequence);
	put_u32(&bytes[4], entry->seconds);
	put_u32(&bytes[8], entry->user | (uint32_t)entry->code << 16);
	put_u32(&bytes[12], (uint32_t)(entry->argument & UINT32_MAX));
	put_u32(&bytes[16], (uint32_t)(entry->argument >> 32));
	put_u32(&bytes[CRC_OFFSET], crc32_of(bytes, CRC_OFFSET));
}

static bool read_slot(const struct event_log *log, uint32_t slot, uint8_t bytes[SLOT_BYTES])
{
	return !log->board->storage_read(log->board->context, slot_offset(log, slot), bytes,
					 SLOT_BYTES);
}

static bool decode(const uint8_t bytes[SLOT_BYTES], struct event_entry *entry)
{
	*entry = (struct event_entry){
		.sequence = get_u32(bytes),
		.seconds = get_u32(&bytes[4]),
		.user = (uint16_t)(bytes[8] | bytes[9] << 8),
		.code = (uint16_t)(bytes[10] | bytes[11] << 8),
		.argument = (uint64_t)get_u32(&bytes[16]) << 32 | get_u32(&bytes[12]),
	};
	return get_u32(&bytes[CRC_OFFSET]) == crc32_of(bytes, CRC_OFFSET);
}

static bool is_entry(const struct event_log *log, uint32_t slot)
{
	return ((uint32_t)log->is_entry[slot / 8u] >> slot % 8u & 1u) != 0;
}

static void mark_entry(struct event_log *log, uint32_t slot)
{
	log->is_entry[slot / 8u] = (uint8_t)(log->is_entry[slot / 8u] | 1u << slot % 8u);
	log->count++;
}

static void forget_sector(struct event_log *log, uint32_t slot)
{
	for (uint32_t i = 0; i < EVENT_LOG_SECTOR_ENTRIES; i++) {
		log->count -= is_entry(log, slot + i);
	}
	memset(&log->is_entry[slot / 8u], 0, EVENT_LOG_SECTOR_ENTRIES / 8u);
}

static void note(struct event_log *log, const struct event_entry *entry)
{
	uint64_t list = entry->argument & 0xFFu;

	if (entry->code == EVENT_MODULE) {
		log->module_kind = (uint8_t)(entry->argument & 0xFFu);
	}

	if ((entry->code == EVENT_POINTERS_RESET || entry->code == EVENT_POINTERS_UPDATED) &&
	    list < EVENT_LISTS) {
		log->read_sequence[list] =
			(uint32_t)(entry->argument >> POINTER_SHIFT & UINT32_MAX);
	}
}

/* The slot after the newest entry from which all to the end of the sector is erased; the next
 * sector's first if there is none. */
static void find_next_slot(struct event_log *log, uint32_t newest)
{
	uint32_t end = (newest / EVENT_LOG_SECTOR_ENTRIES + 1u) * EVENT_LOG_SECTOR_ENTRIES;
	uint32_t next = end;
	uint8_t bytes[SLOT_BYTES];

	while (next > newest + 1u && read_slot(log, next - 1u, bytes) &&
	       bytes_are_erased(bytes, SLOT_BYTES)) {
		next--;
	}
	log->is_next_erased = next < end;
	log->next_slot = next % EVENT_LOG_ENTRIES;
}

static uint32_t oldest_slot(const struct event_log *log)
{
	uint32_t sectors =
		(log->next_slot + EVENT_LOG_SECTOR_ENTRIES - 1u) / EVENT_LOG_SECTOR_ENTRIES;

	return sectors % EVENT_LOG_SECTORS * EVENT_LOG_SECTOR_ENTRIES;
}

void event_log_open(struct event_log *log, const struct board *board)
{
	uint32_t newest = EVENT_LOG_ENTRIES - 1u;
	struct event_entry entry;
	uint8_t bytes[SLOT_BYTES];

	memset(log, 0, sizeof(*log));
	if (!storage_area_fits(board, STORAGE_EVENT_LOG)) {
		return;
	}
	log->board = board;
	for (uint32_t slot = 0; slot < EVENT_LOG_ENTRIES; slot++) {
		if (!read_slot(log, slot, bytes) || bytes_are_erased(bytes, SLOT_BYTES) ||
		    !decode(bytes, &entry)) {
			continue;
		}
		mark_entry(log, slot);
		if (entry.sequence > log->sequence) {
			log->sequence = entry.sequence;
			newest = slot;
		}
	}
	if (log->count == 0) {
		return;
	}
	find_next_slot(log, newest);
	for (uint32_t index = 0; event_log_entry(log, index, &entry); index++) {
		note(log, &entry);
	}
}

void event_log_prepare(struct event_log *log)
{
	if (!log->board || log->is_next_erased) {
		return;
	}
	forget_sector(log, log->next_slot);
	log->is_next_erased =
		!log->board->storage_erase(log->board->context, slot_offset(log, log->next_slot));
}

/* A sector that cannot be erased is passed over whole, a slot that does not read back alone. */
static bool store(struct event_log *log, const struct event_entry *entry)
{
	uint32_t slot = log->next_slot;
	uint8_t bytes[SLOT_BYTES];
	uint8_t stored[SLOT_BYTES];

	event_log_prepare(log);
	if (!log->is_next_erased) {
		log->next_slot = (slot + EVENT_LOG_SECTOR_ENTRIES) % EVENT_LOG_ENTRIES;
		return false;
	}
	encode(entry, bytes);
	log->next_slot = (slot + 1u) % EVENT_LOG_ENTRIES;
	if (log->next_slot % EVENT_LOG_SECTOR_ENTRIES == 0) {
		log->is_next_erased = false;
	}
	if (log->board->storage_program(log->board->context, slot_offset(log, slot), bytes,
					SLOT_BYTES) ||
	    !read_slot(log, slot, stored) || memcmp(bytes, stored, SLOT_BYTES) != 0) {
		return false;
	}
	mark_entry(log, slot);
	return true;
}

bool event_log_add_at(struct event_log *log, uint32_t seconds, uint16_t code, uint64_t argument)
{
	const struct event_entry entry = {
		.sequence = log->sequence + 1u,
		.seconds = seconds,
		.user = log->user,
		.code = code,
		.argument = argument,
	};

	log->has_failed = true;
	for (uint32_t attempt = 0; log->board && log->has_failed && attempt < ATTEMPTS; attempt++) {
		log->has_failed = !store(log, &entry);
	}
	if (log->has_failed) {
		return false;
	}
	log->sequence = entry.sequence;
	note(log, &entry);
	return true;
}

bool event_log_add(struct event_log *log, uint16_t code, uint64_t argument)
{
	return event_log_add_at(log, log->now_seconds, code, argument);
}

bool event_log_entry(const struct event_log *log, uint32_t index, struct event_entry *entry)
{
	uint32_t slot = oldest_slot(log);
	uint8_t bytes[SLOT_BYTES];

	if (index >= log->count) {
		return false;
	}
	for (uint32_t before = 0; before < index || !is_entry(log, slot);
	     slot = (slot + 1u) % EVENT_LOG_ENTRIES) {
		before += is_entry(log, slot);
	}
	return read_slot(log, slot, bytes) && decode(bytes, entry);
}

uint32_t event_log_unread(const struct event_log *log)
{
	uint32_t unread = log->sequence - log->read_sequence[EVENT_LIST_HISTORY];

	return unread < log->count ? unread : log->count;
}

bool event_log_overflowed(const struct event_log *log)
{
	return log->sequence - log->read_sequence[EVENT_LIST_HISTORY] > log->count;
}

bool event_log_set_pointer(struct event_log *log, enum event_list list, uint16_t code,
			   uint32_t sequence)
{
	return event_log_add(log, code, (uint64_t)list | (uint64_t)sequence << POINTER_SHIFT);
}

bool event_log_reset_pointer(struct event_log *log)
{
	return event_log_set_pointer(log, EVENT_LIST_HISTORY, EVENT_POINTERS_RESET,
				     log->sequence + 1u);
}
