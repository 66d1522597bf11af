/*
 * What became of a call, by whose fault it is. The reason is recorded once, where it happens, in
 * words a metrologist can act on; callers pass the status on and only the outermost one prints the
 * reason. Leftmost of all modules, because parsing a load point can fail too.
 */
#ifndef REFERENCE_SOURCE_STATUS_H
#define REFERENCE_SOURCE_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_BAD_INPUT, /* a file, a command line or a person asked for what cannot be */
	STATUS_LIMIT,	  /* a request above the smallest limit in the chain */
	STATUS_TIMEOUT,	  /* nobody answered before the deadline */
	STATUS_REFUSED,	  /* the instrument or meter answered with a refusal */
	STATUS_PROTOCOL,  /* it answered nonsense */
	STATUS_ALARM,	  /* an instrument reports an alarm: emergency stop, overload */
	STATUS_ABORTED,	  /* operator or signal */
	STATUS_IO,	  /* operating system: disk, descriptor, memory */
};

/* Records the reason (printf style, one sentence without full stop, at most 500 bytes) and returns
 * `status`. */
enum status status_fail(enum status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts words before the reason already recorded ("procedure x.xml line 12: …"); returns `status`.
 */
enum status status_prefix(enum status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The reason of the last failure; valid until the next failure. Never NULL. */
const char *status_reason(void);

/* One word for a status, for the record: "timeout", "bad input", … */
const char *status_name(enum status status);

#endif
