/*
 * Tables of the meter through the optical port: whole reads with their checksum, and those tables
 * that say how the others are laid out.
 */
#include <stdio.h>
#include <string.h>

#include "drivers/meter_functions.h"
#include "drivers/optical/client_parts.h"

#define SERVICE_READ 0x30
#define SERVICE_READ_PART 0x3F
#define TABLES 4096

void client_table_name(int table, char text[16])
{
	bool is_manufacturer = table >= METER_MANUFACTURER_TABLE;

	snprintf(text, 16, "%s%d", is_manufacturer ? "MT" : "ST",
		 is_manufacturer ? table - METER_MANUFACTURER_TABLE : table);
}

uint8_t client_table_checksum(const uint8_t *bytes, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += bytes[i];
	}
	return (uint8_t)(0u - sum);
}

/* The data of a read: response code, count, data, checksum. */
static enum status take_data(struct meter_client *client, const char *what, size_t length,
			     uint8_t *bytes, size_t capacity, size_t *count)
{
	const uint8_t *answer = client->response;

	if (length < 4 || length != ((size_t)answer[1] << 8 | answer[2]) + 4) {
		return client_fail(client, STATUS_PROTOCOL,
				   "%s answered with %zu bytes, which its count does not explain",
				   what, length);
	}
	size_t data = length - 4;
	uint8_t checksum = client_table_checksum(answer + 3, data);

	if (answer[3 + data] != checksum) {
		return client_fail(client, STATUS_PROTOCOL,
				   "%s answered with checksum %02Xh; the data make %02Xh", what,
				   answer[3 + data], checksum);
	}
	if (data > capacity) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "%s gave %zu bytes; there is room for %zu", what, data,
				   capacity);
	}
	if (data) {
		memcpy(bytes, answer + 3, data);
	}
	*count = data;
	return STATUS_OK;
}

enum status meter_client_read_table(struct meter_client *client, int table, uint8_t *bytes,
				    size_t capacity, size_t *length)
{
	uint8_t request[3] = {SERVICE_READ, (uint8_t)(table >> 8), (uint8_t)table};
	char name[16], what[32];
	size_t received;

	*length = 0;
	if (table < 0 || table >= TABLES) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "there is no table %d; ids go from 0 to %d", table, TABLES - 1);
	}
	client_table_name(table, name);
	snprintf(what, sizeof(what), "read of %s", name);
	enum status status =
		client_ask_in_session(client, what, request, sizeof(request), &received);

	return status ? status : take_data(client, what, received, bytes, capacity, length);
}

enum status meter_client_read_table_part(struct meter_client *client, int table, uint32_t offset,
					 uint8_t *bytes, size_t count)
{
	uint8_t request[8] = {SERVICE_READ_PART,       (uint8_t)(table >> 8),  (uint8_t)table,
			      (uint8_t)(offset >> 16), (uint8_t)(offset >> 8), (uint8_t)offset,
			      (uint8_t)(count >> 8),   (uint8_t)count};
	char name[16], what[64];
	size_t received, length;

	if (table < 0 || table >= TABLES || offset > 0xFFFFFF || count == 0 ||
	    count > C1218_MAXIMUM_MESSAGE - 4) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "%zu bytes from %u on of table %d cannot be asked for", count,
				   (unsigned)offset, table);
	}
	client_table_name(table, name);
	snprintf(what, sizeof(what), "read of %s from byte %u on", name, (unsigned)offset);
	enum status status =
		client_ask_in_session(client, what, request, sizeof(request), &received);

	status = status ? status : take_data(client, what, received, bytes, count, &length);
	if (!status && length != count) {
		return client_fail(client, STATUS_PROTOCOL, "%s gave %zu bytes instead of %zu",
				   what, length, count);
	}
	return status;
}

enum status client_fetch_table(struct meter_client *client, int table, size_t *length)
{
	char name[16];

	*length = 0;
	if (!c1219_has_table(&client->tables.general, table)) {
		client_table_name(table, name);
		return client_fail(client, STATUS_PROTOCOL,
				   "%s is needed, but ST0 does not list it", name);
	}
	return meter_client_read_table(client, table, client->table, sizeof(client->table), length);
}

enum status client_take_table(struct meter_client *client, const struct client_table *table,
			      void *results)
{
	size_t length;
	enum status status = client_fetch_table(client, table->table, &length);

	return status ? status
		      : client_say_which(client, table->decode(client, length,
							       (char *)results + table->member));
}

static enum status decode_sources(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_sources(&client->tables.general, client->table, length, result);
}

static enum status decode_units(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_units(&client->tables.general, &client->tables.sources, client->table,
				  length, result);
}

static enum status decode_constants(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_constants(&client->tables.general, &client->tables.sources,
				      client->table, length, result);
}

static enum status decode_source_flags(const struct meter_client *client, size_t length,
				       void *result)
{
	return c1219_decode_source_flags(&client->tables.sources, client->table, length, result);
}

static enum status decode_registers(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_registers(&client->tables.general, client->table, length, result);
}

static enum status decode_selection(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_register_selection(&client->tables.registers, client->table, length,
					       result);
}

static enum status decode_present(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_present_selection(&client->tables.registers, client->table, length,
					      result);
}

/* What describes the others, in the order in which one explains the next; the meter may lack those
 * after ST0. */
static const struct client_table descriptions[] = {
	{11, decode_sources, offsetof(struct client_tables, sources)},
	{12, decode_units, offsetof(struct client_tables, units)},
	{16, decode_source_flags, offsetof(struct client_tables, source_flags)},
	{15, decode_constants, offsetof(struct client_tables, constants)},
	{21, decode_registers, offsetof(struct client_tables, registers)},
	{22, decode_selection, offsetof(struct client_tables, selection)},
	{27, decode_present, offsetof(struct client_tables, present)},
};

static enum status read_general(struct meter_client *client)
{
	size_t length;
	enum status status =
		meter_client_read_table(client, 0, client->table, sizeof(client->table), &length);

	return status ? status
		      : client_say_which(client, c1219_decode_general(client->table, length,
								      &client->tables.general));
}

enum status client_read_tables(struct meter_client *client)
{
	memset(&client->tables, 0, sizeof(client->tables));
	enum status status = read_general(client);

	for (size_t i = 0; !status && i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
		if (c1219_has_table(&client->tables.general, descriptions[i].table)) {
			status = client_take_table(client, &descriptions[i], &client->tables);
		}
	}
	return status;
}
