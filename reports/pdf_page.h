/* Pages of the PDF: styles, text, breaking to the next page with head and foot. Lengths in points,
 * y downwards. */
#ifndef REPORTS_PDF_PAGE_H
#define REPORTS_PDF_PAGE_H

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

#include "reports/report_model.h"

#define PAGE_WIDTH 595.276 /* A4 */
#define PAGE_HEIGHT 841.890
#define PAGE_LEFT 50.0
#define PAGE_RIGHT (PAGE_WIDTH - 50.0)
#define PAGE_TOP 84.0
#define PAGE_BOTTOM (PAGE_HEIGHT - 58.0)
#define CONTENT_WIDTH (PAGE_RIGHT - PAGE_LEFT)

enum text_style {
	STYLE_TITLE,
	STYLE_DEVICE,
	STYLE_SECTION,
	STYLE_SUBSECTION,
	STYLE_BODY,
	STYLE_SMALL,
	STYLE_CELL,
	STYLE_CELL_BOLD,
	STYLE_FINE,
	STYLE_FINE_BOLD,
	STYLE_LABEL,
	STYLE_VERDICT,
	STYLE_MARKING,
	STYLE_COUNT
};

struct colour {
	double red, green, blue;
};

extern const struct colour colour_ink, colour_grey, colour_blue, colour_red, colour_amber,
	colour_green;

struct pdf_pages {
	cairo_t *cairo;
	const struct report_model *model;
	PangoLayout *layouts[STYLE_COUNT];
	double y;
	int page;
	int page_count; /* 0 in the first pass, which only counts */
};

void pdf_pages_begin(struct pdf_pages *pages, cairo_t *cairo, const struct report_model *model,
		     int page_count);
void pdf_pages_end(struct pdf_pages *pages); /* shows the last page */

/* A new page when less than `height` is left. */
void pdf_need(struct pdf_pages *pages, double height);
void pdf_new_page(struct pdf_pages *pages);

/* Height of a text that wraps at `width`; width of a text in one line; height of one line. */
double pdf_text_height(struct pdf_pages *pages, enum text_style style, double width,
		       const char *text);
double pdf_text_width(struct pdf_pages *pages, enum text_style style, const char *text);
double pdf_line_height(struct pdf_pages *pages, enum text_style style);

/* Draws at a place without moving on; `width` below 0: one line. */
void pdf_text_at(struct pdf_pages *pages, enum text_style style, struct colour colour, double x,
		 double y, double width, PangoAlignment alignment, const char *text);

/* A paragraph at the current place, line by line over pages. */
void pdf_paragraph(struct pdf_pages *pages, enum text_style style, struct colour colour,
		   const char *text);

void pdf_fill(struct pdf_pages *pages, struct colour colour, double x, double y, double width,
	      double height);
void pdf_line(struct pdf_pages *pages, struct colour colour, double y, double thickness);

/* pdf_table.c: a table from the current place on, its head again on each page. */
void pdf_table(struct pdf_pages *pages, const struct report_table *table);

#endif
