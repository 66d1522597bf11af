/*
 * The order at the begin of a second: end of the demand interval under the rate and hour that it
 * had, daylight saving, the day's actions, the rate of the new minute.
 */
#include "registers/billing.h"

#include <string.h>

#define SECONDS_OF_MINUTE 60
#define MOST_DAYS_MADE_UP 400

static const struct demand_rules first_rules = {
	.lockout_minutes = 1,
	.sub_interval_minutes = 15,
	.sub_intervals = 1,
};

void billing_init(struct billing *billing)
{
	*billing = (struct billing){.acted_day = 0};
	meter_clock_init(&billing->clock);
	demand_init(&billing->demand, &first_rules, 0);
	time_of_use_init(&billing->rates);
	billing_set_defaults(billing);
}

void billing_set_defaults(struct billing *billing)
{
	billing->demand.rules = first_rules;
	calendar_init(&billing->calendar);
}

void billing_read(const struct billing *billing, const struct energy_totals *totals,
		  struct billing_readings *readings)
{
	readings->resets = billing->demand.resets;
	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		readings->demand[block] = billing->demand.registers[block];
	}
	readings->energy[0] = *totals;
	for (uint8_t tier = 0; tier < CALENDAR_TIERS; tier++) {
		readings->energy[1 + tier] = time_of_use_energy(&billing->rates, tier, totals);
	}
}

static void take(const struct billing *billing, const struct energy_totals *totals,
		 struct billing_snapshot *snapshot)
{
	*snapshot = (struct billing_snapshot){.season = billing->rates.season};
	if (billing->clock.is_set) {
		snapshot->time = meter_clock_time_of(&billing->clock);
	}
	billing_read(billing, totals, &snapshot->readings);
}

void billing_self_read(struct billing *billing, const struct energy_totals *totals)
{
	billing->self_read_sequence++;
	take(billing, totals,
	     &billing->self_reads[billing->self_read_sequence % BILLING_SELF_READS]);
	if (billing->self_read_count < BILLING_SELF_READS) {
		billing->self_read_count++;
	}
	if (billing->self_reads_unread < BILLING_SELF_READS) {
		billing->self_reads_unread++;
	} else {
		billing->has_lost_self_read = true;
	}
	billing->unsaved |= BILLING_HISTORY;
	billing->events |= BILLING_SELF_READ;
}

bool billing_mark_self_reads(struct billing *billing, uint32_t count)
{
	if (count > billing->self_reads_unread) {
		return false;
	}
	billing->self_reads_unread = (uint8_t)(billing->self_reads_unread - count);
	billing->has_lost_self_read = false;
	billing->unsaved |= BILLING_HISTORY;
	return true;
}

const struct billing_snapshot *billing_self_read_at(const struct billing *billing, uint8_t age)
{
	return &billing->self_reads[(uint16_t)(billing->self_read_sequence - age) %
				    BILLING_SELF_READS];
}

static void reset_demand(struct billing *billing, const struct energy_totals *totals,
			 bool is_boundary)
{
	take(billing, totals, &billing->before_reset);
	demand_reset(&billing->demand, is_boundary);
	billing->unsaved |= BILLING_HISTORY;
	billing->events |= BILLING_DEMAND_RESET;
}

bool billing_reset_demand(struct billing *billing, const struct energy_totals *totals)
{
	if (demand_reset_is_locked(&billing->demand)) {
		return false;
	}
	reset_demand(billing, totals, false);
	return true;
}

/* What the days after acted_day to today ask for. The newest season and special schedule count. */
static struct calendar_actions new_actions(struct billing *billing, int32_t today)
{
	struct calendar_actions all = {.season = CALENDAR_NONE, .special = CALENDAR_NONE};
	int32_t day = today - billing->acted_day > MOST_DAYS_MADE_UP ? today - MOST_DAYS_MADE_UP
								     : billing->acted_day;

	while (day < today) {
		struct calendar_actions actions = calendar_actions_on(&billing->calendar, ++day);

		all.season = actions.season != CALENDAR_NONE ? actions.season : all.season;
		all.special = actions.special;
		all.is_self_read = all.is_self_read || actions.is_self_read;
		all.is_demand_reset = all.is_demand_reset || actions.is_demand_reset;
	}
	billing->acted_day = today;
	billing->unsaved |= BILLING_REGISTERS;
	return all;
}

/* Readings before resets, the old season's before the new one begins. */
static void act_on_calendar(struct billing *billing, const struct energy_totals *totals,
			    bool is_boundary)
{
	int32_t today = meter_clock_day(&billing->clock);

	if (!billing->clock.is_set || today <= billing->acted_day) {
		return;
	}
	struct calendar_actions actions = new_actions(billing, today);
	bool is_new_season =
		actions.season != CALENDAR_NONE && actions.season != billing->rates.season;

	if (actions.is_self_read) {
		billing_self_read(billing, totals);
	}
	if (is_new_season) {
		take(billing, totals, &billing->before_season);
		billing->unsaved |= BILLING_HISTORY;
		billing->events |= BILLING_SEASON;
	}
	if (actions.is_demand_reset) {
		reset_demand(billing, totals, is_boundary);
	}
	if (is_new_season) {
		billing->rates.season = actions.season;
	}
	billing->rates.special = actions.special;
}

static void find_tier(struct billing *billing, const struct energy_totals *totals, bool is_boundary)
{
	if (time_of_use_find_tier(&billing->rates, &billing->clock, &billing->calendar, totals)) {
		demand_change_tier(&billing->demand, is_boundary);
		billing->unsaved |= BILLING_REGISTERS;
	}
}

static void follow_daylight(struct billing *billing)
{
	bool was_daylight = billing->clock.is_daylight;

	meter_clock_follow_calendar(&billing->clock, &billing->calendar);
	if (billing->clock.is_daylight != was_daylight) {
		billing->events |= was_daylight ? BILLING_DAYLIGHT_OFF : BILLING_DAYLIGHT_ON;
		billing->unsaved |= BILLING_REGISTERS;
	}
}

static void add_second(struct billing *billing, const struct energy_totals *totals)
{
	if (demand_add_second(&billing->demand, &billing->clock, totals->delivered,
			      billing->rates.tier)) {
		billing->unsaved |= BILLING_REGISTERS;
	}
	if (billing->clock.standard_seconds % SECONDS_OF_MINUTE == 0) {
		bool is_boundary = demand_is_boundary(&billing->demand, &billing->clock);

		follow_daylight(billing);
		act_on_calendar(billing, totals, is_boundary);
		find_tier(billing, totals, is_boundary);
	}
}

bool billing_add_segment(struct billing *billing, const struct energy_totals *totals)
{
	if (!meter_clock_add_segment(&billing->clock)) {
		return false;
	}
	add_second(billing, totals);
	return true;
}

/* A clock that lost its time has no calendar: rate 0, and nothing to act upon until it is set. */
void billing_power_up(struct billing *billing, const struct billing_outage *outage,
		      const struct energy_totals *totals)
{
	bool was_set = billing->clock.is_set;
	uint64_t seconds = outage->battery_ticks != NULL
				   ? outage->outage_ticks / METER_CLOCK_BATTERY_HERTZ
				   : UINT32_MAX;

	demand_power_up(&billing->demand, totals->delivered, seconds);
	if (billing->demand.excluded_seconds > 0) {
		billing->unsaved |= BILLING_REGISTERS; /* the next outage may be a short one */
	}
	meter_clock_power_up(&billing->clock, outage->battery_ticks, &billing->calendar);
	if (!billing->clock.is_set) {
		billing->clock.standard_seconds = outage->age_seconds;
	}
	if (was_set && !billing->clock.is_set) {
		billing->events |= BILLING_CLOCK_LOST;
		billing->unsaved |= BILLING_REGISTERS;
	}
	act_on_calendar(billing, totals, false);
	if (!billing->clock.is_set || billing->has_other_calendar) {
		time_of_use_find_season(&billing->rates, &billing->clock, &billing->calendar);
	}
	find_tier(billing, totals, false);
}

static void follow_change(struct billing *billing, const struct energy_totals *totals)
{
	time_of_use_find_season(&billing->rates, &billing->clock, &billing->calendar);
	find_tier(billing, totals, false);
}

/*
 * A correction over midnight keeps the day's actions: forward they are made up for, backward they
 * are not repeated. A change by more than a day makes up for nothing.
 */
bool billing_set_clock(struct billing *billing, const struct meter_clock_time *time,
		       enum meter_clock_regime regime, const struct energy_totals *totals)
{
	bool was_set = billing->clock.is_set;

	if (!meter_clock_set(&billing->clock, time, regime, &billing->calendar)) {
		return false;
	}
	int32_t today = meter_clock_day(&billing->clock);
	int32_t days = today - billing->acted_day;

	demand_disturb(&billing->demand, totals->delivered, 0);
	if (was_set && days == 1) {
		act_on_calendar(billing, totals, false);
	} else if (!was_set || days != -1) {
		billing->acted_day = today;
	}
	follow_change(billing, totals);
	billing->begin_day = billing->acted_day;
	billing->clock_changes++;
	billing->unsaved |= BILLING_REGISTERS;
	return true;
}

void billing_begin_at_clock(struct billing *billing)
{
	billing->acted_day = billing->begin_day;
	billing->has_other_calendar = true;
}

void billing_disturb_demand(struct billing *billing, const struct energy_totals *totals)
{
	demand_disturb(&billing->demand, totals->delivered, 0);
}

void billing_clear_registers(struct billing *billing)
{
	const struct demand_rules rules = billing->demand.rules;
	const struct time_of_use rates = billing->rates;

	demand_init(&billing->demand, &rules, 0);
	demand_disturb(&billing->demand, 0, 0);
	billing->rates = (struct time_of_use){
		.season = rates.season, .special = rates.special, .tier = rates.tier};
	memset(&billing->before_season, 0, sizeof(billing->before_season));
	memset(&billing->before_reset, 0, sizeof(billing->before_reset));
	memset(billing->self_reads, 0, sizeof(billing->self_reads));
	billing->self_read_sequence = 0;
	billing->self_read_count = 0;
	billing->self_reads_unread = 0;
	billing->has_lost_self_read = false;
	billing->unsaved |= BILLING_HISTORY;
}

bool billing_change_rules(struct billing *billing, const struct demand_rules *rules,
			  const struct energy_totals *totals)
{
	if (!demand_rules_are_valid(rules)) {
		return false;
	}
	demand_change_rules(&billing->demand, rules, totals->delivered);
	billing->unsaved |= BILLING_SETTINGS | BILLING_REGISTERS;
	return true;
}

bool billing_change_calendar(struct billing *billing, const struct calendar *calendar,
			     const struct energy_totals *totals)
{
	if (!calendar_is_valid(calendar)) {
		return false;
	}
	billing->calendar = *calendar;
	meter_clock_find_daylight(&billing->clock, &billing->calendar);
	follow_change(billing, totals);
	billing->unsaved |= BILLING_SETTINGS | BILLING_REGISTERS;
	return true;
}
