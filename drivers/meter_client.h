/*
 * Role: the meter under test as seen through its optical port (ANSI C12.18 link, C12.19 tables).
 * All numbers come from the meter's tables; energies are exact integers of the register's
 * resolution.
 */
#ifndef DRIVERS_METER_CLIENT_H
#define DRIVERS_METER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
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

enum meter_access {
	METER_ACCESS_READ,
	METER_ACCESS_OPERATE, /* demand reset, modes, service switch */
	METER_ACCESS_PROGRAM,
	METER_ACCESS_FACTORY
};

/* C12.18's words of refusal that a test may ask for (meter_client_refusal). */
enum meter_refusal_code {
	METER_REFUSAL_NONE = 0x00,
	METER_REFUSAL_ERROR = 0x01,
	METER_REFUSAL_NOT_SUPPORTED = 0x02,
	METER_REFUSAL_CLEARANCE = 0x03,	    /* isc, insufficient security clearance */
	METER_REFUSAL_NOT_POSSIBLE = 0x04,  /* onp, operation not possible */
	METER_REFUSAL_INAPPROPRIATE = 0x05, /* iar, inappropriate action requested */
	METER_REFUSAL_BUSY = 0x06,
	METER_REFUSAL_NOT_READY = 0x07,
	METER_REFUSAL_LOCKED = 0x08
};

/* What ST8 says of a procedure that the meter has accepted. */
enum meter_procedure_result {
	METER_PROCEDURE_COMPLETED,
	METER_PROCEDURE_NOT_COMPLETED, /* accepted, and not done when the client stopped asking */
	METER_PROCEDURE_INVALID_PARAMETER,
	METER_PROCEDURE_CONFLICT, /* with the meter's setup or state */
	METER_PROCEDURE_TIMING,	  /* not now: locked out */
	METER_PROCEDURE_NO_AUTHORISATION,
	METER_PROCEDURE_UNRECOGNISED,
	METER_PROCEDURE_RESULTS
};

#define METER_PROCEDURE_BYTES 252
struct meter_procedure {
	int number; /* manufacturer's procedure n is 2048 + n */
	size_t parameter_count;
	uint8_t parameters[METER_PROCEDURE_BYTES]; /* as the table's layout, ST0's DATA_ORDER */
};

struct meter_procedure_answer {
	enum meter_procedure_result result;
	size_t count;
	uint8_t data[METER_PROCEDURE_BYTES];
};

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
/*
 * Writes a whole table, as it lies in the meter. The meter's own refusal is STATUS_REFUSED, and
 * meter_client_refusal tells its code; every other status is a fault of the line or of the request.
 */
enum status meter_client_write_table(struct meter_client *client, int table, const uint8_t *bytes,
				     size_t length);
/*
 * Starts a procedure through ST7 and asks ST8 until it is over, for at most 20 s. STATUS_OK: the
 * meter has answered, whatever answer->result says; a verb decides what that means.
 * STATUS_REFUSED: the write of ST7 was refused by a response code (meter_client_refusal).
 */
enum status meter_client_execute(struct meter_client *client,
				 const struct meter_procedure *procedure,
				 struct meter_procedure_answer *answer);
/* The same, with STATUS_REFUSED for every result but completed. */
enum status meter_client_execute_completed(struct meter_client *client,
					   const struct meter_procedure *procedure,
					   struct meter_procedure_answer *answer);
/* "completed", "timing constraint", … */
const char *meter_procedure_result_name(enum meter_procedure_result result);
/* Response code of the newest request that came back with STATUS_REFUSED, METER_REFUSAL_NONE when
 * the newest answer was none. */
uint8_t meter_client_refusal(const struct meter_client *client);
/* Its name: "insufficient security clearance". `text` (32 bytes) is used for unknown codes. */
const char *meter_refusal_name(uint8_t code, char text[32]);

#endif
