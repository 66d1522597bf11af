/*
 * Reads a part of the program over and over, a piece each second, and compares its CRC-32 with that
 * of the build.
 */
#ifndef DUT_FIRMWARE_SERVICE_PROGRAM_CHECK_H
#define DUT_FIRMWARE_SERVICE_PROGRAM_CHECK_H

#include <stdint.h>

enum program_state {
	PROGRAM_NOT_AVAILABLE, /* the board names no program */
	PROGRAM_BEING_READ,    /* for the first time */
	PROGRAM_MATCHES,
	PROGRAM_DIFFERS,
};

struct program_check {
	const uint8_t *program;
	uint32_t bytes;
	uint32_t crc_as_built;
	uint8_t state;		 /* enum program_state */
	uint32_t crc;		 /* of the newest complete reading */
	uint32_t reading_crc;	 /* of what has been read in this one */
	uint32_t reading_offset; /* how much that is */
};

/* 0 bytes: not available. */
void program_check_init(struct program_check *check, const uint8_t *program, uint32_t bytes,
			uint32_t crc_as_built);

/* Once a second. */
void program_check_tick(struct program_check *check);

#endif
