/* A serial line with byte times between the bench's port and a simulated device. */
#include "bench/virtual_lab/virtual_line.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 65536u

/* One direction: bytes on the wire with the instant at which each is complete. */
struct wire {
	uint8_t bytes[LINE_BYTES];
	int64_t complete_at[LINE_BYTES];
	size_t first, last; /* free running; first..last are on the wire */
	int64_t free_at;    /* when the wire can take the next byte */
};

struct virtual_line {
	struct participant participant;
	struct virtual_time *time;
	struct virtual_device device;
	char resource[64];
	int64_t byte_nanoseconds;
	struct wire to_device;
	struct wire to_bench;
	uint8_t arrived[LINE_BYTES]; /* complete, waiting for the bench */
	size_t arrived_first, arrived_last;
};

struct line_port {
	struct port port;
	struct virtual_line *line;
};

static void wire_put(struct wire *wire, const uint8_t *bytes, size_t count, int64_t not_before,
		     int64_t byte_nanoseconds)
{
	int64_t at = wire->free_at > not_before ? wire->free_at : not_before;

	for (size_t i = 0; i < count && wire->last - wire->first < LINE_BYTES; i++) {
		size_t slot = wire->last++ % LINE_BYTES;

		at += byte_nanoseconds;
		wire->bytes[slot] = bytes[i];
		wire->complete_at[slot] = at;
	}
	wire->free_at = at;
}

static int64_t wire_next(const struct wire *wire)
{
	return wire->first == wire->last ? INT64_MAX : wire->complete_at[wire->first % LINE_BYTES];
}

static struct instant line_next_event(void *context)
{
	struct virtual_line *line = context;
	int64_t out = wire_next(&line->to_device);
	int64_t in = wire_next(&line->to_bench);

	return (struct instant){out < in ? out : in};
}

static struct instant line_advance(void *context, struct instant until)
{
	struct virtual_line *line = context;

	while (wire_next(&line->to_device) <= until.nanoseconds) {
		size_t slot = line->to_device.first++ % LINE_BYTES;
		struct instant at = {line->to_device.complete_at[slot]};

		line->device.receive(line->device.context, line->to_device.bytes[slot], at);
	}
	while (wire_next(&line->to_bench) <= until.nanoseconds) {
		size_t slot = line->to_bench.first++ % LINE_BYTES;

		if (line->arrived_last - line->arrived_first < LINE_BYTES) {
			line->arrived[line->arrived_last++ % LINE_BYTES] =
				line->to_bench.bytes[slot];
		}
	}
	return until;
}

static void receive_nothing(void *context, uint8_t byte, struct instant at)
{
	(void)context;
	(void)byte;
	(void)at;
}

struct virtual_line *virtual_line_new(struct virtual_time *time, const char *name,
				      const struct port_line *line)
{
	struct virtual_line *self = calloc(1, sizeof(*self));

	assert(self);
	self->time = time;
	self->device.receive = receive_nothing;
	self->byte_nanoseconds = NANOSECONDS_PER_SECOND * (9 + line->stop_bits) / line->baud;
	snprintf(self->resource, sizeof(self->resource), "VIRTUAL::%s", name);
	self->participant = (struct participant){self, line_next_event, line_advance};
	virtual_time_add(time, &self->participant);
	return self;
}

void virtual_line_free(struct virtual_line *line)
{
	free(line);
}

void virtual_line_attach(struct virtual_line *line, const struct virtual_device *device)
{
	line->device = *device;
}

void virtual_line_send(struct virtual_line *line, const uint8_t *bytes, size_t count,
		       struct instant at)
{
	wire_put(&line->to_bench, bytes, count, at.nanoseconds, line->byte_nanoseconds);
}

void virtual_line_inject(struct virtual_line *line, const uint8_t *bytes, size_t count)
{
	wire_put(&line->to_device, bytes, count, virtual_time_now(line->time).nanoseconds,
		 line->byte_nanoseconds);
}

size_t virtual_line_take(struct virtual_line *line, uint8_t *bytes, size_t capacity)
{
	size_t count = 0;

	while (count < capacity && line->arrived_first != line->arrived_last) {
		bytes[count++] = line->arrived[line->arrived_first++ % LINE_BYTES];
	}
	return count;
}

static struct virtual_line *line_of(struct port *port)
{
	return ((struct line_port *)port)->line;
}

static enum status line_port_write(struct port *port, const uint8_t *bytes, size_t count,
				   struct instant deadline)
{
	struct virtual_line *line = line_of(port);

	virtual_line_inject(line, bytes, count);
	struct instant sent = {line->to_device.free_at};
	enum status status = clock_sleep_until(port->clock, instant_earlier(sent, deadline));
	if (!status && instant_before(deadline, sent)) {
		return status_fail(STATUS_TIMEOUT, "%s: the line did not take %zu bytes in time",
				   port->resource, count);
	}
	return status;
}

static bool has_arrived(void *context)
{
	struct virtual_line *line = context;

	return line->arrived_first != line->arrived_last;
}

static enum status line_port_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
				  struct instant deadline)
{
	struct virtual_line *line = line_of(port);

	*count = 0;
	while (!has_arrived(line)) {
		struct instant now = virtual_time_now(line->time);

		if (!instant_before(now, deadline)) {
			return status_fail(STATUS_TIMEOUT, "%s: no answer", port->resource);
		}
		struct instant slice = instant_earlier(instant_after(now, 1.0), deadline);
		virtual_time_run(line->time, slice, has_arrived, line);
		/* not for every byte: it is a system call */
		enum status status = has_arrived(line) ? STATUS_OK : clock_check_abort();
		status = status ? status : virtual_time_take_fault(line->time);
		if (status) {
			return status;
		}
	}
	*count = virtual_line_take(line, bytes, capacity);
	return STATUS_OK;
}

static enum status line_port_discard(struct port *port)
{
	struct virtual_line *line = line_of(port);

	line->arrived_first = line->arrived_last;
	return STATUS_OK;
}

static void line_port_close(struct port *port)
{
	free(port);
}

static const struct port_kind line_port_kind = {
	.write = line_port_write,
	.read = line_port_read,
	.discard_input = line_port_discard,
	.close = line_port_close,
};

enum status virtual_line_open_port(struct virtual_line *line, struct port **port)
{
	struct line_port *self = calloc(1, sizeof(*self));

	assert(self);
	self->port = (struct port){&line_port_kind, virtual_time_clock(line->time), line->resource};
	self->line = line;
	*port = &self->port;
	return STATUS_OK;
}
