/* Defaults and bytes of the settings. */
#include "registers/settings.h"

#include <string.h>

#define PASSWORDS_BYTES (SETTINGS_ROLES * SETTINGS_PASSWORD_BYTES)

void settings_set_defaults(struct settings *settings)
{
	static const char passwords[SETTINGS_ROLES][SETTINGS_PASSWORD_BYTES + 1] = {
		"READ                ",
		"OPERATE             ",
		"PROGRAM             ",
		"FACTORY             ",
	};

	*settings = (struct settings){.is_sealed = 0};
	for (unsigned int role = 0; role < SETTINGS_ROLES; role++) {
		memcpy(settings->passwords[role], passwords[role], SETTINGS_PASSWORD_BYTES);
	}
}

bool settings_are_in_range(const struct settings *settings)
{
	return settings->is_sealed <= 1 && settings->kwh_decimals <= SETTINGS_DECIMALS_LIMIT;
}

void settings_encode(const struct settings *settings, uint8_t bytes[SETTINGS_BYTES])
{
	memcpy(bytes, settings->passwords, PASSWORDS_BYTES);
	bytes[PASSWORDS_BYTES] = settings->is_sealed;
	bytes[PASSWORDS_BYTES + 1] = settings->kwh_decimals;
	bytes[PASSWORDS_BYTES + 2] = (uint8_t)(settings->change_count & 0xFFu);
	bytes[PASSWORDS_BYTES + 3] = (uint8_t)(settings->change_count >> 8);
}

void settings_decode(struct settings *settings, const uint8_t bytes[SETTINGS_BYTES])
{
	memcpy(settings->passwords, bytes, PASSWORDS_BYTES);
	settings->is_sealed = bytes[PASSWORDS_BYTES];
	settings->kwh_decimals = bytes[PASSWORDS_BYTES + 1];
	settings->change_count =
		(uint16_t)(bytes[PASSWORDS_BYTES + 2] | bytes[PASSWORDS_BYTES + 3] << 8);
}
