/*
 * One small record that survives a power cut at any operation: two slots in sectors of their own,
 * each with sequence number and CRC-32. The newest valid one counts; a new record goes into the
 * other slot.
 */
#ifndef DUT_FIRMWARE_STORAGE_PROTECTED_STORAGE_H
#define DUT_FIRMWARE_STORAGE_PROTECTED_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

#define PROTECTED_RECORD_BYTES 110u

enum protected_state {
	PROTECTED_FOUND,
	PROTECTED_BLANK,   /* never written, or the first writing was cut */
	PROTECTED_DAMAGED, /* both slots written, neither valid; or unreadable */
};

enum protected_state protected_storage_load(const struct board *board,
					    uint8_t record[PROTECTED_RECORD_BYTES]);

/* True when the record can be read back. False: what was stored before still counts. */
bool protected_storage_save(const struct board *board,
			    const uint8_t record[PROTECTED_RECORD_BYTES]);

#endif
