/*
 * The decision: a pure function of value, expanded uncertainty, limits and rule, and how decisions
 * combine. The interval rule is that of ISO 10576-1 (recalled; S-S-02 names it); simple and guarded
 * acceptance are those of JCGM 106 (recalled).
 */
#ifndef PROCEDURES_DECISION_H
#define PROCEDURES_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference_source/status.h"

/* Ordered by severity: combining is taking the maximum. Informative results are kept apart. */
enum conformity { CONFORMS, NOT_EVALUATED, INCONCLUSIVE, DOES_NOT_CONFORM };

enum run_state { RUN_COMPLETE, RUN_ABORTED, RUN_BENCH_FAULT };

enum decision_rule_kind { RULE_INTERVAL, RULE_SIMPLE, RULE_GUARDED };

/* All zero: the interval rule without a minimum of the test uncertainty ratio. */
struct decision_rule {
	enum decision_rule_kind kind;
	double guard_factor;  /* r of the guard band w = r U; of guarded acceptance only */
	double minimum_ratio; /* of the test uncertainty ratio L / U; 0: none */
	bool ratio_fails;     /* below the minimum nothing is decided; otherwise it only warns */
};

/* What is decided: a value, its U, and the interval of what is allowed. All in one unit. */
struct decision_question {
	double value, expanded_uncertainty;
	double lower, upper;
};

/*
 * Interval: wholly inside conforms, wholly outside does not, else inconclusive. Simple: the value
 * alone. Guarded: the value inside the limits less w conforms, outside them it does not. Below the
 * minimum ratio with `ratio_fails`, whatever does not lie wholly outside is inconclusive. What is
 * no number is not evaluated.
 */
enum conformity decide(const struct decision_rule *rule, const struct decision_question *question);

/* (upper - lower) / (2 U); infinite without uncertainty. */
double test_uncertainty_ratio(const struct decision_question *question);
bool ratio_is_too_small(const struct decision_rule *rule, const struct decision_question *question);

/* "interval rule (ISO 10576-1)", "guarded acceptance, guard band 1 U (JCGM 106)"; returns `text`.
 */
const char *decision_rule_text(const struct decision_rule *rule, char *text, size_t size);

/* "interval", "simple", "guarded" (w = U) or "guarded 0.8" (w = 0.8 U), as in programmes, records
 * and on the command line; leaves the rest of the rule alone. STATUS_BAD_INPUT says what is
 * expected. */
enum status decision_rule_parse(const char *words, struct decision_rule *rule);
const char *decision_rule_words(const struct decision_rule *rule, char *text, size_t size);

/* The rule in a sentence for the report's cover, ratio included; returns `text`. */
const char *decision_rule_sentence(const struct decision_rule *rule, char *text, size_t size);

/* |e| + U <= L conforms; |e| - U > L does not conform; else inconclusive. All in per cent. */
enum conformity decide_interval_rule(double error_percent, double expanded_uncertainty_percent,
				     double limit_percent);

enum conformity conformity_worst(enum conformity a, enum conformity b);

#define JUDGED_REQUIREMENTS 256

struct outcome_counts {
	int64_t results; /* number of the last one */
	int64_t conforms, not_evaluated, inconclusive, does_not_conform, informative;
	enum conformity worst;
	size_t judged_count;
};

/* Counts over a run or a judging, shared by all forms. */
struct run_tally {
	int64_t steps, results;
	int64_t conforms, not_evaluated, inconclusive, does_not_conform, informative;
	enum conformity worst;
	/* requirements with a result that counts, of the meter in hand */
	size_t judged_count;
	char judged[JUDGED_REQUIREMENTS][32];
	int64_t voided;		     /* results of an equipment that was found wrong later */
	struct outcome_counts good;  /* at the last good check of the bench */
	int64_t checked_utc_seconds; /* when that was; 0: never */
};
/* The bench was found right now: what has been counted so far stands. */
void tally_mark_good(struct run_tally *tally, int64_t utc_seconds);
/* The bench was found wrong: everything since the last good check is taken back; returns the number
 * of the first result that is void (the last one is tally->results). */
int64_t tally_void(struct run_tally *tally);
void tally_count(struct run_tally *tally, bool is_informative, enum conformity outcome);

/* "conforms", "not evaluated", "inconclusive", "does not conform". */
const char *conformity_name(enum conformity conformity);
enum conformity conformity_from_name(const char *name);
const char *run_state_name(enum run_state state);     /* "complete", "aborted", "bench fault" */
enum run_state run_state_from_name(const char *name); /* what is no name is a bench fault */

/* 1 anything does not conform, else 4 run not complete, else 3 inconclusive or not evaluated, else
 * 0. */
int exit_status_of(enum conformity worst, enum run_state state);

#endif
