/* ZERA MT as energy dose: pulses of the standard's own frequency output, counted down with the
 * currents on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/instruments/zera_mt.h"

static const struct zera_command dose_pulses = ZERA_WORD("source", "S3PS46;", "SOK3PS46");
static const struct zera_command dose_start = ZERA_WORD("source", "S3CM1", "SOK3CM1");
static const struct zera_command dose_abort = ZERA_WORD("source", "S3CM2", "SOK3CM2");
static const struct zera_command dose_mode_on = ZERA_WORD("source", "S3CM3", "SOK3CM3");
static const struct zera_command ask_dose_state = ZERA_VALUE("source", "S3SA1", "SOK3SA1;");
static const struct zera_command ask_dose_done = ZERA_VALUE("source", "S3MA5", "SOK3MA5;");

static enum status enter_dosage_mode(struct zera_mt *zera)
{
	enum status status = zera_mt_ask(zera, &dose_mode_on, "");

	/* A lost reply counts as on: leaving it once too often does no harm. */
	zera->is_dosing = status != STATUS_REFUSED;
	return status;
}

static enum status dose_prepare(struct instrument *instrument, const struct three_phase *load)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = zera_check_wire(zera, load);

	if (!status) {
		status = enter_dosage_mode(zera);
	}
	return status ? status : zera_set_load(zera, load);
}

static enum status set_dose_pulses(struct zera_mt *zera, double watt_hours)
{
	double pulses = round(watt_hours / zera->count_watt_hours);
	char text[24];

	if (!(pulses >= 1 && pulses <= 9999999999.0)) {
		return zera_fail(&zera->link, &dose_pulses, STATUS_LIMIT,
				 "a dose of %g Wh is not 1 to 9999999999 pulses of %g Wh",
				 watt_hours, zera->count_watt_hours);
	}
	snprintf(text, sizeof(text), "%010lld", (long long)pulses);
	return zera_mt_ask(zera, &dose_pulses, text);
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
	enum status status = zera_require_active_mode(zera);

	if (!status && !zera->is_dosing) {
		status = enter_dosage_mode(zera);
	}
	if (!status) {
		status = set_dose_pulses(zera, watt_hours);
	}
	return status ? status : zera_mt_ask(zera, &dose_start, "");
}

/* Currents are switched off before the mode is left, because the mode is what holds them back. */
static enum status dose_finish(struct zera_mt *zera)
{
	enum status status =
		zera_switch_outputs(zera, zera->load.volts, (const struct phasor[3]){{0}});

	if (!status) {
		memset(zera->load.amperes, 0, sizeof(zera->load.amperes));
		status = zera_leave_dosage_mode(zera);
	}
	return status;
}

static enum status dose_poll(struct instrument *instrument, bool *done, double *watt_hours_so_far)
{
	struct zera_mt *zera = zera_of(instrument);
	enum status status = zera_mt_ask(zera, &ask_dose_state, "");
	double pulses = 0;

	*done = false;
	if (status) {
		return status;
	}
	char state = zera->link.value[0];

	if ((state != '1' && state != '2') || zera->link.value[1]) {
		return zera_fail(&zera->link, &ask_dose_state, STATUS_PROTOCOL,
				 "dosage state \"%s\" is unknown", zera->link.value);
	}
	status = zera_mt_ask(zera, &ask_dose_done, "");
	if (status) {
		return status;
	}
	if (!zera_parse_number(zera->link.value, &pulses)) {
		return zera_no_number(zera, &ask_dose_done, zera->link.value);
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
	enum status status = zera_mt_ask(zera, &dose_abort, "");

	return status ? status : dose_finish(zera);
}

const struct energy_dose zera_energy_dose = {
	.prepare = dose_prepare,
	.start = dose_begin,
	.poll = dose_poll,
	.abort = dose_stop,
};
