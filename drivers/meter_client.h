/*
 * Role: the meter under test as seen through its optical port (ANSI C12.18 link, C12.19 tables).
 * All numbers come from the meter's tables; energies are exact integers of the register's
 * resolution.
 */
#ifndef DRIVERS_METER_CLIENT_H
#define DRIVERS_METER_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/port.h"
#include "reference_source/status.h"

struct meter_client;

/* ST1, ST2, ST5 and the device class. Text is trimmed of blanks. */
struct meter_identity {
	char manufacturer[5];
	char model[9];
	char serial[17];
	char device_id[21];
	char form[6]; /* "16S" */
	int hardware_version, hardware_revision;
	int firmware_version, firmware_revision;
	double kh_watt_hours; /* 21.6 */
	double kt_watt_hours; /* test pulse, 1.8 */
	int elements;	      /* as coded in ST2 */
	double class_amperes; /* 200 */
	double test_amperes;  /* 30 */
	uint8_t mode;	      /* ST3 ED_MODE */
	uint16_t status_1;    /* ST3 STD_STATUS1 */
};

/* Energies in register counts: watt hours = count * watt_hours_per_count (one scale for the three).
 */
struct meter_registers {
	int64_t delivered;
	int64_t received;
	int64_t net; /* delivered - received, signed, as the meter's own table says */
	double watt_hours_per_count;
};

struct meter_instantaneous {
	double volts[3];
	double amperes[3];
	double watts; /* signed */
	double hertz;
};

#define METER_ELEMENTS 3
struct element_adjustment {
	int32_t gain_ppb; /* element power is multiplied by 1 + gain_ppb*1e-9 */
	int32_t delay_ns; /* the element's voltage is delayed by this against its current; may be
			     negative */
};

struct meter_adjustment {
	struct element_adjustment element[METER_ELEMENTS];
	uint16_t change_count; /* how often the meter's adjustment was changed; read only */
};

enum meter_access { METER_ACCESS_READ, METER_ACCESS_FACTORY };

/* Borrows the port. No bytes are sent yet. */
enum status meter_client_open(struct port *port, struct meter_client **client);
/* Ends a session that is still open, frees; the port stays open. NULL is allowed. */
void meter_client_close(struct meter_client *client);

/*
 * Identification, negotiation, logon, security with a 20-byte password (text is padded with
 * blanks). Reads ST0 and the dimension tables that later calls need.
 */
enum status meter_client_connect(struct meter_client *client, const char *password);
/* Logoff and terminate, so that the meter's test pulses flow again. */
enum status meter_client_disconnect(struct meter_client *client);

enum status meter_client_read_identity(struct meter_client *client,
				       struct meter_identity *identity);
enum status meter_client_read_registers(struct meter_client *client,
					struct meter_registers *registers);
enum status meter_client_read_instantaneous(struct meter_client *client,
					    struct meter_instantaneous *instantaneous);
enum status meter_client_read_adjustment(struct meter_client *client,
					 struct meter_adjustment *adjustment);
/* Needs a session opened with the factory password; reads back and compares. */
enum status meter_client_write_adjustment(struct meter_client *client,
					  const struct meter_adjustment *adjustment);

/* Reads a whole table (manufacturer table n is 2048 + n); *length is what the meter gave. */
enum status meter_client_read_table(struct meter_client *client, int table, uint8_t *bytes,
				    size_t capacity, size_t *length);

#endif
