/*
 * ST7 and ST8: the procedures, who may call them, and the answer of the newest one. What
 * they do is the meter's (registers/control.h) or that of the tables which they change.
 */
#include "interface/c1219_procedures.h"

#include <string.h>

#include "interface/c1219_billing.h"
#include "storage/event_log.h"

#define PROCEDURE_HEADER_OCTETS 3u
#define PROCEDURE_NUMBER 0x0FFFu /* with the manufacturer's bit; above it the selector */

/* A refused cold start answers isc, whose standard name is the message that the notice of approval
 * demands. */
static const struct c1219_procedure procedures[] = {
	{0, C1218_CLEARANCE_PROGRAM, true, C1218_ISC, 0, meter_cold_start, false, NULL, NULL},
	{1, C1218_CLEARANCE_OPERATE, false, C1218_OK, 0, meter_warm_start, false, NULL, NULL},
	{2, C1218_CLEARANCE_PROGRAM, false, C1218_OK, 0, meter_save_configuration, false, NULL,
	 NULL},
	{3, C1218_CLEARANCE_PROGRAM, true, C1218_OK, 0, meter_clear_data, false, NULL, NULL},
	{4, C1218_CLEARANCE_READ, false, C1218_OK, 1, c1219_reset_pointers, true, NULL, NULL},
	{5, C1218_CLEARANCE_READ, false, C1218_OK, 3, c1219_update_pointer, true, NULL, NULL},
	{6, C1218_CLEARANCE_OPERATE, false, C1218_OK, 1, meter_change_mode, false, NULL, NULL},
	{7, C1218_CLEARANCE_OPERATE, false, C1218_OK, 0, meter_clear_status, false, NULL, NULL},
	{8, C1218_CLEARANCE_OPERATE, false, C1218_OK, 0, meter_clear_losses, false, NULL, NULL},
	{9, C1218_CLEARANCE_OPERATE, false, C1218_OK, 1, NULL, false, c1219_remote_reset, NULL},
	{10, C1218_CLEARANCE_OPERATE, false, C1218_OK, C1219_SET_CLOCK_OCTETS, NULL, false,
	 c1219_set_clock, NULL},
	{C1219_MANUFACTURER, C1218_CLEARANCE_OPERATE, false, C1218_OK, 1, NULL, true,
	 c1219_command_switch, c1219_has_switch},
};

/* What the network may ask for through the communication module. */
static const uint16_t network_procedures[] = {9, 10, C1219_MANUFACTURER};

static bool is_for_network(uint16_t number)
{
	for (unsigned int i = 0; i < COUNT_OF(network_procedures); i++) {
		if (network_procedures[i] == number) {
			return true;
		}
	}
	return false;
}

bool c1219_procedure_is_offered(const struct c1219_procedure *procedure, struct meter *meter)
{
	return procedure->is_offered == NULL || procedure->is_offered(meter);
}

/* Octet `index` of those from number `first` on. */
static int64_t procedure_set(const struct c1219_view *view, unsigned int first, uint8_t index,
			     bool is_logged)
{
	unsigned int set = 0;

	for (unsigned int i = 0; i < COUNT_OF(procedures); i++) {
		const struct c1219_procedure *procedure = &procedures[i];

		if (procedure->number / 8u == first / 8u + index &&
		    c1219_procedure_is_offered(procedure, view->store->meter) &&
		    (!is_logged || !procedure->has_own_event)) {
			set |= 1u << procedure->number % 8u;
		}
	}
	return set;
}

int64_t c1219_procedures_used(const struct c1219_view *view, uint8_t index)
{
	return procedure_set(view, 0, index, false);
}

int64_t c1219_manufacturer_procedures_used(const struct c1219_view *view, uint8_t index)
{
	return procedure_set(view, C1219_MANUFACTURER, index, false);
}

int64_t c1219_logged_procedures(const struct c1219_view *view, uint8_t index)
{
	return procedure_set(view, 0, index, true);
}

int64_t c1219_logged_manufacturer_procedures(const struct c1219_view *view, uint8_t index)
{
	return procedure_set(view, C1219_MANUFACTURER, index, true);
}

static int64_t procedure_called(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->store->procedure;
}

static int64_t procedure_sequence(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->store->procedure_sequence;
}

static int64_t procedure_result(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->store->procedure_result;
}

static uint16_t procedure_data(const struct c1219_view *view, uint8_t *bytes)
{
	memcpy(bytes, view->store->response_data, view->store->response_length);
	return view->store->response_length;
}

const struct c1219_procedure *c1219_procedure_at(uint32_t position)
{
	return position < COUNT_OF(procedures) ? &procedures[position] : NULL;
}

static const struct c1219_procedure *find_procedure(struct meter *meter, uint16_t number)
{
	for (unsigned int i = 0; i < COUNT_OF(procedures); i++) {
		if (procedures[i].number == number &&
		    c1219_procedure_is_offered(&procedures[i], meter)) {
			return &procedures[i];
		}
	}
	return NULL;
}

static enum procedure_result run_procedure(struct c1219_store *store,
					   const struct c1219_procedure *procedure,
					   const uint8_t *parameters, uint16_t octets)
{
	if (octets != procedure->parameter_octets) {
		return PROCEDURE_INVALID_PARAMETER;
	}
	enum procedure_result result = procedure->run != NULL
					       ? procedure->run(store->meter, parameters)
					       : procedure->answer(store, parameters);

	if (!procedure->has_own_event) {
		(void)event_log_add(event_log_of(store->meter), EVENT_PROCEDURE,
				    procedure->number | (uint64_t)result << 16);
	}
	return result;
}

static enum c1218_response initiate_procedure(struct c1219_store *store, const uint8_t *bytes,
					      uint16_t count)
{
	uint16_t called = (uint16_t)(bytes[0] | bytes[1] << 8);
	const struct c1219_procedure *procedure =
		find_procedure(store->meter, called & PROCEDURE_NUMBER);
	enum procedure_result result = PROCEDURE_UNRECOGNISED;

	if (store->origin != C1219_LOCAL && !is_for_network(called & PROCEDURE_NUMBER)) {
		return C1218_ISC;
	}
	store->response_length = 0;
	if (procedure != NULL && (store->clearance < procedure->clearance ||
				  (procedure->needs_open_seal && !meter_is_open(store->meter)))) {
		if (procedure->needs_open_seal) {
			c1219_note_refusal(store, C1219_PROCEDURE | procedure->number);
		}
		if (procedure->refusal != C1218_OK) {
			return procedure->refusal;
		}
		result = PROCEDURE_NO_AUTHORISATION;
	} else if (procedure != NULL) {
		result = run_procedure(store, procedure, bytes + PROCEDURE_HEADER_OCTETS,
				       (uint16_t)(count - PROCEDURE_HEADER_OCTETS));
	}
	store->procedure = called;
	store->procedure_sequence = bytes[2];
	store->procedure_result = (uint8_t)result;
	return C1218_OK;
}

static const struct c1219_field procedure_response[] = {
	{2, 1, 0, procedure_called, NULL},
	{1, 1, 0, procedure_sequence, NULL},
	{1, 1, 0, procedure_result, NULL},
};

static const struct c1219_table tables[] = {
	{
		.id = C1219_PROCEDURE_TABLE,
		.write_clearance = C1218_CLEARANCE_DEFAULT,
		.partial_write = C1218_ONP,
		.shortest_write = PROCEDURE_HEADER_OCTETS,
		.longest_write = PROCEDURE_HEADER_OCTETS + C1219_LONGEST_PROCEDURE_PARAMETER,
		.write = initiate_procedure,
	},
	{
		.id = 8,
		.field_count = COUNT_OF(procedure_response),
		.fields = procedure_response,
		.render = procedure_data,
	},
};

const struct c1219_group c1219_procedure_tables = {tables, COUNT_OF(tables)};
