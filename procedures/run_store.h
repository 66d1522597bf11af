/*
 * The run record's file: SQLite, WAL while it is written, one single file after run_store_close.
 * Entries are added in a transaction; run_store_commit makes everything known durable and is called
 * before every request that changes the world. Knows nothing of what entries mean.
 */
#ifndef PROCEDURES_RUN_STORE_H
#define PROCEDURES_RUN_STORE_H

#include "procedures/run_record.h"

struct run_store;

/*
 * Creates DIR/record.mcbench (STATUS_BAD_INPUT when there is one already). Virtual labs use
 * synchronous=NORMAL. `page_limit` 0: none; otherwise SQLite's max_page_count (tests of a full
 * disk).
 */
enum status run_store_create(const char *path, bool is_virtual, int page_limit,
			     struct run_store **store);

/* Opens a finished record to append to it: its chain is checked first. */
enum status run_store_open(const char *path, bool is_virtual, struct run_store **store);

/* Adds one entry; *number (may be NULL) is its number. */
enum status run_store_add(struct run_store *store, const struct record_draft *draft,
			  int64_t *number);
enum status run_store_commit(struct run_store *store);

/* Hash of the newest entry. */
const char *run_store_last_hash(const struct run_store *store);

/* What belongs to the host (wall time, host name, paths): outside the chain, never exported. */
enum status run_store_note_host(struct run_store *store, const char *name, const char *value);

/* Tells every line of it, in order. */
enum status run_store_read_host(const char *path,
				void (*tell)(void *context, const char *name, const char *value),
				void *context);

/* Commits, checkpoints to one file, closes, frees. NULL is allowed. */
enum status run_store_close(struct run_store *store);

/* Reads a whole record read-only and checks its chain. */
enum status run_store_load(const char *path, struct run_record *record);

#endif
