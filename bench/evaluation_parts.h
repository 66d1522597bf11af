/*
 * What the files of one run share: evaluation.c (its order) and run_entries.c (what is recorded of
 * everything that took part).
 */
#ifndef BENCH_EVALUATION_PARTS_H
#define BENCH_EVALUATION_PARTS_H

#include <stdio.h>

#include "bench/evaluation.h"
#include "bench/run_meters.h"

struct run {
	const struct evaluation *options;
	struct programme programme; /* without a meter: title, limits, catalogues */
	struct device_type device;
	struct run_meters meters;
	struct limit_set *limits;
	struct bench_lab *bench_lab;
	struct run_store *store;
	struct run_tally tally;
	enum run_state state;
	struct record_draft draft;
	FILE *world_log;
	FILE *trace;
	bool is_fault_recorded;
	bool has_dropped_position;
	double laboratory_seconds; /* over all forms */
	int64_t frames;		   /* that simulated meters were given */
	struct instant wall_start, wall_tested;
	char record_path[1200];
};

/* An entry with the clock's UTC; added by run_add. */
void run_begin(struct run *run, const char *kind);
enum status run_add(struct run *run);

/* The entries `run` and `file`, and of the laboratory `instrument`, `certificate`, `conditions`. */
enum status run_record_head(struct run *run);
enum status run_record_equipment(struct run *run);

#endif
