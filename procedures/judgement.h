/*
 * The judgement of one result: a pure function of the facts as they stand in the record (entry
 * `result` and its `contribution`s), of the limits and of the decision rule. Live and from a stored
 * record the same function sees the same texts, so the same limits give the same judgement bit for
 * bit.
 */
#ifndef PROCEDURES_JUDGEMENT_H
#define PROCEDURES_JUDGEMENT_H

#include "procedures/decision.h"
#include "procedures/limit.h"
#include "procedures/run_record.h"
#include "reference_source/uncertainty.h"

struct judgement {
	enum conformity outcome;
	bool is_informative;
	struct limit limit; /* has_row false: none */
	struct decision_rule rule;
	struct combined_uncertainty combined;
	char reason[640]; /* a sentence */
};

/* The rule as fields of the entry `run`: decision_rule, rule, minimum_ratio, ratio_fails; and back.
 */
void decision_rule_write(const struct decision_rule *rule, struct record_draft *draft);
enum status decision_rule_read(const struct record_entry *entry, struct decision_rule *rule);

/* Reads one entry `contribution` back into a budget; STATUS_BAD_INPUT when it is none or there is
 * no room. */
enum status budget_read_line(const struct record_entry *contribution,
			     struct uncertainty_budget *budget);

/* STATUS_BAD_INPUT when the entry lacks what judging needs. */
enum status judge_result(const struct record_entry *result, const struct uncertainty_budget *budget,
			 const struct limit_set *limits, const struct decision_rule *rule,
			 struct judgement *judgement);

/* Adds the fields of the entry `judgement` (RECORD.md) to a draft that has been begun. */
void judgement_write(const struct judgement *judgement, const struct record_entry *result,
		     struct record_draft *draft);

#endif
