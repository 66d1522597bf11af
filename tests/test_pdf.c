/* reports/pdf and report_model, read back with the tools of other people (poppler, qpdf). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/report.h"
#include "reports/report_text.h"
#include "tests/support/example_record.h"
#include "tests/support/suite.h"

#define MARKING "Virtual laboratory – not a measurement of a physical meter"

static char path[1200];

static void make(const char *name, const struct example_choice *choice)
{
	struct run_record record;

	example_record(&record, choice);
	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	CU_ASSERT_EQUAL_FATAL(report_write_pdf(&record, path, scratch_folder()), STATUS_OK);
	run_record_free(&record);
}

/* The output of `program 'path' rest`, freed by the caller. */
static char *output_of(const char *program, const char *rest)
{
	char command[3000];
	char *text = calloc(1, 1 << 21);

	snprintf(command, sizeof(command), "%s '%s' %s", program, path, rest);
	FILE *pipe = popen(command, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(pipe);
	CU_ASSERT(fread(text, 1, (1 << 21) - 1, pipe) > 0);
	CU_ASSERT_EQUAL(pclose(pipe), 0);
	return text;
}

/* pdftotext ends each page with a form feed; returns how many pages hold the words, and the number
 * of pages. */
static int pages_with(const char *words, int *pages)
{
	char *text = output_of("pdftotext -layout", "-");
	int found = 0;

	*pages = 0;
	for (char *page = text; *page;) {
		char *end = strchr(page, '\f');

		CU_ASSERT_PTR_NOT_NULL_FATAL(end);
		*end = '\0';
		found += strstr(page, words) != NULL;
		++*pages;
		page = end + 1;
	}
	free(text);
	return found;
}

static void every_page_of_a_virtual_record_says_so(void)
{
	int pages;

	make("virtual.pdf", &(struct example_choice){.is_virtual = true, .has_fault = true});
	int marked = pages_with(MARKING, &pages);
	CU_ASSERT(pages > 5);
	CU_ASSERT_EQUAL(marked, pages);
}

static void a_real_record_is_not_marked_and_offers_a_line_to_sign(void)
{
	int pages;

	make("real.pdf", &(struct example_choice){.is_virtual = false});
	CU_ASSERT_EQUAL(pages_with(MARKING, &pages), 0);
	CU_ASSERT_EQUAL(pages_with("Signature", &pages), 1);
	make("unreal.pdf", &(struct example_choice){.is_virtual = true});
	CU_ASSERT_EQUAL(pages_with("Signature", &pages), 0);
}

static void pages_are_numbered_and_carry_the_record(void)
{
	struct run_record record;
	char words[64];
	int pages;
	int again;

	example_record(&record, &(struct example_choice){.is_virtual = true});
	make("pages.pdf", &(struct example_choice){.is_virtual = true});
	char *information = output_of("pdfinfo", "");
	char *line = strstr(information, "\nPages:");
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	int expected = atoi(line + 7);
	free(information);
	snprintf(words, sizeof(words), "Record %.16s", record.entries[record.count - 1].hash);
	CU_ASSERT_EQUAL(pages_with(words, &pages), expected);
	CU_ASSERT_EQUAL(pages, expected);
	for (int i = 1; i <= expected; i++) {
		snprintf(words, sizeof(words), "Page %d of %d\n", i, expected);
		CU_ASSERT_EQUAL(pages_with(words, &again), 1);
	}
	run_record_free(&record);
}

static void the_cover_states_both_axes_and_what_the_limits_rest_on(void)
{
	static const char *const words[] = {
		"does not conform",
		"bench fault",
		"Verdicts by form",
		"The results relate only to the items tested.",
		"138 of 138 verdicts rest on limits",
		"12 recalled, 126 stand-in",
		"Decision rule",
	};

	make("cover.pdf", &(struct example_choice){.is_virtual = true, .has_fault = true});
	char *text = output_of("pdftotext -l 1", "-");
	for (char *letter = text; *letter; letter++) {
		*letter = *letter == '\n' ? ' ' : *letter;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(text, words[i]));
	}
	free(text);
}

/* -0.84 with U = 1.97 * 0.0072… is in the example; its row must show both with the same decimals
 * and say the verdict. */
static void a_failing_row_shows_error_uncertainty_limit_basis_and_verdict(void)
{
	char *row;

	make("rows.pdf", &(struct example_choice){.is_virtual = true});
	char *text = output_of("pdftotext -layout", "-");
	row = strstr(text, "−0.840");
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	*strchr(row, '\n') = '\0';
	CU_ASSERT_PTR_NOT_NULL(strstr(row, "0.014"));
	CU_ASSERT_PTR_NOT_NULL(strstr(row, "1.97"));
	CU_ASSERT_PTR_NOT_NULL(strstr(row, "±0.6"));
	CU_ASSERT_PTR_NOT_NULL(strstr(row, "stand-in"));
	CU_ASSERT_PTR_NOT_NULL(strstr(row, "does not conform"));
	free(text);
}

static void all_chapters_are_there(void)
{
	static const char *const words[] = {
		"PAST DUE",
		"EX-2025-0417",
		"Meters as found through the optical port",
		"EXAMPLE-0001",
		"Adjustment: as found and as left",
		"Results, form 9S",
		"Results, form 16S",
		"Register readings",
		"no reply to \"MEAS?\" within 2.0 s",
		"Safe state",
		"Annex: uncertainty budgets",
		"Reference standard: calibration",
		"The cover was closed",
		"— End of report —",
		"Limits used",
		"procedures/limits/provisional.xml",
		"Load curve, form 16S, 277 V",
		"Load curve, form 9S, 120 V",
	};

	make("chapters.pdf", &(struct example_choice){.is_virtual = true, .has_fault = true});
	char *text = output_of("pdftotext -layout", "-");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(text, words[i]));
	}
	free(text);
}

/* The line of `text` that begins a table row with `number`, ended by NUL. */
static char *row_of(char *text, const char *number)
{
	char *row = strstr(text, number);

	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	*strchr(row, '\n') = '\0';
	return row;
}

static void expect_in_row(const char *number, const char *const *words, size_t count)
{
	char *text = output_of("pdftotext -layout", "-");
	const char *row = row_of(text, number);

	for (size_t i = 0; i < count; i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(row, words[i]));
	}
	free(text);
}

static void shifts_values_and_checks_have_tables_with_units(void)
{
	struct run_record record;
	static const char *const shift[] = {"0.0225", "0.0024", "±0.05", "20.7", "CBA"};
	static const char *const clock[] = {"clock after a day", "0.73", "0.11", "±0.5", "recalled",
					    "does not conform"};
	static const char *const range[] = {"−42", "−100 … 10", "conforms"};
	static const char *const check[] = {"firmware version", "05.35", "05.34",
					    "does not conform"};
	static const char *const titles[] = {
		"Phase sequence: shift of the error, delivered, position 1",
		"Shift %",
		"clock, position 1",
		"display: checks, position 1",
		"clock, form 16S: budget of result 9002 (clock after a day, with supply), in s",
		"0.0577"};

	example_record(&record, &(struct example_choice){.is_virtual = true});
	example_values(&record);
	snprintf(path, sizeof(path), "%s/values.pdf", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(report_write_pdf(&record, path, scratch_folder()), STATUS_OK);
	run_record_free(&record);
	expect_in_row("9001", shift, 5);
	expect_in_row("9002", clock, 6);
	expect_in_row("9003", range, 3);
	expect_in_row("9004", check, 4);
	char *text = output_of("pdftotext -layout", "-");
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(text, titles[i]));
	}
	free(text);
}

static void the_file_is_sound_and_its_fonts_are_in_it(void)
{
	make("sound.pdf", &(struct example_choice){.is_virtual = true});
	if (!access("/usr/bin/qpdf", X_OK)) {
		char *report = output_of("qpdf --check", "2>&1");
		CU_ASSERT_PTR_NOT_NULL(strstr(report, "No syntax or stream encoding errors found"));
		free(report);
	}
	char *fonts = output_of("pdffonts", "");
	CU_ASSERT_PTR_NOT_NULL(strstr(fonts, "DejaVuSans"));
	CU_ASSERT_PTR_NULL(strstr(fonts, " no  no "));
	free(fonts);
}

static void a_title_is_text_whatever_it_holds(void)
{
	const char *title =
		"L'essai «été» `touch harm` $(touch harm) <b>&amp;</b> \"quoted\" \\x41";
	int pages;

	make("title.pdf", &(struct example_choice){.is_virtual = true, .programme_title = title});
	CU_ASSERT(pages_with("`touch harm`", &pages) >= 1);
	CU_ASSERT(pages_with("L'essai «été»", &pages) >= 1);
	CU_ASSERT(pages_with("<b>&amp;</b>", &pages) >= 1);
	CU_ASSERT_NOT_EQUAL(access("harm", F_OK), 0);
}

static void a_fault_longer_than_a_page_is_printed_whole(void)
{
	static struct record_draft draft;
	struct run_record record;
	char text[8000];
	int pages;

	text[0] = '\0';
	for (int i = 0; i < 880; i++) {
		snprintf(text + strlen(text), 16, "word%04d ", i);
	}
	example_record(&record, &(struct example_choice){.is_virtual = true});
	record_draft_begin(&draft, "fault");
	record_draft_text(&draft, "utc", "2026-01-05T12:00:00Z");
	record_draft_text(&draft, "form", "9S");
	record_draft_text(&draft, "status", "no answer");
	record_draft_text(&draft, "text", text);
	example_add(&record, &draft);
	snprintf(path, sizeof(path), "%s/long.pdf", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(report_write_pdf(&record, path, scratch_folder()), STATUS_OK);
	CU_ASSERT(pages_with("word0000", &pages) >= 1);
	CU_ASSERT(pages_with("word0450", &pages) >= 1);
	CU_ASSERT(pages_with("word0879", &pages) >= 1);
	run_record_free(&record);
}

static void equal_records_give_equal_bytes(void)
{
	char command[3000];

	make("first.pdf", &(struct example_choice){.is_virtual = true});
	make("second.pdf", &(struct example_choice){.is_virtual = true});
	snprintf(command, sizeof(command), "cmp '%s/first.pdf' '%s/second.pdf'", scratch_folder(),
		 scratch_folder());
	CU_ASSERT_EQUAL(system(command), 0);
}

static void a_run_without_results_still_gives_a_report(void)
{
	struct run_record whole;
	struct run_record record;
	int pages;

	example_record(&whole, &(struct example_choice){.is_virtual = true});
	run_record_init(&record);
	for (size_t i = 0; i < 12; i++) {
		const struct record_entry *entry = &whole.entries[i];
		run_record_append(&record, entry->number, entry->kind, entry->fields,
				  entry->field_count, entry->hash);
	}
	snprintf(path, sizeof(path), "%s/short.pdf", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(report_write_pdf(&record, path, scratch_folder()), STATUS_OK);
	CU_ASSERT(pages_with("no verdict", &pages) >= 1);
	CU_ASSERT(pages_with("does not say that the source was switched off", &pages) == 1);
	run_record_free(&record);
	CU_ASSERT_EQUAL(report_write_pdf(&record, path, scratch_folder()), STATUS_BAD_INPUT);
	run_record_free(&whole);
}

static void a_report_that_cannot_be_written_says_where(void)
{
	struct run_record record;

	example_record(&record, &(struct example_choice){.is_virtual = true});
	CU_ASSERT_EQUAL(report_write_pdf(&record, "/no/such/folder/a.pdf", scratch_folder()),
			STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "/no/such/folder/a.pdf"));
	run_record_free(&record);
}

static void uncertainty_has_two_significant_digits(void)
{
	static const struct {
		double expanded;
		int decimals;
	} cases[] = {{0.0123, 3}, {0.0996, 2}, {0.0994, 3}, {0.5, 2},
		     {1.2, 1},	  {9.96, 0},   {12.3, 0},   {250, 0}};
	char text[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(report_decimals(cases[i].expanded), cases[i].decimals);
	}
	CU_ASSERT_STRING_EQUAL(report_fixed(text, sizeof(text), -0.0342, 3), "−0.034");
	CU_ASSERT_STRING_EQUAL(report_fixed(text, sizeof(text), -0.0002, 3), "0.000");
	CU_ASSERT_STRING_EQUAL(report_short(text, sizeof(text), -2.5, 6), "−2.5");
	CU_ASSERT_STRING_EQUAL(REPORT_FILL(text, WORD_page_of, "3", "{1}"), "Page 3 of {1}");
	CU_ASSERT_STRING_EQUAL(report_word_of("stand-in"), "stand-in");
	CU_ASSERT_STRING_EQUAL(report_word_of("reference_drift"),
			       "Reference standard: drift since");
	CU_ASSERT_STRING_EQUAL(report_word_of("moon_phase"), "moon_phase");
}

const char *const suite_name = "pdf";
const struct suite_case suite_cases[] = {
	CASE(every_page_of_a_virtual_record_says_so),
	CASE(a_real_record_is_not_marked_and_offers_a_line_to_sign),
	CASE(pages_are_numbered_and_carry_the_record),
	CASE(the_cover_states_both_axes_and_what_the_limits_rest_on),
	CASE(a_failing_row_shows_error_uncertainty_limit_basis_and_verdict),
	CASE(all_chapters_are_there),
	CASE(shifts_values_and_checks_have_tables_with_units),
	CASE(the_file_is_sound_and_its_fonts_are_in_it),
	CASE(a_title_is_text_whatever_it_holds),
	CASE(a_fault_longer_than_a_page_is_printed_whole),
	CASE(equal_records_give_equal_bytes),
	CASE(a_run_without_results_still_gives_a_report),
	CASE(a_report_that_cannot_be_written_says_where),
	CASE(uncertainty_has_two_significant_digits),
	CASES_END,
};
