/*
 * What the utility writes of itself, the place and the customer (ST6): octets that the meter keeps
 * and does not look at: text, and four numbers of versions. A record in a journal of its own, whole
 * or absent.
 */
#ifndef DUT_FIRMWARE_STORAGE_UTILITY_INFORMATION_H
#define DUT_FIRMWARE_STORAGE_UTILITY_INFORMATION_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/journal.h"

#define UTILITY_OCTETS 230u
#define UTILITY_RECORD_BYTES 232u /* a slot is a multiple of 8 */
#define UTILITY_SLOT_BYTES (UTILITY_RECORD_BYTES + JOURNAL_OVERHEAD_BYTES)

struct utility_information {
	struct journal journal;
	bool is_offered; /* there is room in the part */
	bool is_damaged; /* something was written and cannot be read */
	uint8_t octets[UTILITY_OCTETS];
};

/* Octet `offset` is text, and not a number. */
bool utility_information_is_text(uint32_t offset);

/* Power-up: what was written last, blanks and zeros before. */
void utility_information_open(struct utility_information *utility, const struct board *board);

/* False: it could not be stored, and what was there still counts. */
bool utility_information_change(struct utility_information *utility,
				const uint8_t octets[UTILITY_OCTETS]);

#endif
