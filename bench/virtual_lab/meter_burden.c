/* Admittances and what they draw. */
#include "bench/virtual_lab/meter_burden.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define DEGREES_PER_RADIAN 57.29577951308232

static const struct {
	const char *number;
	double volt_amperes; /* of the whole meter with it */
} modules[] = {{"0746", 2.8}, {"0764", 53.0}};

static double with_module(const char *module)
{
	for (size_t i = 0; module && i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (!strcmp(modules[i].number, module)) {
			return modules[i].volt_amperes;
		}
	}
	return METER_BURDEN_BARE_VOLT_AMPERES;
}

static bool is_connected(const struct form *form, int phase)
{
	for (int i = 0; i < form->wiring_count; i++) {
		if (form->wiring[i].volts[phase]) {
			return true;
		}
	}
	return false;
}

static void add(struct meter_burden *burden, int phase, double volt_amperes)
{
	double siemens = volt_amperes / (METER_BURDEN_VOLTS * METER_BURDEN_VOLTS);
	double power_factor = METER_BURDEN_POWER_FACTOR;

	burden->conductance_siemens[phase] += siemens * power_factor;
	burden->susceptance_siemens[phase] += siemens * sqrt(1 - power_factor * power_factor);
}

struct meter_burden meter_burden_of(const struct form *form, const char *module,
				    double excess_percent)
{
	struct meter_burden burden = {.conductance_siemens = {0}};
	double excess = 1 + excess_percent / 100;
	double of_module = with_module(module) - METER_BURDEN_BARE_VOLT_AMPERES;
	int circuits = 0, first = -1;

	for (int phase = 0; phase < 3; phase++) {
		bool has_volts = is_connected(form, phase);

		circuits += has_volts;
		first = first < 0 && has_volts ? phase : first;
	}
	assert(circuits > 0);
	for (int phase = 0; phase < 3; phase++) {
		if (is_connected(form, phase)) {
			add(&burden, phase, excess * METER_BURDEN_BARE_VOLT_AMPERES / circuits);
		}
	}
	add(&burden, first, excess * of_module);
	return burden;
}

struct burden_quantities meter_burden_at(const struct meter_burden *burden, int phase, double volts,
					 double hertz)
{
	double conductance = burden->conductance_siemens[phase];
	double susceptance = burden->susceptance_siemens[phase] * hertz / METER_BURDEN_HERTZ;

	return (struct burden_quantities){
		.amperes = volts * sqrt(conductance * conductance + susceptance * susceptance),
		.watts = volts * volts * conductance,
		.vars = -volts * volts * susceptance,
	};
}

/* Angle of a small slope, in degrees: four terms leave less than 1e-10 below 0.1. */
static double small_angle_degrees(double slope)
{
	double square = slope * slope;

	return DEGREES_PER_RADIAN * slope *
	       (1 - square * (1.0 / 3 - square * (1.0 / 5 - square / 7)));
}

struct burden_drop meter_burden_drop(const struct meter_burden *burden, int count, double lead_ohms,
				     double lead_reactance_ohms)
{
	struct burden_drop drop;

	for (int phase = 0; phase < 3; phase++) {
		double conductance = count * burden->conductance_siemens[phase];
		double susceptance = count * burden->susceptance_siemens[phase];
		/* U at the meters = U / (1 + (R + jX)(G + jB)) */
		double real = 1 + lead_ohms * conductance - lead_reactance_ohms * susceptance;
		double imaginary = lead_ohms * susceptance + lead_reactance_ohms * conductance;

		drop.gain[phase] = 1 / sqrt(real * real + imaginary * imaginary);
		drop.lead_degrees[phase] = -small_angle_degrees(imaginary / real);
	}
	return drop;
}
