/*
 * What the files of one run share: evaluation.c (its order), run_entries.c (what is recorded of
 * everything that took part) and resume.c (a run that goes on after its process died).
 */
#ifndef BENCH_EVALUATION_PARTS_H
#define BENCH_EVALUATION_PARTS_H

#include <stdio.h>

#include "bench/evaluation.h"
#include "bench/guardian.h"
#include "bench/resumed_run.h"
#include "bench/run_meters.h"

struct run {
	const struct evaluation *options;
	const struct resumed_run *resumed; /* NULL: from the beginning */
	struct programme programme;	   /* without a meter: title, limits, catalogues */
	struct device_type device;
	struct run_meters meters;
	struct limit_set *limits;
	struct bench_lab *bench_lab;
	struct run_store *store;
	int folder_lock;
	struct guardian *guardian;
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

/* Every file that the run rests on, but certificates: role, name, SHA-256. */
typedef enum status file_visitor(struct run *run, const char *role, const char *name,
				 const char *hash);
enum status run_each_file(struct run *run, file_visitor *visit);

/* All of a run; `resumed` NULL: from the beginning. */
int evaluation_go(const struct evaluation *options, const struct resumed_run *resumed);

/* ---- of a run that is resumed (resume.c) ---- */

/* Before anything is opened: the same files, a meter that has kept its memory. */
enum status resume_check(struct run *run);
/* With the laboratory open: says so in the record, takes back the unfinished step, source off. */
enum status resume_laboratory(struct run *run);
/* The context of the unfinished form goes on with what is finished; its memory is the caller's. */
enum status resume_context(struct run *run, struct step_context *context);

/* The entries `run` and `file`, and of the laboratory `instrument`, `certificate`, `conditions`. */
enum status run_record_head(struct run *run);
enum status run_record_equipment(struct run *run);

#endif
