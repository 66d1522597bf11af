/* The image tells what it is, at its outside: MT5, ST3 and the display, before and after a bit of
 * it has fallen over. Without the emulator these are counted as skipped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/virtual_lab/emulated_meter.h"
#include "bench/virtual_lab/linked_meter.h"
#include "tests/support/optical_wire.h"
#include "tests/support/suite.h"

#define IMAGE_BYTES (8u << 20)
#define SUPERVISION_TABLE 2053
#define ROM (1u << 4)

enum state { NOT_AVAILABLE, BEING_READ, AS_BUILT, DIFFERS };

struct identity {
	unsigned int program_state;
	uint32_t program_crc;
	uint32_t program_bytes;
	uint32_t program_crc_as_built;
	unsigned int legal_state;
	uint32_t legal_crc;
	uint32_t legal_bytes;
	uint32_t legal_crc_as_built;
	char build[17];
	bool is_rom_error;
};

struct meter_on_wire {
	struct meter_backend *backend;
	uint32_t contacts;
	bool has_received;
	uint8_t received;
	char display[EXCHANGE_DISPLAY_BYTES];
	struct wire wire;
};

static void need_emulator(void)
{
	if (system("command -v qemu-system-arm >/dev/null") == 0 && !access(METER_IMAGE, R_OK)) {
		return;
	}
	const char *server = getenv("CI");
	bool is_required = server && !strcmp(server, "true");

	printf("\n%s: qemu-system-arm or the image %s is missing\n",
	       is_required ? "FAILED" : "skipped", METER_IMAGE);
	exit(is_required ? 1 : 77);
}

static void run_until(struct wire *wire, uint64_t frame)
{
	struct meter_on_wire *meter = wire->meter_end;

	while (wire->frame < frame) {
		struct exchange exchange = {.contacts = meter->contacts};
		uint64_t left = frame - wire->frame;

		exchange.frames = meter->backend->frames;
		exchange.frame_count =
			left < METER_BACKEND_FRAMES ? (uint32_t)left : METER_BACKEND_FRAMES;
		exchange.received_count = meter->has_received;
		exchange.received[0].byte = meter->received;
		CU_ASSERT_EQUAL_FATAL(meter->backend->kind->run(meter->backend, &exchange),
				      STATUS_OK);
		meter->has_received = meter->has_received && exchange.received_consumed == 0;
		for (uint32_t i = 0; i < exchange.sent_count; i++) {
			wire_note_sent(wire, exchange.sent[i].byte,
				       wire->frame + exchange.sent[i].frame);
		}
		if (exchange.display_is_new) {
			memcpy(meter->display, exchange.display, sizeof(meter->display));
		}
		wire->frame += exchange.frames_consumed;
	}
}

static void receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	struct meter_on_wire *meter = meter_end;

	(void)frame;
	meter->has_received = true;
	meter->received = byte;
}

static void power_up(struct meter_on_wire *meter, struct meter_backend *backend)
{
	struct meter_hardware hardware = {"AXR", "16S", "IDENTITY", 200};

	memset(meter, 0, sizeof(*meter));
	meter->backend = backend;
	meter->wire.meter_end = meter;
	meter->wire.receive = receive;
	meter->wire.run_until = run_until;
	CU_ASSERT_EQUAL_FATAL(backend->kind->power_up(backend, &hardware), STATUS_OK);
}

static struct meter_backend *emulated_from(const char *image)
{
	struct emulated_meter_options options = {.image = image};
	struct meter_backend *backend = NULL;

	CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &backend), STATUS_OK);
	return backend;
}

static uint32_t number(const struct wire *wire, unsigned int offset)
{
	const uint8_t *bytes = wire->response + 3 + offset;

	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static struct identity read_identity(struct meter_on_wire *meter)
{
	struct wire *wire = &meter->wire;
	struct identity identity = {0};

	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x20), 0);
	CU_ASSERT_EQUAL_FATAL(wire_logon(wire), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 3), 0);
	identity.is_rom_error = wire->response[3 + 1] & ROM;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, SUPERVISION_TABLE >> 8, SUPERVISION_TABLE & 0xFF),
			0);
	CU_ASSERT_EQUAL(wire->response_length, 3 + 46 + 1);
	identity.program_state = wire->response[3];
	identity.program_crc = number(wire, 1);
	identity.program_bytes = number(wire, 9);
	identity.program_crc_as_built = number(wire, 13);
	identity.legal_state = wire->response[3 + 17];
	identity.legal_crc = number(wire, 18);
	identity.legal_bytes = number(wire, 22);
	identity.legal_crc_as_built = number(wire, 26);
	memcpy(identity.build, wire->response + 3 + 30, 16);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x52), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), 0);
	return identity;
}

/* When program and part have been read once. */
static struct identity identity_after_reading(struct meter_on_wire *meter)
{
	struct identity identity;
	int minutes = 0;

	do {
		wire_wait(&meter->wire, 60 * WIRE_FRAMES_PER_SECOND);
		identity = read_identity(meter);
	} while ((identity.program_state == BEING_READ || identity.legal_state == BEING_READ) &&
		 ++minutes < 10);
	return identity;
}

/* The alternate list, called up by the switch, until the item with this code shows `value`. */
static bool shows(struct meter_on_wire *meter, const char *code, const char *value)
{
	meter->contacts = EXCHANGE_CONTACT_SCROLL;
	wire_wait(&meter->wire, 4 * WIRE_FRAMES_PER_SECOND);
	meter->contacts = 0;
	for (int half = 0; half < 300 && strncmp(meter->display, code, 3) != 0; half++) {
		wire_wait(&meter->wire, WIRE_FRAMES_PER_SECOND / 2);
	}
	return strncmp(meter->display, code, 3) == 0 && strstr(meter->display, value) != NULL;
}

static void the_image_reads_itself_and_is_as_it_was_built(void)
{
	struct meter_on_wire meter;
	char text[16];

	need_emulator();
	power_up(&meter, emulated_from(METER_IMAGE));
	CU_ASSERT_EQUAL(read_identity(&meter).program_state, BEING_READ);

	struct identity identity = identity_after_reading(&meter);

	CU_ASSERT_EQUAL(identity.program_state, AS_BUILT);
	CU_ASSERT_EQUAL(identity.legal_state, AS_BUILT);
	CU_ASSERT_EQUAL(identity.program_crc, identity.program_crc_as_built);
	CU_ASSERT_EQUAL(identity.legal_crc, identity.legal_crc_as_built);
	CU_ASSERT_NOT_EQUAL(identity.program_crc, identity.legal_crc);
	CU_ASSERT(identity.legal_bytes > 10000);
	CU_ASSERT(identity.program_bytes > identity.legal_bytes);
	CU_ASSERT_FALSE(identity.is_rom_error);
	CU_ASSERT(shows(&meter, "090", " 5.34 "));
	snprintf(text, sizeof(text), " %08X ", identity.program_crc);
	CU_ASSERT(shows(&meter, "091", text));
	snprintf(text, sizeof(text), " %08X ", identity.legal_crc);
	CU_ASSERT(shows(&meter, "093", text));
	meter.backend->kind->free(meter.backend);
}

/* The same sources in both; what the bench's process does not have it does not invent. */
static void the_linked_meter_tells_its_build_and_no_checksum(void)
{
	struct meter_on_wire here, there;

	need_emulator();
	power_up(&here, linked_meter_new());
	power_up(&there, emulated_from(METER_IMAGE));

	struct identity linked = identity_after_reading(&here);
	struct identity emulated = read_identity(&there);

	CU_ASSERT_STRING_EQUAL(linked.build, emulated.build);
	CU_ASSERT_NOT_EQUAL(linked.build[0], ' ');
	CU_ASSERT_EQUAL(linked.program_state, NOT_AVAILABLE);
	CU_ASSERT_EQUAL(linked.legal_state, NOT_AVAILABLE);
	CU_ASSERT_EQUAL(linked.program_crc_as_built | linked.legal_crc_as_built, 0);
	CU_ASSERT_FALSE(linked.is_rom_error);
	here.backend->kind->free(here.backend);
	there.backend->kind->free(there.backend);
}

/* A copy of the image in which one bit of `text` has fallen over. */
static void make_damaged_copy(const char *path, const char *text, size_t length)
{
	static uint8_t image[IMAGE_BYTES];
	FILE *file = fopen(METER_IMAGE, "rb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	size_t size = fread(image, 1, sizeof(image), file);
	fclose(file);
	CU_ASSERT_FATAL(size < sizeof(image));
	uint8_t *place = memmem(image, size, text, length);
	CU_ASSERT_PTR_NOT_NULL_FATAL(place);
	place[0] ^= 1;
	file = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fwrite(image, 1, size, file), size);
	CU_ASSERT_EQUAL(fclose(file), 0);
}

static struct identity identity_of_damaged(const char *text, size_t length,
					   struct meter_on_wire *meter)
{
	char path[1200];

	need_emulator();
	snprintf(path, sizeof(path), "%s/damaged.elf", scratch_folder());
	make_damaged_copy(path, text, length);
	power_up(meter, emulated_from(path));
	unlink(path);
	return identity_after_reading(meter);
}

/* In the name of a form that this meter is not. */
static void a_bit_of_the_legally_relevant_part_that_fell_over_is_told(void)
{
	struct meter_on_wire meter;
	struct identity identity = identity_of_damaged("45S", 4, &meter);

	CU_ASSERT_EQUAL(identity.program_state, DIFFERS);
	CU_ASSERT_EQUAL(identity.legal_state, DIFFERS);
	CU_ASSERT_NOT_EQUAL(identity.legal_crc, identity.legal_crc_as_built);
	CU_ASSERT(identity.is_rom_error);
	CU_ASSERT(shows(&meter, "092", "Er 000100"));
	CU_ASSERT_PTR_NOT_NULL(strstr(meter.display, "ERR"));
	meter.backend->kind->free(meter.backend);
}

/* In the name of the build, which belongs to the rest. */
static void a_bit_of_the_rest_that_fell_over_is_told_as_such(void)
{
	struct meter_on_wire meter;
	size_t length = strlen(meter_build_identity) + 1;
	struct identity identity = identity_of_damaged(meter_build_identity, length, &meter);

	CU_ASSERT_EQUAL(identity.program_state, DIFFERS);
	CU_ASSERT_EQUAL(identity.legal_state, AS_BUILT);
	CU_ASSERT_NOT_EQUAL(identity.program_crc, identity.program_crc_as_built);
	CU_ASSERT(identity.is_rom_error);
	CU_ASSERT(shows(&meter, "092", "Er 000100"));
	meter.backend->kind->free(meter.backend);
}

/* 59.9 Hz, 48 % of full scale, lagging; in the fourth of every four seconds hardly any current. */
static void make_frame(uint64_t frame, struct sample_frame *sample)
{
	double amperes = frame % 15360 < 11520 ? 4e6 : 9e3;

	for (int phase = 0; phase < 3; phase++) {
		double angle = 2 * acos(-1.0) * (59.9 * (double)frame / 3840 - phase / 3.0);

		sample->volts[phase] = (int32_t)(4.0e6 * sin(angle)) + 300;
		sample->amperes[phase] = (int32_t)(amperes * sin(angle - 0.4)) - 70;
	}
}

/* Twelve seconds of load, with everything that a second brings; the recorder's models have most. */
static void no_form_takes_more_than_400_instructions_a_frame(void)
{
	static const struct meter_hardware kinds[] = {
		{"AXR-SD", "12S", "1", 200}, {"AXR", "16S", "1", 200}, {"AXR-SD", "25S", "1", 200},
		{"AXR", "5S", "1", 20},	     {"AXR", "6S", "1", 20},   {"AXR", "9S", "1", 20},
		{"AXR", "36S", "1", 20},     {"AXR", "45S", "1", 20},
	};
	struct emulated_meter_options options = {.image = METER_IMAGE, .is_counting = true};

	need_emulator();
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		struct meter_backend *backend;
		uint64_t instructions = 0, frame = 0;

		CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &backend), STATUS_OK);
		CU_ASSERT_EQUAL_FATAL(backend->kind->power_up(backend, &kinds[kind]), STATUS_OK);
		while (frame < 30 * METER_BACKEND_FRAMES) {
			struct exchange exchange = {.frame_count = METER_BACKEND_FRAMES};

			for (uint32_t i = 0; i < METER_BACKEND_FRAMES; i++) {
				make_frame(frame + i, &backend->frames[i]);
			}
			CU_ASSERT_EQUAL_FATAL(backend->kind->run(backend, &exchange), STATUS_OK);
			instructions += emulated_meter_instructions(backend);
			frame += exchange.frames_consumed;
		}
		backend->kind->free(backend);
		CU_ASSERT(instructions > 100 * frame);
		CU_ASSERT(instructions <= 400 * frame);
	}
}

const char *const suite_name = "emulated_image";
const struct suite_case suite_cases[] = {
	CASE(the_image_reads_itself_and_is_as_it_was_built),
	CASE(the_linked_meter_tells_its_build_and_no_checksum),
	CASE(a_bit_of_the_legally_relevant_part_that_fell_over_is_told),
	CASE(a_bit_of_the_rest_that_fell_over_is_told_as_such),
	CASE(no_form_takes_more_than_400_instructions_a_frame),
	CASES_END,
};
