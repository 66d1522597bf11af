/*
 * A lively day of a meter, told in lines: everything that came out of it – bytes of both ports,
 * pulses, coils of the service switch, images of the display, tables, storage – as counts and
 * hashes. The same lines for any block size, compiler, optimisation and processor. Integers only,
 * and nothing of the bench, so it links with the firmware alone.
 */
#ifndef TESTS_IDENTITY_TRANSCRIPT_H
#define TESTS_IDENTITY_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dut_firmware/meter.h"

#define TRANSCRIPT_BLOCK 1536u

/* A meter somewhere; false when there is none any more. */
struct transcript_host {
	struct sample_frame *frames; /* TRANSCRIPT_BLOCK, filled before each run */
	uint8_t *storage;
	uint32_t storage_bytes;
	bool (*power_up)(struct transcript_host *host, const struct meter_hardware *hardware);
	bool (*run)(struct transcript_host *host, struct exchange *exchange);
};

/*
 * Tells the day in blocks of 1536, 1, 7, 16 and 128 frames and prints it once. The exit status: 0,
 * or 1 with the difference or the reason on the standard error.
 */
int transcript_print(struct transcript_host *host);

#endif
