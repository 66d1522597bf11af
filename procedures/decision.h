/*
 * The decision: a pure function of error, expanded uncertainty and limit by the interval rule (ISO
 * 10576-1, recalled; S-S-02 names it), and how decisions combine.
 */
#ifndef PROCEDURES_DECISION_H
#define PROCEDURES_DECISION_H

/* Ordered by severity: combining is taking the maximum. Informative results are kept apart. */
enum conformity { CONFORMS, NOT_EVALUATED, INCONCLUSIVE, DOES_NOT_CONFORM };

enum run_state { RUN_COMPLETE, RUN_ABORTED, RUN_BENCH_FAULT };

/* |e| + U <= L conforms; |e| - U > L does not conform; else inconclusive. All in per cent. */
enum conformity decide_interval_rule(double error_percent, double expanded_uncertainty_percent,
				     double limit_percent);

enum conformity conformity_worst(enum conformity a, enum conformity b);

/* "conforms", "not evaluated", "inconclusive", "does not conform". */
const char *conformity_name(enum conformity conformity);
enum conformity conformity_from_name(const char *name);
const char *run_state_name(enum run_state state); /* "complete", "aborted", "bench fault" */

/* 1 anything does not conform, else 4 run not complete, else 3 inconclusive or not evaluated, else
 * 0. */
int exit_status_of(enum conformity worst, enum run_state state);

#endif
