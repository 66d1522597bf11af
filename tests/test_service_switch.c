/*
 * The service switch in the virtual laboratory, by wire: the meter commands it over its optical
 * port, the world loses its current, the source says so, and what the relay does not do the meter
 * notices. Expected: MANUFACTURER_TABLES.md (MT2), U*I of the load.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/metered_lab.h"
#include "tests/support/suite.h"

#define LOAD "3x120V 20A 1 60Hz" /* on a network A and C carry 20 A: 4800 W */
#define WATTS 4800.0
#define REST_SECONDS 11 /* longer than the firmware's rest between operations */

enum { OPEN = 1, CLOSE = 2 };
enum { CLOSED_AS_COMMANDED = 1, OPEN_AS_COMMANDED = 2 };
enum { SENSED_CLOSED = 1, SENSED_OPEN = 2, SENSED_FOREIGN = 3 };
#define ALARM_DID_NOT_FOLLOW 1u
#define DENIED 3 /* result in ST8 */

static struct metered_lab lab;
static char log_text[4096];

static void keep_line(void *context, const char *line)
{
	size_t used = strlen(log_text);

	(void)context;
	snprintf(log_text + used, sizeof(log_text) - used, "%s;", line);
}

static void begin(enum service_switch_defect defect, const char *image)
{
	struct virtual_lab_options options = {
		.seed = 5,
		.hardware = {"AX-SD", "12S", "SD-1", 200},
		.defects.fittings.service_switch = defect,
		.emulated_image = image,
	};

	log_text[0] = '\0';
	metered_lab_begin(&lab, &options);
	world_set_log(virtual_lab_world(lab.lab), keep_line, NULL);
	metered_lab_start(&lab);
	metered_lab_apply(&lab, LOAD);
	metered_lab_wait(&lab, REST_SECONDS);
}

static int command(uint8_t what)
{
	metered_lab_log_on(&lab, "OPERATE");
	int result = metered_lab_procedure(&lab, 2048, &what, 1);
	metered_lab_log_off(&lab);
	return result;
}

static void read_mt2(uint8_t octets[13])
{
	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(metered_lab_table(&lab, 2050, octets, 13), 13);
	metered_lab_log_off(&lab);
}

static void check_mt2(unsigned commanded, unsigned sensed)
{
	uint8_t octets[13];

	read_mt2(octets);
	CU_ASSERT_EQUAL(octets[0], commanded);
	CU_ASSERT_EQUAL(octets[1], sensed);
}

static enum status alarms(void)
{
	return lab.source->power_source->check_alarms(lab.source);
}

/* Until the source has told of the open circuit or there is nothing to tell. */
static enum status heard(void)
{
	struct instant now = clock_now(virtual_lab_clock(lab.lab));

	return lab.source->power_source->listen(lab.source, now);
}

static double amperes(int phase)
{
	struct three_phase load;
	struct world *world = virtual_lab_world(lab.lab);

	world_load_at(world, clock_now(virtual_lab_clock(lab.lab)), &load);
	return load.amperes[phase].rms;
}

static void an_open_switch_stops_the_current_for_all(void)
{
	struct standard_indication shown;

	begin(SERVICE_SWITCH_SOUND, NULL);
	CU_ASSERT_DOUBLE_EQUAL(amperes(0), 20, 1e-9);
	CU_ASSERT_EQUAL(heard(), STATUS_OK);
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, 3);
	CU_ASSERT_EQUAL(amperes(0), 0);
	CU_ASSERT_EQUAL(amperes(2), 0);
	double before = metered_lab_watt_hours(&lab);
	int64_t pulses = world_pulse_count(virtual_lab_world(lab.lab), 1);
	metered_lab_wait(&lab, 60);
	CU_ASSERT_EQUAL(metered_lab_watt_hours(&lab), before);
	CU_ASSERT_EQUAL(world_pulse_count(virtual_lab_world(lab.lab), 1), pulses);
	CU_ASSERT_EQUAL(heard(), STATUS_ALARM); /* unasked, before any other exchange */
	CU_ASSERT_EQUAL(alarms(), STATUS_ALARM);
	CU_ASSERT_EQUAL(lab.source->reference_standard->read(lab.source, &shown) == STATUS_OK &&
				fabs(shown.volts[0] - 120) < 0.01 && shown.amperes[0] < 1e-3,
			true);
	check_mt2(OPEN_AS_COMMANDED, SENSED_OPEN);
	CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " meter 1 service switch open;"));
	CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " volts AC amperes none;"));
	metered_lab_end(&lab);
}

/* The amplifier stays off until it is told again, whatever the switch does. */
static void closed_again_it_carries_the_next_load(void)
{
	begin(SERVICE_SWITCH_SOUND, NULL);
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, REST_SECONDS);
	CU_ASSERT_EQUAL(heard(), STATUS_ALARM);
	CU_ASSERT_EQUAL(command(CLOSE), 0);
	metered_lab_wait(&lab, 5);
	check_mt2(CLOSED_AS_COMMANDED, SENSED_CLOSED);
	CU_ASSERT_EQUAL(amperes(0), 0);
	metered_lab_apply(&lab, LOAD);
	CU_ASSERT_DOUBLE_EQUAL(amperes(0), 20, 1e-9);
	CU_ASSERT_EQUAL(alarms(), STATUS_OK);
	double before = metered_lab_watt_hours(&lab);
	metered_lab_wait(&lab, 36);
	CU_ASSERT_DOUBLE_EQUAL(metered_lab_watt_hours(&lab) - before, WATTS * 36 / 3600, 1e-3);
	metered_lab_end(&lab);
}

static void without_current_it_opens_without_an_alarm(void)
{
	begin(SERVICE_SWITCH_SOUND, NULL);
	metered_lab_apply(&lab, "3x120V 0A 1 60Hz");
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, 5);
	check_mt2(OPEN_AS_COMMANDED, SENSED_OPEN);
	CU_ASSERT_EQUAL(alarms(), STATUS_OK);
	metered_lab_end(&lab);
}

static void a_welded_switch_goes_on_carrying_and_the_meter_notices(void)
{
	uint8_t octets[13];

	begin(SERVICE_SWITCH_WELDED, NULL);
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, 10);
	CU_ASSERT_DOUBLE_EQUAL(amperes(0), 20, 1e-9);
	CU_ASSERT_EQUAL(alarms(), STATUS_OK);
	read_mt2(octets);
	CU_ASSERT_EQUAL(octets[1], SENSED_CLOSED);
	CU_ASSERT_EQUAL(octets[4] & ALARM_DID_NOT_FOLLOW, ALARM_DID_NOT_FOLLOW);
	metered_lab_end(&lab);
}

static void a_stuck_switch_opens_and_stays_open(void)
{
	uint8_t octets[13];

	begin(SERVICE_SWITCH_STUCK, NULL);
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, REST_SECONDS);
	CU_ASSERT_EQUAL(amperes(0), 0);
	CU_ASSERT_EQUAL(heard(), STATUS_ALARM);
	CU_ASSERT_EQUAL(command(CLOSE), 0);
	metered_lab_wait(&lab, 10);
	read_mt2(octets);
	CU_ASSERT_EQUAL(octets[1], SENSED_OPEN);
	CU_ASSERT_EQUAL(octets[4] & ALARM_DID_NOT_FOLLOW, ALARM_DID_NOT_FOLLOW);
	metered_lab_end(&lab);
}

static void voltage_from_the_loads_side_forbids_closing(void)
{
	begin(SERVICE_SWITCH_SOUND, NULL);
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, REST_SECONDS);
	CU_ASSERT_EQUAL(heard(), STATUS_ALARM);
	service_switch_feed(virtual_lab_fitted_meter(lab.lab, 1)->service_switch, true,
			    clock_now(virtual_lab_clock(lab.lab)));
	metered_lab_wait(&lab, 5);
	check_mt2(OPEN_AS_COMMANDED, SENSED_FOREIGN);
	CU_ASSERT_EQUAL(command(CLOSE), DENIED);
	CU_ASSERT_FALSE(
		service_switch_is_closed(virtual_lab_fitted_meter(lab.lab, 1)->service_switch));
	service_switch_feed(virtual_lab_fitted_meter(lab.lab, 1)->service_switch, false,
			    clock_now(virtual_lab_clock(lab.lab)));
	metered_lab_wait(&lab, 5);
	CU_ASSERT_EQUAL(command(CLOSE), 0);
	metered_lab_wait(&lab, 5);
	CU_ASSERT(service_switch_is_closed(virtual_lab_fitted_meter(lab.lab, 1)->service_switch));
	metered_lab_end(&lab);
}

/* Its position needs no supply. */
static void an_outage_does_not_move_it(void)
{
	begin(SERVICE_SWITCH_SOUND, NULL);
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, 5);
	CU_ASSERT_EQUAL(heard(), STATUS_ALARM);
	metered_lab_interrupt(&lab, 30);
	metered_lab_wait(&lab, 5);
	check_mt2(OPEN_AS_COMMANDED, SENSED_OPEN);
	CU_ASSERT_FALSE(
		service_switch_is_closed(virtual_lab_fitted_meter(lab.lab, 1)->service_switch));
	metered_lab_end(&lab);
}

/* Two meters in one circuit: it is whole when both are closed. */
static void one_open_position_opens_the_circuit_of_all(void)
{
	struct world *world = world_new();
	struct load_segment segment = {.hertz = 60};
	struct instant at[5];

	for (int i = 0; i < 5; i++) {
		at[i] = instant_after((struct instant){0}, 10.0 * i);
	}
	for (int i = 0; i < 3; i++) {
		segment.volts[i] = (struct ramped_phasor){120, 0, 120.0 * i};
		segment.amperes[i] = (struct ramped_phasor){10, 0, 120.0 * i};
	}
	world_append(world, &segment);
	world_open_current(world, 1, 5, at[1]);
	world_open_current(world, 2, 1, at[2]);
	world_open_current(world, 1, 0, at[3]);
	CU_ASSERT_EQUAL(world_open_phases(world), 1);
	world_open_current(world, 2, 0, at[4]);
	/* 1200 W a phase; a balanced load over whole cycles */
	CU_ASSERT_DOUBLE_EQUAL(world_joules(world, 0, at[0], at[4]), 12000, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(world_joules(world, 1, at[0], at[4]), 48000, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(world_joules(world, 2, at[0], at[4]), 24000, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(world_total_joules(world, at[4], instant_after(at[4], 10)), 36000,
			       1e-6);
	world_free(world);
}

/* What was opened in the middle of a ramp goes on where the ramp would be. */
static void a_ramp_goes_on_behind_an_open_switch(void)
{
	struct world *world = world_new();
	struct load_segment segment = {.hertz = 60};
	struct instant one = instant_after((struct instant){0}, 1);
	struct instant three = instant_after((struct instant){0}, 3);
	struct three_phase load;

	segment.volts[0] = (struct ramped_phasor){100, 5, 0};
	segment.amperes[0] = (struct ramped_phasor){0, 2, 0};
	world_append(world, &segment);
	world_open_current(world, 1, 7, one);
	world_load_at(world, instant_after(one, 1), &load);
	CU_ASSERT_DOUBLE_EQUAL(load.volts[0].rms, 110, 1e-9);
	CU_ASSERT_EQUAL(load.amperes[0].rms, 0);
	world_open_current(world, 1, 0, three);
	world_load_at(world, instant_after(three, 1), &load);
	CU_ASSERT_DOUBLE_EQUAL(load.volts[0].rms, 120, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(load.amperes[0].rms, 8, 1e-9);
	world_free(world);
}

static size_t tell_story(const char *image, uint8_t octets[64])
{
	size_t length = 0;

	begin(SERVICE_SWITCH_SOUND, image);
	CU_ASSERT_EQUAL(command(OPEN), 0);
	metered_lab_wait(&lab, REST_SECONDS);
	CU_ASSERT_EQUAL(heard(), STATUS_ALARM);
	read_mt2(octets);
	CU_ASSERT_EQUAL(command(CLOSE), 0);
	metered_lab_apply(&lab, LOAD);
	metered_lab_wait(&lab, 5);
	read_mt2(octets + 13);
	length = 26 + (size_t)snprintf((char *)octets + 26, 38, "%.6f", metered_lab_now(&lab));
	metered_lab_end(&lab);
	return length;
}

static void both_hosts_move_the_same_switch(void)
{
	static uint8_t linked[64], emulated[64];
	static char linked_log[sizeof(log_text)];
	const char *server = getenv("CI");
	size_t length = tell_story(NULL, linked);

	memcpy(linked_log, log_text, sizeof(log_text));
	if (access(METER_IMAGE, R_OK) || system("command -v qemu-system-arm >/dev/null")) {
		printf("\n    not compared: qemu-system-arm or the image is missing\n  ");
		CU_ASSERT_FALSE(server && !strcmp(server, "true"));
		return;
	}
	CU_ASSERT_EQUAL(tell_story(METER_IMAGE, emulated), length);
	CU_ASSERT(!memcmp(linked, emulated, length));
	CU_ASSERT_STRING_EQUAL(log_text, linked_log);
}

const char *const suite_name = "service switch";
const struct suite_case suite_cases[] = {
	CASE(an_open_switch_stops_the_current_for_all),
	CASE(closed_again_it_carries_the_next_load),
	CASE(without_current_it_opens_without_an_alarm),
	CASE(a_welded_switch_goes_on_carrying_and_the_meter_notices),
	CASE(a_stuck_switch_opens_and_stays_open),
	CASE(voltage_from_the_loads_side_forbids_closing),
	CASE(an_outage_does_not_move_it),
	CASE(one_open_position_opens_the_circuit_of_all),
	CASE(a_ramp_goes_on_behind_an_open_switch),
	CASE(both_hosts_move_the_same_switch),
	CASES_END,
};
