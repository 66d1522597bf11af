/*
 * dut_firmware/registers/demand over the optical port and through frames: the closed forms of block
 * and rolling demand, and what must not enter a maximum; more of that in test_meter_intervals.c.
 */
#include "tests/support/suite.h"
#include "tests/support/whole_meter.h"

#define VOLTS 120.0
#define AMPERES 200.0
#define WATTS (3 * VOLTS * AMPERES) /* 72 kW */
/* A direction window of 67 ms in 15 min, and 0.01 % of metering */
#define TOLERANCE 2e-4

#define SETTLING 2.5 /* s from power-up until a session has ended at most */
#define RESULT_TIMING 4

/* ST23: the total's block after the counter, 39 octets each */
#define BLOCK_OCTETS 39u
#define TIME_OFFSET 18u
#define CUMULATIVE_OFFSET 23u
#define CONTINUOUS_OFFSET 29u
#define MAXIMUM_OFFSET 35u

struct demand_reading {
	unsigned int resets;
	unsigned int time[5];
	double cumulative, continuous, maximum; /* W */
	double present, last;			/* W, ST28 */
	unsigned int seconds_left;
	double delivered; /* Wh */
};

static void take_block(const struct whole *whole, unsigned int offset, struct demand_reading *read)
{
	read->delivered = (double)whole_number(whole, offset, 6) / 1e3;
	for (unsigned int i = 0; i < 5; i++) {
		read->time[i] = (unsigned int)whole_number(whole, offset + TIME_OFFSET + i, 1);
	}
	read->cumulative = (double)whole_number(whole, offset + CUMULATIVE_OFFSET, 6) / 1e3;
	read->continuous = (double)whole_number(whole, offset + CONTINUOUS_OFFSET, 6) / 1e3;
	read->maximum = (double)whole_number(whole, offset + MAXIMUM_OFFSET, 4) / 1e3;
}

static struct demand_reading read_block(struct whole *whole, unsigned int block)
{
	struct demand_reading read;

	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	read.resets = (unsigned int)whole_number(whole, 0, 1);
	take_block(whole, 1 + block * BLOCK_OCTETS, &read);
	CU_ASSERT_EQUAL(whole_table(whole, 28), OK);
	read.seconds_left =
		(unsigned int)(whole_number(whole, 0, 1) * 3600 + whole_number(whole, 1, 1) * 60 +
			       whole_number(whole, 2, 1));
	read.present = (double)whole_number(whole, 3, 4) / 1e3;
	read.last = (double)whole_number(whole, 10, 4) / 1e3;
	return read;
}

static struct demand_reading read_demand(struct whole *whole)
{
	whole_session(whole, NULL);
	struct demand_reading read = read_block(whole, 0);

	whole_end_session(whole);
	return read;
}

static int write_rules(struct whole *whole, const uint8_t rules[6])
{
	whole_session(whole, "PROGRAM");
	int code = wire_write(&whole->wire, 13, rules, 6);

	whole_end_session(whole);
	return code;
}

/* 2026-07-14 (a Tuesday), daylight saving. */
static void set_time(struct whole *whole, unsigned int hour, unsigned int minute,
		     unsigned int second)
{
	const uint8_t call[] = {
		10, 0, 7, 7, 26, 7, 14, (uint8_t)hour, (uint8_t)minute, (uint8_t)second, 0x0A};

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, call, sizeof(call)), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 1), 0);
	whole_end_session(whole);
}

static int reset_demand(struct whole *whole)
{
	whole_session(whole, "OPERATE");
	int result = whole_procedure(whole, 9, 1);

	whole_end_session(whole);
	return result;
}

/* A fresh meter's first interval begins with its first frame: no load until then. */
static struct whole *start(uint8_t sub_minutes, uint8_t sub_intervals)
{
	struct whole *whole = whole_new();

	whole->block = 4096;
	whole_load(whole, VOLTS, 0);
	whole_seconds(whole, SETTLING);
	CU_ASSERT_EQUAL(
		write_rules(whole, (const uint8_t[]){1, 0, 0, 0, sub_minutes, sub_intervals}), OK);
	return whole;
}

/* To `seconds` since power-up. */
static void run_to(struct whole *whole, double seconds)
{
	whole_run_until(&whole->wire, (uint64_t)llrint(seconds * METER_FRAMES_PER_SECOND));
}

static void load_from_to(struct whole *whole, double from, double to)
{
	run_to(whole, from);
	whole_load(whole, VOLTS, AMPERES);
	run_to(whole, to);
	whole_load(whole, VOLTS, 0);
}

static void assert_watts(double actual, double expected)
{
	CU_ASSERT(fabs(actual - expected) <= TOLERANCE * WATTS);
}

/* A load that lasts one interval T and starts at x T reads max(x, 1 - x) P. */
static void a_block_demand_is_between_half_and_the_whole_load(void)
{
	for (int eighth = 0; eighth <= 8; eighth++) {
		struct whole *whole = start(15, 1);
		double x = eighth / 8.0;

		load_from_to(whole, 900 * (1 + x), 900 * (2 + x));
		run_to(whole, 2701);
		assert_watts(read_demand(whole).maximum, WATTS * (x > 0.5 ? x : 1 - x));
		whole_free(whole);
	}
}

/* The worst start is half a sub-interval late: P (1 - 1/2n). */
static void a_rolling_demand_misses_at_most_half_a_sub_interval(void)
{
	static const uint8_t rows[][2] = {{5, 3}, {3, 5}, {1, 15}};

	for (int row = 0; row < 3; row++) {
		uint8_t n = rows[row][1];
		double sub = 60.0 * rows[row][0];

		for (int half = 0; half < 2; half++) {
			struct whole *whole = start(rows[row][0], n);
			double from = 900 + 3 * sub + half * sub / 2;

			load_from_to(whole, from, from + 900);
			run_to(whole, from + 900 + sub + 1);
			assert_watts(read_demand(whole).maximum,
				     WATTS * (half ? 1 - 1 / (2.0 * n) : 1));
			whole_free(whole);
		}
	}
}

static void a_rolling_demand_shows_nothing_before_all_its_sub_intervals_are_complete(void)
{
	struct whole *whole = start(5, 3);

	/* The change of rules has cut the first sub-interval: complete are those from 300 s on. */
	whole_load(whole, VOLTS, AMPERES);
	run_to(whole, 900 + 1);
	struct demand_reading read = read_demand(whole);

	CU_ASSERT_EQUAL(read.last, 0);
	CU_ASSERT_EQUAL(read.maximum, 0);
	run_to(whole, 1200 + 1);
	read = read_demand(whole);
	assert_watts(read.last, WATTS);
	assert_watts(read.maximum, WATTS);
	whole_free(whole);
}

static void an_interval_below_fifteen_minutes_is_refused(void)
{
	static const struct {
		uint8_t sub_minutes, count;
		int code;
	} rows[] = {
		{5, 1, ONP},  {14, 1, ONP}, {7, 2, ONP},  {1, 14, ONP}, {0, 1, ONP},
		{15, 0, ONP}, {17, 1, ONP}, {61, 1, ONP}, {1, 16, ONP}, {15, 1, OK},
		{5, 3, OK},   {1, 15, OK},  {30, 1, OK},  {60, 1, OK},	{10, 6, OK},
	};
	struct whole *whole = whole_new();

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint8_t rules[6] = {1, 0, 0, 0, rows[i].sub_minutes, rows[i].count};

		CU_ASSERT_EQUAL(write_rules(whole, rules), rows[i].code);
	}
	whole_free(whole);
}

/* Any load: every complete interval times T is what the register gained, to the milliwatt-hour. */
static void the_intervals_add_up_to_the_register(void)
{
	struct whole *whole = start(15, 1);
	double sum = 0;

	run_to(whole, 901);
	double before = read_demand(whole).delivered;

	for (int interval = 1; interval < 5; interval++) {
		whole_load(whole, VOLTS, 20.0 * interval);
		run_to(whole, 900 * interval + 450);
		whole_load(whole, VOLTS, 0);
		run_to(whole, 900 * (interval + 1) + 1);
		sum += read_demand(whole).last / 4;
	}
	CU_ASSERT(sum > 5000);
	CU_ASSERT(fabs(read_demand(whole).delivered - before - sum) < 1e-6);
	whole_free(whole);
}

static void a_maximum_carries_the_end_of_its_interval(void)
{
	static const unsigned int expected[5] = {26, 7, 14, 10, 45};
	struct whole *whole = start(15, 1);

	set_time(whole, 10, 29, 50);
	whole_load(whole, VOLTS, AMPERES);
	whole_seconds(whole, 12 + 900);
	struct demand_reading read = read_demand(whole);

	assert_watts(read.maximum, WATTS);
	CU_ASSERT_EQUAL(memcmp(read.time, expected, sizeof(expected)), 0);
	whole_free(whole);
}

static void a_reset_neither_shortens_the_interval_nor_carries_its_energy_over(void)
{
	struct whole *whole = start(15, 1);

	load_from_to(whole, 900, 1800 + 300);
	struct demand_reading before = read_demand(whole);

	assert_watts(before.maximum, WATTS);
	CU_ASSERT_EQUAL(reset_demand(whole), 0);
	struct demand_reading after = read_demand(whole);

	CU_ASSERT_EQUAL(after.resets, before.resets + 1);
	CU_ASSERT_EQUAL(after.maximum, 0);
	CU_ASSERT_EQUAL(after.time[1], 0);
	CU_ASSERT_EQUAL(after.cumulative, before.maximum);
	CU_ASSERT_EQUAL(after.continuous, before.continuous);
	CU_ASSERT(after.seconds_left > 590 && after.seconds_left < 600); /* ends at 2700 s */
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 25), OK);
	take_block(whole, 5 + 1 + 1, &after);
	CU_ASSERT_EQUAL(after.maximum, before.maximum);
	whole_end_session(whole);
	run_to(whole, 2701);
	after = read_demand(whole);
	assert_watts(after.last, WATTS / 3); /* the interval is whole, but not the new maximum's */
	CU_ASSERT_EQUAL(after.maximum, 0);
	whole_load(whole, VOLTS, AMPERES / 10);
	run_to(whole, 3601);
	after = read_demand(whole);
	assert_watts(after.maximum, WATTS / 10);
	CU_ASSERT(fabs(after.continuous - after.cumulative - after.maximum) < 1e-6);
	CU_ASSERT(fabs(after.cumulative - before.maximum) < 1e-6);
	whole_free(whole);
}

/* Rolling: no window with a sub-interval from before the reset. */
static void a_rolling_demand_starts_anew_after_a_reset(void)
{
	struct whole *whole = start(5, 3);

	load_from_to(whole, 900, 1900);
	CU_ASSERT_EQUAL(reset_demand(whole), 0);
	run_to(whole, 2700 + 1);
	struct demand_reading read = read_demand(whole);

	CU_ASSERT_EQUAL(read.maximum, 0);
	whole_load(whole, VOLTS, AMPERES / 2);
	run_to(whole, 3900 + 1);
	assert_watts(read_demand(whole).maximum, WATTS / 2);
	whole_free(whole);
}

static void a_second_reset_is_locked_out(void)
{
	struct whole *whole = start(15, 1);

	CU_ASSERT_EQUAL(write_rules(whole, (const uint8_t[]){2, 0, 0, 0, 15, 1}), OK);
	CU_ASSERT_EQUAL(reset_demand(whole), 0);
	whole_seconds(whole, 110);
	CU_ASSERT_EQUAL(reset_demand(whole), RESULT_TIMING);
	CU_ASSERT_EQUAL(read_demand(whole).resets, 1);
	whole_seconds(whole, 15);
	CU_ASSERT_EQUAL(reset_demand(whole), 0);
	CU_ASSERT_EQUAL(read_demand(whole).resets, 2);
	whole_free(whole);
}

static void an_interval_that_a_clock_change_cuts_enters_no_maximum(void)
{
	struct whole *whole = start(15, 1);

	set_time(whole, 10, 0, 0);
	whole_load(whole, VOLTS, AMPERES);
	whole_seconds(whole, 600);
	set_time(whole, 10, 14, 0); /* the interval would have ended after 660 s */
	whole_seconds(whole, 62);
	CU_ASSERT_EQUAL(read_demand(whole).maximum, 0);
	set_time(whole, 10, 2, 0); /* and backward: longer than its energy tells */
	whole_seconds(whole, 13 * 60 + 2);
	CU_ASSERT_EQUAL(read_demand(whole).maximum, 0);
	whole_seconds(whole, 900);
	assert_watts(read_demand(whole).maximum, WATTS);
	whole_free(whole);
}

static void an_interval_that_a_mode_cuts_enters_no_maximum(void)
{
	struct whole *whole = start(15, 1);

	whole_load(whole, VOLTS, AMPERES);
	run_to(whole, 1000);
	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 2), 0);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 1), 0);
	whole_end_session(whole);
	run_to(whole, 1801);
	CU_ASSERT_EQUAL(read_demand(whole).maximum, 0);
	run_to(whole, 2701);
	assert_watts(read_demand(whole).maximum, WATTS);
	whole_free(whole);
}

/* One loss of supply, after which the clock stands `seconds_into` an interval. */
static void lose_supply(struct whole *whole, double seconds)
{
	whole->power_fail_warning = 1;
	wire_wait(&whole->wire, 1);
	whole->power_fail_warning = 0;
	whole->battery = EXCHANGE_BATTERY_KEPT;
	whole->battery_ticks = (uint64_t)(seconds * 32768);
	whole_power_up(whole);
	wire_wait(&whole->wire, 1);
}

static void an_interval_that_an_outage_cuts_enters_no_maximum(void)
{
	static const double outages[] = {1, 30, 600, 5 * 3600, 40 * 86400.0};

	for (int i = 0; i < 5; i++) {
		struct whole *whole = start(15, 1);

		set_time(whole, 10, 0, 0);
		whole_load(whole, VOLTS, AMPERES);
		whole_seconds(whole, 100);
		lose_supply(whole, outages[i]);
		unsigned int left = read_demand(whole).seconds_left;

		/* begins 100 s and some sessions into the interval, ends at the clock's quarter */
		CU_ASSERT(fabs(left - (900 - fmod(101.5 + outages[i], 900))) < 3);
		whole_seconds(whole, left + 1);
		CU_ASSERT_EQUAL(read_demand(whole).maximum, 0);
		whole_seconds(whole, 900);
		assert_watts(read_demand(whole).maximum, WATTS);
		whole_free(whole);
	}
}

static void boundaries_follow_standard_time_through_daylight_saving(void)
{
	/* 2026-03-08 01:50 standard: intervals end at 02:00 = 03:00 and 03:15 daylight time */
	const uint8_t call[] = {10, 0, 7, 7, 26, 3, 8, 1, 50, 0, 0};
	struct whole *whole = start(15, 1);

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, call, sizeof(call)), OK);
	whole_end_session(whole);
	whole_load(whole, VOLTS, AMPERES);
	whole_seconds(whole, 601);
	CU_ASSERT_EQUAL(read_demand(whole).maximum, 0);
	CU_ASSERT(read_demand(whole).seconds_left > 890);
	whole_seconds(whole, 900);
	struct demand_reading read = read_demand(whole);
	static const unsigned int expected[5] = {26, 3, 8, 3, 15};

	assert_watts(read.maximum, WATTS);
	CU_ASSERT_EQUAL(memcmp(read.time, expected, sizeof(expected)), 0);
	whole_free(whole);
}

const char *const suite_name = "meter_demand";
const struct suite_case suite_cases[] = {
	CASE(a_block_demand_is_between_half_and_the_whole_load),
	CASE(a_rolling_demand_misses_at_most_half_a_sub_interval),
	CASE(a_rolling_demand_shows_nothing_before_all_its_sub_intervals_are_complete),
	CASE(an_interval_below_fifteen_minutes_is_refused),
	CASE(the_intervals_add_up_to_the_register),
	CASE(a_maximum_carries_the_end_of_its_interval),
	CASE(a_reset_neither_shortens_the_interval_nor_carries_its_energy_over),
	CASE(a_rolling_demand_starts_anew_after_a_reset),
	CASE(a_second_reset_is_locked_out),
	CASE(an_interval_that_a_clock_change_cuts_enters_no_maximum),
	CASE(an_interval_that_a_mode_cuts_enters_no_maximum),
	CASE(an_interval_that_an_outage_cuts_enters_no_maximum),
	CASE(boundaries_follow_standard_time_through_daylight_saving),
	CASES_END,
};
