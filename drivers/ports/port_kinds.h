/* The kinds of port that port_open knows; one file each. */
#ifndef DRIVERS_PORTS_PORT_KINDS_H
#define DRIVERS_PORTS_PORT_KINDS_H

#include "drivers/port.h"

/*
 * All take the whole resource string (copied) and what follows its prefix. STATUS_BAD_INPUT or
 * STATUS_IO with the resource in the reason; *port is set only on success.
 */
enum status port_pty_open(const char *resource, const char *path, const struct port_line *line,
			  struct clock *clock, struct port **port);
/* A descriptor that is open and set already; the port owns it. */
enum status port_pty_adopt(const char *resource, int descriptor, struct clock *clock,
			   struct port **port);
enum status port_replay_open(const char *resource, const char *path, const struct port_line *line,
			     struct clock *clock, struct port **port);
/* A terminal as it is, line by line: a person's. */
enum status port_terminal_open(const char *resource, const char *path, const struct port_line *line,
			       struct clock *clock, struct port **port);
/* A file of prepared answers (OPERATOR.md). */
enum status port_script_open(const char *resource, const char *path, const struct port_line *line,
			     struct clock *clock, struct port **port);

#endif
