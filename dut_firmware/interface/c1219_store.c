/*
 * Reading and writing of tables by their descriptors: the one place that renders fields and checks
 * a write.
 */
#include "interface/c1219_store.h"

#include <string.h>

#include "interface/c1219_tables.h"

void c1219_store_init(struct c1219_store *store, struct meter *meter)
{
	memset(store, 0, sizeof(*store));
	store->meter = meter;
}

void c1219_store_begin_session(struct c1219_store *store)
{
	c1219_store_init(store, store->meter);
}

static void put_number(uint8_t *bytes, uint8_t width, int64_t number)
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
	char text[C1219_TEXT_BYTES];

	if (field->text != NULL) {
		field->text(view, text);
		put_text(bytes, field->width, text);
		return field->width;
	}
	for (uint8_t i = 0; i < field->count; i++) {
		int64_t number = field->number != NULL ? field->number(view, i) : field->constant;

		put_number(bytes + i * field->width, field->width, number);
	}
	return (uint16_t)(field->width * field->count);
}

enum c1218_response c1219_read(const struct c1219_store *store, uint16_t id, uint8_t *bytes,
			       uint16_t *length)
{
	const struct c1219_table *table = c1219_find_table(id);

	if (table == NULL) {
		return C1218_IAR;
	}
	if (table->fields == NULL && table->render == NULL) {
		return C1218_ISC;
	}
	struct c1219_view view = {
		.store = store,
		.nameplate = nameplate_of(store->meter),
		.adjustment = adjustment_of(store->meter),
	};

	quantities_read(store->meter, &view.quantities);
	service_read(store->meter, &view.service);
	*length = table->render != NULL ? table->render(&view, bytes) : 0;
	for (uint8_t i = 0; i < table->field_count; i++) {
		uint16_t count = render_field(&table->fields[i], &view, bytes + *length);

		*length = (uint16_t)(*length + count);
	}
	return C1218_OK;
}

enum c1218_response c1219_write_check(enum c1218_clearance clearance,
				      const struct c1219_write *write)
{
	const struct c1219_table *table = c1219_find_table(write->table);

	if (table == NULL || table->write == NULL) {
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
	return table->write(store, write->bytes, write->count);
}
