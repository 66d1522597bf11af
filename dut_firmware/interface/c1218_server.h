/*
 * Session states and services of C12.18 on the meter's side. Knows messages and tables, not
 * packets' bytes.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1218_SERVER_H
#define DUT_FIRMWARE_INTERFACE_C1218_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "interface/c1218_link.h"
#include "interface/c1219_store.h"
#include "interface/security.h"

enum c1218_state {
	C1218_STATE_BASE = 1, /* bits, so that a service can name several */
	C1218_STATE_ID = 2,
	C1218_STATE_SESSION = 4,
};

enum c1218_port_kind {
	C1218_OPTICAL_PORT,
	C1218_MODULE_PORT,
};

/* What takes effect when the peer has the response. */
enum c1218_after {
	C1218_AFTER_NOTHING,
	C1218_AFTER_NEGOTIATE,
	C1218_AFTER_TERMINATE,
};

struct c1218_server {
	enum c1218_port_kind kind;
	struct c1219_store store;
	struct security security;
	enum c1218_state state;
	enum c1218_after after;
	uint16_t negotiated_bytes;
	uint8_t negotiated_count;
	uint32_t traffic_frames; /* patience: 6 s, or what Wait asked for */
};

void c1218_server_init(struct c1218_server *server, struct meter *meter, enum c1218_port_kind kind);

/* Handles one event of the link; answers a request through the link. */
void c1218_server_handle(struct c1218_server *server, struct c1218_link *link,
			 enum c1218_link_event event, uint64_t frame);

/*
 * The frame at which the channel traffic time-out returns to the base state; UINT64_MAX in the base
 * state.
 */
uint64_t c1218_server_deadline(const struct c1218_server *server, const struct c1218_link *link);
void c1218_server_time_out(struct c1218_server *server, struct c1218_link *link);

#endif
