/*
 * ZERA MT as power source. Angles on the wire are DIN: the negated IEC angle in 0..360 degrees,
 * which is this project's lag normalised.
 */
#include <math.h>
#include <stdio.h>

#include "drivers/instruments/zera_mt.h"
#include "drivers/instruments/zera_mt_status.h"

#define SWITCH_ON_SECONDS 15.0
#define SWITCH_OFF_SECONDS 5.0
#define STATUS_SECONDS 2.5
#define OFF_ATTEMPTS 3
/* What rounds to 1000.000 does not fit "vvv.vvv". */
#define DIGITS_END 999.9995
#define COARSE 0.01
#define HIGHEST_ORDER 40

static const struct zera_command set_frequency = ZERA_WORD("source", "SFR", "SOKFR");
static const struct zera_command set_voltages = ZERA_WORD("source", "SUP", "SOKUP");
static const struct zera_command set_currents = ZERA_WORD("source", "SIP", "SOKIP");
static const struct zera_command set_harmonics = ZERA_WORD("source", "SHW", "SOKHW");
static const struct zera_command dose_mode_off = ZERA_WORD("source", "S3CM4", "SOK3CM4");
static const struct zera_command switch_on = {
	.role = "source",
	.word = "SUI",
	.closing = "SOKUI",
	.shape = ZERA_REPLY_WORD,
	.seconds = SWITCH_ON_SECONDS,
};
static const struct zera_command switch_off = {
	.role = "source",
	.word = "SUI",
	.closing = "SOKUI",
	.shape = ZERA_REPLY_WORD,
	.seconds = SWITCH_OFF_SECONDS,
	.ignores_alarms = true,
};
static const struct zera_command ask_status = {
	.role = "source",
	.word = "SSM",
	.closing = "SSM",
	.shape = ZERA_REPLY_VALUE,
	.seconds = STATUS_SECONDS,
	.ignores_alarms = true,
};

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

/* Amperes go out in steps of 1 mA; milliamperes only where that would change the current by more
 * than 1 %. */
static bool needs_milliamperes(const struct phasor amperes[3])
{
	bool is_coarse = false;

	for (int phase = 0; phase < 3; phase++) {
		double milliamperes = amperes[phase].rms * 1e3;

		if (milliamperes >= DIGITS_END) {
			return false;
		}
		is_coarse |= fabs(milliamperes - round(milliamperes)) > COARSE * milliamperes;
	}
	return is_coarse;
}

static enum status set_phasors(struct zera_mt *zera, const struct zera_command *command,
			       const char *kind, const struct phasor *phasors, double unit,
			       double reference)
{
	char text[64];
	int length = snprintf(text, sizeof(text), "%s", kind);

	for (int phase = 0; phase < 3; phase++) {
		double amplitude = phasors[phase].rms / unit;
		double lag = phasors[phase].lag_degrees - reference;

		length += snprintf(text + length, sizeof(text) - (size_t)length, "%c%07.3f%06.2f",
				   "RST"[phase], amplitude, normalised_degrees(lag));
	}
	return zera_mt_ask(zera, command, text);
}

static enum status set_all_phasors(struct zera_mt *zera, const struct three_phase *load)
{
	double reference = reference_lag(load);
	bool milliamperes = needs_milliamperes(load->amperes);
	const char *volts_kind = zera->volts_shape.count ? "EE" : "AE";
	char amperes_kind[] = {zera->amperes_shape.count ? 'E' : 'A', milliamperes ? 'M' : 'A',
			       '\0'};
	enum status status =
		set_phasors(zera, &set_voltages, volts_kind, load->volts, 1, reference);

	return status ? status
		      : set_phasors(zera, &set_currents, amperes_kind, load->amperes,
				    milliamperes ? 1e-3 : 1, reference);
}

/* Those that were there are taken out first; a sine needs no word, its letter says it. */
static enum status set_shape(struct zera_mt *zera, char quantity, const struct waveform *shape)
{
	char text[32];

	snprintf(text, sizeof(text), "%c00", quantity);
	enum status status = shape->count ? zera_mt_ask(zera, &set_harmonics, text) : STATUS_OK;
	for (int i = 0; !status && i < shape->count; i++) {
		const struct harmonic *harmonic = &shape->harmonics[i];

		snprintf(text, sizeof(text), "%c%02d;%06.3f;%06.2f", quantity, harmonic->order,
			 100 * harmonic->relative, normalised_degrees(harmonic->lag_degrees));
		status = zera_mt_ask(zera, &set_harmonics, text);
	}
	return status;
}

enum status zera_switch_outputs(struct zera_mt *zera, const struct phasor volts[3],
				const struct phasor amperes[3])
{
	char text[] = "AAAAAAAAA";

	for (int phase = 0; phase < 3; phase++) {
		text[phase] = volts[phase].rms > 0 ? 'E' : 'A';
		text[phase + 3] = amperes[phase].rms > 0 ? 'P' : 'A';
	}
	return zera_mt_ask(zera, &switch_on, text);
}

/* Below 1 Hz the wire has special codes ("00.00" follows the mains), so this is no matter of taste.
 */
static enum status check_hertz(struct zera_mt *zera, double hertz)
{
	const struct power_source_limits *limits = &zera->model->limits;

	if (!(hertz >= limits->hertz_minimum && hertz <= limits->hertz_maximum)) {
		return zera_fail(&zera->link, &set_frequency, STATUS_LIMIT,
				 "%g Hz is outside %g to %g Hz of the %s", hertz,
				 limits->hertz_minimum, limits->hertz_maximum, zera->model->name);
	}
	return STATUS_OK;
}

static bool fits_digits(double amplitude)
{
	return amplitude >= 0 && amplitude < DIGITS_END;
}

/* Before the first byte, so that a refused load has changed nothing. */
enum status zera_check_wire(struct zera_mt *zera, const struct three_phase *load)
{
	for (int phase = 0; phase < 3; phase++) {
		double volts = load->volts[phase].rms;
		double amperes = load->amperes[phase].rms;

		if (!fits_digits(volts) || !fits_digits(amperes)) {
			return zera_fail(&zera->link, &set_voltages, STATUS_LIMIT,
					 "%g V and %g A on phase %c cannot be told with 3+3 digits",
					 volts, amperes, 'A' + phase);
		}
		if (!isfinite(load->volts[phase].lag_degrees) ||
		    !isfinite(load->amperes[phase].lag_degrees)) {
			return zera_fail(&zera->link, &set_voltages, STATUS_BAD_INPUT,
					 "phase %c has no angle", 'A' + phase);
		}
	}
	return check_hertz(zera, load->hertz);
}

enum status zera_set_load(struct zera_mt *zera, const struct three_phase *load)
{
	enum status status = zera_check_wire(zera, load);
	char hertz[16];

	snprintf(hertz, sizeof(hertz), "%05.2f", load->hertz);
	if (!status) {
		status = zera_mt_ask(zera, &set_frequency, hertz);
	}
	if (!status) {
		status = set_shape(zera, 'U', &zera->volts_shape);
	}
	if (!status) {
		status = set_shape(zera, 'I', &zera->amperes_shape);
	}
	if (!status) {
		status = set_all_phasors(zera, load);
	}
	if (!status) {
		status = zera_switch_outputs(zera, load->volts, load->amperes);
	}
	if (!status) {
		zera->load = *load;
	}
	return status;
}

enum status zera_leave_dosage_mode(struct zera_mt *zera)
{
	if (!zera->is_dosing) {
		return STATUS_OK;
	}
	enum status status = zera_mt_ask(zera, &dose_mode_off, "");

	zera->is_dosing = status != STATUS_OK;
	return status;
}

static enum status source_apply(struct instrument *instrument, const struct three_phase *load)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = STATUS_OK;

	if (zera->is_dosing) {
		status = zera_switch_outputs(zera, zera->load.volts, (const struct phasor[3]){{0}});
	}
	if (!status) {
		status = zera_leave_dosage_mode(zera);
	}
	return status ? status : zera_set_load(zera, load);
}

static bool is_possible(const struct waveform *shape)
{
	for (int i = 0; i < shape->count; i++) {
		const struct harmonic *harmonic = &shape->harmonics[i];

		if (harmonic->order < 2 || harmonic->order > HIGHEST_ORDER ||
		    !(harmonic->relative >= 0 && harmonic->relative < 0.999995) ||
		    !isfinite(harmonic->lag_degrees)) {
			return false;
		}
	}
	return shape->count >= 0 && shape->count <= WAVEFORM_HARMONICS;
}

static enum status source_shape(struct instrument *instrument, const struct waveform *volts,
				const struct waveform *amperes)
{
	struct zera_mt *zera = zera_of(instrument);

	if (!is_possible(volts) || !is_possible(amperes)) {
		return zera_fail(&zera->link, &set_harmonics, STATUS_LIMIT,
				 "harmonics are of order 2 to %d, below 100 %% of the fundamental, "
				 "at most %d of them",
				 HIGHEST_ORDER, WAVEFORM_HARMONICS);
	}
	zera->volts_shape = *volts;
	zera->amperes_shape = *amperes;
	return STATUS_OK;
}

static enum status source_off(struct instrument *instrument)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = STATUS_OK;

	for (int attempt = 0; attempt < OFF_ATTEMPTS; attempt++) {
		status = zera_mt_ask(zera, &switch_off, "AAAAAAAAA");
		if (!status) {
			zera->load = (struct three_phase){0};
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
	enum status status = zera_mt_ask(zera, &ask_status, "");

	if (zera->link.alarm[0] && status != STATUS_ABORTED) {
		return zera_link_take_alarm(&zera->link, &ask_status);
	}
	if (status) {
		return status;
	}
	const char *digits = zera_status_digits(zera->link.line);

	if (!digits) {
		return zera_fail(&zera->link, &ask_status, STATUS_PROTOCOL,
				 "status \"%s\" is not 20 or 22 hexadecimal digits",
				 zera->link.line);
	}
	zera_status_words(digits, words, sizeof(words));
	return words[0] ? zera_fail(&zera->link, &ask_status, STATUS_ALARM, "%s", words)
			: STATUS_OK;
}

static enum status source_listen(struct instrument *instrument, struct instant until)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = zera_link_listen(&zera->link, until);

	return status ? status : zera_link_take_alarm(&zera->link, &ask_status);
}

const struct power_source zera_power_source = {
	.limits = source_limits,
	.apply = source_apply,
	.shape = source_shape,
	.off = source_off,
	.check_alarms = source_check_alarms,
	.listen = source_listen,
};
