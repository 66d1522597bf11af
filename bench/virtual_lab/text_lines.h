/*
 * Bytes to lines of text, and lines of text onto a virtual line: what the simulated devices with
 * a language of words have in common. LF ends a line; a CR before it does not count.
 */
#ifndef BENCH_VIRTUAL_LAB_TEXT_LINES_H
#define BENCH_VIRTUAL_LAB_TEXT_LINES_H

#include "bench/virtual_lab/virtual_line.h"

enum text_line { TEXT_LINE_UNFINISHED, TEXT_LINE_WHOLE, TEXT_LINE_TOO_LONG };

/* Storage is the owner's. */
struct text_lines {
	char *text;
	size_t capacity, length;
	bool is_too_long;
};

/* TEXT_LINE_WHOLE: `text` is the line, with its end, until the next byte. */
enum text_line text_lines_put(struct text_lines *lines, uint8_t byte);

/* A line that leaves not before `at`; LF is added. */
#define TEXT_REPLY_LENGTH 1024
void text_reply(struct virtual_line *line, struct instant at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
