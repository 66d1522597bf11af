/*
 * ZERA MT786/MT3000 combined source and reference standard over its serial ASCII protocol: four roles on one line.
 * Angles on the wire are DIN: the negated IEC angle in 0..360 degrees, which is this project's lag normalised.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/instruments/drivers.h"
#include "drivers/instruments/zera_mt_link.h"
#include "drivers/instruments/zera_mt_status.h"

#define GENERAL_SECONDS 30.0
#define SWITCH_ON_SECONDS 15.0
#define SWITCH_OFF_SECONDS 5.0
#define STATUS_SECONDS 2.5
#define OFF_ATTEMPTS 3
#define RANGES 16
/* Frequency output: 60 kHz at full scale of all phases, so one count is phases*UB*IB/(3600*60000) Wh. */
#define FULL_SCALE_HERTZ 60000.0
#define ERROR_RESOLUTION_PERCENT 0.01

#define WORD(role, word, closing) {role, word, closing, ZERA_REPLY_WORD, GENERAL_SECONDS, false}
#define VALUE(role, word, closing) {role, word, closing, ZERA_REPLY_VALUE, GENERAL_SECONDS, false}
#define LINES(role, word) {role, word, word "ACK", ZERA_REPLY_LINES_AND_WORD, GENERAL_SECONDS, false}
#define SOURCE "source"
#define STANDARD "standard"
#define CALCULATOR "error calculator"

static const struct zera_command identify_source = VALUE(SOURCE, "STS", "STS");
static const struct zera_command set_frequency = WORD(SOURCE, "SFR", "SOKFR");
static const struct zera_command set_voltages = WORD(SOURCE, "SUP", "SOKUP");
static const struct zera_command set_currents = WORD(SOURCE, "SIP", "SOKIP");
static const struct zera_command switch_on = {SOURCE, "SUI", "SOKUI", ZERA_REPLY_WORD, SWITCH_ON_SECONDS, false};
static const struct zera_command switch_off = {SOURCE, "SUI", "SOKUI", ZERA_REPLY_WORD, SWITCH_OFF_SECONDS, true};
static const struct zera_command ask_status = {SOURCE, "SSM", "SSM", ZERA_REPLY_VALUE, STATUS_SECONDS, true};
static const struct zera_command dose_pulses = WORD(SOURCE, "S3PS46;", "SOK3PS46");
static const struct zera_command dose_start = WORD(SOURCE, "S3CM1", "SOK3CM1");
static const struct zera_command dose_abort = WORD(SOURCE, "S3CM2", "SOK3CM2");
static const struct zera_command dose_mode_on = WORD(SOURCE, "S3CM3", "SOK3CM3");
static const struct zera_command dose_mode_off = WORD(SOURCE, "S3CM4", "SOK3CM4");
static const struct zera_command ask_dose_state = VALUE(SOURCE, "S3SA1", "SOK3SA1;");
static const struct zera_command ask_dose_done = VALUE(SOURCE, "S3MA5", "SOK3MA5;");
static const struct zera_command identify_standard = LINES(STANDARD, "AAV");
static const struct zera_command measure = LINES(STANDARD, "AME");
static const struct zera_command ask_settings = LINES(STANDARD, "AST");
static const struct zera_command list_voltage_ranges = LINES(STANDARD, "AVI");
static const struct zera_command list_current_ranges = LINES(STANDARD, "ACI");
static const struct zera_command set_automatic = LINES(STANDARD, "AAM");
static const struct zera_command set_mode = LINES(STANDARD, "AMT");
static const struct zera_command set_voltage_range = LINES(STANDARD, "AVR");
static const struct zera_command set_current_range = LINES(STANDARD, "ACR");
static const struct zera_command set_integration = LINES(STANDARD, "ATI");
static const struct zera_command switch_energy = LINES(STANDARD, "AET");
static const struct zera_command ask_energy = LINES(STANDARD, "AEV");
static const struct zera_command set_gate = LINES(CALCULATOR, "AEP");
static const struct zera_command start_gate = LINES(CALCULATOR, "AEB");
static const struct zera_command ask_gate = LINES(CALCULATOR, "AES");
static const struct zera_command abort_gate = LINES(CALCULATOR, "AEE");

/* Limits of the source by the beginning of its model text; a longer name stands before its own beginning. */
static const struct source_model {
	const char *name;
	struct power_source_limits limits;
} source_models[] = {
	/* Exists only as a simulation: an MT786 with 200 A class amplifiers. */
	{"MT786-200", {20, 500, 0.001, 240, 45, 65}},
	{"MT786", {20, 500, 0.001, 120, 45, 65}},
};

/* Measuring ranges and mode of the standard at this moment (AST). */
struct standard_settings {
	double volts;
	double amperes;
	int phases;
	char mode[8];
};

struct zera_mt {
	struct instrument instrument;
	struct zera_link link;
	const struct source_model *model;
	struct three_phase load; /* last applied */
	bool is_dosing;          /* dosage mode is on */
	double count_watt_hours; /* of one count of the frequency output, when last asked */
};

static struct zera_mt *zera_of(struct instrument *instrument)
{
	return (struct zera_mt *)instrument;
}

static enum status ask(struct zera_mt *zera, const struct zera_command *command, const char *arguments)
{
	return zera_ask(&zera->link, command, arguments);
}

/* A whole decimal number (also 333E2); blanks around it are allowed. */
static bool parse_number(const char *text, double *number)
{
	char *end;

	if (!strpbrk(text, "0123456789") || strpbrk(text, "xXnNiIpP")) {
		return false;
	}
	*number = strtod(text, &end);
	return end != text && !end[strspn(end, " ")] && isfinite(*number);
}

/* ---- power source ---- */

static void source_limits(struct instrument *instrument, struct power_source_limits *limits)
{
	*limits = zera_of(instrument)->model->limits;
}

/* The first voltage that is on is the reference of all angles. */
static double reference_lag(const struct three_phase *load)
{
	for (int phase = 0; phase < 3; phase++) {
		if (load->volts[phase].rms > 0) {
			return load->volts[phase].lag_degrees;
		}
	}
	return 0;
}

static double normalised_degrees(double degrees)
{
	double hundredths = round((degrees - 360 * floor(degrees / 360)) * 100);

	return (hundredths >= 36000 ? 0 : hundredths) / 100;
}

/* Six digits, three of them behind the point; milliamperes only for currents that amperes would round. */
static bool needs_milliamperes(const struct phasor amperes[3])
{
	bool is_rounded = false;

	for (int phase = 0; phase < 3; phase++) {
		double milliamperes = amperes[phase].rms * 1e3;

		if (milliamperes >= 999.9995) {
			return false;
		}
		is_rounded |= fabs(milliamperes - round(milliamperes)) > 1e-6;
	}
	return is_rounded;
}

static enum status set_phasors(struct zera_mt *zera, const struct zera_command *command, const char *kind,
			       const struct phasor phasors[3], double unit, double reference)
{
	char text[64];
	int length = snprintf(text, sizeof(text), "%s", kind);

	for (int phase = 0; phase < 3; phase++) {
		double amplitude = phasors[phase].rms / unit;
		double lag = phasors[phase].lag_degrees - reference;

		if (!(amplitude >= 0 && amplitude < 999.9995) || !isfinite(lag)) {
			return zera_fail(&zera->link, command, STATUS_LIMIT,
					 "%g at %g degrees on phase %c does not fit the 3+3 and 3+2 digits of \"%s\"",
					 phasors[phase].rms, lag, 'A' + phase, command->word);
		}
		length += snprintf(text + length, sizeof(text) - (size_t)length, "%c%07.3f%06.2f", "RST"[phase],
				   amplitude, normalised_degrees(lag));
	}
	return ask(zera, command, text);
}

static enum status set_all_phasors(struct zera_mt *zera, const struct three_phase *load)
{
	double reference = reference_lag(load);
	bool milliamperes = needs_milliamperes(load->amperes);
	enum status status = set_phasors(zera, &set_voltages, "AE", load->volts, 1, reference);

	if (status) {
		return status;
	}
	return set_phasors(zera, &set_currents, milliamperes ? "AM" : "AA", load->amperes,
			   milliamperes ? 1e-3 : 1, reference);
}

static enum status set_hertz(struct zera_mt *zera, double hertz)
{
	const struct power_source_limits *limits = &zera->model->limits;
	char text[16];

	/* Below 1 Hz the wire has special codes ("00.00" follows the mains), so this is no matter of taste. */
	if (!(hertz >= limits->hertz_minimum && hertz <= limits->hertz_maximum)) {
		return zera_fail(&zera->link, &set_frequency, STATUS_LIMIT, "%g Hz is outside %g to %g Hz of the %s",
				 hertz, limits->hertz_minimum, limits->hertz_maximum, zera->model->name);
	}
	snprintf(text, sizeof(text), "%05.2f", hertz);
	return ask(zera, &set_frequency, text);
}

static enum status switch_outputs(struct zera_mt *zera, const struct phasor volts[3],
				  const struct phasor amperes[3])
{
	char text[] = "AAAAAAAAA";

	for (int phase = 0; phase < 3; phase++) {
		text[phase] = volts[phase].rms > 0 ? 'E' : 'A';
		text[phase + 3] = amperes[phase].rms > 0 ? 'P' : 'A';
	}
	return ask(zera, &switch_on, text);
}

/* The check comes before the first byte, so that a refused load has changed nothing. */
static enum status check_wire(struct zera_mt *zera, const struct three_phase *load)
{
	for (int phase = 0; phase < 3; phase++) {
		double volts = load->volts[phase].rms;
		double amperes = load->amperes[phase].rms;

		if (!(volts >= 0 && volts < 999.9995 && amperes >= 0 && amperes < 999.9995)) {
			return zera_fail(&zera->link, &set_voltages, STATUS_LIMIT,
					 "%g V and %g A on phase %c cannot be told with 3+3 digits", volts, amperes,
					 'A' + phase);
		}
		if (!isfinite(load->volts[phase].lag_degrees) || !isfinite(load->amperes[phase].lag_degrees)) {
			return zera_fail(&zera->link, &set_voltages, STATUS_BAD_INPUT, "phase %c has no angle",
					 'A' + phase);
		}
	}
	return STATUS_OK;
}

static enum status set_load(struct zera_mt *zera, const struct three_phase *load)
{
	enum status status = check_wire(zera, load);

	if (!status) {
		status = set_hertz(zera, load->hertz);
	}
	if (!status) {
		status = set_all_phasors(zera, load);
	}
	if (!status) {
		status = switch_outputs(zera, load->volts, load->amperes);
	}
	if (!status) {
		zera->load = *load;
	}
	return status;
}

/* In dosage mode an applied current would wait for a start that does not come. */
static enum status leave_dosage_mode(struct zera_mt *zera)
{
	if (!zera->is_dosing) {
		return STATUS_OK;
	}
	enum status status = ask(zera, &dose_mode_off, "");

	zera->is_dosing = status != STATUS_OK;
	return status;
}

static enum status source_apply(struct instrument *instrument, const struct three_phase *load)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = STATUS_OK;

	if (zera->is_dosing) {
		status = switch_outputs(zera, zera->load.volts, (const struct phasor[3]){{0}});
	}
	if (!status) {
		status = leave_dosage_mode(zera);
	}
	return status ? status : set_load(zera, load);
}

static enum status source_off(struct instrument *instrument)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = STATUS_OK;

	for (int attempt = 0; attempt < OFF_ATTEMPTS; attempt++) {
		status = ask(zera, &switch_off, "AAAAAAAAA");
		if (!status) {
			return STATUS_OK;
		}
		zera->link.is_out_of_step = true;
	}
	return status_prefix(status, "%d attempts to switch off: ", OFF_ATTEMPTS);
}

static enum status source_check_alarms(struct instrument *instrument)
{
	struct zera_mt *zera = zera_of(instrument);
	char words[ZERA_ALARM_BYTES];
	enum status status = ask(zera, &ask_status, "");

	if (zera->link.alarm[0] && status != STATUS_ABORTED) {
		return zera_link_take_alarm(&zera->link, &ask_status);
	}
	if (status) {
		return status;
	}
	const char *digits = zera_status_digits(zera->link.line);

	if (!digits) {
		return zera_fail(&zera->link, &ask_status, STATUS_PROTOCOL,
				 "status \"%s\" is not 20 or 22 hexadecimal digits", zera->link.line);
	}
	zera_status_words(digits, words, sizeof(words));
	return words[0] ? zera_fail(&zera->link, &ask_status, STATUS_ALARM, "%s", words) : STATUS_OK;
}

/* ---- reference standard ---- */

static enum status no_number(struct zera_mt *zera, const struct zera_command *command, const char *text)
{
	return zera_fail(&zera->link, command, STATUS_PROTOCOL, "\"%s\" in the reply to \"%s\" is no number", text,
			 command->word);
}

/* Where each value of AME goes; angles and frequency have none while there is no signal. */
static const struct measured_value {
	int index;
	size_t offset;
	bool may_be_dashes;
} measured_values[] = {
#define MEASURED(index, member, dashes) {index, offsetof(struct standard_indication, member), dashes}
	MEASURED(0, volts[0], false),
	MEASURED(1, volts[1], false),
	MEASURED(2, volts[2], false),
	MEASURED(3, amperes[0], false),
	MEASURED(4, amperes[1], false),
	MEASURED(5, amperes[2], false),
	MEASURED(6, volts_lag_degrees[0], true),
	MEASURED(7, volts_lag_degrees[1], true),
	MEASURED(8, volts_lag_degrees[2], true),
	MEASURED(9, amperes_lag_degrees[0], true),
	MEASURED(10, amperes_lag_degrees[1], true),
	MEASURED(11, amperes_lag_degrees[2], true),
	MEASURED(15, watts[0], false),
	MEASURED(16, watts[1], false),
	MEASURED(17, watts[2], false),
	MEASURED(24, total_watts, false),
	MEASURED(28, hertz, true),
#undef MEASURED
};

/* The text behind "index;", NULL when the reply does not have it. */
static const char *find_measured(const struct zera_link *link, int index)
{
	char wanted[16];
	size_t length = (size_t)snprintf(wanted, sizeof(wanted), "%d;", index);

	for (int line = 0; line < link->line_count; line++) {
		const char *text = link->lines[line] + (link->lines[line][0] == '0' && index < 10 &&
							link->lines[line][1] != ';');

		if (!strncmp(text, wanted, length)) {
			return text + length;
		}
	}
	return NULL;
}

static enum status standard_read(struct instrument *instrument, struct standard_indication *indication)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = ask(zera, &measure, "");

	*indication = (struct standard_indication){0};
	for (size_t i = 0; !status && i < sizeof(measured_values) / sizeof(*measured_values); i++) {
		const struct measured_value *value = &measured_values[i];
		const char *text = find_measured(&zera->link, value->index);
		double *number = (double *)((char *)indication + value->offset);

		if (!text) {
			status = zera_fail(&zera->link, &measure, STATUS_PROTOCOL,
					   "the reply to \"AME\" lacks value %d", value->index);
		} else if (value->may_be_dashes && !text[strspn(text, "-. ")]) {
			*number = 0;
		} else if (!parse_number(text, number)) {
			status = no_number(zera, &measure, text);
		}
	}
	return status;
}

static const char *find_setting(const struct zera_link *link, const char *name)
{
	size_t length = strlen(name);

	for (int line = 0; line < link->line_count; line++) {
		if (!strncmp(link->lines[line], name, length) && link->lines[line][length] == '=') {
			return link->lines[line] + length + 1;
		}
	}
	return "";
}

/* 4WA, 3WA, 2WA and their kin: three, two and one phase. */
static int phases_of_mode(const char *mode)
{
	return *mode >= '2' && *mode <= '4' ? *mode - '1' : 0;
}

static enum status read_settings(struct zera_mt *zera, struct standard_settings *settings)
{
	enum status status = ask(zera, &ask_settings, "");

	if (status) {
		return status;
	}
	const char *mode = find_setting(&zera->link, "M");

	snprintf(settings->mode, sizeof(settings->mode), "%.7s", mode);
	settings->phases = phases_of_mode(mode);
	if (!settings->phases || !parse_number(find_setting(&zera->link, "UB"), &settings->volts) ||
	    !parse_number(find_setting(&zera->link, "IB"), &settings->amperes) || settings->volts <= 0 ||
	    settings->amperes <= 0) {
		return zera_fail(&zera->link, &ask_settings, STATUS_PROTOCOL,
				 "the reply to \"AST\" lacks ranges or mode (UB=%.12s IB=%.12s M=%.12s)",
				 find_setting(&zera->link, "UB"), find_setting(&zera->link, "IB"), mode);
	}
	zera->count_watt_hours = settings->phases * settings->volts * settings->amperes / (3600 * FULL_SCALE_HERTZ);
	return STATUS_OK;
}

/* Active energy of three phases; everything that counts energy rests on it. */
static enum status require_active_mode(struct zera_mt *zera)
{
	struct standard_settings settings;
	enum status status = read_settings(zera, &settings);

	if (status || !strcmp(settings.mode, "4WA")) {
		return status;
	}
	status = ask(zera, &set_mode, "4WA");
	return status ? status : read_settings(zera, &settings);
}

/* The smallest listed range that holds the value; its text goes back to the instrument as it came. */
static enum status choose_range(struct zera_mt *zera, const struct zera_command *list, double rms,
				char chosen[ZERA_LINE_BYTES])
{
	double best = 0;
	enum status status = ask(zera, list, "");

	for (int line = 0; !status && line < zera->link.line_count; line++) {
		double range;

		if (!parse_number(zera->link.lines[line], &range)) {
			status = no_number(zera, list, zera->link.lines[line]);
		} else if (range >= rms && (best == 0 || range < best)) {
			best = range;
			memcpy(chosen, zera->link.lines[line], ZERA_LINE_BYTES);
		}
	}
	if (!status && best == 0) {
		status = zera_fail(&zera->link, list, STATUS_LIMIT, "no range in \"%s\" holds %g", list->word, rms);
	}
	return status;
}

static enum status standard_set_range(struct instrument *instrument, double volts, double amperes)
{
	struct zera_mt *zera = zera_of(instrument);
	char voltage_range[ZERA_LINE_BYTES];
	char current_range[ZERA_LINE_BYTES];
	enum status status = choose_range(zera, &list_voltage_ranges, volts, voltage_range);

	if (!status) {
		status = choose_range(zera, &list_current_ranges, amperes, current_range);
	}
	if (!status) {
		status = ask(zera, &set_automatic, "MMM");
	}
	if (!status) {
		status = ask(zera, &set_voltage_range, voltage_range);
	}
	if (!status) {
		status = ask(zera, &set_current_range, current_range);
	}
	/* One second: a longer window would still show the old load when the new one is to be confirmed. */
	if (!status) {
		status = ask(zera, &set_integration, "01");
	}
	return status ? status : require_active_mode(zera);
}

static enum status energy_start(struct instrument *instrument)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = require_active_mode(zera);

	return status ? status : ask(zera, &switch_energy, "1");
}

static enum status energy_stop(struct instrument *instrument)
{
	return ask(zera_of(instrument), &switch_energy, "0");
}

static enum status energy_read(struct instrument *instrument, double *watt_hours, double *resolution_watt_hours)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = ask(zera, &ask_energy, "");

	if (status) {
		return status;
	}
	if (zera->link.line_count != 1 || !parse_number(zera->link.lines[0], watt_hours)) {
		return no_number(zera, &ask_energy, zera->link.line_count ? zera->link.lines[0] : "");
	}
	*resolution_watt_hours = zera->count_watt_hours;
	return STATUS_OK;
}

/* ---- error calculator ---- */

static enum status require_channel(struct zera_mt *zera, int channel)
{
	if (channel != 1) {
		return zera_fail(&zera->link, &set_gate, STATUS_LIMIT,
				 "channel %d does not exist; this instrument has one pulse input, channel 1", channel);
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

static enum status gate_start(struct instrument *instrument, int channel, double pulses_per_kilowatt_hour,
			      int64_t pulses)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = require_channel(zera, channel);
	char text[48];

	if (status) {
		return status;
	}
	if (!(pulses_per_kilowatt_hour * 1e5 >= 1 && pulses_per_kilowatt_hour < 1e10)) {
		return zera_fail(&zera->link, &set_gate, STATUS_LIMIT,
				 "a meter constant of %g pulses per kWh cannot be told with 6 digits and 10^0..10^10",
				 pulses_per_kilowatt_hour);
	}
	struct decimal constant = rounded_decimal(pulses_per_kilowatt_hour * 1e5);
	struct decimal count = exact_decimal(pulses);

	if (pulses < 1 || count.digits > 999999 || count.power > 5) {
		return zera_fail(&zera->link, &set_gate, STATUS_LIMIT,
				 "%lld pulses cannot be told with 6 digits and 10^0..10^5", (long long)pulses);
	}
	status = require_active_mode(zera);
	snprintf(text, sizeof(text), "%lld;%d;%lld;%d", (long long)constant.digits, constant.power,
		 (long long)count.digits, count.power);
	if (!status) {
		status = ask(zera, &set_gate, text);
	}
	return status ? status : ask(zera, &start_gate, "0");
}

static bool parse_gate_state(const char *text, enum gate_state *state)
{
	static const enum gate_state states[] = {GATE_IDLE, GATE_WAITING, GATE_RUNNING, GATE_FINISHED};

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
	indication->has_error = parse_number(text, &indication->error_percent);
	return indication->has_error;
}

/* "100;123.456789", also with a percent sign before the semicolon. */
static bool parse_gate_progress(const char *text, struct gate_indication *indication)
{
	char progress[24];
	size_t length = strcspn(text, "%;");
	const char *energy = strchr(text, ';');

	if (!energy || length >= sizeof(progress) || text + length + (text[length] == '%') != energy) {
		return false;
	}
	snprintf(progress, sizeof(progress), "%.*s", (int)length, text);
	return parse_number(progress, &indication->progress_percent) &&
	       parse_number(energy + 1, &indication->watt_hours);
}

static enum status gate_read(struct instrument *instrument, int channel, struct gate_indication *indication)
{
	struct zera_mt *zera = zera_of(instrument);
	struct zera_link *link = &zera->link;
	enum status status = require_channel(zera, channel);

	if (!status) {
		status = ask(zera, &ask_gate, "1");
	}
	if (status) {
		return status;
	}
	*indication = (struct gate_indication){.resolution_watt_hours = zera->count_watt_hours,
					       .error_resolution_percent = ERROR_RESOLUTION_PERCENT};
	if (link->line_count != 3 || !parse_gate_state(link->lines[0], &indication->state) ||
	    !parse_gate_error(link->lines[1], indication) || !parse_gate_progress(link->lines[2], indication)) {
		return zera_fail(link, &ask_gate, STATUS_PROTOCOL,
				 "\"AES1\" was answered by %d lines that are no state, error and energy (first \"%s\")",
				 link->line_count, link->line_count ? link->lines[0] : "");
	}
	indication->has_energy = indication->state == GATE_FINISHED;
	return STATUS_OK;
}

static enum status gate_abort(struct instrument *instrument, int channel)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = require_channel(zera, channel);

	return status ? status : ask(zera, &abort_gate, "");
}

/* ---- energy dose ---- */

static enum status enter_dosage_mode(struct zera_mt *zera)
{
	enum status status = ask(zera, &dose_mode_on, "");

	/* A lost reply counts as on: leaving it once too often does no harm. */
	zera->is_dosing = status != STATUS_REFUSED;
	return status;
}

static enum status dose_prepare(struct instrument *instrument, const struct three_phase *load)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = check_wire(zera, load);

	if (!status) {
		status = enter_dosage_mode(zera);
	}
	return status ? status : set_load(zera, load);
}

static enum status set_dose_pulses(struct zera_mt *zera, double watt_hours)
{
	double pulses = round(watt_hours / zera->count_watt_hours);
	char text[24];

	if (!(pulses >= 1 && pulses <= 9999999999.0)) {
		return zera_fail(&zera->link, &dose_pulses, STATUS_LIMIT,
				 "a dose of %g Wh is not 1 to 9999999999 pulses of %g Wh", watt_hours,
				 zera->count_watt_hours);
	}
	snprintf(text, sizeof(text), "%010lld", (long long)pulses);
	return ask(zera, &dose_pulses, text);
}

static bool has_current(const struct three_phase *load)
{
	return load->amperes[0].rms > 0 || load->amperes[1].rms > 0 || load->amperes[2].rms > 0;
}

static enum status dose_begin(struct instrument *instrument, double watt_hours)
{
	struct zera_mt *zera = zera_of(instrument);

	if (!has_current(&zera->load)) {
		return zera_fail(&zera->link, &dose_start, STATUS_BAD_INPUT,
				 "a dose needs a load with a current, which nobody has set");
	}
	enum status status = require_active_mode(zera);

	if (!status && !zera->is_dosing) {
		status = enter_dosage_mode(zera);
	}
	if (!status) {
		status = set_dose_pulses(zera, watt_hours);
	}
	return status ? status : ask(zera, &dose_start, "");
}

/* Currents are switched off before the mode is left, because the mode is what holds them back. */
static enum status dose_finish(struct zera_mt *zera)
{
	enum status status = switch_outputs(zera, zera->load.volts, (const struct phasor[3]){{0}});

	if (!status) {
		memset(zera->load.amperes, 0, sizeof(zera->load.amperes));
		status = leave_dosage_mode(zera);
	}
	return status;
}

static enum status dose_poll(struct instrument *instrument, bool *done, double *watt_hours_so_far)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = ask(zera, &ask_dose_state, "");
	double pulses = 0;

	*done = false;
	if (status) {
		return status;
	}
	char state = zera->link.value[0];

	if ((state != '1' && state != '2') || zera->link.value[1]) {
		return zera_fail(&zera->link, &ask_dose_state, STATUS_PROTOCOL, "dosage state \"%s\" is unknown",
				 zera->link.value);
	}
	status = ask(zera, &ask_dose_done, "");
	if (status) {
		return status;
	}
	if (!parse_number(zera->link.value, &pulses)) {
		return no_number(zera, &ask_dose_done, zera->link.value);
	}
	*watt_hours_so_far = pulses * zera->count_watt_hours;
	if (state == '1') {
		status = dose_finish(zera);
		*done = !status;
	}
	return status;
}

static enum status dose_stop(struct instrument *instrument)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = ask(zera, &dose_abort, "");

	return status ? status : dose_finish(zera);
}

/* ---- identity ---- */

static const struct source_model *find_model(const char *text)
{
	for (size_t i = 0; i < sizeof(source_models) / sizeof(*source_models); i++) {
		if (!strncmp(text, source_models[i].name, strlen(source_models[i].name))) {
			return &source_models[i];
		}
	}
	return NULL;
}

/* "MT793V05.52": the model before the last V, the version from there. */
static enum status read_version(struct zera_mt *zera, char model[ZERA_LINE_BYTES])
{
	struct instrument_identity *identity = &zera->instrument.identity;
	enum status status = ask(zera, &identify_standard, "");

	if (status) {
		return status;
	}
	char *version = zera->link.line_count == 1 ? strrchr(zera->link.lines[0], 'V') : NULL;

	if (!version || version == zera->link.lines[0]) {
		return zera_fail(&zera->link, &identify_standard, STATUS_PROTOCOL,
				 "\"%.40s\" as reply to \"AAV\" is no model and version; is this a ZERA MT?",
				 zera->link.line_count ? zera->link.lines[0] : "");
	}
	snprintf(identity->version, sizeof(identity->version), "%.31s", version);
	snprintf(model, ZERA_LINE_BYTES, "%.*s", (int)(version - zera->link.lines[0]), zera->link.lines[0]);
	return STATUS_OK;
}

static enum status identify(struct zera_mt *zera)
{
	struct instrument_identity *identity = &zera->instrument.identity;
	char standard_model[ZERA_LINE_BYTES];
	enum status status = read_version(zera, standard_model);

	if (!status) {
		status = ask(zera, &identify_source, "");
	}
	if (status) {
		return status;
	}
	snprintf(identity->maker, sizeof(identity->maker), "ZERA");
	zera->model = find_model(zera->link.value);
	if (!zera->model) {
		zera->model = find_model(standard_model);
	}
	if (!zera->model) {
		return zera_fail(&zera->link, &identify_source, STATUS_BAD_INPUT,
				 "model \"%.40s\" (standard \"%.40s\") is not one whose limits this driver knows",
				 zera->link.value, standard_model);
	}
	snprintf(identity->model, sizeof(identity->model), "%s", zera->model->name);
	return STATUS_OK;
}

static const struct power_source power_source_role = {
	.limits = source_limits,
	.apply = source_apply,
	.off = source_off,
	.check_alarms = source_check_alarms,
};

static const struct reference_standard reference_standard_role = {
	.set_range = standard_set_range,
	.read = standard_read,
	.energy_start = energy_start,
	.energy_stop = energy_stop,
	.energy_read = energy_read,
};

static const struct error_calculator error_calculator_role = {
	.start = gate_start,
	.read = gate_read,
	.abort = gate_abort,
};

static const struct energy_dose energy_dose_role = {
	.prepare = dose_prepare,
	.start = dose_begin,
	.poll = dose_poll,
	.abort = dose_stop,
};

static enum status zera_close(struct instrument *instrument)
{
	free(instrument);
	return STATUS_OK;
}

static enum status zera_open(const char *name, struct port *port, struct instrument **instrument)
{
	struct zera_mt *zera = calloc(1, sizeof(*zera));

	if (!zera) {
		return status_fail(STATUS_IO, "no memory for instrument %s", name);
	}
	zera->instrument = (struct instrument){
		.driver = &zera_mt_driver,
		.name = name,
		.port = port,
		.power_source = &power_source_role,
		.reference_standard = &reference_standard_role,
		.error_calculator = &error_calculator_role,
		.energy_dose = &energy_dose_role,
		.close = zera_close,
	};
	zera_link_init(&zera->link, port, name);
	enum status status = zera_link_synchronise(&zera->link);

	if (!status) {
		status = identify(zera);
	}
	if (status) {
		free(zera);
		return status;
	}
	*instrument = &zera->instrument;
	return STATUS_OK;
}

const struct instrument_driver zera_mt_driver = {
	.name = "zera_mt",
	.description = "ZERA MT786 source, reference standard, error calculator and energy dose",
	.line = {.baud = 9600, .stop_bits = 2},
	.tested = "simulated only",
	.open = zera_open,
};
