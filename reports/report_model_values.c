/* Results that are no error in per cent: values in a unit of their own, and checks. */
#include <string.h>

#include "reports/model_builder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_same(const struct indexed_result *a, const struct indexed_result *b,
		    const char *name)
{
	return !strcmp(result_text(a, name), result_text(b, name));
}

static bool is_same_group(const struct indexed_result *a, const struct indexed_result *b)
{
	return is_same(a, b, "form") && is_same(a, b, "kind") && is_same(a, b, "test") &&
	       is_same(a, b, "position");
}

static const char *text_cell(struct report_model *model, const struct indexed_result *result,
			     const char *name)
{
	return model_text(model, result_text(result, name));
}

/* What was measured, and in which direction when there is one. */
static const char *what_cell(struct report_model *model, const struct indexed_result *result)
{
	const char *direction = report_word_of(result_text(result, "direction"));
	char text[300];

	if (!*direction) {
		return text_cell(model, result, "what");
	}
	REPORT_FILL(text, WORD_what_direction, result_text(result, "what"), direction);
	return model_text(model, text);
}

/* The value has the decimals that its uncertainty deserves; an exact one stands as it is. */
static void fill_value(struct report_model *model, const struct indexed_result *result,
		       const char **value, const char **uncertainty)
{
	double number = record_number(result->result, "value");
	double expanded = judgement_figure(result, "expanded_uncertainty");
	char text[64];

	if (expanded > 0) {
		int decimals = report_decimals(expanded);

		*value = model_text(model, report_fixed(text, sizeof(text), number, decimals));
		*uncertainty =
			model_text(model, report_fixed(text, sizeof(text), expanded, decimals));
	} else {
		*value = model_text(model, report_short(text, sizeof(text), number, 9));
	}
}

static const struct report_column value_columns[] = {
	{WORD_number, 0.9, ALIGN_RIGHT},
	{WORD_what, 3.2, ALIGN_LEFT},
	{WORD_load, 2, ALIGN_LEFT},
	{WORD_value, 1.2, ALIGN_DECIMAL},
	{WORD_plain_uncertainty, 1, ALIGN_DECIMAL},
	{WORD_unit, 0.8, ALIGN_LEFT},
	{WORD_plain_limit, 1.7, ALIGN_RIGHT},
	{WORD_ratio, 0.9, ALIGN_RIGHT},
	{WORD_basis, 1.4, ALIGN_LEFT},
	{WORD_verdict, 2.8, ALIGN_LEFT},
};

static void add_value(struct report_model *model, const struct indexed_result *result)
{
	struct report_row *row = model_row(model);

	row->mark = model_result_mark(result);
	row->cells[0] = text_cell(model, result, "result");
	row->cells[1] = what_cell(model, result);
	row->cells[2] = text_cell(model, result, "load");
	fill_value(model, result, &row->cells[3], &row->cells[4]);
	row->cells[5] = text_cell(model, result, "unit");
	row->cells[6] = model_result_limit(model, result);
	row->cells[7] = model_result_ratio(model, result);
	row->cells[8] =
		model_text(model, report_word_of(judgement_text(result, "limit_provenance")));
	row->cells[9] = model_result_verdict(model, result);
}

static const struct report_column check_columns[] = {
	{WORD_number, 1.05, ALIGN_RIGHT},  {WORD_what, 3.1, ALIGN_LEFT},
	{WORD_indicated, 3.9, ALIGN_LEFT}, {WORD_expected, 3.2, ALIGN_LEFT},
	{WORD_basis, 1.3, ALIGN_LEFT},	   {WORD_verdict, 3.2, ALIGN_LEFT},
	{WORD_remark, 1.7, ALIGN_LEFT},
};

static void add_check(struct report_model *model, const struct indexed_result *result)
{
	struct report_row *row = model_row(model);

	row->mark = model_result_mark(result);
	row->cells[0] = text_cell(model, result, "result");
	row->cells[1] = what_cell(model, result);
	row->cells[2] = text_cell(model, result, "indicated");
	row->cells[3] = text_cell(model, result, "expected");
	row->cells[4] =
		model_text(model, report_word_of(judgement_text(result, "limit_provenance")));
	row->cells[5] = model_result_verdict(model, result);
	row->cells[6] = text_cell(model, result, "remark");
}

/* What a person answered: question, answer and what was seen; who, when, evidence. */
static const struct report_column answer_columns[] = {
	{WORD_number, 0.9, ALIGN_RIGHT},      {WORD_question, 4, ALIGN_LEFT},
	{WORD_answer, 3.6, ALIGN_LEFT},	      {WORD_verdict, 2.2, ALIGN_LEFT},
	{WORD_who_and_when, 3.8, ALIGN_LEFT},
};

static void add_answer(struct report_model *model, const struct indexed_result *result)
{
	struct report_row *row = model_row(model);

	row->mark = model_result_mark(result);
	row->cells[0] = text_cell(model, result, "result");
	row->cells[1] = text_cell(model, result, "what");
	row->cells[2] = text_cell(model, result, "indicated");
	row->cells[3] = model_result_verdict(model, result);
	row->cells[4] = text_cell(model, result, "remark");
}

/* How the results of one kind are laid out. */
struct layout {
	enum report_word title;
	const struct report_column *columns;
	size_t column_count;
	void (*add)(struct report_model *model, const struct indexed_result *result);
};

static const struct layout values_layout = {WORD_values_table, value_columns, COUNT(value_columns),
					    add_value};
static const struct layout checks_layout = {WORD_checks_table, check_columns, COUNT(check_columns),
					    add_check};
static const struct layout answers_layout = {WORD_values_table, answer_columns,
					     COUNT(answer_columns), add_answer};

static const struct layout *layout_of(const struct indexed_result *result)
{
	const char *kind = result_text(result, "kind");
	const char *test = result_text(result, "test");

	if (!strcmp(kind, "value")) {
		return &values_layout;
	}
	if (strcmp(kind, "check") != 0) {
		return NULL;
	}
	return strcmp(test, "inspection") && strcmp(test, "documents") ? &checks_layout
								       : &answers_layout;
}

bool model_add_values(struct report_model *model, const struct result_index *index, size_t first)
{
	const struct indexed_result *example = &index->results[first];
	const struct layout *layout = layout_of(example);
	char title[300];

	if (!layout) {
		return false;
	}
	REPORT_FILL(title, layout->title, report_word_of(result_text(example, "test")),
		    result_text(example, "position"));
	model_block(model, BLOCK_SUBSECTION, title);
	model_table(model, layout->columns, layout->column_count);
	for (size_t i = first; i < index->count; i++) {
		if (is_same_group(&index->results[i], example)) {
			layout->add(model, &index->results[i]);
		}
	}
	return true;
}
