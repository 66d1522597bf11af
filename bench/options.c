/* Options by table. */
#include "bench/options.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static struct option_entry *find(struct option_entry *options, const char *name, size_t length)
{
	for (; options->name; options++) {
		if (strlen(options->name) == length && !strncmp(options->name, name, length)) {
			return options;
		}
	}
	return NULL;
}

static enum status take_option(int argc, char **argv, int *index, struct option_entry *options)
{
	const char *word = argv[*index];
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	struct option_entry *option = find(options, word, length);

	if (!option) {
		return status_fail(STATUS_BAD_INPUT, "unknown option %s", word);
	}
	const char *value = equals ? equals + 1 : NULL;
	if (!value && *index + 1 < argc) {
		value = argv[++*index];
	}
	if (!value || !*value) {
		return status_fail(STATUS_BAD_INPUT, "option %s needs a value", option->name);
	}
	if (option->count == option->most) {
		return status_fail(STATUS_BAD_INPUT, "option %s may be given %s", option->name,
				   option->most == 1 ? "once only" : "16 times at most");
	}
	option->values[option->count++] = value;
	return STATUS_OK;
}

enum status options_parse(int argc, char **argv, struct option_entry *options, const char **words,
			  int most_words, int *word_count)
{
	*word_count = 0;
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1]) {
			enum status status = take_option(argc, argv, &i, options);
			if (status) {
				return status;
			}
			continue;
		}
		if (*word_count == most_words) {
			return status_fail(STATUS_BAD_INPUT, "one word too many: \"%s\"", argv[i]);
		}
		words[(*word_count)++] = argv[i];
	}
	return STATUS_OK;
}

const char *option_value(const struct option_entry *options, const char *name)
{
	for (; options->name; options++) {
		if (!strcmp(options->name, name)) {
			return options->count ? options->values[0] : options->default_value;
		}
	}
	assert(false && "an option that the table does not have");
	return NULL;
}
