/* Clock of the meter (ST52, ST55, procedure 10), its status (ST3) and its mode (procedure 6). */
#include <string.h>

#include "drivers/meter_functions.h"
#include "drivers/optical/c1219_time.h"
#include "drivers/optical/client_parts.h"

#define TABLE_STATUS 3
#define TABLE_CLOCK 52
#define TABLE_CLOCK_STATE 55

#define PROCEDURE_MODE 6
#define PROCEDURE_SET_CLOCK 10
#define SET_TIME_DATE_QUALIFIER 0x07

/* TIME_DATE_QUAL */
#define QUALIFIER_WEEKDAY 0x07
#define QUALIFIER_DAYLIGHT_SAVING 0x08
#define QUALIFIER_DAYLIGHT_SAVING_APPLIED 0x40

#define STATUS_FIXED_OCTETS 4

/* STATUS of ST55, not separate for summation and demand */
#define STATE_RATE 0x0007u
#define STATE_SPECIAL_SHIFT 8
#define STATE_NIBBLE 0x0Fu
#define STATE_NO_SPECIAL 15
#define STATE_SEASON_SHIFT 12

enum status meter_client_read_status(struct meter_client *client, struct meter_status *status_words)
{
	size_t length;
	enum status status = client_fetch_table(client, TABLE_STATUS, &length);
	size_t octets = client->tables.general.manufacturer_status_octets;

	memset(status_words, 0, sizeof(*status_words));
	if (!status) {
		status =
			client_say_which(client, c1219_expect_length(TABLE_STATUS, length,
								     STATUS_FIXED_OCTETS + octets));
	}
	if (status) {
		return status;
	}
	status_words->mode = client->table[0];
	status_words->standard =
		(uint16_t)c1219_take_integer(&client->tables.general.coding, client->table + 1, 2);
	octets = octets < METER_STATUS_OCTETS ? octets : METER_STATUS_OCTETS;
	status_words->manufacturer_octets = (int)octets;
	memcpy(status_words->manufacturer, client->table + STATUS_FIXED_OCTETS, octets);
	return STATUS_OK;
}

/* CLOCK and qualifier, with which ST52 and ST55 begin. */
static enum status take_clock(struct meter_client *client, struct meter_time *time)
{
	const struct c1219_general *general = &client->tables.general;
	enum status status = c1219_take_long_time(general, client->table, time);
	uint8_t qualifier = client->table[c1219_long_time_size(general)];

	time->weekday = qualifier & QUALIFIER_WEEKDAY;
	time->is_daylight_saving = qualifier & QUALIFIER_DAYLIGHT_SAVING;
	return client_say_which(client, status);
}

enum status meter_client_read_clock(struct meter_client *client, struct meter_time *time)
{
	size_t length;
	enum status status = client_fetch_table(client, TABLE_CLOCK, &length);

	memset(time, 0, sizeof(*time));
	if (!status) {
		size_t expected = c1219_long_time_size(&client->tables.general) + 1;

		status = client_say_which(client,
					  c1219_expect_length(TABLE_CLOCK, length, expected));
	}
	return status ? status : take_clock(client, time);
}

enum status meter_client_read_tariff_state(struct meter_client *client,
					   struct meter_tariff_state *state)
{
	size_t length, clock = c1219_long_time_size(&client->tables.general) + 1;
	enum status status = client_fetch_table(client, TABLE_CLOCK_STATE, &length);

	memset(state, 0, sizeof(*state));
	if (!status) {
		status = client_say_which(
			client, c1219_expect_length(TABLE_CLOCK_STATE, length, clock + 2));
	}
	status = status ? status : take_clock(client, &state->time);
	if (status) {
		return status;
	}
	unsigned word = (unsigned)c1219_take_integer(&client->tables.general.coding,
						     client->table + clock, 2);

	state->rate = (int)(word & STATE_RATE);
	state->season = (int)(word >> STATE_SEASON_SHIFT & STATE_NIBBLE);
	state->special_schedule = (int)(word >> STATE_SPECIAL_SHIFT & STATE_NIBBLE);
	if (state->special_schedule == STATE_NO_SPECIAL) {
		state->special_schedule = -1;
	}
	return STATUS_OK;
}

enum status meter_client_set_clock(struct meter_client *client, const struct meter_time *time)
{
	const struct c1219_general *general = &client->tables.general;
	struct meter_procedure procedure = {.number = PROCEDURE_SET_CLOCK};
	struct meter_procedure_answer answer;
	size_t size = c1219_long_time_size(general);
	char text[32];

	if (!meter_time_is_valid(time) || size == 0) {
		return client_fail(client, STATUS_BAD_INPUT,
				   "the clock cannot be set to %s: no such time, or no clock",
				   meter_time_text(time, text));
	}
	int weekday = meter_time_from_seconds(meter_time_wall_seconds(time)).weekday;

	procedure.parameters[0] = SET_TIME_DATE_QUALIFIER;
	c1219_put_long_time(general, time, procedure.parameters + 1);
	procedure.parameters[1 + size] =
		(uint8_t)(weekday |
			  (time->is_daylight_saving
				   ? QUALIFIER_DAYLIGHT_SAVING | QUALIFIER_DAYLIGHT_SAVING_APPLIED
				   : 0));
	procedure.parameter_count = size + 2;
	return meter_client_execute_completed(client, &procedure, &answer);
}

enum status meter_client_change_mode(struct meter_client *client, enum meter_mode mode,
				     struct meter_procedure_answer *answer)
{
	struct meter_procedure procedure = {
		.number = PROCEDURE_MODE, .parameter_count = 1, .parameters = {(uint8_t)mode}};

	return meter_client_execute(client, &procedure, answer);
}
