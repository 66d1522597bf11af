/* The load, the wires' other ends and the day. */
#include "tests/identity/transcript.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/optical_wire.h"

#define SECOND ((uint64_t)METER_FRAMES_PER_SECOND)
#define OPTICAL 0
#define MODULE 1
#define PORTS 2
#define BYTE_FRAMES 4u
#define ACK 0x06u
#define ANSWER_FRAMES (3 * SECOND)
#define TRANSCRIPT_BYTES 8192u

struct hash {
	uint64_t value;
	uint32_t count;
};

/* The other end of a port. */
struct end {
	uint8_t queue[1200];
	uint64_t queue_frames[1200];
	uint32_t queue_first;
	uint32_t queue_last;
	uint8_t heard[1200];
	uint32_t heard_count;
	uint64_t heard_frame; /* of the newest byte */
	uint8_t toggle;
	uint8_t answer[2048]; /* without packets */
	uint32_t answer_count;
};

struct day {
	struct transcript_host *host;
	const struct meter_hardware *hardware;
	uint32_t block;
	uint64_t frame; /* since power-up */
	uint64_t total; /* of all lives */
	uint32_t contacts;
	uint64_t warning; /* the supply's end is announced at this frame; 0: not */
	uint32_t battery;
	uint64_t battery_ticks;
	struct end ends[PORTS];
	struct hash bytes[PORTS];
	struct hash pulses;
	struct hash coils;
	struct hash images;
	struct hash tables;
	char image[EXCHANGE_DISPLAY_BYTES];
	char *text;
	size_t length;
	bool has_failed;
};

/* What came out */

static void add(struct hash *hash, uint64_t number)
{
	if (hash->count++ == 0) {
		hash->value = UINT64_C(0xCBF29CE484222325);
	}
	for (int i = 0; i < 8; i++) {
		hash->value = (hash->value ^ (number >> 8 * i & 0xFFu)) * UINT64_C(0x100000001B3);
	}
}

static void say(struct day *day, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	day->length += (size_t)vsnprintf(day->text + day->length, TRANSCRIPT_BYTES - day->length,
					 format, arguments);
	va_end(arguments);
}

static void fail(struct day *day, const char *reason)
{
	if (!day->has_failed) {
		day->has_failed = true;
		day->length = 0;
		say(day, "%s %s, frame %llu: %s\n", day->hardware->model, day->hardware->form,
		    (unsigned long long)day->total, reason);
	}
}

static void say_hash(struct day *day, const char *name, const struct hash *hash)
{
	say(day, ", %s %u %016llx", name, hash->count, (unsigned long long)hash->value);
}

static void tell(struct day *day, const char *what)
{
	struct hash storage = {0, 0};

	if (day->has_failed) {
		return;
	}
	for (uint32_t i = 0; i < day->host->storage_bytes; i++) {
		storage.value = (storage.value ^ day->host->storage[i]) * UINT64_C(0x100000001B3);
		storage.count += day->host->storage[i] != 0xFF;
	}
	say(day, "%s %s, %s: frame %llu", day->hardware->model, day->hardware->form, what,
	    (unsigned long long)day->total);
	say_hash(day, "optical", &day->bytes[OPTICAL]);
	say_hash(day, "module", &day->bytes[MODULE]);
	say_hash(day, "pulses", &day->pulses);
	say_hash(day, "coils", &day->coils);
	say_hash(day, "images", &day->images);
	say_hash(day, "tables", &day->tables);
	say_hash(day, "storage", &storage);
	say(day, "\n");
}

/* The load */

/* A sine within 0.2 %, of 2^32 to the turn, +-2^20. The error is part of the waveform. */
static int64_t sine_q20(uint32_t turn)
{
	int64_t x = (turn & 0x7FFFFFFFu) >> 16;
	int64_t product = x * (32768 - x);
	int64_t sine = (16 * product << 20) / ((INT64_C(5) << 30) - 4 * product);

	return turn >> 31 != 0 ? -sine : sine;
}

/* 59.9 Hz; delivered, received, next to nothing and unequal phases in turn. */
static void make_frame(uint64_t frame, struct sample_frame *sample)
{
	static const int64_t loads[] = {4000000, 4000000, -2500000, 9000, 1200000};
	int64_t peak = loads[frame / SECOND % 5];
	uint32_t turn = (uint32_t)(frame * 66996967u);

	for (uint32_t phase = 0; phase < 3; phase++) {
		uint32_t volts = turn - phase * 1431655765u;
		uint32_t amperes = volts - 300000000u;

		sample->volts[phase] = (int32_t)(sine_q20(volts) * 2900000 / (1 << 20)) + 300;
		sample->amperes[phase] =
			(int32_t)(sine_q20(amperes) * (peak - peak / 10 * phase) / (1 << 20)) - 70;
	}
}

/* Time */

static uint32_t hand_over(const struct day *day, const struct end *end, uint32_t frame_count,
			  struct exchange_byte *received)
{
	uint32_t count = 0;

	for (uint32_t i = end->queue_first; i < end->queue_last && count < EXCHANGE_BYTES; i++) {
		uint64_t frame = end->queue_frames[i];
		uint64_t index = frame > day->frame ? frame - day->frame : 0;

		if (index >= frame_count) {
			break;
		}
		received[count++] = (struct exchange_byte){(uint32_t)index, end->queue[i]};
	}
	return count;
}

static void hear(struct day *day, unsigned int port, const struct exchange_byte *sent,
		 uint32_t count)
{
	struct end *end = &day->ends[port];

	for (uint32_t i = 0; i < count; i++) {
		add(&day->bytes[port], (day->total + sent[i].frame) << 8 | sent[i].byte);
		if (end->heard_count < sizeof(end->heard)) {
			end->heard[end->heard_count++] = sent[i].byte;
		}
		end->heard_frame = day->frame + sent[i].frame;
	}
}

/* The checksums of the program on the display are those of the image, not of what it does. */
static bool is_of_the_image(const char *image)
{
	return memcmp(image, "091", 3) == 0 || memcmp(image, "093", 3) == 0;
}

static void note(struct day *day, const struct exchange *exchange)
{
	hear(day, OPTICAL, exchange->sent, exchange->sent_count);
	hear(day, MODULE, exchange->module_sent, exchange->module_sent_count);
	for (uint32_t i = 0; i < exchange->pulse_count; i++) {
		add(&day->pulses, (day->total + exchange->pulses[i].frame) << 32 |
					  exchange->pulses[i].fraction_q32);
	}
	for (uint32_t i = 0; i < exchange->switch_count; i++) {
		add(&day->coils,
		    (day->total + exchange->switches[i].frame) << 2 | exchange->switches[i].coil);
	}
	if (exchange->display_is_new) {
		memcpy(day->image, exchange->display, sizeof(day->image));
	}
}

/* At instants of the script: of two images within an exchange a host sees the newer one. */
static void look_at_display(struct day *day)
{
	for (unsigned int i = 0; i < sizeof(day->image) && !is_of_the_image(day->image); i++) {
		add(&day->images, (uint8_t)day->image[i]);
	}
}

/* One exchange that ends at `until` at the latest. */
static void step(struct day *day, uint64_t until)
{
	struct exchange exchange = {.return_after = EXCHANGE_RETURN_AFTER_BYTE |
						    EXCHANGE_RETURN_AFTER_SWITCH,
				    .contacts = day->contacts,
				    .battery = day->battery,
				    .battery_ticks = day->battery_ticks};
	uint64_t left = until - day->frame;

	exchange.frame_count = left < day->block ? (uint32_t)left : day->block;
	for (uint32_t i = 0; i < exchange.frame_count; i++) {
		make_frame(day->total + i, &day->host->frames[i]);
	}
	exchange.frames = day->host->frames;
	if (day->warning > 0 && day->warning <= day->frame + exchange.frame_count) {
		exchange.power_fail_warning = 1;
		exchange.power_fail_frame =
			day->warning > day->frame ? (uint32_t)(day->warning - day->frame) : 0;
	}
	exchange.received_count =
		hand_over(day, &day->ends[OPTICAL], exchange.frame_count, exchange.received);
	exchange.module_received_count =
		hand_over(day, &day->ends[MODULE], exchange.frame_count, exchange.module_received);
	if (!day->host->run(day->host, &exchange)) {
		fail(day, "the meter is gone");
		return;
	}
	note(day, &exchange);
	day->ends[OPTICAL].queue_first += exchange.received_consumed;
	day->ends[MODULE].queue_first += exchange.module_received_consumed;
	day->frame += exchange.frames_consumed;
	day->total += exchange.frames_consumed;
}

static void live(struct day *day, uint64_t frames)
{
	uint64_t until = day->frame + frames;

	while (day->frame < until && !day->has_failed) {
		uint64_t look = day->frame + SECOND / 2;

		look = look < until ? look : until;
		while (day->frame < look && !day->has_failed) {
			step(day, look);
		}
		look_at_display(day);
	}
}

static void power_up(struct day *day)
{
	for (unsigned int port = 0; port < PORTS; port++) {
		memset(&day->ends[port], 0, sizeof(day->ends[port]));
	}
	day->frame = 0;
	day->warning = 0;
	if (!day->host->power_up(day->host, day->hardware)) {
		fail(day, "the meter does not start");
	}
}

/* Conversations */

static void queue(struct day *day, unsigned int port, uint64_t first, const uint8_t *bytes,
		  uint32_t count)
{
	struct end *end = &day->ends[port];

	if (end->queue_first == end->queue_last) {
		end->queue_first = end->queue_last = 0;
	}
	for (uint32_t i = 0; i < count && end->queue_last < sizeof(end->queue); i++) {
		end->queue_frames[end->queue_last] = first + i * BYTE_FRAMES;
		end->queue[end->queue_last++] = bytes[i];
	}
}

static void begin(struct day *day, unsigned int port, const uint8_t *request, uint32_t count)
{
	struct end *end = &day->ends[port];
	uint8_t packet[600];

	end->heard_count = 0;
	queue(day, port, day->frame + 20, packet,
	      wire_packet(packet, end->toggle, 0, request, count));
	end->toggle ^= 0x20;
}

/* Length of the packet behind the acknowledgement, 0 when it is not complete. */
static uint32_t heard_packet(const struct end *end)
{
	if (end->heard_count < 7 || end->heard[0] != ACK) {
		return 0;
	}
	uint32_t length = 8u + (uint32_t)(end->heard[5] << 8 | end->heard[6]);

	return end->heard_count >= 1 + length ? length : 0;
}

static void finish(struct day *day, unsigned int port)
{
	const uint8_t acknowledgement = ACK;
	struct end *end = &day->ends[port];
	uint64_t until = day->frame + ANSWER_FRAMES;
	uint32_t left = 1;

	end->answer_count = 0;
	while (left > 0) {
		while (heard_packet(end) == 0 && day->frame < until && !day->has_failed) {
			step(day, until);
		}
		uint32_t length = heard_packet(end);

		if (length == 0) {
			fail(day, "a request is not answered");
			return;
		}
		left = end->heard[1 + 3];
		memcpy(end->answer + end->answer_count, end->heard + 7, length - 8);
		end->answer_count += length - 8;
		end->heard[0] = ACK; /* the next packet comes without one */
		end->heard_count = 1;
		queue(day, port, end->heard_frame + 9, &acknowledgement, 1);
	}
	live(day, 15);
}

static int ask(struct day *day, unsigned int port, const uint8_t *request, uint32_t count)
{
	begin(day, port, request, count);
	finish(day, port);
	return day->has_failed ? -1 : day->ends[port].answer[0];
}

#define ASK(day, port, ...)                                                                        \
	ask((day), (port), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void log_on(struct day *day, unsigned int port, uint16_t user, const char *password)
{
	uint8_t security[21] = {0x51};

	ASK(day, port, 0x20);
	ASK(day, port, 0x60, 2, 0, 4);
	ASK(day, port, 0x50, (uint8_t)(user >> 8), (uint8_t)user, 'I', 'D', 'E', 'N', 'T', 'I', 'T',
	    'Y', ' ', ' ');
	memset(security + 1, ' ', 20);
	memcpy(security + 1, password, strlen(password));
	if (ask(day, port, security, sizeof(security)) != 0) {
		fail(day, "a password is refused");
	}
}

static void log_off(struct day *day, unsigned int port)
{
	ASK(day, port, 0x52);
	ASK(day, port, 0x21);
}

static int write_table(struct day *day, unsigned int port, unsigned int table, const uint8_t *bytes,
		       uint32_t count)
{
	uint8_t request[128] = {0x40, (uint8_t)(table >> 8), (uint8_t)table, 0, (uint8_t)count};
	uint8_t sum = 0;

	memcpy(request + 5, bytes, count);
	for (uint32_t i = 0; i < count; i++) {
		sum = (uint8_t)(sum - bytes[i]);
	}
	request[5 + count] = sum;
	return ask(day, port, request, 6 + count);
}

static void keep_answer(struct day *day)
{
	for (uint32_t i = 0; i < day->ends[OPTICAL].answer_count; i++) {
		add(&day->tables, day->ends[OPTICAL].answer[i]);
	}
}

static void read_table(struct day *day, uint16_t table)
{
	uint8_t high = (uint8_t)(table >> 8);
	uint8_t low = (uint8_t)table;

	if (ASK(day, OPTICAL, 0x30, high, low) == 4) { /* too long for one answer */
		ASK(day, OPTICAL, 0x3F, high, low, 0, 0, 0, 1, 0);
	}
	keep_answer(day);
}

/* MT5 tells of the image in which the firmware runs, so it is left out. */
static void read_all(struct day *day)
{
	for (uint16_t table = 0; table < 80; table++) {
		read_table(day, table);
	}
	for (uint16_t table = 2048; table < 2057; table++) {
		if (table != 2053) {
			read_table(day, table);
		}
	}
}

static void procedure(struct day *day, unsigned int port, const uint8_t *call, uint32_t count)
{
	write_table(day, port, 7, call, count);
	ASK(day, port, 0x30, 0, 8);
	keep_answer(day);
}

/* The day of a meter with a recorder */

static void set_up(struct day *day)
{
	static const uint8_t adjustment[26] = {0x40, 0x42, 0x0F, 0, 0xE8, 0x03, 0, 0, 1, 2};
	/* 2024-03-10 01:59:40: daylight saving begins at 02:00 */
	static const uint8_t clock[] = {10, 0, 1, 3, 24, 3, 10, 1, 59, 40, 0};

	log_on(day, OPTICAL, 2, "FACTORY");
	if (write_table(day, OPTICAL, 2048, adjustment, sizeof(adjustment)) != 0) {
		fail(day, "the adjustment is refused");
	}
	procedure(day, OPTICAL, clock, sizeof(clock));
	read_table(day, 52);
	log_off(day, OPTICAL);
}

static void press(struct day *day, uint32_t contact, uint64_t frames)
{
	day->contacts |= contact;
	live(day, frames);
	day->contacts &= ~contact;
	live(day, SECOND / 2);
}

/* Its statement, then a session of the network while the optical port is read. */
static void use_module(struct day *day)
{
	static const uint8_t statement[40] = "\0\0010746GRIDSTREAM RF       5.34      \1\2";
	static const uint8_t reset[] = {9, 0, 2, 1};

	day->contacts |= EXCHANGE_CONTACT_MODULE;
	live(day, SECOND);
	log_on(day, MODULE, 746, "OPERATE");
	if (write_table(day, MODULE, 2054, statement, sizeof(statement)) != 0) {
		fail(day, "the module's statement is refused");
	}
	ASK(day, OPTICAL, 0x20);
	begin(day, MODULE, (const uint8_t[]){0x30, 0, 23}, 3);
	ASK(day, OPTICAL, 0x60, 2, 0, 4);
	ASK(day, OPTICAL, 0x50, 0, 2, 'O', 'V', 'E', 'R', 'L', 'A', 'P', ' ', ' ', ' ');
	finish(day, MODULE);
	begin(day, OPTICAL, (const uint8_t[]){0x30, 0, 28}, 3);
	procedure(day, MODULE, reset, sizeof(reset));
	finish(day, OPTICAL);
	log_off(day, MODULE);
	log_off(day, OPTICAL);
}

static void lose_supply(struct day *day)
{
	day->warning = day->frame + 777;
	live(day, 1700);
	day->battery = EXCHANGE_BATTERY_KEPT;
	day->battery_ticks = UINT64_C(32768) * 3600 * 24 * 40 + 12345;
	power_up(day);
	live(day, 3 * SECOND + 77);
	tell(day, "after an outage of 40 days");
	day->battery = EXCHANGE_BATTERY_LOST;
	power_up(day);
	live(day, 2 * SECOND);
	tell(day, "after one without warning, and of the battery");
}

static void seal(struct day *day)
{
	static const uint8_t settings[13] = {1, 2};
	static const uint8_t cold_start[] = {0, 0, 3};

	log_on(day, OPTICAL, 3, "PROGRAM");
	if (write_table(day, OPTICAL, 2051, settings, sizeof(settings)) != 0 ||
	    write_table(day, OPTICAL, 7, cold_start, sizeof(cold_start)) != 3) {
		fail(day, "the seal does not hold");
	}
	read_all(day);
	log_off(day, OPTICAL);
}

static void recorder_day(struct day *day)
{
	static const struct meter_hardware hardware = {"AXR", "16S", "IDENTITY-1", 200};

	day->hardware = &hardware;
	power_up(day);
	live(day, 6 * SECOND);
	set_up(day);
	tell(day, "set up");
	live(day, 22 * SECOND);
	press(day, EXCHANGE_CONTACT_SCROLL, SECOND / 5);
	press(day, EXCHANGE_CONTACT_SCROLL, 4 * SECOND);
	press(day, EXCHANGE_CONTACT_DEMAND_RESET, SECOND / 3);
	press(day, EXCHANGE_CONTACT_TEST_MODE, SECOND / 3);
	live(day, 5 * SECOND);
	press(day, EXCHANGE_CONTACT_TEST_MODE, SECOND / 3);
	tell(day, "after the switches");
	use_module(day);
	live(day, 4 * SECOND);
	tell(day, "after the module");
	lose_supply(day);
	seal(day);
	tell(day, "sealed and read");
}

/* The service switch: it opens, is armed, and closes by the long press. */
static void switch_day(struct day *day)
{
	static const struct meter_hardware hardware = {"AX-SD", "12S", "IDENTITY-2", 200};
	static const uint32_t behind =
		EXCHANGE_CONTACT_LOAD_VOLTAGE_A | EXCHANGE_CONTACT_LOAD_VOLTAGE_C;

	day->hardware = &hardware;
	day->battery = EXCHANGE_BATTERY_SILENT;
	day->contacts = behind;
	power_up(day);
	live(day, 12 * SECOND);
	log_on(day, OPTICAL, 2, "OPERATE");
	procedure(day, OPTICAL, (const uint8_t[]){0, 8, 1, 1}, 4);
	day->contacts &= ~behind;
	live(day, 5 * SECOND);
	procedure(day, OPTICAL, (const uint8_t[]){0, 8, 2, 3}, 4);
	log_off(day, OPTICAL);
	live(day, 7 * SECOND);
	press(day, EXCHANGE_CONTACT_SCROLL, 4 * SECOND);
	day->contacts |= behind;
	live(day, 3 * SECOND);
	log_on(day, OPTICAL, 2, "READ");
	read_all(day);
	log_off(day, OPTICAL);
	tell(day, "after the service switch");
}

/* Into `text`; false, with the reason there, when the day cannot be told. */
static bool tell_day(struct transcript_host *host, uint32_t block, char *text)
{
	struct day *day = calloc(1, sizeof(*day));

	if (day == NULL) {
		return false;
	}
	day->host = host;
	day->block = block;
	day->text = text;
	text[0] = '\0';
	memset(host->storage, 0xFF, host->storage_bytes);
	recorder_day(day);
	memset(host->storage, 0xFF, host->storage_bytes);
	switch_day(day);
	if (day->pulses.count < 200 || day->coils.count != 2 || day->bytes[MODULE].count < 200 ||
	    day->tables.count < 5000) {
		fail(day, "not much has happened");
	}

	bool is_told = !day->has_failed;

	free(day);
	return is_told;
}

int transcript_print(struct transcript_host *host)
{
	static const uint32_t blocks[] = {1536, 1, 7, 16, 128};
	static char first[TRANSCRIPT_BYTES];
	static char other[TRANSCRIPT_BYTES];

	if (!tell_day(host, blocks[0], first)) {
		fprintf(stderr, "%s", first);
		return 1;
	}
	for (unsigned int i = 1; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (!tell_day(host, blocks[i], other) || strcmp(first, other) != 0) {
			fprintf(stderr, "in blocks of %u:\n%sin blocks of %u:\n%s", blocks[0],
				first, blocks[i], other);
			return 1;
		}
	}
	fputs(first, stdout);
	return 0;
}
