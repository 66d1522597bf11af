/* The record: numbers of 64 bits, little endian, at the offsets below. Billing has its own
 * (storage/billing_store), always written after the energy that it belongs to. */
#include "storage/nonvolatile.h"

#include <string.h>

#include "meter_state.h"
#include "registers/seconds.h"
#include "storage/little_endian.h"

/* The first save makes the power-up count durable and gets the sector ahead erased; a second is
 * long enough that a chattering supply wears nothing out. */
#define FIRST_SAVE_FRAMES METER_FRAMES_PER_SECOND
/* One cycle at 166.2 kW is 0.77 Wh of the 1.8 Wh of a test pulse; 15 cycles are a quarter second.
 */
#define WARNED_SAVE_FRAMES SEGMENT_FRAMES
#define WARNED_SAVES 15u

/* 15 frames are 128 ticks of the battery clock. */
#define FRAMES_PER_TICKS 15u
#define TICKS_PER_FRAMES 128u
#define DRIFT_TICKS 512u /* 1/64 s */

enum record_field {
	DELIVERED_COUNTS,
	DELIVERED_REMAINDER,
	RECEIVED_COUNTS,
	RECEIVED_REMAINDER,
	WINDOW_ENERGY,
	PULSE_ENERGY,
	OPERATING_FRAMES,
	OUTAGE_TICKS,
	POWER_UPS,
	WARNINGS, /* and in the upper half losses of the battery clock */
	BATTERY_COUNT,
	FLAGS, /* bit 0: registers were lost; 1 saved under warning; 2-3 losses; 8-15 how often the
		  clock was set, 16-31 the day that counted as done then; from 32 on how often
		  registers were cleared */
	SERVICE_LOCK, /* and behind it the service switch, four bytes each */
	CLOCK, /* bit 0: it is set; 1-13 frames of the second; then seconds of standard time */
	RECORD_FIELDS
};

#define FIELD_BYTES 8u
#define RECORD_BYTES (RECORD_FIELDS * FIELD_BYTES)
#define SLOT_BYTES (RECORD_BYTES + JOURNAL_OVERHEAD_BYTES)
_Static_assert(SLOT_BYTES == 128u, "a slot is a quarter of a page of flash");

#define SERVICE_SWITCH (SERVICE_LOCK * FIELD_BYTES + SERVICE_LOCK_BYTES)
_Static_assert(SERVICE_LOCK_BYTES + SERVICE_DISCONNECT_BYTES == FIELD_BYTES, "one field");

#define FLAG_WAS_LOST 1u
#define FLAG_WARNED 2u
#define LOSSES_SHIFT 2u
#define LOSSES 3u
#define CLOCK_CHANGES_SHIFT 8u
#define BEGIN_DAY_SHIFT 16u
#define CLEARINGS_SHIFT 32u

static void put(uint8_t *record, enum record_field field, uint64_t number)
{
	put_u64(&record[field * FIELD_BYTES], number);
}

static int64_t signed_field(const uint8_t *record, enum record_field field)
{
	return get_i64(&record[field * FIELD_BYTES]);
}

static uint64_t unsigned_field(const uint8_t *record, enum record_field field)
{
	return get_u64(&record[field * FIELD_BYTES]);
}

#define CLOCK_FRAMES_BITS 13u
#define CLOCK_FRAMES 0x1FFFu

/* The time of this frame: what has passed of the segment is in the frames. */
static uint64_t encoded_clock(const struct meter *meter)
{
	const struct meter_clock *clock = &meter->billing.clock;
	int32_t frames = clock->frames + (int32_t)meter->metering.segment_frames;

	return (uint64_t)clock->standard_seconds << (CLOCK_FRAMES_BITS + 1u) |
	       (uint64_t)(frames > 0 ? frames : 0) << 1 | clock->is_set;
}

static void decode_clock(struct meter_clock *clock, uint64_t encoded)
{
	*clock = (struct meter_clock){
		.standard_seconds = (int64_t)(encoded >> (CLOCK_FRAMES_BITS + 1u)),
		.frames = (int32_t)(encoded >> 1 & CLOCK_FRAMES),
		.is_set = encoded & 1u,
	};
}

static uint64_t ticks_of(uint64_t frames)
{
	return frames / FRAMES_PER_TICKS * TICKS_PER_FRAMES +
	       frames % FRAMES_PER_TICKS * TICKS_PER_FRAMES / FRAMES_PER_TICKS;
}

static uint64_t battery_count_now(const struct meter *meter)
{
	const struct nonvolatile *nonvolatile = &meter->nonvolatile;

	return nonvolatile->battery_count > 0
		       ? nonvolatile->battery_count +
				 ticks_of(meter->frame - nonvolatile->battery_frame)
		       : 0;
}

static void encode(const struct meter *meter, uint8_t record[RECORD_BYTES])
{
	const struct energy *energy = &meter->energy;
	const struct operating_counters counters = operating_counters_of(meter);
	/* outside normal mode the incomplete segment belongs to the test registers */
	int64_t segment_q4 =
		meter->control.mode == METER_MODE_NORMAL ? meter->metering.energy_q4 : 0;

	memset(record, 0, RECORD_BYTES);
	put(record, DELIVERED_COUNTS, (uint64_t)energy->delivered.counts);
	put(record, DELIVERED_REMAINDER, (uint64_t)energy->delivered.remainder_q4);
	put(record, RECEIVED_COUNTS, (uint64_t)energy->received.counts);
	put(record, RECEIVED_REMAINDER, (uint64_t)energy->received.remainder_q4);
	put(record, WINDOW_ENERGY, (uint64_t)(energy->window_q4 + segment_q4));
	put(record, PULSE_ENERGY, (uint64_t)meter->pulses.energy_q4);
	put(record, OPERATING_FRAMES, counters.frames);
	put(record, OUTAGE_TICKS, counters.outage_ticks);
	put(record, POWER_UPS, counters.power_ups);
	put(record, WARNINGS, counters.warnings | (uint64_t)counters.clock_losses << 32);
	put(record, BATTERY_COUNT, battery_count_now(meter));
	put(record, FLAGS,
	    (meter->nonvolatile.was_lost ? FLAG_WAS_LOST : 0) |
		    (meter->nonvolatile.is_warned ? FLAG_WARNED : 0) |
		    (uint64_t)meter->nonvolatile.losses << LOSSES_SHIFT |
		    (uint64_t)meter->billing.clock_changes << CLOCK_CHANGES_SHIFT |
		    (uint64_t)meter->billing.begin_day << BEGIN_DAY_SHIFT |
		    (uint64_t)meter->nonvolatile.clearings << CLEARINGS_SHIFT);
	service_detection_save(&meter->service, &record[SERVICE_LOCK * FIELD_BYTES]);
	service_disconnect_save(&meter->disconnect, &record[SERVICE_SWITCH]);
	put(record, CLOCK, encoded_clock(meter));
}

static void decode_register(struct energy_register *target, const uint8_t *record,
			    enum record_field counts)
{
	target->counts = signed_field(record, counts);
	target->remainder_q4 = signed_field(record, counts + 1);
}

static bool register_is_whole(const struct energy_register *target, int64_t count_q4)
{
	return target->counts >= 0 && target->remainder_q4 >= 0 && target->remainder_q4 < count_q4;
}

static void decode_flags(struct meter *meter, uint64_t flags)
{
	meter->nonvolatile.was_lost = (flags & FLAG_WAS_LOST) != 0;
	meter->nonvolatile.losses = (uint8_t)(flags >> LOSSES_SHIFT & LOSSES);
	if ((flags & FLAG_WARNED) == 0) {
		meter->nonvolatile.losses |= SUPPLY_LOST_WITHOUT_WARNING;
	}
	meter->nonvolatile.clearings = (uint32_t)(flags >> CLEARINGS_SHIFT);
	meter->billing.clock_changes = (uint8_t)(flags >> CLOCK_CHANGES_SHIFT & UINT8_MAX);
	meter->billing.begin_day = (int32_t)(flags >> BEGIN_DAY_SHIFT & UINT16_MAX);
}

/* False: not numbers of this form's scale; nothing has changed. */
static bool decode(struct meter *meter, const uint8_t record[RECORD_BYTES])
{
	struct energy *energy = &meter->energy;
	struct energy_register delivered;
	struct energy_register received;
	int64_t pulse_q4 = signed_field(record, PULSE_ENERGY);
	int64_t pulse_limit_q4 = 2 * meter->pulses.weight_q4;

	decode_register(&delivered, record, DELIVERED_COUNTS);
	decode_register(&received, record, RECEIVED_COUNTS);
	if (!register_is_whole(&delivered, energy->count_q4) ||
	    !register_is_whole(&received, energy->count_q4) || pulse_q4 >= pulse_limit_q4 ||
	    pulse_q4 <= -pulse_limit_q4) {
		return false;
	}
	energy->delivered = delivered;
	energy->received = received;
	energy_resume_window(energy, signed_field(record, WINDOW_ENERGY));
	meter->pulses.energy_q4 = pulse_q4;
	meter->nonvolatile.counters = (struct operating_counters){
		.frames = unsigned_field(record, OPERATING_FRAMES),
		.outage_ticks = unsigned_field(record, OUTAGE_TICKS),
		.power_ups = (uint32_t)unsigned_field(record, POWER_UPS),
		.warnings = (uint32_t)(unsigned_field(record, WARNINGS) & UINT32_MAX),
		.clock_losses = (uint32_t)(unsigned_field(record, WARNINGS) >> 32),
	};
	meter->nonvolatile.battery_count = unsigned_field(record, BATTERY_COUNT);
	decode_clock(&meter->billing.clock, unsigned_field(record, CLOCK));
	decode_flags(meter, unsigned_field(record, FLAGS));
	service_detection_restore(&meter->service, meter->form,
				  &record[SERVICE_LOCK * FIELD_BYTES]);
	service_disconnect_restore(&meter->disconnect, &record[SERVICE_SWITCH]);
	return true;
}

void nonvolatile_restore(struct meter *meter)
{
	struct nonvolatile *nonvolatile = &meter->nonvolatile;
	uint8_t slot[SLOT_BYTES];
	enum journal_state state =
		journal_open(&nonvolatile->journal, meter->board, STORAGE_JOURNAL, SLOT_BYTES);

	if (state == JOURNAL_FOUND && (!journal_read(&nonvolatile->journal, slot) ||
				       !decode(meter, &slot[JOURNAL_RECORD_OFFSET]))) {
		state = JOURNAL_DAMAGED;
	}
	nonvolatile->was_lost =
		!billing_store_restore(meter) || nonvolatile->was_lost || state == JOURNAL_DAMAGED;
	nonvolatile->counters.power_ups++;
	nonvolatile->next_save = FIRST_SAVE_FRAMES;
}

/*
 * Ticks since the newest save. They are more than those of the outage when the supply went without
 * warning, or went and came without a save: that time is operation which nobody has counted.
 */
static uint64_t ticks_since_save(const struct meter *meter, const struct exchange *exchange)
{
	uint64_t saved = meter->nonvolatile.battery_count;
	uint64_t all = exchange->battery_count - saved;
	bool is_told = saved > 0 && exchange->battery_count > saved;

	return is_told && all > exchange->battery_ticks ? all : exchange->battery_ticks;
}

void nonvolatile_note_outage(struct meter *meter, const struct exchange *exchange)
{
	struct operating_counters *counters = &meter->nonvolatile.counters;
	bool is_kept = exchange->battery == EXCHANGE_BATTERY_KEPT;
	uint64_t ticks = ticks_since_save(meter, exchange);

	meter->nonvolatile.is_outage_noted = true;
	meter->nonvolatile.battery_count = exchange->battery_count;
	meter->nonvolatile.battery_frame = 0;
	counters->clock_losses += exchange->battery == EXCHANGE_BATTERY_LOST;
	if (is_kept) {
		counters->outage_ticks += exchange->battery_ticks;
		counters->frames +=
			(ticks - exchange->battery_ticks) / TICKS_PER_FRAMES * FRAMES_PER_TICKS;
	}
	if (counters->power_ups > 1) {
		const struct energy_totals totals = billing_totals_of(meter);
		const struct billing_outage outage = {
			.battery_ticks = is_kept ? &ticks : NULL,
			.outage_ticks = exchange->battery_ticks,
			.age_seconds = meter_age_seconds(meter),
		};

		if (exchange->battery == EXCHANGE_BATTERY_LOST) {
			meter->nonvolatile.losses |= SUPPLY_LOST_THE_TIME;
		}
		billing_power_up(&meter->billing, &outage, &totals);
	}
}

/* Its crystal is not that of the frames. What is within the length of a block is no drift. */
void nonvolatile_tell_battery(struct meter *meter, uint64_t count)
{
	uint64_t expected = battery_count_now(meter);
	uint64_t difference = count > expected ? count - expected : expected - count;

	if (difference > DRIFT_TICKS) {
		meter->nonvolatile.battery_count = count;
		meter->nonvolatile.battery_frame = meter->frame;
	}
}

static bool save_energy(struct meter *meter)
{
	uint8_t slot[SLOT_BYTES];

	encode(meter, &slot[JOURNAL_RECORD_OFFSET]);
	return journal_save(&meter->nonvolatile.journal, slot);
}

/* The energy goes first: a supply that fails in between leaves billing as it was, and the rate in
 * force then owns the energy since. */
static bool save(struct meter *meter, bool with_billing)
{
	struct nonvolatile *nonvolatile = &meter->nonvolatile;
	bool is_saved = save_energy(meter);
	bool is_kept = true;

	if (with_billing) {
		meter_log_billing(meter);
		is_kept = billing_store_save(meter, nonvolatile->is_warned);
	}
	if (nonvolatile->is_warned) {
		nonvolatile->warned = (struct shown_registers){
			.delivered_counts = meter->energy.delivered.counts,
			.received_counts = meter->energy.received.counts,
		};
	} else {
		is_saved = journal_prepare(&nonvolatile->journal) && is_saved;
	}
	return is_saved && is_kept;
}

/* What the power-up itself has changed waits for the first save. */
static bool is_billing_due(const struct meter *meter)
{
	return meter->billing.unsaved != 0 && meter->frame >= FIRST_SAVE_FRAMES;
}

static uint64_t next_minute(const struct meter *meter)
{
	return (meter->frame / NONVOLATILE_SAVE_FRAMES + 1) * NONVOLATILE_SAVE_FRAMES;
}

/* No erase: it might last longer than the supply. */
static void save_warned(struct meter *meter)
{
	struct nonvolatile *nonvolatile = &meter->nonvolatile;
	uint64_t minute = next_minute(meter);
	uint64_t again = meter->frame + WARNED_SAVE_FRAMES;

	nonvolatile->has_failed = !save(meter, is_billing_due(meter));
	nonvolatile->next_save = nonvolatile->warned_saves && again < minute ? again : minute;
	nonvolatile->warned_saves -= nonvolatile->warned_saves ? 1 : 0;
}

void nonvolatile_warn(struct meter *meter, bool is_warned)
{
	struct nonvolatile *nonvolatile = &meter->nonvolatile;

	nonvolatile->is_warned = is_warned;
	if (is_warned) {
		nonvolatile->counters.warnings++;
		nonvolatile->warned_saves = WARNED_SAVES;
		save_warned(meter);
	}
}

void nonvolatile_save(struct meter *meter)
{
	struct nonvolatile *nonvolatile = &meter->nonvolatile;

	if (nonvolatile->is_warned) {
		save_warned(meter);
		return;
	}
	nonvolatile->has_failed = !save(meter, is_billing_due(meter));
	nonvolatile->next_save = next_minute(meter);
}

void nonvolatile_keep_second(struct meter *meter)
{
	if (is_billing_due(meter)) {
		nonvolatile_keep_billing(meter);
	}
}

void nonvolatile_keep_billing(struct meter *meter)
{
	if (meter->billing.unsaved != 0) {
		meter->nonvolatile.has_failed = !save(meter, true);
	}
}

/* With the energy's record of one clearing more, all that billing still has in its own is void. */
void nonvolatile_clear(struct meter *meter)
{
	meter->nonvolatile.clearings++;
	nonvolatile_save(meter);
}

void nonvolatile_clear_losses(struct meter *meter)
{
	meter->nonvolatile.losses = 0;
	nonvolatile_save(meter);
}

struct shown_registers nonvolatile_shown(const struct meter *meter)
{
	if (meter->nonvolatile.is_warned) {
		return meter->nonvolatile.warned;
	}
	return (struct shown_registers){
		.delivered_counts = meter->energy.delivered.counts,
		.received_counts = meter->energy.received.counts,
	};
}

bool nonvolatile_is_damaged(const struct meter *meter)
{
	return meter->nonvolatile.was_lost || meter->nonvolatile.has_failed;
}

struct operating_counters operating_counters_of(const struct meter *meter)
{
	struct operating_counters counters = meter->nonvolatile.counters;

	counters.frames += meter->frame;
	return counters;
}
