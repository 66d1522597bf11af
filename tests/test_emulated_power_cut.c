/*
 * A sample of the power cuts on the Cortex-M4. The linked meter lives the same life on flash whose
 * operations are counted and cut; up to the cut both parts hold the same bytes. What the cut leaves
 * goes into the emulated meter's storage, and what that processor makes of it is looked at on its
 * optical port. The exhaustive test is test_meter_power_cut.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/virtual_lab/emulated_meter.h"
#include "tests/support/measured_energy.h"
#include "tests/support/optical_wire.h"
#include "tests/support/suite.h"

#define CUTS 300
#define SEED UINT64_C(0x10551E55)
#define BLOCK 640u
#define SECTORS 128u
#define SECTOR_BYTES 4096u
/* A life: the registers are read without load, a demand reset, then 166.2 kW; saves in frame 3840
 * and, warned, in frame WARNED_AT and every 64 frames. It ends between two. */
#define LOAD_FROM 3500
#define WARNED_AT (SECOND + 70)
#define WARNED_SAVES 6
#define LIFE_FRAMES (WARNED_AT + 64 * WARNED_SAVES - 32)
#define TOLERANCE_WATT_HOURS 0.03
#define LOG_OCTETS 111u /* of ST74: its head and five entries */
#define LOG_HEAD 11u
#define LOG_ENTRY 20u

struct pair {
	struct meter_backend *emulated;
	struct meter *linked;
	void *memory;
	struct nor_flash flash;
	struct board board;
	struct meter_hardware hardware;
	struct measured_energy *energy;
	bool has_received;
	uint8_t received;
	int operations; /* of the flash when the storages were compared */
	struct wire wire;
};

static bool is_missing(void)
{
	return access(METER_IMAGE, R_OK) != 0 || system("command -v qemu-system-arm >/dev/null");
}

static void need_emulator(void)
{
	const char *server = getenv("CI");

	if (!is_missing()) {
		return;
	}
	bool is_required = server != NULL && strcmp(server, "true") == 0;

	printf("\n%s: qemu-system-arm or the image %s is missing\n",
	       is_required ? "FAILED" : "skipped", METER_IMAGE);
	exit(is_required ? 1 : 77);
}

/* Both meters */

static void check_same(const struct exchange *one, const struct exchange *other)
{
	CU_ASSERT_EQUAL_FATAL(one->frames_consumed, other->frames_consumed);
	CU_ASSERT_EQUAL(one->received_consumed, other->received_consumed);
	CU_ASSERT_EQUAL(one->sent_count, other->sent_count);
	CU_ASSERT_EQUAL(memcmp(one->sent, other->sent, one->sent_count * sizeof(*one->sent)), 0);
	CU_ASSERT_EQUAL(one->pulse_count, other->pulse_count);
	CU_ASSERT_EQUAL(memcmp(one->pulses, other->pulses, one->pulse_count * sizeof(*one->pulses)),
			0);
}

static void check_same_storage(struct pair *pair)
{
	if (pair->operations != pair->flash.operations) {
		pair->operations = pair->flash.operations;
		CU_ASSERT_EQUAL_FATAL(
			memcmp(pair->flash.bytes, pair->emulated->storage, SECTORS * SECTOR_BYTES),
			0);
	}
}

/* After the cut there is only the linked one's flash to look at. */
static void step(struct pair *pair, uint64_t until)
{
	struct wire *wire = &pair->wire;
	struct exchange here = {.return_after = EXCHANGE_RETURN_AFTER_BYTE};
	uint64_t left = until - wire->frame;

	here.frame_count = left < BLOCK ? (uint32_t)left : BLOCK;
	for (uint32_t i = 0; i < here.frame_count; i++) {
		int64_t loaded = (int64_t)(wire->frame + i) - LOAD_FROM;

		pair->emulated->frames[i] = loaded < 0 ? (struct sample_frame){.volts = {0}}
						       : pair->energy->frames[loaded % SECOND];
	}
	here.frames = pair->emulated->frames;
	here.power_fail_warning = wire->frame + here.frame_count >= WARNED_AT;
	here.power_fail_frame = wire->frame < WARNED_AT ? (uint32_t)(WARNED_AT - wire->frame) : 0;
	if (pair->has_received) {
		here.received[0] = (struct exchange_byte){.frame = 0, .byte = pair->received};
		here.received_count = 1;
	}
	struct exchange there = here;

	meter_run(pair->linked, &here);
	if (!pair->flash.is_dead) {
		CU_ASSERT_EQUAL_FATAL(pair->emulated->kind->run(pair->emulated, &there), STATUS_OK);
		check_same(&here, &there);
		check_same_storage(pair);
	}
	pair->has_received = pair->has_received && here.received_consumed == 0;
	for (uint32_t i = 0; i < here.sent_count; i++) {
		wire_note_sent(wire, here.sent[i].byte, wire->frame + here.sent[i].frame);
	}
	wire->frame += here.frames_consumed;
}

static void run_until(struct wire *wire, uint64_t frame)
{
	struct pair *pair = wire->meter_end;

	while (wire->frame < frame) {
		step(pair, frame);
	}
}

static void receive(void *meter_end, uint8_t byte, uint64_t frame)
{
	struct pair *pair = meter_end;

	(void)frame;
	pair->has_received = true;
	pair->received = byte;
}

static struct pair *pair_new(void)
{
	struct emulated_meter_options options = {.image = METER_IMAGE};
	struct pair *pair = calloc(1, sizeof(*pair));
	struct table scale = {.hardware = {.class_amperes = 200}};

	CU_ASSERT_PTR_NOT_NULL_FATAL(pair);
	CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &pair->emulated), STATUS_OK);
	pair->hardware = (struct meter_hardware){"AXR", "16S", "CUT-1", 200};
	pair->board = nor_flash_board(&pair->flash, SECTORS, SECTOR_BYTES);
	pair->memory = calloc(1, meter_size());
	pair->energy = measured_energy_new(&scale, 0);
	return pair;
}

static void pair_free(struct pair *pair)
{
	pair->emulated->kind->free(pair->emulated);
	free(pair->energy);
	free(pair->memory);
	free(pair);
}

/* Both from what the flash holds; the emulated meter in a new processor now and then. */
static void power_up(struct pair *pair, bool is_new_processor)
{
	nor_flash_power_up(&pair->flash);
	pair->operations = 0;
	if (is_new_processor) {
		struct emulated_meter_options options = {.image = METER_IMAGE};

		pair->emulated->kind->free(pair->emulated);
		CU_ASSERT_EQUAL_FATAL(emulated_meter_new(&options, &pair->emulated), STATUS_OK);
	}
	memcpy(pair->emulated->storage, pair->flash.bytes, SECTORS * SECTOR_BYTES);
	memset(pair->memory, 0xA5, meter_size());
	pair->linked = meter_init(pair->memory, &pair->board, &pair->hardware);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pair->linked);
	CU_ASSERT_EQUAL_FATAL(pair->emulated->kind->power_up(pair->emulated, &pair->hardware),
			      STATUS_OK);
	pair->has_received = false;
	memset(&pair->wire, 0, sizeof(pair->wire));
	pair->wire.meter_end = pair;
	pair->wire.receive = receive;
	pair->wire.run_until = run_until;
}

/* What the registers are to be */

struct account {
	double before;
	double complete; /* at the newest complete save */
	double in_flight;
	uint8_t resets;	      /* of the demand, as answered */
	bool reset_in_flight; /* and perhaps one more */
	int kept_in_flight;   /* how often the save in flight was found */
};

static void account_for(struct pair *pair, struct account *account, int64_t save_frame)
{
	if (pair->flash.is_dead) {
		return;
	}
	run_until(&pair->wire, (uint64_t)save_frame + 1);
	account->complete = account->in_flight;
	account->in_flight =
		account->before + measured_watt_hours(pair->energy, save_frame - LOAD_FROM);
	if (!pair->flash.is_dead) {
		account->complete = account->in_flight;
	}
}

static void live(struct pair *pair, struct account *account)
{
	account_for(pair, account, SECOND);
	for (int save = 0; save < WARNED_SAVES; save++) {
		account_for(pair, account, WARNED_AT + 64 * save);
	}
	if (!pair->flash.is_dead) {
		run_until(&pair->wire, LIFE_FRAMES);
	}
}

/* The entries of ST74 follow each other: none is torn, none is lost in between. */
static void check_log(const uint8_t *octets)
{
	unsigned int count = (unsigned int)(octets[1] | octets[2] << 8);
	unsigned int first = 0;

	CU_ASSERT(count > 0);
	for (unsigned int entry = 0;
	     entry < count && LOG_HEAD + LOG_ENTRY * (entry + 1) <= LOG_OCTETS; entry++) {
		const uint8_t *at = octets + LOG_HEAD + LOG_ENTRY * entry;
		unsigned int sequence = (unsigned int)(at[6] | at[7] << 8);

		first = entry == 0 ? sequence : first;
		CU_ASSERT_EQUAL(sequence, first + entry);
	}
}

/* Procedure 9 in the session that is there; counted when the meter has said that it is done. */
static void reset_demand(struct pair *pair, struct account *account)
{
	static const uint8_t reset[] = {9, 0, 1, 1};
	struct wire *wire = &pair->wire;

	account->reset_in_flight = true;
	CU_ASSERT_EQUAL(wire_password(wire, "OPERATE", ' '), 0);
	CU_ASSERT_EQUAL(wire_write(wire, 7, reset, sizeof(reset)), 0);
	if (pair->flash.is_dead) {
		return;
	}
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 8), 0);
	CU_ASSERT_EQUAL(wire->response[3 + 3], 0);
	account->resets++;
	account->reset_in_flight = false;
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x21), 0);
}

/* On the optical port of the emulated meter, without load. The registers are those of the newest
 * complete save or of the one in flight. */
static void check_power_up(struct pair *pair, struct account *account)
{
	struct wire *wire = &pair->wire;

	wire_wait(wire, 1); /* the power-up is logged */
	if (pair->flash.is_dead) {
		return;
	}
	CU_ASSERT_EQUAL_FATAL(WIRE_REQUEST(wire, 0x20), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x60, 2, 0, 4), 0);
	CU_ASSERT_EQUAL(wire_logon(wire), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x3F, 0, 23, 0, 0, 0, 0, 7), 0);
	uint8_t resets = wire->response[3];
	double shown = 0;

	for (int i = 6; i >= 1; i--) {
		shown = shown * 256 + wire->response[3 + i];
	}
	CU_ASSERT(resets == account->resets ||
		  (account->reset_in_flight && resets == (uint8_t)(account->resets + 1)));
	shown *= 1e-3;
	bool is_complete = fabs(shown - account->complete) < TOLERANCE_WATT_HOURS;
	bool is_in_flight = fabs(shown - account->in_flight) < TOLERANCE_WATT_HOURS;

	CU_ASSERT(is_complete || is_in_flight);
	if (!is_complete && !is_in_flight) {
		printf("shown %.3f, complete %.3f, in flight %.3f\n", shown, account->complete,
		       account->in_flight);
	}
	CU_ASSERT_EQUAL(WIRE_REQUEST(wire, 0x30, 0, 3), 0);
	CU_ASSERT_EQUAL(wire->response[3 + 1] & 1u << 5, 0); /* the registers are not damaged */
	CU_ASSERT_EQUAL(
		WIRE_REQUEST(wire, 0x3F, 0, 74, 0, 0, 0, LOG_OCTETS >> 8, LOG_OCTETS & 0xFF), 0);
	check_log(wire->response + 3);
	account->kept_in_flight += !is_complete;
	account->before = account->complete = account->in_flight = shown;
	account->resets = resets;
	reset_demand(pair, account);
	CU_ASSERT(wire->frame < LOAD_FROM);
}

static uint64_t random_state = SEED;

static int random_below(int limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (int)((random_state >> 16) % (uint64_t)limit);
}

static void registers_and_log_survive_cuts_at_random_operations(void)
{
	need_emulator();
	struct pair *pair = pair_new();
	struct account account = {.before = 0};
	int operations = 0;
	int cuts = 0;

	printf("seed %" PRIu64 " ", SEED);
	for (int life = 0; cuts < CUTS && life < 3 * CUTS; life++) {
		power_up(pair, life % 16 == 15);
		if (operations > 0 && life % 8 != 0) { /* every eighth ends in peace */
			pair->flash.cut_at = 1 + random_below(operations);
			pair->flash.cut_part = random_below(NOR_FLASH_CUT_PARTS);
		}
		check_power_up(pair, &account);
		live(pair, &account);
		cuts += pair->flash.is_dead;
		operations = pair->flash.is_dead ? operations : pair->flash.operations;
	}
	CU_ASSERT_EQUAL(cuts, CUTS);
	CU_ASSERT(operations > 10);
	CU_ASSERT(account.kept_in_flight > 0);
	printf("%d operations in a life ", operations);
	CU_ASSERT_EQUAL(pair->flash.programs_of_unerased, 0);
	pair_free(pair);
}

const char *const suite_name = "emulated_power_cut";
const struct suite_case suite_cases[] = {
	CASE(registers_and_log_survive_cuts_at_random_operations),
	CASES_END,
};
