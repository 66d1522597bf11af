/*
 * MT2 and the manufacturer's procedure 0 of MANUFACTURER_TABLES.md: the service switch of SD
 * models.
 */
#include <stddef.h>

#include "interface/c1219_tables.h"
#include "service/service_disconnect.h"

bool c1219_has_switch(struct meter *meter)
{
	return disconnect_report_of(meter).is_fitted != 0;
}

static int64_t switch_octet(const struct c1219_view *view, uint8_t index)
{
	const struct disconnect_report report = disconnect_report_of(view->store->meter);
	const uint8_t octets[] = {
		report.commanded,   report.sensed,	 report.pulses,	       report.load_side,
		report.alarms,	    report.open_inhibit, report.close_inhibit, report.last_command,
		report.last_origin, report.last_result,	 report.rest_seconds,
	};

	return octets[index];
}

static int64_t operations(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return disconnect_report_of(view->store->meter).operations;
}

static enum procedure_result result_of(enum disconnect_result result)
{
	switch (result) {
	case DISCONNECT_DONE:
	case DISCONNECT_ALREADY:
		return PROCEDURE_COMPLETED;
	case DISCONNECT_TOO_SOON:
	case DISCONNECT_BUSY:
		return PROCEDURE_TIMING;
	case DISCONNECT_NO_SUCH_COMMAND:
		return PROCEDURE_INVALID_PARAMETER;
	default:
		return PROCEDURE_CONFLICT;
	}
}

/* Response: the reason, then what is commanded and sensed now. */
enum procedure_result c1219_command_switch(struct c1219_store *store, const uint8_t *parameters)
{
	enum disconnect_origin origin =
		store->origin == C1219_LOCAL ? DISCONNECT_BY_OPTICAL_PORT : DISCONNECT_BY_MODULE;
	enum disconnect_result result =
		service_disconnect_command(store->meter, parameters[0], origin);
	const struct disconnect_report report = disconnect_report_of(store->meter);

	store->response_data[0] = (uint8_t)result;
	store->response_data[1] = report.commanded;
	store->response_data[2] = report.sensed;
	store->response_length = 3;
	return result_of(result);
}

static const struct c1219_field service_switch[] = {
	{1, 11, 0, switch_octet, NULL},
	{2, 1, 0, operations, NULL},
};

static const struct c1219_table tables[] = {
	{
		.id = C1219_MANUFACTURER + 2,
		.field_count = COUNT_OF(service_switch),
		.fields = service_switch,
		.is_offered = c1219_has_switch,
	},
};

const struct c1219_group c1219_switch_tables = {tables, COUNT_OF(tables)};
