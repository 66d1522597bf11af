/* Pseudo-terminals in front of the simulated lines; simulated time follows the wall clock. */
#include "bench/lab_server.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define LINES 64
/* Shortest step while a line is in use: about one byte at 9600 baud. */
#define BUSY_MILLISECONDS 1
#define IDLE_MILLISECONDS 20
#define BUSY_SECONDS 2.0

struct served_line {
	struct virtual_line *line;
	int master;
	int slave; /* kept open, so that clients may come and go */
	char link[1100];
	char terminal[64];
};

struct lab_server {
	struct virtual_lab *lab;
	char directory[1024];
	int directory_descriptor;
	bool made_directory;
	int count;
	struct served_line lines[LINES];
	struct instant started; /* wall clock at simulated time 0 */
	struct instant last_byte;
};

static enum status open_terminal(struct served_line *served)
{
	struct termios raw;

	served->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (served->master < 0 || grantpt(served->master) || unlockpt(served->master) ||
	    ptsname_r(served->master, served->terminal, sizeof(served->terminal))) {
		return status_fail(STATUS_IO, "no pseudo-terminal for %s: %s", served->link,
				   strerror(errno));
	}
	served->slave = open(served->terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (served->slave < 0 || tcgetattr(served->slave, &raw)) {
		return status_fail(STATUS_IO, "%s: %s", served->terminal, strerror(errno));
	}
	cfmakeraw(&raw);
	cfsetspeed(&raw, B9600);
	if (tcsetattr(served->slave, TCSANOW, &raw)) {
		return status_fail(STATUS_IO, "%s: %s", served->terminal, strerror(errno));
	}
	return STATUS_OK;
}

/* Only a symbolic link may be replaced: it is what a killed predecessor leaves. */
static enum status make_link(struct served_line *served)
{
	struct stat old;

	if (!lstat(served->link, &old) && (!S_ISLNK(old.st_mode) || unlink(served->link))) {
		return status_fail(STATUS_BAD_INPUT,
				   "%s is there already and is no link of a laboratory",
				   served->link);
	}
	if (symlink(served->terminal, served->link)) {
		return status_fail(STATUS_IO, "link %s: %s", served->link, strerror(errno));
	}
	return STATUS_OK;
}

static enum status hold_directory(struct lab_server *server, const char *directory)
{
	snprintf(server->directory, sizeof(server->directory), "%s", directory);
	server->made_directory = mkdir(directory, 0777) == 0;
	server->directory_descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (server->directory_descriptor < 0) {
		return status_fail(STATUS_BAD_INPUT, "directory %s: %s", directory,
				   strerror(errno));
	}
	if (flock(server->directory_descriptor, LOCK_EX | LOCK_NB)) {
		return status_fail(
			STATUS_BAD_INPUT,
			"another laboratory serves in %s; stop it or name another directory",
			directory);
	}
	return STATUS_OK;
}

enum status lab_server_open(struct virtual_lab *lab, const char *directory,
			    struct lab_server **server)
{
	struct lab_server *self = calloc(1, sizeof(*self));
	const char *name;

	assert(self);
	self->lab = lab;
	enum status status = hold_directory(self, directory);
	for (size_t i = 0; !status && virtual_lab_line(lab, i, &name); i++) {
		struct served_line *served = &self->lines[self->count];

		assert(self->count < LINES);
		served->line = virtual_lab_line(lab, i, &name);
		snprintf(served->link, sizeof(served->link), "%s/%s", directory, name);
		served->master = served->slave = -1;
		self->count++;
		status = open_terminal(served);
		status = status ? status : make_link(served);
	}
	if (status) {
		lab_server_close(self);
		return status;
	}
	self->started = (struct instant){clock_now(clock_wall()).nanoseconds -
					 virtual_time_now(virtual_lab_time(lab)).nanoseconds};
	*server = self;
	return STATUS_OK;
}

static void follow_wall_clock(struct lab_server *server)
{
	struct instant wall = clock_now(clock_wall());
	struct instant now = {wall.nanoseconds - server->started.nanoseconds};

	virtual_time_run(virtual_lab_time(server->lab), now, NULL, NULL);
}

/* Bytes of a client go onto the simulated wire. */
static void take_from_client(struct lab_server *server, struct served_line *served)
{
	uint8_t bytes[512];
	ssize_t count = read(served->master, bytes, sizeof(bytes));

	if (count > 0) {
		virtual_line_inject(served->line, bytes, (size_t)count);
		server->last_byte = clock_now(clock_wall());
	}
}

static void give_to_client(struct lab_server *server, struct served_line *served)
{
	uint8_t bytes[512];
	size_t count = virtual_line_take(served->line, bytes, sizeof(bytes));

	for (size_t sent = 0; sent < count;) {
		ssize_t part = write(served->master, bytes + sent, count - sent);
		if (part <= 0) {
			break; /* nobody reads: the bytes are lost, as on a real line */
		}
		sent += (size_t)part;
		server->last_byte = clock_now(clock_wall());
	}
}

enum status lab_server_run(struct lab_server *server)
{
	for (;;) {
		struct pollfd waits[LINES];
		enum status status = clock_check_abort();

		if (status) {
			return status;
		}
		for (int i = 0; i < server->count; i++) {
			waits[i] = (struct pollfd){.fd = server->lines[i].master, .events = POLLIN};
		}
		bool is_busy =
			seconds_between(server->last_byte, clock_now(clock_wall())) < BUSY_SECONDS;
		poll(waits, (nfds_t)server->count, is_busy ? BUSY_MILLISECONDS : IDLE_MILLISECONDS);
		follow_wall_clock(server);
		if ((status = virtual_time_take_fault(virtual_lab_time(server->lab)))) {
			return status;
		}
		for (int i = 0; i < server->count; i++) {
			if (waits[i].revents & POLLIN) {
				take_from_client(server, &server->lines[i]);
			}
			give_to_client(server, &server->lines[i]);
		}
	}
}

/* A successor may have taken the name: only an own link is removed. */
static void remove_own_link(const struct served_line *served)
{
	char target[64];
	ssize_t length = readlink(served->link, target, sizeof(target) - 1);

	if (length > 0) {
		target[length] = '\0';
		if (!strcmp(target, served->terminal)) {
			unlink(served->link);
		}
	}
}

void lab_server_close(struct lab_server *server)
{
	for (int i = 0; i < server->count; i++) {
		remove_own_link(&server->lines[i]);
		if (server->lines[i].slave >= 0) {
			close(server->lines[i].slave);
		}
		if (server->lines[i].master >= 0) {
			close(server->lines[i].master);
		}
	}
	if (server->made_directory) {
		rmdir(server->directory);
	}
	if (server->directory_descriptor >= 0) {
		close(server->directory_descriptor);
	}
	free(server);
}
