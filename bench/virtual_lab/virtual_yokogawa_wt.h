/*
 * A simulated power meter of the Yokogawa WT family with three elements, behind a virtual line, in
 * the voltage circuit of one position: element 1, 2, 3 carries what the meter there takes from A,
 * B, C. It knows the commands that one needs for that and answers others with an error in its
 * queue. What it decides where no manual was read stands in DESIGN.md.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_YOKOGAWA_WT_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_YOKOGAWA_WT_H

#include "bench/virtual_lab/fitted_meter.h"
#include "bench/virtual_lab/virtual_line.h"
#include "bench/virtual_lab/virtual_time.h"
#include "bench/virtual_lab/world.h"

struct virtual_yokogawa_wt;

/* Attaches itself to the line and takes part in `time`; in the circuit of the first position. */
struct virtual_yokogawa_wt *virtual_yokogawa_wt_new(struct virtual_time *time, struct world *world,
						    struct virtual_line *line,
						    struct fitted_meters *meters,
						    double gain_percent);
void virtual_yokogawa_wt_free(struct virtual_yokogawa_wt *self);

#endif
