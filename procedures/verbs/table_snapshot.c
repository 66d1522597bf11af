/* ST0's sets of tables (C12.19: dimensions at octets 13 to 16, sets from octet 19 on), images and
 * their comparison. */
#include "procedures/verbs/table_snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/word_list.h"

#define MANUFACTURER_TABLE 2048

enum {
	ST0_STANDARD_OCTETS = 13,
	ST0_MANUFACTURER_OCTETS = 14,
	ST0_STANDARD_PROCEDURE_OCTETS = 15,
	ST0_MANUFACTURER_PROCEDURE_OCTETS = 16,
	ST0_SETS = 19
};

const char *table_text(int table, char text[16])
{
	bool is_standard = table < MANUFACTURER_TABLE;

	snprintf(text, 16, "%s%d", is_standard ? "ST" : "MT",
		 is_standard ? table : table - MANUFACTURER_TABLE);
	return text;
}

/* ---- which tables there are ---- */

static void add_set(const uint8_t *set, size_t octets, int first, int tables[SNAPSHOT_TABLES],
		    int *count)
{
	for (size_t i = 0; i < 8 * octets; i++) {
		if ((set[i / 8] >> i % 8 & 1) && *count < SNAPSHOT_TABLES) {
			tables[(*count)++] = first + (int)i;
		}
	}
}

enum status tables_of_meter(struct meter_client *client, bool writable, int tables[SNAPSHOT_TABLES],
			    int *count)
{
	uint8_t st0[SNAPSHOT_BYTES];
	size_t length = 0;
	enum status status = meter_client_read_table(client, 0, st0, sizeof(st0), &length);

	*count = 0;
	if (status) {
		return status;
	}
	if (length < ST0_SETS) {
		return status_fail(STATUS_PROTOCOL, "ST0 has %zu octets; it has at least %d",
				   length, ST0_SETS);
	}
	size_t standard = st0[ST0_STANDARD_OCTETS];
	size_t manufacturer = st0[ST0_MANUFACTURER_OCTETS];
	size_t procedures =
		(size_t)st0[ST0_STANDARD_PROCEDURE_OCTETS] + st0[ST0_MANUFACTURER_PROCEDURE_OCTETS];

	if (length < ST0_SETS + 2 * (standard + manufacturer) + procedures) {
		return status_fail(STATUS_PROTOCOL,
				   "ST0 has %zu octets, fewer than its own dimensions say", length);
	}
	const uint8_t *set = st0 + ST0_SETS;

	if (writable) {
		set += standard + manufacturer + procedures;
	}
	add_set(set, standard, 0, tables, count);
	add_set(set + standard, manufacturer, MANUFACTURER_TABLE, tables, count);
	return STATUS_OK;
}

/* ---- images ---- */

enum status table_snapshot_take(struct meter_client *client, struct table_snapshot *snapshot)
{
	int tables[SNAPSHOT_TABLES];
	enum status status = tables_of_meter(client, false, tables, &snapshot->count);

	for (int i = 0; !status && i < snapshot->count; i++) {
		struct table_image *image = &snapshot->images[i];

		image->table = tables[i];
		image->refusal = METER_REFUSAL_NONE;
		status = meter_client_read_table(client, image->table, image->bytes,
						 sizeof(image->bytes), &image->length);
		if (status == STATUS_REFUSED) {
			image->refusal = meter_client_refusal(client);
			image->length = 0;
			status = STATUS_OK;
		}
	}
	return status;
}

const struct table_image *table_snapshot_find(const struct table_snapshot *snapshot, int table)
{
	for (int i = 0; i < snapshot->count; i++) {
		if (snapshot->images[i].table == table) {
			return &snapshot->images[i];
		}
	}
	return NULL;
}

/* ---- comparison ---- */

static const char *changes_of(const struct device_type *device, int table)
{
	for (int i = 0; i < device->table_count; i++) {
		if (device->tables[i].number == table) {
			return device->tables[i].changes;
		}
	}
	return "";
}

/* "all", or octets and ranges of them: "3-4 7". */
static bool may_change(const char *changes, size_t octet)
{
	char word[24];

	if (!strcmp(changes, "all")) {
		return true;
	}
	while (word_list_next(&changes, word, sizeof(word))) {
		char *end;
		unsigned long first = strtoul(word, &end, 10);
		unsigned long last = *end == '-' ? strtoul(end + 1, NULL, 10) : first;

		if (octet >= first && octet <= last) {
			return true;
		}
	}
	return false;
}

/* First octet that differs; `length` of both when none does. */
static size_t first_difference(const struct table_image *before, const struct table_image *after,
			       const char *changes)
{
	size_t octet = 0;

	while (octet < before->length && octet < after->length &&
	       (before->bytes[octet] == after->bytes[octet] || may_change(changes, octet))) {
		octet++;
	}
	return octet;
}

static void append(char *text, size_t size, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", used ? ", " : "", word);
}

/* False when the table is as it was; else `what` says in what it is not. */
static bool differs(const struct table_image *before, const struct table_image *after,
		    const char *changes, char *what, size_t size)
{
	char name[16];

	table_text(before->table, name);
	if (!after) {
		snprintf(what, size, "%s is gone", name);
		return true;
	}
	if (before->refusal != after->refusal) {
		snprintf(what, size, "%s is %s", name,
			 after->refusal ? "refused now" : "readable now");
		return true;
	}
	if (!strcmp(changes, "all")) {
		return false;
	}
	size_t octet = first_difference(before, after, changes);

	snprintf(what, size, "%s from octet %zu on", name, octet);
	return before->length != after->length || octet < before->length;
}

int table_snapshot_compare(const struct table_snapshot *before, const struct table_snapshot *after,
			   const struct device_type *device, char *text, size_t size)
{
	int count = 0;

	text[0] = '\0';
	for (int i = 0; i < before->count; i++) {
		const struct table_image *image = &before->images[i];
		char what[64];

		if (differs(image, table_snapshot_find(after, image->table),
			    changes_of(device, image->table), what, sizeof(what))) {
			append(text, size, what);
			count++;
		}
	}
	if (after->count > before->count) {
		append(text, size, "there are tables that were not there");
		count++;
	}
	return count;
}
