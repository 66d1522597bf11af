/*
 * The role of drivers/meter_client.h over ANSI C12.18: session, table transfers, and which entry of
 * which table is which quantity (ST11, ST12, ST15, ST16, ST21, ST22, ST27). Manufacturer table 0 as
 * the meter's maker publishes it.
 */
#include "drivers/meter_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/optical/c1218_link.h"
#include "drivers/optical/c1219_tables.h"

#define SERVICE_IDENTIFICATION 0x20
#define SERVICE_TERMINATE 0x21
#define SERVICE_READ 0x30
#define SERVICE_WRITE 0x40
#define SERVICE_LOGON 0x50
#define SERVICE_SECURITY 0x51
#define SERVICE_LOGOFF 0x52
#define SERVICE_NEGOTIATE_ONE_RATE 0x61
#define BAUD_9600 6

#define CODE_OK 0x00
#define CODE_NOT_SUPPORTED 0x02
#define CODE_BUSY 0x06
#define CODE_NOT_READY 0x07
#define CODE_WRONG_STATE 0x0A
#define CODES 0x20

#define STARTS 3
#define SECONDS_BETWEEN_STARTS 7.0 /* longer than the meter's traffic time-out */
#define BUSY_TRIES 20
#define BUSY_SECONDS 2.0
#define SWITCH_OVER_SECONDS 0.02 /* after a negotiation */
#define SHORTEST_PACKET 32
#define USER_ID 2
#define PASSWORD_LENGTH 20
#define MANUFACTURER_TABLE 2048
#define TABLES 4096
#define ADJUSTMENT_TABLE MANUFACTURER_TABLE
#define ADJUSTMENT_LENGTH (METER_ELEMENTS * 8 + 2)
#define ELECTRIC 2
#define UNUSED_SOURCE 255
#define REAL_REGISTER_DECIMALS 3

static const char user_name[10] = {'M', 'C', 'B', 'E', 'N', 'C', 'H', ' ', ' ', ' '};

static const char *const code_names[] = {
	"ok",
	"error",
	"service not supported",
	"insufficient security clearance",
	"operation not possible",
	"inappropriate action requested",
	"device busy",
	"data not ready",
	"data locked",
	"renegotiate request",
	"invalid service sequence state (the session has ended)",
};

struct meter_client {
	struct port *port;
	struct optical_link link;
	bool is_open;
	struct c1219_general general;
	struct c1219_sources sources;
	struct c1219_units units;
	struct c1219_constants constants;
	struct c1219_source_flags source_flags;
	struct c1219_registers registers;
	struct c1219_register_selection selection;
	struct c1219_present_selection present;
	uint8_t response[C1218_MAXIMUM_MESSAGE];
	uint8_t table[C1218_MAXIMUM_MESSAGE];
};

enum status meter_client_open(struct port *port, struct meter_client **client)
{
	*client = calloc(1, sizeof(**client));
	if (!*client) {
		return status_fail(STATUS_IO, "meter on %s: no memory for its client",
				   port->resource);
	}
	(*client)->port = port;
	optical_link_init(&(*client)->link, port);
	return STATUS_OK;
}

static enum status say_which_meter(const struct meter_client *client, enum status status)
{
	return status ? status_prefix(status, "meter on %s: ", client->port->resource) : STATUS_OK;
}

static const char *code_name(uint8_t code, char text[32])
{
	if (code < sizeof(code_names) / sizeof(code_names[0])) {
		return code_names[code];
	}
	snprintf(text, 32, "response code %02Xh", code);
	return text;
}

/* One message there and one back; a failure of the link ends the session on our side too. */
static enum status exchange(struct meter_client *client, const char *what, const uint8_t *request,
			    size_t count, size_t *length)
{
	*length = 0;
	enum status status = optical_link_send(&client->link, what, request, count);

	status = status ? status
			: optical_link_receive(&client->link, what, client->response,
					       sizeof(client->response), length);
	if (status) {
		client->is_open = false;
	}
	return say_which_meter(client, status);
}

static enum status judge_code(struct meter_client *client, const char *what)
{
	uint8_t code = client->response[0];
	char text[32];

	if (code == CODE_OK) {
		return STATUS_OK;
	}
	if (code == CODE_WRONG_STATE) {
		client->is_open = false;
	}
	if (code >= CODES) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: %s answered with %02Xh, which is no response code",
				   client->port->resource, what, code);
	}
	return status_fail(STATUS_REFUSED, "meter on %s: %s refused: %s", client->port->resource,
			   what, code_name(code, text));
}

/* Asks until the meter is not busy; the answer's *length bytes are in client->response. */
static enum status ask(struct meter_client *client, const char *what, const uint8_t *request,
		       size_t count, size_t *length)
{
	for (int tries = 1;; tries++) {
		enum status status = exchange(client, what, request, count, length);

		if (status) {
			return status;
		}
		bool is_busy =
			client->response[0] == CODE_BUSY || client->response[0] == CODE_NOT_READY;

		if (!is_busy || tries == BUSY_TRIES) {
			return judge_code(client, what);
		}
		status = clock_sleep_seconds(client->port->clock, BUSY_SECONDS);
		if (status) {
			return status;
		}
	}
}

static enum status ask_in_session(struct meter_client *client, const char *what,
				  const uint8_t *request, size_t count, size_t *length)
{
	double silence = seconds_between(client->link.last_traffic, clock_now(client->port->clock));

	if (client->is_open && silence >= C1218_TRAFFIC_SECONDS) {
		client->is_open = false;
		return status_fail(STATUS_TIMEOUT,
				   "meter on %s: %s not sent: the session has died, for the meter "
				   "ends it after "
				   "%.0f s without a request and %.1f s have passed; connect again",
				   client->port->resource, what, C1218_TRAFFIC_SECONDS, silence);
	}
	if (!client->is_open) {
		return status_fail(STATUS_BAD_INPUT,
				   "meter on %s: %s not sent: no session is open; connect first",
				   client->port->resource, what);
	}
	return ask(client, what, request, count, length);
}

/*
 * An answer of less than three bytes is what a previous session left behind and is passed over,
 * unless it is a refusal.
 */
static enum status identify(struct meter_client *client)
{
	static const uint8_t request[] = {SERVICE_IDENTIFICATION};
	size_t length;
	enum status status = ask(client, "identification", request, sizeof(request), &length);

	while (!status && length < 3) {
		status = say_which_meter(client,
					 optical_link_receive(&client->link, "identification",
							      client->response,
							      sizeof(client->response), &length));
		status = status ? status : judge_code(client, "identification");
	}
	if (!status && length < 4) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: identification answered with %zu bytes; it has 5",
				   client->port->resource, length);
	}
	return status;
}

static enum status take_negotiated(struct meter_client *client, size_t length)
{
	const uint8_t *answer = client->response;
	const char *resource = client->port->resource;

	if (length != 5) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: negotiation answered with %zu bytes; it has 5",
				   resource, length);
	}
	size_t size = (size_t)answer[1] << 8 | answer[2];
	unsigned packets = answer[3];

	if (size < SHORTEST_PACKET || packets == 0) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: negotiation answered %u packets of %zu bytes",
				   resource, packets, size);
	}
	if (answer[4] != BAUD_9600) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: negotiation chose baud code %d, but only 9600 (6) "
				   "was offered",
				   resource, answer[4]);
	}
	optical_link_set_limits(&client->link,
				size < C1218_MAXIMUM_PACKET_SIZE ? size : C1218_MAXIMUM_PACKET_SIZE,
				packets < C1218_MAXIMUM_PACKETS ? packets : C1218_MAXIMUM_PACKETS);
	return clock_sleep_seconds(client->port->clock, SWITCH_OVER_SECONDS);
}

/* A meter without the service keeps one packet of 64 bytes. */
static enum status negotiate(struct meter_client *client)
{
	static const uint8_t request[] = {
		SERVICE_NEGOTIATE_ONE_RATE, C1218_MAXIMUM_PACKET_SIZE >> 8,
		C1218_MAXIMUM_PACKET_SIZE & 0xFF, C1218_MAXIMUM_PACKETS, BAUD_9600};
	size_t length;
	enum status status = ask(client, "negotiation", request, sizeof(request), &length);

	if (status == STATUS_REFUSED && client->response[0] == CODE_NOT_SUPPORTED) {
		return STATUS_OK;
	}
	return status ? status : take_negotiated(client, length);
}

static enum status start_once(struct meter_client *client)
{
	optical_link_reset(&client->link);
	enum status status = say_which_meter(client, optical_link_flush(&client->link));

	status = status ? status : identify(client);
	return status ? status : negotiate(client);
}

static bool is_worth_another_start(enum status status)
{
	return status == STATUS_TIMEOUT || status == STATUS_PROTOCOL || status == STATUS_REFUSED;
}

static enum status start(struct meter_client *client)
{
	enum status status = start_once(client);

	for (int starts = 1; starts < STARTS && is_worth_another_start(status); starts++) {
		status = clock_sleep_seconds(client->port->clock, SECONDS_BETWEEN_STARTS);
		status = status ? status : start_once(client);
	}
	if (is_worth_another_start(status)) {
		char reason[512];

		snprintf(reason, sizeof(reason), "%s", status_reason());
		return status_fail(status, "%s (%d starts, %.0f s apart)", reason, STARTS,
				   SECONDS_BETWEEN_STARTS);
	}
	return status;
}

static enum status log_on(struct meter_client *client, const char *password)
{
	uint8_t logon[3 + sizeof(user_name)] = {SERVICE_LOGON, USER_ID >> 8, USER_ID & 0xFF};
	uint8_t security[1 + PASSWORD_LENGTH];
	size_t length;

	memcpy(logon + 3, user_name, sizeof(user_name));
	memset(security, ' ', sizeof(security));
	security[0] = SERVICE_SECURITY;
	memcpy(security + 1, password, strlen(password));
	enum status status = ask(client, "logon", logon, sizeof(logon), &length);

	return status ? status
		      : ask(client, "security (password)", security, sizeof(security), &length);
}

static void table_name(int table, char text[16])
{
	bool is_manufacturer = table >= MANUFACTURER_TABLE;

	snprintf(text, 16, "%s%d", is_manufacturer ? "MT" : "ST",
		 is_manufacturer ? table - MANUFACTURER_TABLE : table);
}

/* Two's complement of the sum of the data. */
static uint8_t table_checksum(const uint8_t *bytes, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += bytes[i];
	}
	return (uint8_t)(0u - sum);
}

/* The data of a read: response code, count, data, checksum. */
static enum status take_data(struct meter_client *client, const char *what, size_t length,
			     uint8_t *bytes, size_t capacity, size_t *count)
{
	const uint8_t *answer = client->response;
	const char *resource = client->port->resource;

	if (length < 4 || length != ((size_t)answer[1] << 8 | answer[2]) + 4) {
		return status_fail(
			STATUS_PROTOCOL,
			"meter on %s: %s answered with %zu bytes, which its count does not explain",
			resource, what, length);
	}
	size_t data = length - 4;
	uint8_t checksum = table_checksum(answer + 3, data);

	if (answer[3 + data] != checksum) {
		return status_fail(
			STATUS_PROTOCOL,
			"meter on %s: %s answered with checksum %02Xh; the data make %02Xh",
			resource, what, answer[3 + data], checksum);
	}
	if (data > capacity) {
		return status_fail(STATUS_BAD_INPUT,
				   "meter on %s: %s gave %zu bytes; there is room for %zu",
				   resource, what, data, capacity);
	}
	if (data) {
		memcpy(bytes, answer + 3, data);
	}
	*count = data;
	return STATUS_OK;
}

enum status meter_client_read_table(struct meter_client *client, int table, uint8_t *bytes,
				    size_t capacity, size_t *length)
{
	uint8_t request[3] = {SERVICE_READ, (uint8_t)(table >> 8), (uint8_t)table};
	char name[16], what[32];
	size_t received;

	*length = 0;
	if (table < 0 || table >= TABLES) {
		return status_fail(STATUS_BAD_INPUT,
				   "meter on %s: there is no table %d; ids go from 0 to %d",
				   client->port->resource, table, TABLES - 1);
	}
	table_name(table, name);
	snprintf(what, sizeof(what), "read of %s", name);
	enum status status = ask_in_session(client, what, request, sizeof(request), &received);

	return status ? status : take_data(client, what, received, bytes, capacity, length);
}

/* Reads into client->table; ST0 must list it. */
static enum status read_listed(struct meter_client *client, int table, size_t *length)
{
	char name[16];

	if (c1219_has_table(&client->general, table)) {
		return meter_client_read_table(client, table, client->table, sizeof(client->table),
					       length);
	}
	table_name(table, name);
	return status_fail(STATUS_PROTOCOL, "meter on %s: %s is needed, but ST0 does not list it",
			   client->port->resource, name);
}

static enum status take_general(struct meter_client *client, size_t length)
{
	return c1219_decode_general(client->table, length, &client->general);
}

static enum status take_sources(struct meter_client *client, size_t length)
{
	return c1219_decode_sources(&client->general, client->table, length, &client->sources);
}

static enum status take_units(struct meter_client *client, size_t length)
{
	return c1219_decode_units(&client->general, &client->sources, client->table, length,
				  &client->units);
}

static enum status take_constants(struct meter_client *client, size_t length)
{
	return c1219_decode_constants(&client->general, &client->sources, client->table, length,
				      &client->constants);
}

static enum status take_source_flags(struct meter_client *client, size_t length)
{
	return c1219_decode_source_flags(&client->sources, client->table, length,
					 &client->source_flags);
}

static enum status take_registers(struct meter_client *client, size_t length)
{
	return c1219_decode_registers(&client->general, client->table, length, &client->registers);
}

static enum status take_selection(struct meter_client *client, size_t length)
{
	return c1219_decode_register_selection(&client->registers, client->table, length,
					       &client->selection);
}

static enum status take_present(struct meter_client *client, size_t length)
{
	return c1219_decode_present_selection(&client->registers, client->table, length,
					      &client->present);
}

/* What describes the others, in the order in which one explains the next; the meter may lack those
 * after ST0. */
static const struct description {
	int table;
	enum status (*take)(struct meter_client *client, size_t length);
} descriptions[] = {
	{11, take_sources},   {12, take_units},	    {16, take_source_flags}, {15, take_constants},
	{21, take_registers}, {22, take_selection}, {27, take_present},
};

static void forget_descriptions(struct meter_client *client)
{
	memset(&client->general, 0, sizeof(client->general));
	memset(&client->sources, 0, sizeof(client->sources));
	memset(&client->registers, 0, sizeof(client->registers));
	client->units.count = 0;
	client->constants.count = 0;
	client->source_flags.count = 0;
	client->selection.summation_count = 0;
	client->selection.demand_count = 0;
	client->present.value_count = 0;
}

static enum status read_descriptions(struct meter_client *client)
{
	size_t length;

	forget_descriptions(client);
	enum status status =
		meter_client_read_table(client, 0, client->table, sizeof(client->table), &length);

	status = status ? status : say_which_meter(client, take_general(client, length));
	for (size_t i = 0; !status && i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
		if (c1219_has_table(&client->general, descriptions[i].table)) {
			status = read_listed(client, descriptions[i].table, &length);
			status = status ? status
					: say_which_meter(client,
							  descriptions[i].take(client, length));
		}
	}
	return status;
}

/* Ends the session; the first failure counts. */
static enum status leave(struct meter_client *client, bool is_logged_on)
{
	static const uint8_t logoff[] = {SERVICE_LOGOFF};
	static const uint8_t terminate[] = {SERVICE_TERMINATE};
	enum status first = STATUS_OK, second;
	size_t length;

	if (is_logged_on) {
		first = ask(client, "logoff", logoff, sizeof(logoff), &length);
	}
	if (first == STATUS_OK || first == STATUS_REFUSED) {
		second = ask(client, "terminate", terminate, sizeof(terminate), &length);
		first = first ? first : second;
	}
	client->is_open = false;
	optical_link_reset(&client->link);
	return first;
}

/* A session that could not be used is closed; what is reported is why, not how the closing went. */
static enum status give_up(struct meter_client *client, enum status status)
{
	char reason[512];

	snprintf(reason, sizeof(reason), "%s", status_reason());
	if (status == STATUS_REFUSED || status == STATUS_PROTOCOL) {
		leave(client, client->is_open);
	}
	client->is_open = false;
	return status_fail(status, "%s", reason);
}

enum status meter_client_connect(struct meter_client *client, const char *password)
{
	if (strlen(password) > PASSWORD_LENGTH) {
		return status_fail(STATUS_BAD_INPUT,
				   "meter on %s: the password has %zu characters; %d are allowed",
				   client->port->resource, strlen(password), PASSWORD_LENGTH);
	}
	enum status status = meter_client_disconnect(client);

	status = status == STATUS_ABORTED ? status : start(client);
	if (status) {
		return status;
	}
	status = log_on(client, password);
	if (status) {
		return give_up(client, status);
	}
	client->is_open = true;
	status = read_descriptions(client);
	return status ? give_up(client, status) : STATUS_OK;
}

enum status meter_client_disconnect(struct meter_client *client)
{
	double silence = seconds_between(client->link.last_traffic, clock_now(client->port->clock));

	if (!client->is_open || silence >= C1218_TRAFFIC_SECONDS) {
		client->is_open = false;
		return STATUS_OK;
	}
	return leave(client, true);
}

void meter_client_close(struct meter_client *client)
{
	if (client) {
		meter_client_disconnect(client);
		free(client);
	}
}

/* The four tables that tell who the meter is. */
struct identity_tables {
	struct c1219_manufacturer manufacturer;
	struct c1219_nameplate nameplate;
	struct c1219_mode mode;
	struct c1219_identification identification;
};

static enum status read_identity_tables(struct meter_client *client, struct identity_tables *tables)
{
	const struct c1219_general *general = &client->general;
	size_t length;
	enum status status = read_listed(client, 1, &length);

	if (!status) {
		status = say_which_meter(client,
					 c1219_decode_manufacturer(general, client->table, length,
								   &tables->manufacturer));
	}
	status = status ? status : read_listed(client, 2, &length);
	if (!status) {
		status =
			say_which_meter(client, c1219_decode_nameplate(general, client->table,
								       length, &tables->nameplate));
	}
	status = status ? status : read_listed(client, 3, &length);
	if (!status) {
		status = say_which_meter(
			client, c1219_decode_mode(general, client->table, length, &tables->mode));
	}
	status = status ? status : read_listed(client, 5, &length);
	if (!status) {
		status = say_which_meter(client,
					 c1219_decode_identification(general, client->table, length,
								     &tables->identification));
	}
	return status;
}

/* ST2 gives its numbers as text. */
static enum status take_decimals(const struct meter_client *client,
				 const struct c1219_nameplate *nameplate,
				 struct meter_identity *identity)
{
	const struct {
		const char *name, *text;
		double *number;
	} decimals[] = {
		{"E_KH of ST2", nameplate->kh, &identity->kh_watt_hours},
		{"E_KT of ST2", nameplate->kt, &identity->kt_watt_hours},
		{"E_CLASS_MAX_AMPS of ST2", nameplate->class_amperes, &identity->class_amperes},
		{"E_TA of ST2", nameplate->test_amperes, &identity->test_amperes},
	};
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < sizeof(decimals) / sizeof(decimals[0]); i++) {
		status = c1219_decimal_text(decimals[i].name, decimals[i].text, decimals[i].number);
	}
	return say_which_meter(client, status);
}

enum status meter_client_read_identity(struct meter_client *client, struct meter_identity *identity)
{
	struct identity_tables tables;

	memset(identity, 0, sizeof(*identity));
	enum status status = read_identity_tables(client, &tables);

	if (status) {
		return status;
	}
	if (client->general.nameplate_type != ELECTRIC) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: ST0 says nameplate type %d; electric is 2",
				   client->port->resource, client->general.nameplate_type);
	}
	memcpy(identity->manufacturer, tables.manufacturer.manufacturer,
	       sizeof(identity->manufacturer));
	memcpy(identity->model, tables.manufacturer.model, sizeof(identity->model));
	memcpy(identity->serial, tables.manufacturer.serial, sizeof(identity->serial));
	memcpy(identity->device_id, tables.identification.device_id, sizeof(identity->device_id));
	memcpy(identity->form, tables.nameplate.form, sizeof(identity->form));
	identity->hardware_version = tables.manufacturer.hardware_version;
	identity->hardware_revision = tables.manufacturer.hardware_revision;
	identity->firmware_version = tables.manufacturer.firmware_version;
	identity->firmware_revision = tables.manufacturer.firmware_revision;
	identity->elements = tables.nameplate.elements >> 3 & 7;
	identity->mode = tables.mode.mode;
	identity->status_1 = tables.mode.status_1;
	return take_decimals(client, &tables.nameplate, identity);
}

/* Fields of an ST12 word that make the quantity; its multiplier and resource are left out. */
#define UNIT_ID 0x000000FFu
#define UNIT_TIME_BASE 0x00000700u
#define UNIT_QUADRANTS 0x0003C000u
#define UNIT_NET 0x00040000u
#define UNIT_SEGMENTATION 0x00380000u
#define UNIT_HARMONIC 0x00400000u
#define UNIT_NOT_STANDARD 0x80000000u
#define UNIT_PHASE_QUANTITY                                                                        \
	(UNIT_ID | UNIT_TIME_BASE | UNIT_SEGMENTATION | UNIT_HARMONIC | UNIT_NOT_STANDARD)
#define UNIT_ENERGY (UNIT_PHASE_QUANTITY | UNIT_QUADRANTS | UNIT_NET)

#define WATTS 0u
#define VOLTS_RMS 8u
#define AMPERES_RMS 12u
#define HERTZ 33u
#define INSTANTANEOUS 0x100u
#define PHASE(segmentation) ((segmentation) << 19)
#define PHASE_A PHASE(5u)
#define PHASE_B PHASE(6u)
#define PHASE_C PHASE(7u)
#define QUADRANTS_1_4 0x00024000u
#define QUADRANTS_2_3 0x00018000u

/* Instrument transformer ratios that the quantity contains. */
enum { RATIO_OF_CURRENT = 1, RATIO_OF_VOLTAGE = 2 };

struct quantity {
	const char *name;
	uint32_t mask, word;
	unsigned ratios;
	bool is_optional; /* a meter without that element */
	size_t member;
};

#define REGISTER(name, word, field)                                                                \
	{                                                                                          \
		name, UNIT_ENERGY, word, RATIO_OF_CURRENT | RATIO_OF_VOLTAGE, false,               \
			offsetof(struct meter_registers, field)                                    \
	}
static const struct quantity energies[] = {
	REGISTER("delivered Wh", WATTS | QUADRANTS_1_4, delivered),
	REGISTER("received Wh", WATTS | QUADRANTS_2_3, received),
	REGISTER("net Wh", WATTS | UNIT_NET | UNIT_QUADRANTS, net),
};
#define ENERGIES (sizeof(energies) / sizeof(energies[0]))

#define PRESENT(name, mask, word, ratios, is_optional, field)                                      \
	{                                                                                          \
		name, mask, INSTANTANEOUS | (word), ratios, is_optional,                           \
			offsetof(struct meter_instantaneous, field)                                \
	}
static const struct quantity present_quantities[] = {
	PRESENT("volts A", UNIT_PHASE_QUANTITY, VOLTS_RMS | PHASE_A, RATIO_OF_VOLTAGE, false,
		volts[0]),
	PRESENT("volts B", UNIT_PHASE_QUANTITY, VOLTS_RMS | PHASE_B, RATIO_OF_VOLTAGE, true,
		volts[1]),
	PRESENT("volts C", UNIT_PHASE_QUANTITY, VOLTS_RMS | PHASE_C, RATIO_OF_VOLTAGE, true,
		volts[2]),
	PRESENT("amperes A", UNIT_PHASE_QUANTITY, AMPERES_RMS | PHASE_A, RATIO_OF_CURRENT, false,
		amperes[0]),
	PRESENT("amperes B", UNIT_PHASE_QUANTITY, AMPERES_RMS | PHASE_B, RATIO_OF_CURRENT, true,
		amperes[1]),
	PRESENT("amperes C", UNIT_PHASE_QUANTITY, AMPERES_RMS | PHASE_C, RATIO_OF_CURRENT, true,
		amperes[2]),
	PRESENT("net watts", UNIT_ENERGY, WATTS | UNIT_NET | UNIT_QUADRANTS,
		RATIO_OF_CURRENT | RATIO_OF_VOLTAGE, false, watts),
	PRESENT("hertz", UNIT_ID | UNIT_TIME_BASE | UNIT_NOT_STANDARD, HERTZ, 0, false, hertz),
};

/* Whether the source has a unit, and its ST12 word. Without ST16 sources and units go one to one.
 */
static enum status unit_of_source(struct meter_client *client, size_t source, bool *has_unit,
				  uint32_t *word)
{
	bool has_flags = c1219_has_table(&client->general, 16);
	size_t entry = source;

	*has_unit = false;
	if (source == UNUSED_SOURCE) {
		return STATUS_OK;
	}
	if (source >= client->sources.source_count) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: source %zu is selected, but ST11 counts %d",
				   client->port->resource, source, client->sources.source_count);
	}
	if (has_flags && !(client->source_flags.flags[source] & C1219_SOURCE_HAS_UNIT)) {
		return STATUS_OK;
	}
	if (has_flags) {
		entry = c1219_entry_of_source(&client->source_flags, source, C1219_SOURCE_HAS_UNIT);
	}
	if (entry >= client->units.count) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: source %zu uses unit %zu of ST12, which has %zu",
				   client->port->resource, source, entry, client->units.count);
	}
	*has_unit = true;
	*word = client->units.word[entry];
	return STATUS_OK;
}

/* *place is the place of the quantity in a list of sources; `count` when it is not there. */
static enum status find_quantity(struct meter_client *client, const struct quantity *quantity,
				 const uint8_t *list, size_t count, size_t *place, uint32_t *word)
{
	for (*place = 0; *place < count; (*place)++) {
		bool has_unit;
		enum status status = unit_of_source(client, list[*place], &has_unit, word);

		if (status || (has_unit && (*word & quantity->mask) == quantity->word)) {
			return status;
		}
	}
	return STATUS_OK;
}

static enum status not_there(const struct meter_client *client, const struct quantity *quantity,
			     int table, size_t count)
{
	return status_fail(STATUS_PROTOCOL, "meter on %s: %s is not among the %zu entries of ST%d",
			   client->port->resource, quantity->name, count, table);
}

static double power_of_ten(int exponent)
{
	double power = 1;

	for (int i = 0; i < (exponent < 0 ? -exponent : exponent); i++) {
		power *= 10;
	}
	return exponent < 0 ? 1 / power : power;
}

/* quantity = (number of the table * factor + offset) * 10^exponent of the unit */
struct conversion {
	double factor, offset;
};

/*
 * The constant that ST16 says the reader is to apply. The bench compares with the load at the
 * meter's terminals, so transformer ratios that the meter has applied are divided out and others
 * are left alone.
 */
static enum status constant_of_source(struct meter_client *client, size_t source, unsigned ratios,
				      struct conversion *conversion)
{
	uint8_t flags = source < client->source_flags.count ? client->source_flags.flags[source]
							    : C1219_SOURCE_IS_ENGINEERING;
	bool is_applicable =
		(flags & C1219_SOURCE_HAS_CONSTANT) && c1219_has_table(&client->general, 15);

	*conversion = (struct conversion){.factor = 1};
	if (!(is_applicable && (flags & C1219_SOURCE_APPLY_CONSTANT)) &&
	    !(flags & C1219_SOURCE_IS_ENGINEERING)) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: ST16 says that source %zu counts pulses, but no "
				   "constant applies",
				   client->port->resource, source);
	}
	if (!is_applicable) {
		return STATUS_OK;
	}
	size_t entry =
		c1219_entry_of_source(&client->source_flags, source, C1219_SOURCE_HAS_CONSTANT);

	if (entry >= client->constants.count) {
		return status_fail(
			STATUS_PROTOCOL,
			"meter on %s: source %zu uses constant %zu of ST15, which has %zu",
			client->port->resource, source, entry, client->constants.count);
	}
	const struct c1219_constant *constant = &client->constants.constant[entry];
	double applied =
		constant->is_applied && (ratios & RATIO_OF_CURRENT) ? constant->current_ratio : 1;

	applied *=
		constant->is_applied && (ratios & RATIO_OF_VOLTAGE) ? constant->voltage_ratio : 1;
	if (flags & C1219_SOURCE_APPLY_CONSTANT) {
		*conversion = (struct conversion){.factor = constant->multiplier,
						  .offset = constant->offset};
	}
	if (!(applied > 0) || !(conversion->factor > 0)) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: constant %zu of ST15 has a multiplier or ratio "
				   "that is not positive",
				   client->port->resource, entry);
	}
	conversion->factor /= applied;
	conversion->offset /= applied;
	return STATUS_OK;
}

/* A register as count and watt hours of one count. Floats are given a resolution of a thousandth.
 */
struct counted_energy {
	int64_t count;
	double watt_hours_per_count;
};

static enum status count_energy(struct meter_client *client, const struct quantity *quantity,
				uint32_t word, const struct c1219_number *number,
				const struct conversion *conversion, struct counted_energy *energy)
{
	int decimals = number->decimals;

	energy->count = number->integer;
	if (number->is_real) {
		double thousandths = number->real * power_of_ten(REAL_REGISTER_DECIMALS);

		if (!(thousandths > -9e18 && thousandths < 9e18)) {
			return status_fail(STATUS_PROTOCOL, "meter on %s: the register of %s is %g",
					   client->port->resource, quantity->name, number->real);
		}
		decimals = REAL_REGISTER_DECIMALS;
		energy->count = (int64_t)(thousandths + (thousandths < 0 ? -0.5 : 0.5));
	}
	if (conversion->offset < 0 || conversion->offset > 0) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: ST15 adds an offset of %g to %s, which no energy "
				   "register has",
				   client->port->resource, conversion->offset, quantity->name);
	}
	energy->watt_hours_per_count =
		conversion->factor * power_of_ten(c1219_multiplier_exponent(word) - decimals);
	return STATUS_OK;
}

static enum status find_energy(struct meter_client *client, const struct quantity *quantity,
			       const struct c1219_register_values *values,
			       struct counted_energy *energy)
{
	size_t count = client->selection.summation_count;
	struct conversion conversion;
	size_t place;
	uint32_t word;
	enum status status =
		find_quantity(client, quantity, client->selection.summation, count, &place, &word);

	if (!status && place >= values->summation_count) {
		return not_there(client, quantity, 22, count);
	}
	status = status ? status
			: constant_of_source(client, client->selection.summation[place],
					     quantity->ratios, &conversion);
	return status ? status
		      : count_energy(client, quantity, word, &values->summation[place], &conversion,
				     energy);
}

/* The same energy in smaller counts. */
static enum status rescale(struct meter_client *client, const struct quantity *quantity,
			   const struct counted_energy *energy, double watt_hours_per_count,
			   int64_t *count)
{
	double ratio = energy->watt_hours_per_count / watt_hours_per_count;
	bool is_small = ratio < 1e18;
	int64_t whole = is_small ? (int64_t)(ratio + 0.5) : 0;
	double rest = ratio - (double)whole;

	if (!is_small || rest > ratio * 1e-9 || rest < -ratio * 1e-9 ||
	    __builtin_mul_overflow(energy->count, whole, count)) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: %s counts %g Wh, another register %g Wh; there is "
				   "no common count",
				   client->port->resource, quantity->name,
				   energy->watt_hours_per_count, watt_hours_per_count);
	}
	return STATUS_OK;
}

enum status meter_client_read_registers(struct meter_client *client,
					struct meter_registers *registers)
{
	struct c1219_register_values values;
	struct counted_energy found[ENERGIES];
	size_t length;

	memset(registers, 0, sizeof(*registers));
	enum status status = read_listed(client, 23, &length);

	status = status ? status
			: say_which_meter(client, c1219_decode_register_values(
							  &client->general, &client->registers,
							  client->table, length, &values));
	for (size_t i = 0; !status && i < ENERGIES; i++) {
		status = find_energy(client, &energies[i], &values, &found[i]);
		if (!status &&
		    (i == 0 || found[i].watt_hours_per_count < registers->watt_hours_per_count)) {
			registers->watt_hours_per_count = found[i].watt_hours_per_count;
		}
	}
	for (size_t i = 0; !status && i < ENERGIES; i++) {
		int64_t *count = (int64_t *)(void *)((char *)registers + energies[i].member);

		status = rescale(client, &energies[i], &found[i], registers->watt_hours_per_count,
				 count);
	}
	return status;
}

static enum status find_present(struct meter_client *client, const struct quantity *quantity,
				const struct c1219_present_values *values, double *result)
{
	size_t count = client->present.value_count;
	struct conversion conversion;
	size_t place;
	uint32_t word;
	enum status status =
		find_quantity(client, quantity, client->present.value, count, &place, &word);

	if (!status && place >= values->value_count) {
		return quantity->is_optional ? STATUS_OK : not_there(client, quantity, 27, count);
	}
	status = status ? status
			: constant_of_source(client, client->present.value[place], quantity->ratios,
					     &conversion);
	if (!status) {
		double number = c1219_number_real(&values->value[place]);

		*result = (number * conversion.factor + conversion.offset) *
			  power_of_ten(c1219_multiplier_exponent(word));
	}
	return status;
}

enum status meter_client_read_instantaneous(struct meter_client *client,
					    struct meter_instantaneous *instantaneous)
{
	struct c1219_present_values values;
	size_t length;

	memset(instantaneous, 0, sizeof(*instantaneous));
	enum status status = read_listed(client, 28, &length);

	status = status ? status
			: say_which_meter(client, c1219_decode_present_values(
							  &client->general, &client->registers,
							  client->table, length, &values));
	for (size_t i = 0;
	     !status && i < sizeof(present_quantities) / sizeof(present_quantities[0]); i++) {
		const struct quantity *quantity = &present_quantities[i];

		status = find_present(client, quantity, &values,
				      (double *)(void *)((char *)instantaneous + quantity->member));
	}
	return status;
}

enum status meter_client_read_adjustment(struct meter_client *client,
					 struct meter_adjustment *adjustment)
{
	const struct c1219_general *general = &client->general;
	size_t length;

	memset(adjustment, 0, sizeof(*adjustment));
	enum status status = read_listed(client, ADJUSTMENT_TABLE, &length);

	if (status) {
		return status;
	}
	if (length != ADJUSTMENT_LENGTH) {
		return status_fail(STATUS_PROTOCOL,
				   "meter on %s: MT0 is %zu bytes long instead of %d",
				   client->port->resource, length, ADJUSTMENT_LENGTH);
	}
	for (size_t i = 0; i < METER_ELEMENTS; i++) {
		const uint8_t *bytes = client->table + 8 * i;

		adjustment->element[i].gain_ppb = (int32_t)c1219_take_integer(general, bytes, 4);
		adjustment->element[i].delay_ns =
			(int32_t)c1219_take_integer(general, bytes + 4, 4);
	}
	adjustment->change_count =
		(uint16_t)c1219_take_integer(general, client->table + 8 * METER_ELEMENTS, 2);
	return STATUS_OK;
}

static enum status send_adjustment(struct meter_client *client,
				   const struct meter_adjustment *adjustment)
{
	uint8_t request[5 + ADJUSTMENT_LENGTH + 1] = {SERVICE_WRITE, ADJUSTMENT_TABLE >> 8,
						      ADJUSTMENT_TABLE & 0xFF, 0,
						      ADJUSTMENT_LENGTH};
	uint8_t *data = request + 5;
	size_t length;

	for (size_t i = 0; i < METER_ELEMENTS; i++) {
		const struct element_adjustment *element = &adjustment->element[i];

		c1219_put_integer(&client->general, (uint32_t)element->gain_ppb, data + 8 * i, 4);
		c1219_put_integer(&client->general, (uint32_t)element->delay_ns, data + 8 * i + 4,
				  4);
	}
	c1219_put_integer(&client->general, adjustment->change_count, data + 8 * METER_ELEMENTS, 2);
	data[ADJUSTMENT_LENGTH] = table_checksum(data, ADJUSTMENT_LENGTH);
	return ask_in_session(client, "write of MT0", request, sizeof(request), &length);
}

enum status meter_client_write_adjustment(struct meter_client *client,
					  const struct meter_adjustment *adjustment)
{
	struct meter_adjustment now;
	enum status status = send_adjustment(client, adjustment);

	status = status ? status : meter_client_read_adjustment(client, &now);
	for (size_t i = 0; !status && i < METER_ELEMENTS; i++) {
		const struct element_adjustment *written = &adjustment->element[i],
						*read = &now.element[i];

		if (written->gain_ppb != read->gain_ppb || written->delay_ns != read->delay_ns) {
			return status_fail(STATUS_PROTOCOL,
					   "meter on %s: element %c was adjusted to gain %d ppb, "
					   "delay %d ns, but "
					   "reads %d ppb, %d ns",
					   client->port->resource, "ABC"[i], written -> gain_ppb,
					   written -> delay_ns, read -> gain_ppb, read -> delay_ns);
		}
	}
	return status;
}
