/*
 * A whole meter for the fuzz targets, cheap to set back: its memory is copied, of its storage only
 * the sectors that were touched. A state is reached once, by the wire, and kept.
 */
#ifndef TESTS_FUZZ_FUZZED_METER_H
#define TESTS_FUZZ_FUZZED_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

#define FUZZED_PORTS 2u /* optical, module */

/* The other end of a port. */
struct fuzzed_end {
	uint64_t frame; /* up to which the port has run */
	uint8_t toggle; /* of its next packet: 0 or 0x20 */
	uint32_t said_count;
	uint8_t said[8192]; /* by the meter, and not taken yet */
	uint32_t answer_count;
	uint8_t answer[2048]; /* the newest one, its response code first */
};

struct fuzzed_meter {
	struct meter *meter;
	uint64_t now; /* frame of the ports, not before the meter's own */
	struct fuzzed_end ends[FUZZED_PORTS];
};

/* What an input may start from. */
struct fuzzed_start {
	bool is_sealed;
	bool is_seal_broken;
	bool has_large_packets;
	uint8_t port;
	uint8_t depth; /* 0 base state, 1 identified, 2 logged on, 3 and more: role 0.. */
};

#define FUZZED_DEPTHS 7u

/* The meter in that state; the same one every time, all that was done to it before is undone. */
struct fuzzed_meter *fuzzed_meter_start(const struct fuzzed_start *start);

/* Lets frames pass for the ports alone: bytes, time-outs, requests. */
void fuzzed_meter_wait(struct fuzzed_meter *fuzzed, uint64_t frames);

/* Bytes on a port, at its rate. */
void fuzzed_meter_send(struct fuzzed_meter *fuzzed, unsigned int port, const uint8_t *bytes,
		       uint32_t count);

/* Packets of one request (`packet_bytes` of it in each) with the next toggle. */
void fuzzed_meter_request(struct fuzzed_meter *fuzzed, unsigned int port, const uint8_t *request,
			  uint32_t count, uint32_t packet_bytes);

/*
 * Takes and acknowledges the packets of the answer, kept in the end. The response code, or -1 when
 * there is none.
 * Ends the process when what the meter says is not a packet.
 */
int fuzzed_meter_answer(struct fuzzed_meter *fuzzed, unsigned int port);

/* `count` frames, all inputs at `level`, with these contacts; early warning of the supply's end. */
void fuzzed_meter_live(struct fuzzed_meter *fuzzed, uint32_t count, int32_t level,
		       uint32_t contacts, bool is_warned);

/* The supply goes and comes back. */
void fuzzed_meter_power_cut(struct fuzzed_meter *fuzzed, uint32_t battery, uint64_t ticks);

/* The process ends here, with this sentence. */
_Noreturn void fuzzed_meter_fail(const char *sentence);

#endif
