/* CRC-32 of IEEE 802.3 (reflected, polynomial 04C11DB7, start and final exclusive-or FFFFFFFF). */
#ifndef DUT_FIRMWARE_STORAGE_CRC32_H
#define DUT_FIRMWARE_STORAGE_CRC32_H

#include <stdint.h>

/* Of more bytes after those whose CRC is `crc`; 0 before the first. */
uint32_t crc32_continue(uint32_t crc, const uint8_t *bytes, uint32_t count);

uint32_t crc32_of(const uint8_t *bytes, uint32_t count);

#endif
