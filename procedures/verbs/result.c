/* Facts into `result`, budget into `contribution`, decision into `judgement`. */
#include "procedures/programme_scope.h"
#include "procedures/verbs/result_entry.h"

#include <math.h>
#include <string.h>

#define DAYS_PER_YEAR 365.25

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

/* ---- entries ---- */

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

void result_begin(const struct step_context *context, const struct result_head *head,
		  struct record_draft *draft)
{
	const struct verb_load *load = head->load;

	entry_begin(context, draft, "result", 0);
	record_draft_integer(draft, "result", context->tally->results + 1);
	record_draft_integer(draft, "step", context->step);
	record_draft_text(draft, "form", context->form->name);
	record_draft_integer(draft, "position", context->lab->positions[head->index].number);
	record_draft_text(draft, "kind", head->kind);
	record_draft_text(draft, "test", head->test);
	record_draft_text(draft, "direction", or_empty(head->direction));
	if (load) {
		record_draft_text(draft, "load", load->text);
		record_draft_number(draft, "volts", load->point.volts);
		record_draft_number(draft, "amperes", load->point.amperes);
		record_draft_number(draft, "percent_of_maximum", load->percent_of_maximum);
		record_draft_number(draft, "maximum_amperes", context->form->maximum_amperes);
		record_draft_integer(draft, "elements",
				     (int64_t)ceil(context->form->wiring->element_count));
		record_draft_text(draft, "power_factor", load->power_factor);
	}
	if (head->runs) {
		record_draft_integer(draft, "runs", head->runs);
	}
}

static void write_own_limit(const struct limit *limit, struct record_draft *draft)
{
	if (limit->has_row) {
		record_draft_number(draft, "own_limit", limit->limit_percent);
	} else {
		record_draft_text(draft, "own_limit", "");
	}
	if (limit->has_lower) {
		record_draft_number(draft, "own_limit_lower", limit->lower);
	}
	record_draft_text(draft, "own_limit_document", limit->document);
	record_draft_text(draft, "own_limit_clause", limit->clause);
	record_draft_text(draft, "own_limit_provenance", provenance_name(limit->provenance));
	record_draft_text(draft, "own_limit_note", limit->note);
}

void result_end(const struct step_context *context, const struct result_tail *tail,
		struct record_draft *draft)
{
	record_draft_text(draft, "unit", tail->unit);
	record_draft_text(draft, "requirement",
			  tail->requirement ? tail->requirement : or_empty(context->requirement));
	record_draft_flag(draft, "is_informative", context->is_informative);
	record_draft_flag(draft, "is_wrong", tail->is_wrong);
	record_draft_text(draft, "remark", or_empty(tail->remark));
	if (tail->limit) {
		write_own_limit(tail->limit, draft);
	}
}

static void draft_contribution(const struct step_context *context, const struct contribution *line,
			       const char *unit, struct record_draft *draft)
{
	bool is_percent = !strcmp(unit, "percent");
	double degrees = line->degrees_of_freedom;

	entry_begin(context, draft, "contribution", 0);
	record_draft_integer(draft, "result", context->tally->results + 1);
	record_draft_text(draft, "name", line->name);
	record_draft_text(draft, "distribution", distribution_name(line->distribution));
	record_draft_number(draft,
			    is_percent ? "standard_uncertainty_percent" : "standard_uncertainty",
			    line->standard_uncertainty);
	record_draft_number(draft, "sensitivity", line->sensitivity);
	record_draft_number(draft, "degrees_of_freedom",
			    degrees < INFINITE_DEGREES_OF_FREEDOM / 2 ? degrees : INFINITY);
}

static struct record_entry view_of(const struct record_draft *draft)
{
	return (struct record_entry){.kind = draft->kind,
				     .field_count = draft->field_count,
				     .fields = (struct record_field *)draft->fields};
}

/* A line as a reader of the record sees it: through the texts of its entry, with their digits. */
static enum status draft_and_read(const struct step_context *context,
				  const struct contribution *line, const char *unit,
				  struct record_draft *draft, struct uncertainty_budget *read)
{
	draft_contribution(context, line, unit, draft);
	struct record_entry entry = view_of(draft);
	return budget_read_line(&entry, read);
}

static enum status record_budget(struct step_context *context,
				 const struct uncertainty_budget *budget, const char *unit,
				 struct uncertainty_budget *read)
{
	enum status status = STATUS_OK;

	read->count = 0;
	for (int i = 0; !status && i < budget->count; i++) {
		struct record_draft draft;

		status = draft_and_read(context, &budget->contributions[i], unit, &draft, read);
		if (!status) {
			status = entry_add(context, &draft);
		}
	}
	return status;
}

static enum status add_judgement(struct step_context *context, const struct record_entry *result,
				 const struct judgement *judgement)
{
	struct record_draft draft;

	entry_begin(context, &draft, "judgement", 0);
	judgement_write(judgement, result, &draft);
	return entry_add(context, &draft);
}

static void count_for_position(struct step_context *context, const struct record_entry *result,
			       const struct judgement *judgement)
{
	struct verb_memory *memory = context->memory;

	for (int i = 0; memory && i < context->lab->position_count; i++) {
		if (context->lab->positions[i].number == record_integer(result, "position")) {
			tally_count(&memory->tallies[i], judgement->is_informative,
				    judgement->outcome);
		}
	}
}

/* Adds result, budget and judgement, and counts. */
enum status result_record(struct step_context *context, const struct record_draft *draft,
			  const struct uncertainty_budget *budget, const char *unit)
{
	struct record_entry result = view_of(draft);
	struct uncertainty_budget read;
	struct judgement judgement;
	enum status status = entry_add(context, draft);

	if (!status) {
		status = record_budget(context, budget, unit, &read);
	}
	if (!status) {
		status = judge_result(&result, &read, context->limits, &context->rule, &judgement);
	}
	if (!status) {
		status = add_judgement(context, &result, &judgement);
	}
	if (!status) {
		context->tally->results++;
		tally_count(context->tally, judgement.is_informative, judgement.outcome);
		count_for_position(context, &result, &judgement);
		if (!judgement.is_informative) {
			tally_requirement(context->tally,
					  or_empty(record_text(&result, "requirement")));
		}
	}
	return status;
}

/* ---- an error of indication ---- */

static void draft_measured(const struct step_context *context, const struct measured *measured,
			   struct record_draft *draft)
{
	result_begin(context,
		     &(struct result_head){.kind = "error",
					   .test = measured->test,
					   .direction = measured->direction,
					   .index = measured->index,
					   .runs = measured->runs,
					   .load = measured->load},
		     draft);
	record_draft_number(draft, "error_percent", measured->error_percent);
	if (measured->has_deviation) {
		record_draft_number(draft, "deviation_percent", measured->deviation_percent);
	} else {
		record_draft_text(draft, "deviation_percent", "");
	}
	result_end(context,
		   &(struct result_tail){.unit = "percent",
					 .remark = measured->remark,
					 .requirement = measured->requirement,
					 .is_wrong = measured->is_wrong,
					 .limit = measured->limit},
		   draft);
}

enum status result_judge(const struct step_context *context, const struct record_draft *draft,
			 const struct uncertainty_budget *budget, const char *unit,
			 struct judgement *judgement)
{
	struct record_entry result = view_of(draft);
	struct uncertainty_budget read = {.count = 0};
	enum status status = STATUS_OK;

	for (int i = 0; !status && i < budget->count; i++) {
		struct record_draft line;

		status = draft_and_read(context, &budget->contributions[i], unit, &line, &read);
	}
	return status ? status
		      : judge_result(&result, &read, context->limits, &context->rule, judgement);
}

/*
 * Isolation transformers pass on the energy with an error of their own, which the meter sees and
 * the standard does not: 1 + e = (1 + e_seen) / (1 + e_transformers). What is exact (a limit of its
 * own) compares registers with each other.
 */
static enum status without_isolation(const struct step_context *context,
				     const struct measured *measured, struct measured *own)
{
	const struct certificate *certificate = context->lab->positions[measured->index].isolation;
	struct certified_error error;
	char today[21];
	int64_t days = 0;

	*own = *measured;
	if (!certificate || !measured->load || measured->limit) {
		return STATUS_OK;
	}
	const struct load_point *point = &measured->load->point;
	clock_utc_text(context->lab->clock, today);
	today[10] = '\0';
	enum status status =
		certificate_at(certificate, point->volts, point->amperes, point->power_factor,
			       point->side == POWER_FACTOR_LEADING, &error);
	if (!status) {
		status = days_between(certificate->date, today, &days);
	}
	if (status) {
		return status;
	}
	double drift = certificate->drift_percent_per_year * (double)days / DAYS_PER_YEAR;
	own->error_percent =
		100 * ((1 + measured->error_percent / 100) / (1 + error.error_percent / 100) - 1);
	/* certificate, drift since, between its points */
	budget_add(&own->budget, "isolation", DISTRIBUTION_NORMAL,
		   hypot(error.standard_uncertainty_percent,
			 hypot(drift, error.interpolation_percent) / sqrt(3)),
		   1, INFINITE_DEGREES_OF_FREEDOM);
	return STATUS_OK;
}

enum status judge_measured(const struct step_context *context, const struct measured *measured,
			   struct judgement *judgement)
{
	struct record_draft draft;

	struct measured own;
	enum status status = without_isolation(context, measured, &own);

	if (status) {
		return status;
	}
	draft_measured(context, &own, &draft);
	return result_judge(context, &draft, &own.budget, "percent", judgement);
}

enum status record_result(struct step_context *context, const struct measured *measured)
{
	struct record_draft draft;

	struct measured own;
	enum status status = without_isolation(context, measured, &own);

	if (status) {
		return status;
	}
	draft_measured(context, &own, &draft);
	return result_record(context, &draft, &own.budget, "percent");
}

/* ---- a value in a unit of its own ---- */

enum status record_value(struct step_context *context, const struct measured_value *value)
{
	struct record_draft draft;

	result_begin(context,
		     &(struct result_head){.kind = "value",
					   .test = value->test,
					   .direction = value->direction,
					   .index = value->index,
					   .runs = value->runs,
					   .load = value->load},
		     &draft);
	record_draft_text(&draft, "what", or_empty(value->what));
	record_draft_number(&draft, "value", value->value);
	result_end(context,
		   &(struct result_tail){.unit = value->unit,
					 .remark = value->remark,
					 .requirement = value->requirement,
					 .is_wrong = value->is_wrong,
					 .limit = value->limit},
		   &draft);
	return result_record(context, &draft, &value->budget, value->unit);
}

/* ---- a check ---- */

enum status record_check(struct step_context *context, const struct check *check)
{
	static const struct uncertainty_budget exact = {.count = 0};
	struct record_draft draft;

	result_begin(
		context,
		&(struct result_head){.kind = "check", .test = check->test, .index = check->index},
		&draft);
	record_draft_text(&draft, "what", or_empty(check->what));
	record_draft_text(&draft, "indicated", or_empty(check->indicated));
	record_draft_text(&draft, "expected", or_empty(check->expected));
	record_draft_text(&draft, "seen", check->is_seen ? conformity_name(check->seen) : "");
	result_end(context,
		   &(struct result_tail){.unit = "",
					 .remark = check->remark,
					 .requirement = check->requirement,
					 .limit = check->basis},
		   &draft);
	return result_record(context, &draft, &exact, "");
}
