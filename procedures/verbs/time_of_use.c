/*
 * time_of_use: a day with every switch, also one on which daylight saving begins or ends, under a
 * steady load. At every reading the rate registers add up to the total, to the count; over the
 * day they agree with reference energy. Which rate was in force is told and does not decide.
 */
#include "drivers/energy_account.h"
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/error_of_indication.h"

enum { DAY = LOAD_ARGUMENTS, HOURS, OUTAGE, SWITCHING_REQUIREMENT };
enum day { DAY_ORDINARY, DAY_BEGINS, DAY_ENDS, DAYS };

#define LEAD_SECONDS 120
#define ASIDE_SECONDS 60 /* readings before and after a switch */
#define READINGS 64
#define OUTAGE_SECONDS 30.0
#define OUTAGE_ROOM_SECONDS 300
#define HOUR 3600
#define SWITCH_HOUR 2 /* of daylight saving, wall time */

static const char *const day_names[DAYS] = {"ordinary", "begins", "ends"};

/* All rates, quarter hours and half hours, and two switches around the change of the hour. */
static const struct meter_day_plan day_plan = {
	.switches = 9,
	.at = {{0, 0, 0},
	       {1, 30, 1},
	       {3, 30, 0},
	       {6, 0, 1},
	       {8, 30, 2},
	       {12, 0, 3},
	       {16, 15, 2},
	       {21, 0, 1},
	       {23, 0, 0}},
};

struct rate_reading {
	int64_t at; /* standard time, planned */
	int rate;   /* that the plan has then */
	struct meter_tariff_state state[LAB_POSITIONS];
	struct meter_billing billing[LAB_POSITIONS];
};

struct day_test {
	struct verb_load load;
	enum day day;
	int hours;
	bool has_outage;
	const char *switching_requirement;
	struct meter_day_plan plan;
	int64_t saving_from, saving_until; /* standard time */
	int64_t begin, end;
	struct meters_time time;
	struct flow flow;
	struct meter_billing before[LAB_POSITIONS], after[LAB_POSITIONS];
	int readings;
	struct rate_reading reading[READINGS];
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct day_test *test)
{
	const char *day = arguments[DAY].text;

	test->hours = (int)arguments[HOURS].number;
	test->switching_requirement = arguments[SWITCHING_REQUIREMENT].text;
	for (test->day = DAY_ORDINARY; test->day < DAYS && strcmp(day, day_names[test->day]);) {
		test->day++;
	}
	if (test->day == DAYS) {
		return status_fail(STATUS_BAD_INPUT,
				   "day=\"%s\" is none of ordinary, begins and ends", day);
	}
	test->has_outage = !strcmp(arguments[OUTAGE].text, "yes");
	if (!test->has_outage && strcmp(arguments[OUTAGE].text, "no")) {
		return status_fail(STATUS_BAD_INPUT, "outage=\"%s\" is neither yes nor no",
				   arguments[OUTAGE].text);
	}
	enum status status = test->has_outage ? require_switched_supply(context) : STATUS_OK;

	if (!status) {
		status = device_type_require(context->device, context->model, context->module,
					     "time_of_use");
	}
	return status ? status : dose_load_from_arguments(context, arguments, &test->load);
}

static enum status day_check(const struct step_context *context,
			     const struct step_argument *arguments)
{
	struct day_test *test = calloc(1, sizeof(*test));
	enum status status = test ? prepare(context, arguments, test)
				  : status_fail(STATUS_IO, "no memory for the day's test");

	free(test);
	return status;
}

/* ---- the day ---- */

/* The n-th Sunday of a month, midnight. */
static int64_t sunday(int year, int month, int n)
{
	struct meter_time first = {.year = year, .month = month, .day = 1};
	int64_t seconds = meter_time_wall_seconds(&first);
	int weekday = meter_time_from_seconds(seconds).weekday;

	return seconds + ((7 - weekday) % 7 + 7 * (n - 1)) * INT64_C(86400);
}

static void plan_day(const struct step_context *context, struct day_test *test)
{
	int year = meter_time_from_seconds(noon_of_today(context)).year;
	int64_t begins = sunday(year, 3, 2), ends = sunday(year, 11, 1);
	struct meter_time january = {.year = year, .month = 1, .day = 14};

	test->plan = day_plan;
	test->plan.has_daylight_saving = true;
	test->plan.begins = meter_time_from_seconds(begins);
	test->plan.ends = meter_time_from_seconds(ends);
	test->saving_from = begins + SWITCH_HOUR * HOUR;
	test->saving_until = ends + (SWITCH_HOUR - 1) * HOUR;
	test->begin = test->day == DAY_BEGINS ? begins
		      : test->day == DAY_ENDS ? ends - HOUR
					      : meter_time_wall_seconds(&january);
	test->end = test->begin + test->hours * HOUR;
}

static int rate_at(const struct day_test *test, int64_t standard)
{
	bool is_saving = standard >= test->saving_from && standard < test->saving_until;
	struct meter_time wall = meter_time_from_seconds(standard + (is_saving ? HOUR : 0));
	int rate = 0;

	for (int i = 0; i < test->plan.switches; i++) {
		if (wall.hour * 60 + wall.minute >=
		    test->plan.at[i].hour * 60 + test->plan.at[i].minute) {
			rate = test->plan.at[i].rate;
		}
	}
	return rate;
}

static void add_reading(struct day_test *test, int64_t at)
{
	bool is_apart =
		test->readings == 0 || at - test->reading[test->readings - 1].at >= ASIDE_SECONDS;

	if (is_apart && test->readings < READINGS) {
		test->reading[test->readings].at = at;
		test->reading[test->readings++].rate = rate_at(test, at);
	}
}

/* Before and after every change of rate and of the hour. */
static void plan_readings(struct day_test *test)
{
	add_reading(test, test->begin + ASIDE_SECONDS);
	for (int64_t at = test->begin + 60; at < test->end; at += 60) {
		bool is_hour = at == test->saving_from || at == test->saving_until;

		if (is_hour || rate_at(test, at) != rate_at(test, at - 60)) {
			add_reading(test, at - ASIDE_SECONDS);
			add_reading(test, at + ASIDE_SECONDS);
		}
	}
	add_reading(test, test->end - ASIDE_SECONDS);
}

static enum status plan_work(struct step_context *context, int index, struct meter_client *client,
			     void *data)
{
	const struct day_test *test = data;

	return program_day_plan(context, index, client, &test->plan);
}

static enum status read_work(struct step_context *context, int index, struct meter_client *client,
			     void *data)
{
	struct rate_reading *reading = data;
	enum status status = meter_client_read_tariff_state(client, &reading->state[index]);

	(void)context;
	return status ? status : meter_client_read_billing(client, &reading->billing[index]);
}

/* Readings under the load from one to before another; the standard measures all that flows. */
static enum status run_part(struct step_context *context, struct day_test *test, int first,
			    int last)
{
	double watt_hours = 0, resolution = 0;
	enum status status = set_standard_range(context, &test->load);

	status = status ? status : lab_energy_start(context->lab);
	status = status ? status : apply_and_settle(context, &test->load);
	for (int i = first; !status && i < last; i++) {
		status = meters_wait_for(context, &test->time, (double)test->reading[i].at);
		status = status ? status
				: each_session(context, METER_ACCESS_READ, read_work,
					       &test->reading[i]);
	}
	if (last == test->readings) {
		status = status ? status : meters_wait_for(context, &test->time, (double)test->end);
	}
	status = status ? status : hold_voltage_in_range(context, &test->load);
	status = status ? status : lab_energy_stop(context->lab, &watt_hours, &resolution);
	test->flow.watt_hours += fabs(watt_hours);
	test->flow.resolution_watt_hours += resolution;
	return status;
}

/* Where there is room for an outage between two readings. */
static int outage_place(const struct day_test *test)
{
	int place = test->readings / 2;

	while (place < test->readings &&
	       test->reading[place].at - test->reading[place - 1].at < OUTAGE_ROOM_SECONDS) {
		place++;
	}
	return place;
}

static enum status interrupt(struct step_context *context, const struct day_test *test)
{
	enum status status = record_request(context, "source off for %g s", OUTAGE_SECONDS);

	status = status ? status : lab_off(context->lab);
	status = status ? status : lab_wait_seconds(context->lab, OUTAGE_SECONDS);
	return status ? status : hold_voltage(context, &test->load);
}

static enum status run_day(struct step_context *context, struct day_test *test)
{
	int place = outage_place(test);

	if (!test->has_outage || place == test->readings) {
		return run_part(context, test, 0, test->readings);
	}
	enum status status = run_part(context, test, 0, place);

	status = status ? status : interrupt(context, test);
	return status ? status : run_part(context, test, place, test->readings);
}

static enum status run_all(struct step_context *context, struct day_test *test)
{
	enum status status = hold_voltage(context, &test->load);

	plan_day(context, test);
	plan_readings(test);
	status = status ? status : each_session(context, METER_ACCESS_PROGRAM, plan_work, test);
	status = status ? status
			: meters_set_clock(context, test->begin - LEAD_SECONDS, &test->time);
	status = status ? status : read_billing(context, "before the day", test->before);
	status = status ? status : meters_wait_for(context, &test->time, (double)test->begin + 10);
	status = status ? status : run_day(context, test);
	return status ? status : read_billing(context, "after the day", test->after);
}

/* ---- what it shows ---- */

static enum status record_sums(struct step_context *context, const struct day_test *test, int index)
{
	int64_t largest = rates_departure(&test->before[index]);
	char seen[32], remark[120];

	for (int i = 0; i < test->readings; i++) {
		int64_t own = rates_departure(&test->reading[i].billing[index]);

		largest = own > largest ? own : largest;
	}
	if (rates_departure(&test->after[index]) > largest) {
		largest = rates_departure(&test->after[index]);
	}
	snprintf(seen, sizeof(seen), "%lld counts", (long long)largest);
	snprintf(remark, sizeof(remark),
		 "delivered, received and net at %d readings of a day, %d rates",
		 test->readings + 2, test->after[index].rates);
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "time_of_use",
					    .what = "sum of the rate registers less the total",
					    .indicated = seen,
					    .expected = "0 counts",
					    .remark = remark});
}

static bool goes_back(const struct meter_billing *before, const struct meter_billing *after)
{
	bool is_less = false;

	for (int i = 0; i < after->rates; i++) {
		is_less |= after->rate[i].energy.delivered < before->rate[i].energy.delivered ||
			   after->rate[i].energy.received < before->rate[i].energy.received;
	}
	return is_less;
}

/* Sums can be right although a rate has lost to another what it had. */
static enum status record_falls(struct step_context *context, const struct day_test *test,
				int index)
{
	const struct meter_billing *newest = &test->before[index];
	int falls = 0;
	char seen[48];

	for (int i = 0; i < test->readings; i++) {
		falls += goes_back(newest, &test->reading[i].billing[index]);
		newest = &test->reading[i].billing[index];
	}
	falls += goes_back(newest, &test->after[index]);
	snprintf(seen, sizeof(seen), "%d of %d readings", falls, test->readings + 1);
	return record_check(
		context,
		&(struct check){.index = index,
				.test = "time_of_use",
				.what = "a rate register has gone back",
				.indicated = seen,
				.is_seen = true,
				.seen = falls ? DOES_NOT_CONFORM : CONFORMS,
				.remark = test->has_outage ? "over an outage, too" : NULL});
}

/* What all rates have gained, against the standard. */
static enum status record_energy(struct step_context *context, const struct day_test *test,
				 int index)
{
	bool is_received = test->load.point.is_received;
	const struct meter_billing *before = &test->before[index], *after = &test->after[index];
	double unit = after->total.energy.watt_hours_per_count;
	int64_t counts = 0;

	for (int i = 0; i < after->rates; i++) {
		const struct meter_registers *old = &before->rate[i].energy;
		const struct meter_registers *new = &after->rate[i].energy;

		counts += is_received ? new->received - old->received
				      : new->delivered - old->delivered;
	}
	struct measured measured = {
		.index = index,
		.test = "register",
		.direction = is_received ? "received" : "delivered",
		.load = &test->load,
		.runs = 1,
		.error_percent =
			error_by_register_percent((double)counts * unit, test->flow.watt_hours,
						  test->load.certified.error_percent),
		.remark = "sum of the rate registers over the day",
	};
	enum status status = budget_add_standard(context, &test->load, &measured.budget);

	if (status) {
		return status;
	}
	budget_add_counting(&measured.budget, test->flow.resolution_watt_hours,
			    test->flow.watt_hours);
	budget_add(&measured.budget, "register_resolution", DISTRIBUTION_TRIANGULAR,
		   100 * unit * after->rates / test->flow.watt_hours, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_result(context, &measured);
}

static int64_t rate_counts(const struct rate_reading *reading, int index, int rate)
{
	const struct meter_registers *energy = &reading->billing[index].rate[rate].energy;

	return energy->delivered + energy->received;
}

/* Told at every reading; and between two readings in one rate no other register gains. */
static void find_departures(const struct day_test *test, int index, int *wrong, char text[256])
{
	char at[32];

	*wrong = 0;
	text[0] = '\0';
	for (int i = 0; i < test->readings; i++) {
		const struct rate_reading *reading = &test->reading[i];
		bool is_wrong = reading->state[index].rate != reading->rate;

		for (int rate = 0; i && rate < reading->billing[index].rates; rate++) {
			bool has_gained = rate_counts(reading, index, rate) !=
					  rate_counts(reading - 1, index, rate);

			is_wrong |= reading[-1].rate == reading->rate &&
				    reading->at - reading[-1].at > 2 * ASIDE_SECONDS &&
				    has_gained != (rate == reading->rate);
		}
		if (is_wrong && !(*wrong)++) {
			snprintf(text, 256, "%s: rate %d, planned %d",
				 meter_time_text(&reading->state[index].time, at),
				 reading->state[index].rate, reading->rate);
		}
	}
}

static enum status record_switching(struct step_context *context, const struct day_test *test,
				    int index)
{
	bool is_informative = context->is_informative;
	int wrong;
	char first[256], seen[300];

	find_departures(test, index, &wrong, first);
	snprintf(seen, sizeof(seen), "%d of %d readings depart from the calendar%s%s", wrong,
		 test->readings, wrong ? ", first " : "", first);
	context->is_informative = true; /* rate switching is outside the specifications */
	enum status status = record_check(
		context, &(struct check){.index = index,
					 .test = "rate_switching",
					 .what = "rate in force around every switch",
					 .indicated = seen,
					 .is_seen = true,
					 .seen = wrong ? DOES_NOT_CONFORM : CONFORMS,
					 .requirement = *test->switching_requirement
								? test->switching_requirement
								: NULL});

	context->is_informative = is_informative;
	return status;
}

static enum status record_position(struct step_context *context, const struct day_test *test,
				   int index)
{
	enum status status = record_sums(context, test, index);

	status = status ? status : record_falls(context, test, index);
	status = status ? status : record_energy(context, test, index);
	return status ? status : record_switching(context, test, index);
}

static enum status day_run(struct step_context *context, const struct step_argument *arguments)
{
	struct day_test *test = calloc(1, sizeof(*test));
	enum status status = test ? prepare(context, arguments, test)
				  : status_fail(STATUS_IO, "no memory for the day's test");

	status = status ? status : require_identified(context);
	status = status ? status : run_all(context, test);
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, test, i));
	}
	free(test);
	return status;
}

const struct step_verb verb_time_of_use = {
	.name = "time_of_use",
	.purpose = "a day with every switch: the rate registers add up to the total",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"day", PARAMETER_TEXT, NULL, 0, 0, "ordinary",
			 "ordinary, or daylight saving begins or ends on it"},
			{"hours", PARAMETER_INTEGER, NULL, 1, 25, "24", "of that day"},
			{"outage", PARAMETER_TEXT, NULL, 0, 0, "no",
			 "yes: the supply fails once between two readings"},
			{"switching_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that the rate in force serves; informative"},
		},
	.is_programming = true,
	.check = day_check,
	.run = day_run,
};
