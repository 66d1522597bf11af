/* What a judging of stored runs goes by: limits and rule, of the runs themselves or others. */
#ifndef BENCH_JUDGE_OPTIONS_H
#define BENCH_JUDGE_OPTIONS_H

#include "procedures/judge_record.h"

#define JUDGE_LIMITS 4

struct judge_options {
	const char *limits[JUDGE_LIMITS];
	int limits_count; /* 0: those of the run, which must not have changed since */
	const char *rule; /* NULL: the run's */
	const char *by, *reason;
};

/* The limits; STATUS_BAD_INPUT says what to do. Freed with limit_set_free. */
enum status judge_options_limits(const struct judge_options *options,
				 const struct run_record *record, struct limit_set **limits);

/* The run's own rule with its minimum ratio, or another rule with the same minimum. */
enum status judge_options_rule(const struct judge_options *options, const struct run_record *record,
			       struct decision_rule *rule);

#endif
