/*
 * ST71-74: the event log as the history log of C12.19, oldest entry first; standard procedures 4
 * and 5 for its reading pointer, the recorder's and that of the self-reads. There is no event log
 * of ST75-76 beside it.
 */
#include <string.h>

#include "interface/c1219_tables.h"
#include "registers/billing_actions.h"
#include "registers/load_profile.h"
#include "storage/event_log.h"

#define FLAGS_DATE_TIME (1u << 1)
#define FLAGS_SEQUENCE (1u << 2)
#define STANDARD_EVENT_OCTETS 7u
#define MANUFACTURER_EVENT_OCTETS 2u
#define MANUFACTURER_EVENT 2048u
#define ARGUMENT_OCTETS 8u
#define STATUS_OVERFLOW (1u << 1)

#define HEADER_OCTETS 11u
#define ENTRY_OCTETS (C1219_LTIME_OCTETS + 2u + 2u + 2u + ARGUMENT_OCTETS)

/* Numbers of lists in procedures 4 and 5. */
#define LIST_SELF_READS 2u
#define LIST_RECORDER 3u
#define LIST_HISTORY 7u
#define LIST_ALL 255u

static const uint16_t logged_events[] = {
	EVENT_POWER_DOWN,
	EVENT_POWER_UP,
	EVENT_TIME_CHANGED_OLD,
	EVENT_TIME_CHANGED_NEW,
	EVENT_PROCEDURE,
	EVENT_TABLE_WRITTEN,
	EVENT_POINTERS_RESET,
	EVENT_POINTERS_UPDATED,
	METER_EVENT_DEMAND_RESET,
	METER_EVENT_SELF_READ,
	METER_EVENT_DAYLIGHT_ON,
	METER_EVENT_DAYLIGHT_OFF,
	METER_EVENT_SEASON,
	EVENT_WRONG_PASSWORD,
	EVENT_SWITCH_COMMANDED,
	EVENT_SWITCH_REFUSED,
	EVENT_SWITCH_OPENED,
	EVENT_SWITCH_CLOSED,
	EVENT_SWITCH_FAILED,
	EVENT_SWITCH_DIFFERS,
	EVENT_MODULE,
	EVENT_PROGRAMMING_REFUSED,
	METER_EVENT_PROGRAMMED,
	METER_EVENT_TEST_MODE_START,
	METER_EVENT_TEST_MODE_STOP,
	METER_EVENT_SHOP_MODE_START,
	METER_EVENT_SHOP_MODE_STOP,
	METER_EVENT_CONFIGURATION_ERROR,
	METER_EVENT_SELF_CHECK_ERROR,
	METER_EVENT_RAM_ERROR,
	METER_EVENT_ROM_ERROR,
	METER_EVENT_CLOCK_ERROR,
	METER_EVENT_MEASUREMENT_ERROR,
};

static bool has_log(struct meter *meter)
{
	return event_log_of(meter)->board != NULL;
}

static int64_t event_set(unsigned int first)
{
	unsigned int set = 0;

	for (unsigned int i = 0; i < COUNT_OF(logged_events); i++) {
		if (logged_events[i] >= first && logged_events[i] < first + 8u) {
			set |= 1u << (logged_events[i] - first);
		}
	}
	return set;
}

static int64_t standard_events(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return event_set(index * 8u);
}

static int64_t manufacturer_events(const struct c1219_view *view, uint8_t index)
{
	(void)view;
	return event_set(MANUFACTURER_EVENT + index * 8u);
}

static void put_header(const struct event_log *log, uint8_t bytes[HEADER_OCTETS])
{
	c1219_put_number(bytes, 1, event_log_overflowed(log) ? STATUS_OVERFLOW : 0);
	c1219_put_number(bytes + 1, 2, log->count);
	c1219_put_number(bytes + 3, 2, log->count > 0 ? log->count - 1u : 0);
	c1219_put_number(bytes + 5, 4, log->sequence);
	c1219_put_number(bytes + 9, 2, event_log_unread(log));
}

static void put_entry(const struct event_entry *entry, uint8_t bytes[ENTRY_OCTETS])
{
	c1219_put_time(entry->seconds, bytes);
	c1219_put_number(bytes + 6, 2, entry->sequence & UINT16_MAX);
	c1219_put_number(bytes + 8, 2, entry->user);
	c1219_put_number(bytes + 10, 2, entry->code);
	c1219_put_number(bytes + 12, ARGUMENT_OCTETS, (int64_t)entry->argument);
}

/* Elements above the newest entry read as zeros. */
static void render_history(struct meter *meter, const struct c1219_part *part)
{
	const struct event_log *log = event_log_of(meter);
	uint32_t index =
		part->offset > HEADER_OCTETS ? (part->offset - HEADER_OCTETS) / ENTRY_OCTETS : 0;
	uint8_t element[ENTRY_OCTETS];
	struct event_entry entry;

	memset(part->bytes, 0, part->count);
	put_header(log, element);
	c1219_copy_part(part, 0, element, HEADER_OCTETS);
	for (uint32_t start = HEADER_OCTETS + index * ENTRY_OCTETS;
	     start < part->offset + part->count && event_log_entry(log, index, &entry);
	     start += ENTRY_OCTETS, index++) {
		put_entry(&entry, element);
		c1219_copy_part(part, start, element, ENTRY_OCTETS);
	}
}

static const struct c1219_field actual_dimensions[] = {
	{1, 1, FLAGS_DATE_TIME | FLAGS_SEQUENCE, NULL, NULL},
	{1, 1, STANDARD_EVENT_OCTETS, NULL, NULL},
	{1, 1, MANUFACTURER_EVENT_OCTETS, NULL, NULL},
	{1, 1, ARGUMENT_OCTETS, NULL, NULL},
	{1, 1, 0, NULL, NULL}, /* EVENT_DATA_LENGTH */
	{2, 1, EVENT_LOG_ENTRIES, NULL, NULL},
	{2, 1, 0, NULL, NULL}, /* NBR_EVENT_ENTRIES */
};

static const struct c1219_field identified_events[] = {
	{1, STANDARD_EVENT_OCTETS, 0, standard_events, NULL},
	{1, MANUFACTURER_EVENT_OCTETS, 0, manufacturer_events, NULL},
};

static const struct c1219_field history_control[] = {
	{1, STANDARD_EVENT_OCTETS, 0, standard_events, NULL},
	{1, MANUFACTURER_EVENT_OCTETS, 0, manufacturer_events, NULL},
	{1, C1219_STANDARD_SET_OCTETS, 0, c1219_logged_standard_tables, NULL},
	{1, C1219_MANUFACTURER_SET_OCTETS, 0, c1219_logged_manufacturer_tables, NULL},
	{1, C1219_PROCEDURE_SET_OCTETS, 0, c1219_logged_procedures, NULL},
	{1, C1219_MANUFACTURER_PROCEDURE_SET_OCTETS, 0, c1219_logged_manufacturer_procedures, NULL},
};

static const struct c1219_table tables[] = {
	{
		.id = 71,
		.field_count = COUNT_OF(actual_dimensions),
		.fields = actual_dimensions,
		.is_offered = has_log,
	},
	{
		.id = 72,
		.field_count = COUNT_OF(identified_events),
		.fields = identified_events,
		.is_offered = has_log,
	},
	{
		.id = 73,
		.field_count = COUNT_OF(history_control),
		.fields = history_control,
		.is_offered = has_log,
	},
	{
		.id = 74,
		.is_offered = has_log,
		.length = HEADER_OCTETS + EVENT_LOG_ENTRIES * ENTRY_OCTETS,
		.render_part = render_history,
	},
};

const struct c1219_group c1219_history_tables = {tables, COUNT_OF(tables)};

/* Procedures 4 and 5 */

static bool reset_recorder(struct meter *meter)
{
	return event_log_set_pointer(event_log_of(meter), EVENT_LIST_RECORDER, EVENT_POINTERS_RESET,
				     load_profile_mark_read(load_profile_of(meter)));
}

/* The readings stay, as the log's entries do: only what was read is forgotten to be new. */
static bool mark_self_reads(struct meter *meter, uint32_t count, uint16_t code)
{
	if (!meter_mark_self_reads(meter, count)) {
		return false;
	}
	(void)event_log_set_pointer(event_log_of(meter), EVENT_LIST_SELF_READS, code,
				    (uint32_t)billing_of(meter)->self_read_sequence -
					    billing_of(meter)->self_reads_unread);
	return true;
}

enum procedure_result c1219_reset_pointers(struct meter *meter, const uint8_t *parameters)
{
	bool is_all = parameters[0] == LIST_ALL;
	bool is_self_reads = parameters[0] == LIST_SELF_READS || is_all;
	bool is_recorder = has_log(meter) && load_profile_of(meter)->board != NULL &&
			   (parameters[0] == LIST_RECORDER || is_all);
	bool is_history = has_log(meter) && (parameters[0] == LIST_HISTORY || is_all);
	bool is_done = is_self_reads || is_recorder || is_history;

	if (is_self_reads) {
		is_done = mark_self_reads(meter, billing_of(meter)->self_reads_unread,
					  EVENT_POINTERS_RESET);
	}
	if (is_done && is_recorder) {
		is_done = reset_recorder(meter);
	}
	if (is_done && is_history) {
		is_done = event_log_reset_pointer(event_log_of(meter));
	}
	return is_done ? PROCEDURE_COMPLETED : PROCEDURE_INVALID_PARAMETER;
}

static bool update_history(struct event_log *log, uint32_t entries)
{
	return entries <= event_log_unread(log) &&
	       event_log_set_pointer(log, EVENT_LIST_HISTORY, EVENT_POINTERS_UPDATED,
				     log->sequence - event_log_unread(log) + entries);
}

/* A newest block that grows on is read as far as it goes now. */
static bool update_recorder(struct event_log *log, struct load_profile *profile, uint32_t blocks)
{
	uint32_t read = log->read_sequence[EVENT_LIST_RECORDER];
	uint32_t before = profile->sequence - load_profile_valid_blocks(profile);
	uint32_t wanted = (read > before ? read : before) + blocks;

	if (profile->board == NULL || blocks > load_profile_unread_blocks(profile, read)) {
		return false;
	}
	if (wanted == profile->sequence && profile->sequence > 0) {
		wanted = load_profile_mark_read(profile);
	}
	return event_log_set_pointer(log, EVENT_LIST_RECORDER, EVENT_POINTERS_UPDATED, wanted);
}

enum procedure_result c1219_update_pointer(struct meter *meter, const uint8_t *parameters)
{
	struct event_log *log = event_log_of(meter);
	uint32_t entries = parameters[1] | (uint32_t)parameters[2] << 8;
	bool is_done = false;

	if (parameters[0] == LIST_SELF_READS) {
		is_done = mark_self_reads(meter, entries, EVENT_POINTERS_UPDATED);
	} else if (has_log(meter) && parameters[0] == LIST_HISTORY) {
		is_done = update_history(log, entries);
	} else if (has_log(meter) && parameters[0] == LIST_RECORDER) {
		is_done = update_recorder(log, load_profile_of(meter), entries);
	}
	return is_done ? PROCEDURE_COMPLETED : PROCEDURE_INVALID_PARAMETER;
}
