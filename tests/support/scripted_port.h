/*
 * A port in memory with a manual clock: time passes only in write, read and sleep, at the line's
 * rate of bytes. What is expected to be sent and what comes back is either a script (byte by byte,
 * in order) or the work of a peer function.
 */
#ifndef TESTS_SUPPORT_SCRIPTED_PORT_H
#define TESTS_SUPPORT_SCRIPTED_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/port.h"
#include "tests/support/manual_clock.h"

struct scripted_port;

/* Sees every byte that was sent, at its own instant; answers with scripted_port_feed. */
typedef void (*scripted_peer)(void *context, struct scripted_port *port, uint8_t byte);

#define SCRIPTED_INPUT 20480
#define SCRIPTED_SCRIPT 32768

struct scripted_input {
	struct instant arrival;
	uint8_t byte;
};

struct scripted_step {
	bool is_expected; /* sent by us; else it is a byte of the reply */
	uint8_t byte;
	double delay_seconds; /* reply: silence before this byte */
};

/* Large: keep it static or on the heap. port.port is what the driver gets. */
struct scripted_port {
	struct port port;
	struct manual_clock clock;
	double byte_seconds; /* 10 bits at 9600 after init */
	scripted_peer peer;
	void *peer_context;
	bool is_closed;
	size_t sent_count; /* all bytes ever written */
	size_t step, step_count;
	struct scripted_step script[SCRIPTED_SCRIPT];
	size_t input_start, input_end;
	struct scripted_input input[SCRIPTED_INPUT];
	char mismatch[200]; /* first departure from the script, in words; empty: none. Silence
			       follows it */
};

void scripted_port_init(struct scripted_port *port, const char *resource);

/* Appends to the script: these bytes must be sent next … */
void scripted_port_expect(struct scripted_port *port, const void *bytes, size_t count);
/* … these come back, `delay_seconds` after what went before. */
void scripted_port_reply(struct scripted_port *port, double delay_seconds, const void *bytes,
			 size_t count);
/* The same with bytes as text: hexadecimal digits, blanks ignored. */
void scripted_port_expect_hex(struct scripted_port *port, const char *hex);
void scripted_port_reply_hex(struct scripted_port *port, double delay_seconds, const char *hex);

/* For peers: these bytes arrive one after the other, beginning `delay_seconds` from now or after
 * earlier ones. */
void scripted_port_feed(struct scripted_port *port, double delay_seconds, const void *bytes,
			size_t count);

/* Everything expected was sent and nothing else. */
bool scripted_port_is_done(const struct scripted_port *port);

/* Seconds since init. */
double scripted_port_seconds(const struct scripted_port *port);

/* Bytes of a text of hexadecimal digits (blanks ignored); returns their number, at most capacity.
 */
size_t hex_bytes(const char *hex, uint8_t *bytes, size_t capacity);

#endif
