/*
 * What feeds a meter: the voltage circuits that it measures, or an auxiliary supply that is there
 * from the beginning. Between voltage and firmware lies the meter's power supply with its start-up
 * time, early warning and hold-up. In frames of the meter's own crystal, on or off.
 */
#ifndef BENCH_VIRTUAL_LAB_METER_SUPPLY_H
#define BENCH_VIRTUAL_LAB_METER_SUPPLY_H

#include "bench/virtual_lab/sensors.h"

/* Choices (E); the reasons are in DESIGN.md. */
#define METER_SUPPLY_VOLTS 72.0		/* rms of the highest voltage: 60 % of 120 V */
#define METER_SUPPLY_START_FRAMES 1920	/* 0.5 s of voltage before the first frame */
#define METER_SUPPLY_DELAY_FRAMES 77	/* 20 ms: the warning's debouncing, both ways */
#define METER_SUPPLY_HOLD_UP_FRAMES 768 /* 200 ms from the warning to the end */

enum meter_supply_kind { METER_SUPPLY_MEASURED, METER_SUPPLY_AUXILIARY };

enum meter_supply_level { METER_SUPPLY_OFF, METER_SUPPLY_ON, METER_SUPPLY_WARNED };

struct meter_supply {
	const struct sensors *sensors;
	enum meter_supply_kind kind;
	enum meter_supply_level level;
	bool has_voltage;
	int64_t changed_at; /* frame in which voltage came or went */
};

/* Measured: off, without voltage; auxiliary: on for good. */
void meter_supply_init(struct meter_supply *supply, enum meter_supply_kind kind,
		       const struct sensors *sensors);

/*
 * Sets the level of this frame. Frames must not go back, and none may be passed over that
 * meter_supply_until has named.
 */
void meter_supply_update(struct meter_supply *supply, int64_t frame);

/* The first frame after this one, at most `end`, that has to be looked at: until then the level
 * holds. Frames before `end` must lie in the settled past of the world. */
int64_t meter_supply_until(const struct meter_supply *supply, int64_t frame, int64_t end);

#endif
