/* Dispatch to the kinds of port, and the table of resource prefixes. */
#include "drivers/port.h"

#include <string.h>

#include "drivers/ports/port_kinds.h"

enum status port_write(struct port *port, const uint8_t *bytes, size_t count,
		       struct instant deadline)
{
	return port->kind->write(port, bytes, count, deadline);
}

enum status port_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
		      struct instant deadline)
{
	*count = 0;
	return port->kind->read(port, bytes, capacity, count, deadline);
}

enum status port_discard_input(struct port *port)
{
	return port->kind->discard_input(port);
}

int port_descriptor(const struct port *port)
{
	return port && port->kind->descriptor ? port->kind->descriptor(port) : -1;
}

enum status port_adopt(const char *resource, int descriptor, struct clock *clock,
		       struct port **port)
{
	return port_pty_adopt(resource, descriptor, clock, port);
}

void port_close(struct port *port)
{
	if (port) {
		port->kind->close(port);
	}
}

static const struct resource_prefix {
	const char *prefix;
	enum status (*open)(const char *resource, const char *rest, const struct port_line *line,
			    struct clock *clock, struct port **port);
	const char *why_not; /* for a prefix without `open` */
} prefixes[] = {
	{"PTY::", port_pty_open, NULL},
	{"REPLAY::", port_replay_open, NULL},
	{"TERMINAL::", port_terminal_open, NULL},
	{"SCRIPT::", port_script_open, NULL},
	{"VIRTUAL::", NULL, "exists only inside a virtual lab"},
	{"ASRL", NULL,
	 "serial lines with modem control are not part of this build; a plain tty opens as "
	 "PTY::/dev/..."},
	{"USB", NULL, "USBTMC is not part of this build"},
	{"TCPIP", NULL, "network sockets are not part of this build"},
	{"GPIB", NULL, "GPIB is not part of this build"},
};

enum status port_open(const char *resource, const struct port_line *line, struct clock *clock,
		      struct port **port)
{
	*port = NULL;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		const struct resource_prefix *kind = &prefixes[i];
		size_t length = strlen(kind->prefix);

		if (strncmp(resource, kind->prefix, length) != 0) {
			continue;
		}
		if (!kind->open) {
			return status_fail(STATUS_BAD_INPUT, "port %.200s: %s", resource,
					   kind->why_not);
		}
		return kind->open(resource, resource + length, line, clock, port);
	}
	return status_fail(STATUS_BAD_INPUT,
			   "port \"%.200s\" is no resource string; use PTY::/path or REPLAY::file",
			   resource);
}
