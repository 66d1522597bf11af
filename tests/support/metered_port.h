/*
 * A meter on a table with the whole flash, one steady 60 Hz load and somebody at its optical port.
 * Header only, because the meter's tests link nothing but the meter.
 */
#ifndef TESTS_SUPPORT_METERED_PORT_H
#define TESTS_SUPPORT_METERED_PORT_H

#include "tests/support/metered_load.h"
#include "tests/support/optical_wire.h"
#include "tests/support/suite.h"

#define PORT_SECTORS 128u
#define PORT_CYCLE_FRAMES 64u
#define PORT_BLOCK 960u

enum { OK, ERR, SNS, ISC, ONP, IAR };

struct metered_port {
	struct table *table;
	struct wire wire;
	struct sample_frame cycle[PORT_CYCLE_FRAMES];
	bool has_received;
	uint8_t received;
	struct exchange exchange;
};

static inline void port_receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	struct metered_port *port = meter_end;

	(void)frame;
	port->has_received = true;
	port->received = byte;
}

static inline void port_run_block(struct metered_port *port, uint32_t count)
{
	static struct sample_frame frames[PORT_BLOCK];
	struct exchange *exchange = &port->exchange;

	for (uint32_t i = 0; i < count; i++) {
		frames[i] = port->cycle[(port->wire.frame + i) % PORT_CYCLE_FRAMES];
	}
	exchange->frames = frames;
	exchange->frame_count = count;
	exchange->received_count = port->has_received;
	exchange->received[0] = (struct exchange_byte){.byte = port->received};
	meter_run(port->table->meter, exchange);
	exchange->battery_count = 0; /* told once, if the test does */
	port->has_received = port->has_received && exchange->received_consumed == 0;
	for (uint32_t i = 0; i < exchange->sent_count; i++) {
		wire_note_sent(&port->wire, exchange->sent[i].byte,
			       port->wire.frame + exchange->sent[i].frame);
	}
	port->wire.frame += exchange->frames_consumed;
}

static inline void port_run_until(struct wire *wire, uint64_t frame)
{
	struct metered_port *port = wire->meter_end;

	while (wire->frame < frame) {
		uint64_t left = frame - wire->frame;

		port_run_block(port, left < PORT_BLOCK ? (uint32_t)left : PORT_BLOCK);
	}
}

static inline void port_seconds(struct metered_port *port, uint32_t seconds)
{
	wire_wait(&port->wire, (uint64_t)seconds * METER_FRAMES_PER_SECOND);
}

/* Power-up after an outage of which the battery clock counted `ticks`. */
static inline void port_power_up(struct metered_port *port, uint64_t ticks)
{
	nor_flash_power_up(&port->table->flash);
	table_power_up(port->table);
	port->has_received = false;
	port->exchange =
		(struct exchange){.battery = EXCHANGE_BATTERY_KEPT, .battery_ticks = ticks};
	port->wire = (struct wire){
		.meter_end = port, .receive = port_receive, .run_until = port_run_until};
}

static inline void port_set_load(struct metered_port *port, const struct table_load *load)
{
	port->table->frame = 0;
	table_fill(port->table, load, port->cycle, PORT_CYCLE_FRAMES);
}

/* A 16S of this model, blank and without load; a 12S when it has a service switch. */
static inline void port_start(struct metered_port *port, const char *model)
{
	*port = (struct metered_port){.table = table_new(200)};
	port->table->board = nor_flash_board(&port->table->flash, PORT_SECTORS, TABLE_SECTOR_BYTES);
	port->table->hardware.model = model;
	if (strstr(model, "-SD")) {
		port->table->hardware.form = "12S";
	}
	port_power_up(port, 0);
}

static inline void port_free(struct metered_port *port)
{
	table_free(port->table);
}

static inline void port_log_on(struct metered_port *port, const char *password)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(&port->wire, 0x20), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&port->wire, 0x61, 4, 0, 2, 6), OK);
	CU_ASSERT_EQUAL(wire_logon(&port->wire), OK);
	CU_ASSERT_EQUAL(wire_password(&port->wire, password, ' '), OK);
}

static inline void port_log_off(struct metered_port *port)
{
	CU_ASSERT_EQUAL(WIRE_REQUEST(&port->wire, 0x52), OK);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&port->wire, 0x21), OK);
	wire_wait(&port->wire, 10);
}

/* The table's content after a full read, or NULL. */
static inline const uint8_t *port_read(struct metered_port *port, unsigned int table)
{
	int response = WIRE_REQUEST(&port->wire, 0x30, (uint8_t)(table >> 8), (uint8_t)table);

	return response == OK ? port->wire.response + 3 : NULL;
}

static inline const uint8_t *port_read_part(struct metered_port *port, unsigned int table,
					    uint32_t offset, unsigned int count)
{
	int response = WIRE_REQUEST(&port->wire, 0x3F, (uint8_t)(table >> 8), (uint8_t)table,
				    (uint8_t)(offset >> 16), (uint8_t)(offset >> 8),
				    (uint8_t)offset, (uint8_t)(count >> 8), (uint8_t)count);

	return response == OK ? port->wire.response + 3 : NULL;
}

/* A standard procedure with up to 16 octets of parameters; the result of ST8, or -1. */
static inline int port_procedure(struct metered_port *port, uint8_t number,
				 const uint8_t *parameters, unsigned int count)
{
	uint8_t request[19] = {number, 0, 77};

	if (count > 0) {
		memcpy(request + 3, parameters, count);
	}
	if (wire_write(&port->wire, 7, request, 3 + count) != OK) {
		return -1;
	}
	const uint8_t *st8 = port_read(port, 8);

	return st8 && st8[0] == number && st8[2] == 77 ? st8[3] : -1;
}

static inline uint64_t port_number(const uint8_t *bytes, unsigned int count)
{
	uint64_t number = 0;

	while (count-- > 0) {
		number = number << 8 | bytes[count];
	}
	return number;
}

#endif
