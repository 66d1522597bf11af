/*
 * A file of prepared answers in the place of a person (OPERATOR.md): "name: NAME", and one line "N
 * ID ANSWER" per inspection; # comments and blank lines are skipped. The first line that fits is
 * the answer; everything that takes hands is refused.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/ports/port_kinds.h"

#define SCRIPT_REQUEST 1024
#define POSITIONS 20

struct prepared_answer {
	int position; /* 0: all */
	char *identifier;
	char *answer; /* behind the identifier, in the same storage */
};

struct script_port {
	struct port port;
	char name[64];
	struct prepared_answer *answers;
	size_t count, capacity;
	char request[SCRIPT_REQUEST]; /* as far as it was written */
	size_t request_length;
	char reply[SCRIPT_REQUEST];
	size_t reply_start, reply_end;
	const char *path; /* in resource */
	char resource[];
};

/* ---- answering ---- */

static void reply(struct script_port *script, const char *text)
{
	snprintf(script->reply, sizeof(script->reply), "%.*s\n", SCRIPT_REQUEST - 2, text);
	script->reply_start = 0;
	script->reply_end = strlen(script->reply);
}

static const char *find_answer(const struct script_port *script, int position,
			       const char *identifier, size_t length)
{
	for (size_t i = 0; i < script->count; i++) {
		const struct prepared_answer *answer = &script->answers[i];

		if ((!answer->position || answer->position == position) &&
		    strlen(answer->identifier) == length &&
		    !strncasecmp(answer->identifier, identifier, length)) {
			return answer->answer;
		}
	}
	return NULL;
}

/* "position N: ID: QUESTION"; false when it is anything else. */
static bool answer_inspection(struct script_port *script, const char *request)
{
	char *rest;
	long position;

	if (strncmp(request, "position ", 9) != 0) {
		return false;
	}
	position = strtol(request + 9, &rest, 10);
	if (strncmp(rest, ": ", 2) != 0) {
		return false;
	}
	const char *identifier = rest + 2;
	size_t length = strcspn(identifier, ": ");

	if (!length || identifier[length] != ':') {
		return false;
	}
	const char *answer = find_answer(script, (int)position, identifier, length);

	if (answer) {
		reply(script, answer);
	} else {
		char text[SCRIPT_REQUEST];

		snprintf(text, sizeof(text), "not done: no answer in %.400s", script->path);
		reply(script, text);
	}
	return true;
}

static void take_request(struct script_port *script)
{
	if (script->request[0] == '#') {
		return;
	}
	if (!strcmp(script->request, "who is at the bench?")) {
		reply(script, script->name);
	} else if (!answer_inspection(script, script->request)) {
		reply(script, "cannot: a file has no hands");
	}
}

static enum status script_write(struct port *port, const uint8_t *bytes, size_t count,
				struct instant deadline)
{
	struct script_port *script = (struct script_port *)port;

	(void)deadline;
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '\n') {
			script->request[script->request_length] = '\0';
			script->request_length = 0;
			take_request(script);
		} else if (script->request_length < sizeof(script->request) - 1) {
			script->request[script->request_length++] = (char)bytes[i];
		}
	}
	return STATUS_OK;
}

static enum status script_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
			       struct instant deadline)
{
	struct script_port *script = (struct script_port *)port;

	while (*count < capacity && script->reply_start < script->reply_end) {
		bytes[(*count)++] = (uint8_t)script->reply[script->reply_start++];
	}
	if (*count) {
		return STATUS_OK;
	}
	enum status status = clock_sleep_until(port->clock, deadline);

	return status ? status
		      : status_fail(STATUS_TIMEOUT, "port %.200s: nothing was asked",
				    script->resource);
}

static enum status script_discard_input(struct port *port)
{
	struct script_port *script = (struct script_port *)port;

	script->reply_start = script->reply_end = 0;
	return STATUS_OK;
}

static void script_close(struct port *port)
{
	struct script_port *script = (struct script_port *)port;

	for (size_t i = 0; i < script->count; i++) {
		free(script->answers[i].identifier);
	}
	free(script->answers);
	free(script);
}

static const struct port_kind script_kind = {
	.write = script_write,
	.read = script_read,
	.discard_input = script_discard_input,
	.close = script_close,
};

/* ---- the file ---- */

static char *trim(char *text)
{
	while (isspace((unsigned char)*text)) {
		text++;
	}
	size_t length = strlen(text);

	while (length && isspace((unsigned char)text[length - 1])) {
		length--;
	}
	text[length] = '\0';
	return text;
}

static enum status add_answer(struct script_port *script, int position, const char *text)
{
	if (script->count == script->capacity) {
		size_t capacity = script->capacity ? 2 * script->capacity : 64;
		struct prepared_answer *grown = realloc(script->answers, capacity * sizeof(*grown));

		if (!grown) {
			return status_fail(STATUS_IO, "no memory for %.200s", script->path);
		}
		script->answers = grown;
		script->capacity = capacity;
	}
	char *identifier = strdup(text);

	if (!identifier) {
		return status_fail(STATUS_IO, "no memory for %.200s", script->path);
	}
	char *end = identifier + strcspn(identifier, " \t");

	*end = '\0';
	script->answers[script->count++] = (struct prepared_answer){
		.position = position, .identifier = identifier, .answer = trim(end + 1)};
	return STATUS_OK;
}

/* "*" or a position's number; NULL when the line does not begin so. */
static char *read_position(char *text, int *position)
{
	*position = 0;
	if (*text == '*') {
		return text + 1;
	}
	char *rest;
	long number = strtol(text, &rest, 10);

	*position = (int)number;
	return isdigit((unsigned char)*text) && number >= 1 && number <= POSITIONS ? rest : NULL;
}

static bool is_answer(const char *text)
{
	static const char *const words[] = {"yes:", "no:", "not done:", "cannot:"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strncasecmp(text, words[i], strlen(words[i]))) {
			return true;
		}
	}
	return false;
}

static enum status read_answer(struct script_port *script, char *text, int line)
{
	int position;
	char *rest = read_position(text, &position);
	size_t identifier = 0;

	if (rest && isspace((unsigned char)*rest)) {
		rest = trim(rest);
		identifier = strcspn(rest, " \t");
	}
	if (!identifier || !is_answer(rest + identifier + strspn(rest + identifier, " \t"))) {
		return status_fail(
			STATUS_BAD_INPUT,
			"%.200s line %d: expected \"name: NAME\" or \"N ID ANSWER\", N a "
			"position or *, the answer yes: SEEN, no: SEEN or not done: WHY",
			script->path, line);
	}
	return add_answer(script, position, rest);
}

static enum status read_file_line(struct script_port *script, char *text, int line)
{
	text = trim(text);
	if (!*text || *text == '#') {
		return STATUS_OK;
	}
	if (strncasecmp(text, "name:", 5) != 0) {
		return read_answer(script, text, line);
	}
	const char *name = trim(text + 5);

	if (!*name || strlen(name) >= sizeof(script->name)) {
		return status_fail(STATUS_BAD_INPUT,
				   "%.200s line %d: a name of 1 to %zu letters is needed",
				   script->path, line, sizeof(script->name) - 1);
	}
	memcpy(script->name, name, strlen(name) + 1);
	return STATUS_OK;
}

static enum status load(struct script_port *script)
{
	FILE *file = fopen(script->path, "r");
	char *text = NULL;
	size_t capacity = 0;
	enum status status = STATUS_OK;

	if (!file) {
		return status_fail(STATUS_IO, "cannot open port %.200s: %s", script->resource,
				   strerror(errno));
	}
	for (int line = 1; !status && getline(&text, &capacity, file) >= 0; line++) {
		status = read_file_line(script, text, line);
	}
	if (!status && ferror(file)) {
		status = status_fail(STATUS_IO, "cannot read %.200s: %s", script->path,
				     strerror(errno));
	}
	if (!status && !*script->name) {
		status = status_fail(STATUS_BAD_INPUT,
				     "%.200s does not say who gives the answers; add a line "
				     "\"name: NAME\"",
				     script->path);
	}
	free(text);
	fclose(file);
	return status;
}

enum status port_script_open(const char *resource, const char *path, const struct port_line *line,
			     struct clock *clock, struct port **port)
{
	struct script_port *script = calloc(1, sizeof(*script) + strlen(resource) + 1);

	(void)line;
	if (!script) {
		return status_fail(STATUS_IO, "no memory for port %.200s", resource);
	}
	strcpy(script->resource, resource);
	script->path = script->resource + (path - resource);
	script->port =
		(struct port){.kind = &script_kind, .clock = clock, .resource = script->resource};
	enum status status = load(script);

	if (status) {
		script_close(&script->port);
		return status;
	}
	*port = &script->port;
	return STATUS_OK;
}
