/*
 * dut_firmware, the communication module's port: who it is, what it may do, what is logged and
 * shown of it, the strap and the early warning (dut_firmware/MODULE_PORT.md).
 */
#define WHOLE_STORAGE_BYTES 131072u /* with an event log */
#include "tests/support/module_wire.h"

#define TIMING 4
#define NO_AUTHORISATION 5
#define EVENT_MODULE 2055
#define EVENT_WRONG_PASSWORD 2048
#define EVENT_DEMAND_RESET 20
#define EVENT_TEST_MODE 32
#define ENTRY_OCTETS 20u
#define HISTORY_HEADER 11u

#define REFUSED_ISC (-1000 - ISC)

static void read_module_table(struct whole *whole, char *text, size_t size)
{
	CU_ASSERT_EQUAL_FATAL(whole_table(whole, MODULE_TABLE), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + MODULE_OCTETS + 1);
	snprintf(text, size, "%u %u %.4s %.20s %.10s %u %u",
		 (unsigned int)whole_number(whole, 0, 1), (unsigned int)whole_number(whole, 1, 1),
		 (char *)whole->wire.response + 3 + 2, (char *)whole->wire.response + 3 + 6,
		 (char *)whole->wire.response + 3 + 26, (unsigned int)whole_number(whole, 36, 1),
		 (unsigned int)whole_number(whole, 37, 1));
}

#define BLANKS                                                                                     \
	"                                      " /* 4, 20 and 10, and what is between them         \
						  */
#define NOBODY "0 0" BLANKS "0 0"
#define SILENT "1 0" BLANKS "0 0"

/* Through the optical port, so that the module's own session is left alone. */
static void expect_module(struct whole *whole, const char *expected)
{
	char text[80];

	whole->is_at_module = false;
	whole_session(whole, NULL);
	read_module_table(whole, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, expected);
	if (strcmp(text, expected) != 0) {
		printf("\nMT6 \"%s\" not \"%s\"\n", text, expected);
	}
	whole_end_session(whole);
	whole->is_at_module = true;
}

static void modules_of_the_notice_are_identified_by_what_they_say(void)
{
	struct module_says says[] = {module_says_rf(), module_says_plc()};
	static const unsigned int users[] = {USER_RF, USER_PLC};
	static const char *const expected[] = {
		"2 1 0746 Gridstream RF        12.08      1 2",
		"2 2 0764 Gridstream PLC       3.1 beta 7 1 2",
	};

	for (unsigned int i = 0; i < 2; i++) {
		struct whole *whole = whole_new();

		expect_module(whole, NOBODY);
		module_plug(whole);
		expect_module(whole, SILENT);
		module_session(whole, users[i], NULL);
		CU_ASSERT_EQUAL(module_state_itself(whole, &says[i]), OK);
		expect_module(whole, expected[i]);
		whole_free(whole);
	}
}

static void what_is_not_in_the_notice_is_shown_and_not_trusted(void)
{
	static const struct {
		unsigned int user, kind;
		const char *number, *label;
	} rows[] = {
		{USER_RF, 1, "0746", "RF Mesh"}, /* before revision 2 */
		{USER_RF, 1, "0746", "Gridstream RF Mesh"},
		{USER_RF, 1, "0764", "Gridstream RF"},
		{USER_RF, 2, "0764", "Gridstream PLC"}, /* under the other one's user */
		{USER_PLC, 1, "0746", "Gridstream RF"},
		{USER_PLC, 255, "0764", "Gridstream PLC"},
		{USER_RF, 0, "0746", "Gridstream RF"},
		{7, 1, "0746", "Gridstream RF"},
		{12345, 9, "0999", "Something else"},
	};

	for (unsigned int row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		struct whole *whole = whole_new();
		struct module_says says =
			module_says(rows[row].kind, rows[row].number, rows[row].label, "1");
		char expected[80];

		module_plug(whole);
		module_session(whole, rows[row].user, NULL);
		CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
		CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), REFUSED_ISC);
		CU_ASSERT_EQUAL(whole_table(whole, 23), OK); /* reads go on */
		snprintf(expected, sizeof(expected), "3 255 %-4s %-20s 1          1 2",
			 rows[row].number, rows[row].label);
		expect_module(whole, expected);
		whole_free(whole);
	}
	/* an RF module has its chip */
	struct whole *whole = whole_new();
	struct module_says says = module_says_rf();

	says.octets[36] = 0;
	module_plug(whole);
	module_session(whole, USER_RF, NULL);
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	expect_module(whole, "3 255 0746 Gridstream RF        12.08      0 2");
	whole_free(whole);
}

static void the_first_statement_decides_until_the_module_is_pulled(void)
{
	struct whole *whole = module_meter();
	struct module_says says = module_says_rf();

	module_session(whole, USER_RF, NULL);
	says.octets[26] = '9';
	says.octets[37] = 3;
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	for (unsigned int octet = 0; octet < MODULE_OCTETS; octet++) {
		struct module_says other = says;
		bool is_ignored = octet == 0 || octet >= 38;
		bool is_free = octet >= 26 && octet <= 37 && octet != 36;

		other.octets[octet] ^= octet == 37 ? 2 : 1;
		CU_ASSERT_EQUAL(module_state_itself(whole, &other),
				is_ignored || is_free ? OK : ONP);
	}
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	whole_end_session(whole);
	module_session(whole, USER_PLC, NULL);
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), ONP);
	says = module_says_plc();
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), ONP);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), REFUSED_ISC); /* another one's network */
	whole_end_session(whole);
	expect_module(whole, "2 1 0746 Gridstream RF        92.08      1 3");
	whole->contacts &= ~EXCHANGE_CONTACT_MODULE;
	whole_seconds(whole, 0.01);
	expect_module(whole, NOBODY);
	module_plug(whole);
	module_session(whole, USER_PLC, NULL);
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	expect_module(whole, "2 2 0764 Gridstream PLC       3.1 beta 7 1 2");
	whole_free(whole);
}

static void a_statement_out_of_range_changes_nothing(void)
{
	static const struct {
		unsigned int octet;
		uint8_t value;
	} rows[] = {{2, 0}, {5, 31}, {6, 127}, {25, 0xC3}, {26, 10}, {35, 255}, {36, 2}, {37, 4}};
	struct whole *whole = whole_new();
	struct module_says says = module_says_rf();
	uint8_t longer[MODULE_OCTETS + 1] = {0};

	module_plug(whole);
	struct wire *wire = module_session(whole, USER_RF, NULL);

	for (unsigned int row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		struct module_says wrong = says;

		wrong.octets[rows[row].octet] = rows[row].value;
		CU_ASSERT_EQUAL(module_state_itself(whole, &wrong), ONP);
	}
	memcpy(longer, says.octets, MODULE_OCTETS);
	CU_ASSERT_EQUAL(wire_write(wire, MODULE_TABLE, longer, MODULE_OCTETS + 1), ONP);
	CU_ASSERT_EQUAL(wire_write(wire, MODULE_TABLE, longer, MODULE_OCTETS - 1), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x4F, 8, 6, 0, 0, 37, 0, 1, 2, 0xFE), ONP);
	expect_module(whole, SILENT);
	whole_free(whole);
}

static void the_optical_port_reads_what_the_module_says_and_never_writes_it(void)
{
	static const char *const passwords[] = {NULL, "OPERATE", "FACTORY"};
	struct whole *whole = module_meter();
	struct module_says says = module_says_rf();

	whole->is_at_module = false;
	for (unsigned int i = 0; i < 3; i++) {
		whole_session(whole, passwords[i]);
		CU_ASSERT_EQUAL(module_state_itself(whole, &says), ISC);
		whole_end_session(whole);
	}
	whole_free(whole);
}

/* Everything else is isc, whatever the table, the procedure or the password. */
static void the_network_may_reset_the_demand_and_set_the_clock(void)
{
	static const char *const passwords[] = {NULL, "READ", "OPERATE"};
	struct whole *whole = module_meter();
	uint8_t octets[128] = {0};

	for (unsigned int i = 0; i < 3; i++) {
		struct wire *wire = module_session(whole, USER_RF, passwords[i]);

		for (unsigned int table = 0; table < 2048 + 16;
		     table = table == 90 ? 2048 : table + 1) {
			if (table == 7 || table == MODULE_TABLE) {
				continue;
			}
			CU_ASSERT_EQUAL(wire_write(wire, table, octets, 26), ISC);
			CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x4F, (uint8_t)(table >> 8),
						     (uint8_t)table, 0, 0, 0, 0, 1, 0, 0),
					ISC);
		}
		CU_ASSERT_EQUAL(wire_write(wire, 42, octets, 84), ISC);
		for (unsigned int number = 0; number < 2048 + 40;
		     number = number == 40 ? 2049 : number + 1) {
			for (int parameter = -1; parameter < 2 && number != 9 && number != 10;
			     parameter++) {
				CU_ASSERT_EQUAL(whole_procedure(whole, number, parameter),
						REFUSED_ISC);
			}
		}
		CU_ASSERT_EQUAL(whole_procedure(whole, 9, 2), i < 2 ? NO_AUTHORISATION : 0);
		CU_ASSERT_EQUAL(whole_procedure(whole, 10, 2), i < 2 ? NO_AUTHORISATION : 2);
		CU_ASSERT_EQUAL(whole_procedure(whole, 2048, 1), 6); /* no service switch */
		whole_end_session(whole);
	}
	whole_free(whole);
}

static void passwords_of_programming_open_nothing_through_the_module(void)
{
	struct whole *whole = module_meter();
	struct wire *wire = module_session(whole, USER_RF, NULL);

	CU_ASSERT_EQUAL(wire_password(wire, "PROGRAM", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), ERR);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), NO_AUTHORISATION);
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", 0), OK);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), 0);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), ERR);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 2), NO_AUTHORISATION);
	whole_free(whole);
}

static unsigned int locked_seconds(struct whole *whole, unsigned int table, unsigned int offset)
{
	CU_ASSERT_EQUAL(whole_table(whole, table), OK);
	return (unsigned int)whole_number(whole, offset, 2);
}

/* Guesses at one port cost the other nothing, and each is locked by its own. */
static void guessing_locks_the_port_where_it_happens(void)
{
	struct whole *whole = module_meter();
	struct wire *wire = module_session(whole, USER_RF, NULL);

	for (unsigned int guess = 1; guess <= 5; guess++) {
		CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
	}
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", ' '), BSY);
	CU_ASSERT(locked_seconds(whole, MODULE_TABLE, 38) > 5);
	CU_ASSERT_EQUAL(locked_seconds(whole, 2048 + 3, 3), 0);
	whole_end_session(whole);
	whole->is_at_module = false;
	whole_session(whole, "FACTORY");
	whole_end_session(whole);
	whole_seconds(whole, 11);
	module_session(whole, USER_RF, "OPERATE");
	CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR); /* 20 s now */
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", ' '), BSY);
	whole_end_session(whole);

	/* pulling the module does not help */
	whole->contacts = 0;
	whole_seconds(whole, 0.1);
	module_plug(whole);
	module_session(whole, USER_RF, NULL);
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", ' '), BSY);
	whole_end_session(whole);

	whole->is_at_module = false;
	whole_session(whole, NULL);
	for (unsigned int guess = 1; guess <= 5; guess++) {
		CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
	}
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), BSY);
	whole_end_session(whole);
	whole_seconds(whole, 10); /* over here, the module's 20 s not yet */
	whole_session(whole, "FACTORY");
	whole_end_session(whole);
	module_session(whole, USER_RF, NULL);
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", ' '), BSY);
	whole_end_session(whole);
	whole_seconds(whole, 9);
	module_session(whole, USER_RF, "OPERATE");
	whole_free(whole);
}

static void the_demand_lock_out_holds_for_every_origin(void)
{
	struct whole *whole = module_meter();

	module_session(whole, USER_RF, "OPERATE");
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), 0);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), TIMING);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 1), 1); /* NBR_DEMAND_RESETS */
	whole_end_session(whole);
	whole->is_at_module = false;
	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 4), 0); /* the other session's answer */
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), TIMING);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 1), 1);
	whole_end_session(whole);
	whole_free(whole);
}

static void the_module_sets_the_clock_that_the_optical_port_reads(void)
{
	static const uint8_t call[] = {10, 0, 1, 3, 26, 7, 14, 1, 23, 0, 0};
	struct whole *whole = module_meter();
	struct wire *wire = module_session(whole, USER_RF, "OPERATE");

	CU_ASSERT_EQUAL(wire_write(wire, 7, call, sizeof(call)), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 1), 0);
	CU_ASSERT_EQUAL(wire->response_length, 3 + 4 + 12 + 1); /* the times before and after */
	CU_ASSERT_EQUAL(whole_table(whole, 0), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 10, 1), 12); /* MAX_RESP_DATA_LEN */
	whole_end_session(whole);
	whole->is_at_module = false;
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 52), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 5), UINT64_C(0x17010E071A));
	whole_free(whole);
}

/* The log */

struct entry {
	unsigned int user, code;
	uint64_t argument;
};

/* The newest entries with this code, the newest first; how many were found among the last `depth`.
 */
static unsigned int find_events(struct whole *whole, unsigned int code, struct entry *found,
				unsigned int size)
{
	unsigned int count = 0;
	bool is_at_module = whole->is_at_module;
	struct wire *wire = &whole->wire;

	whole->is_at_module = false;
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x3F, 0, 74, 0, 0, 0, 0, HISTORY_HEADER), OK);
	unsigned int entries = (unsigned int)whole_number(whole, 1, 2);

	for (unsigned int element = entries; element > 0 && count < size; element--) {
		unsigned int offset = HISTORY_HEADER + (element - 1) * ENTRY_OCTETS;

		CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x3F, 0, 74, 0, (uint8_t)(offset >> 8),
						   (uint8_t)offset, 0, ENTRY_OCTETS),
				      OK);
		if (whole_number(whole, 10, 2) == code) {
			found[count++] = (struct entry){
				.user = (unsigned int)whole_number(whole, 8, 2),
				.code = code,
				.argument = whole_number(whole, 12, 8),
			};
		}
	}
	whole_end_session(whole);
	whole->is_at_module = is_at_module;
	return count;
}

static void expect_module_events(struct whole *whole, unsigned int count, unsigned int newest,
				 unsigned int before)
{
	struct entry found[16];

	CU_ASSERT_EQUAL_FATAL(find_events(whole, EVENT_MODULE, found, 16), count);
	if (count > 0) {
		CU_ASSERT_EQUAL(found[0].argument, newest | before << 8);
		CU_ASSERT_EQUAL(found[0].user, 0);
	}
}

static void a_change_of_the_module_is_an_event_and_the_same_one_after_an_outage_is_none(void)
{
	struct whole *whole = module_meter();
	struct module_says says = module_says_rf();

	whole_seconds(whole, 2);
	expect_module_events(whole, 1, 1, 0);
	for (unsigned int outage = 0; outage < 2; outage++) {
		whole_power_up(whole);
		module_plug(whole);
		whole_seconds(whole, 30); /* it takes its time */
		module_session(whole, USER_RF, NULL);
		CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
		whole_end_session(whole);
		whole_seconds(whole, 2);
		expect_module_events(whole, 1, 1, 0);
	}
	whole_power_up(whole); /* exchanged while the meter was off */
	module_plug(whole);
	says = module_says_plc();
	module_session(whole, USER_PLC, NULL);
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	whole_end_session(whole);
	whole_seconds(whole, 2);
	expect_module_events(whole, 2, 2, 1);

	whole->contacts = 0; /* pulled */
	whole_seconds(whole, 0.5);
	whole->contacts = EXCHANGE_CONTACT_MODULE; /* a bad contact is not a change */
	whole_seconds(whole, 10);
	expect_module_events(whole, 2, 2, 1);
	whole->contacts = 0;
	whole_seconds(whole, 3);
	expect_module_events(whole, 3, 0, 2);

	module_plug(whole); /* one that says nothing */
	whole_seconds(whole, 50);
	expect_module_events(whole, 3, 0, 2);
	whole_seconds(whole, 12);
	expect_module_events(whole, 4, 255, 0);
	whole_power_up(whole); /* removed while the meter was off */
	whole_seconds(whole, 3);
	expect_module_events(whole, 5, 0, 255);
	whole_free(whole);
}

static void the_log_names_the_network_that_has_done_it(void)
{
	struct whole *whole = module_meter();
	struct wire *wire = module_session(whole, USER_RF, NULL);
	struct entry found[16];

	CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", ' '), OK);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1), 0);

	/* another user at the other port, both logged on, and the meter itself */
	whole->is_at_module = false;
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
	CU_ASSERT_EQUAL(find_events(whole, EVENT_WRONG_PASSWORD, found, 16), 2);
	CU_ASSERT_EQUAL(found[0].user, 2);
	CU_ASSERT_EQUAL(found[1].user, USER_RF);
	CU_ASSERT_EQUAL(find_events(whole, EVENT_DEMAND_RESET, found, 16), 1);
	CU_ASSERT_EQUAL(found[0].user, USER_RF);

	/* while the network is logged on somebody presses a switch */
	module_session(whole, USER_RF, "OPERATE");
	whole->contacts |= EXCHANGE_CONTACT_TEST_MODE;
	whole_seconds(whole, 1);
	CU_ASSERT_EQUAL(find_events(whole, EVENT_TEST_MODE, found, 16), 1);
	CU_ASSERT_EQUAL(found[0].user, 0);
	whole_free(whole);
}

static void what_the_module_says_of_itself_wears_nothing_out(void)
{
	struct whole *whole = module_meter();
	struct module_says says = module_says_rf();
	static uint8_t before[WHOLE_STORAGE_BYTES];

	whole_seconds(whole, 61.5 - (double)(whole->wire.frame % (60 * WHOLE_SECOND)) / 3840);
	module_session(whole, USER_RF, NULL);
	memcpy(before, whole->storage, sizeof(before));
	for (unsigned int i = 0; i < 100; i++) {
		says.octets[37] = (uint8_t)(i % 4);
		CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	}
	CU_ASSERT(memcmp(before, whole->storage, sizeof(before)) == 0);
	whole_free(whole);
}

/* The strap */

static void without_a_module_the_port_is_dead(void)
{
	static const uint8_t identification[] = {0xEE, 0x00, 0x00, 0x00, 0x00,
						 0x01, 0x20, 0x13, 0x10};
	struct whole *whole = whole_new();
	struct wire *wire = &whole->wire;

	whole->is_at_module = true;
	for (unsigned int i = 0; i < 3; i++) {
		wire_send(wire, identification, sizeof(identification));
		whole_seconds(whole, 1);
	}
	CU_ASSERT_EQUAL(wire->sent_count, 0);
	wire_send(wire, identification, 5); /* half of it is there when the module comes */
	module_plug(whole);
	wire_send(wire, identification + 5, 4);
	whole_seconds(whole, 1);
	CU_ASSERT_EQUAL(wire->sent_count, 0);
	module_session(whole, USER_RF, NULL);
	whole_free(whole);
}

static void pulling_the_module_ends_its_session_at_once(void)
{
	struct whole *whole = module_meter();
	struct wire *wire = module_session(whole, USER_RF, "OPERATE");
	uint8_t packet[16];
	static const uint8_t read_all[] = {0x30, 0, 23};

	/* within an answer */
	wire->sent_used = wire->sent_count = 0;
	wire_send(wire, packet, wire_packet(packet, wire->toggle, 0, read_all, 3));
	whole_seconds(whole, 0.05);
	CU_ASSERT(wire->sent_count > 10);
	unsigned int sent = wire->sent_count;

	whole->contacts = 0;
	whole_seconds(whole, 10);
	CU_ASSERT_EQUAL(wire->sent_count, sent);
	module_plug(whole);
	CU_ASSERT_EQUAL(whole_table(whole, 23), ISSS);
	CU_ASSERT_EQUAL(module_logon(whole, USER_RF), ISSS);
	module_session(whole, USER_RF, NULL);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 1),
			REFUSED_ISC); /* it has to say again what it is */
	whole_free(whole);
}

/* Display */

/* The alternate list from its beginning until `code` comes up. */
static void expect_on_display(struct whole *whole, const char *code, const char *value)
{
	char expected[16];

	snprintf(expected, sizeof(expected), "%s %10s", code, value);
	for (unsigned int second = 0; second < 320; second++) {
		if (second % 160 == 0) {
			whole->contacts |= EXCHANGE_CONTACT_SCROLL;
			whole_seconds(whole, 4);
			whole->contacts &= ~EXCHANGE_CONTACT_SCROLL;
		}
		whole_seconds(whole, 1);
		if (strncmp(whole->display, code, 3) == 0) {
			CU_ASSERT_NSTRING_EQUAL(whole->display, expected, 14);
			return;
		}
	}
	CU_FAIL("the item did not come up");
}

static void the_display_names_the_module_and_its_firmware(void)
{
	struct whole *whole = whole_new();
	struct module_says says = module_says_plc();

	expect_on_display(whole, "095", "NONE");
	expect_on_display(whole, "096", "");
	module_plug(whole);
	expect_on_display(whole, "095", "WAIT");
	module_session(whole, USER_PLC, NULL);
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	expect_on_display(whole, "095", "0764 PLC");
	CU_ASSERT_NSTRING_EQUAL(whole->display + 20, "MOD", 3);
	expect_on_display(whole, "096", "3.1 beta 7");
	CU_ASSERT_NSTRING_EQUAL(whole->display + 20, "MFW", 3);
	whole_free(whole);

	whole = module_meter();
	expect_on_display(whole, "095", "0746 RF");
	expect_on_display(whole, "096", "12.08");
	whole_free(whole);

	whole = whole_new();
	module_plug(whole);
	module_session(whole, 5, NULL);
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	expect_on_display(whole, "095", "UNKNOWN");
	whole_free(whole);
}

static void a_session_of_the_module_withholds_no_pulse(void)
{
	struct whole *whole = module_meter();
	struct wire *wire = &whole->wire;

	whole_seconds(whole, 3);
	whole->pulses = 0;
	whole_seconds(whole, 9);
	unsigned int expected = whole->pulses; /* 10.8 kW at 1.8 Wh: 15 in 9 s */

	CU_ASSERT_EQUAL(expected, 15);
	uint64_t start = wire->frame;

	whole->pulses = 0;
	module_session(whole, USER_RF, NULL);
	while (wire->frame < start + 8 * WHOLE_SECOND) {
		CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	}
	wire_wait(wire, start + 9 * WHOLE_SECOND - wire->frame);
	CU_ASSERT_EQUAL(whole->pulses, expected);
	whole_free(whole);
}

/* The early warning: the line follows in the same frame, before the meter saves. */

static struct exchange warning_exchange;
static unsigned int saves_with_warning;
static unsigned int saves_without;

static int note_save(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	if (warning_exchange.module_warning != 0) {
		saves_with_warning++;
	} else {
		saves_without++;
	}
	return whole_program(context, offset, bytes, count);
}

/* Frames until `end`; the warning changes at `change`. The frame at which the line changes, or 0.
 */
static uint64_t run_with_warning(struct whole *whole, uint64_t end, uint64_t change, uint32_t level,
				 uint32_t block)
{
	static struct sample_frame frames[2048];
	struct exchange *exchange = &warning_exchange;
	uint64_t line_change = 0;
	uint32_t before = 1 - level;

	while (whole->wire.frame < end) {
		uint64_t left = end - whole->wire.frame;

		memset(exchange, 0, sizeof(*exchange));
		exchange->frames = frames;
		exchange->frame_count = left < block ? (uint32_t)left : block;
		for (uint32_t i = 0; i < exchange->frame_count; i++) {
			frames[i] = whole->cycle[(whole->wire.frame + i) % WHOLE_CYCLE_FRAMES];
		}
		exchange->power_fail_warning = 1 - level;
		if (change <= whole->wire.frame + exchange->frame_count) {
			exchange->power_fail_warning = level;
			exchange->power_fail_frame =
				change > whole->wire.frame ? (uint32_t)(change - whole->wire.frame)
							   : 0;
		}
		meter_run(whole->meter, exchange);
		if (exchange->module_warning != before) {
			CU_ASSERT_EQUAL(line_change, 0);
			line_change = whole->wire.frame + exchange->module_warning_frame;
			before = exchange->module_warning;
		}
		whole->wire.frame += exchange->frames_consumed;
	}
	return line_change;
}

static void the_early_warning_reaches_the_module_in_its_frame_and_before_the_save(void)
{
	static const uint32_t blocks[] = {1, 7, 16, 128, 1536};

	for (unsigned int i = 0; i < 5; i++) {
		for (unsigned int strap = 0; strap < 2; strap++) {
			struct whole *whole = strap ? module_meter() : whole_new();

			whole->board.storage_program = note_save;
			whole_power_up(whole);
			memset(&warning_exchange, 0, sizeof(warning_exchange));
			saves_with_warning = saves_without = 0;
			CU_ASSERT_EQUAL(run_with_warning(whole, 9000, UINT64_MAX, 1, blocks[i]), 0);
			CU_ASSERT(saves_without > 0); /* the first save of the power-up */
			saves_without = 0;
			CU_ASSERT_EQUAL(run_with_warning(whole, 10200, 9999, 1, blocks[i]), 9999);
			CU_ASSERT(saves_with_warning > 0);
			CU_ASSERT_EQUAL(saves_without, 0);
			CU_ASSERT_EQUAL(run_with_warning(whole, 10752, 10752, 0, blocks[i]), 10752);
			CU_ASSERT_EQUAL(run_with_warning(whole, 12000, UINT64_MAX, 1, blocks[i]),
					0);
			whole_free(whole);
		}
	}
}

const char *const suite_name = "meter_module";
const struct suite_case suite_cases[] = {
	CASE(modules_of_the_notice_are_identified_by_what_they_say),
	CASE(what_is_not_in_the_notice_is_shown_and_not_trusted),
	CASE(the_first_statement_decides_until_the_module_is_pulled),
	CASE(a_statement_out_of_range_changes_nothing),
	CASE(the_optical_port_reads_what_the_module_says_and_never_writes_it),
	CASE(the_network_may_reset_the_demand_and_set_the_clock),
	CASE(passwords_of_programming_open_nothing_through_the_module),
	CASE(guessing_locks_the_port_where_it_happens),
	CASE(the_demand_lock_out_holds_for_every_origin),
	CASE(the_module_sets_the_clock_that_the_optical_port_reads),
	CASE(a_change_of_the_module_is_an_event_and_the_same_one_after_an_outage_is_none),
	CASE(the_log_names_the_network_that_has_done_it),
	CASE(what_the_module_says_of_itself_wears_nothing_out),
	CASE(without_a_module_the_port_is_dead),
	CASE(pulling_the_module_ends_its_session_at_once),
	CASE(the_display_names_the_module_and_its_firmware),
	CASE(a_session_of_the_module_withholds_no_pulse),
	CASE(the_early_warning_reaches_the_module_in_its_frame_and_before_the_save),
	CASES_END,
};
