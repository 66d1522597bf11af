/* The journal and what the meter keeps in it: nothing is lost, nothing wears out. Cuts in the
 * middle of an operation: test_meter_power_cut.c. */
#include "metrology/energy.h"
#include "storage/journal.h"
#include "storage/nonvolatile.h"
#include "tests/support/measured_energy.h"
#include "tests/support/suite.h"

#define MINUTE (60 * SECOND)
#define NV_MEM (1u << 5)
#define FIRST_SECTOR 2u
#define RECORD_BYTES 112u
#define SLOT_BYTES (RECORD_BYTES + JOURNAL_OVERHEAD_BYTES)
#define JOURNAL_SECTORS (TABLE_SECTORS - FIRST_SECTOR)

/* All of a small part behind the adjustment's sectors. */
static struct storage_area journal_area(const struct board *board)
{
	return (struct storage_area){FIRST_SECTOR,
				     board->storage_bytes / board->sector_bytes - FIRST_SECTOR};
}

static struct nor_flash flash;

static void fill_record(uint8_t record[RECORD_BYTES], uint32_t number)
{
	for (uint32_t byte = 0; byte < RECORD_BYTES; byte++) {
		record[byte] = (uint8_t)(number >> 8 * (byte % 4) & 0xFF);
	}
}

/* The number that the record was filled with; UINT32_MAX: none or not one of ours. */
static uint32_t opened_number(struct journal *journal, const struct board *board)
{
	uint8_t slot[SLOT_BYTES];
	const uint8_t *record = slot + JOURNAL_RECORD_OFFSET;
	uint8_t expected[RECORD_BYTES];

	if (journal_open(journal, board, journal_area(board), SLOT_BYTES) != JOURNAL_FOUND ||
	    !journal_read(journal, slot)) {
		return UINT32_MAX;
	}
	uint32_t number = record[0] | (uint32_t)record[1] << 8 | (uint32_t)record[2] << 16 |
			  (uint32_t)record[3] << 24;

	fill_record(expected, number);
	return memcmp(record, expected, RECORD_BYTES) ? UINT32_MAX : number;
}

static bool save_number(struct journal *journal, uint32_t number)
{
	uint8_t slot[SLOT_BYTES];

	fill_record(slot + JOURNAL_RECORD_OFFSET, number);
	return journal_save(journal, slot);
}

/* Three times round the ring, with a power-up after each save. */
static void the_newest_record_comes_back_at_every_place_of_the_ring(void)
{
	struct board board = nor_flash_board(&flash, 6, 512);
	struct journal journal;

	CU_ASSERT_EQUAL(opened_number(&journal, &board), UINT32_MAX);
	for (uint32_t number = 1; number <= 3 * 4 * 4; number++) {
		CU_ASSERT(save_number(&journal, number));
		if (number % 3) {
			CU_ASSERT(journal_prepare(&journal));
		}
		CU_ASSERT_EQUAL(opened_number(&journal, &board), number);
	}
	CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
	CU_ASSERT_EQUAL(flash.programs_of_granule, 1);
}

/* 20 years of 365.25 days of 1440 minutes are 10,519,200 saves. Whole turns of the ring, then in
 * proportion: endurance 100,000 erases a sector. */
static void twenty_years_of_minute_saves_stay_within_the_endurance(void)
{
	struct board board = nor_flash_board(&flash, TABLE_SECTORS, TABLE_SECTOR_BYTES);
	struct journal journal;
	const uint32_t turns = 100;
	const uint32_t saves = turns * JOURNAL_SECTORS * (TABLE_SECTOR_BYTES / SLOT_BYTES);
	uint32_t most = 0;
	uint32_t least = UINT32_MAX;

	opened_number(&journal, &board);
	for (uint32_t number = 1; number <= saves; number++) {
		CU_ASSERT(save_number(&journal, number) && journal_prepare(&journal));
	}
	for (uint32_t sector = FIRST_SECTOR; sector < TABLE_SECTORS; sector++) {
		most = flash.erases[sector] > most ? flash.erases[sector] : most;
		least = flash.erases[sector] < least ? flash.erases[sector] : least;
	}
	CU_ASSERT(most - least <= 1);
	CU_ASSERT(most <= turns + 1 && least >= turns - 1);
	CU_ASSERT(10519200.0 / saves * most < 100000);
	CU_ASSERT(most > 0);
	/* The adjustment's sectors have no part in it. */
	CU_ASSERT_EQUAL(flash.erases[0] + flash.erases[1], 0);
	CU_ASSERT_EQUAL(flash.programs_of_granule, 1);
	CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
}

static void cells_that_do_not_hold_are_passed_over(void)
{
	struct board board = nor_flash_board(&flash, 6, 512);
	struct journal journal;

	opened_number(&journal, &board);
	flash.stuck_at = 2 * 512 + SLOT_BYTES + 40; /* in the second place */
	for (uint32_t number = 1; number <= 60; number++) {
		CU_ASSERT(save_number(&journal, number * 0x01010101u) && journal_prepare(&journal));
		CU_ASSERT_EQUAL(opened_number(&journal, &board), number * 0x01010101u);
	}
	CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
}

static int program_nothing(void *context, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
	(void)context;
	(void)offset;
	(void)bytes;
	(void)count;
	return 0;
}

/* It still erases, so going round the ring in search of a place would leave nothing. */
static void a_part_that_takes_no_programming_keeps_the_newest_record(void)
{
	struct board board = nor_flash_board(&flash, 6, 512);
	struct journal journal;

	opened_number(&journal, &board);
	for (uint32_t number = 1; number <= 9; number++) {
		CU_ASSERT(save_number(&journal, number));
	}
	board.storage_program = program_nothing;
	for (int attempt = 0; attempt < 100; attempt++) {
		CU_ASSERT_FALSE(save_number(&journal, 99));
		journal_prepare(&journal);
		CU_ASSERT_EQUAL(opened_number(&(struct journal){.board = NULL}, &board), 9);
	}
	board.storage_program = nor_flash_program;
	CU_ASSERT(save_number(&journal, 10));
	CU_ASSERT_EQUAL(opened_number(&journal, &board), 10);
}

static void a_damaged_newest_record_gives_the_one_before(void)
{
	struct board board = nor_flash_board(&flash, 6, 512);
	struct journal journal;

	opened_number(&journal, &board);
	for (uint32_t number = 1; number <= 5; number++) {
		CU_ASSERT(save_number(&journal, number) && journal_prepare(&journal));
	}
	/* The fifth lies at the start of the second sector, the fourth at the end of the first. */
	flash.bytes[3 * 512 + 60] ^= 1;
	CU_ASSERT_EQUAL(opened_number(&journal, &board), 4);
	CU_ASSERT(save_number(&journal, 6));
	CU_ASSERT_EQUAL(opened_number(&journal, &board), 6);
	CU_ASSERT_EQUAL(flash.programs_of_unerased, 0);
}

/*
 * Lives at 166.2 kVA, each ended by the early warning. 617 frames: what is cut off a window or a
 * pulse would be up to 3 Wh each time. Two frames at PF 0.99: 11.90 mWh, so a lost remainder of a
 * count would be 8 %. What the removal of DC (2^-14 per frame, two factors) does to the first
 * frames is below 0.03 %.
 */
static void check_warned_lives(double lag, int64_t frames)
{
	const int lives = 600;
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, lag);
	double expected = lives * measured_watt_hours(energy, frames);
	double expected_pulses = fabs(expected) / KT_WATT_HOURS;
	struct quantities shown;
	int pulses = 0;

	for (int life = 0; life < lives; life++) {
		measured_feed(table, energy, frames, frames);
		pulses += table->pulse_count;
		table_power_up(table);
	}
	quantities_read(table->meter, &shown);
	CU_ASSERT_DOUBLE_EQUAL((double)shown.delivered_counts * 1e-3, fmax(expected, 0),
			       fabs(expected) * 3e-4);
	CU_ASSERT_DOUBLE_EQUAL((double)shown.received_counts * 1e-3, fmax(-expected, 0),
			       fabs(expected) * 3e-4);
	CU_ASSERT_DOUBLE_EQUAL(pulses, expected_pulses, expected_pulses * 3e-4 + 1);
	CU_ASSERT_EQUAL(table->flash.programs_of_unerased, 0);
	free(energy);
	table_free(table);
}

static void warned_losses_of_supply_lose_neither_energy_nor_pulses(void)
{
	check_warned_lives(0, 617);
	check_warned_lives(180, 617);
	check_warned_lives(8.11, 2);
	check_warned_lives(188.11, 2);
}

/* Half a window delivered, then the supply goes; after it everything is received. */
static void the_direction_of_a_cut_window_is_its_own(void)
{
	struct table *table = table_new(200);
	struct measured_energy *delivered = measured_energy_new(table, 0);
	struct measured_energy *received = measured_energy_new(table, 180);
	struct quantities shown;
	double expected = measured_watt_hours(delivered, 128);

	measured_feed(table, delivered, 128, 128);
	table_power_up(table);
	measured_feed(table, received, 512, 512);
	quantities_read(table->meter, &shown);
	CU_ASSERT_DOUBLE_EQUAL((double)shown.delivered_counts * 1e-3, expected, 0.01);
	CU_ASSERT_DOUBLE_EQUAL((double)shown.received_counts * 1e-3,
			       -measured_watt_hours(received, 512), 0.01);
	free(delivered);
	free(received);
	table_free(table);
}

static void a_cut_window_below_the_starting_energy_goes_on_in_the_next(void)
{
	const struct device_form *form = device_form_find("16S", 200);
	struct energy energy;

	energy_init(&energy, form);
	energy_resume_window(&energy, 1 - energy.starting_q4);
	CU_ASSERT_EQUAL(energy.received.counts + energy.received.remainder_q4, 0);
	for (int segment = 0; segment < 3; segment++) {
		CU_ASSERT_EQUAL(energy_add_segment(&energy, 0), 0);
	}
	CU_ASSERT_EQUAL(energy_add_segment(&energy, -1), 0);
	/* 0.72 W for 1/15 s are 0.0133 mWh: no count yet, and all of it is kept. */
	CU_ASSERT_EQUAL(energy.received.remainder_q4, energy.starting_q4);
	CU_ASSERT_EQUAL(energy.delivered.remainder_q4, 0);
}

/* 2.77 kWh is a minute at 166.2 kW. */
static void without_warning_at_most_a_minute_is_lost_and_never_a_save(void)
{
	static const int64_t ends[] = {100,
				       SECOND + 50,
				       SECOND + 2000,
				       MINUTE - 1,
				       MINUTE + 300,
				       2 * MINUTE - 1,
				       2 * MINUTE,
				       2 * MINUTE + 1,
				       2 * MINUTE + 255,
				       3 * MINUTE - 10};
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);

	for (int cut = 0; cut < 10; cut++) {
		int64_t saved = ends[cut] >= MINUTE   ? ends[cut] / MINUTE * MINUTE
				: ends[cut] >= SECOND ? SECOND
						      : 0;

		table->board = nor_flash_board(&table->flash, TABLE_SECTORS, TABLE_SECTOR_BYTES);
		table_power_up(table);
		measured_feed(table, energy, ends[cut], -1);
		table_power_up(table);
		double lost = measured_watt_hours(energy, ends[cut]) - shown_watt_hours(table);

		CU_ASSERT(lost < MOST_WATTS / 60 + 0.1);
		CU_ASSERT_DOUBLE_EQUAL(shown_watt_hours(table), measured_watt_hours(energy, saved),
				       0.03);
	}
	free(energy);
	table_free(table);
}

/* The supply holds up for `hold_up` frames after the warning while the load goes on. */
static void nothing_read_before_or_after_the_warning_is_above_what_comes_back(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);

	for (int64_t hold_up = 0; hold_up < 960; hold_up += 37) {
		int64_t warned_at = 700 + hold_up % 256;
		struct quantities before, during, after;
		double start = shown_watt_hours(table);

		measured_feed(table, energy, warned_at, -1);
		quantities_read(table->meter, &before);
		measured_feed(table, energy, warned_at + hold_up + 1, warned_at);
		quantities_read(table->meter, &during);
		table_power_up(table);
		quantities_read(table->meter, &after);
		double lost = start + measured_watt_hours(energy, warned_at + hold_up + 1) -
			      (double)after.delivered_counts * 1e-3;

		CU_ASSERT(before.delivered_counts <= during.delivered_counts);
		CU_ASSERT(during.delivered_counts <= after.delivered_counts);
		CU_ASSERT(lost < KT_WATT_HOURS && lost > -0.1);
	}
	free(energy);
	table_free(table);
}

static void a_warning_that_passes_loses_nothing_and_stops_nothing(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	int programs = 0;

	measured_feed(table, energy, 1001, -1);
	measured_feed(table, energy, 30 * SECOND, 1001);
	programs = table->flash.programs;
	measured_feed(table, energy, 59 * SECOND, -1);
	/* The warning's save and 15 more, one per cycle; the save of the first second fell into
	 * that. */
	CU_ASSERT_EQUAL(programs, 16);
	CU_ASSERT_EQUAL(table->flash.programs, 16);
	CU_ASSERT_DOUBLE_EQUAL(shown_watt_hours(table), measured_watt_hours(energy, 59 * SECOND),
			       3.2);
	measured_feed(table, energy, 60 * SECOND + 1, -1);
	CU_ASSERT_EQUAL(table->flash.programs, 17);
	CU_ASSERT_DOUBLE_EQUAL(shown_watt_hours(table), measured_watt_hours(energy, 60 * SECOND),
			       0.03);
	free(energy);
	table_free(table);
}

static uint32_t erases_of(const struct nor_flash *part)
{
	uint32_t erases = 0;

	for (uint32_t sector = 0; sector < TABLE_SECTORS; sector++) {
		erases += part->erases[sector];
	}
	return erases;
}

/* An erase may last longer than the supply holds up. Several times round the ring; lives with two
 * warnings in turn with lives of one, so that every place of a sector sees one. */
static void a_save_under_warning_is_one_programming_and_no_erase(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);

	for (int life = 0; life < 2 * 14 * 32; life++) {
		measured_feed(table, energy, SECOND + 10, -1);
		for (int warning = 0; warning <= life % 2; warning++) {
			uint32_t erases = erases_of(&table->flash);
			int programs = table->flash.programs;

			measured_feed(table, energy, table->frame + 10, table->frame);
			CU_ASSERT_EQUAL(table->flash.programs, programs + 1);
			CU_ASSERT_EQUAL(erases_of(&table->flash), erases);
			measured_feed(table, energy, table->frame + 10, -1);
		}
		table_power_up(table);
	}
	CU_ASSERT(table->flash.erases[FIRST_SECTOR] > 2);
	free(energy);
	table_free(table);
}

static void live_through_supply_events(struct table *table, const struct measured_energy *energy)
{
	measured_feed(table, energy, MINUTE + 1234, MINUTE + 777);
	measured_feed(table, energy, 2 * MINUTE, -1);
	table_power_up(table);
	measured_feed(table, energy, SECOND + 333, SECOND + 100);
}

static void the_size_of_blocks_does_not_change_a_stored_byte(void)
{
	static const uint32_t blocks[] = {1, 7, 128, 1536};
	static uint8_t expected[NOR_FLASH_MOST_BYTES];
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 30);

	for (int size = 0; size < 8; size++) {
		table->block = blocks[size % 4];
		table->return_after = size < 4 ? 0 : EXCHANGE_RETURN_AFTER_PULSE;
		table->board = nor_flash_board(&table->flash, TABLE_SECTORS, TABLE_SECTOR_BYTES);
		table_power_up(table);
		live_through_supply_events(table, energy);
		if (!size) {
			memcpy(expected, table->flash.bytes, sizeof(expected));
			CU_ASSERT(table->flash.programs > 10);
		}
		CU_ASSERT(!memcmp(table->flash.bytes, expected, sizeof(expected)));
	}
	free(energy);
	table_free(table);
}

/* The last exchange of a life may bring no frame, only the warning. */
static void a_warning_without_frames_saves(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	struct exchange exchange = {.power_fail_warning = 1};

	measured_feed(table, energy, 1000, -1);
	meter_run(table->meter, &exchange);
	table_power_up(table);
	CU_ASSERT_DOUBLE_EQUAL(shown_watt_hours(table), measured_watt_hours(energy, 1000), 0.03);
	free(energy);
	table_free(table);
}

static void power_up(struct table *table, uint32_t battery, uint64_t ticks)
{
	struct exchange exchange = {.battery = battery, .battery_ticks = ticks};

	table_power_up(table);
	meter_run(table->meter, &exchange);
	exchange.battery_ticks = 999; /* only the first exchange counts */
	meter_run(table->meter, &exchange);
}

static void operating_counters_go_on_over_losses_of_supply(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);

	measured_feed(table, energy, 500, 500);
	power_up(table, EXCHANGE_BATTERY_KEPT, 5000000000u);
	measured_feed(table, energy, 700, 700);
	power_up(table, EXCHANGE_BATTERY_LOST, 7);
	measured_feed(table, energy, SECOND + 10, -1);
	power_up(table, EXCHANGE_BATTERY_KEPT, 32768);
	struct operating_counters counters = operating_counters_of(table->meter);

	CU_ASSERT_EQUAL(counters.frames, 500 + 700 + SECOND);
	CU_ASSERT_EQUAL(counters.outage_ticks, 5000032768u);
	CU_ASSERT_EQUAL(counters.clock_losses, 1);
	CU_ASSERT_EQUAL(counters.power_ups, 4);
	CU_ASSERT_EQUAL(counters.warnings, 2);
	free(energy);
	table_free(table);
}

static void lost_registers_are_reported_for_ever(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);

	for (int life = 0; life < 40; life++) {
		measured_feed(table, energy, 300, 300);
		table_power_up(table);
		CU_ASSERT_EQUAL(meter_status_bits(table->meter) & NV_MEM, 0);
	}
	for (uint32_t byte = FIRST_SECTOR * TABLE_SECTOR_BYTES + 20; byte < NOR_FLASH_MOST_BYTES;
	     byte += SLOT_BYTES) {
		table->flash.bytes[byte] ^= 1;
	}
	for (int life = 0; life < 3; life++) {
		table_power_up(table);
		CU_ASSERT(meter_status_bits(table->meter) & NV_MEM);
		measured_feed(table, energy, 300, 300);
	}
	CU_ASSERT(shown_watt_hours(table) < 3 * measured_watt_hours(energy, 400));
	free(energy);
	table_free(table);
}

static void a_part_too_small_for_the_journal_is_reported(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);

	table->board = nor_flash_board(&table->flash, 15, TABLE_SECTOR_BYTES);
	table_power_up(table);
	CU_ASSERT(meter_status_bits(table->meter) & NV_MEM);
	measured_feed(table, energy, SECOND + 10, SECOND + 5);
	CU_ASSERT_EQUAL(table->flash.operations, 0);
	CU_ASSERT_DOUBLE_EQUAL(shown_watt_hours(table), measured_watt_hours(energy, SECOND), 0.3);
	free(energy);
	table_free(table);
}

/* A record with a valid CRC whose residue is not below one count: another form's scale. */
static void numbers_of_another_scale_are_refused(void)
{
	struct table *table = table_new(20);
	struct measured_energy *energy = measured_energy_new(table, 0);
	struct journal journal;
	uint8_t slot[SLOT_BYTES];

	measured_feed(table, energy, 3000, 3000);
	CU_ASSERT_EQUAL(journal_open(&journal, &table->board, STORAGE_JOURNAL, SLOT_BYTES),
			JOURNAL_FOUND);
	CU_ASSERT(journal_read(&journal, slot));
	memset(&slot[JOURNAL_RECORD_OFFSET + 8], 0x7F, 8); /* the delivered remainder */
	CU_ASSERT(journal_save(&journal, slot));
	table_power_up(table);
	CU_ASSERT(meter_status_bits(table->meter) & NV_MEM);
	CU_ASSERT_EQUAL(shown_watt_hours(table), 0);
	free(energy);
	table_free(table);
}

const char *const suite_name = "meter_storage";
const struct suite_case suite_cases[] = {
	CASE(the_newest_record_comes_back_at_every_place_of_the_ring),
	CASE(twenty_years_of_minute_saves_stay_within_the_endurance),
	CASE(cells_that_do_not_hold_are_passed_over),
	CASE(a_part_that_takes_no_programming_keeps_the_newest_record),
	CASE(a_damaged_newest_record_gives_the_one_before),
	CASE(warned_losses_of_supply_lose_neither_energy_nor_pulses),
	CASE(the_direction_of_a_cut_window_is_its_own),
	CASE(a_cut_window_below_the_starting_energy_goes_on_in_the_next),
	CASE(without_warning_at_most_a_minute_is_lost_and_never_a_save),
	CASE(nothing_read_before_or_after_the_warning_is_above_what_comes_back),
	CASE(a_warning_that_passes_loses_nothing_and_stops_nothing),
	CASE(a_save_under_warning_is_one_programming_and_no_erase),
	CASE(the_size_of_blocks_does_not_change_a_stored_byte),
	CASE(a_warning_without_frames_saves),
	CASE(operating_counters_go_on_over_losses_of_supply),
	CASE(lost_registers_are_reported_for_ever),
	CASE(a_part_too_small_for_the_journal_is_reported),
	CASE(numbers_of_another_scale_are_refused),
	CASES_END,
};
