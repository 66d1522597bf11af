/*
 * Calendar of the rates: ST54 by the dimensions of ST51. A plan is every day alike. ACTION codes
 * and the bits of a tier switch: as in DESIGN.md, recalled.
 */
#include <string.h>

#include "drivers/meter_functions.h"
#include "drivers/optical/client_parts.h"

#define TABLE_DIMENSIONS 51
#define TABLE_CALENDAR 54

/* ST51 */
#define DIMENSIONS_LENGTH 9
#define HAS_ANCHOR 0x20	       /* of the first flags */
#define SEPARATE_WEEKDAYS 0x02 /* of the second */

#define ACTION_DAYLIGHT_SAVING_ON 1
#define ACTION_DAYLIGHT_SAVING_OFF 2

/* Tier switch */
#define SWITCH_SUMMATION 0x0008u
#define SWITCH_DEMAND 0x0010u
#define SWITCH_MINUTE_SHIFT 5
#define SWITCH_HOUR_SHIFT 11
#define SWITCH_RATES 8

#define ANCHOR_OCTETS 2
#define NON_RECURRING_OCTETS 3
#define RECURRING_OCTETS 3
#define SWITCH_OCTETS 3

struct dimensions {
	bool has_anchor;
	size_t day_types; /* of a week: Saturday, Sunday, weekday, or seven */
	size_t seasons, special_schedules, non_recurring, recurring, switches;
};

static enum status read_dimensions(struct meter_client *client, struct dimensions *dimensions)
{
	size_t length;
	enum status status = client_fetch_table(client, TABLE_DIMENSIONS, &length);
	const uint8_t *bytes = client->table;

	if (!status) {
		status = client_say_which(
			client, c1219_expect_length(TABLE_DIMENSIONS, length, DIMENSIONS_LENGTH));
	}
	if (status) {
		return status;
	}
	*dimensions = (struct dimensions){
		.has_anchor = bytes[0] & HAS_ANCHOR,
		.day_types = bytes[1] & SEPARATE_WEEKDAYS ? 7 : 3,
		.seasons = bytes[2] & 15,
		.special_schedules = bytes[2] >> 4,
		.non_recurring = bytes[3],
		.recurring = bytes[4],
		.switches =
			(size_t)c1219_take_integer(&client->tables.general.coding, bytes + 5, 2),
	};
	return STATUS_OK;
}

static size_t calendar_length(const struct dimensions *dimensions)
{
	return (dimensions->has_anchor ? ANCHOR_OCTETS : 0) +
	       dimensions->non_recurring * NON_RECURRING_OCTETS +
	       dimensions->recurring * RECURRING_OCTETS + dimensions->switches * SWITCH_OCTETS +
	       dimensions->seasons * (dimensions->day_types + dimensions->special_schedules);
}

enum status meter_client_read_calendar(struct meter_client *client,
				       struct meter_calendar_image *image)
{
	struct dimensions dimensions;
	size_t length;

	memset(image, 0, sizeof(*image));
	enum status status = read_dimensions(client, &dimensions);

	status = status ? status : client_fetch_table(client, TABLE_CALENDAR, &length);
	if (!status) {
		status =
			client_say_which(client, c1219_expect_length(TABLE_CALENDAR, length,
								     calendar_length(&dimensions)));
	}
	if (!status && length > sizeof(image->bytes)) {
		status = client_fail(client, STATUS_PROTOCOL, "ST54 has %zu bytes; %zu fit", length,
				     sizeof(image->bytes));
	}
	if (!status) {
		image->length = length;
		memcpy(image->bytes, client->table, length);
	}
	return status;
}

enum status meter_client_write_calendar(struct meter_client *client,
					const struct meter_calendar_image *image)
{
	struct meter_calendar_image now;
	enum status status =
		meter_client_write_table(client, TABLE_CALENDAR, image->bytes, image->length);

	status = status ? status : meter_client_read_calendar(client, &now);
	if (!status &&
	    (now.length != image->length || memcmp(now.bytes, image->bytes, now.length))) {
		return client_fail(client, STATUS_PROTOCOL, "ST54 does not read as it was written");
	}
	return status;
}

/* DATE: year 0-6, month 7-10, day 11-15. */
static uint8_t *put_date(const struct meter_client *client, const struct meter_time *date,
			 uint8_t action, uint8_t *bytes)
{
	unsigned word = (unsigned)(date->year % 100 | date->month << 7 | date->day << 11);

	c1219_put_integer(&client->tables.general.coding, word, bytes, 2);
	bytes[2] = action;
	return bytes + NON_RECURRING_OCTETS;
}

static uint8_t *put_switches(const struct meter_client *client, const struct meter_day_plan *plan,
			     const struct dimensions *dimensions, uint8_t *bytes)
{
	for (size_t i = 0; i < dimensions->switches; i++, bytes += SWITCH_OCTETS) {
		if (i >= (size_t)plan->switches) {
			continue;
		}
		unsigned word = (unsigned)plan->at[i].rate | SWITCH_SUMMATION | SWITCH_DEMAND |
				(unsigned)plan->at[i].minute << SWITCH_MINUTE_SHIFT |
				(unsigned)plan->at[i].hour << SWITCH_HOUR_SHIFT;

		c1219_put_integer(&client->tables.general.coding, word, bytes, 2);
		bytes[2] = 0; /* the only day schedule */
	}
	return bytes;
}

static enum status check_plan(const struct meter_client *client, const struct meter_day_plan *plan,
			      const struct dimensions *dimensions)
{
	size_t dates = plan->has_daylight_saving ? 2 : 0;

	if (calendar_length(dimensions) > METER_CALENDAR_BYTES || dimensions->seasons == 0) {
		return client_fail(client, STATUS_PROTOCOL, "ST51 makes ST54 %zu bytes long",
				   calendar_length(dimensions));
	}
	if (plan->switches < 1 || (size_t)plan->switches > dimensions->switches ||
	    dates > dimensions->non_recurring) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "%d switches and %zu dates are wanted; the meter's calendar has "
				   "room for %zu and %zu",
				   plan->switches, dates, dimensions->switches,
				   dimensions->non_recurring);
	}
	for (int i = 0; i < plan->switches; i++) {
		if (plan->at[i].hour < 0 || plan->at[i].hour > 23 || plan->at[i].minute < 0 ||
		    plan->at[i].minute > 59 || plan->at[i].rate < 0 ||
		    plan->at[i].rate >= SWITCH_RATES) {
			return client_fail(client, STATUS_BAD_INPUT,
					   "a switch to rate %d at %d:%02d does not exist",
					   plan->at[i].rate, plan->at[i].hour, plan->at[i].minute);
		}
	}
	return STATUS_OK;
}

enum status meter_client_compose_calendar(struct meter_client *client,
					  const struct meter_day_plan *plan,
					  struct meter_calendar_image *image)
{
	struct dimensions dimensions;

	memset(image, 0, sizeof(*image));
	enum status status = read_dimensions(client, &dimensions);

	status = status ? status : check_plan(client, plan, &dimensions);
	if (status) {
		return status;
	}
	uint8_t *bytes = image->bytes + (dimensions.has_anchor ? ANCHOR_OCTETS : 0);
	uint8_t *end = bytes + dimensions.non_recurring * NON_RECURRING_OCTETS;

	if (plan->has_daylight_saving) {
		bytes = put_date(client, &plan->begins, ACTION_DAYLIGHT_SAVING_ON, bytes);
		put_date(client, &plan->ends, ACTION_DAYLIGHT_SAVING_OFF, bytes);
	}
	end += dimensions.recurring * RECURRING_OCTETS; /* none */
	put_switches(client, plan, &dimensions, end);	/* the schedules, all 0, follow */
	image->length = calendar_length(&dimensions);
	return STATUS_OK;
}
