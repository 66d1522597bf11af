/*
 * The run record's file. The body of an entry is the escaped text that its hash covers (RECORD.md).
 * Triggers keep honest programs from changing entries; the chain of hashes shows what others did.
 * No SQL function that asks a clock or throws dice is used.
 */
#include "procedures/run_store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID "0x4D434252" /* "MCBR" in the file's header */

/* Longest body: every byte of every value as four bytes, and the names. */
#define BODY_BYTES (4 * RECORD_TEXT + RECORD_FIELDS * 72)

static const char schema[] =
	"CREATE TABLE entry(number INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL,"
	" hash TEXT NOT NULL);"
	"CREATE TABLE host(name TEXT NOT NULL, value TEXT NOT NULL);"
	"CREATE TRIGGER entry_is_next BEFORE INSERT ON entry"
	" WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM entry)"
	" BEGIN SELECT RAISE(ABORT, 'entries are appended one by one'); END;"
	"CREATE TRIGGER entry_stays BEFORE UPDATE ON entry"
	" BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;"
	"CREATE TRIGGER entry_remains BEFORE DELETE ON entry"
	" BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;"
	"PRAGMA application_id = " APPLICATION_ID ";"
	"PRAGMA user_version = 1;";

/* How far the record has come: in the open transaction, and for certain. */
struct position {
	int64_t number;
	char hash[65];
};

struct run_store {
	sqlite3 *database;
	sqlite3_stmt *insert_entry;
	sqlite3_stmt *insert_host;
	struct position last;
	struct position committed;
	char *path;
	char body[BODY_BYTES];
};

static enum status fail(sqlite3 *database, const char *path, const char *what)
{
	int code = database ? sqlite3_errcode(database) : SQLITE_NOMEM;

	if (code == SQLITE_FULL) {
		return status_fail(
			STATUS_IO,
			"record %s: %s: no space left; free space and run again; what was "
			"recorded before is kept",
			path, what);
	}
	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
		return status_fail(STATUS_BAD_INPUT,
				   "record %s: %s: the file is damaged or no run record", path,
				   what);
	}
	return status_fail(STATUS_IO, "record %s: %s: %s", path, what,
			   database ? sqlite3_errmsg(database) : "no memory");
}

static enum status execute(struct run_store *store, const char *sql, const char *what)
{
	if (sqlite3_exec(store->database, sql, NULL, NULL, NULL) != SQLITE_OK) {
		return fail(store->database, store->path, what);
	}
	return STATUS_OK;
}

/* An existing record is never written over: the name is taken exclusively before SQLite sees it. */
static enum status take_name(const char *path)
{
	int descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);

	if (descriptor < 0 && errno == EEXIST) {
		return status_fail(
			STATUS_BAD_INPUT,
			"record %s: there is one already; choose another folder for this run",
			path);
	}
	if (descriptor < 0) {
		return status_fail(STATUS_IO, "record %s: cannot create the file: %s", path,
				   strerror(errno));
	}
	close(descriptor);
	return STATUS_OK;
}

static enum status choose_durability(struct run_store *store, bool is_virtual)
{
	enum status status = execute(store, "PRAGMA journal_mode=WAL", "opening the journal");

	return status ? status
		      : execute(store,
				is_virtual ? "PRAGMA synchronous=NORMAL"
					   : "PRAGMA synchronous=FULL",
				"choosing durability");
}

static enum status prepare_statements(struct run_store *store)
{
	if (sqlite3_prepare_v2(store->database, "INSERT INTO entry VALUES(?,?,?,?)", -1,
			       &store->insert_entry, NULL) ||
	    sqlite3_prepare_v2(store->database, "INSERT INTO host VALUES(?,?)", -1,
			       &store->insert_host, NULL)) {
		return fail(store->database, store->path, "preparing");
	}
	return STATUS_OK;
}

static enum status prepare(struct run_store *store, bool is_virtual, int page_limit)
{
	char limit[64];
	enum status status = choose_durability(store, is_virtual);

	if (!status && page_limit > 0) {
		snprintf(limit, sizeof(limit), "PRAGMA max_page_count=%d", page_limit);
		status = execute(store, limit, "limiting the size");
	}
	if (!status) {
		status = execute(store, schema, "creating the tables");
	}
	return status ? status : prepare_statements(store);
}

static void release(struct run_store *store)
{
	sqlite3_finalize(store->insert_entry);
	sqlite3_finalize(store->insert_host);
	sqlite3_close(store->database);
	free(store->path);
	free(store);
}

enum status run_store_create(const char *path, bool is_virtual, int page_limit,
			     struct run_store **store)
{
	enum status status = take_name(path);
	struct run_store *new_store = status ? NULL : calloc(1, sizeof(*new_store));

	*store = NULL;
	if (status) {
		return status;
	}
	if (!new_store || !(new_store->path = strdup(path))) {
		free(new_store);
		return status_fail(STATUS_IO, "record %s: no memory", path);
	}
	memset(new_store->last.hash, '0', 64);
	new_store->committed = new_store->last;
	if (sqlite3_open_v2(path, &new_store->database, SQLITE_OPEN_READWRITE, NULL)) {
		status = fail(new_store->database, path, "opening");
	} else {
		status = prepare(new_store, is_virtual, page_limit);
	}
	if (status) {
		release(new_store);
		return status;
	}
	*store = new_store;
	return STATUS_OK;
}

/* Where the chain ends. */
static enum status find_end(struct run_store *store)
{
	struct run_record record;
	enum status status = run_store_load(store->path, &record);

	if (!status && !record.count) {
		status = status_fail(STATUS_BAD_INPUT, "record %s: it holds no entries",
				     store->path);
	}
	if (!status) {
		const struct record_entry *last = &record.entries[record.count - 1];
		store->last.number = last->number;
		memcpy(store->last.hash, last->hash, sizeof(store->last.hash));
		store->committed = store->last;
		run_record_free(&record);
	}
	return status;
}

enum status run_store_open(const char *path, bool is_virtual, struct run_store **store)
{
	struct run_store *opened = calloc(1, sizeof(*opened));

	*store = NULL;
	if (!opened || !(opened->path = strdup(path))) {
		free(opened);
		return status_fail(STATUS_IO, "record %s: no memory", path);
	}
	enum status status = find_end(opened);
	if (!status && sqlite3_open_v2(path, &opened->database, SQLITE_OPEN_READWRITE, NULL)) {
		status = fail(opened->database, path, "opening");
	}
	if (!status) {
		status = choose_durability(opened, is_virtual);
	}
	if (!status) {
		status = prepare_statements(opened);
	}
	if (status) {
		release(opened);
		return status;
	}
	*store = opened;
	return STATUS_OK;
}

/* SQLite may have taken back the whole transaction (no space): then we stand where the last commit
 * was. */
static void look_where_we_are(struct run_store *store)
{
	if (sqlite3_get_autocommit(store->database)) {
		store->last = store->committed;
	}
}

static enum status begin(struct run_store *store)
{
	if (!sqlite3_get_autocommit(store->database)) {
		return STATUS_OK;
	}
	return execute(store, "BEGIN", "beginning");
}

static void write_body(char *body, const struct record_draft *draft)
{
	for (size_t i = 0; i < draft->field_count; i++) {
		const char *value = draft->fields[i].value;

		body = stpcpy(stpcpy(body, draft->fields[i].name), "=");
		for (size_t length = record_escape_next(&value, body); length;
		     length = record_escape_next(&value, body)) {
			body += length;
		}
		body = stpcpy(body, "\n");
	}
	*body = '\0';
}

static enum status run_insert(struct run_store *store, sqlite3_stmt *statement, const char *what)
{
	enum status status = STATUS_OK;

	if (sqlite3_step(statement) != SQLITE_DONE) {
		status = fail(store->database, store->path, what);
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (status) {
		look_where_we_are(store);
	}
	return status;
}

enum status run_store_add(struct run_store *store, const struct record_draft *draft,
			  int64_t *number)
{
	struct record_entry entry = {.number = store->last.number + 1, .kind = draft->kind};
	enum status status = record_draft_check(draft);

	if (!status) {
		status = begin(store);
	}
	if (status) {
		return status;
	}
	entry.field_count = draft->field_count;
	entry.fields = (struct record_field *)draft->fields;
	record_entry_hash(&entry, store->last.hash, entry.hash);
	write_body(store->body, draft);
	sqlite3_stmt *insert = store->insert_entry;
	if (sqlite3_bind_int64(insert, 1, entry.number) ||
	    sqlite3_bind_text(insert, 2, draft->kind, -1, SQLITE_STATIC) ||
	    sqlite3_bind_text(insert, 3, store->body, -1, SQLITE_STATIC) ||
	    sqlite3_bind_text(insert, 4, entry.hash, -1, SQLITE_STATIC)) {
		return fail(store->database, store->path, "adding an entry");
	}
	status = run_insert(store, insert, "adding an entry");
	if (status) {
		return status;
	}
	store->last.number = entry.number;
	memcpy(store->last.hash, entry.hash, sizeof(entry.hash));
	if (number) {
		*number = entry.number;
	}
	return STATUS_OK;
}

enum status run_store_commit(struct run_store *store)
{
	if (!sqlite3_get_autocommit(store->database)) {
		enum status status = execute(store, "COMMIT", "making entries durable");
		if (status) {
			look_where_we_are(store);
			return status;
		}
	}
	store->committed = store->last;
	return STATUS_OK;
}

const char *run_store_last_hash(const struct run_store *store)
{
	return store->last.hash;
}

enum status run_store_note_host(struct run_store *store, const char *name, const char *value)
{
	enum status status = begin(store);

	if (status) {
		return status;
	}
	if (sqlite3_bind_text(store->insert_host, 1, name, -1, SQLITE_STATIC) ||
	    sqlite3_bind_text(store->insert_host, 2, value, -1, SQLITE_STATIC)) {
		return fail(store->database, store->path, "noting the host");
	}
	return run_insert(store, store->insert_host, "noting the host");
}

enum status run_store_close(struct run_store *store)
{
	if (!store) {
		return STATUS_OK;
	}
	enum status status = run_store_commit(store);
	if (!status) {
		status = execute(store, "PRAGMA wal_checkpoint(TRUNCATE)", "closing the journal");
	}
	if (!status) {
		sqlite3_finalize(store->insert_entry);
		sqlite3_finalize(store->insert_host);
		store->insert_entry = NULL;
		store->insert_host = NULL;
		status = execute(store, "PRAGMA journal_mode=DELETE", "making one file");
	}
	release(store);
	return status;
}

/* One line "name=escaped value" of a body; cuts it in place. */
static bool read_field(char *line, struct record_field *field)
{
	char *equals = strchr(line, '=');

	if (!equals) {
		return false;
	}
	*equals = '\0';
	*field = (struct record_field){line, equals + 1};
	return record_unescape(equals + 1);
}

/* Splits a body, which it changes. False when it is none or has too many fields. */
static bool read_body(char *body, struct record_field *fields, size_t *count)
{
	*count = 0;
	for (char *end = strchr(body, '\n'); end; end = strchr(body, '\n')) {
		*end = '\0';
		if (*count == RECORD_FIELDS || !read_field(body, &fields[*count])) {
			return false;
		}
		++*count;
		body = end + 1;
	}
	return !*body;
}

static enum status append_row(sqlite3_stmt *row, const char *path, struct run_record *record)
{
	struct record_field fields[RECORD_FIELDS];
	size_t count;
	int64_t number = sqlite3_column_int64(row, 0);
	const char *kind = (const char *)sqlite3_column_text(row, 1);
	const char *text = (const char *)sqlite3_column_text(row, 2);
	const char *hash = (const char *)sqlite3_column_text(row, 3);
	char *body = text ? strdup(text) : NULL;
	enum status status;

	if (!kind || !hash || !body || !read_body(body, fields, &count)) {
		status = status_fail(STATUS_BAD_INPUT,
				     "record %s: entry %" PRId64 " is not readable; it was changed",
				     path, number);
	} else {
		status = run_record_append(record, number, kind, fields, count, hash);
	}
	free(body);
	return status;
}

static enum status read_entries(sqlite3 *database, const char *path, struct run_record *record)
{
	sqlite3_stmt *rows = NULL;
	enum status status = STATUS_OK;

	if (sqlite3_prepare_v2(database,
			       "SELECT number, kind, body, hash FROM entry ORDER BY number", -1,
			       &rows, NULL)) {
		if (sqlite3_errcode(database) == SQLITE_ERROR) {
			return status_fail(STATUS_BAD_INPUT, "record %s: the file is no run record",
					   path);
		}
		return fail(database, path, "reading");
	}
	int code = sqlite3_step(rows);
	while (code == SQLITE_ROW && !status) {
		status = append_row(rows, path, record);
		code = status ? code : sqlite3_step(rows);
	}
	if (!status && code != SQLITE_DONE) {
		status = fail(database, path, "reading");
	}
	sqlite3_finalize(rows);
	return status;
}

enum status run_store_load(const char *path, struct run_record *record)
{
	sqlite3 *database = NULL;
	enum status status;

	run_record_init(record);
	if (access(path, R_OK)) {
		return status_fail(STATUS_BAD_INPUT, "record %s: cannot read the file: %s", path,
				   strerror(errno));
	}
	if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL)) {
		status = fail(database, path, "opening");
	} else {
		status = read_entries(database, path, record);
	}
	sqlite3_close(database);
	if (!status) {
		status = run_record_check_chain(record);
		if (status) {
			status_prefix(status, "%s: ", path);
		}
	}
	if (status) {
		run_record_free(record);
	}
	return status;
}

enum status run_store_read_host(const char *path,
				void (*tell)(void *context, const char *name, const char *value),
				void *context)
{
	sqlite3 *database = NULL;
	sqlite3_stmt *rows = NULL;
	enum status status = STATUS_OK;

	if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) ||
	    sqlite3_prepare_v2(database, "SELECT name, value FROM host ORDER BY rowid", -1, &rows,
			       NULL)) {
		status = fail(database, path, "reading");
	}
	while (!status && sqlite3_step(rows) == SQLITE_ROW) {
		tell(context, (const char *)sqlite3_column_text(rows, 0),
		     (const char *)sqlite3_column_text(rows, 1));
	}
	sqlite3_finalize(rows);
	sqlite3_close(database);
	return status;
}
