/*
 * ST31-34, what the display shows. Lists 0 and 2, normal and test, are primary; 1, alternate, is
 * secondary.
 */
#include <string.h>

#include "interface/c1219_tables.h"
#include "interface/display_items.h"

#define DISPLAY_SOURCE_OCTETS 10u /* code 3, unit 4, name 3 */
#define HAS_ON_TIME 1u

static int64_t list_items(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	(void)index;
	return display_lists[DISPLAY_NORMAL].count + display_lists[DISPLAY_TEST].count;
}

static int64_t secondary_list_items(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	(void)index;
	return display_lists[DISPLAY_ALTERNATE].count;
}

static int64_t display_sources(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	(void)index;
	return display_item_count;
}

static void put_blank_padded(uint8_t *bytes, size_t width, const char *text)
{
	memset(bytes, ' ', width);
	memcpy(bytes, text, strlen(text));
}

static uint16_t render_display_sources(const struct c1219_view *view, uint8_t *bytes)
{
	(void)view;
	for (unsigned int i = 0; i < display_item_count; i++) {
		uint8_t *source = bytes + i * DISPLAY_SOURCE_OCTETS;

		put_blank_padded(source, 3, display_items[i].code);
		put_blank_padded(source + 3, 4, display_items[i].unit);
		put_blank_padded(source + 7, 3, display_items[i].name);
	}
	return (uint16_t)(display_item_count * DISPLAY_SOURCE_OCTETS);
}

static uint8_t *put_list_description(uint8_t *bytes, enum display_list_number number)
{
	*bytes++ = display_lists[number].seconds;
	*bytes++ = (uint8_t)(number << 4);
	*bytes++ = display_lists[number].count;
	return bytes;
}

static uint8_t *put_list_items(uint8_t *bytes, enum display_list_number number)
{
	for (unsigned int i = 0; i < display_lists[number].count; i++) {
		*bytes++ = display_lists[number].items[i];
		*bytes++ = 0;
	}
	return bytes;
}

static uint16_t render_primary_lists(const struct c1219_view *view, uint8_t *bytes)
{
	uint8_t *at = put_list_description(bytes, DISPLAY_NORMAL);

	(void)view;
	at = put_list_description(at, DISPLAY_TEST);
	at = put_list_items(at, DISPLAY_NORMAL);
	return (uint16_t)(put_list_items(at, DISPLAY_TEST) - bytes);
}

static uint16_t render_secondary_list(const struct c1219_view *view, uint8_t *bytes)
{
	uint8_t *at = put_list_description(bytes, DISPLAY_ALTERNATE);

	(void)view;
	return (uint16_t)(put_list_items(at, DISPLAY_ALTERNATE) - bytes);
}

static const struct c1219_field display_limits[] = {
	{1, 1, HAS_ON_TIME, NULL, NULL},
	{2, 1, 0, display_sources, NULL},
	{1, 1, DISPLAY_SOURCE_OCTETS, NULL, NULL},
	{2, 1, 0, list_items, NULL},
	{1, 1, 2, NULL, NULL}, /* NBR_PRI_LISTS */
	{2, 1, 0, secondary_list_items, NULL},
	{1, 1, 1, NULL, NULL}, /* NBR_SEC_LISTS */
};

static const struct c1219_table tables[] = {
	C1219_READ_ONLY(31, display_limits),
	C1219_RENDERED(32, render_display_sources),
	C1219_RENDERED(33, render_primary_lists),
	C1219_RENDERED(34, render_secondary_list),
};

const struct c1219_group c1219_display_tables = {tables, COUNT_OF(tables)};
