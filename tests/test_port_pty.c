/* drivers/ports/pty and clocks/wall: one end of a pseudo-terminal is the port, the other one is
 * ours. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "drivers/port.h"
#include "tests/support/suite.h"

#define SHORT_SECONDS 0.02

static const struct port_line line_9600_8n2 = {9600, 2};
static int master = -1;
static struct port *port;
static char resource[128];

static struct instant soon(double seconds)
{
	return instant_after(clock_now(clock_wall()), seconds);
}

static void open_pair(void)
{
	master = posix_openpt(O_RDWR | O_NOCTTY);
	CU_ASSERT_FATAL(master >= 0 && !grantpt(master) && !unlockpt(master));
	snprintf(resource, sizeof(resource), "PTY::%s", ptsname(master));
	CU_ASSERT_EQUAL_FATAL(port_open(resource, &line_9600_8n2, clock_wall(), &port), STATUS_OK);
}

static void close_pair(void)
{
	port_close(port);
	port = NULL;
	if (master >= 0) {
		close(master);
	}
	master = -1;
}

static void every_byte_passes_both_ways_unchanged(void)
{
	uint8_t sent[256], got[256];
	size_t count = 0, total = 0;

	open_pair();
	for (int i = 0; i < 256; i++) {
		sent[i] = (uint8_t)i;
	}
	CU_ASSERT_EQUAL(port_write(port, sent, sizeof(sent), soon(5)), STATUS_OK);
	CU_ASSERT_EQUAL(read(master, got, sizeof(got)), 256);
	CU_ASSERT_EQUAL(memcmp(sent, got, sizeof(sent)), 0);
	memset(got, 0, sizeof(got));
	CU_ASSERT_EQUAL_FATAL(write(master, sent, sizeof(sent)), 256);
	while (total < sizeof(got) &&
	       port_read(port, got + total, sizeof(got) - total, &count, soon(5)) == STATUS_OK) {
		total += count;
	}
	CU_ASSERT_EQUAL(total, 256);
	CU_ASSERT_EQUAL(memcmp(sent, got, sizeof(sent)), 0);
	close_pair();
}

static void silence_ends_at_the_deadline(void)
{
	uint8_t byte;
	size_t count = 7;

	open_pair();
	struct instant deadline = soon(SHORT_SECONDS);
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, deadline), STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_FALSE(instant_before(clock_now(clock_wall()), deadline));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), resource));
	close_pair();
}

static void what_is_there_is_read_even_when_the_deadline_has_passed(void)
{
	uint8_t bytes[8];
	size_t count = 0;
	struct pollfd wait;

	open_pair();
	CU_ASSERT_EQUAL_FATAL(write(master, "ab", 2), 2);
	/* The line discipline hands the bytes over by a worker; wait for it with the port's own
	 * read. */
	CU_ASSERT_EQUAL(port_read(port, bytes, 1, &count, soon(5)), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(port, bytes, sizeof(bytes), &count, (struct instant){0}),
			STATUS_OK);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_EQUAL(bytes[0], 'b');
	wait = (struct pollfd){.fd = master, .events = POLLIN};
	CU_ASSERT_EQUAL(poll(&wait, 1, 0), 0); /* no echo */
	close_pair();
}

static void the_abort_descriptor_ends_reading_and_sleeping(void)
{
	int ends[2];
	uint8_t byte;
	size_t count;

	open_pair();
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	CU_ASSERT_EQUAL_FATAL(write(ends[1], "x", 1), 1);
	clock_set_abort_descriptor(ends[0]);
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, INSTANT_NEVER), STATUS_ABORTED);
	CU_ASSERT_EQUAL(clock_sleep_until(clock_wall(), INSTANT_NEVER), STATUS_ABORTED);
	CU_ASSERT_EQUAL(clock_check_abort(), STATUS_ABORTED);
	clock_set_abort_descriptor(-1);
	CU_ASSERT_EQUAL(clock_check_abort(), STATUS_OK);
	close(ends[0]);
	close(ends[1]);
	close_pair();
}

static void a_lost_peer_is_a_system_error(void)
{
	uint8_t byte = 0;
	size_t count;

	open_pair();
	close(master);
	master = -1;
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, soon(5)), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "the other end is gone"));
	CU_ASSERT_EQUAL(port_write(port, &byte, 1, soon(5)), STATUS_IO);
	close_pair();
}

static void a_full_line_gives_up_at_the_deadline(void)
{
	static uint8_t many[1 << 20];

	open_pair();
	CU_ASSERT_EQUAL(port_write(port, many, sizeof(many), soon(SHORT_SECONDS)), STATUS_TIMEOUT);
	close_pair();
}

static void old_input_can_be_discarded(void)
{
	uint8_t bytes[4];
	size_t count;

	open_pair();
	CU_ASSERT_EQUAL_FATAL(write(master, "abc", 3), 3);
	CU_ASSERT_EQUAL(port_read(port, bytes, 1, &count, soon(5)), STATUS_OK);
	CU_ASSERT_EQUAL(port_discard_input(port), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(port, bytes, 1, &count, soon(SHORT_SECONDS)), STATUS_TIMEOUT);
	close_pair();
}

static void the_line_is_raw_with_the_instruments_rate_and_stop_bits(void)
{
	struct termios settings;

	open_pair();
	CU_ASSERT_EQUAL_FATAL(tcgetattr(master, &settings), 0);
	CU_ASSERT_EQUAL(cfgetospeed(&settings), B9600);
	CU_ASSERT_EQUAL(settings.c_cflag & CSIZE, CS8);
	CU_ASSERT(settings.c_cflag & CSTOPB);
	CU_ASSERT_FALSE(settings.c_cflag & PARENB);
	CU_ASSERT_FALSE(settings.c_lflag & (ECHO | ICANON | ISIG));
	CU_ASSERT_FALSE(settings.c_iflag & (ICRNL | IXON));
	CU_ASSERT_FALSE(settings.c_oflag & OPOST);
	close_pair();
}

static void a_second_owner_is_kept_out(void)
{
	struct port *second = NULL;

	open_pair();
	CU_ASSERT_EQUAL(port_open(resource, &line_9600_8n2, clock_wall(), &second), STATUS_IO);
	CU_ASSERT_PTR_NULL(second);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "in use by another program"));
	close_pair();
}

static void what_cannot_be_opened_says_why(void)
{
	static const struct {
		const char *resource;
		struct port_line line;
		enum status status;
		const char *words;
	} cases[] = {
		{"PTY::/nowhere/tty", {9600, 2}, STATUS_IO, "cannot open port PTY::/nowhere/tty"},
		{"PTY::/dev/null", {9600, 2}, STATUS_BAD_INPUT, "not a terminal"},
		{"PTY::/dev/null", {12345, 2}, STATUS_BAD_INPUT, "12345 baud"},
		{"VIRTUAL::zera", {9600, 2}, STATUS_BAD_INPUT, "virtual lab"},
		{"ASRL/dev/ttyUSB0::INSTR", {9600, 2}, STATUS_BAD_INPUT, "PTY::/dev"},
		{"USB0::0x0957::0x1718::SERIAL::INSTR",
		 {9600, 2},
		 STATUS_BAD_INPUT,
		 "not part of this build"},
		{"COM1", {9600, 2}, STATUS_BAD_INPUT, "\"COM1\" is no resource string"},
	};
	struct port *none = NULL;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CU_ASSERT_EQUAL(port_open(cases[i].resource, &cases[i].line, clock_wall(), &none),
				cases[i].status);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), cases[i].words));
		CU_ASSERT_PTR_NULL(none);
	}
}

static void the_wall_clock_runs_forward_and_sleeps_until_the_instant(void)
{
	struct clock *clock = clock_wall();
	struct instant until = instant_after(clock_now(clock), SHORT_SECONDS);

	CU_ASSERT_EQUAL(clock_sleep_until(clock, until), STATUS_OK);
	CU_ASSERT_FALSE(instant_before(clock_now(clock), until));
	CU_ASSERT_EQUAL(clock_sleep_until(clock, (struct instant){0}), STATUS_OK);
	CU_ASSERT_PTR_EQUAL(clock_wall(), clock);
	CU_ASSERT(clock_utc_seconds(clock) > 1700000000);
}

const char *const suite_name = "port_pty";
const struct suite_case suite_cases[] = {
	CASE(every_byte_passes_both_ways_unchanged),
	CASE(silence_ends_at_the_deadline),
	CASE(what_is_there_is_read_even_when_the_deadline_has_passed),
	CASE(the_abort_descriptor_ends_reading_and_sleeping),
	CASE(a_lost_peer_is_a_system_error),
	CASE(a_full_line_gives_up_at_the_deadline),
	CASE(old_input_can_be_discarded),
	CASE(the_line_is_raw_with_the_instruments_rate_and_stop_bits),
	CASE(a_second_owner_is_kept_out),
	CASE(what_cannot_be_opened_says_why),
	CASE(the_wall_clock_runs_forward_and_sleeps_until_the_instant),
	CASES_END,
};
