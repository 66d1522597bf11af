/*
 * rms volts and amperes per element and the active power of all, every 200 ms. Each reading weighs
 * the last 400 ms by a triangle, so half cycles at the edges cancel also beside 60 Hz.
 */
#ifndef DUT_FIRMWARE_METROLOGY_LIVE_VALUES_H
#define DUT_FIRMWARE_METROLOGY_LIVE_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "metrology/metering.h"

#define LIVE_SEGMENTS 12u

/*
 * One quantity over 200 ms. The n-th frame counts n times in `rising`; the frames before count in
 * `before` as the rising half of the triangle whose falling half they are now.
 */
struct live_square {
	uint64_t sum;	    /* counts squared */
	uint64_t rising_64; /* a 64th of the weighted sum */
	uint64_t before_64;
};

struct live_power {
	int64_t sum_65536; /* a 65536th of counts x counts x 16 */
	int64_t rising_65536;
	int64_t before_65536;
};

struct live_values {
	struct live_square volts[DEVICE_ELEMENTS];
	struct live_square amperes[DEVICE_ELEMENTS];
	struct live_power power;
	uint32_t segments;
	uint32_t readings; /* stops at 2: the first has no rising half and is not shown */
	uint32_t volts_mv[DEVICE_ELEMENTS];
	uint32_t amperes_ua[DEVICE_ELEMENTS];
	int64_t milliwatts;
};

/* Adds a complete segment. True when a new reading stands. */
bool live_values_add_segment(struct live_values *live, const struct metering *metering,
			     const struct device_form *form);

#endif
