/*
 * What a report says, before anyone decides how it looks: blocks in order, texts ready to print,
 * made from a record alone. The PDF draws them; another form of report can draw the same blocks.
 */
#ifndef REPORTS_REPORT_MODEL_H
#define REPORTS_REPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "procedures/run_record.h"
#include "reports/report_text.h"

#define REPORT_COLUMNS 16

enum report_alignment { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_DECIMAL };
enum report_mark { MARK_PLAIN, MARK_GOOD, MARK_OPEN, MARK_BAD, MARK_FAINT };

struct report_column {
	enum report_word title;
	double weight; /* share of the width */
	enum report_alignment alignment;
};

struct report_row {
	enum report_mark mark;
	const char *cells[REPORT_COLUMNS];
};

struct report_table {
	bool has_head; /* false: names in the first column, values in the second */
	size_t column_count;
	const struct report_column *columns;
	size_t row_count;
	struct report_row *rows;
};

enum report_block_kind {
	BLOCK_TITLE,	  /* the report's name, `text`, above it `label` */
	BLOCK_SECTION,	  /* begins a page unless the page is nearly empty; `text` */
	BLOCK_SUBSECTION, /* `text`, kept with what follows */
	BLOCK_PARAGRAPH,
	BLOCK_SMALL,   /* legends */
	BLOCK_VERDICT, /* `label`, `text`, `mark` */
	BLOCK_TABLE,
	BLOCK_CURVE,	 /* load curve of `form` at `volts` */
	BLOCK_SIGNATURE, /* lines to be filled in by hand */
	BLOCK_END,
};

struct report_block {
	enum report_block_kind kind;
	enum report_mark mark;
	const char *label;
	const char *text;
	const char *form;
	double volts;
	struct report_table table;
};

struct report_model {
	bool is_virtual;
	const char *title;
	const char *record_id;	 /* the last hash, shortened, on every page */
	const char *created_utc; /* the last entry's */
	size_t block_count;
	struct report_block *blocks;
	struct model_storage *storage;
};

/* Texts belong to the model. STATUS_BAD_INPUT for a record without entries or one that does not fit
 * together. */
enum status report_model_build(struct report_model *model, const struct run_record *record);
void report_model_free(struct report_model *model);

#endif
