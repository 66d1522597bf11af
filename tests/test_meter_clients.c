/*
 * Habits of public clients that the meter has to survive, as transcripts at its optical port
 * (packets by hand, tests/support/optical_wire.h). What they do is told by their sources; none of
 * it is forbidden.
 */
#define WHOLE_STORAGE_BYTES 524288u
#include "tests/support/whole_meter.h"

#define PACKET_CONTROL 3u /* behind the acknowledgement: EE, identity, control, sequence */
#define PACKET_SEQUENCE 4u
#define MULTIPLE_PACKETS 0x80u

static struct whole *whole;
static struct wire *wire;

static void begin(void)
{
	whole = whole_new();
	wire = &whole->wire;
	whole_seconds(whole, 2);
}

static void end(void)
{
	whole_free(whole);
}

/* Silent on the line for so long; whether the meter was, too. */
static bool stays_silent(double seconds)
{
	wire->sent_used = wire->sent_count = 0;
	whole_seconds(whole, seconds);
	return wire->sent_count == 0;
}

static void send_byte(uint8_t byte)
{
	wire_send(wire, &byte, 1);
}

/* A request whose answer the client does not acknowledge. */
static void ask_and_forget(const uint8_t *request, unsigned int count)
{
	uint8_t packet[64];
	unsigned int length = wire_packet(packet, wire->toggle, 0, request, count);

	wire->toggle ^= 0x20;
	wire->sent_used = wire->sent_count = 0;
	wire_send(wire, packet, length);
	CU_ASSERT_EQUAL(wire_next(wire, 100), 0x06);
	CU_ASSERT(wire_receive_packet(wire, packet) > 0);
}

/* ---- one that logs off and never terminates, and counts its toggle on through all sessions ----
 */

static void session_without_terminate(void)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x61, 2, 0, 2, 6), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "READ", '\0'), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 0), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), OK);
}

static void one_that_never_terminates_starts_again_after_any_silence(void)
{
	static const double silences[] = {0, 1, 5.9, 6.1, 60};

	for (unsigned int i = 0; i < 5; i++) {
		begin();
		session_without_terminate();
		CU_ASSERT(stays_silent(silences[i]));
		session_without_terminate();
		/* and a new process of it, whose first packet is the first of the one before */
		wire->toggle = 0;
		CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
		wire->toggle = 0;
		CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
		end();
	}
}

/* Logon and security fit into the smallest size that it may be granted; a longer request of its in
 * one packet is refused, and the session goes on. */
static void one_that_ignores_the_negotiated_size_keeps_its_session(void)
{
	uint8_t request[90] = {0x40, 0, 42, 0, 84}, packet[100];

	begin();
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x61, 0, 64, 1, 6), OK);
	CU_ASSERT_EQUAL(wire->response[1] << 8 | wire->response[2], 64);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", '\0'), OK);
	for (int attempt = 0; attempt < 3; attempt++) {
		unsigned int length =
			wire_packet(packet, wire->toggle, 0, request, sizeof(request));

		wire->sent_used = wire->sent_count = 0;
		wire_send(wire, packet, length);
		CU_ASSERT_EQUAL(wire_next(wire, WHOLE_SECOND), 0x15);
	}
	CU_ASSERT_EQUAL(whole_table(whole, 1), OK);
	end();
}

/* It acknowledges when it finds the time. */
static void one_that_acknowledges_slowly_gets_its_answer_once(void)
{
	uint8_t packet[64];

	begin();
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	ask_and_forget((const uint8_t[]){0x30, 0, 5}, 3);
	CU_ASSERT(stays_silent(1.9));
	send_byte(0x06);
	CU_ASSERT(stays_silent(3));
	CU_ASSERT_EQUAL(whole_table(whole, 5), OK);
	/* and one that takes longer than 2 s sees it again, the same packet */
	ask_and_forget((const uint8_t[]){0x30, 0, 5}, 3);
	wire_acknowledge(wire, 0x06);
	ask_and_forget((const uint8_t[]){0x30, 0, 1}, 3);
	CU_ASSERT_FALSE(stays_silent(2.2));
	CU_ASSERT(wire_receive_packet(wire, packet) > 0);
	send_byte(0x06);
	CU_ASSERT(stays_silent(3));
	end();
}

/* ---- one that reads ST1 first, negotiates without rates and sends NAK in silence ---- */

static void one_that_reads_st1_first_is_served(void)
{
	begin();
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 0x80, 0xFF), OK);
	CU_ASSERT_EQUAL(wire->response_length, 5);
	CU_ASSERT_EQUAL(wire->response[1] << 8 | wire->response[2], 128);
	CU_ASSERT(wire->response[3] >= 1);
	CU_ASSERT_EQUAL(wire->response[4], 6);
	whole_seconds(whole, 0.02);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "READ", ' '), OK);
	CU_ASSERT_EQUAL(whole_table(whole, 1), OK);
	CU_ASSERT_EQUAL(wire->response_length, 32 + 4);
	/* more than one packet of 128: by fragments, because it allows 255 of them */
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);
	CU_ASSERT(wire->response_packets > 1);
	CU_ASSERT_EQUAL(whole_procedure(whole, 7, -1), 5); /* no right: told in ST8 */
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), OK);
	end();
}

/* In base state, in session, before the answer and behind it. */
static void one_that_sends_nak_in_every_silence_is_not_answered_twice(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		send_byte(0x15);
		CU_ASSERT(stays_silent(2));
	}
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	send_byte(0x15);
	CU_ASSERT(stays_silent(2));
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT(stays_silent(2));
		send_byte(0x15);
	}
	CU_ASSERT_EQUAL(whole_table(whole, 1), OK);
	/* these silences have been no traffic: the session ends with the sixth second */
	for (int i = 0; i < 3; i++) {
		CU_ASSERT(stays_silent(2));
		send_byte(0x15);
	}
	CU_ASSERT_EQUAL(whole_table(whole, 1), ISSS);
	end();
}

/* A NAK for the answer that it has not understood brings that answer, not the next. */
static void one_that_answers_with_nak_gets_the_same_packet_again(void)
{
	uint8_t first[256], again[256];

	begin();
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	ask_and_forget((const uint8_t[]){0x30, 0, 1}, 3);
	unsigned int count = wire->sent_count - 1;
	memcpy(first, wire->sent + 1, count);
	whole_seconds(whole, 1.5);
	wire->sent_used = wire->sent_count = 0;
	send_byte(0x15);
	CU_ASSERT_EQUAL(wire_receive_packet(wire, again), count);
	CU_ASSERT_EQUAL(memcmp(first, again, count), 0);
	wire_acknowledge(wire, 0x06);
	CU_ASSERT(stays_silent(3));
	CU_ASSERT_EQUAL(whole_table(whole, 1), OK);
	end();
}

/* It asks a busy meter again every 2 s, 20 times. */
static void one_that_repeats_its_password_while_the_meter_is_busy_gets_in(void)
{
	int code = -1, tries = 0;

	begin();
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	for (int i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(wire_password(wire, "WRONG", ' '), ERR);
	}
	do {
		code = wire_password(wire, "READ", ' ');
		CU_ASSERT(code == OK || code == BSY);
		CU_ASSERT(stays_silent(2));
	} while (code == BSY && ++tries < 20);
	CU_ASSERT_EQUAL(code, OK);
	CU_ASSERT(tries > 0 && tries < 7); /* of 10 s */
	CU_ASSERT_EQUAL(whole_table(whole, 1), OK);
	end();
}

/* Its start fails: it dies with an answer outstanding, which the meter repeats into the next start
 * 7 s later, or into one that comes at once. */
static void one_that_dies_unacknowledged_can_start_again_at_any_time(void)
{
	static const double silences[] = {0.01, 1, 2.05, 3, 7, 9};

	for (unsigned int i = 0; i < 6; i++) {
		begin();
		CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
		CU_ASSERT_EQUAL(wire_logon(wire), OK);
		ask_and_forget((const uint8_t[]){0x30, 0, 5}, 3);
		whole_seconds(whole, silences[i]);
		wire->toggle = 0;
		CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
		CU_ASSERT_EQUAL(wire->response_length, 5);
		CU_ASSERT_EQUAL(wire_logon(wire), OK);
		CU_ASSERT_EQUAL(whole_table(whole, 5), OK);
		end();
	}
}

/* ---- one that puts Wait between all requests and takes single packets only ---- */

static void ask_to_wait(uint8_t seconds)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x70, seconds), OK);
}

/* True when the answer was one packet that says so. */
static bool came_in_one_packet(void)
{
	return wire->response_packets == 1 && wire->sent[PACKET_SEQUENCE] == 0 &&
	       (wire->sent[PACKET_CONTROL] & MULTIPLE_PACKETS) == 0;
}

static void one_that_waits_and_takes_single_packets_reads_every_table(void)
{
	static const uint8_t user[] = {0x50, 0,	  1,   'n', 'e', 't', 'z',
				       'e',  'r', 'o', ' ', ' ', ' '};
	static const uint8_t unknown[] = {84, 8, 1}; /* manufacturer procedure 84 */
	unsigned int tables = 0, read = 0;
	uint8_t used[32];

	begin();
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0x20, 0, 1), OK);
	CU_ASSERT(wire->response[1] << 8 | wire->response[2]);
	CU_ASSERT((wire->response[1] << 8 | wire->response[2]) <= 8192);
	CU_ASSERT_EQUAL(wire->response[3], 1);
	ask_to_wait(0x78);
	CU_ASSERT(stays_silent(100));
	CU_ASSERT_EQUAL(wire_request(wire, user, sizeof(user)), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "READ", '\0'), OK);
	ask_to_wait(0x3C);
	CU_ASSERT_EQUAL(wire_write(wire, 7, unknown, sizeof(unknown)), OK);
	ask_to_wait(0x3C);
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 3, 1), 6);
	ask_to_wait(0x3C);
	CU_ASSERT_EQUAL(whole_table(whole, 0), OK);
	CU_ASSERT(came_in_one_packet());
	unsigned int octets = (unsigned int)whole_number(whole, 13, 1);
	CU_ASSERT_FATAL(octets > 0 && octets <= sizeof(used));
	memcpy(used, wire->response + 3 + 19, octets);
	for (unsigned int table = 0; table < 8 * octets; table++) {
		if (!(used[table / 8] >> table % 8 & 1) || table == 7) {
			continue;
		}
		ask_to_wait(0x3C);
		int code = whole_table(whole, table);

		CU_ASSERT(code == OK || code == ISC || code == ONP);
		CU_ASSERT(came_in_one_packet());
		tables++;
		read += code == OK;
	}
	/* passwords, recorder and log are not read at one go, the last two in parts */
	CU_ASSERT(tables > 20 && read + 3 >= tables);
	ask_to_wait(0x3C);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 64, 0, 0, 0, 1, 0), OK);
	CU_ASSERT(came_in_one_packet());
	ask_to_wait(0x3C);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 74, 0, 0, 0, 0, 11), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), OK);
	end();
}

/* A Wait counts once; it does not keep a session that the next request has left. */
static void one_that_waits_once_too_few_is_logged_off(void)
{
	begin();
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	ask_to_wait(0x3C);
	CU_ASSERT(stays_silent(50));
	CU_ASSERT_EQUAL(whole_table(whole, 1), OK);
	CU_ASSERT(stays_silent(7));
	CU_ASSERT_EQUAL(whole_table(whole, 1), ISSS);
	wire->toggle = 0;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	end();
}

const char *const suite_name = "meter_clients";
const struct suite_case suite_cases[] = {
	CASE(one_that_never_terminates_starts_again_after_any_silence),
	CASE(one_that_ignores_the_negotiated_size_keeps_its_session),
	CASE(one_that_acknowledges_slowly_gets_its_answer_once),
	CASE(one_that_reads_st1_first_is_served),
	CASE(one_that_sends_nak_in_every_silence_is_not_answered_twice),
	CASE(one_that_answers_with_nak_gets_the_same_packet_again),
	CASE(one_that_repeats_its_password_while_the_meter_is_busy_gets_in),
	CASE(one_that_dies_unacknowledged_can_start_again_at_any_time),
	CASE(one_that_waits_and_takes_single_packets_reads_every_table),
	CASE(one_that_waits_once_too_few_is_logged_off),
	CASES_END,
};
