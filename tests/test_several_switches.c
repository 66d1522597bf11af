/*
 * Two meters with service switches in one current circuit: what one opens the other loses at the
 * same instant, in whatever blocks the two are run. Commanded through their modules.
 */
#include <stdio.h>
#include <string.h>

#include "bench/virtual_lab/virtual_lab.h"
#include "drivers/instrument.h"
#include "tests/support/suite.h"

#define LOG_BYTES 4096
#define ANSWER_BYTES 2048

struct story {
	char log[LOG_BYTES];
	char registers[2][ANSWER_BYTES];
	int64_t pulses[2];
	double watt_hours;
};

static struct virtual_lab *lab;
static struct port *gateway;
static struct instrument *source;

static void keep_line(void *context, const char *line)
{
	struct story *story = context;
	size_t used = strlen(story->log);

	snprintf(story->log + used, sizeof(story->log) - used, "%s;", line);
}

static struct port *open_port(const char *resource)
{
	struct port *port;

	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab, resource, &port), STATUS_OK);
	return port;
}

static void wait_seconds(double seconds)
{
	CU_ASSERT_EQUAL(clock_sleep_seconds(virtual_lab_clock(lab), seconds), STATUS_OK);
}

static void apply(const char *text)
{
	struct load_point point;
	struct three_phase load;

	CU_ASSERT_EQUAL(load_point_parse(text, &point), STATUS_OK);
	CU_ASSERT_EQUAL(service_phasors(SERVICE_NETWORK_3_WIRE, &point, &load), STATUS_OK);
	CU_ASSERT_EQUAL(source->power_source->apply(source, &load), STATUS_OK);
}

static void begin_with(const struct virtual_lab_options *options, struct story *story)
{
	CU_ASSERT_EQUAL_FATAL(virtual_lab_new(options, &lab), STATUS_OK);
	world_set_log(virtual_lab_world(lab), keep_line, story);
	gateway = open_port("VIRTUAL::gateway");
	CU_ASSERT_EQUAL_FATAL(instrument_open(instrument_driver_find("zera_mt"), "zera",
					      open_port("VIRTUAL::zera"), &source),
			      STATUS_OK);
	apply("3x120V 0A 1 60Hz"); /* the meters start */
	wait_seconds(3);
}

static void begin(uint32_t block_frames, struct story *story)
{
	const struct virtual_lab_options options = {
		.seed = 8,
		.hardware = {"AX-SD", "12S", "TWO-1", 200},
		.module = "0746",
		.block_frames = block_frames,
		.tolerances = {.crystal_ppm = 50, .meter_noise_counts = 20},
		.position_count = 2,
		.positions = {{.number = 1}, {.number = 2}},
	};

	begin_with(&options, story);
}

static void end(void)
{
	instrument_close(source);
	port_close(gateway);
	virtual_lab_free(lab);
}

static void ask(const char *request, char answer[ANSWER_BYTES])
{
	struct instant until = instant_after(clock_now(virtual_lab_clock(lab)), 30);
	size_t used = 0, count;

	CU_ASSERT_EQUAL(port_write(gateway, (const uint8_t *)request, strlen(request), until),
			STATUS_OK);
	answer[0] = '\0';
	while (!strchr(answer, '\n') && used + 1 < ANSWER_BYTES &&
	       port_read(gateway, (uint8_t *)answer + used, ANSWER_BYTES - 1 - used, &count,
			 until) == STATUS_OK) {
		used += count;
		answer[used] = '\0';
	}
}

static void command(const char *request)
{
	char answer[ANSWER_BYTES];

	ask(request, answer);
	CU_ASSERT_EQUAL(strncmp(answer, "OK 0 00", 7), 0);
}

static void tell_story(uint32_t block_frames, struct story *story)
{
	memset(story, 0, sizeof(*story));
	begin(block_frames, story);
	apply("3x120V 50A 1 60Hz");
	wait_seconds(30);
	command("EXECUTE 2 NETWORK 2048 01\n");
	wait_seconds(20);
	command("EXECUTE 2 NETWORK 2048 02\n");
	wait_seconds(2);
	CU_ASSERT_EQUAL(source->power_source->listen(source, clock_now(virtual_lab_clock(lab))),
			STATUS_ALARM); /* the circuit that was open */
	apply("3x120V 50A 1 60Hz");
	wait_seconds(12);
	command("EXECUTE 1 NETWORK 2048 01\n");
	wait_seconds(20);
	for (int i = 0; i < 2; i++) {
		ask(i ? "READ? 2 ZIGBEE 23\n" : "READ? 1 ZIGBEE 23\n", story->registers[i]);
		story->pulses[i] = world_pulse_count(virtual_lab_world(lab), i + 1);
	}
	story->watt_hours = world_total_joules(virtual_lab_world(lab), (struct instant){0},
					       clock_now(virtual_lab_clock(lab))) /
			    3600;
	end();
}

/* Kt 1.2 Wh: both count the same energy, and all of it, but for their noise and less than a pulse.
 */
static void what_one_opens_the_other_loses(void)
{
	static struct story story;

	tell_story(0, &story);
	CU_ASSERT_PTR_NOT_NULL(strstr(story.log, " meter 2 service switch open;"));
	CU_ASSERT_PTR_NOT_NULL(strstr(story.log, " meter 2 service switch closed;"));
	CU_ASSERT_PTR_NOT_NULL(strstr(story.log, " meter 1 service switch open;"));
	CU_ASSERT(story.watt_hours > 12000 * 40 / 3600.0);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_DOUBLE_EQUAL((double)story.pulses[i] * 1.2, story.watt_hours, 1.3);
		CU_ASSERT_EQUAL(strncmp(story.registers[i], "OK ", 3), 0);
	}
}

static void blocks_change_nothing_of_it(void)
{
	static struct story large, small;

	tell_story(1536, &large);
	tell_story(7, &small);
	CU_ASSERT_STRING_EQUAL(large.log, small.log);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_STRING_EQUAL(large.registers[i], small.registers[i]);
		CU_ASSERT_EQUAL(large.pulses[i], small.pulses[i]);
	}
	CU_ASSERT_EQUAL(large.watt_hours, small.watt_hours);
}

/* Twenty positions, each with switch and module; the operator's hands reach the one that is named.
 */
static void twenty_positions_have_everything(void)
{
	struct virtual_lab_options options = {
		.seed = 9,
		.hardware = {"AX-SD", "12S", "MANY-1", 200},
		.module = "0764",
		.position_count = VIRTUAL_LAB_POSITIONS,
	};
	static struct story story;
	char answer[ANSWER_BYTES];

	for (int i = 0; i < VIRTUAL_LAB_POSITIONS; i++) {
		options.positions[i].number = i + 1;
	}
	begin_with(&options, &story);
	wait_seconds(10);
	ask("MODULE? 20\n", answer);
	CU_ASSERT_STRING_EQUAL(answer, "OK 0764 1 1 SIM1.00 Gridstream PLC\n");
	struct port *person = open_port("VIRTUAL::operator");
	CU_ASSERT_EQUAL(port_write(person, (const uint8_t *)"position 17: break the seal\n", 28,
				   instant_after(clock_now(virtual_lab_clock(lab)), 5)),
			STATUS_OK);
	wait_seconds(2);
	port_close(person);
	CU_ASSERT_PTR_NOT_NULL(strstr(story.log, " meter 17 seal broken;"));
	for (int i = 16; i <= 18; i++) {
		char request[40];

		/* MT3: SEALED, KWH_DECIMALS, SEAL_IS_BROKEN */
		snprintf(request, sizeof(request), "READ? %d ZIGBEE 2051\n", i);
		ask(request, answer);
		CU_ASSERT_EQUAL(strncmp(answer, "OK ", 3), 0);
		CU_ASSERT_EQUAL(strncmp(answer + 7, i == 17 ? "01" : "00", 2), 0);
	}
	end();
}

const char *const suite_name = "several switches";
const struct suite_case suite_cases[] = {
	CASE(what_one_opens_the_other_loses),
	CASE(blocks_change_nothing_of_it),
	CASE(twenty_positions_have_everything),
	CASES_END,
};
