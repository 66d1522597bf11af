/* See fake_lab.h. */
#include "tests/support/fake_lab.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define RADIANS (3.14159265358979323846 / 180)
#define UTC_2026_07_31 INT64_C(1785456000)

static struct fake_lab *fake_of(struct instrument *instrument)
{
	return (struct fake_lab *)((char *)instrument - offsetof(struct fake_lab, instrument));
}

static double element_watts(const struct three_phase *load, int phase, double extra_degrees)
{
	const struct phasor *volts = &load->volts[phase];
	const struct phasor *amperes = &load->amperes[phase];

	return volts->rms * amperes->rms *
	       cos((amperes->lag_degrees - volts->lag_degrees + extra_degrees) * RADIANS);
}

/* Unity power factor: a harmonic in phase adds its own product. */
static double harmonic_share(const struct fake_lab *fake)
{
	return fake->volts_shape.count && fake->amperes_shape.count
		       ? fake->volts_shape.harmonics[0].relative *
				 fake->amperes_shape.harmonics[0].relative
		       : 0;
}

static double true_watts(const struct fake_lab *fake)
{
	double watts = 0;

	for (int phase = 0; phase < 3; phase++) {
		watts += element_watts(&fake->load, phase, 0);
	}
	watts *= 1 + harmonic_share(fake);
	return fake->is_on && !fake->holds_currents ? watts : 0;
}

static bool turns_backwards(const struct fake_lab *fake, int phase, double watts)
{
	return element_watts(&fake->load, phase, 0) / watts < -1e-9;
}

double fake_lab_error_percent(const struct fake_lab *fake)
{
	double registered = 0;
	double watts = 0;

	for (int phase = 0; phase < 3; phase++) {
		watts += element_watts(&fake->load, phase, 0);
	}
	for (int phase = 0; phase < 3; phase++) {
		if (!fake->has_detent_per_element || !turns_backwards(fake, phase, watts)) {
			registered += fake->gain[phase] *
				      element_watts(&fake->load, phase, fake->degrees[phase]);
		}
	}
	return 100 * (registered / watts - 1) + (watts < 0 ? fake->received_percent : 0) +
	       (fake->volts_shape.count ? fake->harmonic_percent : 0);
}

/* ---- source ---- */

static void watch(struct fake_lab *fake, const char *what)
{
	if (fake->watch) {
		fake->watch(what);
	}
}

static void source_limits(struct instrument *instrument, struct power_source_limits *limits)
{
	(void)instrument;
	*limits = (struct power_source_limits){0, 500, 0, 240, 45, 65};
}

static enum status source_apply(struct instrument *instrument, const struct three_phase *load)
{
	struct fake_lab *fake = fake_of(instrument);

	watch(fake, "apply");
	if (load->amperes[0].rms > 0 && !(fake->load.amperes[0].rms > 0)) {
		fake->heated_since = fake->clock.now;
	}
	fake->load = *load;
	fake->is_on = true;
	fake->holds_currents = false;
	fake->apply_count++;
	return STATUS_OK;
}

static enum status source_shape(struct instrument *instrument, const struct waveform *volts,
				const struct waveform *amperes)
{
	struct fake_lab *fake = fake_of(instrument);

	fake->volts_shape = *volts;
	fake->amperes_shape = *amperes;
	return STATUS_OK;
}

static enum status source_off(struct instrument *instrument)
{
	struct fake_lab *fake = fake_of(instrument);

	watch(fake, "off");
	fake->is_on = false;
	fake->off_count++;
	return STATUS_OK;
}

static enum status source_check(struct instrument *instrument)
{
	(void)instrument;
	return STATUS_OK;
}

/* ---- standard ---- */

static enum status standard_range(struct instrument *instrument, double volts, double amperes)
{
	(void)instrument;
	(void)volts;
	(void)amperes;
	return STATUS_OK;
}

static enum status standard_read(struct instrument *instrument,
				 struct standard_indication *indication)
{
	struct fake_lab *fake = fake_of(instrument);
	double jump = fake->is_unsteady && ++fake->reading_count % 2 ? 1.01 : 1;

	*indication =
		(struct standard_indication){.total_watts = true_watts(fake) * jump, .hertz = 60};
	for (int phase = 0; phase < 3 && fake->is_on; phase++) {
		indication->volts[phase] = fake->load.volts[phase].rms;
		indication->amperes[phase] =
			fake->holds_currents ? 0 : fake->load.amperes[phase].rms;
	}
	return STATUS_OK;
}

static enum status energy_start(struct instrument *instrument)
{
	fake_of(instrument)->register_watt_hours = 0;
	return STATUS_OK;
}

static enum status energy_stop(struct instrument *instrument)
{
	(void)instrument;
	return STATUS_OK;
}

static enum status energy_read(struct instrument *instrument, double *watt_hours,
			       double *resolution)
{
	const struct fake_lab *fake = fake_of(instrument);

	*watt_hours = fake->register_watt_hours * (1 + fake->standard_error_percent / 100);
	*resolution = fake->resolution_watt_hours;
	return STATUS_OK;
}

/* ---- error calculator ---- */

static double registered_watts(const struct fake_lab *fake)
{
	double amperes = 0;

	for (int phase = 0; phase < 3; phase++) {
		amperes = fmax(amperes, fake->load.amperes[phase].rms);
	}
	if (amperes == 0) {
		return fake->is_on ? fake->creep_watts : 0;
	}
	for (int phase = 0; phase < 3 && fake->is_silent_backwards; phase++) {
		if (turns_backwards(fake, phase, true_watts(fake))) {
			return 0;
		}
	}
	return amperes < fake->starting_amperes
		       ? 0
		       : fabs(true_watts(fake)) * (1 + fake_lab_error_percent(fake) / 100);
}

/* From now on pulses come; while the currents are held back none does. */
static void start_pulses(struct fake_lab *fake)
{
	double registered = registered_watts(fake);

	if (!(registered > 0)) {
		return;
	}
	double per_pulse = 3600 * fake->kt_watt_hours / registered;

	fake->gate_begin = instant_after(fake->clock.now, per_pulse * 0.5);
	fake->gate_end =
		instant_after(fake->clock.now, per_pulse * ((double)fake->gate_pulses + 0.5));
}

static enum status gate_start(struct instrument *instrument, int channel, double constant,
			      int64_t pulses)
{
	struct fake_lab *fake = fake_of(instrument);

	(void)channel;
	(void)constant;
	fake->is_armed = true;
	fake->gate_pulses = pulses;
	fake->gate_begin = INSTANT_NEVER;
	fake->gate_end = INSTANT_NEVER;
	if (!fake->holds_currents) {
		start_pulses(fake);
	}
	return STATUS_OK;
}

static double heating_percent(const struct fake_lab *fake)
{
	double seconds = seconds_between(fake->heated_since, fake->clock.now);

	return fake->heating_seconds > 0
		       ? fake->heating_percent * (1 - exp(-seconds / fake->heating_seconds))
		       : 0;
}

static enum status gate_read(struct instrument *instrument, int channel,
			     struct gate_indication *indication)
{
	struct fake_lab *fake = fake_of(instrument);

	(void)channel;
	bool has_begun = !fake->is_silent && !instant_before(fake->clock.now, fake->gate_begin);

	*indication = (struct gate_indication){.state = has_begun ? GATE_RUNNING : GATE_WAITING};
	if (fake->is_silent || instant_before(fake->clock.now, fake->gate_end)) {
		return STATUS_OK;
	}
	int64_t intervals = fake->gate_pulses + (fake->gate_count == fake->lost_gate);
	double error = fake_lab_error_percent(fake) + heating_percent(fake) +
		       fake->scatter_percent[fake->gate_count % FAKE_GATES];
	double watt_hours = (double)intervals * fake->kt_watt_hours / (1 + error / 100);
	*indication = (struct gate_indication){
		.state = GATE_FINISHED,
		.has_energy = true,
		.watt_hours = watt_hours * (1 + fake->standard_error_percent / 100),
		.resolution_watt_hours = fake->resolution_watt_hours,
	};
	fake->gate_count++;
	return STATUS_OK;
}

static enum status gate_abort(struct instrument *instrument, int channel)
{
	(void)channel;
	fake_of(instrument)->is_armed = false;
	return STATUS_OK;
}

/* ---- dose ---- */

static enum status dose_prepare(struct instrument *instrument, const struct three_phase *load)
{
	struct fake_lab *fake = fake_of(instrument);

	watch(fake, "prepare");
	fake->load = *load;
	fake->is_on = true;
	fake->holds_currents = true;
	return STATUS_OK;
}

static enum status dose_start(struct instrument *instrument, double watt_hours)
{
	struct fake_lab *fake = fake_of(instrument);

	watch(fake, "dose");
	fake->holds_currents = false;
	if (fake->is_armed) {
		start_pulses(fake);
	}
	fake->dose_watt_hours = watt_hours;
	fake->dose_end = instant_after(fake->clock.now, 3600 * watt_hours / fabs(true_watts(fake)));
	return STATUS_OK;
}

static void register_dose(struct fake_lab *fake)
{
	double registered = fake->dose_watt_hours * (1 + fake_lab_error_percent(fake) / 100);
	bool is_received = true_watts(fake) < 0;

	if (is_received || fake->registers_both) {
		fake->received += registered;
	}
	if (!is_received || fake->registers_both) {
		fake->delivered += registered;
	}
	fake->register_watt_hours += is_received ? -fake->dose_watt_hours : fake->dose_watt_hours;
}

static enum status dose_poll(struct instrument *instrument, bool *done, double *watt_hours)
{
	struct fake_lab *fake = fake_of(instrument);

	*done = !instant_before(fake->clock.now, fake->dose_end);
	*watt_hours = *done ? fake->dose_watt_hours : 0;
	if (*done && !fake->holds_currents) {
		register_dose(fake);
		fake->holds_currents = true;
	}
	return STATUS_OK;
}

static enum status dose_abort(struct instrument *instrument)
{
	fake_of(instrument)->holds_currents = true;
	return STATUS_OK;
}

static const struct power_source source = {
	.limits = source_limits,
	.apply = source_apply,
	.shape = source_shape,
	.off = source_off,
	.check_alarms = source_check,
};
static const struct reference_standard standard = {
	.set_range = standard_range,
	.read = standard_read,
	.energy_start = energy_start,
	.energy_stop = energy_stop,
	.energy_read = energy_read,
};
static const struct error_calculator calculator = {
	.start = gate_start, .read = gate_read, .abort = gate_abort};
static const struct energy_dose dose = {
	.prepare = dose_prepare, .start = dose_start, .poll = dose_poll, .abort = dose_abort};

/* Points at every load that the tests use, so that nothing is interpolated. */
static void certify(struct certificate *certificate)
{
	static const double volts[] = {120, 240, 277};
	static const double amperes[] = {0.5, 2, 5, 30, 50, 200};
	static const struct {
		double power_factor;
		bool is_leading;
	} sides[] = {{1, false}, {0.5, false}, {0.8, true}};

	for (size_t u = 0; u < 3; u++) {
		for (size_t i = 0; i < 6; i++) {
			for (size_t side = 0; side < 3; side++) {
				certificate->points[certificate->count++] =
					(struct certificate_point){volts[u],
								   amperes[i],
								   sides[side].power_factor,
								   sides[side].is_leading,
								   0,
								   0,
								   2};
			}
		}
	}
}

void fake_lab_init(struct fake_lab *fake)
{
	*fake = (struct fake_lab){.gain = {1, 1, 1}, .kt_watt_hours = 1.8, .lost_gate = -1};
	manual_clock_init(&fake->clock, UTC_2026_07_31);
	fake->certificate = (struct certificate){
		.number = "C-1", .date = "2026-01-31", .due_date = "2027-01-31", .count = 0};
	certify(&fake->certificate);
	fake->instrument = (struct instrument){.name = "fake",
					       .power_source = &source,
					       .reference_standard = &standard,
					       .error_calculator = &calculator,
					       .energy_dose = &dose};
	fake->lab = (struct lab){
		.clock = &fake->clock.clock,
		.name = "fake lab",
		.is_virtual = true,
		.instrument_count = 1,
		.instruments = {&fake->instrument},
		.certificates = {&fake->certificate},
		.power_source = &fake->instrument,
		.reference_standard = &fake->instrument,
		.reference_certificate = &fake->certificate,
		.error_calculator = &fake->instrument,
		.energy_dose = &fake->instrument,
		.position_count = 1,
		.positions = {{.number = 1, .channel = 1}},
		.limits = {.volts_maximum = 500,
			   .amperes_maximum = 240,
			   .hertz_minimum = 45,
			   .hertz_maximum = 65},
		.minimum_settling_seconds = 2,
	};
}
