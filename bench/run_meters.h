/*
 * The meters of a run, one after the other: form, service, model and module from the command line
 * or from the programme, each with the programme as it is for this meter.
 */
#ifndef BENCH_RUN_METERS_H
#define BENCH_RUN_METERS_H

#include "bench/evaluation.h"
#include "procedures/procedure.h"

struct run_meter {
	struct device_form form; /* its name is what the record calls this meter */
	const char *model;
	const struct device_module *module; /* NULL: none */
	char not_covered[320];		    /* why the notice does not cover it; empty: it does */
	struct programme programme;	    /* with this meter's voltages */
};

struct run_meters {
	int count;
	struct run_meter *meters;
};

/*
 * Chooses and names them and loads the programme for each; a combination that the notice does not
 * cover is said on stderr. `programme` has been loaded without a meter. To be freed also after an
 * error.
 */
enum status run_meters_load(const struct evaluation *options, const struct programme *programme,
			    const struct device_type *device, struct run_meters *meters);
void run_meters_free(struct run_meters *meters);

#endif
