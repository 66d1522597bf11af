/* A whole table as the store renders it, without a port. */
#ifndef TESTS_SUPPORT_STORED_TABLE_H
#define TESTS_SUPPORT_STORED_TABLE_H

#include "interface/c1219_store.h"

/* Into `bytes` (C1219_TABLE_BYTES); onp when it is longer than that. */
static inline enum c1218_response stored_table_read(const struct c1219_store *store, uint16_t id,
						    uint8_t *bytes, uint16_t *length)
{
	uint32_t whole = 0;
	enum c1218_response response = c1219_length(store, id, &whole);

	if (response != C1218_OK) {
		return response;
	}
	if (whole > C1219_TABLE_BYTES) {
		return C1218_ONP;
	}
	*length = (uint16_t)whole;
	return c1219_read_part(store, id, 0, bytes, *length);
}

#endif
