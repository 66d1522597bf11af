/* drivers/optical/c1219_tables; every expected value is worked out beside it from the layouts of
 * C12.19. */
#include "drivers/optical/c1219_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

static uint8_t bytes[4096];

static size_t table(const char *hex)
{
	return hex_bytes(hex, bytes, sizeof(bytes));
}

/*
 * 00: least significant first. 02: TM_FORMAT 2, full access only, ID characters, two's complement.
 * 8A: NI_FORMAT1 is the low nibble, INT48 (10), NI_FORMAT2 INT32 (8). Then "MCB ", electric, and
 * dimensions: 4 octets of standard tables, 1 of manufacturer's, 1 + 0 of procedures, 2 of
 * manufacturer status.
 */
#define GENERAL_FIXED "00 02 8A 4D434220 02 00 10 40 01 00 04 01 01 00 02 00"
/* used: 0,1,2,3,5 (2F), 11,12,15 (98), 16,21,22,23 (E1), 27,28 (18); MT0 (01); procedures 00; none
 * writable, MT0 is */
#define GENERAL_SETS "2F 98 E1 18 01 00 00000000 01"

static struct c1219_general general;

static void take_general(void)
{
	CU_ASSERT_EQUAL_FATAL(
		c1219_decode_general(bytes, table(GENERAL_FIXED GENERAL_SETS), &general),
		STATUS_OK);
}

static void st0_is_decoded(void)
{
	static const int used[] = {0, 1, 2, 3, 5, 11, 12, 15, 16, 21, 22, 23, 27, 28, 2048};
	size_t next = 0;

	take_general();
	CU_ASSERT_STRING_EQUAL(general.manufacturer, "MCB");
	CU_ASSERT_EQUAL(general.nameplate_type, 2);
	CU_ASSERT_EQUAL(general.standard_version, 1);
	CU_ASSERT(!general.coding.is_msb_first);
	CU_ASSERT_EQUAL(general.time_format, 2);
	CU_ASSERT_EQUAL(general.format_1, 10);
	CU_ASSERT_EQUAL(general.format_2, 8);
	CU_ASSERT_EQUAL(general.manufacturer_status_octets, 2);
	for (int i = 0; i < 4096; i++) {
		bool is_used = next < sizeof(used) / sizeof(used[0]) && used[next] == i;

		CU_ASSERT_EQUAL(c1219_has_table(&general, i), is_used);
		next += is_used;
	}
}

static void st0_of_another_length_than_its_dimensions_is_refused(void)
{
	size_t length = table(GENERAL_FIXED GENERAL_SETS);

	CU_ASSERT_EQUAL(length, 19 + 2 * (4 + 1) + 1);
	for (size_t i = 0; i < length; i++) {
		CU_ASSERT_EQUAL(c1219_decode_general(bytes, i, &general), STATUS_PROTOCOL);
	}
	CU_ASSERT_STRING_EQUAL(status_reason(), "ST0 is 29 bytes long; its dimensions make 30");
	CU_ASSERT_EQUAL(c1219_decode_general(bytes, length + 1, &general), STATUS_PROTOCOL);
	CU_ASSERT_EQUAL(c1219_decode_general(bytes, 10, &general), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "ST0 is 10 bytes long; it has at least 19");
}

static void st0_with_formats_that_do_not_exist_is_refused(void)
{
	size_t length = table(GENERAL_FIXED GENERAL_SETS);

	bytes[1] = 5;
	CU_ASSERT_EQUAL(c1219_decode_general(bytes, length, &general), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "ST0 names TM_FORMAT 5, which does not exist");
	bytes[1] = 0xC2;
	CU_ASSERT_EQUAL(c1219_decode_general(bytes, length, &general), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "ST0 names INT_FORMAT 3, which does not exist");
}

static void a_table_without_sets_in_st0_is_unused(void)
{
	CU_ASSERT_EQUAL(
		c1219_decode_general(bytes,
				     table("00 02 8A 4D434220 02 00 10 40 01 00 00 00 00 00 00 00"),
				     &general),
		STATUS_OK);
	CU_ASSERT(!c1219_has_table(&general, 0));
	CU_ASSERT(!c1219_has_table(&general, 2048));
}

static void st1_and_st5_are_texts_or_bcd(void)
{
	struct c1219_manufacturer maker;
	struct c1219_identification identification;

	take_general();
	size_t length =
		table("4D434220 4158522020202020 01 02 03 04 30303132333435362020202020202020");

	CU_ASSERT_EQUAL(c1219_decode_manufacturer(&general, bytes, length, &maker), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(maker.manufacturer, "MCB");
	CU_ASSERT_STRING_EQUAL(maker.model, "AXR");
	CU_ASSERT_STRING_EQUAL(maker.serial, "00123456");
	CU_ASSERT_EQUAL(maker.hardware_version, 1);
	CU_ASSERT_EQUAL(maker.hardware_revision, 2);
	CU_ASSERT_EQUAL(maker.firmware_version, 3);
	CU_ASSERT_EQUAL(maker.firmware_revision, 4);
	CU_ASSERT_EQUAL(c1219_decode_manufacturer(&general, bytes, 24, &maker), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "ST1 is 24 bytes long; its dimensions make 32");
	general.has_bcd_identity = true;
	length = table("4D434220 4158522020202020 01 02 03 04 0000000000123456");
	CU_ASSERT_EQUAL(c1219_decode_manufacturer(&general, bytes, length, &maker), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(maker.serial, "0000000000123456");
	length = table("00000000000000000042");
	CU_ASSERT_EQUAL(c1219_decode_identification(&general, bytes, length, &identification),
			STATUS_OK);
	CU_ASSERT_STRING_EQUAL(identification.device_id, "00000000000000000042");
	general.has_bcd_identity = false;
	CU_ASSERT_EQUAL(c1219_decode_identification(&general, bytes, length, &identification),
			STATUS_PROTOCOL);
	memcpy(bytes, "DEVICE-42           ", 20);
	CU_ASSERT_EQUAL(c1219_decode_identification(&general, bytes, 20, &identification),
			STATUS_OK);
	CU_ASSERT_STRING_EQUAL(identification.device_id, "DEVICE-42");
}

static void st2_and_st3_are_decoded(void)
{
	struct c1219_nameplate nameplate;
	struct c1219_mode mode;
	double value;

	take_general();
	/* "21.6  " "1.8   " 1 "16S  " FREQ 5, 3 elements: 5 + 3*8 = 1Dh; volts 13h; "200   " "30 "
	 */
	size_t length =
		table("32312E362020 312E38202020 01 3136532020 1D00 13 323030202020 333020202020");

	CU_ASSERT_EQUAL(length, 33);
	CU_ASSERT_EQUAL(c1219_decode_nameplate(&general, bytes, length, &nameplate), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(nameplate.kh, "21.6");
	CU_ASSERT_STRING_EQUAL(nameplate.kt, "1.8");
	CU_ASSERT_STRING_EQUAL(nameplate.form, "16S");
	CU_ASSERT_EQUAL(nameplate.elements, 0x1D);
	CU_ASSERT_STRING_EQUAL(nameplate.class_amperes, "200");
	CU_ASSERT_STRING_EQUAL(nameplate.test_amperes, "30");
	CU_ASSERT_EQUAL(c1219_decimal_text("E_KH", nameplate.kh, &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 21.6);
	/* mode 0, STD_STATUS1 bits 0 and 11: 0801h, STD_STATUS2 00, two octets of the maker */
	CU_ASSERT_EQUAL(c1219_decode_mode(&general, bytes, table("00 0108 00 AABB"), &mode),
			STATUS_OK);
	CU_ASSERT_EQUAL(mode.status_1, 0x0801);
	CU_ASSERT_EQUAL(c1219_decode_mode(&general, bytes, 4, &mode), STATUS_PROTOCOL);
}

static void text_that_is_no_decimal_number_is_refused(void)
{
	static const char *const wrong[] = {"", ".", "1.2.3", "12a", "-3", "1 2", "nan"};
	double value;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL(c1219_decimal_text("E_KH of ST2", wrong[i], &value),
				STATUS_PROTOCOL);
	}
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "E_KH of ST2 is \"nan\", which is not a decimal number");
	CU_ASSERT_EQUAL(c1219_decimal_text("E_KH", " .25", &value), STATUS_OK);
	CU_ASSERT_EQUAL(value, 0.25);
}

static const struct number_case {
	unsigned format;
	const char *msb_first;
	int64_t integer;
	int decimals;
	double real;
} number_cases[] = {
	{0, "C0590000 00000000", 0, 0, -100.0}, /* -1.5625 * 2^6 */
	{1, "42F60000", 0, 0, 123.0},		/* 1.921875 * 2^6 */
	{4, "0001E240", 123456, 4, 12.3456},
	{4, "FFFFFFFF", -1, 4, -0.0001},
	{7, "800000", -8388608, 0, -8388608.0},
	{7, "7FFFFF", 8388607, 0, 8388607.0},
	{8, "FFFFFFFE", -2, 0, -2.0},
	{9, "0100000000", INT64_C(4294967296), 0, 4294967296.0},
	{9, "FF00000000", INT64_C(-4294967296), 0, -4294967296.0},
	{10, "7FFFFFFFFFFF", INT64_C(140737488355327), 0, 140737488355327.0}, /* 2^47 - 1 */
	{10, "FFFFFFFFFFFF", -1, 0, -1.0},
	{11, "8000000000000000", INT64_MIN, 0, -9223372036854775808.0},
	{11, "7FFFFFFFFFFFFFFF", INT64_MAX, 0, 9223372036854775807.0},
};

static void numbers_of_every_binary_format_read_alike_in_both_orders(void)
{
	take_general();
	for (size_t i = 0; i < sizeof(number_cases) / sizeof(number_cases[0]); i++) {
		const struct number_case *wanted = &number_cases[i];
		struct c1219_number number;
		uint8_t reversed[8];
		size_t size = table(wanted->msb_first);

		CU_ASSERT_EQUAL(c1219_number_size(wanted->format), size);
		for (size_t j = 0; j < size; j++) {
			reversed[j] = bytes[size - 1 - j];
		}
		for (int order = 0; order < 2; order++) {
			general.coding.is_msb_first = order;
			CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, wanted->format,
							    order ? bytes : reversed, &number),
					STATUS_OK);
			CU_ASSERT_EQUAL(number.integer, wanted->integer);
			CU_ASSERT_EQUAL(number.decimals, wanted->decimals);
			CU_ASSERT_EQUAL(c1219_number_real(&number), wanted->real);
		}
	}
}

static void bcd_keeps_the_high_digit_first_in_both_orders(void)
{
	struct c1219_number number;

	take_general();
	for (int order = 0; order < 2; order++) {
		general.coding.is_msb_first = order;
		table("1234567890123456");
		CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 6, bytes, &number), STATUS_OK);
		CU_ASSERT_EQUAL(number.integer, 12345678);
		CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 5, bytes, &number), STATUS_OK);
		CU_ASSERT_EQUAL(number.integer, INT64_C(123456789012));
		CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 12, bytes, &number),
				STATUS_OK);
		CU_ASSERT_EQUAL(number.integer, INT64_C(1234567890123456));
	}
	table("1A345678");
	CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 6, bytes, &number), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "a BCD number holds the octet 1Ah");
}

static void negative_integers_follow_the_integer_format(void)
{
	struct c1219_number number;

	take_general();
	general.coding.is_msb_first = true;
	general.coding.integer_format = 1; /* complement of each bit: FFFFFA = -(000005) */
	table("FFFFFA");
	CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 7, bytes, &number), STATUS_OK);
	CU_ASSERT_EQUAL(number.integer, -5);
	general.coding.integer_format = 2; /* sign and magnitude */
	table("800005");
	CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 7, bytes, &number), STATUS_OK);
	CU_ASSERT_EQUAL(number.integer, -5);
}

static void text_formats_and_numbers_that_are_none_are_refused(void)
{
	struct c1219_number number;

	take_general();
	for (unsigned format = 0; format < 16; format++) {
		bool is_text = format == 2 || format == 3 || format > 12;

		CU_ASSERT_EQUAL(c1219_number_size(format) == 0, is_text);
	}
	CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 13, bytes, &number), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "ST0 names number format 13; this client reads 0, 1 and 4 to 12");
	general.coding.is_msb_first = true;
	table("7F800000");
	CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 1, bytes, &number), STATUS_PROTOCOL);
	table("7FF8000000000000");
	CU_ASSERT_EQUAL(c1219_decode_number(&general.coding, 0, bytes, &number), STATUS_PROTOCOL);
}

/* SET1 present, 2 units, no demand control, data control 0 x 0, 1 constant, electric, 3 sources. */
#define SOURCES "20 02 00 00 00 01 02 03"

static struct c1219_sources sources;

static void take_sources(void)
{
	take_general();
	CU_ASSERT_EQUAL_FATAL(c1219_decode_sources(&general, bytes, table(SOURCES), &sources),
			      STATUS_OK);
}

static void st12_words_follow_the_data_order(void)
{
	struct c1219_units units;

	take_sources();
	CU_ASSERT_EQUAL(sources.unit_count, 2);
	CU_ASSERT_EQUAL(sources.source_count, 3);
	/* kWh delivered: id 0, time base 0, x10^3 (2 << 11 = 1000h), Q1 + Q4 (24000h) = 00025000h;
	 * V A-N x 10^-3 */
	size_t length = table("00 50 02 00  08 31 28 00");

	CU_ASSERT_EQUAL(c1219_decode_units(&general, &sources, bytes, length, &units), STATUS_OK);
	CU_ASSERT_EQUAL(units.count, 2);
	CU_ASSERT_EQUAL(units.word[0], 0x00025000);
	CU_ASSERT_EQUAL(units.word[0] & 0xFF, 0);
	CU_ASSERT_EQUAL(c1219_multiplier_exponent(units.word[0]), 3);
	CU_ASSERT_EQUAL(units.word[1] & 0xFF, 8);
	CU_ASSERT_EQUAL(c1219_multiplier_exponent(units.word[1]), -3);
	CU_ASSERT_EQUAL(c1219_decode_units(&general, &sources, bytes, 4, &units), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "ST12 is 4 bytes long; its dimensions make 8");
	CU_ASSERT_EQUAL(units.count, 0);
}

static void st15_holds_multiplier_offset_and_the_first_set(void)
{
	struct c1219_constants constants;

	take_sources();
	general.format_1 = 8;
	/* 7, offset -2, flags 1: applied, current ratio 40, voltage ratio 60 */
	size_t length = table("07000000 FEFFFFFF 01 28000000 3C000000");

	CU_ASSERT_EQUAL(c1219_decode_constants(&general, &sources, bytes, length, &constants),
			STATUS_OK);
	CU_ASSERT_EQUAL(constants.count, 1);
	CU_ASSERT_EQUAL(constants.constant[0].multiplier, 7);
	CU_ASSERT_EQUAL(constants.constant[0].offset, -2);
	CU_ASSERT(constants.constant[0].is_applied);
	CU_ASSERT_EQUAL(constants.constant[0].current_ratio, 40);
	CU_ASSERT_EQUAL(constants.constant[0].voltage_ratio, 60);
	sources.flags = 0x60; /* both sets: 8 + 9 + 9 octets */
	CU_ASSERT_EQUAL(c1219_decode_constants(&general, &sources, bytes, length, &constants),
			STATUS_PROTOCOL);
	CU_ASSERT_EQUAL(c1219_decode_constants(&general, &sources, bytes, 26, &constants),
			STATUS_OK);
	sources.constants_selector = 0;
	CU_ASSERT_EQUAL(c1219_decode_constants(&general, &sources, bytes, 26, &constants),
			STATUS_PROTOCOL);
}

static void entries_are_counted_over_the_sources_that_have_one(void)
{
	/* sources 0 and 2 have a unit, 1 and 2 a constant: source 2 uses unit 1 and constant 1 */
	struct c1219_source_flags flags;

	take_sources();
	CU_ASSERT_EQUAL(c1219_decode_source_flags(&sources, bytes, table("11 08 19"), &flags),
			STATUS_OK);
	CU_ASSERT_EQUAL(c1219_entry_of_source(&flags, 0, C1219_SOURCE_HAS_UNIT), 0);
	CU_ASSERT_EQUAL(c1219_entry_of_source(&flags, 2, C1219_SOURCE_HAS_UNIT), 1);
	CU_ASSERT_EQUAL(c1219_entry_of_source(&flags, 1, C1219_SOURCE_HAS_CONSTANT), 0);
	CU_ASSERT_EQUAL(c1219_entry_of_source(&flags, 2, C1219_SOURCE_HAS_CONSTANT), 1);
	CU_ASSERT_EQUAL(c1219_entry_of_source(&flags, 200, C1219_SOURCE_HAS_UNIT), 2);
	CU_ASSERT_EQUAL(c1219_decode_source_flags(&sources, bytes, 4, &flags), STATUS_PROTOCOL);
}

/*
 * Date/time of demands, reset counter, cumulative and continuous demand (02 + 04 + 10 + 20 = 36h);
 * 2 summations, 1 demand, 1 coincident, 2 occurrences, 1 tier, 1 present demand, 2 present values.
 */
#define REGISTERS "36 00 00 02 01 01 02 01 01 02"
/* 1 + 2 blocks of 2*6 + (2*(5+4) + 6 + 6) + 2*4 = 50: 101 octets */
#define ST23_LENGTH 101

static struct c1219_registers registers;

static void take_registers(void)
{
	take_general();
	CU_ASSERT_EQUAL_FATAL(c1219_decode_registers(&general, bytes, table(REGISTERS), &registers),
			      STATUS_OK);
}

static void st23_is_as_long_as_its_dimensions_and_begins_with_the_summations(void)
{
	static struct c1219_register_values values;

	take_registers();
	memset(bytes, 0xEE, sizeof(bytes));
	table("05 40E201000000 C0F1FFFFFFFF"); /* 5 resets, 123456, -3648 = -(0E40h) */
	CU_ASSERT_EQUAL(
		c1219_decode_register_values(&general, &registers, bytes, ST23_LENGTH, &values),
		STATUS_OK);
	CU_ASSERT_EQUAL(values.summation_count, 2);
	CU_ASSERT_EQUAL(values.summation[0].integer, 123456);
	CU_ASSERT_EQUAL(values.summation[1].integer, -3648);
	for (size_t length = 0; length < 2 * ST23_LENGTH; length++) {
		enum status status =
			c1219_decode_register_values(&general, &registers, bytes, length, &values);

		CU_ASSERT_EQUAL(status, length == ST23_LENGTH ? STATUS_OK : STATUS_PROTOCOL);
	}
}

static void st22_and_st27_select_sources(void)
{
	static struct c1219_register_selection selection;
	struct c1219_present_selection present;

	take_registers();
	/* 2 summations, 1 demand, min or max set, coincident and its demand: 6 octets */
	CU_ASSERT_EQUAL(c1219_decode_register_selection(&registers, bytes,
							table("04 07 02 01 03 00"), &selection),
			STATUS_OK);
	CU_ASSERT_EQUAL(selection.summation_count, 2);
	CU_ASSERT_EQUAL(selection.summation[0], 4);
	CU_ASSERT_EQUAL(selection.summation[1], 7);
	CU_ASSERT_EQUAL(c1219_decode_register_selection(&registers, bytes, 5, &selection),
			STATUS_PROTOCOL);
	CU_ASSERT_EQUAL(
		c1219_decode_present_selection(&registers, bytes, table("02 05 06"), &present),
		STATUS_OK);
	CU_ASSERT_EQUAL(present.value_count, 2);
	CU_ASSERT_EQUAL(present.value[1], 6);
	CU_ASSERT_EQUAL(c1219_decode_present_selection(&registers, bytes, 4, &present),
			STATUS_PROTOCOL);
}

static void st28_skips_the_present_demands(void)
{
	static struct c1219_present_values values;

	take_registers();
	/* one demand of 4 octets, then 120000 (1D4C0h) and -1 */
	CU_ASSERT_EQUAL(c1219_decode_present_values(&general, &registers, bytes,
						    table("11223344 C0D401000000 FFFFFFFFFFFF"),
						    &values),
			STATUS_OK);
	CU_ASSERT_EQUAL(values.value_count, 2);
	CU_ASSERT_EQUAL(values.value[0].integer, 120000);
	CU_ASSERT_EQUAL(values.value[1].integer, -1);
	registers.flags = 0x40; /* time remaining: 3 octets more in TM_FORMAT 2 */
	CU_ASSERT_EQUAL(c1219_decode_present_values(
				&general, &registers, bytes,
				table("000E3B 11223344 C0D401000000 FFFFFFFFFFFF"), &values),
			STATUS_OK);
	CU_ASSERT_EQUAL(values.value[0].integer, 120000);
	CU_ASSERT_EQUAL(c1219_decode_present_values(&general, &registers, bytes, 16, &values),
			STATUS_PROTOCOL);
}

static void empty_tables_of_zero_dimensions_are_read_as_empty(void)
{
	static struct c1219_register_values values;
	static struct c1219_register_selection selection;
	struct c1219_units units;

	take_general();
	memset(&registers, 0, sizeof(registers));
	memset(&sources, 0, sizeof(sources));
	CU_ASSERT_EQUAL(c1219_decode_units(&general, &sources, bytes, 0, &units), STATUS_OK);
	CU_ASSERT_EQUAL(c1219_decode_register_selection(&registers, bytes, 0, &selection),
			STATUS_OK);
	CU_ASSERT_EQUAL(selection.summation_count, 0);
	CU_ASSERT_EQUAL(c1219_decode_register_values(&general, &registers, bytes, 0, &values),
			STATUS_OK);
	CU_ASSERT_EQUAL(values.summation_count, 0);
	registers.tier_count = 255;
	CU_ASSERT_EQUAL(c1219_decode_register_values(&general, &registers, bytes, 1, &values),
			STATUS_PROTOCOL);
}

static uint32_t random_state = 20260106;

static uint8_t random_octet(void)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (uint8_t)(random_state >> 24);
}

/* Each table is in a block of exactly its length, so that the sanitizer sees the first octet read
 * beyond it. */
static void random_tables_never_overrun(void)
{
	static struct c1219_register_values values;
	static struct c1219_register_selection selection;
	static struct c1219_constants constants;
	int accepted = 0;

	printf("seed %u ", random_state);
	for (int i = 0; i < 50000; i++) {
		struct c1219_general any;
		size_t length = random_octet() % 64u;
		uint8_t *block = malloc(length + !length);

		CU_ASSERT_PTR_NOT_NULL_FATAL(block);
		for (size_t j = 0; j < length; j++) {
			block[j] = random_octet() & (i % 2 ? 0x83 : 0xFF);
		}
		any = general;
		any.format_1 = random_octet() & 15;
		any.format_2 = random_octet() & 15;
		any.time_format = random_octet() % 5;
		registers = (struct c1219_registers){.flags = random_octet(),
						     .summation_count = random_octet() & 3,
						     .demand_count = random_octet() & 1,
						     .occurrence_count = random_octet() & 1,
						     .tier_count = random_octet() & 1};
		sources.flags = random_octet();
		sources.constant_count = random_octet() & 3;
		sources.constants_selector = 2;
		accepted += !c1219_decode_general(block, length, &general);
		general = any;
		accepted +=
			!c1219_decode_register_values(&general, &registers, block, length, &values);
		accepted += !c1219_decode_register_selection(&registers, block, length, &selection);
		accepted += !c1219_decode_constants(&general, &sources, block, length, &constants);
		free(block);
	}
	CU_ASSERT(accepted > 100);
}

const char *const suite_name = "c1219_tables";
const struct suite_case suite_cases[] = {
	CASE(st0_is_decoded),
	CASE(st0_of_another_length_than_its_dimensions_is_refused),
	CASE(st0_with_formats_that_do_not_exist_is_refused),
	CASE(a_table_without_sets_in_st0_is_unused),
	CASE(st1_and_st5_are_texts_or_bcd),
	CASE(st2_and_st3_are_decoded),
	CASE(text_that_is_no_decimal_number_is_refused),
	CASE(numbers_of_every_binary_format_read_alike_in_both_orders),
	CASE(bcd_keeps_the_high_digit_first_in_both_orders),
	CASE(negative_integers_follow_the_integer_format),
	CASE(text_formats_and_numbers_that_are_none_are_refused),
	CASE(st12_words_follow_the_data_order),
	CASE(st15_holds_multiplier_offset_and_the_first_set),
	CASE(entries_are_counted_over_the_sources_that_have_one),
	CASE(st23_is_as_long_as_its_dimensions_and_begins_with_the_summations),
	CASE(st22_and_st27_select_sources),
	CASE(st28_skips_the_present_demands),
	CASE(empty_tables_of_zero_dimensions_are_read_as_empty),
	CASE(random_tables_never_overrun),
	CASES_END,
};
