/*
 * A meter without metering, for the tests of the optical port and the tables: its quantities are
 * what the test says. Include it from exactly one file of an executable: it defines what
 * registers/quantities.h declares.
 */
#ifndef TESTS_SUPPORT_FAKE_METER_H
#define TESTS_SUPPORT_FAKE_METER_H

#include "interface/module.h"
#include "registers/billing_actions.h"
#include "registers/control.h"
#include "registers/load_profile.h"
#include "registers/quantities.h"
#include "service/program_check.h"
#include "service/service_disconnect.h"
#include "storage/event_log.h"
#include "storage/utility_information.h"

struct meter {
	struct nameplate nameplate;
	struct quantities quantities;
	struct adjustment adjustment;
	struct service_status service;
	uint16_t status;
	uint8_t losses;
	struct control control;
	struct module module;
	struct utility_information utility; /* none */
	struct load_profile load_profile;   /* none, unless the test opens one */
	struct event_log event_log;
	struct billing billing;
	struct disconnect_report disconnect; /* none, unless the test fits one */
};

struct billing *billing_of(struct meter *meter)
{
	return &meter->billing;
}

struct energy_totals billing_totals_of(const struct meter *meter)
{
	return (struct energy_totals){meter->quantities.delivered_counts,
				      meter->quantities.received_counts};
}

const struct settings *settings_of(const struct meter *meter)
{
	return &meter->control.settings;
}

bool settings_change(struct meter *meter, const struct settings *wanted)
{
	meter->control.settings = *wanted;
	return true;
}

uint32_t meter_module_locked_seconds(const struct meter *meter)
{
	(void)meter;
	return 0;
}

struct utility_information *utility_information_of(struct meter *meter)
{
	return &meter->utility;
}

struct module *module_of(struct meter *meter)
{
	return &meter->module;
}

uint32_t meter_locked_seconds(const struct meter *meter)
{
	(void)meter;
	return 0;
}

bool meter_is_open(const struct meter *meter)
{
	return !meter->control.settings.is_sealed || meter->control.is_seal_broken;
}

bool meter_takes_adjustment(const struct meter *meter)
{
	return meter_is_open(meter);
}

const struct control *control_of(const struct meter *meter)
{
	return &meter->control;
}

struct test_registers test_registers_of(const struct meter *meter)
{
	(void)meter;
	return (struct test_registers){.seconds_left = 0};
}

#define FAKE_PROCEDURE(name)                                                                       \
	enum procedure_result name(struct meter *meter, const uint8_t *parameters)                 \
	{                                                                                          \
		(void)meter;                                                                       \
		(void)parameters;                                                                  \
		return PROCEDURE_COMPLETED;                                                        \
	}

bool meter_reset_demand(struct meter *meter)
{
	const struct energy_totals totals = billing_totals_of(meter);

	return billing_reset_demand(&meter->billing, &totals);
}

void meter_self_read(struct meter *meter)
{
	const struct energy_totals totals = billing_totals_of(meter);

	billing_self_read(&meter->billing, &totals);
}

bool meter_mark_self_reads(struct meter *meter, uint32_t count)
{
	return billing_mark_self_reads(&meter->billing, count);
}

bool meter_set_clock(struct meter *meter, const struct meter_clock_time *time,
		     enum meter_clock_regime regime)
{
	const struct energy_totals totals = billing_totals_of(meter);

	return billing_set_clock(&meter->billing, time, regime, &totals);
}

bool meter_change_demand_rules(struct meter *meter, const struct demand_rules *rules)
{
	const struct energy_totals totals = billing_totals_of(meter);

	return billing_change_rules(&meter->billing, rules, &totals);
}

bool meter_change_calendar(struct meter *meter, const struct calendar *calendar)
{
	const struct energy_totals totals = billing_totals_of(meter);

	return billing_change_calendar(&meter->billing, calendar, &totals);
}

FAKE_PROCEDURE(meter_cold_start)
FAKE_PROCEDURE(meter_warm_start)
FAKE_PROCEDURE(meter_save_configuration)
FAKE_PROCEDURE(meter_clear_data)
FAKE_PROCEDURE(meter_change_mode)
FAKE_PROCEDURE(meter_clear_status)
FAKE_PROCEDURE(meter_clear_losses)

uint8_t meter_supply_losses(const struct meter *meter)
{
	return meter->losses;
}

struct supervision_report supervision_report_of(const struct meter *meter)
{
	static const struct program_check unavailable;

	(void)meter;
	return (struct supervision_report){
		.program = &unavailable, .legal = &unavailable, .build_identity = "unknown"};
}

void quantities_read(const struct meter *meter, struct quantities *quantities)
{
	*quantities = meter->quantities;
}

void service_read(const struct meter *meter, struct service_status *status)
{
	*status = meter->service;
}

const struct nameplate *nameplate_of(const struct meter *meter)
{
	return &meter->nameplate;
}

const struct adjustment *adjustment_of(const struct meter *meter)
{
	return &meter->adjustment;
}

bool adjustment_change(struct meter *meter, const struct adjustment *wanted)
{
	for (int i = 0; i < 3; i++) {
		if (wanted->gain_ppb[i] < -50000000 || wanted->gain_ppb[i] > 50000000 ||
		    wanted->delay_ns[i] < -60000 || wanted->delay_ns[i] > 60000) {
			return false;
		}
	}
	uint16_t change_count = meter->adjustment.change_count;

	meter->adjustment = *wanted;
	meter->adjustment.change_count = (uint16_t)(change_count + 1);
	return true;
}

struct load_profile *load_profile_of(struct meter *meter)
{
	return &meter->load_profile;
}

struct disconnect_report disconnect_report_of(const struct meter *meter)
{
	return meter->disconnect;
}

enum disconnect_result service_disconnect_command(struct meter *meter, uint8_t command,
						  enum disconnect_origin origin)
{
	(void)command;
	(void)origin;
	return meter->disconnect.is_fitted ? DISCONNECT_DONE : DISCONNECT_NOT_FITTED;
}

struct event_log *event_log_of(struct meter *meter)
{
	return &meter->event_log;
}

uint16_t meter_status_bits(const struct meter *meter)
{
	return meter->status;
}

static inline struct meter fake_meter_class_200(void)
{
	struct meter meter = {
		.nameplate =
			{
				.model = "AXR     ",
				.form = "16S  ",
				.serial = "00000042",
				.class_amperes = 200,
				.test_amperes_hundredths = 3000,
				.kh_hundredths = 2160,
				.kt_hundredths = 180,
				.elements = 3,
			},
		.quantities =
			{
				.delivered_counts = 12345678900,
				.received_counts = 45600,
				.net_counts = 12345633300,
				.volts_mv = {120001, 119002, 120503},
				.amperes_ua = {30000001, 29999002, 5003},
				.milliwatts = -10800004,
				.millihertz = 59998,
				.millivars = -5678901,
				.millivolt_amperes = 12201956,
			},
		.service = {.locked = {1, 2, 277},
			    .present = {2, 1, 120},
			    .diagnostics = 0x81,
			    .volts_lag = {0, 12001, 24002},
			    .amperes_lag = {3000, SERVICE_NO_LAG, 27003}},
		.adjustment = {.gain_ppb = {-1, 2, 3}, .delay_ns = {-4, 5, 6}, .change_count = 7},
		.control = {.mode = METER_MODE_NORMAL},
	};

	settings_set_defaults(&meter.control.settings);
	billing_init(&meter.billing);
	return meter;
}

#endif
