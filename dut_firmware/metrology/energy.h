/*
 * Energy registers of both directions. The direction is decided on the net of all elements over a window of 256 frames
 * (4 cycles of 60 Hz, 3 of 45 Hz), and the whole window goes there: no residue is lost between windows or counts.
 */
#ifndef DUT_FIRMWARE_METROLOGY_ENERGY_H
#define DUT_FIRMWARE_METROLOGY_ENERGY_H

#include <stdint.h>

#include "metrology/device_form.h"

#define DIRECTION_WINDOW_SEGMENTS 4u

/* 0.1 Wh (class 200) or 0.01 Wh (class 20), 0.1 * 3600 * 3840 * 2^46 * 16 / (500 * 500), to 1e-16. */
#define REGISTER_COUNT_Q4 INT64_C(6225776124876974)

struct energy_register {
	int64_t counts;
	int64_t remainder_q4; /* below one count */
};

struct energy {
	struct energy_register delivered;
	struct energy_register received;
	int64_t window_q4;
	int64_t starting_q4; /* of one window at the starting power */
	uint32_t window_segments;
};

void energy_init(struct energy *energy, const struct device_form *form);

/* Adds the net of one segment. Returns what was discarded because its window lies below the starting power, else 0. */
int64_t energy_add_segment(struct energy *energy, int64_t segment_q4);

#endif
