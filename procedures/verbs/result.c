/* Facts into `result`, budget into `contribution`, decision into `judgement`. */
#include "procedures/verbs/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAYS_PER_YEAR 365.25
static const char rule[] = "interval rule (ISO 10576-1)";

enum status budget_add_standard(const struct step_context *context, const struct verb_load *load,
				struct uncertainty_budget *budget)
{
	const struct certificate *certificate = context->lab->reference_certificate;
	char today[21];
	int64_t days;

	clock_utc_text(context->lab->clock, today);
	today[10] = '\0';
	enum status status = days_between(certificate->date, today, &days);
	if (status) {
		return status;
	}
	double drift = certificate->drift_percent_per_year * (double)days / DAYS_PER_YEAR;
	budget_add(budget, "reference_calibration", DISTRIBUTION_NORMAL,
		   load->certified.standard_uncertainty_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "reference_drift", DISTRIBUTION_RECTANGULAR, drift, 1,
		   INFINITE_DEGREES_OF_FREEDOM);
	budget_add(budget, "reference_interpolation", DISTRIBUTION_RECTANGULAR,
		   load->certified.interpolation_percent, 1, INFINITE_DEGREES_OF_FREEDOM);
	return STATUS_OK;
}

void budget_add_counting(struct uncertainty_budget *budget, double resolution_watt_hours,
			 double watt_hours)
{
	budget_add(budget, "reference_counting", DISTRIBUTION_TRIANGULAR,
		   100 * resolution_watt_hours / fabs(watt_hours), 1, INFINITE_DEGREES_OF_FREEDOM);
}

/* A comparison of whole numbers has no uncertainty at all. */
static struct combined_uncertainty combine(const struct uncertainty_budget *budget)
{
	if (!budget->count) {
		return (struct combined_uncertainty){
			.effective_degrees_of_freedom = INFINITE_DEGREES_OF_FREEDOM,
			.coverage_factor = student_t95(INFINITE_DEGREES_OF_FREEDOM),
		};
	}
	return budget_combine(budget);
}

enum conformity judge(const struct step_context *context, const struct measured *measured,
		      struct limit *limit, struct combined_uncertainty *combined)
{
	const struct load_point *point = &measured->load->point;
	struct limit_question question = {
		.test = measured->test,
		.amperes = point->amperes,
		.maximum_amperes = context->form->maximum_amperes,
		.power_factor = point->power_factor,
		.side = point->side,
		.is_single_element = point->single_element >= 0,
	};

	*combined = combine(&measured->budget);
	if (measured->limit) {
		*limit = *measured->limit;
	} else {
		limit_find(context->limits, &question, limit);
	}
	if (measured->is_wrong) {
		return DOES_NOT_CONFORM;
	}
	if (!limit->has_row) {
		return NOT_EVALUATED;
	}
	return decide_interval_rule(measured->error_percent, combined->expanded_uncertainty,
				    limit->limit_percent);
}

static void draft_degrees(struct record_draft *draft, const char *name, double degrees)
{
	if (degrees >= INFINITE_DEGREES_OF_FREEDOM / 2) {
		record_draft_text(draft, name, "infinite");
	} else {
		record_draft_number(draft, name, degrees);
	}
}

static enum status add_result(struct step_context *context, const struct measured *measured,
			      int64_t result)
{
	struct record_draft draft;

	entry_begin(context, &draft, "result", 0);
	record_draft_integer(&draft, "result", result);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[measured->index].number);
	record_draft_text(&draft, "test", measured->test);
	record_draft_text(&draft, "direction", measured->direction);
	record_draft_text(&draft, "load", measured->load->text);
	record_draft_number(&draft, "volts", measured->load->point.volts);
	record_draft_number(&draft, "amperes", measured->load->point.amperes);
	record_draft_number(&draft, "percent_of_maximum", measured->load->percent_of_maximum);
	record_draft_text(&draft, "power_factor", measured->load->power_factor);
	record_draft_integer(&draft, "runs", measured->runs);
	record_draft_number(&draft, "error_percent", measured->error_percent);
	if (measured->has_deviation) {
		record_draft_number(&draft, "deviation_percent", measured->deviation_percent);
	} else {
		record_draft_text(&draft, "deviation_percent", "");
	}
	record_draft_text(&draft, "unit", "percent");
	return entry_add(context, &draft);
}

static enum status add_contributions(struct step_context *context,
				     const struct uncertainty_budget *budget, int64_t result)
{
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < budget->count; i++) {
		const struct contribution *line = &budget->contributions[i];
		struct record_draft draft;
		entry_begin(context, &draft, "contribution", 0);
		record_draft_integer(&draft, "result", result);
		record_draft_text(&draft, "name", line->name);
		record_draft_text(&draft, "distribution", distribution_name(line->distribution));
		record_draft_number(&draft, "standard_uncertainty_percent",
				    line->standard_uncertainty);
		record_draft_number(&draft, "sensitivity", line->sensitivity);
		draft_degrees(&draft, "degrees_of_freedom", line->degrees_of_freedom);
		status = entry_add(context, &draft);
	}
	return status;
}

/* The sentence of the judgement. */
static void explain(const struct measured *measured, const struct limit *limit,
		    const struct combined_uncertainty *combined, enum conformity outcome,
		    char *text, size_t size)
{
	static const char *const where[] = {
		[CONFORMS] = "lies wholly within",
		[NOT_EVALUATED] = "is not compared with",
		[INCONCLUSIVE] = "lies partly outside",
		[DOES_NOT_CONFORM] = "lies wholly outside",
	};
	char interval[160];

	snprintf(interval, sizeof(interval), "the interval %.4f %% \302\261 %.4f %%",
		 measured->error_percent, combined->expanded_uncertainty);
	const char *remark = measured->remark ? measured->remark : "";
	const char *join = *remark ? "; " : "";
	if (measured->is_wrong) {
		snprintf(text, size, "%s", remark);
	} else if (!limit->has_row) {
		snprintf(text, size, "%s; the limits have no row for this point%s%s", interval,
			 join, remark);
	} else {
		snprintf(text, size, "%s %s \302\261%.4g %%%s%s", interval, where[outcome],
			 limit->limit_percent, join, remark);
	}
}

static enum status add_judgement(struct step_context *context, const struct measured *measured,
				 int64_t result, bool is_informative, enum conformity outcome,
				 const struct limit *limit,
				 const struct combined_uncertainty *combined)
{
	struct record_draft draft;
	char reason[600];

	explain(measured, limit, combined, outcome, reason, sizeof(reason));
	entry_begin(context, &draft, "judgement", 0);
	record_draft_integer(&draft, "result", result);
	record_draft_text(&draft, "requirement",
			  measured->requirement ? measured->requirement : context->requirement);
	record_draft_flag(&draft, "is_informative", is_informative);
	if (limit->has_row) {
		record_draft_number(&draft, "limit_percent", limit->limit_percent);
	} else {
		record_draft_text(&draft, "limit_percent", "");
	}
	record_draft_text(&draft, "limit_document", limit->document);
	record_draft_text(&draft, "limit_clause", limit->clause);
	record_draft_text(&draft, "limit_provenance",
			  limit->has_row ? provenance_name(limit->provenance) : "");
	record_draft_text(&draft, "limit_note", limit->note);
	record_draft_text(&draft, "rule", rule);
	record_draft_number(&draft, "standard_uncertainty_percent", combined->standard_uncertainty);
	draft_degrees(&draft, "effective_degrees_of_freedom",
		      combined->effective_degrees_of_freedom);
	record_draft_number(&draft, "coverage_factor", combined->coverage_factor);
	record_draft_number(&draft, "expanded_uncertainty_percent", combined->expanded_uncertainty);
	record_draft_text(&draft, "outcome", conformity_name(outcome));
	record_draft_text(&draft, "reason", reason);
	return entry_add(context, &draft);
}

static void count_outcome(struct run_tally *tally, bool is_informative, enum conformity outcome)
{
	int64_t *const counters[] = {
		[CONFORMS] = &tally->conforms,
		[NOT_EVALUATED] = &tally->not_evaluated,
		[INCONCLUSIVE] = &tally->inconclusive,
		[DOES_NOT_CONFORM] = &tally->does_not_conform,
	};

	if (is_informative) {
		tally->informative++;
		return;
	}
	++*counters[outcome];
	tally->worst = conformity_worst(tally->worst, outcome);
}

enum status record_result(struct step_context *context, const struct measured *measured)
{
	struct limit limit;
	struct combined_uncertainty combined;
	enum conformity outcome = judge(context, measured, &limit, &combined);
	bool is_informative = context->is_informative || (!limit.has_row && !measured->is_wrong);
	int64_t result = ++context->tally->results;
	enum status status = add_result(context, measured, result);

	if (!status) {
		status = add_contributions(context, &measured->budget, result);
	}
	if (!status) {
		status = add_judgement(context, measured, result, is_informative, outcome, &limit,
				       &combined);
	}
	if (!status) {
		count_outcome(context->tally, is_informative, outcome);
	}
	return status;
}
