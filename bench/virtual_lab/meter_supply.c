/* Voltage, how long it has been there or gone, and the level that follows from both. */
#include "bench/virtual_lab/meter_supply.h"

void meter_supply_init(struct meter_supply *supply, enum meter_supply_kind kind,
		       const struct sensors *sensors)
{
	*supply = (struct meter_supply){
		.sensors = sensors,
		.kind = kind,
		.level = kind == METER_SUPPLY_AUXILIARY ? METER_SUPPLY_ON : METER_SUPPLY_OFF,
	};
}

/* How long voltage or its absence has to last until the level changes; -1: for ever. */
static int64_t frames_to_change(const struct meter_supply *supply)
{
	switch (supply->level) {
	case METER_SUPPLY_OFF:
		return supply->has_voltage ? METER_SUPPLY_START_FRAMES : -1;
	case METER_SUPPLY_ON:
		return supply->has_voltage ? -1 : METER_SUPPLY_DELAY_FRAMES;
	case METER_SUPPLY_WARNED:
		return supply->has_voltage
			       ? METER_SUPPLY_DELAY_FRAMES
			       : METER_SUPPLY_DELAY_FRAMES + METER_SUPPLY_HOLD_UP_FRAMES;
	}
	return -1;
}

static enum meter_supply_level next_level(const struct meter_supply *supply)
{
	if (supply->has_voltage) {
		return METER_SUPPLY_ON;
	}
	return supply->level == METER_SUPPLY_ON ? METER_SUPPLY_WARNED : METER_SUPPLY_OFF;
}

void meter_supply_update(struct meter_supply *supply, int64_t frame)
{
	int64_t constant_until;

	if (supply->kind == METER_SUPPLY_AUXILIARY) {
		return;
	}
	bool has_voltage = sensors_highest_volts(supply->sensors, frame, &constant_until) >=
			   METER_SUPPLY_VOLTS;

	if (has_voltage != supply->has_voltage) {
		supply->has_voltage = has_voltage;
		supply->changed_at = frame;
	}
	int64_t needed = frames_to_change(supply);
	if (needed >= 0 && frame - supply->changed_at >= needed) {
		supply->level = next_level(supply);
	}
}

int64_t meter_supply_until(const struct meter_supply *supply, int64_t frame, int64_t end)
{
	int64_t needed = frames_to_change(supply);
	int64_t at = frame + 1, constant_until;

	if (supply->kind == METER_SUPPLY_AUXILIARY) {
		return end;
	}
	if (needed >= 0 && supply->changed_at + needed < end) {
		end = supply->changed_at + needed;
	}
	while (at < end) {
		double volts = sensors_highest_volts(supply->sensors, at, &constant_until);

		if ((volts >= METER_SUPPLY_VOLTS) != supply->has_voltage) {
			return at;
		}
		at = constant_until;
	}
	return end;
}
