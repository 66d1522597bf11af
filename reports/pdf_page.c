/* Styles, text and page breaks of the PDF. */
#include "reports/pdf_page.h"

#include <stdio.h>

#define FONT "DejaVu Sans"

const struct colour colour_ink = {0.13, 0.14, 0.16};
const struct colour colour_grey = {0.42, 0.44, 0.47};
const struct colour colour_blue = {0.12, 0.25, 0.41};
const struct colour colour_red = {0.64, 0.12, 0.10};
const struct colour colour_amber = {0.60, 0.38, 0.02};
const struct colour colour_green = {0.12, 0.42, 0.24};

static const struct {
	double points;
	PangoWeight weight;
} styles[STYLE_COUNT] = {
	[STYLE_TITLE] = {21, PANGO_WEIGHT_BOLD},     [STYLE_DEVICE] = {11.5, PANGO_WEIGHT_NORMAL},
	[STYLE_SECTION] = {14.5, PANGO_WEIGHT_BOLD}, [STYLE_SUBSECTION] = {9.6, PANGO_WEIGHT_BOLD},
	[STYLE_BODY] = {8.6, PANGO_WEIGHT_NORMAL},   [STYLE_SMALL] = {6.8, PANGO_WEIGHT_NORMAL},
	[STYLE_CELL] = {7.3, PANGO_WEIGHT_NORMAL},   [STYLE_CELL_BOLD] = {7.3, PANGO_WEIGHT_BOLD},
	[STYLE_FINE] = {6.0, PANGO_WEIGHT_NORMAL},   [STYLE_FINE_BOLD] = {6.0, PANGO_WEIGHT_BOLD},
	[STYLE_LABEL] = {7.5, PANGO_WEIGHT_NORMAL},  [STYLE_VERDICT] = {14, PANGO_WEIGHT_BOLD},
	[STYLE_MARKING] = {8.2, PANGO_WEIGHT_BOLD},
};

static PangoLayout *layout_of(PangoContext *context, enum text_style style)
{
	PangoLayout *layout = pango_layout_new(context);
	PangoFontDescription *font = pango_font_description_new();
	PangoAttrList *attributes = pango_attr_list_new();

	pango_font_description_set_family(font, FONT);
	pango_font_description_set_weight(font, styles[style].weight);
	pango_font_description_set_absolute_size(font, styles[style].points * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	/* A hash or a file's name that is broken must not gain a hyphen. */
	pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
	pango_font_description_free(font);
	return layout;
}

static void set_text(struct pdf_pages *pages, enum text_style style, double width,
		     PangoAlignment alignment, const char *text)
{
	PangoLayout *layout = pages->layouts[style];

	pango_layout_set_width(layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
	pango_layout_set_alignment(layout, alignment);
	pango_layout_set_text(layout, text, -1);
}

double pdf_text_height(struct pdf_pages *pages, enum text_style style, double width,
		       const char *text)
{
	int height;

	set_text(pages, style, width, PANGO_ALIGN_LEFT, text);
	pango_layout_get_size(pages->layouts[style], NULL, &height);
	return (double)height / PANGO_SCALE;
}

double pdf_text_width(struct pdf_pages *pages, enum text_style style, const char *text)
{
	int width;

	set_text(pages, style, -1, PANGO_ALIGN_LEFT, text);
	pango_layout_get_size(pages->layouts[style], &width, NULL);
	return (double)width / PANGO_SCALE;
}

double pdf_line_height(struct pdf_pages *pages, enum text_style style)
{
	return pdf_text_height(pages, style, -1, "0");
}

static void set_colour(struct pdf_pages *pages, struct colour colour)
{
	cairo_set_source_rgb(pages->cairo, colour.red, colour.green, colour.blue);
}

void pdf_text_at(struct pdf_pages *pages, enum text_style style, struct colour colour, double x,
		 double y, double width, PangoAlignment alignment, const char *text)
{
	set_text(pages, style, width, alignment, text);
	set_colour(pages, colour);
	cairo_move_to(pages->cairo, x, y);
	pango_cairo_show_layout(pages->cairo, pages->layouts[style]);
}

void pdf_fill(struct pdf_pages *pages, struct colour colour, double x, double y, double width,
	      double height)
{
	set_colour(pages, colour);
	cairo_rectangle(pages->cairo, x, y, width, height);
	cairo_fill(pages->cairo);
}

void pdf_line(struct pdf_pages *pages, struct colour colour, double y, double thickness)
{
	pdf_fill(pages, colour, PAGE_LEFT, y - thickness / 2, CONTENT_WIDTH, thickness);
}

static void draw_marking(struct pdf_pages *pages)
{
	static const struct colour tint = {0.99, 0.93, 0.80};

	pdf_fill(pages, tint, PAGE_LEFT, 24, CONTENT_WIDTH, 17);
	pdf_text_at(pages, STYLE_MARKING, colour_amber, PAGE_LEFT, 27.5, CONTENT_WIDTH,
		    PANGO_ALIGN_CENTER, report_word(WORD_virtual_marking));
}

static void draw_head_and_foot(struct pdf_pages *pages)
{
	static const struct colour faint = {0.78, 0.80, 0.83};
	char text[200];
	char page[16];
	char count[16];

	if (pages->model->is_virtual) {
		draw_marking(pages);
	}
	pango_layout_set_ellipsize(pages->layouts[STYLE_LABEL], PANGO_ELLIPSIZE_END);
	pdf_text_at(pages, STYLE_LABEL, colour_grey, PAGE_LEFT, 52, CONTENT_WIDTH - 90,
		    PANGO_ALIGN_LEFT, pages->model->title);
	pango_layout_set_ellipsize(pages->layouts[STYLE_LABEL], PANGO_ELLIPSIZE_NONE);
	pdf_text_at(pages, STYLE_LABEL, colour_grey, PAGE_LEFT, 52, CONTENT_WIDTH,
		    PANGO_ALIGN_RIGHT, report_word(WORD_test_report));
	pdf_line(pages, faint, 66, 0.6);
	pdf_line(pages, faint, PAGE_HEIGHT - 46, 0.6);
	REPORT_FILL(text, WORD_record_id, pages->model->record_id);
	pdf_text_at(pages, STYLE_LABEL, colour_grey, PAGE_LEFT, PAGE_HEIGHT - 40, CONTENT_WIDTH,
		    PANGO_ALIGN_LEFT, text);
	snprintf(page, sizeof(page), "%d", pages->page);
	snprintf(count, sizeof(count), "%d", pages->page_count);
	REPORT_FILL(text, WORD_page_of, page, count);
	pdf_text_at(pages, STYLE_LABEL, colour_grey, PAGE_LEFT, PAGE_HEIGHT - 40, CONTENT_WIDTH,
		    PANGO_ALIGN_RIGHT, text);
}

void pdf_new_page(struct pdf_pages *pages)
{
	if (pages->page) {
		cairo_show_page(pages->cairo);
	}
	pages->page++;
	pages->y = PAGE_TOP;
	draw_head_and_foot(pages);
}

void pdf_need(struct pdf_pages *pages, double height)
{
	if (pages->y + height > PAGE_BOTTOM && pages->y > PAGE_TOP) {
		pdf_new_page(pages);
	}
}

void pdf_paragraph(struct pdf_pages *pages, enum text_style style, struct colour colour,
		   const char *text)
{
	set_text(pages, style, CONTENT_WIDTH, PANGO_ALIGN_LEFT, text);
	/* A copy, because the head of a new page may use the style's layout. */
	PangoLayout *layout = pango_layout_copy(pages->layouts[style]);
	PangoLayoutIter *iterator = pango_layout_get_iter(layout);

	do {
		PangoRectangle line;

		pango_layout_iter_get_line_extents(iterator, NULL, &line);
		double height = (double)line.height / PANGO_SCALE;
		double base =
			(double)(pango_layout_iter_get_baseline(iterator) - line.y) / PANGO_SCALE;
		pdf_need(pages, height);
		set_colour(pages, colour);
		cairo_move_to(pages->cairo, PAGE_LEFT + (double)line.x / PANGO_SCALE,
			      pages->y + base);
		pango_cairo_show_layout_line(pages->cairo,
					     pango_layout_iter_get_line_readonly(iterator));
		pages->y += height * 1.12;
	} while (pango_layout_iter_next_line(iterator));
	pango_layout_iter_free(iterator);
	g_object_unref(layout);
}

void pdf_pages_begin(struct pdf_pages *pages, cairo_t *cairo, const struct report_model *model,
		     int page_count)
{
	cairo_font_options_t *options = cairo_font_options_create();
	PangoContext *context = pango_cairo_create_context(cairo);

	*pages = (struct pdf_pages){.cairo = cairo, .model = model, .page_count = page_count};
	/* Widths must not depend on a screen. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	pango_context_set_round_glyph_positions(context, FALSE);
	cairo_font_options_destroy(options);
	for (int style = 0; style < STYLE_COUNT; style++) {
		pages->layouts[style] = layout_of(context, (enum text_style)style);
	}
	g_object_unref(context);
	pdf_new_page(pages);
}

void pdf_pages_end(struct pdf_pages *pages)
{
	cairo_show_page(pages->cairo);
	for (int style = 0; style < STYLE_COUNT; style++) {
		g_object_unref(pages->layouts[style]);
	}
}
