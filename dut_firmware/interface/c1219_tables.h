/*
 * The layouts of the tables, as rows of fields, and who may read and write them. Only the store
 * includes this.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1219_TABLES_H
#define DUT_FIRMWARE_INTERFACE_C1219_TABLES_H

#include "interface/c1219_store.h"
#include "registers/control.h"
#include "registers/quantities.h"

#define C1219_TEXT_BYTES 24u

/* What the fields of one read take their contents from: all of the same instant. */
struct c1219_view {
	const struct c1219_store *store;
	const struct nameplate *nameplate;
	const struct adjustment *adjustment;
	struct quantities quantities;
	struct service_status service;
};

/*
 * `count` elements of `width` octets. Contents: `text` (one element, written NUL-terminated, blank
 * padded to the width), or `number` of each element, or else `constant`. Negative numbers in two's
 * complement.
 */
struct c1219_field {
	uint8_t width;
	uint8_t count;
	uint32_t constant;
	int64_t (*number)(const struct c1219_view *view, uint8_t index);
	void (*text)(const struct c1219_view *view, char text[C1219_TEXT_BYTES]);
};

struct c1219_table {
	uint16_t id;
	uint8_t field_count;
	const struct c1219_field *fields; /* NULL, and no render: nobody reads it */
	/* Instead of fields: the whole table into `bytes` (C1219_TABLE_BYTES), returns its length.
	 */
	uint16_t (*render)(const struct c1219_view *view, uint8_t *bytes);
	/* Writing, full writes only; `write` NULL: read only. */
	enum c1218_clearance write_clearance;
	bool needs_open_seal;		   /* a sealed meter refuses the write with isc */
	enum c1218_response partial_write; /* how a write from an offset is refused */
	uint16_t shortest_write;
	uint16_t longest_write;
	enum c1218_response (*write)(struct c1219_store *store, const uint8_t *bytes,
				     uint16_t count);
};

/* NULL: no such table. */
const struct c1219_table *c1219_find_table(uint16_t id);

#endif
