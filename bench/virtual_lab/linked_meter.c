/* Hands the firmware its frames, never beyond the instant at which somebody could answer what it
 * has sent. */
#include "bench/virtual_lab/linked_meter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FRAMES 1536u
#define STORAGE_BYTES (512u * 1024u)
#define SECTOR_BYTES 4096u
#define WAITING_BYTES 1024u
/*
 * While the line is in use the meter runs in steps of one byte time at most, for this long after
 * the last byte: longer than the 2 s after which an unacknowledged meter speaks again by itself.
 */
#define LINE_IN_USE_NANOSECONDS (3 * NANOSECONDS_PER_SECOND)
#define BYTE_FRAMES 4

struct linked_meter {
	struct participant participant;
	struct world *world;
	struct virtual_line *line;
	struct linked_meter_options options;
	struct sensors *sensors;
	struct board board;
	uint8_t storage[STORAGE_BYTES];
	void *memory;
	struct meter *meter;
	int64_t next_frame;
	struct instant line_used_at;
	bool line_was_used;
	uint8_t waiting[WAITING_BYTES];
	int64_t waiting_frame[WAITING_BYTES];
	size_t waiting_first, waiting_last;
	struct exchange exchange;
	struct sample_frame frames[BLOCK_FRAMES];
};

static int storage_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	struct linked_meter *meter = context;

	if (offset > STORAGE_BYTES || count > STORAGE_BYTES - offset) {
		return -1;
	}
	memcpy(bytes, meter->storage + offset, count);
	return 0;
}

static int storage_program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	struct linked_meter *meter = context;

	if (offset > STORAGE_BYTES || count > STORAGE_BYTES - offset) {
		return -1;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (bytes[i] & ~meter->storage[offset + i]) {
			return -1; /* only an erase sets a bit */
		}
		meter->storage[offset + i] &= bytes[i];
	}
	return 0;
}

static int storage_erase(void *context, uint32_t sector_offset)
{
	struct linked_meter *meter = context;

	if (sector_offset % SECTOR_BYTES || sector_offset >= STORAGE_BYTES) {
		return -1;
	}
	memset(meter->storage + sector_offset, 0xFF, SECTOR_BYTES);
	return 0;
}

static void meter_receive(void *context, uint8_t byte, struct instant at)
{
	struct linked_meter *meter = context;

	meter->line_used_at = at;
	meter->line_was_used = true;
	if (meter->waiting_last - meter->waiting_first < WAITING_BYTES) {
		size_t slot = meter->waiting_last++ % WAITING_BYTES;
		int64_t frame = sensors_frame_at(meter->sensors, at) + 1;

		meter->waiting[slot] = byte;
		meter->waiting_frame[slot] = frame > meter->next_frame ? frame : meter->next_frame;
	}
}

static struct instant frame_instant(const struct linked_meter *meter, int64_t frame)
{
	double seconds = sensors_frame_seconds(meter->sensors, frame);

	return (struct instant){(int64_t)(seconds * 1e9) + 1};
}

static struct instant meter_next_event(void *context)
{
	struct linked_meter *meter = context;
	int64_t idle = frame_instant(meter, meter->next_frame).nanoseconds -
		       meter->line_used_at.nanoseconds;

	if (!meter->line_was_used || idle > LINE_IN_USE_NANOSECONDS) {
		return INSTANT_NEVER;
	}
	return frame_instant(meter, meter->next_frame + BYTE_FRAMES - 1);
}

/* Bytes that are complete before the end of the block of `count` frames, with their index inside
 * it. */
static void hand_over_bytes(struct linked_meter *meter, uint32_t count)
{
	struct exchange *exchange = &meter->exchange;

	exchange->received_count = 0;
	for (size_t i = meter->waiting_first;
	     i != meter->waiting_last && exchange->received_count < EXCHANGE_BYTES; i++) {
		int64_t frame = meter->waiting_frame[i % WAITING_BYTES] - meter->next_frame;

		if (frame >= (int64_t)count) {
			break;
		}
		exchange->received[exchange->received_count++] = (struct exchange_byte){
			.frame = frame > 0 ? (uint32_t)frame : 0,
			.byte = meter->waiting[i % WAITING_BYTES],
		};
	}
}

static void take_pulses(struct linked_meter *meter)
{
	const struct exchange *exchange = &meter->exchange;

	for (uint32_t i = 0; i < exchange->pulse_count; i++) {
		const struct exchange_pulse *pulse = &exchange->pulses[i];
		double fraction = (double)pulse->fraction_q32 / 4294967296.0;
		double frames = (double)(meter->next_frame + pulse->frame) - 1.0 + fraction;
		double nanoseconds =
			frames * 1e9 / sensors_frames_per_second(&meter->options.sensors);
		int64_t whole = (int64_t)nanoseconds;

		world_add_pulse(meter->world, meter->options.channel,
				(struct world_pulse){{whole}, nanoseconds - (double)whole});
	}
}

static void take_bytes(struct linked_meter *meter)
{
	const struct exchange *exchange = &meter->exchange;

	for (uint32_t i = 0; i < exchange->sent_count; i++) {
		struct instant at =
			frame_instant(meter, meter->next_frame + exchange->sent[i].frame);
		int64_t silent = meter->options.silent_after_seconds * NANOSECONDS_PER_SECOND;

		meter->line_used_at = at;
		if (silent && at.nanoseconds >= silent) {
			continue;
		}
		virtual_line_send(meter->line, &exchange->sent[i].byte, 1, at);
	}
}

/* One block; returns false when the firmware has put out a byte: others may want to answer it. */
static bool run_block(struct linked_meter *meter, int64_t end)
{
	struct exchange *exchange = &meter->exchange;
	uint32_t most = meter->options.block_frames;
	uint32_t count = end - meter->next_frame < (int64_t)most
				 ? (uint32_t)(end - meter->next_frame)
				 : most;

	sensors_sample(meter->sensors, meter->next_frame, count, meter->frames);
	exchange->frames = meter->frames;
	exchange->frame_count = count;
	exchange->return_after = EXCHANGE_RETURN_AFTER_BYTE;
	hand_over_bytes(meter, count);
	meter_run(meter->meter, exchange);
	take_pulses(meter);
	take_bytes(meter);
	meter->waiting_first += exchange->received_consumed;
	meter->next_frame += exchange->frames_consumed;
	return exchange->sent_count == 0;
}

static struct instant meter_advance(void *context, struct instant until)
{
	struct linked_meter *meter = context;
	int64_t end = sensors_frame_at(meter->sensors, until) + 1;

	while (meter->next_frame < end) {
		if (!run_block(meter, end) && meter->next_frame < end) {
			return instant_earlier(until, frame_instant(meter, meter->next_frame - 1));
		}
	}
	return until;
}

enum status linked_meter_new(struct virtual_time *time, struct world *world,
			     struct virtual_line *line, const struct linked_meter_options *options,
			     struct linked_meter **meter)
{
	struct linked_meter *self = calloc(1, sizeof(*self));

	assert(self);
	self->world = world;
	self->line = line;
	self->options = *options;
	if (!self->options.block_frames || self->options.block_frames > BLOCK_FRAMES) {
		self->options.block_frames = BLOCK_FRAMES;
	}
	memset(self->storage, 0xFF, sizeof(self->storage));
	self->board = (struct board){self,	   STORAGE_BYTES,   SECTOR_BYTES,
				     storage_read, storage_program, storage_erase};
	self->memory = calloc(1, meter_size());
	assert(self->memory);
	self->meter = meter_init(self->memory, &self->board, &self->options.hardware);
	if (!self->meter) {
		linked_meter_free(self);
		return status_fail(STATUS_BAD_INPUT,
				   "the meter's firmware has no form %s, class %u",
				   options->hardware.form, options->hardware.class_amperes);
	}
	self->sensors = sensors_new(world, &self->options.sensors);
	virtual_line_attach(line, &(struct virtual_device){self, meter_receive});
	self->participant = (struct participant){self, meter_next_event, meter_advance};
	virtual_time_add(time, &self->participant);
	*meter = self;
	return STATUS_OK;
}

void linked_meter_free(struct linked_meter *meter)
{
	if (!meter) {
		return;
	}
	sensors_free(meter->sensors);
	free(meter->memory);
	free(meter);
}

int64_t linked_meter_frames(const struct linked_meter *meter)
{
	return meter->next_frame;
}
