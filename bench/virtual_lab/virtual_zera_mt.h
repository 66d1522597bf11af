/*
 * A simulated ZERA MT (combined source, reference meter, error calculator and energy dose) behind a
 * virtual line, MT dialect with prefix S. It is never told anything of a meter: it sees the pulses
 * of channel 1 and measures the world with its own standard. What it decides where no document
 * speaks stands in bench/DESIGN.md.
 */
#ifndef BENCH_VIRTUAL_LAB_VIRTUAL_ZERA_MT_H
#define BENCH_VIRTUAL_LAB_VIRTUAL_ZERA_MT_H

#include "bench/virtual_lab/virtual_line.h"
#include "bench/virtual_lab/virtual_power_source.h"
#include "bench/virtual_lab/virtual_reference_standard.h"

#define VIRTUAL_ZERA_RANGES 16

/* All zero: none. An instant of zero means never. */
struct virtual_zera_faults {
	struct instant silent_after; /* from here on it obeys but never answers */
	struct instant hung_after; /* from here on it neither obeys nor answers; its outputs stay */
	struct instant nonsense_after; /* from here on every line it sends is garbage */
	double late_seconds;	       /* every reply comes so much later */
	struct instant
		emergency_stop_at;  /* the source goes off by itself, with an unasked SSM line */
	int64_t lost_pulse;	    /* this pulse of the channel (1 = first ever) is not counted */
	double source_gain_percent; /* the source gives so much more than it was asked for */
	bool source_swaps_currents; /* those of phases B and C leave on each other's terminals */
	int source_open_current;    /* this phase's lead (1..3) has come off; 0: none */
	bool source_stays_on;	    /* it says that it is off */
	int64_t pick_up_loses;	    /* every so manieth pulse is not counted; 0: none */
	int64_t pick_up_doubles;    /* every so manieth pulse is counted twice */
	double gate_gain_percent;   /* the error calculator counts so much more than the register */
};

struct virtual_zera_mt_options {
	const char *model; /* what STS tells after "STS" */
	int channel;	   /* of the world's pulses, 1..20; 0: 1 */
	int volt_range_count;
	double volt_ranges[VIRTUAL_ZERA_RANGES]; /* falling */
	int ampere_range_count;
	double ampere_ranges[VIRTUAL_ZERA_RANGES]; /* falling */
	struct source_model source;
	struct standard_model standard;
	double switch_on_seconds; /* until SOKUI */
	struct virtual_zera_faults faults;
};

/* MT786-200: 420 250 125 60 V, 200 … 0.1 A, perfect source and standard, 2 s to switch on, no
 * faults. */
struct virtual_zera_mt_options virtual_zera_mt_defaults(void);

struct virtual_zera_mt;

/*
 * Attaches itself to the line and takes part in `time`, both of which must outlive it. Made after
 * the meters: a participant that may stop early has to be advanced before those that change loads.
 */
struct virtual_zera_mt *virtual_zera_mt_new(struct virtual_time *time, struct world *world,
					    struct virtual_line *line,
					    const struct virtual_zera_mt_options *options);
void virtual_zera_mt_free(struct virtual_zera_mt *zera);

/*
 * The error calculator of one more position on a line of its own: it counts this instrument's
 * frequency output, so its energies are those of the same standard, and the pulses of its channel.
 * Speaks the identity, AST, AMT and the gate's commands. Freed with the instrument; the line must
 * outlive it. `lost_pulse` as in the faults.
 */
void virtual_zera_mt_add_calculator(struct virtual_zera_mt *zera, struct virtual_line *line,
				    int channel, int64_t lost_pulse);

void virtual_zera_mt_set_faults(struct virtual_zera_mt *zera,
				const struct virtual_zera_faults *faults);

#endif
