/* reports/plot and gnuplot. The expected lines of data are those of the example record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/gnuplot.h"
#include "reports/report.h"
#include "tests/support/example_record.h"
#include "tests/support/suite.h"

static const struct example_choice ordinary = {.is_virtual = true};

static char path[1200];

static const char *scratch(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	return path;
}

static char *read_all(const char *name)
{
	char *text = calloc(1, 1 << 20);
	FILE *file = fopen(scratch(name), "rb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

static enum status plot_example(const char *form, double volts, const char *name)
{
	struct run_record record;

	example_record(&record, &ordinary);
	enum status status =
		report_plot_load_curve(&record, form, volts, scratch(name), scratch_folder());
	run_record_free(&record);
	return status;
}

static void a_curve_is_a_whole_svg_with_its_lines_named(void)
{
	CU_ASSERT_EQUAL_FATAL(plot_example("9S", 277, "curve.svg"), STATUS_OK);
	char *svg = read_all("curve.svg");
	char *end = strstr(svg, "</svg>");
	CU_ASSERT_PTR_NOT_NULL_FATAL(end);
	CU_ASSERT(strlen(end) <= 8);
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "Load curve, form 9S, 277 V"));
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "PF 0.5L"));
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "limit, PF 0.5L, 0.8C"));
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "limit, PF 1<"));
	free(svg);
}

static void limits_and_errors_lie_inside_the_range(void)
{
	double low = 0;
	double high = 0;

	CU_ASSERT_EQUAL_FATAL(plot_example("9S", 277, "range.svg"), STATUS_OK);
	char *script = read_all("load_curve.gnuplot");
	char *range = strstr(script, "set yrange [");
	CU_ASSERT_PTR_NOT_NULL_FATAL(range);
	CU_ASSERT_EQUAL(sscanf(range, "set yrange [%lf:%lf]", &low, &high), 2);
	CU_ASSERT(high > 1.05 && low < -1.05); /* the limit at 1 % of Imax is 1.0 */
	CU_ASSERT(high < 1.5);
	CU_ASSERT_PTR_NOT_NULL(strstr(script, "set logscale x"));
	free(script);
}

/* 9S, 277 V, PF 0.5L: -0.598 at 15 A and -0.84 at 20 A; no limit at 0.2 A, then 0.6. */
static void the_data_are_the_record_s(void)
{
	CU_ASSERT_EQUAL_FATAL(plot_example("9S", 277, "data.svg"), STATUS_OK);
	char *data = read_all("load_curve.dat");
	CU_ASSERT_PTR_NOT_NULL(strstr(data, "\n15 -0.598 "));
	CU_ASSERT_PTR_NOT_NULL(strstr(data, "\n20 -0.84 "));
	CU_ASSERT_PTR_NOT_NULL(strstr(data, "\n0.2 1\n0.5 0.5\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(data, "\n0.5 0.6\n1 0.6\n"));
	CU_ASSERT_PTR_NULL(strstr(data, "\n0.2 0.6\n"));
	free(data);
}

static void equal_records_give_equal_pictures(void)
{
	CU_ASSERT_EQUAL_FATAL(plot_example("16S", 120, "one.svg"), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(plot_example("16S", 120, "two.svg"), STATUS_OK);
	char *one = read_all("one.svg");
	char *two = read_all("two.svg");
	CU_ASSERT_STRING_EQUAL(one, two);
	free(one);
	free(two);
}

static void a_curve_that_is_not_in_the_record_is_refused(void)
{
	CU_ASSERT_EQUAL(plot_example("9S", 347, "none.svg"), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "form 9S at 347 V"));
	CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
}

/* A record whose form and power factor try to leave their quotes. */
static void text_of_the_record_executes_nothing(void)
{
	static struct record_draft draft;
	const char *form = "9S'; system \"touch harm\"; `touch harm` \"";
	struct run_record record;

	run_record_init(&record);
	for (int i = 1; i <= 3; i++) {
		record_draft_begin(&draft, "result");
		record_draft_text(&draft, "utc", "2026-01-05T08:00:00Z");
		record_draft_integer(&draft, "result", i);
		record_draft_text(&draft, "form", form);
		record_draft_text(&draft, "test", "load_performance");
		record_draft_text(&draft, "direction", "delivered");
		record_draft_text(&draft, "load", "3x120V 1A 1 60Hz");
		record_draft_number(&draft, "volts", 120);
		record_draft_number(&draft, "amperes", i);
		record_draft_text(&draft, "power_factor", "1'`touch harm`\n_{2}");
		record_draft_number(&draft, "error_percent", 0.1);
		example_add(&record, &draft);
	}
	CU_ASSERT_EQUAL_FATAL(
		report_plot_load_curve(&record, form, 120, scratch("harm.svg"), scratch_folder()),
		STATUS_OK);
	run_record_free(&record);
	CU_ASSERT_NOT_EQUAL(access("harm", F_OK), 0);
	char *svg = read_all("harm.svg");
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "`touch harm`"));
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "_{2}"));
	free(svg);
}

static void write_text(const char *name, const char *text, int mode)
{
	FILE *file = fopen(scratch(name), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
	CU_ASSERT_EQUAL(chmod(path, (mode_t)mode), 0);
}

/* Runs with another PATH, so that another gnuplot or none is found. */
static enum status plot_with_path(const char *folder, const char *name)
{
	char *before = strdup(getenv("PATH"));

	CU_ASSERT_EQUAL(setenv("PATH", folder, 1), 0);
	enum status status = plot_example("9S", 120, name);
	CU_ASSERT_EQUAL(setenv("PATH", before, 1), 0);
	free(before);
	return status;
}

static void a_missing_gnuplot_is_named_with_its_package(void)
{
	CU_ASSERT_EQUAL(plot_with_path("/nonexistent", "missing.svg"), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "gnuplot-nox"));
}

static void an_unfinished_picture_is_not_taken(void)
{
	char folder[1200];

	snprintf(folder, sizeof(folder), "%s", scratch_folder());
	/* A gnuplot on a full disk: it ends well and leaves half a picture. */
	write_text("gnuplot",
		   "#!/bin/sh\nfor script; do :; done\n"
		   "svg=$(sed -n \"s/^set output '\\(.*\\)'$/\\1/p\" \"$script\")\nprintf "
		   "'<svg><path' > \"$svg\"\n",
		   0755);
	CU_ASSERT_EQUAL(plot_with_path(folder, "half.svg"), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "unfinished picture"));
	CU_ASSERT_NOT_EQUAL(access(scratch("half.svg"), F_OK), 0);
	CU_ASSERT_NOT_EQUAL(access(scratch("half.svg.unfinished"), F_OK), 0);
	unlink(scratch("gnuplot"));
}

static void what_gnuplot_complains_about_is_the_reason(void)
{
	write_text("wrong.gnuplot", "set output '/no/such/folder/a.svg'\nnonsense\n", 0644);
	CU_ASSERT_EQUAL(gnuplot_run(path, scratch_folder()), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "gnuplot could not draw"));
	CU_ASSERT_PTR_NULL(strstr(status_reason(), "it said nothing"));
}

const char *const suite_name = "plot";
const struct suite_case suite_cases[] = {
	CASE(a_curve_is_a_whole_svg_with_its_lines_named),
	CASE(limits_and_errors_lie_inside_the_range),
	CASE(the_data_are_the_record_s),
	CASE(equal_records_give_equal_pictures),
	CASE(a_curve_that_is_not_in_the_record_is_refused),
	CASE(text_of_the_record_executes_nothing),
	CASE(a_missing_gnuplot_is_named_with_its_package),
	CASE(an_unfinished_picture_is_not_taken),
	CASE(what_gnuplot_complains_about_is_the_reason),
	CASES_END,
};
