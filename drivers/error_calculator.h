/*
 * Roles: error calculator (counts pulses of the meter and measures reference energy between the
 * first and the last) and energy dose (switches the load off after a fixed energy). Channel = meter
 * position, 1..20.
 */
#ifndef DRIVERS_ERROR_CALCULATOR_H
#define DRIVERS_ERROR_CALCULATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "reference_source/service_type.h"
#include "reference_source/status.h"

struct instrument;

enum gate_state { GATE_IDLE, GATE_WAITING, GATE_RUNNING, GATE_FINISHED };

struct gate_indication {
	enum gate_state state;
	double progress_percent;
	bool has_energy;
	double watt_hours; /* reference energy between first and last pulse: the raw count */
	double resolution_watt_hours; /* of that energy */
	bool has_error;
	double error_percent; /* the instrument's own figure: cross-check only */
	double error_resolution_percent;
};

struct error_calculator {
	/* Arms one measurement over `pulses` pulse intervals; constant in pulses per kWh (of the
	 * test pulse). */
	enum status (*start)(struct instrument *instrument, int channel,
			     double pulses_per_kilowatt_hour, int64_t pulses);
	enum status (*read)(struct instrument *instrument, int channel,
			    struct gate_indication *indication);
	enum status (*abort)(struct instrument *instrument, int channel);
};

struct energy_dose {
	/*
	 * Switches the load's voltages on and holds its currents back until start. Limits are the
	 * caller's to check: verbs go through lab_prepare_dose.
	 */
	enum status (*prepare)(struct instrument *instrument, const struct three_phase *load);
	/*
	 * With the load prepared (or applied, whose currents then go off first): applies the
	 * currents, stops them by itself after `watt_hours` of reference energy. Returns when
	 * started.
	 */
	enum status (*start)(struct instrument *instrument, double watt_hours);
	/* *done when the instrument has stopped the currents; the voltages stay on. */
	enum status (*poll)(struct instrument *instrument, bool *done, double *watt_hours_so_far);
	enum status (*abort)(struct instrument *instrument);
};

#endif
