/* ZERA MT as error calculator: one pulse input, the energy between first and last pulse as raw
 * indication. */
#include <stdio.h>
#include <string.h>

#include "drivers/instruments/zera_mt.h"

#define ERROR_RESOLUTION_PERCENT 0.01

static const struct zera_command set_gate = ZERA_LINES("error calculator", "AEP");
static const struct zera_command start_gate = ZERA_LINES("error calculator", "AEB");
static const struct zera_command ask_gate = ZERA_LINES("error calculator", "AES");
static const struct zera_command abort_gate = ZERA_LINES("error calculator", "AEE");

static enum status require_channel(struct zera_mt *zera, int channel)
{
	if (channel != 1) {
		return zera_fail(
			&zera->link, &set_gate, STATUS_LIMIT,
			"channel %d does not exist; this instrument has one pulse input, channel 1",
			channel);
	}
	return STATUS_OK;
}

/* Six digits and a power of ten. */
struct decimal {
	int64_t digits;
	int power;
};

static struct decimal rounded_decimal(double number)
{
	struct decimal decimal = {0, 0};

	while (number >= 999999.5) {
		number /= 10;
		decimal.power++;
	}
	decimal.digits = (int64_t)(number + 0.5);
	return decimal;
}

static struct decimal exact_decimal(int64_t number)
{
	struct decimal decimal = {number, 0};

	while (decimal.digits > 999999 && decimal.digits % 10 == 0) {
		decimal.digits /= 10;
		decimal.power++;
	}
	return decimal;
}

static enum status gate_start(struct instrument *instrument, int channel,
			      double pulses_per_kilowatt_hour, int64_t pulses)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = require_channel(zera, channel);
	char text[48];

	if (status) {
		return status;
	}
	if (!(pulses_per_kilowatt_hour * 1e5 >= 1 && pulses_per_kilowatt_hour < 1e10)) {
		return zera_fail(&zera->link, &set_gate, STATUS_LIMIT,
				 "a meter constant of %g pulses per kWh cannot be told with 6 "
				 "digits and 10^0..10^10",
				 pulses_per_kilowatt_hour);
	}
	struct decimal constant = rounded_decimal(pulses_per_kilowatt_hour * 1e5);
	struct decimal count = exact_decimal(pulses);

	if (pulses < 1 || count.digits > 999999 || count.power > 5) {
		return zera_fail(&zera->link, &set_gate, STATUS_LIMIT,
				 "%lld pulses cannot be told with 6 digits and 10^0..10^5",
				 (long long)pulses);
	}
	status = zera_require_active_mode(zera);
	snprintf(text, sizeof(text), "%lld;%d;%lld;%d", (long long)constant.digits, constant.power,
		 (long long)count.digits, count.power);
	if (!status) {
		status = zera_mt_ask(zera, &set_gate, text);
	}
	return status ? status : zera_mt_ask(zera, &start_gate, "0");
}

static bool parse_gate_state(const char *text, enum gate_state *state)
{
	static const enum gate_state states[] = {GATE_IDLE, GATE_WAITING, GATE_RUNNING,
						 GATE_FINISHED};

	if (text[0] != '0' || text[1] < '0' || text[1] > '3' || text[2]) {
		return false;
	}
	*state = states[text[1] - '0'];
	return true;
}

/* "--.--": none yet, "oo.oo": overflow; both are replies without an error. */
static bool parse_gate_error(const char *text, struct gate_indication *indication)
{
	if (!strcmp(text, "--.--") || !strcmp(text, "oo.oo")) {
		return true;
	}
	indication->has_error = zera_parse_number(text, &indication->error_percent);
	return indication->has_error;
}

/* "100;123.456789", also with a percent sign before the semicolon. */
static bool parse_gate_progress(const char *text, struct gate_indication *indication)
{
	char progress[24];
	size_t length = strcspn(text, "%;");
	const char *energy = strchr(text, ';');

	if (!energy || length >= sizeof(progress) ||
	    text + length + (text[length] == '%') != energy) {
		return false;
	}
	snprintf(progress, sizeof(progress), "%.*s", (int)length, text);
	return zera_parse_number(progress, &indication->progress_percent) &&
	       zera_parse_number(energy + 1, &indication->watt_hours);
}

static enum status gate_read(struct instrument *instrument, int channel,
			     struct gate_indication *indication)
{
	struct zera_mt *zera = zera_of(instrument);
	struct zera_link *link = &zera->link;
	enum status status = require_channel(zera, channel);

	if (!status) {
		status = zera_mt_ask(zera, &ask_gate, "1");
	}
	if (status) {
		return status;
	}
	*indication =
		(struct gate_indication){.resolution_watt_hours = zera->count_watt_hours,
					 .error_resolution_percent = ERROR_RESOLUTION_PERCENT};
	if (link->line_count != 3 || !parse_gate_state(link->lines[0], &indication->state) ||
	    !parse_gate_error(link->lines[1], indication) ||
	    !parse_gate_progress(link->lines[2], indication)) {
		return zera_fail(link, &ask_gate, STATUS_PROTOCOL,
				 "\"AES1\" was answered by %d lines that are no state, error and "
				 "energy (first \"%s\")",
				 link->line_count, link->line_count ? link->lines[0] : "");
	}
	indication->has_energy = indication->state == GATE_FINISHED;
	return STATUS_OK;
}

static enum status gate_abort(struct instrument *instrument, int channel)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = require_channel(zera, channel);

	return status ? status : zera_mt_ask(zera, &abort_gate, "");
}

const struct error_calculator zera_error_calculator = {
	.start = gate_start,
	.read = gate_read,
	.abort = gate_abort,
};
