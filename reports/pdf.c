/*
 * The PDF: draws the blocks of the report model twice, first to count the pages. The creation date
 * is the record's, so equal records give equal bytes on one machine (fonts and library versions are
 * the machine's).
 */
#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <librsvg/rsvg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/pdf_page.h"
#include "reports/report.h"
#include "reports/whole_file.h"

#define CURVE_HEIGHT (CONTENT_WIDTH * 410 / 900)

struct pdf {
	const struct report_model *model;
	struct pdf_pages pages;
	cairo_surface_t *surface;
	RsvgHandle **curves; /* one for each block, NULL for those that are none */
	int verdicts;	     /* drawn so far: two stand side by side */
	GError *error;
};

static struct colour ink_of(enum report_mark mark)
{
	switch (mark) {
	case MARK_GOOD:
		return colour_green;
	case MARK_OPEN:
		return colour_amber;
	case MARK_BAD:
		return colour_red;
	case MARK_FAINT:
		return colour_grey;
	case MARK_PLAIN:
		break;
	}
	return colour_ink;
}

static void draw_title(struct pdf *pdf, const struct report_block *block)
{
	struct pdf_pages *pages = &pdf->pages;

	pages->y += 14;
	pdf_paragraph(pages, STYLE_LABEL, colour_grey, report_word(WORD_test_report));
	pages->y += 4;
	pdf_paragraph(pages, STYLE_TITLE, colour_blue, block->text);
	pages->y += 3;
	pdf_paragraph(pages, STYLE_DEVICE, colour_ink, block->label);
	pages->y += 14;
}

static void add_bookmark(struct pdf *pdf, const char *title)
{
	char place[80];

	if (pdf->pages.page_count) {
		snprintf(place, sizeof(place), "page=%d pos=[0 0]", pdf->pages.page);
		cairo_pdf_surface_add_outline(pdf->surface, CAIRO_PDF_OUTLINE_ROOT, title, place,
					      0);
	}
}

static void draw_section(struct pdf *pdf, const struct report_block *block)
{
	struct pdf_pages *pages = &pdf->pages;

	if (pages->y > PAGE_TOP + 0.45 * (PAGE_BOTTOM - PAGE_TOP)) {
		pdf_new_page(pages);
	} else if (pages->y > PAGE_TOP) {
		pages->y += 14;
	}
	add_bookmark(pdf, block->text);
	pdf_paragraph(pages, STYLE_SECTION, colour_blue, block->text);
	pages->y += 6;
}

static void draw_subsection(struct pdf *pdf, const struct report_block *block)
{
	pdf_need(&pdf->pages, 75);
	pdf->pages.y += 5;
	pdf_paragraph(&pdf->pages, STYLE_SUBSECTION, colour_ink, block->text);
	pdf->pages.y += 3;
}

static void draw_paragraph(struct pdf *pdf, const struct report_block *block)
{
	pdf_paragraph(&pdf->pages, STYLE_BODY, ink_of(block->mark), block->text);
	pdf->pages.y += 3;
}

static void draw_small(struct pdf *pdf, const struct report_block *block)
{
	pdf_paragraph(&pdf->pages, STYLE_SMALL, colour_grey, block->text);
	pdf->pages.y += 5;
}

static void draw_verdict(struct pdf *pdf, const struct report_block *block)
{
	static const struct colour tint = {0.955, 0.96, 0.97};
	struct pdf_pages *pages = &pdf->pages;
	double width = (CONTENT_WIDTH - 12) / 2;
	double x = PAGE_LEFT + (pdf->verdicts % 2) * (width + 12);
	double height = 22 + pdf_text_height(pages, STYLE_VERDICT, width - 24, block->text);

	pdf_fill(pages, tint, x, pages->y, width, height);
	pdf_fill(pages, ink_of(block->mark), x, pages->y, 4, height);
	pdf_text_at(pages, STYLE_LABEL, colour_grey, x + 14, pages->y + 5, width - 24,
		    PANGO_ALIGN_LEFT, block->label);
	pdf_text_at(pages, STYLE_VERDICT, ink_of(block->mark), x + 14, pages->y + 16, width - 24,
		    PANGO_ALIGN_LEFT, block->text);
	pdf->verdicts++;
	if (pdf->verdicts % 2 == 0) {
		pages->y += height + 12;
	}
}

static void draw_table(struct pdf *pdf, const struct report_block *block)
{
	pdf_table(&pdf->pages, &block->table);
}

static void draw_curve(struct pdf *pdf, const struct report_block *block)
{
	struct pdf_pages *pages = &pdf->pages;

	pdf_need(pages, CURVE_HEIGHT);
	RsvgRectangle place = {
		.x = PAGE_LEFT, .y = pages->y, .width = CONTENT_WIDTH, .height = CURVE_HEIGHT};
	if (!pdf->error) {
		rsvg_handle_render_document(pdf->curves[block - pdf->model->blocks], pages->cairo,
					    &place, &pdf->error);
	}
	pages->y += CURVE_HEIGHT + 10;
}

static void draw_signature(struct pdf *pdf, const struct report_block *block)
{
	static const enum report_word names[] = {WORD_signature_name, WORD_signature_date,
						 WORD_signature_sign};
	struct pdf_pages *pages = &pdf->pages;
	double width = (CONTENT_WIDTH - 40) / 3;

	(void)block;
	pdf_need(pages, 60);
	pages->y += 42;
	for (int i = 0; i < 3; i++) {
		double x = PAGE_LEFT + i * (width + 20);

		pdf_fill(pages, colour_grey, x, pages->y, width, 0.5);
		pdf_text_at(pages, STYLE_LABEL, colour_grey, x, pages->y + 3, width,
			    PANGO_ALIGN_LEFT, report_word(names[i]));
	}
	pages->y += 18;
}

static void draw_end(struct pdf *pdf, const struct report_block *block)
{
	struct pdf_pages *pages = &pdf->pages;
	char text[200];

	pdf_need(pages, 40);
	pages->y += 12;
	snprintf(text, sizeof(text), "— %s —", block->text);
	pdf_text_at(pages, STYLE_BODY, colour_grey, PAGE_LEFT, pages->y, CONTENT_WIDTH,
		    PANGO_ALIGN_CENTER, text);
}

static void (*const draw_block[])(struct pdf *pdf, const struct report_block *block) = {
	[BLOCK_TITLE] = draw_title,	      [BLOCK_SECTION] = draw_section,
	[BLOCK_SUBSECTION] = draw_subsection, [BLOCK_PARAGRAPH] = draw_paragraph,
	[BLOCK_SMALL] = draw_small,	      [BLOCK_VERDICT] = draw_verdict,
	[BLOCK_TABLE] = draw_table,	      [BLOCK_CURVE] = draw_curve,
	[BLOCK_SIGNATURE] = draw_signature,   [BLOCK_END] = draw_end,
};

/* Draws the whole document; returns the number of pages. */
static int draw_document(struct pdf *pdf, int page_count)
{
	cairo_t *cairo = cairo_create(pdf->surface);

	pdf->verdicts = 0;
	pdf_pages_begin(&pdf->pages, cairo, pdf->model, page_count);
	for (size_t i = 0; i < pdf->model->block_count; i++) {
		draw_block[pdf->model->blocks[i].kind](pdf, &pdf->model->blocks[i]);
	}
	pdf_pages_end(&pdf->pages);
	cairo_destroy(cairo);
	return pdf->pages.page;
}

static cairo_status_t write_nowhere(void *nothing, const unsigned char *bytes, unsigned length)
{
	(void)nothing;
	(void)bytes;
	(void)length;
	return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t write_bytes(void *stream, const unsigned char *bytes, unsigned length)
{
	return fwrite(bytes, 1, length, stream) == length ? CAIRO_STATUS_SUCCESS
							  : CAIRO_STATUS_WRITE_ERROR;
}

static void set_metadata(const struct pdf *pdf)
{
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, pdf->model->title);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR, "mcbench");
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE,
				       pdf->model->created_utc);
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_MOD_DATE,
				       pdf->model->created_utc);
}

static enum status finish_surface(struct pdf *pdf, const char *path)
{
	cairo_surface_finish(pdf->surface);
	cairo_status_t state = cairo_surface_status(pdf->surface);
	cairo_surface_destroy(pdf->surface);
	if (pdf->error) {
		return status_fail(STATUS_IO, "report: a load curve could not be drawn into %s: %s",
				   path, pdf->error->message);
	}
	if (state != CAIRO_STATUS_SUCCESS) {
		return status_fail(STATUS_IO, "report: cannot write %s: %s", path,
				   cairo_status_to_string(state));
	}
	return STATUS_OK;
}

static enum status write_pdf(struct pdf *pdf, const char *path)
{
	struct whole_file file;

	pdf->surface =
		cairo_pdf_surface_create_for_stream(write_nowhere, NULL, PAGE_WIDTH, PAGE_HEIGHT);
	int page_count = draw_document(pdf, 0);
	enum status status = finish_surface(pdf, path);
	if (!status) {
		status = whole_file_open(&file, path);
	}
	if (status) {
		return status;
	}
	pdf->surface = cairo_pdf_surface_create_for_stream(write_bytes, file.stream, PAGE_WIDTH,
							   PAGE_HEIGHT);
	set_metadata(pdf);
	draw_document(pdf, page_count);
	status = finish_surface(pdf, path);
	if (status) {
		whole_file_discard(&file);
		return status;
	}
	return whole_file_close(&file);
}

static enum status load_curve(struct pdf *pdf, const struct run_record *record, size_t i,
			      const char *work_folder)
{
	const struct report_block *block = &pdf->model->blocks[i];
	char path[1024];

	if (snprintf(path, sizeof(path), "%s/load_curve.svg", work_folder) >= (int)sizeof(path)) {
		return status_fail(STATUS_BAD_INPUT, "report: the path \"%.60s…\" is too long",
				   work_folder);
	}
	enum status status =
		report_plot_load_curve(record, block->form, block->volts, path, work_folder);
	if (status) {
		return status;
	}
	pdf->curves[i] = rsvg_handle_new_from_file(path, &pdf->error);
	unlink(path);
	if (!pdf->curves[i]) {
		return status_fail(STATUS_IO, "report: cannot read the load curve %s: %s", path,
				   pdf->error->message);
	}
	return STATUS_OK;
}

static enum status load_curves(struct pdf *pdf, const struct run_record *record,
			       const char *work_folder)
{
	enum status status = STATUS_OK;

	pdf->curves = g_new0(RsvgHandle *, pdf->model->block_count);
	for (size_t i = 0; i < pdf->model->block_count && !status; i++) {
		if (pdf->model->blocks[i].kind == BLOCK_CURVE) {
			status = load_curve(pdf, record, i, work_folder);
		}
	}
	return status;
}

static void release(struct pdf *pdf)
{
	for (size_t i = 0; i < pdf->model->block_count; i++) {
		g_clear_object(&pdf->curves[i]);
	}
	g_free(pdf->curves);
	g_clear_error(&pdf->error);
	/* The caches of the libraries, so that a check for leaks sees only ours. */
	pango_cairo_font_map_set_default(NULL);
	cairo_debug_reset_static_data();
	FcFini();
}

enum status report_write_pdf(const struct run_record *record, const char *path,
			     const char *work_folder)
{
	struct report_model model;
	struct pdf pdf = {.model = &model};
	enum status status = report_model_build(&model, record);

	if (status) {
		return status;
	}
	status = load_curves(&pdf, record, work_folder);
	report_plot_clean(work_folder);
	if (!status) {
		status = write_pdf(&pdf, path);
	}
	release(&pdf);
	report_model_free(&model);
	return status;
}
