/*
 * The test's own account of the energy in frames that it hands to a meter, exact in counts. The
 * product comes one frame late (DESIGN.md), so the last frame before the supply goes is not in it.
 * One second of frames is repeated; every life of the meter starts at its beginning.
 */
#ifndef TESTS_SUPPORT_MEASURED_ENERGY_H
#define TESTS_SUPPORT_MEASURED_ENERGY_H

#include "tests/support/metered_load.h"

#define SECOND METER_FRAMES_PER_SECOND
#define KT_WATT_HOURS 1.8 /* 16S class 200: Kh 21.6 / 12 */
#define MOST_WATTS 166200.0

struct measured_energy {
	struct sample_frame frames[SECOND];
	int64_t before[SECOND + 1]; /* volts x amperes of all phases before frame n */
};

/* 3 x 277 V x 200 A at 60 Hz: the most that class 200 is made for. `lag` 180: received. */
static inline struct measured_energy *measured_energy_new(const struct table *table, double lag)
{
	struct measured_energy *energy = calloc(1, sizeof(*energy));
	struct table_load load = table_balanced(277, 200, lag, 60);
	struct table at_start = {.hardware = table->hardware};

	table_fill(&at_start, &load, energy->frames, SECOND);
	for (uint32_t frame = 0; frame < SECOND; frame++) {
		energy->before[frame + 1] = energy->before[frame];
		for (int phase = 0; phase < 3; phase++) {
			energy->before[frame + 1] += (int64_t)energy->frames[frame].volts[phase] *
						     energy->frames[frame].amperes[phase];
		}
	}
	return energy;
}

/* Watt-hours that the first `frames` frames of a life have brought in, positive: delivered. */
static inline double measured_watt_hours(const struct measured_energy *energy, int64_t frames)
{
	int64_t seen = frames > 0 ? frames - 1 : 0;
	double counts = (double)(seen / SECOND) * (double)energy->before[SECOND] +
			(double)energy->before[seen % SECOND];

	return counts * METER_FULL_SCALE_VOLTS * METER_FULL_SCALE_AMPERES_CLASS_200 /
	       ((double)METER_FULL_SCALE_COUNTS * METER_FULL_SCALE_COUNTS) / SECOND / 3600;
}

/*
 * Hands over frames until `end` (of this life) in blocks of table->block. The early warning comes
 * before frame `warned_at`; negative: never. Pulses are counted.
 */
static inline void measured_feed(struct table *table, const struct measured_energy *energy,
				 int64_t end, int64_t warned_at)
{
	struct exchange exchange = {.power_fail_warning = warned_at >= 0,
				    .return_after = table->return_after};

	while (table->frame < end) {
		uint32_t start = (uint32_t)(table->frame % SECOND);
		int64_t left = end - table->frame;
		int64_t most = SECOND - start < table->block ? SECOND - start : table->block;

		exchange.frames = &energy->frames[start];
		exchange.frame_count = (uint32_t)(left < most ? left : most);
		exchange.power_fail_frame =
			warned_at > table->frame ? (uint32_t)(warned_at - table->frame) : 0;
		meter_run(table->meter, &exchange);
		table->pulse_count += (int)exchange.pulse_count;
		table->frame += exchange.frames_consumed;
	}
}

static inline double shown_watt_hours(const struct table *table)
{
	struct quantities shown;

	quantities_read(table->meter, &shown);
	return (double)shown.delivered_counts * 1e-3;
}

#endif
