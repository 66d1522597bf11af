/* The meter of table_meter.h: C12.18 as a peer that takes every packet and answers at once. */
#include "tests/support/table_meter.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/psem_frame.h"

static void feed_packet(struct table_meter *meter)
{
	uint8_t frame[1100];
	size_t room = meter->packet_size - 8;
	size_t rest = meter->answer_count - meter->answer_sent;
	size_t length = rest < room ? rest : room;
	bool is_only = meter->answer_count <= room;
	uint8_t control = is_only ? 0 : meter->answer_sent ? 0x80 : 0xC0;

	length = psem_frame(control | meter->toggle, (uint8_t)(meter->packets_left - 1),
			    meter->answer + meter->answer_sent, length, frame);
	meter->toggle ^= 0x20;
	meter->packets_left--;
	meter->answer_sent += length - 8;
	scripted_port_feed(&meter->port, 0.002, frame, length);
}

static uint8_t complement_of_sum(const uint8_t *bytes, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += bytes[i];
	}
	return (uint8_t)(256 - sum % 256);
}

static int find_table(const struct table_meter *meter, int id)
{
	for (int i = 0; i < meter->tables; i++) {
		if (meter->table[i].id == id) {
			return i;
		}
	}
	return -1;
}

static void answer_code(struct table_meter *meter, uint8_t code)
{
	meter->answer[0] = code;
	meter->answer_count = 1;
}

static void answer_read(struct table_meter *meter, int id)
{
	if (meter->reading) {
		meter->reading(meter, id);
	}
	int place = find_table(meter, id);

	if (id == meter->refused_table || place < 0) {
		answer_code(meter, place < 0 ? 5 : meter->refusal);
		return;
	}
	size_t length = meter->table[place].length;

	meter->answer[0] = 0;
	meter->answer[1] = (uint8_t)(length >> 8);
	meter->answer[2] = (uint8_t)length;
	memcpy(meter->answer + 3, meter->table[place].bytes, length);
	meter->answer[3 + length] = complement_of_sum(meter->answer + 3, length);
	meter->answer_count = length + 4;
}

/* Offset of three octets, count of two. */
static void answer_part(struct table_meter *meter, int id)
{
	const uint8_t *request = meter->request;
	size_t offset = (size_t)request[3] << 16 | (size_t)request[4] << 8 | request[5];
	size_t count = (size_t)request[6] << 8 | request[7];
	int place = find_table(meter, id);

	if (place < 0 || offset + count > meter->table[place].length) {
		answer_code(meter, place < 0 ? 5 : 4);
		return;
	}
	meter->answer[0] = 0;
	meter->answer[1] = request[6];
	meter->answer[2] = request[7];
	memcpy(meter->answer + 3, meter->table[place].bytes + offset, count);
	meter->answer[3 + count] = complement_of_sum(meter->answer + 3, count);
	meter->answer_count = count + 4;
}

static void answer_write(struct table_meter *meter, int id)
{
	const uint8_t *request = meter->request;
	size_t length = (size_t)request[3] << 8 | request[4];
	int place = find_table(meter, id);

	CU_ASSERT_EQUAL_FATAL(meter->request_count, length + 6);
	CU_ASSERT_EQUAL(request[5 + length], complement_of_sum(request + 5, length));
	if (id == meter->refused_table) {
		answer_code(meter, meter->refusal);
		return;
	}
	if (place >= 0 && length <= TABLE_METER_BYTES) {
		memcpy(meter->table[place].bytes, request + 5, length);
		meter->table[place].length = length;
	}
	answer_code(meter, meter->written ? meter->written(meter, id, request + 5, length) : 0);
}

static void answer_request(struct table_meter *meter)
{
	static const uint8_t identity[] = {0, 0, 2, 0, 0};
	static const uint8_t negotiated[] = {0, 2, 0, 4, 6}; /* 512 bytes, 4 packets, 9600 */
	int id = meter->request[1] << 8 | meter->request[2];

	answer_code(meter, 0);
	switch (meter->request[0]) {
	case 0x20:
		meter->packet_size = 64;
		memcpy(meter->answer, identity, sizeof(identity));
		meter->answer_count = sizeof(identity);
		break;
	case 0x61:
		memcpy(meter->answer, negotiated, sizeof(negotiated));
		meter->answer_count = sizeof(negotiated);
		break;
	case 0x30:
		answer_read(meter, id);
		break;
	case 0x3F:
		answer_part(meter, id);
		break;
	case 0x40:
		answer_write(meter, id);
		break;
	default:
		break;
	}
	meter->answer_sent = 0;
	meter->packets_left = (unsigned)((meter->answer_count + meter->packet_size - 9) /
					 (meter->packet_size - 8));
	feed_packet(meter);
	if (meter->request[0] == 0x61) {
		meter->packet_size = 512;
	}
}

static void take_packet(struct table_meter *meter)
{
	size_t length = meter->in_count - 8;

	if (!(meter->in[2] & 0x80) || meter->in[2] & 0x40) {
		meter->request_count = 0;
	}
	memcpy(meter->request + meter->request_count, meter->in + 6, length);
	meter->request_count += length;
	scripted_port_feed(&meter->port, 0.001, "\x06", 1);
	if (meter->in[3] == 0) {
		answer_request(meter);
	}
}

static void hear(void *context, struct scripted_port *line, uint8_t byte)
{
	struct table_meter *meter = context;

	(void)line;
	if (meter->is_silent) {
		return;
	}
	if (meter->in_count == 0 && byte != 0xEE) {
		if (byte == 0x06 && meter->packets_left) {
			feed_packet(meter);
		}
		return;
	}
	meter->in[meter->in_count++] = byte;
	if (meter->in_count >= 8 &&
	    meter->in_count == (size_t)(meter->in[4] << 8 | meter->in[5]) + 8) {
		take_packet(meter);
		meter->in_count = 0;
	}
}

void table_meter_init(struct table_meter *meter)
{
	memset(meter, 0, sizeof(*meter));
	meter->refused_table = -1;
	meter->packet_size = 64;
	scripted_port_init(&meter->port, "VIRTUAL::optical");
	meter->port.peer = hear;
	meter->port.peer_context = meter;
	CU_ASSERT_EQUAL_FATAL(meter_client_open(&meter->port.port, &meter->client), STATUS_OK);
}

void table_meter_set(struct table_meter *meter, int id, const char *hex)
{
	int place = find_table(meter, id);

	if (place < 0) {
		CU_ASSERT_FATAL(meter->tables < TABLE_METER_TABLES);
		place = meter->tables++;
		meter->table[place].id = id;
	}
	meter->table[place].length = hex_bytes(hex, meter->table[place].bytes, TABLE_METER_BYTES);
}

uint8_t *table_meter_bytes(struct table_meter *meter, int id, size_t *length)
{
	int place = find_table(meter, id);

	if (place < 0) {
		return NULL;
	}
	*length = meter->table[place].length;
	return meter->table[place].bytes;
}

void table_meter_connect(struct table_meter *meter)
{
	enum status status = meter_client_connect(meter->client, "READ");

	if (status) {
		printf("[%s] ", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

void table_meter_finish(struct table_meter *meter)
{
	meter_client_close(meter->client);
	meter->client = NULL;
}
