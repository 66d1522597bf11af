/*
 * Energy registers of both directions. The direction is decided on the net of all elements over a
 * window of 256 frames (4 cycles of 60 Hz, 3 of 45 Hz), and the whole window goes there: no residue
 * is lost between windows or counts.
 */
#ifndef DUT_FIRMWARE_METROLOGY_ENERGY_H
#define DUT_FIRMWARE_METROLOGY_ENERGY_H

#include <stdint.h>

#include "metrology/device_form.h"

#define DIRECTION_WINDOW_SEGMENTS 4u

struct energy_register {
	int64_t counts;	      /* mWh */
	int64_t remainder_q4; /* below one count */
};

struct energy {
	struct energy_register delivered;
	struct energy_register received;
	int64_t count_q4; /* one register count */
	int64_t window_q4;
	int64_t starting_q4; /* of one window at the starting power */
	uint32_t window_segments;
};

void energy_init(struct energy *energy, const struct device_form *form);

/* Adds the net of one segment. Returns what was discarded because its window lies below the
 * starting power, else 0. */
int64_t energy_add_segment(struct energy *energy, int64_t segment_q4);

/*
 * After energy_init: the energy of the window that a loss of supply has cut. It goes to one
 * register like that of any window; below the starting energy it begins the first window.
 */
void energy_resume_window(struct energy *energy, int64_t window_q4);

#endif
