/*
 * The amplifier commands of the simulated ZERA MT: SFR, SUP, SIP, SHW, SUI, SRE, SSM. Angles on the
 * wire are DIN: by how many degrees a phasor lags, 0..360, which is this project's own convention.
 */
#include <stdio.h>
#include <string.h>

#include "bench/virtual_lab/virtual_zera_mt_parts.h"

#define HERTZ_MINIMUM 45.0
#define HERTZ_MAXIMUM 65.0
#define MAINS_HERTZ 50.0
#define SWITCH_OFF_SECONDS 0.05
#define HIGHEST_ORDER 40

struct amplitude_limits {
	double minimum;
	double maximum;
};

static const struct amplitude_limits volt_limits = {20, 500};
static const struct amplitude_limits ampere_limits = {0.001, 240};

void zera_amplifier_init(struct virtual_zera_mt *zera)
{
	zera->amplifier.asked.hertz = MAINS_HERTZ;
}

static void set_frequency(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	double hertz;

	if (!zera_take_number(&argument, 2, 2, &hertz) || *argument) {
		return;
	}
	if (hertz == 0) {
		hertz = MAINS_HERTZ; /* 00.00 locks to the mains */
	}
	if (hertz < HERTZ_MINIMUM || hertz > HERTZ_MAXIMUM) {
		zera_reply(zera, at, "SFRNAK");
		return;
	}
	zera->amplifier.asked.hertz = hertz;
	zera_reply(zera, at, "SOKFR");
}

static bool is_one_of(char letter, const char *letters)
{
	return letter && strchr(letters, letter);
}

/* "R120.000000.00S120.000120.00T120.000240.00" */
static bool take_phasors(const char *text, double unit, struct phasor phasors[3])
{
	for (int phase = 0; phase < 3; phase++) {
		if (*text++ != "RST"[phase] ||
		    !zera_take_number(&text, 3, 3, &phasors[phase].rms) ||
		    !zera_take_number(&text, 3, 2, &phasors[phase].lag_degrees)) {
			return false;
		}
		phasors[phase].rms *= unit;
	}
	return !*text;
}

static bool are_possible(const struct phasor phasors[3], const struct amplitude_limits *limits)
{
	for (int phase = 0; phase < 3; phase++) {
		double rms = phasors[phase].rms;

		if ((rms != 0 && (rms < limits->minimum || rms > limits->maximum)) ||
		    phasors[phase].lag_degrees > 360) {
			return false;
		}
	}
	return true;
}

static void set_phasors(struct virtual_zera_mt *zera, const struct phasor given[3],
			struct phasor kept[3], const struct amplitude_limits *limits,
			const char *word, struct instant at)
{
	if (!are_possible(given, limits)) {
		zera_reply(zera, at, "S%sNAK", word);
		return;
	}
	memcpy(kept, given, 3 * sizeof(*kept));
	zera_reply(zera, at, "SOK%s", word);
}

static void set_volts(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct phasor given[3];

	if (is_one_of(argument[0], "EA") && is_one_of(argument[1], "EA") &&
	    take_phasors(argument + 2, 1, given)) {
		zera->amplifier.has_function[0] = argument[0] == 'E';
		set_phasors(zera, given, zera->amplifier.asked.volts, &volt_limits, "UP", at);
	}
}

static void set_amperes(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct phasor given[3];
	double unit = 1;
	bool has_function = argument[0] == 'E';

	if (!is_one_of(argument[0], "EA") || !is_one_of(argument[1], "EA")) {
		return;
	}
	argument += 2;
	if (is_one_of(*argument, "AM")) {
		unit = *argument == 'M' ? 0.001 : 1;
		argument++;
	}
	if (take_phasors(argument, unit, given)) {
		zera->amplifier.has_function[1] = has_function;
		set_phasors(zera, given, zera->amplifier.asked.amperes, &ampere_limits, "IP", at);
	}
}

static void connect_leads(const struct virtual_zera_faults *faults, struct phasor amperes[3])
{
	if (faults->source_swaps_currents) {
		struct phasor phase_b = amperes[1];

		amperes[1] = amperes[2];
		amperes[2] = phase_b;
	}
	if (faults->source_open_current) {
		amperes[faults->source_open_current - 1].rms = 0;
	}
}

void zera_amplifier_drive(struct virtual_zera_mt *zera, struct instant at)
{
	const struct zera_amplifier *amplifier = &zera->amplifier;
	double gain = 1 + zera->options.faults.source_gain_percent / 100;
	struct three_phase load = amplifier->asked;

	for (int phase = 0; phase < 3; phase++) {
		bool has_amperes = amplifier->is_on[3 + phase] && zera_dose_allows_current(zera);

		load.volts[phase].rms *= amplifier->is_on[phase] ? gain : 0;
		load.amperes[phase].rms *= has_amperes ? gain : 0;
	}
	connect_leads(&zera->options.faults, load.amperes);
	virtual_power_source_shape(zera->source,
				   amplifier->has_function[0] ? &amplifier->shapes[0] : NULL,
				   amplifier->has_function[1] ? &amplifier->shapes[1] : NULL);
	virtual_power_source_set(zera->source, &load, at);
}

static bool take_switches(const char *argument, bool is_on[6])
{
	if (strlen(argument) != 9) {
		return false;
	}
	for (int channel = 0; channel < 9; channel++) {
		char on = channel < 3 ? 'E' : 'P';

		if (argument[channel] != 'A' && (channel >= 6 || argument[channel] != on)) {
			return false;
		}
		if (channel < 6) {
			is_on[channel] = argument[channel] == on;
		}
	}
	return true;
}

static bool is_any(const bool is_on[6])
{
	return is_on[0] || is_on[1] || is_on[2] || is_on[3] || is_on[4] || is_on[5];
}

static void switch_outputs(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct zera_amplifier *amplifier = &zera->amplifier;
	bool is_on[6];

	if (!take_switches(argument, is_on)) {
		return;
	}
	if (amplifier->is_stopped && is_any(is_on)) {
		zera_reply(zera, at, "SUINAK");
		return;
	}
	memcpy(amplifier->is_on, is_on, sizeof(is_on));
	amplifier->open_circuits = 0;
	if (!is_any(is_on)) {
		zera_dose_end(zera, at);
	}
	if (is_any(is_on) || !zera->options.faults.source_stays_on) {
		zera_amplifier_drive(zera, at);
	}
	amplifier->is_reply_due = true;
	amplifier->reply_at = instant_after(at, is_any(is_on) ? zera->options.switch_on_seconds
							      : SWITCH_OFF_SECONDS);
}

void zera_amplifier_stop(struct virtual_zera_mt *zera, struct instant at)
{
	struct zera_amplifier *amplifier = &zera->amplifier;

	memset(amplifier->is_on, 0, sizeof(amplifier->is_on));
	amplifier->is_stopped = true;
	amplifier->is_reply_due = false;
	virtual_power_source_kill(zera->source, at);
	zera_dose_end(zera, at);
}

/* What the amplifier drives into an open circuit it takes away, and says so unasked. */
void zera_amplifier_watch(struct virtual_zera_mt *zera, struct instant at)
{
	struct zera_amplifier *amplifier = &zera->amplifier;
	struct three_phase load = *virtual_power_source_setting(zera->source);
	unsigned open = world_open_phases(zera->world);
	unsigned found = 0;

	for (int phase = 0; phase < 3; phase++) {
		if ((open & 1u << phase) && load.amperes[phase].rms > 0) {
			found |= 1u << phase;
			load.amperes[phase].rms = 0;
			amplifier->is_on[3 + phase] = false;
		}
	}
	if (found) {
		amplifier->open_circuits |= found;
		virtual_power_source_set(zera->source, &load, at);
		zera_amplifier_status(zera, "", at);
	}
}

/* Twenty nibbles, zeros are healthy. The second one: 8 emergency stop; then pairs of any error and
 * of short or open circuit: first 2 I3, 1 I2, second 8 I1. */
void zera_amplifier_status(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	unsigned open = zera->amplifier.open_circuits;
	unsigned first = (open & 4u ? 2u : 0u) + (open & 2u ? 1u : 0u);
	unsigned second = open & 1u ? 8u : 0u;

	(void)argument;
	zera_reply(zera, at, "SSM0%c%X%X%X%X00000000000000", zera->amplifier.is_stopped ? '8' : '0',
		   first, second, first, second);
}

/* "05;10.000;180.00": order, per cent of the fundamental, lag in degrees of that harmonic. */
static bool take_harmonic(const char *text, struct harmonic *harmonic)
{
	int64_t order;
	double percent;

	if (!zera_take_whole(&text, 2, &order) || *text++ != ';' ||
	    !zera_take_number(&text, 2, 3, &percent) || *text++ != ';' ||
	    !zera_take_number(&text, 3, 2, &harmonic->lag_degrees) || *text) {
		return false;
	}
	harmonic->order = (int)order;
	harmonic->relative = percent / 100;
	return true;
}

/* One more of a shape, or in place of the one of its order; 0 per cent takes it out. */
static bool shape_harmonic(struct waveform *shape, const struct harmonic *harmonic)
{
	int i = 0;

	while (i < shape->count && shape->harmonics[i].order != harmonic->order) {
		i++;
	}
	if (harmonic->relative > 0) {
		if (i == WAVEFORM_HARMONICS) {
			return false;
		}
		shape->harmonics[i] = *harmonic;
		shape->count += i == shape->count;
	} else if (i < shape->count) {
		shape->harmonics[i] = shape->harmonics[--shape->count];
	}
	return true;
}

/* SHWU05;10.000;180.00, SHWI00. */
static void set_harmonic(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	struct waveform *shape = &zera->amplifier.shapes[argument[0] == 'I'];
	struct harmonic harmonic;

	if (!is_one_of(argument[0], "UI")) {
		return;
	}
	if (!strcmp(argument + 1, "00")) {
		shape->count = 0;
		zera_reply(zera, at, "SOKHW");
		return;
	}
	if (!take_harmonic(argument + 1, &harmonic)) {
		return;
	}
	bool is_possible = harmonic.order >= 2 && harmonic.order <= HIGHEST_ORDER &&
			   harmonic.lag_degrees <= 360 && shape_harmonic(shape, &harmonic);
	zera_reply(zera, at, is_possible ? "SOKHW" : "SHWNAK");
}

static void regulate(struct virtual_zera_mt *zera, const char *argument, struct instant at)
{
	if (!strcmp(argument, "1") || !strcmp(argument, "0")) {
		zera_reply(zera, at, "SOKRE");
	}
}

const struct zera_command zera_amplifier_commands[] = {
	{"SFR", true, set_frequency},
	{"SUP", true, set_volts},
	{"SIP", true, set_amperes},
	{"SUI", true, switch_outputs},
	{"SHW", true, set_harmonic},
	{"SRE", true, regulate},
	{"SSM", false, zera_amplifier_status},
	{NULL, false, NULL},
};
