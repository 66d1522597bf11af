/* How the parts of report_model are put together; for report_model*.c only. */
#ifndef REPORTS_MODEL_BUILDER_H
#define REPORTS_MODEL_BUILDER_H

#include "reports/report_model.h"
#include "reports/result_index.h"

/* How a field of an entry becomes the text of a cell. */
enum field_form { FIELD_TEXT, FIELD_WORD, FIELD_NUMBER, FIELD_PERCENT, FIELD_VALID, FIELD_YES_NO };

struct field_column {
	struct report_column column;
	const char *field;
	enum field_form form;
};

/* A copy that can be printed: bytes that are no text appear as \xHH. NULL gives "". */
const char *model_text(struct report_model *model, const char *text);

struct report_block *model_block(struct report_model *model, enum report_block_kind kind,
				 const char *text);
struct report_block *model_word_block(struct report_model *model, enum report_block_kind kind,
				      enum report_word word);

/* A table is the last block while rows are added; a row is valid until the next one. */
void model_table(struct report_model *model, const struct report_column *columns, size_t count);
struct report_row *model_row(struct report_model *model);

/* A table of names and values. */
void model_facts(struct report_model *model);
void model_fact(struct report_model *model, enum report_word name, const char *value);

/*
 * One row per entry of a kind, under a subtitle; false when there is none (then nothing is added).
 * Columns are static: up to REPORT_COLUMNS.
 */
bool model_entries(struct report_model *model, const struct run_record *record, const char *kind,
		   enum report_word subtitle, const struct field_column *columns, size_t count);

/* Cells that every table of results has. */
enum report_mark model_result_mark(const struct indexed_result *result);
const char *model_result_verdict(struct report_model *model, const struct indexed_result *result);
const char *model_result_limit(struct report_model *model, const struct indexed_result *result);
const char *model_result_ratio(struct report_model *model, const struct indexed_result *result);

/* The table of values or checks that begins with result `first`; false when it is neither. */
bool model_add_values(struct report_model *model, const struct result_index *index, size_t first);

/* The form that entry `i` is the first to start; NULL when it starts none. */
const char *model_form_started(const struct run_record *record, size_t i);

/* The newest entry of a kind, NULL when there is none. */
const struct record_entry *model_find(const struct run_record *record, const char *kind);

/* All of the record of a type. */
void model_add_type(struct report_model *model, const struct run_record *record);

/* A line of the verdict; NULL: `otherwise`. */
void model_add_verdict(struct report_model *model, enum report_word label, const char *value,
		       enum report_word otherwise);

void model_add_cover(struct report_model *model, const struct run_record *record,
		     const struct result_index *index);
void model_add_results(struct report_model *model, const struct run_record *record,
		       const struct result_index *index);
void model_add_budgets(struct report_model *model, const struct run_record *record,
		       const struct result_index *index);

#endif
