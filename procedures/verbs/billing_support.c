/* Clocks, doses and readings of billing_support.h. */
#include "procedures/verbs/billing_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procedures/error_of_indication.h"
#include "procedures/verbs/dose.h"
#include "procedures/verbs/result.h"

#define METER_START_SECONDS 5.0
#define CLOCK_TOLERANCE_SECONDS 3
/* Two waits for the same second: the first may end a nanosecond later. */
#define ROUNDING_SECONDS 0.001
#define SECONDS_PER_HOUR 3600

enum status each_session(struct step_context *context, enum meter_access access, session_work *work,
			 void *data)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct meter_client *client;
		enum status own = session_begin(context, i, access, &client);

		own = own ? own : work(context, i, client, data);
		status = settle_position(context, i, session_end(client, own));
	}
	return status;
}

/* ---- the load ---- */

enum status dose_load_from_arguments(const struct step_context *context,
				     const struct step_argument *arguments, struct verb_load *load)
{
	enum status status = verb_load_from_arguments(context, arguments, load);

	if (!status && !(load->watts > 0)) {
		return status_fail(STATUS_BAD_INPUT, "%s carries no active power", load->text);
	}
	if (!status && !context->lab->energy_dose) {
		return status_fail(STATUS_BAD_INPUT,
				   "lab %s has no instrument that gives an energy dose",
				   context->lab->name);
	}
	return status;
}

enum status require_switched_supply(const struct step_context *context)
{
	for (int i = 0; i < context->lab->position_count; i++) {
		if (context->lab->positions[i].has_auxiliary_supply) {
			return status_fail(STATUS_BAD_INPUT,
					   "position %d has an auxiliary supply that the source "
					   "does not switch: its supply cannot be interrupted",
					   context->lab->positions[i].number);
		}
	}
	return STATUS_OK;
}

enum status volts_load(const struct step_context *context, double volts, struct verb_load *load)
{
	const struct load_point point = {
		.phases = service_phases(context->form->service),
		.volts = volts,
		.power_factor = 1,
		.side = POWER_FACTOR_UNITY,
		.hertz = context->device->hertz,
		.single_element = -1,
	};

	return verb_load_from_point(context, &point, load);
}

struct found_configuration *found_configuration_of(struct step_context *context, int index)
{
	struct verb_memory *memory = context->memory;

	return &memory->found[index];
}

enum status program_day_plan(struct step_context *context, int index, struct meter_client *client,
			     const struct meter_day_plan *plan)
{
	struct found_configuration *found = found_configuration_of(context, index);
	struct meter_calendar_image image;
	enum status status = STATUS_OK;

	if (!found->has_calendar) {
		status = meter_client_read_calendar(client, &found->calendar);
		found->has_calendar = !status;
	}
	status = status ? status : meter_client_compose_calendar(client, plan, &image);
	if (!status) {
		status = record_request(context, "write a calendar with %d switches to position %d",
					plan->switches, context->lab->positions[index].number);
	}
	return status ? status : meter_client_write_calendar(client, &image);
}

enum status voltage_only(const struct step_context *context, const struct verb_load *load,
			 struct verb_load *volts)
{
	struct load_point point = load->point;

	point.amperes = 0;
	point.single_element = -1;
	return verb_load_from_point(context, &point, volts);
}

enum status hold_voltage(struct step_context *context, const struct verb_load *load)
{
	struct verb_load volts;
	enum status status = voltage_only(context, load, &volts);

	status = status ? status : apply_and_settle(context, &volts);
	return status ? status : lab_wait_seconds(context->lab, METER_START_SECONDS);
}

enum status hold_voltage_in_range(struct step_context *context, const struct verb_load *load)
{
	struct verb_load volts;
	enum status status = voltage_only(context, load, &volts);

	status = status ? status : record_request(context, "apply %s", volts.text);
	status = status ? status : lab_apply(context->lab, &volts.phasors, &volts.ceiling);
	return status ? status
		      : lab_wait_seconds(context->lab, context->lab->minimum_settling_seconds);
}

static enum status record_flow(struct step_context *context, const struct verb_load *load,
			       double asked, const struct flow *flow)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct record_draft draft;

		entry_begin(context, &draft, "dose", 0);
		record_draft_integer(&draft, "step", context->step);
		record_draft_text(&draft, "form", context->form->name);
		record_draft_integer(&draft, "position", context->lab->positions[i].number);
		record_draft_text(&draft, "load", load->text);
		record_draft_number(&draft, "asked_watt_hours", asked);
		record_draft_number(&draft, "reference_watt_hours", flow->watt_hours);
		record_draft_number(&draft, "reference_resolution_watt_hours",
				    flow->resolution_watt_hours);
		record_draft_number(&draft, "reference_error_percent",
				    load->certified.error_percent);
		record_draft_text(&draft, "pulses_counted", "");
		status = entry_add(context, &draft);
	}
	return status;
}

enum status give_flow(struct step_context *context, const struct verb_load *load,
		      double asked_watt_hours, struct flow *flow)
{
	struct instrument *standard = context->lab->reference_standard;
	enum status status = dose_prepare(context, load);

	*flow = (struct flow){0};
	status = status ? status : lab_energy_start(context->lab);
	status = status ? status : dose_give(context, load, asked_watt_hours);
	if (!status) {
		status = lab_wait_seconds(context->lab, context->lab->minimum_settling_seconds);
	}
	status = status ? status
			: lab_energy_stop(context->lab, &flow->watt_hours,
					  &flow->resolution_watt_hours);
	flow->watt_hours = fabs(flow->watt_hours);
	if (!status && !(flow->watt_hours > 0)) {
		return status_fail(STATUS_PROTOCOL,
				   "standard %s measured no energy during a dose of %.6g Wh",
				   standard->name, asked_watt_hours);
	}
	return status ? status : record_flow(context, load, asked_watt_hours, flow);
}

double true_watt_hours(const struct verb_load *load, double watt_hours)
{
	return watt_hours / (1 + load->certified.error_percent / 100);
}

/* ---- time ---- */

int64_t bench_seconds(const struct step_context *context)
{
	char utc[21]; /* 2026-01-05T08:00:00Z */

	clock_utc_text(context->lab->clock, utc);
	struct meter_time time = {.year = (int)strtol(utc, NULL, 10),
				  .month = (int)strtol(utc + 5, NULL, 10),
				  .day = (int)strtol(utc + 8, NULL, 10),
				  .hour = (int)strtol(utc + 11, NULL, 10),
				  .minute = (int)strtol(utc + 14, NULL, 10),
				  .second = (int)strtol(utc + 17, NULL, 10)};

	return meter_time_wall_seconds(&time);
}

int64_t noon_of_today(const struct step_context *context)
{
	struct meter_time noon = meter_time_from_seconds(bench_seconds(context));

	noon.hour = 12;
	noon.minute = noon.second = 0;
	return meter_time_wall_seconds(&noon);
}

/* The wall time of a standard time, in daylight saving or not. */
static struct meter_time wall_time(int64_t seconds, bool is_daylight_saving)
{
	struct meter_time time =
		meter_time_from_seconds(seconds + (is_daylight_saving ? SECONDS_PER_HOUR : 0));

	time.is_daylight_saving = is_daylight_saving;
	return time;
}

enum status set_one_clock(struct step_context *context, int index, struct meter_client *client,
			  int64_t seconds)
{
	struct meter_time time = wall_time(seconds, false), now;
	char wanted[32], shown[32];
	enum status status = record_request(context, "clock of position %d to %s standard time",
					    context->lab->positions[index].number,
					    meter_time_text(&time, wanted));

	status = status ? status : meter_client_set_clock(client, &time);
	if (status == STATUS_REFUSED) {
		time = wall_time(seconds, true);
		status = meter_client_set_clock(client, &time);
	}
	status = status ? status : meter_client_read_clock(client, &now);
	if (!status &&
	    llabs(meter_time_standard_seconds(&now) - seconds) > CLOCK_TOLERANCE_SECONDS) {
		return status_fail(STATUS_PROTOCOL,
				   "position %d: the clock was set to %s and then shows %s",
				   context->lab->positions[index].number,
				   meter_time_text(&time, wanted), meter_time_text(&now, shown));
	}
	return status;
}

static enum status set_clock_work(struct step_context *context, int index,
				  struct meter_client *client, void *data)
{
	const struct meters_time *time = data;

	return set_one_clock(context, index, client,
			     (int64_t)floor(meters_now(context, time) + 0.5));
}

enum status meters_set_clock(struct step_context *context, int64_t seconds,
			     struct meters_time *time)
{
	*time = (struct meters_time){.at = clock_now(context->lab->clock), .seconds = seconds};
	return each_session(context, METER_ACCESS_OPERATE, set_clock_work, time);
}

double meters_now(const struct step_context *context, const struct meters_time *time)
{
	return (double)time->seconds + seconds_between(time->at, clock_now(context->lab->clock));
}

enum status meters_wait_for(struct step_context *context, const struct meters_time *time,
			    double seconds)
{
	double left = seconds - meters_now(context, time);
	struct meter_time wanted = meter_time_from_seconds((int64_t)seconds);
	char text[32];

	if (left < -ROUNDING_SECONDS) {
		return status_fail(STATUS_IO,
				   "the bench was not ready at %s of the meters' time: it is over "
				   "since %.1f s",
				   meter_time_text(&wanted, text), -left);
	}
	return left > 0 ? lab_wait_seconds(context->lab, left) : STATUS_OK;
}

/* ---- readings ---- */

struct billing_job {
	const char *moment;
	struct meter_billing *billing;
};

static enum status read_billing_work(struct step_context *context, int index,
				     struct meter_client *client, void *data)
{
	const struct billing_job *job = data;
	struct meter_billing *billing = &job->billing[index];
	struct record_draft draft;
	char ended[32];
	enum status status = meter_client_read_billing(client, billing);

	if (status) {
		return status;
	}
	const struct meter_registers *energy = &billing->total.energy;

	entry_begin(context, &draft, "register_reading", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[index].number);
	record_draft_text(&draft, "moment", job->moment);
	record_draft_integer(&draft, "delivered_counts", energy->delivered);
	record_draft_integer(&draft, "received_counts", energy->received);
	record_draft_integer(&draft, "net_counts", energy->net);
	record_draft_number(&draft, "watt_hours_per_count", energy->watt_hours_per_count);
	if (billing->total.has_demand) {
		record_draft_number(&draft, "maximum_watts", billing->total.maximum_watts);
		record_draft_text(&draft, "maximum_ended",
				  billing->total.has_time
					  ? meter_time_text(&billing->total.ended, ended)
					  : "");
		record_draft_integer(&draft, "demand_resets", billing->demand_resets);
	}
	return entry_add(context, &draft);
}

enum status read_billing(struct step_context *context, const char *moment,
			 struct meter_billing *billing)
{
	struct billing_job job = {moment, billing};

	return each_session(context, METER_ACCESS_READ, read_billing_work, &job);
}

int64_t rates_departure(const struct meter_billing *billing)
{
	const struct meter_registers *total = &billing->total.energy;
	int64_t delivered = -total->delivered, received = -total->received, net = -total->net;

	for (int i = 0; i < billing->rates; i++) {
		delivered += billing->rate[i].energy.delivered;
		received += billing->rate[i].energy.received;
		net += billing->rate[i].energy.net;
	}
	int64_t largest = llabs(delivered);

	largest = llabs(received) > largest ? llabs(received) : largest;
	return llabs(net) > largest ? llabs(net) : largest;
}

static enum status reset_work(struct step_context *context, int index, struct meter_client *client,
			      void *data)
{
	struct meter_procedure_answer answer;
	enum status status = record_request(context, "demand reset of position %d",
					    context->lab->positions[index].number);

	status = status ? status : meter_client_reset_demand(client, &answer);
	if (!status && answer.result != METER_PROCEDURE_COMPLETED &&
	    answer.result != METER_PROCEDURE_TIMING) {
		return status_fail(STATUS_REFUSED, "position %d: demand reset: %s",
				   context->lab->positions[index].number,
				   meter_procedure_result_name(answer.result));
	}
	if (!status) {
		*(bool *)data |= answer.result == METER_PROCEDURE_TIMING;
	}
	return status;
}

static enum status exclusion_work(struct step_context *context, int index,
				  struct meter_client *client, void *data)
{
	struct meter_demand_control control;
	int *minutes = data;

	(void)context;
	(void)index;
	enum status status = meter_client_read_demand_control(client, &control);

	if (!status && control.reset_exclusion_minutes > *minutes) {
		*minutes = control.reset_exclusion_minutes;
	}
	return status;
}

enum status reset_all_demands(struct step_context *context)
{
	bool is_locked = false;
	int minutes = 0;
	enum status status = each_session(context, METER_ACCESS_OPERATE, reset_work, &is_locked);

	if (status || !is_locked) {
		return status;
	}
	is_locked = false;
	status = each_session(context, METER_ACCESS_READ, exclusion_work, &minutes);
	status = status ? status : lab_wait_seconds(context->lab, 60.0 * minutes + 1);
	status = status ? status
			: each_session(context, METER_ACCESS_OPERATE, reset_work, &is_locked);
	if (!status && is_locked) {
		return status_fail(STATUS_REFUSED,
				   "the demand reset is still refused %d min after it was locked",
				   minutes);
	}
	return status;
}

static enum status interval_work(struct step_context *context, int index,
				 struct meter_client *client, void *data)
{
	struct demand_interval *interval = data;
	struct meter_demand_control control;
	enum status status = meter_client_read_demand_control(client, &control);
	int minutes = control.sub_interval_minutes * control.sub_intervals;

	if (status) {
		return status;
	}
	if (interval->minutes &&
	    (interval->minutes != minutes || interval->parts != control.sub_intervals)) {
		return status_fail(STATUS_BAD_INPUT,
				   "position %d: its demand interval is %d min in %d parts, that "
				   "of another position %d min in %d; put a step with "
				   "verb=\"demand_configuration\" before",
				   context->lab->positions[index].number, minutes,
				   control.sub_intervals, interval->minutes, interval->parts);
	}
	if (minutes < 1) {
		return status_fail(STATUS_PROTOCOL,
				   "position %d: ST13 says a demand interval of %d min",
				   context->lab->positions[index].number, minutes);
	}
	*interval = (struct demand_interval){minutes, control.sub_intervals,
					     control.reset_exclusion_minutes};
	return STATUS_OK;
}

enum status find_demand_interval(struct step_context *context, struct demand_interval *interval)
{
	*interval = (struct demand_interval){0, 0, 0};
	return each_session(context, METER_ACCESS_READ, interval_work, interval);
}

enum status record_demand_error(struct step_context *context, const struct demand_fact *fact)
{
	struct measured measured = {
		.index = fact->index,
		.test = fact->test ? fact->test : "demand",
		.direction = "delivered",
		.load = fact->load,
		.runs = 1,
		.error_percent =
			error_by_register_percent(fact->watts * fact->hours, fact->flow.watt_hours,
						  fact->load->certified.error_percent),
		.remark = fact->remark,
	};
	enum status status = budget_add_standard(context, fact->load, &measured.budget);

	if (status) {
		return status;
	}
	budget_add_counting(&measured.budget, fact->flow.resolution_watt_hours,
			    fact->flow.watt_hours);
	budget_add(&measured.budget, "register_resolution", DISTRIBUTION_RECTANGULAR,
		   100 * fact->watts_per_count * fact->hours / fact->flow.watt_hours, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	return record_result(context, &measured);
}
