/* The layout is ST6's as far as the octets differ; the journal does the rest. */
#include "storage/utility_information.h"

#include <string.h>

/* EX1_SW and EX2_SW: vendor, version and revision; behind seven texts of 20 octets, three of 10 and
 * the tariff's 8 */
#define EXTERNAL_SOFTWARE_OFFSET (7u * 20u + 3u * 10u + 8u)
#define EXTERNAL_SOFTWARE_OCTETS 6u
#define VENDOR_OCTETS 4u

bool utility_information_is_text(uint32_t offset)
{
	uint32_t position = offset - EXTERNAL_SOFTWARE_OFFSET;

	return offset < EXTERNAL_SOFTWARE_OFFSET || position >= 2u * EXTERNAL_SOFTWARE_OCTETS ||
	       position % EXTERNAL_SOFTWARE_OCTETS < VENDOR_OCTETS;
}

void utility_information_open(struct utility_information *utility, const struct board *board)
{
	uint8_t slot[UTILITY_SLOT_BYTES];

	memset(utility, 0, sizeof(*utility));
	for (uint32_t offset = 0; offset < UTILITY_OCTETS; offset++) {
		utility->octets[offset] = utility_information_is_text(offset) ? ' ' : 0;
	}
	utility->is_offered = storage_area_fits(board, STORAGE_UTILITY);
	if (!utility->is_offered) {
		return;
	}
	utility->is_damaged = journal_open(&utility->journal, board, STORAGE_UTILITY,
					   UTILITY_SLOT_BYTES) == JOURNAL_DAMAGED;
	if (journal_read(&utility->journal, slot)) {
		memcpy(utility->octets, &slot[JOURNAL_RECORD_OFFSET], UTILITY_OCTETS);
	}
}

bool utility_information_change(struct utility_information *utility,
				const uint8_t octets[UTILITY_OCTETS])
{
	uint8_t slot[UTILITY_SLOT_BYTES] = {0};

	memcpy(&slot[JOURNAL_RECORD_OFFSET], octets, UTILITY_OCTETS);
	if (!utility->is_offered || !journal_save(&utility->journal, slot)) {
		return false;
	}
	memcpy(utility->octets, octets, UTILITY_OCTETS);
	utility->is_damaged = false;
	return true;
}
