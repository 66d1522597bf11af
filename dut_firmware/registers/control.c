/* Modes, procedures, settings. */
#include "registers/control.h"

#include <string.h>

#include "meter_state.h"
#include "registers/billing_actions.h"

void control_init(struct control *control)
{
	memset(control, 0, sizeof(*control));
	settings_set_defaults(&control->settings);
	control->mode = METER_MODE_NORMAL;
	control->mode_ends = UINT64_MAX;
}

void meter_note_event_of(struct meter *meter, enum meter_event_code code, uint64_t argument)
{
	meter->control.event_count++;
	meter->control.newest_event = (uint16_t)code;
	(void)event_log_add(&meter->event_log, (uint16_t)code, argument);
}

void meter_note_event(struct meter *meter, enum meter_event_code code)
{
	meter_note_event_of(meter, code, 0);
}

/* Settings */

bool settings_save(struct meter *meter, const struct adjustment *adjustment,
		   const struct settings *settings)
{
	uint8_t record[PROTECTED_RECORD_BYTES];

	adjustment_encode(adjustment ? adjustment : &meter->adjustment, record);
	settings_encode(settings ? settings : &meter->control.settings, record + ADJUSTMENT_BYTES);
	if (!protected_storage_save(meter->board, record)) {
		return false;
	}
	if (adjustment != NULL) {
		meter->adjustment = *adjustment;
	}
	if (settings != NULL) {
		meter->control.settings = *settings;
		self_supervision_accept_constants(meter);
	}
	meter->adjustment_state = PROTECTED_FOUND;
	meter_note_event(meter, METER_EVENT_PROGRAMMED);
	return true;
}

const struct settings *settings_of(const struct meter *meter)
{
	return &meter->control.settings;
}

bool settings_change(struct meter *meter, const struct settings *wanted)
{
	struct settings changed = *wanted;

	changed.change_count = (uint16_t)(meter->control.settings.change_count + 1);
	return settings_are_in_range(&changed) && settings_save(meter, NULL, &changed);
}

uint32_t meter_locked_seconds(const struct meter *meter)
{
	return security_locked_seconds(&meter->optical_port.server.security, meter->frame);
}

uint32_t meter_module_locked_seconds(const struct meter *meter)
{
	return security_locked_seconds(&meter->module_port.server.security, meter->frame);
}

bool meter_is_open(const struct meter *meter)
{
	return !meter->control.settings.is_sealed || meter->control.is_seal_broken;
}

bool meter_takes_adjustment(const struct meter *meter)
{
	return !meter->control.settings.is_sealed ||
	       (meter->control.is_seal_broken && meter->control.mode == METER_MODE_SHOP);
}

const struct control *control_of(const struct meter *meter)
{
	return &meter->control;
}

/* Modes */

struct test_registers test_registers_of(const struct meter *meter)
{
	struct test_registers registers = {
		.delivered_counts = meter->test_energy.delivered.counts,
		.received_counts = meter->test_energy.received.counts,
	};

	if (meter->control.mode != METER_MODE_NORMAL) {
		registers.seconds_left = (uint16_t)((meter->control.mode_ends - meter->frame) /
						    METER_FRAMES_PER_SECOND);
	}
	return registers;
}

static void note_mode(struct meter *meter, bool starts)
{
	if (meter->control.mode == METER_MODE_TEST) {
		meter_note_event(meter,
				 starts ? METER_EVENT_TEST_MODE_START : METER_EVENT_TEST_MODE_STOP);
	} else if (meter->control.mode == METER_MODE_SHOP) {
		meter_note_event(meter,
				 starts ? METER_EVENT_SHOP_MODE_START : METER_EVENT_SHOP_MODE_STOP);
	}
}

/* Billing registers stand still outside normal mode and go on afterwards with their own window;
 * the test registers begin at zero. */
static void set_mode(struct meter *meter, enum meter_mode mode)
{
	const struct energy_totals totals = billing_totals_of(meter);

	if (meter->control.mode != mode) {
		billing_disturb_demand(&meter->billing, &totals);
	}
	if (mode == METER_MODE_NORMAL) {
		note_mode(meter, false);
		meter->control.mode_ends = UINT64_MAX;
		meter->control.mode = (uint8_t)mode;
	} else {
		if (meter->control.mode != mode) {
			note_mode(meter, false);
			energy_init(&meter->test_energy, meter->form);
			meter->control.mode = (uint8_t)mode;
			note_mode(meter, true);
		}
		meter->control.mode_ends =
			meter->frame + (uint64_t)METER_MODE_SECONDS * METER_FRAMES_PER_SECOND;
	}
}

enum procedure_result meter_change_mode(struct meter *meter, const uint8_t *parameters)
{
	switch (parameters[0]) {
	case METER_MODE_SHOP:
		if (!meter_is_open(meter)) {
			return PROCEDURE_NO_AUTHORISATION;
		}
		break;
	case METER_MODE_NORMAL:
	case METER_MODE_TEST:
		break;
	default:
		return PROCEDURE_INVALID_PARAMETER;
	}
	set_mode(meter, (enum meter_mode)parameters[0]);
	return PROCEDURE_COMPLETED;
}

void meter_toggle_test_mode(struct meter *meter)
{
	set_mode(meter,
		 meter->control.mode == METER_MODE_NORMAL ? METER_MODE_TEST : METER_MODE_NORMAL);
}

void meter_request_demand_reset(struct meter *meter)
{
	meter->control.demand_reset_requests++;
	(void)meter_reset_demand(meter);
}

void meter_watch_mode(struct meter *meter)
{
	if (meter->frame >= meter->control.mode_ends) {
		set_mode(meter, METER_MODE_NORMAL);
	}
}

/* Procedures */

enum procedure_result meter_clear_data(struct meter *meter, const uint8_t *parameters)
{
	(void)parameters;
	energy_init(&meter->energy, meter->form);
	energy_init(&meter->test_energy, meter->form);
	billing_clear_registers(&meter->billing);
	meter_note_event(meter, METER_EVENT_PROGRAMMED);
	nonvolatile_clear(meter);
	return PROCEDURE_COMPLETED;
}

enum procedure_result meter_warm_start(struct meter *meter, const uint8_t *parameters)
{
	(void)parameters;
	set_mode(meter, METER_MODE_NORMAL);
	display_init(&meter->display);
	return PROCEDURE_COMPLETED;
}

/* Passwords, seal and adjustment stay: known passwords would open the meter, and the constants
 * belong to its sensors. */
enum procedure_result meter_cold_start(struct meter *meter, const uint8_t *parameters)
{
	struct settings changed = meter->control.settings;

	changed.kwh_decimals = 0;
	if (!settings_change(meter, &changed)) {
		return PROCEDURE_CONFLICT;
	}
	(void)meter_clear_status(meter, parameters);
	(void)meter_clear_losses(meter, parameters);
	(void)meter_warm_start(meter, parameters);
	return meter_clear_data(meter, parameters);
}

enum procedure_result meter_clear_status(struct meter *meter, const uint8_t *parameters)
{
	(void)parameters;
	self_supervision_clear(meter);
	return PROCEDURE_COMPLETED;
}

enum procedure_result meter_clear_losses(struct meter *meter, const uint8_t *parameters)
{
	(void)parameters;
	nonvolatile_clear_losses(meter);
	return PROCEDURE_COMPLETED;
}

struct supervision_report supervision_report_of(const struct meter *meter)
{
	return (struct supervision_report){
		.program = &meter->supervision.program,
		.legal = &meter->supervision.legal,
		.watchdog_resets = self_supervision_watchdog_resets(meter),
		.build_identity =
			meter->board->build_identity ? meter->board->build_identity : "unknown",
	};
}

/* Every write is durable before it is answered; this writes the record once more. */
enum procedure_result meter_save_configuration(struct meter *meter, const uint8_t *parameters)
{
	(void)parameters;
	return settings_save(meter, &meter->adjustment, NULL) ? PROCEDURE_COMPLETED
							      : PROCEDURE_CONFLICT;
}
