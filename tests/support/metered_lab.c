/* The bench's own drivers on the laboratory's ports. */
#include "tests/support/metered_lab.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "drivers/optical/client_parts.h"
#include "tests/support/suite.h"

static void must(enum status status)
{
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

void metered_lab_begin(struct metered_lab *self, const struct virtual_lab_options *options)
{
	struct port *port;

	*self = (struct metered_lab){.service = form_find(options->hardware.form)->service};
	must(virtual_lab_new(options, &self->lab));
	must(virtual_lab_open_port(self->lab, "VIRTUAL::zera", &port));
	must(instrument_open(instrument_driver_find("zera_mt"), "zera", port, &self->source));
	must(virtual_lab_open_port(self->lab, "VIRTUAL::optical", &self->optical));
	must(meter_client_open(self->optical, &self->client));
}

void metered_lab_end(struct metered_lab *self)
{
	meter_client_close(self->client);
	port_close(self->optical);
	instrument_close(self->source);
	virtual_lab_free(self->lab);
}

void metered_lab_apply(struct metered_lab *self, const char *load)
{
	struct load_point point;
	struct three_phase phasors;

	must(load_point_parse(load, &point));
	must(service_phasors(self->service, &point, &phasors));
	must(self->source->power_source->apply(self->source, &phasors));
}

void metered_lab_off(struct metered_lab *self)
{
	must(self->source->power_source->off(self->source));
}

void metered_lab_wait(struct metered_lab *self, double seconds)
{
	must(clock_sleep_seconds(virtual_lab_clock(self->lab), seconds));
}

double metered_lab_now(const struct metered_lab *self)
{
	return seconds_between((struct instant){0}, clock_now(virtual_lab_clock(self->lab)));
}

double metered_lab_watt_hours(const struct metered_lab *self)
{
	return world_total_joules(virtual_lab_world(self->lab), (struct instant){0},
				  clock_now(virtual_lab_clock(self->lab))) /
	       3600;
}

void metered_lab_log_on(struct metered_lab *self, const char *password)
{
	must(meter_client_connect(self->client, password));
}

void metered_lab_log_off(struct metered_lab *self)
{
	must(meter_client_disconnect(self->client));
}

size_t metered_lab_ask(struct metered_lab *self, const uint8_t *request, size_t count,
		       uint8_t *answer, size_t capacity)
{
	size_t length;

	must(client_ask_in_session(self->client, "request", request, count, &length));
	CU_ASSERT_FATAL(length >= 1 && length - 1 <= capacity);
	memcpy(answer, self->client->response + 1, length - 1);
	return length - 1;
}

size_t metered_lab_table(struct metered_lab *self, int table, uint8_t *bytes, size_t capacity)
{
	size_t length;

	must(meter_client_read_table(self->client, table, bytes, capacity, &length));
	return length;
}

/* As much as fits into an answer at a time. */
#define PART_BYTES 512

void metered_lab_part(struct metered_lab *self, int table, uint32_t offset, uint16_t count,
		      uint8_t *bytes)
{
	uint8_t answer[PART_BYTES + 3];

	while (count) {
		uint16_t part = count < PART_BYTES ? count : PART_BYTES;
		const uint8_t request[] = {0x3F,
					   (uint8_t)(table >> 8),
					   (uint8_t)table,
					   (uint8_t)(offset >> 16),
					   (uint8_t)(offset >> 8),
					   (uint8_t)offset,
					   (uint8_t)(part >> 8),
					   (uint8_t)part};
		size_t length =
			metered_lab_ask(self, request, sizeof(request), answer, sizeof(answer));

		CU_ASSERT_EQUAL_FATAL(length, part + 3u);
		CU_ASSERT_EQUAL_FATAL(answer[0] << 8 | answer[1], part);
		CU_ASSERT_EQUAL(answer[2 + part], client_table_checksum(answer + 2, part));
		memcpy(bytes, answer + 2, part);
		bytes += part;
		offset += part;
		count = (uint16_t)(count - part);
	}
}

int metered_lab_procedure(struct metered_lab *self, uint16_t number, const uint8_t *parameters,
			  size_t count)
{
	static uint8_t sequence;
	uint8_t request[64] = {0x40, 0, 7, 0, (uint8_t)(3 + count)}, answer[64];

	CU_ASSERT_FATAL(count <= 32);
	request[5] = (uint8_t)number;
	request[6] = (uint8_t)(number >> 8);
	request[7] = ++sequence;
	memcpy(request + 8, parameters, count);
	request[8 + count] = client_table_checksum(request + 5, 3 + count);
	metered_lab_ask(self, request, 9 + count, answer, sizeof(answer));
	size_t length = metered_lab_table(self, 8, answer, sizeof(answer));
	CU_ASSERT_FATAL(length >= 4);
	CU_ASSERT_EQUAL(answer[0] | answer[1] << 8, number);
	CU_ASSERT_EQUAL(answer[2], sequence);
	return answer[3];
}

void metered_lab_start(struct metered_lab *self)
{
	metered_lab_apply(self, "3x120V 0A 1 60Hz");
	metered_lab_wait(self, 3);
}

void metered_lab_interrupt(struct metered_lab *self, double seconds)
{
	metered_lab_off(self);
	metered_lab_wait(self, seconds);
	metered_lab_start(self);
}

double metered_lab_seconds(const uint8_t *octets)
{
	struct tm time = {
		.tm_year = 100 + octets[0],
		.tm_mon = octets[1] - 1,
		.tm_mday = octets[2],
		.tm_hour = octets[3],
		.tm_min = octets[4],
		.tm_sec = octets[5],
	};

	return (double)timegm(&time);
}

unsigned metered_lab_word(const uint8_t *octets)
{
	return octets[0] | (unsigned)octets[1] << 8;
}

double metered_lab_set_clock(struct metered_lab *self)
{
	static const uint8_t parameters[] = {7, 26, 1, 5, 12, 0, 10, 1};

	metered_lab_log_on(self, "OPERATE");
	double before = metered_lab_now(self);
	CU_ASSERT_EQUAL(metered_lab_procedure(self, 10, parameters, sizeof(parameters)), 0);
	double after = metered_lab_now(self);
	metered_lab_log_off(self);
	return metered_lab_seconds(parameters + 1) - (before + after) / 2;
}
