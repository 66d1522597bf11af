/* The port of lying_meter.h: follows the requests, rewrites the answers. */
#include "tests/support/lying_meter.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/psem_frame.h"

#define BYTES 2400

struct lying_port {
	struct port port;
	struct port *inner;
	meter_lie *lie;
	void *context;
	int table; /* of the read in progress; -1: none */
	uint32_t offset;
	uint8_t in[BYTES], out[BYTES];
	size_t in_count, out_start, out_end;
};

static enum status lying_write(struct port *port, const uint8_t *bytes, size_t count,
			       struct instant deadline)
{
	struct lying_port *self = (struct lying_port *)port;

	/* the client writes a packet at a time */
	if (count >= 9 && bytes[0] == 0xEE) {
		self->table = bytes[6] == 0x30 || bytes[6] == 0x3F ? bytes[7] << 8 | bytes[8] : -1;
		self->offset = bytes[6] == 0x3F ? (uint32_t)bytes[9] << 16 |
							  (uint32_t)bytes[10] << 8 | bytes[11]
						: 0;
	}
	return port_write(self->inner, bytes, count, deadline);
}

static void put(struct lying_port *self, const uint8_t *bytes, size_t count)
{
	if (self->out_start == self->out_end) {
		self->out_start = self->out_end = 0;
	}
	memcpy(self->out + self->out_end, bytes, count);
	self->out_end += count;
}

static void pass_packet(struct lying_port *self)
{
	uint8_t *data = self->in + 6;
	size_t length = (size_t)(self->in[4] << 8 | self->in[5]);
	bool is_answer = self->table >= 0 && !(self->in[2] & 0x80) && length > 4 && data[0] == 0 &&
			 length == (size_t)(data[1] << 8 | data[2]) + 4;

	if (is_answer) {
		size_t count = length - 4;
		unsigned sum = 0;

		self->lie(self->context, self->table, self->offset, data + 3, count);
		for (size_t i = 0; i < count; i++) {
			sum += data[3 + i];
		}
		data[3 + count] = (uint8_t)(0u - sum);
		uint16_t crc = psem_crc(self->in, 6 + length);

		data[length] = (uint8_t)crc;
		data[length + 1] = (uint8_t)(crc >> 8);
	}
	put(self, self->in, length + 8);
	self->in_count = 0;
}

static void take(struct lying_port *self, uint8_t byte)
{
	if (self->in_count == 0 && byte != 0xEE) {
		put(self, &byte, 1);
		return;
	}
	self->in[self->in_count++] = byte;
	bool has_length = self->in_count >= 6;
	size_t length = has_length ? (size_t)(self->in[4] << 8 | self->in[5]) + 8 : 0;

	if (has_length && length > BYTES) {
		put(self, self->in, self->in_count);
		self->in_count = 0;
	} else if (has_length && self->in_count == length) {
		pass_packet(self);
	}
}

static enum status lying_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
			      struct instant deadline)
{
	struct lying_port *self = (struct lying_port *)port;
	uint8_t chunk[64];

	*count = 0;
	while (self->out_start == self->out_end) {
		size_t got;
		enum status status = port_read(self->inner, chunk, sizeof(chunk), &got, deadline);

		if (status) {
			return status;
		}
		for (size_t i = 0; i < got; i++) {
			take(self, chunk[i]);
		}
	}
	size_t there = self->out_end - self->out_start;

	*count = there < capacity ? there : capacity;
	memcpy(bytes, self->out + self->out_start, *count);
	self->out_start += *count;
	return STATUS_OK;
}

static enum status lying_discard(struct port *port)
{
	struct lying_port *self = (struct lying_port *)port;

	self->out_start = self->out_end = self->in_count = 0;
	return port_discard_input(self->inner);
}

static void lying_close(struct port *port)
{
	free(port);
}

static const struct port_kind lying_kind = {
	.write = lying_write,
	.read = lying_read,
	.discard_input = lying_discard,
	.close = lying_close,
};

struct port *lying_meter_new(struct port *inner, meter_lie *lie, void *context)
{
	struct lying_port *self = calloc(1, sizeof(*self));

	if (!self) {
		abort();
	}
	self->port = (struct port){
		.kind = &lying_kind, .clock = inner->clock, .resource = inner->resource};
	self->inner = inner;
	self->lie = lie;
	self->context = context;
	self->table = -1;
	return &self->port;
}
