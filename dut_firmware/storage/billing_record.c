/* Fields in a row, each as wide as its number. What is left of a record is zero. */
#include "storage/billing_record.h"

#include <string.h>

#include "storage/little_endian.h"

#define STAMP_BYTES 12u
#define TIME_BYTES 5u
#define DEMAND_REGISTER_BYTES (8u + 4u + TIME_BYTES)
#define TOTALS_BYTES 16u
#define REGISTERS_USED                                                                             \
	(STAMP_BYTES + 3u * 4u + 5u + (CALENDAR_TIERS + 1u) * TOTALS_BYTES +                       \
	 DEMAND_BLOCKS * DEMAND_REGISTER_BYTES)
#define SNAPSHOT_BYTES (TIME_BYTES + 2u + DEMAND_BLOCKS * (TOTALS_BYTES + DEMAND_REGISTER_BYTES))
#define HISTORY_USED (REGISTERS_USED + (BILLING_SELF_READS + 2u) * SNAPSHOT_BYTES + 5u)
#define SETTINGS_USED                                                                              \
	(STAMP_BYTES + 6u +                                                                        \
	 3u * (CALENDAR_NON_RECURRING + CALENDAR_RECURRING + CALENDAR_SWITCHES) +                  \
	 CALENDAR_SEASONS * CALENDAR_DAY_TYPES)

_Static_assert(REGISTERS_USED <= BILLING_REGISTERS_BYTES, "the record holds the registers");
_Static_assert(HISTORY_USED <= BILLING_HISTORY_BYTES, "the record holds the readings");
_Static_assert(SETTINGS_USED <= BILLING_SETTINGS_BYTES, "the record holds the rules");

/* Writing */

static uint8_t *put8(uint8_t *at, uint32_t number)
{
	*at = (uint8_t)(number & 0xFFu);
	return at + 1;
}

static uint8_t *put16(uint8_t *at, uint32_t number)
{
	return put8(put8(at, number), number >> 8);
}

static uint8_t *put32(uint8_t *at, uint32_t number)
{
	put_u32(at, number);
	return at + 4;
}

static uint8_t *put64(uint8_t *at, int64_t number)
{
	put_u64(at, (uint64_t)number);
	return at + 8;
}

/* To the minute, as it is published. */
static uint8_t *put_time(uint8_t *at, const struct meter_clock_time *time)
{
	at = put8(at, time->date.month ? time->date.year - CALENDAR_FIRST_YEAR : 0);
	at = put8(at, time->date.month);
	at = put8(at, time->date.day);
	at = put8(at, time->hour);
	return put8(at, time->minute);
}

static uint8_t *put_totals(uint8_t *at, const struct energy_totals *totals)
{
	return put64(put64(at, totals->delivered), totals->received);
}

static uint8_t *put_demand(uint8_t *at, const struct demand_register *demand)
{
	at = put64(at, demand->cumulative_mw);
	at = put32(at, (uint32_t)demand->maximum_mw);
	return put_time(at, &demand->time);
}

static uint8_t *put_snapshot(uint8_t *at, const struct billing_snapshot *snapshot)
{
	at = put_time(at, &snapshot->time);
	at = put8(at, snapshot->season);
	at = put8(at, snapshot->readings.resets);
	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		at = put_totals(at, &snapshot->readings.energy[block]);
		at = put_demand(at, &snapshot->readings.demand[block]);
	}
	return at;
}

static uint8_t *put_stamp(uint8_t *at, const struct billing_stamp *stamp)
{
	return put32(put32(put32(at, stamp->number), stamp->clearings), stamp->age_seconds);
}

static uint8_t *put_registers(uint8_t *at, const struct billing *billing,
			      const struct billing_stamp *stamp)
{
	const struct demand *demand = &billing->demand;
	const struct time_of_use *rates = &billing->rates;

	at = put_stamp(at, stamp);
	at = put32(put32(at, demand->lockout_seconds), demand->excluded_seconds);
	at = put32(at, (uint32_t)billing->acted_day);
	at = put8(at, billing->clock_changes);
	at = put8(put8(at, demand->resets), rates->season);
	at = put8(put8(at, rates->special), rates->tier);
	at = put_totals(at, &rates->divided);
	for (uint32_t tier = 0; tier < CALENDAR_TIERS; tier++) {
		at = put_totals(at, &rates->tiers[tier]);
	}
	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		at = put_demand(at, &demand->registers[block]);
	}
	return at;
}

void billing_record_put_registers(const struct billing *billing, const struct billing_stamp *stamp,
				  uint8_t bytes[BILLING_REGISTERS_BYTES])
{
	memset(bytes, 0, BILLING_REGISTERS_BYTES);
	(void)put_registers(bytes, billing, stamp);
}

void billing_record_put_history(const struct billing *billing, const struct billing_stamp *stamp,
				uint8_t bytes[BILLING_HISTORY_BYTES])
{
	memset(bytes, 0, BILLING_HISTORY_BYTES);
	uint8_t *at = put_registers(bytes, billing, stamp);

	at = put16(at, billing->self_read_sequence);
	at = put8(put8(at, billing->self_read_count), billing->self_reads_unread);
	at = put8(at, billing->has_lost_self_read);
	at = put_snapshot(put_snapshot(at, &billing->before_season), &billing->before_reset);
	for (uint32_t place = 0; place < BILLING_SELF_READS; place++) {
		at = put_snapshot(at, &billing->self_reads[place]);
	}
}

static uint8_t *put_entries(uint8_t *at, const struct calendar_entry *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		at = put8(put16(at, entries[i].date), entries[i].action);
	}
	return at;
}

#define SWITCH_USED 0x8000u /* then the tier from bit 11 on, the minute below it */
#define SWITCH_TIER_SHIFT 11u
#define SWITCH_MINUTE 0x7FFu

void billing_record_put_settings(const struct billing *billing, const struct billing_stamp *stamp,
				 uint8_t bytes[BILLING_SETTINGS_BYTES])
{
	const struct demand_rules *rules = &billing->demand.rules;
	const struct calendar *calendar = &billing->calendar;

	memset(bytes, 0, BILLING_SETTINGS_BYTES);
	uint8_t *at = put_stamp(bytes, stamp);

	at = put8(put8(at, rules->lockout_minutes), rules->power_fail_seconds);
	at = put8(put8(at, rules->power_fail_minutes), rules->cold_load_minutes);
	at = put8(put8(at, rules->sub_interval_minutes), rules->sub_intervals);
	at = put_entries(at, calendar->non_recurring, CALENDAR_NON_RECURRING);
	at = put_entries(at, calendar->recurring, CALENDAR_RECURRING);
	for (uint32_t i = 0; i < CALENDAR_SWITCHES; i++) {
		const struct calendar_switch *change = &calendar->switches[i];

		at = put16(at, (change->is_used ? SWITCH_USED : 0) |
				       (uint32_t)change->tier << SWITCH_TIER_SHIFT |
				       change->minute);
		at = put8(at, change->schedule);
	}
	memcpy(at, calendar->schedules, sizeof(calendar->schedules));
}

/* Reading */

static uint8_t take8(const uint8_t **at)
{
	return *(*at)++;
}

static uint16_t take16(const uint8_t **at)
{
	uint32_t low = take8(at);

	return (uint16_t)(low | (uint32_t)take8(at) << 8);
}

static uint32_t take32(const uint8_t **at)
{
	*at += 4;
	return get_u32(*at - 4);
}

static int64_t take64(const uint8_t **at)
{
	*at += 8;
	return get_i64(*at - 8);
}

static struct meter_clock_time take_time(const uint8_t **at)
{
	uint32_t year = take8(at);
	struct meter_clock_time time = {.date.month = take8(at)};

	time.date.year = (uint16_t)(time.date.month ? CALENDAR_FIRST_YEAR + year : 0);
	time.date.day = take8(at);
	time.hour = take8(at);
	time.minute = take8(at);
	return time;
}

static struct energy_totals take_totals(const uint8_t **at)
{
	struct energy_totals totals = {.delivered = take64(at)};

	totals.received = take64(at);
	return totals;
}

static struct demand_register take_demand(const uint8_t **at)
{
	struct demand_register demand = {.cumulative_mw = take64(at)};
	uint32_t maximum = take32(at);

	demand.maximum_mw = (int32_t)(maximum & INT32_MAX);
	demand.time = take_time(at);
	return demand;
}

static void take_snapshot(struct billing_snapshot *snapshot, const uint8_t **at)
{
	snapshot->time = take_time(at);
	snapshot->season = take8(at);
	snapshot->readings.resets = take8(at);
	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		snapshot->readings.energy[block] = take_totals(at);
		snapshot->readings.demand[block] = take_demand(at);
	}
}

static bool take_from(int64_t *sum, int64_t part)
{
	if (part < 0 || part > *sum) {
		return false;
	}
	*sum -= part;
	return true;
}

/* The tiers own all that the totals had at the newest division. */
static bool rates_are_whole(const struct time_of_use *rates)
{
	struct energy_totals left = rates->divided;
	bool is_whole = true;

	for (uint32_t tier = 0; tier < CALENDAR_TIERS; tier++) {
		is_whole = is_whole && take_from(&left.delivered, rates->tiers[tier].delivered) &&
			   take_from(&left.received, rates->tiers[tier].received);
	}
	return is_whole && left.delivered == 0 && left.received == 0;
}

static bool registers_are_whole(const struct billing *billing)
{
	const struct time_of_use *rates = &billing->rates;
	bool is_whole = rates_are_whole(rates) && rates->tier < CALENDAR_TIERS &&
			rates->season < CALENDAR_SEASONS && billing->acted_day >= 0;

	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		const struct demand_register *demand = &billing->demand.registers[block];

		is_whole = is_whole && demand->cumulative_mw >= 0 &&
			   (demand->time.date.month == 0 || calendar_is_date(&demand->time.date));
	}
	return is_whole;
}

static struct billing_stamp take_stamp(const uint8_t **at)
{
	struct billing_stamp stamp = {.number = take32(at)};

	stamp.clearings = take32(at);
	stamp.age_seconds = take32(at);
	return stamp;
}

uint32_t billing_record_number(const uint8_t *bytes)
{
	return get_u32(bytes);
}

static bool take_registers(struct billing *billing, struct billing_stamp *stamp, const uint8_t **at)
{
	struct demand *demand = &billing->demand;
	struct time_of_use *rates = &billing->rates;

	*stamp = take_stamp(at);
	demand->lockout_seconds = take32(at);
	demand->excluded_seconds = take32(at);
	billing->acted_day = (int32_t)(take32(at) & INT32_MAX);
	billing->clock_changes = take8(at);
	demand->resets = take8(at);
	rates->season = take8(at);
	rates->special = take8(at);
	rates->tier = take8(at);
	rates->divided = take_totals(at);
	for (uint32_t tier = 0; tier < CALENDAR_TIERS; tier++) {
		rates->tiers[tier] = take_totals(at);
	}
	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		demand->registers[block] = take_demand(at);
	}
	return registers_are_whole(billing);
}

bool billing_record_take_registers(struct billing *billing, struct billing_stamp *stamp,
				   const uint8_t bytes[BILLING_REGISTERS_BYTES])
{
	return take_registers(billing, stamp, &bytes);
}

bool billing_record_take_history(struct billing *billing, struct billing_stamp *stamp,
				 const uint8_t bytes[BILLING_HISTORY_BYTES])
{
	bool is_whole = take_registers(billing, stamp, &bytes);

	billing->self_read_sequence = take16(&bytes);
	billing->self_read_count = take8(&bytes);
	billing->self_reads_unread = take8(&bytes);
	billing->has_lost_self_read = take8(&bytes) != 0;
	take_snapshot(&billing->before_season, &bytes);
	take_snapshot(&billing->before_reset, &bytes);
	for (uint32_t place = 0; place < BILLING_SELF_READS; place++) {
		take_snapshot(&billing->self_reads[place], &bytes);
	}
	return is_whole && billing->self_read_count <= BILLING_SELF_READS &&
	       billing->self_reads_unread <= billing->self_read_count;
}

static void take_entries(struct calendar_entry *entries, uint32_t count, const uint8_t **at)
{
	for (uint32_t i = 0; i < count; i++) {
		entries[i].date = take16(at);
		entries[i].action = take8(at);
	}
}

bool billing_record_take_settings(struct billing *billing, struct billing_stamp *stamp,
				  const uint8_t bytes[BILLING_SETTINGS_BYTES])
{
	struct demand_rules *rules = &billing->demand.rules;
	struct calendar *calendar = &billing->calendar;
	const uint8_t *at = bytes;

	*stamp = take_stamp(&at);
	rules->lockout_minutes = take8(&at);
	rules->power_fail_seconds = take8(&at);
	rules->power_fail_minutes = take8(&at);
	rules->cold_load_minutes = take8(&at);
	rules->sub_interval_minutes = take8(&at);
	rules->sub_intervals = take8(&at);
	take_entries(calendar->non_recurring, CALENDAR_NON_RECURRING, &at);
	take_entries(calendar->recurring, CALENDAR_RECURRING, &at);
	for (uint32_t i = 0; i < CALENDAR_SWITCHES; i++) {
		uint32_t word = take16(&at);

		calendar->switches[i] = (struct calendar_switch){
			.is_used = (word & SWITCH_USED) != 0,
			.tier = (uint8_t)(word >> SWITCH_TIER_SHIFT & 7u),
			.schedule = take8(&at),
			.minute = (uint16_t)(word & SWITCH_MINUTE),
		};
	}
	memcpy(calendar->schedules, at, sizeof(calendar->schedules));
	return demand_rules_are_valid(rules) && calendar_is_valid(calendar);
}
