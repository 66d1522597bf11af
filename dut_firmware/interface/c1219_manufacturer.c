/*
 * MT0, MT1, MT3-5 of MANUFACTURER_TABLES.md: adjustment, service and diagnostics, settings, test
 * registers, supervision.
 */
#include <stddef.h>
#include <string.h>

#include "interface/c1219_tables.h"
#include "meter.h"
#include "service/program_check.h"
#include "storage/little_endian.h"

#define ADJUSTMENT_OCTETS 26u
#define SETTINGS_TABLE_OCTETS 13u

/* MT0 */

static int64_t adjustment_constant(const struct c1219_view *view, uint8_t index)
{
	const struct adjustment *adjustment = view->adjustment;

	return index % 2 == 0 ? adjustment->gain_ppb[index / 2] : adjustment->delay_ns[index / 2];
}

static int64_t adjustment_changes(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->adjustment->change_count;
}

static enum c1218_response change_adjustment(struct c1219_store *store, const uint8_t *bytes,
					     uint16_t count)
{
	struct adjustment wanted = *adjustment_of(store->meter);

	(void)count;
	if (!meter_takes_adjustment(store->meter)) {
		return C1218_ISC;
	}
	for (unsigned int element = 0; element < 3; element++) {
		wanted.gain_ppb[element] = get_i32(bytes + element * 8u);
		wanted.delay_ns[element] = get_i32(bytes + element * 8u + 4u);
	}
	return adjustment_change(store->meter, &wanted) ? C1218_OK : C1218_ONP;
}

/* MT3 to MT5: settings, test registers, supervision */

static int64_t is_sealed(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return settings_of(view->store->meter)->is_sealed;
}

static int64_t kwh_decimals(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return settings_of(view->store->meter)->kwh_decimals;
}

static int64_t is_seal_broken(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->is_seal_broken;
}

static int64_t locked_seconds(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return meter_locked_seconds(view->store->meter);
}

static int64_t settings_changes(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return settings_of(view->store->meter)->change_count;
}

static int64_t event_count(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->event_count;
}

static int64_t newest_event(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->newest_event;
}

static int64_t demand_reset_requests(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return control_of(view->store->meter)->demand_reset_requests;
}

static enum c1218_response change_settings(struct c1219_store *store, const uint8_t *bytes,
					   uint16_t count)
{
	struct settings wanted = *settings_of(store->meter);

	(void)count;
	wanted.is_sealed = bytes[0];
	wanted.kwh_decimals = bytes[1];
	return settings_change(store->meter, &wanted) ? C1218_OK : C1218_ONP;
}

static int64_t test_register(const struct c1219_view *view, uint8_t index)
{
	struct test_registers registers = test_registers_of(view->store->meter);

	return index == 0 ? registers.delivered_counts : registers.received_counts;
}

/* State, CRC-32 as read, bytes, CRC-32 as built. */
static int64_t number_of_check(const struct program_check *check, uint8_t index)
{
	switch (index) {
	case 0:
		return check->crc;
	case 1:
		return check->bytes;
	default:
		return check->crc_as_built;
	}
}

static int64_t program_state(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return supervision_report_of(view->store->meter).program->state;
}

static int64_t program_crc(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return supervision_report_of(view->store->meter).program->crc;
}

static int64_t program_as_built(const struct c1219_view *view, uint8_t index)
{
	return number_of_check(supervision_report_of(view->store->meter).program,
			       (uint8_t)(index + 1));
}

static int64_t legal_state(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return supervision_report_of(view->store->meter).legal->state;
}

static int64_t legal_numbers(const struct c1219_view *view, uint8_t index)
{
	return number_of_check(supervision_report_of(view->store->meter).legal, index);
}

static void build_identity(const struct c1219_view *view, char text[C1219_TEXT_BYTES])
{
	const char *identity = supervision_report_of(view->store->meter).build_identity;
	size_t length = strnlen(identity, METER_BUILD_IDENTITY_BYTES - 1);

	memcpy(text, identity, length);
	text[length] = '\0';
}

static int64_t watchdog_resets(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return supervision_report_of(view->store->meter).watchdog_resets;
}

static int64_t mode_seconds_left(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return test_registers_of(view->store->meter).seconds_left;
}

/* MT1 */

#define SERVICE_VIEW_OCTETS 4u

static int64_t service_octet(const struct service_view *service, uint8_t index)
{
	const uint8_t octets[SERVICE_VIEW_OCTETS] = {service->kind, service->rotation,
						     (uint8_t)(service->nominal_volts & 0xFFu),
						     (uint8_t)(service->nominal_volts >> 8)};

	return octets[index];
}

static int64_t locked_service(const struct c1219_view *view, uint8_t index)
{
	return service_octet(&view->service.locked, index);
}

static int64_t present_service(const struct c1219_view *view, uint8_t index)
{
	return service_octet(&view->service.present, index);
}

static int64_t diagnostic_bits(const struct c1219_view *view, uint8_t index)
{
	(void)index;
	return view->service.diagnostics;
}

static int64_t volts_lag(const struct c1219_view *view, uint8_t index)
{
	return view->service.volts_lag[index];
}

static int64_t amperes_lag(const struct c1219_view *view, uint8_t index)
{
	return view->service.amperes_lag[index];
}

/* Layouts */

static const struct c1219_field adjustment_constants[] = {
	{4, 6, 0, adjustment_constant, NULL},
	{2, 1, 0, adjustment_changes, NULL},
};

static const struct c1219_field settings_fields[] = {
	{1, 1, 0, is_sealed, NULL},	   {1, 1, 0, kwh_decimals, NULL},
	{1, 1, 0, is_seal_broken, NULL},   {2, 1, 0, locked_seconds, NULL},
	{2, 1, 0, settings_changes, NULL}, {2, 1, 0, event_count, NULL},
	{2, 1, 0, newest_event, NULL},	   {2, 1, 0, demand_reset_requests, NULL},
};

static const struct c1219_field supervision_fields[] = {
	{1, 1, 0, program_state, NULL},
	{4, 1, 0, program_crc, NULL},
	{4, 1, 0, watchdog_resets, NULL},
	{4, 2, 0, program_as_built, NULL},
	{1, 1, 0, legal_state, NULL},
	{4, 3, 0, legal_numbers, NULL},
	{METER_BUILD_IDENTITY_BYTES - 1, 1, 0, NULL, build_identity},
};

static const struct c1219_field test_register_fields[] = {
	{C1219_NI1_OCTETS, 2, 0, test_register, NULL},
	{2, 1, 0, mode_seconds_left, NULL},
};

static const struct c1219_field service_and_diagnostics[] = {
	{1, SERVICE_VIEW_OCTETS, 0, locked_service, NULL},
	{1, SERVICE_VIEW_OCTETS, 0, present_service, NULL},
	{2, 1, 0, diagnostic_bits, NULL},
	{2, 3, 0, volts_lag, NULL},
	{2, 3, 0, amperes_lag, NULL},
};

static const struct c1219_table tables[] = {
	{
		.id = C1219_MANUFACTURER,
		.field_count = COUNT_OF(adjustment_constants),
		.fields = adjustment_constants,
		.write_clearance = C1218_CLEARANCE_FACTORY,
		.needs_open_seal = true,
		.partial_write = C1218_ISC,
		.shortest_write = ADJUSTMENT_OCTETS,
		.longest_write = ADJUSTMENT_OCTETS,
		.write = change_adjustment,
	},
	C1219_READ_ONLY(C1219_MANUFACTURER + 1, service_and_diagnostics),
	{
		.id = C1219_MANUFACTURER + 3,
		.field_count = COUNT_OF(settings_fields),
		.fields = settings_fields,
		.write_clearance = C1218_CLEARANCE_PROGRAM,
		.needs_open_seal = true,
		.partial_write = C1218_ONP,
		.shortest_write = SETTINGS_TABLE_OCTETS,
		.longest_write = SETTINGS_TABLE_OCTETS,
		.write = change_settings,
	},
	C1219_READ_ONLY(C1219_MANUFACTURER + 4, test_register_fields),
	C1219_READ_ONLY(C1219_MANUFACTURER + 5, supervision_fields),
};

const struct c1219_group c1219_manufacturer_tables = {tables, COUNT_OF(tables)};
