/*
 * Who owns which sectors of the part. An area never reaches into another's; a function whose area
 * does not fit into the part is not offered by that meter. DESIGN.md has the same table.
 */
#ifndef DUT_FIRMWARE_STORAGE_STORAGE_MAP_H
#define DUT_FIRMWARE_STORAGE_STORAGE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

struct storage_area {
	uint32_t first_sector;
	uint32_t sectors;
};

#define STORAGE_ADJUSTMENT ((struct storage_area){0, 2})
#define STORAGE_JOURNAL ((struct storage_area){2, 14})
#define STORAGE_EVENT_LOG ((struct storage_area){16, 8})
#define STORAGE_BILLING_REGISTERS ((struct storage_area){24, 10})
#define STORAGE_BILLING_HISTORY ((struct storage_area){34, 16})
#define STORAGE_BILLING_SETTINGS ((struct storage_area){50, 3})
/* 53..60 are free */
#define STORAGE_UTILITY ((struct storage_area){61, 3})
#define STORAGE_RECORDER ((struct storage_area){64, 64})
#define STORAGE_MAP_SECTORS 128u /* 512 KiB */

static inline bool storage_area_fits(const struct board *board, struct storage_area area)
{
	return board->storage_bytes / board->sector_bytes >= area.first_sector + area.sectors;
}

#endif
