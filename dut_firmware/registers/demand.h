/*
 * Demand of the delivered energy, block or rolling: what enters the maximum, and resets. An
 * interval ends at multiples of its sub-interval from standard midnight. mW and mWh; an energy
 * times 3600 divided by the interval's seconds is exact.
 */
#ifndef DUT_FIRMWARE_REGISTERS_DEMAND_H
#define DUT_FIRMWARE_REGISTERS_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "registers/calendar.h"
#include "registers/meter_clock.h"

#define DEMAND_LEAST_MINUTES 15u
#define DEMAND_MOST_MINUTES 60u
#define DEMAND_SUB_INTERVALS 15u
#define DEMAND_BLOCKS (1u + CALENDAR_TIERS) /* all rates together, then each */

/* ST13. A block demand has one sub-interval. */
struct demand_rules {
	uint8_t lockout_minutes;      /* between two resets */
	uint8_t power_fail_seconds;   /* a shorter outage only spoils its interval */
	uint8_t power_fail_minutes;   /* without demand after a longer one */
	uint8_t cold_load_minutes;    /* likewise; the longer of both counts */
	uint8_t sub_interval_minutes; /* divides a day */
	uint8_t sub_intervals;
};

struct demand_register {
	int64_t cumulative_mw;
	int32_t maximum_mw;
	struct meter_clock_time time; /* wall time at the end of its interval */
};

/*
 * How many sub-intervals were whole in one respect, one after the other. A spoiled one does not
 * count when it ends.
 */
struct demand_run {
	uint8_t complete;
	bool is_spoiled;
};

struct demand {
	struct demand_rules rules;
	struct demand_register registers[DEMAND_BLOCKS];
	int64_t ends_mwh[DEMAND_SUB_INTERVALS + 1u]; /* register at the ends of sub-intervals, a
							ring */
	uint8_t newest;
	uint8_t kept; /* ends before the newest one */
	struct demand_run undisturbed;
	struct demand_run since_reset;
	struct demand_run in_one_tier;
	int32_t last_mw; /* of the newest complete interval, 0: none */
	uint8_t resets;
	uint32_t lockout_seconds;
	uint32_t excluded_seconds;
};

bool demand_rules_are_valid(const struct demand_rules *rules);

/* Starts with a whole sub-interval: the clock stands at a boundary. */
void demand_init(struct demand *demand, const struct demand_rules *rules, int64_t delivered_mwh);

/*
 * The clock, the supply or the mode has cut the interval: it ends at the next boundary and enters
 * no maximum; a rolling demand needs all its sub-intervals again. Neither does what follows for
 * `excluded_seconds`.
 */
void demand_disturb(struct demand *demand, int64_t delivered_mwh, uint32_t excluded_seconds);

/* The outage that ends with this power-up. */
void demand_power_up(struct demand *demand, int64_t delivered_mwh, uint64_t outage_seconds);

/* Other rules from now on; maxima stay. They must be valid. */
void demand_change_rules(struct demand *demand, const struct demand_rules *rules,
			 int64_t delivered_mwh);

/* A second has passed: timers, and the end of a sub-interval in which `tier` was in force. True: a
 * maximum is higher than before. */
bool demand_add_second(struct demand *demand, const struct meter_clock *clock,
		       int64_t delivered_mwh, uint8_t tier);

/* The rate has changed. `is_boundary`: just at the end of a sub-interval. */
void demand_change_tier(struct demand *demand, bool is_boundary);

bool demand_reset_is_locked(const struct demand *demand);

/*
 * Maxima to the cumulative registers, then zero. The interval in progress runs on to its end and
 * enters neither maximum.
 */
void demand_reset(struct demand *demand, bool is_boundary);

int64_t demand_continuous_mw(const struct demand_register *demand_register);

/* Of the interval in progress: the energy so far over the whole interval. */
int32_t demand_present_mw(const struct demand *demand, int64_t delivered_mwh);
uint32_t demand_seconds_left(const struct demand *demand, const struct meter_clock *clock);
bool demand_is_boundary(const struct demand *demand, const struct meter_clock *clock);

#endif
