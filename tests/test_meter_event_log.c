/* The event log: whole entries in their order through wraps and power cuts, and ST71-74 as a reader
 * sees them. */
#include "storage/event_log.h"
#include "tests/support/metered_port.h"

#define FIRST_SECTOR 16u
#define SECTORS 8u
#define ENTRIES 1024u
#define SECTOR_ENTRIES 128u

static struct nor_flash flash;
static struct board board;
static struct event_log event_log;

static void start(void)
{
	board = nor_flash_board(&flash, PORT_SECTORS, TABLE_SECTOR_BYTES);
	event_log_open(&event_log, &board);
}

/* Every field follows from the number, so that a mixed entry shows. */
static struct event_entry entry_of(uint32_t number)
{
	return (struct event_entry){
		.sequence = number,
		.seconds = number * 2654435761u,
		.user = (uint16_t)(number * 40503u),
		.code = (uint16_t)(1000u + number % 700u),
		.argument = number * UINT64_C(11400714819323198485),
	};
}

static bool add(uint32_t number)
{
	struct event_entry entry = entry_of(number);

	event_log.user = entry.user;
	event_log.now_seconds = entry.seconds;
	return event_log_add(&event_log, entry.code, entry.argument);
}

static bool is_whole(const struct event_entry *entry)
{
	struct event_entry expected = entry_of(entry->sequence);

	return entry->seconds == expected.seconds && entry->user == expected.user &&
	       entry->code == expected.code && entry->argument == expected.argument;
}

/* The newest number; asserts that all entries are whole and follow each other without a gap over
 * the newest `least`. */
static uint32_t check_entries(uint32_t least)
{
	struct event_entry entry = {.sequence = 0};
	uint32_t before = 0;
	uint32_t run = 0;

	for (uint32_t index = 0; event_log_entry(&event_log, index, &entry); index++) {
		CU_ASSERT(is_whole(&entry));
		CU_ASSERT(entry.sequence > before);
		run = entry.sequence == before + 1 ? run + 1 : 1;
		before = entry.sequence;
	}
	CU_ASSERT(run >= least);
	CU_ASSERT_EQUAL(before, event_log.sequence);
	return before;
}

static void entries_come_back_whole_and_in_order_after_power_up(void)
{
	start();
	CU_ASSERT_EQUAL(event_log.count, 0);
	for (uint32_t number = 1; number <= 200; number++) {
		CU_ASSERT(add(number));
	}
	event_log_open(&event_log, &board);
	CU_ASSERT_EQUAL(event_log.count, 200);
	CU_ASSERT_EQUAL(check_entries(200), 200);
}

static void a_full_ring_drops_the_oldest_sector_and_wears_all_alike(void)
{
	start();
	for (uint32_t number = 1; number <= 10u * ENTRIES + 5u; number++) {
		CU_ASSERT(add(number));
	}
	CU_ASSERT(event_log.count > ENTRIES - SECTOR_ENTRIES);
	CU_ASSERT_EQUAL(check_entries(event_log.count), 10u * ENTRIES + 5u);
	event_log_open(&event_log, &board);
	CU_ASSERT_EQUAL(check_entries(ENTRIES - SECTOR_ENTRIES + 5u), 10u * ENTRIES + 5u);
	for (uint32_t sector = 0; sector < PORT_SECTORS; sector++) {
		bool is_ours = sector >= FIRST_SECTOR && sector < FIRST_SECTOR + SECTORS;

		CU_ASSERT(is_ours ? flash.erases[sector] >= 10 && flash.erases[sector] <= 11
				  : flash.erases[sector] == 0);
	}
	CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
	CU_ASSERT_EQUAL(flash.programs_of_granule, 1);
}

/* Cuts each of the operations around the change to the oldest sector, in every partial way. */
static void a_power_cut_at_any_operation_leaves_whole_entries(void)
{
	static struct nor_flash full;
	const uint32_t before = ENTRIES + SECTOR_ENTRIES - 3u;

	start();
	for (uint32_t number = 1; number <= before; number++) {
		CU_ASSERT(add(number));
	}
	full = flash;
	for (int cut = 1; cut <= 9; cut++) {
		for (int part = 0; part < NOR_FLASH_CUT_PARTS; part++) {
			uint32_t newest = before;

			flash = full;
			nor_flash_power_up(&flash);
			event_log_open(&event_log, &board);
			flash.cut_at = cut;
			flash.cut_part = part;
			while (add(newest + 1u)) {
				newest++;
			}
			CU_ASSERT(flash.is_dead);
			nor_flash_power_up(&flash);
			event_log_open(&event_log, &board);
			CU_ASSERT(event_log.sequence == newest ||
				  event_log.sequence == newest + 1u);
			newest = check_entries(ENTRIES - 2u * SECTOR_ENTRIES);
			for (uint32_t number = newest + 1u; number <= newest + 3u; number++) {
				CU_ASSERT(add(number));
			}
			event_log_open(&event_log, &board);
			CU_ASSERT_EQUAL(check_entries(ENTRIES - 2u * SECTOR_ENTRIES), newest + 3u);
			CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
		}
	}
}

static void a_slot_with_a_bad_cell_is_passed_over(void)
{
	start();
	CU_ASSERT(add(1));
	flash.stuck_at = FIRST_SECTOR * TABLE_SECTOR_BYTES + 32u + 2u;
	CU_ASSERT(add(2));
	event_log_open(&event_log, &board);
	CU_ASSERT_EQUAL(check_entries(2), 2);
}

static void preparing_ahead_leaves_one_programming_per_entry(void)
{
	start();
	for (uint32_t number = 1; number <= 2u * ENTRIES; number++) {
		event_log_prepare(&event_log);
		int before = flash.operations;

		CU_ASSERT(add(number));
		CU_ASSERT_EQUAL(flash.operations, before + 1);
	}
	check_entries(ENTRIES - SECTOR_ENTRIES);
}

static void what_was_read_is_known_after_power_up(void)
{
	start();
	for (uint32_t number = 0; number < 20; number++) {
		CU_ASSERT(event_log_add(&event_log, EVENT_PROCEDURE, number));
	}
	CU_ASSERT_EQUAL(event_log_unread(&event_log), 20);
	CU_ASSERT(event_log_reset_pointer(&event_log));
	CU_ASSERT_EQUAL(event_log_unread(&event_log), 0);
	CU_ASSERT(event_log_add(&event_log, EVENT_PROCEDURE, 0));
	event_log_open(&event_log, &board);
	CU_ASSERT_EQUAL(event_log_unread(&event_log), 1);
	CU_ASSERT_FALSE(event_log_overflowed(&event_log));
	for (uint32_t number = 0; number < ENTRIES + 200u; number++) {
		CU_ASSERT(event_log_add(&event_log, EVENT_PROCEDURE, number));
	}
	CU_ASSERT(event_log_overflowed(&event_log));
	CU_ASSERT_EQUAL(event_log_unread(&event_log), event_log.count);
	event_log_open(&event_log, &board);
	CU_ASSERT(event_log_overflowed(&event_log));
	CU_ASSERT(event_log_reset_pointer(&event_log));
	CU_ASSERT_FALSE(event_log_overflowed(&event_log));
}

static void a_part_without_room_has_no_log(void)
{
	start();
	board.storage_bytes = 65536;
	event_log_open(&event_log, &board);
	CU_ASSERT_FALSE(event_log_add(&event_log, EVENT_POWER_UP, 0));
	CU_ASSERT_EQUAL(flash.operations, 0);
}

/* Through the optical port */

#define HEADER 11u
#define ENTRY 20u

struct shown {
	uint64_t time; /* year, month, day, hour, minute, second, an octet each from the lowest */
	unsigned int user;
	unsigned int code;
	uint64_t argument;
};

static struct metered_port port;

/* Entry `back` from the newest as ST74 has it. */
static struct shown shown_entry(unsigned int back)
{
	const uint8_t *header = port_read_part(&port, 74, 0, HEADER);

	CU_ASSERT_PTR_NOT_NULL_FATAL(header);
	uint32_t last = (uint32_t)port_number(header + 3, 2);
	uint32_t sequence = (uint32_t)port_number(header + 5, 4);
	const uint8_t *entry = port_read_part(&port, 74, HEADER + (last - back) * ENTRY, ENTRY);

	CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
	CU_ASSERT_EQUAL(port_number(entry + 6, 2), (sequence - back) & 0xFFFFu);
	return (struct shown){port_number(entry, 6), (unsigned int)port_number(entry + 8, 2),
			      (unsigned int)port_number(entry + 10, 2), port_number(entry + 12, 8)};
}

static void the_log_tables_agree_with_each_other(void)
{
	port_start(&port, "AX");
	port_log_on(&port, "READ");
	uint8_t st0[64];
	uint8_t st71[9];

	memcpy(st0, port_read(&port, 0), sizeof(st0));
	memcpy(st71, port_read(&port, 71), sizeof(st71));
	CU_ASSERT_EQUAL(port.wire.response_length, 3 + 9 + 1);
	CU_ASSERT_EQUAL(st71[0], 0x06); /* date and time, sequence number */
	CU_ASSERT_EQUAL(st0[1] & 7, 2); /* TM_FORMAT: LTIME_DATE has 6 octets */
	CU_ASSERT_EQUAL(6 + 2 + 2 + 2 + st71[3], ENTRY);
	CU_ASSERT_PTR_NOT_NULL(port_read(&port, 72));
	CU_ASSERT_EQUAL(port.wire.response_length, 3u + st71[1] + st71[2] + 1u);
	CU_ASSERT_PTR_NOT_NULL(port_read(&port, 73));
	CU_ASSERT_EQUAL(port.wire.response_length,
			3u + st71[1] + st71[2] + st0[13] + st0[14] + st0[15] + st0[16] + 1u);
	uint32_t length = HEADER + (uint32_t)port_number(st71 + 5, 2) * ENTRY;

	CU_ASSERT_PTR_NOT_NULL(port_read_part(&port, 74, length - 40, 40));
	CU_ASSERT_PTR_NULL(port_read_part(&port, 74, length - 40, 41));
	CU_ASSERT_EQUAL(port_number(st71 + 7, 2), 0);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&port.wire, 0x30, 0, 75), IAR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&port.wire, 0x30, 0, 76), IAR);
	CU_ASSERT_EQUAL(WIRE_REQUEST(&port.wire, 0x30, 0, 74), ONP); /* longer than a message */
	port_free(&port);
}

static void a_change_of_the_adjustment_is_logged_with_both_counters(void)
{
	const uint8_t adjustment[26] = {1};

	port_start(&port, "AX");
	port_log_on(&port, "FACTORY");
	CU_ASSERT_EQUAL(wire_write(&port.wire, 2048, adjustment, 26), OK);
	CU_ASSERT_EQUAL(wire_write(&port.wire, 2048, adjustment, 26), OK);
	struct shown entry = shown_entry(0);

	CU_ASSERT_EQUAL(entry.code, 10);
	CU_ASSERT_EQUAL(entry.user, 2); /* of the logon */
	CU_ASSERT_EQUAL(entry.argument, 2048u | UINT64_C(1) << 16 | UINT64_C(2) << 32);
	port_free(&port);
}

static void a_wrong_password_is_logged_with_its_user(void)
{
	port_start(&port, "AX");
	port_log_on(&port, "READ");
	CU_ASSERT_EQUAL(wire_password(&port.wire, "GUESS", ' '), ERR);
	struct shown entry = shown_entry(0);

	CU_ASSERT_EQUAL(entry.code, 2048);
	CU_ASSERT_EQUAL(entry.user, 2);
	port_free(&port);
}

static void an_outage_is_logged_with_its_length(void)
{
	port_start(&port, "AX");
	port_seconds(&port, 1);
	port_power_up(&port, UINT64_C(32768) * 100000u + 5u);
	port_log_on(&port, "READ");
	CU_ASSERT_EQUAL(shown_entry(1).code, 1);
	struct shown up = shown_entry(0);

	CU_ASSERT_EQUAL(up.code, 2);
	CU_ASSERT_EQUAL(up.user, 0);
	CU_ASSERT_EQUAL(up.argument, UINT64_C(1) << 32 | 100000u);
	CU_ASSERT_EQUAL(shown_entry(2).code,
			2); /* of the first power-up, which no outage precedes */
	CU_ASSERT_EQUAL(port_number(port_read_part(&port, 74, 1, 2), 2), 3);
	port_free(&port);
}

static void procedures_4_and_5_set_the_reading_pointer(void)
{
	const uint8_t adjustment[26] = {1};

	port_start(&port, "AX");
	port_log_on(&port, "FACTORY");
	for (int i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(wire_write(&port.wire, 2048, adjustment, 26), OK);
	}
	unsigned int unread = (unsigned int)port_number(port_read_part(&port, 74, 9, 2), 2);

	CU_ASSERT(unread >= 5);
	CU_ASSERT_EQUAL(port_procedure(&port, 5, (const uint8_t[]){7, 4, 0}, 3), 0);
	CU_ASSERT_EQUAL(port_number(port_read_part(&port, 74, 9, 2), 2), unread - 4u + 1u);
	CU_ASSERT_EQUAL(shown_entry(0).code, 15);
	CU_ASSERT_EQUAL(port_procedure(&port, 5, (const uint8_t[]){7, 100, 0}, 3), 2);
	CU_ASSERT_EQUAL(port_procedure(&port, 4, (const uint8_t[]){7}, 1), 0);
	CU_ASSERT_EQUAL(port_number(port_read_part(&port, 74, 9, 2), 2), 0);
	CU_ASSERT_EQUAL(shown_entry(0).code, 14);
	CU_ASSERT_EQUAL(port_procedure(&port, 4, (const uint8_t[]){1}, 1), 2); /* no ST76 */
	CU_ASSERT_EQUAL(port_procedure(&port, 4, (const uint8_t[]){3}, 1), 2); /* no recorder */
	CU_ASSERT_EQUAL(port_procedure(&port, 4, NULL, 0), 2);
	port_free(&port);
}

static void set_clock(const uint8_t time[6])
{
	uint8_t parameters[8] = {3};

	memcpy(parameters + 1, time, 6);
	CU_ASSERT_EQUAL(port_procedure(&port, 10, parameters, 8), 0);
}

#define MINUTE_OF(year, month, day, hour, minute)                                                  \
	((year) | (uint64_t)(month) << 8 | (uint64_t)(day) << 16 | (uint64_t)(hour) << 24 |        \
	 (uint64_t)(minute) << 32)

/* `time` is MINUTE_OF; times of the log are standard time. */
static void check_entry(unsigned int back, unsigned int code, unsigned int user, uint64_t time)
{
	struct shown entry = shown_entry(back);

	CU_ASSERT_EQUAL(entry.code, code);
	CU_ASSERT_EQUAL(entry.user, user);
	CU_ASSERT_EQUAL(entry.time & 0xFFFFFFFFFF, time);
}

/* 12:30 of a July day is 11:30 standard time. */
static void a_clock_that_is_set_is_logged_with_the_time_before_and_after(void)
{
	port_start(&port, "AX");
	port_log_on(&port, "OPERATE");
	set_clock((const uint8_t[]){26, 7, 14, 12, 30, 10});
	set_clock((const uint8_t[]){27, 1, 2, 3, 4, 5});
	check_entry(0, 9, 2, MINUTE_OF(27, 1, 2, 3, 4));
	check_entry(1, 4, 2, MINUTE_OF(27, 1, 2, 3, 4));
	check_entry(2, 3, 2, MINUTE_OF(26, 7, 14, 11, 30));
	CU_ASSERT_EQUAL(port_procedure(&port, 10, (const uint8_t[8]){3, 27, 13}, 8), 2);
	check_entry(0, 9, 2, MINUTE_OF(27, 1, 2, 3, 4)); /* refused: the procedure alone */
	check_entry(1, 9, 2, MINUTE_OF(27, 1, 2, 3, 4));
	port_free(&port);
}

static void a_lost_clock_is_logged_once(void)
{
	port_start(&port, "AX");
	port_log_on(&port, "OPERATE");
	set_clock((const uint8_t[]){26, 7, 14, 12, 30, 10});
	for (int life = 0; life < 2; life++) {
		port_power_up(&port, 0);
		port.exchange.battery = EXCHANGE_BATTERY_LOST;
		port_seconds(&port, 2);
		port_log_on(&port, "READ");
		CU_ASSERT_EQUAL(shown_entry(0).code, life == 0 ? 42 : 2);
		CU_ASSERT_EQUAL(shown_entry(0).user, 0);
	}
	port_free(&port);
}

static void put_entry(uint8_t *entry, unsigned int date, unsigned int action)
{
	entry[0] = (uint8_t)(date & 0xFF);
	entry[1] = (uint8_t)(date >> 8);
	entry[2] = (uint8_t)action;
}

/* Daylight saving of North America; on 1 May a season with self-read and demand reset. */
static void what_the_calendar_does_is_logged_as_the_meter_s_own(void)
{
	uint8_t calendar[232] = {0};

	put_entry(calendar + 60, 0x0833, 1);
	put_entry(calendar + 63, 0x082B, 2);
	put_entry(calendar + 66, 5u | 7u << 8 | 1u << 11, 4 | 0x60);
	put_entry(calendar + 69, 1u | 7u << 8 | 1u << 11, 3);
	port_start(&port, "AX");
	port_log_on(&port, "PROGRAM");
	CU_ASSERT_EQUAL(wire_write(&port.wire, 54, calendar, sizeof(calendar)), OK);
	set_clock((const uint8_t[]){26, 3, 8, 1, 59, 58});
	port_seconds(&port, 3);
	check_entry(0, 22, 0, MINUTE_OF(26, 3, 8, 2, 0));
	set_clock((const uint8_t[]){26, 4, 30, 23, 59, 58});
	port_seconds(&port, 3);
	check_entry(2, 21, 0, MINUTE_OF(26, 4, 30, 23, 0));
	check_entry(1, 20, 0, MINUTE_OF(26, 4, 30, 23, 0));
	check_entry(0, 24, 0, MINUTE_OF(26, 4, 30, 23, 0));
	CU_ASSERT_EQUAL(shown_entry(0).argument, 1); /* the season that begins */
	set_clock((const uint8_t[]){26, 11, 1, 1, 59, 58});
	port_seconds(&port, 3);
	check_entry(0, 23, 0, MINUTE_OF(26, 11, 1, 1, 0));
	port_free(&port);
}

const char *const suite_name = "meter_event_log";
const struct suite_case suite_cases[] = {
	CASE(entries_come_back_whole_and_in_order_after_power_up),
	CASE(a_full_ring_drops_the_oldest_sector_and_wears_all_alike),
	CASE(a_power_cut_at_any_operation_leaves_whole_entries),
	CASE(a_slot_with_a_bad_cell_is_passed_over),
	CASE(preparing_ahead_leaves_one_programming_per_entry),
	CASE(what_was_read_is_known_after_power_up),
	CASE(a_part_without_room_has_no_log),
	CASE(the_log_tables_agree_with_each_other),
	CASE(a_change_of_the_adjustment_is_logged_with_both_counters),
	CASE(a_wrong_password_is_logged_with_its_user),
	CASE(an_outage_is_logged_with_its_length),
	CASE(procedures_4_and_5_set_the_reading_pointer),
	CASE(a_clock_that_is_set_is_logged_with_the_time_before_and_after),
	CASE(a_lost_clock_is_logged_once),
	CASE(what_the_calendar_does_is_logged_as_the_meter_s_own),
	CASES_END,
};
