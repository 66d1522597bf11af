/* A port around a port that tells every transfer, with the time of its end in seconds of the port's
 * clock. */
#include <stdio.h>
#include <stdlib.h>

#include "drivers/port.h"

#define BYTES_PER_LINE 256

struct trace_port {
	struct port port;
	struct port *inner;
	void (*sink)(void *context, const char *line);
	void *context;
	char line[32 + 3 * BYTES_PER_LINE]; /* here, so that nothing is allocated on the way to safe
					       state */
};

static void tell_line(struct trace_port *trace, char direction, const uint8_t *bytes, size_t count)
{
	double seconds = (double)clock_now(trace->port.clock).nanoseconds * 1e-9;
	int length = snprintf(trace->line, sizeof(trace->line), "%.6f %c", seconds, direction);

	for (size_t i = 0; i < count; i++) {
		length += snprintf(trace->line + length, sizeof(trace->line) - (size_t)length,
				   " %02X", bytes[i]);
	}
	trace->sink(trace->context, trace->line);
}

static void tell(struct trace_port *trace, char direction, const uint8_t *bytes, size_t count)
{
	for (size_t start = 0; start < count; start += BYTES_PER_LINE) {
		size_t left = count - start;

		tell_line(trace, direction, bytes + start,
			  left < BYTES_PER_LINE ? left : BYTES_PER_LINE);
	}
}

static enum status trace_write(struct port *port, const uint8_t *bytes, size_t count,
			       struct instant deadline)
{
	struct trace_port *trace = (struct trace_port *)port;
	enum status status = port_write(trace->inner, bytes, count, deadline);

	if (!status) {
		tell(trace, '>', bytes, count);
	}
	return status;
}

static enum status trace_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
			      struct instant deadline)
{
	struct trace_port *trace = (struct trace_port *)port;
	enum status status = port_read(trace->inner, bytes, capacity, count, deadline);

	tell(trace, '<', bytes, *count);
	return status;
}

static enum status trace_discard_input(struct port *port)
{
	return port_discard_input(((struct trace_port *)port)->inner);
}

static void trace_close(struct port *port)
{
	port_close(((struct trace_port *)port)->inner);
	free(port);
}

static int trace_descriptor(const struct port *port)
{
	return port_descriptor(((const struct trace_port *)port)->inner);
}

static const struct port_kind trace_kind = {
	.write = trace_write,
	.read = trace_read,
	.discard_input = trace_discard_input,
	.close = trace_close,
	.descriptor = trace_descriptor,
};

enum status port_trace_new(struct port *inner, void (*sink)(void *context, const char *line),
			   void *context, struct port **port)
{
	struct trace_port *trace = calloc(1, sizeof(*trace));

	*port = NULL;
	if (!trace) {
		return status_fail(STATUS_IO, "no memory to trace port %.200s", inner->resource);
	}
	trace->port = (struct port){
		.kind = &trace_kind, .clock = inner->clock, .resource = inner->resource};
	trace->inner = inner;
	trace->sink = sink;
	trace->context = context;
	*port = &trace->port;
	return STATUS_OK;
}
