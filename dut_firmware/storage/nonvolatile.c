/* The record: numbers of 64 bits, little endian, at the offsets below. */
#include "storage/nonvolatile.h"

#include <string.h>

#include "meter_state.h"
#include "storage/little_endian.h"

/* The first save makes the power-up count durable and gets the sector ahead erased; a second is
 * long enough that a chattering supply wears nothing out. */
#define FIRST_SAVE_FRAMES METER_FRAMES_PER_SECOND
/* One cycle at 166.2 kW is 0.77 Wh of the 1.8 Wh of a test pulse; 15 cycles are a quarter second.
 */
#define WARNED_SAVE_FRAMES SEGMENT_FRAMES
#define WARNED_SAVES 15u

enum record_field {
	DELIVERED_COUNTS,
	DELIVERED_REMAINDER,
	RECEIVED_COUNTS,
	RECEIVED_REMAINDER,
	WINDOW_ENERGY,
	PULSE_ENERGY,
	OPERATING_FRAMES,
	OUTAGE_TICKS,
	CLOCK_LOSSES,
	POWER_UPS,
	WARNINGS,
	WAS_LOST,
	SERVICE_LOCK,
	CLOCK, /* bit 0: it is set; 1-13 frames of the second; then seconds of standard time */
	RECORD_FIELDS
};

#define FIELD_BYTES 8u
_Static_assert(RECORD_FIELDS *FIELD_BYTES <= JOURNAL_RECORD_BYTES, "the record holds the fields");

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

static void encode(const struct meter *meter, uint8_t record[JOURNAL_RECORD_BYTES])
{
	const struct energy *energy = &meter->energy;
	const struct operating_counters counters = operating_counters_of(meter);
	/* outside normal mode the incomplete segment belongs to the test registers */
	int64_t segment_q4 =
		meter->control.mode == METER_MODE_NORMAL ? meter->metering.energy_q4 : 0;

	memset(record, 0, JOURNAL_RECORD_BYTES);
	put(record, DELIVERED_COUNTS, (uint64_t)energy->delivered.counts);
	put(record, DELIVERED_REMAINDER, (uint64_t)energy->delivered.remainder_q4);
	put(record, RECEIVED_COUNTS, (uint64_t)energy->received.counts);
	put(record, RECEIVED_REMAINDER, (uint64_t)energy->received.remainder_q4);
	put(record, WINDOW_ENERGY, (uint64_t)(energy->window_q4 + segment_q4));
	put(record, PULSE_ENERGY, (uint64_t)meter->pulses.energy_q4);
	put(record, OPERATING_FRAMES, counters.frames);
	put(record, OUTAGE_TICKS, counters.outage_ticks);
	put(record, CLOCK_LOSSES, counters.clock_losses);
	put(record, POWER_UPS, counters.power_ups);
	put(record, WARNINGS, counters.warnings);
	put(record, WAS_LOST, meter->nonvolatile.was_lost);
	service_detection_save(&meter->service, &record[SERVICE_LOCK * FIELD_BYTES]);
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

/* False: not numbers of this form's scale; nothing has changed. */
static bool decode(struct meter *meter, const uint8_t record[JOURNAL_RECORD_BYTES])
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
		.clock_losses = (uint32_t)unsigned_field(record, CLOCK_LOSSES),
		.power_ups = (uint32_t)unsigned_field(record, POWER_UPS),
		.warnings = (uint32_t)unsigned_field(record, WARNINGS),
	};
	decode_clock(&meter->billing.clock, unsigned_field(record, CLOCK));
	meter->nonvolatile.was_lost = unsigned_field(record, WAS_LOST) != 0;
	service_detection_restore(&meter->service, meter->form,
				  &record[SERVICE_LOCK * FIELD_BYTES]);
	return true;
}

void nonvolatile_restore(struct meter *meter)
{
	struct nonvolatile *nonvolatile = &meter->nonvolatile;
	uint8_t record[JOURNAL_RECORD_BYTES];
	enum journal_state state =
		journal_open(&nonvolatile->journal, meter->board, STORAGE_JOURNAL, record);

	if (state == JOURNAL_FOUND && !decode(meter, record)) {
		state = JOURNAL_DAMAGED;
	}
	nonvolatile->was_lost = nonvolatile->was_lost || state == JOURNAL_DAMAGED;
	nonvolatile->counters.power_ups++;
	nonvolatile->next_save = FIRST_SAVE_FRAMES;
}

void nonvolatile_note_outage(struct meter *meter, uint32_t battery, uint64_t ticks)
{
	struct operating_counters *counters = &meter->nonvolatile.counters;

	meter->nonvolatile.is_outage_noted = true;
	counters->outage_ticks += battery == EXCHANGE_BATTERY_KEPT ? ticks : 0;
	counters->clock_losses += battery == EXCHANGE_BATTERY_LOST;
	if (counters->power_ups > 1) {
		const struct energy_totals totals = billing_totals_of(meter);

		billing_power_up(&meter->billing, battery == EXCHANGE_BATTERY_KEPT ? &ticks : NULL,
				 &totals);
	}
}

static bool save(struct meter *meter)
{
	uint8_t record[JOURNAL_RECORD_BYTES];

	encode(meter, record);
	return journal_save(&meter->nonvolatile.journal, record);
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

	nonvolatile->warned = (struct shown_registers){
		.delivered_counts = meter->energy.delivered.counts,
		.received_counts = meter->energy.received.counts,
	};
	nonvolatile->has_failed = !save(meter);
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
	bool is_saved = save(meter);

	nonvolatile->has_failed = !journal_prepare(&nonvolatile->journal) || !is_saved;
	nonvolatile->next_save = next_minute(meter);
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
