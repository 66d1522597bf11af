/*
 * A meter of nothing but tables behind a scripted port: sessions, whole reads and writes in single
 * packets of up to 512 bytes, and what the test does when a table is written or read. The bytes
 * are the test's, written from the standard's layouts; nothing of the client or of a firmware is
 * used.
 */
#ifndef TESTS_SUPPORT_TABLE_METER_H
#define TESTS_SUPPORT_TABLE_METER_H

#include "drivers/meter_client.h"
#include "tests/support/scripted_port.h"

#define TABLE_METER_TABLES 40
#define TABLE_METER_BYTES 1000

struct table_meter {
	struct scripted_port port;
	struct meter_client *client;
	struct {
		int id;
		size_t length;
		uint8_t bytes[TABLE_METER_BYTES];
	} table[TABLE_METER_TABLES];
	int tables;
	bool is_silent;
	/* Response code to reads and writes of that table, -1: none. */
	int refused_table;
	uint8_t refusal;
	/* After a write has reached the table; may be NULL. Returns the response code. */
	uint8_t (*written)(struct table_meter *meter, int table, const uint8_t *bytes,
			   size_t length);
	/* Before a read; may be NULL. */
	void (*reading)(struct table_meter *meter, int table);
	/* of the link */
	uint8_t in[1100], answer[1100];
	size_t in_count, answer_count, answer_sent, packet_size;
	unsigned packets_left;
	uint8_t request[1100];
	size_t request_count;
	uint8_t toggle;
};

/* An empty meter and an open client; a session begins with table_meter_connect. */
void table_meter_init(struct table_meter *meter);
/* Sets or replaces a table; hexadecimal digits, blanks ignored. */
void table_meter_set(struct table_meter *meter, int id, const char *hex);
/* Bytes of a table, NULL if there is none. */
uint8_t *table_meter_bytes(struct table_meter *meter, int id, size_t *length);
/* CU_ASSERT_FATAL that it succeeds. */
void table_meter_connect(struct table_meter *meter);
void table_meter_finish(struct table_meter *meter);

#endif
