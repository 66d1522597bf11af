/*
 * Harmonics of the simulated source by the convention of drivers/DESIGN.md: the standard's energy
 * and the meter's pulses against P = P1 (1 + u5 i5 cos(theta5) / cos(phi1)), rms as the root of the
 * squares.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/virtual_lab/virtual_lab.h"
#include "tests/support/suite.h"

#define VOLTS "R120.000000.00S120.000120.00T120.000240.00"
#define AMPERES "R030.000000.00S030.000120.00T030.000240.00"
#define AMPERES_HALF "R030.000060.00S030.000180.00T030.000300.00"
#define WATTS (3 * 120.0 * 30)
#define KT_WATT_HOURS 1.8

static struct virtual_lab *lab;
static struct port *zera;
static char said[512];

static void begin(void)
{
	struct virtual_lab_options options = {.seed = 6, .hardware = {"AX", "16S", "HARM-1", 200}};

	CU_ASSERT_EQUAL_FATAL(virtual_lab_new(&options, &lab), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab, "VIRTUAL::zera", &zera), STATUS_OK);
}

static void end(void)
{
	port_close(zera);
	virtual_lab_free(lab);
}

static struct instant in_seconds(double seconds)
{
	return instant_after(clock_now(virtual_lab_clock(lab)), seconds);
}

/* What comes within so many seconds, lines ended by '|'. */
static const char *ask_for(const char *line, double seconds)
{
	size_t used = 0, count;

	CU_ASSERT_EQUAL(port_write(zera, (const uint8_t *)line, strlen(line), in_seconds(5)),
			STATUS_OK);
	CU_ASSERT_EQUAL(port_write(zera, (const uint8_t *)"\r", 1, in_seconds(5)), STATUS_OK);
	struct instant until = in_seconds(seconds);
	while (used + 1 < sizeof(said) &&
	       port_read(zera, (uint8_t *)said + used, sizeof(said) - 1 - used, &count, until) ==
		       STATUS_OK) {
		used += count;
	}
	said[used] = '\0';
	for (size_t i = 0; i < used; i++) {
		said[i] = said[i] == '\r' ? '|' : said[i];
	}
	return said;
}

static const char *ask(const char *line)
{
	return ask_for(line, 0.3);
}

static void switch_on(const char *volts, const char *amperes)
{
	CU_ASSERT_STRING_EQUAL(ask("SFR60.00"), "SOKFR|");
	CU_ASSERT_STRING_EQUAL(ask(volts), "SOKUP|");
	CU_ASSERT_STRING_EQUAL(ask(amperes), "SOKIP|");
	CU_ASSERT_STRING_EQUAL(ask_for("SUIEEEPPPAAA", 3), "SOKUI|");
	CU_ASSERT_EQUAL(clock_sleep_seconds(virtual_lab_clock(lab), 5), STATUS_OK);
}

static double power_by_world(double seconds)
{
	struct world *world = virtual_lab_world(lab);
	struct instant from = clock_now(virtual_lab_clock(lab));

	CU_ASSERT_EQUAL(clock_sleep_seconds(virtual_lab_clock(lab), seconds), STATUS_OK);
	return world_total_joules(world, from, clock_now(virtual_lab_clock(lab))) / seconds;
}

static double power_by_pulses(double seconds)
{
	int64_t before = world_pulse_count(virtual_lab_world(lab), 1);

	CU_ASSERT_EQUAL(clock_sleep_seconds(virtual_lab_clock(lab), seconds), STATUS_OK);
	return (double)(world_pulse_count(virtual_lab_world(lab), 1) - before) * KT_WATT_HOURS *
	       3600 / seconds;
}

static double power_by_register(double seconds)
{
	CU_ASSERT_STRING_EQUAL(ask("AET1"), "AETACK|");
	CU_ASSERT_EQUAL(clock_sleep_seconds(virtual_lab_clock(lab), seconds), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(ask("AET0"), "AETACK|");
	/* started and stopped by lines of 4 + 1 bytes of 11/9600 s, 0.3 s of listening apart */
	return strtod(ask("AEV"), NULL) * 3600 / (seconds + 0.3 + 5 * 11.0 / 9600);
}

static void fifths(const char *volts, const char *amperes)
{
	CU_ASSERT_STRING_EQUAL(ask(volts), "SOKHW|");
	CU_ASSERT_STRING_EQUAL(ask(amperes), "SOKHW|");
}

static void the_fifths_add_their_power(void)
{
	begin();
	fifths("SHWU05;10.000;000.00", "SHWI05;40.000;000.00");
	switch_on("SUPEE" VOLTS, "SIPEA" AMPERES);
	CU_ASSERT_DOUBLE_EQUAL(power_by_world(10), WATTS * 1.04, 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(power_by_register(100), WATTS * 1.04, 0.5);
	CU_ASSERT_DOUBLE_EQUAL(power_by_pulses(600), WATTS * 1.04, 1.8 * 3600 / 600 + 0.01);
	end();
}

/* theta5 is the angle between the two fifths; each is counted from its own fundamental's zero,
 * five times phi1 further for the current. */
static void against_each_other_they_take_it_away(void)
{
	begin();
	fifths("SHWU05;10.000;000.00", "SHWI05;40.000;180.00");
	switch_on("SUPEE" VOLTS, "SIPEA" AMPERES);
	CU_ASSERT_DOUBLE_EQUAL(power_by_world(10), WATTS * 0.96, 1e-3);
	end();
	begin();
	fifths("SHWU05;10.000;000.00", "SHWI05;40.000;060.00");
	switch_on("SUPEE" VOLTS, "SIPEA" AMPERES_HALF);
	/* 5 * 60 + 60 = 360 degrees: in phase again */
	CU_ASSERT_DOUBLE_EQUAL(power_by_world(10), WATTS * (0.5 + 0.04), 1e-3);
	end();
}

static void they_wait_for_the_switch_and_its_letter(void)
{
	begin();
	fifths("SHWU05;10.000;000.00", "SHWI05;40.000;000.00");
	switch_on("SUPAE" VOLTS, "SIPAA" AMPERES);
	CU_ASSERT_DOUBLE_EQUAL(power_by_world(5), WATTS, 1e-3);
	switch_on("SUPEE" VOLTS, "SIPEA" AMPERES);
	CU_ASSERT_DOUBLE_EQUAL(power_by_world(5), WATTS * 1.04, 1e-3);
	fifths("SHWU00", "SHWI05;00.000;000.00");
	CU_ASSERT_DOUBLE_EQUAL(power_by_world(5), WATTS * 1.04, 1e-3);
	CU_ASSERT_STRING_EQUAL(ask_for("SUIEEEPPPAAA", 3), "SOKUI|");
	CU_ASSERT_EQUAL(clock_sleep_seconds(virtual_lab_clock(lab), 5), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(power_by_world(5), WATTS, 1e-3);
	end();
}

/* sqrt(1 + 0.01) of 120 V, sqrt(1 + 0.16) of 30 A; the fundamental stays. */
static void the_standard_shows_the_whole_wave(void)
{
	begin();
	fifths("SHWU05;10.000;000.00", "SHWI05;40.000;000.00");
	switch_on("SUPEE" VOLTS, "SIPEA" AMPERES);
	const char *shown = ask("AME0;3");
	const char *amperes = strstr(shown, "|3;");
	CU_ASSERT_EQUAL_FATAL(strncmp(shown, "0;", 2), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(amperes);
	CU_ASSERT_DOUBLE_EQUAL(strtod(shown + 2, NULL), 120 * sqrt(1.01), 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(strtod(amperes + 3, NULL), 30 * sqrt(1.16), 1e-3);
	end();
}

static void what_is_impossible_is_refused_and_what_is_no_command_unheard(void)
{
	static const char *const silent[] = {"SHW",
					     "SHWU",
					     "SHWX05;10.000;000.00",
					     "SHWU05;10.00;000.00",
					     "SHWU05;10.000;000.00;",
					     "SHWU5;x"};
	static const char *const refused[] = {"SHWU01;10.000;000.00", "SHWU41;10.000;000.00",
					      "SHWI05;10.000;360.01"};
	char line[40];

	begin();
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		CU_ASSERT_STRING_EQUAL(ask(silent[i]), "");
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		CU_ASSERT_STRING_EQUAL(ask(refused[i]), "SHWNAK|");
	}
	for (int order = 2; order < 11; order++) {
		snprintf(line, sizeof(line), "SHWI%02d;01.000;000.00", order);
		CU_ASSERT_STRING_EQUAL(ask(line), order < 10 ? "SOKHW|" : "SHWNAK|");
	}
	CU_ASSERT_STRING_EQUAL(ask("SHWI05;02.000;090.00"), "SOKHW|"); /* in place of itself */
	end();
}

const char *const suite_name = "virtual harmonics";
const struct suite_case suite_cases[] = {
	CASE(the_fifths_add_their_power),
	CASE(against_each_other_they_take_it_away),
	CASE(they_wait_for_the_switch_and_its_letter),
	CASE(the_standard_shows_the_whole_wave),
	CASE(what_is_impossible_is_refused_and_what_is_no_command_unheard),
	CASES_END,
};
