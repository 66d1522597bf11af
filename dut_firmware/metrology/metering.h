/*
 * The metering kernel: from converter counts to the signed energy of all elements and the squares
 * for rms, frame by frame. Sums are kept over segments of 64 frames, one cycle of 60 Hz. DESIGN.md
 * explains each stage.
 */
#ifndef DUT_FIRMWARE_METROLOGY_METERING_H
#define DUT_FIRMWARE_METROLOGY_METERING_H

#include <stdbool.h>
#include <stdint.h>

#include "exchange.h"
#include "metrology/adjustment.h"
#include "metrology/device_form.h"
#include "metrology/pulse_output.h"

#define SEGMENT_FRAMES 64u

/* Of this segment. `ramp` is the sum of the running sums: frame k of n counts n - k times. Wraps
 * beyond full scale. */
struct square_sum {
	uint64_t sum;
	uint64_t ramp;
};

struct metering_element {
	int32_t gain_q30;
	int32_t all_pass_q31;
	int64_t volts_sum_q14;	 /* of what passed the removal of DC; 2^-14 of it is the DC estimate
				  */
	int64_t amperes_sum_q18; /* likewise, of counts x 16 */
	int32_t volts_before;
	int32_t volts_delayed;
	int32_t amperes_before_q4;
	struct square_sum volts_squares;
	struct square_sum amperes_squares_q8; /* (counts x 16) squared */
};

struct metering {
	const struct device_form *form;
	bool is_direct; /* element n sees voltage input n, no sum */
	struct metering_element elements[DEVICE_ELEMENTS];
	int64_t energy_q4;	 /* of this segment */
	uint64_t energy_ramp_q4; /* as in struct square_sum, two's complement */
	uint32_t segment_frames;
};

void metering_init(struct metering *metering, const struct device_form *form);

/* Uses other constants from the next frame on. */
void metering_adjust(struct metering *metering, const struct adjustment *adjustment);

/*
 * Consumes frames up to the end of the segment, or including the one that makes a test pulse due,
 * whichever is first. Returns how many; `power_q4` is what the last of them added.
 */
uint32_t metering_run(struct metering *metering, struct pulse_output *pulses,
		      const struct sample_frame *frames, uint32_t frame_count, int64_t *power_q4);

/* Starts the next segment. */
void metering_next_segment(struct metering *metering);

/* The DC estimate of an element's voltage, counts. */
int32_t metering_volts_offset(const struct metering_element *element);

#endif
