/* Walks a record: results, their budgets, judgements; writes them as one more judging. */
#include "procedures/judge_record.h"

#include <stdlib.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/xml_document.h"

static bool is_kind(const struct record_entry *entry, const char *kind)
{
	return !strcmp(entry->kind, kind);
}

static const char *text_of(const struct record_entry *entry, const char *name)
{
	const char *text = record_text(entry, name);

	return text ? text : "";
}

enum status record_rule(const struct run_record *record, struct decision_rule *rule)
{
	if (!record->count || !is_kind(&record->entries[0], "run") ||
	    !record_text(&record->entries[0], "rule")) {
		return status_fail(STATUS_BAD_INPUT,
				   "record: it does not say by which rule it was judged; an older "
				   "program wrote it, or it is no run");
	}
	return decision_rule_read(&record->entries[0], rule);
}

int64_t newest_judging(const struct run_record *record)
{
	for (size_t i = record->count; i > 0; i--) {
		if (is_kind(&record->entries[i - 1], "judging")) {
			return record_integer(&record->entries[i - 1], "judging");
		}
	}
	return 0;
}

void void_results_find(const struct run_record *record, struct void_results *found)
{
	found->count = 0;
	for (size_t i = 0; i < record->count && found->count < VOID_RANGES; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (is_kind(entry, "void")) {
			found->ranges[found->count].from = record_integer(entry, "from_result");
			found->ranges[found->count++].to = record_integer(entry, "to_result");
		}
	}
}

bool is_void(const struct void_results *found, const struct record_entry *result)
{
	int64_t number = record_integer(result, "result");

	for (size_t i = 0; i < found->count; i++) {
		if (number >= found->ranges[i].from && number <= found->ranges[i].to) {
			return true;
		}
	}
	return false;
}

/* Contributions follow their result; those of other results come before or after it. */
static enum status read_budget(const struct run_record *record, size_t at,
			       struct uncertainty_budget *budget)
{
	int64_t number = record_integer(&record->entries[at], "result");
	enum status status = STATUS_OK;

	budget->count = 0;
	for (size_t i = at + 1; !status && i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (is_kind(entry, "result")) {
			break;
		}
		if (is_kind(entry, "contribution") && record_integer(entry, "result") == number) {
			status = budget_read_line(entry, budget);
		}
	}
	return status;
}

static size_t count_results(const struct run_record *record)
{
	size_t count = 0;

	for (size_t i = 0; i < record->count; i++) {
		count += is_kind(&record->entries[i], "result");
	}
	return count;
}

static enum run_state state_of(const struct run_record *record)
{
	for (size_t i = record->count; i > 0; i--) {
		if (is_kind(&record->entries[i - 1], "end")) {
			return run_state_from_name(text_of(&record->entries[i - 1], "state"));
		}
	}
	return RUN_BENCH_FAULT; /* it never came to its end */
}

static enum status judge_one(const struct run_record *record, size_t at,
			     const struct limit_set *limits, const struct decision_rule *rule,
			     struct judged_record *judged)
{
	struct judged_result *one = &judged->results[judged->count];
	struct uncertainty_budget budget;
	enum status status = read_budget(record, at, &budget);

	one->result = &record->entries[at];
	if (!status) {
		status = judge_result(one->result, &budget, limits, rule, &one->judgement);
	}
	if (!status) {
		judged->count++;
		judged->tally.results++;
		tally_count(&judged->tally, one->judgement.is_informative, one->judgement.outcome);
	}
	return status;
}

static bool has_result_that_counts(const struct judged_record *judged,
				   const struct record_entry *requirement)
{
	for (size_t i = 0; i < judged->count; i++) {
		const struct judged_result *one = &judged->results[i];

		if (!one->judgement.is_informative &&
		    !strcmp(text_of(one->result, "form"), text_of(requirement, "form")) &&
		    !strcmp(text_of(one->result, "requirement"),
			    text_of(requirement, "requirement"))) {
			return true;
		}
	}
	return false;
}

/* As at the end of a run: what the programme was to evaluate and has no result that counts, and a
 * meter that the notice does not cover, leave the verdict open. */
static bool is_all_evaluated(const struct run_record *record, const struct judged_record *judged)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if ((is_kind(entry, "requirement") && !has_result_that_counts(judged, entry)) ||
		    (is_kind(entry, "form_started") && *text_of(entry, "not_covered"))) {
			return false;
		}
	}
	return true;
}

enum status judge_record(const struct run_record *record, const struct limit_set *limits,
			 const struct decision_rule *rule, struct judged_record *judged)
{
	enum status status = STATUS_OK;
	struct void_results voids;

	void_results_find(record, &voids);
	*judged = (struct judged_record){.state = state_of(record)};
	judged->results = calloc(count_results(record) + 1, sizeof(*judged->results));
	if (!judged->results) {
		return status_fail(STATUS_IO, "no memory for the judgements");
	}
	for (size_t i = 0; !status && i < record->count; i++) {
		if (!is_kind(&record->entries[i], "result")) {
			continue;
		}
		if (is_void(&voids, &record->entries[i])) {
			judged->tally.voided++;
		} else {
			status = judge_one(record, i, limits, rule, judged);
		}
	}
	if (judged->state != RUN_COMPLETE || !is_all_evaluated(record, judged)) {
		judged->tally.worst = conformity_worst(judged->tally.worst, NOT_EVALUATED);
	}
	if (status) {
		judged_record_free(judged);
	}
	return status;
}

void judged_record_free(struct judged_record *judged)
{
	free(judged->results);
	*judged = (struct judged_record){.count = 0};
}

/* ---- one more judging in the record ---- */

static void begin(struct record_draft *draft, const char *kind, const struct judging *judging,
		  int64_t number)
{
	record_draft_begin(draft, kind);
	record_draft_text(draft, "utc", judging->utc);
	record_draft_integer(draft, "judging", number);
}

static enum status add_judging(struct run_store *store, const struct judging *judging,
			       int64_t number)
{
	struct record_draft draft;

	begin(&draft, "judging", judging, number);
	record_draft_text(&draft, "by", judging->by);
	record_draft_text(&draft, "reason", judging->reason);
	decision_rule_write(judging->rule, &draft);
	record_draft_text(&draft, "limits", limit_set_title(judging->limits));
	return run_store_add(store, &draft, NULL);
}

static enum status add_file(struct run_store *store, const struct judging *judging, int64_t number,
			    const char *path)
{
	struct record_draft draft;
	char hash[65];
	enum status status = file_hash(path, hash);

	if (status) {
		return status;
	}
	begin(&draft, "file", judging, number);
	record_draft_text(&draft, "role", "limits");
	record_draft_text(&draft, "name", data_folder_relative(path));
	record_draft_text(&draft, "sha256", hash);
	return run_store_add(store, &draft, NULL);
}

static enum status add_judgement(struct run_store *store, const struct judging *judging,
				 int64_t number, const struct judged_result *one)
{
	struct record_draft draft;

	begin(&draft, "judgement", judging, number);
	judgement_write(&one->judgement, one->result, &draft);
	return run_store_add(store, &draft, NULL);
}

static enum status add_verdict(struct run_store *store, const struct judging *judging,
			       int64_t number, const struct judged_record *judged)
{
	const struct run_tally *tally = &judged->tally;
	struct record_draft draft;

	begin(&draft, "verdict", judging, number);
	record_draft_text(&draft, "state", run_state_name(judged->state));
	record_draft_text(&draft, "verdict", conformity_name(tally->worst));
	record_draft_integer(&draft, "conforms", tally->conforms);
	record_draft_integer(&draft, "not_evaluated", tally->not_evaluated);
	record_draft_integer(&draft, "inconclusive", tally->inconclusive);
	record_draft_integer(&draft, "does_not_conform", tally->does_not_conform);
	record_draft_integer(&draft, "informative", tally->informative);
	record_draft_integer(&draft, "void", tally->voided);
	record_draft_integer(&draft, "exit_status", exit_status_of(tally->worst, judged->state));
	return run_store_add(store, &draft, NULL);
}

enum status judging_append(struct run_store *store, const struct run_record *earlier,
			   const struct judging *judging, const struct judged_record *judged)
{
	int64_t number = newest_judging(earlier) + 1;
	enum status status = add_judging(store, judging, number);

	for (int i = 0; !status && limit_set_file(judging->limits, i); i++) {
		status = add_file(store, judging, number, limit_set_file(judging->limits, i));
	}
	for (size_t i = 0; !status && i < judged->count; i++) {
		status = add_judgement(store, judging, number, &judged->results[i]);
	}
	if (!status) {
		status = add_verdict(store, judging, number, judged);
	}
	return status ? status : run_store_commit(store);
}
