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

/* What has changed and is to be kept without supply. */
enum billing_part {
	BILLING_REGISTERS = 1, /* rates, maxima, the day's actions, the clock */
	BILLING_HISTORY = 2,   /* readings, and with them the registers */
	BILLING_SETTINGS = 4,
};

/* What has happened and is to be logged. */
enum billing_event {
	BILLING_DEMAND_RESET = 1,
	BILLING_SELF_READ = 2,
	BILLING_SEASON = 4,
	BILLING_DAYLIGHT_ON = 8,
	BILLING_DAYLIGHT_OFF = 16,
	BILLING_CLOCK_LOST = 32,
};

struct billing {
	struct meter_clock clock;
	struct calendar calendar;
	struct demand demand;
	struct time_of_use rates;
	int32_t acted_day;     /* whose calendar actions are done */
	int32_t begin_day;     /* acted_day when somebody last set the clock */
	uint8_t clock_changes; /* how often that was */
	struct billing_snapshot before_season;
	struct billing_snapshot before_reset;
	struct billing_snapshot self_reads[BILLING_SELF_READS]; /* a ring */
	uint16_t self_read_sequence; /* of the newest; modulo the ring its place */
	uint8_t self_read_count;
	uint8_t self_reads_unread;
	bool has_lost_self_read; /* an unread one was overwritten */
	uint32_t unsaved;	 /* enum billing_part */
	uint32_t events;	 /* enum billing_event; whoever logs them clears them */
	bool has_other_calendar; /* than that under which season and rate were found */
};

void billing_init(struct billing *billing);

/* The rules and the calendar of a fresh meter. */
void billing_set_defaults(struct billing *billing);

/*
 * A segment of 64 frames has passed; the total registers after it. Costs a comparison except
 * once a second: true when a second of the clock has begun.
 */
bool billing_add_segment(struct billing *billing, const struct energy_totals *totals);

struct billing_outage {
	const uint64_t *battery_ticks; /* since the clock was saved; NULL: lost */
	uint64_t outage_ticks;	       /* without supply */
	int64_t age_seconds;	       /* of the meter: the time where there is no clock */
};

/* Power-up of a billing that was kept over the outage. Actions of the days in between are made up
 * for once. */
void billing_power_up(struct billing *billing, const struct billing_outage *outage,
		      const struct energy_totals *totals);

/* As meter_clock_set; what depends on the time follows. */
bool billing_set_clock(struct billing *billing, const struct meter_clock_time *time,
		       enum meter_clock_regime regime, const struct energy_totals *totals);

/* For switch, optical port and module alike. False: locked out, nothing has changed. */
bool billing_reset_demand(struct billing *billing, const struct energy_totals *totals);

void billing_self_read(struct billing *billing, const struct energy_totals *totals);

/* The oldest `count` unread self-reads were read; false: there are not as many. */
bool billing_mark_self_reads(struct billing *billing, uint32_t count);

/* A change of mode or the like has cut the interval of demand. */
void billing_disturb_demand(struct billing *billing, const struct energy_totals *totals);

/* Registers to zero, with all that was read of them; clock, rules and calendar stay. */
void billing_clear_registers(struct billing *billing);

/* The clock was set, then the supply went before what depends on it was saved. */
void billing_begin_at_clock(struct billing *billing);

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
