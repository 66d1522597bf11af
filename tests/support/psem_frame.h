/* C12.18 packets for tests, made without the code under test: CRC-16/X-25 bit by bit, most
 * significant first. */
#ifndef TESTS_SUPPORT_PSEM_FRAME_H
#define TESTS_SUPPORT_PSEM_FRAME_H

#include <stddef.h>
#include <stdint.h>

uint16_t psem_crc(const uint8_t *bytes, size_t count);

/* Writes a packet of count + 8 bytes; returns its length. */
size_t psem_frame(uint8_t control, uint8_t sequence, const uint8_t *data, size_t count,
		  uint8_t *frame);

#endif
