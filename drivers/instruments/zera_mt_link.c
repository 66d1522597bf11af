/* Lines of the ZERA MT protocol: reading, matching of replies, routing of what comes unasked. */
#include "drivers/instruments/zera_mt_link.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "drivers/instruments/zera_mt_status.h"

/* How long the line has to be quiet before it counts as in step, and how long that may take. */
#define QUIET_SECONDS 0.1
#define SYNCHRONISE_SECONDS 2.0

enum line_kind { LINE_CLOSES, LINE_BELONGS, LINE_ROUTED, LINE_REFUSES, LINE_FAULT, LINE_FOREIGN };

void zera_link_init(struct zera_link *link, struct port *port, const char *name)
{
	memset(link, 0, sizeof(*link));
	link->port = port;
	link->name = name;
}

static enum status prefix_name(const struct zera_link *link, const char *role, enum status status)
{
	return status_prefix(status, "%s %s on %s: ", role, link->name, link->port->resource);
}

enum status zera_fail(const struct zera_link *link, const struct zera_command *command,
		      enum status status, const char *format, ...)
{
	char words[480];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	status_fail(status, "%s", words);
	return prefix_name(link, command->role, status);
}

enum status zera_link_take_alarm(struct zera_link *link, const struct zera_command *command)
{
	if (!link->alarm[0]) {
		return STATUS_OK;
	}
	enum status status = zera_fail(link, command, STATUS_ALARM, "%s", link->alarm);

	link->alarm[0] = '\0';
	return status;
}

/* The line without its CR is in link->line; its length is set back for the next one. */
static enum status take_byte(struct zera_link *link, uint8_t byte, bool *is_complete)
{
	*is_complete = byte == '\r';
	if (*is_complete) {
		link->line[link->line_length] = '\0';
		link->line_length = 0;
		return STATUS_OK;
	}
	if (byte < ' ' || byte > '~') {
		link->line_length = 0;
		return status_fail(STATUS_PROTOCOL, "byte 0x%02X is no text", byte);
	}
	if (link->line_length + 1 == sizeof(link->line)) {
		link->line_length = 0;
		return status_fail(STATUS_PROTOCOL, "a line of more than %d characters",
				   ZERA_LINE_BYTES - 1);
	}
	link->line[link->line_length++] = (char)byte;
	return STATUS_OK;
}

static enum status read_line(struct zera_link *link, struct instant deadline)
{
	for (;;) {
		while (link->input_start < link->input_end) {
			bool is_complete = false;
			enum status status =
				take_byte(link, link->input[link->input_start++], &is_complete);

			if (status || is_complete) {
				return status;
			}
		}
		link->input_start = link->input_end = 0;
		enum status status = port_read(link->port, link->input, sizeof(link->input),
					       &link->input_end, deadline);

		if (status) {
			return status;
		}
	}
}

static bool is_amplifier_fault(const char *line)
{
	return strstr(line, "ER-") || strstr(line, "ERR-") || strstr(line, "ERROR");
}

/* Keeps an unasked alarm until somebody can be told. */
static bool route(struct zera_link *link)
{
	const char *digits = zera_status_digits(link->line);

	if (digits) {
		char words[ZERA_ALARM_BYTES];

		zera_status_words(digits, words, sizeof(words));
		if (words[0]) {
			memcpy(link->alarm, words, sizeof(words));
		}
		return true;
	}
	return false;
}

enum status zera_link_synchronise(struct zera_link *link)
{
	struct instant end = instant_after(clock_now(link->port->clock), SYNCHRONISE_SECONDS);
	enum status status = port_write(link->port, (const uint8_t *)"\r", 1, end);

	link->line_length = 0;
	while (!status && instant_before(clock_now(link->port->clock), end)) {
		status =
			read_line(link, instant_after(clock_now(link->port->clock), QUIET_SECONDS));
		if (!status) {
			route(link);
		}
		if (status == STATUS_PROTOCOL) {
			status = STATUS_OK;
		}
	}
	link->line_length = 0;
	link->is_out_of_step = false;
	if (status && status != STATUS_TIMEOUT) {
		return prefix_name(link, "instrument", status);
	}
	return STATUS_OK;
}

enum status zera_link_listen(struct zera_link *link, struct instant until)
{
	enum status status = STATUS_OK;

	while (!status || status == STATUS_PROTOCOL) {
		status = read_line(link, link->alarm[0] ? clock_now(link->port->clock) : until);
		if (!status && !route(link) && is_amplifier_fault(link->line)) {
			snprintf(link->alarm, sizeof(link->alarm), "amplifier reports \"%s\"",
				 link->line);
		}
	}
	if (status == STATUS_TIMEOUT) {
		return STATUS_OK;
	}
	return status == STATUS_ABORTED ? status : prefix_name(link, "instrument", status);
}

static enum line_kind classify(struct zera_link *link, const struct zera_command *command)
{
	size_t length = strlen(command->closing);
	bool begins = !strncmp(link->line, command->closing, length);

	if (begins && (command->shape == ZERA_REPLY_VALUE || !link->line[length])) {
		return LINE_CLOSES;
	}
	if (!link->line[0] || route(link)) {
		return LINE_ROUTED;
	}
	if (is_amplifier_fault(link->line)) {
		return LINE_FAULT;
	}
	if (strstr(link->line, "NAK")) {
		return LINE_REFUSES;
	}
	return command->shape == ZERA_REPLY_LINES_AND_WORD ? LINE_BELONGS : LINE_FOREIGN;
}

static enum status keep_line(struct zera_link *link, const struct zera_command *command,
			     const char *text)
{
	if (link->line_count == ZERA_REPLY_LINES) {
		return zera_fail(link, command, STATUS_PROTOCOL,
				 "more than %d lines as reply to \"%s\"", ZERA_REPLY_LINES, text);
	}
	memcpy(link->lines[link->line_count++], link->line, sizeof(link->line));
	return STATUS_OK;
}

static enum status take_line(struct zera_link *link, const struct zera_command *command,
			     const char *text, bool *is_closed)
{
	switch (classify(link, command)) {
	case LINE_CLOSES:
		*is_closed = true;
		link->value = link->line + strlen(command->closing);
		return STATUS_OK;
	case LINE_BELONGS:
		return keep_line(link, command, text);
	case LINE_ROUTED:
		return STATUS_OK;
	case LINE_REFUSES:
		return zera_fail(link, command, STATUS_REFUSED, "refused \"%s\" with \"%s\"", text,
				 link->line);
	case LINE_FAULT:
		return zera_fail(link, command, STATUS_ALARM,
				 "amplifier reports \"%s\" after \"%s\"", link->line, text);
	case LINE_FOREIGN:
		break;
	}
	return zera_fail(link, command, STATUS_PROTOCOL,
			 "answered \"%s\" to \"%s\" where \"%s\" was expected", link->line, text,
			 command->closing);
}

static enum status explain(struct zera_link *link, const struct zera_command *command,
			   const char *text, enum status status)
{
	link->is_out_of_step = true;
	if (status == STATUS_PROTOCOL) {
		status_prefix(status, "reply to \"%s\" is unreadable: ", text);
		return prefix_name(link, command->role, status);
	}
	if (status != STATUS_TIMEOUT) {
		return prefix_name(link, command->role, status);
	}
	if (link->line_count || link->line_length) {
		return zera_fail(link, command, status,
				 "reply to \"%s\" is incomplete after %.1f s (%d lines)", text,
				 command->seconds, link->line_count);
	}
	return zera_fail(link, command, status, "no reply to \"%s\" within %.1f s", text,
			 command->seconds);
}

static enum status await_reply(struct zera_link *link, const struct zera_command *command,
			       const char *text, struct instant deadline)
{
	bool is_closed = false;

	link->line_count = 0;
	link->value = "";
	while (!is_closed) {
		enum status status = read_line(link, deadline);

		if (!status && instant_before(deadline, clock_now(link->port->clock))) {
			status = STATUS_TIMEOUT;
		}
		if (status) {
			return explain(link, command, text, status);
		}
		status = take_line(link, command, text, &is_closed);
		if (status) {
			link->is_out_of_step = status == STATUS_PROTOCOL;
			return status;
		}
	}
	return STATUS_OK;
}

static enum status send_line(struct zera_link *link, const struct zera_command *command,
			     const char *text, struct instant deadline)
{
	char line[ZERA_LINE_BYTES + 1];
	int length = snprintf(line, sizeof(line), "%s\r", text);
	enum status status =
		port_write(link->port, (const uint8_t *)line, (size_t)length, deadline);

	if (status) {
		link->is_out_of_step = true;
		status_prefix(status, "cannot send \"%s\": ", text);
		return prefix_name(link, command->role, status);
	}
	return STATUS_OK;
}

enum status zera_ask(struct zera_link *link, const struct zera_command *command,
		     const char *arguments)
{
	char text[ZERA_LINE_BYTES];
	struct instant now = clock_now(link->port->clock);
	enum status status =
		link->is_out_of_step ? zera_link_synchronise(link) : zera_link_listen(link, now);

	if (status) {
		return status;
	}
	struct instant deadline = instant_after(clock_now(link->port->clock), command->seconds);

	snprintf(text, sizeof(text), "%s%s", command->word, arguments);
	status = send_line(link, command, text, deadline);
	if (!status) {
		status = await_reply(link, command, text, deadline);
	}
	if (status != STATUS_ABORTED && !command->ignores_alarms && link->alarm[0]) {
		return zera_link_take_alarm(link, command);
	}
	return status;
}
