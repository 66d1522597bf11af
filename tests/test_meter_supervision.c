/* dut_firmware: what the meter finds wrong with itself, in ST3 and on its display */
#define WHOLE_STORAGE_BYTES 524288u /* with an event log */
#include "tests/support/whole_meter.h"

#define SUPERVISION_TABLE (2048 + 5)
#define SELF_CHECK (1u << 2)
#define RAM (1u << 3)
#define ROM (1u << 4)
#define STORAGE (1u << 5)
#define MEASUREMENT (1u << 7)
#define POWER_FAILURE (1u << 11)
#define ALL_OURS (0xBEu | POWER_FAILURE)

static bool shows(const struct whole *whole, unsigned int column, const char *text)
{
	return strncmp(whole->display + column, text, strlen(text)) == 0;
}

/* The bits of ST3 that tell of the meter itself. */
static unsigned int errors_of(struct whole *whole)
{
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 3), OK);

	unsigned int bits = (unsigned int)whole_number(whole, 1, 2) & ALL_OURS;

	whole_end_session(whole);
	return bits;
}

static void clear(struct whole *whole)
{
	whole_session(whole, "READ");
	CU_ASSERT_EQUAL(whole_procedure(whole, 7, -1), 5);
	CU_ASSERT_EQUAL(wire_password(&whole->wire, "OPERATE", ' '), OK);
	CU_ASSERT_EQUAL(whole_procedure(whole, 7, -1), 0);
	whole_end_session(whole);
}

static void wait_for(struct whole *whole, const char *code)
{
	for (int half = 0; half < 240 && !shows(whole, 0, code); half++) {
		whole_seconds(whole, 0.5);
	}
	CU_ASSERT(shows(whole, 0, code));
}

static void a_sound_meter_finds_nothing(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 3600);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	for (int second = 0; second < 40; second++) {
		CU_ASSERT_FALSE(shows(whole, 0, "092"));
		CU_ASSERT_FALSE(shows(whole, 44, "ERR"));
		whole_seconds(whole, 1);
	}
	whole_free(whole);
}

static void wanted_changes_are_no_errors(void)
{
	const uint8_t adjustment[26] = {1, 2, 3};
	struct whole *whole = whole_new();

	whole_session(whole, "FACTORY");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 2048, adjustment, 26), OK);
	CU_ASSERT_EQUAL(whole_set(whole, 0, 2), OK);
	whole_end_session(whole);
	whole_seconds(whole, 25);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	whole_free(whole);
}

/* A bit of the serial number falls over in the memory that the host lends the meter. */
static void a_constant_that_changes_by_itself_is_a_ram_error(void)
{
	struct whole *whole = whole_new();
	uint8_t *serial = memmem(whole->memory, meter_size(), "00000042", 8);

	CU_ASSERT_PTR_NOT_NULL_FATAL(serial);
	whole_seconds(whole, 15);
	serial[3] ^= 4;
	whole_seconds(whole, 11);
	CU_ASSERT_EQUAL(errors_of(whole), RAM);
	wait_for(whole, "001");
	CU_ASSERT(shows(whole, 44, "ERR"));
	wait_for(whole, "092");
	CU_ASSERT(shows(whole, 4, " Er 001000"));
	clear(whole);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	whole_seconds(whole, 11); /* still so */
	CU_ASSERT_EQUAL(errors_of(whole), RAM);
	serial[3] ^= 4;
	CU_ASSERT_EQUAL(errors_of(whole), RAM); /* stays until it is cleared */
	clear(whole);
	whole_seconds(whole, 11);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	whole_free(whole);
}

/* The alternate list, called up by the switch. */
static void call_up(struct whole *whole, const char *code)
{
	whole->contacts = EXCHANGE_CONTACT_SCROLL;
	whole_seconds(whole, 4);
	whole->contacts = 0;
	wait_for(whole, code);
}

static uint64_t program_state(struct whole *whole, uint64_t *crc)
{
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, SUPERVISION_TABLE), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + 46 + 1);

	uint64_t state = whole_number(whole, 0, 1);

	*crc = whole_number(whole, 1, 4);
	whole_end_session(whole);
	return state;
}

static void without_a_program_region_the_checksum_is_not_available(void)
{
	struct whole *whole = whole_new();
	uint64_t crc;

	whole_seconds(whole, 60);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 0);
	CU_ASSERT_EQUAL(crc, 0);
	CU_ASSERT_EQUAL(memcmp(whole->wire.response + 3 + 30, "unknown         ", 16), 0);
	call_up(whole, "091");
	CU_ASSERT(shows(whole, 4, "  --------"));
	call_up(whole, "093");
	CU_ASSERT(shows(whole, 4, "  --------"));
	call_up(whole, "094");
	CU_ASSERT(shows(whole, 4, "   unknown"));
	whole_free(whole);
}

/* The published check value of CRC-32: that of "123456789" is CBF43926. */
static void the_program_is_read_over_and_over_and_compared(void)
{
	uint8_t program[] = "123456789";
	struct whole *whole = whole_new();
	uint64_t crc;

	whole->board.program = program;
	whole->board.program_bytes = 9;
	whole->board.program_crc = 0xCBF43926u;
	whole_power_up(whole);
	whole_seconds(whole, 3);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 2);
	CU_ASSERT_EQUAL(crc, 0xCBF43926u);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	call_up(whole, "091");
	CU_ASSERT(shows(whole, 4, "  CBF43926"));
	program[8] = '8';
	whole_seconds(whole, 3);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 3);
	CU_ASSERT_EQUAL(errors_of(whole), ROM);
	whole_free(whole);
}

/* 3000 bytes: 1024 a second. */
static void a_long_program_is_read_in_parts(void)
{
	static uint8_t program[3000];
	struct whole *whole = whole_new();
	uint64_t crc;

	memset(program, 0, sizeof(program));
	whole->board.program = program;
	whole->board.program_bytes = sizeof(program);
	whole->board.program_crc = 0xDA865B0Du; /* of 3000 zeros, by zlib */
	whole_power_up(whole);
	whole_seconds(whole, 1.5);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 1);
	whole_seconds(whole, 4);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 2);
	whole_free(whole);
}

/* Both parts are told and shown apart; CRC-32 of "legal" by zlib. */
static void the_legally_relevant_part_has_a_checksum_of_its_own(void)
{
	uint8_t program[] = "legal, and the rest of it";
	struct whole *whole = whole_new();
	uint64_t crc;

	whole->board.program = program;
	whole->board.program_bytes = 25;
	whole->board.program_crc = 0x53CAC9CDu;
	whole->board.legal_program = program;
	whole->board.legal_bytes = 5;
	whole->board.legal_crc = 0xE362C050u;
	whole->board.build_identity = "1a2b3c4d5+";
	whole_power_up(whole);
	whole_seconds(whole, 3);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 2);
	CU_ASSERT_EQUAL(whole_number(whole, 9, 4), 25);
	CU_ASSERT_EQUAL(whole_number(whole, 13, 4), 0x53CAC9CDu);
	CU_ASSERT_EQUAL(whole_number(whole, 17, 1), 2);
	CU_ASSERT_EQUAL(whole_number(whole, 18, 4), 0xE362C050u);
	CU_ASSERT_EQUAL(whole_number(whole, 22, 4), 5);
	CU_ASSERT_EQUAL(whole_number(whole, 26, 4), 0xE362C050u);
	CU_ASSERT_EQUAL(memcmp(whole->wire.response + 3 + 30, "1a2b3c4d5+      ", 16), 0);
	call_up(whole, "093");
	CU_ASSERT(shows(whole, 4, "  E362C050"));
	call_up(whole, "094");
	CU_ASSERT(shows(whole, 4, "1a2b3c4d5+"));
	program[24] = 'T'; /* of the rest: the legally relevant part is as it was */
	whole_seconds(whole, 3);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 3);
	CU_ASSERT_EQUAL(whole_number(whole, 17, 1), 2);
	CU_ASSERT_EQUAL(errors_of(whole), ROM);
	program[24] = 't';
	program[0] = 'L';
	whole_seconds(whole, 3);
	CU_ASSERT_EQUAL(program_state(whole, &crc), 3);
	CU_ASSERT_EQUAL(whole_number(whole, 17, 1), 3);
	call_up(whole, "093");
	CU_ASSERT(shows(whole, 4, "  22A3EF54"));
	whole_free(whole);
}

static uint32_t restarts;

static uint32_t count_of_restarts(void *context)
{
	(void)context;
	return restarts;
}

static void a_restart_by_the_watchdog_is_told_until_cleared(void)
{
	struct whole *whole = whole_new();

	restarts = 1;
	whole->board.watchdog_resets = count_of_restarts;
	whole_power_up(whole);
	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(errors_of(whole), SELF_CHECK);
	clear(whole);
	whole_seconds(whole, 3);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	restarts = 2;
	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(errors_of(whole), SELF_CHECK);
	whole_free(whole);
}

static void readings_at_the_converters_stops_are_a_measurement_error(void)
{
	struct whole *whole = whole_new();

	whole_load(whole, 332, 240); /* 277 V + 20 %, 200 A + 20 % */
	whole_seconds(whole, 20);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	whole_load(whole, 120, 350);
	whole_seconds(whole, 6);
	CU_ASSERT_EQUAL(errors_of(whole), MEASUREMENT);
	whole_load(whole, 120, 30);
	whole_seconds(whole, 20);
	CU_ASSERT_EQUAL(errors_of(whole), MEASUREMENT);
	clear(whole);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	whole_free(whole);
}

static void damaged_storage_is_shown(void)
{
	struct whole *whole = whole_new();

	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 0, 1), OK);
	CU_ASSERT_EQUAL(whole_set(whole, 0, 2), OK);
	whole->storage[20] ^= 1;
	whole->storage[WHOLE_SECTOR_BYTES + 20] ^= 1;
	whole_power_up(whole);
	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(errors_of(whole) & ~POWER_FAILURE, STORAGE);
	wait_for(whole, "092");
	CU_ASSERT(shows(whole, 4, " Er 000010"));
	whole_free(whole);
}

static void an_outage_is_told_until_cleared_and_is_no_error(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	whole_power_up(whole);
	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(errors_of(whole), POWER_FAILURE);
	for (int second = 0; second < 40; second++) {
		CU_ASSERT_FALSE(shows(whole, 44, "ERR"));
		whole_seconds(whole, 1);
	}
	clear(whole);
	CU_ASSERT_EQUAL(errors_of(whole), 0);
	whole_power_up(whole);
	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(errors_of(whole), POWER_FAILURE);
	whole_free(whole);
}

const char *const suite_name = "meter_supervision";
const struct suite_case suite_cases[] = {
	CASE(a_sound_meter_finds_nothing),
	CASE(wanted_changes_are_no_errors),
	CASE(a_constant_that_changes_by_itself_is_a_ram_error),
	CASE(without_a_program_region_the_checksum_is_not_available),
	CASE(the_program_is_read_over_and_over_and_compared),
	CASE(a_long_program_is_read_in_parts),
	CASE(the_legally_relevant_part_has_a_checksum_of_its_own),
	CASE(a_restart_by_the_watchdog_is_told_until_cleared),
	CASE(readings_at_the_converters_stops_are_a_measurement_error),
	CASE(damaged_storage_is_shown),
	CASE(an_outage_is_told_until_cleared_and_is_no_error),
	CASES_END,
};
