/*
 * A recorded dialogue as a port: lines "> 41 54 0D" (the bench sends) and "< ..." (it receives),
 * each with an optional time in front, as port_trace_new writes them; blank lines and # comments
 * are skipped. Times are not replayed: bytes recorded before the next "> " line are there at once,
 * then there is silence.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/ports/port_kinds.h"

struct recorded_byte {
	int line;
	bool is_sent;
	uint8_t byte;
};

struct replay_port {
	struct port port;
	struct recorded_byte *bytes;
	size_t count, capacity;
	size_t send_position; /* all sent bytes before it have been matched */
	size_t read_position; /* all received bytes before it have been given out */
	char resource[];
};

static void skip_to(const struct replay_port *replay, size_t *position, bool is_sent)
{
	while (*position < replay->count && replay->bytes[*position].is_sent != is_sent) {
		(*position)++;
	}
}

static enum status match(struct replay_port *replay, uint8_t byte)
{
	skip_to(replay, &replay->send_position, true);
	if (replay->send_position == replay->count) {
		return status_fail(STATUS_IO,
				   "port %.200s: sent %02X after the end of the recording",
				   replay->resource, byte);
	}
	const struct recorded_byte *expected = &replay->bytes[replay->send_position];

	if (expected->byte != byte) {
		return status_fail(STATUS_IO,
				   "port %.200s line %d: sent %02X where the recording has %02X",
				   replay->resource, expected->line, byte, expected->byte);
	}
	replay->send_position++;
	return STATUS_OK;
}

static enum status replay_write(struct port *port, const uint8_t *bytes, size_t count,
				struct instant deadline)
{
	(void)deadline;
	for (size_t i = 0; i < count; i++) {
		enum status status = match((struct replay_port *)port, bytes[i]);

		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

/* Moves on to the next received byte that was there before the next byte to be sent. */
static bool find_input(struct replay_port *replay)
{
	skip_to(replay, &replay->send_position, true);
	skip_to(replay, &replay->read_position, false);
	return replay->read_position < replay->send_position;
}

static enum status replay_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
			       struct instant deadline)
{
	struct replay_port *replay = (struct replay_port *)port;

	while (*count < capacity && find_input(replay)) {
		bytes[(*count)++] = replay->bytes[replay->read_position++].byte;
	}
	if (*count) {
		return STATUS_OK;
	}
	enum status status = clock_sleep_until(port->clock, deadline);

	if (status) {
		return status;
	}
	return status_fail(STATUS_TIMEOUT, "port %.200s: the recording has no byte here",
			   replay->resource);
}

static enum status replay_discard_input(struct port *port)
{
	struct replay_port *replay = (struct replay_port *)port;

	while (find_input(replay)) {
		replay->read_position++;
	}
	return STATUS_OK;
}

static void replay_close(struct port *port)
{
	struct replay_port *replay = (struct replay_port *)port;

	free(replay->bytes);
	free(replay);
}

static const struct port_kind replay_kind = {
	.write = replay_write,
	.read = replay_read,
	.discard_input = replay_discard_input,
	.close = replay_close,
};

static enum status add_byte(struct replay_port *replay, struct recorded_byte byte)
{
	if (replay->count == replay->capacity) {
		size_t capacity = replay->capacity ? 2 * replay->capacity : 256;
		struct recorded_byte *grown = realloc(replay->bytes, capacity * sizeof(*grown));

		if (!grown) {
			return status_fail(STATUS_IO, "no memory for %.200s", replay->resource);
		}
		replay->bytes = grown;
		replay->capacity = capacity;
	}
	replay->bytes[replay->count++] = byte;
	return STATUS_OK;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

static const char *skip_time(const char *text)
{
	return skip_blanks(text + strspn(text, "0123456789."));
}

static int hex_digit(char digit)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *found = strchr(digits, toupper((unsigned char)digit));

	return digit && found ? (int)(found - digits) : -1;
}

static enum status parse_line(struct replay_port *replay, const char *text, int line)
{
	text = skip_time(skip_blanks(text));
	if (!*text || *text == '#') {
		return STATUS_OK;
	}
	if (*text != '<' && *text != '>') {
		return status_fail(STATUS_BAD_INPUT,
				   "%.200s line %d: expected \"> \" or \"< \" and bytes in hex",
				   replay->resource, line);
	}
	struct recorded_byte byte = {.line = line, .is_sent = *text == '>'};

	for (text = skip_blanks(text + 1); *text && *text != '#'; text = skip_blanks(text + 2)) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0) {
			return status_fail(STATUS_BAD_INPUT,
					   "%.200s line %d: \"%.8s\" is no byte in hex",
					   replay->resource, line, text);
		}
		byte.byte = (uint8_t)(high * 16 + low);
		enum status status = add_byte(replay, byte);

		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

static enum status load(struct replay_port *replay, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t capacity = 0;
	enum status status = STATUS_OK;

	if (!file) {
		return status_fail(STATUS_IO, "cannot open port %.200s: %s", replay->resource,
				   strerror(errno));
	}
	for (int line = 1; !status && getline(&text, &capacity, file) >= 0; line++) {
		status = parse_line(replay, text, line);
	}
	if (!status && ferror(file)) {
		status = status_fail(STATUS_IO, "cannot read %.200s: %s", replay->resource,
				     strerror(errno));
	}
	free(text);
	fclose(file);
	return status;
}

enum status port_replay_open(const char *resource, const char *path, const struct port_line *line,
			     struct clock *clock, struct port **port)
{
	struct replay_port *replay = calloc(1, sizeof(*replay) + strlen(resource) + 1);

	(void)line;
	if (!replay) {
		return status_fail(STATUS_IO, "no memory for port %.200s", resource);
	}
	strcpy(replay->resource, resource);
	replay->port =
		(struct port){.kind = &replay_kind, .clock = clock, .resource = replay->resource};
	enum status status = load(replay, path);

	if (status) {
		replay_close(&replay->port);
		return status;
	}
	*port = &replay->port;
	return STATUS_OK;
}
