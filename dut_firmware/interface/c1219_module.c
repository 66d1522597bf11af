/*
 * MT6, what the communication module says of itself: MODULE_PORT.md.
 */
#include <string.h>

#include "interface/c1219_tables.h"
#include "interface/module.h"

#define NUMBER_OFFSET 2u
#define LABEL_OFFSET (NUMBER_OFFSET + MODULE_NUMBER_OCTETS)
#define FIRMWARE_OFFSET (LABEL_OFFSET + MODULE_LABEL_OCTETS)
#define ZIGBEE_OFFSET (FIRMWARE_OFFSET + MODULE_FIRMWARE_OCTETS)
#define STATE_OFFSET (ZIGBEE_OFFSET + 1u)
#define LOCKED_OFFSET (STATE_OFFSET + 1u)
#define MODULE_OCTETS (LOCKED_OFFSET + 2u)

static uint16_t render_module(const struct c1219_view *view, uint8_t *bytes)
{
	struct meter *meter = view->store->meter;
	const struct module *module = module_of(meter);
	const struct module_statement *statement = &module->statement;

	bytes[0] = module->state;
	bytes[1] = statement->kind;
	memcpy(bytes + NUMBER_OFFSET, statement->number, MODULE_NUMBER_OCTETS);
	memcpy(bytes + LABEL_OFFSET, statement->label, MODULE_LABEL_OCTETS);
	memcpy(bytes + FIRMWARE_OFFSET, statement->firmware, MODULE_FIRMWARE_OCTETS);
	bytes[ZIGBEE_OFFSET] = statement->has_zigbee;
	bytes[STATE_OFFSET] = statement->state;
	c1219_put_number(bytes + LOCKED_OFFSET, 2, meter_module_locked_seconds(meter));
	return MODULE_OCTETS;
}

static enum c1218_response write_module(struct c1219_store *store, const uint8_t *bytes,
					uint16_t count)
{
	struct module_statement statement = {
		.kind = bytes[1],
		.has_zigbee = bytes[ZIGBEE_OFFSET],
		.state = bytes[STATE_OFFSET],
	};

	(void)count;
	memcpy(statement.number, bytes + NUMBER_OFFSET, MODULE_NUMBER_OCTETS);
	memcpy(statement.label, bytes + LABEL_OFFSET, MODULE_LABEL_OCTETS);
	memcpy(statement.firmware, bytes + FIRMWARE_OFFSET, MODULE_FIRMWARE_OCTETS);
	return module_take_statement(module_of(store->meter), store->user, &statement);
}

static const struct c1219_table tables[] = {
	{
		.id = C1219_MANUFACTURER + C1219_MODULE_TABLE,
		.render = render_module,
		.write_clearance = C1218_CLEARANCE_DEFAULT,
		.is_modules_own = true,
		.partial_write = C1218_ONP,
		.shortest_write = MODULE_OCTETS,
		.longest_write = MODULE_OCTETS,
		.write = write_module,
	},
};

const struct c1219_group c1219_module_tables = {tables, COUNT_OF(tables)};
