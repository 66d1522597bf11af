/*
 * Billing without supply, in three journals: the registers at each change, the registers with all
 * readings at each reading, the rules when somebody programs them. One record is one state, whole
 * or absent. The energy is saved before (storage/nonvolatile), so it is never behind.
 */
#ifndef DUT_FIRMWARE_STORAGE_BILLING_STORE_H
#define DUT_FIRMWARE_STORAGE_BILLING_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/billing_record.h"
#include "storage/journal.h"

struct meter;

#define BILLING_STORE_REGISTERS_SLOT (BILLING_REGISTERS_BYTES + JOURNAL_OVERHEAD_BYTES)
#define BILLING_STORE_HISTORY_SLOT (BILLING_HISTORY_BYTES + JOURNAL_OVERHEAD_BYTES)
#define BILLING_STORE_SETTINGS_SLOT (BILLING_SETTINGS_BYTES + JOURNAL_OVERHEAD_BYTES)

struct billing_store {
	bool is_offered; /* there is room in the part */
	bool has_failed;
	uint32_t number; /* of the newest state */
	struct journal registers;
	struct journal history;
	struct journal settings;
	uint8_t slot[BILLING_STORE_HISTORY_SLOT]; /* where a record is made */
};

/* Power-up, after the energy: billing as it was kept, fresh where nothing was. False: something
 * that was stored is lost. */
bool billing_store_restore(struct meter *meter);

/* What billing has to save. False: not all could be saved; it stays to be saved. */
bool billing_store_save(struct meter *meter, bool is_warned);

#endif
