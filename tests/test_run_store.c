/* procedures/run_store */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "procedures/run_store.h"
#include "tests/support/suite.h"

static char path[1200];

static const char *fresh_path(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s.mcbench", scratch_folder(), name);
	return path;
}

static enum status add_note(struct run_store *store, const char *text)
{
	static struct record_draft draft;

	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "utc", "2026-01-02T03:04:05Z");
	record_draft_text(&draft, "text", text);
	return run_store_add(store, &draft, NULL);
}

/* Runs SQL as somebody with another program would. */
static int sql(const char *statement)
{
	sqlite3 *database;

	CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &database), SQLITE_OK);
	int code = sqlite3_exec(database, statement, NULL, NULL, NULL);
	sqlite3_close(database);
	return code;
}

static void write_notes(const char *name, int count)
{
	struct run_store *store;
	char text[32];

	CU_ASSERT_EQUAL_FATAL(run_store_create(fresh_path(name), false, 0, &store), STATUS_OK);
	for (int i = 1; i <= count; i++) {
		snprintf(text, sizeof(text), "note %d\nline \\2", i);
		CU_ASSERT_EQUAL(add_note(store, text), STATUS_OK);
	}
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
}

static void a_closed_record_is_one_file_and_reads_back(void)
{
	struct run_record record;
	char side[1300];

	write_notes("round", 3);
	snprintf(side, sizeof(side), "%s-wal", path);
	CU_ASSERT_NOT_EQUAL(access(side, F_OK), 0);
	snprintf(side, sizeof(side), "%s-shm", path);
	CU_ASSERT_NOT_EQUAL(access(side, F_OK), 0);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(record.count, 3);
	CU_ASSERT_EQUAL(record.entries[2].number, 3);
	CU_ASSERT_STRING_EQUAL(record.entries[2].kind, "note");
	CU_ASSERT_EQUAL(record.entries[2].field_count, 2);
	CU_ASSERT_STRING_EQUAL(record_text(&record.entries[2], "text"), "note 3\nline \\2");
	run_record_free(&record);
}

static void an_existing_record_is_never_written_over(void)
{
	struct run_store *store;
	struct run_record record;

	write_notes("twice", 2);
	CU_ASSERT_EQUAL(run_store_create(path, false, 0, &store), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NULL(store);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "there is one already"));
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	CU_ASSERT_EQUAL(record.count, 2);
	run_record_free(&record);
}

static void what_was_committed_survives_the_death_of_the_process(void)
{
	struct run_record record;
	int state;

	fresh_path("killed");
	pid_t child = fork();
	if (!child) {
		struct run_store *store;

		if (!run_store_create(path, true, 0, &store) && !add_note(store, "durable") &&
		    !run_store_commit(store) && !add_note(store, "in flight")) {
			raise(SIGKILL);
		}
		_exit(1);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &state, 0), child);
	CU_ASSERT(WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(record.count, 1);
	CU_ASSERT_STRING_EQUAL(record_text(&record.entries[0], "text"), "durable");
	run_record_free(&record);
}

static void a_full_disk_is_said_and_loses_nothing_committed(void)
{
	struct run_store *store;
	struct run_record record;
	enum status status = STATUS_OK;
	size_t committed = 0;
	char text[2000];

	memset(text, 'f', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL_FATAL(run_store_create(fresh_path("full"), false, 12, &store), STATUS_OK);
	while (!status && committed < 1000) {
		status = add_note(store, text);
		status = status ? status : run_store_commit(store);
		committed += !status;
	}
	CU_ASSERT_EQUAL(status, STATUS_IO);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "full.mcbench"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no space left"));
	CU_ASSERT(committed > 2 && committed < 1000);
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	CU_ASSERT_EQUAL(record.count, committed);
	run_record_free(&record);
}

static void after_a_full_disk_the_chain_goes_on_from_what_was_kept(void)
{
	struct run_store *store;
	struct run_record record;
	char text[4000];
	size_t kept = 0;

	memset(text, 'f', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL_FATAL(run_store_create(fresh_path("goes_on"), true, 12, &store), STATUS_OK);
	while (!add_note(store, text)) {
		kept++;
	}
	while (!add_note(store, "short")) {
		kept++;
	}
	CU_ASSERT(kept > 0);
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	CU_ASSERT(record.count <= kept);
	run_record_free(&record);
}

static void entries_can_be_neither_changed_nor_deleted_nor_skipped(void)
{
	struct run_record record;

	write_notes("triggers", 3);
	CU_ASSERT_EQUAL(sql("UPDATE entry SET body='x' WHERE number=2"), SQLITE_CONSTRAINT);
	CU_ASSERT_EQUAL(sql("DELETE FROM entry WHERE number=3"), SQLITE_CONSTRAINT);
	CU_ASSERT_EQUAL(sql("INSERT INTO entry VALUES(9,'note','','')"), SQLITE_CONSTRAINT);
	CU_ASSERT_EQUAL(sql("INSERT OR REPLACE INTO entry VALUES(2,'note','','')"),
			SQLITE_CONSTRAINT);
	CU_ASSERT_EQUAL(run_store_load(path, &record), STATUS_OK);
	run_record_free(&record);
}

static void tampering_without_the_triggers_is_found_with_the_entry(void)
{
	struct run_record record;

	write_notes("tampered", 4);
	CU_ASSERT_EQUAL(sql("DROP TRIGGER entry_stays;"
			    "UPDATE entry SET body=replace(body,'note 3','note 8') WHERE number=3"),
			SQLITE_OK);
	CU_ASSERT_EQUAL(run_store_load(path, &record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "entry 3"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "tampered.mcbench"));
	CU_ASSERT_EQUAL(record.count, 0);
}

static void a_deleted_entry_is_missed(void)
{
	struct run_record record;

	write_notes("deleted", 4);
	CU_ASSERT_EQUAL(sql("DROP TRIGGER entry_remains; DELETE FROM entry WHERE number=2"),
			SQLITE_OK);
	CU_ASSERT_EQUAL(run_store_load(path, &record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "entry 2 is missing"));
}

static void what_the_host_notes_stays_outside_the_chain(void)
{
	struct run_store *store;
	char plain[65];

	CU_ASSERT_EQUAL_FATAL(run_store_create(fresh_path("plain"), true, 0, &store), STATUS_OK);
	add_note(store, "same");
	memcpy(plain, run_store_last_hash(store), 65);
	run_store_close(store);
	CU_ASSERT_EQUAL_FATAL(run_store_create(fresh_path("host"), true, 0, &store), STATUS_OK);
	CU_ASSERT_EQUAL(run_store_note_host(store, "hostname", "bench-7"), STATUS_OK);
	add_note(store, "same");
	CU_ASSERT_STRING_EQUAL(run_store_last_hash(store), plain);
	run_store_close(store);
	CU_ASSERT_EQUAL(sql("CREATE TABLE one(n CHECK(n=1));"
			    "INSERT INTO one SELECT count(*) FROM host WHERE value='bench-7'"),
			SQLITE_OK);
}

static void an_unfit_draft_is_refused_and_the_record_goes_on(void)
{
	static struct record_draft draft;
	struct run_store *store;
	struct run_record record;
	char text[RECORD_TEXT + 1];

	memset(text, 'x', RECORD_TEXT);
	text[RECORD_TEXT] = '\0';
	CU_ASSERT_EQUAL_FATAL(run_store_create(fresh_path("unfit"), true, 0, &store), STATUS_OK);
	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "text", text);
	CU_ASSERT_EQUAL(run_store_add(store, &draft, NULL), STATUS_BAD_INPUT);
	/* The longest body there can be: nearly every byte needs four. */
	memset(text, '\x01', RECORD_TEXT - 1);
	text[RECORD_TEXT - 1] = '\0';
	record_draft_begin(&draft, "note");
	record_draft_text(&draft, "text", text);
	int64_t number = 0;
	CU_ASSERT_EQUAL(run_store_add(store, &draft, &number), STATUS_OK);
	CU_ASSERT_EQUAL(number, 1);
	CU_ASSERT_EQUAL(run_store_close(store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(path, &record), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(record_text(&record.entries[0], "text"), text);
	run_record_free(&record);
}

static void a_file_that_is_no_record_is_refused_in_words(void)
{
	struct run_record record;
	FILE *file = fopen(fresh_path("letter"), "w");

	fprintf(file, "Dear laboratory, this is no database. %0600d", 1);
	fclose(file);
	CU_ASSERT_EQUAL(run_store_load(path, &record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "letter.mcbench"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no run record"));
	fresh_path("other");
	CU_ASSERT_EQUAL(sql("CREATE TABLE recipe(name)"), SQLITE_OK);
	CU_ASSERT_EQUAL(run_store_load(path, &record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no run record"));
	CU_ASSERT_EQUAL(run_store_load(fresh_path("absent"), &record), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "cannot read"));
}

const char *const suite_name = "run_store";
const struct suite_case suite_cases[] = {
	CASE(a_closed_record_is_one_file_and_reads_back),
	CASE(an_existing_record_is_never_written_over),
	CASE(what_was_committed_survives_the_death_of_the_process),
	CASE(a_full_disk_is_said_and_loses_nothing_committed),
	CASE(after_a_full_disk_the_chain_goes_on_from_what_was_kept),
	CASE(entries_can_be_neither_changed_nor_deleted_nor_skipped),
	CASE(tampering_without_the_triggers_is_found_with_the_entry),
	CASE(a_deleted_entry_is_missed),
	CASE(what_the_host_notes_stays_outside_the_chain),
	CASE(an_unfit_draft_is_refused_and_the_record_goes_on),
	CASE(a_file_that_is_no_record_is_refused_in_words),
	CASES_END,
};
