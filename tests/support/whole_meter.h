/*
 * A whole meter through exchange.h alone: steady load, contacts, one of its ports, display. Header
 * only, because the meter's tests link nothing but the meter.
 */
#ifndef TESTS_SUPPORT_WHOLE_METER_H
#define TESTS_SUPPORT_WHOLE_METER_H

#include <math.h>
#include <stdlib.h>

#include "meter.h"
#include "tests/support/optical_wire.h"
#include "tests/support/service_relay.h"
#include "tests/support/suite.h"

#define WHOLE_SECOND ((uint64_t)METER_FRAMES_PER_SECOND)
#define WHOLE_CYCLE_FRAMES (METER_FRAMES_PER_SECOND / 60)
#ifndef WHOLE_STORAGE_BYTES /* the event log needs 98304, the recorder 524288 */
#define WHOLE_STORAGE_BYTES 65536u
#endif
#define WHOLE_SECTOR_BYTES 4096u

enum { OK, ERR, SNS, ISC, ONP, IAR, BSY, DNR, DLK, RNO, ISSS };

struct whole {
	struct meter_hardware hardware;
	void *memory;
	struct meter *meter;
	uint8_t storage[WHOLE_STORAGE_BYTES];
	struct board board;
	struct sample_frame cycle[WHOLE_CYCLE_FRAMES];
	bool is_at_module; /* the wire leads to the module's port, not to the optical one */
	bool has_received;
	uint8_t received;
	unsigned int pulses;
	uint32_t contacts;
	char display[EXCHANGE_DISPLAY_BYTES]; /* the newest image */
	unsigned int images;
	uint32_t power_fail_warning;
	uint32_t battery; /* of the next power-up */
	uint64_t battery_ticks;
	uint32_t block;
	struct service_relay relay; /* of SD models; it keeps its position without supply */
	struct wire wire;
};

static inline int whole_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	if (offset > WHOLE_STORAGE_BYTES || count > WHOLE_STORAGE_BYTES - offset) {
		return -1;
	}
	memcpy(bytes, (uint8_t *)context + offset, count);
	return 0;
}

static inline int whole_program(void *context, uint32_t offset, const uint8_t *bytes,
				uint32_t count)
{
	uint8_t *storage = context;

	if (offset > WHOLE_STORAGE_BYTES || count > WHOLE_STORAGE_BYTES - offset) {
		return -1;
	}
	for (uint32_t i = 0; i < count; i++) {
		storage[offset + i] &= bytes[i];
	}
	return 0;
}

static inline int whole_erase(void *context, uint32_t offset)
{
	if (offset % WHOLE_SECTOR_BYTES != 0 || offset >= WHOLE_STORAGE_BYTES) {
		return -1;
	}
	memset((uint8_t *)context + offset, 0xFF, WHOLE_SECTOR_BYTES);
	return 0;
}

static inline void whole_receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	struct whole *whole = meter_end;

	(void)frame;
	CU_ASSERT_FALSE(whole->has_received);
	whole->has_received = true;
	whole->received = byte;
}

static inline void whole_run_block(struct whole *whole, uint64_t until)
{
	static struct sample_frame frames[4096];
	static struct exchange exchange;
	struct wire *wire = &whole->wire;
	uint64_t left = relay_next_change(&whole->relay, wire->frame, until) - wire->frame;
	uint32_t count = left < whole->block ? (uint32_t)left : whole->block;

	for (uint32_t i = 0; i < count; i++) {
		frames[i] = whole->cycle[(wire->frame + i) % WHOLE_CYCLE_FRAMES];
	}
	exchange = (struct exchange){.frames = frames,
				     .frame_count = count,
				     .return_after = EXCHANGE_RETURN_AFTER_SWITCH,
				     .contacts = whole->contacts |
						 relay_contacts(&whole->relay, wire->frame),
				     .power_fail_warning = whole->power_fail_warning,
				     .battery = whole->battery,
				     .battery_ticks = whole->battery_ticks};
	if (whole->has_received) {
		struct exchange_byte *received =
			whole->is_at_module ? exchange.module_received : exchange.received;

		received[0] = (struct exchange_byte){.frame = 0, .byte = whole->received};
		exchange.received_count = !whole->is_at_module;
		exchange.module_received_count = whole->is_at_module;
	}
	meter_run(whole->meter, &exchange);
	CU_ASSERT_FATAL(exchange.frames_consumed > 0);
	whole->has_received = whole->has_received &&
			      exchange.received_consumed + exchange.module_received_consumed == 0;
	const struct exchange_byte *sent =
		whole->is_at_module ? exchange.module_sent : exchange.sent;

	for (uint32_t i = 0;
	     i < (whole->is_at_module ? exchange.module_sent_count : exchange.sent_count); i++) {
		wire_note_sent(wire, sent[i].byte, wire->frame + sent[i].frame);
	}
	for (uint32_t i = 0; i < exchange.switch_count; i++) {
		relay_note_pulse(&whole->relay, wire->frame + exchange.switches[i].frame,
				 exchange.switches[i].coil);
	}
	whole->pulses += exchange.pulse_count;
	if (exchange.display_is_new) {
		memcpy(whole->display, exchange.display, sizeof(whole->display));
		whole->images++;
	}
	wire->frame += exchange.frames_consumed;
}

static inline void whole_run_until(struct wire *wire, uint64_t frame)
{
	while (wire->frame < frame) {
		whole_run_block(wire->meter_end, frame);
	}
}

static inline void whole_seconds(struct whole *whole, double seconds)
{
	wire_wait(&whole->wire, (uint64_t)llrint(seconds * METER_FRAMES_PER_SECOND));
}

/* The storage as it is; contacts open. */
static inline void whole_power_up(struct whole *whole)
{
	whole->meter = meter_init(whole->memory, &whole->board, &whole->hardware);
	CU_ASSERT_PTR_NOT_NULL_FATAL(whole->meter);
	whole->has_received = false;
	whole->contacts = 0;
	whole->relay.moves_at = 0;
	memset(&whole->wire, 0, sizeof(whole->wire));
	whole->wire.meter_end = whole;
	whole->wire.receive = whole_receive;
	whole->wire.run_until = whole_run_until;
}

/* Unity power factor in all inputs; negative amperes: received. */
static inline void whole_load(struct whole *whole, double volts, double amperes)
{
	for (unsigned int i = 0; i < WHOLE_CYCLE_FRAMES; i++) {
		for (unsigned int phase = 0; phase < 3; phase++) {
			double turns = (double)i / WHOLE_CYCLE_FRAMES - phase / 3.0;
			double peak =
				METER_FULL_SCALE_COUNTS * sqrt(2.0) * sin(2.0 * acos(-1.0) * turns);

			whole->cycle[i].volts[phase] =
				(int32_t)lrint(peak * volts / METER_FULL_SCALE_VOLTS);
			whole->cycle[i].amperes[phase] =
				(int32_t)lrint(peak * amperes / METER_FULL_SCALE_AMPERES_CLASS_200);
		}
	}
}

/* A fresh class 200 meter of form 16S at 120 V and 30 A. */
static inline struct whole *whole_new(void)
{
	struct whole *whole = calloc(1, sizeof(*whole));

	CU_ASSERT_PTR_NOT_NULL_FATAL(whole);
	whole->hardware = (struct meter_hardware){
		.model = "AXR", .form = "16S", .serial = "00000042", .class_amperes = 200};
	whole->board = (struct board){
		.context = whole->storage,
		.storage_bytes = WHOLE_STORAGE_BYTES,
		.sector_bytes = WHOLE_SECTOR_BYTES,
		.storage_read = whole_read,
		.storage_program = whole_program,
		.storage_erase = whole_erase,
	};
	memset(whole->storage, 0xFF, sizeof(whole->storage));
	whole->block = 977;
	whole->memory = aligned_alloc(8, (meter_size() + 7) / 8 * 8);
	CU_ASSERT_PTR_NOT_NULL_FATAL(whole->memory);
	whole_load(whole, 120, 30);
	whole_power_up(whole);
	return whole;
}

static inline void whole_free(struct whole *whole)
{
	free(whole->memory);
	free(whole);
}

/* Sessions. Packets of 512 bytes. */
static inline struct wire *whole_session(struct whole *whole, const char *password)
{
	struct wire *wire = &whole->wire;

	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x20), OK);
	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x60, 2, 0, 4), OK);
	CU_ASSERT_EQUAL_FATAL(wire_logon(wire), OK);
	if (password != NULL) {
		CU_ASSERT_EQUAL_FATAL(wire_password(wire, password, ' '), OK);
	}
	return wire;
}

static inline void whole_end_session(struct whole *whole)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x52), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x21), OK);
}

/* A table's octets (without count and checksum) in wire->response + 3; returns the response code.
 */
static inline int whole_table(struct whole *whole, unsigned int table)
{
	return WIRE_REQUEST(&whole->wire, 0x30, (uint8_t)(table >> 8), (uint8_t)table);
}

static inline uint64_t whole_number(const struct whole *whole, unsigned int offset,
				    unsigned int octets)
{
	uint64_t number = 0;

	for (unsigned int i = 0; i < octets; i++) {
		number |= (uint64_t)whole->wire.response[3 + offset + i] << 8 * i;
	}
	return number;
}

/* Result in ST8 of a procedure with one octet of parameter, or none (-1); -1000 - code when ST7
 * refuses. */
static inline int whole_procedure(struct whole *whole, unsigned int number, int parameter)
{
	uint8_t call[4] = {(uint8_t)number, (uint8_t)(number >> 8), 7, (uint8_t)parameter};
	int code = wire_write(&whole->wire, 7, call, parameter < 0 ? 3 : 4);

	if (code != OK) {
		return -1000 - code;
	}
	CU_ASSERT_EQUAL(whole_table(whole, 8), OK);
	CU_ASSERT_EQUAL(whole_number(whole, 0, 2), number);
	CU_ASSERT_EQUAL(whole_number(whole, 2, 1), 7);
	return (int)whole_number(whole, 3, 1);
}

/* The delivered register of ST23, mWh. Opens and ends a session of its own. */
static inline uint64_t whole_delivered(struct whole *whole)
{
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, 23), OK);

	uint64_t delivered = whole_number(whole, 1, 6); /* after the reset counter */

	whole_end_session(whole);
	return delivered;
}

/* Table MT3 from now on, in a session with the program password. The response code. */
static inline int whole_set(struct whole *whole, unsigned int is_sealed, unsigned int decimals)
{
	uint8_t bytes[13] = {(uint8_t)is_sealed, (uint8_t)decimals};

	return wire_write(&whole->wire, 2048 + 3, bytes, sizeof(bytes));
}

#endif
