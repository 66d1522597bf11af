/* Measurement by pulses, see the header. Formulas: GUM triangular and Student parts of asynchronous
 * counting. */
#include "procedures/verbs/pulse_measurement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "procedures/error_of_indication.h"
#include "procedures/two_stage.h"
#include "reference_source/uncertainty.h"

#define POLL_SECONDS 1.0
#define TIMEOUT_FACTOR 1.5
#define TIMEOUT_FACTOR_PROVEN 20.0
#define TIMEOUT_MARGIN_SECONDS 10.0
/* Above this an error is a wrong constant or wiring, not a property of a meter. */
#define IMPOSSIBLE_ERROR_PERCENT 5.0
/* Median absolute deviation to standard deviation of a normal distribution. */
#define NORMAL_PER_MEDIAN_DEVIATION 1.4826
/* Runs without any scatter still differ a little; as a share of what one pulse makes. */
#define LEAST_WIDTH_OF_SUSPICION 0.05

static void choose_pulses(struct step_context *context, struct pulse_plan *plan,
			  double count_watt_hours)
{
	struct measuring_time_needs needs = {
		.watts = plan->load->watts,
		.watt_hours_per_pulse = context->form->kt_watt_hours,
		.wanted_uncertainty = plan->wanted_uncertainty_percent / 100,
		.edge_seconds = context->lab->pulse_edge_seconds,
		.count_watt_hours = count_watt_hours,
		.noise_one_second = plan->noise_percent / 100,
		.minimum_seconds = plan->minimum_seconds,
	};
	int64_t pulses = pulses_for_uncertainty(&needs);

	plan->pulses = pulses > plan->pulses ? pulses : plan->pulses;
}

static double seconds_per_pulse(const struct step_context *context, const struct pulse_plan *plan)
{
	return 3600 * context->form->kt_watt_hours / plan->load->watts;
}

static enum status arm_all(struct step_context *context, const struct pulse_plan *plan)
{
	struct lab *lab = context->lab;
	struct instrument *calculator = lab->error_calculator;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status =
			settle_position(context, i,
					calculator->error_calculator->start(
						calculator, lab->positions[i].channel,
						1000 / context->form->kt_watt_hours, plan->pulses));
	}
	return status;
}

static void abort_all(struct step_context *context)
{
	struct lab *lab = context->lab;
	struct instrument *calculator = lab->error_calculator;

	for (int i = next_position(lab, 0); i >= 0; i = next_position(lab, i + 1)) {
		calculator->error_calculator->abort(calculator, lab->positions[i].channel);
	}
}

static enum status read_all(struct step_context *context, struct gate_indication *indications,
			    int *unfinished)
{
	struct lab *lab = context->lab;
	struct instrument *calculator = lab->error_calculator;
	enum status status = STATUS_OK;

	*unfinished = 0;
	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		if (indications[i].state != GATE_FINISHED) {
			status = settle_position(
				context, i,
				calculator->error_calculator->read(
					calculator, lab->positions[i].channel, &indications[i]));
			*unfinished += !lab->positions[i].is_dropped &&
				       indications[i].state != GATE_FINISHED;
		}
	}
	return status;
}

/* Silence is the bench's fault until somebody has shown that the pick-up works. */
static enum status drop_silent(struct step_context *context, const struct pulse_plan *plan,
			       const struct gate_indication *indications, double waited)
{
	struct lab *lab = context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		if (indications[i].state == GATE_FINISHED) {
			continue;
		}
		struct instrument *calculator = lab->error_calculator;
		calculator->error_calculator->abort(calculator, lab->positions[i].channel);
		status_fail(STATUS_TIMEOUT,
			    "position %d: %s within %.4g s at %s (one every %.3g s is expected); "
			    "check the pick-up and "
			    "its cable; nothing has shown that the bench's side works, so this is "
			    "no verdict on the meter",
			    lab->positions[i].number,
			    indications[i].state == GATE_RUNNING ? "the test pulses stopped"
								 : "no test pulse came",
			    waited, plan->load->text, seconds_per_pulse(context, plan));
		status = drop_position(context, i, STATUS_TIMEOUT);
	}
	return status;
}

static enum status wait_for_all(struct step_context *context, const struct pulse_plan *plan,
				struct gate_indication *indications)
{
	double expected = seconds_per_pulse(context, plan) * (double)(plan->pulses + 1);
	double factor = plan->is_side_proven ? TIMEOUT_FACTOR_PROVEN : TIMEOUT_FACTOR;
	double allowed = factor * expected + TIMEOUT_MARGIN_SECONDS;
	struct instant deadline = instant_after(clock_now(context->lab->clock), allowed);

	for (;;) {
		int unfinished;
		enum status status = read_all(context, indications, &unfinished);
		if (status || !unfinished) {
			return status;
		}
		if (!instant_before(clock_now(context->lab->clock), deadline)) {
			return drop_silent(context, plan, indications, allowed);
		}
		status = lab_wait_seconds(context->lab, POLL_SECONDS);
		if (status) {
			return status;
		}
	}
}

static enum status collect(struct step_context *context, const struct pulse_plan *plan, int index,
			   const struct gate_indication *indication, struct pulse_run *run)
{
	if (!indication->has_energy || !(fabs(indication->watt_hours) > 0)) {
		return status_fail(STATUS_PROTOCOL,
				   "error calculator %s: position %d finished without an energy",
				   context->lab->error_calculator->name,
				   context->lab->positions[index].number);
	}
	double watt_hours = fabs(indication->watt_hours);
	*run = (struct pulse_run){
		.pulses = plan->pulses,
		.watt_hours = watt_hours,
		.resolution_watt_hours = indication->resolution_watt_hours,
		.seconds = 3600 * watt_hours / plan->load->watts,
		.error_percent =
			error_by_pulses_percent(plan->pulses, context->form->kt_watt_hours,
						watt_hours, plan->load->certified.error_percent),
		.has_cross_check = indication->has_error,
		.cross_check_percent = indication->error_percent,
		.cross_check_resolution_percent = indication->error_resolution_percent,
	};
	return STATUS_OK;
}

static enum status record_run(struct step_context *context, const struct pulse_plan *plan,
			      int index, int number, const struct pulse_run *run)
{
	struct record_draft draft;

	entry_begin(context, &draft, "indication", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[index].number);
	record_draft_integer(&draft, "run", number);
	record_draft_text(&draft, "load", plan->load->text);
	record_draft_integer(&draft, "pulses", run->pulses);
	record_draft_number(&draft, "watt_hours_per_pulse", context->form->kt_watt_hours);
	record_draft_number(&draft, "reference_watt_hours", run->watt_hours);
	record_draft_number(&draft, "reference_resolution_watt_hours", run->resolution_watt_hours);
	record_draft_number(&draft, "reference_error_percent", plan->load->certified.error_percent);
	record_draft_number(&draft, "error_percent", run->error_percent);
	if (run->has_cross_check) {
		record_draft_number(&draft, "cross_check_error_percent", run->cross_check_percent);
		record_draft_number(&draft, "cross_check_resolution_percent",
				    run->cross_check_resolution_percent);
	} else {
		record_draft_text(&draft, "cross_check_error_percent", "");
		record_draft_text(&draft, "cross_check_resolution_percent", "");
	}
	record_draft_number(&draft, "seconds", run->seconds);
	return entry_add(context, &draft);
}

/* The first run shows how coarse the standard counts at this range; *again when its gate was too
 * short for that. */
static enum status learn_resolution(struct step_context *context, struct pulse_plan *plan,
				    const struct gate_indication *indications, bool *again)
{
	int64_t pulses_before = plan->pulses;
	double coarsest = 0;

	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		coarsest = fmax(coarsest, indications[i].resolution_watt_hours);
	}
	plan->knows_resolution = true;
	choose_pulses(context, plan, coarsest);
	*again = plan->pulses > pulses_before;
	if (!*again) {
		return STATUS_OK;
	}
	return record_note(
		context,
		"%s: one run of %lld pulses not used; %lld pulses are needed because the standard "
		"counts in steps of %.3g Wh",
		plan->load->text, (long long)pulses_before, (long long)plan->pulses, coarsest);
}

static enum status keep_runs(struct step_context *context, const struct pulse_plan *plan,
			     const struct gate_indication *indications)
{
	struct verb_memory *memory = context->memory;
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct position_runs *runs = &memory->positions[i];
		struct pulse_run *run = &runs->runs[runs->count];
		status = collect(context, plan, i, &indications[i], run);
		if (!status) {
			status = record_run(context, plan, i, ++runs->count, run);
		} else {
			status = settle_position(context, i, status);
		}
	}
	return status;
}

static enum status one_run(struct step_context *context, struct pulse_plan *plan)
{
	for (;;) {
		struct gate_indication indications[LAB_POSITIONS] = {{.state = GATE_IDLE}};
		bool again = false;
		enum status status = arm_all(context, plan);
		if (!status) {
			status = wait_for_all(context, plan, indications);
		}
		if (status) {
			abort_all(context);
			return status;
		}
		if (!plan->knows_resolution) {
			status = learn_resolution(context, plan, indications, &again);
		}
		if (status || !again) {
			return status ? status : keep_runs(context, plan, indications);
		}
	}
}

static int scattered_runs(const struct position_runs *runs)
{
	return runs->first_runs ? runs->first_runs : runs->count;
}

int runs_degrees_of_freedom(const struct position_runs *runs)
{
	return scattered_runs(runs) - 1;
}

void runs_mean(const struct position_runs *runs, double *mean, double *deviation)
{
	double errors[RUNS_MAXIMUM];
	double unused;

	for (int i = 0; i < runs->count; i++) {
		errors[i] = runs->runs[i].error_percent;
	}
	mean_and_deviation(errors, scattered_runs(runs), &unused, deviation);
	mean_and_deviation(errors, runs->count, mean, &unused);
}

double runs_shortest_seconds(const struct position_runs *runs)
{
	double seconds = runs->runs[0].seconds;

	for (int i = 1; i < runs->count; i++) {
		seconds = fmin(seconds, runs->runs[i].seconds);
	}
	return seconds;
}

double run_uncertainty_percent(const struct step_context *context, const struct pulse_run *run)
{
	double counting = 100 * run->resolution_watt_hours / run->watt_hours;
	double edge = 100 * context->lab->pulse_edge_seconds / run->seconds;

	return 2 * sqrt((counting * counting + edge * edge) / 6);
}

static int compare_numbers(const void *a, const void *b)
{
	double first = *(const double *)a;
	double second = *(const double *)b;

	return (first > second) - (first < second);
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(values[0]), compare_numbers);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* What the other runs of the point are like: their median and how far they scatter (expanded). */
static double median_of_others(const struct position_runs *runs, int index, double *scatter_percent)
{
	double values[RUNS_MAXIMUM];
	int count = 0;

	for (int i = 0; i < runs->count; i++) {
		if (i != index) {
			values[count++] = runs->runs[i].error_percent;
		}
	}
	double middle = median(values, count);
	for (int i = 0; i < count; i++) {
		values[i] = fabs(values[i] - middle);
	}
	*scatter_percent = 2 * NORMAL_PER_MEDIAN_DEVIATION * median(values, count);
	return middle;
}

/*
 * A run that departs from the others by what one pulse makes is a lost or an extra pulse; but only
 * where one pulse is far more than the scatter of the runs, so that good runs over many pulses are
 * never suspected.
 */
static enum status check_lost_pulse(struct step_context *context, int index)
{
	const struct verb_memory *memory = context->memory;
	const struct position_runs *runs = &memory->positions[index];

	for (int i = 0; i < runs->count && runs->count >= 2; i++) {
		const struct pulse_run *run = &runs->runs[i];
		double scatter;
		double others = median_of_others(runs, i, &scatter);
		double own = run_uncertainty_percent(context, run);
		double random = sqrt(own * own + scatter * scatter);
		double departure = 100 * ((1 + run->error_percent / 100) / (1 + others / 100) - 1);
		double lost = -100.0 / (double)(run->pulses + 1);
		double extra = run->pulses > 1 ? 100.0 / (double)(run->pulses - 1) : 1e9;
		double uncertainty = fmax(random, -LEAST_WIDTH_OF_SUSPICION * lost);
		bool is_lost = fabs(departure - lost) <= uncertainty && -lost > 3 * uncertainty;
		bool is_extra = fabs(departure - extra) <= uncertainty && extra > 3 * uncertainty;
		if (is_lost || is_extra) {
			return status_fail(STATUS_PROTOCOL,
					   "position %d, run %d: error %.4f %% departs from the "
					   "other runs by what %s pulse "
					   "in %lld makes; the pick-up lost or invented a pulse: "
					   "check it; this is no "
					   "verdict on the meter",
					   context->lab->positions[index].number, i + 1,
					   run->error_percent, is_lost ? "one lost" : "one extra",
					   (long long)run->pulses);
		}
	}
	return STATUS_OK;
}

static enum status check_possible(struct step_context *context, int index)
{
	const struct verb_memory *memory = context->memory;
	const struct position_runs *runs = &memory->positions[index];

	for (int i = 0; i < runs->count; i++) {
		double error = runs->runs[i].error_percent;
		if (!(fabs(error) <= IMPOSSIBLE_ERROR_PERCENT)) {
			return status_fail(STATUS_PROTOCOL,
					   "position %d: an error of %.2f %% is no error of a "
					   "meter: check constant (%g Wh "
					   "per pulse) and wiring",
					   context->lab->positions[index].number, error,
					   context->form->kt_watt_hours);
		}
	}
	return STATUS_OK;
}

/* One run shows no scatter; it only proves that pulses come. */
static void tell_ledger(struct step_context *context, const struct pulse_plan *plan, int index)
{
	struct verb_memory *memory = context->memory;
	const struct position_runs *runs = &memory->positions[index];
	double mean, deviation;

	if (!context->lab->account || runs->count < 2) {
		return;
	}
	runs_mean(runs, &mean, &deviation);
	ledger_note_error(&memory->ledger, index, &plan->load->phasors, mean,
			  hypot(deviation / sqrt(runs->count),
				run_uncertainty_percent(context, &runs->runs[0]) / 2));
}

enum status measure_by_pulses(struct step_context *context, struct pulse_plan *plan, int runs)
{
	struct verb_memory *memory = context->memory;
	enum status status = STATUS_OK;

	if (!plan->pulses) {
		choose_pulses(context, plan, 0);
		for (int i = 0; i < LAB_POSITIONS; i++) {
			memory->positions[i].count = 0;
			memory->positions[i].first_runs = 0;
		}
	}
	for (int run = 0; !status && run < runs; run++) {
		report_progress(context, "%s: run %d of %d, %lld pulses", plan->load->text, run + 1,
				runs, (long long)plan->pulses);
		status = one_run(context, plan);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = check_lost_pulse(context, i);
		if (!status && !plan->is_side_proven) {
			status = check_possible(context, i);
		}
		status = settle_position(context, i, status);
		if (!context->lab->positions[i].is_dropped) {
			tell_ledger(context, plan, i);
		}
	}
	return status;
}

/* As many runs as the position that scatters most needs. */
static int fix_runs(struct step_context *context, const struct pulse_plan *plan, int first,
		    double *largest_deviation)
{
	struct verb_memory *memory = context->memory;
	int most = first;

	*largest_deviation = 0;
	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		double mean, deviation;
		runs_mean(&memory->positions[i], &mean, &deviation);
		int runs = two_stage_runs(first, deviation, plan->wanted_uncertainty_percent,
					  RUNS_MAXIMUM / 2);
		memory->positions[i].first_runs = first;
		most = runs > most ? runs : most;
		*largest_deviation = fmax(*largest_deviation, deviation);
	}
	return most;
}

enum status measure_in_two_stages(struct step_context *context, struct pulse_plan *plan, int first)
{
	double deviation;
	enum status status = measure_by_pulses(context, plan, first);

	if (status) {
		return status;
	}
	int runs = fix_runs(context, plan, first, &deviation);
	if (runs == first) {
		return STATUS_OK;
	}
	status = record_note(context,
			     "%s: %d runs are needed for a repeatability within %.3g %%, fixed "
			     "after the first %d with s = %.3g %%%s",
			     plan->load->text, runs, plan->wanted_uncertainty_percent, first,
			     deviation,
			     runs == RUNS_MAXIMUM / 2 ? " (the most that this bench takes)" : "");
	return status ? status : measure_by_pulses(context, plan, runs - first);
}
