/*
 * A port of the meter: the C12.18 server (C12.18-1996 services, 9600 bit/s) over the C12.19 tables.
 * The optical port and the communication module's are two of these. Bytes in, bytes out, paced by
 * the number of the sample frame (3840 per second): a byte of 10 bits lasts exactly 4 frames.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1218_PORT_H
#define DUT_FIRMWARE_INTERFACE_C1218_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "interface/c1218_link.h"
#include "interface/c1218_server.h"

struct meter;

/* Embed it; its fields belong to the files of this folder. */
struct c1218_port {
	struct c1218_link link;
	struct c1218_server server;
	uint64_t next_event; /* kept, because it is asked for far more often than it changes */
};

/*
 * Power-up: base state. `meter` must outlive the port; nothing of it is read before the first
 * request.
 */
void c1218_port_init(struct c1218_port *port, struct meter *meter, enum c1218_port_kind kind);

/* The other end has gone: base state, nothing more is sent. The lock-out goes on. */
void c1218_port_reset(struct c1218_port *port);

/* A byte whose stop bit ended before `frame`. */
void c1218_port_receive(struct c1218_port *port, uint8_t byte, uint64_t frame);

/*
 * Timers, processing of a complete request, pacing of the transmitter. Call once in each frame for
 * which c1218_port_next_event() <= frame, after the received bytes of that frame, then take the
 * byte that became due.
 */
void c1218_port_run(struct c1218_port *port, uint64_t frame);

/*
 * The frame at which c1218_port_run has something to do, UINT64_MAX: nothing until a byte
 * arrives.
 */
uint64_t c1218_port_next_event(const struct c1218_port *port);

/* The next byte for the transmitter, if one is due: at most one in 4 frames. */
bool c1218_port_take_byte(struct c1218_port *port, uint64_t frame, uint8_t *byte);

/* True from a valid Identification until the base state again. */
bool c1218_port_is_open(const struct c1218_port *port);

#endif
