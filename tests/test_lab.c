/* drivers/lab: with a source and a standard that are plain structs in memory and a manual clock. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "drivers/lab.h"
#include "tests/support/scripted_port.h"
#include "tests/support/suite.h"

static struct scripted_port line; /* for its clock */
static struct three_phase applied;
static int apply_count, prepare_count, off_count, check_count;
static bool is_off;
static struct instant check_times[64];
static struct instant alarm_at; /* asked */
static struct instant said_at;	/* unasked */
static enum status off_status;
/* The standard shows the load until this instant after off, then what is left. */
static double standard_delay_seconds, left_volts, left_amperes;
static struct instant off_at;

static void fake_limits(struct instrument *instrument, struct power_source_limits *limits)
{
	(void)instrument;
	*limits = (struct power_source_limits){20, 500, 0.001, 240, 45, 65};
}

static enum status fake_apply(struct instrument *instrument, const struct three_phase *load)
{
	(void)instrument;
	applied = *load;
	apply_count++;
	return STATUS_OK;
}

static enum status fake_prepare(struct instrument *instrument, const struct three_phase *load)
{
	(void)instrument;
	applied = *load;
	prepare_count++;
	return STATUS_OK;
}

static enum status fake_off(struct instrument *instrument)
{
	(void)instrument;
	off_count++;
	is_off = off_status == STATUS_OK;
	off_at = line.clock.now;
	if (clock_check_abort()) {
		return STATUS_ABORTED;
	}
	return off_status ? status_fail(off_status, "source fake: no reply to \"off\"") : STATUS_OK;
}

static enum status fake_check(struct instrument *instrument)
{
	(void)instrument;
	check_times[check_count++ % 64] = line.clock.now;
	if (!instant_before(line.clock.now, alarm_at)) {
		return status_fail(STATUS_ALARM, "source fake: emergency stop");
	}
	return STATUS_OK;
}

static enum status fake_read(struct instrument *instrument, struct standard_indication *indication)
{
	bool shows_load =
		!is_off || seconds_between(off_at, line.clock.now) < standard_delay_seconds;

	(void)instrument;
	*indication = (struct standard_indication){0};
	for (int phase = 0; phase < 3; phase++) {
		indication->volts[phase] = shows_load ? 120 : 0.01;
		indication->amperes[phase] = shows_load ? 30 : 0.0001;
	}
	if (!shows_load) {
		indication->volts[1] = left_volts;
		indication->amperes[2] = left_amperes;
	}
	return STATUS_OK;
}

static enum status fake_listen(struct instrument *instrument, struct instant until)
{
	enum status status = clock_sleep_until(&line.clock.clock, instant_earlier(until, said_at));

	(void)instrument;
	if (!status && !instant_before(line.clock.now, said_at)) {
		return status_fail(STATUS_ALARM, "source fake: overload of current B");
	}
	return status;
}

static const struct power_source source_role = {
	.limits = fake_limits,
	.apply = fake_apply,
	.off = fake_off,
	.check_alarms = fake_check,
	.listen = fake_listen,
};
static const struct reference_standard standard_role = {.read = fake_read};
static const struct energy_dose dose_role = {.prepare = fake_prepare};
static struct instrument instrument = {
	.name = "fake",
	.power_source = &source_role,
	.reference_standard = &standard_role,
	.energy_dose = &dose_role,
};

static struct lab lab;
static const struct lab_limits rated = {300, 200, 55, 65};

static void start(void)
{
	scripted_port_init(&line, "VIRTUAL::fake");
	lab = (struct lab){
		.clock = &line.clock.clock,
		.name = "test",
		.power_source = &instrument,
		.reference_standard = &instrument,
		.energy_dose = &instrument,
		.limits = {480, 220, 0, 0},
	};
	apply_count = prepare_count = off_count = check_count = 0;
	is_off = false;
	alarm_at = said_at = INSTANT_NEVER;
	off_status = STATUS_OK;
	standard_delay_seconds = left_volts = left_amperes = 0;
}

static bool says(const char *part)
{
	return strstr(status_reason(), part);
}

static struct three_phase balanced(double volts, double amperes, double hertz)
{
	struct three_phase load = {.hertz = hertz};

	for (int phase = 0; phase < 3; phase++) {
		load.volts[phase] = (struct phasor){volts, 120.0 * phase};
		load.amperes[phase] = (struct phasor){amperes, 120.0 * phase};
	}
	return load;
}

static void a_wait_ends_at_its_instant_and_looks_at_the_alarms_every_ten_seconds(void)
{
	start();
	CU_ASSERT_EQUAL(lab_wait_seconds(&lab, 60.25), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&line), 60.25, 1e-9);
	CU_ASSERT_EQUAL_FATAL(check_count, 7); /* at 0, 10, ... 60 s */
	for (int i = 0; i < check_count; i++) {
		CU_ASSERT_DOUBLE_EQUAL((double)check_times[i].nanoseconds * 1e-9, 10 * i, 1e-9);
	}
}

static void many_short_waits_look_at_the_alarms_too(void)
{
	start();
	for (int i = 0; i < 400; i++) {
		CU_ASSERT_EQUAL(lab_wait_seconds(&lab, 0.1), STATUS_OK);
	}
	CU_ASSERT(check_count >= 4 && check_count <= 5);
}

static void an_alarm_ends_the_wait_with_its_words(void)
{
	start();
	alarm_at = (struct instant){12 * NANOSECONDS_PER_SECOND};
	CU_ASSERT_EQUAL(lab_wait_seconds(&lab, 3600), STATUS_ALARM);
	CU_ASSERT_TRUE(says("emergency stop"));
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&line), 20, 1e-9);
}

static void an_alarm_that_comes_unasked_ends_the_wait_at_once(void)
{
	start();
	said_at = (struct instant){12 * NANOSECONDS_PER_SECOND + 1};
	CU_ASSERT_EQUAL(lab_wait_seconds(&lab, 3600), STATUS_ALARM);
	CU_ASSERT_TRUE(says("overload of current B"));
	CU_ASSERT_EQUAL(line.clock.now.nanoseconds, said_at.nanoseconds);
}

static void an_abort_ends_the_wait_but_not_the_way_to_safe_state(void)
{
	int ends[2];

	start();
	standard_delay_seconds = 2;
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	CU_ASSERT_EQUAL_FATAL(write(ends[1], "x", 1), 1);
	clock_set_abort_descriptor(ends[0]);
	CU_ASSERT_EQUAL(lab_wait_seconds(&lab, 3600), STATUS_ABORTED);
	CU_ASSERT_EQUAL(scripted_port_seconds(&line), 0);
	CU_ASSERT_EQUAL(lab_off(&lab), STATUS_OK);
	CU_ASSERT_EQUAL(off_count, 1);
	CU_ASSERT_EQUAL(clock_abort_descriptor(), ends[0]);
	clock_set_abort_descriptor(-1);
	close(ends[0]);
	close(ends[1]);
}

static void a_request_inside_all_limits_is_applied(void)
{
	struct three_phase load = balanced(300, 200, 60);

	start();
	CU_ASSERT_EQUAL(lab_apply(&lab, &load, &rated), STATUS_OK);
	CU_ASSERT_EQUAL(apply_count, 1);
	CU_ASSERT_EQUAL(applied.volts[2].rms, 300);
	CU_ASSERT_EQUAL(lab_prepare_dose(&lab, &load, &rated), STATUS_OK);
	CU_ASSERT_EQUAL(prepare_count, 1);
	CU_ASSERT_EQUAL(apply_count, 1);
}

static void the_smallest_limit_refuses_and_is_named_with_quantity_and_request(void)
{
	static const struct {
		double volts, amperes, hertz;
		struct lab_limits ceiling;
		const char *words;
	} cases[] = {
		{300.01,
		 1,
		 60,
		 {300, 200, 55, 65},
		 "voltage A of 300.01 V is above 300 V, the limit of the meter in this step"},
		{490, 1, 60, {600, 200, 55, 65}, "is above 480 V, the limit of the lab"},
		{120,
		 201,
		 60,
		 {300, 200, 55, 65},
		 "current A of 201 A is above 200 A, the limit of the meter in this step"},
		{120, 230, 60, {300, 300, 55, 65}, "is above 220 A, the limit of the lab"},
		{10,
		 1,
		 60,
		 {300, 200, 55, 65},
		 "voltage A of 10 V is below 20 V, the least of the power source"},
		{120,
		 0.0005,
		 60,
		 {300, 200, 55, 65},
		 "is below 0.001 A, the least of the power source"},
		{120,
		 1,
		 54,
		 {300, 200, 55, 65},
		 "frequency of 54 Hz is below 55 Hz, the least of the meter in this step"},
		{120, 1, 66, {300, 200, 0, 0}, "is above 65 Hz, the limit of the power source"},
		{120, 1, 60, {0, 200, 0, 0}, "is above 0 V, the limit of the meter in this step"},
	};

	start();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct three_phase load =
			balanced(cases[i].volts, cases[i].amperes, cases[i].hertz);

		CU_ASSERT_EQUAL(lab_apply(&lab, &load, &cases[i].ceiling), STATUS_LIMIT);
		CU_ASSERT_TRUE(says(cases[i].words));
		CU_ASSERT_EQUAL(lab_prepare_dose(&lab, &load, &cases[i].ceiling), STATUS_LIMIT);
	}
	CU_ASSERT_EQUAL(apply_count + prepare_count, 0);
	lab.limits = (struct lab_limits){1000, 1000, 0, 0};
	struct three_phase load = balanced(501, 1, 60);
	CU_ASSERT_EQUAL(lab_apply(&lab, &load, &lab.limits), STATUS_LIMIT);
	CU_ASSERT_TRUE(says("is above 500 V, the limit of the power source"));
}

static void one_phase_too_high_is_enough_and_a_phase_that_is_off_is_no_trouble(void)
{
	struct three_phase load = balanced(120, 30, 60);

	start();
	load.volts[1].rms = 0;
	load.amperes[1].rms = 0;
	CU_ASSERT_EQUAL(lab_apply(&lab, &load, &rated), STATUS_OK);
	load.amperes[2].rms = 200.1;
	CU_ASSERT_EQUAL(lab_apply(&lab, &load, &rated), STATUS_LIMIT);
	CU_ASSERT_TRUE(says("current C of 200.1 A"));
	CU_ASSERT_EQUAL(apply_count, 1);
}

static void what_is_no_number_is_never_applied(void)
{
	const struct three_phase loads[] = {balanced(NAN, 1, 60), balanced(120, INFINITY, 60),
					    balanced(120, 1, NAN), balanced(-120, 1, 60)};
	struct three_phase no_angle = balanced(120, 1, 60);

	start();
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		CU_ASSERT_EQUAL(lab_apply(&lab, &loads[i], &rated), STATUS_BAD_INPUT);
	}
	no_angle.amperes[1].lag_degrees = NAN;
	CU_ASSERT_EQUAL(lab_apply(&lab, &no_angle, &rated), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(apply_count, 0);
}

static void off_waits_until_the_standard_confirms_it(void)
{
	start();
	standard_delay_seconds = 3.2;
	CU_ASSERT_EQUAL(lab_off(&lab), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(scripted_port_seconds(&line), 3.5, 1e-9);
}

static void off_that_the_standard_does_not_confirm_is_told_with_what_it_reads(void)
{
	start();
	left_volts = 118.5;
	CU_ASSERT_EQUAL(lab_off(&lab), STATUS_TIMEOUT);
	CU_ASSERT_TRUE(says("source fake is not off: standard fake still reads 118.5 V"));
	CU_ASSERT_TRUE(says("on phase B"));
	CU_ASSERT(scripted_port_seconds(&line) <= 10);
	start();
	left_amperes = -0.02;
	CU_ASSERT_EQUAL(lab_off(&lab), STATUS_TIMEOUT);
	CU_ASSERT_TRUE(says("on phase C"));
	start();
	left_volts = NAN;
	CU_ASSERT_EQUAL(lab_off(&lab), STATUS_TIMEOUT);
}

static void a_source_that_does_not_obey_or_a_missing_standard_is_no_safe_state(void)
{
	start();
	off_status = STATUS_TIMEOUT;
	CU_ASSERT_EQUAL(lab_off(&lab), STATUS_TIMEOUT);
	CU_ASSERT_TRUE(says("no reply"));
	start();
	lab.reference_standard = NULL;
	CU_ASSERT_EQUAL(lab_off(&lab), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(off_count, 1);
	CU_ASSERT_TRUE(says("no reference standard"));
}

const char *const suite_name = "lab";
const struct suite_case suite_cases[] = {
	CASE(a_wait_ends_at_its_instant_and_looks_at_the_alarms_every_ten_seconds),
	CASE(many_short_waits_look_at_the_alarms_too),
	CASE(an_alarm_ends_the_wait_with_its_words),
	CASE(an_alarm_that_comes_unasked_ends_the_wait_at_once),
	CASE(an_abort_ends_the_wait_but_not_the_way_to_safe_state),
	CASE(a_request_inside_all_limits_is_applied),
	CASE(the_smallest_limit_refuses_and_is_named_with_quantity_and_request),
	CASE(one_phase_too_high_is_enough_and_a_phase_that_is_off_is_no_trouble),
	CASE(what_is_no_number_is_never_applied),
	CASE(off_waits_until_the_standard_confirms_it),
	CASE(off_that_the_standard_does_not_confirm_is_told_with_what_it_reads),
	CASE(a_source_that_does_not_obey_or_a_missing_standard_is_no_safe_state),
	CASES_END,
};
