/* The one place where the reason of a failure is kept. Not for several threads: the bench has one.
 */
#include "reference_source/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char reason[768] = "no reason recorded";

enum status status_fail(enum status status, const char *format, ...)
{
	char text[sizeof(reason)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	memcpy(reason, text, sizeof(reason));
	return status;
}

enum status status_prefix(enum status status, const char *format, ...)
{
	char text[2 * sizeof(reason)];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(text, sizeof(reason), format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof(reason)) {
		length = sizeof(reason) - 1;
	}
	snprintf(text + length, sizeof(text) - (size_t)length, "%s", reason);
	text[sizeof(reason) - 1] = '\0';
	memcpy(reason, text, sizeof(reason));
	return status;
}

const char *status_reason(void)
{
	return reason;
}

const char *status_name(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return "ok";
	case STATUS_BAD_INPUT:
		return "bad input";
	case STATUS_LIMIT:
		return "above a limit";
	case STATUS_TIMEOUT:
		return "no answer";
	case STATUS_REFUSED:
		return "refused";
	case STATUS_PROTOCOL:
		return "protocol error";
	case STATUS_ALARM:
		return "alarm";
	case STATUS_ABORTED:
		return "aborted";
	case STATUS_IO:
		return "system error";
	}
	return "unknown";
}
