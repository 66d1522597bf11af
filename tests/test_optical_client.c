/*
 * drivers/optical/client_* against a meter on paper: the tables below, a link made of
 * psem_frame, and the faults that a test switches on. (A file named test_meter_* would be linked
 * with the firmware only.)
 */
#include "drivers/meter_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/psem_frame.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

#define MT0 2048
#define TABLES 15

struct paper_table {
	int id;
	const char *hex;
};

/* Least significant octet first, TM_FORMAT 2, NI_FORMAT1 INT48, NI_FORMAT2 INT32. */
static const struct paper_table paper_tables[TABLES] = {
	{0, "00 02 8A 4D434220 02 00 10 40 01 00 04 01 01 00 02 00 2F98E118 01 00 00000000 01"},
	{1, "4D434220 4158522020202020 01 02 03 04 30303132333435362020202020202020"},
	/* "21.6  " "1.8   " 1 "16S  " 3 elements, 120 V, "200   " "30    " */
	{2, "32312E362020 312E38202020 01 3136532020 1D00 13 323030202020 333020202020"},
	{3, "01 0100 00 0000"},
	{5, "4445564943452D343220202020202020 20202020"}, /* DEVICE-42 */
	/* 11 units, 1 constant, electric, 12 sources */
	{11, "00 0B 00 00 00 01 02 0C"},
	/*
	 * 0 delivered, 1 net, 2 received mWh (multiplier 6 << 11; quadrants 24000h, 3C000h + net
	 * 40000h, 18000h); 3-5 mV and 6-8 mA of A-N, B-N, C-N (time base 100h, segmentation 5-7 <<
	 * 19); 9 net mW; 10 mHz (id 33)
	 */
	{12, "00700200 00F00700 00B00100 08312800 08313000 08313800 0C312800 0C313000 0C313800 "
	     "00F10700 21310000"},
	{15, "0A0000000000 000000000000"}, /* x 10, offset 0 */
	/* source 1 is a demand control without unit; source 3 counts pulses of ST15's constant, to
	   be applied */
	{16, "11 12 11 29 11 11 11 11 11 11 11 11"},
	/* reset counter; 4 summations, 8 present values */
	{21, "04 00 00 04 00 00 00 00 00 08"},
	{22, "03 FF 00 02"}, /* received, unused, delivered, net */
	/* 7 resets; 200; 0; 123456789012 = 1CBE991A14h; less 2000: 1CBE991244h */
	{23, "07 C80000000000 000000000000 141A99BE1C00 441299BE1C00"},
	{27, "0B 0A 07 08 09 04 05 06"},
	/* 60000 mHz, -1500250 mW (16E45Ah), 30000 29900 30100 mA, 120000 119900 120100 mV */
	{28, "60EA00000000 A61BE9FFFFFF 307500000000 CC7400000000 947500000000 C0D401000000 "
	     "5CD401000000 "
	     "24D501000000"},
	{MT0, "00000000 00000000 00000000 00000000 00000000 00000000 0300"},
};

struct paper_meter {
	uint8_t in[600];
	size_t in_count;
	uint8_t toggle;
	size_t packet_size;
	uint8_t request[600];
	size_t request_count;
	uint8_t answer[600];
	size_t answer_count, answer_sent;
	unsigned packets_left;
	struct {
		int id;
		size_t length;
		uint8_t bytes[128];
	} table[TABLES];
	char log[2048]; /* services in order; reads as "30:23" */
	char password[21];
	/* faults */
	bool is_silent;
	bool sends_stale_ok;
	int identifications_refused;
	int busy_answers;
	int refused_table;
	uint8_t refusal;
	uint8_t negotiate_code;
	size_t offered_size;
	uint8_t checksum_error;
	bool keeps_adjustment;
	bool mutates;
	int mutated;
};

static struct scripted_port port;
static struct paper_meter meter;
static struct meter_client *client;
static uint32_t random_state = 20260107;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static void feed_packet(void)
{
	uint8_t frame[600];
	size_t room = meter.packet_size - 8;
	unsigned packets = (unsigned)((meter.answer_count + room - 1) / room);
	size_t rest = meter.answer_count - meter.answer_sent;
	size_t length = rest < room ? rest : room;
	uint8_t control = packets == 1 ? 0 : meter.answer_sent ? 0x80 : 0xC0;

	length = psem_frame(control | meter.toggle, (uint8_t)(meter.packets_left - 1),
			    meter.answer + meter.answer_sent, length, frame);
	meter.toggle ^= 0x20;
	meter.packets_left--;
	meter.answer_sent += length - 8;
	scripted_port_feed(&port, 0.002, frame, length);
}

static uint8_t complement_of_sum(const uint8_t *bytes, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += bytes[i];
	}
	return (uint8_t)(256 - sum % 256);
}

static int find_table(int id)
{
	for (int i = 0; i < TABLES; i++) {
		if (meter.table[i].id == id) {
			return i;
		}
	}
	return -1;
}

static void answer_code(uint8_t code)
{
	meter.answer[0] = code;
	meter.answer_count = 1;
}

static void answer_read(void)
{
	int id = meter.request[1] << 8 | meter.request[2];
	int place = find_table(id);

	snprintf(meter.log + strlen(meter.log), 16, ":%d", id);
	if (id == meter.refused_table || place < 0) {
		answer_code(place < 0 ? 5 : meter.refusal);
		return;
	}
	size_t length = meter.table[place].length;

	meter.answer[0] = 0;
	meter.answer[1] = (uint8_t)(length >> 8);
	meter.answer[2] = (uint8_t)length;
	memcpy(meter.answer + 3, meter.table[place].bytes, length);
	meter.answer[3 + length] =
		(uint8_t)(complement_of_sum(meter.answer + 3, length) + meter.checksum_error);
	meter.answer_count = length + 4;
}

static void answer_write(void)
{
	const uint8_t *request = meter.request;
	int place = find_table(request[1] << 8 | request[2]);
	size_t length = (size_t)request[3] << 8 | request[4];

	CU_ASSERT_EQUAL_FATAL(meter.request_count, length + 6);
	CU_ASSERT_EQUAL(request[5 + length], complement_of_sum(request + 5, length));
	CU_ASSERT_EQUAL_FATAL(place, find_table(MT0));
	if (strncmp(meter.password, "FACTORY", 7)) {
		answer_code(3);
		return;
	}
	if (!meter.keeps_adjustment) {
		memcpy(meter.table[place].bytes, request + 5, length);
	}
	answer_code(0);
}

static void answer_identification(void)
{
	static const uint8_t version[] = {0, 0, 2, 0, 0};

	meter.packet_size = 64;
	memcpy(meter.answer, version, sizeof(version));
	meter.answer_count = sizeof(version);
	if (meter.identifications_refused) {
		meter.identifications_refused--;
		answer_code(0x0A);
	} else if (meter.sends_stale_ok) {
		uint8_t frame[16];
		size_t length = psem_frame(meter.toggle, 0, (const uint8_t *)"", 1, frame);

		meter.toggle ^= 0x20;
		scripted_port_feed(&port, 0.002, frame, length);
	}
}

static void answer_negotiation(void)
{
	const uint8_t offer[] = {0, (uint8_t)(meter.offered_size >> 8), (uint8_t)meter.offered_size,
				 4, 6};

	memcpy(meter.answer, offer, sizeof(offer));
	meter.answer_count = sizeof(offer);
	if (meter.negotiate_code) {
		answer_code(meter.negotiate_code);
	}
}

static void answer_security(void)
{
	bool is_known = !strncmp((const char *)meter.request + 1, "READ                ", 20) ||
			!strncmp((const char *)meter.request + 1, "FACTORY             ", 20);

	memcpy(meter.password, meter.request + 1, 20);
	answer_code(is_known ? 0 : 1);
}

static void answer_logon(void)
{
	CU_ASSERT_EQUAL(meter.request_count, 13);
	CU_ASSERT_EQUAL(memcmp(meter.request + 1, "\0\2MCBENCH   ", 12), 0);
	answer_code(0);
}

static void answer_ok(void)
{
	answer_code(0);
}

static const struct {
	uint8_t service;
	void (*answer)(void);
} services[] = {
	{0x20, answer_identification},
	{0x61, answer_negotiation},
	{0x50, answer_logon},
	{0x51, answer_security},
	{0x30, answer_read},
	{0x40, answer_write},
	{0x52, answer_ok},
	{0x21, answer_ok},
};

static void mutate(void)
{
	if (!meter.mutates) {
		return;
	}
	meter.mutated++;
	for (uint32_t changes = 1 + next_random() % 3; changes; changes--) {
		meter.answer[next_random() % meter.answer_count] = (uint8_t)next_random();
	}
	if (next_random() % 4 == 0) {
		meter.answer_count = 1 + next_random() % (meter.answer_count + 20);
	}
	/* half of them with a good checksum, so that the content is looked at */
	if (next_random() % 2 && meter.answer_count > 4) {
		size_t data = meter.answer_count - 4;

		meter.answer[0] = 0;
		meter.answer[1] = (uint8_t)(data >> 8);
		meter.answer[2] = (uint8_t)data;
		meter.answer[3 + data] = complement_of_sum(meter.answer + 3, data);
	}
}

static void answer_request(void)
{
	size_t used = strlen(meter.log);

	snprintf(meter.log + used, sizeof(meter.log) - used, "%s%02X", used ? " " : "",
		 meter.request[0]);
	answer_code(2);
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (services[i].service == meter.request[0]) {
			services[i].answer();
		}
	}
	if (meter.busy_answers && meter.request[0] == 0x30) {
		meter.busy_answers--;
		answer_code(6);
	}
	mutate();
	meter.answer_sent = 0;
	meter.packets_left =
		(unsigned)((meter.answer_count + meter.packet_size - 9) / (meter.packet_size - 8));
	feed_packet();
	if (meter.request[0] == 0x61 && !meter.negotiate_code) {
		meter.packet_size = meter.offered_size;
	}
}

static void take_packet(void)
{
	size_t length = meter.in_count - 8;
	bool is_last = meter.in[3] == 0;

	CU_ASSERT_EQUAL(psem_crc(meter.in, length + 6),
			meter.in[6 + length] | meter.in[7 + length] << 8);
	CU_ASSERT(meter.in_count <= meter.packet_size);
	if (!(meter.in[2] & 0x80) || meter.in[2] & 0x40) {
		meter.request_count = 0;
	}
	memcpy(meter.request + meter.request_count, meter.in + 6, length);
	meter.request_count += length;
	scripted_port_feed(&port, 0.001, "\x06", 1);
	if (is_last) {
		answer_request();
	}
}

static void hear(void *context, struct scripted_port *line, uint8_t byte)
{
	(void)context;
	(void)line;
	if (meter.is_silent) {
		return;
	}
	if (meter.in_count == 0 && byte != 0xEE) {
		if (byte == 0x06 && meter.packets_left) {
			feed_packet();
		}
		return;
	}
	meter.in[meter.in_count++] = byte;
	if (meter.in_count >= 8 && meter.in_count == (size_t)(meter.in[4] << 8 | meter.in[5]) + 8) {
		take_packet();
		meter.in_count = 0;
	}
}

static void set_table(int id, const char *hex)
{
	int place = find_table(id);

	meter.table[place].length =
		hex_bytes(hex, meter.table[place].bytes, sizeof(meter.table[0].bytes));
}

static void start(void)
{
	memset(&meter, 0, sizeof(meter));
	meter.refused_table = -1;
	meter.packet_size = 64;
	meter.offered_size = 512;
	for (int i = 0; i < TABLES; i++) {
		meter.table[i].id = paper_tables[i].id;
		set_table(paper_tables[i].id, paper_tables[i].hex);
	}
	scripted_port_init(&port, "VIRTUAL::optical");
	port.peer = hear;
	CU_ASSERT_EQUAL_FATAL(meter_client_open(&port.port, &client), STATUS_OK);
}

static void start_session(const char *password)
{
	start();
	CU_ASSERT_EQUAL(meter_client_connect(client, password), STATUS_OK);
}

static void finish(void)
{
	meter_client_close(client);
	client = NULL;
}

static void a_session_reads_the_dimensions_and_ends_properly(void)
{
	start_session("READ");
	CU_ASSERT_STRING_EQUAL(meter.log,
			       "20 61 50 51 30:0 30:11 30:12 30:16 30:15 30:21 30:22 30:27");
	meter.log[0] = '\0';
	CU_ASSERT_EQUAL(meter_client_disconnect(client), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(meter.log, "52 21");
	finish();
	CU_ASSERT_STRING_EQUAL(meter.log, "52 21");
	CU_ASSERT(!port.is_closed);
}

static void closing_ends_a_session_that_is_open(void)
{
	start_session("READ");
	meter.log[0] = '\0';
	finish();
	CU_ASSERT_STRING_EQUAL(meter.log, "52 21");
	meter_client_close(NULL);
}

static void the_identity_is_that_of_the_tables(void)
{
	struct meter_identity identity;

	start_session("READ");
	CU_ASSERT_EQUAL(meter_client_read_identity(client, &identity), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(identity.manufacturer, "MCB");
	CU_ASSERT_STRING_EQUAL(identity.model, "AXR");
	CU_ASSERT_STRING_EQUAL(identity.serial, "00123456");
	CU_ASSERT_STRING_EQUAL(identity.device_id, "DEVICE-42");
	CU_ASSERT_STRING_EQUAL(identity.form, "16S");
	CU_ASSERT_EQUAL(identity.hardware_version, 1);
	CU_ASSERT_EQUAL(identity.firmware_revision, 4);
	CU_ASSERT_EQUAL(identity.kh_watt_hours, 21.6);
	CU_ASSERT_EQUAL(identity.kt_watt_hours, 1.8);
	CU_ASSERT_EQUAL(identity.elements, 3);
	CU_ASSERT_EQUAL(identity.class_amperes, 200);
	CU_ASSERT_EQUAL(identity.test_amperes, 30);
	CU_ASSERT_EQUAL(identity.mode, 1);
	CU_ASSERT_EQUAL(identity.status_1, 1);
	finish();
}

/* In the table: received counts of 10 mWh, delivered and net of 1 mWh; the walk over ST16 tells
 * which is which. */
static void registers_are_found_by_their_units_and_put_on_one_scale(void)
{
	struct meter_registers registers;

	start_session("READ");
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_OK);
	CU_ASSERT_EQUAL(registers.delivered, INT64_C(123456789012));
	CU_ASSERT_EQUAL(registers.received, 2000);
	CU_ASSERT_EQUAL(registers.net, INT64_C(123456787012));
	CU_ASSERT_EQUAL(registers.watt_hours_per_count, 0.001);
	finish();
}

static void present_values_are_scaled_to_si_units(void)
{
	struct meter_instantaneous now;

	start_session("READ");
	CU_ASSERT_EQUAL(meter_client_read_instantaneous(client, &now), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(now.volts[0], 120.0, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(now.volts[1], 119.9, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(now.volts[2], 120.1, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(now.amperes[0], 30.0, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(now.amperes[1], 29.9, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(now.amperes[2], 30.1, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(now.watts, -1500.25, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(now.hertz, 60.0, 1e-9);
	finish();
}

static void a_meter_of_one_element_has_no_volts_and_amperes_b_and_c(void)
{
	struct meter_instantaneous now;

	start();
	set_table(27, "0B 0A 07 FF FF 04 FF FF");
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_instantaneous(client, &now), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(now.volts[0], 120.0, 1e-9);
	CU_ASSERT_EQUAL(now.volts[1], 0);
	CU_ASSERT_EQUAL(now.amperes[2], 0);
	finish();
}

/* Without ST16 units go with sources one to one, and ST15 is not applied. */
static void without_st16_units_and_sources_go_one_to_one(void)
{
	struct meter_registers registers;

	start();
	set_table(
		0,
		"00 02 8A 4D434220 02 00 10 40 01 00 04 01 01 00 02 00 2F98E018 01 00 00000000 01");
	set_table(22, "02 FF 00 01");
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_OK);
	CU_ASSERT_EQUAL(registers.delivered, INT64_C(123456789012));
	CU_ASSERT_EQUAL(registers.received, 200);
	finish();
}

/* Current 40, voltage 60, already applied: one count of 10 mWh is 10/2400 mWh at the terminals. */
static void ratios_that_the_meter_applied_are_divided_out(void)
{
	struct meter_registers registers;

	start();
	/* sources 0, 2 and 3 each have a constant */
	set_table(11, "20 0B 00 00 00 03 02 0C");
	set_table(15, "0A0000000000 000000000000 01 280000000000 3C0000000000"
		      "0A0000000000 000000000000 01 280000000000 3C0000000000"
		      "0A0000000000 000000000000 01 280000000000 3C0000000000");
	set_table(16, "29 12 29 29 11 11 11 11 11 11 11 11");
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_OK);
	CU_ASSERT_EQUAL(registers.delivered, INT64_C(123456789012));
	CU_ASSERT_EQUAL(registers.received, 200);
	CU_ASSERT_DOUBLE_EQUAL(registers.watt_hours_per_count, 0.010 / 2400, 1e-15);
	finish();
}

/* Connects with one table changed, reads registers and present values; the reason must contain
 * `words`. */
static void expect_refused_table(int id, const char *hex, const char *words)
{
	struct meter_registers registers;
	struct meter_instantaneous now;

	start();
	set_table(id, hex);
	enum status status = meter_client_connect(client, "READ");

	status = status ? status : meter_client_read_registers(client, &registers);
	status = status ? status : meter_client_read_instantaneous(client, &now);
	CU_ASSERT_EQUAL(status, STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), words));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "meter on VIRTUAL::optical: "));
	finish();
}

static void tables_that_contradict_each_other_are_refused_in_words(void)
{
	expect_refused_table(22, "0C FF 00 02", "source 12 is selected, but ST11 counts 12");
	expect_refused_table(22, "03 FF 00 FF", "net Wh is not among the 4 entries of ST22");
	expect_refused_table(22, "03 FF 00", "ST22 is 3 bytes long; its dimensions make 4");
	expect_refused_table(23, "07", "ST23 is 1 bytes long; its dimensions make 25");
	expect_refused_table(16, "11 12 11 01 11 11 11 11 11 11 11 11",
			     "source 3 counts pulses, but no constant applies");
	expect_refused_table(16, "11 11 11 29 11 11 11 11 11 11 11 11",
			     "net Wh is not among the 4 entries of ST22");
	expect_refused_table(16, "19 12 11 29 11 11 11 11 11 11 11 11",
			     "uses constant 1 of ST15, which has 1");
	expect_refused_table(15, "000000000000 000000000000", "is not positive");
	expect_refused_table(15, "0A0000000000 010000000000", "adds an offset of 1 to received Wh");
	expect_refused_table(27, "0B FF 07 08 09 04 05 06",
			     "net watts is not among the 8 entries of ST27");
	expect_refused_table(28, "00", "ST28 is 1 bytes long; its dimensions make 48");
	expect_refused_table(11, "00", "ST11 is 1 bytes long; its dimensions make 8");
	expect_refused_table(21, "04 00 00 00 00 00 00 00 00 08", "ST22 is 4 bytes long");
	expect_refused_table(
		0,
		"00 02 8A 4D434220 02 00 10 40 01 00 04 01 01 00 02 00 2F9860 18 01 00 00000000 01",
		"ST23 is needed, but ST0 does not list it");
	/* without ST22, and without ST27, nobody can say what ST23 and ST28 hold */
	expect_refused_table(
		0,
		"00 02 8A 4D434220 02 00 10 40 01 00 04 01 01 00 02 00 2F98A118 01 00 00000000 01",
		"delivered Wh is not among the 0 entries of ST22");
	expect_refused_table(
		0,
		"00 02 8A 4D434220 02 00 10 40 01 00 04 01 01 00 02 00 2F98E110 01 00 00000000 01",
		"volts A is not among the 0 entries of ST27");
}

static void a_source_beyond_the_units_of_st12_is_refused(void)
{
	struct meter_instantaneous now;

	start();
	set_table(11, "00 0A 00 00 00 01 02 0C");
	meter.table[find_table(12)].length -= 4;
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_instantaneous(client, &now), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: source 11 uses unit 10 of ST12, which has 10");
	finish();
}

static void a_register_that_overflows_the_common_scale_is_refused(void)
{
	/* delivered in 10^6 Wh, received still 0.01 Wh: 2^47 - 1 counts of 10^8 common counts */
	start();
	set_table(12, "00580200 00F00700 00B00100 08312800 08313000 08313800 0C312800 0C313000 "
		      "0C313800 00F10700 "
		      "21310000");
	set_table(23, "07 C80000000000 000000000000 FFFFFFFFFF7F 441299BE1C00");
	struct meter_registers registers;

	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "there is no common count"));
	finish();
}

static void a_refusal_names_meter_table_and_code(void)
{
	struct meter_registers registers;

	start_session("READ");
	meter.refused_table = 23;
	meter.refusal = 3;
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: read of ST23 refused: insufficient security clearance");
	finish();
}

static void every_code_has_its_name(void)
{
	static const struct {
		uint8_t code;
		enum status status;
		const char *words;
	} codes[] = {
		{1, STATUS_REFUSED, "refused: error"},
		{2, STATUS_REFUSED, "refused: service not supported"},
		{4, STATUS_REFUSED, "refused: operation not possible"},
		{5, STATUS_REFUSED, "refused: inappropriate action requested"},
		{8, STATUS_REFUSED, "refused: data locked"},
		{9, STATUS_REFUSED, "refused: renegotiate request"},
		{0x0A, STATUS_REFUSED, "the session has ended"},
		{0x0D, STATUS_REFUSED, "refused: response code 0Dh"},
		{0x53, STATUS_PROTOCOL, "answered with 53h, which is no response code"},
	};
	uint8_t bytes[64];
	size_t length;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		start_session("READ");
		meter.refused_table = 3;
		meter.refusal = codes[i].code;
		CU_ASSERT_EQUAL(meter_client_read_table(client, 3, bytes, 64, &length),
				codes[i].status);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), codes[i].words));
		finish();
	}
}

static void a_silent_meter_is_tried_three_times_and_named(void)
{
	start();
	meter.is_silent = true;
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: identification: no acknowledgement within 2.0 s, sent "
		"4 times (3 starts, 7 s apart)");
	/* 3 * (0.05 s quiet + 4 * 2 s) + 2 * 7 s, and 108 bytes */
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&port), 38.15 + 108 * port.byte_seconds, 0.05);
	finish();
}

static void a_meter_that_is_still_in_a_session_is_waited_for(void)
{
	start();
	meter.identifications_refused = 1;
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT(scripted_port_seconds(&port) > 7.0);
	CU_ASSERT_EQUAL(strncmp(meter.log, "20 20 61 50", 11), 0);
	finish();
}

static void what_a_previous_session_left_is_passed_over(void)
{
	start();
	meter.sends_stale_ok = true;
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(strncmp(meter.log, "20 61 50", 8), 0);
	finish();
}

static void test_pulses_before_the_session_do_no_harm(void)
{
	static const uint8_t pulses[] = {0x00, 0xFF, 0x00, 0xEE, 0x00, 0xFF};

	start();
	scripted_port_feed(&port, 0.0, pulses, sizeof(pulses));
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(strncmp(meter.log, "20 61 50", 8), 0);
	finish();
}

static void a_meter_without_negotiation_is_read_in_packets_of_64(void)
{
	struct meter_registers registers;

	start();
	meter.negotiate_code = 2;
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_OK);
	CU_ASSERT_EQUAL(registers.received, 2000);
	finish();
}

static void small_packets_split_requests_and_answers(void)
{
	struct meter_registers registers;
	struct meter_adjustment adjustment = {.element = {{1000, -5}, {-2000, 6}, {3, 7}}};

	start();
	meter.offered_size =
		32; /* 24 bytes of data: ST12 in two packets, the write of MT0 in two */
	CU_ASSERT_EQUAL(meter_client_connect(client, "FACTORY"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_OK);
	CU_ASSERT_EQUAL(registers.delivered, INT64_C(123456789012));
	CU_ASSERT_EQUAL(meter_client_write_adjustment(client, &adjustment), STATUS_OK);
	finish();
}

static void a_negotiation_that_cannot_be_is_refused(void)
{
	start();
	meter.offered_size = 16;
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(status_reason(), "negotiation answered 4 packets of 16 bytes"));
	finish();
}

static void a_wrong_password_ends_the_session_and_is_the_reason(void)
{
	start();
	CU_ASSERT_EQUAL(meter_client_connect(client, "OPEN SESAME"), STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "meter on VIRTUAL::optical: security (password) refused: error");
	CU_ASSERT_STRING_EQUAL(meter.log, "20 61 50 51 21");
	CU_ASSERT_EQUAL(meter_client_connect(client, "123456789012345678901"), STATUS_BAD_INPUT);
	finish();
}

static void a_busy_meter_is_asked_again_after_two_seconds(void)
{
	struct meter_registers registers;

	start_session("READ");
	meter.busy_answers = 3;
	double begin = scripted_port_seconds(&port);

	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&port) - begin, 6.0, 0.2);
	meter.busy_answers = 100;
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "meter on VIRTUAL::optical: read of ST23 refused: device busy");
	CU_ASSERT_EQUAL(meter.busy_answers, 80);
	finish();
}

static void a_session_without_traffic_for_six_seconds_has_died(void)
{
	struct meter_registers registers;

	start_session("READ");
	meter.log[0] = '\0';
	clock_sleep_seconds(port.port.clock, 6.5);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_TIMEOUT);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(status_reason(), "read of ST23 not sent: the session has died"));
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no session is open; connect first"));
	CU_ASSERT_EQUAL(meter_client_disconnect(client), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(meter.log, "");
	CU_ASSERT_EQUAL(meter_client_connect(client, "READ"), STATUS_OK);
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_OK);
	finish();
}

static void a_meter_that_falls_silent_ends_the_session(void)
{
	struct meter_registers registers;

	start_session("READ");
	meter.is_silent = true;
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_TIMEOUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "meter on VIRTUAL::optical: read of ST23: no acknowledgement "
			       "within 2.0 s, sent 4 times");
	CU_ASSERT_EQUAL(meter_client_read_registers(client, &registers), STATUS_BAD_INPUT);
	finish();
}

static void table_answers_are_checked_before_they_are_used(void)
{
	uint8_t bytes[64];
	size_t length;

	start_session("READ");
	meter.checksum_error = 1;
	CU_ASSERT_EQUAL(meter_client_read_table(client, 3, bytes, 64, &length), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(), "meter on VIRTUAL::optical: read of ST3 answered "
						"with checksum FFh; the data make FEh");
	meter.checksum_error = 0;
	CU_ASSERT_EQUAL(meter_client_read_table(client, 3, bytes, 5, &length), STATUS_BAD_INPUT);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: read of ST3 gave 6 bytes; there is room for 5");
	CU_ASSERT_EQUAL(meter_client_read_table(client, 3, bytes, 6, &length), STATUS_OK);
	CU_ASSERT_EQUAL(length, 6);
	CU_ASSERT_EQUAL(meter_client_read_table(client, 4096, bytes, 6, &length), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(meter_client_read_table(client, -1, bytes, 6, &length), STATUS_BAD_INPUT);
	meter.refused_table = 3;
	meter.refusal = 0; /* an ok of one byte, without count */
	CU_ASSERT_EQUAL(meter_client_read_table(client, 3, bytes, 6, &length), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(status_reason(), "answered with 1 bytes, which its count does not explain"));
	finish();
}

static void the_adjustment_is_written_read_back_and_compared(void)
{
	struct meter_adjustment wanted = {.element = {{50000000, -60000}, {-1, 1}, {0, 25}}};
	struct meter_adjustment read;

	start_session("FACTORY");
	CU_ASSERT_EQUAL(meter_client_read_adjustment(client, &read), STATUS_OK);
	CU_ASSERT_EQUAL(read.change_count, 3);
	CU_ASSERT_EQUAL(meter_client_write_adjustment(client, &wanted), STATUS_OK);
	/* 50000000 = 02FAF080h, -60000 = FFFF15A0h, least significant octet first */
	static const uint8_t first[] = {0x80, 0xF0, 0xFA, 0x02, 0xA0, 0x15, 0xFF, 0xFF};

	CU_ASSERT_EQUAL(memcmp(meter.table[find_table(MT0)].bytes, first, 8), 0);
	CU_ASSERT_EQUAL(meter_client_read_adjustment(client, &read), STATUS_OK);
	for (int i = 0; i < METER_ELEMENTS; i++) {
		CU_ASSERT_EQUAL(read.element[i].gain_ppb, wanted.element[i].gain_ppb);
		CU_ASSERT_EQUAL(read.element[i].delay_ns, wanted.element[i].delay_ns);
	}
	meter.keeps_adjustment = true;
	wanted.element[1].gain_ppb = 77;
	CU_ASSERT_EQUAL(meter_client_write_adjustment(client, &wanted), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "meter on VIRTUAL::optical: element B was adjusted to gain 77 ppb, "
			       "delay 1 ns, but reads -1 ppb, 1 ns");
	set_table(MT0, "00");
	CU_ASSERT_EQUAL(meter_client_read_adjustment(client, &read), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "meter on VIRTUAL::optical: MT0 is 1 bytes long instead of 26");
	finish();
}

static void the_reading_password_does_not_open_the_adjustment(void)
{
	struct meter_adjustment wanted = {0};

	start_session("READ");
	CU_ASSERT_EQUAL(meter_client_write_adjustment(client, &wanted), STATUS_REFUSED);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: write of MT0 refused: insufficient security clearance");
	finish();
}

static void mutated_answers_never_break_the_client(void)
{
	int succeeded = 0;

	printf("seed %u ", random_state);
	start();
	for (int rounds = 0; meter.mutated < 50000; rounds++) {
		struct meter_registers registers;
		struct meter_instantaneous now;
		struct meter_identity identity;
		struct meter_adjustment adjustment;

		meter.log[0] = '\0';
		meter.mutates = rounds % 3 == 0;
		if (meter_client_connect(client, "READ")) {
			continue;
		}
		meter.mutates = true;
		for (int i = 0; i < 8; i++) {
			meter.log[0] = '\0';
			succeeded += !meter_client_read_registers(client, &registers);
			succeeded += !meter_client_read_instantaneous(client, &now);
			succeeded += !meter_client_read_identity(client, &identity);
			succeeded += !meter_client_read_adjustment(client, &adjustment);
		}
	}
	CU_ASSERT(succeeded > 100);
	finish();
}

const char *const suite_name = "optical_client";
const struct suite_case suite_cases[] = {
	CASE(a_session_reads_the_dimensions_and_ends_properly),
	CASE(closing_ends_a_session_that_is_open),
	CASE(the_identity_is_that_of_the_tables),
	CASE(registers_are_found_by_their_units_and_put_on_one_scale),
	CASE(present_values_are_scaled_to_si_units),
	CASE(a_meter_of_one_element_has_no_volts_and_amperes_b_and_c),
	CASE(without_st16_units_and_sources_go_one_to_one),
	CASE(ratios_that_the_meter_applied_are_divided_out),
	CASE(tables_that_contradict_each_other_are_refused_in_words),
	CASE(a_source_beyond_the_units_of_st12_is_refused),
	CASE(a_register_that_overflows_the_common_scale_is_refused),
	CASE(a_refusal_names_meter_table_and_code),
	CASE(every_code_has_its_name),
	CASE(a_silent_meter_is_tried_three_times_and_named),
	CASE(a_meter_that_is_still_in_a_session_is_waited_for),
	CASE(what_a_previous_session_left_is_passed_over),
	CASE(test_pulses_before_the_session_do_no_harm),
	CASE(a_meter_without_negotiation_is_read_in_packets_of_64),
	CASE(small_packets_split_requests_and_answers),
	CASE(a_negotiation_that_cannot_be_is_refused),
	CASE(a_wrong_password_ends_the_session_and_is_the_reason),
	CASE(a_busy_meter_is_asked_again_after_two_seconds),
	CASE(a_session_without_traffic_for_six_seconds_has_died),
	CASE(a_meter_that_falls_silent_ends_the_session),
	CASE(table_answers_are_checked_before_they_are_used),
	CASE(the_adjustment_is_written_read_back_and_compared),
	CASE(the_reading_password_does_not_open_the_adjustment),
	CASE(mutated_answers_never_break_the_client),
	CASES_END,
};
