/*
 * Bytes on their way into a meter, each with the frame before which it is complete, and the lists
 * of an exchange filled from them.
 */
#ifndef BENCH_VIRTUAL_LAB_FRAME_BYTES_H
#define BENCH_VIRTUAL_LAB_FRAME_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "dut_firmware/exchange.h"

#define FRAME_BYTES_WAITING 1024u

struct frame_bytes {
	uint8_t bytes[FRAME_BYTES_WAITING];
	int64_t frames[FRAME_BYTES_WAITING];
	size_t first, last; /* free running */
};

/* Frames must not go back; what does not fit is lost. */
void frame_bytes_put(struct frame_bytes *self, uint8_t byte, int64_t frame);

/* Those that are complete before the end of a block of `count` frames from `first_frame` on, with
 * their index inside it; returns how many. They stay until frame_bytes_consumed. */
uint32_t frame_bytes_give(const struct frame_bytes *self, int64_t first_frame, uint32_t count,
			  struct exchange_byte list[EXCHANGE_BYTES]);
void frame_bytes_consumed(struct frame_bytes *self, uint32_t count);

/* What came before this frame met no receiver. */
void frame_bytes_forget(struct frame_bytes *self, int64_t frame);

#endif
