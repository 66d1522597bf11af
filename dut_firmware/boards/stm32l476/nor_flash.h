/*
 * Storage in an SST26VF016B (2 MiB, sectors of 4 KiB, of which the meter uses 512 KiB), on SPI2.
 * Chosen for its erase: a sector within 25 ms, so frames wait in the ring meanwhile.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_NOR_FLASH_H
#define DUT_FIRMWARE_BOARDS_STM32L476_NOR_FLASH_H

struct board;

/* The storage functions of the board. A part that is not there fails at every access, which the
 * meter tells. */
void nor_flash_start(struct board *board);

#endif
