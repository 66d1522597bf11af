/* Octets of the tables in the order of their fields, least significant first. */
#include "interface/c1219_billing.h"

#include <string.h>

/* Writing in a row */
struct octets {
	uint8_t *start;
	uint8_t *at;
};

static void put(struct octets *octets, uint32_t width, int64_t number)
{
	uint64_t bits = (uint64_t)number;

	for (uint32_t i = 0; i < width; i++) {
		*octets->at++ = (uint8_t)(bits & 0xFFu);
		bits >>= 8;
	}
}

static uint16_t length_of(const struct octets *octets)
{
	return (uint16_t)(octets->at - octets->start);
}

static uint16_t get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static const struct billing *billing_in(const struct c1219_view *view)
{
	return billing_of(view->store->meter);
}

static struct energy_totals totals_in(const struct c1219_view *view)
{
	return (struct energy_totals){view->quantities.delivered_counts,
				      view->quantities.received_counts};
}

/* Times. TM_FORMAT 2: an octet each; no time is all zeros. */

static void put_stime(struct octets *octets, const struct meter_clock_time *time)
{
	put(octets, 1, time->date.month != 0 ? time->date.year % 100 : 0);
	put(octets, 1, time->date.month);
	put(octets, 1, time->date.day);
	put(octets, 1, time->hour);
	put(octets, 1, time->minute);
}

static void put_ltime(struct octets *octets, const struct meter_clock_time *time)
{
	put_stime(octets, time);
	put(octets, 1, time->second);
}

#define WEEKDAY_UNKNOWN 7u
#define QUALIFIER_WEEKDAY 0x07u
#define QUALIFIER_DAYLIGHT 0x08u
#define QUALIFIER_DAYLIGHT_APPLIED 0x40u

/* LTIME_DATE and TIME_DATE_QUAL */
static void put_clock(struct octets *octets, const struct meter_clock *clock)
{
	struct meter_clock_time time = meter_clock_time_of(clock);
	uint32_t qualifier =
		clock->is_set ? calendar_weekday(meter_clock_day(clock)) : WEEKDAY_UNKNOWN;

	if (clock->is_daylight) {
		qualifier |= QUALIFIER_DAYLIGHT | QUALIFIER_DAYLIGHT_APPLIED;
	}
	put_ltime(octets, &time);
	put(octets, 1, qualifier);
}

/* ST13 */

uint16_t c1219_demand_control(const struct c1219_view *view, uint8_t *bytes)
{
	const struct demand_rules *rules = &billing_in(view)->demand.rules;

	bytes[0] = rules->lockout_minutes;
	bytes[1] = rules->power_fail_seconds;
	bytes[2] = rules->power_fail_minutes;
	bytes[3] = rules->cold_load_minutes;
	bytes[4] = rules->sub_interval_minutes;
	bytes[5] = rules->sub_intervals;
	return C1219_DEMAND_CONTROL_OCTETS;
}

enum c1218_response c1219_write_demand_control(struct c1219_store *store, const uint8_t *bytes,
					       uint16_t count)
{
	const struct demand_rules rules = {
		.lockout_minutes = bytes[0],
		.power_fail_seconds = bytes[1],
		.power_fail_minutes = bytes[2],
		.cold_load_minutes = bytes[3],
		.sub_interval_minutes = bytes[4],
		.sub_intervals = bytes[5],
	};

	(void)count;
	return meter_change_demand_rules(store->meter, &rules) ? C1218_OK : C1218_ONP;
}

/* ST23-26 */

static void put_readings(struct octets *octets, const struct billing_readings *readings)
{
	put(octets, 1, readings->resets);
	for (uint32_t block = 0; block < DEMAND_BLOCKS; block++) {
		const struct energy_totals *energy = &readings->energy[block];
		const struct demand_register *demand = &readings->demand[block];

		put(octets, C1219_NI1_OCTETS, energy->delivered);
		put(octets, C1219_NI1_OCTETS, energy->received);
		put(octets, C1219_NI1_OCTETS, energy->delivered - energy->received);
		put_stime(octets, &demand->time);
		put(octets, C1219_NI1_OCTETS, demand->cumulative_mw);
		put(octets, C1219_NI1_OCTETS, demand_continuous_mw(demand));
		put(octets, C1219_NI2_OCTETS, demand->maximum_mw);
	}
}

static void put_snapshot(struct octets *octets, const struct billing_snapshot *snapshot)
{
	put_stime(octets, &snapshot->time);
	put(octets, 1, snapshot->season);
	put_readings(octets, &snapshot->readings);
}

uint16_t c1219_registers(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};
	struct energy_totals totals = totals_in(view);
	struct billing_readings readings;

	billing_read(billing_in(view), &totals, &readings);
	put_readings(&octets, &readings);
	return length_of(&octets);
}

uint16_t c1219_before_season(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};

	put_snapshot(&octets, &billing_in(view)->before_season);
	return length_of(&octets);
}

uint16_t c1219_before_reset(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};

	put_snapshot(&octets, &billing_in(view)->before_reset);
	return length_of(&octets);
}

#define LIST_CIRCULAR 0x04u
#define LIST_OVERFLOW 0x02u

/* Ascending: the oldest entry first, so the newest is element count - 1. Unused ones are zero. */
uint16_t c1219_self_reads(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};
	const struct billing *billing = billing_in(view);
	uint8_t count = billing->self_read_count;

	put(&octets, 1, LIST_CIRCULAR | (billing->has_lost_self_read ? LIST_OVERFLOW : 0u));
	put(&octets, 1, count);
	put(&octets, 1, count > 0 ? count - 1 : 0);
	put(&octets, 2, billing->self_read_sequence);
	put(&octets, 1, billing->self_reads_unread);
	for (uint8_t entry = 0; entry < count; entry++) {
		uint8_t age = (uint8_t)(count - 1 - entry);

		put(&octets, 2, (uint16_t)(billing->self_read_sequence - age));
		put_snapshot(&octets, billing_self_read_at(billing, age));
	}
	memset(octets.at, 0, (BILLING_SELF_READS - count) * C1219_SELF_READ_OCTETS);
	octets.at += (BILLING_SELF_READS - count) * C1219_SELF_READ_OCTETS;
	return length_of(&octets);
}

/* ST28: of the interval in progress, then of the newest complete one */

uint16_t c1219_present_demands(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};
	const struct billing *billing = billing_in(view);
	uint32_t seconds = demand_seconds_left(&billing->demand, &billing->clock);
	const int32_t milliwatts[C1219_PRESENT_DEMANDS] = {
		demand_present_mw(&billing->demand, view->quantities.delivered_counts),
		billing->demand.last_mw,
	};

	for (uint32_t i = 0; i < C1219_PRESENT_DEMANDS; i++) {
		put(&octets, 1, seconds / 3600u);
		put(&octets, 1, seconds / 60u % 60u);
		put(&octets, 1, seconds % 60u);
		put(&octets, C1219_NI2_OCTETS, milliwatts[i]);
	}
	return length_of(&octets);
}

/* ST52, 55, 56 */

uint16_t c1219_clock(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};

	put_clock(&octets, &billing_in(view)->clock);
	return length_of(&octets);
}

uint16_t c1219_clock_state(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};
	const struct billing *billing = billing_in(view);

	put_clock(&octets, &billing->clock);
	put(&octets, 2,
	    (uint32_t)billing->rates.tier | (uint32_t)billing->rates.special << 8 |
		    (uint32_t)billing->rates.season << 12);
	return length_of(&octets);
}

#define NO_SELF_READ 255

static int32_t days_to_self_read(const struct billing *billing)
{
	int32_t today = meter_clock_day(&billing->clock);

	for (int32_t days = 1; days < NO_SELF_READ && billing->clock.is_set; days++) {
		if (calendar_actions_on(&billing->calendar, today + days).is_self_read) {
			return days;
		}
	}
	return NO_SELF_READ;
}

uint16_t c1219_time_remaining(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};
	const struct billing *billing = billing_in(view);

	put(&octets, 2,
	    calendar_tier_minutes_left(&billing->calendar, billing->rates.season,
				       billing->rates.special,
				       calendar_weekday(meter_clock_day(&billing->clock)),
				       meter_clock_minute(&billing->clock)));
	put(&octets, 1, days_to_self_read(billing));
	return length_of(&octets);
}

/* ST54. A tier switch: tier 0-2, for summations 3, for demands 4, minute 5-10, hour 11-15 */

#define SWITCH_BOTH 0x18u

static void put_entries(struct octets *octets, const struct calendar_entry *entries, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		put(octets, 2, entries[i].date);
		put(octets, 1, entries[i].action);
	}
}

uint16_t c1219_calendar(const struct c1219_view *view, uint8_t *bytes)
{
	struct octets octets = {bytes, bytes};
	const struct calendar *calendar = &billing_in(view)->calendar;

	put_entries(&octets, calendar->non_recurring, CALENDAR_NON_RECURRING);
	put_entries(&octets, calendar->recurring, CALENDAR_RECURRING);
	for (uint32_t i = 0; i < CALENDAR_SWITCHES; i++) {
		const struct calendar_switch *change = &calendar->switches[i];
		uint32_t minute = change->minute;
		uint32_t word = change->tier | SWITCH_BOTH | minute % 60u << 5 | minute / 60u << 11;

		put(&octets, 2, change->is_used ? word : 0u);
		put(&octets, 1, change->schedule);
	}
	memcpy(octets.at, calendar->schedules, sizeof(calendar->schedules));
	octets.at += sizeof(calendar->schedules);
	return length_of(&octets);
}

static const uint8_t *take_entries(struct calendar_entry *entries, uint32_t count,
				   const uint8_t *bytes)
{
	for (uint32_t i = 0; i < count; i++, bytes += 3) {
		entries[i] = (struct calendar_entry){get16(bytes), bytes[2]};
	}
	return bytes;
}

/* An unused switch is zero; a used one switches summations and demands together. */
static bool take_switch(struct calendar_switch *change, const uint8_t *bytes)
{
	uint32_t word = get16(bytes);

	*change = (struct calendar_switch){
		.is_used = word != 0,
		.tier = (uint8_t)(word & 7u),
		.schedule = bytes[2],
		.minute = (uint16_t)((word >> 11) * 60u + (word >> 5 & 0x3Fu)),
	};
	return word == 0 || ((word & SWITCH_BOTH) == SWITCH_BOTH && (word >> 5 & 0x3Fu) < 60u);
}

enum c1218_response c1219_write_calendar(struct c1219_store *store, const uint8_t *bytes,
					 uint16_t count)
{
	struct calendar wanted;
	bool is_valid = true;

	(void)count;
	bytes = take_entries(wanted.non_recurring, CALENDAR_NON_RECURRING, bytes);
	bytes = take_entries(wanted.recurring, CALENDAR_RECURRING, bytes);
	for (uint32_t i = 0; i < CALENDAR_SWITCHES; i++, bytes += 3) {
		is_valid = take_switch(&wanted.switches[i], bytes) && is_valid;
	}
	memcpy(wanted.schedules, bytes, sizeof(wanted.schedules));
	is_valid = is_valid && meter_change_calendar(store->meter, &wanted);
	return is_valid ? C1218_OK : C1218_ONP;
}

/* Procedures */

#define RESET_DEMAND 0x01u
#define RESET_SELF_READ 0x02u

/* The self-read comes first, so that it shows what the reset ends. Response: the bits done. */
enum procedure_result c1219_remote_reset(struct c1219_store *store, const uint8_t *bytes)
{
	const struct billing *billing = billing_of(store->meter);

	if (bytes[0] == 0 || bytes[0] > (RESET_DEMAND | RESET_SELF_READ)) {
		return PROCEDURE_INVALID_PARAMETER;
	}
	if (bytes[0] & RESET_DEMAND && demand_reset_is_locked(&billing->demand)) {
		return PROCEDURE_TIMING;
	}
	if ((bytes[0] & RESET_SELF_READ) != 0) {
		meter_self_read(store->meter);
	}
	if ((bytes[0] & RESET_DEMAND) != 0) {
		(void)meter_reset_demand(store->meter);
	}
	store->response_data[0] = bytes[0];
	store->response_length = 1;
	return PROCEDURE_COMPLETED;
}

#define SET_TIME 0x01u
#define SET_DATE 0x02u
#define SET_QUALIFIER 0x04u

static struct meter_clock_time wanted_time(const struct meter_clock *clock, const uint8_t *bytes)
{
	struct meter_clock_time wanted = meter_clock_time_of(clock);

	if ((bytes[0] & SET_DATE) != 0) {
		/* 90-99 would be the past century: after the last year, so refused */
		wanted.date.year = (uint16_t)(CALENDAR_FIRST_YEAR + bytes[1]);
		wanted.date.month = bytes[2];
		wanted.date.day = bytes[3];
	}
	if ((bytes[0] & SET_TIME) != 0) {
		wanted.hour = bytes[4];
		wanted.minute = bytes[5];
		wanted.second = bytes[6];
	}
	return wanted;
}

static bool weekday_agrees(const struct meter_clock_time *time, uint8_t qualifier)
{
	uint8_t weekday = qualifier & QUALIFIER_WEEKDAY;

	return weekday == WEEKDAY_UNKNOWN ||
	       (calendar_is_date(&time->date) &&
		calendar_weekday(calendar_day_of(&time->date)) == weekday);
}

/* A clock that does not know the time has no half of it to keep. Response: time before and after.
 */
enum procedure_result c1219_set_clock(struct c1219_store *store, const uint8_t *bytes)
{
	const struct billing *billing = billing_of(store->meter);
	struct octets octets = {store->response_data, store->response_data};
	enum meter_clock_regime regime = METER_CLOCK_BY_CALENDAR;

	if (bytes[0] > (SET_TIME | SET_DATE | SET_QUALIFIER) ||
	    !(bytes[0] & (SET_TIME | SET_DATE))) {
		return PROCEDURE_INVALID_PARAMETER;
	}
	if (!billing->clock.is_set && (bytes[0] & (SET_TIME | SET_DATE)) != (SET_TIME | SET_DATE)) {
		return PROCEDURE_CONFLICT;
	}
	struct meter_clock_time before = meter_clock_time_of(&billing->clock);
	struct meter_clock_time wanted = wanted_time(&billing->clock, bytes);

	if ((bytes[0] & SET_QUALIFIER) != 0) {
		regime =
			bytes[7] & QUALIFIER_DAYLIGHT ? METER_CLOCK_DAYLIGHT : METER_CLOCK_STANDARD;
	}
	if ((bytes[0] & SET_QUALIFIER && !weekday_agrees(&wanted, bytes[7])) ||
	    !meter_set_clock(store->meter, &wanted, regime)) {
		return PROCEDURE_INVALID_PARAMETER;
	}
	put_ltime(&octets, &before);
	put_ltime(&octets, &wanted);
	store->response_length = (uint8_t)length_of(&octets);
	return PROCEDURE_COMPLETED;
}
