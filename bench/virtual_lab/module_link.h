/*
 * The client's end of C12.18 on a meter's module port (dut_firmware/MODULE_PORT.md), without a
 * wait: a request goes out, bytes come in, an event says what became of it. The project's own for
 * the simulated module; neither meter nor bench have a line of it.
 */
#ifndef BENCH_VIRTUAL_LAB_MODULE_LINK_H
#define BENCH_VIRTUAL_LAB_MODULE_LINK_H

#include "bench/virtual_lab/hosted_meter.h"

#define MODULE_LINK_PACKET 1024u /* whole packets, offered with Negotiate */
#define MODULE_LINK_PACKETS 16u
#define MODULE_LINK_REQUEST 1000u /* octets of a request: one packet */
#define MODULE_LINK_RESPONSE (MODULE_LINK_PACKET * MODULE_LINK_PACKETS)

enum module_link_state { LINK_IDLE, LINK_WAITS_ACKNOWLEDGEMENT, LINK_WAITS_RESPONSE };

struct module_link_byte {
	uint8_t byte;
	struct instant at;
};

#define MODULE_LINK_ARRIVING 256u

struct module_link {
	struct hosted_meter *meter;
	enum module_link_state state;
	struct instant deadline;
	/* going out */
	uint8_t packet[MODULE_LINK_PACKET];
	size_t packet_length;
	uint8_t toggle;
	int attempts;
	struct instant line_free_at;
	/* coming in: on the wire, then the packet, then the message */
	struct module_link_byte arriving[MODULE_LINK_ARRIVING];
	size_t arriving_first, arriving_last;
	uint8_t incoming[MODULE_LINK_PACKET];
	size_t incoming_length;
	struct instant last_byte_at;
	bool has_before; /* a valid packet, to know its repetition by */
	uint8_t before_control;
	uint16_t before_crc;
	int packets_left; /* of a message of several; -1: none begun */
	uint8_t response[MODULE_LINK_RESPONSE];
	size_t response_length;
};

void module_link_init(struct module_link *link, struct hosted_meter *meter);
/* Base state: forgets everything, what is on the wire included. */
void module_link_reset(struct module_link *link);

/* At most MODULE_LINK_REQUEST octets; not while another one is under way. */
void module_link_ask(struct module_link *link, const uint8_t *request, size_t count,
		     struct instant at);

/* From the meter's end of the wire; may lie ahead. */
void module_link_arrive(struct module_link *link, uint8_t byte, struct instant complete_at);

struct instant module_link_next_event(const struct module_link *link);

/* What has happened until now: called until nothing is left. LINK_ANSWERED: response and
 * response_length. LINK_SILENT: given up after four attempts, or no response within 6 s. */
enum module_link_event { LINK_NOTHING, LINK_ANSWERED, LINK_SILENT };
enum module_link_event module_link_advance(struct module_link *link, struct instant until);

#endif
