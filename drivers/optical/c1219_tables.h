/*
 * ANSI C12.19 tables as the optical port's client reads them: bytes -> structs, lengths checked
 * before content. Pure functions. A table that depends on another one's dimensions takes that one
 * as an argument. Layouts: C12.19-1997 and -2008 as told by public implementations; see DESIGN.md
 * for how sure each is.
 */
#ifndef DRIVERS_OPTICAL_C1219_TABLES_H
#define DRIVERS_OPTICAL_C1219_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/optical/c1219_number.h"
#include "reference_source/status.h"

#define C1219_MAXIMUM 255 /* of anything that an octet counts */
#define C1219_TIME_FORMATS 5

/* ST0 GEN_CONFIG */
struct c1219_general {
	uint8_t format_control[3];
	char manufacturer[5]; /* or device class */
	uint8_t nameplate_type, standard_version;
	uint8_t standard_table_octets, manufacturer_table_octets, standard_procedure_octets;
	uint8_t manufacturer_procedure_octets, manufacturer_status_octets;
	uint8_t standard_tables[C1219_MAXIMUM], manufacturer_tables[C1219_MAXIMUM]; /* SETs: used */
	/* out of the format controls */
	struct c1219_coding coding;
	uint8_t time_format, format_1, format_2;
	bool has_bcd_identity;
};

/* ST1 MANUFACTURER_ID */
struct c1219_manufacturer {
	char manufacturer[5], model[9], serial[17];
	uint8_t hardware_version, hardware_revision, firmware_version, firmware_revision;
};

/* ST2 electric nameplate */
struct c1219_nameplate {
	char kh[7], kt[7], form[6], class_amperes[7], test_amperes[7];
	uint8_t volts;
	uint16_t elements; /* bit field, NO_OF_ELEMENTS in bits 3-5 */
};

/* ST3 ED_MODE_STATUS, without the manufacturer's octets */
struct c1219_mode {
	uint8_t mode;
	uint16_t status_1;
};

/* ST5 */
struct c1219_identification {
	char device_id[21];
};

/* ST11 ACT_SOURCES */
struct c1219_sources {
	uint8_t flags, unit_count, demand_control_count, constant_count, constants_selector,
		source_count;
};
#define C1219_SOURCES_POWER_FAIL 0x01
#define C1219_SOURCES_RESET_EXCLUSION 0x02
#define C1219_SOURCES_SLIDING 0x08
#define C1219_SOURCES_SET_1 0x20
#define C1219_SOURCES_SET_2 0x40

/* ST12: NBR_UOM_ENTRIES words */
struct c1219_units {
	size_t count;
	uint32_t word[C1219_MAXIMUM];
};

/* ST15, electric: ratios are 1 and is_applied true when their set is absent. */
struct c1219_constants {
	size_t count;
	struct c1219_constant {
		double multiplier, offset;
		bool is_applied;
		double current_ratio, voltage_ratio;
	} constant[C1219_MAXIMUM];
};

/* ST16: NBR_SOURCES octets of flags */
struct c1219_source_flags {
	size_t count;
	uint8_t flags[C1219_MAXIMUM];
};
#define C1219_SOURCE_HAS_UNIT 0x01
#define C1219_SOURCE_HAS_CONSTANT 0x08
#define C1219_SOURCE_IS_ENGINEERING 0x10
#define C1219_SOURCE_APPLY_CONSTANT 0x20

/* ST21 ACT_REGS */
struct c1219_registers {
	uint8_t flags, more_flags, self_read_count, summation_count, demand_count, coincident_count,
		occurrence_count, tier_count, present_demand_count, present_value_count;
};
#define C1219_REGISTERS_SEASON 0x01
#define C1219_REGISTERS_DATE_TIME 0x02
#define C1219_REGISTERS_RESET_COUNT 0x04
#define C1219_REGISTERS_CUMULATIVE 0x10
#define C1219_REGISTERS_CONTINUOUS 0x20
#define C1219_REGISTERS_TIME_REMAINING 0x40
#define C1219_SELF_READ_SEQUENCE 0x02 /* of more_flags */

/* ST22: sources of the registers; 255 is unused. Coincident demands are not kept. */
struct c1219_register_selection {
	size_t summation_count, demand_count;
	uint8_t summation[C1219_MAXIMUM], demand[C1219_MAXIMUM];
	uint8_t is_maximum[(C1219_MAXIMUM + 7) / 8]; /* SET: bit of a demand */
};

/* ST23: the summations of the total block. */
struct c1219_register_values {
	size_t summation_count;
	struct c1219_number summation[C1219_MAXIMUM];
};

/* ST27 and ST28: the present values; where the demands stand is c1219_present_demand_offset. */
struct c1219_present_selection {
	size_t demand_count, value_count;
	uint8_t demand[C1219_MAXIMUM], value[C1219_MAXIMUM];
};
struct c1219_present_values {
	size_t value_count;
	struct c1219_number value[C1219_MAXIMUM];
};

/* STATUS_PROTOCOL with both lengths in words unless they are the same. */
enum status c1219_expect_length(int table, size_t length, size_t expected);

/* All return STATUS_PROTOCOL with one sentence when length or content cannot be. */
enum status c1219_decode_general(const uint8_t *bytes, size_t length,
				 struct c1219_general *general);
enum status c1219_decode_manufacturer(const struct c1219_general *general, const uint8_t *bytes,
				      size_t length, struct c1219_manufacturer *manufacturer);
enum status c1219_decode_nameplate(const struct c1219_general *general, const uint8_t *bytes,
				   size_t length, struct c1219_nameplate *nameplate);
enum status c1219_decode_mode(const struct c1219_general *general, const uint8_t *bytes,
			      size_t length, struct c1219_mode *mode);
enum status c1219_decode_identification(const struct c1219_general *general, const uint8_t *bytes,
					size_t length, struct c1219_identification *identification);
enum status c1219_decode_sources(const struct c1219_general *general, const uint8_t *bytes,
				 size_t length, struct c1219_sources *sources);
enum status c1219_decode_units(const struct c1219_general *general,
			       const struct c1219_sources *sources, const uint8_t *bytes,
			       size_t length, struct c1219_units *units);
enum status c1219_decode_constants(const struct c1219_general *general,
				   const struct c1219_sources *sources, const uint8_t *bytes,
				   size_t length, struct c1219_constants *constants);
enum status c1219_decode_source_flags(const struct c1219_sources *sources, const uint8_t *bytes,
				      size_t length, struct c1219_source_flags *flags);
enum status c1219_decode_registers(const struct c1219_general *general, const uint8_t *bytes,
				   size_t length, struct c1219_registers *registers);
enum status c1219_decode_register_selection(const struct c1219_registers *registers,
					    const uint8_t *bytes, size_t length,
					    struct c1219_register_selection *selection);
enum status c1219_decode_register_values(const struct c1219_general *general,
					 const struct c1219_registers *registers,
					 const uint8_t *bytes, size_t length,
					 struct c1219_register_values *values);
enum status c1219_decode_present_selection(const struct c1219_registers *registers,
					   const uint8_t *bytes, size_t length,
					   struct c1219_present_selection *selection);
enum status c1219_decode_present_values(const struct c1219_general *general,
					const struct c1219_registers *registers,
					const uint8_t *bytes, size_t length,
					struct c1219_present_values *values);

/* Where a number stands in ST23 and its like; block 0 is all rates together, the first occurrence
 * counts. */
enum c1219_register_part {
	C1219_SUMMATION,
	C1219_DEMAND_TIME,
	C1219_DEMAND_CUMULATIVE,
	C1219_DEMAND_CONTINUOUS,
	C1219_DEMAND
};
size_t c1219_register_offset(const struct c1219_general *general,
			     const struct c1219_registers *registers, size_t block,
			     enum c1219_register_part part, size_t entry);
size_t c1219_registers_length(const struct c1219_general *general,
			      const struct c1219_registers *registers);
/* Of a present demand's number in ST28. */
size_t c1219_present_demand_offset(const struct c1219_general *general,
				   const struct c1219_registers *registers, size_t entry);

/* Whether ST0 lists the table; manufacturer table n is 2048 + n. */
bool c1219_has_table(const struct c1219_general *general, int table);

/* Which source's entry of a list is used: the number of sources before `source` with `flag` set. */
size_t c1219_entry_of_source(const struct c1219_source_flags *flags, size_t source, uint8_t flag);

/* 10^n of ST12's MULTIPLIER (0: x1, 1: x100, 2: 10^3, … 7: 10^-6). */
int c1219_multiplier_exponent(uint32_t unit_word);

#endif
