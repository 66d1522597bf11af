/* drivers/ports/trace around a scripted port. */
#include <stdio.h>
#include <string.h>

#include "drivers/port.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

static struct scripted_port inner;
static struct port *port;
static char lines[8][1000];
static int line_count;

static void keep(void *context, const char *line)
{
	CU_ASSERT_PTR_EQUAL(context, &inner);
	snprintf(lines[line_count++ % 8], sizeof(lines[0]), "%s", line);
}

static void start(void)
{
	scripted_port_init(&inner, "VIRTUAL::inner");
	inner.byte_seconds = 0.001;
	line_count = 0;
	CU_ASSERT_EQUAL_FATAL(port_trace_new(&inner.port, keep, &inner, &port), STATUS_OK);
}

static struct instant in_seconds(double seconds)
{
	return instant_after(inner.clock.now, seconds);
}

static void both_directions_are_told_with_the_time_of_their_end(void)
{
	uint8_t bytes[8];
	size_t count = 0;

	start();
	scripted_port_expect(&inner, "AT\r", 3);
	scripted_port_reply(&inner, 1.5, "\xFF", 1);
	CU_ASSERT_STRING_EQUAL(port->resource, "VIRTUAL::inner");
	CU_ASSERT_EQUAL(port_write(port, (const uint8_t *)"AT\r", 3, in_seconds(1)), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(port, bytes, sizeof(bytes), &count, in_seconds(5)), STATUS_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_EQUAL_FATAL(line_count, 2);
	CU_ASSERT_STRING_EQUAL(lines[0], "0.003000 > 41 54 0D");
	CU_ASSERT_STRING_EQUAL(lines[1], "1.504000 < FF");
	port_close(port);
	CU_ASSERT_TRUE(inner.is_closed);
}

static void silence_and_failure_pass_through_and_leave_no_line(void)
{
	uint8_t byte;
	size_t count = 1;

	start();
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, in_seconds(1)), STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(port_write(port, &byte, 1, in_seconds(-1)), STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(line_count, 0);
	port_close(port);
}

static void a_long_transfer_continues_in_further_lines(void)
{
	uint8_t bytes[600] = {0};

	start();
	scripted_port_expect(&inner, bytes, sizeof(bytes));
	CU_ASSERT_EQUAL(port_write(port, bytes, sizeof(bytes), in_seconds(5)), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(line_count, 3);
	CU_ASSERT_EQUAL(strlen(lines[0]), strlen("0.600000 >") + 3 * 256);
	CU_ASSERT_EQUAL(strlen(lines[2]), strlen("0.600000 >") + 3 * 88);
	port_close(port);
}

static void discarding_reaches_the_inner_port(void)
{
	uint8_t byte;
	size_t count;

	start();
	scripted_port_reply(&inner, 0, "x", 1);
	CU_ASSERT_EQUAL(port_write(port, &byte, 0, in_seconds(1)), STATUS_OK);
	CU_ASSERT_EQUAL(clock_sleep_seconds(port->clock, 1), STATUS_OK);
	CU_ASSERT_EQUAL(port_discard_input(port), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, in_seconds(1)), STATUS_TIMEOUT);
	port_close(port);
}

static void write_line(void *file, const char *line)
{
	fprintf(file, "%s\n", line);
}

static void a_trace_can_be_replayed(void)
{
	char path[1100], resource[1200];
	uint8_t bytes[8];
	size_t count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/trace.txt", scratch_folder());
	snprintf(resource, sizeof(resource), "REPLAY::%s", path);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	scripted_port_init(&inner, "VIRTUAL::inner");
	scripted_port_expect(&inner, "Q\r", 2);
	scripted_port_reply(&inner, 0.5, "R\r", 2);
	CU_ASSERT_EQUAL_FATAL(port_trace_new(&inner.port, write_line, file, &port), STATUS_OK);
	CU_ASSERT_EQUAL(port_write(port, (const uint8_t *)"Q\r", 2, in_seconds(1)), STATUS_OK);
	while (!port_read(port, bytes, sizeof(bytes), &count, in_seconds(1))) {
	}
	port_close(port);
	fclose(file);
	CU_ASSERT_EQUAL_FATAL(
		port_open(resource, &(struct port_line){9600, 1}, &inner.clock.clock, &port),
		STATUS_OK);
	CU_ASSERT_EQUAL(port_write(port, (const uint8_t *)"Q\r", 2, in_seconds(1)), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(port, bytes, sizeof(bytes), &count, in_seconds(1)), STATUS_OK);
	CU_ASSERT(count == 2 && !memcmp(bytes, "R\r", 2));
	port_close(port);
}

const char *const suite_name = "port_trace";
const struct suite_case suite_cases[] = {
	CASE(both_directions_are_told_with_the_time_of_their_end),
	CASE(silence_and_failure_pass_through_and_leave_no_line),
	CASE(a_long_transfer_continues_in_further_lines),
	CASE(discarding_reaches_the_inner_port),
	CASE(a_trace_can_be_replayed),
	CASES_END,
};
