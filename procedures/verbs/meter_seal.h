/*
 * Settings and seal of a meter (its table MT3, MANUFACTURER_TABLES.md), and the supply that it
 * needs for them: voltages on, no current; off while a person touches it.
 */
#ifndef PROCEDURES_VERBS_METER_SEAL_H
#define PROCEDURES_VERBS_METER_SEAL_H

#include "procedures/verbs/verb_support.h"

#define SETTINGS_TABLE 2051
#define SETTINGS_BYTES 32

enum settings_octet {
	SETTINGS_SEALED,
	SETTINGS_DECIMALS, /* of the energy on the display */
	SETTINGS_SEAL_IS_BROKEN
};

struct meter_settings {
	size_t length;
	uint8_t bytes[SETTINGS_BYTES];
};

/* In an open session. */
enum status settings_read(struct meter_client *client, struct meter_settings *settings);

/* Refuses a device whose file does not name the table. */
enum status check_has_settings(const struct step_context *context);

/* Volts on all phases of the service, no current, and time for the meters to start. */
enum status supply_on(struct step_context *context, double volts);
enum status supply_off(struct step_context *context);
/* The refusals of the first, before anything is energised. */
enum status check_supply(const struct step_context *context, double volts);

/* Makes the security settings where they are not made; the seal has to be whole then. */
enum status ensure_sealed(struct step_context *context, int index);

#endif
