/*
 * Which entry of which table is which quantity, and what its numbers are worth: ST12 words found
 * through ST16, constants of ST15. Pure functions of the tables.
 */
#ifndef DRIVERS_OPTICAL_CLIENT_QUANTITY_H
#define DRIVERS_OPTICAL_CLIENT_QUANTITY_H

#include "drivers/optical/c1219_tables.h"

/* What describes the others; counts are 0 where the meter lacks the table. */
struct client_tables {
	struct c1219_general general;
	struct c1219_sources sources;
	struct c1219_units units;
	struct c1219_constants constants;
	struct c1219_source_flags source_flags;
	struct c1219_registers registers;
	struct c1219_register_selection selection;
	struct c1219_present_selection present;
};

struct client_quantity {
	const char *name;
	uint32_t mask, word; /* of ST12 */
	unsigned ratios;     /* instrument transformer ratios that it contains */
	bool is_optional;    /* a meter without that element */
	size_t member;	     /* where its number goes, offset */
};

/* Members of struct meter_registers and struct meter_instantaneous. */
#define CLIENT_ENERGIES 3
extern const struct client_quantity client_energies[CLIENT_ENERGIES];
#define CLIENT_PRESENT_QUANTITIES 8
extern const struct client_quantity client_present_quantities[CLIENT_PRESENT_QUANTITIES];

/* Delivered power of a list of demands; the same over the newest complete interval (ST28). */
extern const struct client_quantity client_demand, client_complete_demand;

/* quantity = (number of the table * factor + offset) * 10^exponent */
struct client_entry {
	bool is_found;
	size_t place; /* in the list */
	double factor, offset;
	int exponent;
};

/*
 * Finds the quantity in a list of sources, which is that of ST22 or ST27. STATUS_PROTOCOL when it
 * has to be there and is not, or when the tables contradict each other.
 */
enum status client_quantity_find(const struct client_tables *tables,
				 const struct client_quantity *quantity, int list_table,
				 const uint8_t *list, size_t count, struct client_entry *entry);

/* 10^n */
double client_power_of_ten(int exponent);

#endif
