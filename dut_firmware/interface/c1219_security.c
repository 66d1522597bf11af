/*
 * ST41-44, passwords and permissions: a role is a bit of the group set, the higher role's bit the
 * higher one. ST44 is made of the rows of tables and procedures.
 */
#include <stddef.h>

#include "interface/c1219_procedures.h"

#define PERMISSION_PROCEDURE (1u << 12)
#define PERMISSION_ANYONE_READS (1u << 13)
#define PERMISSION_ANYONE_WRITES (1u << 14)
#define EVERY_GROUP ((1u << SETTINGS_ROLES) - 1u)
#define PERMISSION_OCTETS 4u
#define PASSWORD_ENTRY_OCTETS (SETTINGS_PASSWORD_BYTES + 1u)
#define PASSWORDS_OCTETS (SETTINGS_ROLES * PASSWORD_ENTRY_OCTETS)

static int64_t default_permission(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return index == 0 ? PERMISSION_ANYONE_READS | EVERY_GROUP << 16 : PERMISSION_PROCEDURE;
}

/* The groups that have at least this clearance, and the flag when everybody has. */
static uint32_t writers(enum c1218_clearance clearance)
{
	if (clearance == C1218_CLEARANCE_DEFAULT) {
		return PERMISSION_ANYONE_WRITES | EVERY_GROUP << 24;
	}
	return (EVERY_GROUP << (clearance - C1218_CLEARANCE_READ) & EVERY_GROUP) << 24;
}

static uint32_t table_permission(const struct meter *meter, const struct c1219_table *table)
{
	bool is_read = c1219_is_readable(table);
	bool is_refused = table->write == NULL || table->is_modules_own ||
			  (table->needs_open_seal && !meter_is_open(meter));

	return table->id | (is_read ? PERMISSION_ANYONE_READS | EVERY_GROUP << 16 : 0) |
	       (is_refused ? 0 : writers(table->write_clearance));
}

static uint32_t procedure_permission(const struct meter *meter,
				     const struct c1219_procedure *procedure)
{
	bool is_refused = procedure->needs_open_seal && !meter_is_open(meter);

	return procedure->number | PERMISSION_PROCEDURE |
	       (is_refused ? 0 : writers(procedure->clearance));
}

/* Every table that is not read by all and written by nobody, then every procedure. */
static uint16_t render_permissions(const struct c1219_view *view, uint8_t *bytes)
{
	struct meter *meter = view->store->meter;
	const struct c1219_procedure *procedure = c1219_procedure_at(0);
	const struct c1219_table *table = c1219_table_at(0);
	uint16_t length = 0;

	for (uint32_t next = 1; table != NULL; next++) {
		if (c1219_is_offered(table, meter) &&
		    (table->write != NULL || !c1219_is_readable(table))) {
			c1219_put_number(bytes + length, PERMISSION_OCTETS,
					 table_permission(meter, table));
			length = (uint16_t)(length + PERMISSION_OCTETS);
		}
		table = c1219_table_at(next);
	}
	for (uint32_t next = 1; procedure != NULL; next++) {
		if (c1219_procedure_is_offered(procedure, meter)) {
			c1219_put_number(bytes + length, PERMISSION_OCTETS,
					 procedure_permission(meter, procedure));
			length = (uint16_t)(length + PERMISSION_OCTETS);
		}
		procedure = c1219_procedure_at(next);
	}
	return length;
}

static int64_t permission_count(const struct c1219_view *view, uint8_t index)
{
	uint8_t bytes[C1219_TABLE_BYTES];

	(void)index;
	return render_permissions(view, bytes) / PERMISSION_OCTETS;
}

/* An entry of zeros leaves the role's password as it is; one of blanks closes the role. */
static enum c1218_response change_passwords(struct c1219_store *store, const uint8_t *bytes,
					    uint16_t count)
{
	struct settings wanted = *settings_of(store->meter);

	(void)count;
	for (unsigned int role = 0; role < SETTINGS_ROLES; role++) {
		const uint8_t *entry = bytes + role * PASSWORD_ENTRY_OCTETS;
		unsigned int content = 0;

		for (unsigned int i = 0; i < SETTINGS_PASSWORD_BYTES; i++) {
			content |= entry[i];
		}
		for (unsigned int i = 0; i < SETTINGS_PASSWORD_BYTES && content != 0; i++) {
			wanted.passwords[role][i] = entry[i] != 0 ? entry[i] : ' ';
		}
	}
	return settings_change(store->meter, &wanted) ? C1218_OK : C1218_ERR;
}

static const struct c1219_field security_limits[] = {
	{1, 1, SETTINGS_ROLES, NULL, NULL},
	{1, 1, SETTINGS_PASSWORD_BYTES, NULL, NULL},
	{1, 2, 0, NULL, NULL}, /* no keys */
	{2, 1, 0, permission_count, NULL},
};

static const struct c1219_field default_access[] = {
	{4, 2, 0, default_permission, NULL},
};

static const struct c1219_table tables[] = {
	C1219_READ_ONLY(41, security_limits),
	{
		.id = 42,
		.write_clearance = C1218_CLEARANCE_FACTORY,
		.needs_open_seal = true,
		.partial_write = C1218_ISC,
		.shortest_write = PASSWORDS_OCTETS,
		.longest_write = PASSWORDS_OCTETS,
		.write = change_passwords,
	},
	C1219_READ_ONLY(43, default_access),
	C1219_RENDERED(44, render_permissions),
};

const struct c1219_group c1219_security_tables = {tables, COUNT_OF(tables)};
