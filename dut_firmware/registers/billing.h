/*
 * Clock, demand and rates together: what happens at each second, at midnight, at power-up and when
 * somebody sets the clock, resets the demand or changes their rules; and the registers as they were
 * at a reset, at a season's end and at self-reads.
 */
#ifndef DUT_FIRMWARE_REGISTERS_BILLING_H
#define DUT_FIRMWARE_REGISTERS_BILLING_H

#include <stdbool.h>
#include <stdint.h>

#include "registers/calendar.h"
#include "registers/demand.h"
#include "registers/meter_clock.h"
#include "registers/time_of_use.h"

#define BILLING_SELF_READS 4u

/* The registers at one instant: the total, then each tier. */
struct billing_readings {
	struct energy_totals energy[DEMAND_BLOCKS];
	struct demand_register demand[DEMAND_BLOCKS];
	uint8_t resets;
};

struct billing_snapshot {
	struct meter_clock_time time;
	uint8_t season;
	struct billing_readings readings;
};

struct billing {
	struct meter_clock clock;
	struct calendar calendar;
	struct demand demand;
	struct time_of_use rates;
	int32_t acted_day; /* whose calendar actions are done */
	struct billing_snapshot before_season;
	struct billing_snapshot before_reset;
	struct billing_snapshot self_reads[BILLING_SELF_READS]; /* a ring */
	uint16_t self_read_sequence; /* of the newest; modulo the ring its place */
	uint8_t self_read_count;
	uint8_t self_reads_unread;
	bool has_lost_self_read; /* an unread one was overwritten */
};

void billing_init(struct billing *billing);

/*
 * A segment of 64 frames has passed; the total registers after it. Costs a comparison except
 * once a second.
 */
void billing_add_segment(struct billing *billing, const struct energy_totals *totals);

/*
 * Power-up of a billing that was kept over the outage: ticks of the battery clock, or NULL when it
 * lost the time. Actions of the days in between are made up for once.
 */
void billing_power_up(struct billing *billing, const uint64_t *battery_ticks,
		      const struct energy_totals *totals);

/* As meter_clock_set; what depends on the time follows. */
bool billing_set_clock(struct billing *billing, const struct meter_clock_time *time,
		       enum meter_clock_regime regime, const struct energy_totals *totals);

/* For switch, optical port and module alike. False: locked out, nothing has changed. */
bool billing_reset_demand(struct billing *billing, const struct energy_totals *totals);

void billing_self_read(struct billing *billing, const struct energy_totals *totals);

/* A change of mode or the like has cut the interval of demand. */
void billing_disturb_demand(struct billing *billing, const struct energy_totals *totals);

/* Registers to zero, with all that was read of them; clock, rules and calendar stay. */
void billing_clear_registers(struct billing *billing);

/* False: not rules or not a calendar that the meter can act upon; nothing has changed. */
bool billing_change_rules(struct billing *billing, const struct demand_rules *rules,
			  const struct energy_totals *totals);
bool billing_change_calendar(struct billing *billing, const struct calendar *calendar,
			     const struct energy_totals *totals);

void billing_read(const struct billing *billing, const struct energy_totals *totals,
		  struct billing_readings *readings);

/* Self-read `age` back from the newest, 0 the newest; age < self_read_count. */
const struct billing_snapshot *billing_self_read_at(const struct billing *billing, uint8_t age);

#endif
