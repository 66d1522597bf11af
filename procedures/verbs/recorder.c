/*
 * recorder: the pulse recorder against reference energy and against the registers. Doses of known
 * size, one per interval, no current around their ends; in one interval the supply fails. For
 * every interval and for the sums |N K - E| < K: the residue is carried, never dropped.
 */
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INTERVALS = LOAD_ARGUMENTS, OUTAGE };

#define INTERVALS_MAXIMUM 12
#define LEAD_SECONDS 90.0
#define OUTAGE_SECONDS 40.0
#define OUTAGE_ROOM_SECONDS 70.0 /* of that interval, with starting again */
/* Of the largest dose: from all that fits down to a few counts, one after the other. */
static const double fractions[] = {1, 0.137, 0.6, 0.031, 0.35, 0.0071};
#define FRACTIONS (sizeof(fractions) / sizeof(fractions[0]))

struct channel_reading {
	struct meter_interval interval;
	bool is_there;
};

struct recorder_test {
	struct verb_load load;
	int intervals;
	int outage; /* in that interval; -1: none */
	struct meters_time time;
	double start, seconds;
	struct flow flow[INTERVALS_MAXIMUM];
	struct meter_recorder recorder[LAB_POSITIONS];
	struct meter_billing billing[INTERVALS_MAXIMUM + 1][LAB_POSITIONS];
	struct channel_reading reading[LAB_POSITIONS][INTERVALS_MAXIMUM];
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct recorder_test *test)
{
	const char *outage = arguments[OUTAGE].text;
	bool has_outage = !strcmp(outage, "yes");
	enum status status =
		device_type_require(context->device, context->model, context->module, "recorder");

	if (status) {
		return status;
	}
	if (!has_outage && strcmp(outage, "no")) {
		return status_fail(STATUS_BAD_INPUT, "outage=\"%s\" is neither yes nor no", outage);
	}
	if (has_outage && (status = require_switched_supply(context))) {
		return status;
	}
	test->intervals = (int)arguments[INTERVALS].number;
	test->outage = has_outage ? 1 : -1;
	return dose_load_from_arguments(context, arguments, &test->load);
}

static enum status recorder_check(const struct step_context *context,
				  const struct step_argument *arguments)
{
	struct recorder_test *test = calloc(1, sizeof(*test));
	enum status status = test ? prepare(context, arguments, test)
				  : status_fail(STATUS_IO, "no memory for the recorder's test");

	free(test);
	return status;
}

static int channel_of(const struct meter_recorder *recorder, bool is_received)
{
	enum meter_channel_quantity wanted =
		is_received ? METER_CHANNEL_RECEIVED : METER_CHANNEL_DELIVERED;

	for (int i = 0; i < recorder->channels; i++) {
		if (recorder->quantity[i] == wanted) {
			return i;
		}
	}
	return -1;
}

static enum status layout_work(struct step_context *context, int index, struct meter_client *client,
			       void *data)
{
	struct recorder_test *test = data;
	struct meter_recorder *recorder = &test->recorder[index];
	enum status status = meter_client_read_recorder(client, recorder);

	if (status) {
		return status;
	}
	if (channel_of(recorder, test->load.point.is_received) < 0) {
		return status_fail(STATUS_BAD_INPUT,
				   "position %d: no channel of the recorder counts %s energy",
				   context->lab->positions[index].number,
				   test->load.point.is_received ? "received" : "delivered");
	}
	if (test->seconds > 0 && test->seconds != 60.0 * recorder->interval_minutes) {
		return status_fail(STATUS_BAD_INPUT,
				   "position %d: its recorder has intervals of %d min, that of "
				   "another position of %g min",
				   context->lab->positions[index].number,
				   recorder->interval_minutes, test->seconds / 60);
	}
	test->seconds = 60.0 * recorder->interval_minutes;
	return STATUS_OK;
}

/* ---- the intervals ---- */

/* The largest dose is what fits. */
static double largest_dose(const struct recorder_test *test)
{
	double room = test->seconds - 2 * INTERVAL_GUARD_SECONDS - DOSE_OVERHEAD_SECONDS -
		      (test->outage >= 0 ? OUTAGE_ROOM_SECONDS : 0);

	return test->load.watts * room / 3600;
}

static enum status interrupt(struct step_context *context, const struct recorder_test *test)
{
	enum status status = record_request(context, "source off for %g s", OUTAGE_SECONDS);

	status = status ? status : lab_off(context->lab);
	status = status ? status : lab_wait_seconds(context->lab, OUTAGE_SECONDS);
	return status ? status : hold_voltage(context, &test->load);
}

static enum status fill_interval(struct step_context *context, struct recorder_test *test, int i)
{
	double begin = test->start + i * test->seconds;
	enum status status = meters_wait_for(context, &test->time, begin + INTERVAL_GUARD_SECONDS);

	status = status ? status
			: give_flow(context, &test->load,
				    largest_dose(test) * fractions[(size_t)i % FRACTIONS],
				    &test->flow[i]);
	if (!status && i == test->outage) {
		status = interrupt(context, test);
	}
	if (!status && meters_now(context, &test->time) > begin + test->seconds - 2) {
		return status_fail(STATUS_TIMEOUT,
				   "the dose at %s was not over before the end of the recorder's "
				   "interval",
				   test->load.text);
	}
	status = status ? status
			: meters_wait_for(context, &test->time,
					  begin + test->seconds + INTERVAL_GUARD_SECONDS / 3);
	return status ? status
		      : read_billing(context, "end of a recorder's interval", test->billing[i + 1]);
}

static int64_t end_of(const struct recorder_test *test, int interval)
{
	return (int64_t)(test->start + (interval + 1) * test->seconds);
}

/* Intervals are found by the time of their end, which is standard time. */
static enum status read_work(struct step_context *context, int index, struct meter_client *client,
			     void *data)
{
	struct recorder_test *test = data;
	struct meter_interval intervals[INTERVALS_MAXIMUM + 2];
	int count;
	enum status status = meter_client_read_intervals(client, &test->recorder[index],
							 test->intervals + 2, intervals, &count);

	(void)context;
	for (int i = 0; !status && i < count; i++) {
		int64_t ended = meter_time_wall_seconds(&intervals[i].ended);

		for (int k = 0; k < test->intervals; k++) {
			if (ended == end_of(test, k)) {
				test->reading[index][k] =
					(struct channel_reading){intervals[i], true};
			}
		}
	}
	return status;
}

static enum status run_intervals(struct step_context *context, struct recorder_test *test)
{
	enum status status = hold_voltage(context, &test->load);

	status = status ? status : each_session(context, METER_ACCESS_READ, layout_work, test);
	test->start = (double)noon_of_today(context);
	status = status ? status
			: meters_set_clock(context, (int64_t)(test->start - LEAD_SECONDS),
					   &test->time);
	/* what was counted up to the first interval is not ours */
	status = status ? status
			: meters_wait_for(context, &test->time,
					  test->start + INTERVAL_GUARD_SECONDS / 3);
	status = status ? status : read_billing(context, "before", test->billing[0]);
	for (int i = 0; !status && i < test->intervals; i++) {
		status = fill_interval(context, test, i);
	}
	return status ? status : each_session(context, METER_ACCESS_READ, read_work, test);
}

/* ---- against the standard ---- */

/* K for the cut to whole counts, and what the limits allow the registers. */
static struct limit limit_of(const struct step_context *context, const struct recorder_test *test,
			     double watt_hours_per_count, double watt_hours)
{
	const struct load_point *point = &test->load.point;
	const struct limit_question question = {
		.test = "register",
		.amperes = point->amperes,
		.maximum_amperes = context->form->maximum_amperes,
		.power_factor = point->power_factor,
		.side = point->side,
		.is_single_element = point->single_element >= 0,
		.class_amperes = context->form->class_amperes,
		.volts = point->volts,
		.elements = (int)ceil(context->form->wiring->element_count),
		.watt_hours_per_pulse = context->form->kt_watt_hours,
	};
	struct limit limit;

	limit_find(context->limits, &question, &limit);
	snprintf(limit.note, sizeof(limit.note),
		 "%.4g Wh for whole counts and %.4g %% of %.6g Wh, the limit of the registers",
		 watt_hours_per_count, limit.limit_percent, watt_hours);
	limit.limit_percent = watt_hours_per_count + fabs(limit.limit_percent) / 100 * watt_hours;
	limit.has_lower = false;
	snprintf(limit.unit, sizeof(limit.unit), "Wh");
	return limit;
}

static enum status budget_of(const struct step_context *context, const struct recorder_test *test,
			     const struct flow *flow, struct uncertainty_budget *budget)
{
	enum status status = budget_add_standard(context, &test->load, budget);

	budget_add_counting(budget, flow->resolution_watt_hours, flow->watt_hours);
	for (int i = 0; i < budget->count; i++) { /* per cent to watt hours */
		budget->contributions[i].standard_uncertainty *= flow->watt_hours / 100;
	}
	return status;
}

static enum status record_energy(struct step_context *context, const struct recorder_test *test,
				 int index, const char *what, int64_t counts,
				 const struct flow *flow)
{
	const struct meter_recorder *recorder = &test->recorder[index];
	int channel = channel_of(recorder, test->load.point.is_received);
	double weight = recorder->watt_hours_per_count[channel];
	double reference = true_watt_hours(&test->load, flow->watt_hours);
	struct limit limit = limit_of(context, test, weight, reference);
	char remark[160];
	struct measured_value value = {
		.index = index,
		.test = "recorder",
		.what = what,
		.load = &test->load,
		.direction = test->load.point.is_received ? "received" : "delivered",
		.value = (double)counts * weight - reference,
		.unit = "Wh",
		.runs = 1,
		.remark = remark,
		.limit = &limit,
	};

	snprintf(remark, sizeof(remark), "%lld counts of %.6g Wh, reference %.9g Wh",
		 (long long)counts, weight, reference);
	enum status status = budget_of(context, test, flow, &value.budget);

	return status ? status : record_value(context, &value);
}

static enum status record_intervals(struct step_context *context, const struct recorder_test *test,
				    int index)
{
	int channel = channel_of(&test->recorder[index], test->load.point.is_received);
	struct flow sum = {0, 0};
	int64_t counts = 0;
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < test->intervals; i++) {
		const struct channel_reading *reading = &test->reading[index][i];
		char what[64];

		if (!reading->is_there) {
			continue;
		}
		counts += reading->interval.counts[channel];
		sum.watt_hours += test->flow[i].watt_hours;
		sum.resolution_watt_hours = test->flow[i].resolution_watt_hours * sqrt(i + 1);
		snprintf(what, sizeof(what), "interval %d%s", i + 1,
			 i == test->outage ? ", with an outage" : "");
		status = record_energy(context, test, index, what,
				       reading->interval.counts[channel], &test->flow[i]);
	}
	return status || !(sum.watt_hours > 0)
		       ? status
		       : record_energy(context, test, index, "sum of the intervals", counts, &sum);
}

/* ---- against the registers, to the count; and flags ---- */

static int64_t register_of(const struct recorder_test *test, int interval, int index)
{
	const struct meter_registers *energy = &test->billing[interval][index].total.energy;

	return test->load.point.is_received ? energy->received : energy->delivered;
}

/* Nothing flows between readings and ends of intervals, so there is no uncertainty. */
static enum status record_residues(struct step_context *context, const struct recorder_test *test,
				   int index)
{
	int channel = channel_of(&test->recorder[index], test->load.point.is_received);
	double weight = test->recorder[index].watt_hours_per_count[channel];
	double unit = test->billing[0][index].total.energy.watt_hours_per_count;
	double sum = 0, largest = 0, largest_sum = 0;
	char seen[120];

	for (int i = 0; i < test->intervals; i++) {
		const struct channel_reading *reading = &test->reading[index][i];
		double registered =
			(double)(register_of(test, i + 1, index) - register_of(test, i, index)) *
			unit;
		double residue =
			(double)(reading->is_there ? reading->interval.counts[channel] : 0) *
				weight -
			registered;

		sum += residue;
		largest = fmax(largest, fabs(residue));
		largest_sum = fmax(largest_sum, fabs(sum));
	}
	bool is_right = largest < weight && largest_sum < weight;

	snprintf(seen, sizeof(seen),
		 "largest residue %.6g Wh of an interval, %.6g Wh of a running sum; one count is "
		 "%.6g Wh",
		 largest, largest_sum, weight);
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "recorder",
					    .what = "counts against the register",
					    .indicated = seen,
					    .is_seen = true,
					    .seen = is_right ? CONFORMS : DOES_NOT_CONFORM});
}

static const char *status_text(const struct recorder_test *test, int index, int interval,
			       char text[64])
{
	static const char *const statuses[] = {"good", "overflow", "partial",
					       "long", "skipped",  "test"};
	int channel = channel_of(&test->recorder[index], test->load.point.is_received);
	const struct channel_reading *reading = &test->reading[index][interval];
	unsigned status = reading->interval.status[channel];

	if (!reading->is_there) {
		snprintf(text, 64, "not recorded");
		return text;
	}
	snprintf(text, 64, "%s%s",
		 status < sizeof(statuses) / sizeof(statuses[0]) ? statuses[status] : "unknown",
		 reading->interval.flags & METER_INTERVAL_POWER_FAIL ? ", power fail" : "");
	return text;
}

static enum status record_flags(struct step_context *context, const struct recorder_test *test,
				int index)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < test->intervals; i++) {
		char what[64], seen[64];

		snprintf(what, sizeof(what), "status of interval %d", i + 1);
		status = record_check(
			context,
			&(struct check){.index = index,
					.test = "recorder",
					.what = what,
					.indicated = status_text(test, index, i, seen),
					.expected = i == test->outage ? "partial, power fail"
								      : "good"});
	}
	return status;
}

static enum status record_position(struct step_context *context, const struct recorder_test *test,
				   int index)
{
	enum status status = record_intervals(context, test, index);

	status = status ? status : record_residues(context, test, index);
	return status ? status : record_flags(context, test, index);
}

static enum status recorder_run(struct step_context *context, const struct step_argument *arguments)
{
	struct recorder_test *test = calloc(1, sizeof(*test));
	enum status status = test ? prepare(context, arguments, test)
				  : status_fail(STATUS_IO, "no memory for the recorder's test");

	status = status ? status : require_identified(context);
	status = status ? status : run_intervals(context, test);
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, record_position(context, test, i));
	}
	free(test);
	return status;
}

const struct step_verb verb_recorder = {
	.name = "recorder",
	.purpose = "pulse recorder against reference energy and registers, with an outage",
	.parameters =
		{
			LOAD_PARAMETERS,
			{"intervals", PARAMETER_INTEGER, NULL, 3, INTERVALS_MAXIMUM, "4",
			 "intervals of the recorder, as long as it is set to"},
			{"outage", PARAMETER_TEXT, NULL, 0, 0, "yes",
			 "yes: the supply fails in the second interval"},
		},
	.check = recorder_check,
	.run = recorder_run,
};
