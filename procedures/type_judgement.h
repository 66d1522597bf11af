/*
 * A type judged over its samples: every requirement on every sample, and checks across samples:
 * same firmware and legally relevant parameters, spread of the errors. A sample is one meter (form
 * and serial number); several runs of it count together. Pure over records in memory.
 */
#ifndef PROCEDURES_TYPE_JUDGEMENT_H
#define PROCEDURES_TYPE_JUDGEMENT_H

#include "procedures/judge_record.h"

#define TYPE_SAMPLES 64

/* One stored run with its judgements. */
struct type_run {
	const char *name; /* as it was named by the person */
	const struct run_record *record;
	const struct judged_record *judged;
};

struct type_sample {
	char form[16], serial[32];
	const struct record_entry *meter; /* its newest entry `meter` */
	char runs[96];			  /* numbers of its runs from 1: "1 3" */
};

/* One requirement of one form over the samples of that form. */
struct type_requirement {
	char form[16], requirement[32];
	bool is_evaluated[TYPE_SAMPLES]; /* by at least one mandatory result */
	enum conformity of_sample[TYPE_SAMPLES];
	enum conformity outcome; /* worst; a sample without a result is not evaluated */
};

/* One comparison over the samples of a form; `text` says what was found. */
struct type_check {
	char form[16];
	char what[48]; /* a field of the entry `meter`: "firmware" ... */
	enum conformity outcome;
	char text[320];
};

/* The errors of all samples of a form at the point of a test where they differ most. Informative.
 */
struct type_spread {
	char form[16], test[48], direction[16], load[80];
	int samples;
	double least_percent, most_percent;
};

struct type_judgement {
	size_t sample_count, requirement_count, check_count, spread_count;
	struct type_sample *samples;
	struct type_requirement *requirements;
	struct type_check *checks;
	struct type_spread *spreads;
	enum conformity worst;
	enum run_state state; /* worst of the runs */
};

/* STATUS_BAD_INPUT when the runs are not of one type of device or a run has no meter. Freed by
 * type_judgement_free. */
enum status type_judge(const struct type_run *runs, size_t count, struct type_judgement *judgement);
void type_judgement_free(struct type_judgement *judgement);

/* Adds the entries `sample`, `type_requirement`, `type_check`, `type_spread`, `type_verdict`. */
enum status type_judgement_write(const struct type_judgement *judgement, const char *utc,
				 struct run_store *store);

#endif
