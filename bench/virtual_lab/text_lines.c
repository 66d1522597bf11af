/* Lines of text over a virtual line. */
#include "bench/virtual_lab/text_lines.h"

#include <stdarg.h>
#include <stdio.h>

static enum text_line end_line(struct text_lines *lines)
{
	bool is_too_long = lines->is_too_long;

	if (lines->length > 0 && lines->text[lines->length - 1] == '\r') {
		lines->length--;
	}
	lines->text[lines->length] = '\0';
	lines->length = 0;
	lines->is_too_long = false;
	return is_too_long ? TEXT_LINE_TOO_LONG : TEXT_LINE_WHOLE;
}

enum text_line text_lines_put(struct text_lines *lines, uint8_t byte)
{
	if (byte == '\n') {
		return end_line(lines);
	}
	if (lines->length + 1 < lines->capacity && byte != 0) {
		lines->text[lines->length++] = (char)byte;
	} else {
		lines->is_too_long = true;
	}
	return TEXT_LINE_UNFINISHED;
}

void text_reply(struct virtual_line *line, struct instant at, const char *format, ...)
{
	char text[TEXT_REPLY_LENGTH + 1];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(text, TEXT_REPLY_LENGTH, format, arguments);
	va_end(arguments);
	if (length >= TEXT_REPLY_LENGTH) {
		length = TEXT_REPLY_LENGTH - 1;
	}
	text[length] = '\n';
	virtual_line_send(line, (const uint8_t *)text, (size_t)length + 1, at);
}
