/*
 * A meter in the virtual lab whose firmware is called directly: sensors' frames in, pulses to the
 * world, bytes to and from its optical line. Its storage is an array of the host that outlives a
 * power cut.
 */
#ifndef BENCH_VIRTUAL_LAB_LINKED_METER_H
#define BENCH_VIRTUAL_LAB_LINKED_METER_H

#include "bench/virtual_lab/sensors.h"
#include "bench/virtual_lab/virtual_line.h"
#include "bench/virtual_lab/virtual_time.h"
#include "dut_firmware/meter.h"

struct linked_meter;

struct linked_meter_options {
	struct meter_hardware hardware; /* texts are borrowed */
	struct sensor_model sensors;
	int channel;		      /* of the world's pulses, 1..20 */
	uint32_t block_frames;	      /* most frames per call, 1..1536; 0: 1536 */
	int64_t silent_after_seconds; /* the optical port answers no more from then on; 0: never */
};

/* STATUS_BAD_INPUT when the firmware does not know the form. Attaches itself to the line and to the
 * time. */
enum status linked_meter_new(struct virtual_time *time, struct world *world,
			     struct virtual_line *line, const struct linked_meter_options *options,
			     struct linked_meter **meter);
void linked_meter_free(struct linked_meter *meter);

/* Frames consumed so far. */
int64_t linked_meter_frames(const struct linked_meter *meter);

#endif
