/*
 * The meter's two ports as a libFuzzer target. An input is a start and a script of what the other
 * end does; the harness frames it, so that what is tried lies behind the CRC. seeds/ports.txt says
 * how a script reads. Besides what the sanitizers find it must hold that the ports end in the base
 * state, that every packet is one, and that nothing programs a meter whose seal is whole.
 */
#include <stddef.h>
#include <string.h>

#include "meter_state.h"
#include "tests/fuzz/fuzzed_meter.h"

#define DEFAULT_PART 56u
#define LARGE_PART 504u
/* An input is to be cheap: a calendar written means a year looked through. */
#define MOST_OPERATIONS 10u
#define MOST_WRITES 3u
#define MOST_LIVE_FRAMES 60u
#define QUIET_FRAMES (300u * 3840u) /* Wait asks for 255 s at most */

struct script {
	const uint8_t *bytes;
	size_t left;
};

static uint8_t take(struct script *script)
{
	if (script->left == 0) {
		return 0;
	}
	script->left--;
	return *script->bytes++;
}

/* Up to `most` bytes, their number first. */
static uint32_t take_bytes(struct script *script, uint8_t *bytes, uint32_t most)
{
	uint32_t count = take(script);

	count = count < script->left ? count : (uint32_t)script->left;
	count = count < most ? count : most;
	memcpy(bytes, script->bytes, count);
	script->bytes += count;
	script->left -= count;
	return count;
}

struct attempt {
	struct fuzzed_meter *fuzzed;
	unsigned int port;
	uint32_t part; /* octets of a request in a packet */
	uint32_t writes;
	uint32_t live_frames;
	uint32_t power_cuts;
	uint32_t contacts;
};

/* What an operation's upper bits change. */
#define UNANSWERED 0x80u /* the response is not acknowledged */
#define DAMAGED 0x40u	 /* and something is left over on the line */
#define IN_PARTS 0x20u	 /* packets of ten bytes */
#define OPERATION 0x1Fu

static void ask(struct attempt *attempt, uint8_t operation, const uint8_t *request, uint32_t count)
{
	static const uint8_t noise[] = {0xEE, 0x15, 0x06};

	if (operation & DAMAGED) {
		fuzzed_meter_send(attempt->fuzzed, attempt->port, noise,
				  1u + count % sizeof(noise));
		fuzzed_meter_wait(attempt->fuzzed, count % 2 != 0 ? 50 : 2000);
	}
	fuzzed_meter_request(attempt->fuzzed, attempt->port, request, count,
			     operation & IN_PARTS ? 10 : attempt->part);
	if (operation & UNANSWERED) {
		fuzzed_meter_wait(attempt->fuzzed, 3000);
	} else {
		fuzzed_meter_answer(attempt->fuzzed, attempt->port);
	}
}

static void service(struct attempt *attempt, struct script *script, uint8_t operation)
{
	uint8_t request[128];
	uint32_t count = take_bytes(script, request, sizeof(request));

	ask(attempt, operation, request, count);
}

#define LONGEST_DATA 1000u

struct writing {
	uint32_t head; /* octets before the count */
	uint32_t count;
	uint8_t request[6 + 2 + LONGEST_DATA + 1];
};

static uint8_t *data_of(struct writing *writing)
{
	return writing->request + writing->head + 2;
}

/* Counts and sums up the data, and sends it. */
static void write_table(struct attempt *attempt, uint8_t operation, struct writing *writing)
{
	uint8_t *data = data_of(writing);

	if (attempt->writes == MOST_WRITES) {
		return;
	}
	attempt->writes++;
	data[-2] = (uint8_t)(writing->count >> 8);
	data[-1] = (uint8_t)(writing->count & 0xFFu);
	data[writing->count] = 0;
	for (uint32_t i = 0; i < writing->count; i++) {
		data[writing->count] = (uint8_t)(data[writing->count] - data[i]);
	}
	ask(attempt, operation, writing->request, writing->head + 2 + writing->count + 1);
}

static void write_bytes(struct attempt *attempt, struct script *script, uint8_t operation,
			bool is_whole)
{
	struct writing writing = {.head = is_whole ? 3 : 6, .request = {is_whole ? 0x40 : 0x4F}};

	for (uint32_t i = 1; i < writing.head; i++) {
		writing.request[i] = take(script);
	}
	writing.count = take_bytes(script, data_of(&writing), 255);
	write_table(attempt, operation, &writing);
}

static void procedure(struct attempt *attempt, struct script *script, uint8_t operation)
{
	struct writing writing = {.head = 3, .request = {0x40, 0, 7}};
	uint8_t *data = data_of(&writing);

	data[0] = take(script);
	data[1] = take(script);
	data[2] = 0x5A; /* sequence */
	writing.count = 3 + take_bytes(script, data + 3, 24);
	write_table(attempt, operation, &writing);
}

/* Reads a table and writes it back with some octets altered. */
static void alter_table(struct attempt *attempt, struct script *script, uint8_t operation)
{
	const struct fuzzed_end *end = &attempt->fuzzed->ends[attempt->port];
	struct writing writing = {.head = 3, .request = {0x40}};
	uint8_t changes[32];

	writing.request[1] = take(script);
	writing.request[2] = take(script);
	uint32_t change_count = take_bytes(script, changes, sizeof(changes)) / 2;

	ask(attempt, 0, (const uint8_t[]){0x30, writing.request[1], writing.request[2]}, 3);
	if (end->answer_count <= 4 || end->answer[0] != 0 || end->answer_count > 4 + LONGEST_DATA) {
		return;
	}
	writing.count = end->answer_count - 4;
	memcpy(data_of(&writing), end->answer + 3, writing.count);
	for (uint32_t i = 0; i < change_count; i++) {
		data_of(&writing)[changes[2 * i] % writing.count] ^= changes[2 * i + 1];
	}
	write_table(attempt, operation, &writing);
}

static void raw_bytes(struct attempt *attempt, struct script *script)
{
	uint8_t bytes[64];
	uint32_t count = take_bytes(script, bytes, sizeof(bytes));

	fuzzed_meter_send(attempt->fuzzed, attempt->port, bytes, count);
}

static void live(struct attempt *attempt, struct script *script, bool is_warned)
{
	uint32_t count = take(script);
	int32_t level = (int32_t)(take(script) * 65793u) / 2; /* up to the converter's stop */

	attempt->contacts = take(script);
	attempt->live_frames += count;
	if (attempt->live_frames <= MOST_LIVE_FRAMES) {
		fuzzed_meter_live(attempt->fuzzed, count, level, attempt->contacts, is_warned);
	}
}

static void power_cut(struct attempt *attempt, struct script *script)
{
	uint8_t battery = take(script);

	/* it costs as much as ten services, so it is rare */
	if (battery < 3 && attempt->power_cuts == 0) {
		fuzzed_meter_power_cut(attempt->fuzzed, battery, UINT64_C(32768) * 86400);
		attempt->power_cuts++;
	}
}

static void do_one(struct attempt *attempt, struct script *script)
{
	uint8_t operation = take(script);

	switch (operation & OPERATION) {
	case 0:
		service(attempt, script, operation);
		break;
	case 1:
		write_bytes(attempt, script, operation, true);
		break;
	case 2:
		write_bytes(attempt, script, operation, false);
		break;
	case 3:
		procedure(attempt, script, operation);
		break;
	case 4: { /* full read */
		uint8_t high = take(script);

		ask(attempt, operation, (const uint8_t[]){0x30, high, take(script)}, 3);
		break;
	}
	case 5: { /* offset read */
		uint8_t request[8] = {0x3F};

		for (int i = 1; i < 8; i++) {
			request[i] = take(script);
		}
		ask(attempt, operation, request, sizeof(request));
		break;
	}
	case 6:
		raw_bytes(attempt, script);
		break;
	case 7:
		fuzzed_meter_wait(attempt->fuzzed, take(script) * 64u);
		break;
	case 8:
		attempt->port ^= 1u;
		break;
	case 9:
	case 10:
		live(attempt, script, (operation & OPERATION) == 10);
		break;
	case 11:
		power_cut(attempt, script);
		break;
	case 12:
		alter_table(attempt, script, operation);
		break;
	default: /* a service that has nothing but its code */
		ask(attempt, operation, (const uint8_t[]){take(script)}, 1);
		break;
	}
}

/* What nobody may change while the seal is whole. */
struct legal_state {
	struct adjustment adjustment;
	struct settings settings;
	struct calendar calendar;
	struct demand_rules demand;
	struct load_profile_setup recorder;
	int64_t delivered;
	int64_t received;
};

static void keep_legal_state(struct legal_state *state, const struct meter *meter)
{
	memset(state, 0, sizeof(*state)); /* gaps, too: it is compared as memory */
	state->adjustment = meter->adjustment;
	state->settings = meter->control.settings;
	state->calendar = meter->billing.calendar;
	state->demand = meter->billing.demand.rules;
	state->recorder = meter->load_profile.setup;
	state->delivered = meter->energy.delivered.counts;
	state->received = meter->energy.received.counts;
}

static void check_seal(const struct legal_state *before, const struct meter *meter)
{
	static struct legal_state after;

	keep_legal_state(&after, meter);
	if (memcmp(before, &after, offsetof(struct legal_state, delivered)) != 0) {
		fuzzed_meter_fail("a sealed meter was programmed");
	}
	if (after.delivered < before->delivered || after.received < before->received) {
		fuzzed_meter_fail("a sealed meter's register has fallen");
	}
}

static void check_rest(struct fuzzed_meter *fuzzed)
{
	fuzzed_meter_wait(fuzzed, QUIET_FRAMES);
	if (c1218_port_is_open(&fuzzed->meter->optical_port) ||
	    c1218_port_is_open(&fuzzed->meter->module_port)) {
		fuzzed_meter_fail("a port does not return to the base state");
	}
	if (c1218_port_next_event(&fuzzed->meter->optical_port) != UINT64_MAX ||
	    c1218_port_next_event(&fuzzed->meter->module_port) != UINT64_MAX) {
		fuzzed_meter_fail("a port in base state wants to run");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct script script = {.bytes = bytes, .left = count};
	uint8_t how = take(&script);
	const struct fuzzed_start start = {
		.is_sealed = (how & 1u) != 0,
		.is_seal_broken = (how & 2u) != 0,
		.has_large_packets = (how & 4u) != 0,
		.port = how >> 3 & 1u,
		.depth = (uint8_t)((how >> 4) % FUZZED_DEPTHS),
	};
	struct attempt attempt = {
		.fuzzed = fuzzed_meter_start(&start),
		.port = start.port,
		.part = start.has_large_packets ? LARGE_PART : DEFAULT_PART,
	};
	static struct legal_state before;
	uint32_t contacts = start.is_seal_broken ? EXCHANGE_CONTACT_SEAL_BROKEN : 0;

	keep_legal_state(&before, attempt.fuzzed->meter);
	for (unsigned int done = 0; done < MOST_OPERATIONS && script.left > 0; done++) {
		do_one(&attempt, &script);
		fuzzed_meter_wait(attempt.fuzzed, 0); /* the other port catches up */
		contacts |= attempt.contacts;
	}
	if (start.is_sealed && (contacts & EXCHANGE_CONTACT_SEAL_BROKEN) == 0 &&
	    attempt.power_cuts == 0) {
		check_seal(&before, attempt.fuzzed->meter);
	}
	check_rest(attempt.fuzzed);
	return 0;
}
