/* ZERA MT as reference standard: indications, ranges, energy register. Its angles are lags, too
 * (zera_mt_source). */
#include <stdio.h>
#include <string.h>

#include "drivers/instruments/zera_mt.h"

/* Frequency output: 60 kHz at full scale of all phases, so one count is phases*UB*IB/(3600*60000)
 * Wh. */
#define FULL_SCALE_HERTZ 60000.0

static const struct zera_command measure = ZERA_LINES("standard", "AME");
static const struct zera_command ask_settings = ZERA_LINES("standard", "AST");
static const struct zera_command list_voltage_ranges = ZERA_LINES("standard", "AVI");
static const struct zera_command list_current_ranges = ZERA_LINES("standard", "ACI");
static const struct zera_command set_automatic = ZERA_LINES("standard", "AAM");
static const struct zera_command set_mode = ZERA_LINES("standard", "AMT");
static const struct zera_command set_voltage_range = ZERA_LINES("standard", "AVR");
static const struct zera_command set_current_range = ZERA_LINES("standard", "ACR");
static const struct zera_command set_integration = ZERA_LINES("standard", "ATI");
static const struct zera_command switch_energy = ZERA_LINES("standard", "AET");
static const struct zera_command ask_energy = ZERA_LINES("standard", "AEV");

/* Measuring ranges and mode of the standard at this moment (AST). */
struct standard_settings {
	double volts;
	double amperes;
	int phases;
	char mode[8];
};

/* Where each value of AME goes; angles and frequency have none while there is no signal. */
static const struct measured_value {
	int index;
	size_t offset;
	bool may_be_dashes;
} measured_values[] = {
#define MEASURED(index, member, dashes)                                                            \
	{                                                                                          \
		index, offsetof(struct standard_indication, member), dashes                        \
	}
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

static enum status standard_read(struct instrument *instrument,
				 struct standard_indication *indication)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = zera_mt_ask(zera, &measure, "");

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
		} else if (!zera_parse_number(text, number)) {
			status = zera_no_number(zera, &measure, text);
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
	enum status status = zera_mt_ask(zera, &ask_settings, "");

	if (status) {
		return status;
	}
	const char *mode = find_setting(&zera->link, "M");

	snprintf(settings->mode, sizeof(settings->mode), "%.7s", mode);
	settings->phases = phases_of_mode(mode);
	if (!settings->phases ||
	    !zera_parse_number(find_setting(&zera->link, "UB"), &settings->volts) ||
	    !zera_parse_number(find_setting(&zera->link, "IB"), &settings->amperes) ||
	    settings->volts <= 0 || settings->amperes <= 0) {
		return zera_fail(
			&zera->link, &ask_settings, STATUS_PROTOCOL,
			"the reply to \"AST\" lacks ranges or mode (UB=%.12s IB=%.12s M=%.12s)",
			find_setting(&zera->link, "UB"), find_setting(&zera->link, "IB"), mode);
	}
	zera->count_watt_hours =
		settings->phases * settings->volts * settings->amperes / (3600 * FULL_SCALE_HERTZ);
	return STATUS_OK;
}

enum status zera_require_active_mode(struct zera_mt *zera)
{
	struct standard_settings settings;
	enum status status = read_settings(zera, &settings);

	if (status || !strcmp(settings.mode, "4WA")) {
		return status;
	}
	status = zera_mt_ask(zera, &set_mode, "4WA");
	return status ? status : read_settings(zera, &settings);
}

/* The smallest listed range that holds the value; its text goes back to the instrument as it came.
 */
static enum status choose_range(struct zera_mt *zera, const struct zera_command *list, double rms,
				char chosen[ZERA_LINE_BYTES])
{
	double best = 0;
	enum status status = zera_mt_ask(zera, list, "");

	for (int line = 0; !status && line < zera->link.line_count; line++) {
		double range;

		if (!zera_parse_number(zera->link.lines[line], &range)) {
			status = zera_no_number(zera, list, zera->link.lines[line]);
		} else if (range >= rms && (best == 0 || range < best)) {
			best = range;
			memcpy(chosen, zera->link.lines[line], ZERA_LINE_BYTES);
		}
	}
	if (!status && best == 0) {
		status = zera_fail(&zera->link, list, STATUS_LIMIT, "no range in \"%s\" holds %g",
				   list->word, rms);
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
		status = zera_mt_ask(zera, &set_automatic, "MMM");
	}
	if (!status) {
		status = zera_mt_ask(zera, &set_voltage_range, voltage_range);
	}
	if (!status) {
		status = zera_mt_ask(zera, &set_current_range, current_range);
	}
	/* One second: a longer window would still show the old load when the new one is to be
	 * confirmed. */
	if (!status) {
		status = zera_mt_ask(zera, &set_integration, "01");
	}
	return status ? status : zera_require_active_mode(zera);
}

static enum status energy_start(struct instrument *instrument)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = zera_require_active_mode(zera);

	return status ? status : zera_mt_ask(zera, &switch_energy, "1");
}

static enum status energy_stop(struct instrument *instrument)
{
	return zera_mt_ask(zera_of(instrument), &switch_energy, "0");
}

static enum status energy_read(struct instrument *instrument, double *watt_hours,
			       double *resolution_watt_hours)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = zera_mt_ask(zera, &ask_energy, "");

	if (status) {
		return status;
	}
	if (zera->link.line_count != 1 || !zera_parse_number(zera->link.lines[0], watt_hours)) {
		return zera_no_number(zera, &ask_energy,
				      zera->link.line_count ? zera->link.lines[0] : "");
	}
	*resolution_watt_hours = zera->count_watt_hours;
	return STATUS_OK;
}

const struct reference_standard zera_reference_standard = {
	.set_range = standard_set_range,
	.read = standard_read,
	.energy_start = energy_start,
	.energy_stop = energy_stop,
	.energy_read = energy_read,
};
