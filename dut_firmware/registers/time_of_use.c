/* The tier in force owns what the total registers have gained since the newest change of tier. */
#include "registers/time_of_use.h"

void time_of_use_init(struct time_of_use *rates)
{
	*rates = (struct time_of_use){.special = CALENDAR_NONE};
}

void time_of_use_find_season(struct time_of_use *rates, const struct meter_clock *clock,
			     const struct calendar *calendar)
{
	int32_t day = meter_clock_day(clock);

	rates->season = 0;
	rates->special = CALENDAR_NONE;
	if (clock->is_set) {
		rates->season = calendar_season_on(calendar, day);
		rates->special = calendar_actions_on(calendar, day).special;
	}
}

bool time_of_use_find_tier(struct time_of_use *rates, const struct meter_clock *clock,
			   const struct calendar *calendar, const struct energy_totals *totals)
{
	uint8_t tier = 0;

	if (clock->is_set) {
		tier = calendar_tier(calendar, rates->season, rates->special,
				     calendar_weekday(meter_clock_day(clock)),
				     meter_clock_minute(clock));
	}
	if (tier == rates->tier) {
		return false;
	}
	rates->tiers[rates->tier] = time_of_use_energy(rates, rates->tier, totals);
	rates->divided = *totals;
	rates->tier = tier;
	return true;
}

struct energy_totals time_of_use_energy(const struct time_of_use *rates, uint8_t tier,
					const struct energy_totals *totals)
{
	struct energy_totals energy = rates->tiers[tier];

	if (tier == rates->tier) {
		energy.delivered += totals->delivered - rates->divided.delivered;
		energy.received += totals->received - rates->divided.received;
	}
	return energy;
}

static void take_away(int64_t *own, int64_t *excess)
{
	int64_t part = *own < *excess ? *own : *excess;

	*own -= part;
	*excess -= part;
}

bool time_of_use_fit(struct time_of_use *rates, const struct energy_totals *totals)
{
	struct energy_totals excess = {rates->divided.delivered - totals->delivered,
				       rates->divided.received - totals->received};

	if (excess.delivered <= 0 && excess.received <= 0) {
		return true;
	}
	for (uint32_t i = 0; i < CALENDAR_TIERS; i++) {
		struct energy_totals *own = &rates->tiers[(rates->tier + i) % CALENDAR_TIERS];

		if (excess.delivered > 0) {
			take_away(&own->delivered, &excess.delivered);
		}
		if (excess.received > 0) {
			take_away(&own->received, &excess.received);
		}
	}
	rates->divided = (struct energy_totals){0, 0};
	for (uint32_t tier = 0; tier < CALENDAR_TIERS; tier++) {
		rates->divided.delivered += rates->tiers[tier].delivered;
		rates->divided.received += rates->tiers[tier].received;
	}
	return false;
}
