/*
 * A stream of bytes to one instrument. A port belongs to one clock for life and is opened from a
 * resource string: ASRL/dev/ttyUSB0::INSTR (serial line), PTY::/path (pseudo-terminal or plain tty,
 * 8N1), TERMINAL::/dev/tty (a person's), VIRTUAL::name (instrument of the virtual lab),
 * REPLAY::file (a recorded dialogue), SCRIPT::file (a person's prepared answers). Deadlines are
 * absolute. Both transfers return STATUS_OK, STATUS_TIMEOUT, STATUS_ABORTED or STATUS_IO.
 */
#ifndef DRIVERS_PORT_H
#define DRIVERS_PORT_H

#include <stddef.h>
#include <stdint.h>

#include "drivers/clock.h"
#include "reference_source/status.h"

struct port;

struct port_line {
	int baud;
	int stop_bits; /* 1 or 2; always 8 data bits, no parity */
};

struct port_kind {
	enum status (*write)(struct port *port, const uint8_t *bytes, size_t count,
			     struct instant deadline);
	/* Waits for at least one byte, gives what is there up to capacity. */
	enum status (*read)(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
			    struct instant deadline);
	enum status (*discard_input)(struct port *port);
	void (*close)(struct port *port);
	/* The open descriptor of the line; NULL: the kind has none. */
	int (*descriptor)(const struct port *port);
};

/* First member of each kind's own struct. `resource` is what messages name. */
struct port {
	const struct port_kind *kind;
	struct clock *clock;
	const char *resource;
};

/* Writes all bytes and returns when the last has left. */
enum status port_write(struct port *port, const uint8_t *bytes, size_t count,
		       struct instant deadline);

/* Waits until at least one byte is there. STATUS_TIMEOUT with *count = 0 when none came by the
 * deadline. */
enum status port_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
		      struct instant deadline);

/* Throws away what has arrived so far. */
enum status port_discard_input(struct port *port);

/* The descriptor that another process could inherit; -1: there is none. */
int port_descriptor(const struct port *port);
/* A tty that is open and set already, inherited by number; the port owns the descriptor. */
enum status port_adopt(const char *resource, int descriptor, struct clock *clock,
		       struct port **port);

/* Closes and frees; NULL is allowed. */
void port_close(struct port *port);

/*
 * Opens PTY:: and REPLAY:: on `clock`. The caller closes. VIRTUAL:: ports are opened by the virtual
 * lab; ASRL and the others say that their driver is not part of this build.
 */
enum status port_open(const char *resource, const struct port_line *line, struct clock *clock,
		      struct port **port);

/*
 * Wraps a port: every transfer is given to the sink as one line "<seconds> > 41 54 0D" (sent) or
 * "<seconds> < …" (received), without line end; a transfer of more than 256 bytes continues in
 * further lines. REPLAY:: reads a file of such lines. The wrapper owns `inner`.
 */
enum status port_trace_new(struct port *inner, void (*sink)(void *context, const char *line),
			   void *context, struct port **port);

#endif
