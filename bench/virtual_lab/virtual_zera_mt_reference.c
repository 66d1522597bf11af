/*
 * The reference meter of the simulated ZERA MT: ranges, actual values, energy register. Its
 * frequency output gives 1000*3600*60000/(phases*UB*IB) pulses per kilowatt-hour, and every energy
 * it tells is a whole number of them.
 */
#include <stdio.h>
#include <string.h>

#include "bench/virtual_lab/virtual_zera_mt_parts.h"

#define PHASES 3 /* mode 4WA */
#define RANGE_HEADROOM 1.05
#define MODE "4WA"

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static int smallest_range_for(const double *ranges, int count, double rms)
{
	int index = count - 1;

	while (index > 0 && ranges[index] * RANGE_HEADROOM < rms) {
		index--;
	}
	return index;
}

/* The automatic follows what flows, and in dosage mode what will flow. */
static void largest_rms(struct virtual_zera_mt *zera, struct instant at, double *volts,
			double *amperes)
{
	struct three_phase load;

	world_load_at(zera->world, at, &load);
	*volts = 0;
	*amperes = 0;
	for (int phase = 0; phase < 3; phase++) {
		*volts = larger(*volts, load.volts[phase].rms);
		*amperes = larger(*amperes, load.amperes[phase].rms);
		if (zera->dose.is_mode && zera->amplifier.is_on[3 + phase]) {
			*amperes = larger(*amperes, zera->amplifier.asked.amperes[phase].rms);
		}
	}
}

static void ranges_in_force(struct virtual_zera_mt *zera, struct instant at, double *volts,
			    double *amperes)
{
	double volts_rms;
	double amperes_rms;

	zera = zera->master ? zera->master : zera;
	const struct zera_reference *reference = &zera->reference;
	const struct virtual_zera_mt_options *options = &zera->options;
	largest_rms(zera, at, &volts_rms, &amperes_rms);
	int volt_range = reference->is_manual[0]
				 ? reference->volt_range
				 : smallest_range_for(options->volt_ranges,
						      options->volt_range_count, volts_rms);
	int ampere_range = reference->is_manual[1]
				   ? reference->ampere_range
				   : smallest_range_for(options->ampere_ranges,
							options->ampere_range_count, amperes_rms);
	*volts = options->volt_ranges[volt_range];
	*amperes = options->ampere_ranges[ampere_range];
}

double zera_counts_per_watt_hour(struct virtual_zera_mt *zera, struct instant at)
{
	double volts;
	double amperes;

	ranges_in_force(zera, at, &volts, &amperes);
	return 3600.0 * 60000.0 / (PHASES * volts * amperes);
}

double zera_whole_counts(double watt_hours, double counts_per_watt_hour)
{
	double counts = watt_hours * counts_per_watt_hour;
	double whole = (double)(int64_t)counts;

	return whole > counts ? whole - 1 : whole;
}

static void set_integration(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	int64_t seconds;

	if (strlen(argument) != 2 || !zera_take_whole(&argument, 2, &seconds)) {
		return;
	}
	if (seconds == 0) {
		zera_reply(zera, at, "ATINAK");
		return;
	}
	zera->reference.integration_seconds = (int)seconds;
	zera_reply(zera, at, "ATIACK");
}

#define ACTUAL_VALUES 29

static double normalised_degrees(double degrees)
{
	while (degrees >= 360) {
		degrees -= 360;
	}
	while (degrees < 0) {
		degrees += 360;
	}
	return degrees;
}

/* 132 when the second voltage comes last: B then lags A by more than half a turn. */
static double phase_order(const struct standard_quantities *seen)
{
	double lag = normalised_degrees(seen->volts_lag_degrees[1] - seen->volts_lag_degrees[0]);

	return lag > 180 ? 132 : 123;
}

struct actual_value {
	double number;
	int decimals; /* -1: seven significant digits */
};

static void put_actual(struct actual_value *actual, int index, double number, int decimals)
{
	actual[index] = (struct actual_value){number, decimals};
}

static void actual_values(struct virtual_zera_mt *zera, struct instant at,
			  struct actual_value *actual)
{
	struct standard_quantities seen;
	double sums[3] = {0};

	virtual_reference_standard_read(zera->standard, at, zera->reference.integration_seconds,
					&seen);
	for (int phase = 0; phase < 3; phase++) {
		double apparent = seen.volts[phase] * seen.amperes[phase];

		put_actual(actual, phase, seen.volts[phase], -1);
		put_actual(actual, 3 + phase, seen.amperes[phase], -1);
		put_actual(actual, 6 + phase, normalised_degrees(seen.volts_lag_degrees[phase]), 3);
		put_actual(actual, 9 + phase, normalised_degrees(seen.amperes_lag_degrees[phase]),
			   3);
		put_actual(actual, 12 + phase, apparent > 0 ? seen.watts[phase] / apparent : 0, 6);
		put_actual(actual, 15 + phase, seen.watts[phase], -1);
		put_actual(actual, 18 + phase, seen.vars[phase], -1);
		put_actual(actual, 21 + phase, apparent, -1);
		sums[0] += seen.watts[phase];
		sums[1] += seen.vars[phase];
		sums[2] += apparent;
	}
	for (int sum = 0; sum < 3; sum++) {
		put_actual(actual, 24 + sum, sums[sum], -1);
	}
	put_actual(actual, 27, phase_order(&seen), 0);
	put_actual(actual, 28, seen.hertz, 4);
}

static void send_actual(struct virtual_zera_mt *zera, struct instant at,
			const struct actual_value *actual, int index)
{
	char text[ZERA_TEXT_LENGTH];

	if (actual[index].decimals < 0) {
		zera_reply(zera, at, "%d;%s", index,
			   zera_number_text(actual[index].number, 7, text));
	} else {
		zera_reply(zera, at, "%d;%.*f", index, actual[index].decimals,
			   actual[index].number);
	}
}

/* "" is all; else "0;3;15". False if it has another form or asks for what there is not. */
static bool take_wanted(const char *list, bool wanted[ACTUAL_VALUES])
{
	for (int index = 0; index < ACTUAL_VALUES; index++) {
		wanted[index] = !*list;
	}
	while (*list) {
		int64_t index;

		if (!zera_take_whole(&list, 2, &index) || index >= ACTUAL_VALUES) {
			return false;
		}
		wanted[index] = true;
		if (*list == ';' && list[1]) {
			list++;
		} else if (*list) {
			return false;
		}
	}
	return true;
}

static void send_actual_values(struct virtual_zera_mt *zera, const char *argument,
			       struct instant at)
{
	struct actual_value actual[ACTUAL_VALUES];
	bool wanted[ACTUAL_VALUES];

	if (!take_wanted(argument, wanted)) {
		return;
	}
	actual_values(zera, at, actual);
	for (int index = 0; index < ACTUAL_VALUES; index++) {
		if (wanted[index]) {
			send_actual(zera, at, actual, index);
		}
	}
	zera_reply(zera, at, "AMEACK");
}

static void send_modes(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	zera_reply(zera, at, "00;" MODE ";4LW");
	zera_reply(zera, at, "AMLACK");
}

static void set_mode(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	zera_reply(zera, at, !strcmp(argument, MODE) ? "AMTACK" : "AMTNAK");
}

static void send_state(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	int pll = zera->reference.pll_channel;
	double volts;
	double amperes;

	(void)argument;
	ranges_in_force(zera, at, &volts, &amperes);
	zera_reply(zera, at, "UB=%g", volts);
	zera_reply(zera, at, "IB=%g", amperes);
	zera_reply(zera, at, "M=" MODE);
	zera_reply(zera, at, "PLL=%c%d", pll < 3 ? 'U' : 'I', pll % 3 + 1);
	zera_reply(zera, at, "ASTACK");
}

static void send_ranges(struct virtual_zera_mt *zera, const double *ranges, int count,
			const char *word, struct instant at)
{
	for (int index = 0; index < count; index++) {
		zera_reply(zera, at, "%g", ranges[index]);
	}
	zera_reply(zera, at, "%sACK", word);
}

static void send_volt_ranges(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	send_ranges(zera, zera->options.volt_ranges, zera->options.volt_range_count, "AVI", at);
}

static void send_ampere_ranges(struct virtual_zera_mt *zera, const char *argument,
			       struct instant at)
{
	(void)argument;
	send_ranges(zera, zera->options.ampere_ranges, zera->options.ampere_range_count, "ACI", at);
}

static bool range_named(const char *name, const double *ranges, int count, int *found)
{
	char text[ZERA_TEXT_LENGTH];

	for (int index = 0; index < count; index++) {
		snprintf(text, sizeof(text), "%g", ranges[index]);
		if (!strcmp(text, name)) {
			*found = index;
			return true;
		}
	}
	return false;
}

static void set_volt_range(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	bool is_set = zera->reference.is_manual[0] && !zera_is_counting(zera, at) &&
		      range_named(argument, zera->options.volt_ranges,
				  zera->options.volt_range_count, &zera->reference.volt_range);

	zera_reply(zera, at, is_set ? "AVRACK" : "AVRNAK");
}

static void set_ampere_range(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	bool is_set = zera->reference.is_manual[1] && !zera_is_counting(zera, at) &&
		      range_named(argument, zera->options.ampere_ranges,
				  zera->options.ampere_range_count, &zera->reference.ampere_range);

	zera_reply(zera, at, is_set ? "ACRACK" : "ACRNAK");
}

/* Going over to manual keeps the ranges that the automatic had chosen. */
static void set_manual(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct zera_reference *reference = &zera->reference;
	double volts;
	double amperes;

	if (strlen(argument) != 3 || strspn(argument, "AM") != 3) {
		return;
	}
	if (zera_is_counting(zera, at)) {
		zera_reply(zera, at, "AAMNAK");
		return;
	}
	largest_rms(zera, at, &volts, &amperes);
	if (!reference->is_manual[0]) {
		reference->volt_range = smallest_range_for(zera->options.volt_ranges,
							   zera->options.volt_range_count, volts);
	}
	if (!reference->is_manual[1]) {
		reference->ampere_range = smallest_range_for(
			zera->options.ampere_ranges, zera->options.ampere_range_count, amperes);
	}
	for (int i = 0; i < 3; i++) {
		reference->is_manual[i] = argument[i] == 'M';
	}
	zera_reply(zera, at, "AAMACK");
}

static void set_pll(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	bool is_known = argument[0] >= '0' && argument[0] <= '5' && !argument[1];

	if (!zera->reference.is_manual[2] || !is_known) {
		zera_reply(zera, at, "AWRNAK");
		return;
	}
	zera->reference.pll_channel = argument[0] - '0';
	zera_reply(zera, at, "AWRACK");
}

/* The register has counted in the coarsest counts that were in force when it was asked. */
static void note_register_counts(struct virtual_zera_mt *zera, struct instant at)
{
	double counts = zera_counts_per_watt_hour(zera, at);

	if (counts < zera->reference.register_counts) {
		zera->reference.register_counts = counts;
	}
}

static void start_register(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct zera_reference *reference = &zera->reference;

	(void)argument;
	reference->has_register = true;
	reference->is_register_running = true;
	reference->register_span = energy_span_from((struct world_pulse){.at = at});
	reference->register_counts = zera_counts_per_watt_hour(zera, at);
	zera_reply(zera, at, "AETACK");
}

static void stop_register(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	(void)argument;
	if (zera->reference.is_register_running) {
		zera->reference.is_register_running = false;
		zera->reference.register_stopped_at = at;
		note_register_counts(zera, at);
	}
	zera_reply(zera, at, "AETACK");
}

static void send_register(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct zera_reference *reference = &zera->reference;
	struct instant until = reference->is_register_running ? at : reference->register_stopped_at;
	char text[ZERA_TEXT_LENGTH];
	double watt_hours = 0;

	(void)argument;
	if (reference->has_register) {
		if (reference->is_register_running) {
			note_register_counts(zera, at);
		}
		watt_hours =
			virtual_reference_standard_span(zera->standard, &reference->register_span,
							(struct world_pulse){.at = until});
		watt_hours = zera_whole_counts(watt_hours, reference->register_counts) /
			     reference->register_counts;
	}
	zera_reply(zera, at, "%s", zera_number_text(watt_hours, 9, text));
	zera_reply(zera, at, "AEVACK");
}

const struct zera_command zera_reference_commands[] = {
	{"ATI", true, set_integration},
	{"AME", true, send_actual_values},
	{"AML", false, send_modes},
	{"AMT", true, set_mode},
	{"AST", false, send_state},
	{"AVI", false, send_volt_ranges},
	{"ACI", false, send_ampere_ranges},
	{"AVR", true, set_volt_range},
	{"ACR", true, set_ampere_range},
	{"AAM", true, set_manual},
	{"AWR", true, set_pll},
	{"AET1", false, start_register},
	{"AET0", false, stop_register},
	{"AEV", false, send_register},
	{NULL, false, NULL},
};

const struct zera_command zera_range_commands[] = {
	{"AMT", true, set_mode},
	{"AST", false, send_state},
	{NULL, false, NULL},
};
