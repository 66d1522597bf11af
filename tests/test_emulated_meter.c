/* The meter as the real processor runs it against the one in this process: same frames and bytes
 * in, same pulses, bytes, quantities and storage out. Without the emulator these are counted as
 * skipped.
 */
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/virtual_lab/emulated_meter.h"
#include "bench/virtual_lab/linked_meter.h"
#include "bench/virtual_lab/virtual_lab.h"
#include "tests/support/optical_wire.h"
#include "tests/support/suite.h"

#define TURN 6.283185307179586
#define PULSES 4096
#define QUEUE 4096
#define LOAD_FRAMES 23040u /* six seconds */

static const uint32_t blocks[] = {1536, 1, 7, 16, 128};

/* What a meter has said and done from power-up on. */
struct story {
	struct meter_backend *backend;
	uint32_t block;
	bool is_supply_failing;
	bool is_at_module;	/* the wire leads to the port of the module */
	uint64_t warning_frame; /* at which the module was warned */
	uint32_t contacts;
	uint64_t pulse_frames[PULSES];
	uint32_t pulse_fractions[PULSES];
	uint32_t pulse_count;
	struct exchange_switch switches[EXCHANGE_SWITCHES]; /* the newest, since power-up */
	uint32_t switch_count;
	uint8_t received[QUEUE];
	uint64_t received_frames[QUEUE];
	uint32_t received_first, received_last;
	struct wire wire;
	char display[EXCHANGE_DISPLAY_BYTES]; /* the newest */
	uint32_t display_count;
	uint8_t tables[2048]; /* the answers to what was asked, one after the other */
	size_t table_bytes;
	uint8_t storage[METER_BACKEND_STORAGE_BYTES];
};

static bool is_there(const char *program)
{
	char command[64];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	return system(command) == 0;
}

static void need_emulator(void)
{
	if (is_there("qemu-system-arm") && !access(METER_IMAGE, R_OK)) {
		return;
	}
	const char *server = getenv("CI");
	bool is_required = server && !strcmp(server, "true");

	printf("\n%s: qemu-system-arm or the image %s is missing\n",
	       is_required ? "FAILED" : "skipped", METER_IMAGE);
	exit(is_required ? 1 : 77);
}

static struct meter_backend *emulated_meter(void)
{
	struct emulated_meter_options options = {.image = METER_IMAGE};
	struct meter_backend *backend = NULL;

	need_emulator();
	CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &backend), STATUS_OK);
	return backend;
}

/* Two directions of power, a quiet stretch and unequal phases; any frames would do, as long as both
 * meters get the same. */
static void make_frame(uint64_t frame, struct sample_frame *sample)
{
	double part = (double)(frame % 15360) / 3840;
	double amperes = part < 2 ? 4e6 : part < 3 ? -2.5e6 : 9e3;

	for (int phase = 0; phase < 3; phase++) {
		double angle = TURN * (59.9 * (double)frame / 3840 - phase / 3.0);

		sample->volts[phase] = (int32_t)(4.0e6 * sin(angle)) + 300;
		sample->amperes[phase] =
			(int32_t)(amperes * (1 - 0.1 * phase) * sin(angle - 0.4)) - 70;
	}
}

static void hand_over_bytes(const struct story *story, struct exchange *exchange)
{
	struct exchange_byte *received =
		story->is_at_module ? exchange->module_received : exchange->received;
	uint32_t count = 0;

	for (uint32_t i = story->received_first; i < story->received_last && count < EXCHANGE_BYTES;
	     i++) {
		uint64_t frame = story->received_frames[i % QUEUE];
		uint64_t index = frame > story->wire.frame ? frame - story->wire.frame : 0;

		if (index >= exchange->frame_count) {
			break;
		}
		received[count++] = (struct exchange_byte){.frame = (uint32_t)index,
							   .byte = story->received[i % QUEUE]};
	}
	exchange->received_count = story->is_at_module ? 0 : count;
	exchange->module_received_count = story->is_at_module ? count : 0;
}

static void run_until(struct wire *wire, uint64_t frame)
{
	struct story *story = wire->meter_end;
	struct exchange exchange = {.return_after = EXCHANGE_RETURN_AFTER_BYTE |
						    EXCHANGE_RETURN_AFTER_SWITCH};

	while (wire->frame < frame) {
		uint64_t left = frame - wire->frame;

		exchange.frame_count = left < story->block ? (uint32_t)left : story->block;
		for (uint32_t i = 0; i < exchange.frame_count; i++) {
			make_frame(wire->frame + i, &story->backend->frames[i]);
		}
		exchange.frames = story->backend->frames;
		exchange.contacts = story->contacts;
		exchange.power_fail_warning = story->is_supply_failing;
		hand_over_bytes(story, &exchange);
		CU_ASSERT_EQUAL_FATAL(story->backend->kind->run(story->backend, &exchange),
				      STATUS_OK);
		story->received_first +=
			exchange.received_consumed + exchange.module_received_consumed;
		if (exchange.module_warning != 0 && story->warning_frame == 0) {
			story->warning_frame = wire->frame + exchange.module_warning_frame;
		}
		if (exchange.display_is_new) {
			story->display_count++;
			memcpy(story->display, exchange.display, sizeof(story->display));
		}
		const struct exchange_byte *sent =
			story->is_at_module ? exchange.module_sent : exchange.sent;
		uint32_t sent_count =
			story->is_at_module ? exchange.module_sent_count : exchange.sent_count;

		for (uint32_t i = 0; i < sent_count; i++) {
			wire_note_sent(wire, sent[i].byte, wire->frame + sent[i].frame);
		}
		for (uint32_t i = 0; i < exchange.switch_count; i++) {
			story->switches[story->switch_count++ % EXCHANGE_SWITCHES] =
				(struct exchange_switch){
					.frame = (uint32_t)wire->frame + exchange.switches[i].frame,
					.coil = exchange.switches[i].coil,
				};
		}
		for (uint32_t i = 0; i < exchange.pulse_count && story->pulse_count < PULSES; i++) {
			story->pulse_frames[story->pulse_count] =
				wire->frame + exchange.pulses[i].frame;
			story->pulse_fractions[story->pulse_count++] =
				exchange.pulses[i].fraction_q32;
		}
		wire->frame += exchange.frames_consumed;
	}
}

static void receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	struct story *story = meter_end;

	story->received[story->received_last % QUEUE] = byte;
	story->received_frames[story->received_last++ % QUEUE] = frame;
}

static void ask(struct story *story, const uint8_t *request, unsigned int count)
{
	CU_ASSERT_EQUAL(wire_request(&story->wire, request, count), 0);
	CU_ASSERT_FATAL(story->table_bytes + story->wire.response_length <= sizeof(story->tables));
	memcpy(story->tables + story->table_bytes, story->wire.response,
	       story->wire.response_length);
	story->table_bytes += story->wire.response_length;
}

static void log_on(struct story *story)
{
	ask(story, (const uint8_t[]){0x20}, 1);
	ask(story, (const uint8_t[]){0x60, 2, 0, 4}, 4); /* packets of 512: ST23 is long */
	CU_ASSERT_EQUAL(wire_logon(&story->wire), 0);
	CU_ASSERT_EQUAL(wire_password(&story->wire, "FACTORY", ' '), 0);
}

/* Registers (ST23), instantaneous values (ST28), adjustment (MT0). */
static void read_tables(struct story *story)
{
	ask(story, (const uint8_t[]){0x30, 0, 23}, 3);
	ask(story, (const uint8_t[]){0x30, 0, 28}, 3);
	ask(story, (const uint8_t[]){0x30, 8, 0}, 3);
	ask(story, (const uint8_t[]){0x52}, 1);
	ask(story, (const uint8_t[]){0x21}, 1);
}

/* The module says what it is (MODULE_PORT.md) and reads, among others, that. */
static void tell_of_module(struct story *story)
{
	static const uint8_t statement[] = "\0\1"
					   "0746Gridstream RF       12.08     "
					   "\1\2\0";

	story->contacts = EXCHANGE_CONTACT_MODULE;
	story->is_at_module = true;
	wire_wait(&story->wire, 100);
	ask(story, (const uint8_t[]){0x20}, 1);
	ask(story, (const uint8_t[]){0x60, 2, 0, 4}, 4);
	ask(story,
	    (const uint8_t[]){0x50, 2, 0xEA, '0', '7', '4', '6', ' ', ' ', ' ', ' ', ' ', ' '}, 13);
	CU_ASSERT_EQUAL(wire_write(&story->wire, 2054, statement, sizeof(statement)), 0);
	ask(story, (const uint8_t[]){0x30, 8, 6}, 3);
	CU_ASSERT_EQUAL(story->wire.response[3], 2); /* identified */
	read_tables(story);
	story->is_at_module = false;
}

static void begin(struct story *story, struct meter_backend *backend, uint32_t block,
		  const struct meter_hardware *hardware)
{
	memset(story, 0, sizeof(*story));
	memset(backend->storage, 0xFF, METER_BACKEND_STORAGE_BYTES);
	story->backend = backend;
	story->block = block;
	story->wire.meter_end = story;
	story->wire.receive = receive;
	story->wire.run_until = run_until;
	CU_ASSERT_EQUAL_FATAL(backend->kind->power_up(backend, hardware), STATUS_OK);
}

/* An opening that a deaf relay follows at its second pulse only; what table and log keep of it. */
static void tell_of_switch(struct story *story, struct meter_backend *backend, uint32_t block)
{
	static const uint8_t open[4] = {0, 8, 1, 1}; /* procedure 2048 */
	const struct meter_hardware hardware = {"AXR-SD", "12S", "STORY-2", 200};

	begin(story, backend, block, &hardware);
	story->contacts = EXCHANGE_CONTACT_LOAD_VOLTAGE_A | EXCHANGE_CONTACT_LOAD_VOLTAGE_C;
	wire_wait(&story->wire, 11 * METER_FRAMES_PER_SECOND);
	log_on(story);
	CU_ASSERT_EQUAL(wire_write(&story->wire, 7, open, sizeof(open)), 0);
	ask(story, (const uint8_t[]){0x21}, 1);
	wire_wait(&story->wire, 2 * METER_FRAMES_PER_SECOND);
	story->contacts = 0;
	wire_wait(&story->wire, METER_FRAMES_PER_SECOND);
	log_on(story);
	ask(story, (const uint8_t[]){0x30, 8, 2}, 3);
	ask(story, (const uint8_t[]){0x21}, 1);
	memcpy(story->storage, backend->storage, METER_BACKEND_STORAGE_BYTES);
}

/* Power-up, load, a session that adjusts the meter, load, a session that reads everything, a loss
 * of supply with a quarter of a second's warning, a session with what has been kept. */
static void tell(struct story *story, struct meter_backend *backend, uint32_t block)
{
	static const uint8_t adjustment[26] = {0x40, 0x42, 0x0F, 0, 0xE8, 0x03, 0, 0, 1, 2, 0, 0};
	struct meter_hardware hardware = {"AX", "16S", "STORY-1", 200};

	begin(story, backend, block, &hardware);
	wire_wait(&story->wire, LOAD_FRAMES);
	log_on(story);
	CU_ASSERT_EQUAL(wire_write(&story->wire, 2048, adjustment, 26), 0);
	read_tables(story);
	story->contacts = EXCHANGE_CONTACT_SCROLL;
	wire_wait(&story->wire, LOAD_FRAMES);
	story->contacts = 0;
	log_on(story);
	read_tables(story);
	tell_of_module(story);
	story->is_supply_failing = true;
	wire_wait(&story->wire, 960);
	story->is_supply_failing = false;
	CU_ASSERT_EQUAL(story->warning_frame, story->wire.frame - 960);
	CU_ASSERT_EQUAL_FATAL(backend->kind->power_up(backend, &hardware), STATUS_OK);
	story->wire.toggle = 0;
	log_on(story);
	read_tables(story);
	memcpy(story->storage, backend->storage, METER_BACKEND_STORAGE_BYTES);
}

static bool are_equal(const struct story *one, const struct story *other)
{
	return one->pulse_count == other->pulse_count && one->wire.frame == other->wire.frame &&
	       one->switch_count == other->switch_count &&
	       !memcmp(one->switches, other->switches, sizeof(one->switches)) &&
	       !memcmp(one->pulse_frames, other->pulse_frames, sizeof(one->pulse_frames)) &&
	       !memcmp(one->pulse_fractions, other->pulse_fractions,
		       sizeof(one->pulse_fractions)) &&
	       one->warning_frame == other->warning_frame &&
	       !memcmp(one->display, other->display, sizeof(one->display)) &&
	       one->table_bytes == other->table_bytes &&
	       !memcmp(one->tables, other->tables, sizeof(one->tables)) &&
	       !memcmp(one->storage, other->storage, sizeof(one->storage)) &&
	       !memcmp(one->wire.sent_frames, other->wire.sent_frames,
		       sizeof(one->wire.sent_frames));
}

static void both_processors_give_the_same_bits_in_any_block_size(void)
{
	static struct story linked, told;
	struct meter_backend *here = linked_meter_new();
	struct meter_backend *there = emulated_meter();
	int written = 0;

	tell(&linked, here, blocks[0]);
	CU_ASSERT(linked.pulse_count > 20);
	CU_ASSERT(linked.table_bytes > 200);
	CU_ASSERT(linked.display_count > 0);
	for (size_t i = 0; i < METER_BACKEND_STORAGE_BYTES; i++) {
		written += linked.storage[i] != 0xFF;
	}
	CU_ASSERT(written > 20);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		tell(&told, here, blocks[i]);
		CU_ASSERT(are_equal(&linked, &told));
		tell(&told, there, blocks[i]);
		CU_ASSERT(are_equal(&linked, &told));
	}
	here->kind->free(here);
	there->kind->free(there);
}

static void the_service_switch_moves_at_the_same_frame_in_both(void)
{
	static const uint32_t sizes[] = {1536, 7};
	static struct story linked, told;
	struct meter_backend *here = linked_meter_new();
	struct meter_backend *there = emulated_meter();

	tell_of_switch(&linked, here, 128);
	CU_ASSERT_EQUAL(linked.switch_count, 2);
	CU_ASSERT_EQUAL(linked.switches[0].coil, EXCHANGE_SWITCH_OPEN);
	CU_ASSERT_EQUAL(linked.switches[1].frame - linked.switches[0].frame,
			2 * METER_FRAMES_PER_SECOND);
	/* MT2 before the last answer, which is an octet: commanded and sensed open */
	CU_ASSERT_EQUAL(linked.tables[linked.table_bytes - 1 - 17 + 3], 2);
	CU_ASSERT_EQUAL(linked.tables[linked.table_bytes - 1 - 17 + 4], 2);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		tell_of_switch(&told, here, sizes[i]);
		CU_ASSERT(are_equal(&linked, &told));
		tell_of_switch(&told, there, sizes[i]);
		CU_ASSERT(are_equal(&linked, &told));
	}
	here->kind->free(here);
	there->kind->free(there);
}

static void the_firmware_refuses_hardware_there_as_here_and_says_why(void)
{
	const struct meter_hardware refused[] = {{"AX", "99S", "1", 200},
						 {"AX-SD", "16S", "1", 200}};
	static const char *const reasons[] = {"no such form", "forms 12S and 25S of class 200"};
	struct meter_backend *here = linked_meter_new();
	struct meter_backend *there = emulated_meter();
	char reason[256];

	for (int row = 0; row < 2; row++) {
		CU_ASSERT_EQUAL(here->kind->power_up(here, &refused[row]), STATUS_BAD_INPUT);
		snprintf(reason, sizeof(reason), "%s", status_reason());
		CU_ASSERT_PTR_NOT_NULL(strstr(reason, reasons[row]));
		CU_ASSERT_EQUAL(there->kind->power_up(there, &refused[row]), STATUS_BAD_INPUT);
		CU_ASSERT_STRING_EQUAL(status_reason(), reason);
	}
	here->kind->free(here);
	there->kind->free(there);
}

static void counted_instructions_are_the_same_in_every_run(void)
{
	struct emulated_meter_options options = {.image = METER_IMAGE, .is_counting = true};
	struct meter_hardware hardware = {"AX", "9S", "1", 20};
	uint32_t counted[2] = {0, 0};

	need_emulator();
	for (int run = 0; run < 2; run++) {
		struct exchange exchange = {.frame_count = METER_BACKEND_FRAMES};
		struct meter_backend *backend;

		CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &backend), STATUS_OK);
		CU_ASSERT_EQUAL(backend->kind->power_up(backend, &hardware), STATUS_OK);
		for (uint32_t i = 0; i < METER_BACKEND_FRAMES; i++) {
			make_frame(i, &backend->frames[i]);
		}
		CU_ASSERT_EQUAL(backend->kind->run(backend, &exchange), STATUS_OK);
		counted[run] = emulated_meter_instructions(backend);
		backend->kind->free(backend);
	}
	CU_ASSERT_EQUAL(counted[0], counted[1]);
	/* three elements, voltage and current: at least one multiplication each, and an end */
	CU_ASSERT(counted[0] > 6 * METER_BACKEND_FRAMES);
	CU_ASSERT(counted[0] < 1000 * METER_BACKEND_FRAMES);
}

static void a_missing_emulator_or_image_is_told_with_its_package(void)
{
	struct emulated_meter_options no_image = {.image = "/nowhere/meter.elf"};
	struct emulated_meter_options no_emulator = {.image = "/dev/null",
						     .emulator = "no-such-emulator"};
	struct meter_backend *backend;

	CU_ASSERT_EQUAL(emulated_meter_new(&no_image, &backend), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "/nowhere/meter.elf"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "gcc-arm-none-eabi"));
	CU_ASSERT_EQUAL(emulated_meter_new(&no_emulator, &backend), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "apt-get install qemu-system-arm"));
}

static void an_image_that_is_none_is_a_fault_with_the_emulators_words(void)
{
	struct emulated_meter_options options = {.image = "/dev/null"};
	struct meter_hardware hardware = {"AX", "16S", "1", 200};
	struct meter_backend *backend;

	need_emulator();
	CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &backend), STATUS_OK);
	CU_ASSERT_EQUAL(backend->kind->power_up(backend, &hardware), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "the emulated meter is gone"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "it said: qemu"));
	backend->kind->free(backend);
}

/* Waits for what has been killed to have died; its end belongs to the code under test. */
static bool ends_within(pid_t process, int milliseconds)
{
	struct pollfd wait = {.fd = pidfd_open(process, 0), .events = POLLIN};
	bool has_ended = wait.fd < 0 || poll(&wait, 1, milliseconds) == 1;

	if (wait.fd >= 0) {
		close(wait.fd);
	}
	return has_ended;
}

static void a_dead_emulator_is_told_and_not_waited_for(void)
{
	struct meter_backend *backend = emulated_meter();
	struct meter_hardware hardware = {"AX", "16S", "1", 200};
	struct exchange exchange = {.frame_count = 16};

	CU_ASSERT_EQUAL(backend->kind->power_up(backend, &hardware), STATUS_OK);
	CU_ASSERT_EQUAL(backend->kind->run(backend, &exchange), STATUS_OK);
	kill(emulated_meter_process(backend), SIGKILL);
	CU_ASSERT(ends_within(emulated_meter_process(backend), 5000));
	CU_ASSERT_EQUAL(backend->kind->run(backend, &exchange), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "qemu-system-arm"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "ended by signal 9"));
	backend->kind->free(backend);
}

static void a_hung_emulator_is_a_fault_after_its_time(void)
{
	struct emulated_meter_options options = {.image = METER_IMAGE, .answer_within_seconds = 1};
	struct meter_hardware hardware = {"AX", "16S", "1", 200};
	struct meter_backend *backend;

	need_emulator();
	CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &backend), STATUS_OK);
	kill(emulated_meter_process(backend), SIGSTOP);
	CU_ASSERT_EQUAL(backend->kind->power_up(backend, &hardware), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "does not answer"));
	kill(emulated_meter_process(backend), SIGKILL);
	backend->kind->free(backend);
}

static void the_death_of_the_bench_ends_the_emulator(void)
{
	int said[2];
	pid_t emulator = 0;

	need_emulator();
	CU_ASSERT_EQUAL_FATAL(pipe(said), 0);
	pid_t bench = fork();
	if (bench == 0) {
		struct meter_backend *backend = emulated_meter();

		emulator = emulated_meter_process(backend);
		if (write(said[1], &emulator, sizeof(emulator)) < 0) {
			_exit(1);
		}
		kill(getpid(), SIGKILL);
	}
	CU_ASSERT_EQUAL_FATAL(read(said[0], &emulator, sizeof(emulator)), sizeof(emulator));
	waitpid(bench, NULL, 0);
	CU_ASSERT(ends_within(emulator, 5000));
	close(said[0]);
	close(said[1]);
}

static struct virtual_lab *lab_with_emulator(void)
{
	struct virtual_lab_options options = {
		.seed = 1,
		.hardware = {"AX", "16S", "1", 200},
		.supply = METER_SUPPLY_AUXILIARY,
		.emulated_image = METER_IMAGE,
	};
	struct virtual_lab *lab = NULL;

	need_emulator();
	CU_ASSERT_EQUAL_FATAL(virtual_lab_new(&options, &lab), STATUS_OK);
	return lab;
}

/* The only child that this process has. */
static pid_t own_child(void)
{
	char path[64];
	int process = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "r");
	if (file) {
		if (fscanf(file, "%d", &process) != 1) {
			process = 0;
		}
		fclose(file);
	}
	return process;
}

static void a_laboratory_that_loses_its_meter_says_so_once_and_can_go_on(void)
{
	struct virtual_lab *lab = lab_with_emulator();
	struct clock *clock = virtual_lab_clock(lab);
	pid_t emulator = own_child();

	CU_ASSERT_FATAL(emulator > 0);
	CU_ASSERT_EQUAL(clock_sleep_seconds(clock, 1), STATUS_OK);
	CU_ASSERT_EQUAL(virtual_lab_frames(lab), 3841); /* the one at 0 s and 3840 a second */
	kill(emulator, SIGKILL);
	CU_ASSERT(ends_within(emulator, 5000));
	CU_ASSERT_EQUAL(clock_sleep_seconds(clock, 1), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "the emulated meter is gone"));
	CU_ASSERT_EQUAL(clock_sleep_seconds(clock, 1), STATUS_OK);
	CU_ASSERT_EQUAL(virtual_lab_frames(lab), 3841);
	virtual_lab_free(lab);
}

const char *const suite_name = "emulated_meter";
const struct suite_case suite_cases[] = {
	CASE(a_missing_emulator_or_image_is_told_with_its_package),
	CASE(both_processors_give_the_same_bits_in_any_block_size),
	CASE(the_service_switch_moves_at_the_same_frame_in_both),
	CASE(the_firmware_refuses_hardware_there_as_here_and_says_why),
	CASE(counted_instructions_are_the_same_in_every_run),
	CASE(an_image_that_is_none_is_a_fault_with_the_emulators_words),
	CASE(a_dead_emulator_is_told_and_not_waited_for),
	CASE(a_hung_emulator_is_a_fault_after_its_time),
	CASE(the_death_of_the_bench_ends_the_emulator),
	CASE(a_laboratory_that_loses_its_meter_says_so_once_and_can_go_on),
	CASES_END,
};
