/*
 * What one meter takes from its voltage circuits: a property of the device, its firmware has no
 * part in it. The notice gives volt-amperes and "capacitive" but no voltage; here they hold at 277
 * V and 60 Hz, the highest rated voltage, as a conductance and a capacitor: S grows with the
 * voltage squared. Which phase has what stands in DESIGN.md.
 */
#ifndef BENCH_VIRTUAL_LAB_METER_BURDEN_H
#define BENCH_VIRTUAL_LAB_METER_BURDEN_H

#include <stdbool.h>

#include "reference_source/service_type.h"

#define METER_BURDEN_VOLTS 277.0
#define METER_BURDEN_HERTZ 60.0
#define METER_BURDEN_BARE_VOLT_AMPERES 2.6
#define METER_BURDEN_POWER_FACTOR 0.3

/* Admittance of each voltage circuit to the source's neutral; susceptance at 60 Hz, positive:
 * capacitive. */
struct meter_burden {
	double conductance_siemens[3];
	double susceptance_siemens[3];
};

/* Of a meter of this form with this module ("0746", "0764", NULL), so many percent too much. */
struct meter_burden meter_burden_of(const struct form *form, const char *module,
				    double excess_percent);

/* Of one phase at this voltage and frequency: rms amperes, watts, vars (negative: capacitive). */
struct burden_quantities {
	double amperes, watts, vars;
};
struct burden_quantities meter_burden_at(const struct meter_burden *burden, int phase, double volts,
					 double hertz);

/*
 * What `count` such meters behind leads of R + jX make of the voltage at the source's sense point:
 * gain of its rms and by how many degrees it leads, per phase, at 60 Hz.
 */
struct burden_drop {
	double gain[3];
	double lead_degrees[3];
};
struct burden_drop meter_burden_drop(const struct meter_burden *burden, int count, double lead_ohms,
				     double lead_reactance_ohms);

#endif
