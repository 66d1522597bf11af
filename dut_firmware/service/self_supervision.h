/*
 * The meter watches itself, once a second: program, constants in RAM, settings, readings that no
 * line can give, restarts by the watchdog. What it found stays in ST3 until procedure 7; what is
 * still so comes back.
 */
#ifndef DUT_FIRMWARE_SERVICE_SELF_SUPERVISION_H
#define DUT_FIRMWARE_SERVICE_SELF_SUPERVISION_H

#include <stdbool.h>
#include <stdint.h>

#include "service/program_check.h"

struct meter;

/* Bits of ST3 STD_STATUS1 that belong here. */
#define SUPERVISION_CONFIGURATION (1u << 1)
#define SUPERVISION_SELF_CHECK (1u << 2)
#define SUPERVISION_RAM (1u << 3)
#define SUPERVISION_ROM (1u << 4)
#define SUPERVISION_STORAGE (1u << 5) /* found by the storage itself */
#define SUPERVISION_MEASUREMENT (1u << 7)
#define SUPERVISION_POWER_FAILURE (1u << 11) /* no error: an outage has ended since */

struct self_supervision {
	uint16_t errors;	/* since procedure 7 or power-up */
	uint8_t beyond_seconds; /* in which a reading was beyond the converters */
	struct program_check program;
	struct program_check legal; /* the legally relevant part of the program */
	uint32_t constants_crc;
	uint32_t watchdog_resets; /* already told */
};

/* Power-up, when all else has its constants. */
void self_supervision_init(struct meter *meter);

/* After a wanted change of constants or settings. */
void self_supervision_accept_constants(struct meter *meter);

void self_supervision_tick(struct meter *meter);
void self_supervision_clear(struct meter *meter);
void self_supervision_note_outage(struct meter *meter);

/* Restarts by the watchdog as the board counts them; 0 when it does not. */
uint32_t self_supervision_watchdog_resets(const struct meter *meter);

#endif
