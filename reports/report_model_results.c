/* Results by form, test and position, the load curves, the limits that were used. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reports/model_builder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* With and without the column that says what is remarkable about a load. */
#define COLUMNS_WITH(error_word)                                                                   \
	{                                                                                          \
		{WORD_number, 0.85, ALIGN_RIGHT}, {WORD_volts, 0.65, ALIGN_RIGHT},                 \
			{WORD_amperes, 0.7, ALIGN_DECIMAL},                                        \
			{WORD_percent_maximum, 1.05, ALIGN_DECIMAL},                               \
			{WORD_power_factor, 0.8, ALIGN_RIGHT}, {WORD_runs, 0.75, ALIGN_RIGHT},     \
			{error_word, 1, ALIGN_DECIMAL}, {WORD_uncertainty, 0.85, ALIGN_DECIMAL},   \
			{WORD_coverage, 0.65, ALIGN_RIGHT}, {WORD_limit, 1, ALIGN_DECIMAL},        \
			{WORD_ratio, 0.75, ALIGN_RIGHT}, {WORD_basis, 1.05, ALIGN_LEFT},           \
			{WORD_verdict, 2.8, ALIGN_LEFT}, {WORD_remark, 1.4, ALIGN_LEFT},           \
	}

static const struct report_column columns[] = COLUMNS_WITH(WORD_error);
static const struct report_column shift_columns[] = COLUMNS_WITH(WORD_shift);

enum {
	NUMBER,
	VOLTS,
	AMPERES,
	PERCENT,
	FACTOR,
	RUNS,
	ERROR,
	UNCERTAINTY,
	COVERAGE,
	LIMIT,
	RATIO,
	BASIS,
	VERDICT,
	REMARK
};

static bool is_same(const struct indexed_result *a, const struct indexed_result *b,
		    const char *name)
{
	return !strcmp(result_text(a, name), result_text(b, name));
}

/* Registers are few: all directions stand in one table. */
static bool is_register(const struct indexed_result *result)
{
	return !strcmp(result_text(result, "test"), "register");
}

static bool is_same_group(const struct indexed_result *a, const struct indexed_result *b)
{
	return is_same(a, b, "form") && is_same(a, b, "test") && is_same(a, b, "position") &&
	       is_same(a, b, "kind") && (is_register(a) || is_same(a, b, "direction"));
}

static bool is_first_of_group(const struct result_index *index, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (is_same_group(&index->results[j], &index->results[i])) {
			return false;
		}
	}
	return true;
}

static const char *remark(const struct indexed_result *result)
{
	return is_register(result) ? report_word_of(result_text(result, "direction"))
				   : result_special(result);
}

static bool group_has_remark(const struct result_index *index, size_t first)
{
	for (size_t i = first; i < index->count; i++) {
		if (is_same_group(&index->results[i], &index->results[first]) &&
		    *remark(&index->results[i])) {
			return true;
		}
	}
	return false;
}

enum report_mark model_result_mark(const struct indexed_result *result)
{
	const char *outcome = judgement_text(result, "outcome");

	if (result->is_void) {
		return MARK_BAD;
	}
	if (!result->judgement || record_flag(result->judgement, "is_informative")) {
		return MARK_FAINT;
	}
	if (!strcmp(outcome, "conforms")) {
		return MARK_PLAIN;
	}
	return !strcmp(outcome, "does not conform") ? MARK_BAD : MARK_OPEN;
}

static const char *short_number(struct report_model *model, const struct indexed_result *result,
				const char *name, int digits)
{
	char text[64];

	return model_text(model, report_short(text, sizeof(text),
					      record_number(result->result, name), digits));
}

/* The error carries the decimals that its uncertainty deserves; five when there is no uncertainty.
 */
static void fill_error(struct report_model *model, struct report_row *row,
		       const struct indexed_result *result)
{
	char text[64];
	double expanded = judgement_number(result, "expanded_uncertainty_percent");
	int decimals = report_decimals(expanded);

	row->cells[ERROR] = model_text(
		model, report_fixed(text, sizeof(text),
				    record_number(result->result, "error_percent"), decimals));
	if (expanded > 0) {
		row->cells[UNCERTAINTY] =
			model_text(model, report_fixed(text, sizeof(text), expanded, decimals));
		row->cells[COVERAGE] = model_text(
			model, report_fixed(text, sizeof(text),
					    judgement_number(result, "coverage_factor"), 2));
	}
}

const char *model_result_verdict(struct report_model *model, const struct indexed_result *result)
{
	const char *outcome = report_word_of(judgement_text(result, "outcome"));
	char text[120];

	if (!result->judgement) {
		return report_word(result->is_void ? WORD_void_verdict : WORD_no_verdict);
	}
	if (!record_flag(result->judgement, "is_informative")) {
		return model_text(model, outcome);
	}
	REPORT_FILL(text, WORD_informative_verdict, outcome);
	return model_text(model, text);
}

const char *model_result_limit(struct report_model *model, const struct indexed_result *result)
{
	char text[150], upper[64], lower[64];

	if (!judgement_has_figure(result, "limit")) {
		return "–";
	}
	report_short(upper, sizeof(upper), judgement_figure(result, "limit"), 6);
	if (judgement_has_figure(result, "limit_lower")) {
		report_short(lower, sizeof(lower), judgement_figure(result, "limit_lower"), 6);
		snprintf(text, sizeof(text), "%s … %s", lower, upper);
	} else {
		snprintf(text, sizeof(text), "±%s", upper);
	}
	return model_text(model, text);
}

const char *model_result_ratio(struct report_model *model, const struct indexed_result *result)
{
	char text[64];

	if (!judgement_has(result, "test_uncertainty_ratio")) {
		return "";
	}
	return model_text(model,
			  report_short(text, sizeof(text),
				       judgement_number(result, "test_uncertainty_ratio"), 3));
}

static void fill_verdict(struct report_model *model, struct report_row *row,
			 const struct indexed_result *result)
{
	row->cells[LIMIT] = model_result_limit(model, result);
	row->cells[RATIO] = model_result_ratio(model, result);
	if (judgement_has(result, "limit_percent")) {
		row->cells[BASIS] = model_text(
			model, report_word_of(judgement_text(result, "limit_provenance")));
	}
	row->cells[VERDICT] = model_result_verdict(model, result);
}

static void add_row(struct report_model *model, const struct indexed_result *result)
{
	struct report_row *row = model_row(model);

	row->mark = model_result_mark(result);
	row->cells[NUMBER] = model_text(model, result_text(result, "result"));
	row->cells[VOLTS] = short_number(model, result, "volts", 6);
	row->cells[AMPERES] = short_number(model, result, "amperes", 6);
	row->cells[PERCENT] = short_number(model, result, "percent_of_maximum", 6);
	row->cells[FACTOR] = model_text(model, result_text(result, "power_factor"));
	row->cells[RUNS] = model_text(model, result_text(result, "runs"));
	row->cells[REMARK] = model_text(model, remark(result));
	fill_error(model, row, result);
	fill_verdict(model, row, result);
}

static void add_group(struct report_model *model, const struct result_index *index, size_t first)
{
	const struct indexed_result *example = &index->results[first];
	bool is_shift = !strcmp(result_text(example, "kind"), "shift");
	char title[300];

	if (is_register(example)) {
		REPORT_FILL(title, WORD_results_of_registers, result_text(example, "position"));
	} else {
		REPORT_FILL(title, is_shift ? WORD_results_of_shifts : WORD_results_table,
			    report_word_of(result_text(example, "test")),
			    report_word_of(result_text(example, "direction")),
			    result_text(example, "position"));
	}
	model_block(model, BLOCK_SUBSECTION, title);
	model_table(model, is_shift ? shift_columns : columns,
		    group_has_remark(index, first) ? COUNT(columns) : COUNT(columns) - 1);
	for (size_t i = first; i < index->count; i++) {
		if (is_same_group(&index->results[i], example)) {
			add_row(model, &index->results[i]);
		}
	}
}

/* A curve is worth drawing from two currents on. */
static bool begins_curve(const struct result_index *index, size_t i)
{
	const struct indexed_result *result = &index->results[i];
	double volts = record_number(result->result, "volts");
	double amperes = record_number(result->result, "amperes");
	bool has_other_current = false;

	for (size_t j = 0; j < index->count; j++) {
		const struct indexed_result *other = &index->results[j];
		bool is_on_curve = is_same_group(result, other) && !*result_special(other) &&
				   fabs(record_number(other->result, "volts") - volts) < 1e-6 &&
				   record_number(other->result, "amperes") > 0;

		if (is_on_curve && j < i) {
			return false;
		}
		has_other_current |= is_on_curve &&
				     fabs(record_number(other->result, "amperes") - amperes) > 1e-9;
	}
	return has_other_current && amperes > 0;
}

static bool is_drawn(const struct report_model *model, const char *form, double volts)
{
	for (size_t i = 0; i < model->block_count; i++) {
		const struct report_block *block = &model->blocks[i];

		if (block->kind == BLOCK_CURVE && !strcmp(block->form, form) &&
		    fabs(block->volts - volts) < 1e-6) {
			return true;
		}
	}
	return false;
}

static void add_curves(struct report_model *model, const struct result_index *index,
		       const char *form)
{
	for (size_t i = 0; i < index->count; i++) {
		const struct indexed_result *result = &index->results[i];
		double volts = record_number(result->result, "volts");
		bool is_candidate = !strcmp(result_text(result, "form"), form) &&
				    !strcmp(result_text(result, "test"), "load_performance") &&
				    !strcmp(result_text(result, "direction"), "delivered") &&
				    !*result_special(result);

		if (is_candidate && begins_curve(index, i) && !is_drawn(model, form, volts)) {
			struct report_block *block = model_block(model, BLOCK_CURVE, "");
			block->form = model_text(model, form);
			block->volts = volts;
		}
	}
}

static void add_form(struct report_model *model, const struct result_index *index, const char *form)
{
	bool has_section = false;

	for (size_t i = 0; i < index->count; i++) {
		if (strcmp(result_text(&index->results[i], "form"), form) != 0 ||
		    !is_first_of_group(index, i)) {
			continue;
		}
		if (!has_section) {
			char title[200];

			REPORT_FILL(title, WORD_results_of_form, form);
			model_block(model, BLOCK_SECTION, title);
			model_word_block(model, BLOCK_SMALL, WORD_results_legend);
			has_section = true;
		}
		if (!model_add_values(model, index, i)) {
			add_group(model, index, i);
		}
	}
	add_curves(model, index, form);
}

static bool is_same_limit(const struct indexed_result *a, const struct indexed_result *b)
{
	static const char *const fields[] = {"limit_document", "limit_clause", "limit_provenance",
					     "limit_note"};

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (strcmp(judgement_text(a, fields[i]), judgement_text(b, fields[i])) != 0) {
			return false;
		}
	}
	return true;
}

/* How many results share the limit of result `i`; 0 when an earlier one began it. */
static int count_same_limit(const struct result_index *index, size_t i)
{
	int count = 0;

	for (size_t j = 0; j < index->count; j++) {
		const struct indexed_result *other = &index->results[j];

		if (judgement_has_figure(other, "limit") &&
		    is_same_limit(other, &index->results[i])) {
			if (j < i) {
				return 0;
			}
			count++;
		}
	}
	return count;
}

static void add_limits(struct report_model *model, const struct result_index *index)
{
	static const struct report_column limit_columns[] = {
		{WORD_document, 2, ALIGN_LEFT},	   {WORD_clause, 1.3, ALIGN_LEFT},
		{WORD_basis, 1, ALIGN_LEFT},	   {WORD_note, 3, ALIGN_LEFT},
		{WORD_verdicts, 0.9, ALIGN_RIGHT},
	};

	model_word_block(model, BLOCK_SUBSECTION, WORD_limits_title);
	model_table(model, limit_columns, COUNT(limit_columns));
	for (size_t i = 0; i < index->count; i++) {
		const struct indexed_result *result = &index->results[i];
		int count = judgement_has_figure(result, "limit") ? count_same_limit(index, i) : 0;
		char number[24];

		if (!count) {
			continue;
		}
		struct report_row *row = model_row(model);
		snprintf(number, sizeof(number), "%d", count);
		row->cells[0] = model_text(model, judgement_text(result, "limit_document"));
		row->cells[1] = model_text(model, judgement_text(result, "limit_clause"));
		row->cells[2] = model_text(
			model, report_word_of(judgement_text(result, "limit_provenance")));
		row->cells[3] = model_text(model, judgement_text(result, "limit_note"));
		row->cells[4] = model_text(model, number);
	}
}

void model_add_results(struct report_model *model, const struct run_record *record,
		       const struct result_index *index)
{
	if (!index->count) {
		model_word_block(model, BLOCK_PARAGRAPH, WORD_no_results)->mark = MARK_OPEN;
		return;
	}
	add_limits(model, index);
	for (size_t i = 0; i < record->count; i++) {
		const char *form = model_form_started(record, i);

		if (form) {
			add_form(model, index, form);
		}
	}
}
