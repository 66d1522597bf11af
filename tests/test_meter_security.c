/* dut_firmware: roles, permissions, lock-out and seal, through the optical port of the whole meter
 */
#include "tests/support/whole_meter.h"

#define NO_PARAMETER (-1)
#define REFUSED_ISC (-1000 - ISC)
#define NO_AUTHORISATION 5
#define SETTINGS_TABLE (2048 + 3)

static const uint8_t adjustment[26] = {0x10, 0x27}; /* 10000 ppb in element A */

static void every_role_has_its_password_and_no_other_opens_one(void)
{
	static const struct {
		const char *password;
		int adjustment, settings, warm_start;
	} rows[] = {
		{NULL, ISC, ISC, NO_AUTHORISATION},
		{"READ", ISC, ISC, NO_AUTHORISATION},
		{"OPERATE", ISC, ISC, 0},
		{"PROGRAM", ISC, OK, 0},
		{"FACTORY", OK, OK, 0},
	};

	for (unsigned int row = 0; row < 5; row++) {
		struct whole *whole = whole_new();
		struct wire *wire = whole_session(whole, rows[row].password);

		CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), rows[row].adjustment);
		CU_ASSERT_EQUAL(whole_set(whole, 0, 2), rows[row].settings);
		CU_ASSERT_EQUAL(whole_procedure(whole, 1, NO_PARAMETER), rows[row].warm_start);
		whole_free(whole);
	}
}

static void passwords_can_be_changed_and_never_read(void)
{
	struct whole *whole = whole_new();
	struct wire *wire = whole_session(whole, "FACTORY");
	uint8_t passwords[84] = {0};

	memset(passwords + 2 * 21, ' ', 20);
	memcpy(passwords + 2 * 21, "Weir 7", 6);
	memset(passwords + 1 * 21, ' ', 20); /* closes operate */
	CU_ASSERT_EQUAL(wire_write(wire, 42, passwords, sizeof(passwords)), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 42), ISC);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 42, 0, 0, 0, 0, 20), ISC);
	for (unsigned int table = 0; table < 80; table++) {
		if (whole_table(whole, table) == OK) {
			CU_ASSERT_PTR_NULL(
				memmem(wire->response, wire->response_length, "Weir", 4));
			CU_ASSERT_PTR_NULL(
				memmem(wire->response, wire->response_length, "FACTORY", 7));
		}
	}
	whole_power_up(whole);
	wire = whole_session(whole, "Weir 7");
	CU_ASSERT_EQUAL(whole_set(whole, 0, 1), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "PROGRAM", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK); /* zeros left it */
	whole_free(whole);
}

/* Five free failures, then 10 s, doubled by each further failure, at most an hour. */
static void wrong_passwords_lock_the_port_for_a_growing_time(void)
{
	struct whole *whole = whole_new();
	struct wire *wire = whole_session(whole, NULL);
	unsigned int seconds = 10;

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x70, 255), OK);
	for (unsigned int attempt = 1; attempt <= 5; attempt++) {
		CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
	}
	for (unsigned int lock = 0; lock < 11; lock++) {
		uint64_t locked = wire->frame;

		whole_end_session(whole);
		whole_session(whole, NULL);
		CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), BSY);
		CU_ASSERT_EQUAL(whole_table(whole, 23), OK); /* reading goes on */
		CU_ASSERT_EQUAL(whole_table(whole, SETTINGS_TABLE), OK);
		CU_ASSERT(whole_number(whole, 3, 2) > seconds - 4 &&
			  whole_number(whole, 3, 2) <= seconds);
		whole_end_session(whole);
		wire_wait(wire, locked + (seconds - 1) * WHOLE_SECOND - wire->frame);
		whole_session(whole, NULL);
		CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), BSY);
		wire_wait(wire, WHOLE_SECOND);
		CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
		seconds = seconds < 1800 ? 2 * seconds : 3600;
	}
	wire_wait(wire, 3600 * WHOLE_SECOND);
	whole_session(whole, "FACTORY");
	CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR); /* counted anew */
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	whole_free(whole);
}

static void a_lower_password_between_guesses_does_not_make_them_free(void)
{
	struct whole *whole = whole_new();
	struct wire *wire = whole_session(whole, NULL);

	for (unsigned int attempt = 1; attempt <= 5; attempt++) {
		CU_ASSERT_EQUAL(wire_password(wire, "READ", ' '), OK);
		CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
	}
	CU_ASSERT_EQUAL(wire_password(wire, "READ", ' '), BSY);
	whole_free(whole);
}

/* Everything that a reader can see and everything that is stored. */
struct snapshot {
	uint8_t tables[16][256];
	uint8_t storage[2 * WHOLE_SECTOR_BYTES];
};

static void take_snapshot(struct whole *whole, struct snapshot *snapshot)
{
	static const unsigned int tables[] = {0,  1,  2,  5,  11, 12,	16,
					      21, 22, 27, 41, 43, 2048, SETTINGS_TABLE};

	memset(snapshot, 0, sizeof(*snapshot));
	for (unsigned int i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		CU_ASSERT_EQUAL(whole_table(whole, tables[i]), OK);
		memcpy(snapshot->tables[i], whole->wire.response, whole->wire.response_length);
	}
	memcpy(snapshot->storage, whole->storage, sizeof(snapshot->storage));
}

static void seal(struct whole *whole)
{
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 1, 2), OK);
	whole_end_session(whole);
}

static void a_sealed_meter_refuses_a_cold_start_and_nothing_changes(void)
{
	static const char *const passwords[] = {NULL, "READ", "OPERATE", "PROGRAM", "FACTORY"};
	static struct snapshot before, after;
	struct whole *whole = whole_new();

	whole_seconds(whole, 20);
	seal(whole);
	for (unsigned int i = 0; i < 5; i++) {
		struct wire *wire = whole_session(whole, passwords[i]);

		take_snapshot(whole, &before);
		CU_ASSERT_EQUAL(whole_table(whole, 23), OK);

		uint64_t delivered = whole_number(whole, 0, 6);

		CU_ASSERT_EQUAL(whole_procedure(whole, 0, NO_PARAMETER), REFUSED_ISC);
		CU_ASSERT_EQUAL(wire->response[0], 0x03);
		CU_ASSERT_EQUAL(wire->response_length, 1);
		take_snapshot(whole, &after);
		CU_ASSERT_EQUAL(memcmp(&before, &after, sizeof(before)), 0);
		CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
		CU_ASSERT(whole_number(whole, 0, 6) >= delivered);
		whole_end_session(whole);
	}
	CU_ASSERT(whole_delivered(whole) > 59999); /* 10.8 kW for 20 s: 60 Wh */
	whole_free(whole);
}

static void a_sealed_meter_takes_no_constant_password_or_setting(void)
{
	struct whole *whole = whole_new();
	const uint8_t passwords[84] = {'X'};

	seal(whole);
	whole_power_up(whole); /* the seal is durable */

	struct wire *wire = whole_session(whole, "FACTORY");

	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), ISC);
	CU_ASSERT_EQUAL(wire_write(wire, 42, passwords, 84), ISC);
	CU_ASSERT_EQUAL(whole_set(whole, 0, 0), ISC);
	CU_ASSERT_EQUAL(whole_procedure(whole, 3, NO_PARAMETER), NO_AUTHORISATION);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 4), NO_AUTHORISATION); /* shop mode */
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 2), 0);		 /* test mode */
	whole_free(whole);
}

static void with_the_seal_broken_programming_works_and_is_noted(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 20);
	seal(whole);
	whole->contacts = EXCHANGE_CONTACT_SEAL_BROKEN;

	struct wire *wire = whole_session(whole, "FACTORY");

	CU_ASSERT_EQUAL(whole_table(whole, SETTINGS_TABLE), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 3), 0x010201); /* sealed, 2 decimals, broken */

	uint64_t events = whole_number(whole, 7, 2);

	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), ISC);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 4), 0);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), OK); /* in shop mode */
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 1), 0);
	CU_ASSERT_EQUAL(whole_procedure(whole, 0, NO_PARAMETER), 0);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	CU_ASSERT(whole_number(whole, 1, 6) < 2000); /* cleared: less than 0.7 s of 10.8 kW */
	CU_ASSERT_EQUAL(whole_table(whole, SETTINGS_TABLE), OK);
	CU_ASSERT(whole_number(whole, 7, 2) > events);
	CU_ASSERT_EQUAL(whole_number(whole, 9, 2), 11);	    /* programmed */
	CU_ASSERT_EQUAL(whole_number(whole, 0, 2), 0x0001); /* still sealed, no decimals */
	CU_ASSERT_EQUAL(whole_table(whole, 2048), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 4), 10000); /* the constants stay */
	whole_free(whole);
}

/* ST44's entry of a table or procedure word, 0 when there is none. */
static uint32_t permission_of(struct whole *whole, unsigned int number, bool is_procedure)
{
	CU_ASSERT_EQUAL(whole_table(whole, 41), OK);

	unsigned int count = (unsigned int)whole_number(whole, 4, 2);

	CU_ASSERT_EQUAL(whole_table(whole, 44), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + 4 * count + 1);
	for (unsigned int i = 0; i < count; i++) {
		uint32_t entry = (uint32_t)whole_number(whole, 4 * i, 4);

		if ((entry & 0xFFF) == number && (entry >> 12 & 1) == is_procedure) {
			return entry;
		}
	}
	return 0;
}

/* Group bits: 0 read, 1 operate, 2 program, 3 factory. */
static void st44_publishes_what_is_in_force(void)
{
	struct whole *whole = whole_new();

	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(permission_of(whole, 42, false), 42u | 0x8u << 24);
	CU_ASSERT_EQUAL(permission_of(whole, 7, false), 7u | 1u << 14 | 0xFu << 24);
	CU_ASSERT_EQUAL(permission_of(whole, 2048, false),
			2048u | 1u << 13 | 0xFu << 16 | 0x8u << 24);
	CU_ASSERT_EQUAL(permission_of(whole, 0, true), 1u << 12 | 0xCu << 24);
	CU_ASSERT_EQUAL(permission_of(whole, 6, true), 6u | 1u << 12 | 0xEu << 24);
	whole_end_session(whole);
	seal(whole);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(permission_of(whole, 42, false), 42u);
	CU_ASSERT_EQUAL(permission_of(whole, 0, true), 1u << 12);
	CU_ASSERT_EQUAL(permission_of(whole, 6, true), 6u | 1u << 12 | 0xEu << 24);
	whole_free(whole);
}

static void a_meter_whose_storage_is_damaged_is_sealed(void)
{
	struct whole *whole = whole_new();

	whole_session(whole, "FACTORY");
	CU_ASSERT_EQUAL(whole_set(whole, 0, 1), OK);
	CU_ASSERT_EQUAL(whole_set(whole, 0, 2), OK);
	whole->storage[20] ^= 1;
	whole->storage[WHOLE_SECTOR_BYTES + 20] ^= 1;
	whole_power_up(whole);
	whole_session(whole, "FACTORY");
	CU_ASSERT_EQUAL(whole_set(whole, 0, 1), ISC);
	whole->contacts = EXCHANGE_CONTACT_SEAL_BROKEN;
	CU_ASSERT_EQUAL(whole_set(whole, 0, 1), OK);
	whole_free(whole);
}

const char *const suite_name = "meter_security";
const struct suite_case suite_cases[] = {
	CASE(every_role_has_its_password_and_no_other_opens_one),
	CASE(passwords_can_be_changed_and_never_read),
	CASE(wrong_passwords_lock_the_port_for_a_growing_time),
	CASE(a_lower_password_between_guesses_does_not_make_them_free),
	CASE(a_sealed_meter_refuses_a_cold_start_and_nothing_changes),
	CASE(a_sealed_meter_takes_no_constant_password_or_setting),
	CASE(with_the_seal_broken_programming_works_and_is_noted),
	CASE(st44_publishes_what_is_in_force),
	CASE(a_meter_whose_storage_is_damaged_is_sealed),
	CASES_END,
};
