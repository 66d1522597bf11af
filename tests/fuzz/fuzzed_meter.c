/* Storage that remembers what was touched, and the client's end of the two ports. */
#include "tests/fuzz/fuzzed_meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meter_state.h"
#include "tests/support/optical_wire.h"

#define SECTOR_BYTES 4096u
#define SECTORS 128u
#define STORAGE_BYTES (SECTOR_BYTES * SECTORS)
#define BYTE_FRAMES 4u
#define MOST_EVENTS 100000u
#define ACK 0x06u
#define NAK 0x15u
#define START_OF_PACKET 0xEEu
#define HEADER_BYTES 6u
#define OVERHEAD_BYTES 8u
#define PACKET_BYTES 1024u
#define ACKNOWLEDGED_FRAMES 20u
/* A short answer is waited for in short turns; 1024 bytes take 4096 frames. */
#define SHORT_FRAMES 80u
#define LONG_FRAMES 1000u
#define ANSWER_TURNS 7u
/* A few frames of life are enough to see what happens once a second. */
#define JUST_BEFORE_A_SECOND (3u * METER_FRAMES_PER_SECOND - 10u)

#define STATES (8u * FUZZED_PORTS * FUZZED_DEPTHS)

struct kept_state {
	uint8_t *memory; /* NULL: not reached yet */
	uint64_t now;
	uint8_t toggles[FUZZED_PORTS];
};

static uint8_t storage[STORAGE_BYTES];
/* Two meters that all starts begin with: open, sealed. */
static uint8_t *kept_memory[2];
static uint8_t kept_storage[2][STORAGE_BYTES];
static uint8_t *kept_from;
static uint8_t touched[SECTORS];
static struct kept_state kept[STATES];
static struct fuzzed_meter now;
static struct board board;
static const struct meter_hardware hardware = {
	.model = "AXR", .form = "16S", .serial = "00000042", .class_amperes = 200};

_Noreturn void fuzzed_meter_fail(const char *sentence)
{
	fprintf(stderr, "FAILED: %s\n", sentence);
	abort();
}

/* The board */

static bool is_inside(uint32_t offset, uint32_t count)
{
	return offset <= STORAGE_BYTES && count <= STORAGE_BYTES - offset;
}

static int storage_read(void *context, uint32_t offset, uint8_t *bytes, uint32_t count)
{
	(void)context;
	if (!is_inside(offset, count)) {
		fuzzed_meter_fail("read outside the storage");
	}
	memcpy(bytes, storage + offset, count);
	return 0;
}

static int storage_program(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	(void)context;
	if (!is_inside(offset, count)) {
		fuzzed_meter_fail("programmed outside the storage");
	}
	for (uint32_t i = 0; i < count; i++) {
		storage[offset + i] &= bytes[i];
		touched[(offset + i) / SECTOR_BYTES] = 1;
	}
	return 0;
}

static int storage_erase(void *context, uint32_t offset)
{
	(void)context;
	if (offset % SECTOR_BYTES != 0 || !is_inside(offset, SECTOR_BYTES)) {
		fuzzed_meter_fail("erased what is no sector");
	}
	memset(storage + offset, 0xFF, SECTOR_BYTES);
	touched[offset / SECTOR_BYTES] = 1;
	return 0;
}

/* The ports */

static struct c1218_port *port_of(struct fuzzed_meter *fuzzed, unsigned int port)
{
	return port == 0 ? &fuzzed->meter->optical_port : &fuzzed->meter->module_port;
}

static void hear(struct fuzzed_end *end, uint8_t byte)
{
	if (end->said_count == sizeof(end->said)) {
		fuzzed_meter_fail("a port says more than it was asked for");
	}
	end->said[end->said_count++] = byte;
}

/* One port from where it has been left to frame `until`. */
static void run_port(struct fuzzed_meter *fuzzed, unsigned int port, uint64_t until)
{
	struct c1218_port *side = port_of(fuzzed, port);
	uint64_t frame = fuzzed->ends[port].frame;
	uint64_t next = c1218_port_next_event(side);
	uint8_t byte;

	for (uint32_t events = 0; next < until; events++) {
		frame = next > frame ? next : frame;
		c1218_port_run(side, frame);
		if (c1218_port_take_byte(side, frame, &byte)) {
			hear(&fuzzed->ends[port], byte);
		}
		if (events == MOST_EVENTS) {
			fuzzed_meter_fail("a port wants to run for ever");
		}
		next = c1218_port_next_event(side);
	}
	fuzzed->ends[port].frame = until;
}

/* While somebody speaks on one port the other one is not looked at; it catches up later. */
static void pass(struct fuzzed_meter *fuzzed, unsigned int port, uint64_t frames)
{
	fuzzed->now += frames;
	run_port(fuzzed, port, fuzzed->now);
}

void fuzzed_meter_wait(struct fuzzed_meter *fuzzed, uint64_t frames)
{
	fuzzed->now += frames;
	run_port(fuzzed, 0, fuzzed->now);
	run_port(fuzzed, 1, fuzzed->now);
}

void fuzzed_meter_send(struct fuzzed_meter *fuzzed, unsigned int port, const uint8_t *bytes,
		       uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		pass(fuzzed, port, BYTE_FRAMES);
		c1218_port_receive(port_of(fuzzed, port), bytes[i], fuzzed->now);
	}
}

/* Of the packet that the meter has begun to say; 0 while it is not complete. */
static uint32_t packet_length(const struct fuzzed_end *end)
{
	if (end->said_count < HEADER_BYTES) {
		return 0;
	}
	uint32_t length = OVERHEAD_BYTES + (uint32_t)(end->said[4] << 8 | end->said[5]);

	return length <= end->said_count ? length : 0;
}

static void forget(struct fuzzed_end *end, uint32_t count)
{
	end->said_count -= count;
	memmove(end->said, end->said + count, end->said_count);
}

/* The next packet that the meter has said, checked and copied; its length, or 0. */
static uint32_t take_packet(struct fuzzed_end *end, uint8_t *packet)
{
	while (end->said_count > 0 && (end->said[0] == ACK || end->said[0] == NAK)) {
		forget(end, 1);
	}
	if (end->said_count > 0 && end->said[0] != START_OF_PACKET) {
		fuzzed_meter_fail("what the meter says is no packet");
	}
	uint32_t length = packet_length(end);

	if (length == 0) {
		return 0;
	}
	if (length <= OVERHEAD_BYTES || length > PACKET_BYTES ||
	    wire_crc(end->said, length - 2) !=
		    (end->said[length - 2] | end->said[length - 1] << 8)) {
		fuzzed_meter_fail("what the meter says is no packet");
	}
	memcpy(packet, end->said, length);
	forget(end, length);
	return length;
}

void fuzzed_meter_request(struct fuzzed_meter *fuzzed, unsigned int port, const uint8_t *request,
			  uint32_t count, uint32_t packet_bytes)
{
	struct fuzzed_end *end = &fuzzed->ends[port];
	uint32_t packets = count > packet_bytes ? (count + packet_bytes - 1) / packet_bytes : 1;
	uint8_t packet[PACKET_BYTES];

	while (take_packet(end, packet) > 0) { /* what nobody has listened to */
	}
	for (uint32_t i = 0; i < packets; i++) {
		uint32_t left = count - i * packet_bytes;
		uint32_t part = left < packet_bytes ? left : packet_bytes;
		uint32_t control = packets == 1 ? 0 : i == 0 ? 0xC0 : 0x80;

		fuzzed_meter_send(fuzzed, port, packet,
				  wire_packet(packet, control | end->toggle, packets - 1 - i,
					      request + i * packet_bytes, part));
		end->toggle ^= 0x20;
		if (i + 1 < packets) {
			pass(fuzzed, port, ACKNOWLEDGED_FRAMES);
		}
	}
}

int fuzzed_meter_answer(struct fuzzed_meter *fuzzed, unsigned int port)
{
	const uint8_t acknowledgement = ACK;
	struct fuzzed_end *end = &fuzzed->ends[port];
	uint8_t packet[PACKET_BYTES];
	uint32_t left = 0;

	end->answer_count = 0;
	do {
		uint32_t length = take_packet(end, packet);

		for (uint32_t turns = 0; length == 0 && turns < ANSWER_TURNS; turns++) {
			pass(fuzzed, port, turns < 2 ? SHORT_FRAMES : LONG_FRAMES);
			length = take_packet(end, packet);
		}
		if (length == 0) {
			return -1;
		}
		length -= OVERHEAD_BYTES;
		if (length > sizeof(end->answer) - end->answer_count) {
			fuzzed_meter_fail("an answer is longer than a table");
		}
		memcpy(end->answer + end->answer_count, packet + HEADER_BYTES, length);
		end->answer_count += length;
		left = packet[3];
		fuzzed_meter_send(fuzzed, port, &acknowledgement, 1);
	} while (left > 0);
	pass(fuzzed, port, ACKNOWLEDGED_FRAMES);
	return end->answer[0];
}

/* The meter itself */

void fuzzed_meter_live(struct fuzzed_meter *fuzzed, uint32_t count, int32_t level,
		       uint32_t contacts, bool is_warned)
{
	static struct sample_frame frames[256];
	struct exchange exchange = {.frames = frames, .contacts = contacts};

	for (uint32_t i = 0; i < 256 && i < count; i++) {
		for (int phase = 0; phase < 3; phase++) {
			int32_t signed_level = i % 64 < 32 ? level : -1 - level;

			frames[i].volts[phase] = signed_level;
			frames[i].amperes[phase] = signed_level;
		}
	}
	exchange.power_fail_warning = is_warned;
	for (uint32_t done = 0; done < count; done += exchange.frames_consumed) {
		exchange.frame_count = count - done < 256 ? count - done : 256;
		meter_run(fuzzed->meter, &exchange);
		if (exchange.frames_consumed == 0) {
			fuzzed_meter_fail("the meter consumes no frame");
		}
		for (uint32_t i = 0; i < exchange.sent_count; i++) {
			hear(&fuzzed->ends[0], exchange.sent[i].byte);
		}
		for (uint32_t i = 0; i < exchange.module_sent_count; i++) {
			hear(&fuzzed->ends[1], exchange.module_sent[i].byte);
		}
		if ((contacts & EXCHANGE_CONTACT_MODULE) == 0) { /* pulled in mid packet */
			fuzzed->ends[1].said_count = 0;
		}
	}
	if (fuzzed->now < fuzzed->meter->frame) {
		fuzzed_meter_wait(fuzzed, fuzzed->meter->frame - fuzzed->now);
	}
}

static void begin(struct fuzzed_meter *fuzzed, uint64_t frame)
{
	fuzzed->now = frame;
	for (unsigned int port = 0; port < FUZZED_PORTS; port++) {
		fuzzed->ends[port].frame = frame;
		fuzzed->ends[port].toggle = 0;
		fuzzed->ends[port].said_count = 0;
	}
}

static void power_up(struct fuzzed_meter *fuzzed, uint32_t battery, uint64_t ticks)
{
	struct exchange exchange = {.battery = battery, .battery_ticks = ticks};
	struct sample_frame frame = {.volts = {0}};

	memset(fuzzed->meter, 0xA5, meter_size());
	fuzzed->meter = meter_init(fuzzed->meter, &board, &hardware);
	if (fuzzed->meter == NULL) {
		fuzzed_meter_fail("the meter does not start");
	}
	exchange.frames = &frame;
	exchange.frame_count = 1;
	meter_run(fuzzed->meter, &exchange);
	begin(fuzzed, fuzzed->meter->frame);
}

void fuzzed_meter_power_cut(struct fuzzed_meter *fuzzed, uint32_t battery, uint64_t ticks)
{
	power_up(fuzzed, battery, ticks);
}

/* States, reached once */

static void expect(struct fuzzed_meter *fuzzed, unsigned int port, const uint8_t *request,
		   uint32_t count)
{
	fuzzed_meter_request(fuzzed, port, request, count, 56);
	if (fuzzed_meter_answer(fuzzed, port) != 0) {
		fprintf(stderr, "service %02x\n", request[0]);
		fuzzed_meter_fail("a start that the targets need is not reached");
	}
}

#define EXPECT(fuzzed, port, ...)                                                                  \
	expect((fuzzed), (port), (const uint8_t[]){__VA_ARGS__},                                   \
	       sizeof((const uint8_t[]){__VA_ARGS__}))

static void log_on(struct fuzzed_meter *fuzzed, const struct fuzzed_start *start)
{
	static const char roles[4][21] = {"READ                ", "OPERATE             ",
					  "PROGRAM             ", "FACTORY             "};
	/* through the module only its network has roles, the two lower ones */
	uint16_t user = start->port == 0 ? 2 : 746;
	uint8_t security[21] = {0x51};

	if (start->depth > 0) {
		EXPECT(fuzzed, start->port, 0x20);
	}
	if (start->depth > 0 && start->has_large_packets) {
		EXPECT(fuzzed, start->port, 0x60, 2, 0, 4);
	}
	if (start->depth > 1) {
		EXPECT(fuzzed, start->port, 0x50, (uint8_t)(user >> 8), (uint8_t)user, 'F', 'U',
		       'Z', 'Z', ' ', ' ', ' ', ' ', ' ', ' ');
	}
	if (start->depth > 2) {
		unsigned int role = start->depth - 3u;

		memcpy(security + 1, roles[start->port == 0 ? role : role % 2], 20);
		expect(fuzzed, start->port, security, sizeof(security));
	}
}

static void seal(struct fuzzed_meter *fuzzed)
{
	static const uint8_t mt3[3 + 2 + 13 + 1] = {0x40, 8, 3, 0, 13, 1, 0, [18] = 0xFF};
	const struct fuzzed_start programmer = {.port = 0, .depth = 5};

	log_on(fuzzed, &programmer);
	expect(fuzzed, 0, mt3, sizeof(mt3));
	EXPECT(fuzzed, 0, 0x52);
	EXPECT(fuzzed, 0, 0x21);
}

/* A meter with a clock, a recorder, a module and some history; the supply was gone for a second. */
static void make_meter(bool is_sealed)
{
	const struct fuzzed_start operate = {.port = 0, .depth = 4};
	/* procedure 10, date and time, no qualifier: 2024-03-09 10:00:00 */
	uint8_t clock[17] = {0x40, 0, 7, 0, 11, 10, 0, 1, 3, 24, 3, 9, 10, 0, 0, 0};

	for (uint32_t i = 5; i < 16; i++) {
		clock[16] = (uint8_t)(clock[16] - clock[i]);
	}
	memset(storage, 0xFF, sizeof(storage));
	power_up(&now, EXCHANGE_BATTERY_SILENT, 0);
	fuzzed_meter_live(&now, 8000, 2000000, 0, false);
	log_on(&now, &operate);
	expect(&now, 0, clock, sizeof(clock));
	EXPECT(&now, 0, 0x52);
	EXPECT(&now, 0, 0x21);
	fuzzed_meter_live(&now, 8000, 1500000, 0, false);
	if (is_sealed) {
		seal(&now);
	}
	fuzzed_meter_live(&now, 8000, 1500000, 0, true);
	power_up(&now, EXCHANGE_BATTERY_KEPT, 32768);
	fuzzed_meter_live(&now, JUST_BEFORE_A_SECOND - 1, 1500000, EXCHANGE_CONTACT_MODULE, false);
	memcpy(kept_memory[is_sealed], now.meter, meter_size());
	memcpy(kept_storage[is_sealed], storage, sizeof(storage));
}

static uint8_t *memory_of_a_meter(void)
{
	uint8_t *memory = aligned_alloc(16, (meter_size() + 15) / 16 * 16);

	if (memory == NULL) {
		fuzzed_meter_fail("no memory");
	}
	return memory;
}

static void prepare(void)
{
	board = (struct board){
		.storage_bytes = STORAGE_BYTES,
		.sector_bytes = SECTOR_BYTES,
		.storage_read = storage_read,
		.storage_program = storage_program,
		.storage_erase = storage_erase,
	};
	now.meter = (struct meter *)memory_of_a_meter();
	for (unsigned int is_sealed = 0; is_sealed < 2; is_sealed++) {
		kept_memory[is_sealed] = memory_of_a_meter();
		make_meter(is_sealed != 0);
	}
}

static void set_storage_back(bool is_sealed)
{
	if (kept_from != kept_storage[is_sealed]) {
		kept_from = kept_storage[is_sealed];
		memset(touched, 1, sizeof(touched));
	}
	for (uint32_t sector = 0; sector < SECTORS; sector++) {
		if (touched[sector]) {
			memcpy(storage + sector * SECTOR_BYTES, kept_from + sector * SECTOR_BYTES,
			       SECTOR_BYTES);
			touched[sector] = 0;
		}
	}
}

static void reach(struct kept_state *state, const struct fuzzed_start *start)
{
	uint32_t contacts = start->is_seal_broken ? EXCHANGE_CONTACT_SEAL_BROKEN : 0;

	state->memory = memory_of_a_meter();
	memcpy(now.meter, kept_memory[start->is_sealed], meter_size());
	begin(&now, now.meter->frame);
	fuzzed_meter_live(&now, 2, 1500000, contacts | EXCHANGE_CONTACT_MODULE, false);
	log_on(&now, start);
	fuzzed_meter_wait(&now, 0);
	if (memchr(touched, 1, sizeof(touched)) != NULL) {
		fuzzed_meter_fail("a start touches the storage, which is not kept with it");
	}
	memcpy(state->memory, now.meter, meter_size());
	state->now = now.now;
	for (unsigned int port = 0; port < FUZZED_PORTS; port++) {
		state->toggles[port] = now.ends[port].toggle;
	}
}

struct fuzzed_meter *fuzzed_meter_start(const struct fuzzed_start *start)
{
	uint32_t index = start->depth % FUZZED_DEPTHS;

	if (now.meter == NULL) {
		prepare();
	}
	index = index * FUZZED_PORTS + start->port % FUZZED_PORTS;
	index = index * 8u + start->is_sealed * 4u + start->is_seal_broken * 2u +
		start->has_large_packets;

	struct kept_state *state = &kept[index];

	set_storage_back(start->is_sealed);
	if (state->memory == NULL) {
		reach(state, start);
	}
	memcpy(now.meter, state->memory, meter_size());
	begin(&now, state->now);
	for (unsigned int port = 0; port < FUZZED_PORTS; port++) {
		now.ends[port].toggle = state->toggles[port];
	}
	return &now;
}
