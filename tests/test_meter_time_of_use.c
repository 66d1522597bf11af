/*
 * dut_firmware/registers/time_of_use and calendar over the optical port. Dates and rates to expect
 * come from tests/captures/calendar_dates.txt and calendar_rates.txt.
 */
#include <stdio.h>

#include "tests/support/rates_calendar.h"
#include "tests/support/suite.h"
#include "tests/support/whole_meter.h"

#define VOLTS 120.0
#define AMPERES 200.0
#define WATTS (3 * VOLTS * AMPERES)
#define TOLERANCE 2e-4
#define SESSION_SECONDS 1 /* more than a session's reading takes */

/* ST23: counter, then blocks */
#define BLOCK_OCTETS 39u
#define MAXIMUM_OFFSET 35u
#define DATED 6u /* ST24, ST25: end date and season before the registers */

static int write_calendar(struct whole *whole, const uint8_t calendar[CALENDAR_OCTETS])
{
	return wire_write(&whole->wire, 54, calendar, CALENDAR_OCTETS);
}

static void set_time(struct whole *whole, int year, int month, int day, int hour, int minute,
		     int second)
{
	const uint8_t call[] = {10,
				0,
				7,
				3,
				(uint8_t)year,
				(uint8_t)month,
				(uint8_t)day,
				(uint8_t)hour,
				(uint8_t)minute,
				(uint8_t)second,
				7};

	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, call, sizeof(call)), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 1), 0);
}

static unsigned int status_of(struct whole *whole)
{
	CU_ASSERT_EQUAL(whole_table(whole, 55), OK);
	return (unsigned int)whole_number(whole, 7, 2);
}

static FILE *open_rows(const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/tests/captures/%s", source_folder, name);
	FILE *file = fopen(path, "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	return file;
}

static bool next_line(FILE *file, char line[256])
{
	do {
		if (fgets(line, 256, file) == NULL) {
			return false;
		}
	} while (line[0] == '#');
	return true;
}

static struct whole *start(const uint8_t calendar[CALENDAR_OCTETS])
{
	struct whole *whole = whole_new();

	whole->block = 4096;
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(write_calendar(whole, calendar), OK);
	return whole;
}

static void rate_and_season_are_those_of_an_independent_calendar(void)
{
	uint8_t calendar[CALENDAR_OCTETS];
	char line[256];
	int rows = 0;

	make_calendar(calendar);
	struct whole *whole = start(calendar);
	FILE *file = open_rows("calendar_rates.txt");

	for (; next_line(file, line); rows++) {
		int year, month, day, hour;
		unsigned int season, rate;

		CU_ASSERT_EQUAL_FATAL(
			sscanf(line, "%d%d%d%d%u%u", &year, &month, &day, &hour, &season, &rate),
			6);
		set_time(whole, year, month, day, hour, 0, 0);
		unsigned int status = status_of(whole);

		CU_ASSERT_EQUAL(status & 7u, rate);
		CU_ASSERT_EQUAL(status >> 12, season);
		CU_ASSERT_EQUAL((status >> 8 & 15u) == 15, rate != 3);
	}
	CU_ASSERT(rows > 300);
	fclose(file);
	whole_free(whole);
}

/* The calendar has one entry, a self-read; ST56 tells the days until then. */
static void recurring_dates_fall_on_the_days_of_an_independent_calendar(void)
{
	uint8_t calendar[CALENDAR_OCTETS] = {0};
	struct whole *whole = start(calendar);
	FILE *file = open_rows("calendar_dates.txt");
	char line[256];
	int rows = 0;

	for (; next_line(file, line); rows++) {
		unsigned int date, days;
		int year, month, day;

		CU_ASSERT_EQUAL_FATAL(sscanf(line, "%u%d%d%d%u", &date, &year, &month, &day, &days),
				      5);
		put_entry(calendar + RECURRING_OFFSET, date, SELF_READ);
		CU_ASSERT_EQUAL(write_calendar(whole, calendar), OK);
		set_time(whole, year, month, day, 12, 0, 0);
		CU_ASSERT_EQUAL(whole_table(whole, 56), OK);
		CU_ASSERT_EQUAL(whole_number(whole, 2, 1), days);
	}
	CU_ASSERT(rows > 200);
	fclose(file);
	whole_free(whole);
}

/* Delivered, received and net: the total and the sum of the four rates. */
static void assert_rates_add_up(struct whole *whole, unsigned int table, unsigned int offset)
{
	CU_ASSERT_EQUAL(whole_table(whole, table), OK);
	for (unsigned int quantity = 0; quantity < 3; quantity++) {
		uint64_t sum = 0;

		for (unsigned int tier = 1; tier <= 4; tier++) {
			sum += whole_number(whole, offset + 1 + tier * BLOCK_OCTETS + 6 * quantity,
					    6);
		}
		CU_ASSERT_EQUAL(sum & 0xFFFFFFFFFFFF,
				whole_number(whole, offset + 1 + 6 * quantity, 6));
	}
}

static void the_rate_registers_add_up_to_the_total_count_for_count(void)
{
	uint8_t calendar[CALENDAR_OCTETS];

	make_calendar(calendar);
	struct whole *whole = start(calendar);

	for (int hour = 6; hour < 20; hour++) {
		set_time(whole, 25, 2, 11, hour, 59, 58); /* a Tuesday */
		whole_load(whole, VOLTS, hour % 3 == 0 ? -37.1 : 11.3 * hour);
		for (int reading = 0; reading < 12; reading++) {
			wire_wait(&whole->wire, 997);
			assert_rates_add_up(whole, 23, 0);
		}
	}
	for (unsigned int tier = 1; tier <= 3; tier++) {
		CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
		CU_ASSERT(whole_number(whole, 1 + tier * BLOCK_OCTETS, 6) > 0);
	}
	whole_free(whole);
}

static double maximum_of(struct whole *whole, unsigned int block)
{
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	return (double)whole_number(whole, 1 + block * BLOCK_OCTETS + MAXIMUM_OFFSET, 4) / 1e3;
}

static void assert_watts(double actual, double expected)
{
	CU_ASSERT(fabs(actual - expected) <= TOLERANCE * WATTS);
}

/* The rate changes at 10:20, in the middle of an interval: that one is whole, but of no one rate.
 */
static void an_interval_that_a_rate_cuts_enters_no_rate_s_maximum(void)
{
	uint8_t calendar[CALENDAR_OCTETS] = {0};

	put_switch(calendar, 0, 0, 10, 20, 1);
	struct whole *whole = start(calendar);

	set_time(whole, 26, 7, 14, 9, 59, 50);
	whole_end_session(whole);
	whole_seconds(whole, 9);
	whole_load(whole, VOLTS, AMPERES / 2);
	whole_seconds(whole, 902);
	whole_load(whole, VOLTS, AMPERES);
	whole_seconds(whole, 900);
	whole_session(whole, NULL);
	CU_ASSERT(maximum_of(whole, 0) > 0.99 * WATTS);
	assert_watts(maximum_of(whole, 1), WATTS / 2);
	CU_ASSERT_EQUAL(maximum_of(whole, 2), 0);
	whole_end_session(whole);
	whole_seconds(whole, 900);
	whole_session(whole, NULL);
	assert_watts(maximum_of(whole, 2), WATTS);
	assert_watts(maximum_of(whole, 1), WATTS / 2);
	whole_free(whole);
}

/* Season 1 begins on 1 May with a demand reset, season 2 on 1 June without. */
static void a_season_begins_with_or_without_a_demand_reset(void)
{
	uint8_t calendar[CALENDAR_OCTETS] = {0};

	put_entry(calendar + RECURRING_OFFSET, yearly(5, 1), SEASON_ACTION + 1 + RESET);
	put_entry(calendar + RECURRING_OFFSET + 3, yearly(6, 1), SEASON_ACTION + 2);
	put_entry(calendar + RECURRING_OFFSET + 6, yearly(1, 1), SEASON_ACTION);
	struct whole *whole = start(calendar);

	for (int month = 4; month <= 5; month++) {
		set_time(whole, 26, month, month == 4 ? 30 : 31, 23, 44, 58);
		whole_end_session(whole);
		whole_seconds(whole, 2 + 900 + 1 + SESSION_SECONDS);
		whole_session(whole, "OPERATE");
		CU_ASSERT_EQUAL(status_of(whole) >> 12, month - 3);
		CU_ASSERT_EQUAL(whole_table(whole, 24), OK);
		CU_ASSERT_EQUAL(whole_number(whole, 0, 5), month == 4 ? 0x01051A : 0x01061A);
		CU_ASSERT_EQUAL(whole_number(whole, 5, 1), (uint64_t)month - 4);
		CU_ASSERT_EQUAL(whole_number(whole, DATED, 1), month == 4 ? 0 : 1);
		CU_ASSERT(whole_number(whole, DATED + 1 + MAXIMUM_OFFSET, 4) > 10000000);
		assert_rates_add_up(whole, 24, DATED);
		double maximum = maximum_of(whole, 0);

		CU_ASSERT_EQUAL(whole_number(whole, 0, 1), 1);
		CU_ASSERT(month == 4 ? maximum == 0 : maximum > 10000);
		CU_ASSERT_EQUAL(whole_table(whole, 25), OK);
		CU_ASSERT_EQUAL(whole_number(whole, 0, 5), 0x01051A);
	}
	whole_free(whole);
}

static void self_reads_are_kept_in_order_and_the_oldest_gives_way(void)
{
	uint8_t calendar[CALENDAR_OCTETS] = {0};

	put_entry(calendar, once(26, 2, 28), SELF_READ);
	put_entry(calendar + RECURRING_OFFSET, 13u | 7u << 8 | 1u << 11, SELF_READ);
	struct whole *whole = start(calendar);

	set_time(whole, 26, 2, 27, 23, 59, 58);
	whole_seconds(whole, 3);
	for (int month = 2; month <= 5; month++) {
		static const int last[] = {28, 31, 30, 31};

		set_time(whole, 26, month, last[month - 2], 23, 59, 58);
		whole_seconds(whole, 3);
	}
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 2), 0);
	CU_ASSERT_EQUAL(whole_table(whole, 26), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 1, 1), 4); /* valid, newest element, sequence */
	CU_ASSERT_EQUAL(whole_number(whole, 2, 1), 3);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 2), 6);
	for (unsigned int entry = 0; entry < 4; entry++) {
		unsigned int at = 6 + entry * 204;
		static const unsigned int months[] = {4, 5, 6, 6};

		CU_ASSERT_EQUAL(whole_number(whole, at, 2), 3 + entry);
		CU_ASSERT_EQUAL(whole_number(whole, at + 2, 3), 26 | months[entry] << 8 | 1 << 16);
	}
	uint64_t older = whole_number(whole, 6 + 204 + 8 + 1, 6);

	CU_ASSERT(whole_number(whole, 6 + 2 * 204 + 8 + 1, 6) > older);
	whole_free(whole);
}

static void the_time_left_in_a_rate_runs_to_its_next_switch(void)
{
	uint8_t calendar[CALENDAR_OCTETS];

	make_calendar(calendar);
	struct whole *whole = start(calendar);

	set_time(whole, 25, 3, 31, 23, 0, 0);
	CU_ASSERT_EQUAL(status_of(whole) >> 12, 0);
	set_time(whole, 25, 4, 1, 0, 30, 0);
	CU_ASSERT_EQUAL(status_of(whole) >> 12, 1);
	CU_ASSERT_EQUAL(whole_table(whole, 56), OK);
	CU_ASSERT(whole_number(whole, 0, 2) == 6 * 60 + 30); /* to 07:00 */
	whole_free(whole);
}

static void a_calendar_that_cannot_be_followed_is_refused(void)
{
	static const struct {
		unsigned int offset, date, action;
	} rows[] = {
		{0, 26u | 2u << 7 | 29u << 11, SELF_READ}, /* no such day */
		{0, 26u | 13u << 7 | 1u << 11, SELF_READ},
		{0, 26u | 1u << 7 | 1u << 11, 7},	   /* season 5 of 4 */
		{0, 26u | 1u << 7 | 1u << 11, 20},	   /* second special schedule */
		{RECURRING_OFFSET, 15u, SELF_READ},	   /* needs an anchor date */
		{RECURRING_OFFSET, 3u, SELF_READ},	   /* day 0 */
		{RECURRING_OFFSET, 0x0F33u, SELF_READ},	   /* second "unassigned" of March */
		{SWITCH_OFFSET, 4u | 0x18u | 7u << 11, 0}, /* tier 5 of 4 */
		{SWITCH_OFFSET, 1u | 0x08u | 7u << 11, 0}, /* summations alone */
		{SWITCH_OFFSET, 1u | 0x18u | 24u << 11, 0},
		{SWITCH_OFFSET, 1u | 0x18u | 60u << 5, 0},
	};
	uint8_t calendar[CALENDAR_OCTETS] = {0};
	struct whole *whole = start(calendar);

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(calendar, 0, sizeof(calendar));
		put_entry(calendar + rows[i].offset, rows[i].date, rows[i].action);
		CU_ASSERT_EQUAL(write_calendar(whole, calendar), ONP);
	}
	CU_ASSERT_EQUAL(whole_table(whole, 54), OK);
	for (unsigned int i = 0; i < CALENDAR_OCTETS; i++) {
		CU_ASSERT_EQUAL(whole_number(whole, i, 1), 0);
	}
	make_calendar(calendar);
	CU_ASSERT_EQUAL(write_calendar(whole, calendar), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 54), OK);
	CU_ASSERT_EQUAL(memcmp(whole->wire.response + 3, calendar, CALENDAR_OCTETS), 0);
	whole_free(whole);
}

const char *const suite_name = "meter_time_of_use";
const struct suite_case suite_cases[] = {
	CASE(rate_and_season_are_those_of_an_independent_calendar),
	CASE(recurring_dates_fall_on_the_days_of_an_independent_calendar),
	CASE(the_rate_registers_add_up_to_the_total_count_for_count),
	CASE(an_interval_that_a_rate_cuts_enters_no_rate_s_maximum),
	CASE(a_season_begins_with_or_without_a_demand_reset),
	CASE(self_reads_are_kept_in_order_and_the_oldest_gives_way),
	CASE(the_time_left_in_a_rate_runs_to_its_next_switch),
	CASE(a_calendar_that_cannot_be_followed_is_refused),
	CASES_END,
};
