/* Registers with maximum demand, all rates together and each alone (ST23, 25, 26), and ST28's
 * demand. */
#include <string.h>

#include "drivers/meter_functions.h"
#include "drivers/optical/c1219_time.h"
#include "drivers/optical/client_parts.h"

#define TABLE_REGISTERS 23
#define TABLE_PREVIOUS 25
#define TABLE_SELF_READS 26
#define TABLE_PRESENT 28
#define SELF_READ_HEADER 6 /* status, valid, last element, sequence (2), unread */
#define LIST_ORDER_DESCENDING 0x01

static enum status take_number(const struct client_tables *tables, unsigned format,
			       const uint8_t *bytes, struct c1219_number *number)
{
	return c1219_decode_number(&tables->general.coding, format, bytes, number);
}

static enum status take_watts(const struct client_tables *tables, unsigned format,
			      const uint8_t *bytes, const struct client_entry *entry, double *watts)
{
	struct c1219_number number;
	enum status status = take_number(tables, format, bytes, &number);

	*watts = status ? 0
			: (c1219_number_real(&number) * entry->factor + entry->offset) *
				  client_power_of_ten(entry->exponent);
	return status;
}

/* The demand of delivered power that is a maximum, when the meter keeps one. */
static enum status take_demand(const struct client_tables *tables, const uint8_t *bytes,
			       size_t block, struct meter_register_block *result)
{
	const struct c1219_register_selection *selection = &tables->selection;
	const struct c1219_general *general = &tables->general;
	struct client_entry entry;
	size_t place[C1219_DEMAND + 1];

	if (selection->demand_count == 0 || tables->registers.occurrence_count == 0) {
		return STATUS_OK;
	}
	enum status status = client_quantity_find(tables, &client_demand, 22, selection->demand,
						  selection->demand_count, &entry);

	if (status || !(selection->is_maximum[entry.place / 8] >> entry.place % 8 & 1)) {
		return status;
	}
	for (int part = C1219_DEMAND_TIME; part <= C1219_DEMAND; part++) {
		place[part] = c1219_register_offset(general, &tables->registers, block,
						    (enum c1219_register_part)part, entry.place);
	}
	result->has_demand = true;
	result->watts_per_count = entry.factor * client_power_of_ten(entry.exponent);
	status = take_watts(tables, general->format_2, bytes + place[C1219_DEMAND], &entry,
			    &result->maximum_watts);
	if (!status && tables->registers.flags & C1219_REGISTERS_DATE_TIME) {
		status = c1219_take_short_time(general, bytes + place[C1219_DEMAND_TIME],
					       &result->ended, &result->has_time);
	}
	if (!status && tables->registers.flags & C1219_REGISTERS_CUMULATIVE) {
		result->has_cumulative = true;
		status = take_watts(tables, general->format_1,
				    bytes + place[C1219_DEMAND_CUMULATIVE], &entry,
				    &result->cumulative_watts);
	}
	if (!status && tables->registers.flags & C1219_REGISTERS_CONTINUOUS) {
		result->has_continuous = true;
		status = take_watts(tables, general->format_1,
				    bytes + place[C1219_DEMAND_CONTINUOUS], &entry,
				    &result->continuous_watts);
	}
	return status;
}

static enum status take_block(const struct client_tables *tables, const uint8_t *bytes,
			      size_t block, struct meter_register_block *result)
{
	struct c1219_number summation[C1219_MAXIMUM];
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < tables->registers.summation_count; i++) {
		size_t offset = c1219_register_offset(&tables->general, &tables->registers, block,
						      C1219_SUMMATION, i);

		status = take_number(tables, tables->general.format_1, bytes + offset,
				     &summation[i]);
	}
	status = status ? status : client_take_energies(tables, summation, &result->energy);
	return status ? status : take_demand(tables, bytes, block, result);
}

/* The layout of ST23, whose length has been looked at. */
static enum status take_billing(const struct meter_client *client, const uint8_t *bytes,
				struct meter_billing *billing)
{
	const struct client_tables *tables = &client->tables;
	size_t rates = tables->registers.tier_count;

	memset(billing, 0, sizeof(*billing));
	billing->demand_resets =
		tables->registers.flags & C1219_REGISTERS_RESET_COUNT ? bytes[0] : -1;
	billing->rates = (int)(rates < METER_RATES ? rates : METER_RATES);
	enum status status = take_block(tables, bytes, 0, &billing->total);

	for (int i = 0; !status && i < billing->rates; i++) {
		status = take_block(tables, bytes, (size_t)i + 1, &billing->rate[i]);
	}
	return client_say_which(client, status);
}

/* Formats that can be read, and exactly that length. */
static enum status expect(const struct meter_client *client, int table, size_t length,
			  size_t expected)
{
	enum status status = c1219_check_number_format(client->tables.general.format_1);

	status = status ? status : c1219_check_number_format(client->tables.general.format_2);
	return client_say_which(client,
				status ? status : c1219_expect_length(table, length, expected));
}

static size_t registers_length(const struct meter_client *client)
{
	return c1219_registers_length(&client->tables.general, &client->tables.registers);
}

enum status meter_client_read_billing(struct meter_client *client, struct meter_billing *billing)
{
	size_t length;
	enum status status = client_fetch_table(client, TABLE_REGISTERS, &length);

	status =
		status ? status : expect(client, TABLE_REGISTERS, length, registers_length(client));
	return status ? status : take_billing(client, client->table, billing);
}

/* [date and time][season] in front of a copy of ST23. */
static size_t stamp_length(const struct meter_client *client)
{
	uint8_t flags = client->tables.registers.flags;

	return (flags & C1219_REGISTERS_DATE_TIME ? c1219_short_time_size(&client->tables.general)
						  : 0) +
	       (flags & C1219_REGISTERS_SEASON ? 1 : 0);
}

enum status meter_client_read_previous_billing(struct meter_client *client,
					       struct meter_billing *billing,
					       struct meter_time *ended)
{
	size_t length, stamp = stamp_length(client);
	bool has_ended = false;
	enum status status = client_fetch_table(client, TABLE_PREVIOUS, &length);

	memset(ended, 0, sizeof(*ended));
	status = status ? status
			: expect(client, TABLE_PREVIOUS, length, stamp + registers_length(client));
	if (!status && client->tables.registers.flags & C1219_REGISTERS_DATE_TIME) {
		status = client_say_which(client,
					  c1219_take_short_time(&client->tables.general,
								client->table, ended, &has_ended));
	}
	return status ? status : take_billing(client, client->table + stamp, billing);
}

/* One entry: [sequence], stamp, registers. */
static enum status take_self_read(struct meter_client *client, const uint8_t *bytes, size_t index,
				  struct meter_self_reads *readings)
{
	uint8_t flags = client->tables.registers.flags;
	bool has_time = false;
	enum status status = STATUS_OK;

	if (client->tables.registers.more_flags & C1219_SELF_READ_SEQUENCE) {
		bytes += 2;
	}
	if (flags & C1219_REGISTERS_DATE_TIME) {
		status = client_say_which(
			client, c1219_take_short_time(&client->tables.general, bytes,
						      &readings->reading[index].at, &has_time));
		bytes += c1219_short_time_size(&client->tables.general);
	}
	if (flags & C1219_REGISTERS_SEASON) {
		readings->reading[index].season = *bytes++;
	}
	return status ? status : take_billing(client, bytes, &readings->reading[index].billing);
}

enum status meter_client_read_self_reads(struct meter_client *client,
					 struct meter_self_reads *readings)
{
	const struct c1219_registers *registers = &client->tables.registers;
	size_t length, entries = registers->self_read_count;
	size_t entry = (registers->more_flags & C1219_SELF_READ_SEQUENCE ? 2u : 0u) +
		       stamp_length(client) + registers_length(client);
	enum status status = client_fetch_table(client, TABLE_SELF_READS, &length);

	memset(readings, 0, sizeof(*readings));
	status = status ? status
			: expect(client, TABLE_SELF_READS, length,
				 SELF_READ_HEADER + entries * entry);
	if (status || entries == 0) {
		return status;
	}
	const uint8_t *header = client->table;
	size_t valid = header[1], last = header[2];
	bool is_descending = header[0] & LIST_ORDER_DESCENDING;

	if (valid > entries || last >= entries || valid > METER_SELF_READS) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST26 says %zu valid readings, the last in place %zu, of %zu",
				   valid, last, entries);
	}
	for (size_t i = 0; !status && i < valid; i++) {
		size_t back = valid - 1 - i;
		size_t place = (is_descending ? last + back : last + entries - back) % entries;

		status = take_self_read(client, header + SELF_READ_HEADER + place * entry, i,
					readings);
	}
	readings->count = status ? 0 : (int)valid;
	return status;
}

enum status meter_client_read_newest_demand(struct meter_client *client, double *watts)
{
	const struct client_tables *tables = &client->tables;
	const struct c1219_registers *registers = &tables->registers;
	struct client_entry entry;
	size_t length;
	enum status status = client_fetch_table(client, TABLE_PRESENT, &length);
	size_t demands = registers->present_demand_count *
			 (c1219_present_demand_offset(&tables->general, registers, 0) +
			  c1219_number_size(tables->general.format_2));

	*watts = 0;
	status = status ? status
			: expect(client, TABLE_PRESENT, length,
				 demands + registers->present_value_count *
						   c1219_number_size(tables->general.format_1));
	if (status) {
		return status;
	}
	status = client_quantity_find(tables, &client_complete_demand, 27, tables->present.demand,
				      tables->present.demand_count, &entry);
	if (!status) {
		size_t offset =
			c1219_present_demand_offset(&tables->general, registers, entry.place);

		status = take_watts(tables, tables->general.format_2, client->table + offset,
				    &entry, watts);
	}
	return client_say_which(client, status);
}
