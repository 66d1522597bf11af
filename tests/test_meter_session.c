/* dut_firmware: whole sessions with the whole meter, through exchange.h alone */
#include <math.h>
#include <stdlib.h>

#include "meter.h"
#include "tests/support/optical_wire.h"
#include "tests/support/suite.h"

#define SECOND METER_FRAMES_PER_SECOND
#define CYCLE_FRAMES (METER_FRAMES_PER_SECOND / 60)
#define STORAGE_BYTES 8192u
#define SECTOR_BYTES 4096u
#define BLOCK_FRAMES 977u

#define VOLTS 120.0
#define AMPERES 30.0

enum { OK, ERR, SNS, ISC, ONP, IAR, BSY, DNR, DLK, RNO, ISSS };

struct bench {
	struct meter *meter;
	uint8_t storage[STORAGE_BYTES];
	struct board board;
	struct sample_frame cycle[CYCLE_FRAMES];
	bool has_received;
	uint8_t received;
	unsigned int pulses;
	struct wire wire;
};

static struct bench bench;

static int storage_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	uint8_t *storage = context;

	if (offset > STORAGE_BYTES || count > STORAGE_BYTES - offset) {
		return -1;
	}
	memcpy(bytes, storage + offset, count);
	return 0;
}

static int storage_program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	uint8_t *storage = context;

	if (offset > STORAGE_BYTES || count > STORAGE_BYTES - offset) {
		return -1;
	}
	for (uint32_t i = 0; i < count; i++) {
		storage[offset + i] &= bytes[i];
	}
	return 0;
}

static int storage_erase(void *context, uint32_t sector_offset)
{
	uint8_t *storage = context;

	if (sector_offset % SECTOR_BYTES != 0 || sector_offset >= STORAGE_BYTES) {
		return -1;
	}
	memset(storage + sector_offset, 0xFF, SECTOR_BYTES);
	return 0;
}

static void meter_receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	(void)meter_end;
	(void)frame;
	CU_ASSERT_FALSE(bench.has_received);
	bench.has_received = true;
	bench.received = byte;
}

/* One block of the steady load, with the byte that waits to be received. */
static void run_block(struct wire *wire, uint64_t until)
{
	static struct sample_frame frames[BLOCK_FRAMES];
	static struct exchange exchange;
	uint64_t left = until - wire->frame;
	uint32_t count = left < BLOCK_FRAMES ? (uint32_t)left : BLOCK_FRAMES;

	for (uint32_t i = 0; i < count; i++) {
		frames[i] = bench.cycle[(wire->frame + i) % CYCLE_FRAMES];
	}
	exchange = (struct exchange){.frames = frames, .frame_count = count};
	if (bench.has_received) {
		exchange.received[0] = (struct exchange_byte){.frame = 0, .byte = bench.received};
		exchange.received_count = 1;
	}
	meter_run(bench.meter, &exchange);
	CU_ASSERT_FATAL(exchange.frames_consumed > 0);
	bench.has_received = bench.has_received && exchange.received_consumed == 0;
	for (uint32_t i = 0; i < exchange.sent_count; i++) {
		wire_note_sent(wire, exchange.sent[i].byte, wire->frame + exchange.sent[i].frame);
	}
	bench.pulses += exchange.pulse_count;
	wire->frame += exchange.frames_consumed;
}

static void meter_run_until(struct wire *wire, uint64_t frame)
{
	while (wire->frame < frame) {
		run_block(wire, frame);
	}
}

static void power_up(void)
{
	static const struct meter_hardware hardware = {
		.model = "AXR", .form = "16S", .serial = "00000042", .class_amperes = 200};
	void *memory =
		bench.meter != NULL ? bench.meter : aligned_alloc(8, (meter_size() + 7) / 8 * 8);

	CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
	bench.meter = meter_init(memory, &bench.board, &hardware);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench.meter);
	bench.has_received = false;
	bench.wire = (struct wire){.receive = meter_receive, .run_until = meter_run_until};
}

/* 120 V and 30 A at unity power factor in the three elements. */
static struct wire *start(void)
{
	memset(bench.storage, 0xFF, sizeof(bench.storage));
	bench.pulses = 0;
	bench.board = (struct board){
		.context = bench.storage,
		.storage_bytes = STORAGE_BYTES,
		.sector_bytes = SECTOR_BYTES,
		.storage_read = storage_read,
		.storage_program = storage_program,
		.storage_erase = storage_erase,
	};
	for (unsigned int i = 0; i < CYCLE_FRAMES; i++) {
		for (unsigned int phase = 0; phase < 3; phase++) {
			double turns = (double)i / CYCLE_FRAMES - phase / 3.0;
			double peak =
				METER_FULL_SCALE_COUNTS * sqrt(2.0) * sin(2.0 * acos(-1.0) * turns);

			bench.cycle[i].volts[phase] =
				(int32_t)lrint(peak * VOLTS / METER_FULL_SCALE_VOLTS);
			bench.cycle[i].amperes[phase] =
				(int32_t)lrint(peak * AMPERES / METER_FULL_SCALE_AMPERES_CLASS_200);
		}
	}
	power_up();
	return &bench.wire;
}

static void finish(void)
{
	free(bench.meter);
	bench.meter = NULL;
}

static double number48(const uint8_t *bytes)
{
	double number = 0;

	for (int i = 5; i >= 0; i--) {
		number = number * 256 + bytes[i];
	}
	return bytes[5] >= 128 ? number - 281474976710656.0 : number;
}

static void assert_near(double actual, double expected, double percent)
{
	CU_ASSERT(fabs(actual - expected) <= fabs(expected) * percent / 100.0);
}

static void log_on(struct wire *wire, const char *password)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x61, 2, 0, 2, 6), OK);
	CU_ASSERT_EQUAL(wire_logon(wire), OK);
	CU_ASSERT_EQUAL(wire_password(wire, password, ' '), OK);
}

static void log_off(struct wire *wire)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), OK);
}

static void a_session_reads_the_energy_that_was_applied(void)
{
	struct wire *wire = start();

	log_on(wire, "READ");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 23), OK);

	double before = number48(wire->response + 4);

	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x70, 60), OK);

	uint64_t first = wire->frame;

	wire_wait(wire, 20 * SECOND);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 23), OK);

	double delivered = number48(wire->response + 4);
	double received = number48(wire->response + 10);
	double net = number48(wire->response + 16);
	double hours = (double)(wire->frame - first) / SECOND / 3600.0;

	/* both readings lie within 0.5 s of the instants counted here */
	assert_near(delivered - before, 3 * VOLTS * AMPERES * hours * 1000.0, 2.5);
	CU_ASSERT_EQUAL(received, 0);
	CU_ASSERT_EQUAL(net, delivered - received);
	log_off(wire);
	finish();
}

static void present_values_are_those_of_the_load(void)
{
	struct wire *wire = start();

	wire_wait(wire, 5 * SECOND);
	log_on(wire, "READ");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 28), OK);
	for (unsigned int phase = 0; phase < 3; phase++) {
		assert_near(number48(wire->response + 17 + 6 * phase), VOLTS * 1e3, 0.2);
		assert_near(number48(wire->response + 17 + 6 * (3 + phase)), AMPERES * 1e6, 0.2);
	}
	assert_near(number48(wire->response + 17 + 36), 3 * VOLTS * AMPERES * 1e3, 0.2);
	assert_near(number48(wire->response + 17 + 42), 60e3, 0.1);
	log_off(wire);
	finish();
}

static void the_nameplate_names_the_hardware(void)
{
	struct wire *wire = start();

	log_on(wire, "READ");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 1), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response + 3, "MCB AXR     ", 12), 0);
	CU_ASSERT_EQUAL(memcmp(wire->response + 3 + 16, "00000042        ", 16), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 2), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response + 3, "21.6  1.8   ", 12), 0);
	CU_ASSERT_EQUAL(memcmp(wire->response + 3 + 13, "16S  ", 5), 0);
	CU_ASSERT_EQUAL(memcmp(wire->response + 3 + 21, "200   30    ", 12), 0);
	log_off(wire);
	finish();
}

static void the_test_pulse_pauses_during_a_session(void)
{
	struct wire *wire = start();

	wire_wait(wire, 10 * SECOND);
	CU_ASSERT(bench.pulses >= 12); /* 10.8 kW over 1.8 Wh: 1.67 per second */
	log_on(wire, "READ");
	bench.pulses = 0;
	wire_wait(wire, 5 * SECOND);
	CU_ASSERT_EQUAL(bench.pulses, 0);
	log_off(wire);
	wire_wait(wire, 10 * SECOND);
	CU_ASSERT(bench.pulses >= 12);
	finish();
}

static void an_adjustment_over_the_port_survives_power_up(void)
{
	const uint8_t adjustment[26] = {0x10, 0x27, 0, 0, 0xF0, 0xD8, 0xFF, 0xFF};
	struct wire *wire = start();

	log_on(wire, "READ");
	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), ISC);
	CU_ASSERT_EQUAL(wire_password(wire, "FACTORY", '\0'), OK);
	CU_ASSERT_EQUAL(wire_write(wire, 2048, adjustment, 26), OK);
	power_up();
	log_on(wire, "READ");
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 8, 0), OK);
	CU_ASSERT_EQUAL(memcmp(wire->response + 3, adjustment, 24), 0);
	CU_ASSERT_EQUAL(wire->response[3 + 24], 1);
	finish();
}

static void the_block_of_frames_does_not_change_what_the_port_sends(void)
{
	struct wire *wire = start();
	uint8_t packet[64];
	uint64_t frames[14];

	wire_send(wire, packet, wire_packet(packet, 0, 0, (const uint8_t[]){0x20}, 1));
	wire_wait(wire, 100);
	CU_ASSERT_EQUAL_FATAL(wire->sent_count, 14);
	memcpy(frames, wire->sent_frames, sizeof(frames));
	finish();

	wire = start();
	wire_send(wire, packet, wire_packet(packet, 0, 0, (const uint8_t[]){0x20}, 1));
	for (int i = 0; i < 100; i++) {
		wire_wait(wire, 1);
	}
	CU_ASSERT_EQUAL(wire->sent_count, 14);
	CU_ASSERT_EQUAL(memcmp(wire->sent_frames, frames, sizeof(frames)), 0);
	finish();
}

const char *const suite_name = "meter_session";
const struct suite_case suite_cases[] = {
	CASE(a_session_reads_the_energy_that_was_applied),
	CASE(present_values_are_those_of_the_load),
	CASE(the_nameplate_names_the_hardware),
	CASE(the_test_pulse_pauses_during_a_session),
	CASE(an_adjustment_over_the_port_survives_power_up),
	CASE(the_block_of_frames_does_not_change_what_the_port_sends),
	CASES_END,
};
