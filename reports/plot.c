/*
 * Load curves: error against current on a logarithmic axis, one line per power factor with its
 * uncertainty, limits as steps. A limit is known at the tested currents only: its line holds until
 * the next one.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/gnuplot.h"
#include "reports/report.h"
#include "reports/report_text.h"
#include "reports/result_index.h"

#define CURVES_MAXIMUM 24
#define TICS_MAXIMUM 14

struct curve {
	const char *power_factor;
	const char *position;
	size_t count;
	const struct indexed_result **points;
	size_t limits_of; /* the first curve with the same limits: its limit line serves both */
};

struct plot {
	const char *form;
	double volts;
	size_t count;
	bool has_positions;
	struct curve curves[CURVES_MAXIMUM];
	double amperes_minimum;
	double amperes_maximum;
	double percent_maximum;
};

static double amperes_of(const struct indexed_result *result)
{
	return record_number(result->result, "amperes");
}

static double limit_of(const struct indexed_result *result)
{
	return judgement_has(result, "limit_percent") ? judgement_number(result, "limit_percent")
						      : 0;
}

static bool belongs(const struct indexed_result *result, const char *form, double volts)
{
	return !result->is_void && !strcmp(result_text(result, "form"), form) &&
	       !strcmp(result_text(result, "test"), "load_performance") &&
	       !strcmp(result_text(result, "direction"), "delivered") && !*result_special(result) &&
	       fabs(record_number(result->result, "volts") - volts) < 1e-6 &&
	       amperes_of(result) > 0;
}

static struct curve *curve_of(struct plot *plot, const struct indexed_result *result, size_t room)
{
	const char *power_factor = result_text(result, "power_factor");
	const char *position = result_text(result, "position");

	for (size_t i = 0; i < plot->count; i++) {
		if (!strcmp(plot->curves[i].power_factor, power_factor) &&
		    !strcmp(plot->curves[i].position, position)) {
			return &plot->curves[i];
		}
	}
	if (plot->count == CURVES_MAXIMUM) {
		return NULL;
	}
	struct curve *curve = &plot->curves[plot->count];
	*curve = (struct curve){.power_factor = power_factor, .position = position};
	curve->points = calloc(room, sizeof(struct indexed_result *));
	if (!curve->points) {
		return NULL;
	}
	plot->has_positions |= strcmp(position, plot->curves[0].position) != 0;
	plot->count++;
	return curve;
}

static int by_current(const void *a, const void *b)
{
	double left = amperes_of(*(const struct indexed_result *const *)a);
	double right = amperes_of(*(const struct indexed_result *const *)b);

	return (left > right) - (left < right);
}

static bool have_equal_limits(const struct curve *a, const struct curve *b)
{
	if (a->count != b->count) {
		return false;
	}
	for (size_t i = 0; i < a->count; i++) {
		if (amperes_of(a->points[i]) != amperes_of(b->points[i]) ||
		    limit_of(a->points[i]) != limit_of(b->points[i])) {
			return false;
		}
	}
	return true;
}

static void widen(struct plot *plot, const struct indexed_result *result)
{
	double reach = fabs(record_number(result->result, "error_percent")) +
		       judgement_number(result, "expanded_uncertainty_percent");

	plot->amperes_minimum = fmin(plot->amperes_minimum, amperes_of(result));
	plot->amperes_maximum = fmax(plot->amperes_maximum, amperes_of(result));
	plot->percent_maximum = fmax(plot->percent_maximum, fmax(reach, limit_of(result)));
}

static void release(struct plot *plot)
{
	for (size_t i = 0; i < plot->count; i++) {
		free(plot->curves[i].points);
	}
}

static void finish_curves(struct plot *plot)
{
	for (size_t i = 0; i < plot->count; i++) {
		struct curve *curve = &plot->curves[i];

		qsort(curve->points, curve->count, sizeof(*curve->points), by_current);
		curve->limits_of = 0;
		while (!have_equal_limits(&plot->curves[curve->limits_of], curve)) {
			curve->limits_of++;
		}
	}
}

static enum status collect(struct plot *plot, const struct result_index *index)
{
	plot->amperes_minimum = INFINITY;
	for (size_t i = 0; i < index->count; i++) {
		const struct indexed_result *result = &index->results[i];

		if (!belongs(result, plot->form, plot->volts)) {
			continue;
		}
		struct curve *curve = curve_of(plot, result, index->count);
		if (!curve) {
			return status_fail(STATUS_BAD_INPUT,
					   "report: a load curve of form %s has more than %d lines",
					   plot->form, CURVES_MAXIMUM);
		}
		curve->points[curve->count++] = result;
		widen(plot, result);
	}
	if (!plot->count) {
		return status_fail(STATUS_BAD_INPUT,
				   "report: the record has no load curve for form %s at %g V",
				   plot->form, plot->volts);
	}
	finish_curves(plot);
	return STATUS_OK;
}

static void write_limit_data(FILE *data, const struct plot *plot, const struct curve *curve)
{
	double last = 0;

	for (size_t j = 0; j < curve->count; j++) {
		double limit = limit_of(curve->points[j]);
		if (limit > 0) {
			fprintf(data, "%.9g %.9g\n", amperes_of(curve->points[j]), limit);
			last = limit;
		} else if (last > 0) {
			fputs("\n", data);
			last = 0;
		}
	}
	/* The last step is drawn a little further, so that it can be seen. */
	if (last > 0) {
		fprintf(data, "%.9g %.9g\n", 1.1 * plot->amperes_maximum, last);
	} else {
		fprintf(data, "%.9g NaN\n", plot->amperes_maximum);
	}
}

/* Blocks 2i (points of curve i) and 2i+1 (its limits), as gnuplot's `index` counts them. */
static void write_data(FILE *data, const struct plot *plot)
{
	for (size_t i = 0; i < plot->count; i++) {
		const struct curve *curve = &plot->curves[i];

		for (size_t j = 0; j < curve->count; j++) {
			fprintf(data, "%.9g %.9g %.9g\n", amperes_of(curve->points[j]),
				record_number(curve->points[j]->result, "error_percent"),
				judgement_number(curve->points[j], "expanded_uncertainty_percent"));
		}
		fputs("\n\n", data);
		write_limit_data(data, plot, curve);
		fputs("\n\n", data);
	}
}

static void write_tics(FILE *script, const struct plot *plot)
{
	const struct curve *longest = &plot->curves[0];

	for (size_t i = 1; i < plot->count; i++) {
		if (plot->curves[i].count > longest->count) {
			longest = &plot->curves[i];
		}
	}
	if (longest->count > TICS_MAXIMUM) {
		return;
	}
	fputs("set xtics (", script);
	for (size_t i = 0; i < longest->count; i++) {
		fprintf(script, "%s%.9g", i ? ", " : "", amperes_of(longest->points[i]));
	}
	fputs(")\nunset mxtics\n", script);
}

static void write_key(FILE *script, const struct plot *plot, enum report_word word,
		      const char *factors, const char *position)
{
	char key[400];
	char place[64];

	REPORT_FILL(key, word, factors);
	snprintf(place, sizeof(place), ", %s %s", report_word(WORD_position), position);
	if (plot->has_positions) {
		strncat(key, place, sizeof(key) - strlen(key) - 1);
	}
	gnuplot_quote(script, key);
}

/* Whether an earlier curve (of another position) with the same limits already named this power
 * factor. */
static bool is_named(const struct plot *plot, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (plot->curves[j].limits_of == plot->curves[i].limits_of &&
		    !strcmp(plot->curves[j].power_factor, plot->curves[i].power_factor)) {
			return true;
		}
	}
	return false;
}

/* "0.5L, 0.8C": all power factors that share the limits of curve `first`. */
static void list_factors(const struct plot *plot, size_t first, char *list, size_t size)
{
	size_t used = 0;

	list[0] = '\0';
	for (size_t i = 0; i < plot->count && used < size; i++) {
		if (plot->curves[i].limits_of == first && !is_named(plot, i)) {
			used += (size_t)snprintf(list + used, size - used, "%s%s", used ? ", " : "",
						 plot->curves[i].power_factor);
		}
	}
}

static bool has_limits(const struct curve *curve)
{
	for (size_t i = 0; i < curve->count; i++) {
		if (limit_of(curve->points[i]) > 0) {
			return true;
		}
	}
	return false;
}

static void write_limit(FILE *script, const struct plot *plot, size_t i, const char *data_path)
{
	char factors[300];

	list_factors(plot, i, factors, sizeof(factors));
	for (int side = 1; side >= -1; side -= 2) {
		fputs(", \\\n\t", script);
		gnuplot_quote(script, data_path);
		fprintf(script,
			" index %zu using 1:(%d*$2) with steps linewidth 1.3 dashtype %zu "
			"linecolor rgb '#9c2a2a' title ",
			2 * i + 1, side, 2 + i % 3);
		if (side > 0) {
			write_key(script, plot, WORD_limit_key, factors, plot->curves[i].position);
		} else {
			gnuplot_quote(script, "");
		}
	}
}

static void write_curve(FILE *script, const struct plot *plot, size_t i, const char *data_path)
{
	static const char *const colours[] = {"#1f4e79", "#c06a1d", "#3b7d4f",
					      "#6a4c93", "#2a8c9c", "#7a5c3e"};
	static const int shapes[] = {7, 5, 9, 13, 11, 15};
	size_t look = i % (sizeof(shapes) / sizeof(shapes[0]));

	fputs(i ? ", \\\n\t" : "\t", script);
	gnuplot_quote(script, data_path);
	fprintf(script,
		" index %zu using 1:2 with lines linewidth 1.4 linecolor rgb '%s' notitle, \\\n\t",
		2 * i, colours[look]);
	gnuplot_quote(script, data_path);
	fprintf(script,
		" index %zu using 1:2:3 with yerrorbars linewidth 1.2 pointtype %d pointsize 0.7 "
		"linecolor rgb '%s' title ",
		2 * i, shapes[look], colours[look]);
	write_key(script, plot, WORD_curve_key, plot->curves[i].power_factor,
		  plot->curves[i].position);
}

static void write_script(FILE *script, const struct plot *plot, const char *data_path,
			 const char *svg_path)
{
	char title[400];
	char volts[32];
	double reach = plot->percent_maximum > 0 ? 1.15 * plot->percent_maximum : 1;

	REPORT_FILL(title, WORD_load_curve, plot->form,
		    report_short(volts, sizeof(volts), plot->volts, 6));
	fputs("set encoding utf8\nset minussign\n"
	      "set terminal svg size 900,410 noenhanced font 'DejaVu Sans,13' background rgb "
	      "'white'\nset output ",
	      script);
	gnuplot_quote(script, svg_path);
	fputs("\nset title ", script);
	gnuplot_quote(script, title);
	fputs("\nset xlabel ", script);
	gnuplot_quote(script, report_word(WORD_axis_current));
	fputs("\nset ylabel ", script);
	gnuplot_quote(script, report_word(WORD_axis_error));
	fprintf(script, "\nset logscale x\nset xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n",
		plot->amperes_minimum / 1.15, plot->amperes_maximum * 1.15, -reach, reach);
	fputs("set format y '%g'\nset grid linecolor rgb '#d8d8d8' linewidth 0.6\nset border 3 "
	      "linecolor rgb '#606060'\n"
	      "set tics nomirror\nset xzeroaxis linecolor rgb '#606060' linewidth 0.8\nset bars "
	      "0.6\n"
	      "set key outside right top Left reverse samplen 2\nset datafile missing 'NaN'\n",
	      script);
	write_tics(script, plot);
	fputs("plot \\\n", script);
	for (size_t i = 0; i < plot->count; i++) {
		write_curve(script, plot, i, data_path);
	}
	for (size_t i = 0; i < plot->count; i++) {
		if (plot->curves[i].limits_of == i && has_limits(&plot->curves[i])) {
			write_limit(script, plot, i, data_path);
		}
	}
	fputs("\nunset output\n", script);
}

static enum status close_checked(FILE *file, const char *path)
{
	bool is_bad = ferror(file) != 0;

	if (fclose(file) || is_bad) {
		return status_fail(STATUS_IO, "report: cannot write %s; is the disk full?", path);
	}
	return STATUS_OK;
}

/* gnuplot ends well even when the disk is full: only a picture that was closed is a picture. */
static bool is_whole_svg(const char *path)
{
	char tail[33] = "";
	FILE *file = fopen(path, "rb");

	if (!file) {
		return false;
	}
	if (!fseek(file, -32, SEEK_END)) {
		tail[fread(tail, 1, 32, file)] = '\0';
	}
	fclose(file);
	char *end = strstr(tail, "</svg>");
	return end && strspn(end + 6, " \r\n") == strlen(end + 6);
}

struct plot_paths {
	char script[1100];
	char data[1100];
	char svg[1100];
};

static enum status write_inputs(const struct plot *plot, const struct plot_paths *paths)
{
	FILE *data = fopen(paths->data, "w");
	FILE *script = data ? fopen(paths->script, "w") : NULL;

	if (!data || !script) {
		int reason = errno;
		if (data) {
			fclose(data);
		}
		return status_fail(STATUS_IO, "report: cannot create %s: %s",
				   data ? paths->script : paths->data, strerror(reason));
	}
	write_data(data, plot);
	write_script(script, plot, paths->data, paths->svg);
	enum status status = close_checked(data, paths->data);
	enum status script_status = close_checked(script, paths->script);
	return status ? status : script_status;
}

static enum status draw(const struct plot *plot, const char *svg_path, const char *work_folder)
{
	struct plot_paths paths;
	int longest = snprintf(paths.svg, sizeof(paths.svg), "%s.unfinished", svg_path);
	int folder =
		snprintf(paths.script, sizeof(paths.script), "%s/load_curve.gnuplot", work_folder);

	if (longest >= (int)sizeof(paths.svg) || folder >= (int)sizeof(paths.script)) {
		return status_fail(STATUS_BAD_INPUT, "report: the path \"%.60s…\" is too long",
				   svg_path);
	}
	snprintf(paths.data, sizeof(paths.data), "%s/load_curve.dat", work_folder);
	unlink(paths.svg);
	enum status status = write_inputs(plot, &paths);
	if (!status) {
		status = gnuplot_run(paths.script, work_folder);
	}
	if (!status && !is_whole_svg(paths.svg)) {
		status = status_fail(
			STATUS_IO,
			"report: gnuplot left an unfinished picture %s; is the disk full?",
			svg_path);
	}
	if (!status && rename(paths.svg, svg_path)) {
		status = status_fail(STATUS_IO, "report: cannot write %s: %s", svg_path,
				     strerror(errno));
	}
	if (status) {
		unlink(paths.svg);
	}
	return status;
}

void report_plot_clean(const char *work_folder)
{
	static const char *const inputs[] = {"load_curve.gnuplot", "load_curve.dat"};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		char path[1200];

		snprintf(path, sizeof(path), "%s/%s", work_folder, inputs[i]);
		unlink(path);
	}
}

enum status report_plot_load_curve(const struct run_record *record, const char *form, double volts,
				   const char *svg_path, const char *work_folder)
{
	struct plot plot = {.form = form, .volts = volts};
	struct result_index index;
	enum status status = result_index_build(&index, record);

	if (status) {
		return status;
	}
	status = collect(&plot, &index);
	if (!status) {
		status = draw(&plot, svg_path, work_folder);
	}
	release(&plot);
	result_index_free(&index);
	return status;
}
