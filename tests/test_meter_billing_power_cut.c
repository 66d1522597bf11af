/*
 * The supply goes in the middle of a storage operation while billing changes: the clock is set, and
 * a midnight brings another season with demand reset, self-read and another rate. Every operation,
 * eight kinds of partial effect, and again in the life after. Two records hold what then comes
 * back, the energy's and billing's; they have to agree whatever was cut.
 */
#define NOR_FLASH_MOST_BYTES (64u * 4096u) /* without the recorder's sectors */

#include "registers/billing_actions.h"
#include "registers/control.h"
#include "tests/support/measured_energy.h"
#include "tests/support/suite.h"

#define SECTORS 64u
#define SECTOR_BYTES 4096u
#define TIERS 4u
#define LIVES 6
#define TOLERANCE_MWH 30
#define NV_MEM (1u << 5)
#define OUTAGE_SECONDS 5u

/* A clock set to 23:59:59 in frame 0, the middle of a segment of 64, has its midnight here. */
#define MIDNIGHT 3904
#define WINDOW_END 3840 /* registers show energy up to the last complete window of 256 frames */
#define WARNED_AT (MIDNIGHT + 192)
#define LIFE_FRAMES (WARNED_AT + 64)

/* Seasons 1 from May and 2 from October, each with reset and self-read; their days have rate 1 and
 * rate 2. */
static struct calendar two_seasons(void)
{
	struct calendar calendar = {
		.recurring = {{5u | 7u << 8 | 1u << 11, 4 | 0x60},
			      {10u | 7u << 8 | 1u << 11, 5 | 0x60}},
		.switches = {{true, 1, 1, 0}, {true, 2, 2, 0}},
	};

	memset(calendar.schedules[1], 1, sizeof(calendar.schedules[1]));
	memset(calendar.schedules[2], 2, sizeof(calendar.schedules[2]));
	return calendar;
}

struct view {
	unsigned int resets;
	unsigned int self_reads;
	unsigned int season;
	int64_t continuous_mw;
	int64_t total;
	int64_t tiers[TIERS];
};

static struct view view_of(struct table *table)
{
	const struct billing *billing = billing_of(table->meter);
	struct quantities shown;
	struct billing_readings readings;

	quantities_read(table->meter, &shown);
	struct energy_totals totals = {shown.delivered_counts, shown.received_counts};

	billing_read(billing, &totals, &readings);
	struct view view = {
		.resets = readings.resets,
		.self_reads = billing->self_read_sequence,
		.season = billing->rates.season,
		.continuous_mw = demand_continuous_mw(&readings.demand[0]),
		.total = shown.delivered_counts,
	};

	for (unsigned int tier = 0; tier < TIERS; tier++) {
		view.tiers[tier] = readings.energy[1 + tier].delivered;
	}
	return view;
}

/* What is so at any instant of any life: rates add up, and a midnight was acted upon as a whole. */
static void check_whole(struct table *table, const struct view *view)
{
	const struct billing *billing = billing_of(table->meter);
	int64_t sum = 0;

	for (unsigned int tier = 0; tier < TIERS; tier++) {
		CU_ASSERT(view->tiers[tier] >= 0);
		sum += view->tiers[tier];
	}
	CU_ASSERT_EQUAL(sum, view->total);
	CU_ASSERT_EQUAL(view->self_reads, view->resets);
	CU_ASSERT_EQUAL(view->season, view->resets % 2 ? 1 : 2);
	CU_ASSERT_EQUAL(billing->before_reset.readings.resets, view->resets - 1);
	CU_ASSERT_EQUAL(billing->before_season.readings.resets, view->resets - 1);
	const struct billing_snapshot *newest = billing_self_read_at(billing, 0);

	CU_ASSERT_EQUAL(newest->readings.resets, view->resets - 1);
	CU_ASSERT(newest->readings.energy[0].delivered <= view->total);
	CU_ASSERT_EQUAL(meter_status_bits(table->meter) & NV_MEM, 0);
	CU_ASSERT_EQUAL(table->flash.programs_of_unerased, 0);
}

static void power_up(struct table *table)
{
	struct exchange exchange = {.battery = EXCHANGE_BATTERY_KEPT,
				    .battery_ticks = OUTAGE_SECONDS * UINT64_C(32768)};

	nor_flash_power_up(&table->flash);
	table_power_up(table);
	meter_run(table->meter, &exchange);
}

/* What midnight brings: the next season, or nothing but another day. */
enum midnight { NEXT_SEASON, SAME_SEASON };

/*
 * To a second before midnight, with a maximum that is 1 W higher. For a midnight of the same season
 * the clock goes forward over a whole year with its two ends of seasons, for which nothing is made
 * up.
 */
static void set_clock(struct table *table, unsigned int resets, enum midnight midnight)
{
	uint8_t month = resets % 2 ? 9 : 4;

	if (midnight == SAME_SEASON) {
		month = resets % 2 ? 6 : 11;
	}
	const struct meter_clock_time time = {
		.date = {(uint16_t)(2026 + resets / 2 + (midnight == SAME_SEASON && resets % 2)),
			 month, midnight == SAME_SEASON ? 15 : 30},
		.hour = 23,
		.minute = 59,
		.second = 59,
	};

	billing_of(table->meter)->demand.registers[0].maximum_mw += 1000;
	CU_ASSERT(meter_set_clock(table->meter, &time, METER_CLOCK_BY_CALENDAR));
}

/* How far a life came: the newest save of billing that was complete before the supply went. */
enum stage { NOTHING_SAVED, CLOCK_SAVED, MIDNIGHT_SAVED };

static enum stage live(struct table *table, const struct measured_energy *energy,
		       enum midnight midnight)
{
	enum stage stage = NOTHING_SAVED;

	set_clock(table, view_of(table).resets, midnight);
	stage = table->flash.is_dead ? stage : CLOCK_SAVED;
	for (int64_t end = MIDNIGHT; end <= LIFE_FRAMES && !table->flash.is_dead; end += 64) {
		measured_feed(table, energy, end, end > WARNED_AT ? WARNED_AT : -1);
		stage = table->flash.is_dead ? stage : MIDNIGHT_SAVED;
	}
	return stage;
}

static int64_t mwh(double watt_hours)
{
	return llrint(watt_hours * 1e3);
}

/*
 * Power-up after a life that began with `start` and came to `stage`. The outage passes midnight, so
 * a clock that was set has had it exactly once, with supply or without. Returns what the next life
 * starts with.
 */
static struct view check_power_up(struct table *table, const struct measured_energy *energy,
				  const struct view *start, enum midnight midnight,
				  enum stage stage)
{
	nor_flash_power_up(&table->flash);
	table_power_up(table);
	struct view stored = view_of(table);

	check_whole(table, &stored);
	power_up(table);
	struct view view = view_of(table);
	int64_t most = mwh(measured_watt_hours(energy, LIFE_FRAMES));
	unsigned int resets = start->resets + (midnight == NEXT_SEASON);

	check_whole(table, &view);
	CU_ASSERT(view.resets == resets ||
		  (stage == NOTHING_SAVED && view.resets == start->resets));
	CU_ASSERT(view.continuous_mw == start->continuous_mw + 1000 ||
		  (stage == NOTHING_SAVED && view.continuous_mw == start->continuous_mw));
	CU_ASSERT(view.total >= start->total && view.total - start->total <= most + TOLERANCE_MWH);
	for (unsigned int tier = 0; tier < TIERS; tier++) {
		CU_ASSERT(view.tiers[tier] >= start->tiers[tier]);
	}
	if (stage == MIDNIGHT_SAVED && midnight == NEXT_SEASON) {
		unsigned int ended = start->season; /* each season has its rate */

		CU_ASSERT_EQUAL(stored.resets, view.resets);
		CU_ASSERT(llabs(view.tiers[ended] - start->tiers[ended] -
				mwh(measured_watt_hours(energy, WINDOW_END))) <= TOLERANCE_MWH);
	}
	return view;
}

/* The first life writes the calendar and passes the first end of a season. */
static struct view begin(struct table *table, const struct measured_energy *energy)
{
	const struct calendar calendar = two_seasons();
	const struct meter_clock_time time = {.date = {2026, 4, 30}, 23, 59, 59};

	table->board = nor_flash_board(&table->flash, SECTORS, SECTOR_BYTES);
	power_up(table);
	CU_ASSERT(meter_change_calendar(table->meter, &calendar));
	CU_ASSERT(meter_set_clock(table->meter, &time, METER_CLOCK_BY_CALENDAR));
	measured_feed(table, energy, LIFE_FRAMES, WARNED_AT);
	return view_of(table);
}

/* A cut in operation `cut` / 8 of the life that begins with `flash`, then one in the life after it,
 * then a whole life. False: the life had no such operation. */
static bool cut_twice(struct table *table, const struct measured_energy *energy,
		      const struct nor_flash *flash, enum midnight midnight, int cut)
{
	static struct nor_flash after_first;

	table->flash = *flash;
	power_up(table);
	struct view start = view_of(table);

	table->flash.cut_at = table->flash.operations + 1 + cut / NOR_FLASH_CUT_PARTS;
	table->flash.cut_part = cut % NOR_FLASH_CUT_PARTS;
	enum stage first = live(table, energy, midnight);

	if (!table->flash.is_dead) {
		return false;
	}
	after_first = table->flash;
	for (int second = 0; second < 2; second++) {
		enum midnight other = second ? SAME_SEASON : NEXT_SEASON;

		table->flash = after_first;
		struct view view = check_power_up(table, energy, &start, midnight, first);

		table->flash.cut_at = table->flash.operations + 1 + (3 * cut + 5 * second) % 12;
		table->flash.cut_part = (cut + 3 * second) % NOR_FLASH_CUT_PARTS;
		enum stage again = live(table, energy, other);

		view = check_power_up(table, energy, &view, other, again);
		CU_ASSERT_EQUAL(live(table, energy, NEXT_SEASON), MIDNIGHT_SAVED);
		check_power_up(table, energy, &view, NEXT_SEASON, MIDNIGHT_SAVED);
	}
	return true;
}

static void rates_maxima_and_readings_agree_after_cuts_in_every_operation(void)
{
	static struct nor_flash flash;
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	struct view view = begin(table, energy);

	CU_ASSERT_EQUAL(view.resets, 1);
	for (int life = 0; life < LIVES; life++) {
		flash = table->flash;
		for (int midnight = NEXT_SEASON; midnight <= SAME_SEASON; midnight++) {
			int cut = 0;

			while (cut_twice(table, energy, &flash, (enum midnight)midnight, cut)) {
				cut++;
			}
			CU_ASSERT(cut >= 9 * NOR_FLASH_CUT_PARTS);
		}
		table->flash = flash;
		power_up(table);
		view = view_of(table);
		CU_ASSERT_EQUAL(live(table, energy, NEXT_SEASON), MIDNIGHT_SAVED);
		view = check_power_up(table, energy, &view, NEXT_SEASON, MIDNIGHT_SAVED);
	}
	CU_ASSERT(table->flash.erases[34] > 0 && table->flash.erases[35] > 0);
	free(energy);
	table_free(table);
}

static void check_rates_add_up(const struct view *view)
{
	CU_ASSERT_EQUAL(view->tiers[0] + view->tiers[1] + view->tiers[2] + view->tiers[3],
			view->total);
}

/* The warning comes up to two windows before or after midnight, where the rate changes; the load
 * goes on while the supply holds up. */
static void no_rate_shown_under_warning_is_above_what_comes_back(void)
{
	static struct nor_flash flash;
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	int tiers_changed = 0;

	begin(table, energy);
	flash = table->flash;
	for (int64_t warned_at = MIDNIGHT - 512; warned_at < MIDNIGHT + 512; warned_at += 61) {
		table->flash = flash;
		power_up(table);
		set_clock(table, view_of(table).resets, NEXT_SEASON);
		measured_feed(table, energy, warned_at, -1);
		struct view before = view_of(table);

		for (int64_t end = warned_at + 1; end <= warned_at + 960; end += 53) {
			measured_feed(table, energy, end, warned_at);
		}
		struct view during = view_of(table);

		nor_flash_power_up(&table->flash);
		table_power_up(table);
		struct view after = view_of(table);

		check_rates_add_up(&during);
		check_rates_add_up(&after);
		for (unsigned int tier = 0; tier < TIERS; tier++) {
			CU_ASSERT(before.tiers[tier] <= during.tiers[tier]);
			CU_ASSERT(during.tiers[tier] <= after.tiers[tier]);
		}
		tiers_changed += warned_at < MIDNIGHT && during.season != before.season;
		/* below one test pulse of 1.8 Wh */
		CU_ASSERT(mwh(measured_watt_hours(energy, table->frame)) - after.total < 1800);
	}
	CU_ASSERT(tiers_changed > 5);
	free(energy);
	table_free(table);
}

/* Midnight comes 30 s after the setting and saves like a minute. 2.77 kWh: a minute at 166.2 kW. */
static void without_warning_rates_lose_what_the_total_loses(void)
{
	static const struct {
		int seconds;
		int64_t saved; /* frame of the newest save */
	} rows[] = {
		{20, SECOND},
		{29, SECOND},
		{31, MIDNIGHT + 29 * SECOND},
		{59, MIDNIGHT + 29 * SECOND},
		{61, 60 * SECOND},
		{119, 60 * SECOND},
		{121, 120 * SECOND},
	};
	static struct nor_flash flash;
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	const struct meter_clock_time time = {.date = {2026, 9, 30}, 23, 59, 30};

	begin(table, energy);
	flash = table->flash;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		table->flash = flash;
		power_up(table);
		struct view start = view_of(table);

		CU_ASSERT(meter_set_clock(table->meter, &time, METER_CLOCK_BY_CALENDAR));
		measured_feed(table, energy, (int64_t)rows[i].seconds * SECOND + 300, -1);
		struct view shown = view_of(table);

		power_up(table);
		struct view view = view_of(table);
		int64_t saved = mwh(measured_watt_hours(energy, rows[i].saved));

		check_rates_add_up(&view);
		CU_ASSERT(llabs(view.total - start.total - saved) <= TOLERANCE_MWH);
		CU_ASSERT(shown.total - view.total < 2770000);
		for (unsigned int tier = 0; tier < TIERS; tier++) {
			CU_ASSERT(view.tiers[tier] >= start.tiers[tier]);
			CU_ASSERT(shown.tiers[tier] - view.tiers[tier] <= shown.total - view.total);
		}
	}
	free(energy);
	table_free(table);
}

static bool is_cleared(const struct view *view)
{
	return view->total == 0 && view->resets == 0 && view->self_reads == 0 &&
	       view->continuous_mw == 0;
}

static void clearing_is_all_or_nothing_wherever_it_is_cut(void)
{
	static struct nor_flash flash;
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	int cleared = 0;
	int kept = 0;

	begin(table, energy);
	flash = table->flash;
	for (int cut = 0; cut < 4 * NOR_FLASH_CUT_PARTS; cut++) {
		table->flash = flash;
		power_up(table);
		set_clock(table, view_of(table).resets, SAME_SEASON);
		struct view before = view_of(table);

		table->flash.cut_at = table->flash.operations + 1 + cut / NOR_FLASH_CUT_PARTS;
		table->flash.cut_part = cut % NOR_FLASH_CUT_PARTS;
		CU_ASSERT_EQUAL(meter_clear_data(table->meter, NULL), PROCEDURE_COMPLETED);
		power_up(table);
		struct view after = view_of(table);

		check_rates_add_up(&after);
		CU_ASSERT_EQUAL(meter_status_bits(table->meter) & NV_MEM, 0);
		cleared += is_cleared(&after);
		kept += after.total >= before.total && after.resets == before.resets &&
			after.self_reads == before.self_reads &&
			after.continuous_mw == before.continuous_mw;
		CU_ASSERT_EQUAL(cleared + kept, cut + 1);
		CU_ASSERT_EQUAL(billing_of(table->meter)->self_read_count, !is_cleared(&after));
	}
	CU_ASSERT(cleared > 8 && kept > 8);
	free(energy);
	table_free(table);
}

/* Rules and calendar are one record, season and rate another: wherever it is cut, the season and
 * the rate are those of the calendar that counts. */
static void programming_is_all_or_nothing_wherever_it_is_cut(void)
{
	static struct nor_flash flash;
	const struct calendar other = {.switches = {{true, 3, 0, 0}}};
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	int changed = 0;

	begin(table, energy);
	flash = table->flash;
	for (int cut = 0; cut < 5 * NOR_FLASH_CUT_PARTS; cut++) {
		table->flash = flash;
		power_up(table);
		measured_feed(table, energy, SECOND + 100, -1);
		table->flash.cut_at = table->flash.operations + 1 + cut / NOR_FLASH_CUT_PARTS;
		table->flash.cut_part = cut % NOR_FLASH_CUT_PARTS;
		CU_ASSERT(meter_change_calendar(table->meter, &other));
		power_up(table);
		const struct billing *billing = billing_of(table->meter);
		bool is_other = billing->calendar.switches[0].tier == 3;
		struct view view = view_of(table);

		changed += is_other;
		CU_ASSERT_EQUAL(billing->rates.season, is_other ? 0 : 1);
		CU_ASSERT_EQUAL(billing->rates.tier, is_other ? 3 : 1);
		check_rates_add_up(&view);
		CU_ASSERT_EQUAL(meter_status_bits(table->meter) & NV_MEM, 0);
	}
	CU_ASSERT(changed > 2 * NOR_FLASH_CUT_PARTS);
	CU_ASSERT(changed < 5 * NOR_FLASH_CUT_PARTS);
	free(energy);
	table_free(table);
}

/* The newest energy record goes bad in the part: rates give back what the older one lacks. */
static void rates_fit_the_total_even_after_damage(void)
{
	struct table *table = table_new(200);
	struct measured_energy *energy = measured_energy_new(table, 0);
	struct view before = begin(table, energy);
	uint32_t end = 2 * SECTOR_BYTES;

	while (table->flash.bytes[end] != 0xFF) {
		end += 128;
	}
	for (uint32_t slot = end; slot > 2 * SECTOR_BYTES; slot -= 128) {
		table->flash.bytes[slot - 128 + 20] ^= 1;
		power_up(table);
		struct view view = view_of(table);

		check_rates_add_up(&view);
		CU_ASSERT(view.total <= before.total);
		for (unsigned int tier = 0; tier < TIERS; tier++) {
			CU_ASSERT(view.tiers[tier] >= 0);
		}
		before = view;
	}
	CU_ASSERT_EQUAL(before.total, 0);
	CU_ASSERT(meter_status_bits(table->meter) & NV_MEM);
	free(energy);
	table_free(table);
}

const char *const suite_name = "meter_billing_power_cut";
const struct suite_case suite_cases[] = {
	CASE(rates_maxima_and_readings_agree_after_cuts_in_every_operation),
	CASE(no_rate_shown_under_warning_is_above_what_comes_back),
	CASE(without_warning_rates_lose_what_the_total_loses),
	CASE(clearing_is_all_or_nothing_wherever_it_is_cut),
	CASE(programming_is_all_or_nothing_wherever_it_is_cut),
	CASE(rates_fit_the_total_even_after_damage),
	CASES_END,
};
