/*
 * The layouts of the tables, as rows of fields, and who may read and write them. Only the store
 * and the files of tables include this.
 */
#ifndef DUT_FIRMWARE_INTERFACE_C1219_TABLES_H
#define DUT_FIRMWARE_INTERFACE_C1219_TABLES_H

#include "interface/c1219_store.h"
#include "registers/control.h"
#include "registers/quantities.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define C1219_TEXT_BYTES 24u
#define C1219_PROCEDURE_TABLE 7u
#define C1219_MODULE_TABLE 6u /* of the manufacturer's */

/* Dimensions of ST0 */
#define C1219_STANDARD_SET_OCTETS 10u /* names ST0..ST79 */
#define C1219_MANUFACTURER_SET_OCTETS 1u
#define C1219_PROCEDURE_SET_OCTETS 2u
#define C1219_MANUFACTURER_PROCEDURE_SET_OCTETS 1u
#define C1219_NI1_OCTETS 6u
#define C1219_LTIME_OCTETS 6u /* TM_FORMAT 2 */
#define C1219_STIME_OCTETS 5u

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

/* Octets of a table from `offset` on, and where they go. */
struct c1219_part {
	uint32_t offset;
	uint8_t *bytes;
	uint16_t count;
};

struct c1219_table {
	uint16_t id;
	uint8_t field_count;
	const struct c1219_field *fields;
	/* What follows the fields; returns its length. Neither fields nor this: nobody reads it. */
	uint16_t (*render)(const struct c1219_view *view, uint8_t *bytes);
	/* Writing, full writes only; `write` NULL: read only. */
	enum c1218_clearance write_clearance;
	bool needs_open_seal;		   /* a sealed meter refuses the write with isc */
	bool is_modules_own;		   /* written by the module alone, and not logged */
	enum c1218_response partial_write; /* how a write from an offset is refused */
	uint16_t shortest_write;
	uint16_t longest_write;
	enum c1218_response (*write)(struct c1219_store *store, const uint8_t *bytes,
				     uint16_t count);
	/* NULL: every meter has it. */
	bool (*is_offered)(struct meter *meter);
	/* Instead of fields, a table of `length` octets, longer than C1219_TABLE_BYTES. */
	uint32_t length;
	void (*render_part)(struct meter *meter, const struct c1219_part *part);
};

struct c1219_group {
	const struct c1219_table *tables;
	uint32_t count;
};

/* Rows of tables that everybody reads and nobody writes: of fields, and by a renderer. */
#define C1219_READ_ONLY(number, layout)                                                            \
	{                                                                                          \
		.id = (number), .field_count = COUNT_OF(layout), .fields = (layout)                \
	}

#define C1219_RENDERED(number, renderer)                                                           \
	{                                                                                          \
		.id = (number), .render = (renderer)                                               \
	}

extern const struct c1219_group c1219_general_tables;
extern const struct c1219_group c1219_utility_tables;
extern const struct c1219_group c1219_procedure_tables;
extern const struct c1219_group c1219_source_tables;
extern const struct c1219_group c1219_register_tables;
extern const struct c1219_group c1219_display_tables;
extern const struct c1219_group c1219_security_tables;
extern const struct c1219_group c1219_time_tables;
extern const struct c1219_group c1219_recorder_tables;
extern const struct c1219_group c1219_history_tables;
extern const struct c1219_group c1219_manufacturer_tables;
extern const struct c1219_group c1219_module_tables;
extern const struct c1219_group c1219_switch_tables;

/* Standard procedures 4 and 5: elements of a list count as read. */
enum procedure_result c1219_reset_pointers(struct meter *meter, const uint8_t *parameters);
enum procedure_result c1219_update_pointer(struct meter *meter, const uint8_t *parameters);

/* The manufacturer's procedure 0: the service switch. */
bool c1219_has_switch(struct meter *meter);
enum procedure_result c1219_command_switch(struct c1219_store *store, const uint8_t *parameters);

/* The source of ST12 that a channel of the recorder counts. */
uint8_t c1219_recorder_source(uint8_t source);

/* Octet `index` of a set of ST0: tables and procedures whose use is logged. */
int64_t c1219_logged_standard_tables(const struct c1219_view *view, uint8_t index);
int64_t c1219_logged_manufacturer_tables(const struct c1219_view *view, uint8_t index);
int64_t c1219_logged_procedures(const struct c1219_view *view, uint8_t index);
int64_t c1219_logged_manufacturer_procedures(const struct c1219_view *view, uint8_t index);

/* An LTIME_DATE of seconds since 2000; its first octets are an STIME_DATE. */
void c1219_put_time(uint32_t seconds, uint8_t bytes[C1219_LTIME_OCTETS]);
void c1219_put_number(uint8_t *bytes, uint8_t width, int64_t number);

/* What of `source`, the table's octets from `start` on, lies in the part. */
void c1219_copy_part(const struct c1219_part *part, uint32_t start, const uint8_t *source,
		     uint32_t count);

/* The tables one by one, from position 0; NULL behind the last. */
const struct c1219_table *c1219_table_at(uint32_t position);

/* NULL: no such table, on any meter. */
const struct c1219_table *c1219_find_table(uint16_t id);
bool c1219_is_offered(const struct c1219_table *table, struct meter *meter);
bool c1219_is_readable(const struct c1219_table *table);

#endif
