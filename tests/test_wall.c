/* drivers/clocks/wall: one wait over all lines. Two pseudo-terminals stand for two instruments. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "drivers/clocks/wall.h"
#include "drivers/instruments/zera_mt_link.h"
#include "drivers/lab.h"
#include "tests/support/suite.h"

#define SHORT_SECONDS 0.02
/* Three of them fit in what is kept, the fourth only in part. */
#define BLOCK 1300
#define STOP_MICROSECONDS 50000

static const char emergency_stop[] = "SSM08000000000000000000\r";

static struct pair {
	int master;
	struct port *port;
} source, meter;

static struct instant soon(double seconds)
{
	return instant_after(clock_now(clock_wall()), seconds);
}

static void open_pair(struct pair *pair)
{
	static const struct port_line line = {9600, 2};
	char resource[128];

	pair->master = posix_openpt(O_RDWR | O_NOCTTY);
	CU_ASSERT_FATAL(pair->master >= 0 && !grantpt(pair->master) && !unlockpt(pair->master));
	snprintf(resource, sizeof(resource), "PTY::%s", ptsname(pair->master));
	CU_ASSERT_EQUAL_FATAL(port_open(resource, &line, clock_wall(), &pair->port), STATUS_OK);
}

static void close_pair(struct pair *pair)
{
	port_close(pair->port);
	if (pair->master >= 0) {
		close(pair->master);
	}
}

static void read_exactly(struct port *port, uint8_t *bytes, size_t count)
{
	size_t total = 0, got;

	while (total < count &&
	       port_read(port, bytes + total, count - total, &got, soon(5)) == STATUS_OK) {
		total += got;
	}
	CU_ASSERT_EQUAL(total, count);
}

/* Bytes that nobody has taken out of the system's own queue. */
static int left_in_system(const struct pair *pair)
{
	int queued = -1;
	int descriptor = open(ptsname(pair->master), O_RDWR | O_NOCTTY);

	CU_ASSERT_EQUAL(ioctl(descriptor, FIONREAD, &queued), 0);
	close(descriptor);
	return queued;
}

static void what_comes_while_others_wait_is_kept_in_order(void)
{
	static uint8_t sent[4 * BLOCK], got[sizeof(sent)];
	uint8_t byte;
	size_t count;

	open_pair(&source);
	open_pair(&meter);
	for (size_t i = 0; i < sizeof(sent); i++) {
		sent[i] = (uint8_t)(i % 251);
	}
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(write(source.master, sent + BLOCK * i, BLOCK), BLOCK);
		CU_ASSERT_EQUAL(port_read(meter.port, &byte, 1, &count, soon(SHORT_SECONDS)),
				STATUS_TIMEOUT);
		CU_ASSERT_EQUAL(left_in_system(&source), 0);
		CU_ASSERT_EQUAL(clock_sleep_seconds(clock_wall(), SHORT_SECONDS), STATUS_OK);
	}
	CU_ASSERT_EQUAL(write(source.master, sent + 3 * BLOCK, BLOCK), BLOCK);
	CU_ASSERT_EQUAL(clock_sleep_seconds(clock_wall(), SHORT_SECONDS), STATUS_OK);
	read_exactly(source.port, got, sizeof(got));
	CU_ASSERT_EQUAL(memcmp(sent, got, sizeof(sent)), 0);
	close_pair(&source);
	close_pair(&meter);
}

static void what_was_kept_can_be_discarded(void)
{
	uint8_t byte;
	size_t count;

	open_pair(&source);
	CU_ASSERT_EQUAL(write(source.master, "old", 3), 3);
	CU_ASSERT_EQUAL(clock_sleep_seconds(clock_wall(), SHORT_SECONDS), STATUS_OK);
	CU_ASSERT_EQUAL(port_discard_input(source.port), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(source.port, &byte, 1, &count, soon(SHORT_SECONDS)),
			STATUS_TIMEOUT);
	close_pair(&source);
}

static void a_peer_that_hangs_up_disturbs_only_its_own_port(void)
{
	uint8_t byte;
	size_t count;

	open_pair(&source);
	open_pair(&meter);
	close(source.master);
	source.master = -1;
	struct instant until = soon(SHORT_SECONDS);

	CU_ASSERT_EQUAL(clock_sleep_until(clock_wall(), until), STATUS_OK);
	CU_ASSERT_FALSE(instant_before(clock_now(clock_wall()), until));
	CU_ASSERT_EQUAL(write(meter.master, "x", 1), 1);
	CU_ASSERT_EQUAL(port_read(meter.port, &byte, 1, &count, soon(5)), STATUS_OK);
	CU_ASSERT_EQUAL(port_read(source.port, &byte, 1, &count, soon(5)), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "the other end is gone"));
	close_pair(&source);
	close_pair(&meter);
}

static void a_line_too_many_is_refused(void)
{
	static struct wall_line lines[WALL_LINES + 1];

	for (int i = 0; i < WALL_LINES; i++) {
		CU_ASSERT_EQUAL(wall_line_add(&lines[i], -1), STATUS_OK);
	}
	CU_ASSERT_EQUAL(wall_line_add(&lines[WALL_LINES], -1), STATUS_BAD_INPUT);
	for (int i = 0; i < WALL_LINES; i++) {
		wall_line_remove(&lines[i]);
	}
	CU_ASSERT_EQUAL(wall_line_add(&lines[WALL_LINES], -1), STATUS_OK);
	wall_line_remove(&lines[WALL_LINES]);
}

/* A source that speaks as a ZERA MT does. */
static struct zera_link source_link;
static const struct zera_command status_command = {.role = "source"};

static enum status source_listen(struct instrument *instrument, struct instant until)
{
	enum status status = zera_link_listen(&source_link, until);

	(void)instrument;
	return status ? status : zera_link_take_alarm(&source_link, &status_command);
}

static void press_emergency_stop(int signal_number)
{
	ssize_t written = write(source.master, emergency_stop, strlen(emergency_stop));

	(void)signal_number;
	(void)written;
}

/* Slices of the wait are 1 s long, so a whole second would have passed without the wake-up. */
static void an_emergency_stop_said_unasked_ends_a_wait_at_once(void)
{
	static const struct power_source role = {.listen = source_listen};
	struct instrument instrument = {.name = "zera", .power_source = &role};
	struct lab lab = {.clock = clock_wall(), .power_source = &instrument};
	struct sigaction action = {.sa_handler = press_emergency_stop};
	const struct itimerval timer = {.it_value = {.tv_usec = STOP_MICROSECONDS}};

	open_pair(&source);
	open_pair(&meter);
	zera_link_init(&source_link, source.port, "zera");
	lab.next_alarm_check = INSTANT_NEVER;
	CU_ASSERT_EQUAL(sigaction(SIGALRM, &action, NULL), 0);
	struct instant start = clock_now(clock_wall());

	CU_ASSERT_EQUAL(setitimer(ITIMER_REAL, &timer, NULL), 0);
	CU_ASSERT_EQUAL(lab_wait_seconds(&lab, 60), STATUS_ALARM);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "emergency stop"));
	CU_ASSERT(seconds_between(start, clock_now(clock_wall())) < 0.9);
	close_pair(&source);
	close_pair(&meter);
}

const char *const suite_name = "wall";
const struct suite_case suite_cases[] = {
	CASE(what_comes_while_others_wait_is_kept_in_order),
	CASE(what_was_kept_can_be_discarded),
	CASE(a_peer_that_hangs_up_disturbs_only_its_own_port),
	CASE(a_line_too_many_is_refused),
	CASE(an_emergency_stop_said_unasked_ends_a_wait_at_once),
	CASES_END,
};
