/* MT3 through the optical port, and a supply without current. */
#include "procedures/verbs/meter_seal.h"

#include <string.h>

#define METER_START_SECONDS 5.0

enum status check_has_settings(const struct step_context *context)
{
	for (int i = 0; i < context->device->table_count; i++) {
		if (context->device->tables[i].number == SETTINGS_TABLE) {
			return STATUS_OK;
		}
	}
	return status_fail(STATUS_BAD_INPUT,
			   "device file %s names no table %d (settings and seal), which this step "
			   "reads",
			   context->device->id, SETTINGS_TABLE);
}

enum status settings_read(struct meter_client *client, struct meter_settings *settings)
{
	enum status status = meter_client_read_table(client, SETTINGS_TABLE, settings->bytes,
						     sizeof(settings->bytes), &settings->length);

	if (!status && settings->length <= SETTINGS_SEAL_IS_BROKEN) {
		status = status_fail(STATUS_PROTOCOL, "MT3 has %zu octets, too few for the seal",
				     settings->length);
	}
	return status;
}

/* ---- supply ---- */

static enum status supply_load(const struct step_context *context, double volts,
			       struct verb_load *load)
{
	struct load_point point = {
		.phases = service_phases(context->form->service),
		.volts = volts,
		.power_factor = 1,
		.side = POWER_FACTOR_UNITY,
		.hertz = context->device->hertz,
		.single_element = -1,
	};

	return verb_load_from_point(context, &point, load);
}

enum status check_supply(const struct step_context *context, double volts)
{
	struct verb_load load;

	return supply_load(context, volts, &load);
}

enum status supply_on(struct step_context *context, double volts)
{
	struct verb_load load;
	enum status status = supply_load(context, volts, &load);

	if (!status) {
		status = apply_and_settle(context, &load);
	}
	return status ? status : lab_wait_seconds(context->lab, METER_START_SECONDS);
}

enum status supply_off(struct step_context *context)
{
	enum status status = record_request(context, "off");

	return status ? status : lab_off(context->lab);
}

/* ---- seal ---- */

static enum status make_settings(struct step_context *context, int index,
				 struct meter_client *client)
{
	struct meter_settings settings;
	enum status status = settings_read(client, &settings);

	if (status || settings.bytes[SETTINGS_SEALED]) {
		return status;
	}
	status = record_request(context, "position %d: security settings made (MT3 SEALED 1)",
				context->lab->positions[index].number);
	settings.bytes[SETTINGS_SEALED] = 1;
	if (!status) {
		status = meter_client_write_table(client, SETTINGS_TABLE, settings.bytes,
						  settings.length);
	}
	return status ? status : settings_read(client, &settings);
}

enum status ensure_sealed(struct step_context *context, int index)
{
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_PROGRAM, &client);

	if (!status) {
		status = make_settings(context, index, client);
	}
	return session_end(client, status);
}
