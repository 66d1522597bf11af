/*
 * Drafts, entries in memory, escaping and the hash chain. Texts of a record lie in blocks that are
 * never moved, so that entries may point into them. Implements RECORD.md, "Names, escaping, hash".
 */
#include "procedures/run_record.h"

#include <inttypes.h>
#include <math.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LENGTH 63
#define BLOCK_BYTES 65536

static const char unfit_too_long[] = "does not fit into the storage of an entry";
static const char unfit_number[] = "is not a number";

static bool draft_is_unfit(const struct record_draft *draft)
{
	return draft->used > RECORD_TEXT;
}

static void draft_make_unfit(struct record_draft *draft, const char *name, const char *why)
{
	draft->used = RECORD_TEXT + 1;
	draft->field_count = 1;
	draft->fields[0] = (struct record_field){name, why};
}

void record_draft_begin(struct record_draft *draft, const char *kind)
{
	draft->kind = kind;
	draft->field_count = 0;
	draft->used = 0;
}

void record_draft_text(struct record_draft *draft, const char *name, const char *value)
{
	size_t size = strlen(value) + 1;

	if (draft_is_unfit(draft)) {
		return;
	}
	if (draft->field_count == RECORD_FIELDS || size > RECORD_TEXT - draft->used) {
		draft_make_unfit(draft, name, unfit_too_long);
		return;
	}
	char *copy = draft->text + draft->used;
	memcpy(copy, value, size);
	draft->used += size;
	draft->fields[draft->field_count++] = (struct record_field){name, copy};
}

void record_draft_integer(struct record_draft *draft, const char *name, int64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, value);
	record_draft_text(draft, name, text);
}

void record_draft_number(struct record_draft *draft, const char *name, double value)
{
	char text[40];

	if (isnan(value)) {
		if (!draft_is_unfit(draft)) {
			draft_make_unfit(draft, name, unfit_number);
		}
		return;
	}
	if (isinf(value)) {
		record_draft_text(draft, name, value > 0 ? "infinite" : "-infinite");
		return;
	}
	/* Minus zero is zero: its sign would depend on how the sum was written. */
	snprintf(text, sizeof(text), "%.9g", value == 0 ? 0.0 : value);
	record_draft_text(draft, name, text);
}

void record_draft_flag(struct record_draft *draft, const char *name, bool value)
{
	record_draft_text(draft, name, value ? "yes" : "no");
}

static bool name_is_good(const char *name)
{
	size_t length = strlen(name);

	return length >= 1 && length <= NAME_LENGTH && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length &&
	       strncmp(name, "xml", 3) != 0;
}

static bool field_name_is_good(const struct record_draft *draft, size_t index)
{
	const char *name = draft->fields[index].name;

	for (size_t i = 0; i < index; i++) {
		if (!strcmp(draft->fields[i].name, name)) {
			return false;
		}
	}
	return name_is_good(name) && strcmp(name, "entry") != 0 && strcmp(name, "hash") != 0;
}

enum status record_draft_check(const struct record_draft *draft)
{
	if (!name_is_good(draft->kind)) {
		return status_fail(STATUS_BAD_INPUT,
				   "record: \"%s\" cannot be the kind of an entry", draft->kind);
	}
	if (draft_is_unfit(draft)) {
		return status_fail(STATUS_BAD_INPUT, "record: field %s of entry %s %s",
				   draft->fields[0].name, draft->kind, draft->fields[0].value);
	}
	for (size_t i = 0; i < draft->field_count; i++) {
		if (!field_name_is_good(draft, i)) {
			return status_fail(STATUS_BAD_INPUT,
					   "record: entry %s cannot have a field \"%s\" (name not "
					   "allowed, or given twice)",
					   draft->kind, draft->fields[i].name);
		}
	}
	return STATUS_OK;
}

const char *record_text(const struct record_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->field_count; i++) {
		if (!strcmp(entry->fields[i].name, name)) {
			return entry->fields[i].value;
		}
	}
	return NULL;
}

double record_number(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? strtod(text, NULL) : 0;
}

int64_t record_integer(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? strtoll(text, NULL, 10) : 0;
}

bool record_flag(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text && !strcmp(text, "yes");
}

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* Length of the UTF-8 character at `text` when XML 1.0 can carry it as it is; 0 otherwise. */
static size_t plain_character(const unsigned char *text)
{
	if (text[0] < 0x80) {
		return text[0] >= 0x20 && text[0] != 0x7F && text[0] != '\\';
	}
	if (text[0] >= 0xC2 && text[0] <= 0xDF) {
		return is_continuation(text[1]) ? 2 : 0;
	}
	if ((text[0] & 0xF0) == 0xE0 && is_continuation(text[1]) && is_continuation(text[2])) {
		unsigned code =
			((text[0] & 0xFU) << 12) | ((text[1] & 0x3FU) << 6) | (text[2] & 0x3FU);
		bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
		return code >= 0x800 && !is_surrogate && code < 0xFFFE ? 3 : 0;
	}
	if ((text[0] & 0xF8) == 0xF0 && is_continuation(text[1]) && is_continuation(text[2]) &&
	    is_continuation(text[3])) {
		unsigned code = ((text[0] & 0x7U) << 18) | ((text[1] & 0x3FU) << 12) |
				((text[2] & 0x3FU) << 6) | (text[3] & 0x3FU);
		return code >= 0x10000 && code <= 0x10FFFF ? 4 : 0;
	}
	return 0;
}

size_t record_escape_next(const char **text, char piece[5])
{
	const unsigned char *bytes = (const unsigned char *)*text;
	size_t length = plain_character(bytes);

	if (!bytes[0]) {
		piece[0] = '\0';
		return 0;
	}
	if (length) {
		memcpy(piece, bytes, length);
		piece[length] = '\0';
		*text += length;
		return length;
	}
	*text += 1;
	if (bytes[0] == '\\') {
		memcpy(piece, "\\\\", 3);
		return 2;
	}
	snprintf(piece, 5, "\\x%02x", (unsigned)bytes[0]);
	return 4;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool record_unescape(char *text)
{
	char *out = text;

	while (*text) {
		if (*text != '\\') {
			*out++ = *text++;
		} else if (text[1] == '\\') {
			*out++ = '\\';
			text += 2;
		} else {
			int high = text[1] == 'x' ? hex_digit(text[2]) : -1;
			int low = high >= 0 ? hex_digit(text[3]) : -1;
			if (low < 0 || high + low == 0) {
				return false;
			}
			*out++ = (char)(high * 16 + low);
			text += 4;
		}
	}
	*out = '\0';
	return true;
}

static void hash_text(struct sha256_ctx *context, const char *text)
{
	sha256_update(context, strlen(text), (const uint8_t *)text);
}

static void hash_escaped(struct sha256_ctx *context, const char *text)
{
	char piece[5];

	for (size_t length = record_escape_next(&text, piece); length;
	     length = record_escape_next(&text, piece)) {
		sha256_update(context, length, (const uint8_t *)piece);
	}
}

void record_entry_hash(const struct record_entry *entry, const char previous_hash[65],
		       char hash[65])
{
	struct sha256_ctx context;
	uint8_t digest[SHA256_DIGEST_SIZE];
	char number[32];

	sha256_init(&context);
	snprintf(number, sizeof(number), "\n%" PRId64 "\n", entry->number);
	hash_text(&context, previous_hash);
	hash_text(&context, number);
	hash_text(&context, entry->kind);
	hash_text(&context, "\n");
	for (size_t i = 0; i < entry->field_count; i++) {
		hash_text(&context, entry->fields[i].name);
		hash_text(&context, "=");
		hash_escaped(&context, entry->fields[i].value);
		hash_text(&context, "\n");
	}
	sha256_digest(&context, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	}
}

enum status run_record_check_chain(const struct run_record *record)
{
	char previous[65];
	char expected[65];

	memset(previous, '0', 64);
	previous[64] = '\0';
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (entry->number != (int64_t)i + 1) {
			return status_fail(STATUS_BAD_INPUT,
					   "record: entry %zu is missing (number %" PRId64
					   " stands in its place); the record was changed",
					   i + 1, entry->number);
		}
		record_entry_hash(entry, previous, expected);
		if (strcmp(expected, entry->hash) != 0) {
			return status_fail(STATUS_BAD_INPUT,
					   "record: entry %" PRId64 " (%s) does not fit its hash; "
					   "it or an entry before it was changed",
					   entry->number, entry->kind);
		}
		memcpy(previous, expected, sizeof(previous));
	}
	return STATUS_OK;
}

struct block {
	struct block *next;
	size_t used;
	size_t size;
	void *bytes[]; /* aligned for what is kept: texts and pairs of pointers */
};

static void *take(struct run_record *record, size_t size)
{
	struct block *block = record->storage;
	size_t rounded = (size + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);

	if (!block || block->size - block->used < rounded) {
		size_t block_size = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;

		block = malloc(sizeof(*block) + block_size);
		if (!block) {
			return NULL;
		}
		*block = (struct block){.next = record->storage, .size = block_size};
		record->storage = block;
	}
	void *taken = (char *)block->bytes + block->used;
	block->used += rounded;
	return taken;
}

static const char *keep_text(struct run_record *record, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = take(record, size);

	if (copy) {
		memcpy(copy, text, size);
	}
	return copy;
}

/* Room for one more entry; doubles, because a record of days has a million. */
static bool make_room(struct run_record *record)
{
	size_t count = record->count;

	if (count & (count - 1)) {
		return true;
	}
	struct record_entry *entries =
		realloc(record->entries, (count ? 2 * count : 1) * sizeof(*entries));
	if (entries) {
		record->entries = entries;
	}
	return entries != NULL;
}

static bool copy_entry(struct run_record *record, struct record_entry *entry, const char *kind,
		       const struct record_field *fields, size_t field_count)
{
	entry->kind = keep_text(record, kind);
	entry->fields = take(record, (field_count + 1) * sizeof(*entry->fields));
	entry->field_count = field_count;
	if (!entry->kind || !entry->fields) {
		return false;
	}
	for (size_t i = 0; i < field_count; i++) {
		struct record_field *field = &entry->fields[i];

		field->name = keep_text(record, fields[i].name);
		field->value = keep_text(record, fields[i].value);
		if (!field->name || !field->value) {
			return false;
		}
	}
	return true;
}

enum status run_record_append(struct run_record *record, int64_t number, const char *kind,
			      const struct record_field *fields, size_t field_count,
			      const char hash[65])
{
	struct record_entry entry = {.number = number};

	snprintf(entry.hash, sizeof(entry.hash), "%s", hash);
	if (!make_room(record) || !copy_entry(record, &entry, kind, fields, field_count)) {
		return status_fail(STATUS_IO, "record: no memory for entry %" PRId64, number);
	}
	record->entries[record->count++] = entry;
	return STATUS_OK;
}

void run_record_init(struct run_record *record)
{
	*record = (struct run_record){0};
}

void run_record_free(struct run_record *record)
{
	struct block *block = record->storage;

	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
	free(record->entries);
	run_record_init(record);
}
