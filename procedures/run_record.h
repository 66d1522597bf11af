/*
 * The run record: facts in order, never changed after they are added. An entry is a kind and an
 * ordered list of named texts; RECORD.md lists the kinds and their fields. Each entry carries the
 * hash of the one before: hash(n) = SHA-256(hash(n-1) "\n" number "\n" kind "\n" (name "=" escaped
 * value "\n")*), hash(0) = 64 zeros.
 */
#ifndef PROCEDURES_RUN_RECORD_H
#define PROCEDURES_RUN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference_source/status.h"

#define RECORD_FIELDS 48
#define RECORD_TEXT 8192

struct record_field {
	const char *name;
	const char *value;
};

struct record_entry {
	int64_t number; /* 1, 2, 3 … */
	const char *kind;
	size_t field_count;
	struct record_field *fields;
	char hash[65];
};

/* A whole record in memory; run_record_free releases all. */
struct run_record {
	size_t count;
	struct record_entry *entries;
	void *storage;
};

/* An entry while it is written, storage of the caller. Names are static text; values are copied. */
struct record_draft {
	const char *kind;
	size_t field_count;
	struct record_field fields[RECORD_FIELDS];
	size_t used;
	char text[RECORD_TEXT];
};

/*
 * A text that does not fit, one field too many or a number that is none makes the whole draft
 * unfit: run_store_add then refuses it in words, so that no fact is cut short in silence.
 */
void record_draft_begin(struct record_draft *draft, const char *kind);
void record_draft_text(struct record_draft *draft, const char *name, const char *value);
void record_draft_integer(struct record_draft *draft, const char *name, int64_t value);
/* Up to 9 significant digits ("%.9g"): what passed through libm must not carry more. */
void record_draft_number(struct record_draft *draft, const char *name, double value);
void record_draft_flag(struct record_draft *draft, const char *name, bool value); /* "yes" / "no" */

/* NULL when the entry has no such field. */
const char *record_text(const struct record_entry *entry, const char *name);
/* 0 when absent. */
double record_number(const struct record_entry *entry, const char *name);
int64_t record_integer(const struct record_entry *entry, const char *name);
bool record_flag(const struct record_entry *entry, const char *name);

/* The hash of an entry after one with `previous_hash` (64 hex digits). */
void record_entry_hash(const struct record_entry *entry, const char previous_hash[65],
		       char hash[65]);

/*
 * Escaping, the same in the hash, in the store and in the XML (RECORD.md): takes the next character
 * of *text and writes its escaped form (1 to 4 bytes and a NUL); returns its length, 0 at the end.
 */
size_t record_escape_next(const char **text, char piece[5]);
/* Undoes it in place; false when the text is not the escaped form of anything. */
bool record_unescape(char *text);

/* STATUS_BAD_INPUT with the reason when the draft cannot be an entry (see above and RECORD.md on
 * names). */
enum status record_draft_check(const struct record_draft *draft);

/* Checks every hash and number; STATUS_BAD_INPUT names the first entry that does not fit. */
enum status run_record_check_chain(const struct run_record *record);

/* Appends a copy of an entry that was read from somewhere (XML, SQLite), keeping its hash and
 * number. */
enum status run_record_append(struct run_record *record, int64_t number, const char *kind,
			      const struct record_field *fields, size_t field_count,
			      const char hash[65]);
void run_record_init(struct run_record *record);
void run_record_free(struct run_record *record);

#endif
