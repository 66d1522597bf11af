/*
 * The other end of the meter's optical port in its tests: sends packets made by hand, byte by byte
 * at 9600 bit/s, and keeps what the meter sends with the frame of each byte. Its CRC is written
 * from the polynomial, not shared.
 */
#ifndef TESTS_SUPPORT_OPTICAL_WIRE_H
#define TESTS_SUPPORT_OPTICAL_WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define WIRE_FRAMES_PER_SECOND 3840u
#define WIRE_BYTE_FRAMES 4u
#define WIRE_BYTES 20000u

struct wire {
	/* the meter's end: receive a byte at a frame; let frames pass until `frame` and pass on
	 * sent bytes */
	void *meter_end;
	void (*receive)(void *meter_end, uint8_t byte, uint64_t frame);
	void (*run_until)(struct wire *wire, uint64_t frame);

	uint64_t frame;
	uint8_t sent[WIRE_BYTES]; /* by the meter */
	uint64_t sent_frames[WIRE_BYTES];
	unsigned int sent_count;
	unsigned int sent_used; /* already looked at */

	unsigned int toggle; /* of our next packet: 0 or 0x20 */
	uint8_t response[2048];
	unsigned int response_length;
	unsigned int response_packets;
};

static inline void wire_note_sent(struct wire *wire, uint8_t byte, uint64_t frame)
{
	if (wire->sent_count < WIRE_BYTES) {
		wire->sent[wire->sent_count] = byte;
		wire->sent_frames[wire->sent_count] = frame;
		wire->sent_count++;
	}
}

static inline void wire_wait(struct wire *wire, uint64_t frames)
{
	wire->run_until(wire, wire->frame + frames);
}

/* bits enter lowest first, register all ones, polynomial x^16+x^12+x^5+1, complemented. */
static inline uint16_t wire_crc(const uint8_t *bytes, unsigned int count)
{
	unsigned int forward = 0xFFFF;
	unsigned int crc = 0;

	for (unsigned int i = 0; i < 8 * count; i++) {
		unsigned int bit = (unsigned int)bytes[i / 8] >> i % 8 & 1u;
		unsigned int out = forward >> 15 & 1u;

		forward = forward << 1 & 0xFFFFu;
		forward ^= bit != out ? 0x1021u : 0;
	}
	for (unsigned int i = 0; i < 16; i++) {
		crc |= (forward >> i & 1u) << (15 - i);
	}
	return (uint16_t)(crc ^ 0xFFFFu);
}

static inline unsigned int wire_packet(uint8_t *packet, unsigned int control, unsigned int sequence,
				       const uint8_t *bytes, unsigned int count)
{
	const uint8_t header[] = {
		0xEE,	       0, (uint8_t)control, (uint8_t)sequence, (uint8_t)(count >> 8),
		(uint8_t)count};

	memcpy(packet, header, 6);
	memcpy(packet + 6, bytes, count);

	uint16_t crc = wire_crc(packet, 6 + count);

	packet[6 + count] = (uint8_t)(crc & 0xFF);
	packet[7 + count] = (uint8_t)(crc >> 8);
	return 8 + count;
}

static inline void wire_send(struct wire *wire, const uint8_t *bytes, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		wire_wait(wire, WIRE_BYTE_FRAMES);
		wire->receive(wire->meter_end, bytes[i], wire->frame);
	}
}

/* The next byte from the meter within `frames`, or -1. */
static inline int wire_next(struct wire *wire, uint64_t frames)
{
	uint64_t until = wire->frame + frames;

	while (wire->sent_used == wire->sent_count && wire->frame < until) {
		wire_wait(wire, 1);
	}
	return wire->sent_used < wire->sent_count ? wire->sent[wire->sent_used++] : -1;
}

static inline void wire_acknowledge(struct wire *wire, uint8_t byte)
{
	wire_wait(wire, 5);
	wire_send(wire, &byte, 1);
}

/* One packet from the meter into `packet`; its length, or 0 if none came or its CRC is wrong. */
static inline unsigned int wire_receive_packet(struct wire *wire, uint8_t *packet)
{
	for (unsigned int i = 0; i < 2048; i++) {
		int byte = wire_next(wire, 100);

		if (byte < 0) {
			return 0;
		}
		packet[i] = (uint8_t)byte;
		if (i >= 7 && i + 1 == 8u + (unsigned int)(packet[4] << 8 | packet[5])) {
			return wire_crc(packet, i - 1) == (packet[i - 1] | packet[i] << 8) ? i + 1
											   : 0;
		}
	}
	return 0;
}

/* Receives and acknowledges all packets of the response; its response code, or -1. */
static inline int wire_receive_response(struct wire *wire)
{
	uint8_t packet[2048];
	unsigned int left = 0;

	wire->response_length = 0;
	wire->response_packets = 0;
	do {
		unsigned int length = wire_receive_packet(wire, packet);

		if (length == 0 || wire->response_length + length > sizeof(wire->response)) {
			return -1;
		}
		memcpy(wire->response + wire->response_length, packet + 6, length - 8);
		wire->response_length += length - 8;
		wire->response_packets++;
		left = packet[3];
		wire_acknowledge(wire, 0x06);
	} while (left > 0);
	wire_wait(wire, 5);
	return wire->response[0];
}

/* One whole service: request in one packet, acknowledgement, response. The response code, or -1. */
static inline int wire_request(struct wire *wire, const uint8_t *bytes, unsigned int count)
{
	uint8_t packet[2048];
	unsigned int length = wire_packet(packet, wire->toggle, 0, bytes, count);

	wire->toggle ^= 0x20;
	wire->sent_used = wire->sent_count = 0;
	wire_send(wire, packet, length);
	if (wire_next(wire, 100) != 0x06) {
		return -1;
	}
	return wire_receive_response(wire);
}

#define WIRE_REQUEST(wire, ...)                                                                    \
	wire_request((wire), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static inline int wire_logon(struct wire *wire)
{
	return WIRE_REQUEST(wire, 0x50, 0, 2, 'T', 'E', 'S', 'T', ' ', ' ', ' ', ' ', ' ', ' ');
}

static inline int wire_password(struct wire *wire, const char *password, char padding)
{
	uint8_t request[21];

	memset(request, padding, sizeof(request));
	request[0] = 0x51;
	memcpy(request + 1, password, strlen(password));
	return wire_request(wire, request, sizeof(request));
}

static inline int wire_write(struct wire *wire, unsigned int table, const uint8_t *bytes,
			     unsigned int count)
{
	uint8_t request[256] = {0x40, (uint8_t)(table >> 8), (uint8_t)table, 0, (uint8_t)count};
	unsigned int sum = 0;

	for (unsigned int i = 0; i < count; i++) {
		request[5 + i] = bytes[i];
		sum += bytes[i];
	}
	request[5 + count] = (uint8_t)-sum;
	return wire_request(wire, request, 6 + count);
}

#endif
