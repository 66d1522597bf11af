/* The session of the optical port's client: identification, negotiation, logon and their way back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/optical/client_parts.h"

#define SERVICE_IDENTIFICATION 0x20
#define SERVICE_TERMINATE 0x21
#define SERVICE_LOGON 0x50
#define SERVICE_SECURITY 0x51
#define SERVICE_LOGOFF 0x52
#define SERVICE_NEGOTIATE_ONE_RATE 0x61
#define BAUD_9600 6

#define CODE_NOT_SUPPORTED 0x02

#define STARTS 3
#define SECONDS_BETWEEN_STARTS 7.0 /* longer than the meter's traffic time-out */
#define SWITCH_OVER_SECONDS 0.02   /* after a negotiation */
#define SHORTEST_PACKET 32
#define USER_ID 2
#define PASSWORD_LENGTH 20

static const char user_name[10] = {'M', 'C', 'B', 'E', 'N', 'C', 'H', ' ', ' ', ' '};

enum status meter_client_open(struct port *port, struct meter_client **client)
{
	*client = calloc(1, sizeof(**client));
	if (!*client) {
		return status_fail(STATUS_IO, "meter on %s: no memory for its client",
				   port->resource);
	}
	(*client)->port = port;
	optical_link_init(&(*client)->link, port);
	return STATUS_OK;
}

/*
 * An answer of less than three bytes is what a previous session left behind and is passed over,
 * unless it is a refusal.
 */
static enum status identify(struct meter_client *client)
{
	static const uint8_t request[] = {SERVICE_IDENTIFICATION};
	size_t length;
	enum status status =
		client_ask(client, "identification", request, sizeof(request), &length);

	while (!status && length < 3) {
		status = client_say_which(client,
					  optical_link_receive(&client->link, "identification",
							       client->response,
							       sizeof(client->response), &length));
		status = status ? status : client_judge_code(client, "identification");
	}
	if (!status && length < 4) {
		return client_fail(client, STATUS_PROTOCOL,
				   "identification answered with %zu bytes; it has 5", length);
	}
	return status;
}

static enum status take_negotiated(struct meter_client *client, size_t length)
{
	const uint8_t *answer = client->response;

	if (length != 5) {
		return client_fail(client, STATUS_PROTOCOL,
				   "negotiation answered with %zu bytes; it has 5", length);
	}
	size_t size = (size_t)answer[1] << 8 | answer[2];
	unsigned packets = answer[3];

	if (size < SHORTEST_PACKET || packets == 0) {
		return client_fail(client, STATUS_PROTOCOL,
				   "negotiation answered %u packets of %zu bytes", packets, size);
	}
	if (answer[4] != BAUD_9600) {
		return client_fail(client, STATUS_PROTOCOL,
				   "negotiation chose baud code %d, but only 9600 (6) was offered",
				   answer[4]);
	}
	optical_link_set_limits(&client->link,
				size < C1218_MAXIMUM_PACKET_SIZE ? size : C1218_MAXIMUM_PACKET_SIZE,
				packets < C1218_MAXIMUM_PACKETS ? packets : C1218_MAXIMUM_PACKETS);
	return clock_sleep_seconds(client->port->clock, SWITCH_OVER_SECONDS);
}

/* A meter without the service keeps one packet of 64 bytes. */
static enum status negotiate(struct meter_client *client)
{
	static const uint8_t request[] = {
		SERVICE_NEGOTIATE_ONE_RATE, C1218_MAXIMUM_PACKET_SIZE >> 8,
		C1218_MAXIMUM_PACKET_SIZE & 0xFF, C1218_MAXIMUM_PACKETS, BAUD_9600};
	size_t length;
	enum status status = client_ask(client, "negotiation", request, sizeof(request), &length);

	if (status == STATUS_REFUSED && client->response[0] == CODE_NOT_SUPPORTED) {
		return STATUS_OK;
	}
	return status ? status : take_negotiated(client, length);
}

static enum status start_once(struct meter_client *client)
{
	optical_link_reset(&client->link);
	enum status status = client_say_which(client, optical_link_flush(&client->link));

	status = status ? status : identify(client);
	return status ? status : negotiate(client);
}

static bool is_worth_another_start(enum status status)
{
	return status == STATUS_TIMEOUT || status == STATUS_PROTOCOL || status == STATUS_REFUSED;
}

static enum status start(struct meter_client *client)
{
	enum status status = start_once(client);

	for (int starts = 1; starts < STARTS && is_worth_another_start(status); starts++) {
		status = clock_sleep_seconds(client->port->clock, SECONDS_BETWEEN_STARTS);
		status = status ? status : start_once(client);
	}
	if (is_worth_another_start(status)) {
		char reason[512];

		snprintf(reason, sizeof(reason), "%s", status_reason());
		return status_fail(status, "%s (%d starts, %.0f s apart)", reason, STARTS,
				   SECONDS_BETWEEN_STARTS);
	}
	return status;
}

static enum status log_on(struct meter_client *client, const char *password)
{
	uint8_t logon[3 + sizeof(user_name)] = {SERVICE_LOGON, USER_ID >> 8, USER_ID & 0xFF};
	uint8_t security[1 + PASSWORD_LENGTH];
	size_t length;

	memcpy(logon + 3, user_name, sizeof(user_name));
	memset(security, ' ', sizeof(security));
	security[0] = SERVICE_SECURITY;
	memcpy(security + 1, password, strlen(password));
	enum status status = client_ask(client, "logon", logon, sizeof(logon), &length);

	return status ? status
		      : client_ask(client, "security (password)", security, sizeof(security),
				   &length);
}

/* Ends the session; the first failure counts. */
static enum status leave(struct meter_client *client, bool is_logged_on)
{
	static const uint8_t logoff[] = {SERVICE_LOGOFF};
	static const uint8_t terminate[] = {SERVICE_TERMINATE};
	enum status first = STATUS_OK, second;
	size_t length;

	if (is_logged_on) {
		first = client_ask(client, "logoff", logoff, sizeof(logoff), &length);
	}
	if (first == STATUS_OK || first == STATUS_REFUSED) {
		second = client_ask(client, "terminate", terminate, sizeof(terminate), &length);
		first = first ? first : second;
	}
	client->is_open = false;
	optical_link_reset(&client->link);
	return first;
}

/* A session that could not be used is closed; what is reported is why, not how the closing went. */
static enum status give_up(struct meter_client *client, enum status status)
{
	char reason[512];

	snprintf(reason, sizeof(reason), "%s", status_reason());
	if (status == STATUS_REFUSED || status == STATUS_PROTOCOL) {
		leave(client, client->is_open);
	}
	client->is_open = false;
	return status_fail(status, "%s", reason);
}

enum status meter_client_connect(struct meter_client *client, const char *password)
{
	if (strlen(password) > PASSWORD_LENGTH) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "the password has %zu characters; %d are allowed",
				   strlen(password), PASSWORD_LENGTH);
	}
	enum status status = meter_client_disconnect(client);

	status = status == STATUS_ABORTED ? status : start(client);
	if (status) {
		return status;
	}
	status = log_on(client, password);
	if (status) {
		return give_up(client, status);
	}
	client->is_open = true;
	status = client_read_tables(client);
	return status ? give_up(client, status) : STATUS_OK;
}

enum status meter_client_disconnect(struct meter_client *client)
{
	double silence = seconds_between(client->link.last_traffic, clock_now(client->port->clock));

	if (!client->is_open || silence >= C1218_TRAFFIC_SECONDS) {
		client->is_open = false;
		return STATUS_OK;
	}
	return leave(client, true);
}

void meter_client_close(struct meter_client *client)
{
	if (client) {
		meter_client_disconnect(client);
		free(client);
	}
}
