/*
 * Pseudo-terminals and plain ttys by termios, raw, 8 data bits, no parity. Serial lines that need
 * modem control belong to another kind. A flock keeps a second owner out; unlike TIOCEXCL it ends
 * with its process.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "drivers/clocks/wall.h"
#include "drivers/ports/port_kinds.h"

/* How often the output queue is looked at until the last byte has left. */
#define DRAIN_SLICE_SECONDS 0.002

struct pty_port {
	struct port port;
	struct wall_line line;
	char resource[];
};

static const struct baud_rate {
	int baud;
	speed_t speed;
} baud_rates[] = {
	{300, B300},	 {1200, B1200},	  {2400, B2400},   {4800, B4800},     {9600, B9600},
	{19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200},
};

static const struct baud_rate *find_baud_rate(int baud)
{
	for (size_t i = 0; i < sizeof(baud_rates) / sizeof(*baud_rates); i++) {
		if (baud_rates[i].baud == baud) {
			return &baud_rates[i];
		}
	}
	return NULL;
}

static enum status lost(struct pty_port *pty, const char *what)
{
	return status_fail(STATUS_IO, "port %.200s: %s: %s", pty->resource, what,
			   errno == EIO ? "the other end is gone" : strerror(errno));
}

static enum status wait_for(struct pty_port *pty, short events, struct instant deadline,
			    const char *what)
{
	enum status status = wall_wait(pty->port.clock, &pty->line, events, deadline);

	if (status == STATUS_TIMEOUT) {
		return status_fail(STATUS_TIMEOUT, "port %.200s: %s before the deadline",
				   pty->resource, what);
	}
	return status;
}

static enum status drain(struct pty_port *pty, struct instant deadline)
{
	int queued = 0;

	while (!ioctl(pty->line.descriptor, TIOCOUTQ, &queued) && queued > 0) {
		if (!instant_before(clock_now(pty->port.clock), deadline)) {
			return status_fail(
				STATUS_TIMEOUT,
				"port %.200s: %d bytes did not leave before the deadline",
				pty->resource, queued);
		}
		enum status status = clock_sleep_seconds(pty->port.clock, DRAIN_SLICE_SECONDS);

		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

static enum status pty_write(struct port *port, const uint8_t *bytes, size_t count,
			     struct instant deadline)
{
	struct pty_port *pty = (struct pty_port *)port;
	size_t sent = 0;

	while (sent < count) {
		enum status status = wait_for(pty, POLLOUT, deadline, "cannot send");

		if (status) {
			return status;
		}
		ssize_t written = write(pty->line.descriptor, bytes + sent, count - sent);

		if (written < 0 && errno != EAGAIN && errno != EINTR) {
			return lost(pty, "cannot send");
		}
		sent += written > 0 ? (size_t)written : 0;
	}
	return drain(pty, deadline);
}

static enum status pty_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
			    struct instant deadline)
{
	struct pty_port *pty = (struct pty_port *)port;

	*count = wall_line_take(&pty->line, bytes, capacity);
	if (*count) {
		return STATUS_OK;
	}
	for (;;) {
		enum status status = wait_for(pty, POLLIN, deadline, "no byte");

		if (status) {
			return status;
		}
		ssize_t got = read(pty->line.descriptor, bytes, capacity);

		if (got > 0) {
			*count = (size_t)got;
			return STATUS_OK;
		}
		if (got == 0) {
			errno = EIO;
		}
		if (errno != EAGAIN && errno != EINTR) {
			return lost(pty, "cannot receive");
		}
	}
}

static enum status pty_discard_input(struct port *port)
{
	struct pty_port *pty = (struct pty_port *)port;

	wall_line_forget(&pty->line);
	return tcflush(pty->line.descriptor, TCIFLUSH) ? lost(pty, "cannot discard input")
						       : STATUS_OK;
}

static void pty_close(struct port *port)
{
	struct pty_port *pty = (struct pty_port *)port;

	wall_line_remove(&pty->line);
	close(pty->line.descriptor);
	free(pty);
}

static int pty_descriptor(const struct port *port)
{
	return ((const struct pty_port *)port)->line.descriptor;
}

static const struct port_kind pty_kind = {
	.write = pty_write,
	.read = pty_read,
	.discard_input = pty_discard_input,
	.close = pty_close,
	.descriptor = pty_descriptor,
};

static enum status set_line(int descriptor, const char *resource, const struct port_line *line)
{
	const struct baud_rate *rate = find_baud_rate(line->baud);
	struct termios settings;

	if (!rate) {
		return status_fail(STATUS_BAD_INPUT, "port %.200s: %d baud is no rate of a tty",
				   resource, line->baud);
	}
	if (flock(descriptor, LOCK_EX | LOCK_NB)) {
		return status_fail(STATUS_IO, "port %.200s is in use by another program", resource);
	}
	if (tcgetattr(descriptor, &settings)) {
		return status_fail(STATUS_BAD_INPUT, "port %.200s is not a terminal: %s", resource,
				   strerror(errno));
	}
	cfmakeraw(&settings);
	settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	settings.c_cflag |= CLOCAL | CREAD | (line->stop_bits == 2 ? CSTOPB : 0);
	cfsetispeed(&settings, rate->speed);
	cfsetospeed(&settings, rate->speed);
	if (tcsetattr(descriptor, TCSANOW, &settings)) {
		return status_fail(STATUS_IO, "port %.200s: cannot set %d baud 8N%d: %s", resource,
				   line->baud, line->stop_bits, strerror(errno));
	}
	return STATUS_OK;
}

static enum status make_port(const char *resource, int descriptor, struct clock *clock,
			     struct port **port)
{
	struct pty_port *pty = calloc(1, sizeof(*pty) + strlen(resource) + 1);

	if (!pty) {
		return status_fail(STATUS_IO, "no memory for port %.200s", resource);
	}
	enum status status = wall_line_add(&pty->line, descriptor);

	if (status) {
		free(pty);
		return status_prefix(status, "port %.200s: ", resource);
	}
	strcpy(pty->resource, resource);
	pty->port = (struct port){.kind = &pty_kind, .clock = clock, .resource = pty->resource};
	*port = &pty->port;
	return STATUS_OK;
}

enum status port_pty_adopt(const char *resource, int descriptor, struct clock *clock,
			   struct port **port)
{
	return make_port(resource, descriptor, clock, port);
}

static enum status open_tty(const char *resource, const char *path, int *descriptor)
{
	*descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return *descriptor < 0 ? status_fail(STATUS_IO, "cannot open port %.200s: %s", resource,
					     strerror(errno))
			       : STATUS_OK;
}

enum status port_pty_open(const char *resource, const char *path, const struct port_line *line,
			  struct clock *clock, struct port **port)
{
	int descriptor;
	enum status status = open_tty(resource, path, &descriptor);

	if (status) {
		return status;
	}
	status = set_line(descriptor, resource, line);
	status = status ? status : make_port(resource, descriptor, clock, port);
	if (status) {
		close(descriptor);
	}
	return status;
}

/* Echo, corrections and Ctrl-C stay the terminal's own. */
enum status port_terminal_open(const char *resource, const char *path, const struct port_line *line,
			       struct clock *clock, struct port **port)
{
	int descriptor;
	enum status status = open_tty(resource, path, &descriptor);

	(void)line;
	if (status) {
		return status;
	}
	if (!isatty(descriptor)) {
		status = status_fail(STATUS_BAD_INPUT, "port %.200s is not a terminal", resource);
	}
	status = status ? status : make_port(resource, descriptor, clock, port);
	if (status) {
		close(descriptor);
	}
	return status;
}
