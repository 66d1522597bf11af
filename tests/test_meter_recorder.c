/*
 * The pulse recorder against exact registers, read through ST61-64 as a client reads them that
 * knows only C12.19: every interval and every sum of intervals is right to less than one count.
 */
#include "interface/c1219_store.h"
#include "registers/load_profile.h"
#include "tests/support/fake_meter.h"
#include "tests/support/nor_flash.h"
#include "tests/support/stored_table.h"
#include "tests/support/suite.h"

#define SECTORS 128u
#define SECTOR_BYTES 4096u
#define FIRST_SECTOR 64u
#define K 1800
#define MINUTE 60u
#define DAY 86400u
#define START (9500u * DAY) /* 2026-01-04 */
#define CHANNELS 4u
#define MOST 7000u

enum { WHOLE, OVERFLOW, PARTIAL, LONG, SKIPPED, TEST };
enum { POWER_FAIL = 2, FORWARD = 4, BACK = 8 };

/* The world: what the registers hold and what the clock says. */
static struct nor_flash flash;
static struct board board;
static struct meter meter;
static struct c1219_store store;
static uint32_t now;
static int64_t delivered;
static int64_t received;
static uint32_t seed;
static uint32_t watts;
static bool is_reverse;

static uint32_t random_below(uint32_t limit)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)seed * limit >> 32);
}

static void power_up(void)
{
	nor_flash_power_up(&flash);
	load_profile_open(&meter.load_profile, &board, K, delivered, received);
}

static void start(void)
{
	board = nor_flash_board(&flash, SECTORS, SECTOR_BYTES);
	meter = fake_meter_class_200();
	c1219_store_init(&store, &meter);
	now = START;
	delivered = 123456789;
	received = 987654;
	seed = 7;
	watts = 36000;
	is_reverse = false;
	power_up();
}

/* One second of load: watts / 3600 mWh and a remainder that the world keeps. */
static void apply_second(void)
{
	static uint32_t joules;

	joules += watts;
	(is_reverse ? (received += joules * 10u / 36u) : (delivered += joules * 10u / 36u));
	joules -= joules * 10u / 36u * 36u / 10u;
}

static void run(uint32_t seconds)
{
	while (seconds-- > 0) {
		apply_second();
		now++;
		load_profile_second(&meter.load_profile, now, delivered, received);
	}
}

static void change_load(void)
{
	watts = random_below(8) == 0 ? 0 : random_below(166200);
	is_reverse = random_below(4) == 0;
}

static void run_changing(uint32_t seconds)
{
	while (seconds > 0) {
		uint32_t part = 1u + random_below(2000);

		part = part < seconds ? part : seconds;
		run(part);
		seconds -= part;
		change_load();
	}
}

/* The reader */

struct interval {
	uint32_t end;
	uint8_t flags;
	uint8_t status[CHANNELS];
	uint32_t counts[CHANNELS];
};

static struct interval intervals[MOST];
static uint32_t interval_count;

static uint32_t number(const uint8_t *bytes, uint32_t count)
{
	uint32_t sum = 0;

	while (count-- > 0) {
		sum = sum * 256u + bytes[count];
	}
	return sum;
}

static void read_part(uint16_t table, uint32_t offset, uint8_t *bytes, uint16_t count)
{
	CU_ASSERT_EQUAL_FATAL(c1219_read_part(&store, table, offset, bytes, count), C1218_OK);
}

/* STIME_DATE of TM_FORMAT 2 by counting days. */
static uint32_t seconds_of(const uint8_t *time)
{
	static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	uint32_t day = time[0] * 365u + (time[0] + 3u) / 4u;

	for (uint32_t month = 1; month < time[1]; month++) {
		day += days[month - 1] + (month == 2 && time[0] % 4 == 0 ? 1u : 0u);
	}
	return ((day + time[2] - 1u) * 24u + time[3]) * 3600u + time[4] * 60u;
}

static void parse_interval(const uint8_t *bytes, uint32_t end)
{
	struct interval *interval = &intervals[interval_count++];

	*interval = (struct interval){
		.end = end,
		.flags = bytes[0] >> 4,
		.status = {bytes[0] & 15, bytes[1] >> 4, bytes[1] & 15, bytes[2] >> 4},
	};
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		interval->counts[channel] = number(bytes + 3 + 2 * channel, 2);
	}
}

/* All intervals, oldest first; the times of one block must count up to its end. */
static void read_all(void)
{
	static uint8_t block[5 + 24 + 96 * 11];
	uint8_t st61[13];
	uint8_t st63[13];

	read_part(61, 0, st61, 13);
	read_part(63, 0, st63, 13);
	uint32_t blocks = number(st61 + 7, 2);
	uint32_t size = 5u + 24u + number(st61 + 9, 2) * 11u;
	uint32_t valid = number(st63 + 1, 2);
	uint32_t last = number(st63 + 3, 2);
	uint32_t length = st61[12] * MINUTE;

	CU_ASSERT_EQUAL_FATAL(size, sizeof(block));
	CU_ASSERT_EQUAL(number(st61, 4), blocks * size);
	interval_count = 0;
	for (uint32_t age = valid; age-- > 0;) {
		uint32_t count = age == 0 ? number(st63 + 11, 2) : number(st61 + 9, 2);
		uint32_t element = (last + blocks - age) % blocks;

		read_part(64, element * size, block, 600);
		read_part(64, element * size + 600, block + 600, (uint16_t)(size - 600));
		for (uint32_t i = 0; i < count; i++) {
			parse_interval(block + 29 + 11 * i,
				       seconds_of(block) - (count - 1 - i) * length);
		}
	}
}

/* References */

static struct {
	uint32_t end;
	int64_t energy[CHANNELS];
} references[MOST];
static uint32_t reference_count;

/* Runs whole intervals and keeps the energy of each channel in each. */
static void run_intervals(uint32_t count, uint32_t length)
{
	while (count-- > 0) {
		int64_t before_delivered = delivered;
		int64_t before_received = received;

		run_changing(length - now % length);
		int64_t out = delivered - before_delivered;
		int64_t in = received - before_received;

		references[reference_count].end = now;
		references[reference_count].energy[0] = out;
		references[reference_count].energy[1] = in;
		references[reference_count].energy[2] = out + in;
		references[reference_count].energy[3] = out > in ? out - in : in - out;
		reference_count++;
	}
}

/* The newest `count` intervals against the newest references; sums of any length by the spread of
 * the running difference. */
static void check_against_references(uint32_t count)
{
	CU_ASSERT_FATAL(interval_count >= count && reference_count >= count);
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		int64_t difference = 0;
		int64_t least = 0;
		int64_t most = 0;

		for (uint32_t i = 0; i < count; i++) {
			const struct interval *interval = &intervals[interval_count - count + i];
			uint32_t at = reference_count - count + i;
			int64_t error = (int64_t)interval->counts[channel] * K -
					references[at].energy[channel];

			CU_ASSERT_EQUAL(interval->end, references[at].end);
			CU_ASSERT(error < K && error > -K);
			difference += error;
			least = difference < least ? difference : least;
			most = difference > most ? difference : most;
		}
		CU_ASSERT(most - least < K);
	}
}

static void every_interval_and_every_sum_is_right_to_one_count(void)
{
	start();
	reference_count = 0;
	run_intervals(40u * 96u + 17u, 15u * MINUTE);
	read_all();
	CU_ASSERT(interval_count >= 28u * 96u);
	check_against_references(40u * 96u);
	for (uint32_t i = 1; i < interval_count; i++) {
		CU_ASSERT_EQUAL(intervals[i].flags, 0);
		CU_ASSERT(memcmp(intervals[i].status, "\0\0\0\0", 4) == 0);
	}
}

/* Status of a partial interval and the skipped ones after it; energy of an outage is none. */
static void an_outage_marks_its_intervals_and_loses_no_residue(void)
{
	int64_t energy;
	int64_t counted = 0;

	start();
	run(3600u + 100u); /* 100 s into the fifth interval */
	energy = delivered - 123456789;
	now += 40u * MINUTE; /* until 100 s + 40 min: into the seventh */
	power_up();
	run(3600);
	read_all();
	CU_ASSERT_EQUAL(interval_count, 10);
	CU_ASSERT_EQUAL(intervals[4].flags, POWER_FAIL);
	CU_ASSERT_EQUAL(intervals[4].status[0], PARTIAL);
	CU_ASSERT(intervals[4].counts[0] * K + K > 36000 * 100 / 36 * 10);
	CU_ASSERT_EQUAL(intervals[5].status[0], SKIPPED);
	CU_ASSERT_EQUAL(intervals[5].counts[0], 0);
	CU_ASSERT_EQUAL(intervals[6].flags, POWER_FAIL);
	CU_ASSERT_EQUAL(intervals[6].status[3], PARTIAL);
	CU_ASSERT_EQUAL(intervals[7].flags, 0);
	CU_ASSERT_EQUAL(intervals[7].status[0], WHOLE);
	for (uint32_t i = 0; i < 5; i++) {
		counted += intervals[i].counts[0] * (int64_t)K;
	}
	CU_ASSERT(counted - energy < K && energy - counted < K);

	/* a short one stays within its interval */
	now += 30;
	power_up();
	run(900);
	read_all();
	CU_ASSERT_EQUAL(intervals[10].flags, POWER_FAIL);
	CU_ASSERT_EQUAL(intervals[10].status[0], PARTIAL);
	CU_ASSERT_EQUAL(interval_count, 11);
}

static void any_number_of_outages_keeps_the_sum(void)
{
	int64_t counted = 0;

	start();
	int64_t first = delivered;

	for (uint32_t outage = 0; outage < 300; outage++) {
		run_changing(1u + random_below(3000));
		now += random_below(4) == 0 ? random_below(DAY) : random_below(100);
		power_up();
	}
	run(900u - now % 900u);
	read_all();
	for (uint32_t i = 0; i < interval_count; i++) {
		counted += intervals[i].counts[0] * (int64_t)K;
		CU_ASSERT(i == 0 || intervals[i].end > intervals[i - 1].end);
	}
	CU_ASSERT(load_profile_valid_blocks(&meter.load_profile) < 64); /* nothing dropped yet */
	CU_ASSERT(counted - (delivered - first) < K && delivered - first - counted < K);
	CU_ASSERT_EQUAL(flash.programs_of_granule, 1);
}

/* 166.2 kW in 60 min are 166 200 counts of 1 Wh. */
static void a_count_beyond_16_bits_is_flagged(void)
{
	const uint8_t one_hour = 60;
	uint8_t st61[13];
	uint8_t st62[29];

	start();
	run(1);
	read_part(61, 0, st61, 13);
	read_part(62, 0, st62, 29);
	st61[12] = one_hour;
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		st62[21 + 2 * channel] = 1000 & 0xFF;
		st62[22 + 2 * channel] = 1000 >> 8;
	}
	struct c1219_write write = {.table = 61, .is_whole = true, .bytes = st61, .count = 13};

	CU_ASSERT_EQUAL(c1219_write(&store, &write), C1218_OK);
	write = (struct c1219_write){.table = 62, .is_whole = true, .bytes = st62, .count = 29};
	CU_ASSERT_EQUAL(c1219_write(&store, &write), C1218_OK);
	watts = 65000;
	run(3600u - now % 3600u);
	run(3600);
	watts = 166200;
	run(3600);
	watts = 65000;
	run(3600);
	read_all();
	CU_ASSERT_EQUAL(interval_count, 4);
	CU_ASSERT_EQUAL(intervals[0].status[0], PARTIAL); /* since the change */
	CU_ASSERT_EQUAL(intervals[1].status[0], WHOLE);
	CU_ASSERT(intervals[1].counts[0] >= 64999 && intervals[1].counts[0] <= 65001);
	CU_ASSERT_EQUAL(intervals[2].status[0], OVERFLOW);
	CU_ASSERT_EQUAL(intervals[2].counts[0], 65535);
	CU_ASSERT_EQUAL(intervals[2].status[1], WHOLE); /* nothing received */
	CU_ASSERT_EQUAL(intervals[3].status[0], WHOLE);
}

static void set_minutes(uint8_t minutes)
{
	struct load_profile_setup setup = meter.load_profile.setup;

	setup.interval_minutes = minutes;
	CU_ASSERT(load_profile_change(&meter.load_profile, &setup));
}

static void the_ring_keeps_the_newest_63_blocks_and_wears_all_alike(void)
{
	start();
	run(1);
	set_minutes(1);
	run(MINUTE - now % MINUTE);
	reference_count = 0;
	run_intervals(3u * 96u, MINUTE);
	CU_ASSERT_FALSE(load_profile_overflowed(&meter.load_profile, 0));
	reference_count = 0;
	for (uint32_t round = 0; round < 3; round++) {
		reference_count = 0;
		run_intervals(63u * 96u, MINUTE);
	}
	CU_ASSERT(load_profile_overflowed(&meter.load_profile, 0));
	read_all();
	CU_ASSERT(interval_count >= 63u * 96u);
	check_against_references(62u * 96u);
	load_profile_open(&meter.load_profile, &board, K, delivered, received);
	read_all();
	check_against_references(62u * 96u);
	for (uint32_t sector = 0; sector < SECTORS; sector++) {
		bool is_ours = sector >= FIRST_SECTOR;

		CU_ASSERT(is_ours ? flash.erases[sector] >= 3 && flash.erases[sector] <= 4
				  : flash.erases[sector] == 0);
	}
	CU_ASSERT_EQUAL(flash.programs_of_granule, 1);
}

/* Each operation around the change of the block is cut, in every partial way. Whatever was torn,
 * the energy turns up once. */
static void a_power_cut_at_any_operation_tears_no_interval_and_loses_no_energy(void)
{
	static struct nor_flash before;
	static struct load_profile profile_before;

	start();
	run(1);
	set_minutes(1);
	run(MINUTE - now % MINUTE);
	watts = 90000;
	run(66u * 96u * MINUTE - 3u * MINUTE); /* every sector was used */
	int64_t first = delivered;
	uint32_t first_end = now;

	before = flash;
	profile_before = meter.load_profile;
	for (int cut = 1; cut <= 9; cut++) {
		for (int part = 0; part < NOR_FLASH_CUT_PARTS; part++) {
			int64_t counted = 0;
			bool has_hole = false;

			flash = before;
			meter.load_profile = profile_before;
			delivered = first;
			now = first_end;
			flash.cut_at = flash.operations + cut;
			flash.cut_part = part;
			while (!flash.is_dead) {
				run(1);
			}
			now += 5;
			power_up();
			read_all();
			for (uint32_t i = 0; i < interval_count; i++) {
				has_hole = has_hole || intervals[i].status[0] == SKIPPED;
			}
			CU_ASSERT_FALSE(has_hole); /* a half erased block is not shown */
			run(10u * MINUTE - now % MINUTE);
			read_all();
			CU_ASSERT_FATAL(interval_count > 60u * 96u);
			for (uint32_t i = 0; i < interval_count; i++) {
				has_hole = has_hole || intervals[i].status[0] == SKIPPED;
			}
			CU_ASSERT_FALSE(has_hole);
			for (uint32_t i = interval_count - 30u; i < interval_count; i++) {
				CU_ASSERT(intervals[i].end - intervals[i - 1].end == MINUTE);
				counted +=
					intervals[i].end > first_end ? intervals[i].counts[0] : 0;
			}
			CU_ASSERT(counted * K - (delivered - first) < K);
			CU_ASSERT(delivered - first - counted * K < K);
		}
	}
}

static void a_changed_clock_is_flagged_and_keeps_the_sum(void)
{
	int64_t counted = 0;

	start();
	int64_t first = delivered;

	run(3600u + 300u);
	now += 120; /* forward within the interval: short */
	run(900u - now % 900u);
	run(300);
	now -= 120; /* back within the interval: long */
	run(900u - now % 900u);
	now -= 60; /* back over a boundary: the new one is long */
	run(60u + 900u);
	now += 7200u; /* forward by hours: skipped ones */
	run(900u - now % 900u);
	now -= DAY; /* back by a day: another block */
	run(900u - now % 900u + 900u);
	read_all();
	CU_ASSERT_EQUAL(intervals[4].flags, FORWARD);
	CU_ASSERT_EQUAL(intervals[4].status[0], PARTIAL);
	CU_ASSERT_EQUAL(intervals[5].flags, BACK);
	CU_ASSERT_EQUAL(intervals[5].status[0], LONG);
	CU_ASSERT_EQUAL(intervals[6].flags, BACK);
	CU_ASSERT_EQUAL(intervals[6].status[0], LONG);
	CU_ASSERT_EQUAL(intervals[7].flags, FORWARD);
	CU_ASSERT_EQUAL(intervals[7].status[0], PARTIAL);
	CU_ASSERT_EQUAL(intervals[8].status[0], SKIPPED);
	CU_ASSERT_EQUAL(intervals[interval_count - 1].end, now);
	CU_ASSERT_EQUAL(intervals[interval_count - 1].status[0], WHOLE);
	CU_ASSERT_EQUAL(load_profile_valid_blocks(&meter.load_profile), 2);
	for (uint32_t i = 0; i < interval_count; i++) {
		counted += intervals[i].counts[0] * (int64_t)K;
	}
	CU_ASSERT(counted - (delivered - first) < K && delivered - first - counted < K);
}

static void intervals_with_test_mode_are_marked(void)
{
	start();
	run(1800);
	load_profile_set_test(&meter.load_profile, true);
	run(10);
	load_profile_set_test(&meter.load_profile, false);
	run(1790);
	read_all();
	CU_ASSERT_EQUAL(interval_count, 4);
	CU_ASSERT_EQUAL(intervals[1].status[0], WHOLE);
	CU_ASSERT_EQUAL(intervals[2].status[0], TEST);
	CU_ASSERT_EQUAL(intervals[3].status[0], WHOLE);
}

static void a_block_ends_with_the_registers_of_its_channels(void)
{
	uint8_t head[29];

	start();
	run(1800);
	read_part(64, load_profile_valid_blocks(&meter.load_profile) % 64u * (29u + 96u * 11u),
		  head, 29);
	CU_ASSERT_EQUAL(number(head + 5, 4), (uint32_t)delivered);
	CU_ASSERT_EQUAL(number(head + 11, 4), (uint32_t)received);
	CU_ASSERT_EQUAL(number(head + 17, 4), (uint32_t)(delivered + received));
}

static void a_setup_that_cannot_be_recorded_is_refused(void)
{
	uint8_t st61[13];
	uint8_t st62[29];

	start();
	run(1);
	read_part(61, 0, st61, 13);
	read_part(62, 0, st62, 29);
	struct c1219_write interval = {.table = 61, .is_whole = true, .bytes = st61, .count = 13};
	struct c1219_write channels = {.table = 62, .is_whole = true, .bytes = st62, .count = 29};

	st61[12] = 7; /* does not divide an hour */
	CU_ASSERT_EQUAL(c1219_write(&store, &interval), C1218_ONP);
	st61[12] = 0;
	CU_ASSERT_EQUAL(c1219_write(&store, &interval), C1218_ONP);
	st61[12] = 30;
	st61[7]++; /* number of blocks */
	CU_ASSERT_EQUAL(c1219_write(&store, &interval), C1218_ONP);
	st62[21] = st62[22] = 0; /* divisor 0 */
	CU_ASSERT_EQUAL(c1219_write(&store, &channels), C1218_ONP);
	read_part(62, 0, st62, 29);
	st62[1] = 5; /* amperes */
	CU_ASSERT_EQUAL(c1219_write(&store, &channels), C1218_ONP);
	st62[1] = st62[2] = 1; /* the first channel received, as the second */
	CU_ASSERT_EQUAL(c1219_write(&store, &channels), C1218_OK);
	CU_ASSERT_EQUAL(c1219_write_check(&store, C1218_CLEARANCE_OPERATE, &channels), C1218_ISC);
	is_reverse = true;
	run(1800);
	read_all();
	CU_ASSERT(intervals[1].counts[0] > 0);
	CU_ASSERT_EQUAL(intervals[1].counts[0], intervals[1].counts[1]);
}

static void the_setup_survives_power_up(void)
{
	start();
	run(1);
	set_minutes(5);
	run(900);
	power_up();
	CU_ASSERT_EQUAL(meter.load_profile.setup.interval_minutes, 5);
	run(300);
	read_all();
	CU_ASSERT_EQUAL(interval_count, 4);
}

static void unread_blocks_follow_the_pointer(void)
{
	struct load_profile *profile = &meter.load_profile;

	start();
	run(2u * DAY + 900u);
	CU_ASSERT_EQUAL(load_profile_unread_blocks(profile, 0), 3);
	uint32_t read = load_profile_mark_read(profile);

	CU_ASSERT_EQUAL(load_profile_unread_blocks(profile, read), 0);
	run(900);
	CU_ASSERT_EQUAL(load_profile_unread_blocks(profile, read), 1); /* it has grown */
	run(DAY);
	CU_ASSERT_EQUAL(load_profile_unread_blocks(profile, read), 2);
	CU_ASSERT_FALSE(load_profile_overflowed(profile, read));
}

static void a_meter_without_recorder_has_none_of_its_tables(void)
{
	uint8_t st0[64];
	uint16_t length;

	start();
	meter.load_profile = (struct load_profile){.board = NULL};
	CU_ASSERT_EQUAL(stored_table_read(&store, 0, st0, &length), C1218_OK);
	for (uint16_t table = 60; table < 68; table++) {
		uint8_t bytes[C1219_TABLE_BYTES];

		CU_ASSERT_EQUAL(stored_table_read(&store, table, bytes, &length), C1218_IAR);
		CU_ASSERT_EQUAL(st0[19 + table / 8] & 1u << table % 8, 0);
	}
	load_profile_second(&meter.load_profile, now, delivered, received);
	CU_ASSERT_EQUAL(flash.operations, 0);
}

const char *const suite_name = "meter_recorder";
const struct suite_case suite_cases[] = {
	CASE(every_interval_and_every_sum_is_right_to_one_count),
	CASE(an_outage_marks_its_intervals_and_loses_no_residue),
	CASE(any_number_of_outages_keeps_the_sum),
	CASE(a_count_beyond_16_bits_is_flagged),
	CASE(the_ring_keeps_the_newest_63_blocks_and_wears_all_alike),
	CASE(a_power_cut_at_any_operation_tears_no_interval_and_loses_no_energy),
	CASE(a_changed_clock_is_flagged_and_keeps_the_sum),
	CASE(intervals_with_test_mode_are_marked),
	CASE(a_block_ends_with_the_registers_of_its_channels),
	CASE(a_setup_that_cannot_be_recorded_is_refused),
	CASE(the_setup_survives_power_up),
	CASE(unread_blocks_follow_the_pointer),
	CASE(a_meter_without_recorder_has_none_of_its_tables),
	CASES_END,
};
