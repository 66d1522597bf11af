/* Lists of words separated by blanks, as attributes of data files have them. */
#ifndef PROCEDURES_WORD_LIST_H
#define PROCEDURES_WORD_LIST_H

#include <stdbool.h>
#include <stddef.h>

bool word_list_has(const char *list, const char *word);
/* The next word from *at on, which moves behind it; false after the last. A word that does not fit
 * is cut. */
bool word_list_next(const char **at, char *word, size_t size);
/* Appends a word to a list for people: "a, b, c". */
void word_list_append(char *text, size_t size, const char *word);

#endif
