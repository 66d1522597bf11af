/* Tables: widths by weight, decimal points below each other, heads repeated, rows too tall for a
 * page cut between lines. */
#include <math.h>
#include <string.h>

#include "reports/pdf_page.h"

#define PAD_X 3.0
#define PAD_Y 2.1
#define FINE_FROM_COLUMNS 14

struct layout {
	const struct report_table *table;
	enum text_style plain;
	enum text_style bold;
	double x[REPORT_COLUMNS + 1];
	double fraction[REPORT_COLUMNS]; /* widest part from the decimal point on */
};

static const char *from_point(const char *text)
{
	const char *point = strchr(text, '.');

	return point ? point : text + strlen(text);
}

static void find_fractions(struct pdf_pages *pages, struct layout *layout, size_t column)
{
	layout->fraction[column] = 0;
	for (size_t i = 0; i < layout->table->row_count; i++) {
		const char *fraction = from_point(layout->table->rows[i].cells[column]);

		if (*fraction) {
			layout->fraction[column] =
				fmax(layout->fraction[column],
				     pdf_text_width(pages, layout->bold, fraction));
		}
	}
}

static void find_layout(struct pdf_pages *pages, struct layout *layout,
			const struct report_table *table)
{
	bool is_fine = table->column_count >= FINE_FROM_COLUMNS;
	double sum = 0;

	*layout = (struct layout){.table = table};
	layout->plain = is_fine ? STYLE_FINE : STYLE_CELL;
	layout->bold = is_fine ? STYLE_FINE_BOLD : STYLE_CELL_BOLD;
	for (size_t i = 0; i < table->column_count; i++) {
		sum += table->columns[i].weight;
	}
	layout->x[0] = PAGE_LEFT;
	for (size_t i = 0; i < table->column_count; i++) {
		layout->x[i + 1] = layout->x[i] + CONTENT_WIDTH * table->columns[i].weight / sum;
		if (table->columns[i].alignment == ALIGN_DECIMAL) {
			find_fractions(pages, layout, i);
		}
	}
}

static double cell_width(const struct layout *layout, size_t column)
{
	return layout->x[column + 1] - layout->x[column] - 2 * PAD_X;
}

static PangoAlignment head_alignment(const struct report_column *column)
{
	return column->alignment == ALIGN_LEFT ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT;
}

static double head_height(struct pdf_pages *pages, const struct layout *layout)
{
	double height = 0;

	for (size_t i = 0; layout->table->has_head && i < layout->table->column_count; i++) {
		height =
			fmax(height, pdf_text_height(pages, layout->bold, cell_width(layout, i),
						     report_word(layout->table->columns[i].title)));
	}
	return layout->table->has_head ? height + 2 * PAD_Y : 0;
}

static void draw_head(struct pdf_pages *pages, const struct layout *layout)
{
	static const struct colour tint = {0.93, 0.945, 0.965};
	double height = head_height(pages, layout);

	if (!layout->table->has_head) {
		return;
	}
	pdf_fill(pages, tint, PAGE_LEFT, pages->y, CONTENT_WIDTH, height);
	for (size_t i = 0; i < layout->table->column_count; i++) {
		const struct report_column *column = &layout->table->columns[i];

		pdf_text_at(pages, layout->bold, colour_blue, layout->x[i] + PAD_X,
			    pages->y + PAD_Y, cell_width(layout, i), head_alignment(column),
			    report_word(column->title));
	}
	pages->y += height;
	pdf_line(pages, colour_blue, pages->y, 0.7);
}

static enum text_style style_of(const struct layout *layout, const struct report_row *row,
				size_t column)
{
	bool is_bold = row->mark == MARK_BAD || row->mark == MARK_GOOD ||
		       (row->mark == MARK_OPEN && column);

	return is_bold ? layout->bold : layout->plain;
}

static struct colour ink_of(const struct layout *layout, const struct report_row *row,
			    size_t column)
{
	bool is_name = !layout->table->has_head && column == 0;

	if (is_name || row->mark == MARK_FAINT) {
		return colour_grey;
	}
	return row->mark == MARK_BAD	? colour_red
	       : row->mark == MARK_OPEN ? colour_amber
					: colour_ink;
}

static double row_height(struct pdf_pages *pages, const struct layout *layout,
			 const struct report_row *row)
{
	double height = pdf_line_height(pages, layout->plain);

	for (size_t i = 0; i < layout->table->column_count; i++) {
		if (layout->table->columns[i].alignment == ALIGN_LEFT) {
			height =
				fmax(height, pdf_text_height(pages, style_of(layout, row, i),
							     cell_width(layout, i), row->cells[i]));
		}
	}
	return height + 2 * PAD_Y;
}

/* The decimal point stands where the widest fraction of the column leaves room for it. */
static void draw_decimal(struct pdf_pages *pages, const struct layout *layout,
			 const struct report_row *row, size_t i, double y)
{
	const char *text = row->cells[i];
	enum text_style style = style_of(layout, row, i);
	double fraction = *from_point(text) ? pdf_text_width(pages, style, from_point(text)) : 0;
	double whole = pdf_text_width(pages, style, text) - fraction;

	pdf_text_at(pages, style, ink_of(layout, row, i),
		    layout->x[i + 1] - PAD_X - layout->fraction[i] - whole, y, -1, PANGO_ALIGN_LEFT,
		    text);
}

static void draw_cells(struct pdf_pages *pages, const struct layout *layout,
		       const struct report_row *row, double y)
{
	for (size_t i = 0; i < layout->table->column_count; i++) {
		const struct report_column *column = &layout->table->columns[i];

		if (!*row->cells[i]) {
			continue;
		}
		if (column->alignment == ALIGN_DECIMAL) {
			draw_decimal(pages, layout, row, i, y);
		} else {
			bool is_right = column->alignment == ALIGN_RIGHT;
			pdf_text_at(pages, style_of(layout, row, i), ink_of(layout, row, i),
				    layout->x[i] + PAD_X, y, cell_width(layout, i),
				    is_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT, row->cells[i]);
		}
	}
}

static void draw_ground(struct pdf_pages *pages, const struct report_row *row, double height)
{
	static const struct colour red = {0.985, 0.89, 0.875};
	static const struct colour amber = {0.995, 0.955, 0.86};
	static const struct colour rule = {0.87, 0.88, 0.90};

	if (row->mark == MARK_BAD || row->mark == MARK_OPEN) {
		pdf_fill(pages, row->mark == MARK_BAD ? red : amber, PAGE_LEFT, pages->y,
			 CONTENT_WIDTH, height);
	}
	pdf_line(pages, rule, pages->y + height, 0.4);
}

static void draw_row(struct pdf_pages *pages, const struct layout *layout,
		     const struct report_row *row, double height)
{
	draw_ground(pages, row, height);
	draw_cells(pages, layout, row, pages->y + PAD_Y);
	pages->y += height;
}

/* A row that no page can hold: shown through a window of whole lines that moves down it, page by
 * page. */
static void draw_tall_row(struct pdf_pages *pages, const struct layout *layout,
			  const struct report_row *row, double height)
{
	double line = pdf_line_height(pages, layout->plain);
	double shown = 0;

	while (height - shown > 2 * PAD_Y) {
		double window = floor((PAGE_BOTTOM - pages->y - 2 * PAD_Y) / line) * line;

		window = fmin(window, height - shown);
		cairo_save(pages->cairo);
		cairo_rectangle(pages->cairo, PAGE_LEFT, pages->y, CONTENT_WIDTH, window + PAD_Y);
		cairo_clip(pages->cairo);
		draw_cells(pages, layout, row, pages->y + PAD_Y - shown);
		cairo_restore(pages->cairo);
		pages->y += window + PAD_Y;
		shown += window;
		if (height - shown > 2 * PAD_Y) {
			pdf_new_page(pages);
			draw_head(pages, layout);
		}
	}
}

void pdf_table(struct pdf_pages *pages, const struct report_table *table)
{
	struct layout layout;

	if (!table->row_count) {
		return;
	}
	find_layout(pages, &layout, table);
	double head = head_height(pages, &layout);
	double page = PAGE_BOTTOM - PAGE_TOP - head;
	pdf_need(pages, head + fmin(row_height(pages, &layout, &table->rows[0]), page));
	draw_head(pages, &layout);
	for (size_t i = 0; i < table->row_count; i++) {
		double height = row_height(pages, &layout, &table->rows[i]);

		if (height > page) {
			draw_tall_row(pages, &layout, &table->rows[i], height);
			continue;
		}
		if (pages->y + height > PAGE_BOTTOM) {
			pdf_new_page(pages);
			draw_head(pages, &layout);
		}
		draw_row(pages, &layout, &table->rows[i], height);
	}
	pages->y += 8;
}
