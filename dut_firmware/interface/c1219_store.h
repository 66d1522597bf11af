/*
 * The C12.19 tables of this meter, read from its quantities and written through its rules. Knows
 * tables, not packets. Layouts: C12.19-1997 (STD_VERSION 1), least significant byte first; MT0 and
 * MT1 in MANUFACTURER_TABLES.md.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1219_STORE_H
#define DUT_FIRMWARE_INTERFACE_C1219_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "interface/c1218_codes.h"

struct meter;

#define C1219_TABLE_BYTES 832u	 /* the longest but the recorder's and the log's: ST26 */
#define C1219_MANUFACTURER 2048u /* added to the number of a manufacturer's table */

#define C1219_RESPONSE_DATA_BYTES 12u

/* On whose behalf a session speaks: limits what it may write, whatever its clearance. */
enum c1219_origin {
	C1219_LOCAL,   /* at the optical port */
	C1219_NETWORK, /* through the module, the network of its kind */
	C1219_UNKNOWN, /* through the module, nobody knows who */
	C1219_ZIGBEE,  /* through the module's Zigbee chip: reads */
};

struct c1219_store {
	struct meter *meter;
	enum c1219_origin origin;
	uint16_t user;			/* of the Logon */
	enum c1218_clearance clearance; /* of the session */
	bool has_noted_refusal;		/* of this session */
	uint16_t procedure;		/* ST8: the newest procedure of this session */
	uint8_t procedure_sequence;
	uint8_t procedure_result;
	uint8_t response_length;
	uint8_t response_data[C1219_RESPONSE_DATA_BYTES];
};

void c1219_store_init(struct c1219_store *store, struct meter *meter);

/* A new session: forgets the answer of the procedure before. */
void c1219_store_begin_session(struct c1219_store *store, uint16_t user, enum c1219_origin origin);
void c1219_store_end_session(struct c1219_store *store);

/* Octets of a table. iar: no such table; isc: not to be read. */
enum c1218_response c1219_length(const struct c1219_store *store, uint16_t id, uint32_t *length);

/* `count` octets from `offset` on, all of the same instant; onp when they reach beyond the end. */
enum c1218_response c1219_read_part(const struct c1219_store *store, uint16_t id, uint32_t offset,
				    uint8_t *bytes, uint16_t count);

/*
 * An attempt at programming a sealed meter through the optical port, once in a session, so that
 * nobody fills the log with them. `what`: a table, or C1219_PROCEDURE and the number.
 */
#define C1219_PROCEDURE 4096u
void c1219_note_refusal(struct c1219_store *store, uint32_t what);

struct c1219_write {
	uint16_t table;
	bool is_whole; /* full write; otherwise from `offset` */
	uint32_t offset;
	const uint8_t *bytes;
	uint16_t count;
};

/*
 * Whether the write may be tried: origin (isc), existence (iar), clearance (isc), writable (iar),
 * length and offset (onp).
 */
enum c1218_response c1219_write_check(const struct c1219_store *store,
				      enum c1218_clearance clearance,
				      const struct c1219_write *write);

/*
 * Executes a write that c1219_write_check allowed. On any other answer than ok nothing has changed.
 */
enum c1218_response c1219_write(struct c1219_store *store, const struct c1219_write *write);

#endif
