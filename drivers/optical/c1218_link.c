/* The link of c1218_link.h: one packet on its way at a time, every wait with an absolute deadline.
 */
#include "drivers/optical/c1218_link.h"

#include <assert.h>
#include <string.h>

#define START 0xEE
#define ACKNOWLEDGE 0x06
#define REFUSE 0x15
#define HEADER 6
#define CONTROL_MULTIPLE 0x80
#define CONTROL_FIRST 0x40
#define CONTROL_TOGGLE 0x20
#define CONTROL_FORMAT 0x03

#define TURN_AROUND_SECONDS 0.001 /* the line needs 175 us */
#define QUIET_SECONDS 0.05
#define FLUSH_SECONDS 1.0
#define BABBLE_SECONDS 10.0 /* longer than any packet at 9600 */
#define BYTE_SECONDS (10.0 / 9600.0)

enum reception { RECEPTION_GOOD, RECEPTION_DAMAGED };

uint16_t optical_link_crc(const uint8_t *bytes, size_t count)
{
	unsigned crc = 0xFFFF;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++) {
			crc = crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1;
		}
	}
	return (uint16_t)(crc ^ 0xFFFF);
}

size_t optical_packet_build(uint8_t control, uint8_t sequence, const uint8_t *data, size_t count,
			    uint8_t *packet)
{
	packet[0] = START;
	packet[1] = 0;
	packet[2] = control;
	packet[3] = sequence;
	packet[4] = (uint8_t)(count >> 8);
	packet[5] = (uint8_t)count;
	memcpy(packet + HEADER, data, count);
	uint16_t crc = optical_link_crc(packet, HEADER + count);

	packet[HEADER + count] = (uint8_t)crc;
	packet[HEADER + count + 1] = (uint8_t)(crc >> 8);
	return count + C1218_OVERHEAD;
}

void optical_link_init(struct optical_link *link, struct port *port)
{
	memset(link, 0, sizeof(*link));
	link->port = port;
	optical_link_reset(link);
}

void optical_link_reset(struct optical_link *link)
{
	link->packet_size = C1218_DEFAULT_PACKET_SIZE;
	link->packets = 1;
	link->toggle = 0;
	link->has_previous = false;
	link->has_early_packet = false;
	link->input_next = link->input_count = 0;
}

void optical_link_set_limits(struct optical_link *link, size_t packet_size, unsigned packets)
{
	assert(packet_size > C1218_OVERHEAD && packet_size <= C1218_MAXIMUM_PACKET_SIZE);
	assert(packets >= 1 && packets <= C1218_MAXIMUM_PACKETS);
	link->packet_size = packet_size;
	link->packets = packets;
}

static struct instant in_seconds(struct optical_link *link, double seconds)
{
	return instant_after(clock_now(link->port->clock), seconds);
}

static enum status read_byte(struct optical_link *link, uint8_t *byte, struct instant deadline)
{
	if (link->input_next == link->input_count) {
		link->input_next = 0;
		enum status status = port_read(link->port, link->input, sizeof(link->input),
					       &link->input_count, deadline);

		if (status) {
			link->input_count = 0;
			return status;
		}
		if (link->input_count == 0) {
			return status_fail(STATUS_TIMEOUT, "nothing received");
		}
	}
	*byte = link->input[link->input_next++];
	return STATUS_OK;
}

/* Discards bytes until none came for `quiet` seconds or `limit` seconds have passed. */
static enum status wait_for_silence(struct optical_link *link, double quiet, double limit)
{
	struct instant end = in_seconds(link, limit);
	enum status status = STATUS_OK;

	while (!status && instant_before(clock_now(link->port->clock), end)) {
		uint8_t byte;

		status = read_byte(link, &byte, instant_earlier(end, in_seconds(link, quiet)));
	}
	return status == STATUS_TIMEOUT ? STATUS_OK : status;
}

enum status optical_link_flush(struct optical_link *link)
{
	link->input_next = link->input_count = 0;
	link->has_early_packet = false;
	enum status status = port_discard_input(link->port);

	return status ? status : wait_for_silence(link, QUIET_SECONDS, FLUSH_SECONDS);
}

static enum status write_bytes(struct optical_link *link, const uint8_t *bytes, size_t count)
{
	enum status status = clock_sleep_seconds(link->port->clock, TURN_AROUND_SECONDS);

	if (status) {
		return status;
	}
	return port_write(link->port, bytes, count,
			  in_seconds(link, 1.0 + 2.0 * BYTE_SECONDS * (double)count));
}

static enum status write_byte(struct optical_link *link, uint8_t byte)
{
	return write_bytes(link, &byte, 1);
}

/* Reads `count` bytes of a packet; STATUS_TIMEOUT when the gap between two of them is too long. */
static enum status read_characters(struct optical_link *link, uint8_t *bytes, size_t count)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && !status; i++) {
		status =
			read_byte(link, bytes + i, in_seconds(link, C1218_INTER_CHARACTER_SECONDS));
	}
	return status;
}

static void take_header(struct optical_packet *packet, const uint8_t *bytes)
{
	packet->identity = bytes[1];
	packet->control = bytes[2];
	packet->sequence = bytes[3];
	packet->length = (size_t)bytes[4] << 8 | bytes[5];
}

/* The start byte has been read; the rest of the packet, its length before its content, then its
 * CRC. */
static enum status read_packet(struct optical_link *link, enum reception *reception)
{
	struct optical_packet *packet = &link->packet;
	uint8_t bytes[C1218_MAXIMUM_PACKET_SIZE] = {START};

	*reception = RECEPTION_DAMAGED;
	enum status status = read_characters(link, bytes + 1, HEADER - 1);

	if (!status) {
		take_header(packet, bytes);
		if (packet->length == 0 || packet->length > link->packet_size - C1218_OVERHEAD) {
			return wait_for_silence(link, C1218_INTER_CHARACTER_SECONDS,
						BABBLE_SECONDS);
		}
		status = read_characters(link, bytes + HEADER, packet->length + 2);
	}
	if (status) {
		return status == STATUS_TIMEOUT ? STATUS_OK : status;
	}
	const uint8_t *trailer = bytes + HEADER + packet->length;

	packet->crc = (uint16_t)(trailer[0] | trailer[1] << 8);
	if (packet->crc != optical_link_crc(bytes, HEADER + packet->length)) {
		return wait_for_silence(link, C1218_INTER_CHARACTER_SECONDS, BABBLE_SECONDS);
	}
	memcpy(packet->data, bytes + HEADER, packet->length);
	*reception = RECEPTION_GOOD;
	return STATUS_OK;
}

/* A packet that repeats the meter's preceding one: our acknowledgement was lost. */
static bool is_duplicate(const struct optical_link *link)
{
	const struct optical_packet *packet = &link->packet;

	return link->has_previous && packet->identity == link->previous_identity &&
	       (packet->control & CONTROL_TOGGLE) == link->previous_toggle &&
	       packet->crc == link->previous_crc;
}

/* Acknowledges the good packet; *is_new is false for a repetition. */
static enum status accept_packet(struct optical_link *link, bool *is_new)
{
	enum status status = write_byte(link, ACKNOWLEDGE);

	link->last_traffic = clock_now(link->port->clock);
	*is_new = !is_duplicate(link);
	if (!*is_new) {
		link->duplicates++;
	}
	link->has_previous = true;
	link->previous_identity = link->packet.identity;
	link->previous_toggle = link->packet.control & CONTROL_TOGGLE;
	link->previous_crc = link->packet.crc;
	return status;
}

/* A packet where an acknowledgement was awaited: a repetition of the last answer, or already the
 * new one. */
static enum status take_early_packet(struct optical_link *link)
{
	enum reception reception;
	bool is_new;
	enum status status = read_packet(link, &reception);

	if (status || reception != RECEPTION_GOOD) {
		return status;
	}
	status = accept_packet(link, &is_new);
	link->has_early_packet = !status && is_new;
	return status;
}

/* *answer is ACKNOWLEDGE, REFUSE or 0 for silence. */
static enum status await_acknowledgement(struct optical_link *link, uint8_t *answer)
{
	struct instant deadline = in_seconds(link, C1218_ACKNOWLEDGE_SECONDS);
	enum status status = STATUS_OK;

	for (*answer = 0; !status && !*answer;) {
		uint8_t byte = 0;

		status = read_byte(link, &byte, deadline);
		if (!status && (byte == ACKNOWLEDGE || byte == REFUSE)) {
			*answer = byte;
		} else if (!status && byte == START) {
			status = take_early_packet(link);
			*answer = link->has_early_packet ? ACKNOWLEDGE : 0;
		} else if (!status && instant_before(deadline, clock_now(link->port->clock))) {
			status = STATUS_TIMEOUT;
		}
	}
	return status == STATUS_TIMEOUT ? STATUS_OK : status;
}

static enum status send_packet(struct optical_link *link, const char *what, uint8_t control,
			       uint8_t sequence, const uint8_t *data, size_t count)
{
	uint8_t packet[C1218_MAXIMUM_PACKET_SIZE];
	size_t length = optical_packet_build(control | link->toggle, sequence, data, count, packet);
	uint8_t answer = 0;

	link->toggle ^= CONTROL_TOGGLE;
	for (int attempt = 0; attempt <= C1218_RETRIES; attempt++) {
		enum status status = write_bytes(link, packet, length);

		status = status ? status : await_acknowledgement(link, &answer);
		if (status) {
			return status;
		}
		if (answer == ACKNOWLEDGE) {
			link->last_traffic = clock_now(link->port->clock);
			return STATUS_OK;
		}
	}
	if (answer == REFUSE) {
		return status_fail(STATUS_PROTOCOL,
				   "%s: the packet was sent %d times and answered by NAK", what,
				   C1218_RETRIES + 1);
	}
	return status_fail(STATUS_TIMEOUT, "%s: no acknowledgement within %.1f s, sent %d times",
			   what, C1218_ACKNOWLEDGE_SECONDS, C1218_RETRIES + 1);
}

enum status optical_link_send(struct optical_link *link, const char *what, const uint8_t *message,
			      size_t count)
{
	size_t room = link->packet_size - C1218_OVERHEAD;
	size_t packets = (count + room - 1) / room;

	assert(count > 0);
	link->duplicates = 0;
	link->has_early_packet = false;
	if (packets > link->packets) {
		return status_fail(
			STATUS_PROTOCOL,
			"%s: %zu bytes do not fit in %u packets of %zu as the meter negotiated",
			what, count, link->packets, link->packet_size);
	}
	enum status status = STATUS_OK;

	for (size_t i = 0; i < packets && !status; i++) {
		size_t start = i * room;
		size_t length = count - start < room ? count - start : room;
		uint8_t control = packets == 1 ? 0
				  : i	       ? CONTROL_MULTIPLE
					       : CONTROL_MULTIPLE | CONTROL_FIRST;

		status = send_packet(link, what, control, (uint8_t)(packets - 1 - i),
				     message + start, length);
	}
	return status;
}

static enum status silent(struct optical_link *link, const char *what, int damaged)
{
	if (damaged) {
		return status_fail(STATUS_PROTOCOL,
				   "%s: the answer came damaged and was not repeated within %.1f s",
				   what, C1218_TRAFFIC_SECONDS);
	}
	if (link->duplicates) {
		return status_fail(STATUS_TIMEOUT,
				   "%s: acknowledged, but only the answer before it was repeated "
				   "within %.1f s",
				   what, C1218_TRAFFIC_SECONDS);
	}
	return status_fail(STATUS_TIMEOUT, "%s: acknowledged, but no answer within %.1f s", what,
			   C1218_TRAFFIC_SECONDS);
}

/* Passes over bytes outside packets up to the start of one. */
static enum status await_start(struct optical_link *link, struct instant deadline)
{
	uint8_t byte = 0;
	enum status status = STATUS_OK;

	while (!status && byte != START) {
		status = instant_before(deadline, clock_now(link->port->clock))
				 ? STATUS_TIMEOUT
				 : read_byte(link, &byte, deadline);
	}
	return status;
}

/* The next new packet of the meter, acknowledged, in link->packet. Damaged ones are answered by
 * NAK. */
static enum status receive_packet(struct optical_link *link, const char *what)
{
	struct instant deadline = in_seconds(link, C1218_TRAFFIC_SECONDS);
	bool is_new = link->has_early_packet;
	int damaged = 0;

	link->has_early_packet = false;
	while (!is_new && damaged <= C1218_RETRIES) {
		enum reception reception = RECEPTION_DAMAGED;
		enum status status = await_start(link, deadline);

		if (status == STATUS_TIMEOUT) {
			return silent(link, what, damaged);
		}
		status = status ? status : read_packet(link, &reception);
		if (!status && reception == RECEPTION_GOOD) {
			status = accept_packet(link, &is_new);
		} else if (!status) {
			damaged++;
			status = write_byte(link, REFUSE);
			deadline = in_seconds(link, C1218_TRAFFIC_SECONDS);
		}
		if (status) {
			return status;
		}
	}
	return is_new ? STATUS_OK
		      : status_fail(STATUS_PROTOCOL, "%s: the answer came damaged %d times", what,
				    damaged);
}

/* Checks that the packet is the one that may come now: `left` packets are still to come, -1 before
 * the first. */
static enum status check_order(const struct optical_link *link, const char *what, int left)
{
	const struct optical_packet *packet = &link->packet;
	bool is_multiple = packet->control & CONTROL_MULTIPLE;
	bool is_first = packet->control & CONTROL_FIRST;

	if (packet->control & CONTROL_FORMAT) {
		return status_fail(STATUS_PROTOCOL, "%s: answered in data format %d; C12.18 has 0",
				   what, packet->control & CONTROL_FORMAT);
	}
	if (left < 0 && !is_multiple && (is_first || packet->sequence)) {
		return status_fail(
			STATUS_PROTOCOL,
			"%s: a single packet has control %02Xh and sequence %d instead of 0", what,
			packet->control, packet->sequence);
	}
	if (left < 0 && is_multiple && packet->sequence >= link->packets) {
		return status_fail(STATUS_PROTOCOL,
				   "%s: the answer begins with %d packets; %u were negotiated",
				   what, packet->sequence + 1, link->packets);
	}
	if ((left < 0 && is_multiple && !is_first) ||
	    (left >= 0 && (!is_multiple || is_first || packet->sequence != left - 1))) {
		return status_fail(
			STATUS_PROTOCOL,
			"%s: a packet with control %02Xh and sequence %d is out of order", what,
			packet->control, packet->sequence);
	}
	return STATUS_OK;
}

enum status optical_link_receive(struct optical_link *link, const char *what, uint8_t *message,
				 size_t capacity, size_t *count)
{
	int left = -1;

	*count = 0;
	do {
		enum status status = receive_packet(link, what);

		status = status ? status : check_order(link, what, left);
		if (status) {
			return status;
		}
		if (link->packet.length > capacity - *count) {
			return status_fail(STATUS_PROTOCOL,
					   "%s: the answer is longer than %zu bytes", what,
					   capacity);
		}
		memcpy(message + *count, link->packet.data, link->packet.length);
		*count += link->packet.length;
		left = link->packet.sequence;
	} while (left > 0);
	return STATUS_OK;
}
