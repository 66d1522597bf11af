/*
 * What the files of the optical port's client share: its state, one request and its answer, one
 * table and its decoding. Not for anybody else. Which entry is which quantity is
 * client_quantity.
 */
#ifndef DRIVERS_OPTICAL_CLIENT_PARTS_H
#define DRIVERS_OPTICAL_CLIENT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/meter_client.h"
#include "drivers/optical/c1218_link.h"
#include "drivers/optical/client_quantity.h"

#define METER_MANUFACTURER_TABLE 2048

struct meter_client {
	struct port *port;
	struct optical_link link;
	bool is_open;
	uint8_t refusal;   /* response code of the newest answer that was a refusal */
	uint8_t procedure; /* sequence number of the newest procedure */
	struct client_tables tables;
	uint8_t response[C1218_MAXIMUM_MESSAGE]; /* code and answer of the last request */
	uint8_t table[C1218_MAXIMUM_MESSAGE];	 /* data of the last table */
};

/* Records "meter on <resource>: <words>". */
enum status client_fail(const struct meter_client *client, enum status status, const char *format,
			...) __attribute__((format(printf, 3, 4)));
/* The same in front of a reason that is there already; STATUS_OK stays. */
enum status client_say_which(const struct meter_client *client, enum status status);

/*
 * One request and its answer of *length bytes in client->response, asked again while the meter is
 * busy. `what` names it in reasons. STATUS_REFUSED for every response code but ok; a failure of the
 * link ends the session on our side.
 */
enum status client_ask(struct meter_client *client, const char *what, const uint8_t *request,
		       size_t count, size_t *length);
/* The same, but STATUS_BAD_INPUT or STATUS_TIMEOUT without an open session. */
enum status client_ask_in_session(struct meter_client *client, const char *what,
				  const uint8_t *request, size_t count, size_t *length);
/* STATUS_PROTOCOL or STATUS_REFUSED unless the answer in client->response begins with ok. */
enum status client_judge_code(struct meter_client *client, const char *what);

/* Decodes client->table of that length into a result of the table's own type. */
typedef enum status client_decode(const struct meter_client *client, size_t length, void *result);

struct client_table {
	int table;
	client_decode *decode;
	size_t member; /* of the results' struct, offset */
};

/* Reads one table, which ST0 must list, into client->table. */
enum status client_fetch_table(struct meter_client *client, int table, size_t *length);
/* The same, decoded. */
enum status client_take_table(struct meter_client *client, const struct client_table *table,
			      void *results);

/* The energies of one block's summations, all in the finest of their scales. */
enum status client_take_energies(const struct client_tables *tables,
				 const struct c1219_number *summation,
				 struct meter_registers *registers);

/* Reads ST0 and those tables that describe the others into client->tables. */
enum status client_read_tables(struct meter_client *client);

/* "ST23", "MT5" */
void client_table_name(int table, char text[16]);
/* Two's complement of the sum of a table's data. */
uint8_t client_table_checksum(const uint8_t *bytes, size_t count);

#endif
