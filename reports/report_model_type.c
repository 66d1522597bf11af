/* The report of a type: verdict over all samples, requirements, checks across samples, spreads. */
#include "reports/model_builder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void add_samples(struct report_model *model, const struct run_record *record)
{
	static const struct field_column samples[] = {
		{{WORD_sample, 0.8, ALIGN_RIGHT}, "sample", FIELD_TEXT},
		{{WORD_form, 0.8, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_serial, 1.6, ALIGN_LEFT}, "serial", FIELD_TEXT},
		{{WORD_maker, 1.2, ALIGN_LEFT}, "manufacturer", FIELD_TEXT},
		{{WORD_model, 1.2, ALIGN_LEFT}, "model", FIELD_TEXT},
		{{WORD_firmware, 1.2, ALIGN_LEFT}, "firmware", FIELD_TEXT},
		{{WORD_hardware, 1.2, ALIGN_LEFT}, "hardware", FIELD_TEXT},
		{{WORD_type_runs, 1, ALIGN_LEFT}, "runs", FIELD_TEXT},
	};
	static const struct field_column runs[] = {
		{{WORD_type_run, 0.7, ALIGN_RIGHT}, "run", FIELD_TEXT},
		{{WORD_programme, 2, ALIGN_LEFT}, "programme", FIELD_TEXT},
		{{WORD_last_hash, 6, ALIGN_LEFT}, "last_hash", FIELD_TEXT},
	};

	model_entries(model, record, "sample", WORD_samples_title, samples, COUNT(samples));
	model_entries(model, record, "type_run", WORD_type_runs_title, runs, COUNT(runs));
}

static void add_findings(struct report_model *model, const struct run_record *record)
{
	static const struct field_column requirements[] = {
		{{WORD_form, 0.8, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_requirement, 1.5, ALIGN_LEFT}, "requirement", FIELD_TEXT},
		{{WORD_verdict, 1.8, ALIGN_LEFT}, "outcome", FIELD_WORD},
		{{WORD_of_samples, 5, ALIGN_LEFT}, "text", FIELD_TEXT},
	};
	static const struct field_column checks[] = {
		{{WORD_form, 0.8, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_what, 2, ALIGN_LEFT}, "what", FIELD_TEXT},
		{{WORD_verdict, 1.8, ALIGN_LEFT}, "outcome", FIELD_WORD},
		{{WORD_of_samples, 5, ALIGN_LEFT}, "text", FIELD_TEXT},
	};
	static const struct field_column spreads[] = {
		{{WORD_form, 0.8, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_test, 2, ALIGN_LEFT}, "test", FIELD_WORD},
		{{WORD_direction, 1.2, ALIGN_LEFT}, "direction", FIELD_WORD},
		{{WORD_load, 3, ALIGN_LEFT}, "load", FIELD_TEXT},
		{{WORD_samples, 1, ALIGN_RIGHT}, "samples", FIELD_TEXT},
		{{WORD_least, 1.2, ALIGN_RIGHT}, "least_percent", FIELD_PERCENT},
		{{WORD_most, 1.2, ALIGN_RIGHT}, "most_percent", FIELD_PERCENT},
		{{WORD_spread, 1.2, ALIGN_RIGHT}, "spread_percent", FIELD_PERCENT},
	};

	model_entries(model, record, "type_requirement", WORD_type_requirements_title, requirements,
		      COUNT(requirements));
	model_entries(model, record, "type_check", WORD_type_checks_title, checks, COUNT(checks));
	model_entries(model, record, "type_spread", WORD_type_spreads_title, spreads,
		      COUNT(spreads));
}

void model_add_type(struct report_model *model, const struct run_record *record)
{
	const struct record_entry *type = &record->entries[0];
	const struct record_entry *verdict = model_find(record, "type_verdict");

	model_block(model, BLOCK_TITLE, report_word(WORD_type_title))->label =
		model_text(model, record_text(type, "device_title"));
	model_add_verdict(model, WORD_type_verdict,
			  verdict ? record_text(verdict, "verdict") : NULL, WORD_no_verdict);
	model_add_verdict(model, WORD_type_state, verdict ? record_text(verdict, "state") : NULL,
			  WORD_no_end_entry);
	add_samples(model, record);
	add_findings(model, record);
	model_word_block(model, BLOCK_SUBSECTION, WORD_decision_rule);
	model_block(model, BLOCK_PARAGRAPH, record_text(type, "decision_rule"));
	model_facts(model);
	model_fact(model, WORD_limits_used, record_text(type, "limits"));
	model_fact(model, WORD_by, record_text(type, "by"));
	model_fact(model, WORD_reason, record_text(type, "reason"));
	model_word_block(model, BLOCK_SUBSECTION, WORD_statements);
	model_word_block(model, BLOCK_PARAGRAPH, WORD_only_items_tested);
	model_word_block(model, BLOCK_PARAGRAPH, WORD_no_approval);
	if (!model->is_virtual) {
		model_block(model, BLOCK_SIGNATURE, "");
	}
	model_word_block(model, BLOCK_END, WORD_end_of_report);
}
