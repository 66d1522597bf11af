/* reports/record_file: store, archival XML and back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "procedures/data_folder.h"
#include "procedures/run_store.h"
#include "reports/report.h"
#include "tests/support/example_record.h"
#include "tests/support/suite.h"

static const struct example_choice ordinary = {.is_virtual = true, .has_fault = true};

static char path[1200];

static const char *scratch(const char *name)
{
	data_folder_set(source_folder);
	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	return path;
}

static char *read_all(const char *name)
{
	FILE *file = fopen(scratch(name), "rb");
	char *text = calloc(1, 1 << 22);

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT(fread(text, 1, (1 << 22) - 1, file) > 0);
	fclose(file);
	return text;
}

static void write_all(const char *name, const char *text)
{
	FILE *file = fopen(scratch(name), "wb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

static void expect_equal(const struct run_record *a, const struct run_record *b)
{
	CU_ASSERT_EQUAL_FATAL(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		CU_ASSERT_EQUAL(a->entries[i].number, b->entries[i].number);
		CU_ASSERT_STRING_EQUAL(a->entries[i].kind, b->entries[i].kind);
		CU_ASSERT_STRING_EQUAL(a->entries[i].hash, b->entries[i].hash);
		CU_ASSERT_EQUAL_FATAL(a->entries[i].field_count, b->entries[i].field_count);
		for (size_t j = 0; j < a->entries[i].field_count; j++) {
			CU_ASSERT_STRING_EQUAL(a->entries[i].fields[j].name,
					       b->entries[i].fields[j].name);
			CU_ASSERT_STRING_EQUAL(a->entries[i].fields[j].value,
					       b->entries[i].fields[j].value);
		}
	}
}

static void store_to_xml_and_back_is_the_same_record(void)
{
	static struct record_draft draft;
	struct run_record example;
	struct run_record stored;
	struct run_record archived;
	struct run_store *store;

	example_record(&example, &ordinary);
	CU_ASSERT_EQUAL_FATAL(run_store_create(scratch("a.mcbench"), true, 0, &store), STATUS_OK);
	for (size_t i = 0; i < example.count; i++) {
		const struct record_entry *entry = &example.entries[i];

		record_draft_begin(&draft, entry->kind);
		for (size_t j = 0; j < entry->field_count; j++) {
			record_draft_text(&draft, entry->fields[j].name, entry->fields[j].value);
		}
		CU_ASSERT_EQUAL_FATAL(run_store_add(store, &draft, NULL), STATUS_OK);
	}
	CU_ASSERT_STRING_EQUAL(run_store_last_hash(store), example.entries[example.count - 1].hash);
	CU_ASSERT_EQUAL_FATAL(run_store_close(store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &stored), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(report_write_xml(&stored, scratch("a.xml")), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(report_read_xml(path, &archived), STATUS_OK);
	expect_equal(&archived, &example);
	run_record_free(&archived);
	run_record_free(&stored);
	run_record_free(&example);
}

static void every_character_survives_and_unknown_entries_are_kept(void)
{
	static struct record_draft draft;
	struct run_record record;
	struct run_record archived;
	char all[256];

	for (int i = 1; i < 256; i++) {
		all[i - 1] = (char)i;
	}
	all[255] = '\0';
	run_record_init(&record);
	record_draft_begin(&draft, "weather_of_a_later_version");
	record_draft_text(&draft, "utc", "2026-01-05T08:00:00Z");
	record_draft_text(&draft, "zeta", "  <&>\"' ]]> é œ − \xf0\x9f\x94\x8b  ");
	record_draft_text(&draft, "alpha", all);
	example_add(&record, &draft);
	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "utc", "2026-01-05T08:00:00Z");
	record_draft_text(&draft, "field_of_a_later_version", "x");
	record_draft_text(&draft, "text", "");
	example_add(&record, &draft);
	CU_ASSERT_EQUAL_FATAL(report_write_xml(&record, scratch("all.xml")), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(report_read_xml(path, &archived), STATUS_OK);
	expect_equal(&archived, &record);
	run_record_free(&archived);
	run_record_free(&record);
}

static void equal_records_give_equal_bytes(void)
{
	struct run_record one;
	struct run_record two;

	example_record(&one, &ordinary);
	example_record(&two, &ordinary);
	CU_ASSERT_EQUAL(report_write_xml(&one, scratch("one.xml")), STATUS_OK);
	CU_ASSERT_EQUAL(report_write_xml(&two, scratch("two.xml")), STATUS_OK);
	char *first = read_all("one.xml");
	char *second = read_all("two.xml");
	CU_ASSERT(strlen(first) > 100000);
	CU_ASSERT_STRING_EQUAL(first, second);
	free(first);
	free(second);
	run_record_free(&one);
	run_record_free(&two);
}

static void an_independent_validator_accepts_the_file(void)
{
	struct run_record record;
	char command[4096];

	example_record(&record, &ordinary);
	example_values(&record);
	CU_ASSERT_EQUAL(report_write_xml(&record, scratch("valid.xml")), STATUS_OK);
	run_record_free(&record);
	snprintf(command, sizeof(command),
		 "xmllint --nonet --noout --schema '%s/reports/record.xsd' '%s' 2>&1",
		 source_folder, path);
	CU_ASSERT_EQUAL(system(command), 0);
}

/* Writes the example with one text replaced by another, reads it, and expects the words in the
 * refusal. */
static void expect_refusal(const char *from, const char *to, const char *words)
{
	struct run_record record;
	struct run_record archived;

	example_record(&record, &ordinary);
	CU_ASSERT_EQUAL(report_write_xml(&record, scratch("tamper.xml")), STATUS_OK);
	run_record_free(&record);
	char *whole = read_all("tamper.xml");
	char *place = strstr(whole, from);
	CU_ASSERT_PTR_NOT_NULL_FATAL(place);
	char *rest = strdup(place + strlen(from));
	strcpy(place, to);
	strcat(place, rest);
	write_all("tampered.xml", whole);
	CU_ASSERT_EQUAL(report_read_xml(scratch("tampered.xml"), &archived), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), words));
	CU_ASSERT_EQUAL(archived.count, 0);
	free(rest);
	free(whole);
}

static void tampering_is_found_with_the_entry(void)
{
	expect_refusal("ambient_celsius=\"23.4\"", "ambient_celsius=\"24.4\"",
		       "entry 14 (conditions)");
	expect_refusal("role=\"lab\"\n\tname=\"labs/virtual.xml\"",
		       "name=\"labs/virtual.xml\"\n\trole=\"lab\"", "entry 7 (file)");
}

static void what_the_schema_does_not_allow_is_refused(void)
{
	expect_refusal("outcome=\"conforms\"", "outcome=\"approved\"", "approved");
	expect_refusal("error_percent=\"-0.84\"", "error_percent=\"-0,84\"", "-0,84");
	expect_refusal("<record xmlns=\"urn:mcbench:record:1\" format=\"1\"",
		       "<record xmlns=\"urn:mcbench:record:1\" format=\"2\"", "format");
}

static void a_record_with_a_broken_chain_is_not_archived(void)
{
	struct run_record record;

	example_record(&record, &ordinary);
	record.entries[2].fields[1].value = "certificate";
	CU_ASSERT_EQUAL(report_write_xml(&record, scratch("broken.xml")), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "entry 3 (file)"));
	CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
	run_record_free(&record);
}

/* A limit on the size of files stands for the full disk: writes fail half-way, for root too. */
static void limit_files_to(rlim_t bytes)
{
	struct rlimit limit;

	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_write_that_fails_leaves_no_half_file(void)
{
	struct run_record record;
	struct rlimit before;
	char temporary[1300];

	example_record(&record, &ordinary);
	write_all("full.xml", "the report of yesterday");
	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_IGN);
	limit_files_to(20000);
	enum status status = report_write_xml(&record, path);
	limit_files_to(before.rlim_cur);
	signal(SIGXFSZ, SIG_DFL);
	CU_ASSERT_EQUAL(status, STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "full.xml"));
	snprintf(temporary, sizeof(temporary), "%s.unfinished", path);
	CU_ASSERT_NOT_EQUAL(access(temporary, F_OK), 0);
	char *old = read_all("full.xml");
	CU_ASSERT_STRING_EQUAL(old, "the report of yesterday");
	free(old);
	CU_ASSERT_EQUAL(report_write_xml(&record, scratch("no_such_folder/a.xml")), STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no_such_folder"));
	run_record_free(&record);
}

const char *const suite_name = "record_file";
const struct suite_case suite_cases[] = {
	CASE(store_to_xml_and_back_is_the_same_record),
	CASE(every_character_survives_and_unknown_entries_are_kept),
	CASE(equal_records_give_equal_bytes),
	CASE(an_independent_validator_accepts_the_file),
	CASE(tampering_is_found_with_the_entry),
	CASE(what_the_schema_does_not_allow_is_refused),
	CASE(a_record_with_a_broken_chain_is_not_archived),
	CASE(a_write_that_fails_leaves_no_half_file),
	CASES_END,
};
