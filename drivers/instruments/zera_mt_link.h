/*
 * Lines of the ZERA MT protocol: one command out, its reply back, everything unasked sorted out in
 * between. 9600 8N2, CR ends every line. Knows nothing of what the commands mean.
 */
#ifndef DRIVERS_INSTRUMENTS_ZERA_MT_LINK_H
#define DRIVERS_INSTRUMENTS_ZERA_MT_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/port.h"

#define ZERA_LINE_BYTES 96
#define ZERA_REPLY_LINES 48
#define ZERA_ALARM_BYTES 320

enum zera_reply_shape {
	ZERA_REPLY_WORD,	   /* exactly the closing word: SOKUP */
	ZERA_REPLY_VALUE,	   /* the closing word and a value behind it: STSMT786 */
	ZERA_REPLY_LINES_AND_WORD, /* any lines, then the closing word: ... AMEACK */
};

struct zera_command {
	const char *role; /* as which the instrument is named in reasons */
	const char *word; /* sent, with the arguments behind it */
	const char *closing;
	enum zera_reply_shape shape;
	double seconds;	     /* until the reply must be complete */
	bool ignores_alarms; /* an unasked alarm stays for the next command */
};

struct zera_link {
	struct port *port;
	const char *name;
	size_t input_start, input_end;
	uint8_t input[64];
	size_t line_length;
	char line[ZERA_LINE_BYTES];
	bool is_out_of_step;	      /* a late reply may still come */
	char alarm[ZERA_ALARM_BYTES]; /* came unasked and has not been reported; empty: none */
	/* The last reply: its value, or the lines before the closing word. */
	const char *value;
	int line_count;
	char lines[ZERA_REPLY_LINES][ZERA_LINE_BYTES];
};

/* `port` and `name` are borrowed. Sends nothing. */
void zera_link_init(struct zera_link *link, struct port *port, const char *name);

/* Ends a half-typed command with a bare CR and throws away what comes until the line is quiet. */
enum status zera_link_synchronise(struct zera_link *link);

/*
 * One command and its reply. STATUS_TIMEOUT (silence), STATUS_PROTOCOL (nonsense), STATUS_REFUSED
 * (NAK), STATUS_ALARM (amplifier error, or an alarm that came unasked), or the port's own status.
 */
enum status zera_ask(struct zera_link *link, const struct zera_command *command,
		     const char *arguments);

/* Sorts what comes unasked until the instant: status lines are kept as alarm, late or foreign lines
 * dropped. With an alarm in hand it takes what is there and waits no longer. */
enum status zera_link_listen(struct zera_link *link, struct instant until);

/* Records "<role> <name> on <resource>: <words>". */
enum status zera_fail(const struct zera_link *link, const struct zera_command *command,
		      enum status status, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The unasked alarm as STATUS_ALARM, once; STATUS_OK when there is none. */
enum status zera_link_take_alarm(struct zera_link *link, const struct zera_command *command);

#endif
