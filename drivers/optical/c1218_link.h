/*
 * ANSI C12.18 link layer, client side: packets, CRC, ACK and NAK, repetition, toggle, duplicates,
 * messages of several packets. Knows no service. Time-outs and the packet's layout: C12.18, as told
 * by public implementations.
 */
#ifndef DRIVERS_OPTICAL_C1218_LINK_H
#define DRIVERS_OPTICAL_C1218_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/port.h"
#include "reference_source/status.h"

#define C1218_OVERHEAD 8 /* bytes of a packet that are not data */
#define C1218_DEFAULT_PACKET_SIZE 64
#define C1218_MAXIMUM_PACKET_SIZE 512 /* that this client offers */
#define C1218_MAXIMUM_PACKETS 4	      /* likewise, per message */
#define C1218_MAXIMUM_MESSAGE ((C1218_MAXIMUM_PACKET_SIZE - C1218_OVERHEAD) * C1218_MAXIMUM_PACKETS)

#define C1218_INTER_CHARACTER_SECONDS 0.5
#define C1218_ACKNOWLEDGE_SECONDS 2.0
#define C1218_TRAFFIC_SECONDS                                                                      \
	6.0		/* the meter ends a session in which it hears nothing for so long */
#define C1218_RETRIES 3 /* after the first attempt */

struct optical_packet {
	uint8_t identity;
	uint8_t control;
	uint8_t sequence;
	uint16_t crc;
	size_t length;
	uint8_t data[C1218_MAXIMUM_PACKET_SIZE - C1218_OVERHEAD];
};

/* The caller's storage; treat as opaque after optical_link_init. */
struct optical_link {
	struct port *port;
	size_t packet_size; /* in force, both directions */
	unsigned packets;   /* per message, in force */
	uint8_t toggle;	    /* of our next packet: 00 or 20h */
	bool has_previous;  /* the meter's preceding valid packet of this session, to know its
			       repetition */
	uint8_t previous_identity, previous_toggle;
	uint16_t previous_crc;
	unsigned duplicates;   /* discarded since the last message was sent */
	bool has_early_packet; /* a packet came where its acknowledgement was awaited: it stands for
				  both */
	struct optical_packet packet;
	size_t input_next, input_count; /* read from the port and not yet looked at */
	uint8_t input[64];
	struct instant last_traffic; /* when the last valid byte was exchanged */
};

/* CRC-16/X-25: polynomial 1021h reflected, start FFFFh, complemented. Sent low byte first. */
uint16_t optical_link_crc(const uint8_t *bytes, size_t count);

/* Writes one packet (data at most packet size - 8 bytes, `packet` at least count + 8); returns its
 * length. */
size_t optical_packet_build(uint8_t control, uint8_t sequence, const uint8_t *data, size_t count,
			    uint8_t *packet);

/* Base state: 64 bytes, one packet, toggle clear, nothing remembered. Sends nothing. */
void optical_link_init(struct optical_link *link, struct port *port);
void optical_link_reset(struct optical_link *link);

/* Puts a negotiated packet size (32..512) and number of packets (1..4) in force. */
void optical_link_set_limits(struct optical_link *link, size_t packet_size, unsigned packets);

/* Throws away what arrives until the line is quiet, for at most a second (test pulses look like
 * bytes). */
enum status optical_link_flush(struct optical_link *link);

/*
 * Sends one message, in several packets if need be, and waits for each acknowledgement. `what`
 * names the message in reasons ("read of ST23"). STATUS_TIMEOUT: silence; STATUS_PROTOCOL: refused
 * by NAK, or longer than negotiated.
 */
enum status optical_link_send(struct optical_link *link, const char *what, const uint8_t *message,
			      size_t count);

/*
 * Waits up to 6 s for the answering message, acknowledges its packets and joins them.
 * STATUS_TIMEOUT: silence; STATUS_PROTOCOL: damaged four times, wrong sequence of packets, or
 * longer than `capacity`.
 */
enum status optical_link_receive(struct optical_link *link, const char *what, uint8_t *message,
				 size_t capacity, size_t *count);

#endif
