/*
 * What the meter writes down of losses of supply, in the virtual laboratory and from outside: event
 * log and pulse recorder, read over the optical port. What has truly flowed is the world's.
 */
#include <math.h>
#include <string.h>

#include "tests/support/metered_lab.h"
#include "tests/support/suite.h"

#define KT_WATT_HOURS 1.8
#define LOAD "3x120V 40A 1 60Hz"

static struct metered_lab lab;

static struct virtual_lab_options perfect_parts(void)
{
	return (struct virtual_lab_options){.seed = 3, .hardware = {"AXR", "16S", "OUT-1", 200}};
}

/* ---- event log ---- */

#define LOG_HEADER 11

struct log_entry {
	double seconds; /* of the meter's clock */
	unsigned code;
	uint8_t argument[8];
};

/* The newest `count` entries of ST74, oldest first; the layout is ST71's. */
static void read_log(struct log_entry *entries, unsigned count)
{
	uint8_t dimensions[16], header[LOG_HEADER], bytes[64];

	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL_FATAL(metered_lab_table(&lab, 71, dimensions, sizeof(dimensions)), 9);
	CU_ASSERT_EQUAL_FATAL(dimensions[0] & 7, 6); /* date and sequence, no event number */
	CU_ASSERT_EQUAL_FATAL(dimensions[3], 8);
	uint16_t size = 6 + 2 + 2 + 2 + 8;
	metered_lab_part(&lab, 74, 0, LOG_HEADER, header);
	unsigned valid = metered_lab_word(header + 1), last = metered_lab_word(header + 3);
	CU_ASSERT_FATAL(valid >= count && last + 1 >= count);
	for (unsigned i = 0; i < count; i++) {
		unsigned element = last + 1 - count + i;

		metered_lab_part(&lab, 74, LOG_HEADER + element * size, size, bytes);
		entries[i].seconds = metered_lab_seconds(bytes);
		entries[i].code = metered_lab_word(bytes + 10);
		memcpy(entries[i].argument, bytes + 12, 8);
	}
	metered_lab_log_off(&lab);
}

static void the_log_has_the_outage_with_its_times(void)
{
	struct virtual_lab_options options = perfect_parts();
	struct log_entry entries[2];

	metered_lab_begin(&lab, &options);
	metered_lab_start(&lab);
	double set = metered_lab_set_clock(&lab);
	metered_lab_wait(&lab, 100);
	double off = metered_lab_now(&lab);
	metered_lab_off(&lab);
	metered_lab_wait(&lab, 5000);
	double on = metered_lab_now(&lab);
	metered_lab_start(&lab);
	read_log(entries, 2);
	/* off 0.22 s after the voltage, on 0.5 s after it; whole seconds; switching takes 0.6 s */
	CU_ASSERT_EQUAL(entries[0].code, 1);
	CU_ASSERT_DOUBLE_EQUAL(entries[0].seconds, off + set, 1.5);
	CU_ASSERT_EQUAL(entries[1].code, 2);
	CU_ASSERT_DOUBLE_EQUAL(entries[1].seconds, on + set, 1.5);
	CU_ASSERT_DOUBLE_EQUAL(metered_lab_word(entries[1].argument), 5000, 1.5);
	CU_ASSERT_EQUAL(metered_lab_word(entries[1].argument + 2), 0); /* of 32 bits */
	CU_ASSERT_EQUAL(entries[1].argument[4], 1);
	metered_lab_end(&lab);
}

/* ---- pulse recorder ---- */

#define CHANNELS 4
#define POWER_FAIL 2u
#define FORWARD 4u
#define PARTIAL 2u
#define SKIPPED 4u
#define QUARTER 900.0

struct recorded {
	double end; /* of the meter's clock */
	unsigned flags, status, counts;
};

/* The newest block's intervals, oldest first; returns how many. */
static unsigned read_recorder(struct recorded *intervals, unsigned most)
{
	static uint8_t block[4096];
	uint8_t actual[16], state[16];

	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL_FATAL(metered_lab_table(&lab, 61, actual, sizeof(actual)), 13);
	CU_ASSERT_EQUAL_FATAL(actual[11], CHANNELS);
	CU_ASSERT_EQUAL_FATAL(actual[12], 15);
	CU_ASSERT_EQUAL_FATAL(metered_lab_table(&lab, 63, state, sizeof(state)), 13);
	unsigned head = 5 + CHANNELS * 6, size = CHANNELS / 2 + 1 + CHANNELS * 2;
	unsigned block_bytes = head + metered_lab_word(actual + 9) * size;
	unsigned count = metered_lab_word(state + 11);
	CU_ASSERT_FATAL(count <= most && head + count * size <= sizeof(block));
	metered_lab_part(&lab, 64, metered_lab_word(state + 3) * block_bytes,
			 (uint16_t)(head + count * size), block);
	metered_lab_log_off(&lab);
	uint8_t end[6] = {0};
	memcpy(end, block, 5);
	for (unsigned i = 0; i < count; i++) {
		const uint8_t *bytes = block + head + i * size;

		intervals[i] = (struct recorded){
			.end = metered_lab_seconds(end) - (count - 1 - i) * QUARTER,
			.flags = bytes[0] >> 4,
			.status = bytes[0] & 15,
			.counts = metered_lab_word(bytes + CHANNELS / 2 + 1),
		};
	}
	return count;
}

/* True energy between two instants of the laboratory, in counts. */
static double counts_between(double from, double to)
{
	struct instant start = {0};

	return world_total_joules(virtual_lab_world(lab.lab), instant_after(start, from),
				  instant_after(start, to)) /
	       3600 / KT_WATT_HOURS;
}

static void wait_until_clock(double ahead, double hours)
{
	static const uint8_t noon[] = {26, 1, 5, 12, 0, 0};
	double at = metered_lab_seconds(noon) + hours * 3600 - ahead;

	metered_lab_wait(&lab, at - metered_lab_now(&lab));
}

/* How late an interval may end, on the meter's clock set to 0.05 s and on the registers' window of
 * 67 ms, with the load of the test. */
#define LATE_COUNTS (0.15 * 14400 / 3600 / KT_WATT_HOURS)

/* 12:18 to 12:20 within an interval, 13:05 to 13:50 over several; the first is short because the
 * clock was set when it had begun. */
static void intervals_carry_the_outage_and_all_of_the_energy(void)
{
	static const struct {
		unsigned flags, status;
	} expected[] = {{FORWARD, PARTIAL},
			{POWER_FAIL, PARTIAL},
			{0, 0},
			{0, 0},
			{POWER_FAIL, PARTIAL},
			{0, SKIPPED},
			{0, SKIPPED},
			{POWER_FAIL, PARTIAL},
			{0, 0}};
	static const uint8_t first_end[] = {26, 1, 5, 12, 15, 0};
	struct virtual_lab_options options = perfect_parts();
	struct recorded intervals[16];

	metered_lab_begin(&lab, &options);
	metered_lab_start(&lab);
	double ahead = metered_lab_set_clock(&lab);
	metered_lab_wait(&lab, 2); /* until the recorder has seen it */
	metered_lab_apply(&lab, LOAD);
	wait_until_clock(ahead, 18 / 60.0);
	metered_lab_off(&lab);
	wait_until_clock(ahead, 20 / 60.0);
	metered_lab_start(&lab);
	metered_lab_apply(&lab, LOAD);
	wait_until_clock(ahead, 1 + 5 / 60.0);
	metered_lab_off(&lab);
	wait_until_clock(ahead, 1 + 50 / 60.0);
	metered_lab_start(&lab);
	metered_lab_apply(&lab, LOAD);
	wait_until_clock(ahead, 2 + 20 / 60.0);
	unsigned count = read_recorder(intervals, 16);
	double sum = 0, truth = 0;

	CU_ASSERT_EQUAL_FATAL(count, sizeof(expected) / sizeof(expected[0]));
	for (unsigned i = 0; i < count; i++) {
		double end = metered_lab_seconds(first_end) + i * QUARTER;
		double counts = counts_between(fmax(0, end - QUARTER - ahead), end - ahead);

		CU_ASSERT_EQUAL(intervals[i].end, end);
		CU_ASSERT_EQUAL(intervals[i].flags, expected[i].flags);
		CU_ASSERT_EQUAL(intervals[i].status, expected[i].status);
		CU_ASSERT_DOUBLE_EQUAL(intervals[i].counts, counts, 1 + LATE_COUNTS);
		sum += intervals[i].counts;
		truth += counts;
	}
	CU_ASSERT(sum > 11600);
	CU_ASSERT_DOUBLE_EQUAL(sum, truth, 1 + LATE_COUNTS);
	metered_lab_end(&lab);
}

const char *const suite_name = "outage_records";
const struct suite_case suite_cases[] = {
	CASE(the_log_has_the_outage_with_its_times),
	CASE(intervals_carry_the_outage_and_all_of_the_energy),
	CASES_END,
};
