/*
 * Non-volatile storage of every host that has no flash of its own: an array under the rules of NOR
 * flash. Programming clears bits only, erasing sets a whole sector to FF.
 */
#ifndef DUT_FIRMWARE_BOARDS_FLASH_ARRAY_H
#define DUT_FIRMWARE_BOARDS_FLASH_ARRAY_H

#include <stdint.h>

#define FLASH_ARRAY_SECTOR_BYTES 4096u

struct board;

struct flash_array {
	uint8_t *bytes;
	uint32_t size; /* whole sectors */
};

/* Makes the board whose storage is this array; the array must outlive it. Erases nothing. */
void flash_array_board(struct flash_array *array, struct board *board);

#endif
