/*
 * drivers/meter_functions.h with the meter itself, in the virtual laboratory: clock, demand,
 * calendar, recorder, log. Perfect parts; what is expected follows from the load and the clock.
 */
#include <stdio.h>
#include <string.h>

#include "drivers/meter_functions.h"
#include "tests/support/metered_lab.h"
#include "tests/support/suite.h"

static struct metered_lab lab;
static struct meter_self_reads readings;
static struct meter_event_log events;

static void begin(const char *model)
{
	struct virtual_lab_options options = {.seed = 3, .hardware = {model, "16S", "FUN-1", 200}};

	metered_lab_begin(&lab, &options);
	metered_lab_start(&lab);
}

static void must(enum status status)
{
	if (status) {
		printf("[%s: %s] ", status_name(status), status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static const struct meter_time monday_noon = {2026, 1, 5, 12, 0, 10, false, 0};
static const struct meter_time july = {2026, 7, 1, 12, 0, 10, true, 0};

static void set_clock(const struct meter_time *time)
{
	metered_lab_log_on(&lab, "OPERATE");
	must(meter_client_set_clock(lab.client, time));
	metered_lab_log_off(&lab);
}

/* 2026-01-05 is a Monday, 2026-07-01 a Wednesday. */
static void the_clock_goes_on_from_what_it_was_set_to(void)
{
	struct meter_time time;
	struct meter_tariff_state state;
	struct meter_status status;

	begin("AX");
	set_clock(&monday_noon);
	metered_lab_wait(&lab, 100);
	metered_lab_log_on(&lab, "READ");
	must(meter_client_read_clock(lab.client, &time));
	int64_t seconds = meter_time_wall_seconds(&time) - meter_time_wall_seconds(&monday_noon);

	CU_ASSERT(seconds >= 100 && seconds <= 103);
	CU_ASSERT_EQUAL(time.weekday, 1);
	CU_ASSERT(!time.is_daylight_saving);
	must(meter_client_read_status(lab.client, &status));
	CU_ASSERT_EQUAL(status.mode, METER_MODE_METERING);
	CU_ASSERT_EQUAL(status.standard & METER_STATUS_CLOCK, 0);
	metered_lab_log_off(&lab);
	set_clock(&july);
	metered_lab_log_on(&lab, "READ");
	must(meter_client_read_tariff_state(lab.client, &state));
	CU_ASSERT_EQUAL(state.time.month, 7);
	CU_ASSERT_EQUAL(state.time.hour, 12);
	CU_ASSERT_EQUAL(state.time.weekday, 3);
	CU_ASSERT(state.time.is_daylight_saving);
	CU_ASSERT_EQUAL(state.special_schedule, -1);
	metered_lab_log_off(&lab);
	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(meter_client_set_clock(lab.client, &monday_noon), STATUS_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no authorisation"));
	metered_lab_log_off(&lab);
	metered_lab_end(&lab);
}

/* 3 x 120 V x 40 A = 14400 W over whole intervals; without a load nothing but zeros. */
static void demand_of_a_constant_load_is_that_load(void)
{
	struct meter_demand_control control;
	struct meter_billing billing;
	struct meter_procedure_answer answer;
	struct meter_time ended;
	double watts;

	begin("AX");
	set_clock(&monday_noon);
	metered_lab_log_on(&lab, "PROGRAM");
	must(meter_client_read_demand_control(lab.client, &control));
	control.sub_interval_minutes = 5;
	control.sub_intervals = 3;
	control.reset_exclusion_minutes = 2;
	must(meter_client_write_demand_control(lab.client, &control));
	control.sub_interval_minutes = 256;
	CU_ASSERT_EQUAL(meter_client_write_demand_control(lab.client, &control), STATUS_BAD_INPUT);
	metered_lab_log_off(&lab);
	metered_lab_apply(&lab, "3x120V 40A 1 60Hz");
	metered_lab_wait(&lab, 1800);
	metered_lab_log_on(&lab, "OPERATE");
	must(meter_client_read_demand_control(lab.client, &control));
	CU_ASSERT_EQUAL(control.sub_interval_minutes, 5);
	CU_ASSERT_EQUAL(control.sub_intervals, 3);
	CU_ASSERT_EQUAL(control.reset_exclusion_minutes, 2);
	must(meter_client_read_billing(lab.client, &billing));
	CU_ASSERT_EQUAL(billing.demand_resets, 0);
	CU_ASSERT_EQUAL(billing.rates, 4);
	CU_ASSERT(billing.total.has_demand && billing.total.has_time);
	CU_ASSERT_DOUBLE_EQUAL(billing.total.maximum_watts, 14400, 1.5);
	CU_ASSERT(billing.total.watts_per_count <= 0.1);
	CU_ASSERT_EQUAL(billing.total.ended.minute % 5, 0);
	must(meter_client_read_newest_demand(lab.client, &watts));
	CU_ASSERT_DOUBLE_EQUAL(watts, 14400, 1.5);
	int64_t sum = 0;

	for (int i = 0; i < billing.rates; i++) {
		sum += billing.rate[i].energy.delivered;
	}
	CU_ASSERT_EQUAL(sum, billing.total.energy.delivered);
	CU_ASSERT(sum > 0);
	must(meter_client_reset_demand(lab.client, &answer));
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_COMPLETED);
	must(meter_client_reset_demand(lab.client, &answer));
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_TIMING); /* locked out for 2 min */
	double maximum = billing.total.maximum_watts;

	must(meter_client_read_billing(lab.client, &billing));
	CU_ASSERT_EQUAL(billing.demand_resets, 1);
	CU_ASSERT_EQUAL(billing.total.maximum_watts, 0);
	CU_ASSERT_DOUBLE_EQUAL(billing.total.cumulative_watts, maximum, 1e-9);
	must(meter_client_read_previous_billing(lab.client, &billing, &ended));
	CU_ASSERT_DOUBLE_EQUAL(billing.total.maximum_watts, maximum, 1e-9);
	CU_ASSERT_EQUAL(ended.day, 5);
	metered_lab_log_off(&lab);
	metered_lab_end(&lab);
}

/* Rate 2 from 12:10 to 12:30, rate 1 else; 14400 W. */
static void a_composed_calendar_switches_the_rates(void)
{
	const struct meter_day_plan plan = {.switches = 3,
					    .at = {{0, 0, 1}, {12, 10, 2}, {12, 30, 1}}};
	struct meter_calendar_image before, wanted;
	struct meter_billing billing;
	struct meter_tariff_state state;
	struct meter_day_plan impossible = plan;

	begin("AX");
	set_clock(&monday_noon);
	metered_lab_log_on(&lab, "PROGRAM");
	must(meter_client_read_calendar(lab.client, &before));
	must(meter_client_compose_calendar(lab.client, &plan, &wanted));
	must(meter_client_write_calendar(lab.client, &wanted));
	impossible.at[1].rate = 8;
	CU_ASSERT_EQUAL(meter_client_compose_calendar(lab.client, &impossible, &wanted),
			STATUS_BAD_INPUT);
	metered_lab_log_off(&lab);
	metered_lab_apply(&lab, "3x120V 40A 1 60Hz");
	metered_lab_wait(&lab, 900);
	metered_lab_log_on(&lab, "READ");
	must(meter_client_read_tariff_state(lab.client, &state));
	CU_ASSERT_EQUAL(state.rate, 2);
	metered_lab_log_off(&lab);
	metered_lab_wait(&lab, 1800);
	metered_lab_log_on(&lab, "PROGRAM");
	must(meter_client_read_billing(lab.client, &billing));
	/* 20 min of 14400 W are 4800 Wh */
	CU_ASSERT_DOUBLE_EQUAL((double)billing.rate[2].energy.delivered *
				       billing.rate[2].energy.watt_hours_per_count,
			       4800, 1);
	CU_ASSERT_EQUAL(billing.rate[0].energy.delivered + billing.rate[1].energy.delivered +
				billing.rate[2].energy.delivered + billing.rate[3].energy.delivered,
			billing.total.energy.delivered);
	must(meter_client_write_calendar(lab.client, &before));
	metered_lab_log_off(&lab);
	metered_lab_end(&lab);
}

/* 14400 W for 15 min are 3600 Wh, 2000 counts of 1.8 Wh. */
static void the_recorder_counts_what_flows(void)
{
	struct meter_recorder recorder;
	struct meter_interval intervals[100];
	int count;

	begin("AXR");
	set_clock(&monday_noon);
	metered_lab_apply(&lab, "3x120V 40A 1 60Hz");
	metered_lab_wait(&lab, 3000);
	metered_lab_log_on(&lab, "READ");
	must(meter_client_read_recorder(lab.client, &recorder));
	CU_ASSERT_EQUAL(recorder.channels, 4);
	CU_ASSERT_EQUAL(recorder.interval_minutes, 15);
	CU_ASSERT_EQUAL(recorder.quantity[0], METER_CHANNEL_DELIVERED);
	CU_ASSERT_EQUAL(recorder.quantity[1], METER_CHANNEL_RECEIVED);
	CU_ASSERT_DOUBLE_EQUAL(recorder.watt_hours_per_count[0], 1.8, 1e-9);
	must(meter_client_read_intervals(lab.client, &recorder, 100, intervals, &count));
	CU_ASSERT_EQUAL(count, 99); /* a whole block of 96 before */
	CU_ASSERT_EQUAL(intervals[98].counts[0], 2000);
	CU_ASSERT_EQUAL(intervals[98].status[0], METER_CHANNEL_GOOD);
	CU_ASSERT_EQUAL(intervals[98].ended.hour, 12);
	CU_ASSERT_EQUAL(intervals[98].ended.minute, 45);
	CU_ASSERT_EQUAL(intervals[96].ended.minute, 15);
	CU_ASSERT_EQUAL(intervals[96].status[0], METER_CHANNEL_PARTIAL);
	CU_ASSERT(intervals[96].flags & METER_INTERVAL_CLOCK_FORWARD);
	CU_ASSERT_EQUAL(intervals[50].status[0], METER_CHANNEL_SKIPPED);
	metered_lab_log_off(&lab);
	metered_lab_end(&lab);
}

/* Power up, time before and after the setting, the procedure. */
static void the_log_tells_of_the_setting(void)
{
	begin("AX");
	set_clock(&monday_noon);
	metered_lab_log_on(&lab, "READ");
	must(meter_client_read_events(lab.client, &events));
	CU_ASSERT_EQUAL_FATAL(events.count, 4);
	CU_ASSERT_EQUAL(events.event[0].code, 2);
	CU_ASSERT_EQUAL(events.event[1].code, 3);
	CU_ASSERT_EQUAL(events.event[2].code, 4);
	CU_ASSERT_EQUAL(events.event[3].code, 9);
	CU_ASSERT_EQUAL(events.event[3].sequence, 4);
	CU_ASSERT_EQUAL(events.newest, 4);
	CU_ASSERT_EQUAL(events.event[2].time.year, 2026);
	CU_ASSERT_EQUAL(events.event[2].time.minute, 0);
	must(meter_client_read_self_reads(lab.client, &readings));
	CU_ASSERT_EQUAL(readings.count, 0);
	metered_lab_log_off(&lab);
	metered_lab_log_on(&lab, "OPERATE");
	struct meter_procedure self_read = {.number = 9, .parameter_count = 1, .parameters = {2}};
	struct meter_procedure_answer answer;

	must(meter_client_execute_completed(lab.client, &self_read, &answer));
	must(meter_client_read_self_reads(lab.client, &readings));
	CU_ASSERT_EQUAL(readings.count, 1);
	CU_ASSERT_EQUAL(readings.reading[0].at.hour, 12);
	metered_lab_log_off(&lab);
	metered_lab_end(&lab);
}

static void an_ax_has_no_recorder(void)
{
	struct meter_recorder recorder;

	begin("AX");
	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(meter_client_read_recorder(lab.client, &recorder), STATUS_PROTOCOL);
	CU_ASSERT_STRING_EQUAL(
		status_reason(),
		"meter on VIRTUAL::optical: ST61 is needed, but ST0 does not list it");
	metered_lab_log_off(&lab);
	metered_lab_end(&lab);
}

static void a_mode_is_entered_and_left(void)
{
	struct meter_procedure_answer answer;
	struct meter_status status;

	begin("AX");
	metered_lab_log_on(&lab, "OPERATE");
	must(meter_client_change_mode(lab.client, METER_MODE_TEST, &answer));
	CU_ASSERT_EQUAL(answer.result, METER_PROCEDURE_COMPLETED);
	must(meter_client_read_status(lab.client, &status));
	CU_ASSERT_EQUAL(status.mode, METER_MODE_TEST);
	must(meter_client_change_mode(lab.client, METER_MODE_METERING, &answer));
	must(meter_client_read_status(lab.client, &status));
	CU_ASSERT_EQUAL(status.mode, METER_MODE_METERING);
	metered_lab_log_off(&lab);
	metered_lab_end(&lab);
}

const char *const suite_name = "optical_functions";
const struct suite_case suite_cases[] = {
	CASE(the_clock_goes_on_from_what_it_was_set_to),
	CASE(demand_of_a_constant_load_is_that_load),
	CASE(a_composed_calendar_switches_the_rates),
	CASE(the_recorder_counts_what_flows),
	CASE(the_log_tells_of_the_setting),
	CASE(an_ax_has_no_recorder),
	CASE(a_mode_is_entered_and_left),
	CASES_END,
};
