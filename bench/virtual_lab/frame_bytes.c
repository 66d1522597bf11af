/* A ring of bytes in the order of their frames. */
#include "bench/virtual_lab/frame_bytes.h"

void frame_bytes_put(struct frame_bytes *self, uint8_t byte, int64_t frame)
{
	if (self->last - self->first < FRAME_BYTES_WAITING) {
		size_t slot = self->last++ % FRAME_BYTES_WAITING;

		self->bytes[slot] = byte;
		self->frames[slot] = frame;
	}
}

uint32_t frame_bytes_give(const struct frame_bytes *self, int64_t first_frame, uint32_t count,
			  struct exchange_byte list[EXCHANGE_BYTES])
{
	uint32_t given = 0;

	for (size_t i = self->first; i != self->last && given < EXCHANGE_BYTES; i++) {
		int64_t frame = self->frames[i % FRAME_BYTES_WAITING] - first_frame;

		if (frame >= (int64_t)count) {
			break;
		}
		list[given++] = (struct exchange_byte){
			.frame = frame > 0 ? (uint32_t)frame : 0,
			.byte = self->bytes[i % FRAME_BYTES_WAITING],
		};
	}
	return given;
}

void frame_bytes_consumed(struct frame_bytes *self, uint32_t count)
{
	self->first += count;
}

void frame_bytes_forget(struct frame_bytes *self, int64_t frame)
{
	while (self->first != self->last &&
	       self->frames[self->first % FRAME_BYTES_WAITING] < frame) {
		self->first++;
	}
}
