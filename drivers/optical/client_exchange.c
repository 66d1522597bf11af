/* One request to the meter and its answer; response codes of C12.18 in words. */
#include <stdarg.h>
#include <stdio.h>

#include "drivers/optical/client_parts.h"

#define CODE_OK 0x00
#define CODE_BUSY 0x06
#define CODE_NOT_READY 0x07
#define CODE_WRONG_STATE 0x0A
#define CODES 0x20

#define BUSY_TRIES 20
#define BUSY_SECONDS 2.0

static const char *const code_names[] = {
	"ok",
	"error",
	"service not supported",
	"insufficient security clearance",
	"operation not possible",
	"inappropriate action requested",
	"device busy",
	"data not ready",
	"data locked",
	"renegotiate request",
	"invalid service sequence state (the session has ended)",
};

enum status client_fail(const struct meter_client *client, enum status status, const char *format,
			...)
{
	char words[480];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return status_fail(status, "meter on %s: %s", client->port->resource, words);
}

enum status client_say_which(const struct meter_client *client, enum status status)
{
	return status ? status_prefix(status, "meter on %s: ", client->port->resource) : STATUS_OK;
}

const char *meter_refusal_name(uint8_t code, char text[32])
{
	if (code < sizeof(code_names) / sizeof(code_names[0])) {
		return code_names[code];
	}
	snprintf(text, 32, "response code %02Xh", code);
	return text;
}

/* One message there and one back; a failure of the link ends the session on our side too. */
static enum status exchange(struct meter_client *client, const char *what, const uint8_t *request,
			    size_t count, size_t *length)
{
	*length = 0;
	client->refusal = METER_REFUSAL_NONE;
	enum status status = optical_link_send(&client->link, what, request, count);

	status = status ? status
			: optical_link_receive(&client->link, what, client->response,
					       sizeof(client->response), length);
	if (status) {
		client->is_open = false;
	}
	return client_say_which(client, status);
}

enum status client_judge_code(struct meter_client *client, const char *what)
{
	uint8_t code = client->response[0];
	char text[32];

	if (code == CODE_OK) {
		return STATUS_OK;
	}
	if (code == CODE_WRONG_STATE) {
		client->is_open = false;
	}
	if (code >= CODES) {
		return client_fail(client, STATUS_PROTOCOL,
				   "%s answered with %02Xh, which is no response code", what, code);
	}
	client->refusal = code;
	return client_fail(client, STATUS_REFUSED, "%s refused: %s", what,
			   meter_refusal_name(code, text));
}

enum status client_ask(struct meter_client *client, const char *what, const uint8_t *request,
		       size_t count, size_t *length)
{
	for (int tries = 1;; tries++) {
		enum status status = exchange(client, what, request, count, length);

		if (status) {
			return status;
		}
		bool is_busy =
			client->response[0] == CODE_BUSY || client->response[0] == CODE_NOT_READY;

		if (!is_busy || tries == BUSY_TRIES) {
			return client_judge_code(client, what);
		}
		status = clock_sleep_seconds(client->port->clock, BUSY_SECONDS);
		if (status) {
			return status;
		}
	}
}

enum status client_ask_in_session(struct meter_client *client, const char *what,
				  const uint8_t *request, size_t count, size_t *length)
{
	double silence = seconds_between(client->link.last_traffic, clock_now(client->port->clock));

	if (client->is_open && silence >= C1218_TRAFFIC_SECONDS) {
		client->is_open = false;
		return client_fail(client, STATUS_TIMEOUT,
				   "%s not sent: the session has died, for the meter ends it after "
				   "%.0f s without a request and %.1f s have passed; connect again",
				   what, C1218_TRAFFIC_SECONDS, silence);
	}
	if (!client->is_open) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "%s not sent: no session is open; connect first", what);
	}
	return client_ask(client, what, request, count, length);
}

uint8_t meter_client_refusal(const struct meter_client *client)
{
	return client->refusal;
}
