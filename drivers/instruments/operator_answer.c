/* Answers of the operator: words, properties, and the SHA-256 of the file that one names. */
#include <ctype.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "drivers/instruments/operator.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

char *operator_trim(char *text)
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

const char *operator_after(const char *line, const char *word)
{
	size_t length = strlen(word);

	if (strncasecmp(line, word, length) != 0) {
		return NULL;
	}
	line += length;
	return line + strspn(line, " \t");
}

/* ---- the outcome ---- */

static const struct outcome_word {
	const char *word;
	enum inspection_outcome outcome;
} outcome_words[] = {
	{"yes:", INSPECTION_YES},
	{"no:", INSPECTION_NO},
	{"not done:", INSPECTION_NOT_DONE},
	{"cannot:", INSPECTION_NOT_DONE},
};

static const char *read_outcome(const char *line, struct inspection_answer *answer)
{
	for (size_t i = 0; i < COUNT(outcome_words); i++) {
		const char *seen = operator_after(line, outcome_words[i].word);

		if (seen) {
			answer->outcome = outcome_words[i].outcome;
			return seen;
		}
	}
	return NULL;
}

/* ---- properties ---- */

static bool is_digits(const char *text, const char *pattern)
{
	for (; *pattern; text++, pattern++) {
		bool fits = *pattern == '0' ? isdigit((unsigned char)*text) : *text == *pattern;

		if (!fits) {
			return false;
		}
	}
	return !*text;
}

static bool is_instant(const char *text)
{
	return is_digits(text, "0000-00-00T00:00:00Z");
}

struct property {
	const char *name; /* with its equals sign */
	char *to;
	size_t size;
	bool (*fits)(const char *text); /* NULL: any text */
	const char *expected;
};

/* One piece between two bars. */
static enum status read_property(const char *piece, const struct property *properties, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct property *property = &properties[i];
		const char *text = operator_after(piece, property->name);

		if (!text) {
			continue;
		}
		if (!*text || strlen(text) >= property->size ||
		    (property->fits && !property->fits(text))) {
			return status_fail(STATUS_BAD_INPUT,
					   "\"%.80s\" is not %s of 1 to %zu letters", piece,
					   property->expected, property->size - 1);
		}
		memcpy(property->to, text, strlen(text) + 1);
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT,
			   "\"%.80s\" is none of by=, at=, file= and report=", piece);
}

/* Cuts `line` at its bars. */
static enum status read_properties(char *line, struct inspection_answer *answer)
{
	const struct property properties[] = {
		{"by=", answer->by, sizeof(answer->by), NULL, "a name"},
		{"at=", answer->when_utc, sizeof(answer->when_utc), is_instant,
		 "a time such as 2026-11-02T14:05:00Z"},
		{"file=", answer->file, sizeof(answer->file), NULL, "a file"},
		{"report=", answer->report, sizeof(answer->report), NULL, "a number"},
	};
	char *bar = strstr(line, " | ");

	while (bar) {
		char *piece = bar + 3;

		*bar = '\0';
		bar = strstr(piece, " | ");
		if (bar) {
			*bar = '\0';
		}
		enum status status =
			read_property(operator_trim(piece), properties, COUNT(properties));

		if (status) {
			return status;
		}
	}
	return STATUS_OK;
}

/* ---- the file ---- */

static enum status hash_file(const char *path, char hash[65])
{
	struct sha256_ctx context;
	uint8_t bytes[16384];
	uint8_t digest[SHA256_DIGEST_SIZE];
	FILE *file = fopen(path, "rb");
	size_t count;

	if (!file) {
		return status_fail(STATUS_REFUSED, "file %s cannot be read: %s", path,
				   strerror(errno));
	}
	sha256_init(&context);
	while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		sha256_update(&context, count, bytes);
	}
	bool is_broken = ferror(file);

	fclose(file);
	if (is_broken) {
		return status_fail(STATUS_REFUSED, "file %s cannot be read: %s", path,
				   strerror(errno));
	}
	sha256_digest(&context, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	}
	return STATUS_OK;
}

enum status operator_read_inspection(char *line, struct inspection_answer *answer)
{
	*answer = (struct inspection_answer){.outcome = INSPECTION_NOT_DONE};
	enum status status = read_properties(line, answer);

	if (status) {
		return status;
	}
	const char *seen = read_outcome(operator_trim(line), answer);

	if (!seen) {
		return status_fail(STATUS_BAD_INPUT,
				   "\"%.80s\" begins with none of yes:, no: and not done:", line);
	}
	if (!*seen) {
		return status_fail(STATUS_BAD_INPUT, "\"%.80s\" does not say what was seen", line);
	}
	if (strlen(seen) >= sizeof(answer->seen)) {
		return status_fail(STATUS_BAD_INPUT, "more than %zu letters",
				   sizeof(answer->seen) - 1);
	}
	memcpy(answer->seen, seen, strlen(seen) + 1);
	return *answer->file ? hash_file(answer->file, answer->sha256) : STATUS_OK;
}
