/*
 * The procedures as rows: number, who may call it, what it takes. ST7 runs them, ST0 and
 * ST44 tell of them.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1219_PROCEDURES_H
#define DUT_FIRMWARE_INTERFACE_C1219_PROCEDURES_H

#include "interface/c1219_tables.h"

#define C1219_LONGEST_PROCEDURE_PARAMETER 16u

struct c1219_procedure {
	uint16_t number;
	enum c1218_clearance clearance;
	bool needs_open_seal;
	enum c1218_response refusal; /* ok: refused by result 5 in ST8 */
	uint8_t parameter_octets;
	enum procedure_result (*run)(struct meter *meter, const uint8_t *parameters);
	bool has_own_event;
	/* instead of `run`: one whose response has data */
	enum procedure_result (*answer)(struct c1219_store *store, const uint8_t *parameters);
	/* NULL: every meter has it. */
	bool (*is_offered)(struct meter *meter);
};

bool c1219_procedure_is_offered(const struct c1219_procedure *procedure, struct meter *meter);

/* The procedures one by one, from position 0; NULL behind the last. */
const struct c1219_procedure *c1219_procedure_at(uint32_t position);

/* Octet `index` of ST0's sets of procedures. */
int64_t c1219_procedures_used(const struct c1219_view *view, uint8_t index);
int64_t c1219_manufacturer_procedures_used(const struct c1219_view *view, uint8_t index);

#endif
