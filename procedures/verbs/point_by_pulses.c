/* One load by pulses, judged, see the header. */
#include "procedures/verbs/point_by_pulses.h"

#include <math.h>
#include <stdio.h>

#include "procedures/verbs/result.h"
#include "procedures/verbs/voltage_balance.h"

/*
 * Counting and edges enter with their whole size for one run although the mean is of n: a steady
 * load may meet the same fraction of a count and of a sample in every run.
 */
static enum status make_budget(const struct step_context *context, const struct verb_load *load,
			       const struct position_runs *runs, double deviation,
			       struct uncertainty_budget *budget)
{
	const struct pulse_run *run = &runs->runs[0];

	*budget = (struct uncertainty_budget){.count = 0};
	enum status status = budget_add_standard(context, load, budget);
	if (status) {
		return status;
	}
	budget_add_balance(context, load, budget);
	budget_add_counting(budget, run->resolution_watt_hours, run->watt_hours);
	budget_add(budget, "pulse_edge", DISTRIBUTION_TRIANGULAR,
		   100 * context->lab->pulse_edge_seconds / runs_shortest_seconds(runs), 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "repeatability", DISTRIBUTION_STUDENT, deviation / sqrt(runs->count), 1,
		   runs_degrees_of_freedom(runs));
	return STATUS_OK;
}

static enum status evaluate(const struct step_context *context, const char *test,
			    const struct verb_load *load, int index, struct measured *measured)
{
	const struct verb_memory *memory = context->memory;
	const struct position_runs *runs = &memory->positions[index];

	*measured = (struct measured){
		.index = index,
		.test = test,
		.direction = load->point.is_received ? "received" : "delivered",
		.load = load,
		.runs = runs->count,
		.has_deviation = true,
	};
	runs_mean(runs, &measured->error_percent, &measured->deviation_percent);
	return make_budget(context, load, runs, measured->deviation_percent, &measured->budget);
}

static enum status is_any_inconclusive(const struct step_context *context, const char *test,
				       const struct verb_load *load, bool *is_any)
{
	enum status status = STATUS_OK;

	*is_any = false;
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct measured measured;
		struct judgement judgement;
		status = evaluate(context, test, load, i, &measured);
		if (!status) {
			status = judge_measured(context, &measured, &judgement);
		}
		*is_any |= !status && judgement.outcome == INCONCLUSIVE;
	}
	return status;
}

static enum status record_all(struct step_context *context, const char *test,
			      const struct verb_load *load, const char *remark)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		struct measured measured;
		status = evaluate(context, test, load, i, &measured);
		measured.remark = remark;
		if (!status) {
			status = record_result(context, &measured);
		}
	}
	return status;
}

/* As many runs again, and from now on the scatter of all of them. */
enum status measure_once_more(struct step_context *context, struct pulse_plan *plan, char *remark,
			      size_t size)
{
	struct verb_memory *memory = context->memory;
	int runs = memory->positions[next_position(context->lab, 0)].count;

	snprintf(remark, size, "second stage, %d runs pooled, final", 2 * runs);
	for (int i = 0; i < LAB_POSITIONS; i++) {
		memory->positions[i].first_runs = 0;
	}
	return measure_by_pulses(context, plan, runs);
}

enum status point_by_pulses(struct step_context *context, struct pulse_plan *plan, int first,
			    const char *test)
{
	char remark[80] = "";
	bool is_inconclusive = false;
	enum status status = measure_in_two_stages(context, plan, first);

	if (!status) {
		status = is_any_inconclusive(context, test, plan->load, &is_inconclusive);
	}
	if (!status && is_inconclusive) {
		status = measure_once_more(context, plan, remark, sizeof(remark));
	}
	return status ? status : record_all(context, test, plan->load, remark);
}
