/*
 * What went over a port, byte by byte with its frame, recorded from a live session of
 * whole_meter.h; and a host that plays such tapes on both ports of a meter at once.
 */
#ifndef TESTS_SUPPORT_PORT_TAPE_H
#define TESTS_SUPPORT_PORT_TAPE_H

#include "tests/support/whole_meter.h"

#define TAPE_BYTES 400000u

struct tape_side {
	uint32_t count;
	uint64_t frames[TAPE_BYTES];
	uint8_t bytes[TAPE_BYTES];
};

struct tape {
	struct tape_side received; /* by the meter */
	struct tape_side sent;
};

static inline void tape_add(struct tape_side *side, uint64_t frame, uint8_t byte)
{
	CU_ASSERT_FATAL(side->count < TAPE_BYTES);
	side->frames[side->count] = frame;
	side->bytes[side->count++] = byte;
}

static inline bool tape_side_equals(const struct tape_side *a, const struct tape_side *b)
{
	return a->count == b->count &&
	       memcmp(a->frames, b->frames, a->count * sizeof(*a->frames)) == 0 &&
	       memcmp(a->bytes, b->bytes, a->count) == 0;
}

/* Recording: the tape under way, one at a time. */
static struct tape *tape_recording;

static inline void tape_receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	tape_add(&tape_recording->received, frame, byte);
	whole_receive(meter_end, byte, frame);
}

static inline void tape_run_until(struct wire *wire, uint64_t frame)
{
	unsigned int first = wire->sent_count;

	whole_run_until(wire, frame);
	for (unsigned int i = first; i < wire->sent_count; i++) {
		tape_add(&tape_recording->sent, wire->sent_frames[i], wire->sent[i]);
	}
}

static inline void tape_record(struct whole *whole, struct tape *tape)
{
	tape_recording = tape;
	whole->wire.receive = tape_receive;
	whole->wire.run_until = tape_run_until;
}

/* Playing: the received bytes of the tapes (NULL: nothing) from the meter's frame on until `end`;
 * what the ports sent goes to `optical_sent` and `module_sent`. */
struct tape_player {
	uint32_t block;
	uint32_t return_after;
	const struct tape *optical, *module;
	uint32_t optical_given, module_given;
	struct tape_side optical_sent, module_sent;
};

/* Bytes of this block. A full list ends the block before the first byte that has no place. */
static inline uint32_t tape_hand_over(const struct tape *tape, uint32_t given, uint64_t start,
				      uint32_t *frames, struct exchange_byte *bytes)
{
	for (uint32_t count = 0;; count++) {
		if (tape == NULL || given + count == tape->received.count ||
		    tape->received.frames[given + count] >= start + *frames) {
			return count;
		}
		uint32_t frame = (uint32_t)(tape->received.frames[given + count] - start);

		if (count == EXCHANGE_BYTES) {
			*frames = frame;
			return count;
		}
		bytes[count] = (struct exchange_byte){.frame = frame,
						      .byte = tape->received.bytes[given + count]};
	}
}

static inline void tape_play(struct whole *whole, struct tape_player *player, uint64_t end)
{
	static struct sample_frame frames[4096];
	static struct exchange exchange;

	while (whole->wire.frame < end) {
		uint64_t now = whole->wire.frame;
		uint32_t count = end - now < player->block ? (uint32_t)(end - now) : player->block;

		for (uint32_t i = 0; i < count; i++) {
			frames[i] = whole->cycle[(now + i) % WHOLE_CYCLE_FRAMES];
		}
		exchange = (struct exchange){.frames = frames,
					     .return_after = player->return_after,
					     .contacts = whole->contacts};
		exchange.received_count = tape_hand_over(player->optical, player->optical_given,
							 now, &count, exchange.received);
		exchange.module_received_count =
			tape_hand_over(player->module, player->module_given, now, &count,
				       exchange.module_received);
		exchange.frame_count = count;
		while (exchange.received_count > 0 &&
		       exchange.received[exchange.received_count - 1].frame >= count) {
			exchange.received_count--;
		}
		meter_run(whole->meter, &exchange);
		player->optical_given += exchange.received_consumed;
		player->module_given += exchange.module_received_consumed;
		for (uint32_t i = 0; i < exchange.sent_count; i++) {
			tape_add(&player->optical_sent, now + exchange.sent[i].frame,
				 exchange.sent[i].byte);
		}
		for (uint32_t i = 0; i < exchange.module_sent_count; i++) {
			tape_add(&player->module_sent, now + exchange.module_sent[i].frame,
				 exchange.module_sent[i].byte);
		}
		if (exchange.display_is_new) {
			memcpy(whole->display, exchange.display, sizeof(whole->display));
		}
		whole->pulses += exchange.pulse_count;
		whole->wire.frame += exchange.frames_consumed;
	}
}

#endif
