/*
 * Rates by date and time: season, kind of day and tier in force, and the energy of each tier. The
 * tiers' energies are differences of the total registers, so their sum is the total, count for
 * count, at any instant.
 */
#ifndef DUT_FIRMWARE_REGISTERS_TIME_OF_USE_H
#define DUT_FIRMWARE_REGISTERS_TIME_OF_USE_H

#include <stdbool.h>
#include <stdint.h>

#include "registers/calendar.h"
#include "registers/meter_clock.h"

/* mWh */
struct energy_totals {
	int64_t delivered;
	int64_t received;
};

struct time_of_use {
	uint8_t season;
	uint8_t special; /* special schedule of today, or CALENDAR_NONE */
	uint8_t tier;
	struct energy_totals tiers[CALENDAR_TIERS]; /* up to `divided` */
	struct energy_totals divided; /* total registers at the newest change of tier */
};

void time_of_use_init(struct time_of_use *rates);

/* Season and special schedule from scratch, after time or calendar were changed. */
void time_of_use_find_season(struct time_of_use *rates, const struct meter_clock *clock,
			     const struct calendar *calendar);

/* The tier for this minute; without a set clock tier 0. True when it has changed. */
bool time_of_use_find_tier(struct time_of_use *rates, const struct meter_clock *clock,
			   const struct calendar *calendar, const struct energy_totals *totals);

/*
 * After power-up. False: the totals have lost what the tiers had already got, which can only be
 * damage; the tiers lose it as well, the one in force first.
 */
bool time_of_use_fit(struct time_of_use *rates, const struct energy_totals *totals);

/* What tier `tier` has of the totals. */
struct energy_totals time_of_use_energy(const struct time_of_use *rates, uint8_t tier,
					const struct energy_totals *totals);

#endif
