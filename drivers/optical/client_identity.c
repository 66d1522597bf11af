/* Who the meter is: ST1, ST2, ST3 and ST5. */
#include <string.h>

#include "drivers/optical/client_parts.h"

#define ELECTRIC 2

/* The four tables that tell who the meter is. */
struct identity_tables {
	struct c1219_manufacturer manufacturer;
	struct c1219_nameplate nameplate;
	struct c1219_mode mode;
	struct c1219_identification identification;
};

static enum status decode_manufacturer(const struct meter_client *client, size_t length,
				       void *result)
{
	return c1219_decode_manufacturer(&client->tables.general, client->table, length, result);
}

static enum status decode_nameplate(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_nameplate(&client->tables.general, client->table, length, result);
}

static enum status decode_mode(const struct meter_client *client, size_t length, void *result)
{
	return c1219_decode_mode(&client->tables.general, client->table, length, result);
}

static enum status decode_identification(const struct meter_client *client, size_t length,
					 void *result)
{
	return c1219_decode_identification(&client->tables.general, client->table, length, result);
}

static const struct client_table identity_tables[] = {
	{1, decode_manufacturer, offsetof(struct identity_tables, manufacturer)},
	{2, decode_nameplate, offsetof(struct identity_tables, nameplate)},
	{3, decode_mode, offsetof(struct identity_tables, mode)},
	{5, decode_identification, offsetof(struct identity_tables, identification)},
};

static enum status read_identity_tables(struct meter_client *client, struct identity_tables *tables)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < sizeof(identity_tables) / sizeof(identity_tables[0]);
	     i++) {
		status = client_take_table(client, &identity_tables[i], tables);
	}
	return status;
}

/* ST2 gives its numbers as text. */
static enum status take_decimals(const struct meter_client *client,
				 const struct c1219_nameplate *nameplate,
				 struct meter_identity *identity)
{
	const struct {
		const char *name, *text;
		double *number;
	} decimals[] = {
		{"E_KH of ST2", nameplate->kh, &identity->kh_watt_hours},
		{"E_KT of ST2", nameplate->kt, &identity->kt_watt_hours},
		{"E_CLASS_MAX_AMPS of ST2", nameplate->class_amperes, &identity->class_amperes},
		{"E_TA of ST2", nameplate->test_amperes, &identity->test_amperes},
	};
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < sizeof(decimals) / sizeof(decimals[0]); i++) {
		status = c1219_decimal_text(decimals[i].name, decimals[i].text, decimals[i].number);
	}
	return client_say_which(client, status);
}

enum status meter_client_read_identity(struct meter_client *client, struct meter_identity *identity)
{
	struct identity_tables tables;

	memset(identity, 0, sizeof(*identity));
	enum status status = read_identity_tables(client, &tables);

	if (status) {
		return status;
	}
	if (client->tables.general.nameplate_type != ELECTRIC) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST0 says nameplate type %d; electric is 2",
				   client->tables.general.nameplate_type);
	}
	memcpy(identity->manufacturer, tables.manufacturer.manufacturer,
	       sizeof(identity->manufacturer));
	memcpy(identity->model, tables.manufacturer.model, sizeof(identity->model));
	memcpy(identity->serial, tables.manufacturer.serial, sizeof(identity->serial));
	memcpy(identity->device_id, tables.identification.device_id, sizeof(identity->device_id));
	memcpy(identity->form, tables.nameplate.form, sizeof(identity->form));
	identity->hardware_version = tables.manufacturer.hardware_version;
	identity->hardware_revision = tables.manufacturer.hardware_revision;
	identity->firmware_version = tables.manufacturer.firmware_version;
	identity->firmware_revision = tables.manufacturer.firmware_revision;
	identity->elements = tables.nameplate.elements >> 3 & 7;
	identity->mode = tables.mode.mode;
	identity->status_1 = tables.mode.status_1;
	return take_decimals(client, &tables.nameplate, identity);
}
