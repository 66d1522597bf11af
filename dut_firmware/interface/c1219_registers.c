/*
 * ST21-28, the registers: dimensions, what is selected, and present values. Their contents that
 * come from billing are in c1219_billing.
 */
#include "interface/c1219_sources.h"

#include <stddef.h>

#define REGISTERS_SEASON 0x01u
#define REGISTERS_DATE_TIME 0x02u
#define REGISTERS_RESET_COUNTER 0x04u
#define REGISTERS_RESET_LOCKOUT 0x08u
#define REGISTERS_CUMULATIVE 0x10u
#define REGISTERS_CONTINUOUS 0x20u
#define REGISTERS_TIME_REMAINING 0x40u
#define REGISTERS_SELF_READ_SEQUENCE 0x02u
#define DEMAND_IS_MAXIMUM 0x01u /* ST22: the only demand */

_Static_assert(6u + BILLING_SELF_READS * C1219_SELF_READ_OCTETS <= C1219_TABLE_BYTES,
	       "ST26 is the longest table");

static int64_t summation_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index;
}

static int64_t present_demand_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index + (int64_t)C1219_FIRST_DEMAND_SOURCE;
}

static int64_t present_value_source(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index + (int64_t)C1219_SUMMATIONS;
}

static uint16_t present_registers(const struct c1219_view *view, uint8_t *bytes)
{
	uint16_t length = c1219_present_demands(view, bytes);

	for (uint8_t i = 0; i < C1219_PRESENT_VALUES; i++) {
		c1219_put_number(bytes + length, C1219_NI1_OCTETS,
				 c1219_source_number(view, (uint8_t)(C1219_SUMMATIONS + i)));
		length = (uint16_t)(length + C1219_NI1_OCTETS);
	}
	return length;
}

static const struct c1219_field register_limits[] = {
	{1, 1,
	 REGISTERS_SEASON | REGISTERS_DATE_TIME | REGISTERS_RESET_COUNTER |
		 REGISTERS_RESET_LOCKOUT | REGISTERS_CUMULATIVE | REGISTERS_CONTINUOUS |
		 REGISTERS_TIME_REMAINING,
	 NULL, NULL},
	{1, 1, REGISTERS_SELF_READ_SEQUENCE, NULL, NULL},
	{1, 1, BILLING_SELF_READS, NULL, NULL},
	{1, 1, C1219_SUMMATIONS, NULL, NULL},
	{1, 1, C1219_DEMANDS, NULL, NULL},
	{1, 1, 0, NULL, NULL}, /* NBR_COIN_VALUES */
	{1, 1, 1, NULL, NULL}, /* NBR_OCCUR */
	{1, 1, CALENDAR_TIERS, NULL, NULL},
	{1, 1, C1219_PRESENT_DEMANDS, NULL, NULL},
	{1, 1, C1219_PRESENT_VALUES, NULL, NULL},
};

static const struct c1219_field data_selection[] = {
	{1, C1219_SUMMATIONS, 0, summation_source, NULL},
	{1, 1, C1219_MAXIMUM_DEMAND_SOURCE, NULL, NULL},
	{1, 1, DEMAND_IS_MAXIMUM, NULL, NULL},
};

static const struct c1219_field present_selection[] = {
	{1, C1219_PRESENT_DEMANDS, 0, present_demand_source, NULL},
	{1, C1219_PRESENT_VALUES, 0, present_value_source, NULL},
};

static const struct c1219_table tables[] = {
	C1219_READ_ONLY(21, register_limits),	C1219_READ_ONLY(22, data_selection),
	C1219_RENDERED(23, c1219_registers),	C1219_RENDERED(24, c1219_before_season),
	C1219_RENDERED(25, c1219_before_reset), C1219_RENDERED(26, c1219_self_reads),
	C1219_READ_ONLY(27, present_selection), C1219_RENDERED(28, present_registers),
};

const struct c1219_group c1219_register_tables = {tables, COUNT_OF(tables)};
