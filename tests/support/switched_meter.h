/*
 * An SD meter with its relay, somebody at its optical port and the whole flash. The numbers of
 * MANUFACTURER_TABLES.md, MT2 and procedure 2048. Header only, because the meter's tests link
 * nothing but the meter.
 */
#ifndef TESTS_SUPPORT_SWITCHED_METER_H
#define TESTS_SUPPORT_SWITCHED_METER_H

#include "tests/support/nor_flash.h"
#include "tests/support/whole_meter.h"

#define SWITCH_TABLE (2048 + 2)
#define SWITCH_PROCEDURE 2048

enum { OPEN = 1, CLOSE = 2, ARM = 3 };
enum { NOBODY, OPTICAL_PORT, MODULE, BUTTON };
enum {
	DONE,
	ALREADY,
	LOAD_VOLTAGE,
	LOW_VOLTAGE,
	SUPPLY_FAILING,
	TOO_SOON,
	BUSY,
	NOT_OPEN,
	NO_SUCH_COMMAND,
};
enum { IS_CLOSED = 1, IS_OPEN, IS_ARMED };
enum { SEES_NOTHING, SEES_CLOSED, SEES_OPEN, SEES_LIVE_WHILE_OPEN, SEES_ONE_SIDE };
enum { ALARM_FAILED = 1, ALARM_DIFFERS = 2, ALARM_LIVE_LOAD = 4 };
enum {
	EVENT_COMMANDED = 2049,
	EVENT_REFUSED,
	EVENT_OPENED,
	EVENT_CLOSED,
	EVENT_FAILED,
	EVENT_DIFFERS,
};

struct mt2 {
	unsigned int commanded, sensed, pulses, load_side, alarms, open_inhibit, close_inhibit,
		last_command, last_origin, last_result, rest_seconds, operations;
};

static inline struct mt2 read_switch(struct whole *whole)
{
	struct mt2 mt2 = {0};
	unsigned int *const fields[] = {
		&mt2.commanded,	  &mt2.sensed,	     &mt2.pulses,	 &mt2.load_side,
		&mt2.alarms,	  &mt2.open_inhibit, &mt2.close_inhibit, &mt2.last_command,
		&mt2.last_origin, &mt2.last_result,  &mt2.rest_seconds,
	};

	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(whole_table(whole, SWITCH_TABLE), OK);
	CU_ASSERT_EQUAL(whole->wire.response_length, 3 + 13 + 1);
	for (unsigned int i = 0; i < 11; i++) {
		*fields[i] = (unsigned int)whole_number(whole, i, 1);
	}
	mt2.operations = (unsigned int)whole_number(whole, 11, 2);
	whole_end_session(whole);
	return mt2;
}

/* The reason in the response, in a session with this password; ST8's result in `result`. */
static inline int command_as(struct whole *whole, const char *password, int command, int *result)
{
	whole_session(whole, password);
	*result = whole_procedure(whole, SWITCH_PROCEDURE, command);

	int reason = *result == 5 || *result == 6 ? -1 : (int)whole_number(whole, 4, 1);

	whole_end_session(whole);
	return reason;
}

static inline int command(struct whole *whole, int number)
{
	int result;

	return command_as(whole, "OPERATE", number, &result);
}

struct switch_event {
	unsigned int code;
	uint64_t argument;
};

/* The newest `count` events of the switch, oldest first; fewer when there are fewer. Returns how
 * many. */
static inline unsigned int read_events(struct whole *whole, struct switch_event *events,
				       unsigned int count)
{
	struct switch_event all[256];
	unsigned int found = 0;

	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3F, 0, 74, 0, 0, 1, 0, 2), OK);

	unsigned int entries = (unsigned int)whole_number(whole, 0, 2);

	for (unsigned int i = 0; i < entries && found < 256; i++) {
		unsigned int offset = 11 + 20 * i;

		CU_ASSERT_EQUAL(WIRE_REQUEST(&whole->wire, 0x3F, 0, 74, (uint8_t)(offset >> 16),
					     (uint8_t)(offset >> 8), (uint8_t)offset, 0, 20),
				OK);
		unsigned int code = (unsigned int)whole_number(whole, 10, 2);

		if (code >= EVENT_COMMANDED && code <= EVENT_DIFFERS) {
			all[found++] = (struct switch_event){code, whole_number(whole, 12, 8)};
		}
	}
	whole_end_session(whole);

	unsigned int first = found > count ? found - count : 0;

	memcpy(events, &all[first], (found - first) * sizeof(*events));
	return found - first;
}

/* The newest event of the switch is this one. */
static inline void expect_newest_event(struct whole *whole, unsigned int code, uint64_t argument)
{
	struct switch_event event = {0, 0};

	CU_ASSERT_EQUAL(read_events(whole, &event, 1), 1);
	CU_ASSERT_EQUAL(event.code, code);
	CU_ASSERT_EQUAL(event.argument, argument);
}

static inline unsigned int count_events(struct whole *whole)
{
	struct switch_event events[256];

	return read_events(whole, events, 256);
}

static inline void power_up_again(struct whole *whole, struct nor_flash *flash)
{
	nor_flash_power_up(flash);
	whole_power_up(whole);
}

/* A 12S-SD with blank flash, its switch closed, at 120 V network and 30 A, ready to switch. */
static inline struct whole *switched_new(struct nor_flash *flash)
{
	struct whole *whole = whole_new();

	whole->hardware.model = "AXR-SD";
	whole->hardware.form = "12S";
	whole->board = nor_flash_board(flash, NOR_FLASH_SECTORS, WHOLE_SECTOR_BYTES);
	whole->relay = (struct service_relay){.is_there = true, .is_closed = true};
	whole_power_up(whole);
	whole_seconds(whole, 11);
	return whole;
}

/* Until the next operation may follow. */
static inline void rest(struct whole *whole)
{
	whole_seconds(whole, 10.5);
}

static inline bool display_shows(const struct whole *whole, unsigned int column, const char *text)
{
	return strncmp(whole->display + column, text, strlen(text)) == 0;
}

/* The three letters of the annunciator, when they are not hidden by the segment test. */
static inline void expect_annunciator(struct whole *whole, const char *letters)
{
	whole_seconds(whole, 1.1);
	for (int second = 0; second < 20 && display_shows(whole, 0, "888"); second++) {
		whole_seconds(whole, 1);
	}
	CU_ASSERT(display_shows(whole, 40, letters));
}

#endif
