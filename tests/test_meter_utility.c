/* dut_firmware, ST6: the utility's own information, kept whole through every cut of the supply. */
#define WHOLE_STORAGE_BYTES 262144u /* 64 sectors */
#include "tests/support/whole_meter.h"
#include "tests/support/nor_flash.h"

#define OCTETS 230u
#define NV_MEM (1u << 5)

/* Version and revision of two pieces of software: 4 + 2 octets each from 178 on; all else is text.
 */
static bool is_number(unsigned int octet)
{
	return octet == 182 || octet == 183 || octet == 188 || octet == 189;
}

static void fill(uint8_t octets[OCTETS], unsigned int start)
{
	for (unsigned int i = 0; i < OCTETS; i++) {
		octets[i] = is_number(i) ? (uint8_t)(200 + i + start)
					 : (uint8_t)(' ' + (i * 7 + start) % 95);
	}
}

static void expect_octets(struct whole *whole, const uint8_t octets[OCTETS])
{
	CU_ASSERT_EQUAL_FATAL(whole_table(whole, 6), OK);
	CU_ASSERT_EQUAL_FATAL(whole->wire.response_length, 3 + OCTETS + 1);
	CU_ASSERT(memcmp(whole->wire.response + 3, octets, OCTETS) == 0);
}

static void a_fresh_meter_has_blanks_and_the_programming_role_writes(void)
{
	static const struct {
		const char *password;
		int code;
	} rows[] = {{NULL, ISC}, {"READ", ISC}, {"OPERATE", ISC}, {"PROGRAM", OK}};
	uint8_t octets[OCTETS];
	struct whole *whole = whole_new();
	struct wire *wire = whole_session(whole, NULL);

	for (unsigned int i = 0; i < OCTETS; i++) {
		octets[i] = is_number(i) ? 0 : ' ';
	}
	expect_octets(whole, octets);
	whole_end_session(whole);
	fill(octets, 1);
	for (unsigned int row = 0; row < 4; row++) {
		wire = whole_session(whole, rows[row].password);
		CU_ASSERT_EQUAL(wire_write(wire, 6, octets, OCTETS), rows[row].code);
		CU_ASSERT_EQUAL(wire_write(wire, 6, octets, OCTETS - 1), row < 3 ? ISC : ONP);
		CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x4F, 0, 6, 0, 0, 0, 0, 1, 'A', 0xBF),
				row < 3 ? ISC : ONP);
		whole_end_session(whole);
	}
	whole_session(whole, NULL);
	expect_octets(whole, octets);
	whole_end_session(whole);
	whole_power_up(whole);
	wire = whole_session(whole, "PROGRAM");
	expect_octets(whole, octets);
	CU_ASSERT_EQUAL(whole_procedure(whole, 0, -1), 0); /* a cold start leaves it */
	expect_octets(whole, octets);
	CU_ASSERT_EQUAL(whole_set(whole, 1, 0), OK); /* sealed */
	CU_ASSERT_EQUAL(wire_write(wire, 6, octets, OCTETS), ISC);
	whole_free(whole);
}

static void what_is_no_text_is_refused_and_nothing_changes(void)
{
	uint8_t octets[OCTETS];
	struct whole *whole = whole_new();
	struct wire *wire = whole_session(whole, "PROGRAM");

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x70, 255), OK);
	fill(octets, 5);
	CU_ASSERT_EQUAL(wire_write(wire, 6, octets, OCTETS), OK);
	for (unsigned int i = 0; i < OCTETS; i++) {
		uint8_t wrong[OCTETS];

		memcpy(wrong, octets, OCTETS);
		wrong[i] = i % 2 ? 31 : 127;
		if (!is_number(i)) {
			CU_ASSERT_EQUAL(wire_write(wire, 6, wrong, OCTETS), ONP);
		}
	}
	expect_octets(whole, octets);
	whole_free(whole);
}

static void a_meter_without_room_for_it_has_no_st6(void)
{
	struct whole *whole = whole_new();

	whole->board.storage_bytes = 63 * WHOLE_SECTOR_BYTES;
	whole_power_up(whole);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 6), IAR);
	CU_ASSERT_EQUAL(whole_table(whole, 0), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 19, 1) & 1u << 6, 0);
	whole_free(whole);
}

/* A cut in every operation of many writes, over the changes of all its sectors. */
static void a_cut_write_leaves_the_old_or_the_new_and_says_nothing_else(void)
{
	static struct nor_flash flash;
	unsigned int old_found = 0;
	unsigned int new_found = 0;
	struct whole *whole = whole_new();

	whole->board = nor_flash_board(&flash, 64, WHOLE_SECTOR_BYTES);
	whole_power_up(whole);
	uint8_t before[OCTETS];

	whole_session(whole, "PROGRAM");
	fill(before, 0);
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 6, before, OCTETS), OK);
	for (int life = 1; life < 250; life++) {
		uint8_t after[OCTETS];

		fill(after, (unsigned int)life);
		flash.cut_part = life % NOR_FLASH_CUT_PARTS;
		flash.cut_at = flash.operations + 1 + life % 3;
		int code = wire_write(&whole->wire, 6, after, OCTETS);

		nor_flash_power_up(&flash);
		whole_power_up(whole);
		whole_session(whole, "PROGRAM");
		CU_ASSERT_EQUAL(whole_table(whole, 6), OK);
		bool is_old = memcmp(whole->wire.response + 3, before, OCTETS) == 0;
		bool is_new = memcmp(whole->wire.response + 3, after, OCTETS) == 0;

		CU_ASSERT(is_old != is_new);
		CU_ASSERT(code != OK || is_new);
		old_found += is_old;
		new_found += is_new;
		CU_ASSERT_EQUAL(whole_table(whole, 3), OK);
		CU_ASSERT_EQUAL(whole_number(whole, 1, 2) & NV_MEM, 0);
		memcpy(before, is_old ? before : after, OCTETS);
	}
	CU_ASSERT(old_found > 20);
	CU_ASSERT(new_found > 20);
	CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
	CU_ASSERT(flash.erases[61] > 0 && flash.erases[62] > 0 && flash.erases[63] > 0);
	whole_free(whole);
}

const char *const suite_name = "meter_utility";
const struct suite_case suite_cases[] = {
	CASE(a_fresh_meter_has_blanks_and_the_programming_role_writes),
	CASE(what_is_no_text_is_refused_and_nothing_changes),
	CASE(a_meter_without_room_for_it_has_no_st6),
	CASE(a_cut_write_leaves_the_old_or_the_new_and_says_nothing_else),
	CASES_END,
};
