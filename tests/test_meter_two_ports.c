/*
 * dut_firmware, optical and module's port beside each other: the same bytes at the same frames
 * whichever port is asked, whatever the other one does, in blocks of any size; and nothing that
 * comes over Zigbee leaves a trace.
 */
#define WHOLE_STORAGE_BYTES 524288u /* with event log and recorder */
#include "tests/support/module_wire.h"
#include "tests/support/port_tape.h"

static const uint32_t blocks[] = {1, 7, 16, 128, 1536};

/* A meter that has something to tell: registers, demand, a clock, a few intervals, events. */
static struct whole *busy_meter(void)
{
	static const uint8_t set_clock[] = {10, 0, 1, 3, 26, 7, 14, 1, 23, 0, 0};
	struct whole *whole = module_meter();

	whole->is_at_module = false;
	whole_session(whole, "FACTORY");
	CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, set_clock, sizeof(set_clock)), OK);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 2), 0);
	CU_ASSERT_EQUAL(wire_password(&whole->wire, "GUESS", ' '), ERR);
	whole_end_session(whole);
	whole_seconds(whole, 60);
	return whole;
}

/* Every number that a table could have, whole where it fits and in parts of 512 where not. Returns
 * how many there are. */
static unsigned int read_everything(struct whole *whole)
{
	struct wire *wire = &whole->wire;
	unsigned int tables = 0;

	for (unsigned int table = 0; table < 2048 + 8; table = table == 79 ? 2048 : table + 1) {
		int code = whole_table(whole, table);

		if (code == ONP) {
			for (unsigned int offset = 0;; offset += 512) {
				code = WIRE_REQUEST(wire, 0x3F, (uint8_t)(table >> 8),
						    (uint8_t)table, (uint8_t)(offset >> 16),
						    (uint8_t)(offset >> 8), (uint8_t)offset, 2, 0);
				if (code != OK || offset >= 6 * 512) { /* the log is long */
					break;
				}
			}
			code = OK;
		}
		tables += code == OK;
		CU_ASSERT(code == OK || code == ISC || code == IAR);
	}
	return tables;
}

/* A session that reads everything, as it went over the module's port, and its end. */
static uint64_t record_reading(struct whole *whole, unsigned int user, struct tape *tape)
{
	uint64_t start = whole->wire.frame;

	tape_record(whole, tape);
	module_session(whole, user, NULL);
	CU_ASSERT(read_everything(whole) > 30);
	whole_end_session(whole);
	CU_ASSERT(tape->sent.count > 9000);
	CU_ASSERT(whole->wire.frame > start);
	return whole->wire.frame;
}

static void the_module_reads_bit_for_bit_what_the_optical_port_reads_at_the_same_frame(void)
{
	static const unsigned int users[] = {USER_RF, USER_RF_ZIGBEE, 7};
	struct tape *tape = calloc(1, sizeof(*tape));
	struct tape_player *player = calloc(1, sizeof(*player));

	for (unsigned int i = 0; i < 3; i++) {
		struct whole *whole = busy_meter();

		memset(tape, 0, sizeof(*tape));
		uint64_t end = record_reading(whole, users[i], tape);

		whole_free(whole);
		whole = busy_meter();
		memset(player, 0, sizeof(*player));
		player->block = 977;
		player->optical = tape;
		tape_play(whole, player, end);
		CU_ASSERT_EQUAL(player->optical_given, tape->received.count);
		CU_ASSERT(tape_side_equals(&player->optical_sent, &tape->sent));
		CU_ASSERT_EQUAL(player->module_sent.count, 0);
		whole_free(whole);
	}
	free(player);
	free(tape);
}

/* The network at work: reads, a procedure that changes registers, a refused one, a wrong password.
 */
static uint64_t record_network(struct whole *whole, struct tape *tape)
{
	struct module_says says = module_says_rf();
	uint64_t end = whole->wire.frame + 20 * WHOLE_SECOND;

	tape_record(whole, tape);
	module_session(whole, USER_RF, NULL);
	says.octets[26] = '7';
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), OK);
	CU_ASSERT_EQUAL(wire_password(&whole->wire, "GUESS", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(&whole->wire, "OPERATE", ' '), OK);
	CU_ASSERT_EQUAL(whole_procedure(whole, 9, 3), 0);
	CU_ASSERT_EQUAL(whole_procedure(whole, 3, -1), -1000 - ISC);
	CU_ASSERT_EQUAL(whole_table(whole, 1), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 28), OK);
	wire_wait(&whole->wire, end - whole->wire.frame); /* the session ends by itself */
	return end;
}

/* At the optical port meanwhile: what the module's session does not change. */
static uint64_t record_optical(struct whole *whole, struct tape *tape)
{
	static const unsigned int tables[] = {0, 1, 2, 3, 5, 8, 11, 12, 27, 28, 2049, 2052};
	uint64_t end = whole->wire.frame + 20 * WHOLE_SECOND;

	whole->is_at_module = false;
	tape_record(whole, tape);
	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 0, 2), OK);
	CU_ASSERT_EQUAL(wire_password(&whole->wire, "ANOTHER", ' '), ERR);
	for (unsigned int i = 0; i < 24; i++) {
		CU_ASSERT_EQUAL(whole_table(whole, tables[i % 12]), OK);
	}
	CU_ASSERT_EQUAL(whole_procedure(whole, 16, 1), 6);
	wire_wait(&whole->wire, end - whole->wire.frame);
	return end;
}

struct outcome {
	struct tape_side optical_sent, module_sent, read;
	char display[EXCHANGE_DISPLAY_BYTES];
	unsigned int pulses;
	uint8_t storage[WHOLE_STORAGE_BYTES];
};

static void both_ports_at_once_answer_as_if_each_were_alone_in_blocks_of_any_size(void)
{
	struct tape *optical = calloc(1, sizeof(*optical));
	struct tape *module = calloc(1, sizeof(*module));
	struct tape *reading = calloc(1, sizeof(*reading));
	struct tape_player *player = calloc(1, sizeof(*player));
	struct outcome *first = calloc(1, sizeof(*first));
	struct whole *whole = busy_meter();
	uint64_t start = whole->wire.frame;
	uint64_t end = record_network(whole, module);

	whole_free(whole);
	whole = busy_meter();
	CU_ASSERT_EQUAL(record_optical(whole, optical), end);
	CU_ASSERT(module->received.frames[module->received.count - 1] > start + 1500);
	CU_ASSERT(optical->received.frames[optical->received.count - 1] > start + 1500);
	whole_free(whole);
	whole = busy_meter(); /* requests with which to look at a meter afterwards */
	wire_wait(&whole->wire, end - whole->wire.frame);
	uint64_t last = record_reading(whole, USER_RF, reading);

	whole_free(whole);
	for (unsigned int i = 0; i < 10; i++) {
		whole = busy_meter();
		memset(player, 0, sizeof(*player));
		player->block = blocks[i % 5];
		player->return_after =
			i < 5 ? 0 : EXCHANGE_RETURN_AFTER_BYTE | EXCHANGE_RETURN_AFTER_PULSE;
		player->optical = optical;
		player->module = module;
		whole->pulses = 0;
		tape_play(whole, player, end);
		CU_ASSERT(tape_side_equals(&player->optical_sent, &optical->sent));
		CU_ASSERT(tape_side_equals(&player->module_sent, &module->sent));

		/* and the meter is the same one afterwards */
		struct tape_side *read = calloc(1, sizeof(*read));

		memset(player, 0, sizeof(*player));
		player->block = blocks[i % 5];
		player->optical = reading;
		tape_play(whole, player, last);
		*read = player->optical_sent;
		CU_ASSERT(read->count > 9000);
		if (i == 0) {
			first->read = *read;
			memcpy(first->display, whole->display, sizeof(first->display));
			first->pulses = whole->pulses;
			memcpy(first->storage, whole->storage, sizeof(first->storage));
			CU_ASSERT(first->pulses > 0);
		}
		CU_ASSERT(tape_side_equals(&first->read, read));
		CU_ASSERT_STRING_EQUAL(first->display, whole->display);
		CU_ASSERT_EQUAL(first->pulses, whole->pulses);
		CU_ASSERT(memcmp(first->storage, whole->storage, sizeof(first->storage)) == 0);
		free(read);
		whole_free(whole);
	}
	free(first);
	free(player);
	free(reading);
	free(module);
	free(optical);
}

/* Zigbee */

static uint32_t seed = 20260714;

static uint8_t noise(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return (uint8_t)(seed >> 11);
}

static void begin(struct whole *whole, unsigned int user)
{
	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(&whole->wire, 0x20), OK);
	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(&whole->wire, 0x60, 2, 0, 4), OK);
	CU_ASSERT_EQUAL_FATAL(module_logon(whole, user), OK);
}

/* All writes of all tables and all procedures: isc. */
static void try_all_writes(struct whole *whole, unsigned int user)
{
	static const char *const passwords[] = {"READ", "OPERATE", "PROGRAM", "FACTORY", "GUESS"};
	static const uint8_t lengths[] = {1, 3, 4, 13, 26, 40, 84};
	struct wire *wire = &whole->wire;
	struct module_says says = module_says_plc();
	uint8_t octets[84];

	begin(whole, user);
	for (unsigned int i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(wire_password(wire, passwords[i], ' '), ERR);
	}
	for (unsigned int table = 0; table < 4096; table = table == 95 ? 2040 : table + 1) {
		if (table == 2080) {
			table = 4090;
		}
		for (unsigned int i = 0; i < sizeof(lengths); i++) {
			for (unsigned int octet = 0; octet < sizeof(octets); octet++) {
				octets[octet] = i % 2 ? noise() : 0;
			}
			CU_ASSERT_EQUAL(wire_write(wire, table, octets, lengths[i]), ISC);
		}
		CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x4F, (uint8_t)(table >> 8), (uint8_t)table, 0,
					     0, 1, 0, 1, 5, 0xFB),
				ISC);
	}
	CU_ASSERT_EQUAL(module_state_itself(whole, &says), ISC);
	for (unsigned int number = 0; number < 2048 + 64;
	     number = number == 63 ? 2048 : number + 1) {
		for (unsigned int length = 3; length <= 19; length += 1) {
			uint8_t call[19] = {(uint8_t)number, (uint8_t)(number >> 8), 7,
					    (uint8_t)length, 1};

			CU_ASSERT_EQUAL(wire_write(wire, 7, call, length), ISC);
		}
	}
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 4), 0);
	whole_end_session(whole);
}

/* Every service code with whatever behind it; none of these is a write that could be in order,
 * because a barrage of those is above. */
static void try_all_services(struct whole *whole, unsigned int user)
{
	struct wire *wire = &whole->wire;
	uint8_t request[48];

	for (unsigned int code = 0; code < 256; code++) {
		for (unsigned int length = 1; length < sizeof(request); length += 7) {
			begin(whole, user);
			request[0] = (uint8_t)code;
			for (unsigned int i = 1; i < length; i++) {
				request[i] = noise();
			}
			if (code == 0x50) { /* the module says who it speaks for, not the air */
				continue;
			}
			wire_request(wire, request, length);
			/* whatever state that was: the next Identification begins anew */
		}
	}
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), OK);
}

static void nothing_that_comes_over_zigbee_changes_an_octet(void)
{
	static const unsigned int users[] = {USER_RF_ZIGBEE, USER_PLC_ZIGBEE};
	struct tape *reading = calloc(1, sizeof(*reading));
	struct tape_player *player = calloc(1, sizeof(*player));

	printf("seed %u ", seed);
	for (unsigned int i = 0; i < 2; i++) {
		struct whole *attacked = busy_meter();
		struct whole *left_alone = busy_meter();

		attacked->is_at_module = true;
		try_all_writes(attacked, users[i]);
		try_all_services(attacked, users[i]);
		uint64_t end = attacked->wire.frame + 3 * WHOLE_SECOND;

		wire_wait(&attacked->wire, end - attacked->wire.frame);
		wire_wait(&left_alone->wire, end - left_alone->wire.frame);
		CU_ASSERT(memcmp(attacked->storage, left_alone->storage,
				 sizeof(attacked->storage)) == 0);
		CU_ASSERT_STRING_EQUAL(attacked->display, left_alone->display);
		CU_ASSERT_EQUAL(attacked->pulses, left_alone->pulses);
		memset(reading, 0, sizeof(*reading));
		uint64_t last = record_reading(left_alone, USER_RF, reading);

		memset(player, 0, sizeof(*player));
		player->block = 977;
		player->module = reading;
		tape_play(attacked, player, last);
		CU_ASSERT(tape_side_equals(&player->module_sent, &reading->sent));
		whole_free(left_alone);
		whole_free(attacked);
	}
	free(player);
	free(reading);
}

const char *const suite_name = "meter_two_ports";
const struct suite_case suite_cases[] = {
	CASE(the_module_reads_bit_for_bit_what_the_optical_port_reads_at_the_same_frame),
	CASE(both_ports_at_once_answer_as_if_each_were_alone_in_blocks_of_any_size),
	CASE(nothing_that_comes_over_zigbee_changes_an_octet),
	CASES_END,
};
