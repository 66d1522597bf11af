/* Lists of words separated by blanks. */
#include "procedures/word_list.h"

#include <stdio.h>
#include <string.h>

bool word_list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(list, word); at && length; at = strstr(at + 1, word)) {
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length])) {
			return true;
		}
	}
	return false;
}

bool word_list_next(const char **at, char *word, size_t size)
{
	*at += strspn(*at, " \t\r\n");
	size_t length = strcspn(*at, " \t\r\n");

	snprintf(word, size, "%.*s", (int)length, *at);
	*at += length;
	return length > 0;
}

void word_list_append(char *text, size_t size, const char *word)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s%s", length ? ", " : "", word);
}
