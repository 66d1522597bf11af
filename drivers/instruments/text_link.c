/* Lines of text: a question out, its reply back, and in step again after a silence. */
#include "drivers/instruments/text_link.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long the line has to be quiet before the first question, and how long that may take. */
#define QUIET_SECONDS 0.3
#define SYNCHRONISE_SECONDS 3.0
#define SEND_SECONDS 10.0
#define QUESTION_BYTES 256
/* How much of a line is quoted in a reason. */
#define QUOTED 60

enum status text_link_fail(const struct text_link *link, enum status status, const char *format,
			   ...)
{
	char words[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return status_fail(status, "%s %s on %s: %s", link->role, link->name, link->port->resource,
			   words);
}

static enum status name_cause(const struct text_link *link, enum status status)
{
	return status == STATUS_ABORTED ? status
					: status_prefix(status, "%s %s on %s: ", link->role,
							link->name, link->port->resource);
}

/* A line that is no text or too long is read to its end and then refused. */
struct line_fault {
	bool is_too_long;
	bool has_foreign_byte;
	uint8_t byte;
};

static enum status close_line(struct text_link *link, const struct line_fault *fault)
{
	if (link->length && link->line[link->length - 1] == '\r') {
		link->length--;
	}
	link->line[link->length] = '\0';
	link->length = 0;
	if (fault->has_foreign_byte) {
		return status_fail(STATUS_PROTOCOL, "byte 0x%02X is no text", fault->byte);
	}
	if (fault->is_too_long) {
		return status_fail(STATUS_PROTOCOL, "a line of more than %zu characters",
				   link->capacity - 2);
	}
	return STATUS_OK;
}

static void take_byte(struct text_link *link, uint8_t byte, struct line_fault *fault)
{
	if ((byte < ' ' || byte > '~') && byte != '\r' && !fault->has_foreign_byte) {
		fault->has_foreign_byte = true;
		fault->byte = byte;
	}
	if (link->length + 1 >= link->capacity) {
		fault->is_too_long = true;
		return;
	}
	link->line[link->length++] = (char)byte;
}

static enum status read_line(struct text_link *link, struct instant deadline)
{
	struct line_fault fault = {.is_too_long = false};

	for (;;) {
		while (link->input_start < link->input_end) {
			uint8_t byte = link->input[link->input_start++];

			if (byte == '\n') {
				return close_line(link, &fault);
			}
			take_byte(link, byte, &fault);
		}
		link->input_start = link->input_end = 0;
		enum status status = port_read(link->port, link->input, sizeof(link->input),
					       &link->input_end, deadline);

		if (status) {
			return status;
		}
	}
}

static struct instant after(const struct text_link *link, double seconds)
{
	return instant_after(clock_now(link->port->clock), seconds);
}

static enum status send_line(struct text_link *link, const char *text)
{
	struct instant deadline = after(link, SEND_SECONDS + 0.0002 * (double)strlen(text));
	enum status status = port_write(link->port, (const uint8_t *)text, strlen(text), deadline);

	if (!status) {
		status = port_write(link->port, (const uint8_t *)link->ending, strlen(link->ending),
				    deadline);
	}
	if (status) {
		link->is_out_of_step = true;
		status_prefix(status, "cannot send \"%.*s\": ", QUOTED, text);
		return name_cause(link, status);
	}
	return STATUS_OK;
}

static enum status await_line(struct text_link *link, const char *question, double seconds,
			      struct instant deadline)
{
	enum status status = read_line(link, deadline);

	if (!status) {
		return STATUS_OK;
	}
	bool has_begun = link->length > 0;

	link->is_out_of_step = true;
	if (status == STATUS_TIMEOUT) {
		return text_link_fail(link, status, "%s to \"%.*s\" within %.1f s",
				      has_begun ? "no whole reply" : "no reply", QUOTED, question,
				      seconds);
	}
	if (status == STATUS_PROTOCOL) {
		status_prefix(status, "reply to \"%.*s\" is unreadable: ", QUOTED, question);
	}
	return name_cause(link, status);
}

/* Throws away what comes until the line is quiet. */
static enum status fall_quiet(struct text_link *link)
{
	struct instant end = after(link, SYNCHRONISE_SECONDS);
	enum status status = STATUS_OK;

	while (!status || status == STATUS_PROTOCOL) {
		if (!instant_before(clock_now(link->port->clock), end)) {
			return STATUS_OK;
		}
		status = read_line(link, after(link, QUIET_SECONDS));
	}
	link->length = 0;
	return status == STATUS_TIMEOUT ? STATUS_OK : name_cause(link, status);
}

/* Late replies come before the answer to who is there. */
static enum status get_in_step(struct text_link *link)
{
	struct instant deadline = after(link, link->patience);
	enum status status;

	link->length = 0;
	status = send_line(link, "");
	if (!status) {
		status = send_line(link, link->identify);
	}
	while (!status) {
		status = read_line(link, deadline);
		if (status == STATUS_PROTOCOL) {
			status = STATUS_OK;
		} else if (!status && !strcmp(link->line, link->identity)) {
			link->is_out_of_step = false;
			return fall_quiet(link); /* it may have been the answer to an earlier one */
		}
	}
	link->is_out_of_step = true;
	if (status == STATUS_TIMEOUT) {
		return text_link_fail(link, status,
				      "after a lost reply it no longer answers \"%s\" with \"%s\" "
				      "within %.1f s",
				      link->identify, link->identity, link->patience);
	}
	return status == STATUS_ABORTED ? status : name_cause(link, status);
}

enum status text_link_ask_line(struct text_link *link, double seconds, const char *text)
{
	enum status status = link->is_out_of_step ? get_in_step(link) : STATUS_OK;

	if (!status) {
		link->length = 0;
		status = send_line(link, text);
	}
	return status ? status : await_line(link, text, seconds, after(link, seconds));
}

enum status text_link_ask(struct text_link *link, double seconds, const char *format, ...)
{
	char text[QUESTION_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return text_link_ask_line(link, seconds, text);
}

enum status text_link_tell(struct text_link *link, const char *format, ...)
{
	char text[QUESTION_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	enum status status = link->is_out_of_step ? get_in_step(link) : STATUS_OK;

	return status ? status : send_line(link, text);
}

enum status text_link_open(struct text_link *link)
{
	enum status status = send_line(link, "");

	if (!status) {
		status = fall_quiet(link);
	}
	link->is_out_of_step = false;
	if (!status) {
		status = text_link_ask_line(link, link->patience, link->identify);
	}
	if (!status && strlen(link->line) >= sizeof(link->identity)) {
		status = text_link_fail(link, STATUS_PROTOCOL,
					"\"%.*s...\" as reply to \"%s\" is too long", QUOTED,
					link->line, link->identify);
	}
	if (!status) {
		memcpy(link->identity, link->line, strlen(link->line) + 1);
	}
	return status;
}

static char *trim(char *text)
{
	text += strspn(text, " ");
	for (size_t length = strlen(text); length && text[length - 1] == ' '; length--) {
		text[length - 1] = '\0';
	}
	return text;
}

int text_link_split(char *text, char separator, char *fields[], int capacity)
{
	int count = 0;

	while (text) {
		char *end = strchr(text, separator);

		if (end) {
			*end++ = '\0';
		}
		if (count < capacity) {
			fields[count] = trim(text);
		}
		count++;
		text = end;
	}
	return count;
}

bool text_link_number(const char *text, double *number)
{
	char *end;

	if (!strpbrk(text, "0123456789") || strpbrk(text, "xXnNiIpP")) {
		return false;
	}
	*number = strtod(text, &end);
	return end != text && !*end && isfinite(*number);
}
