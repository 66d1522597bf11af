/*
 * The emulator's files, by Arm's semihosting: a breakpoint that the emulator answers. A read blocks
 * the whole emulator, which is what keeps the meter in step with its host.
 */
#ifndef DUT_FIRMWARE_BOARDS_MPS2_AN386_SEMIHOSTING_H
#define DUT_FIRMWARE_BOARDS_MPS2_AN386_SEMIHOSTING_H

#include <stdbool.h>
#include <stdint.h>

enum semihosting_mode { SEMIHOSTING_READ = 0, SEMIHOSTING_WRITE = 4 };

/* A handle, or -1. */
int32_t semihosting_open(const char *name, enum semihosting_mode mode);
/* One byte; false at the end of the file or on failure. */
bool semihosting_read(int32_t handle, uint8_t *byte);
bool semihosting_write(int32_t handle, uint8_t byte);
/* What the emulator was given for the image, with its end. */
void semihosting_arguments(char *text, uint32_t size);
/* A line on the emulator's own output. */
void semihosting_say(const char *text);
/* Ends the emulator, with exit status 0 or 1. */
_Noreturn void semihosting_exit(bool is_failure);

#endif
