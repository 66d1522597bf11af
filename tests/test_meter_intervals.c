/*
 * Intervals at the meter's outside: what an outage of any length leaves in force and what enters a
 * maximum after it, by tests/captures/calendar_outages.txt; cold load; and that demand, recorder
 * and rates end theirs in the same instant.
 */
#include <stdio.h>

#define WHOLE_STORAGE_BYTES 524288u /* everything is kept */

#include "tests/support/rates_calendar.h"
#include "tests/support/suite.h"
#include "tests/support/whole_meter.h"

#define TICKS_PER_SECOND 32768u
#define VOLTS 120.0
#define AMPERES 200.0
#define WATTS (3 * VOLTS * AMPERES)
/* A direction window of 67 ms in 15 min, and 0.01 % of metering */
#define TOLERANCE 2e-4
#define INTERVAL 900

/* ST23: counter, then blocks */
#define TIERS 4u
#define BLOCK_OCTETS 39u
#define TIME_OFFSET 18u
#define MAXIMUM_OFFSET 35u

struct wall {
	int year, month, day, hour, minute, second, weekday, is_daylight;
};

struct row {
	struct wall set;
	long outage;
	struct wall after;
	int season, rate;
	int left; /* to the end of the interval that the outage has cut */
	int end[5];
	int end_rate;
	int season_before;
};

static bool next_row(FILE *file, struct row *row)
{
	struct wall *a = &row->set;
	struct wall *b = &row->after;
	char line[256];

	do {
		if (fgets(line, sizeof(line), file) == NULL) {
			return false;
		}
	} while (line[0] == '#');
	return sscanf(line, "%d%d%d%d%d%d%d%d%ld%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", &a->year,
		      &a->month, &a->day, &a->hour, &a->minute, &a->second, &a->weekday,
		      &a->is_daylight, &row->outage, &b->year, &b->month, &b->day, &b->hour,
		      &b->minute, &b->second, &b->weekday, &b->is_daylight, &row->season,
		      &row->rate, &row->left, &row->end[0], &row->end[1], &row->end[2],
		      &row->end[3], &row->end[4], &row->end_rate, &row->season_before) == 27;
}

/* Returns the frame at which the request began; it takes effect some 0.1 s later. */
static uint64_t set_clock(struct whole *whole, const struct wall *time)
{
	const uint8_t call[] = {
		10,
		0,
		7,
		7,
		(uint8_t)time->year,
		(uint8_t)time->month,
		(uint8_t)time->day,
		(uint8_t)time->hour,
		(uint8_t)time->minute,
		(uint8_t)time->second,
		(uint8_t)(time->weekday | time->is_daylight << 3),
	};
	uint64_t frame = whole->wire.frame;

	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, call, sizeof(call)), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 1), 0);
	return frame;
}

/* To `seconds` after `frame` of this power-up. */
static void run_to(struct whole *whole, uint64_t frame, double seconds)
{
	uint64_t until = frame + (uint64_t)llrint(seconds * METER_FRAMES_PER_SECOND);

	CU_ASSERT_FATAL(until > whole->wire.frame);
	whole_run_until(&whole->wire, until);
}

static void lose_supply(struct whole *whole, double seconds)
{
	whole->power_fail_warning = 1;
	wire_wait(&whole->wire, 1);
	whole->power_fail_warning = 0;
	whole->battery = EXCHANGE_BATTERY_KEPT;
	whole->battery_ticks = (uint64_t)(seconds * TICKS_PER_SECOND);
	whole_power_up(whole);
}

/* Of block 0, all rates, or 1 + rate; from ST23 as it was read last. */
static double maximum(const struct whole *whole, unsigned int block)
{
	return (double)whole_number(whole, 1 + block * BLOCK_OCTETS + MAXIMUM_OFFSET, 4) / 1e3;
}

static void check_no_maximum(struct whole *whole)
{
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	for (unsigned int block = 0; block <= TIERS; block++) {
		CU_ASSERT_EQUAL(maximum(whole, block), 0);
	}
}

/* The interval that ended at `end` alone has entered, and its rate. */
static void check_maximum(struct whole *whole, const struct row *row, double watts)
{
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	for (unsigned int block = 0; block <= TIERS; block++) {
		bool is_meant = block == 0 || block == 1u + (unsigned int)row->end_rate;

		CU_ASSERT(fabs(maximum(whole, block) - (is_meant ? watts : 0)) <=
			  TOLERANCE * WATTS);
		for (unsigned int i = 0; i < 5; i++) {
			CU_ASSERT_EQUAL(
				whole_number(whole, 1 + block * BLOCK_OCTETS + TIME_OFFSET + i, 1),
				is_meant ? (uint64_t)row->end[i] : 0);
		}
	}
}

static void check_in_force(struct whole *whole, const struct row *row)
{
	const struct wall *wall = &row->after;
	const int shown[6] = {wall->year, wall->month,	wall->day,
			      wall->hour, wall->minute, wall->second};

	CU_ASSERT_EQUAL(whole_table(whole, 55), OK);
	for (unsigned int i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(whole_number(whole, i, 1), (uint64_t)shown[i]);
	}
	CU_ASSERT_EQUAL(whole_number(whole, 6, 1) & 7u, (uint64_t)wall->weekday);
	CU_ASSERT_EQUAL(whole_number(whole, 6, 1) >> 3 & 1u, (uint64_t)wall->is_daylight);
	CU_ASSERT_EQUAL(whole_number(whole, 7, 2) & 7u, (uint64_t)row->rate);
	CU_ASSERT_EQUAL(whole_number(whole, 7, 2) >> 12, (uint64_t)row->season);
	CU_ASSERT_EQUAL(whole_table(whole, 28), OK);
	int left = (int)(whole_number(whole, 1, 1) * 60 + whole_number(whole, 2, 1));

	CU_ASSERT(left <= row->left && left >= row->left - 1);
	CU_ASSERT_EQUAL(whole_number(whole, 10, 4), 0); /* no complete interval yet */
	/* ST24: dated with the power-up that made up for it */
	CU_ASSERT_EQUAL(whole_table(whole, 24), OK);
	bool is_new = row->season != row->season_before;

	for (unsigned int i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(whole_number(whole, i, 1), is_new ? (uint64_t)shown[i] : 0);
	}
	CU_ASSERT_EQUAL(whole_number(whole, 5, 1), is_new ? (uint64_t)row->season_before : 0);
}

/*
 * A load of 72 kW until the outage and in the rest of the interval that it cut, then of 36 kW: any
 * part of the cut interval would show, in a maximum before its time or in one that is too high.
 */
static void check_outage(const struct row *row)
{
	uint8_t calendar[CALENDAR_OCTETS];
	struct whole *whole = whole_new();

	make_calendar(calendar);
	whole->block = 4096;
	whole_load(whole, VOLTS, AMPERES);
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 54, calendar, CALENDAR_OCTETS), OK);
	uint64_t frame = set_clock(whole, &row->set);

	run_to(whole, frame, 20.25);
	lose_supply(whole, (double)row->outage);
	whole_session(whole, NULL);
	check_in_force(whole, row);
	CU_ASSERT(whole->wire.frame < WHOLE_SECOND * 3 / 4); /* all of it in the row's second */
	check_no_maximum(whole);
	whole_end_session(whole);
	run_to(whole, 0, row->left);
	whole_load(whole, VOLTS, AMPERES / 2);
	run_to(whole, 0, row->left + 1);
	whole_session(whole, NULL);
	check_no_maximum(whole);
	whole_end_session(whole);
	run_to(whole, 0, row->left + INTERVAL + 1);
	whole_session(whole, NULL);
	check_maximum(whole, row, WATTS / 2);
	whole_free(whole);
}

static void outages_leave_in_force_what_an_independent_calendar_says(void)
{
	struct row row;
	char path[1024];
	int rows = 0;

	snprintf(path, sizeof(path), "%s/tests/captures/calendar_outages.txt", source_folder);
	FILE *file = fopen(path, "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	for (; next_row(file, &row); rows++) {
		check_outage(&row);
	}
	CU_ASSERT_EQUAL(rows, 70);
	fclose(file);
}

#define LOCAL_TEN                                                                                  \
	{                                                                                          \
		26, 7, 14, 10, 0, 0, 2, 1                                                          \
	} /* a Tuesday, daylight saving */

/* ST13: outages of 10 s or more exclude 20 minutes; the interval is a quarter of an hour. */
static struct whole *start_with_exclusion(uint64_t *frame)
{
	static const uint8_t rules[6] = {1, 10, 5, 20, 15, 1};
	const struct wall ten = LOCAL_TEN;
	struct whole *whole = whole_new();

	whole->block = 4096;
	whole_load(whole, VOLTS, AMPERES);
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 13, rules, sizeof(rules)), OK);
	*frame = set_clock(whole, &ten);
	whole_end_session(whole);
	return whole;
}

static double maximum_at(struct whole *whole, double seconds)
{
	run_to(whole, 0, seconds);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	double watts = maximum(whole, 0);

	whole_end_session(whole);
	return watts;
}

/*
 * The supply goes at 10:01:40. After a short outage the interval to 10:30 is the first whole one;
 * after a long one nothing counts until 10:22, so it is that to 10:45.
 */
static void a_cold_load_enters_no_maximum(void)
{
	for (int outage = 9; outage <= 10; outage++) {
		uint64_t frame;
		struct whole *whole = start_with_exclusion(&frame);

		run_to(whole, frame, 100);
		lose_supply(whole, outage);
		int to_half_past = 1700 - outage;

		CU_ASSERT_EQUAL(maximum_at(whole, to_half_past - INTERVAL + 1), 0);
		double watts = maximum_at(whole, to_half_past + 1);

		CU_ASSERT(fabs(watts - (outage < 10 ? WATTS : 0)) <= TOLERANCE * WATTS);
		watts = maximum_at(whole, to_half_past + INTERVAL + 1);
		CU_ASSERT(fabs(watts - WATTS) <= TOLERANCE * WATTS);
		whole_free(whole);
	}
}

/* A second outage, too short to count, at 10:05:00, with 17 minutes still to go. */
static void a_short_outage_does_not_end_the_exclusion_of_a_long_one(void)
{
	uint64_t frame;
	struct whole *whole = start_with_exclusion(&frame);

	run_to(whole, frame, 100);
	lose_supply(whole, 10);
	run_to(whole, 0, 190);
	lose_supply(whole, 1);
	CU_ASSERT_EQUAL(maximum_at(whole, 1499 + 1), 0);
	double watts = maximum_at(whole, 1499 + INTERVAL + 1);

	CU_ASSERT(fabs(watts - WATTS) <= TOLERANCE * WATTS);
	whole_free(whole);
}

/*
 * Rate 1 from 10:30 on. At 10:45 rate 0 has what the total had at 10:30, the recorder's block the
 * total at 10:45, and between them lies one interval of demand: to the count, though the clock was
 * set in the middle of a second of operation and the load changes on the way.
 */
static void demand_recorder_and_rates_end_their_intervals_in_one_instant(void)
{
	const struct wall before = {26, 7, 14, 10, 14, 50, 2, 0};
	uint8_t calendar[CALENDAR_OCTETS] = {0};
	struct whole *whole = whole_new();

	put_switch(calendar, 0, 0, 10, 30, 1);
	put_switch(calendar, 1, 0, 0, 0, 0);
	whole->block = 4096;
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 54, calendar, CALENDAR_OCTETS), OK);
	whole_seconds(whole, 0.4);
	uint64_t frame = set_clock(whole, &before);

	whole_end_session(whole);
	for (int minute = 1; minute <= 30; minute++) {
		whole_load(whole, VOLTS, 7.0 * minute);
		run_to(whole, frame, 60.0 * minute);
	}
	run_to(whole, frame, 1812);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	int64_t at_half_past = (int64_t)whole_number(whole, 1 + BLOCK_OCTETS, 6);

	CU_ASSERT_EQUAL(whole_table(whole, 28), OK);
	int64_t milliwatts = (int64_t)whole_number(whole, 10, 4);

	CU_ASSERT_EQUAL(whole_table(whole, 63), OK);
	uint32_t block = (uint32_t)whole_number(whole, 3, 2) * (5 + 24 + 96 * 11);

	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3F, 0, 64, (uint8_t)(block >> 16),
				     (uint8_t)(block >> 8), (uint8_t)block, 0, 11),
			OK);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 2), 10 | 45 << 8);
	int64_t at_quarter_to = (int64_t)whole_number(whole, 5, 6);

	CU_ASSERT(milliwatts > 30000000);
	CU_ASSERT_EQUAL(at_quarter_to - at_half_past, milliwatts / 4);
	CU_ASSERT_EQUAL(milliwatts % 4, 0);
	whole_free(whole);
}

const char *const suite_name = "meter_intervals";
const struct suite_case suite_cases[] = {
	CASE(outages_leave_in_force_what_an_independent_calendar_says),
	CASE(a_cold_load_enters_no_maximum),
	CASE(a_short_outage_does_not_end_the_exclusion_of_a_long_one),
	CASE(demand_recorder_and_rates_end_their_intervals_in_one_instant),
	CASES_END,
};
