/* Terminal output of a run; nothing here goes into a record. */
#include "bench/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "procedures/decision.h"
#include "procedures/judge_record.h"

#define ROWS 512

void progress_show(void *context, const char *text)
{
	(void)context;
	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r\033[K%.110s", text);
		fflush(stderr);
	}
}

void progress_end(void)
{
	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r\033[K");
	}
}

/* What a judgement rests on, when nobody has read it. */
enum basis { BASIS_STAND_IN, BASIS_RECALLED, BASIS_TO_BE_ENTERED, BASES };

struct verdict_row {
	const char *form, *test, *direction;
	int counts[DOES_NOT_CONFORM + 1];
	int informative;
	int basis[BASES];
	bool has_errors; /* in per cent */
	double largest_error, largest_uncertainty;
};

static const struct record_entry *result_of(const struct run_record *record,
					    const struct record_entry *judgement)
{
	int64_t wanted = record_integer(judgement, "result");

	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (!strcmp(entry->kind, "result") && record_integer(entry, "result") == wanted) {
			return entry;
		}
	}
	return NULL;
}

static const char *text_or_empty(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? text : "";
}

/* Earlier judgements of a record that was judged again stay in it, but do not count; nor do those
 * of a bench that was found wrong later. */
struct counted {
	int64_t judging;
	struct void_results voids;
};

static void find_counted(const struct run_record *record, struct counted *counted)
{
	counted->judging = newest_judging(record);
	void_results_find(record, &counted->voids);
}

static bool counts(const struct counted *counted, const struct record_entry *entry)
{
	return !strcmp(entry->kind, "judgement") &&
	       record_integer(entry, "judging") == counted->judging &&
	       !is_void(&counted->voids, entry);
}

static struct verdict_row *row_for(struct verdict_row *rows, int *count,
				   const struct record_entry *result)
{
	struct verdict_row wanted = {.form = text_or_empty(result, "form"),
				     .test = text_or_empty(result, "test"),
				     .direction = text_or_empty(result, "direction")};

	for (int i = 0; i < *count; i++) {
		if (!strcmp(rows[i].form, wanted.form) && !strcmp(rows[i].test, wanted.test) &&
		    !strcmp(rows[i].direction, wanted.direction)) {
			return &rows[i];
		}
	}
	if (*count == ROWS) {
		return NULL;
	}
	rows[*count] = wanted;
	return &rows[(*count)++];
}

static bool is_percent(const struct record_entry *result)
{
	return !strcmp(text_or_empty(result, "unit"), "percent");
}

static double magnitude(double number)
{
	return number < 0 ? -number : number;
}

static void count_row_basis(struct verdict_row *row, const struct record_entry *judgement)
{
	const char *provenance = text_or_empty(judgement, "limit_provenance");

	row->basis[BASIS_STAND_IN] += !strcmp(provenance, "stand-in");
	row->basis[BASIS_RECALLED] += !strcmp(provenance, "recalled");
	row->basis[BASIS_TO_BE_ENTERED] +=
		!*provenance && *text_or_empty(judgement, "limit_document");
}

static void count_judgement(struct verdict_row *row, const struct record_entry *judgement,
			    const struct record_entry *result)
{
	double error = record_number(result, "error_percent");
	double uncertainty = record_number(judgement, "expanded_uncertainty_percent");

	if (record_flag(judgement, "is_informative")) {
		row->informative++;
	} else {
		row->counts[conformity_from_name(text_or_empty(judgement, "outcome"))]++;
		count_row_basis(row, judgement);
	}
	row->has_errors |= is_percent(result);
	if (magnitude(error) > magnitude(row->largest_error)) {
		row->largest_error = error;
	}
	if (uncertainty > row->largest_uncertainty) {
		row->largest_uncertainty = uncertainty;
	}
}

static void print_deviating_points(const struct run_record *record)
{
	struct counted counted;

	find_counted(record, &counted);
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *judgement = &record->entries[i];
		const struct record_entry *result;

		if (!counts(&counted, judgement) || record_flag(judgement, "is_informative") ||
		    !strcmp(text_or_empty(judgement, "outcome"), conformity_name(CONFORMS)) ||
		    !(result = result_of(record, judgement))) {
			continue;
		}
		if (!is_percent(result)) {
			printf("  %-4s %-17s %s: %s\n", text_or_empty(result, "form"),
			       text_or_empty(result, "test"), text_or_empty(judgement, "reason"),
			       text_or_empty(judgement, "outcome"));
			continue;
		}
		printf("  %-4s %-17s %-34s %+.3f %% +/- %.3f %%, limit %s %%: %s\n",
		       text_or_empty(result, "form"), text_or_empty(result, "test"),
		       text_or_empty(result, "load"), record_number(result, "error_percent"),
		       record_number(judgement, "expanded_uncertainty_percent"),
		       text_or_empty(judgement, "limit_percent"),
		       text_or_empty(judgement, "outcome"));
	}
}

/* Verdicts of one test, over all forms and directions, counted at its first row. */
static int count_basis(const struct verdict_row *rows, int count, int first, enum basis basis)
{
	int sum = 0;

	for (int i = 0; i < count; i++) {
		if (!strcmp(rows[i].test, rows[first].test)) {
			if (i < first) {
				return 0;
			}
			sum += rows[i].basis[basis];
		}
	}
	return sum;
}

/* What the verdicts are worth: figures that nobody has read as requirements of this evaluation. */
static void print_basis(const struct verdict_row *rows, int count)
{
	static const char *const sentences[BASES] = {
		[BASIS_STAND_IN] = "rest on figures borrowed from another document (stand-in)",
		[BASIS_RECALLED] = "rest on figures that were recalled, not read",
		[BASIS_TO_BE_ENTERED] = "have no figure: the laboratory has not entered it",
	};

	for (enum basis basis = 0; basis < BASES; basis++) {
		int sum = 0;
		for (int i = 0; i < count; i++) {
			int of_test = count_basis(rows, count, i, basis);
			if (of_test) {
				printf("%s %s %d", sum ? "," : "\nresults:", rows[i].test, of_test);
			}
			sum += of_test;
		}
		if (sum) {
			printf("; together %d %s\n", sum, sentences[basis]);
		}
	}
}

static void print_ends(const struct run_record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (!strcmp(entry->kind, "void")) {
			printf("\nvoid: results %s to %s\n", text_or_empty(entry, "from_result"),
			       text_or_empty(entry, "to_result"));
		}
		if (!strcmp(entry->kind, "fault")) {
			printf("\n%s: %s\n", text_or_empty(entry, "status"),
			       text_or_empty(entry, "text"));
		}
		if (!strcmp(entry->kind, "position")) {
			printf("  %-4s position %-2s %-8s %s%s%s\n", text_or_empty(entry, "form"),
			       text_or_empty(entry, "position"), text_or_empty(entry, "serial"),
			       text_or_empty(entry, "verdict"),
			       *text_or_empty(entry, "text") ? ", dropped out: " : "",
			       text_or_empty(entry, "text"));
		}
		if (!strcmp(entry->kind, "end") || !strcmp(entry->kind, "verdict")) {
			printf("\n%smeter: %s    run: %s\n",
			       !strcmp(entry->kind, "end") ? "" : "judged again: ",
			       text_or_empty(entry, "verdict"), text_or_empty(entry, "state"));
		}
	}
}

/* Of the longest name of a meter: "16S", or "12S 3-wire delta AXR". */
static int form_width(const struct verdict_row *rows, int count)
{
	size_t width = 5;

	for (int i = 0; i < count; i++) {
		width = strlen(rows[i].form) > width ? strlen(rows[i].form) : width;
	}
	return (int)width;
}

void progress_print_verdicts(const struct run_record *record)
{
	struct verdict_row rows[ROWS];
	struct counted counted;
	int count = 0;

	find_counted(record, &counted);
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];
		const struct record_entry *result;

		if (counts(&counted, entry) && (result = result_of(record, entry))) {
			struct verdict_row *row = row_for(rows, &count, result);
			if (row) {
				count_judgement(row, entry, result);
			}
		}
	}
	int width = form_width(rows, count);
	printf("%-*s %-17s %-10s %9s %13s %13s %15s %12s %14s %9s\n", width, "form", "test",
	       "direction", "conforms", "not evaluated", "inconclusive", "does not conf.",
	       "informative", "largest error", "largest U");
	for (int i = 0; i < count; i++) {
		const struct verdict_row *row = &rows[i];

		printf("%-*s %-17s %-10s %9d %13d %13d %15d %12d", width, row->form, row->test,
		       row->direction, row->counts[CONFORMS], row->counts[NOT_EVALUATED],
		       row->counts[INCONCLUSIVE], row->counts[DOES_NOT_CONFORM], row->informative);
		if (row->has_errors) {
			printf(" %+12.3f %% %7.3f %%", row->largest_error,
			       row->largest_uncertainty);
		}
		printf("\n");
	}
	print_deviating_points(record);
	print_basis(rows, count);
	print_ends(record);
}
