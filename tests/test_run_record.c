/* procedures/run_record. Hashes were computed with Python's hashlib from the text of RECORD.md. */
#include <math.h>
#include <string.h>

#include "procedures/run_record.h"
#include "tests/support/suite.h"

#define HASH_1 "f20aca7cc9e41bac8d0edf5070d5f62f7e6ddcb8275d034a5a16e5addb3be562"
#define HASH_2 "d9d7f73a9a71836889107ee9d555e95980483bdc2a1a8e4fdfa3b7fd6112c31f"

static struct record_field first_fields[] = {{"utc", "2026-01-02T03:04:05Z"}, {"text", "first"}};
static struct record_field second_fields[] = {{"form", "9S"}, {"text", "a\nb\\c \xc3\xa9\xff"}};

static void two_entries(struct run_record *record)
{
	run_record_init(record);
	CU_ASSERT_EQUAL_FATAL(run_record_append(record, 1, "note", first_fields, 2, HASH_1),
			      STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_record_append(record, 2, "fault", second_fields, 2, HASH_2),
			      STATUS_OK);
}

static void the_chain_is_the_one_that_the_contract_describes(void)
{
	struct run_record record;

	two_entries(&record);
	CU_ASSERT_EQUAL(run_record_check_chain(&record), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(record_text(&record.entries[1], "text"), "a\nb\\c \xc3\xa9\xff");
	run_record_free(&record);
}

static void a_changed_value_is_found_with_its_entry(void)
{
	struct run_record record;

	two_entries(&record);
	record.entries[1].fields[0].value = "16S";
	CU_ASSERT_EQUAL(run_record_check_chain(&record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "entry 2 (fault)"));
	run_record_free(&record);
}

static void a_removed_entry_is_found(void)
{
	struct run_record record;

	run_record_init(&record);
	run_record_append(&record, 2, "fault", second_fields, 2, HASH_2);
	CU_ASSERT_EQUAL(run_record_check_chain(&record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "entry 1 is missing"));
	run_record_free(&record);
}

static void the_order_of_fields_is_part_of_the_hash(void)
{
	struct run_record record;

	two_entries(&record);
	struct record_field first = record.entries[0].fields[0];
	record.entries[0].fields[0] = record.entries[0].fields[1];
	record.entries[0].fields[1] = first;
	CU_ASSERT_EQUAL(run_record_check_chain(&record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "entry 1 (note)"));
	run_record_free(&record);
}

static void many_entries_are_kept_as_they_were(void)
{
	struct run_record record;
	struct record_field field = {"text", NULL};
	char long_text[100001];

	memset(long_text, 'm', 100000);
	long_text[100000] = '\0';
	run_record_init(&record);
	for (int64_t i = 1; i <= 1000; i++) {
		field.value = i % 100 ? "short" : long_text;
		CU_ASSERT_EQUAL_FATAL(run_record_append(&record, i, "note", &field, 1, HASH_1),
				      STATUS_OK);
	}
	CU_ASSERT_EQUAL(record.count, 1000);
	CU_ASSERT_EQUAL(record.entries[998].number, 999);
	CU_ASSERT_STRING_EQUAL(record_text(&record.entries[0], "text"), "short");
	CU_ASSERT_STRING_EQUAL(record_text(&record.entries[999], "text"), long_text);
	run_record_free(&record);
	CU_ASSERT_EQUAL(record.count, 0);
}

static void numbers_have_nine_digits_and_no_minus_zero(void)
{
	struct record_draft draft;

	record_draft_begin(&draft, "note");
	record_draft_number(&draft, "third", 1.0 / 3.0);
	record_draft_number(&draft, "zero", -0.0);
	record_draft_number(&draft, "freedom", INFINITY);
	record_draft_integer(&draft, "pulses", INT64_MIN);
	record_draft_flag(&draft, "is_virtual", true);
	CU_ASSERT_EQUAL_FATAL(record_draft_check(&draft), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(draft.fields[0].value, "0.333333333");
	CU_ASSERT_STRING_EQUAL(draft.fields[1].value, "0");
	CU_ASSERT_STRING_EQUAL(draft.fields[2].value, "infinite");
	CU_ASSERT_STRING_EQUAL(draft.fields[3].value, "-9223372036854775808");
	CU_ASSERT_STRING_EQUAL(draft.fields[4].value, "yes");
}

static void expect_unfit(const struct record_draft *draft, const char *words)
{
	CU_ASSERT_EQUAL(record_draft_check(draft), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), words));
}

static void a_draft_that_lost_something_is_unfit(void)
{
	struct record_draft draft;
	char long_text[RECORD_TEXT + 1];

	memset(long_text, 'x', RECORD_TEXT);
	long_text[RECORD_TEXT] = '\0';
	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "text", long_text);
	record_draft_text(&draft, "after", "short");
	expect_unfit(&draft, "field text of entry note does not fit");
	record_draft_begin(&draft, "note");
	for (int i = 0; i <= RECORD_FIELDS; i++) {
		record_draft_text(&draft, "many", "");
	}
	expect_unfit(&draft, "field many of entry note does not fit");
	record_draft_begin(&draft, "result");
	record_draft_number(&draft, "error_percent", nan(""));
	expect_unfit(&draft, "field error_percent of entry result is not a number");
	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "text", long_text + 1);
	CU_ASSERT_EQUAL(record_draft_check(&draft), STATUS_OK);
}

static void names_that_the_archive_cannot_carry_are_refused(void)
{
	static const char *const names[] = {"",	    "Form",  "1st",   "two words",
					    "hash", "entry", "xmlns", "a-b"};
	struct record_draft draft;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		record_draft_begin(&draft, "note");
		record_draft_text(&draft, names[i], "x");
		CU_ASSERT_EQUAL(record_draft_check(&draft), STATUS_BAD_INPUT);
	}
	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "text", "x");
	record_draft_text(&draft, "text", "y");
	expect_unfit(&draft, "given twice");
	record_draft_begin(&draft, "Note");
	expect_unfit(&draft, "\"Note\"");
}

static void escape(const char *text, char *escaped)
{
	char piece[5];

	escaped[0] = '\0';
	while (record_escape_next(&text, piece)) {
		strcat(escaped, piece);
	}
}

static void every_byte_survives_escaping(void)
{
	char text[512];
	char escaped[2048];

	for (int i = 0; i < 255; i++) {
		text[2 * i] = (char)(i + 1);
		text[2 * i + 1] = (char)(255 - i);
	}
	text[510] = '\0';
	escape(text, escaped);
	CU_ASSERT_PTR_NULL(strchr(escaped, '\n'));
	CU_ASSERT(record_unescape(escaped));
	CU_ASSERT_STRING_EQUAL(escaped, text);
}

static void only_what_xml_can_carry_stands_for_itself(void)
{
	static const struct {
		const char *text;
		const char *escaped;
	} cases[] = {
		{"\xc3\xa9 \xe2\x88\x92 \xf0\x9f\x94\x8b",
		 "\xc3\xa9 \xe2\x88\x92 \xf0\x9f\x94\x8b"},
		{"\xef\xbf\xbf", "\\xef\\xbf\\xbf"},	      /* U+FFFF */
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},	      /* a surrogate */
		{"\xc0\x80", "\\xc0\\x80"},		      /* overlong */
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* above U+10FFFF */
		{"\x1b[1m\x7f", "\\x1b[1m\\x7f"},
		{"C:\\x41", "C:\\\\x41"},
		{"\xe2\x88", "\\xe2\\x88"}, /* cut short */
	};
	char escaped[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		escape(cases[i].text, escaped);
		CU_ASSERT_STRING_EQUAL(escaped, cases[i].escaped);
	}
}

static void what_is_no_escaped_text_is_refused(void)
{
	static const char *const wrong[] = {"\\", "\\x", "\\x1", "\\x00", "\\n", "\\xG0", "\\X41"};
	char text[16];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		strcpy(text, wrong[i]);
		CU_ASSERT_FALSE(record_unescape(text));
	}
}

static void absent_fields_read_as_nothing(void)
{
	struct record_field fields[] = {
		{"error_percent", "-0.125"}, {"pulses", "12"}, {"is_valid", "yes"}};
	struct record_entry entry = {.kind = "result", .field_count = 3, .fields = fields};

	CU_ASSERT_EQUAL(record_number(&entry, "error_percent"), -0.125);
	CU_ASSERT_EQUAL(record_integer(&entry, "pulses"), 12);
	CU_ASSERT(record_flag(&entry, "is_valid"));
	CU_ASSERT_PTR_NULL(record_text(&entry, "limit"));
	CU_ASSERT_EQUAL(record_number(&entry, "limit"), 0);
	CU_ASSERT_EQUAL(record_integer(&entry, "limit"), 0);
	CU_ASSERT_FALSE(record_flag(&entry, "limit"));
}

const char *const suite_name = "run_record";
const struct suite_case suite_cases[] = {
	CASE(the_chain_is_the_one_that_the_contract_describes),
	CASE(a_changed_value_is_found_with_its_entry),
	CASE(a_removed_entry_is_found),
	CASE(the_order_of_fields_is_part_of_the_hash),
	CASE(many_entries_are_kept_as_they_were),
	CASE(numbers_have_nine_digits_and_no_minus_zero),
	CASE(a_draft_that_lost_something_is_unfit),
	CASE(names_that_the_archive_cannot_carry_are_refused),
	CASE(every_byte_survives_escaping),
	CASE(only_what_xml_can_carry_stands_for_itself),
	CASE(what_is_no_escaped_text_is_refused),
	CASE(absent_fields_read_as_nothing),
	CASES_END,
};
