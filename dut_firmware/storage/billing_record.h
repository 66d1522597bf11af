/*
 * Billing as bytes: the registers (rates, maxima and what keeps them right over an outage), the
 * registers with all readings that were kept of them, and the rules. Little endian, in a row.
 */
#ifndef DUT_FIRMWARE_STORAGE_BILLING_RECORD_H
#define DUT_FIRMWARE_STORAGE_BILLING_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "registers/billing.h"

#define BILLING_REGISTERS_BYTES 240u
#define BILLING_HISTORY_BYTES 1264u
#define BILLING_SETTINGS_BYTES 256u

struct billing_stamp {
	uint32_t number;      /* of this state; of registers and history the higher one counts */
	uint32_t clearings;   /* of the registers before it, as in the energy's record */
	uint32_t age_seconds; /* of the meter when it was written: supply and outages */
};

void billing_record_put_registers(const struct billing *billing, const struct billing_stamp *stamp,
				  uint8_t bytes[BILLING_REGISTERS_BYTES]);
void billing_record_put_history(const struct billing *billing, const struct billing_stamp *stamp,
				uint8_t bytes[BILLING_HISTORY_BYTES]);
void billing_record_put_settings(const struct billing *billing, const struct billing_stamp *stamp,
				 uint8_t bytes[BILLING_SETTINGS_BYTES]);

uint32_t billing_record_number(const uint8_t *bytes); /* of the stamp */

/* Into a billing that is fresh. False: not numbers that this meter can have written. */
bool billing_record_take_registers(struct billing *billing, struct billing_stamp *stamp,
				   const uint8_t bytes[BILLING_REGISTERS_BYTES]);
bool billing_record_take_history(struct billing *billing, struct billing_stamp *stamp,
				 const uint8_t bytes[BILLING_HISTORY_BYTES]);
bool billing_record_take_settings(struct billing *billing, struct billing_stamp *stamp,
				  const uint8_t bytes[BILLING_SETTINGS_BYTES]);

#endif
