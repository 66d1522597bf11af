/*
 * What the owner of the meter sets and the meter keeps in protected storage beside the adjustment:
 * passwords by role, the seal's flag, the decimals of the display. Its defaults are those of a
 * fresh meter.
 */
#ifndef DUT_FIRMWARE_REGISTERS_SETTINGS_H
#define DUT_FIRMWARE_REGISTERS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#define SETTINGS_ROLES 4u /* read, operate, program, factory */
#define SETTINGS_PASSWORD_BYTES 20u
#define SETTINGS_BYTES 84u
#define SETTINGS_DECIMALS_LIMIT 3u

struct settings {
	uint8_t passwords[SETTINGS_ROLES][SETTINGS_PASSWORD_BYTES]; /* blank padded; all blank:
								       the role is closed */
	uint8_t is_sealed;    /* 1: programming only while the seal is broken */
	uint8_t kwh_decimals; /* 0..3, of the six digits */
	uint16_t change_count;
};

void settings_set_defaults(struct settings *settings);
bool settings_are_in_range(const struct settings *settings);
void settings_encode(const struct settings *settings, uint8_t bytes[SETTINGS_BYTES]);
void settings_decode(struct settings *settings, const uint8_t bytes[SETTINGS_BYTES]);

#endif
