/*
 * C12.18 packets on the meter's side. Packet: EE, identity, control, sequence, length (high byte
 * first), data, CRC-16/X-25 (low byte first). A response is never copied: its packets are read off
 * it as they are sent.
 */
#include "interface/c1218_link.h"

#include <string.h>

#define START_OF_PACKET 0xEEu
#define ACK 0x06u
#define NAK 0x15u

#define CONTROL_MULTIPLE 0x80u
#define CONTROL_FIRST 0x40u
#define CONTROL_TOGGLE 0x20u
#define CONTROL_FORMAT 0x03u /* 0: C12.18 */

#define HEADER_BYTES 6u

#define INTER_CHARACTER_FRAMES (C1218_FRAMES_PER_SECOND / 2u)
#define RESPONSE_FRAMES (UINT64_C(2) * C1218_FRAMES_PER_SECOND)
#define ATTEMPTS 4u
/* At least 175 us between the peer's last bit and our first: one frame is 260 us. */
#define TURN_AROUND_FRAMES 1u
/* A line without a byte for ten byte times is quiet enough for a NAK. */
#define QUIET_FRAMES (UINT64_C(10) * C1218_FRAMES_PER_BYTE)

#define CRC_START 0xFFFFu
#define CRC_POLYNOMIAL_REFLECTED 0x8408u

static uint16_t crc_continue(uint16_t crc, const uint8_t *bytes, uint32_t count)
{
	uint32_t remainder = crc;

	for (uint32_t i = 0; i < count; i++) {
		remainder ^= bytes[i];
		for (unsigned int bit = 0; bit < 8; bit++) {
			uint32_t feedback = (remainder & 1u) != 0 ? CRC_POLYNOMIAL_REFLECTED : 0;

			remainder = (remainder >> 1) ^ feedback;
		}
	}
	return (uint16_t)remainder;
}

static uint16_t crc_finish(uint16_t crc)
{
	return (uint16_t)(crc ^ 0xFFFFu);
}

void c1218_link_init(struct c1218_link *link)
{
	memset(link, 0, sizeof(*link));
	c1218_link_reset(link);
}

void c1218_link_reset(struct c1218_link *link)
{
	link->packet_bytes = C1218_DEFAULT_PACKET_BYTES;
	link->packet_count = C1218_DEFAULT_PACKET_COUNT;
	link->has_previous = false;
	link->is_joining = false;
	link->acknowledgement = 0;
	link->sender = C1218_SILENT;
	link->toggle = 0;
}

/* Reception */

static bool is_transmitting(const struct c1218_link *link)
{
	return link->control_byte != 0 || link->has_byte || link->sender == C1218_SENDING;
}

static uint16_t packet_data_length(const struct c1218_link *link)
{
	return (uint16_t)(link->packet[4] << 8 | link->packet[5]);
}

static uint16_t packet_crc(const struct c1218_link *link)
{
	const uint8_t *crc = link->packet + HEADER_BYTES + packet_data_length(link);

	return (uint16_t)(crc[0] | crc[1] << 8);
}

static bool packet_is_sound(const struct c1218_link *link)
{
	uint32_t covered = HEADER_BYTES + packet_data_length(link);
	uint16_t crc = crc_finish(crc_continue(CRC_START, link->packet, covered));

	return crc == packet_crc(link) && (link->packet[2] & CONTROL_FORMAT) == 0;
}

static void drain(struct c1218_link *link, uint64_t frame)
{
	link->receiver = C1218_DRAINING;
	link->receiver_deadline = frame + QUIET_FRAMES;
}

static void collect(struct c1218_link *link, uint8_t byte, uint64_t frame)
{
	link->packet[link->packet_position++] = byte;
	link->receiver_deadline = frame + INTER_CHARACTER_FRAMES;
	if (link->packet_position < HEADER_BYTES) {
		return;
	}
	uint32_t packet_length = C1218_OVERHEAD_BYTES + packet_data_length(link);

	if (packet_length == C1218_OVERHEAD_BYTES || packet_length > link->packet_bytes) {
		drain(link, frame);
	} else if (link->packet_position == packet_length) {
		if (packet_is_sound(link)) {
			link->receiver = C1218_PACKET_READY;
			link->answer_frame = frame + TURN_AROUND_FRAMES;
		} else {
			drain(link, frame);
		}
	}
}

static void listen(struct c1218_link *link, uint8_t byte, uint64_t frame)
{
	if (byte == START_OF_PACKET) {
		link->receiver = C1218_COLLECTING;
		link->packet_position = 0;
		collect(link, byte, frame);
	} else if ((byte == ACK || byte == NAK) && link->sender == C1218_AWAITING_ACK &&
		   link->acknowledgement == 0) {
		link->acknowledgement = byte;
		link->answer_frame = frame + TURN_AROUND_FRAMES;
	}
}

void c1218_link_receive(struct c1218_link *link, uint8_t byte, uint64_t frame)
{
	if (is_transmitting(link)) {
		return;
	}
	switch (link->receiver) {
	case C1218_LISTENING:
		listen(link, byte, frame);
		break;
	case C1218_COLLECTING:
		collect(link, byte, frame);
		break;
	case C1218_DRAINING:
		drain(link, frame);
		break;
	case C1218_PACKET_READY:
		break;
	}
}

/* Sending */

static void send_packet(struct c1218_link *link)
{
	uint16_t capacity = (uint16_t)(link->packet_bytes - C1218_OVERHEAD_BYTES);
	uint16_t remaining = (uint16_t)(link->response_length - link->response_offset);
	uint16_t count = remaining < capacity ? remaining : capacity;
	unsigned int control = link->toggle;

	if (link->response_length > capacity) {
		control |= CONTROL_MULTIPLE;
		control |= link->response_offset == 0 ? CONTROL_FIRST : 0;
	}
	link->packet_header[0] = START_OF_PACKET;
	link->packet_header[1] = link->identity;
	link->packet_header[2] = (uint8_t)control;
	link->packet_header[3] = (uint8_t)((remaining - count + capacity - 1) / capacity);
	link->packet_header[4] = (uint8_t)(count >> 8);
	link->packet_header[5] = (uint8_t)(count & 0xFFu);

	uint16_t crc = crc_continue(CRC_START, link->packet_header, HEADER_BYTES);

	crc = crc_finish(crc_continue(crc, link->response + link->response_offset, count));
	link->packet_crc[0] = (uint8_t)(crc & 0xFFu);
	link->packet_crc[1] = (uint8_t)(crc >> 8);
	link->packet_data_length = count;
	link->toggle ^= CONTROL_TOGGLE;
	link->send_position = 0;
	link->attempts = 1;
	link->sender = C1218_SENDING;
}

bool c1218_link_fits(const struct c1218_link *link, uint16_t length)
{
	uint32_t capacity = (link->packet_bytes - C1218_OVERHEAD_BYTES) * link->packet_count;

	return length <= capacity && length <= C1218_MESSAGE_BYTES;
}

void c1218_link_respond(struct c1218_link *link, uint16_t length, uint64_t frame)
{
	link->response_length = length;
	link->response_offset = 0;
	link->activity_frame = frame;
	send_packet(link);
}

static uint8_t next_packet_byte(struct c1218_link *link)
{
	uint16_t position = link->send_position++;

	if (position < HEADER_BYTES) {
		return link->packet_header[position];
	}
	position = (uint16_t)(position - HEADER_BYTES);
	if (position < link->packet_data_length) {
		return link->response[link->response_offset + position];
	}
	return link->packet_crc[position - link->packet_data_length];
}

static void load_transmitter(struct c1218_link *link, uint64_t frame)
{
	if (link->has_byte || frame < link->transmit_frame) {
		return;
	}
	if (link->control_byte != 0) {
		link->byte = link->control_byte;
		link->control_byte = 0;
	} else if (link->sender == C1218_SENDING) {
		link->byte = next_packet_byte(link);
		if (link->send_position == C1218_OVERHEAD_BYTES + link->packet_data_length) {
			link->sender = C1218_AWAITING_ACK;
			link->activity_frame = frame + C1218_FRAMES_PER_BYTE;
			link->sender_deadline = link->activity_frame + RESPONSE_FRAMES;
		}
	} else {
		return;
	}
	link->has_byte = true;
	link->byte_frame = frame;
	link->transmit_frame = frame + C1218_FRAMES_PER_BYTE;
}

bool c1218_link_take_byte(struct c1218_link *link, uint64_t frame, uint8_t *byte)
{
	if (!link->has_byte || frame < link->byte_frame) {
		return false;
	}
	*byte = link->byte;
	link->has_byte = false;
	return true;
}

/* What was received, and timers */

static enum c1218_link_event try_again(struct c1218_link *link)
{
	if (link->attempts == ATTEMPTS) {
		link->sender = C1218_SILENT;
		return C1218_LINK_ABANDONED;
	}
	link->attempts++;
	link->send_position = 0;
	link->sender = C1218_SENDING;
	return C1218_LINK_NOTHING;
}

static enum c1218_link_event take_acknowledgement(struct c1218_link *link)
{
	uint8_t acknowledgement = link->acknowledgement;

	link->acknowledgement = 0;
	if (acknowledgement == NAK) {
		return try_again(link);
	}
	link->response_offset = (uint16_t)(link->response_offset + link->packet_data_length);
	if (link->response_offset < link->response_length) {
		send_packet(link);
		return C1218_LINK_NOTHING;
	}
	link->sender = C1218_SILENT;
	return C1218_LINK_DELIVERED;
}

/* The server resets the memory at Identification, so a client that starts again is always heard. */
static bool is_duplicate(const struct c1218_link *link)
{
	return link->has_previous && link->packet[1] == link->previous_identity &&
	       (link->packet[2] & CONTROL_TOGGLE) == link->previous_toggle &&
	       packet_crc(link) == link->previous_crc;
}

static void remember(struct c1218_link *link)
{
	link->has_previous = true;
	link->previous_identity = link->packet[1];
	link->previous_toggle = link->packet[2] & CONTROL_TOGGLE;
	link->previous_crc = packet_crc(link);
}

static void begin_request(struct c1218_link *link, bool is_multiple, uint8_t sequence)
{
	link->request_length = 0;
	link->request_fault = C1218_OK;
	link->next_sequence = sequence;
	link->is_joining = is_multiple;
	if (!is_multiple && sequence != 0) {
		link->request_fault = C1218_ERR;
	} else if (sequence >= link->packet_count) {
		link->request_fault = C1218_ONP;
	}
}

static void append_to_request(struct c1218_link *link)
{
	uint16_t count = packet_data_length(link);

	if (link->request_fault != C1218_OK) {
		return;
	}
	if (link->request_length + count > C1218_MESSAGE_BYTES) {
		link->request_fault = C1218_ONP;
		return;
	}
	memcpy(link->request + link->request_length, link->packet + HEADER_BYTES, count);
	link->request_length = (uint16_t)(link->request_length + count);
}

static enum c1218_link_event join(struct c1218_link *link)
{
	bool is_multiple = (link->packet[2] & CONTROL_MULTIPLE) != 0;
	bool is_first = !is_multiple || (link->packet[2] & CONTROL_FIRST) != 0;
	uint8_t sequence = link->packet[3];

	link->identity = link->packet[1];
	if (is_first) {
		begin_request(link, is_multiple, sequence);
	} else if (!link->is_joining || sequence != link->next_sequence) {
		link->request_fault = C1218_ERR;
	}
	append_to_request(link);
	if (is_multiple && sequence != 0) {
		link->next_sequence = (uint8_t)(sequence - 1);
		return C1218_LINK_NOTHING;
	}
	link->is_joining = false;
	return C1218_LINK_REQUEST;
}

/*
 * A new packet instead of the acknowledgement says that the peer has moved on; the packet waits one
 * more turn.
 */
static enum c1218_link_event take_packet(struct c1218_link *link, uint64_t frame)
{
	bool duplicate = is_duplicate(link);

	if (link->sender == C1218_AWAITING_ACK && !duplicate) {
		link->sender = C1218_SILENT;
		return C1218_LINK_DELIVERED;
	}
	link->receiver = C1218_LISTENING;
	link->activity_frame = frame;
	link->control_byte = ACK;
	if (duplicate) {
		return C1218_LINK_NOTHING;
	}
	remember(link);
	return join(link);
}

static bool receiver_has_deadline(const struct c1218_link *link)
{
	return link->receiver == C1218_COLLECTING || link->receiver == C1218_DRAINING;
}

static bool has_something_to_answer(const struct c1218_link *link)
{
	return link->receiver == C1218_PACKET_READY || link->acknowledgement != 0;
}

/* While the peer is in the middle of a packet we do not repeat ours over it. */
static bool sender_has_deadline(const struct c1218_link *link)
{
	return link->sender == C1218_AWAITING_ACK && link->receiver == C1218_LISTENING &&
	       !is_transmitting(link);
}

static enum c1218_link_event act(struct c1218_link *link, uint64_t frame)
{
	if (receiver_has_deadline(link) && frame >= link->receiver_deadline) {
		link->receiver = C1218_LISTENING;
		link->control_byte = NAK;
		return C1218_LINK_NOTHING;
	}
	if (has_something_to_answer(link) && frame >= link->answer_frame) {
		return link->acknowledgement != 0 ? take_acknowledgement(link)
						  : take_packet(link, frame);
	}
	if (sender_has_deadline(link) && frame >= link->sender_deadline) {
		return try_again(link);
	}
	return C1218_LINK_NOTHING;
}

enum c1218_link_event c1218_link_run(struct c1218_link *link, uint64_t frame)
{
	enum c1218_link_event event = act(link, frame);

	load_transmitter(link, frame);
	return event;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t c1218_link_next_event(const struct c1218_link *link)
{
	uint64_t next = UINT64_MAX;

	if (!link->has_byte && is_transmitting(link)) {
		next = earlier(next, link->transmit_frame);
	}
	if (receiver_has_deadline(link)) {
		next = earlier(next, link->receiver_deadline);
	}
	if (has_something_to_answer(link)) {
		next = earlier(next, link->answer_frame);
	}
	if (sender_has_deadline(link)) {
		next = earlier(next, link->sender_deadline);
	}
	return next;
}
