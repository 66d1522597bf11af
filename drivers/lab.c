/* Waiting, applying and switching off as verbs do it: with alarms, limits and the standard's
 * confirmation. */
#include "drivers/lab.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define WAIT_SLICE_SECONDS 1.0
/* A look at the alarms takes time on the source's line, which it may share with the standard. */
#define ALARM_CHECK_SECONDS 10.0
#define OFF_CONFIRM_SECONDS 10.0
#define OFF_POLL_SECONDS 0.5
/* What a standard may still show when everything is off: about 1 % of the smallest ranges in use.
 */
#define OFF_VOLTS 5.0
#define OFF_AMPERES 0.01
/* A request that equals a limit but for the last bits is not above it. */
#define LIMIT_TOLERANCE 1e-9

/* The wait itself: an alarm that the source says unasked ends it at once. */
static enum status listen_until(struct lab *lab, struct instant until)
{
	if (!lab->power_source || !lab->power_source->power_source->listen) {
		return clock_sleep_until(lab->clock, until);
	}
	return lab->power_source->power_source->listen(lab->power_source, until);
}

static enum status check_alarms(struct lab *lab)
{
	struct instant now = clock_now(lab->clock);

	if (!lab->power_source) {
		return STATUS_OK;
	}
	if (instant_before(now, lab->next_alarm_check)) {
		return listen_until(lab, now);
	}
	lab->next_alarm_check = instant_after(now, ALARM_CHECK_SECONDS);
	return lab->power_source->power_source->check_alarms(lab->power_source);
}

enum status lab_wait_until(struct lab *lab, struct instant until)
{
	for (;;) {
		enum status status = clock_check_abort();

		if (!status) {
			status = check_alarms(lab);
		}
		struct instant now = clock_now(lab->clock);

		if (status || !instant_before(now, until)) {
			return status;
		}
		status = listen_until(
			lab, instant_earlier(until, instant_after(now, WAIT_SLICE_SECONDS)));
		if (status) {
			return status;
		}
	}
}

enum status lab_wait_seconds(struct lab *lab, double seconds)
{
	return lab_wait_until(lab, instant_after(clock_now(lab->clock), seconds));
}

/* One end of the allowed span, and who set it. */
struct bound {
	double limit;
	const char *owner;
};

struct span {
	struct bound minimum, maximum;
};

struct spans {
	struct span volts, amperes, hertz;
};

static void lower_maximum(struct bound *maximum, double limit, const char *owner)
{
	if (limit < maximum->limit) {
		*maximum = (struct bound){limit, owner};
	}
}

static void raise_minimum(struct bound *minimum, double limit, const char *owner)
{
	if (limit > minimum->limit) {
		*minimum = (struct bound){limit, owner};
	}
}

static void narrow(struct spans *spans, const struct lab_limits *limits, const char *owner)
{
	lower_maximum(&spans->volts.maximum, limits->volts_maximum, owner);
	lower_maximum(&spans->amperes.maximum, limits->amperes_maximum, owner);
	if (limits->hertz_maximum > 0) {
		lower_maximum(&spans->hertz.maximum, limits->hertz_maximum, owner);
		raise_minimum(&spans->hertz.minimum, limits->hertz_minimum, owner);
	}
}

static void narrow_to_source(struct spans *spans, const struct lab *lab)
{
	struct power_source_limits source;
	static const char owner[] = "power source";

	lab->power_source->power_source->limits(lab->power_source, &source);
	narrow(spans,
	       &(struct lab_limits){source.volts_maximum, source.amperes_maximum,
				    source.hertz_minimum, source.hertz_maximum},
	       owner);
	raise_minimum(&spans->volts.minimum, source.volts_minimum, owner);
	raise_minimum(&spans->amperes.minimum, source.amperes_minimum, owner);
}

static enum status check_span(const char *quantity, const char *unit, double value,
			      const struct span *span)
{
	if (!isfinite(value) || value < 0) {
		return status_fail(STATUS_BAD_INPUT, "%s of %g %s cannot be applied", quantity,
				   value, unit);
	}
	if (value > span->maximum.limit * (1 + LIMIT_TOLERANCE)) {
		return status_fail(STATUS_LIMIT,
				   "%s of %.6g %s is above %.6g %s, the limit of the %s", quantity,
				   value, unit, span->maximum.limit, unit, span->maximum.owner);
	}
	if (value < span->minimum.limit * (1 - LIMIT_TOLERANCE)) {
		return status_fail(STATUS_LIMIT,
				   "%s of %.6g %s is below %.6g %s, the least of the %s", quantity,
				   value, unit, span->minimum.limit, unit, span->minimum.owner);
	}
	return STATUS_OK;
}

/* An output with rms 0 is off, which every source can do. */
static enum status check_output(const char *quantity, char phase, const char *unit,
				const struct phasor *phasor, const struct span *span)
{
	char words[32];

	snprintf(words, sizeof(words), "%s %c", quantity, phase);
	if (phasor->rms == 0) {
		return STATUS_OK;
	}
	if (!isfinite(phasor->lag_degrees)) {
		return status_fail(STATUS_BAD_INPUT, "%s has no angle", words);
	}
	return check_span(words, unit, phasor->rms, span);
}

static enum status check_load(const struct three_phase *load, const struct spans *spans)
{
	enum status status = check_span("frequency", "Hz", load->hertz, &spans->hertz);

	for (int phase = 0; !status && phase < 3; phase++) {
		char letter = (char)('A' + phase);

		status = check_output("voltage", letter, "V", &load->volts[phase], &spans->volts);
		if (!status) {
			status = check_output("current", letter, "A", &load->amperes[phase],
					      &spans->amperes);
		}
	}
	return status;
}

static enum status check_request(struct lab *lab, const struct three_phase *load,
				 const struct lab_limits *ceiling)
{
	static const struct span open_span = {{0, "bench"}, {INFINITY, "bench"}};
	struct spans spans = {open_span, open_span, open_span};

	assert(ceiling);
	if (!lab->power_source) {
		return status_fail(STATUS_BAD_INPUT, "lab %s has no power source", lab->name);
	}
	narrow(&spans, &lab->limits, "lab");
	narrow(&spans, ceiling, "meter in this step");
	narrow_to_source(&spans, lab);
	struct three_phase whole = *load;
	for (int phase = 0; phase < 3; phase++) {
		whole.volts[phase].rms *= waveform_rms(&lab->volts_shape);
		whole.amperes[phase].rms *= waveform_rms(&lab->amperes_shape);
	}
	enum status status = check_load(&whole, &spans);

	return status ? status_prefix(status, "nothing applied: ") : STATUS_OK;
}

enum status lab_set_shape(struct lab *lab, const struct waveform *volts,
			  const struct waveform *amperes)
{
	struct instrument *source = lab->power_source;
	bool is_sine = volts->count == 0 && amperes->count == 0;

	lab->volts_shape = *volts;
	lab->amperes_shape = *amperes;
	if (source && source->power_source->shape) {
		return source->power_source->shape(source, volts, amperes);
	}
	if (is_sine) {
		return STATUS_OK;
	}
	return status_fail(STATUS_BAD_INPUT, "source %s of lab %s gives sines only",
			   source ? source->name : "(none)", lab->name);
}

enum status lab_apply(struct lab *lab, const struct three_phase *load,
		      const struct lab_limits *ceiling)
{
	enum status status = check_request(lab, load, ceiling);

	if (!status) {
		status = energy_account_before(lab);
	}
	if (status) {
		return status;
	}
	/* from here on it may be on, whatever the source says in the end */
	energy_account_after(lab, load);
	return lab->power_source->power_source->apply(lab->power_source, load);
}

enum status lab_prepare_dose(struct lab *lab, const struct three_phase *load,
			     const struct lab_limits *ceiling)
{
	enum status status = check_request(lab, load, ceiling);

	if (status) {
		return status;
	}
	if (!lab->energy_dose) {
		return status_fail(STATUS_BAD_INPUT,
				   "lab %s has no instrument that gives an energy dose", lab->name);
	}
	energy_account_held(lab, load);
	return lab->energy_dose->energy_dose->prepare(lab->energy_dose, load);
}

static enum status check_is_off(struct lab *lab)
{
	struct instrument *standard = lab->reference_standard;
	struct standard_indication indication;
	enum status status = standard->reference_standard->read(standard, &indication);

	for (int phase = 0; !status && phase < 3; phase++) {
		double volts = indication.volts[phase];
		double amperes = indication.amperes[phase];

		/* Written so that a reading that is no number is not taken for off. */
		if (!(fabs(volts) < OFF_VOLTS && fabs(amperes) < OFF_AMPERES)) {
			status = status_fail(STATUS_TIMEOUT,
					     "source %s is not off: standard %s still reads %.4g V "
					     "and %.4g A on phase %c",
					     lab->power_source->name, standard->name, volts,
					     amperes, 'A' + phase);
		}
	}
	return status;
}

static enum status confirm_off(struct lab *lab)
{
	struct instant deadline = instant_after(clock_now(lab->clock), OFF_CONFIRM_SECONDS);

	if (!lab->reference_standard) {
		return status_fail(
			STATUS_BAD_INPUT,
			"lab %s has no reference standard that could confirm that source %s is off",
			lab->name, lab->power_source->name);
	}
	for (;;) {
		enum status status = check_is_off(lab);
		struct instant next = instant_after(clock_now(lab->clock), OFF_POLL_SECONDS);

		if (!status || instant_before(deadline, next)) {
			return status;
		}
		enum status slept = clock_sleep_until(lab->clock, next);

		if (slept) {
			return slept;
		}
	}
}

enum status lab_off(struct lab *lab)
{
	int abort_descriptor = clock_abort_descriptor();

	if (!lab->power_source) {
		return STATUS_OK;
	}
	clock_set_abort_descriptor(-1);
	enum status status = lab->power_source->power_source->off(lab->power_source);

	if (!status) {
		status = confirm_off(lab);
	}
	if (!status) {
		energy_account_end(lab);
	} else if (lab->account) {
		lab->account->is_broken = true;
	}
	clock_set_abort_descriptor(abort_descriptor);
	return status;
}
