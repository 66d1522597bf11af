/*
 * All tables of a meter as they lie in it, to see whether anything was changed. Which tables there
 * are says ST0; what changes by itself (clocks, readings) says the device file.
 */
#ifndef PROCEDURES_VERBS_TABLE_SNAPSHOT_H
#define PROCEDURES_VERBS_TABLE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/meter_client.h"
#include "procedures/device_type.h"

#define SNAPSHOT_TABLES 128
#define SNAPSHOT_BYTES 2048

struct table_image {
	int table;
	uint8_t refusal; /* response code of the read; 0: it was read */
	size_t length;
	uint8_t bytes[SNAPSHOT_BYTES];
};

struct table_snapshot {
	int count;
	struct table_image images[SNAPSHOT_TABLES];
};

/* Which tables ST0 names, or with `writable` those that can be written; in rising order. */
enum status tables_of_meter(struct meter_client *client, bool writable, int tables[SNAPSHOT_TABLES],
			    int *count);

/* Large: keep it on the heap. */
enum status table_snapshot_take(struct meter_client *client, struct table_snapshot *snapshot);

const struct table_image *table_snapshot_find(const struct table_snapshot *snapshot, int table);

/*
 * How many tables differ, but for what the device file says changes by itself; `text` names them
 * with the first octet that differs.
 */
int table_snapshot_compare(const struct table_snapshot *before, const struct table_snapshot *after,
			   const struct device_type *device, char *text, size_t size);

/* "ST23", "MT3". */
const char *table_text(int table, char text[16]);

#endif
