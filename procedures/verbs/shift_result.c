/* A shift between two measured conditions: what the standard did in between, the entry. */
#include "procedures/verbs/result_entry.h"

#include <math.h>
#include <stdio.h>

#include "procedures/verbs/pulse_measurement.h"
#include "procedures/verbs/voltage_balance.h"

void condition_keep(const struct step_context *context, const struct verb_load *load, int index,
		    struct measured_condition *condition)
{
	const struct verb_memory *memory = context->memory;
	const struct position_runs *runs = &memory->positions[index];
	const struct pulse_run *first = &runs->runs[0];

	*condition = (struct measured_condition){
		.load = *load,
		.at = clock_now(context->lab->clock),
		.balance_left_percent = balance_left_percent(context, load),
		.runs = {.error_percent = first->error_percent,
			 .runs = runs->count,
			 .counting_percent =
				 100 * first->resolution_watt_hours / fabs(first->watt_hours),
			 .edge_percent = 100 * context->lab->pulse_edge_seconds /
					 runs_shortest_seconds(runs),
			 .certified = load->certified,
			 .amperes = load->point.amperes},
	};
	if (runs->count > 1) {
		runs_mean(runs, &condition->runs.error_percent, &condition->runs.deviation_percent);
		condition->runs.degrees_of_freedom = runs_degrees_of_freedom(runs);
	}
}

static void add_balance(const struct measured_condition *condition,
			struct uncertainty_budget *budget)
{
	if (condition->balance_left_percent > 0) {
		budget_add(budget, "voltage_balance", DISTRIBUTION_RECTANGULAR,
			   condition->balance_left_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
	}
}

double measured_shift_budget(const struct step_context *context, const struct measured_shift *shift,
			     struct uncertainty_budget *budget)
{
	const struct certificate *certificate = context->lab->reference_certificate;
	struct shift_standard standard = {
		.drift_percent_per_year = certificate->drift_percent_per_year,
		.seconds_between = seconds_between(shift->reference->at, shift->changed->at),
		.influence_percent = certificate->influence_percent[shift->influence],
	};

	shift_budget(&shift->reference->runs, &shift->changed->runs, &standard, budget);
	add_balance(shift->reference, budget);
	add_balance(shift->changed, budget);
	return shift_percent(&shift->reference->runs, &shift->changed->runs);
}

/* What the certificate does not say is not invented, but it is said. */
static void add_remark(const struct step_context *context, const struct measured_shift *shift,
		       char *text, size_t size)
{
	const struct certificate *certificate = context->lab->reference_certificate;
	const char *given = shift->remark ? shift->remark : "";

	snprintf(text, size, "%s", given);
	if (shift->influence && !certificate->states_influence[shift->influence]) {
		snprintf(text, size,
			 "%s%sthe certificate of the standard does not state the influence of %s "
			 "on it, none is assumed",
			 given, *given ? "; " : "", standard_influence_name(shift->influence));
	}
}

static void draft_shift(const struct step_context *context, const struct measured_shift *shift,
			struct uncertainty_budget *budget, struct record_draft *draft)
{
	const struct measured_condition *reference = shift->reference;
	const struct measured_condition *changed = shift->changed;
	char remark[400];
	double moved = measured_shift_budget(context, shift, budget);

	add_remark(context, shift, remark, sizeof(remark));
	result_begin(context,
		     &(struct result_head){.kind = "shift",
					   .test = shift->test,
					   .direction = shift->direction,
					   .index = shift->index,
					   .runs = changed->runs.runs,
					   .load = &changed->load},
		     draft);
	record_draft_text(draft, "reference_load", reference->load.text);
	record_draft_integer(draft, "reference_runs", reference->runs.runs);
	record_draft_number(draft, "at_reference_percent", reference->runs.error_percent);
	record_draft_number(draft, "at_changed_percent", changed->runs.error_percent);
	record_draft_text(draft, "influence_on_standard",
			  standard_influence_name(shift->influence));
	record_draft_number(draft, "error_percent", moved);
	record_draft_text(draft, "deviation_percent", "");
	result_end(context,
		   &(struct result_tail){.unit = "percent",
					 .remark = remark,
					 .requirement = shift->requirement,
					 .limit = shift->limit},
		   draft);
}

enum status judge_shift(const struct step_context *context, const struct measured_shift *shift,
			struct judgement *judgement)
{
	struct uncertainty_budget budget;
	struct record_draft draft;

	draft_shift(context, shift, &budget, &draft);
	return result_judge(context, &draft, &budget, "percent", judgement);
}

enum status record_shift(struct step_context *context, const struct measured_shift *shift)
{
	struct uncertainty_budget budget;
	struct record_draft draft;

	draft_shift(context, shift, &budget, &draft);
	return result_record(context, &draft, &budget, "percent");
}
