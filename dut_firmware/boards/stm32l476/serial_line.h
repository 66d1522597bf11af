/*
 * The optical port, the module and the display: 9600 bit/s, 8 data bits, no parity. Bytes that
 * arrive carry the number of the frame before which they were complete.
 */
#ifndef DUT_FIRMWARE_BOARDS_STM32L476_SERIAL_LINE_H
#define DUT_FIRMWARE_BOARDS_STM32L476_SERIAL_LINE_H

#include <stdint.h>

#include "exchange.h"

enum serial_line { SERIAL_OPTICAL, SERIAL_MODULE, SERIAL_LINES };

void serial_lines_start(void);

/* The bytes that are complete before the end of the block of `frames` that begins with frame
 * `first`, with their index inside it; returns their number. They stay until they are taken. */
uint32_t serial_line_received(enum serial_line number, uint32_t first, uint32_t frames,
			      struct exchange_byte bytes[EXCHANGE_BYTES]);
void serial_line_take(enum serial_line number, uint32_t count);

void serial_line_send(enum serial_line number, const struct exchange_byte *bytes, uint32_t count);

/* The display's line: the newest image. Call now and then; a byte goes out at a time. */
void serial_display_show(const char newest[EXCHANGE_DISPLAY_BYTES]);
void serial_display_run(void);

#endif
