/*
 * The meter watches itself, once a second: program, constants in RAM, settings, readings that no
 * line can give, restarts by the watchdog. What it found stays in ST3 until procedure 7; what is
 * still so comes back.
 */
#ifndef DUT_FIRMWARE_SERVICE_SELF_SUPERVISION_H
#define DUT_FIRMWARE_SERVICE_SELF_SUPERVISION_H

#include <stdbool.h>
#include <stdint.h>

struct meter;

/* Bits of ST3 STD_STATUS1 that belong here. */
#define SUPERVISION_CONFIGURATION (1u << 1)
#define SUPERVISION_SELF_CHECK (1u << 2)
#define SUPERVISION_RAM (1u << 3)
#define SUPERVISION_ROM (1u << 4)
#define SUPERVISION_STORAGE (1u << 5) /* found by the storage itself */
#define SUPERVISION_MEASUREMENT (1u << 7)

enum program_state {
	PROGRAM_NOT_AVAILABLE, /* the board names no program */
	PROGRAM_BEING_READ,
	PROGRAM_MATCHES,
	PROGRAM_DIFFERS,
};

struct self_supervision {
	uint16_t errors;	 /* since procedure 7 or power-up */
	uint8_t program_state;	 /* enum program_state */
	uint8_t beyond_seconds;	 /* in which a reading was beyond the converters */
	uint32_t program_crc;	 /* of the newest complete reading */
	uint32_t reading_crc;	 /* of what has been read in this one */
	uint32_t reading_offset; /* how much that is */
	uint32_t constants_crc;
	uint32_t watchdog_resets; /* already told */
};

/* Power-up, when all else has its constants. */
void self_supervision_init(struct meter *meter);

/* After a wanted change of constants or settings. */
void self_supervision_accept_constants(struct meter *meter);

void self_supervision_tick(struct meter *meter);
void self_supervision_clear(struct meter *meter);

/* Restarts by the watchdog as the board counts them; 0 when it does not. */
uint32_t self_supervision_watchdog_resets(const struct meter *meter);

#endif
