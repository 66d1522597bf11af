/* The newest of both states counts, that of the registers or that of the history. */
#include "storage/billing_store.h"

#include "meter_state.h"
#include "registers/seconds.h"

static uint8_t *record_of(struct billing_store *store)
{
	return &store->slot[JOURNAL_RECORD_OFFSET];
}

static bool restore_settings(struct billing *billing, struct billing_store *store,
			     struct billing_stamp *stamp)
{
	if (!journal_read(&store->settings, store->slot) ||
	    billing_record_take_settings(billing, stamp, record_of(store))) {
		return true;
	}
	billing_set_defaults(billing);
	return false;
}

/* What is not whole is nothing; `stamp` then says so. */
static bool accept(struct billing *billing, struct billing_stamp *stamp, bool is_whole)
{
	if (!is_whole) {
		billing_clear_registers(billing);
		*stamp = (struct billing_stamp){.number = 0};
	}
	return is_whole;
}

static bool restore_history(struct billing *billing, struct billing_store *store,
			    struct billing_stamp *stamp)
{
	return !journal_read(&store->history, store->slot) ||
	       accept(billing, stamp,
		      billing_record_take_history(billing, stamp, record_of(store)));
}

static bool restore_registers(struct billing *billing, struct billing_store *store,
			      struct billing_stamp *stamp)
{
	return !journal_read(&store->registers, store->slot) ||
	       billing_record_number(record_of(store)) < stamp->number ||
	       accept(billing, stamp,
		      billing_record_take_registers(billing, stamp, record_of(store)));
}

static void run_down(uint32_t *seconds, uint32_t passed)
{
	*seconds -= passed < *seconds ? passed : *seconds;
}

/* The registers, the energy and the clearing of both belong together. */
static bool fit(struct meter *meter, const struct billing_stamp *stamp)
{
	const struct energy_totals totals = billing_totals_of(meter);
	struct billing *billing = &meter->billing;
	uint32_t passed = (uint32_t)meter_age_seconds(meter) - stamp->age_seconds;

	if (stamp->clearings != meter->nonvolatile.clearings) {
		billing_clear_registers(billing);
		return stamp->clearings < meter->nonvolatile.clearings;
	}
	run_down(&billing->demand.lockout_seconds, passed);
	run_down(&billing->demand.excluded_seconds, passed);
	return time_of_use_fit(&billing->rates, &totals);
}

bool billing_store_restore(struct meter *meter)
{
	struct billing_store *store = &meter->billing_store;
	struct billing_stamp settings = {.number = 0};
	struct billing_stamp newest = {.number = 0};
	const struct board *board = meter->board;

	store->is_offered = storage_area_fits(board, STORAGE_BILLING_SETTINGS) &&
			    BILLING_STORE_HISTORY_SLOT <= board->sector_bytes;
	if (!store->is_offered) {
		return true;
	}
	uint8_t clock_changes = meter->billing.clock_changes;
	bool is_whole = journal_open(&store->settings, board, STORAGE_BILLING_SETTINGS,
				     BILLING_STORE_SETTINGS_SLOT) != JOURNAL_DAMAGED;
	is_whole = journal_open(&store->history, board, STORAGE_BILLING_HISTORY,
				BILLING_STORE_HISTORY_SLOT) != JOURNAL_DAMAGED &&
		   is_whole;
	is_whole = journal_open(&store->registers, board, STORAGE_BILLING_REGISTERS,
				BILLING_STORE_REGISTERS_SLOT) != JOURNAL_DAMAGED &&
		   is_whole;
	is_whole = restore_settings(&meter->billing, store, &settings) && is_whole;
	is_whole = restore_history(&meter->billing, store, &newest) && is_whole;
	is_whole = restore_registers(&meter->billing, store, &newest) && is_whole;
	store->number = newest.number;
	meter->billing.has_other_calendar = settings.number > newest.number;
	if (newest.number > 0) {
		is_whole = fit(meter, &newest) && is_whole;
	}
	if (meter->billing.clock_changes != clock_changes) {
		meter->billing.clock_changes = clock_changes;
		billing_begin_at_clock(&meter->billing);
	}
	return is_whole;
}

/* One journal; under warning nothing is erased that need not be. */
static bool save_in(struct billing_store *store, struct journal *journal, bool is_warned)
{
	return journal_save(journal, store->slot) && (is_warned || journal_prepare(journal));
}

bool billing_store_save(struct meter *meter, bool is_warned)
{
	struct billing_store *store = &meter->billing_store;
	struct billing *billing = &meter->billing;
	const struct billing_stamp stamp = {
		.number = store->number + 1u,
		.clearings = meter->nonvolatile.clearings,
		.age_seconds = (uint32_t)meter_age_seconds(meter),
	};

	store->has_failed = false;
	if (!store->is_offered) {
		billing->unsaved = 0;
		return true;
	}
	if ((billing->unsaved & BILLING_SETTINGS) != 0) {
		billing_record_put_settings(billing, &stamp, record_of(store));
		store->has_failed = !save_in(store, &store->settings, is_warned);
	}
	if ((billing->unsaved & BILLING_HISTORY) != 0) {
		billing_record_put_history(billing, &stamp, record_of(store));
		store->has_failed =
			!save_in(store, &store->history, is_warned) || store->has_failed;
	} else if ((billing->unsaved & BILLING_REGISTERS) != 0) {
		billing_record_put_registers(billing, &stamp, record_of(store));
		store->has_failed =
			!save_in(store, &store->registers, is_warned) || store->has_failed;
	}
	store->number = stamp.number;
	billing->unsaved = store->has_failed ? billing->unsaved : 0;
	return !store->has_failed;
}
