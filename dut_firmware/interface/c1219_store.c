/*
 * Reading and writing of tables by their descriptors: the one place that renders fields and checks
 * a write.
 */
#include "interface/c1219_store.h"

#include <string.h>

#include "interface/c1219_tables.h"
#include "interface/module.h"
#include "storage/event_log.h"

void c1219_store_init(struct c1219_store *store, struct meter *meter)
{
	memset(store, 0, sizeof(*store));
	store->meter = meter;
}

void c1219_store_begin_session(struct c1219_store *store, uint16_t user, enum c1219_origin origin)
{
	c1219_store_init(store, store->meter);
	store->user = user;
	store->origin = origin;
}

void c1219_store_end_session(struct c1219_store *store)
{
	store->user = EVENT_LOG_DEVICE;
	store->clearance = C1218_CLEARANCE_DEFAULT;
}

void c1219_put_number(uint8_t *bytes, uint8_t width, int64_t number)
{
	uint64_t bits = (uint64_t)number;

	for (uint8_t i = 0; i < width; i++) {
		bytes[i] = (uint8_t)(bits & 0xFFu);
		bits >>= 8;
	}
}

static void put_text(uint8_t *bytes, uint8_t width, const char *text)
{
	size_t length = strlen(text);

	memset(bytes, ' ', width);
	memcpy(bytes, text, length < width ? length : width);
}

static uint16_t render_field(const struct c1219_field *field, const struct c1219_view *view,
			     uint8_t *bytes)
{
	if (field->text != NULL) {
		char text[C1219_TEXT_BYTES];

		field->text(view, text);
		put_text(bytes, field->width, text);
		return field->width;
	}
	for (uint8_t i = 0; i < field->count; i++) {
		int64_t number = field->number != NULL ? field->number(view, i) : field->constant;

		c1219_put_number(bytes + i * field->width, field->width, number);
	}
	return (uint16_t)(field->width * field->count);
}

static enum c1218_response find_readable(const struct c1219_store *store, uint16_t id,
					 const struct c1219_table **table)
{
	*table = c1219_find_table(id);
	if (*table == NULL || !c1219_is_offered(*table, store->meter)) {
		return C1218_IAR;
	}
	return c1219_is_readable(*table) ? C1218_OK : C1218_ISC;
}

static uint16_t render_whole(const struct c1219_store *store, const struct c1219_table *table,
			     uint8_t bytes[C1219_TABLE_BYTES])
{
	struct c1219_view view = {
		.store = store,
		.nameplate = nameplate_of(store->meter),
		.adjustment = adjustment_of(store->meter),
	};

	quantities_read(store->meter, &view.quantities);
	service_read(store->meter, &view.service);

	uint16_t length = 0;

	for (uint8_t i = 0; i < table->field_count; i++) {
		uint16_t count = render_field(&table->fields[i], &view, bytes + length);

		length = (uint16_t)(length + count);
	}
	if (table->render != NULL) {
		length = (uint16_t)(length + table->render(&view, bytes + length));
	}
	return length;
}

enum c1218_response c1219_length(const struct c1219_store *store, uint16_t id, uint32_t *length)
{
	const struct c1219_table *table;
	enum c1218_response response = find_readable(store, id, &table);
	uint8_t whole[C1219_TABLE_BYTES];

	if (response != C1218_OK) {
		return response;
	}
	*length = table->render_part != NULL ? table->length : render_whole(store, table, whole);
	return C1218_OK;
}

enum c1218_response c1219_read_part(const struct c1219_store *store, uint16_t id, uint32_t offset,
				    uint8_t *bytes, uint16_t count)
{
	const struct c1219_table *table;
	enum c1218_response response = find_readable(store, id, &table);
	uint8_t whole[C1219_TABLE_BYTES];

	if (response != C1218_OK) {
		return response;
	}
	uint32_t length =
		table->render_part != NULL ? table->length : render_whole(store, table, whole);

	if (offset > length || count > length - offset) {
		return C1218_ONP;
	}
	if (table->render_part != NULL) {
		table->render_part(store->meter, &(struct c1219_part){offset, bytes, count});
	} else {
		memcpy(bytes, whole + offset, count);
	}
	return C1218_OK;
}

void c1219_copy_part(const struct c1219_part *part, uint32_t start, const uint8_t *source,
		     uint32_t count)
{
	uint32_t end = part->offset + part->count;
	uint32_t first = start > part->offset ? start : part->offset;

	end = start + count < end ? start + count : end;
	if (first < end) {
		memcpy(part->bytes + (first - part->offset), source + (first - start), end - first);
	}
}

void c1219_note_refusal(struct c1219_store *store, uint32_t what)
{
	struct event_log *log = event_log_of(store->meter);

	if (log->board != NULL && store->origin == C1219_LOCAL && !meter_is_open(store->meter) &&
	    !store->has_noted_refusal) {
		store->has_noted_refusal = true;
		(void)event_log_add(log, EVENT_PROGRAMMING_REFUSED, what);
	}
}

/* Through the module: its own table, and procedures for a network whose module is identified. */
static bool origin_may_write(const struct c1219_store *store, const struct c1219_table *table)
{
	bool is_modules_own = table != NULL && table->is_modules_own;

	switch (store->origin) {
	case C1219_LOCAL:
		return !is_modules_own;
	case C1219_NETWORK:
		return is_modules_own ||
		       (table != NULL && table->id == C1219_PROCEDURE_TABLE &&
			module_is_identified(module_of(store->meter), store->user));
	case C1219_UNKNOWN:
		return is_modules_own;
	case C1219_ZIGBEE:
		break;
	}
	return false;
}

enum c1218_response c1219_write_check(const struct c1219_store *store,
				      enum c1218_clearance clearance,
				      const struct c1219_write *write)
{
	const struct c1219_table *table = c1219_find_table(write->table);

	if (!origin_may_write(store, table)) {
		return C1218_ISC;
	}
	if (table == NULL || table->write == NULL || !c1219_is_offered(table, store->meter)) {
		return C1218_IAR;
	}
	if (clearance < table->write_clearance) {
		return C1218_ISC;
	}
	if (!write->is_whole) {
		return table->partial_write;
	}
	if (write->count < table->shortest_write || write->count > table->longest_write) {
		return C1218_ONP;
	}
	return C1218_OK;
}

enum c1218_response c1219_write(struct c1219_store *store, const struct c1219_write *write)
{
	const struct c1219_table *table = c1219_find_table(write->table);

	if (table->needs_open_seal && !meter_is_open(store->meter)) {
		return C1218_ISC;
	}
	uint64_t before = adjustment_of(store->meter)->change_count;
	enum c1218_response response = table->write(store, write->bytes, write->count);
	uint64_t after = adjustment_of(store->meter)->change_count;

	if (response == C1218_OK && table->id != C1219_PROCEDURE_TABLE && !table->is_modules_own) {
		(void)event_log_add(event_log_of(store->meter), EVENT_TABLE_WRITTEN,
				    table->id | before << 16 | after << 32);
	}
	return response;
}
