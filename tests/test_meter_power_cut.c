/* The supply goes in the middle of a storage operation: every operation, eight kinds of partial
 * effect, and again in the life after that. What comes back is the newest complete save or the one
 * in flight. */
#include "storage/journal.h"
#include "tests/support/measured_energy.h"
#include "tests/support/suite.h"

#define FIRST_SECTOR 2u
#define SECTORS 7u
#define METER_SECTORS 16u
#define SECTOR_BYTES 512u /* few places, so that a short script goes round the ring */
#define SAVES 60u
#define SECOND_OPERATIONS 5
#define MOST_SLOT_BYTES 168u

static struct nor_flash flash;
static struct board board;
static const struct storage_area area = {FIRST_SECTOR, SECTORS - FIRST_SECTOR};

static uint32_t slot_bytes; /* 128: four places in a sector, 168: three, and a rest */

/* Fills every byte, so a torn record cannot pass for a whole one. */
static void fill_record(uint8_t *record, uint32_t number)
{
	uint32_t state = number * 2654435761u + 1;

	for (uint32_t byte = 0; byte < slot_bytes - JOURNAL_OVERHEAD_BYTES; byte++) {
		state = state * 1664525u + 1013904223u;
		record[byte] = (uint8_t)(state >> 24);
	}
	record[0] = (uint8_t)number;
}

/* 0: nothing stored. Fails the test when what is stored is not one of our records. */
static uint32_t open_number(struct journal *journal)
{
	uint8_t slot[MOST_SLOT_BYTES];
	const uint8_t *record = slot + JOURNAL_RECORD_OFFSET;
	uint8_t expected[MOST_SLOT_BYTES];
	enum journal_state state = journal_open(journal, &board, area, slot_bytes);

	CU_ASSERT_NOT_EQUAL(state, JOURNAL_DAMAGED);
	CU_ASSERT_EQUAL(journal_read(journal, slot), state == JOURNAL_FOUND);
	if (state != JOURNAL_FOUND) {
		return 0;
	}
	fill_record(expected, record[0]);
	CU_ASSERT(!memcmp(record, expected, slot_bytes - JOURNAL_OVERHEAD_BYTES));
	return record[0];
}

/* Saves the numbers after `from`; two of three saves prepare the sector ahead. Returns the last
 * complete one, short of `to` when the supply went. */
static uint32_t save_numbers(struct journal *journal, uint32_t from, uint32_t to)
{
	uint8_t slot[MOST_SLOT_BYTES];

	for (uint32_t number = from + 1; number <= to; number++) {
		fill_record(slot + JOURNAL_RECORD_OFFSET, number);
		bool is_saved = journal_save(journal, slot);

		if (flash.is_dead) {
			return is_saved ? number : number - 1;
		}
		CU_ASSERT(is_saved);
		if (number % 3 && !journal_prepare(journal)) {
			return number;
		}
	}
	return to;
}

static void set_cut(int operation, int part)
{
	nor_flash_power_up(&flash);
	flash.cut_at = operation;
	flash.cut_part = part;
}

static int count_operations(void)
{
	struct journal journal;

	board = nor_flash_board(&flash, SECTORS, SECTOR_BYTES);
	CU_ASSERT_EQUAL(open_number(&journal), 0);
	CU_ASSERT_EQUAL(save_numbers(&journal, 0, SAVES), SAVES);
	return flash.operations;
}

/* The first life up to its end in operation `cut`. Returns the newest complete save. */
static uint32_t live_until_cut(int cut, int part)
{
	struct journal journal;

	board = nor_flash_board(&flash, SECTORS, SECTOR_BYTES);
	open_number(&journal);
	set_cut(cut, part);
	uint32_t complete = save_numbers(&journal, 0, SAVES);

	CU_ASSERT(flash.is_dead);
	return complete;
}

/* Power-up: what comes back is `complete` or one more. Two turns of the ring must then work. */
static void check_life_after(uint32_t complete)
{
	struct journal journal;

	nor_flash_power_up(&flash);
	uint32_t found = open_number(&journal);

	CU_ASSERT(found == complete || found == complete + 1);
	CU_ASSERT_EQUAL(save_numbers(&journal, found, found + 45), found + 45);
	CU_ASSERT_EQUAL(open_number(&journal), found + 45);
	CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
	CU_ASSERT_EQUAL(flash.erases[0] + flash.erases[1], 0);
}

static void survive_a_cut_in_every_operation(uint32_t bytes)
{
	slot_bytes = bytes;
	int operations = count_operations();
	int cuts = 0;

	CU_ASSERT(operations > (int)SAVES + 12);
	for (int cut = 1; cut <= operations; cut++) {
		for (int part = 0; part < NOR_FLASH_CUT_PARTS; part++) {
			check_life_after(live_until_cut(cut, part));
			CU_ASSERT_EQUAL(flash.programs_of_granule, 1);
			cuts++;
		}
	}
	CU_ASSERT(cuts > 500);
}

static void the_journal_survives_a_cut_in_every_operation(void)
{
	survive_a_cut_in_every_operation(128);
	survive_a_cut_in_every_operation(168);
}

/* Two cuts in a row that reach nothing may program a place twice; nobody could tell. */
static void survive_a_second_cut_in_the_life_after(uint32_t bytes)
{
	static struct nor_flash after_first;

	slot_bytes = bytes;
	int operations = count_operations();

	for (int cut = 1; cut <= operations; cut++) {
		for (int part = 0; part < NOR_FLASH_CUT_PARTS; part++) {
			uint32_t complete = live_until_cut(cut, part);

			after_first = flash;
			for (int second = 0; second < SECOND_OPERATIONS * NOR_FLASH_CUT_PARTS;
			     second++) {
				struct journal journal;

				flash = after_first;
				set_cut(1 + second / NOR_FLASH_CUT_PARTS,
					second % NOR_FLASH_CUT_PARTS);
				uint32_t found = open_number(&journal);

				CU_ASSERT(found == complete || found == complete + 1);
				uint32_t again = save_numbers(&journal, found, found + 10);

				CU_ASSERT(flash.is_dead);
				nor_flash_power_up(&flash);
				found = open_number(&journal);
				CU_ASSERT(found == again || found == again + 1);
				CU_ASSERT_EQUAL(save_numbers(&journal, found, found + 3),
						found + 3);
				CU_ASSERT_EQUAL(open_number(&journal), found + 3);
				CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
				CU_ASSERT(flash.programs_of_granule <= 2);
			}
		}
	}
}

static void the_journal_survives_a_second_cut_in_the_life_after(void)
{
	survive_a_second_cut_in_the_life_after(128);
	survive_a_second_cut_in_the_life_after(168);
}

/*
 * The whole meter. A life: one second, at whose end it saves and prepares; the early warning 60
 * frames on; 64 frames of hold-up, at whose end it saves again. At 166.2 kW the three saves are at
 * least 0.72 Wh apart.
 */
#define WARNED_AT (SECOND + 60)
#define LIFE_FRAMES (WARNED_AT + 64)
#define LIVES 30
#define TOLERANCE_WATT_HOURS 0.03

struct account {
	double before;	 /* this life */
	double complete; /* at the newest complete save */
	double in_flight;
};

static void account_start(struct account *account, double watt_hours)
{
	*account = (struct account){watt_hours, watt_hours, watt_hours};
}

/* Hands frames over until the save that is due in frame `end`. */
static void live_until(struct table *table, const struct measured_energy *energy,
		       struct account *account, int64_t end, int64_t warned_at)
{
	if (table->flash.is_dead) {
		return;
	}
	measured_feed(table, energy, end, warned_at);
	double watt_hours = account->before + measured_watt_hours(energy, end);

	account->complete = account->in_flight;
	account->in_flight = watt_hours;
	if (!table->flash.is_dead) {
		account->complete = watt_hours;
	}
}

static void live(struct table *table, const struct measured_energy *energy, struct account *account)
{
	live_until(table, energy, account, SECOND, -1);
	live_until(table, energy, account, WARNED_AT, WARNED_AT);
	live_until(table, energy, account, LIFE_FRAMES, WARNED_AT);
}

/* Power-up after the end of a life; the next one starts from what the account says came back. */
static void check_power_up(struct table *table, struct account *account)
{
	nor_flash_power_up(&table->flash);
	table_power_up(table);
	double shown = shown_watt_hours(table);
	bool is_complete = fabs(shown - account->complete) < TOLERANCE_WATT_HOURS;
	bool is_in_flight = fabs(shown - account->in_flight) < TOLERANCE_WATT_HOURS;

	CU_ASSERT(is_complete || is_in_flight);
	CU_ASSERT_EQUAL(meter_status_bits(table->meter) & 1u << 5, 0);
	CU_ASSERT_EQUAL(table->flash.programs_of_unerased, 0);
	CU_ASSERT_EQUAL(table->flash.erases[0] + table->flash.erases[1], 0);
	account_start(account, is_in_flight ? account->in_flight : account->complete);
}

/* One cut in the life that starts with `start`, then in the life after it each of `seconds` cuts,
 * then a whole life. */
static void cut_twice(struct table *table, const struct measured_energy *energy,
		      const struct nor_flash *start, const struct account *account, int cut)
{
	static struct nor_flash after_first;
	struct account first = *account;

	table->flash = *start;
	nor_flash_power_up(&table->flash);
	table_power_up(table);
	table->flash.cut_at = 1 + cut / NOR_FLASH_CUT_PARTS;
	table->flash.cut_part = cut % NOR_FLASH_CUT_PARTS;
	live(table, energy, &first);
	after_first = table->flash;
	for (int second = 0; second < 4; second++) {
		struct account again = first;

		table->flash = after_first;
		check_power_up(table, &again);
		table->flash.cut_at = 1 + (cut + second) % 4;
		table->flash.cut_part = (cut + 2 * second) % NOR_FLASH_CUT_PARTS;
		live(table, energy, &again);
		check_power_up(table, &again);
		live(table, energy, &again);
		CU_ASSERT_EQUAL(again.complete, again.in_flight);
		check_power_up(table, &again);
	}
}

static void the_registers_survive_cuts_in_every_operation_of_every_life(void)
{
	static struct nor_flash start;
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	struct account account;

	account_start(&account, 0);
	table->board = nor_flash_board(&table->flash, METER_SECTORS, SECTOR_BYTES);
	table_power_up(table);
	for (int life = 0; life < LIVES; life++) {
		start = table->flash;
		live(table, energy, &account);
		int operations = table->flash.operations;
		struct nor_flash end = table->flash;
		struct account start_account;

		CU_ASSERT(operations >= 3);
		account_start(&start_account, account.before);
		for (int cut = 0; cut < operations * NOR_FLASH_CUT_PARTS; cut++) {
			cut_twice(table, energy, &start, &start_account, cut);
		}
		table->flash = end;
		check_power_up(table, &account);
	}
	CU_ASSERT(table->flash.erases[FIRST_SECTOR] >= 2);
	free(energy);
	table_free(table);
}

const char *const suite_name = "meter_power_cut";
const struct suite_case suite_cases[] = {
	CASE(the_journal_survives_a_cut_in_every_operation),
	CASE(the_journal_survives_a_second_cut_in_the_life_after),
	CASE(the_registers_survive_cuts_in_every_operation_of_every_life),
	CASES_END,
};
