/*
 * A simulated climate chamber behind a virtual line, ESPEC P-300 protocol (RS-232, lines ended by
 * CR LF), without humidity. It knows the air of its climate and nothing of a meter. What it decides
 * where the public description is silent stands in bench/DESIGN.md.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_ESPEC_P300_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_ESPEC_P300_H

#include "bench/virtual_lab/climate.h"
#include "bench/virtual_lab/virtual_line.h"

#define ESPEC_P300_LOWEST (-70.0)
#define ESPEC_P300_HIGHEST 180.0

/* All zero: none. An instant of zero means never. */
struct virtual_espec_faults {
	struct instant silent_after;   /* from here on it obeys but never answers */
	struct instant nonsense_after; /* from here on every line it sends is garbage */
	struct instant door_open_at;   /* somebody opens the door and leaves it open: alarm 8 */
	struct instant alarm_at;       /* its refrigerator fails: alarm 3 */
	double offset_kelvin;	       /* it shows so much more than the air has */
};

struct virtual_espec_p300;

/* Attaches itself to the line and takes part in `time`; all three must outlive it. It stands still
 * (STANDBY) with a set point of 23 degrees. */
struct virtual_espec_p300 *virtual_espec_p300_new(struct virtual_time *time,
						  struct climate *climate,
						  struct virtual_line *line,
						  const struct virtual_espec_faults *faults);
void virtual_espec_p300_free(struct virtual_espec_p300 *chamber);

#endif
