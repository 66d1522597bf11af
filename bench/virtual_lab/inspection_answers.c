/* A file of answers in memory. */
#include "bench/virtual_lab/inspection_answers.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ANY_POSITION 0
#define POSITIONS 20
#define LINE_LENGTH 1024

struct prepared_answer {
	int position;
	char *identifier; /* and behind its end the answer */
	const char *answer;
};

struct inspection_answers {
	char name[64];
	int count;
	struct prepared_answer *answers;
};

static bool begins_with(const char *text, const char *word)
{
	return !strncasecmp(text, word, strlen(word));
}

static bool is_answer(const char *text)
{
	return begins_with(text, "yes:") || begins_with(text, "no:") ||
	       begins_with(text, "not done:");
}

/* "*" or 1..20; moves *text behind it and its blanks. */
static bool take_position(char **text, int *position)
{
	char *end = *text + 1;

	*position = ANY_POSITION;
	if (**text != '*') {
		*position = (int)strtol(*text, &end, 10);
		if (end == *text || *position < 1 || *position > POSITIONS) {
			return false;
		}
	}
	*text = end + strspn(end, " \t");
	return *text != end;
}

static bool take_answer(struct inspection_answers *self, char *text)
{
	int position;

	if (!take_position(&text, &position)) {
		return false;
	}
	char *end = text + strcspn(text, " \t");
	if (end == text || !*end) {
		return false;
	}
	*end++ = '\0';
	end += strspn(end, " \t");
	if (!is_answer(end)) {
		return false;
	}
	size_t identifier_size = strlen(text) + 1, answer_size = strlen(end) + 1;
	char *kept = malloc(identifier_size + answer_size);
	self->answers = realloc(self->answers, (size_t)(self->count + 1) * sizeof(*self->answers));
	assert(kept && self->answers);
	memcpy(kept, text, identifier_size);
	memcpy(kept + identifier_size, end, answer_size);
	self->answers[self->count++] =
		(struct prepared_answer){position, kept, kept + identifier_size};
	return true;
}

static bool take_line(struct inspection_answers *self, char *text)
{
	size_t length = strcspn(text, "\r\n");

	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
		length--;
	}
	text[length] = '\0';
	text += strspn(text, " \t");
	if (!*text || *text == '#') {
		return true;
	}
	if (begins_with(text, "name:")) {
		text += 5 + strspn(text + 5, " \t");
		return (size_t)snprintf(self->name, sizeof(self->name), "%s", text) <
		       sizeof(self->name);
	}
	return take_answer(self, text);
}

enum status inspection_answers_load(const char *path, struct inspection_answers **answers)
{
	struct inspection_answers *self = calloc(1, sizeof(*self));
	FILE *file = fopen(path, "r");
	char line[LINE_LENGTH];
	long number = 0;
	enum status status = STATUS_OK;

	assert(self);
	if (!file) {
		inspection_answers_free(self);
		return status_fail(STATUS_BAD_INPUT, "answers of the operator in %s: %s", path,
				   strerror(errno));
	}
	while (!status && fgets(line, sizeof(line), file)) {
		number++;
		if (!strchr(line, '\n') && !feof(file)) {
			status = status_fail(STATUS_BAD_INPUT,
					     "%s line %ld: longer than %d characters", path, number,
					     LINE_LENGTH - 2);
		} else if (!take_line(self, line)) {
			status = status_fail(
				STATUS_BAD_INPUT,
				"%s line %ld: expected a position or *, an inspection and "
				"\"yes:\", "
				"\"no:\" or \"not done:\" with words, \"name:\" with a name, or a "
				"line that begins with #",
				path, number);
		}
	}
	fclose(file);
	if (status) {
		inspection_answers_free(self);
		return status;
	}
	*answers = self;
	return STATUS_OK;
}

void inspection_answers_free(struct inspection_answers *answers)
{
	if (!answers) {
		return;
	}
	for (int i = 0; i < answers->count; i++) {
		free(answers->answers[i].identifier);
	}
	free(answers->answers);
	free(answers);
}

const char *inspection_answers_find(const struct inspection_answers *answers, int position,
				    const char *identifier)
{
	for (int i = 0; i < answers->count; i++) {
		const struct prepared_answer *one = &answers->answers[i];

		if ((one->position == ANY_POSITION || one->position == position) &&
		    !strcmp(one->identifier, identifier)) {
			return one->answer;
		}
	}
	return NULL;
}

const char *inspection_answers_name(const struct inspection_answers *answers)
{
	return answers->name[0] ? answers->name : NULL;
}
