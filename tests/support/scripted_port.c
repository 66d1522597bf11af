/* The port of scripted_port.h. */
#include "tests/support/scripted_port.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void scripted_port_feed(struct scripted_port *port, double delay_seconds, const void *bytes,
			size_t count)
{
	const uint8_t *octets = bytes;
	struct instant arrival = port->clock.now;

	if (port->input_end > port->input_start &&
	    instant_before(arrival, port->input[port->input_end - 1].arrival)) {
		arrival = port->input[port->input_end - 1].arrival;
	}
	arrival = instant_after(arrival, delay_seconds);
	if (port->input_start) {
		port->input_end -= port->input_start;
		memmove(port->input, port->input + port->input_start,
			port->input_end * sizeof(port->input[0]));
		port->input_start = 0;
	}
	for (size_t i = 0; i < count; i++) {
		assert(port->input_end < SCRIPTED_INPUT);
		arrival = instant_after(arrival, port->byte_seconds);
		port->input[port->input_end++] =
			(struct scripted_input){.arrival = arrival, .byte = octets[i]};
	}
}

static void release_replies(struct scripted_port *port)
{
	while (port->step < port->step_count && !port->script[port->step].is_expected &&
	       !port->mismatch[0]) {
		const struct scripted_step *step = &port->script[port->step++];

		scripted_port_feed(port, step->delay_seconds, &step->byte, 1);
	}
}

static void follow_script(struct scripted_port *port, uint8_t byte)
{
	if (port->mismatch[0]) {
		return;
	}
	if (port->step == port->step_count) {
		snprintf(port->mismatch, sizeof(port->mismatch),
			 "byte %zu: %02X was sent after the end of the script", port->sent_count,
			 byte);
		return;
	}
	if (port->script[port->step].byte != byte) {
		snprintf(port->mismatch, sizeof(port->mismatch),
			 "byte %zu: %02X was sent, %02X expected", port->sent_count, byte,
			 port->script[port->step].byte);
		return;
	}
	port->step++;
	release_replies(port);
}

static enum status scripted_write(struct port *base, const uint8_t *bytes, size_t count,
				  struct instant deadline)
{
	struct scripted_port *port = (struct scripted_port *)base;

	release_replies(port);
	for (size_t i = 0; i < count; i++) {
		struct instant end = instant_after(port->clock.now, port->byte_seconds);

		if (instant_before(deadline, end)) {
			return status_fail(STATUS_TIMEOUT, "%s: %zu of %zu bytes left in time",
					   base->resource, i, count);
		}
		port->clock.now = end;
		if (port->peer) {
			port->peer(port->peer_context, port, bytes[i]);
		} else {
			follow_script(port, bytes[i]);
		}
		port->sent_count++;
	}
	return STATUS_OK;
}

static enum status scripted_read(struct port *base, uint8_t *bytes, size_t capacity, size_t *count,
				 struct instant deadline)
{
	struct scripted_port *port = (struct scripted_port *)base;

	*count = 0;
	release_replies(port);
	if (port->input_start == port->input_end ||
	    (instant_before(port->clock.now, port->input[port->input_start].arrival) &&
	     instant_before(deadline, port->input[port->input_start].arrival))) {
		clock_sleep_until(base->clock, deadline);
		return status_fail(STATUS_TIMEOUT, "%s: nothing received", base->resource);
	}
	clock_sleep_until(base->clock, port->input[port->input_start].arrival);
	while (*count < capacity && port->input_start < port->input_end &&
	       !instant_before(port->clock.now, port->input[port->input_start].arrival)) {
		bytes[(*count)++] = port->input[port->input_start++].byte;
	}
	return STATUS_OK;
}

static enum status scripted_discard(struct port *base)
{
	struct scripted_port *port = (struct scripted_port *)base;

	release_replies(port);
	while (port->input_start < port->input_end &&
	       !instant_before(port->clock.now, port->input[port->input_start].arrival)) {
		port->input_start++;
	}
	return STATUS_OK;
}

static void scripted_close(struct port *base)
{
	((struct scripted_port *)base)->is_closed = true;
}

static const struct port_kind scripted_kind = {
	.write = scripted_write,
	.read = scripted_read,
	.discard_input = scripted_discard,
	.close = scripted_close,
};

void scripted_port_init(struct scripted_port *port, const char *resource)
{
	memset(port, 0, sizeof(*port));
	manual_clock_init(&port->clock, INT64_C(1767600000));
	port->port = (struct port){
		.kind = &scripted_kind, .clock = &port->clock.clock, .resource = resource};
	port->byte_seconds = 10.0 / 9600.0;
}

static void append(struct scripted_port *port, bool is_expected, double delay_seconds,
		   const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert(port->step_count < SCRIPTED_SCRIPT);
		port->script[port->step_count++] = (struct scripted_step){
			.is_expected = is_expected,
			.byte = bytes[i],
			.delay_seconds = i ? 0 : delay_seconds,
		};
	}
}

void scripted_port_expect(struct scripted_port *port, const void *bytes, size_t count)
{
	append(port, true, 0, bytes, count);
}

void scripted_port_reply(struct scripted_port *port, double delay_seconds, const void *bytes,
			 size_t count)
{
	append(port, false, delay_seconds, bytes, count);
}

static unsigned digit_of(char character)
{
	const char *digits = "0123456789abcdef";
	const char *place =
		strchr(digits, character >= 'A' && character <= 'F' ? character + 32 : character);

	assert(character && place);
	return (unsigned)(place - digits);
}

size_t hex_bytes(const char *hex, uint8_t *bytes, size_t capacity)
{
	size_t digits = 0;

	for (; *hex && digits < 2 * capacity; hex++) {
		if (*hex == ' ') {
			continue;
		}
		unsigned high = digits % 2 ? bytes[digits / 2] : 0u;

		bytes[digits / 2] = (uint8_t)(high << 4 | digit_of(*hex));
		digits++;
	}
	assert(digits % 2 == 0);
	return digits / 2;
}

void scripted_port_expect_hex(struct scripted_port *port, const char *hex)
{
	uint8_t bytes[2048];

	scripted_port_expect(port, bytes, hex_bytes(hex, bytes, sizeof(bytes)));
}

void scripted_port_reply_hex(struct scripted_port *port, double delay_seconds, const char *hex)
{
	uint8_t bytes[2048];

	scripted_port_reply(port, delay_seconds, bytes, hex_bytes(hex, bytes, sizeof(bytes)));
}

bool scripted_port_is_done(const struct scripted_port *port)
{
	return !port->mismatch[0] && port->step == port->step_count;
}

double scripted_port_seconds(const struct scripted_port *port)
{
	return (double)port->clock.now.nanoseconds * 1e-9;
}
