/*
 * Role: polyphase power source. Every request is checked by the caller against the smallest limit
 * of the chain; the driver checks what its own wire format can carry.
 */
#ifndef DRIVERS_POWER_SOURCE_H
#define DRIVERS_POWER_SOURCE_H

#include <stdbool.h>

#include "reference_source/instant.h"
#include "reference_source/service_type.h"
#include "reference_source/status.h"
#include "reference_source/waveform.h"

struct instrument;

struct power_source_limits {
	double volts_minimum, volts_maximum;
	double amperes_minimum, amperes_maximum;
	double hertz_minimum, hertz_maximum;
};

struct power_source {
	void (*limits)(struct instrument *instrument, struct power_source_limits *limits);
	/* Sets amplitudes, angles and frequency and switches on the phases whose rms is not 0.
	 * Returns when accepted. */
	enum status (*apply)(struct instrument *instrument, const struct three_phase *load);
	/*
	 * The shape of all voltages and of all currents from the next `apply` on, alike in the
	 * three phases; their rms values are then those of the fundamentals. Count 0: a sine, as at
	 * the beginning. Sends nothing. NULL: the source gives sines only.
	 */
	enum status (*shape)(struct instrument *instrument, const struct waveform *volts,
			     const struct waveform *amperes);
	/* All outputs off. Used by safe state: allocates nothing, tries more than once before it
	 * gives up. */
	enum status (*off)(struct instrument *instrument);
	/* STATUS_ALARM with the alarm in words (emergency stop, overload, …); STATUS_OK when
	 * healthy. */
	enum status (*check_alarms)(struct instrument *instrument);
	/*
	 * The same for what comes unasked until the instant: sends nothing, returns at once with an
	 * alarm. With an instant that has passed: what has come since. NULL: it never speaks
	 * unasked.
	 */
	enum status (*listen)(struct instrument *instrument, struct instant until);
};

#endif
