/*
 * Tables of the billing functions in layouts that the bench's own meter does not have: other
 * orders of octets, time formats, dimensions. The bytes are written from the standard's layouts.
 */
#include <stdio.h>
#include <string.h>

#include "drivers/meter_functions.h"
#include "tests/support/suite.h"
#include "tests/support/table_meter.h"

static struct table_meter meter;
static struct meter_event_log events;

#define TEN_FF "FFFFFFFFFFFFFFFFFFFF"

/* Ten octets of standard tables, all used; no procedures; `formats` are the three controls. The
 * tables that a session reads are there, with nothing in them but what the test sets afterwards. */
static void start(const char *formats, const char *sources, const char *units,
		  const char *registers, const char *selection)
{
	char general[200];

	snprintf(general, sizeof(general),
		 "%s 4D434220 02 00 10 40 01 00 0A 00 00 00 02 00 " TEN_FF " " TEN_FF, formats);
	table_meter_init(&meter);
	table_meter_set(&meter, 0, general);
	table_meter_set(&meter, 11, sources);
	table_meter_set(&meter, 12, units);
	table_meter_set(&meter, 16, "11 11 11");
	table_meter_set(&meter, 15, "");
	table_meter_set(&meter, 21, registers);
	table_meter_set(&meter, 22, selection);
	table_meter_set(&meter, 27, "");
	table_meter_connect(&meter);
}

/* 3 sources: delivered, received and net Wh, x 1; electric constants, none; no demand control. */
#define SOURCES "02 03 01 00 00 00 02 03"
#define UNITS_LSB "00400200 00800100 00C00700"
#define UNITS_MSB "00024000 00018000 0007C000"
#define NO_REGISTERS "00 00 00 00 00 00 00 00 00 00"

static void finish(void)
{
	table_meter_finish(&meter);
}

static void expect_time(const char *formats, const char *clock, const char *expected)
{
	struct meter_time time;
	char text[32];

	start(formats, SOURCES, UNITS_MSB, NO_REGISTERS, "");
	table_meter_set(&meter, 52, clock);
	enum status status = meter_client_read_clock(meter.client, &time);

	CU_ASSERT_STRING_EQUAL(status ? status_reason() : meter_time_text(&time, text), expected);
	finish();
}

/* 2026-03-08 01:59:30: octets, BCD digits, minutes and seconds since 1970 (1772935170 s by `date -u
 * -d "2026-03-08 01:59:30" +%s`). */
static void a_clock_is_read_in_every_format_of_time(void)
{
	expect_time("01 02 8A", "1A 03 08 01 3B 1E 00", "2026-03-08 01:59:30");
	expect_time("01 01 8A", "26 03 08 01 59 30 08", "2026-03-08 01:59:30 DST");
	expect_time("01 03 8A", "01C2E177 1E 00", "2026-03-08 01:59:30");
	expect_time("01 04 8A", "69ACD802 00", "2026-03-08 01:59:30");
	expect_time("01 02 8A", "1A 02 1E 01 3B 1E 00",
		    "meter on VIRTUAL::optical: a time of 2026-02-30 01:59:30 does not exist");
	expect_time("01 01 8A", "26 0A 08 01 59 30 00",
		    "meter on VIRTUAL::optical: a time of 2026-55-08 01:59:30 does not exist");
	expect_time("01 02 8A", "1A 03 08 01 3B 1E",
		    "meter on VIRTUAL::optical: ST52 is 6 bytes long; its dimensions make 7");
	expect_time("01 00 8A", "00",
		    "meter on VIRTUAL::optical: ST0 says that the meter has no "
		    "clock");
}

/* RESET_EXCLUDE only, a length in minutes, most significant octet first: 5 min, 30 min. */
static void demand_control_without_sub_intervals_is_a_length(void)
{
	struct meter_demand_control control;
	size_t length;

	start("01 02 8A", SOURCES, UNITS_MSB, NO_REGISTERS, "");
	table_meter_set(&meter, 13, "05 001E");
	CU_ASSERT_EQUAL(meter_client_read_demand_control(meter.client, &control), STATUS_OK);
	CU_ASSERT_EQUAL(control.reset_exclusion_minutes, 5);
	CU_ASSERT_EQUAL(control.sub_interval_minutes, 30);
	CU_ASSERT_EQUAL(control.sub_intervals, 1);
	control.sub_interval_minutes = 60;
	CU_ASSERT_EQUAL(meter_client_write_demand_control(meter.client, &control), STATUS_OK);
	CU_ASSERT_EQUAL(memcmp(table_meter_bytes(&meter, 13, &length), "\x05\x00\x3C", 3), 0);
	control.sub_intervals = 3;
	CU_ASSERT_EQUAL(meter_client_write_demand_control(meter.client, &control),
			STATUS_BAD_INPUT);
	table_meter_set(&meter, 13, "05");
	CU_ASSERT_EQUAL(meter_client_read_demand_control(meter.client, &control), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: ST13 is 1 bytes long; its dimensions make 3");
	finish();
}

/*
 * INT32 and INT24, least significant first, TM_FORMAT 2. Reset counter, date, cumulative, no
 * continuous; 3 summations, 1 demand, 1 coincident, 2 occurrences, 1 rate.
 * A block: 3 x 4, 2 x 5 times, 4 cumulative, 2 x 3 demands, 2 x 3 coincidents: 38 octets.
 */
#define BLOCK(delivered, received, net, time, cumulative, demand)                                  \
	delivered received net time "0000000000" cumulative demand "010000"                        \
				    "AAAAAA"                                                       \
				    "BBBBBB "
static void registers_are_found_by_the_dimensions(void)
{
	struct meter_billing billing;
	char text[32];

	/* NI_FORMAT1 8 INT32, NI_FORMAT2 7 INT24 */
	start("00 02 78", SOURCES, UNITS_LSB, "16 00 00 03 01 01 02 01 00 00",
	      "00 01 02 00 01 00 00");
	table_meter_set(&meter, 23,
			"07" BLOCK("40E20100", "01000000", "3FE20100", "1A03080F1E", "E8030000",
				   "102700") BLOCK("40E20100", "00000000", "40E20100", "0000000000",
						   "00000000", "000000"));
	CU_ASSERT_EQUAL(meter_client_read_billing(meter.client, &billing), STATUS_OK);
	CU_ASSERT_EQUAL(billing.demand_resets, 7);
	CU_ASSERT_EQUAL(billing.rates, 1);
	CU_ASSERT_EQUAL(billing.total.energy.delivered, 123456);
	CU_ASSERT_EQUAL(billing.total.energy.received, 1);
	CU_ASSERT_EQUAL(billing.total.maximum_watts, 10000);
	CU_ASSERT(billing.total.has_time && billing.total.has_cumulative);
	CU_ASSERT(!billing.total.has_continuous);
	CU_ASSERT_EQUAL(billing.total.cumulative_watts, 1000);
	CU_ASSERT_STRING_EQUAL(meter_time_text(&billing.total.ended, text), "2026-03-08 15:30:00");
	CU_ASSERT_EQUAL(billing.rate[0].energy.delivered, 123456);
	CU_ASSERT_EQUAL(billing.rate[0].maximum_watts, 0);
	CU_ASSERT(!billing.rate[0].has_time);
	table_meter_set(&meter, 23, "07 00");
	CU_ASSERT_EQUAL(meter_client_read_billing(meter.client, &billing), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: ST23 is 2 bytes long; its dimensions make 77");
	finish();
}

/* No date, event numbers and sequence; 2 octets of argument; 3 places, the newest in place 0. */
static void a_log_without_dates_is_read_in_its_order(void)
{
	start("00 02 8A", SOURCES, UNITS_LSB, NO_REGISTERS, "");
	table_meter_set(&meter, 71, "05 01 00 02 00 0300 0000");
	table_meter_set(&meter, 74,
			"02 0300 0000 09000000 0000 "
			"0000 0900 0200 0108 1122 " /* manufacturer's code 1 */
			"0000 0700 0000 0200 0000 "
			"0000 0800 0200 0900 3344");
	CU_ASSERT_EQUAL(meter_client_read_events(meter.client, &events), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(events.count, 3);
	CU_ASSERT_EQUAL(events.newest, 9);
	CU_ASSERT_EQUAL(events.event[0].sequence, 7);
	CU_ASSERT_EQUAL(events.event[0].code, 2);
	CU_ASSERT_EQUAL(events.event[1].user, 2);
	CU_ASSERT_EQUAL(events.event[2].code, 2049);
	CU_ASSERT_EQUAL(events.event[2].argument[1], 0x22);
	CU_ASSERT(!events.event[2].has_time);
	table_meter_set(&meter, 74, "02 0400 0000 09000000 0000");
	CU_ASSERT_EQUAL(meter_client_read_events(meter.client, &events), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "ST74 says 4 valid entries"));
	finish();
}

/*
 * One channel of INT32, scalar 2 and divisor 100: 50 Wh a count; simple status, no readings, no
 * extended status; 2 blocks of 2 intervals of 30 min, the newest block in place 0 with one
 * interval.  A block: 5 + 1 + 2 x 4 octets.
 */
static void a_recorder_of_another_shape_is_read(void)
{
	struct meter_recorder recorder;
	struct meter_interval intervals[8];
	char text[32];
	int count;

	start("00 02 8A", SOURCES, UNITS_LSB, NO_REGISTERS, "");
	table_meter_set(&meter, 61, "00010000 4008 20 0200 0200 01 1E");
	table_meter_set(&meter, 62, "00 01 00 20 0200 6400");
	table_meter_set(&meter, 63, "02 0200 0000 05000000 0000 0100");
	table_meter_set(&meter, 64,
			"1A03080200 01 05000000 00000000 "
			"1A0308011E 03 FFFFFFFF 07000000");
	CU_ASSERT_EQUAL(meter_client_read_recorder(meter.client, &recorder), STATUS_OK);
	CU_ASSERT_EQUAL(recorder.channels, 1);
	CU_ASSERT_EQUAL(recorder.interval_minutes, 30);
	CU_ASSERT_EQUAL(recorder.quantity[0], METER_CHANNEL_RECEIVED);
	CU_ASSERT_DOUBLE_EQUAL(recorder.watt_hours_per_count[0], 50, 1e-9);
	CU_ASSERT_EQUAL(meter_client_read_intervals(meter.client, &recorder, 8, intervals, &count),
			STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(count, 3);
	CU_ASSERT_EQUAL(intervals[0].counts[0], -1);
	CU_ASSERT_EQUAL(intervals[1].counts[0], 7);
	CU_ASSERT_EQUAL(intervals[2].counts[0], 5);
	CU_ASSERT_STRING_EQUAL(meter_time_text(&intervals[0].ended, text), "2026-03-08 01:00:00");
	CU_ASSERT_STRING_EQUAL(meter_time_text(&intervals[2].ended, text), "2026-03-08 02:00:00");
	CU_ASSERT_EQUAL(meter_client_read_intervals(meter.client, &recorder, 2, intervals, &count),
			STATUS_OK);
	CU_ASSERT_EQUAL(count, 2);
	CU_ASSERT_EQUAL(intervals[0].counts[0], 7);
	table_meter_set(&meter, 62, "00 01 00 40 0200 6400");
	CU_ASSERT_EQUAL(meter_client_read_recorder(meter.client, &recorder), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "ST62 names format 64"));
	finish();
}

static uint32_t random_state = 20261122;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* Dimensions small as often as not, so that lengths agree now and then. */
static void fill(int id, size_t least, size_t most, bool is_small)
{
	char hex[2 * 240 + 1];
	size_t length = least + next_random() % (most - least + 1);

	for (size_t i = 0; i < length; i++) {
		snprintf(hex + 2 * i, 3, "%02X", (unsigned)(next_random() % (is_small ? 3 : 256)));
	}
	hex[2 * length] = '\0';
	table_meter_set(&meter, id, hex);
}

static int call_everything(void)
{
	static struct meter_self_reads readings;
	static struct meter_interval intervals[METER_INTERVALS];
	struct meter_billing billing;
	struct meter_time time;
	struct meter_tariff_state state;
	struct meter_demand_control control;
	struct meter_calendar_image image;
	struct meter_recorder recorder;
	struct meter_status status;
	const struct meter_day_plan plan = {.switches = 1, .has_daylight_saving = true};
	double watts;
	int count, done = 0;

	done += !meter_client_read_status(meter.client, &status);
	done += !meter_client_read_clock(meter.client, &time);
	done += !meter_client_read_tariff_state(meter.client, &state);
	done += !meter_client_read_demand_control(meter.client, &control);
	done += !meter_client_read_billing(meter.client, &billing);
	done += !meter_client_read_previous_billing(meter.client, &billing, &time);
	done += !meter_client_read_self_reads(meter.client, &readings);
	done += !meter_client_read_newest_demand(meter.client, &watts);
	done += !meter_client_read_calendar(meter.client, &image);
	done += !meter_client_compose_calendar(meter.client, &plan, &image);
	done += !meter_client_read_recorder(meter.client, &recorder);
	done += !meter_client_read_intervals(meter.client, &recorder, 20, intervals, &count);
	done += !meter_client_read_events(meter.client, &events);
	return done;
}

/* Only a sanitizer sees what this is for. */
static void random_tables_never_break_the_client(void)
{
	/* with the length that a good one has, where that does not hang on another table */
	static const struct {
		int id;
		size_t length;
	} tables[] = {{3, 4},	{13, 3},   {23, 18}, {25, 18}, {26, 6},	 {28, 0},
		      {51, 9},	{52, 7},   {54, 40}, {55, 9},  {61, 13}, {62, 20},
		      {63, 13}, {64, 200}, {71, 9},  {74, 200}};
	int done = 0;

	printf("seed %u ", random_state);
	start("00 02 8A", SOURCES, UNITS_LSB, NO_REGISTERS, "");
	for (int round = 0; round < 3000; round++) {
		bool is_small = round % 3;
		char general[200];

		snprintf(general, sizeof(general),
			 "%02X %02X %02X 4D434220 02 00 10 40 01 00 0A 00 00 00 02 00 " TEN_FF
			 " " TEN_FF,
			 (unsigned)(next_random() % 2), (unsigned)(next_random() % 5),
			 (unsigned)(0x88 - (next_random() % 2)));
		table_meter_set(&meter, 0, general);
		if (round % 2) {
			fill(21, 10, 10, true);
			fill(22, 0, 8, true);
			fill(27, 0, 4, true);
		}
		for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
			bool is_long = next_random() % 8 == 0;
			size_t length = tables[i].length;

			fill(tables[i].id, is_long ? 0 : length, is_long ? 120 : length, is_small);
		}
		if (!meter_client_connect(meter.client, "READ")) {
			done += call_everything();
			meter_client_disconnect(meter.client);
		}
	}
	CU_ASSERT(done > 100);
	finish();
}

const char *const suite_name = "optical_layouts";
const struct suite_case suite_cases[] = {
	CASE(a_clock_is_read_in_every_format_of_time),
	CASE(demand_control_without_sub_intervals_is_a_length),
	CASE(registers_are_found_by_the_dimensions),
	CASE(a_log_without_dates_is_read_in_its_order),
	CASE(a_recorder_of_another_shape_is_read),
	CASE(random_tables_never_break_the_client),
	CASES_END,
};
