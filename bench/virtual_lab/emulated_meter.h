/*
 * The meter's firmware as the real processor runs it: the cross-compiled image in an emulator that
 * is a child of the bench. Nothing is left on disk.
 */
#ifndef BENCH_VIRTUAL_LAB_EMULATED_METER_H
#define BENCH_VIRTUAL_LAB_EMULATED_METER_H

#include <stdbool.h>
#include <sys/types.h>

#include "bench/virtual_lab/meter_backend.h"

struct emulated_meter_options {
	const char *image;		/* the firmware's ELF file */
	const char *emulator;		/* NULL: qemu-system-arm */
	bool is_counting;		/* exact instruction counts, a little slower */
	uint32_t answer_within_seconds; /* wall clock, a hung emulator; 0: 20 s */
};

/* STATUS_BAD_INPUT without image or emulator, naming what to install. */
enum status emulated_meter_new(const struct emulated_meter_options *options,
			       struct meter_backend **backend);

/* Of a counting one: instructions of the firmware in the newest exchange, in steps of 40. */
uint32_t emulated_meter_instructions(const struct meter_backend *backend);

/* The emulator's process, for tests. */
pid_t emulated_meter_process(const struct meter_backend *backend);

#endif
