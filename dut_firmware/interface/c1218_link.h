/*
 * C12.18 packets on the meter's side: framing, CRC, acknowledgement, toggle, duplicates, splitting
 * and joining of messages, link timers. Knows bytes and messages, not services. Time is the number
 * of the sample frame.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1218_LINK_H
#define DUT_FIRMWARE_INTERFACE_C1218_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "interface/c1218_codes.h"

#define C1218_FRAMES_PER_SECOND 3840u
#define C1218_FRAMES_PER_BYTE 4u /* 10 bits at 9600 bit/s */

#define C1218_OVERHEAD_BYTES 8u
#define C1218_DEFAULT_PACKET_BYTES 64u
#define C1218_DEFAULT_PACKET_COUNT 1u
#define C1218_SMALLEST_PACKET_BYTES 32u
#define C1218_LARGEST_PACKET_BYTES 1024u
#define C1218_LARGEST_PACKET_COUNT 16u
#define C1218_MESSAGE_BYTES 1024u /* longest request or response, whatever was negotiated */

enum c1218_link_event {
	C1218_LINK_NOTHING,
	C1218_LINK_REQUEST,   /* `request` is complete, or `request_fault` refuses it */
	C1218_LINK_DELIVERED, /* the peer has the whole response */
	C1218_LINK_ABANDONED, /* the peer acknowledged none of four attempts */
};

enum c1218_receiver {
	C1218_LISTENING,
	C1218_COLLECTING,
	C1218_PACKET_READY,
	C1218_DRAINING, /* a bad packet: NAK when the line is quiet */
};

enum c1218_sender {
	C1218_SILENT,
	C1218_SENDING,
	C1218_AWAITING_ACK,
};

struct c1218_link {
	uint16_t packet_bytes; /* in force, with overhead */
	uint8_t packet_count;
	uint64_t activity_frame; /* newest valid packet received or end of a packet sent */

	enum c1218_receiver receiver;
	uint64_t receiver_deadline;
	uint8_t packet[C1218_LARGEST_PACKET_BYTES];
	uint16_t packet_position;
	uint8_t acknowledgement; /* received ACK or NAK not yet acted on, 0: none */
	uint64_t answer_frame;	 /* earliest frame for acting on what was received */

	bool has_previous; /* duplicate memory: the preceding valid packet */
	uint8_t previous_identity;
	uint8_t previous_toggle;
	uint16_t previous_crc;

	bool is_joining;
	uint8_t next_sequence;
	enum c1218_response request_fault;
	uint8_t request[C1218_MESSAGE_BYTES];
	uint16_t request_length;
	uint8_t identity; /* of the request, echoed */

	enum c1218_sender sender;
	uint64_t sender_deadline;
	uint8_t attempts;
	uint8_t toggle; /* of the next new packet */
	uint8_t response[C1218_MESSAGE_BYTES];
	uint16_t response_length;
	uint16_t response_offset; /* of the packet being sent */
	uint8_t packet_header[6];
	uint8_t packet_crc[2];
	uint16_t packet_data_length;
	uint16_t send_position;

	uint8_t control_byte; /* ACK or NAK to send before anything else, 0: none */
	bool has_byte;	      /* `byte` waits for the transmitter */
	uint8_t byte;
	uint64_t byte_frame;	 /* when it became due */
	uint64_t transmit_frame; /* earliest frame of the next byte */
};

void c1218_link_init(struct c1218_link *link);

/*
 * Back to the defaults of the base state: 64 bytes, one packet, no duplicate memory, nothing
 * outstanding.
 */
void c1218_link_reset(struct c1218_link *link);

/*
 * A byte that was complete before `frame`. Bytes during transmission are our own echo and ignored.
 */
void c1218_link_receive(struct c1218_link *link, uint8_t byte, uint64_t frame);

/*
 * Acts on what was received and on timers; at most one event. Call while c1218_link_next_event() <=
 * frame.
 */
enum c1218_link_event c1218_link_run(struct c1218_link *link, uint64_t frame);
uint64_t c1218_link_next_event(const struct c1218_link *link);

/* Whether a message of this length may be sent as a response. */
bool c1218_link_fits(const struct c1218_link *link, uint16_t length);

/*
 * Sends `response` (filled by the caller, `length` bytes that fit) after the acknowledgement of the
 * request.
 */
void c1218_link_respond(struct c1218_link *link, uint16_t length, uint64_t frame);

/* The byte that became due for the transmitter by `frame`, if any. */
bool c1218_link_take_byte(struct c1218_link *link, uint64_t frame, uint8_t *byte);

#endif
