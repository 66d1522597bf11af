/* A slot: mark, sequence number, record, CRC-32 of all before it. */
#include "storage/protected_storage.h"

#include <string.h>

#include "storage/crc32.h"
#include "storage/little_endian.h"

#define SLOTS 2u
#define MARK 0x32434A41u /* "AJC2" */
#define SEQUENCE_OFFSET 4u
#define RECORD_OFFSET 8u
#define CRC_OFFSET (RECORD_OFFSET + PROTECTED_RECORD_BYTES)
#define SLOT_BYTES (CRC_OFFSET + 4u)

struct slot {
	enum protected_state state;
	uint32_t sequence;
	uint8_t bytes[SLOT_BYTES];
};

static bool is_erased(const uint8_t *bytes, uint32_t count)
{
	for (uint32_t byte = 0; byte < count; byte++) {
		if (bytes[byte] != 0xFF) {
			return false;
		}
	}
	return true;
}

static void slot_read(const struct board *board, uint32_t number, struct slot *slot)
{
	slot->state = PROTECTED_DAMAGED;
	slot->sequence = 0;
	if (board->storage_read(board->context, number * board->sector_bytes, slot->bytes,
				SLOT_BYTES) != 0) {
		return;
	}
	if (is_erased(slot->bytes, SLOT_BYTES)) {
		slot->state = PROTECTED_BLANK;
	} else if (get_u32(slot->bytes) == MARK &&
		   get_u32(&slot->bytes[CRC_OFFSET]) == crc32_of(slot->bytes, CRC_OFFSET)) {
		slot->state = PROTECTED_FOUND;
		slot->sequence = get_u32(&slot->bytes[SEQUENCE_OFFSET]);
	}
}

/* Returns the number of the slot that counts; its state says whether there is one. */
static uint32_t slots_read(const struct board *board, struct slot slots[SLOTS])
{
	for (uint32_t number = 0; number < SLOTS; number++) {
		slot_read(board, number, &slots[number]);
	}
	if (slots[0].state == PROTECTED_FOUND && slots[1].state == PROTECTED_FOUND) {
		return slots[1].sequence > slots[0].sequence;
	}
	return slots[1].state < slots[0].state;
}

enum protected_state protected_storage_load(const struct board *board,
					    uint8_t record[PROTECTED_RECORD_BYTES])
{
	struct slot slots[SLOTS];
	const struct slot *newest = &slots[slots_read(board, slots)];

	if (newest->state == PROTECTED_FOUND) {
		memcpy(record, &newest->bytes[RECORD_OFFSET], PROTECTED_RECORD_BYTES);
	}
	return newest->state;
}

bool protected_storage_save(const struct board *board, const uint8_t record[PROTECTED_RECORD_BYTES])
{
	struct slot slots[SLOTS];
	uint32_t newest = slots_read(board, slots);
	uint32_t other = 1 - newest;
	uint32_t offset = other * board->sector_bytes;
	uint8_t bytes[SLOT_BYTES];
	struct slot written;

	put_u32(bytes, MARK);
	put_u32(&bytes[SEQUENCE_OFFSET], slots[newest].sequence + 1);
	memcpy(&bytes[RECORD_OFFSET], record, PROTECTED_RECORD_BYTES);
	put_u32(&bytes[CRC_OFFSET], crc32_of(bytes, CRC_OFFSET));
	if (board->storage_erase(board->context, offset) ||
	    board->storage_program(board->context, offset, bytes, SLOT_BYTES)) {
		return false;
	}
	slot_read(board, other, &written);
	return written.state == PROTECTED_FOUND && !memcmp(written.bytes, bytes, SLOT_BYTES);
}
