/*
 * The emulator as a child process: shared memory and two pipes that it inherits by number, one core
 * for both sides, its end noticed in the wait, the bench's end its own.
 */
#ifndef BENCH_VIRTUAL_LAB_EMULATOR_PROCESS_H
#define BENCH_VIRTUAL_LAB_EMULATOR_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "reference_source/status.h"

struct emulator_process;

struct emulator_process_options {
	const char *emulator; /* program, looked for in PATH */
	const char *image;
	bool is_counting; /* virtual time follows instructions: one is 1 ns */
	int answer_within_milliseconds;
};

/* Starts the emulator; it runs the image at once. Must be called before any thread exists. */
enum status emulator_process_start(const struct emulator_process_options *options,
				   struct emulator_process **process);
void emulator_process_stop(struct emulator_process *process);

/* 16 MiB, zero at the start; the image sees them at 0x21000000. */
void *emulator_process_memory(struct emulator_process *process);

/* Hands over one command byte and waits until the image has given it back. */
enum status emulator_process_command(struct emulator_process *process, uint8_t command);

pid_t emulator_process_id(const struct emulator_process *process);

#endif
