/* What the meter shows and what may be set. */
#include "registers/quantities.h"

#include <string.h>

#include "meter_state.h"
#include "metrology/integer_arithmetic.h"

#define STATUS_NONVOLATILE_MEMORY (1u << 5)
#define STATUS_CLOCK (1u << 6)
#define STATUS_LOW_POTENTIAL (1u << 9)
#define STATUS_REVERSE (1u << 13)
#define LOW_POTENTIAL_MV 60000u /* half of the smallest rated voltage */

/* A power is below 2^31 mW. */
static uint64_t square_of(int64_t power)
{
	return (uint64_t)(power * power);
}

void quantities_read(const struct meter *meter, struct quantities *quantities)
{
	const struct shown_registers shown = nonvolatile_shown(meter);

	*quantities = (struct quantities){
		.delivered_counts = shown.delivered_counts,
		.received_counts = shown.received_counts,
		.net_counts = shown.delivered_counts - shown.received_counts,
		.milliwatts = meter->live.milliwatts,
		.millihertz = meter->frequency.millihertz,
		.millivars = meter->observation.reactive_mvar,
	};
	quantities->millivolt_amperes = integer_square_root(square_of(quantities->milliwatts) +
							    square_of(quantities->millivars));
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		quantities->volts_mv[element] = meter->live.volts_mv[element];
		quantities->amperes_ua[element] = meter->live.amperes_ua[element];
	}
}

const struct nameplate *nameplate_of(const struct meter *meter)
{
	return &meter->nameplate;
}

static struct service_view service_view_of(const struct service *service)
{
	return (struct service_view){service->kind, service->rotation, service->nominal_volts};
}

void service_read(const struct meter *meter, struct service_status *status)
{
	*status = (struct service_status){
		.locked = service_view_of(&meter->service.locked),
		.present = service_view_of(&meter->service.present),
		.diagnostics = meter->diagnostics.bits,
	};
	memcpy(status->volts_lag, meter->observation.volts_lag, sizeof(status->volts_lag));
	memcpy(status->amperes_lag, meter->observation.amperes_lag, sizeof(status->amperes_lag));
}

const struct adjustment *adjustment_of(const struct meter *meter)
{
	return &meter->adjustment;
}

struct load_profile *load_profile_of(struct meter *meter)
{
	return &meter->load_profile;
}

struct event_log *event_log_of(struct meter *meter)
{
	return &meter->event_log;
}

struct utility_information *utility_information_of(struct meter *meter)
{
	return &meter->utility;
}

struct module *module_of(struct meter *meter)
{
	return &meter->module;
}

struct billing *billing_of(struct meter *meter)
{
	return &meter->billing;
}

struct energy_totals billing_totals_of(const struct meter *meter)
{
	return (struct energy_totals){meter->energy.delivered.counts,
				      meter->energy.received.counts};
}

bool adjustment_change(struct meter *meter, const struct adjustment *wanted)
{
	struct adjustment changed = *wanted;

	changed.change_count = (uint16_t)(meter->adjustment.change_count + 1);
	if (!adjustment_is_in_range(&changed) || !settings_save(meter, &changed, NULL)) {
		return false;
	}
	metering_adjust(&meter->metering, &changed);
	self_supervision_accept_constants(meter);
	return true;
}

static bool has_low_potential(const struct meter *meter)
{
	for (int element = 0; element < DEVICE_ELEMENTS && meter->live.readings >= 2; element++) {
		if (device_form_has_volts(meter->form, element) &&
		    meter->live.volts_mv[element] < LOW_POTENTIAL_MV) {
			return true;
		}
	}
	return false;
}

/* What self-supervision has found, else what is so at present. Reverse: the newest reading of all
 * elements together.
 */
uint16_t meter_status_bits(const struct meter *meter)
{
	uint32_t bits = meter->supervision.errors;

	bits |= meter->adjustment_state == PROTECTED_DAMAGED || nonvolatile_is_damaged(meter) ||
				meter->utility.is_damaged
			? STATUS_NONVOLATILE_MEMORY
			: 0;
	bits |= meter->billing.clock.is_set ? 0 : STATUS_CLOCK;
	bits |= has_low_potential(meter) ? STATUS_LOW_POTENTIAL : 0;
	bits |= meter->live.milliwatts < -(int64_t)meter->form->starting_milliwatts ? STATUS_REVERSE
										    : 0;
	return (uint16_t)bits;
}

uint8_t meter_supply_losses(const struct meter *meter)
{
	return meter->nonvolatile.losses;
}
