/* A function for each kind of item; `index` is the phase or the rate. */
#include "interface/display_values.h"

#include <string.h>

#include "interface/display_text.h"
#include "meter_state.h"
#include "registers/firmware_version.h"

#define KWH_DIGITS 6u
#define KWH_MODULUS 1000000u
#define KW_DIGITS 6u
#define KW_MODULUS UINT64_C(100000000) /* watts: eight digits, for the cumulative */

static uint64_t magnitude_of(int64_t number)
{
	return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

/* Energy */

/* A register above the six digits shows its last six. */
static void put_kwh(const struct meter *meter, char *value, int64_t milliwatt_hours)
{
	unsigned int decimals = meter->control.settings.kwh_decimals;
	uint64_t divisor = 1000000;

	for (unsigned int i = 0; i < decimals; i++) {
		divisor /= 10;
	}
	uint64_t shown = magnitude_of(milliwatt_hours) / divisor % KWH_MODULUS;

	display_put_number(value, shown, decimals, KWH_DIGITS, milliwatt_hours < 0 && shown > 0);
}

static struct energy_totals shown_totals(const struct meter *meter)
{
	const struct shown_registers shown = nonvolatile_shown(meter);

	return (struct energy_totals){shown.delivered_counts, shown.received_counts};
}

static void put_delivered(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_kwh(meter, value, shown_totals(meter).delivered);
}

static void put_received(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_kwh(meter, value, shown_totals(meter).received);
}

static void put_net(const struct meter *meter, char *value, uint8_t index)
{
	const struct energy_totals totals = shown_totals(meter);

	(void)index;
	put_kwh(meter, value, totals.delivered - totals.received);
}

static void put_rate_energy(const struct meter *meter, char *value, uint8_t index)
{
	const struct energy_totals totals = shown_totals(meter);

	put_kwh(meter, value, time_of_use_energy(&meter->billing.rates, index, &totals).delivered);
}

static void put_test_energy(char *value, int64_t milliwatt_hours)
{
	display_put_number(value, (uint64_t)milliwatt_hours / 1000 % KWH_MODULUS, 3, KWH_DIGITS,
			   false);
}

static void put_test_delivered(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_test_energy(value, test_registers_of(meter).delivered_counts);
}

static void put_test_received(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_test_energy(value, test_registers_of(meter).received_counts);
}

static void put_seconds_left(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	display_put_number(value, test_registers_of(meter).seconds_left, 0, 1, false);
}

/* Demand */

static void put_kw(char *value, int64_t milliwatts)
{
	display_put_number(value, magnitude_of(milliwatts) / 1000 % KW_MODULUS, 3, KW_DIGITS,
			   milliwatts <= -1000);
}

/* All rates together. */
static const struct demand_register *total_demand(const struct meter *meter)
{
	return &meter->billing.demand.registers[0];
}

static void put_maximum(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_kw(value, total_demand(meter)->maximum_mw);
}

static void put_rate_maximum(const struct meter *meter, char *value, uint8_t index)
{
	put_kw(value, meter->billing.demand.registers[1u + index].maximum_mw);
}

static void put_cumulative(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_kw(value, total_demand(meter)->cumulative_mw);
}

static void put_continuous(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_kw(value, demand_continuous_mw(total_demand(meter)));
}

static void put_present(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_kw(value, demand_present_mw(&meter->billing.demand, shown_totals(meter).delivered));
}

static void put_previous(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_kw(value, meter->billing.demand.last_mw);
}

static void put_interval_left(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	display_put_number(value,
			   demand_seconds_left(&meter->billing.demand, &meter->billing.clock), 0, 1,
			   false);
}

static void put_resets(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	display_put_number(value, meter->billing.demand.resets, 0, 1, false);
}

/* Dates and times */

static void put_maximum_date(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	display_put_date(value, &total_demand(meter)->time);
}

static void put_maximum_time(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	display_put_time(value, &total_demand(meter)->time, false);
}

static struct meter_clock_time time_now(const struct meter *meter)
{
	const struct meter_clock *clock = &meter->billing.clock;

	return clock->is_set ? meter_clock_time_of(clock) : (struct meter_clock_time){.hour = 0};
}

static void put_date_now(const struct meter *meter, char *value, uint8_t index)
{
	const struct meter_clock_time now = time_now(meter);

	(void)index;
	display_put_date(value, &now);
}

static void put_time_now(const struct meter *meter, char *value, uint8_t index)
{
	const struct meter_clock_time now = time_now(meter);

	(void)index;
	display_put_time(value, &now, true);
}

/* Readings */

static void put_volts(const struct meter *meter, char *value, uint8_t index)
{
	display_put_number(value, meter->live.volts_mv[index] / 100, 1, 1, false);
}

static void put_amperes(const struct meter *meter, char *value, uint8_t index)
{
	display_put_number(value, meter->live.amperes_ua[index] / 1000, 3, 1, false);
}

static void put_watts(const struct meter *meter, char *value, uint8_t index)
{
	int64_t milliwatts = meter->live.milliwatts;

	(void)index;
	display_put_number(value, magnitude_of(milliwatts) / 1000, 3, 1, milliwatts <= -1000);
}

static void put_hertz(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	display_put_number(value, meter->frequency.millihertz / 10, 2, 1, false);
}

/* What the meter says of itself */

static void put_firmware(const struct meter *meter, char *value, uint8_t index)
{
	(void)meter;
	(void)index;
	display_put_number(value, FIRMWARE_VERSION * 100 + FIRMWARE_REVISION, 2, 3, false);
}

/* Eight hexadecimal digits; dashes while there is none. */
static void put_crc(char *value, const struct program_check *check)
{
	char digits[8];

	memset(digits, '-', sizeof(digits));
	for (unsigned int digit = 0; digit < 8 && check->state >= PROGRAM_MATCHES; digit++) {
		digits[7 - digit] = "0123456789ABCDEF"[check->crc >> 4 * digit & 0xFu];
	}
	display_put_right(value, digits, sizeof(digits));
}

static void put_program_crc(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_crc(value, &meter->supervision.program);
}

static void put_legal_crc(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	put_crc(value, &meter->supervision.legal);
}

static void put_build(const struct meter *meter, char *value, uint8_t index)
{
	const struct supervision_report report = supervision_report_of(meter);

	(void)index;
	display_put_right(value, report.build_identity,
			  strnlen(report.build_identity, DISPLAY_VALUE_COLUMNS));
}

/* A digit each, 1 for an error: configuration, self-check, RAM, program, storage, measurement. */
static const uint16_t error_digits[] = {SUPERVISION_CONFIGURATION, SUPERVISION_SELF_CHECK,
					SUPERVISION_RAM,	   SUPERVISION_ROM,
					SUPERVISION_STORAGE,	   SUPERVISION_MEASUREMENT};

#define ERROR_DIGITS (sizeof(error_digits) / sizeof(error_digits[0]))

bool display_has_errors(const struct meter *meter)
{
	unsigned int bits = 0;

	for (unsigned int digit = 0; digit < ERROR_DIGITS; digit++) {
		bits |= error_digits[digit];
	}
	return (meter_status_bits(meter) & bits) != 0;
}

static void put_errors(const struct meter *meter, char *value, uint8_t index)
{
	char text[3 + ERROR_DIGITS];

	(void)index;
	memcpy(text, "Er ", 3);
	for (unsigned int digit = 0; digit < ERROR_DIGITS; digit++) {
		text[3 + digit] = (meter_status_bits(meter) & error_digits[digit]) != 0 ? '1' : '0';
	}
	display_put_right(value, text, sizeof(text));
}

static void put_module(const struct meter *meter, char *value, uint8_t index)
{
	const char *name = module_name(&meter->module);

	(void)index;
	display_put_right(value, name, strlen(name));
}

static void put_module_firmware(const struct meter *meter, char *value, uint8_t index)
{
	(void)index;
	display_put_right(value, meter->module.statement.firmware, MODULE_FIRMWARE_OCTETS);
}

/* Service switch: the words of the item, and the annunciator. */
struct switch_words {
	const char *item;
	const char *letters;
};

static const struct switch_words no_switch = {"", "---"};
static const struct switch_words switch_moves = {"SWITCHING", "..."};
static const struct switch_words switch_fails = {"FAILED", "FLT"};
static const struct switch_words switch_is_armed = {"ARMED", "ARM"};
static const struct switch_words sensed_words[] = {
	[SENSED_NOTHING] = {"UNKNOWN", "???"},
	[SENSED_CLOSED] = {"CLOSED", "CLS"},
	[SENSED_OPEN] = {"OPEN", "OPN"},
	[SENSED_ONE_SIDE] = {"ONE SIDE", "???"},
	[SENSED_LIVE_WHILE_OPEN] = {"LOAD LIVE", "LIV"},
};

static const struct switch_words *switch_words_of(const struct meter *meter)
{
	const struct service_disconnect *disconnect = &meter->disconnect;

	if (!disconnect->is_fitted) {
		return &no_switch;
	}
	if (disconnect->pulses > 0) {
		return &switch_moves;
	}
	if ((disconnect->alarms & (DISCONNECT_ALARM_FAILED | DISCONNECT_ALARM_DIFFERS)) != 0) {
		return &switch_fails;
	}
	return disconnect->commanded == COMMANDED_ARMED && disconnect->sensed == SENSED_OPEN
		       ? &switch_is_armed
		       : &sensed_words[disconnect->sensed];
}

const char *display_switch_letters(const struct meter *meter)
{
	return switch_words_of(meter)->letters;
}

static void put_service_switch(const struct meter *meter, char *value, uint8_t index)
{
	const char *word = switch_words_of(meter)->item;

	(void)index;
	display_put_right(value, word, strlen(word));
}

bool display_has_rates(const struct meter *meter)
{
	const struct time_of_use *rates = &meter->billing.rates;
	bool has_rates = rates->tier > 0;

	for (unsigned int i = 0; i < CALENDAR_SWITCHES && !has_rates; i++) {
		has_rates = meter->billing.calendar.switches[i].is_used;
	}
	for (unsigned int tier = 1; tier < CALENDAR_TIERS && !has_rates; tier++) {
		has_rates = rates->tiers[tier].delivered > 0 || rates->tiers[tier].received > 0;
	}
	return has_rates;
}

/* By the kind of item */

typedef void put_function(const struct meter *meter, char *value, uint8_t index);

static put_function *const put_functions[] = {
	[DISPLAY_SEGMENT_TEST] = NULL,
	[DISPLAY_DELIVERED] = put_delivered,
	[DISPLAY_RECEIVED] = put_received,
	[DISPLAY_NET] = put_net,
	[DISPLAY_TEST_DELIVERED] = put_test_delivered,
	[DISPLAY_TEST_RECEIVED] = put_test_received,
	[DISPLAY_SECONDS_LEFT] = put_seconds_left,
	[DISPLAY_VOLTS] = put_volts,
	[DISPLAY_AMPERES] = put_amperes,
	[DISPLAY_WATTS] = put_watts,
	[DISPLAY_HERTZ] = put_hertz,
	[DISPLAY_FIRMWARE] = put_firmware,
	[DISPLAY_PROGRAM_CRC] = put_program_crc,
	[DISPLAY_LEGAL_CRC] = put_legal_crc,
	[DISPLAY_BUILD] = put_build,
	[DISPLAY_ERRORS] = put_errors,
	[DISPLAY_SERVICE_SWITCH] = put_service_switch,
	[DISPLAY_MODULE] = put_module,
	[DISPLAY_MODULE_FIRMWARE] = put_module_firmware,
	[DISPLAY_MAXIMUM] = put_maximum,
	[DISPLAY_MAXIMUM_DATE] = put_maximum_date,
	[DISPLAY_MAXIMUM_TIME] = put_maximum_time,
	[DISPLAY_CUMULATIVE] = put_cumulative,
	[DISPLAY_CONTINUOUS] = put_continuous,
	[DISPLAY_PRESENT] = put_present,
	[DISPLAY_PREVIOUS] = put_previous,
	[DISPLAY_INTERVAL_LEFT] = put_interval_left,
	[DISPLAY_RESETS] = put_resets,
	[DISPLAY_RATE_ENERGY] = put_rate_energy,
	[DISPLAY_RATE_MAXIMUM] = put_rate_maximum,
	[DISPLAY_DATE] = put_date_now,
	[DISPLAY_TIME] = put_time_now,
};

void display_put_value(const struct meter *meter, const struct display_item *item,
		       char value[DISPLAY_VALUE_COLUMNS])
{
	if (put_functions[item->kind] != NULL) {
		put_functions[item->kind](meter, value, item->index);
	}
}

bool display_item_is_wanted(const struct meter *meter, const struct display_item *item)
{
	switch ((enum display_kind)item->kind) {
	case DISPLAY_ERRORS:
		return display_has_errors(meter);
	case DISPLAY_SERVICE_SWITCH:
		return meter->disconnect.is_fitted;
	case DISPLAY_RATE_ENERGY:
	case DISPLAY_RATE_MAXIMUM:
		return display_has_rates(meter);
	default:
		return true;
	}
}
