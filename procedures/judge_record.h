/*
 * Judging a whole stored record: every result again from its facts, with limits and a rule that may
 * be others than those of the run. Pure over the record in memory; what comes out can be appended
 * to the record, where earlier judgements stay.
 */
#ifndef PROCEDURES_JUDGE_RECORD_H
#define PROCEDURES_JUDGE_RECORD_H

#include "procedures/judgement.h"
#include "procedures/run_store.h"

struct judged_result {
	const struct record_entry *result; /* of the record */
	struct judgement judgement;
};

struct judged_record {
	size_t count;
	struct judged_result *results;
	struct run_tally tally; /* a run that is not complete is not evaluated at best */
	enum run_state state;	/* as the run ended */
};

/* The rule by which the run was judged. */
enum status record_rule(const struct run_record *record, struct decision_rule *rule);

/* STATUS_BAD_INPUT for a record that cannot be judged: of an older program, or without a result's
 * facts. Freed by judged_record_free. */
enum status judge_record(const struct run_record *record, const struct limit_set *limits,
			 const struct decision_rule *rule, struct judged_record *judged);
void judged_record_free(struct judged_record *judged);

/* Who judges, when, why. */
struct judging {
	const char *utc; /* "2026-01-31T12:00:00Z" */
	const char *by;	 /* may be empty */
	const char *reason;
	const struct limit_set *limits;
	const struct decision_rule *rule;
};

/*
 * Appends the entries `judging`, `file` for every file of limits, one `judgement` per result and
 * `verdict`; `earlier` is the record as it was. STATUS_IO.
 */
enum status judging_append(struct run_store *store, const struct run_record *earlier,
			   const struct judging *judging, const struct judged_record *judged);

/* Results that are void because the bench was found wrong after them (entries `void`): neither a
 * verdict on the meter nor judged again. */
#define VOID_RANGES 64
struct void_results {
	size_t count;
	struct {
		int64_t from, to;
	} ranges[VOID_RANGES];
};
void void_results_find(const struct run_record *record, struct void_results *found);
bool is_void(const struct void_results *found, const struct record_entry *result);

/* Number of the newest judging; 0: the record was judged by its run only. */
int64_t newest_judging(const struct run_record *record);

#endif
