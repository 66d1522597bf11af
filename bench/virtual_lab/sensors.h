/*
 * The meter's sensors and converters as physics: gain, phase, offset, noise and temperature turn
 * the world's volts and amperes into 24-bit counts at the frames of the meter's own crystal.
 * Content at or above half the frame rate is filtered out. Frames depend on world and frame number
 * only, never on how many are asked for at a time.
 */
#ifndef BENCH_VIRTUAL_LAB_SENSORS_H
#define BENCH_VIRTUAL_LAB_SENSORS_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/virtual_lab/world.h"
#include "dut_firmware/exchange.h"

/* One meter's imperfections as they are, not as they are drawn. All zero: ideal. */
struct sensor_model {
	const struct form *form; /* which inputs are connected, and to what; NULL: three elements */
	uint64_t seed;		 /* of the noise */
	double full_scale_volts; /* peak, at 2^23 counts */
	double full_scale_amperes;
	double volts_gain_percent[3];
	double amperes_gain_percent[3];
	double lag_degrees[3]; /* extra lag of the current behind the voltage at 60 Hz */
	bool lag_is_delay;     /* a constant delay; otherwise a constant angle at every frequency */
	double volts_offset_counts[3];
	double amperes_offset_counts[3];
	double volts_noise_counts; /* standard deviation per sample */
	double amperes_noise_counts;
	double gain_ppm_per_kelvin[3];	      /* of each element's product, from 23 degrees C */
	double crystal_ppm;		      /* at 25 degrees C */
	double crystal_ppm_per_square_kelvin; /* -0.035 for a tuning fork */
	double celsius; /* from the beginning; sensors_set_celsius changes it later */
};

struct sensors;

struct sensors *sensors_new(struct world *world, const struct sensor_model *model);
void sensors_free(struct sensors *sensors);

/* True frames per second of this meter at the model's temperature: nominal rate times 1 + epsilon.
 */
double sensors_frames_per_second(const struct sensor_model *model);

/* From this frame on gains and crystal have another temperature. No frame from there on may have
 * been asked for; earlier ones may not be asked for any more. */
void sensors_set_celsius(struct sensors *sensors, int64_t first_frame, double celsius);

/* The instant of a frame number in seconds since the clock's start (frame 0 at 0). */
double sensors_frame_seconds(const struct sensors *sensors, int64_t frame);
/* The same in nanoseconds, for a part of a frame, too. */
double sensors_frame_nanoseconds(const struct sensors *sensors, double frames);
/* The last frame at or before an instant. */
int64_t sensors_frame_at(const struct sensors *sensors, struct instant at);

/* rms of the highest voltage at the inputs that the form connects, as it is there and not as the
 * sensors see it; and the first later frame that may have another. */
double sensors_highest_volts(const struct sensors *sensors, int64_t frame, int64_t *constant_until);

/* rms of each phase's voltage at a frame, connected or not, and the first later frame that may have
 * others. */
void sensors_line_volts(const struct sensors *sensors, int64_t frame, double volts[3],
			int64_t *constant_until);

/* Counts of `count` frames from `first` on; all of them must lie in the settled past of the world.
 */
void sensors_sample(struct sensors *sensors, int64_t first, uint32_t count,
		    struct sample_frame *frames);

/*
 * Closed form of the error of indication (relative) that these sensors give a perfect meter of the
 * model's form at a steady load without harmonics: (1+eps) * sum over elements of Re(V conj(I)) of
 * what the sensors make of the load / its true power - 1. On three elements that is the sum of g_j
 * U_j I_j cos(theta_j + d_j). Includes what the wiring itself misses (2 1/2 elements).
 */
double sensors_true_error(const struct sensor_model *model, const struct three_phase *load);

#endif
