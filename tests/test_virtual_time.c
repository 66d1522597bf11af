/* bench/virtual_lab/virtual_time and virtual_line: time jumps to events, bytes take their time. */
#include <string.h>

#include "bench/virtual_lab/virtual_line.h"
#include "bench/virtual_lab/virtual_time.h"
#include "tests/support/suite.h"

struct ticker {
	struct participant participant;
	int64_t period;
	int64_t next;
	int ticks;
	int64_t furthest;
};

static struct instant ticker_next(void *context)
{
	struct ticker *ticker = context;

	return (struct instant){ticker->next};
}

static struct instant ticker_advance(void *context, struct instant until)
{
	struct ticker *ticker = context;

	while (ticker->next <= until.nanoseconds) {
		ticker->ticks++;
		ticker->next += ticker->period;
	}
	if (until.nanoseconds > ticker->furthest) {
		ticker->furthest = until.nanoseconds;
	}
	return until;
}

static void ticker_join(struct ticker *ticker, struct virtual_time *time, int64_t period)
{
	*ticker = (struct ticker){.period = period, .next = period};
	ticker->participant = (struct participant){ticker, ticker_next, ticker_advance};
	virtual_time_add(time, &ticker->participant);
}

static void a_sleep_runs_every_event_up_to_its_end_and_no_further(void)
{
	struct virtual_time *time = virtual_time_new(1000);
	struct clock *clock = virtual_time_clock(time);
	struct ticker fast, slow;

	ticker_join(&fast, time, 7);
	ticker_join(&slow, time, 1000);
	CU_ASSERT_EQUAL(clock_sleep_until(clock, (struct instant){7000}), STATUS_OK);
	CU_ASSERT_EQUAL(fast.ticks, 1000);
	CU_ASSERT_EQUAL(slow.ticks, 7);
	CU_ASSERT_EQUAL(fast.furthest, 7000);
	CU_ASSERT_EQUAL(clock_now(clock).nanoseconds, 7000);
	virtual_time_free(time);
}

static void the_date_follows_simulated_time(void)
{
	struct virtual_time *time =
		virtual_time_new(1767600000); /* 2026-01-05T08:00:00Z by date(1) */
	struct clock *clock = virtual_time_clock(time);
	char text[21];

	clock_sleep_seconds(clock, 86399.0);
	CU_ASSERT_STRING_EQUAL(clock_utc_text(clock, text), "2026-01-06T07:59:59Z");
	virtual_time_free(time);
}

struct echo {
	struct virtual_line *line;
	int64_t received_at[8];
	int count;
};

static void echo_receive(void *context, uint8_t byte, struct instant at)
{
	struct echo *echo = context;

	if (echo->count < 8) {
		echo->received_at[echo->count++] = at.nanoseconds;
	}
	virtual_line_send(echo->line, &byte, 1, at);
}

static void bytes_take_eleven_bit_times_each_way_on_8n2(void)
{
	struct virtual_time *time = virtual_time_new(0);
	struct virtual_line *line = virtual_line_new(time, "echo", &(struct port_line){9600, 2});
	struct echo echo = {.line = line};
	struct port *port;
	uint8_t answer[8];
	size_t count = 0, total = 0;
	int64_t byte = 1000000000LL * 11 / 9600;

	virtual_line_attach(line, &(struct virtual_device){&echo, echo_receive});
	CU_ASSERT_EQUAL(virtual_line_open_port(line, &port), STATUS_OK);
	CU_ASSERT_EQUAL(
		port_write(port, (const uint8_t *)"abc", 3, instant_after((struct instant){0}, 1)),
		STATUS_OK);
	CU_ASSERT_EQUAL(clock_now(port->clock).nanoseconds, 3 * byte);
	CU_ASSERT_EQUAL(echo.count, 3);
	CU_ASSERT_EQUAL(echo.received_at[2], 3 * byte);
	while (total < 3 && !port_read(port, answer + total, sizeof(answer) - total, &count,
				       instant_after((struct instant){0}, 1))) {
		total += count;
	}
	CU_ASSERT_EQUAL(total, 3);
	CU_ASSERT(!memcmp(answer, "abc", 3));
	CU_ASSERT_EQUAL(clock_now(port->clock).nanoseconds, 4 * byte);
	port_close(port);
	virtual_line_free(line);
	virtual_time_free(time);
}

static void silence_ends_at_the_deadline_with_a_time_out(void)
{
	struct virtual_time *time = virtual_time_new(0);
	struct virtual_line *line = virtual_line_new(time, "nobody", &(struct port_line){9600, 1});
	struct port *port;
	uint8_t byte;
	size_t count = 99;

	virtual_line_open_port(line, &port);
	CU_ASSERT_EQUAL(port_read(port, &byte, 1, &count, (struct instant){2500000000LL}),
			STATUS_TIMEOUT);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(clock_now(port->clock).nanoseconds, 2500000000LL);
	port_close(port);
	virtual_line_free(line);
	virtual_time_free(time);
}

const char *const suite_name = "virtual_time";
const struct suite_case suite_cases[] = {
	CASE(a_sleep_runs_every_event_up_to_its_end_and_no_further),
	CASE(the_date_follows_simulated_time),
	CASE(bytes_take_eleven_bit_times_each_way_on_8n2),
	CASE(silence_ends_at_the_deadline_with_a_time_out),
	CASES_END,
};
