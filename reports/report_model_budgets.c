/* The annex: one budget in full for each test in per cent and for each value, then all in per cent
 * in short rows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reports/model_builder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *number_text(struct report_model *model, double number, int digits)
{
	char text[64];

	return model_text(model, report_short(text, sizeof(text), number, digits));
}

/* Above a thousand the factor is that of infinitely many, to three digits. */
static const char *effective_degrees(struct report_model *model,
				     const struct indexed_result *result)
{
	double number = judgement_number(result, "effective_degrees_of_freedom");

	return number > 1000 && isfinite(number) ? "> 1000" : number_text(model, number, 3);
}

/* In per cent, or in the unit of the result. */
static double own_uncertainty(const struct record_entry *contribution)
{
	return record_number(contribution, record_text(contribution, "standard_uncertainty_percent")
						   ? "standard_uncertainty_percent"
						   : "standard_uncertainty");
}

static double to_result(const struct record_entry *contribution)
{
	return record_number(contribution, "sensitivity") * own_uncertainty(contribution);
}

/* Five decimals of a per cent; six digits where the unit may be anything. */
static const char *uncertainty_text(struct report_model *model, const struct indexed_result *result,
				    double number)
{
	char text[64];

	return result_is_percent(result)
		       ? model_text(model, report_fixed(text, sizeof(text), number, 5))
		       : number_text(model, number, 6);
}

static void add_lines(struct report_model *model, const struct indexed_result *result)
{

	for (size_t i = 0; i < result->contribution_count; i++) {
		const struct record_entry *entry = result->contributions[i];
		struct report_row *row = model_row(model);

		row->cells[0] = model_text(model, report_word_of(record_text(entry, "name")));
		row->cells[1] =
			model_text(model, report_word_of(record_text(entry, "distribution")));
		row->cells[2] = uncertainty_text(model, result, own_uncertainty(entry));
		row->cells[3] = number_text(model, record_number(entry, "sensitivity"), 4);
		row->cells[4] = uncertainty_text(model, result, to_result(entry));
		row->cells[5] = number_text(model, record_number(entry, "degrees_of_freedom"), 4);
	}
}

static void add_sum(struct report_model *model, const struct indexed_result *result)
{
	char text[200];
	char factor[64];
	struct report_row *row = model_row(model);

	row->mark = MARK_GOOD;
	row->cells[0] = report_word(WORD_combined);
	row->cells[4] =
		uncertainty_text(model, result, judgement_figure(result, "standard_uncertainty"));
	row->cells[5] = effective_degrees(model, result);
	row = model_row(model);
	row->mark = MARK_GOOD;
	report_fixed(factor, sizeof(factor), judgement_number(result, "coverage_factor"), 3);
	REPORT_FILL(text, WORD_expanded, factor);
	row->cells[0] = model_text(model, text);
	row->cells[4] =
		uncertainty_text(model, result, judgement_figure(result, "expanded_uncertainty"));
}

#define BUDGET_COLUMNS(standard, contribution)                                                     \
	{                                                                                          \
		{WORD_contribution, 3.6, ALIGN_LEFT}, {WORD_distribution, 1.2, ALIGN_LEFT},        \
			{standard, 1, ALIGN_RIGHT}, {WORD_sensitivity, 0.5, ALIGN_RIGHT},          \
			{contribution, 1, ALIGN_RIGHT},                                            \
			{WORD_degrees_of_freedom, 0.8, ALIGN_RIGHT},                               \
	}

static void add_example(struct report_model *model, const struct indexed_result *result)
{
	static const struct report_column columns[] =
		BUDGET_COLUMNS(WORD_standard_uncertainty, WORD_contribution_to_result);
	static const struct report_column unit_columns[] =
		BUDGET_COLUMNS(WORD_unit_standard_uncertainty, WORD_unit_contribution);
	bool is_percent = result_is_percent(result);
	char title[400];

	if (is_percent) {
		REPORT_FILL(title, WORD_budget_example, report_word_of(result_text(result, "test")),
			    result_text(result, "form"), result_text(result, "result"),
			    result_text(result, "load"));
	} else {
		REPORT_FILL(title, WORD_value_budget, report_word_of(result_text(result, "test")),
			    result_text(result, "form"), result_text(result, "result"),
			    result_text(result, "what"), result_unit(result));
	}
	model_block(model, BLOCK_SUBSECTION, title);
	model_table(model, is_percent ? columns : unit_columns, COUNT(columns));
	add_lines(model, result);
	add_sum(model, result);
}

/* The contributions that RECORD.md knows; others stand in the record and in the full budgets. */
static const char *const known[] = {
	"reference_calibration", "reference_drift",	"reference_interpolation",
	"reference_influence",	 "reference_counting",	"pulse_edge",
	"repeatability",	 "register_resolution", "source_stability"};

static const struct report_column short_columns[] = {
	{WORD_number, 0.65, ALIGN_RIGHT},
	{WORD_load, 2.7, ALIGN_LEFT},
	{WORD_short_reference_calibration, 1, ALIGN_RIGHT},
	{WORD_short_reference_drift, 1, ALIGN_RIGHT},
	{WORD_short_reference_interpolation, 1, ALIGN_RIGHT},
	{WORD_short_reference_influence, 1, ALIGN_RIGHT},
	{WORD_short_reference_counting, 1, ALIGN_RIGHT},
	{WORD_short_pulse_edge, 1, ALIGN_RIGHT},
	{WORD_short_repeatability, 1.05, ALIGN_RIGHT},
	{WORD_short_register_resolution, 1.1, ALIGN_RIGHT},
	{WORD_short_source_stability, 1, ALIGN_RIGHT},
	{WORD_short_combined, 1, ALIGN_RIGHT},
	{WORD_short_freedom, 0.95, ALIGN_RIGHT},
	{WORD_coverage, 0.75, ALIGN_RIGHT},
	{WORD_short_expanded, 1.1, ALIGN_RIGHT},
};

static const char *known_contribution(struct report_model *model,
				      const struct indexed_result *result, const char *name)
{
	double squares = 0;
	char text[64];

	for (size_t i = 0; i < result->contribution_count; i++) {
		const char *other = record_text(result->contributions[i], "name");

		if (other && !strcmp(other, name)) {
			squares += to_result(result->contributions[i]) *
				   to_result(result->contributions[i]);
		}
	}
	return squares > 0 ? model_text(model, report_fixed(text, sizeof(text), sqrt(squares), 5))
			   : "–";
}

static void add_short_row(struct report_model *model, const struct indexed_result *result)
{
	char text[64];
	struct report_row *row = model_row(model);
	size_t next = 2;

	row->cells[0] = model_text(model, result_text(result, "result"));
	row->cells[1] = model_text(model, result_text(result, "load"));
	for (size_t i = 0; i < COUNT(known); i++) {
		row->cells[next++] = known_contribution(model, result, known[i]);
	}
	row->cells[next++] = model_text(
		model, report_fixed(text, sizeof(text),
				    judgement_number(result, "standard_uncertainty_percent"), 5));
	row->cells[next++] = effective_degrees(model, result);
	row->cells[next++] =
		model_text(model, report_fixed(text, sizeof(text),
					       judgement_number(result, "coverage_factor"), 2));
	row->cells[next] = model_text(
		model, report_fixed(text, sizeof(text),
				    judgement_number(result, "expanded_uncertainty_percent"), 5));
}

static bool is_in_full(const struct result_index *index, size_t i)
{
	if (!result_is_percent(&index->results[i])) {
		return index->results[i].contribution_count > 0;
	}
	for (size_t j = 0; j < i; j++) {
		if (!strcmp(result_text(&index->results[j], "test"),
			    result_text(&index->results[i], "test")) &&
		    index->results[j].contribution_count) {
			return false;
		}
	}
	return index->results[i].contribution_count > 0;
}

static void add_short_table(struct report_model *model, const struct result_index *index,
			    const char *form)
{
	bool is_begun = false;
	char title[200];

	for (size_t i = 0; i < index->count; i++) {
		const struct indexed_result *result = &index->results[i];

		if (!result->contribution_count || !result_is_percent(result) ||
		    strcmp(result_text(result, "form"), form) != 0) {
			continue;
		}
		if (!is_begun) {
			REPORT_FILL(title, WORD_budgets_of_form, form);
			model_block(model, BLOCK_SUBSECTION, title);
			model_word_block(model, BLOCK_SMALL, WORD_budget_legend);
			model_table(model, short_columns, COUNT(short_columns));
			is_begun = true;
		}
		add_short_row(model, result);
	}
}

void model_add_budgets(struct report_model *model, const struct run_record *record,
		       const struct result_index *index)
{
	bool is_begun = false;

	for (size_t i = 0; i < index->count; i++) {
		if (is_in_full(index, i)) {
			if (!is_begun) {
				model_word_block(model, BLOCK_SECTION, WORD_annex);
			}
			is_begun = true;
			add_example(model, &index->results[i]);
		}
	}
	for (size_t i = 0; i < record->count; i++) {
		const char *form = model_form_started(record, i);

		if (form) {
			add_short_table(model, index, form);
		}
	}
}
