/*
 * Lines of text to an instrument that speaks only when it is asked: one question, one line back.
 * Who is out of step after a time-out asks who is there and throws away what comes before the
 * known answer, so that a late reply is never taken for the next one's.
 */
#ifndef DRIVERS_INSTRUMENTS_TEXT_LINK_H
#define DRIVERS_INSTRUMENTS_TEXT_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/port.h"

#define TEXT_LINK_IDENTITY 128

struct text_link {
	/* Set by the driver. */
	struct port *port;
	const char *role; /* as which the instrument is named in reasons */
	const char *name;
	const char *ending;   /* of what is sent: "\n", "\r\n"; replies may end with either */
	const char *identify; /* the question that tells who is there: "*IDN?" */
	double patience;      /* seconds that any reply may take; for getting into step */
	char *line;	      /* the last reply, without its ending */
	size_t capacity;
	/* Its own. */
	char identity[TEXT_LINK_IDENTITY]; /* the answer to `identify` */
	bool is_out_of_step;		   /* a late reply may still come */
	size_t length;
	size_t input_start, input_end;
	uint8_t input[256];
};

/* Ends a half-typed line, lets the line fall quiet and asks who is there: link->identity. */
enum status text_link_open(struct text_link *link);

/* One question; its reply is in link->line. STATUS_TIMEOUT, STATUS_PROTOCOL, or the port's own. */
enum status text_link_ask(struct text_link *link, double seconds, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with a line as it is, of any length. */
enum status text_link_ask_line(struct text_link *link, double seconds, const char *text);
/* A command that has no reply. */
enum status text_link_tell(struct text_link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Records "<role> <name> on <resource>: <words>". */
enum status text_link_fail(const struct text_link *link, enum status status, const char *format,
			   ...) __attribute__((format(printf, 3, 4)));

/*
 * Cuts `text` at the separators, in place; blanks around a field go. Returns how many fields there
 * are, which may be more than `capacity`.
 */
int text_link_split(char *text, char separator, char *fields[], int capacity);
/* A whole decimal number and nothing else. */
bool text_link_number(const char *text, double *number);

#endif
