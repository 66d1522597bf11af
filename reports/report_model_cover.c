/* The cover: what was tested, both axes of the verdict, on what limits they rest, and the run's
 * identity. */
#include <stdio.h>
#include <string.h>

#include "reports/model_builder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OUTCOMES 4

static const char *const outcomes[OUTCOMES] = {"conforms", "not evaluated", "inconclusive",
					       "does not conform"};

struct counts {
	int of[OUTCOMES];
	int informative;
	int on_limits; /* of the mandatory ones; a plain comparison rests on none */
	int recalled;
	int stand_in;
	int to_be_entered; /* the document has a figure that the laboratory did not enter */
};

static void count_one(struct counts *counts, const struct indexed_result *result)
{
	const char *outcome = judgement_text(result, "outcome");
	const char *provenance = judgement_text(result, "limit_provenance");

	if (record_flag(result->judgement, "is_informative")) {
		counts->informative++;
		return;
	}
	counts->on_limits += *provenance != '\0';
	counts->to_be_entered += !*provenance && *judgement_text(result, "limit_document");
	counts->recalled += !strcmp(provenance, "recalled");
	counts->stand_in += !strcmp(provenance, "stand-in");
	for (int i = 0; i < OUTCOMES; i++) {
		counts->of[i] += !strcmp(outcome, outcomes[i]);
	}
}

static void count(struct counts *counts, const struct result_index *index, const char *form)
{
	*counts = (struct counts){0};
	for (size_t i = 0; i < index->count; i++) {
		const struct indexed_result *result = &index->results[i];

		if (result->judgement && (!form || !strcmp(result_text(result, "form"), form))) {
			count_one(counts, result);
		}
	}
}

static const char *integer_text(struct report_model *model, int number)
{
	char text[24];

	snprintf(text, sizeof(text), "%d", number);
	return model_text(model, text);
}

static void count_row(struct report_model *model, const char *name, const struct counts *counts)
{
	struct report_row *row = model_row(model);

	row->cells[0] = name;
	for (int i = 0; i < OUTCOMES; i++) {
		row->cells[i + 1] = integer_text(model, counts->of[i]);
	}
	row->cells[OUTCOMES + 1] = integer_text(model, counts->informative);
}

static void add_counts(struct report_model *model, const struct run_record *record,
		       const struct result_index *index)
{
	static const struct report_column columns[] = {
		{WORD_form, 1, ALIGN_LEFT},
		{WORD_conforms, 1, ALIGN_RIGHT},
		{WORD_not_evaluated, 1, ALIGN_RIGHT},
		{WORD_inconclusive, 1, ALIGN_RIGHT},
		{WORD_does_not_conform, 1.2, ALIGN_RIGHT},
		{WORD_informative, 1, ALIGN_RIGHT},
	};
	struct counts counts;

	model_word_block(model, BLOCK_SUBSECTION, WORD_counts_title);
	model_table(model, columns, COUNT(columns));
	for (size_t i = 0; i < record->count; i++) {
		const char *form = model_form_started(record, i);

		if (form) {
			count(&counts, index, form);
			count_row(model, model_text(model, form), &counts);
		}
	}
	count(&counts, index, NULL);
	count_row(model, report_word(WORD_total), &counts);
}

static void add_void(struct report_model *model, const struct result_index *index)
{
	char sentence[300];
	int count = 0;

	for (size_t i = 0; i < index->count; i++) {
		count += index->results[i].is_void;
	}
	if (count) {
		REPORT_FILL(sentence, WORD_void_results, integer_text(model, count));
		model_block(model, BLOCK_PARAGRAPH, sentence)->mark = MARK_BAD;
	}
}

static void add_unread(struct report_model *model, const struct result_index *index)
{
	struct counts counts;
	char sentence[800];

	count(&counts, index, NULL);
	int unread = counts.recalled + counts.stand_in;
	const char *total = integer_text(model, counts.on_limits);
	if (unread) {
		REPORT_FILL(sentence, WORD_unread_limits, integer_text(model, unread), total,
			    integer_text(model, counts.recalled),
			    integer_text(model, counts.stand_in));
	} else {
		REPORT_FILL(sentence, WORD_all_limits_read, total);
	}
	if (unread || !counts.to_be_entered || counts.on_limits) {
		model_block(model, BLOCK_PARAGRAPH, sentence)->mark =
			unread ? MARK_OPEN : MARK_PLAIN;
	}
	if (counts.to_be_entered) {
		REPORT_FILL(sentence, WORD_limits_to_be_entered,
			    integer_text(model, counts.to_be_entered));
		model_block(model, BLOCK_PARAGRAPH, sentence)->mark = MARK_OPEN;
	}
}

static enum report_mark mark_of_verdict(const char *verdict)
{
	if (!strcmp(verdict, "conforms") || !strcmp(verdict, "complete")) {
		return MARK_GOOD;
	}
	return !strcmp(verdict, "does not conform") || !strcmp(verdict, "bench fault") ? MARK_BAD
										       : MARK_OPEN;
}

void model_add_verdict(struct report_model *model, enum report_word label, const char *value,
		       enum report_word otherwise)
{
	struct report_block *block = model_block(
		model, BLOCK_VERDICT, value ? report_word_of(value) : report_word(otherwise));

	block->label = report_word(label);
	block->mark = mark_of_verdict(value ? value : "");
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void add_identity(struct report_model *model, const struct run_record *record)
{
	const struct record_entry *run = &record->entries[0];
	const struct record_entry *last = &record->entries[record->count - 1];
	const char *person = or_empty(record_text(run, "operator"));
	char text[600];

	model_word_block(model, BLOCK_SECTION, WORD_identity);
	model_facts(model);
	model_fact(model, WORD_programme, record_text(run, "programme"));
	model_fact(model, WORD_device, record_text(run, "device"));
	model_fact(model, WORD_model, record_text(run, "model"));
	model_fact(model, WORD_forms, record_text(run, "forms"));
	model_fact(model, WORD_laboratory_file, record_text(run, "lab"));
	model_fact(model, WORD_operator_name, *person ? person : report_word(WORD_nobody));
	REPORT_FILL(text, WORD_program_text, or_empty(record_text(run, "program")),
		    or_empty(record_text(run, "program_version")),
		    or_empty(record_text(run, "revision")));
	model_fact(model, WORD_program, text);
	model_fact(model, WORD_seed, record_text(run, "seed"));
	REPORT_FILL(text, WORD_period_text, or_empty(record_text(run, "utc")),
		    or_empty(record_text(last, "utc")));
	model_fact(model, WORD_period, text);
	snprintf(text, sizeof(text), "%zu", record->count);
	model_fact(model, WORD_entries, text);
	model_fact(model, WORD_last_hash, last->hash);
}

static void add_files(struct report_model *model, const struct run_record *record)
{
	static const struct field_column files[] = {
		{{WORD_role, 0.95, ALIGN_LEFT}, "role", FIELD_WORD},
		{{WORD_file, 2.5, ALIGN_LEFT}, "name", FIELD_TEXT},
		{{WORD_sha256, 5.8, ALIGN_LEFT}, "sha256", FIELD_TEXT},
	};

	model_entries(model, record, "file", WORD_files_title, files, COUNT(files));
}

static void add_judgings(struct report_model *model, const struct run_record *record)
{
	static const struct field_column judgings[] = {
		{{WORD_judging, 0.8, ALIGN_RIGHT}, "judging", FIELD_TEXT},
		{{WORD_time_utc, 1.9, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_by, 1.5, ALIGN_LEFT}, "by", FIELD_TEXT},
		{{WORD_reason, 2, ALIGN_LEFT}, "reason", FIELD_TEXT},
		{{WORD_limits_used, 3, ALIGN_LEFT}, "limits", FIELD_TEXT},
		{{WORD_rule, 1.1, ALIGN_LEFT}, "rule", FIELD_TEXT},
	};

	model_entries(model, record, "judging", WORD_judgings_title, judgings, COUNT(judgings));
}

void model_add_cover(struct report_model *model, const struct run_record *record,
		     const struct result_index *index)
{
	const struct record_entry *run = &record->entries[0];
	const struct record_entry *end = model_find(record, "end");

	model_block(model, BLOCK_TITLE, record_text(run, "programme_title"))->label =
		model_text(model, record_text(run, "device_title"));
	const struct record_entry *judging = model_find(record, "judging");
	const struct record_entry *verdict = model_find(record, "verdict");
	const struct record_entry *newest = verdict ? verdict : end;

	model_add_verdict(model, WORD_meter_verdict, newest ? record_text(newest, "verdict") : NULL,
			  WORD_no_verdict);
	model_add_verdict(model, WORD_run_state, end ? record_text(end, "state") : NULL,
			  WORD_no_end_entry);
	add_counts(model, record, index);
	add_void(model, index);
	add_unread(model, index);
	model_word_block(model, BLOCK_SUBSECTION, WORD_decision_rule);
	model_block(model, BLOCK_PARAGRAPH, record_text(judging ? judging : run, "decision_rule"));
	add_judgings(model, record);
	if (*or_empty(record_text(run, "wanted_uncertainty_note"))) {
		model_word_block(model, BLOCK_SUBSECTION, WORD_wanted_uncertainty);
		model_block(model, BLOCK_PARAGRAPH, record_text(run, "wanted_uncertainty_note"));
	}
	model_word_block(model, BLOCK_SUBSECTION, WORD_statements);
	model_word_block(model, BLOCK_PARAGRAPH, WORD_only_items_tested);
	model_word_block(model, BLOCK_PARAGRAPH, WORD_whole_only);
	model_word_block(model, BLOCK_PARAGRAPH, WORD_no_approval);
	if (!model->is_virtual) {
		model_block(model, BLOCK_SIGNATURE, "");
	}
	add_identity(model, record);
	add_files(model, record);
}
