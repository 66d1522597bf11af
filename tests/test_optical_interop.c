/*
 * The optical port's client (drivers/optical) with the meter itself (dut_firmware), which share no
 * code: an in-memory line at 9600 bit/s, four frames a byte, and a load of 120 V, 30 A, 60 Hz on
 * three elements.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/meter_client.h"
#include "dut_firmware/meter.h"
#include "tests/support/suite.h"

#define FRAMES_PER_BYTE 4
#define FRAMES_PER_CYCLE 64
#define STORAGE_BYTES 16384
#define INPUT_BYTES 4096
#define READ_PASSWORD "READ"
#define FACTORY_PASSWORD "FACTORY"

static struct bench {
	struct port port;
	struct clock clock;
	int64_t frames; /* that the meter has consumed: the only time there is */
	struct meter *meter;
	bool has_load;
	size_t input_start, input_end;
	struct {
		int64_t arrival; /* frame */
		uint8_t byte;
	} input[INPUT_BYTES];
	uint32_t damage_every; /* one byte in so many is damaged, 0: none */
	uint32_t bytes_passed;
	int64_t pulses;
} bench;

static uint8_t storage[STORAGE_BYTES];
static _Alignas(16) uint8_t memory[1 << 18];
static struct sample_frame cycle[FRAMES_PER_CYCLE];
static struct meter_client *client;

static int storage_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	(void)context;
	if (offset > STORAGE_BYTES || count > STORAGE_BYTES - offset) {
		return -1;
	}
	memcpy(bytes, storage + offset, count);
	return 0;
}

static int storage_program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	(void)context;
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
	(void)context;
	if (sector_offset % 4096 || sector_offset >= STORAGE_BYTES) {
		return -1;
	}
	memset(storage + sector_offset, 0xFF, 4096);
	return 0;
}

static const struct board board = {
	.storage_bytes = STORAGE_BYTES,
	.sector_bytes = 4096,
	.storage_read = storage_read,
	.storage_program = storage_program,
	.storage_erase = storage_erase,
};

static const struct meter_hardware hardware = {
	.model = "AXR", .form = "16S", .serial = "00123456", .class_amperes = 200};

static uint8_t pass(uint8_t byte)
{
	bench.bytes_passed++;
	return bench.damage_every && bench.bytes_passed % bench.damage_every == 0 ? byte ^ 0x10
										  : byte;
}

static void take_output(const struct exchange *exchange)
{
	for (uint32_t i = 0; i < exchange->sent_count; i++) {
		int64_t start = bench.frames + exchange->sent[i].frame;

		if (bench.input_end > bench.input_start &&
		    bench.input[bench.input_end - 1].arrival > start) {
			start = bench.input[bench.input_end - 1].arrival;
		}
		CU_ASSERT_FATAL(bench.input_end < INPUT_BYTES);
		bench.input[bench.input_end].arrival = start + FRAMES_PER_BYTE;
		bench.input[bench.input_end++].byte = pass(exchange->sent[i].byte);
	}
	bench.pulses += exchange->pulse_count;
}

/* One frame; `byte` (or -1) is complete before it. */
static void run_frame(int byte)
{
	static const struct sample_frame dark;
	static struct exchange exchange;

	memset(&exchange, 0, sizeof(exchange));
	exchange.frames = bench.has_load ? &cycle[bench.frames % FRAMES_PER_CYCLE] : &dark;
	exchange.frame_count = 1;
	exchange.received_count = byte >= 0;
	exchange.received[0].byte = (uint8_t)byte;
	meter_run(bench.meter, &exchange);
	CU_ASSERT_EQUAL_FATAL(exchange.frames_consumed, 1);
	CU_ASSERT_EQUAL_FATAL(exchange.received_consumed, exchange.received_count);
	take_output(&exchange);
	bench.frames++;
}

static int64_t frame_of(struct instant instant)
{
	return instant.nanoseconds / 1000 * METER_FRAMES_PER_SECOND / 1000000;
}

static struct instant interop_now(struct clock *clock)
{
	(void)clock;
	return (struct instant){bench.frames * 1000000000 / METER_FRAMES_PER_SECOND};
}

static enum status interop_sleep_until(struct clock *clock, struct instant until)
{
	while (instant_before(interop_now(clock), until)) {
		run_frame(-1);
	}
	return STATUS_OK;
}

static enum status interop_write(struct port *port, const uint8_t *bytes, size_t count,
				 struct instant deadline)
{
	(void)port;
	(void)deadline;
	for (size_t i = 0; i < count; i++) {
		for (int frame = 1; frame < FRAMES_PER_BYTE; frame++) {
			run_frame(-1);
		}
		run_frame(pass(bytes[i]));
	}
	return STATUS_OK;
}

static bool has_arrived(void)
{
	return bench.input_start < bench.input_end &&
	       bench.input[bench.input_start].arrival <= bench.frames;
}

static enum status interop_read(struct port *port, uint8_t *bytes, size_t capacity, size_t *count,
				struct instant deadline)
{
	*count = 0;
	while (!has_arrived() && bench.frames < frame_of(deadline) + 1) {
		run_frame(-1);
	}
	while (*count < capacity && has_arrived()) {
		bytes[(*count)++] = bench.input[bench.input_start++].byte;
	}
	if (bench.input_start == bench.input_end) {
		bench.input_start = bench.input_end = 0;
	}
	return *count ? STATUS_OK
		      : status_fail(STATUS_TIMEOUT, "%s: nothing received", port->resource);
}

static enum status interop_discard(struct port *port)
{
	(void)port;
	while (has_arrived()) {
		bench.input_start++;
	}
	return STATUS_OK;
}

static const struct clock_kind interop_clock = {.now = interop_now,
						.sleep_until = interop_sleep_until};
static const struct port_kind interop_port = {
	.write = interop_write, .read = interop_read, .discard_input = interop_discard};

static void power_up(void)
{
	memset(&bench, 0, sizeof(bench));
	bench.clock.kind = &interop_clock;
	bench.port = (struct port){
		.kind = &interop_port, .clock = &bench.clock, .resource = "VIRTUAL::optical"};
	CU_ASSERT_FATAL(meter_size() <= sizeof(memory));
	bench.meter = meter_init(memory, &board, &hardware);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bench.meter);
	for (int i = 0; i < FRAMES_PER_CYCLE; i++) {
		for (int phase = 0; phase < 3; phase++) {
			double angle =
				2 * 3.14159265358979 * (i / (double)FRAMES_PER_CYCLE - phase / 3.0);
			double wave = sqrt(2) * sin(angle) * METER_FULL_SCALE_COUNTS;

			cycle[i].volts[phase] =
				(int32_t)lround(120 * wave / METER_FULL_SCALE_VOLTS);
			cycle[i].amperes[phase] =
				(int32_t)lround(30 * wave / METER_FULL_SCALE_AMPERES_CLASS_200);
		}
	}
	CU_ASSERT_EQUAL_FATAL(meter_client_open(&bench.port, &client), STATUS_OK);
}

static void start(void)
{
	memset(storage, 0xFF, sizeof(storage));
	power_up();
}

/* Says why when it fails. */
static void expect_ok(enum status status)
{
	if (status) {
		printf("[%s: %s] ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void finish(void)
{
	meter_client_close(client);
	client = NULL;
}

static void the_meter_says_who_it_is(void)
{
	struct meter_identity identity;

	start();
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_identity(client, &identity));
	CU_ASSERT_STRING_EQUAL(identity.model, "AXR");
	CU_ASSERT_STRING_EQUAL(identity.serial, "00123456");
	CU_ASSERT_STRING_EQUAL(identity.form, "16S");
	CU_ASSERT_EQUAL(identity.elements, 3);
	CU_ASSERT_EQUAL(identity.class_amperes, 200);
	CU_ASSERT_EQUAL(identity.test_amperes, 30);
	CU_ASSERT_EQUAL(identity.mode, 1); /* bit 0: metering */
	CU_ASSERT(identity.kh_watt_hours > 0);
	CU_ASSERT(identity.kt_watt_hours > 0);
	expect_ok(meter_client_disconnect(client));
	finish();
}

/* 3 * 120 V * 30 A = 10800 W; 3 Wh in a second. The meter may measure over more than the time
 * between the reads. */
static void a_known_load_appears_in_present_values_and_registers(void)
{
	struct meter_registers before, after;
	struct meter_instantaneous now;

	start();
	bench.has_load = true;
	clock_sleep_seconds(&bench.clock, 5);
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_instantaneous(client, &now));
	for (int phase = 0; phase < 3; phase++) {
		CU_ASSERT_DOUBLE_EQUAL(now.volts[phase], 120, 0.12);
		CU_ASSERT_DOUBLE_EQUAL(now.amperes[phase], 30, 0.03);
	}
	CU_ASSERT_DOUBLE_EQUAL(now.watts, 10800, 11);
	CU_ASSERT_DOUBLE_EQUAL(now.hertz, 60, 0.06);
	expect_ok(meter_client_read_registers(client, &before));
	expect_ok(meter_client_disconnect(client));
	clock_sleep_seconds(&bench.clock, 60);
	struct instant begin = clock_now(&bench.clock);

	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_registers(client, &after));
	double seconds = 60 + seconds_between(begin, clock_now(&bench.clock));
	double watt_hours =
		(double)(after.delivered - before.delivered) * after.watt_hours_per_count;

	CU_ASSERT_DOUBLE_EQUAL(watt_hours, 3 * seconds,
			       3.0); /* a second of reading at either end */
	CU_ASSERT_EQUAL(after.received, 0);
	CU_ASSERT_EQUAL(after.net, after.delivered - after.received);
	finish();
}

static void the_adjustment_needs_the_factory_password_and_survives(void)
{
	struct meter_adjustment wanted = {
		.element = {{1234567, -60000}, {-50000000, 60000}, {50000000, -1}}};
	struct meter_adjustment before, after;

	start();
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_adjustment(client, &before));
	CU_ASSERT_EQUAL(meter_client_write_adjustment(client, &wanted), STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: write of MT0 refused: insufficient security clearance");
	expect_ok(meter_client_disconnect(client));
	expect_ok(meter_client_connect(client, FACTORY_PASSWORD));
	expect_ok(meter_client_write_adjustment(client, &wanted));
	expect_ok(meter_client_read_adjustment(client, &after));
	CU_ASSERT_EQUAL(after.change_count, before.change_count + 1);
	wanted.element[2].gain_ppb++;
	CU_ASSERT_EQUAL(meter_client_write_adjustment(client, &wanted), STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: write of MT0 refused: operation not possible");
	wanted.element[2].gain_ppb--;
	finish();
	power_up();
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_adjustment(client, &after));
	CU_ASSERT_EQUAL(memcmp(after.element, wanted.element, sizeof(wanted.element)), 0);
	CU_ASSERT_EQUAL(after.change_count, before.change_count + 1);
	finish();
}

static void a_wrong_password_is_refused_by_the_meter(void)
{
	start();
	CU_ASSERT_EQUAL(meter_client_connect(client, "FACTORx"), STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "meter on VIRTUAL::optical: security (password) refused: error");
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	finish();
}

static void every_table_that_st0_lists_is_read_and_no_other(void)
{
	uint8_t general[512], bytes[2048];
	size_t length;
	int listed = 0;

	start();
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_table(client, 0, general, sizeof(general), &length));
	for (int table = 0; table < 2048 + 256; table++) {
		int number = table & 2047;
		const uint8_t *set = general + 19 + (table > 2047 ? general[13] : 0);
		bool is_listed = number / 8 < general[table > 2047 ? 14 : 13] &&
				 (set[number / 8] >> number % 8 & 1);

		if (number > 256) {
			continue;
		}
		listed += is_listed;
		enum status status =
			meter_client_read_table(client, table, bytes, sizeof(bytes), &length);
		/* ST7 is written only; ST8 has nothing to say before a procedure */
		bool may_refuse =
			!is_listed || table == 7 || table == 8 || table == 42 || table == 45;

		if (status && !may_refuse) {
			printf("[%s] ", status_reason());
		}
		CU_ASSERT(status == STATUS_OK ? is_listed : status == STATUS_REFUSED && may_refuse);
		if (!is_listed) {
			CU_ASSERT_PTR_NOT_NULL(
				strstr(status_reason(), "inappropriate action requested"));
		}
	}
	CU_ASSERT(listed >= 10);
	finish();
}

static void pulses_rest_during_a_session_and_flow_after_it(void)
{
	start();
	bench.has_load = true;
	clock_sleep_seconds(&bench.clock, 20);
	CU_ASSERT(bench.pulses > 0);
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	bench.pulses = 0;
	clock_sleep_seconds(&bench.clock, 5);
	CU_ASSERT_EQUAL(bench.pulses, 0);
	expect_ok(meter_client_disconnect(client));
	clock_sleep_seconds(&bench.clock, 20);
	CU_ASSERT(bench.pulses > 0);
	finish();
}

static void a_session_that_was_abandoned_is_replaced(void)
{
	struct meter_registers registers;

	start();
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	free(client); /* the process died: nothing was said to the meter */
	CU_ASSERT_EQUAL_FATAL(meter_client_open(&bench.port, &client), STATUS_OK);
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_registers(client, &registers));
	clock_sleep_seconds(&bench.clock, 7);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_TIMEOUT);
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_read_registers(client, &registers));
	finish();
}

/* Procedure 9 (demand reset) asks for the operating password; 2047 exists nowhere. */
static void procedures_are_answered_by_the_meter(void)
{
	struct meter_procedure reset = {.number = 9, .parameter_count = 1, .parameters = {1}};
	struct meter_procedure unknown = {.number = 2047};
	struct meter_procedure_answer answer;

	start();
	expect_ok(meter_client_connect(client, READ_PASSWORD));
	expect_ok(meter_client_execute(client, &reset, &answer));
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_NO_AUTHORISATION);
	expect_ok(meter_client_execute(client, &unknown, &answer));
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_UNRECOGNISED);
	expect_ok(meter_client_disconnect(client));
	expect_ok(meter_client_connect(client, "OPERATE"));
	expect_ok(meter_client_execute(client, &reset, &answer));
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_COMPLETED);
	CU_ASSERT_EQUAL(answer.count, 1);
	CU_ASSERT_EQUAL(answer.data[0], 1);
	finish();
}

/* Both sides repeat what was damaged; the values that get through are the right ones. */
static void a_line_that_damages_one_byte_in_a_hundred_and_one_changes_no_value(void)
{
	struct meter_identity identity;
	struct meter_adjustment wanted = {.element = {{1, 2}, {3, 4}, {5, 6}}};

	start();
	bench.damage_every = 101;
	expect_ok(meter_client_connect(client, FACTORY_PASSWORD));
	for (int i = 0; i < 20; i++) {
		wanted.element[0].gain_ppb = 1000 + i;
		expect_ok(meter_client_read_identity(client, &identity));
		CU_ASSERT_STRING_EQUAL(identity.serial, "00123456");
		expect_ok(meter_client_write_adjustment(client, &wanted));
	}
	finish();
}

const char *const suite_name = "optical_interop";
const struct suite_case suite_cases[] = {
	CASE(the_meter_says_who_it_is),
	CASE(a_known_load_appears_in_present_values_and_registers),
	CASE(the_adjustment_needs_the_factory_password_and_survives),
	CASE(a_wrong_password_is_refused_by_the_meter),
	CASE(every_table_that_st0_lists_is_read_and_no_other),
	CASE(pulses_rest_during_a_session_and_flow_after_it),
	CASE(a_session_that_was_abandoned_is_replaced),
	CASE(procedures_are_answered_by_the_meter),
	CASE(a_line_that_damages_one_byte_in_a_hundred_and_one_changes_no_value),
	CASES_END,
};
