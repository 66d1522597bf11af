/* Demand control (ST13) and demand reset (procedure 9) of the meter. */
#include <string.h>

#include "drivers/meter_functions.h"
#include "drivers/optical/client_parts.h"

#define TABLE_CONTROL 13
#define PROCEDURE_RESET 9
#define RESET_DEMAND 0x01

/* Lengths of ST13's parts by ST11's flags. */
struct control_layout {
	size_t reset, power_fail, entry, entries;
};

static struct control_layout layout_of(const struct c1219_sources *sources)
{
	return (struct control_layout){
		.reset = sources->flags & C1219_SOURCES_RESET_EXCLUSION ? 1 : 0,
		.power_fail = sources->flags & C1219_SOURCES_POWER_FAIL ? 3 : 0,
		.entry = 2, /* SUB_INT, INT_MULTIPLIER; or a length in minutes */
		.entries = sources->demand_control_count,
	};
}

static size_t control_length(const struct control_layout *layout)
{
	return layout->reset + layout->power_fail + layout->entries * layout->entry;
}

static void take_interval(const struct meter_client *client, const uint8_t *bytes,
			  struct meter_demand_control *control)
{
	if (client->tables.sources.flags & C1219_SOURCES_SLIDING) {
		control->sub_interval_minutes = bytes[0];
		control->sub_intervals = bytes[1];
	} else {
		control->sub_interval_minutes =
			(int)c1219_take_integer(&client->tables.general.coding, bytes, 2);
		control->sub_intervals = 1;
	}
}

enum status meter_client_read_demand_control(struct meter_client *client,
					     struct meter_demand_control *control)
{
	struct control_layout layout = layout_of(&client->tables.sources);
	size_t length;
	enum status status = client_fetch_table(client, TABLE_CONTROL, &length);

	memset(control, 0, sizeof(*control));
	if (!status) {
		status = client_say_which(client, c1219_expect_length(TABLE_CONTROL, length,
								      control_length(&layout)));
	}
	if (!status && layout.entries == 0) {
		status = client_fail(client, STATUS_PROTOCOL, "ST11 counts no demand in ST13");
	}
	if (status) {
		return status;
	}
	const uint8_t *bytes = client->table;

	if (layout.reset) {
		control->reset_exclusion_minutes = *bytes++;
	}
	if (layout.power_fail) {
		control->outage_recognition_seconds = bytes[0];
		control->outage_exclusion_minutes = bytes[1];
		control->cold_load_minutes = bytes[2];
		bytes += 3;
	}
	take_interval(client, bytes, control);
	return STATUS_OK;
}

static void put_control(const struct meter_client *client, const struct control_layout *layout,
			const struct meter_demand_control *control, uint8_t *bytes)
{
	bool is_sliding = client->tables.sources.flags & C1219_SOURCES_SLIDING;

	if (layout->reset) {
		*bytes++ = (uint8_t)control->reset_exclusion_minutes;
	}
	if (layout->power_fail) {
		*bytes++ = (uint8_t)control->outage_recognition_seconds;
		*bytes++ = (uint8_t)control->outage_exclusion_minutes;
		*bytes++ = (uint8_t)control->cold_load_minutes;
	}
	for (size_t i = 0; i < layout->entries; i++) {
		if (is_sliding) {
			bytes[0] = (uint8_t)control->sub_interval_minutes;
			bytes[1] = (uint8_t)control->sub_intervals;
		} else {
			c1219_put_integer(&client->tables.general.coding,
					  (uint64_t)control->sub_interval_minutes *
						  (uint64_t)control->sub_intervals,
					  bytes, 2);
		}
		bytes += layout->entry;
	}
}

/* What an octet each can say. */
static enum status check_control(const struct meter_client *client,
				 const struct meter_demand_control *control)
{
	const int numbers[] = {
		control->reset_exclusion_minutes,  control->outage_recognition_seconds,
		control->outage_exclusion_minutes, control->cold_load_minutes,
		control->sub_interval_minutes,	   control->sub_intervals};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i] < 0 || numbers[i] > 255) {
			return client_fail(client, STATUS_BAD_INPUT,
					   "ST13 cannot say %d; its numbers go from 0 to 255",
					   numbers[i]);
		}
	}
	if (control->sub_intervals != 1 &&
	    !(client->tables.sources.flags & C1219_SOURCES_SLIDING)) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "ST11 says that the meter has no rolling demand");
	}
	return STATUS_OK;
}

enum status meter_client_write_demand_control(struct meter_client *client,
					      const struct meter_demand_control *control)
{
	struct control_layout layout = layout_of(&client->tables.sources);
	struct meter_demand_control now;
	uint8_t bytes[4 + 2 * C1219_MAXIMUM];
	enum status status = check_control(client, control);

	if (!status) {
		put_control(client, &layout, control, bytes);
		status = meter_client_write_table(client, TABLE_CONTROL, bytes,
						  control_length(&layout));
	}
	status = status ? status : meter_client_read_demand_control(client, &now);
	if (!status && (now.sub_interval_minutes != control->sub_interval_minutes ||
			now.sub_intervals != control->sub_intervals)) {
		return client_fail(client, STATUS_PROTOCOL,
				   "ST13 was written with %d x %d min and reads %d x %d min",
				   control->sub_intervals, control->sub_interval_minutes,
				   now.sub_intervals, now.sub_interval_minutes);
	}
	return status;
}

enum status meter_client_reset_demand(struct meter_client *client,
				      struct meter_procedure_answer *answer)
{
	struct meter_procedure procedure = {
		.number = PROCEDURE_RESET, .parameter_count = 1, .parameters = {RESET_DEMAND}};

	return meter_client_execute(client, &procedure, answer);
}
