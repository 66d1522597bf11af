/* Writing of whole tables and procedures of the meter (ST7, ST8): C12.18 full write, C12.19. */
#include <stdio.h>
#include <string.h>

#include "drivers/optical/client_parts.h"

#define SERVICE_WRITE 0x40
#define TABLES 4096
#define REQUEST_HEAD 5 /* service, table, count */

#define TABLE_INITIATE 7
#define TABLE_RESPONSE 8
#define PROCEDURES 4096
#define PROCEDURE_HEAD 3 /* number, sequence */
#define ANSWER_HEAD 4	 /* the same, result */
#define NUMBER_MASK 0x0FFFu

#define POLLS 20
#define POLL_SECONDS 1.0

static const char *const result_names[METER_PROCEDURE_RESULTS] = {
	"completed",
	"accepted and not completed",
	"invalid parameter",
	"conflict with the meter's setup",
	"timing constraint",
	"no authorisation",
	"unrecognised procedure",
};

const char *meter_procedure_result_name(enum meter_procedure_result result)
{
	return (unsigned)result < METER_PROCEDURE_RESULTS ? result_names[result] : "unknown";
}

enum status meter_client_write_table(struct meter_client *client, int table, const uint8_t *bytes,
				     size_t length)
{
	uint8_t request[C1218_MAXIMUM_MESSAGE];
	char name[16], what[32];
	size_t received;

	if (table < 0 || table >= TABLES) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "there is no table %d; ids go from 0 to %d", table, TABLES - 1);
	}
	client_table_name(table, name);
	if (length == 0 || length > sizeof(request) - REQUEST_HEAD - 1) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "a write of %s with %zu bytes; 1 to %zu fit", name, length,
				   sizeof(request) - REQUEST_HEAD - 1);
	}
	request[0] = SERVICE_WRITE;
	request[1] = (uint8_t)(table >> 8);
	request[2] = (uint8_t)table;
	request[3] = (uint8_t)(length >> 8);
	request[4] = (uint8_t)length;
	memcpy(request + REQUEST_HEAD, bytes, length);
	request[REQUEST_HEAD + length] = client_table_checksum(bytes, length);
	snprintf(what, sizeof(what), "write of %s", name);
	return client_ask_in_session(client, what, request, REQUEST_HEAD + length + 1, &received);
}

static enum status initiate(struct meter_client *client, const struct meter_procedure *procedure)
{
	uint8_t bytes[PROCEDURE_HEAD + METER_PROCEDURE_BYTES];

	if (procedure->number < 0 || procedure->number >= PROCEDURES ||
	    procedure->parameter_count > METER_PROCEDURE_BYTES) {
		return client_fail(
			client, STATUS_BAD_INPUT,
			"procedure %d with %zu bytes of parameters: numbers go from 0 to "
			"%d, %d bytes fit",
			procedure->number, procedure->parameter_count, PROCEDURES - 1,
			METER_PROCEDURE_BYTES);
	}
	client->procedure++;
	c1219_put_integer(&client->tables.general.coding, (uint64_t)procedure->number, bytes, 2);
	bytes[2] = client->procedure;
	memcpy(bytes + PROCEDURE_HEAD, procedure->parameters, procedure->parameter_count);
	return meter_client_write_table(client, TABLE_INITIATE, bytes,
					PROCEDURE_HEAD + procedure->parameter_count);
}

/* ST8 must speak of this procedure and no other. */
static enum status take_answer(const struct meter_client *client,
			       const struct meter_procedure *procedure, size_t length,
			       struct meter_procedure_answer *answer)
{
	const uint8_t *bytes = client->table;

	if (length < ANSWER_HEAD || length - ANSWER_HEAD > sizeof(answer->data)) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST8 is %zu bytes long; an answer has %d to %zu", length,
				   ANSWER_HEAD, ANSWER_HEAD + sizeof(answer->data));
	}
	unsigned number = (unsigned)c1219_take_integer(&client->tables.general.coding, bytes, 2);

	if ((number & NUMBER_MASK) != (unsigned)procedure->number ||
	    bytes[2] != client->procedure) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST8 answers procedure %u, sequence %d; procedure %d, sequence "
				   "%d was asked for",
				   number & NUMBER_MASK, bytes[2], procedure->number,
				   client->procedure);
	}
	if (bytes[3] >= METER_PROCEDURE_RESULTS) {
		return client_fail(client, STATUS_PROTOCOL,
				   "procedure %d ended with result %d, which does not exist",
				   procedure->number, bytes[3]);
	}
	answer->result = (enum meter_procedure_result)bytes[3];
	answer->count = length - ANSWER_HEAD;
	memcpy(answer->data, bytes + ANSWER_HEAD, answer->count);
	return STATUS_OK;
}

enum status meter_client_execute(struct meter_client *client,
				 const struct meter_procedure *procedure,
				 struct meter_procedure_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	enum status status = initiate(client, procedure);

	for (int poll = 0; !status && poll < POLLS; poll++) {
		size_t length;

		if (poll) {
			status = clock_sleep_seconds(client->port->clock, POLL_SECONDS);
		}
		if (!status) {
			status = meter_client_read_table(client, TABLE_RESPONSE, client->table,
							 sizeof(client->table), &length);
		}
		if (!status) {
			status = take_answer(client, procedure, length, answer);
		}
		if (!status && answer->result != METER_PROCEDURE_NOT_COMPLETED) {
			break;
		}
	}
	return status;
}

enum status meter_client_execute_completed(struct meter_client *client,
					   const struct meter_procedure *procedure,
					   struct meter_procedure_answer *answer)
{
	enum status status = meter_client_execute(client, procedure, answer);

	if (!status && answer->result != METER_PROCEDURE_COMPLETED) {
		bool is_own = procedure->number >= METER_MANUFACTURER_TABLE;

		return client_fail(client, STATUS_REFUSED, "%s procedure %d: %s",
				   is_own ? "manufacturer's" : "standard",
				   is_own ? procedure->number - METER_MANUFACTURER_TABLE
					  : procedure->number,
				   meter_procedure_result_name(answer->result));
	}
	return status;
}
