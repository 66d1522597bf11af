/* Packets, acknowledgements and times of the simulated module's link. */
#include "bench/virtual_lab/module_link.h"

#include <assert.h>
#include <string.h>

#define START 0xEEu
#define ACKNOWLEDGE 0x06u
#define REFUSE 0x15u
#define CONTROL_SEVERAL 0x80u
#define CONTROL_FIRST 0x40u
#define CONTROL_TOGGLE 0x20u
#define HEAD 6u
#define TAIL 2u
#define ATTEMPTS 4
#define BYTE_NANOSECONDS (10 * NANOSECONDS_PER_SECOND / 9600)
#define TURN_AROUND_SECONDS 0.0005 /* at least 175 us are asked of the module */
#define ACKNOWLEDGE_SECONDS 2.0
#define RESPONSE_SECONDS 6.0
#define GAP_SECONDS 0.5

static const struct instant never = {INT64_MAX};

void module_link_init(struct module_link *link, struct hosted_meter *meter)
{
	memset(link, 0, sizeof(*link));
	link->meter = meter;
	module_link_reset(link);
}

void module_link_reset(struct module_link *link)
{
	link->state = LINK_IDLE;
	link->deadline = never;
	link->arriving_first = link->arriving_last;
	link->incoming_length = 0;
	link->has_before = false;
	link->packets_left = -1;
	link->response_length = 0;
}

/* CRC-16/X-25 of the published packets. */
static uint16_t crc_of(const uint8_t *octets, size_t count)
{
	uint16_t crc = 0xFFFF;

	for (size_t i = 0; i < count; i++) {
		crc ^= octets[i];
		for (int bit = 0; bit < 8; bit++) {
			crc = (uint16_t)(crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1);
		}
	}
	return (uint16_t)~crc;
}

static struct instant send_octets(struct module_link *link, const uint8_t *octets, size_t count,
				  struct instant at)
{
	struct instant next = instant_after(at, TURN_AROUND_SECONDS);

	if (instant_before(next, link->line_free_at)) {
		next = link->line_free_at;
	}
	for (size_t i = 0; i < count; i++) {
		next.nanoseconds += BYTE_NANOSECONDS;
		hosted_meter_module_byte(link->meter, octets[i], next);
	}
	link->line_free_at = next;
	return next;
}

static void send_packet(struct module_link *link, struct instant at)
{
	struct instant sent = send_octets(link, link->packet, link->packet_length, at);

	link->attempts++;
	link->state = LINK_WAITS_ACKNOWLEDGEMENT;
	link->deadline = instant_after(sent, ACKNOWLEDGE_SECONDS);
}

void module_link_ask(struct module_link *link, const uint8_t *request, size_t count,
		     struct instant at)
{
	uint8_t *packet = link->packet;

	assert(link->state == LINK_IDLE && count > 0 && count <= MODULE_LINK_REQUEST);
	link->toggle ^= CONTROL_TOGGLE;
	packet[0] = START;
	packet[1] = 0;
	packet[2] = link->toggle;
	packet[3] = 0;
	packet[4] = (uint8_t)(count >> 8);
	packet[5] = (uint8_t)count;
	memcpy(packet + HEAD, request, count);
	uint16_t crc = crc_of(packet, HEAD + count);
	packet[HEAD + count] = (uint8_t)crc;
	packet[HEAD + count + 1] = (uint8_t)(crc >> 8);
	link->packet_length = HEAD + count + TAIL;
	link->attempts = 0;
	link->packets_left = -1;
	link->response_length = 0;
	send_packet(link, at);
}

void module_link_arrive(struct module_link *link, uint8_t byte, struct instant complete_at)
{
	if (link->arriving_last - link->arriving_first < MODULE_LINK_ARRIVING) {
		link->arriving[link->arriving_last++ % MODULE_LINK_ARRIVING] =
			(struct module_link_byte){byte, complete_at};
	}
}

static struct instant gap_ends(const struct module_link *link)
{
	return link->incoming_length > 0 ? instant_after(link->last_byte_at, GAP_SECONDS) : never;
}

struct instant module_link_next_event(const struct module_link *link)
{
	struct instant next = instant_earlier(link->deadline, gap_ends(link));

	if (link->arriving_first != link->arriving_last) {
		next = instant_earlier(
			next, link->arriving[link->arriving_first % MODULE_LINK_ARRIVING].at);
	}
	return next;
}

static void answer_with(struct module_link *link, uint8_t octet, struct instant at)
{
	link->incoming_length = 0;
	send_octets(link, &octet, 1, at);
}

static size_t incoming_size(const struct module_link *link)
{
	return HEAD + ((size_t)link->incoming[4] << 8 | link->incoming[5]) + TAIL;
}

/* Returns true when the message is complete. */
static bool take_packet(struct module_link *link)
{
	uint8_t control = link->incoming[2];
	int left = link->incoming[3];
	size_t count = incoming_size(link) - HEAD - TAIL;
	bool is_first = !(control & CONTROL_SEVERAL) || (control & CONTROL_FIRST) != 0;

	if (is_first) {
		link->response_length = 0;
	} else if (link->packets_left < 0 || left != link->packets_left - 1) {
		link->packets_left = -1;
		return false;
	}
	if (link->response_length + count > sizeof(link->response)) {
		link->packets_left = -1;
		return false;
	}
	memcpy(link->response + link->response_length, link->incoming + HEAD, count);
	link->response_length += count;
	link->packets_left = left;
	return left == 0 && link->response_length > 0;
}

static enum module_link_event end_packet(struct module_link *link, struct instant at)
{
	size_t size = incoming_size(link);
	uint16_t crc = (uint16_t)(link->incoming[size - 2] | link->incoming[size - 1] << 8);

	if (crc != crc_of(link->incoming, size - TAIL)) {
		answer_with(link, REFUSE, at);
		return LINK_NOTHING;
	}
	uint8_t control = link->incoming[2];
	bool is_repeated = link->has_before && link->before_crc == crc &&
			   ((link->before_control ^ control) & CONTROL_TOGGLE) == 0;
	bool is_complete = !is_repeated && take_packet(link);

	link->has_before = true;
	link->before_crc = crc;
	link->before_control = control;
	answer_with(link, ACKNOWLEDGE, at);
	link->deadline = instant_after(at, RESPONSE_SECONDS);
	if (!is_complete) {
		return LINK_NOTHING;
	}
	link->state = LINK_IDLE;
	link->deadline = never;
	return LINK_ANSWERED;
}

static enum module_link_event take_response_byte(struct module_link *link, uint8_t byte,
						 struct instant at)
{
	if (link->incoming_length == 0 && byte != START) {
		return LINK_NOTHING;
	}
	link->incoming[link->incoming_length++] = byte;
	link->last_byte_at = at;
	if (link->incoming_length < HEAD) {
		return LINK_NOTHING;
	}
	if (incoming_size(link) > sizeof(link->incoming)) {
		answer_with(link, REFUSE, at);
		return LINK_NOTHING;
	}
	return link->incoming_length == incoming_size(link) ? end_packet(link, at) : LINK_NOTHING;
}

static enum module_link_event repeat(struct module_link *link, struct instant at)
{
	if (link->attempts < ATTEMPTS) {
		send_packet(link, at);
		return LINK_NOTHING;
	}
	module_link_reset(link);
	return LINK_SILENT;
}

static enum module_link_event take_byte(struct module_link *link, uint8_t byte, struct instant at)
{
	switch (link->state) {
	case LINK_IDLE:
		break;
	case LINK_WAITS_ACKNOWLEDGEMENT:
		if (byte == ACKNOWLEDGE) {
			link->state = LINK_WAITS_RESPONSE;
			link->deadline = instant_after(at, RESPONSE_SECONDS);
		} else if (byte == REFUSE) {
			return repeat(link, at);
		}
		break;
	case LINK_WAITS_RESPONSE:
		return take_response_byte(link, byte, at);
	}
	return LINK_NOTHING;
}

enum module_link_event module_link_advance(struct module_link *link, struct instant until)
{
	while (link->arriving_first != link->arriving_last) {
		const struct module_link_byte *next =
			&link->arriving[link->arriving_first % MODULE_LINK_ARRIVING];

		if (instant_before(until, next->at)) {
			break;
		}
		link->arriving_first++;
		enum module_link_event event = take_byte(link, next->byte, next->at);
		if (event != LINK_NOTHING) {
			return event;
		}
	}
	if (!instant_before(until, gap_ends(link))) {
		answer_with(link, REFUSE, until);
	}
	if (instant_before(until, link->deadline)) {
		return LINK_NOTHING;
	}
	if (link->state == LINK_WAITS_ACKNOWLEDGEMENT) {
		return repeat(link, until);
	}
	module_link_reset(link);
	return LINK_SILENT;
}
