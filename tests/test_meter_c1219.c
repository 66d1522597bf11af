/*
 * dut_firmware/interface: the tables agree with each other, read as a client reads them that knows
 * only C12.19
 */
#include <string.h>

#include "interface/c1219_store.h"
#include "tests/support/fake_meter.h"
#include "tests/support/stored_table.h"
#include "tests/support/suite.h"

#define TABLES 4096u

static struct meter meter;
static struct c1219_store store;

static void start(void)
{
	meter = fake_meter_class_200();
	c1219_store_init(&store, &meter);
}

struct table {
	uint8_t bytes[C1219_TABLE_BYTES];
	uint16_t length;
	enum c1218_response response;
};

static struct table table_of(unsigned int id)
{
	struct table table = {.length = 0};

	table.response = stored_table_read(&store, (uint16_t)id, table.bytes, &table.length);
	return table;
}

static bool bit_of(const uint8_t *set, unsigned int number)
{
	return ((unsigned int)set[number / 8] >> number % 8 & 1u) != 0;
}

static uint32_t number32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static int64_t number48(const uint8_t *bytes)
{
	uint64_t bits = number32(bytes) | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40;

	return (bits >> 47 & 1u) != 0 ? (int64_t)bits - ((int64_t)1 << 48) : (int64_t)bits;
}

/* ST0: where its sets begin, from its dimensions */
struct sets {
	unsigned int standard_octets;
	unsigned int manufacturer_octets;
	const uint8_t *standard_used;
	const uint8_t *manufacturer_used;
	const uint8_t *standard_procedures;
	const uint8_t *standard_written;
	const uint8_t *manufacturer_written;
};

static struct sets sets_of(const struct table *st0)
{
	const uint8_t *at = st0->bytes + 19;
	struct sets sets = {.standard_octets = st0->bytes[13],
			    .manufacturer_octets = st0->bytes[14]};

	sets.standard_used = at;
	sets.manufacturer_used = at += st0->bytes[13];
	sets.standard_procedures = at += st0->bytes[14];
	sets.standard_written = at += st0->bytes[15] + st0->bytes[16];
	sets.manufacturer_written = at += st0->bytes[13];
	return sets;
}

static bool is_in(const struct sets *sets, const uint8_t *standard, const uint8_t *manufacturer,
		  unsigned int id)
{
	unsigned int number = id % 2048;

	if (id < 2048) {
		return number < 8 * sets->standard_octets && bit_of(standard, number);
	}
	return number < 8 * sets->manufacturer_octets && bit_of(manufacturer, number);
}

static void st0_has_the_length_that_its_dimensions_give(void)
{
	start();

	struct table st0 = table_of(0);
	unsigned int expected =
		19u + 2u * st0.bytes[13] + 2u * st0.bytes[14] + st0.bytes[15] + st0.bytes[16];

	CU_ASSERT_EQUAL(st0.response, C1218_OK);
	CU_ASSERT_EQUAL(st0.length, expected);
}

static void st0_names_exactly_the_tables_that_answer(void)
{
	start();

	struct table st0 = table_of(0);
	struct sets sets = sets_of(&st0);
	unsigned int used = 0;

	for (unsigned int id = 0; id < TABLES; id++) {
		struct table table = table_of(id);
		bool is_used = is_in(&sets, sets.standard_used, sets.manufacturer_used, id);

		used += is_used ? 1 : 0;
		CU_ASSERT_EQUAL(is_used, table.response == C1218_OK || table.response == C1218_ISC);
		CU_ASSERT_EQUAL(!is_used, table.response == C1218_IAR);
	}
	CU_ASSERT_EQUAL(used, 39);
	CU_ASSERT_EQUAL(table_of(7).response, C1218_ISC);      /* write only */
	CU_ASSERT_EQUAL(table_of(0x1000).response, C1218_IAR); /* pending copy of ST0 */
}

/* Sets of both dimensions, STIME_DATE of five octets, a count, and no entry. */
static void nothing_is_pending_and_st4_says_so(void)
{
	start();

	struct table st0 = table_of(0);
	struct table st4 = table_of(4);

	CU_ASSERT_EQUAL(st0.bytes[18], 0); /* NBR_PENDING */
	CU_ASSERT_EQUAL(st4.length, st0.bytes[13] + st0.bytes[14] + 5u + 1u);
	for (unsigned int octet = 0; octet < st4.length; octet++) {
		CU_ASSERT_EQUAL(st4.bytes[octet], 0);
	}
}

static void st0_marks_exactly_the_tables_that_take_writes(void)
{
	start();

	struct table st0 = table_of(0);
	struct sets sets = sets_of(&st0);
	const uint8_t bytes[26] = {0};

	for (unsigned int id = 0; id < TABLES; id++) {
		struct c1219_write write = {
			.table = (uint16_t)id, .is_whole = true, .bytes = bytes, .count = 3};
		enum c1218_response response =
			c1219_write_check(&store, C1218_CLEARANCE_FACTORY, &write);
		bool is_written =
			is_in(&sets, sets.standard_written, sets.manufacturer_written, id);

		CU_ASSERT_EQUAL(is_written, response != C1218_IAR);
	}
	CU_ASSERT_TRUE(is_in(&sets, sets.standard_written, sets.manufacturer_written, 7));
	CU_ASSERT_TRUE(is_in(&sets, sets.standard_written, sets.manufacturer_written, 2048));
	CU_ASSERT_FALSE(is_in(&sets, sets.standard_written, sets.manufacturer_written, 5));
}

static void st0_names_exactly_the_procedures_that_are_known(void)
{
	start();

	struct table st0 = table_of(0);
	struct sets sets = sets_of(&st0);

	for (unsigned int number = 0; number < 2048; number++) {
		uint8_t bytes[3] = {(uint8_t)number, (uint8_t)(number >> 8), 1};
		struct c1219_write write = {
			.table = 7, .is_whole = true, .bytes = bytes, .count = 3};
		bool is_named =
			number < 8u * st0.bytes[15] && bit_of(sets.standard_procedures, number);
		enum c1218_response response = c1219_write(&store, &write);
		struct table st8 = table_of(8);
		bool is_unrecognised = response == C1218_OK && st8.bytes[3] == 6;

		CU_ASSERT_EQUAL(is_named, !is_unrecognised);
		CU_ASSERT_EQUAL(st8.length, 4);
	}
}

static void no_clearance_below_factory_opens_the_adjustment(void)
{
	const uint8_t bytes[26] = {0};
	struct c1219_write write = {.table = 2048, .is_whole = true, .bytes = bytes, .count = 26};

	CU_ASSERT_EQUAL(c1219_write_check(&store, C1218_CLEARANCE_DEFAULT, &write), C1218_ISC);
	CU_ASSERT_EQUAL(c1219_write_check(&store, C1218_CLEARANCE_READ, &write), C1218_ISC);
	CU_ASSERT_EQUAL(c1219_write_check(&store, C1218_CLEARANCE_FACTORY, &write), C1218_OK);
	write.is_whole = false;
	CU_ASSERT_EQUAL(c1219_write_check(&store, C1218_CLEARANCE_FACTORY, &write), C1218_ISC);
}

static unsigned int octets_of_format(unsigned int format)
{
	static const uint8_t octets[] = {8, 4, 12, 6, 4, 6, 4, 3, 4, 5, 6, 8, 8, 21};

	return octets[format];
}

/* ST23 by the dimensions and flags of ST21; without coincident values */
static unsigned int registers_length(const struct table *st21, unsigned int ni1, unsigned int ni2)
{
	unsigned int counter = st21->bytes[0] >> 2 & 1u;
	unsigned int cumulatives = (st21->bytes[0] >> 4 & 1u) + (st21->bytes[0] >> 5 & 1u);
	unsigned int time = 5u * (st21->bytes[0] >> 1 & 1u);
	unsigned int demand = st21->bytes[6] * (time + ni2) + cumulatives * ni1;

	CU_ASSERT_EQUAL(st21->bytes[5], 0);
	return counter + (1u + st21->bytes[7]) * (st21->bytes[3] * ni1 + st21->bytes[4] * demand);
}

static void sizes_of_sources_and_registers_agree(void)
{
	start();

	struct table st0 = table_of(0);
	struct table st11 = table_of(11);
	struct table st21 = table_of(21);
	unsigned int ni1 = octets_of_format(st0.bytes[2] & 0xF);
	unsigned int ni2 = octets_of_format((unsigned int)st0.bytes[2] >> 4);

	CU_ASSERT_EQUAL(st11.length, 8);
	CU_ASSERT_EQUAL(st21.length, 10);
	CU_ASSERT_EQUAL(table_of(12).length, 4u * st11.bytes[1]);
	CU_ASSERT_EQUAL(table_of(16).length, st11.bytes[7]);
	unsigned int demands = st21.bytes[4];
	unsigned int readings = registers_length(&st21, ni1, ni2);
	unsigned int dated = 5u + 1u; /* STIME_DATE, season */

	CU_ASSERT_EQUAL(st0.bytes[1] & 7u, 2); /* TM_FORMAT: STIME_DATE 5 octets, TIME 3 */
	CU_ASSERT_EQUAL(table_of(13).length, 4u + 2u * st11.bytes[2]);
	CU_ASSERT_EQUAL(table_of(22).length, st21.bytes[3] + demands + (demands + 7u) / 8u);
	CU_ASSERT_EQUAL(table_of(23).length, readings);
	CU_ASSERT_EQUAL(table_of(24).length, dated + readings);
	CU_ASSERT_EQUAL(table_of(25).length, dated + readings);
	CU_ASSERT_EQUAL(table_of(26).length, 6u + st21.bytes[2] * (2u + dated + readings));
	CU_ASSERT_EQUAL(table_of(27).length, st21.bytes[8] + st21.bytes[9]);
	CU_ASSERT_EQUAL(table_of(28).length, st21.bytes[8] * (3u + ni2) + st21.bytes[9] * ni1);
}

static void sizes_of_the_calendar_agree(void)
{
	start();

	struct table st51 = table_of(51);
	unsigned int seasons = st51.bytes[2] & 15u;
	unsigned int specials = (unsigned int)st51.bytes[2] >> 4;
	unsigned int entries = 2u + 1u; /* DATE or RDATE, action */
	unsigned int switches = st51.bytes[5] | (unsigned int)st51.bytes[6] << 8;

	CU_ASSERT_EQUAL(st51.length, 9);
	CU_ASSERT_EQUAL(st51.bytes[0] & 0x20, 0); /* no ANCHOR_DATE */
	CU_ASSERT_EQUAL(st51.bytes[1] & 0x06, 0); /* weekdays, summations not separate */
	CU_ASSERT(seasons >= 4 && specials >= 1);
	CU_ASSERT_EQUAL(table_of(54).length, (st51.bytes[3] + st51.bytes[4]) * entries +
						     switches * 3u + seasons * (3u + specials));
	CU_ASSERT_EQUAL(table_of(54).length, st51.bytes[7] | (unsigned int)st51.bytes[8] << 8);
	CU_ASSERT_EQUAL(table_of(52).length, 6 + 1);
	CU_ASSERT_EQUAL(table_of(55).length, 6 + 1 + 2);
	CU_ASSERT_EQUAL(table_of(56).length, 2 + 1);
}

/* Multiplier codes of ST12 as powers of ten. */
static int power_of(uint32_t unit)
{
	static const int powers[] = {0, 2, 3, 6, 9, -2, -3, -6};

	return powers[unit >> 11 & 7u];
}

/*
 * A quantity read through the selections: source `number` of ST12, with its id, quadrants, net and
 * segmentation.
 */
struct reading {
	uint32_t unit;
	int64_t amount;
};

static struct reading reading_of(unsigned int selection_table, unsigned int selection_offset,
				 unsigned int register_table, unsigned int register_offset,
				 unsigned int index)
{
	struct table selection = table_of(selection_table);
	struct table registers = table_of(register_table);
	struct table st12 = table_of(12);
	struct table st16 = table_of(16);
	unsigned int source = selection.bytes[selection_offset + index];

	CU_ASSERT_FATAL(source < st16.length);
	CU_ASSERT_EQUAL(st16.bytes[source],
			0x11); /* unit present, engineering units, nothing to apply */
	return (struct reading){number32(st12.bytes + 4 * source),
				number48(registers.bytes + register_offset + 6 * index)};
}

/* ST23 begins with the reset counter; ST27 and ST28 with two demands of 3 + 4 octets. */
static struct reading summation_of(unsigned int index)
{
	return reading_of(22, 0, 23, 1, index);
}

static struct reading present_value_of(unsigned int index)
{
	return reading_of(27, 2, 28, 2 * 7, index);
}

static void a_summation_times_its_multiplier_is_the_register(void)
{
	/* id 0, bulk, 10^-3; Q1+Q4, Q2+Q3, all with NET_FLOW: bits 14-17 and 18 */
	static const struct {
		uint32_t unit;
		int64_t milliwatt_hours;
	} rows[] = {
		{0x3000u | 0x24000u, 12345678900},
		{0x3000u | 0x18000u, 45600},
		{0x3000u | 0x3C000u | 0x40000u, 12345633300},
	};

	start();
	CU_ASSERT_EQUAL(table_of(0).bytes[2] & 0xF, 10); /* INT48 */
	for (unsigned int i = 0; i < 3; i++) {
		struct reading reading = summation_of(i);

		CU_ASSERT_EQUAL(reading.unit, rows[i].unit);
		CU_ASSERT_EQUAL(power_of(reading.unit), -3);
		CU_ASSERT_EQUAL(reading.amount, rows[i].milliwatt_hours);
	}
}

static void the_largest_reading_of_six_digits_fits(void)
{
	start();
	meter.quantities.delivered_counts = 999999999900; /* 999999.9999 kWh */
	meter.quantities.received_counts = 1999999999800;
	meter.quantities.net_counts = -999999999900;
	CU_ASSERT_EQUAL(summation_of(0).amount, 999999999900);
	CU_ASSERT_EQUAL(summation_of(2).amount, -999999999900);
}

static void a_present_value_times_its_multiplier_is_the_quantity(void)
{
	static const struct {
		unsigned int id;
		unsigned int segmentation;
		int power;
		int64_t amount;
	} rows[] = {
		{8, 5, -3, 120001},    {8, 6, -3, 119002},    {8, 7, -3, 120503},
		{12, 5, -6, 30000001}, {12, 6, -6, 29999002}, {12, 7, -6, 5003},
		{0, 0, -3, -10800004}, {33, 0, -3, 59998},    {1, 0, -3, -5678901},
		{3, 0, -3, 12201956},
	};

	start();
	CU_ASSERT_EQUAL(table_of(27).length, 2 + 10);
	for (unsigned int i = 0; i < 10; i++) {
		struct reading reading = present_value_of(i);

		CU_ASSERT_EQUAL(reading.unit & 0xFF, rows[i].id);
		CU_ASSERT_EQUAL(reading.unit >> 8 & 7, 1); /* instantaneous */
		CU_ASSERT_EQUAL(reading.unit >> 19 & 7, rows[i].segmentation);
		CU_ASSERT_EQUAL(power_of(reading.unit), rows[i].power);
		CU_ASSERT_EQUAL(reading.amount, rows[i].amount);
	}
}

static void the_nameplate_is_in_blank_padded_text(void)
{
	start();

	struct table st1 = table_of(1);
	struct table st2 = table_of(2);
	struct table st5 = table_of(5);

	CU_ASSERT_EQUAL(st1.length, 32);
	CU_ASSERT_EQUAL(memcmp(st1.bytes, "MCB AXR     ", 12), 0);
	CU_ASSERT_EQUAL(st1.bytes[14], 5);
	CU_ASSERT_EQUAL(st1.bytes[15], 34);
	CU_ASSERT_EQUAL(memcmp(st1.bytes + 16, "00000042        ", 16), 0);
	CU_ASSERT_EQUAL(st2.length, 33);
	CU_ASSERT_EQUAL(memcmp(st2.bytes, "21.6  1.8   ", 12), 0);
	CU_ASSERT_EQUAL(memcmp(st2.bytes + 13, "16S  ", 5), 0);
	CU_ASSERT_EQUAL(st2.bytes[18], 5 | 3 << 3 | 1 << 6); /* 60 Hz, 3 elements, base S */
	CU_ASSERT_EQUAL(st2.bytes[19], 0);
	CU_ASSERT_EQUAL(memcmp(st2.bytes + 21, "200   30    ", 12), 0);
	CU_ASSERT_EQUAL(st5.length, 20);
	CU_ASSERT_EQUAL(memcmp(st5.bytes, "00000042            ", 20), 0);

	meter.nameplate.kh_hundredths = 5;
	meter.nameplate.test_amperes_hundredths = 250;
	st2 = table_of(2);
	CU_ASSERT_EQUAL(memcmp(st2.bytes, "0.05  ", 6), 0);
	CU_ASSERT_EQUAL(memcmp(st2.bytes + 27, "2.5   ", 6), 0);
}

static void the_status_bits_are_those_of_the_meter(void)
{
	start();
	meter.status = 0x0220;
	meter.losses = 3;

	struct table st3 = table_of(3);

	CU_ASSERT_EQUAL(st3.length, 4 + table_of(0).bytes[17]); /* DIM_MFG_STATUS_USED */
	CU_ASSERT_EQUAL(memcmp(st3.bytes, "\x01\x20\x02\x00\x03", 5), 0);
}

static void the_adjustment_reads_as_documented(void)
{
	static const uint8_t expected[26] = {
		0xFF, 0xFF, 0xFF, 0xFF, 0xFC, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 5,
		0,    0,    0,	  3,	0,    0,    0,	  6,	0, 0, 0, 7, 0,
	};

	start();

	struct table mt0 = table_of(2048);

	CU_ASSERT_EQUAL(mt0.length, 26);
	CU_ASSERT_EQUAL(memcmp(mt0.bytes, expected, 26), 0);
}

static void the_service_reads_as_documented(void)
{
	/* locked wye CBA 277 V, present 4-wire delta ABC 120 V, polarity and service, lags */
	static const uint8_t expected[22] = {1,	   2,	 0x15, 0x01, 2,	   1,	 120,  0,
					     0x81, 0,	 0,    0,    0xE1, 0x2E, 0xC2, 0x5D,
					     0xB8, 0x0B, 0xFF, 0xFF, 0x7B, 0x69};

	start();

	struct table mt1 = table_of(2049);

	CU_ASSERT_EQUAL(mt1.length, 22);
	CU_ASSERT_EQUAL(memcmp(mt1.bytes, expected, 22), 0);
}

const char *const suite_name = "meter_c1219";
const struct suite_case suite_cases[] = {
	CASE(st0_has_the_length_that_its_dimensions_give),
	CASE(st0_names_exactly_the_tables_that_answer),
	CASE(nothing_is_pending_and_st4_says_so),
	CASE(st0_marks_exactly_the_tables_that_take_writes),
	CASE(st0_names_exactly_the_procedures_that_are_known),
	CASE(no_clearance_below_factory_opens_the_adjustment),
	CASE(sizes_of_sources_and_registers_agree),
	CASE(sizes_of_the_calendar_agree),
	CASE(a_summation_times_its_multiplier_is_the_register),
	CASE(the_largest_reading_of_six_digits_fits),
	CASE(a_present_value_times_its_multiplier_is_the_quantity),
	CASE(the_nameplate_is_in_blank_padded_text),
	CASE(the_status_bits_are_those_of_the_meter),
	CASE(the_adjustment_reads_as_documented),
	CASE(the_service_reads_as_documented),
	CASES_END,
};
