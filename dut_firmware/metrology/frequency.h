/*
 * Line frequency from the rising zero crossings of one voltage, interpolated between frames,
 * averaged over at least one second. A crossing counts only after the voltage was 10 V below zero,
 * so noise makes none.
 */
#ifndef DUT_FIRMWARE_METROLOGY_FREQUENCY_H
#define DUT_FIRMWARE_METROLOGY_FREQUENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"

#define FREQUENCY_NO_CHANNEL 3u

struct frequency {
	uint32_t channel;
	int32_t offset; /* DC of the channel, counts */
	bool is_armed;
	bool has_start;
	int32_t level_before;
	uint64_t start_q16; /* frames */
	uint32_t cycles;
	uint32_t millihertz;
};

void frequency_init(struct frequency *frequency);

/* The voltage to watch from now on and its DC; FREQUENCY_NO_CHANNEL: none is live. Another channel
 * starts anew. */
void frequency_watch(struct frequency *frequency, uint32_t channel, int32_t offset);

/* `first`: number of the first frame. */
void frequency_run(struct frequency *frequency, const struct sample_frame *frames,
		   uint32_t frame_count, uint64_t first);

#endif
