/* dut_firmware/interface: c1218_port, c1218_link, c1218_server against a hand-made peer */
#include <stdio.h>
#include <stdlib.h>

#include "interface/c1218_port.h"
#include "tests/support/fake_meter.h"
#include "tests/support/optical_wire.h"
#include "tests/support/suite.h"

#define SECOND WIRE_FRAMES_PER_SECOND

enum { OK, ERR, SNS, ISC, ONP, IAR, BSY, DNR, DLK, RNO, ISSS };

struct bench {
	struct meter meter;
	struct c1218_port port;
	uint64_t next_run; /* first frame in which the port has not run */
	struct wire wire;
};

static void port_receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	c1218_port_receive(meter_end, byte, frame);
}

static struct bench bench;

/* The meter's host: in each frame with an event, run once, then take a byte. */
static void port_run_until(struct wire *wire, uint64_t frame)
{
	struct c1218_port *port = wire->meter_end;

	for (;;) {
		uint64_t next = c1218_port_next_event(port);
		uint8_t byte = 0;

		next = next > bench.next_run ? next : bench.next_run;
		next = next > wire->frame ? next : wire->frame;
		if (next > frame) {
			break;
		}
		wire->frame = next;
		bench.next_run = next + 1;
		c1218_port_run(port, next);
		if (c1218_port_take_byte(port, next, &byte)) {
			wire_note_sent(wire, byte, next);
		}
	}
	wire->frame = frame;
}

static struct wire *start(void)
{
	memset(&bench, 0, sizeof(bench));
	bench.meter = fake_meter_class_200();
	c1218_port_init(&bench.port, &bench.meter, C1218_OPTICAL_PORT);
	bench.wire = (struct wire){
		.meter_end = &bench.port,
		.receive = port_receive,
		.run_until = port_run_until,
		.frame = 1000,
	};
	return &bench.wire;
}

static struct wire *start_in_id(void)
{
	struct wire *wire = start();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	return wire;
}

static struct wire *start_in_session(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	return wire;
}

static bool is_in_base(void)
{
	return !c1218_port_is_open(&bench.port);
}

/* Published vectors */

static unsigned int bytes_of_hex(const char *hex, uint8_t *bytes)
{
	unsigned int count = 0;
	unsigned int byte = 0;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		bytes[count++] = (uint8_t)byte;
	}
	return count;
}

static unsigned int vector(const char *wanted, const char *wanted_direction, uint8_t *bytes)
{
	char path[1024];
	char line[1024];
	unsigned int count = 0;

	snprintf(path, sizeof(path), "%s/tests/captures/c1218_vectors.txt", source_folder);
	FILE *file = fopen(path, "r");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while (count == 0 && fgets(line, sizeof(line), file) != NULL) {
		char name[64] = "";
		char direction[16] = "";
		char hex[900] = "";

		if (sscanf(line, "%63s %15s %899s", name, direction, hex) == 3 &&
		    strcmp(name, wanted) == 0 && strcmp(direction, wanted_direction) == 0) {
			count = bytes_of_hex(hex, bytes);
		}
	}
	fclose(file);
	CU_ASSERT_FATAL(count > 0);
	return count;
}

/* Packets that hold any register table */
static struct wire *start_in_large_session(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x61, 2, 0, 2, 6), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	wire->toggle = 0;
	return wire;
}

static void every_published_request_is_understood(void)
{
	static const struct {
		const char *name;
		struct wire *(*start)(void);
		int response;
	} rows[] = {
		{"identification_t0", start, OK},
		{"identification_t1", start, OK},
		{"terminate_t0", start_in_session, OK},
		{"terminate_t1", start_in_id, OK},
		{"logoff_t0", start_in_session, OK},
		{"logoff_t1", start_in_session, OK},
		{"negotiate_60_64_1_t0", start_in_id, OK},
		{"negotiate_61_512_2_9600_t0", start_in_id, OK},
		{"negotiate_61_512_2_9600_t1", start_in_id, OK},
		{"wait_30_t0", start_in_session, OK},
		{"wait_255_t0", start_in_id, OK},
		{"logon_2_TEST_t0", start_in_id, OK},
		{"security_20_zeros_t0", start_in_session, ERR},
		{"security_20_fives_t1", start_in_session, ERR},
		{"read_st0_t0", start_in_session, OK},
		{"read_st0_t1", start_in_session, OK},
		{"read_st1_t0", start_in_session, OK},
		{"read_st1_t1", start_in_session, OK},
		{"read_st23_t0", start_in_large_session, OK},
		{"read_mt1_t0", start_in_session, OK},
		{"read_offset_st23_4_8_t0", start_in_session, OK},
		{"read_offset_st64_010203_0400_t0", start_in_session, IAR},
		{"read_index_st23_1_1_t0", start_in_session, OK},
		{"write_st5_device_t0", start_in_session, IAR},
		{"write_offset_st5_2_AB_t0", start_in_session, IAR},
		{"write_st7_procedure_9_t0", start_in_session, OK},
		{"write_st7_procedure_10_t0", start_in_session, OK},
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t packet[256];
		unsigned int length = vector(rows[i].name, "request", packet);
		struct wire *wire = rows[i].start();

		wire->sent_used = wire->sent_count = 0;
		wire_send(wire, packet, length);
		CU_ASSERT_EQUAL(wire_next(wire, 100), 0x06);
		CU_ASSERT_EQUAL(wire_receive_response(wire), rows[i].response);
	}
}

/* The packets of `data` as they leave the link, the first with this toggle. */
static void link_sends(const uint8_t *data, unsigned int count, uint8_t toggle, struct wire *wire)
{
	memcpy(bench.port.link.response, data, count);
	bench.port.link.toggle = toggle;
	c1218_link_respond(&bench.port.link, (uint16_t)count, wire->frame);
	bench.port.next_event = wire->frame; /* which the link alone does not tell it */
	wire_wait(wire, SECOND / 2);
}

static void every_published_response_is_framed_bit_for_bit(void)
{
	static const char *const names[] = {
		"identification_version_1_t0",
		"identification_version_2_t0",
		"ok_t0",
		"ok_t1",
		"isc_t0",
		"iar_t0",
		"bsy_t0",
		"isss_t0",
		"negotiate_128_4_9600_t1",
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint8_t packet[256];
		unsigned int length = vector(names[i], "response", packet);
		struct wire *wire = start();

		link_sends(packet + 6, length - 8, packet[2], wire);
		CU_ASSERT_EQUAL(wire->sent_count, length);
		CU_ASSERT_EQUAL(memcmp(wire->sent, packet, length), 0);
	}
}

static void a_long_response_is_split_as_published(void)
{
	uint8_t first[256];
	uint8_t second[256];
	uint8_t message[104];
	unsigned int first_length = vector("two_packets_1", "response", first);
	unsigned int second_length = vector("two_packets_2", "response", second);
	struct wire *wire = start();

	memcpy(message, first + 6, 56);
	memcpy(message + 56, second + 6, 48);
	link_sends(message, sizeof(message), 0, wire);
	CU_ASSERT_EQUAL(wire->sent_count, first_length);
	CU_ASSERT_EQUAL(memcmp(wire->sent, first, first_length), 0);

	wire->sent_count = 0;
	wire_acknowledge(wire, 0x06);
	wire_wait(wire, SECOND / 2);
	CU_ASSERT_EQUAL(wire->sent_count, second_length);
	CU_ASSERT_EQUAL(memcmp(wire->sent, second, second_length), 0);
}

static void assert_last_packet(const struct wire *wire, const char *name)
{
	uint8_t packet[256];
	unsigned int length = vector(name, "response", packet);

	CU_ASSERT_EQUAL(wire->sent_count, 1 + length);
	CU_ASSERT_EQUAL(memcmp(wire->sent + 1, packet, length), 0);
}

static void a_session_produces_the_published_responses(void)
{
	struct wire *wire = start();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), ISSS);
	assert_last_packet(wire, "isss_t0");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	assert_last_packet(wire, "identification_version_1_t0");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 128, 4), OK);
	assert_last_packet(wire, "negotiate_128_4_9600_t1");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x70, 30), OK);
	assert_last_packet(wire, "ok_t0");
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	assert_last_packet(wire, "ok_t1");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 8, 2), IAR);
	assert_last_packet(wire, "iar_t0");
	CU_ASSERT_EQUAL(wire_password(wire, "READ", ' '), OK);

	const uint8_t adjustment[26] = {0};

	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), ISC);
	assert_last_packet(wire, "isc_t0");
}

/* Sessions */

static void a_whole_session_runs_from_identification_to_base(void)
{
	struct wire *wire = start();

	CU_ASSERT_TRUE(is_in_base());
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_FALSE(is_in_base());
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x61, 2, 0, 2, 6), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response, "\x00\x02\x00\x02\x06", 5), 0);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "READ", ' '), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 23), OK);
	/* the reset counter, then 12345678.9 Wh, 45.6 Wh and 12345633.3 Wh in mWh: 2DFDC1C34h,
	 * B220h, 2DFDB6A14h */
	const uint8_t registers[18] = {0x34, 0x1C, 0xDC, 0xDF, 0x02, 0x00, 0x20, 0xB2, 0x00,
				       0x00, 0x00, 0x00, 0x14, 0x6A, 0xDB, 0xDF, 0x02, 0x00};
	unsigned int sum = 0;

	/* 1 + 5 blocks of 3 * 6 + (5 + 2 * 6 + 4) */
	CU_ASSERT_EQUAL(wire->response_length, 3 + 196 + 1);
	CU_ASSERT_EQUAL(memcmp(wire->response, "\x00\x00\xC4\x00", 4), 0);
	CU_ASSERT_EQUAL(memcmp(wire->response + 4, registers, 18), 0);
	for (int i = 0; i < 196 + 1; i++) {
		sum += wire->response[3 + i];
	}
	CU_ASSERT_EQUAL(sum % 256, 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 23, 0, 0, 7, 0, 6), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response + 3, registers + 6, 6), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 23), ISSS);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), OK);
	CU_ASSERT_TRUE(is_in_base());
	wire->toggle ^= 0x20;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
}

static void a_service_in_the_wrong_state_is_refused(void)
{
	static const struct {
		struct wire *(*start)(void);
		uint8_t request[21];
		unsigned int length;
		int response;
	} rows[] = {
		{start, {0x21}, 1, ISSS},
		{start, {0x60, 0, 64, 1}, 4, ISSS},
		{start, {0x50}, 13, ISSS},
		{start, {0x70, 9}, 2, ISSS},
		{start, {0x51}, 21, ISSS},
		{start, {0x7F}, 1, ISSS},
		{start_in_id, {0x30, 0, 0}, 3, ISSS},
		{start_in_id, {0x31, 0, 0, 0, 0, 0, 1}, 7, ISSS},
		{start_in_id, {0x51}, 21, ISSS},
		{start_in_id, {0x52}, 1, ISSS},
		{start_in_session, {0x50}, 13, ISSS},
		{start_in_session, {0x60, 0, 64, 1}, 4, ISSS},
		{start_in_session, {0x71, 6, 1, 2, 3}, 5, ISSS},
		{start_in_session, {0x3A, 0, 0, 0, 0, 0, 1}, 7, SNS},
		{start_in_session, {0x3E}, 1, SNS},
		{start_in_session, {0x53, 0}, 2, SNS},
		{start_in_session, {0x6C, 0, 64, 1}, 4, SNS},
		{start_in_session, {0x22}, 1, SNS},
		{start_in_session, {0x99}, 1, SNS},
		{start_in_id, {0x71, 6, 1, 2, 3}, 5, SNS},
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire *wire = rows[i].start();

		CU_ASSERT_EQUAL(wire_request(wire, rows[i].request, rows[i].length),
				rows[i].response);
		CU_ASSERT_EQUAL(wire->response_length, 1);
	}
}

static void a_malformed_request_is_an_error(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x62, 0, 64, 1, 6), ERR); /* one rate of two */
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 31, 1), ERR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 64, 0), ERR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x50, 0, 2), ERR);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0), ERR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x51, 'R', 'E', 'A', 'D'), ERR);
}

static void negotiation_grants_the_smaller_of_both_limits(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0x20, 0x00, 255), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response, "\x00\x04\x00\x10\x06", 5), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x62, 0, 128, 255, 8, 6), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response, "\x00\x00\x80\x10\x06", 5), 0);
}

static void a_smaller_packet_size_splits_the_responses(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 32, 4), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 28), OK);
	CU_ASSERT_EQUAL(wire->response_packets, 4); /* 78 bytes in 24, 24, 24, 6 */
	CU_ASSERT_EQUAL(wire->response_length, 78);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), OK);
	CU_ASSERT_EQUAL(wire->response_packets, 2);
}

static void a_response_that_does_not_fit_is_not_possible(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 32, 1), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 28), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 28, 0, 0, 0, 0, 20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 28, 0, 0, 0, 0, 21), ONP);
}

static void a_read_beyond_the_end_is_not_possible(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 23, 0, 0, 190, 0, 6), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 23, 0, 0, 190, 0, 7), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 23, 0, 0, 196, 0, 1), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 23, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 23, 0, 0, 0, 0, 0), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 29, 0, 0, 0, 0, 1), IAR);
}

/* Clearance */

static const uint8_t new_adjustment[26] = {0x10, 0x27, 0,    0,
					   0xF0, 0xD8, 0xFF, 0xFF}; /* 10000 ppb, -10000 ns */

static void a_password_may_be_padded_with_blanks_or_zeros(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", '\0'), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "READ", '\0'), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORX", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY1", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "factory", ' '), ERR);
	CU_ASSERT_EQUAL(wire_password(wire, "", ' '), ERR);
}

static void a_wrong_password_takes_the_clearance_away_and_leaves_the_session(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	CU_ASSERT_EQUAL(wire_password(wire, "GUESS", ' '), ERR);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, new_adjustment, 26), ISC);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 8, 0), OK);
	CU_ASSERT_EQUAL(bench.meter.adjustment.change_count, 7);
}

static void the_factory_password_opens_the_adjustment_until_logoff(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, new_adjustment, 26), OK);
	CU_ASSERT_EQUAL(bench.meter.adjustment.gain_ppb[0], 10000);
	CU_ASSERT_EQUAL(bench.meter.adjustment.delay_ns[0], -10000);
	CU_ASSERT_EQUAL(bench.meter.adjustment.gain_ppb[2], 0);
	CU_ASSERT_EQUAL(bench.meter.adjustment.change_count, 8);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, new_adjustment, 26), ISC);
	CU_ASSERT_EQUAL(bench.meter.adjustment.change_count, 8);
}

static void a_refused_write_changes_nothing(void)
{
	struct wire *wire = start_in_session();
	uint8_t out_of_range[26] = {0x81, 0xF0, 0xFA, 0x02}; /* 50,000,001 ppb */
	uint8_t request[] = {0x40, 8, 0, 0, 26, [5 + 26] = 0x01};

	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, out_of_range, 26), ONP);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, new_adjustment, 25), ONP);
	CU_ASSERT_EQUAL(wire_request(wire, request, sizeof(request)), ERR); /* checksum */
	CU_ASSERT_EQUAL(wire_request(wire, request, sizeof(request) - 1), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x4F, 8, 0, 0, 0, 0, 0, 1, 1, 0xFF), ISC);
	CU_ASSERT_EQUAL(wire_write(wire, 23, new_adjustment, 18), IAR);
	CU_ASSERT_EQUAL(wire_write(wire, 6, new_adjustment, 18), IAR);
	CU_ASSERT_EQUAL(bench.meter.adjustment.change_count, 7);
	CU_ASSERT_EQUAL(bench.meter.adjustment.gain_ppb[0], -1);
}

static void a_cold_start_is_refused_for_insufficient_clearance(void)
{
	struct wire *wire = start_in_session();

	bench.meter.control.settings.is_sealed = 1;

	struct meter before = bench.meter;

	CU_ASSERT_EQUAL(wire_write(wire, 7, (const uint8_t[]){0, 0, 1}, 3), ISC);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	CU_ASSERT_EQUAL(wire_write(wire, 7, (const uint8_t[]){0, 0, 2}, 3), ISC);
	CU_ASSERT_EQUAL(memcmp(&before, &bench.meter, sizeof(before)), 0);
}

static void an_unknown_procedure_is_answered_in_st8_with_its_sequence(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 8), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response, "\0\0\4\0\0\0\0\0", 8), 0);
	CU_ASSERT_EQUAL(wire_write(wire, 7, (const uint8_t[]){0x0B, 0x30, 0x5A, 1}, 4), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 8), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response, "\0\0\4\x0B\x30\x5A\6", 7), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 8), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response, "\0\0\4\0\0\0\0\0", 8), 0);
}

/* Packets */

static void bytes_leave_four_frames_apart_and_not_at_once(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(wire->sent_count, 1 + 13);
	/* our last byte was complete before frame 1036: at least one whole frame (260 us) of
	 * turn-around */
	CU_ASSERT_EQUAL(wire->sent_frames[0], 1000 + 9 * 4 + 1);
	for (unsigned int i = 1; i < wire->sent_count; i++) {
		CU_ASSERT_EQUAL(wire->sent_frames[i], wire->sent_frames[i - 1] + 4);
	}
}

static void a_duplicate_is_acknowledged_and_not_executed(void)
{
	struct wire *wire = start_in_session();
	uint8_t packet[256];
	uint8_t request[5 + 26 + 1] = {0x40, 8, 0, 0, 26};

	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	CU_ASSERT_EQUAL(wire_request(wire, request, sizeof(request)), OK);
	CU_ASSERT_EQUAL(bench.meter.adjustment.change_count, 8);

	unsigned int length = wire_packet(packet, wire->toggle ^ 0x20, 0, request, sizeof(request));

	wire->sent_used = wire->sent_count = 0;
	wire_send(wire, packet, length);
	wire_wait(wire, SECOND);
	CU_ASSERT_EQUAL(wire->sent_count, 1);
	CU_ASSERT_EQUAL(wire->sent[0], 0x06);
	CU_ASSERT_EQUAL(bench.meter.adjustment.change_count, 8);
	CU_ASSERT_EQUAL(wire_request(wire, request, sizeof(request)), OK); /* toggled: a new one */
	CU_ASSERT_EQUAL(bench.meter.adjustment.change_count, 9);
}

static void the_duplicate_memory_ends_with_the_session(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), OK);
	CU_ASSERT_TRUE(is_in_base());
	wire->toggle ^= 0x20;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), ISSS);
	wire->toggle ^= 0x20;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), ISSS);
}

static void a_repeated_identification_starts_again_without_clearance(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", ' '), OK);
	wire->toggle = 0;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	wire->toggle = 0;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), ISSS);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, new_adjustment, 26), ISC);
}

static void a_restart_instead_of_an_acknowledgement_is_served(void)
{
	struct wire *wire = start();
	uint8_t packet[64];
	unsigned int length = wire_packet(packet, 0, 0, (const uint8_t[]){0x20}, 1);

	wire_send(wire, packet, length);
	wire_wait(wire, SECOND); /* the response is not acknowledged */
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
}

static void a_damaged_packet_is_refused_when_the_line_is_quiet(void)
{
	struct wire *wire = start();
	uint8_t packet[] = {0xEE, 0, 0, 0, 0, 1, 0x20, 0x13, 0x11};

	wire_send(wire, packet, sizeof(packet));
	wire_send(wire, (const uint8_t[]){1, 2, 3}, 3);

	uint64_t last = wire->frame;

	wire_wait(wire, SECOND);
	CU_ASSERT_EQUAL(wire->sent_count, 1);
	CU_ASSERT_EQUAL(wire->sent[0], 0x15);
	CU_ASSERT(wire->sent_frames[0] >= last + 40);
	CU_ASSERT(wire->sent_frames[0] <= last + SECOND / 2 + 4);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
}

static void a_gap_in_a_packet_is_refused_after_half_a_second(void)
{
	struct wire *wire = start();

	wire_send(wire, (const uint8_t[]){0xEE, 0, 0}, 3);

	uint64_t last = wire->frame;

	wire_wait(wire, SECOND / 2 - 1);
	CU_ASSERT_EQUAL(wire->sent_count, 0);
	wire_wait(wire, 1);
	CU_ASSERT_EQUAL(wire->sent_count, 1);
	CU_ASSERT_EQUAL(wire->sent[0], 0x15);
	CU_ASSERT_EQUAL(wire->sent_frames[0], last + SECOND / 2);
}

static void empty_oversized_and_foreign_packets_are_refused(void)
{
	struct wire *wire = start();
	uint8_t packet[256];
	uint8_t filler[57] = {0x20};
	static const struct {
		unsigned int control;
		unsigned int count;
	} rows[] = {{0, 0}, {0, 57}, {1, 1}};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned int length =
			wire_packet(packet, rows[i].control, 0, filler, rows[i].count);

		wire->sent_count = 0;
		wire_send(wire, packet, length);
		wire_wait(wire, SECOND);
		CU_ASSERT_EQUAL(wire->sent_count, 1);
		CU_ASSERT_EQUAL(wire->sent[0], 0x15);
		CU_ASSERT_TRUE(is_in_base());
	}
}

static void the_identity_of_the_request_is_echoed(void)
{
	struct wire *wire = start();
	uint8_t packet[16] = {0xEE, 0x42, 0, 0, 0, 1, 0x20};
	uint16_t crc = wire_crc(packet, 7);

	packet[7] = (uint8_t)(crc & 0xFF);
	packet[8] = (uint8_t)(crc >> 8);
	wire_send(wire, packet, 9);
	wire_wait(wire, SECOND / 2);
	CU_ASSERT_EQUAL(wire->sent[2], 0x42);
}

static void a_refused_response_is_repeated_unchanged(void)
{
	struct wire *wire = start();
	uint8_t packet[64];

	wire_send(wire, packet, wire_packet(packet, 0, 0, (const uint8_t[]){0x20}, 1));
	wire_wait(wire, 100);
	CU_ASSERT_EQUAL(wire->sent_count, 14);
	wire_acknowledge(wire, 0x15);
	wire_wait(wire, 100);
	CU_ASSERT_EQUAL(wire->sent_count, 14 + 13);
	CU_ASSERT_EQUAL(memcmp(wire->sent + 1, wire->sent + 14, 13), 0);
	wire_acknowledge(wire, 0x06);
	wire_wait(wire, SECOND);
	CU_ASSERT_EQUAL(wire->sent_count, 14 + 13);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
}

static void a_response_without_answer_is_sent_four_times_two_seconds_apart(void)
{
	struct wire *wire = start();
	uint8_t packet[64];

	wire_send(wire, packet, wire_packet(packet, 0, 0, (const uint8_t[]){0x20}, 1));
	wire_wait(wire, 20 * SECOND);
	CU_ASSERT_EQUAL(wire->sent_count, 1 + 4 * 13);
	for (unsigned int attempt = 1; attempt < 4; attempt++) {
		unsigned int first = 1 + attempt * 13;

		CU_ASSERT_EQUAL(memcmp(wire->sent + 1, wire->sent + first, 13), 0);
		/* the last byte takes 4 frames, then 2 s */
		CU_ASSERT_EQUAL(wire->sent_frames[first],
				wire->sent_frames[first - 1] + 4 + 2 * SECOND);
	}
	CU_ASSERT_TRUE(is_in_base());
}

static void stray_acknowledgements_and_noise_do_no_harm(void)
{
	struct wire *wire = start_in_session();
	const uint8_t noise[] = {0x15, 0x15, 0x00, 0xFF, 0x06, 0x15, 0x55};

	wire->sent_used = wire->sent_count = 0;
	wire_send(wire, noise, sizeof(noise));
	wire_wait(wire, SECOND);
	CU_ASSERT_EQUAL(wire->sent_count, 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), OK);
}

static void the_meters_own_echo_is_not_heard(void)
{
	struct wire *wire = start();
	uint8_t packet[64];
	unsigned int heard = 0;

	wire_send(wire, packet, wire_packet(packet, 0, 0, (const uint8_t[]){0x20}, 1));
	for (unsigned int i = 0; i < 13 * 4; i++) {
		wire_wait(wire, 1);
		if (heard < wire->sent_count) {
			wire->receive(wire->meter_end, wire->sent[heard++], wire->frame);
		}
	}
	wire_wait(wire, 100);
	CU_ASSERT_EQUAL(wire->sent_count, 14);
	wire_acknowledge(wire, 0x06);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
}

/* A request in two packets */
static int send_in_two(struct wire *wire, unsigned int first_sequence, unsigned int second_sequence)
{
	uint8_t packet[64];
	uint8_t request[21] = "\x51READ                ";
	unsigned int toggle = wire->toggle;

	wire->sent_used = wire->sent_count = 0;
	wire_send(wire, packet, wire_packet(packet, 0xC0 | toggle, first_sequence, request, 10));
	CU_ASSERT_EQUAL(wire_next(wire, 100), 0x06);
	wire_wait(wire, 5);
	CU_ASSERT_EQUAL(wire->sent_count, 1);
	wire_send(wire, packet,
		  wire_packet(packet, 0x80 | (toggle ^ 0x20), second_sequence, request + 10, 11));
	CU_ASSERT_EQUAL(wire_next(wire, 100), 0x06);
	return wire_receive_response(wire);
}

static struct wire *start_in_session_with_packets(uint8_t packets)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 64, packets), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	return wire;
}

static void a_request_in_two_packets_is_joined(void)
{
	CU_ASSERT_EQUAL(send_in_two(start_in_session_with_packets(2), 1, 0), OK);
}

static void a_request_with_a_packet_missing_is_an_error(void)
{
	CU_ASSERT_EQUAL(send_in_two(start_in_session_with_packets(3), 2, 0), ERR);
}

static void a_request_in_more_packets_than_negotiated_is_not_possible(void)
{
	CU_ASSERT_EQUAL(send_in_two(start_in_session_with_packets(1), 1, 0), ONP);
}

static void a_request_longer_than_the_meters_memory_is_not_possible(void)
{
	struct wire *wire = start_in_id();
	uint8_t packet[1024];
	uint8_t data[1016] = {0x40};

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 4, 0, 3), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	wire->sent_used = wire->sent_count = 0;
	for (unsigned int i = 0; i < 3; i++) {
		unsigned int control = (i == 0 ? 0xC0 : 0x80) | (i % 2 == 0 ? 0x20 : 0);

		wire_send(wire, packet, wire_packet(packet, control, 2 - i, data, sizeof(data)));
		CU_ASSERT_EQUAL(wire_next(wire, 100), 0x06);
		wire_wait(wire, i < 2 ? 5 : 0);
	}
	CU_ASSERT_EQUAL(wire_receive_response(wire), ONP);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), OK);
}

/* Traffic time-out */

static void six_seconds_of_silence_end_the_session(void)
{
	struct wire *wire = start_in_session();
	uint64_t last_sent = wire->sent_frames[wire->sent_count - 1] + 4;

	wire->run_until(wire, last_sent + 6 * SECOND - 1);
	CU_ASSERT_FALSE(is_in_base());
	wire_wait(wire, 1);
	CU_ASSERT_TRUE(is_in_base());
	CU_ASSERT_EQUAL(c1218_port_next_event(&bench.port), UINT64_MAX);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), ISSS);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
}

static void the_time_out_forgets_what_was_negotiated(void)
{
	struct wire *wire = start_in_id();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 0, 32, 1), OK);
	wire_wait(wire, 7 * SECOND);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), OK);
}

static void wait_lengthens_the_silence_once(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x70, 30), OK);
	wire_wait(wire, 29 * SECOND);
	CU_ASSERT_FALSE(is_in_base());
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 0), OK);
	wire_wait(wire, 7 * SECOND);
	CU_ASSERT_TRUE(is_in_base());
}

static void wait_never_shortens_the_silence(void)
{
	struct wire *wire = start_in_session();

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x70, 0), OK);
	wire_wait(wire, 5 * SECOND);
	CU_ASSERT_FALSE(is_in_base());
}

static void terminate_takes_effect_when_its_answer_is_acknowledged(void)
{
	struct wire *wire = start_in_session();
	uint8_t packet[64];

	wire->sent_used = wire->sent_count = 0;
	wire_send(wire, packet, wire_packet(packet, wire->toggle, 0, (const uint8_t[]){0x21}, 1));
	wire_wait(wire, 100);
	CU_ASSERT_FALSE(is_in_base());
	wire_acknowledge(wire, 0x06);
	wire_wait(wire, 5);
	CU_ASSERT_TRUE(is_in_base());
}

const char *const suite_name = "meter_c1218";
const struct suite_case suite_cases[] = {
	CASE(every_published_request_is_understood),
	CASE(every_published_response_is_framed_bit_for_bit),
	CASE(a_long_response_is_split_as_published),
	CASE(a_session_produces_the_published_responses),
	CASE(a_whole_session_runs_from_identification_to_base),
	CASE(a_service_in_the_wrong_state_is_refused),
	CASE(a_malformed_request_is_an_error),
	CASE(negotiation_grants_the_smaller_of_both_limits),
	CASE(a_smaller_packet_size_splits_the_responses),
	CASE(a_response_that_does_not_fit_is_not_possible),
	CASE(a_read_beyond_the_end_is_not_possible),
	CASE(a_password_may_be_padded_with_blanks_or_zeros),
	CASE(a_wrong_password_takes_the_clearance_away_and_leaves_the_session),
	CASE(the_factory_password_opens_the_adjustment_until_logoff),
	CASE(a_refused_write_changes_nothing),
	CASE(a_cold_start_is_refused_for_insufficient_clearance),
	CASE(an_unknown_procedure_is_answered_in_st8_with_its_sequence),
	CASE(bytes_leave_four_frames_apart_and_not_at_once),
	CASE(a_duplicate_is_acknowledged_and_not_executed),
	CASE(the_duplicate_memory_ends_with_the_session),
	CASE(a_repeated_identification_starts_again_without_clearance),
	CASE(a_restart_instead_of_an_acknowledgement_is_served),
	CASE(a_damaged_packet_is_refused_when_the_line_is_quiet),
	CASE(a_gap_in_a_packet_is_refused_after_half_a_second),
	CASE(empty_oversized_and_foreign_packets_are_refused),
	CASE(the_identity_of_the_request_is_echoed),
	CASE(a_refused_response_is_repeated_unchanged),
	CASE(a_response_without_answer_is_sent_four_times_two_seconds_apart),
	CASE(stray_acknowledgements_and_noise_do_no_harm),
	CASE(the_meters_own_echo_is_not_heard),
	CASE(a_request_in_two_packets_is_joined),
	CASE(a_request_with_a_packet_missing_is_an_error),
	CASE(a_request_in_more_packets_than_negotiated_is_not_possible),
	CASE(a_request_longer_than_the_meters_memory_is_not_possible),
	CASE(six_seconds_of_silence_end_the_session),
	CASE(the_time_out_forgets_what_was_negotiated),
	CASE(wait_lengthens_the_silence_once),
	CASE(wait_never_shortens_the_silence),
	CASE(terminate_takes_effect_when_its_answer_is_acknowledged),
	CASES_END,
};
