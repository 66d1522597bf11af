/*
 * supply_interruption: interruptions of a load, dips of the voltage, a slow brown-out. No energy
 * may be lost or invented beyond the limit, the clock goes on. Without current nothing at all was
 * to be registered; with a load the standard says what flowed.
 */
#include "drivers/energy_account.h"
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/clock_reading.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIND = LOAD_ARGUMENTS, COUNT };
enum kind { INTERRUPTIONS, DIPS, BROWN_OUT, KINDS };

static const char *const kind_names[KINDS] = {"interruptions", "dips", "brown_out"};
static const char *const kind_words[KINDS] = {"interruptions under load", "dips without current",
					      "brown-outs without current"};

static const double outage_seconds[] = {1, 5, 20, 90, 200};
#define OUTAGES (sizeof(outage_seconds) / sizeof(outage_seconds[0]))
#define LOAD_SECONDS 60.0

/* Parts of the step's voltage. */
static const double dip_parts[] = {0.7, 0.4, 0, 0.55, 0.2};
#define DIP_PARTS (sizeof(dip_parts) / sizeof(dip_parts[0]))
#define DIP_SECONDS 1.0
#define BETWEEN_SECONDS 5.0

#define RAMP_STEP 0.05
#define RAMP_STEP_SECONDS 2.0

/* The clock may not jump by what its display shows. */
#define CLOCK_KEPT_SECONDS 1.0
#define START_SECONDS 10.0

/* What somebody has programmed. */
struct programmed {
	struct meter_demand_control demand;
	struct meter_calendar_image calendar;
};

struct interruption_test {
	struct verb_load load, volts;
	enum kind kind;
	int count;
	struct flow flow;
	struct clock_reading clock_before[LAB_POSITIONS], clock_after[LAB_POSITIONS];
	struct meter_billing before[LAB_POSITIONS], after[LAB_POSITIONS];
	struct programmed programmed_before[LAB_POSITIONS], programmed_after[LAB_POSITIONS];
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct interruption_test *test)
{
	const char *kind = arguments[KIND].text;

	test->count = (int)arguments[COUNT].number;
	for (test->kind = INTERRUPTIONS;
	     test->kind < KINDS && strcmp(kind, kind_names[test->kind]);) {
		test->kind++;
	}
	if (test->kind == KINDS) {
		return status_fail(STATUS_BAD_INPUT,
				   "kind=\"%s\" is none of interruptions, dips and brown_out",
				   kind);
	}
	enum status status = require_switched_supply(context);

	status = status ? status : dose_load_from_arguments(context, arguments, &test->load);

	return status ? status : voltage_only(context, &test->load, &test->volts);
}

static enum status interruption_check(const struct step_context *context,
				      const struct step_argument *arguments)
{
	struct interruption_test *test = calloc(1, sizeof(*test));
	enum status status = test ? prepare(context, arguments, test)
				  : status_fail(STATUS_IO, "no memory for the interruptions' test");

	free(test);
	return status;
}

/* ---- what is done to the supply ---- */

/* The standard's register runs over the load and its end; one more piece of what flowed. */
static enum status load_until_off(struct step_context *context, struct interruption_test *test,
				  double seconds)
{
	double watt_hours = 0, resolution = 0;
	enum status status = set_standard_range(context, &test->load);

	status = status ? status : lab_energy_start(context->lab);
	status = status ? status : apply_and_settle(context, &test->load);
	status = status ? status : lab_wait_seconds(context->lab, LOAD_SECONDS);
	status = status ? status
			: record_request(context, "source off for %g s under load", seconds);
	status = status ? status : lab_off(context->lab);
	status = status ? status : lab_energy_stop(context->lab, &watt_hours, &resolution);
	test->flow.watt_hours += fabs(watt_hours);
	test->flow.resolution_watt_hours += resolution;
	return status;
}

/* The currents come back when the meter has started: what flows into a meter without supply is
 * nobody's loss. */
static enum status interrupt_load(struct step_context *context, struct interruption_test *test)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < test->count; i++) {
		double seconds = outage_seconds[(size_t)i % OUTAGES];

		status = load_until_off(context, test, seconds);
		status = status ? status : lab_wait_seconds(context->lab, seconds);
		status = status ? status : hold_voltage(context, &test->load);
		status = status ? status : lab_wait_seconds(context->lab, START_SECONDS);
	}
	return status;
}

/* A part of the voltage; below what the source can give it is off. */
static enum status apply_part(struct step_context *context, const struct interruption_test *test,
			      double part)
{
	struct instrument *source = context->lab->power_source;
	struct power_source_limits limits;
	struct three_phase load = test->volts.phasors;

	source->power_source->limits(source, &limits);
	for (int phase = 0; phase < 3; phase++) {
		load.volts[phase].rms *= part;
		if (load.volts[phase].rms < limits.volts_minimum) {
			load.volts[phase].rms = 0;
		}
	}
	return lab_apply(context->lab, &load, &test->volts.ceiling);
}

static enum status dip(struct step_context *context, const struct interruption_test *test)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < test->count; i++) {
		double part = dip_parts[(size_t)i % DIP_PARTS];

		status = record_request(context, "voltage at %g %% for %g s", 100 * part,
					DIP_SECONDS);
		status = status ? status : apply_part(context, test, part);
		status = status ? status : lab_wait_seconds(context->lab, DIP_SECONDS);
		status = status ? status : apply_part(context, test, 1);
		status = status ? status : lab_wait_seconds(context->lab, BETWEEN_SECONDS);
	}
	return status;
}

static enum status brown_out(struct step_context *context, const struct interruption_test *test)
{
	int steps = (int)(1 / RAMP_STEP + 0.5);
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < test->count; i++) {
		status = record_request(context, "voltage down and up in steps of %g %%",
					100 * RAMP_STEP);
		for (int step = -steps; !status && step <= steps; step++) {
			status = apply_part(context, test, RAMP_STEP * (step < 0 ? -step : step));
			status =
				status ? status : lab_wait_seconds(context->lab, RAMP_STEP_SECONDS);
		}
	}
	return status;
}

static enum status disturb(struct step_context *context, struct interruption_test *test)
{
	enum status status = test->kind == INTERRUPTIONS ? interrupt_load(context, test)
			     : test->kind == DIPS	 ? dip(context, test)
							 : brown_out(context, test);

	status = status ? status : hold_voltage(context, &test->load);
	return status ? status : lab_wait_seconds(context->lab, START_SECONDS);
}

/* ---- what it shows ---- */

/* Registered without or beyond what flowed, both directions. */
static enum status record_energy(struct step_context *context, const struct interruption_test *test,
				 int index)
{
	const struct meter_registers *before = &test->before[index].total.energy;
	const struct meter_registers *after = &test->after[index].total.energy;
	bool is_received = test->load.point.is_received;
	int64_t delivered = after->delivered - before->delivered;
	int64_t received = after->received - before->received;
	double unit = after->watt_hours_per_count;
	double own = (double)(is_received ? received : delivered) * unit;
	double other = (double)(is_received ? delivered : received) * unit;
	double flowed = true_watt_hours(&test->load, test->flow.watt_hours);
	char what[80], remark[200];
	struct measured_value value = {
		.index = index,
		.test = "spurious_energy",
		.what = what,
		.load = &test->volts,
		/* one sign for both: what one direction invents is not made good by the other */
		.value = own - flowed + (own < flowed ? -other : other),
		.unit = "Wh",
		.runs = test->count,
		.remark = remark,
		.is_wrong = delivered < 0 || received < 0,
	};
	enum status status = STATUS_OK;

	snprintf(what, sizeof(what), "energy lost or invented by %d %s", test->count,
		 kind_words[test->kind]);
	snprintf(remark, sizeof(remark),
		 "registered %.6g Wh, %.6g Wh in the other direction; %.6g Wh flowed%s", own, other,
		 flowed, value.is_wrong ? "; a register has gone back" : "");
	if (flowed > 0) {
		status = budget_add_standard(context, &test->load, &value.budget);
		budget_add_counting(&value.budget, test->flow.resolution_watt_hours, flowed);
		for (int i = 0; i < value.budget.count; i++) { /* per cent to watt hours */
			value.budget.contributions[i].standard_uncertainty *= flowed / 100;
		}
	}
	return status ? status : record_value(context, &value);
}

static enum status record_clock(struct step_context *context, const struct interruption_test *test,
				int index)
{
	const struct clock_reading *before = &test->clock_before[index];
	const struct clock_reading *after = &test->clock_after[index];
	double gained =
		clock_ahead(after) - clock_ahead(before) - seconds_between(before->at, after->at);
	double width = clock_half_width(before) + clock_half_width(after);
	char seen[120];

	snprintf(seen, sizeof(seen), "gained %.3f s, read to ± %.3f s, in %.0f s", gained, width,
		 seconds_between(before->at, after->at));
	return record_check(
		context,
		&(struct check){.index = index,
				.test = "supply_interruption",
				.what = "clock over all interruptions",
				.indicated = seen,
				.is_seen = true,
				.seen = fabs(gained) + width < CLOCK_KEPT_SECONDS
						? CONFORMS
						: DOES_NOT_CONFORM,
				.remark = "it may not jump by a second that the display shows"});
}

static enum status programmed_work(struct step_context *context, int index,
				   struct meter_client *client, void *data)
{
	struct programmed *programmed = &((struct programmed *)data)[index];
	enum status status = meter_client_read_demand_control(client, &programmed->demand);

	(void)context;
	return status ? status : meter_client_read_calendar(client, &programmed->calendar);
}

/* Demand interval and lock-out in figures, the calendar by whether it is as before. */
static const char *programmed_text(const struct programmed *programmed,
				   const struct programmed *before, char text[120])
{
	const struct meter_demand_control *demand = &programmed->demand;
	bool is_same = programmed->calendar.length == before->calendar.length &&
		       !memcmp(programmed->calendar.bytes, before->calendar.bytes,
			       before->calendar.length);

	snprintf(text, 120, "demand %d x %d min, lock-out %d min, calendar %s",
		 demand->sub_intervals, demand->sub_interval_minutes,
		 demand->reset_exclusion_minutes, is_same ? "as before" : "changed");
	return text;
}

static enum status record_programmed(struct step_context *context,
				     const struct interruption_test *test, int index)
{
	const struct programmed *before = &test->programmed_before[index];
	char seen[120], wanted[120], departure[32];
	enum status status = record_check(
		context, &(struct check){.index = index,
					 .test = "supply_interruption",
					 .what = "what is programmed, after all interruptions",
					 .indicated = programmed_text(
						 &test->programmed_after[index], before, seen),
					 .expected = programmed_text(before, before, wanted)});

	snprintf(departure, sizeof(departure), "%lld counts",
		 (long long)rates_departure(&test->after[index]));
	return status ? status
		      : record_check(context,
				     &(struct check){.index = index,
						     .test = "supply_interruption",
						     .what = "sum of the rate registers less the "
							     "total",
						     .indicated = departure,
						     .expected = "0 counts"});
}

static enum status record_position(struct step_context *context,
				   const struct interruption_test *test, int index)
{
	enum status status = record_energy(context, test, index);

	status = status ? status : record_programmed(context, test, index);
	return status ? status : record_clock(context, test, index);
}

static enum status run_test(struct step_context *context, struct interruption_test *test)
{
	struct meters_time set;
	enum status status = hold_voltage(context, &test->load);

	/* a clock that nobody has set need not keep parts of a second */
	status = status ? status : meters_set_clock(context, bench_seconds(context), &set);
	status = status ? status
			: each_session(context, METER_ACCESS_READ, programmed_work,
				       test->programmed_before);
	status = status ? status : read_clocks(context, test->clock_before);
	status = status ? status : read_billing(context, "before", test->before);
	status = status ? status : disturb(context, test);
	status = status ? status : read_billing(context, "after", test->after);
	status = status ? status
			: each_session(context, METER_ACCESS_READ, programmed_work,
				       test->programmed_after);
	return status ? status : read_clocks(context, test->clock_after);
}

static enum status interruption_run(struct step_context *context,
				    const struct step_argument *arguments)
{
	struct interruption_test *test = calloc(1, sizeof(*test));
	enum status status = test ? prepare(context, arguments, test)
				  : status_fail(STATUS_IO, "no memory for the interruptions' test");

	status = status ? status : require_identified(context);
	status = status ? status : run_test(context, test);
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, test, i));
	}
	free(test);
	return status;
}

const struct step_verb verb_supply_interruption = {
	.name = "supply_interruption",
	.purpose = "interruptions, dips, brown-outs: no energy lost or invented, clock kept",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"kind", PARAMETER_TEXT, NULL, 0, 0, NULL,
			 "interruptions (under the load), dips or brown_out (both without "
			 "current)"},
			{"count", PARAMETER_INTEGER, NULL, 1, 100, "5", "of them"},
		},
	.check = interruption_check,
	.run = interruption_run,
};
