/*
 * dut_firmware/registers/meter_clock, read and set over the optical port as anybody does. What a
 * wall clock shows comes from tests/captures/calendar_clock.txt.
 */
#include <stdio.h>

#include "tests/support/suite.h"
#include "tests/support/whole_meter.h"

#define CLOCK_LOST 0x40u /* ST3 STD_STATUS1 bit 6 */
#define SET_ALL 7u
#define BATTERY_HERTZ 32768u

struct shown {
	int year, month, day, hour, minute, second;
	int weekday, is_daylight;
};

/* Procedure 10; the result in ST8. */
static int set_clock(struct whole *whole, unsigned int mask, const struct shown *time)
{
	const uint8_t call[] = {
		10,
		0,
		7,
		(uint8_t)mask,
		(uint8_t)time->year,
		(uint8_t)time->month,
		(uint8_t)time->day,
		(uint8_t)time->hour,
		(uint8_t)time->minute,
		(uint8_t)time->second,
		(uint8_t)(time->weekday | time->is_daylight << 3),
	};

	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, call, sizeof(call)), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	return (int)whole_number(whole, 3, 1);
}

static struct shown shown_at(const struct whole *whole, unsigned int offset)
{
	int octets[7];

	for (unsigned int i = 0; i < 7; i++) {
		octets[i] = (int)whole_number(whole, offset + i, 1);
	}
	return (struct shown){octets[0], octets[1], octets[2],	   octets[3],
			      octets[4], octets[5], octets[6] & 7, octets[6] >> 3 & 1};
}

static struct shown read_clock(struct whole *whole)
{
	CU_ASSERT_EQUAL(whole_table(whole, 52), OK);
	return shown_at(whole, 0);
}

static bool is_same(const struct shown *one, const struct shown *other)
{
	return one->year == other->year && one->month == other->month && one->day == other->day &&
	       one->hour == other->hour && one->minute == other->minute &&
	       one->second == other->second && one->weekday == other->weekday &&
	       one->is_daylight == other->is_daylight;
}

struct row {
	struct shown before;
	long seconds;
	struct shown after;
};

static bool next_row(FILE *file, struct row *row)
{
	char line[256];
	struct shown *b = &row->before;
	struct shown *a = &row->after;

	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] != '#') {
			return sscanf(line, "%d%d%d%d%d%d%d%d%ld%d%d%d%d%d%d%d%d", &b->year,
				      &b->month, &b->day, &b->hour, &b->minute, &b->second,
				      &b->weekday, &b->is_daylight, &row->seconds, &a->year,
				      &a->month, &a->day, &a->hour, &a->minute, &a->second,
				      &a->weekday, &a->is_daylight) == 17;
		}
	}
	return false;
}

static FILE *open_rows(void)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/tests/captures/calendar_clock.txt", source_folder);
	FILE *file = fopen(path, "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	return file;
}

/* In the middle of a second, `seconds` after the instant that `set_frame` names. */
static void wait_after(struct whole *whole, uint64_t set_frame, double seconds)
{
	uint64_t until = set_frame + (uint64_t)(seconds * METER_FRAMES_PER_SECOND);

	CU_ASSERT_FATAL(until > whole->wire.frame);
	wire_wait(&whole->wire, until - whole->wire.frame);
}

static void set_and_check(struct whole *whole, const struct shown *time, uint64_t *frame)
{
	*frame = whole->wire.frame;
	CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, time), 0);
}

/* Sets the clock to each instant of the capture and lets it run into the next minute, hour, day. */
static void the_clock_runs_like_an_independent_calendar(void)
{
	struct whole *whole = whole_new();
	FILE *file = open_rows();
	struct row row;
	int rows = 0;

	whole_session(whole, "OPERATE");
	while (next_row(file, &row)) {
		if (row.seconds > 2) {
			continue;
		}
		uint64_t frame;

		set_and_check(whole, &row.before, &frame);
		wait_after(whole, frame, (double)row.seconds + 0.4);
		struct shown after = read_clock(whole);

		CU_ASSERT(is_same(&after, &row.after));
		rows++;
	}
	CU_ASSERT(rows > 150);
	fclose(file);
	whole_free(whole);
}

/* The early warning saves; then the supply is gone for the time of the capture. */
static void the_clock_carries_over_outages_by_the_ticks_of_the_battery_clock(void)
{
	struct whole *whole = whole_new();
	FILE *file = open_rows();
	struct row row;
	int rows = 0;

	whole_seconds(whole, 2);
	while (next_row(file, &row)) {
		if (row.seconds == 2) {
			continue;
		}
		uint64_t frame;

		whole_session(whole, "OPERATE");
		set_and_check(whole, &row.before, &frame);
		whole->power_fail_warning = 1;
		wire_wait(&whole->wire, 1);
		/* the time since the setting is part of the row's */
		uint64_t ticks = (uint64_t)row.seconds * BATTERY_HERTZ;

		whole->battery = EXCHANGE_BATTERY_KEPT;
		whole->battery_ticks = ticks;
		whole->power_fail_warning = 0;
		uint64_t with_supply = whole->wire.frame - frame;

		whole_power_up(whole);
		whole_session(whole, NULL);
		/* less than a second with supply before and after: read inside the expected one */
		CU_ASSERT(with_supply < WHOLE_SECOND / 2);
		CU_ASSERT(whole->wire.frame + with_supply < WHOLE_SECOND);
		struct shown after = read_clock(whole);

		CU_ASSERT(is_same(&after, &row.after));
		rows++;
	}
	CU_ASSERT(rows > 150);
	fclose(file);
	whole_free(whole);
}

static void a_lost_clock_says_so_until_it_is_set(void)
{
	const struct shown time = {26, 7, 14, 12, 0, 0, 2, 1};
	struct whole *whole = whole_new();

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(whole_table(whole, 3), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 1, 2) & CLOCK_LOST, CLOCK_LOST);
	CU_ASSERT_EQUAL(read_clock(whole).weekday, 7);
	CU_ASSERT_EQUAL(set_clock(whole, 1, &time), 3); /* half a time */
	CU_ASSERT_EQUAL(set_clock(whole, 2, &time), 3);
	CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, &time), 0);
	CU_ASSERT_EQUAL(whole_table(whole, 3), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 1, 2) & CLOCK_LOST, 0);
	whole_seconds(whole, 2);
	whole->battery = EXCHANGE_BATTERY_LOST;
	whole_power_up(whole);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 3), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 1, 2) & CLOCK_LOST, CLOCK_LOST);
	CU_ASSERT_EQUAL(read_clock(whole).weekday, 7);
	whole_free(whole);
}

static void the_answer_tells_the_time_before_and_after(void)
{
	const struct shown first = {27, 2, 3, 4, 5, 6, 3, 0};
	const struct shown second = {30, 8, 9, 10, 11, 12, 5, 1};
	struct whole *whole = whole_new();

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, &first), 0);
	CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, &second), 0);
	CU_ASSERT_EQUAL(whole_number(whole, 4, 6), 0x06050403021BULL);
	CU_ASSERT_EQUAL(whole_number(whole, 10, 6), 0x0C0B0A09081EULL);
	whole_free(whole);
}

static void a_time_that_does_not_exist_is_refused(void)
{
	static const struct shown rows[] = {
		{27, 2, 29, 12, 0, 0, 1, 0}, /* no leap year */
		{27, 4, 31, 12, 0, 0, 6, 0}, {27, 13, 1, 12, 0, 0, 7, 0},
		{27, 0, 1, 12, 0, 0, 7, 0},  {27, 1, 0, 12, 0, 0, 7, 0},
		{27, 1, 1, 24, 0, 0, 5, 0},  {27, 1, 1, 12, 60, 0, 5, 0},
		{27, 1, 1, 12, 0, 60, 5, 0}, {90, 1, 1, 12, 0, 0, 7, 0}, /* 1990 */
		{27, 1, 1, 12, 0, 0, 4, 0},				 /* a Friday */
		{27, 1, 1, 12, 0, 0, 5, 1},				 /* no daylight saving */
		{26, 3, 8, 2, 30, 0, 0, 0},				 /* the hour left out */
		{26, 3, 8, 2, 30, 0, 0, 1},  {26, 7, 14, 12, 0, 0, 2, 0},
	};
	const struct shown good = {27, 1, 1, 12, 0, 0, 5, 0};
	struct whole *whole = whole_new();

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, &good), 0);
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, &rows[i]), 2);
		CU_ASSERT_EQUAL(read_clock(whole).year, 27);
		CU_ASSERT_EQUAL(read_clock(whole).hour, 12);
	}
	CU_ASSERT_EQUAL(set_clock(whole, 8, &good), 2);
	CU_ASSERT_EQUAL(set_clock(whole, 0, &good), 2);
	CU_ASSERT_EQUAL(set_clock(whole, 4, &good), 2);
	whole_free(whole);
}

static void nobody_sets_the_clock_without_clearance(void)
{
	const struct shown good = {27, 1, 1, 12, 0, 0, 5, 0};
	struct whole *whole = whole_new();

	whole_session(whole, "READ");
	CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, &good), 5);
	CU_ASSERT_EQUAL(read_clock(whole).weekday, 7);
	whole_free(whole);
}

/* 2026-11-01 has 01:30 twice. */
static void the_qualifier_tells_the_repeated_hours_apart(void)
{
	const struct shown daylight = {26, 11, 1, 1, 59, 59, 0, 1};
	const struct shown standard = {26, 11, 1, 1, 59, 59, 0, 0};
	struct whole *whole = whole_new();
	uint64_t frame;

	whole_session(whole, "OPERATE");
	set_and_check(whole, &daylight, &frame);
	wait_after(whole, frame, 1.5);
	CU_ASSERT_EQUAL(read_clock(whole).hour, 1);
	CU_ASSERT_EQUAL(read_clock(whole).is_daylight, 0);
	set_and_check(whole, &standard, &frame);
	wait_after(whole, frame, 1.5);
	CU_ASSERT_EQUAL(read_clock(whole).hour, 2);
	CU_ASSERT_EQUAL(set_clock(whole, 3, &standard), 0); /* no qualifier: the first of both */
	CU_ASSERT_EQUAL(read_clock(whole).is_daylight, 1);
	whole_free(whole);
}

/* Europe's former dates, last Sunday of March and October: month | offset 6 << 4 | day 1 << 11. */
static void the_dates_of_daylight_saving_can_be_set(void)
{
	const struct shown in_march = {26, 3, 20, 12, 0, 0, 5, 0};
	const struct shown in_october = {26, 10, 25, 1, 59, 59, 0, 1};
	struct whole *whole = whole_new();
	uint8_t calendar[232] = {0};
	uint64_t frame;

	memcpy(calendar + 60, (const uint8_t[]){0x63, 0x08, 1, 0x6A, 0x08, 2}, 6);
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 54, calendar, sizeof(calendar)), OK);
	CU_ASSERT_EQUAL(set_clock(whole, SET_ALL, &in_march), 0);
	set_and_check(whole, &in_october, &frame);
	wait_after(whole, frame, 1.5);
	CU_ASSERT_EQUAL(read_clock(whole).hour, 1);
	CU_ASSERT_EQUAL(read_clock(whole).is_daylight, 0);
	whole_free(whole);
}

const char *const suite_name = "meter_clock";
const struct suite_case suite_cases[] = {
	CASE(the_clock_runs_like_an_independent_calendar),
	CASE(the_clock_carries_over_outages_by_the_ticks_of_the_battery_clock),
	CASE(a_lost_clock_says_so_until_it_is_set),
	CASE(the_answer_tells_the_time_before_and_after),
	CASE(a_time_that_does_not_exist_is_refused),
	CASE(nobody_sets_the_clock_without_clearance),
	CASE(the_qualifier_tells_the_repeated_hours_apart),
	CASE(the_dates_of_daylight_saving_can_be_set),
	CASES_END,
};
