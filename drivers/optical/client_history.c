/* The meter's event log: the history log ST74 by the dimensions of ST71. */
#include <string.h>

#include "drivers/meter_functions.h"
#include "drivers/optical/c1219_time.h"
#include "drivers/optical/client_parts.h"

#define TABLE_DIMENSIONS 71
#define TABLE_LOG 74

#define DIMENSIONS_LENGTH 9
#define FLAG_EVENT_NUMBER 0x01
#define FLAG_DATE_TIME 0x02
#define FLAG_SEQUENCE 0x04

#define LOG_HEAD 11 /* status, valid (2), last element (2), last sequence (4), unread (2) */
#define ORDER_DESCENDING 0x01
#define CODE_NUMBER 0x07FFu
#define CODE_MANUFACTURER 0x0800u

struct layout {
	bool has_number, has_time, has_sequence;
	size_t entries, argument, entry;
};

static enum status read_layout(struct meter_client *client, struct layout *layout)
{
	size_t length;
	enum status status = client_fetch_table(client, TABLE_DIMENSIONS, &length);
	const uint8_t *bytes = client->table;

	if (!status && length < DIMENSIONS_LENGTH) {
		status = client_say_which(
			client, c1219_expect_length(TABLE_DIMENSIONS, length, DIMENSIONS_LENGTH));
	}
	if (status) {
		return status;
	}
	*layout = (struct layout){
		.has_number = bytes[0] & FLAG_EVENT_NUMBER,
		.has_time = bytes[0] & FLAG_DATE_TIME,
		.has_sequence = bytes[0] & FLAG_SEQUENCE,
		.argument = bytes[3],
		.entries = (size_t)c1219_take_integer(&client->tables.general.coding, bytes + 5, 2),
	};
	layout->entry = (layout->has_time ? c1219_long_time_size(&client->tables.general) : 0) +
			(layout->has_number ? 2u : 0u) + (layout->has_sequence ? 2u : 0u) + 4 +
			layout->argument;
	return STATUS_OK;
}

/* All zeros is an entry without time. */
static enum status take_time(const struct meter_client *client, const uint8_t *bytes,
			     struct meter_event *event)
{
	size_t size = c1219_long_time_size(&client->tables.general);

	for (size_t i = 0; i < size; i++) {
		event->has_time = event->has_time || bytes[i];
	}
	return event->has_time
		       ? client_say_which(client, c1219_take_long_time(&client->tables.general,
								       bytes, &event->time))
		       : STATUS_OK;
}

static enum status take_entry(const struct meter_client *client, const struct layout *layout,
			      const uint8_t *bytes, struct meter_event *event)
{
	const struct c1219_coding *coding = &client->tables.general.coding;
	enum status status = STATUS_OK;

	memset(event, 0, sizeof(*event));
	if (layout->has_time) {
		status = take_time(client, bytes, event);
		bytes += c1219_long_time_size(&client->tables.general);
	}
	bytes += layout->has_number ? 2 : 0;
	if (layout->has_sequence) {
		event->sequence = (int)c1219_take_integer(coding, bytes, 2);
		bytes += 2;
	}
	event->user = (int)c1219_take_integer(coding, bytes, 2);
	event->code =
		(int)(c1219_take_integer(coding, bytes + 2, 2) & (CODE_NUMBER | CODE_MANUFACTURER));
	size_t kept =
		layout->argument < METER_EVENT_ARGUMENT ? layout->argument : METER_EVENT_ARGUMENT;

	event->argument_octets = (int)kept;
	memcpy(event->argument, bytes + 4, kept);
	return status;
}

enum status meter_client_read_events(struct meter_client *client, struct meter_event_log *log)
{
	const struct c1219_coding *coding = &client->tables.general.coding;
	struct layout layout;
	uint8_t head[LOG_HEAD];
	enum status status = read_layout(client, &layout);

	memset(log, 0, sizeof(*log));
	status = status ? status
			: meter_client_read_table_part(client, TABLE_LOG, 0, head, sizeof(head));
	if (status) {
		return status;
	}
	size_t valid = (size_t)c1219_take_integer(coding, head + 1, 2);
	size_t last = (size_t)c1219_take_integer(coding, head + 3, 2);

	log->newest = (uint32_t)c1219_take_integer(coding, head + 5, 4);
	if (valid > layout.entries || (valid && last >= layout.entries) ||
	    head[0] & ORDER_DESCENDING) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST74 says %zu valid entries, the last in place %zu, of %zu%s",
				   valid, last, layout.entries,
				   head[0] & ORDER_DESCENDING
					   ? ", newest first, which this client does not read"
					   : "");
	}
	size_t wanted = valid < METER_EVENTS ? valid : METER_EVENTS;

	for (size_t i = 0; !status && i < wanted; i++) {
		size_t place = (last + layout.entries - (wanted - 1 - i)) % layout.entries;

		status = meter_client_read_table_part(client, TABLE_LOG,
						      (uint32_t)(LOG_HEAD + place * layout.entry),
						      client->table, layout.entry);
		status = status ? status
				: take_entry(client, &layout, client->table, &log->event[i]);
	}
	log->count = status ? 0 : (int)wanted;
	return status;
}
