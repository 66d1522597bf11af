/*
 * NOR flash of a meter's tests: programming clears bits, erasing sets a sector. It counts erases
 * per sector and programs per granule of 8 bytes, and one operation can be cut in the middle.
 * Header only, because the meter's tests link nothing but the meter.
 */
#ifndef TESTS_SUPPORT_NOR_FLASH_H
#define TESTS_SUPPORT_NOR_FLASH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "meter.h"

#ifndef NOR_FLASH_MOST_BYTES
#define NOR_FLASH_MOST_BYTES (512u * 1024u)
#endif
#define NOR_FLASH_GRANULE 8u
#define NOR_FLASH_SECTORS 128u
#define NOR_FLASH_CUT_PARTS 8

/* At operation number `cut_at` (from 1) only a part takes effect and nothing works until
 * nor_flash_power_up. */
struct nor_flash {
	uint8_t bytes[NOR_FLASH_MOST_BYTES];
	uint8_t granule_programs[NOR_FLASH_MOST_BYTES / NOR_FLASH_GRANULE];
	uint32_t erases[NOR_FLASH_SECTORS];
	uint32_t size;
	uint32_t sector;
	int operations;
	int programs;
	int cut_at;
	int cut_part; /* 0 nothing, 1 first half, 2 last half, 3 every second bit, 4 all, 5.. random
			 bits */
	bool is_dead;
	int programs_of_unerased;
	int programs_of_granule; /* the most of any granule between two erases */
	uint32_t stuck_at;	 /* these cells never hold a programmed 0; 0: none */
};

static inline bool nor_flash_has(const struct nor_flash *flash, uint32_t offset, uint32_t count)
{
	return !flash->is_dead && offset <= flash->size && count <= flash->size - offset;
}

static inline int nor_flash_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	struct nor_flash *flash = context;

	if (!nor_flash_has(flash, offset, count)) {
		return -1;
	}
	memcpy(bytes, &flash->bytes[offset], count);
	return 0;
}

static inline bool nor_flash_begin(struct nor_flash *flash, uint32_t offset, uint32_t count)
{
	if (!nor_flash_has(flash, offset, count)) {
		return false;
	}
	flash->operations++;
	flash->is_dead = flash->operations == flash->cut_at;
	return true;
}

/* Which bits of byte `index` of `count` an operation reaches before the power goes. */
static inline uint8_t nor_flash_reached(const struct nor_flash *flash, uint32_t index,
					uint32_t count)
{
	const uint8_t reached[5] = {0, index < count / 2 ? 0xFF : 0, index < count / 2 ? 0 : 0xFF,
				    0x55, 0xFF};

	if (!flash->is_dead) {
		return 0xFF;
	}
	if (flash->cut_part < 5) {
		return reached[flash->cut_part];
	}
	uint32_t seed = index * 2654435761u + (uint32_t)flash->cut_at * 40503u +
			(uint32_t)flash->cut_part * 69069u;

	seed ^= seed >> 15;
	seed *= 2246822519u;
	return (uint8_t)(seed >> 24);
}

static inline void nor_flash_clear(struct nor_flash *flash, uint32_t offset, uint8_t cleared)
{
	if (offset != flash->stuck_at || !offset) {
		flash->bytes[offset] = (uint8_t)(flash->bytes[offset] & ~cleared);
	}
}

static inline void nor_flash_count_granules(struct nor_flash *flash, uint32_t offset,
					    uint32_t count)
{
	for (uint32_t granule = offset / NOR_FLASH_GRANULE;
	     granule <= (offset + count - 1) / NOR_FLASH_GRANULE; granule++) {
		int programs = ++flash->granule_programs[granule];

		flash->programs_of_granule = programs > flash->programs_of_granule
						     ? programs
						     : flash->programs_of_granule;
	}
}

static inline int nor_flash_program(void *context, uint32_t offset, const uint8_t *bytes,
				    uint32_t count)
{
	struct nor_flash *flash = context;

	if (!nor_flash_begin(flash, offset, count)) {
		return -1;
	}
	flash->programs++;
	nor_flash_count_granules(flash, offset, count);
	for (uint32_t index = 0; index < count; index++) {
		uint8_t reached = nor_flash_reached(flash, index, count);

		flash->programs_of_unerased += flash->bytes[offset + index] != 0xFF;
		nor_flash_clear(flash, offset + index, (uint8_t)(~bytes[index] & reached));
	}
	return flash->is_dead ? -1 : 0;
}

static inline int nor_flash_erase(void *context, uint32_t offset)
{
	struct nor_flash *flash = context;

	if (offset % flash->sector || !nor_flash_begin(flash, offset, flash->sector)) {
		return -1;
	}
	flash->erases[offset / flash->sector]++;
	for (uint32_t index = 0; index < flash->sector; index++) {
		flash->bytes[offset + index] |= nor_flash_reached(flash, index, flash->sector);
	}
	if (!flash->is_dead) {
		memset(&flash->granule_programs[offset / NOR_FLASH_GRANULE], 0,
		       flash->sector / NOR_FLASH_GRANULE);
	}
	return flash->is_dead ? -1 : 0;
}

static inline void nor_flash_power_up(struct nor_flash *flash)
{
	flash->is_dead = false;
	flash->cut_at = 0;
	flash->operations = 0;
}

/* Blank and new; the board that the meter sees. */
static inline struct board nor_flash_board(struct nor_flash *flash, uint32_t sectors,
					   uint32_t sector_bytes)
{
	memset(flash, 0, sizeof(*flash));
	memset(flash->bytes, 0xFF, sizeof(flash->bytes));
	flash->size = sectors * sector_bytes;
	flash->sector = sector_bytes;
	return (struct board){
		.context = flash,
		.storage_bytes = flash->size,
		.sector_bytes = sector_bytes,
		.storage_read = nor_flash_read,
		.storage_program = nor_flash_program,
		.storage_erase = nor_flash_erase,
	};
}

#endif
