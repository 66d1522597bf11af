/* drivers/optical/c1218_link */
#include "drivers/optical/c1218_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/psem_frame.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

#define OK_T0 "ee0000000001001131"
#define OK_T1 "ee0020000001008051"
#define READ_ST23 "ee0000000003300017e278"

static struct scripted_port port;
static struct optical_link link;
static const uint8_t read_st23[] = {0x30, 0x00, 0x17};
static uint8_t message[C1218_MAXIMUM_MESSAGE];
static size_t count;

static void start(void)
{
	scripted_port_init(&port, "TEST::meter");
	optical_link_init(&link, &port.port);
	count = 99;
}

static enum status send_read(void)
{
	return optical_link_send(&link, "read of ST23", read_st23, sizeof(read_st23));
}

static enum status receive(void)
{
	return optical_link_receive(&link, "read of ST23", message, sizeof(message), &count);
}

static void reply_frame(uint8_t control, uint8_t sequence, const char *hex)
{
	uint8_t data[512], frame[520];

	scripted_port_reply(&port, 0, frame,
			    psem_frame(control, sequence, data, hex_bytes(hex, data, 512), frame));
}

static void the_crc_is_that_of_the_catalogue(void)
{
	uint8_t bytes[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9', 0x6E, 0x90};

	CU_ASSERT_EQUAL(optical_link_crc(bytes, 9), 0x906E);
	CU_ASSERT_EQUAL(optical_link_crc(bytes, 11), 0x0F47); /* residue after data and CRC */
}

struct vector {
	char name[64];
	uint8_t frame[128];
	size_t length;
};

/* The next vector of that direction; false at the end of the file. */
static bool next_vector(FILE *file, const char *wanted, struct vector *vector)
{
	char line[512], direction[16], hex[400];

	while (fgets(line, sizeof(line), file)) {
		if (line[0] != '#' &&
		    sscanf(line, "%63s %15s %399s", vector->name, direction, hex) == 3 &&
		    !strcmp(direction, wanted)) {
			vector->length = hex_bytes(hex, vector->frame, sizeof(vector->frame));
			return true;
		}
	}
	return false;
}

static FILE *open_vectors(void)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/tests/captures/c1218_vectors.txt", source_folder);
	FILE *file = fopen(path, "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	return file;
}

static void every_published_request_is_sent_byte_for_byte(void)
{
	FILE *file = open_vectors();
	struct vector vector;
	int vectors = 0;

	while (next_vector(file, "request", &vector)) {
		start();
		if (strstr(vector.name, "_t1")) {
			scripted_port_expect_hex(&port, OK_T0); /* spends toggle 0 */
			scripted_port_reply_hex(&port, 0.001, "06");
			CU_ASSERT_EQUAL(optical_link_send(&link, "spent", (const uint8_t *)"", 1),
					STATUS_OK);
		}
		scripted_port_expect(&port, vector.frame, vector.length);
		scripted_port_reply_hex(&port, 0.001, "06");
		CU_ASSERT_EQUAL(
			optical_link_send(&link, vector.name, vector.frame + 6, vector.length - 8),
			STATUS_OK);
		CU_ASSERT_STRING_EQUAL(port.mismatch, "");
		CU_ASSERT(scripted_port_is_done(&port));
		vectors++;
	}
	fclose(file);
	CU_ASSERT_EQUAL(vectors, 27);
}

/* The data of the published responses, by hand from the table of services. */
static const struct {
	const char *name, *hex;
} response_data[] = {
	{"identification_version_1_t0", "0000010000"},
	{"identification_version_2_t0", "0000020000"},
	{"ok_t0", "00"},
	{"ok_t1", "00"},
	{"isc_t0", "03"},
	{"iar_t0", "05"},
	{"bsy_t0", "06"},
	{"isss_t0", "0A"},
	{"negotiate_128_4_9600_t1", "0000800406"},
};

static void every_published_response_is_understood(void)
{
	FILE *file = open_vectors();
	struct vector vector;
	size_t vectors = 0;

	while (next_vector(file, "response", &vector) && strncmp(vector.name, "two_packets", 11)) {
		uint8_t expected[8];

		CU_ASSERT_STRING_EQUAL_FATAL(vector.name, response_data[vectors].name);
		size_t length = hex_bytes(response_data[vectors].hex, expected, sizeof(expected));

		start();
		scripted_port_reply(&port, 0.1, vector.frame, vector.length);
		scripted_port_expect_hex(&port, "06");
		CU_ASSERT_EQUAL(receive(), STATUS_OK);
		CU_ASSERT_EQUAL(count, length);
		CU_ASSERT_EQUAL(memcmp(message, expected, length), 0);
		CU_ASSERT(scripted_port_is_done(&port));
		vectors++;
	}
	fclose(file);
	CU_ASSERT_EQUAL(vectors, sizeof(response_data) / sizeof(response_data[0]));
}

/* 00, count 0064, octets 00..63h, checksum AA: the published message of two packets. */
static void fill_long_message(uint8_t bytes[104])
{
	bytes[0] = 0;
	bytes[1] = 0;
	bytes[2] = 100;
	for (int i = 0; i < 100; i++) {
		bytes[3 + i] = (uint8_t)i;
	}
	bytes[103] = 0xAA;
}

static void find_two_packets(struct vector packets[2])
{
	FILE *file = open_vectors();
	int found = 0;

	while (found < 2 && next_vector(file, "response", &packets[found])) {
		found += !strncmp(packets[found].name, "two_packets", 11);
	}
	fclose(file);
	CU_ASSERT_EQUAL_FATAL(found, 2);
}

static void the_published_answer_in_two_packets_is_joined(void)
{
	struct vector packets[2];
	uint8_t expected[104];

	find_two_packets(packets);
	fill_long_message(expected);
	start();
	optical_link_set_limits(&link, 64, 2);
	for (int i = 0; i < 2; i++) {
		scripted_port_reply(&port, 0.01, packets[i].frame, packets[i].length);
		scripted_port_expect_hex(&port, "06");
	}
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(count, 104);
	CU_ASSERT_EQUAL(memcmp(message, expected, 104), 0);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void a_long_request_is_split_like_the_published_one(void)
{
	struct vector packets[2];
	uint8_t request[104];

	find_two_packets(packets);
	fill_long_message(request);
	start();
	optical_link_set_limits(&link, 64, 2);
	for (int i = 0; i < 2; i++) {
		scripted_port_expect(&port, packets[i].frame, packets[i].length);
		scripted_port_reply_hex(&port, 0.001, "06");
	}
	CU_ASSERT_EQUAL(optical_link_send(&link, "write", request, 104), STATUS_OK);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void a_request_longer_than_negotiated_is_not_sent(void)
{
	uint8_t request[57] = {0x40};

	start();
	CU_ASSERT_EQUAL(optical_link_send(&link, "write of MT0", request, 57), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"write of MT0: 57 bytes do not fit in 1 packets of 64 as the meter negotiated");
	CU_ASSERT_EQUAL(port.sent_count, 0);
}

static void a_refused_packet_is_repeated_unchanged(void)
{
	start();
	scripted_port_expect_hex(&port, READ_ST23);
	scripted_port_reply_hex(&port, 0.01, "15");
	scripted_port_expect_hex(&port, READ_ST23);
	scripted_port_reply_hex(&port, 0.01, "06");
	CU_ASSERT_EQUAL(send_read(), STATUS_OK);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void a_packet_refused_four_times_is_given_up(void)
{
	start();
	for (int i = 0; i < 4; i++) {
		scripted_port_expect_hex(&port, READ_ST23);
		scripted_port_reply_hex(&port, 0.01, "15");
	}
	CU_ASSERT_EQUAL(send_read(), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "read of ST23: the packet was sent 4 times and answered by NAK");
	CU_ASSERT(scripted_port_is_done(&port));
}

static void silence_is_a_time_out_after_four_attempts_of_two_seconds(void)
{
	start();
	for (int i = 0; i < 4; i++) {
		scripted_port_expect_hex(&port, READ_ST23);
	}
	CU_ASSERT_EQUAL(send_read(), STATUS_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "read of ST23: no acknowledgement within 2.0 s, sent 4 times");
	CU_ASSERT(scripted_port_is_done(&port));
	/* 4 * (2 s + 11 bytes of 10/9600 s) and the turn-around */
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&port), 8.046, 0.01);
}

static void an_acknowledged_request_without_answer_is_a_time_out_of_six_seconds(void)
{
	start();
	CU_ASSERT_EQUAL(receive(), STATUS_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "read of ST23: acknowledged, but no answer within 6.0 s");
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&port), 6.0, 1e-6);
	CU_ASSERT_EQUAL(port.sent_count, 0);
}

static void bytes_outside_packets_are_ignored(void)
{
	start();
	scripted_port_expect_hex(&port, READ_ST23);
	scripted_port_reply_hex(&port, 0.01,
				"00FF4106"
				"00FFFF0615" OK_T0);
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(send_read(), STATUS_OK);
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void the_line_is_given_175_microseconds_before_we_drive_it(void)
{
	start();
	scripted_port_reply_hex(&port, 0, OK_T0);
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	/* 9 bytes in, pause, 1 byte out */
	CU_ASSERT(scripted_port_seconds(&port) >= 10 * port.byte_seconds + 175e-6);
}

static void a_repeated_answer_is_acknowledged_and_not_taken_twice(void)
{
	start();
	scripted_port_reply_hex(&port, 0.01, OK_T0);
	scripted_port_expect_hex(&port, "06");
	scripted_port_reply_hex(&port, 2.0, OK_T0);
	scripted_port_expect_hex(&port, "06");
	scripted_port_reply_hex(&port, 0.01, OK_T1);
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void a_peer_that_only_repeats_itself_is_reported_so(void)
{
	start();
	for (int i = 0; i < 2; i++) {
		scripted_port_reply_hex(&port, 0.01, OK_T0);
		scripted_port_expect_hex(&port, "06");
	}
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(receive(), STATUS_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(status_reason(), "read of ST23: acknowledged, but only the answer "
						"before it was repeated within 6.0 s");
}

static void equal_toggle_with_another_crc_is_a_new_packet(void)
{
	start();
	scripted_port_reply_hex(&port, 0.01, OK_T0);
	scripted_port_expect_hex(&port, "06");
	scripted_port_reply_hex(&port, 0.01, "ee0000000001038a03");
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(message[0], 3);
}

static void a_new_session_remembers_no_packet_of_the_last(void)
{
	start();
	for (int i = 0; i < 2; i++) {
		scripted_port_reply_hex(&port, 0.01, OK_T0);
		scripted_port_expect_hex(&port, "06");
	}
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	optical_link_reset(&link);
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void a_repeated_answer_in_place_of_the_acknowledgement_is_passed_over(void)
{
	start();
	scripted_port_reply_hex(&port, 0.01, OK_T0);
	scripted_port_expect_hex(&port, "06" READ_ST23);
	scripted_port_reply_hex(&port, 0.01, OK_T0);
	scripted_port_expect_hex(&port, "06");
	scripted_port_reply_hex(&port, 0.01, "06" OK_T1);
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(send_read(), STATUS_OK);
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT(scripted_port_is_done(&port));
}

static void a_new_answer_stands_for_a_lost_acknowledgement(void)
{
	start();
	scripted_port_expect_hex(&port, READ_ST23);
	scripted_port_reply_hex(&port, 0.01, OK_T1);
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(send_read(), STATUS_OK);
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT(scripted_port_is_done(&port));
}

/* `damaged` comes first, is answered by NAK after half a second of silence, then the good answer is
 * taken. */
static void expect_nak_for(const char *damaged)
{
	start();
	scripted_port_reply_hex(&port, 0, damaged);
	scripted_port_expect_hex(&port, "15");
	scripted_port_reply_hex(&port, 0.01, OK_T0);
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(receive(), STATUS_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT(scripted_port_is_done(&port));
	CU_ASSERT(scripted_port_seconds(&port) >= 0.5);
}

static void a_crc_error_is_answered_by_nak(void)
{
	expect_nak_for("ee0000000001001130");
	expect_nak_for("ee0000000001011131");
}

static void a_packet_of_length_zero_is_answered_by_nak(void)
{
	uint8_t frame[8] = {0};
	char hex[17];

	psem_frame(0, 0, (const uint8_t *)"", 0, frame);
	for (int i = 0; i < 8; i++) {
		snprintf(hex + 2 * i, 3, "%02X", frame[i]);
	}
	expect_nak_for(hex);
}

static void a_packet_longer_than_negotiated_is_answered_by_nak(void)
{
	expect_nak_for("ee0000000039"); /* 57 bytes, 56 allowed; the rest never comes */
	expect_nak_for("ee000000ffff00010203");
}

static void a_gap_inside_a_packet_is_answered_by_nak(void)
{
	expect_nak_for("ee000000000100");
}

static void an_answer_damaged_four_times_is_given_up(void)
{
	start();
	for (int i = 0; i < 4; i++) {
		scripted_port_reply_hex(&port, 0, "ee0000000001001130");
		scripted_port_expect_hex(&port, "15");
	}
	CU_ASSERT_EQUAL(receive(), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "read of ST23: the answer came damaged 4 times");
}

/* Two packets whose second departs from what must follow C0, sequence 1. */
static void expect_out_of_order(uint8_t control, uint8_t sequence)
{
	start();
	optical_link_set_limits(&link, 64, 4);
	reply_frame(0xC0, 2, "000001");
	scripted_port_expect_hex(&port, "06");
	reply_frame(control, sequence, "5500");
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(receive(), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "is out of order"));
}

static void packets_out_of_order_are_a_protocol_error(void)
{
	expect_out_of_order(0xA0, 0); /* one is missing */
	expect_out_of_order(0xA0, 2); /* no progress */
	expect_out_of_order(0xA0, 3);
	expect_out_of_order(0xE0, 1); /* a second first one */
	expect_out_of_order(0x20, 1); /* not part of the message */
}

/* A first packet that cannot be one. */
static void expect_refused_first(uint8_t control, uint8_t sequence, const char *words)
{
	start();
	reply_frame(control, sequence, "00");
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(receive(), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), words));
}

static void a_first_packet_that_cannot_be_one_is_a_protocol_error(void)
{
	expect_refused_first(0x80, 0, "is out of order");
	expect_refused_first(0x00, 1, "a single packet has control 00h and sequence 1");
	expect_refused_first(0x40, 0, "a single packet has control 40h");
	expect_refused_first(0xC0, 1, "begins with 2 packets; 1 were negotiated");
	expect_refused_first(0x01, 0, "data format 1");
}

static void an_answer_longer_than_the_callers_room_is_refused(void)
{
	start();
	reply_frame(0, 0, "000102030405");
	scripted_port_expect_hex(&port, "06");
	CU_ASSERT_EQUAL(optical_link_receive(&link, "read of ST23", message, 5, &count),
			STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "read of ST23: the answer is longer than 5 bytes");
}

static void endless_noise_ends_the_flush_after_a_second(void)
{
	static uint8_t noise[4000]; /* 4.2 s of it */

	start();
	scripted_port_reply(&port, 0, noise, sizeof(noise));
	CU_ASSERT_EQUAL(optical_link_flush(&link), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&port), 1.0, 0.01);
}

static uint32_t random_state;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* A valid packet with some of its bytes replaced, shortened or followed by more. */
static size_t mutated_packet(uint8_t *bytes)
{
	uint8_t data[56];
	size_t length = 1 + next_random() % sizeof(data);

	for (size_t i = 0; i < length; i++) {
		data[i] = (uint8_t)next_random();
	}
	uint8_t control = (uint8_t)(next_random() % 4 ? next_random() & 0xE0 : next_random());

	length = psem_frame(control, (uint8_t)(next_random() % 3), data, length, bytes);
	for (uint32_t changes = next_random() % 3; changes; changes--) {
		bytes[next_random() % length] = (uint8_t)next_random();
	}
	return next_random() % 4 ? length : 1 + next_random() % length;
}

static void mutated_answers_never_break_the_link(void)
{
	random_state = 20260105;
	printf("seed %u ", random_state);
	int accepted = 0, refused = 0;

	for (int i = 0; i < 50000; i++) {
		uint8_t bytes[64];

		if (i % 50 == 0) {
			start();
			optical_link_set_limits(&link, 64, 3);
		}
		for (uint32_t packets = 1 + next_random() % 3; packets; packets--) {
			scripted_port_feed(&port, 0.01, bytes, mutated_packet(bytes));
		}
		enum status status = receive();

		accepted += status == STATUS_OK;
		refused += status == STATUS_PROTOCOL || status == STATUS_TIMEOUT;
		CU_ASSERT_FATAL(count <= sizeof(message));
	}
	CU_ASSERT_EQUAL(accepted + refused, 50000);
	CU_ASSERT(accepted > 100 && refused > 100);
}

const char *const suite_name = "c1218_link";
const struct suite_case suite_cases[] = {
	CASE(the_crc_is_that_of_the_catalogue),
	CASE(every_published_request_is_sent_byte_for_byte),
	CASE(every_published_response_is_understood),
	CASE(the_published_answer_in_two_packets_is_joined),
	CASE(a_long_request_is_split_like_the_published_one),
	CASE(a_request_longer_than_negotiated_is_not_sent),
	CASE(a_refused_packet_is_repeated_unchanged),
	CASE(a_packet_refused_four_times_is_given_up),
	CASE(silence_is_a_time_out_after_four_attempts_of_two_seconds),
	CASE(an_acknowledged_request_without_answer_is_a_time_out_of_six_seconds),
	CASE(bytes_outside_packets_are_ignored),
	CASE(the_line_is_given_175_microseconds_before_we_drive_it),
	CASE(a_repeated_answer_is_acknowledged_and_not_taken_twice),
	CASE(a_peer_that_only_repeats_itself_is_reported_so),
	CASE(equal_toggle_with_another_crc_is_a_new_packet),
	CASE(a_new_session_remembers_no_packet_of_the_last),
	CASE(a_repeated_answer_in_place_of_the_acknowledgement_is_passed_over),
	CASE(a_new_answer_stands_for_a_lost_acknowledgement),
	CASE(a_crc_error_is_answered_by_nak),
	CASE(a_packet_of_length_zero_is_answered_by_nak),
	CASE(a_packet_longer_than_negotiated_is_answered_by_nak),
	CASE(a_gap_inside_a_packet_is_answered_by_nak),
	CASE(an_answer_damaged_four_times_is_given_up),
	CASE(packets_out_of_order_are_a_protocol_error),
	CASE(a_first_packet_that_cannot_be_one_is_a_protocol_error),
	CASE(an_answer_longer_than_the_callers_room_is_refused),
	CASE(endless_noise_ends_the_flush_after_a_second),
	CASE(mutated_answers_never_break_the_link),
	CASES_END,
};
