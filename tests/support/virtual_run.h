/* A programme in a virtual laboratory without reports: for oracles that look at the record and at
 * the truth. */
#ifndef TESTS_SUPPORT_VIRTUAL_RUN_H
#define TESTS_SUPPORT_VIRTUAL_RUN_H

#include "bench/lab_file.h"
#include "procedures/procedure.h"
#include "procedures/run_record.h"

struct virtual_run {
	struct programme programme;
	struct device_type device;
	struct limit_set *limits;
	const char *lab_path;
	/* of the newest trial */
	struct bench_lab *bench_lab;
	struct run_record record;
};

/* Paths are relative to the source folder. Prints the reason of a failure. */
enum status virtual_run_begin(struct virtual_run *run, const char *programme, const char *lab);

/* One trial with a new laboratory; `store` is a file that is replaced. The record and the
 * laboratory stay until the next trial. */
enum status virtual_run_trial(struct virtual_run *run, const char *form, uint64_t seed,
			      const char *store);
void virtual_run_end(struct virtual_run *run);

#endif
