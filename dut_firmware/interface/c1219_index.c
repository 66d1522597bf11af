/*
 * The shapes of tables for index access. Tables of fields have theirs in the fields; what a
 * renderer puts together is described here, and only its order and widths.
 */
#include "interface/c1219_index.h"

#include <stddef.h>

#include "interface/c1219_sources.h"
#include "interface/display_items.h"
#include "interface/module.h"
#include "registers/load_profile.h"
#include "storage/event_log.h"
#include "storage/utility_information.h"

struct shape;

/* One member: of `octets`, or an array of `count` elements of that many. */
struct member {
	uint16_t octets;
	uint16_t count;		    /* 0: no array */
	const struct shape *inside; /* of it, or of each element; NULL: nothing to select */
};

struct shape {
	uint8_t count;
	const struct member *members;
};

#define SHAPE(name, ...)                                                                           \
	static const struct member name##_members[] = {__VA_ARGS__};                               \
	static const struct shape name = {COUNT_OF(name##_members), name##_members}
/* As many elements as the table has at the time: what lies behind its end is onp anyhow. */
#define ALL UINT16_MAX
#define NI1 C1219_NI1_OCTETS
#define NI2 C1219_NI2_OCTETS
#define LTIME C1219_LTIME_OCTETS
#define STIME C1219_STIME_OCTETS

/* Decade 0 and 1 */

SHAPE(utility_information, {20, 0, NULL}, {20, 0, NULL}, {20, 0, NULL}, {20, 0, NULL},
      {20, 0, NULL}, {20, 0, NULL}, {20, 0, NULL}, {10, 0, NULL}, {10, 0, NULL}, {10, 0, NULL},
      {8, 0, NULL}, {4, 0, NULL}, {1, 0, NULL}, {1, 0, NULL}, {4, 0, NULL}, {1, 0, NULL},
      {1, 0, NULL}, {10, 0, NULL}, {30, 0, NULL});
SHAPE(procedure_response, {2, 0, NULL}, {1, 0, NULL}, {1, 0, NULL}, {1, ALL, NULL});
SHAPE(sub_intervals, {1, 0, NULL}, {1, 0, NULL});
SHAPE(demand_control, {1, 0, NULL}, {1, 0, NULL}, {1, 0, NULL}, {1, 0, NULL},
      {2, 1, &sub_intervals});

/* Decade 2 */

#define DEMAND_OCTETS (STIME + NI1 + NI1 + NI2)
#define SNAPSHOT_OCTETS (STIME + 1u + C1219_READINGS_OCTETS)

SHAPE(demand, {STIME, 1, NULL}, {NI1, 0, NULL}, {NI1, 0, NULL}, {NI2, 1, NULL});
SHAPE(block, {NI1, C1219_SUMMATIONS, NULL}, {DEMAND_OCTETS, C1219_DEMANDS, &demand});
SHAPE(readings, {1, 0, NULL}, {C1219_BLOCK_OCTETS, 0, &block},
      {C1219_BLOCK_OCTETS, CALENDAR_TIERS, &block});
SHAPE(snapshot, {STIME, 0, NULL}, {1, 0, NULL}, {C1219_READINGS_OCTETS, 0, &readings});
SHAPE(self_read, {2, 0, NULL}, {STIME, 0, NULL}, {1, 0, NULL},
      {C1219_READINGS_OCTETS, 0, &readings});
SHAPE(self_reads, {1, 0, NULL}, {1, 0, NULL}, {1, 0, NULL}, {2, 0, NULL}, {1, 0, NULL},
      {C1219_SELF_READ_OCTETS, BILLING_SELF_READS, &self_read});
SHAPE(present_demand, {C1219_TIME_OCTETS, 0, NULL}, {NI2, 0, NULL});
SHAPE(present_registers, {C1219_TIME_OCTETS + NI2, C1219_PRESENT_DEMANDS, &present_demand},
      {NI1, C1219_PRESENT_VALUES, NULL});

_Static_assert(C1219_BLOCK_OCTETS == C1219_SUMMATIONS * NI1 + C1219_DEMANDS * DEMAND_OCTETS,
	       "a block is its summations and demands");
_Static_assert(C1219_SELF_READ_OCTETS == 2u + SNAPSHOT_OCTETS, "a self-read is a snapshot");

/* Decades 3 and 4 */

SHAPE(display_sources, {10, ALL, NULL});
SHAPE(list_description, {1, 0, NULL}, {1, 0, NULL}, {1, 0, NULL});
SHAPE(primary_lists, {3, 2, &list_description}, {2, ALL, NULL});
SHAPE(secondary_list, {3, 1, &list_description}, {2, ALL, NULL});
SHAPE(permission, {2, 0, NULL}, {1, 0, NULL}, {1, 0, NULL});
SHAPE(permissions, {4, ALL, &permission});

/* Decade 5 */

SHAPE(clock, {LTIME, 0, NULL}, {1, 0, NULL});
SHAPE(clock_state, {LTIME, 0, NULL}, {1, 0, NULL}, {2, 0, NULL});
SHAPE(time_remaining, {2, 0, NULL}, {1, 0, NULL});
SHAPE(calendar_entry, {2, 0, NULL}, {1, 0, NULL});
SHAPE(schedules, {1, 0, NULL}, {1, 0, NULL}, {1, 0, NULL}, {1, 1, NULL});
SHAPE(calendar, {3, CALENDAR_NON_RECURRING, &calendar_entry},
      {3, CALENDAR_RECURRING, &calendar_entry}, {3, CALENDAR_SWITCHES, &calendar_entry},
      {4, CALENDAR_SEASONS, &schedules});

_Static_assert(C1219_CALENDAR_OCTETS ==
		       3u * (CALENDAR_NON_RECURRING + CALENDAR_RECURRING + CALENDAR_SWITCHES) +
			       4u * CALENDAR_SEASONS,
	       "ST54 is its entries and schedules");

/* Decades 6 and 7 */

#define INTERVAL_OCTETS (LOAD_PROFILE_STATUS_BYTES + 2u * LOAD_PROFILE_CHANNELS)
#define RECORDED_BLOCK_OCTETS                                                                      \
	(STIME + NI1 * LOAD_PROFILE_CHANNELS + INTERVAL_OCTETS * LOAD_PROFILE_BLOCK_INTERVALS)

SHAPE(interval, {1, LOAD_PROFILE_STATUS_BYTES, NULL}, {2, LOAD_PROFILE_CHANNELS, NULL});
SHAPE(recorded_block, {STIME, 0, NULL}, {NI1, LOAD_PROFILE_CHANNELS, NULL},
      {INTERVAL_OCTETS, LOAD_PROFILE_BLOCK_INTERVALS, &interval});
SHAPE(recorder, {RECORDED_BLOCK_OCTETS, LOAD_PROFILE_BLOCKS, &recorded_block});
SHAPE(history_entry, {LTIME, 0, NULL}, {2, 0, NULL}, {2, 0, NULL}, {2, 0, NULL}, {8, 0, NULL});
SHAPE(history, {1, 0, NULL}, {2, 0, NULL}, {2, 0, NULL}, {4, 0, NULL}, {2, 0, NULL},
      {LTIME + 2u + 2u + 2u + 8u, EVENT_LOG_ENTRIES, &history_entry});

SHAPE(module, {1, 0, NULL}, {1, 0, NULL}, {MODULE_NUMBER_OCTETS, 0, NULL},
      {MODULE_LABEL_OCTETS, 0, NULL}, {MODULE_FIRMWARE_OCTETS, 0, NULL}, {1, 0, NULL}, {1, 0, NULL},
      {2, 0, NULL});

static const struct rendered {
	uint16_t id;
	const struct shape *shape;
} rendered[] = {
	{6, &utility_information},
	{8, &procedure_response},
	{13, &demand_control},
	{23, &readings},
	{24, &snapshot},
	{25, &snapshot},
	{26, &self_reads},
	{28, &present_registers},
	{32, &display_sources},
	{33, &primary_lists},
	{34, &secondary_list},
	{44, &permissions},
	{52, &clock},
	{54, &calendar},
	{55, &clock_state},
	{56, &time_remaining},
	{64, &recorder},
	{74, &history},
	{C1219_MANUFACTURER + C1219_MODULE_TABLE, &module},
};

static const struct shape *shape_of(uint16_t id)
{
	for (unsigned int i = 0; i < COUNT_OF(rendered); i++) {
		if (rendered[i].id == id) {
			return rendered[i].shape;
		}
	}
	return NULL;
}

/* The octets of an index on the wire, one after the other. */
struct selection {
	const uint8_t *indices;
	uint32_t left;
};

static uint32_t next_index(struct selection *selection)
{
	uint32_t index = (uint32_t)(selection->indices[0] << 8 | selection->indices[1]);

	selection->indices += 2;
	selection->left--;
	return index;
}

static enum c1218_response select_element(const struct member *member, struct selection *selection,
					  uint32_t *offset)
{
	if (member->count > 0 && selection->left > 0) {
		uint32_t element = next_index(selection);

		if (element >= member->count) {
			return C1218_ONP;
		}
		*offset += element * member->octets;
	}
	return selection->left == 0 || member->inside != NULL ? C1218_OK : C1218_ONP;
}

static enum c1218_response select_inside(const struct shape *shape, struct selection *selection,
					 uint32_t *offset)
{
	enum c1218_response response = C1218_OK;

	while (selection->left > 0 && response == C1218_OK) {
		uint32_t index = next_index(selection);

		if (index >= shape->count) {
			return C1218_ONP;
		}
		for (uint32_t i = 0; i < index; i++) {
			uint32_t elements = shape->members[i].count;

			*offset += shape->members[i].octets * (elements > 0 ? elements : 1u);
		}
		response = select_element(&shape->members[index], selection, offset);
		shape = shape->members[index].inside;
	}
	return response;
}

static enum c1218_response select_field(const struct c1219_table *table,
					struct selection *selection, uint32_t *offset)
{
	uint32_t index = next_index(selection);

	if (index >= table->field_count) {
		return C1218_ONP;
	}
	for (uint32_t i = 0; i < index; i++) {
		*offset += (uint32_t)table->fields[i].width * table->fields[i].count;
	}
	const struct c1219_field *field = &table->fields[index];
	const struct member member = {field->width, field->count > 1u ? field->count : 0u, NULL};

	return select_element(&member, selection, offset);
}

enum c1218_response c1219_element_offset(uint16_t id, const uint8_t *indices, uint32_t levels,
					 uint32_t *offset)
{
	struct selection selection = {indices, levels};
	const struct c1219_table *table = c1219_find_table(id);
	const struct shape *shape = shape_of(id);

	*offset = 0;
	if (shape != NULL) {
		return select_inside(shape, &selection, offset);
	}
	return table != NULL && table->fields != NULL ? select_field(table, &selection, offset)
						      : C1218_ONP;
}
