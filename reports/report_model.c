/* Storage of the model, and the chapters that are plain tables of entries. */
#include "reports/report_model.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/model_builder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct model_storage {
	GStringChunk *texts;
	GPtrArray *column_lists;
};

const char *model_text(struct report_model *model, const char *text)
{
	GString *printable = g_string_new(NULL);
	char piece[5];

	while (text && record_escape_next(&text, piece)) {
		g_string_append(printable, strcmp(piece, "\\\\") ? piece : "\\");
	}
	const char *copy = g_string_chunk_insert(model->storage->texts, printable->str);
	g_string_free(printable, TRUE);
	return copy;
}

static bool needs_room(size_t count)
{
	return (count & (count - 1)) == 0;
}

struct report_block *model_block(struct report_model *model, enum report_block_kind kind,
				 const char *text)
{
	if (needs_room(model->block_count)) {
		model->blocks = g_renew(struct report_block, model->blocks,
					model->block_count ? 2 * model->block_count : 1);
	}
	struct report_block *block = &model->blocks[model->block_count++];
	*block = (struct report_block){
		.kind = kind, .text = model_text(model, text), .label = "", .form = ""};
	return block;
}

struct report_block *model_word_block(struct report_model *model, enum report_block_kind kind,
				      enum report_word word)
{
	return model_block(model, kind, report_word(word));
}

void model_table(struct report_model *model, const struct report_column *columns, size_t count)
{
	struct report_block *block = model_block(model, BLOCK_TABLE, "");

	block->table =
		(struct report_table){.has_head = true, .column_count = count, .columns = columns};
}

struct report_row *model_row(struct report_model *model)
{
	struct report_table *table = &model->blocks[model->block_count - 1].table;

	if (needs_room(table->row_count)) {
		table->rows = g_renew(struct report_row, table->rows,
				      table->row_count ? 2 * table->row_count : 1);
	}
	struct report_row *row = &table->rows[table->row_count++];
	row->mark = MARK_PLAIN;
	for (size_t i = 0; i < REPORT_COLUMNS; i++) {
		row->cells[i] = "";
	}
	return row;
}

void model_facts(struct report_model *model)
{
	static const struct report_column columns[] = {{WORD_text, 1, ALIGN_LEFT},
						       {WORD_text, 3, ALIGN_LEFT}};

	model_table(model, columns, COUNT(columns));
	model->blocks[model->block_count - 1].table.has_head = false;
}

void model_fact(struct report_model *model, enum report_word name, const char *value)
{
	const char *text = model_text(model, value);
	struct report_row *row = model_row(model);

	row->cells[0] = report_word(name);
	row->cells[1] = text;
}

const struct record_entry *model_find(const struct run_record *record, const char *kind)
{
	for (size_t i = record->count; i > 0; i--) {
		if (!strcmp(record->entries[i - 1].kind, kind)) {
			return &record->entries[i - 1];
		}
	}
	return NULL;
}

static const char *form_at(const struct run_record *record, size_t i)
{
	return !strcmp(record->entries[i].kind, "form_started")
		       ? record_text(&record->entries[i], "form")
		       : NULL;
}

const char *model_form_started(const struct run_record *record, size_t i)
{
	const char *form = form_at(record, i);

	for (size_t j = 0; form && j < i; j++) {
		const char *earlier = form_at(record, j);

		if (earlier && !strcmp(earlier, form)) {
			return NULL;
		}
	}
	return form;
}

static bool is_number(const char *text)
{
	char *end;

	strtod(text, &end);
	return *text && !*end;
}

static const char *cell_text(struct report_model *model, const struct record_entry *entry,
			     const struct field_column *column)
{
	const char *text = record_text(entry, column->field);
	char number[80];

	if (!text) {
		return "";
	}
	switch (column->form) {
	case FIELD_WORD:
		return model_text(model, report_word_of(text));
	case FIELD_NUMBER:
		return model_text(model, is_number(text) ? report_short(number, sizeof(number),
									strtod(text, NULL), 9)
							 : text);
	case FIELD_PERCENT:
		return model_text(model, is_number(text) ? report_fixed(number, sizeof(number),
									strtod(text, NULL), 4)
							 : text);
	case FIELD_VALID:
		return report_word(!strcmp(text, "yes") ? WORD_valid : WORD_past_due);
	case FIELD_YES_NO:
		return report_word(!strcmp(text, "yes") ? WORD_yes : WORD_no);
	case FIELD_TEXT:
		break;
	}
	return model_text(model, text);
}

/* A flag that says "no" is what a reader must not overlook. */
static enum report_mark mark_of(const struct record_entry *entry,
				const struct field_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool is_flag = columns[i].form == FIELD_VALID || columns[i].form == FIELD_YES_NO;

		if (is_flag && !record_flag(entry, columns[i].field)) {
			return MARK_BAD;
		}
	}
	return MARK_PLAIN;
}

static const struct report_column *copy_columns(struct report_model *model,
						const struct field_column *columns, size_t count)
{
	struct report_column *copy = g_new(struct report_column, count);

	for (size_t i = 0; i < count; i++) {
		copy[i] = columns[i].column;
	}
	g_ptr_array_add(model->storage->column_lists, copy);
	return copy;
}

/* A meter is identified by every procedure: a row that only repeats an earlier one is not shown. */
static void drop_repetition(struct report_model *model, size_t columns)
{
	struct report_table *table = &model->blocks[model->block_count - 1].table;
	const struct report_row *last = &table->rows[table->row_count - 1];

	for (size_t i = 0; i + 1 < table->row_count; i++) {
		bool is_same = table->rows[i].mark == last->mark;

		for (size_t j = 0; is_same && j < columns; j++) {
			is_same = !strcmp(table->rows[i].cells[j], last->cells[j]);
		}
		if (is_same) {
			table->row_count--;
			return;
		}
	}
}

bool model_entries(struct report_model *model, const struct run_record *record, const char *kind,
		   enum report_word subtitle, const struct field_column *columns, size_t count)
{
	if (!model_find(record, kind)) {
		return false;
	}
	model_word_block(model, BLOCK_SUBSECTION, subtitle);
	model_table(model, copy_columns(model, columns, count), count);
	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (strcmp(entry->kind, kind) != 0) {
			continue;
		}
		struct report_row *row = model_row(model);
		row->mark = mark_of(entry, columns, count);
		for (size_t j = 0; j < count; j++) {
			row->cells[j] = cell_text(model, entry, &columns[j]);
		}
		drop_repetition(model, count);
	}
	return true;
}

static void add_checks_of_bench(struct report_model *model, const struct run_record *record)
{
	static const struct field_column checks[] = {
		{{WORD_time_utc, 1.9, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_form, 0.7, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_instrument, 1, ALIGN_LEFT}, "instrument", FIELD_TEXT},
		{{WORD_certificate_number, 1.4, ALIGN_LEFT}, "certificate", FIELD_TEXT},
		{{WORD_load, 2.4, ALIGN_LEFT}, "load", FIELD_TEXT},
		{{WORD_difference, 1.3, ALIGN_RIGHT}, "difference_percent", FIELD_PERCENT},
		{{WORD_limit, 0.9, ALIGN_RIGHT}, "limit_percent", FIELD_NUMBER},
		{{WORD_bench_uncertainty, 1.1, ALIGN_RIGHT},
		 "bench_uncertainty_percent",
		 FIELD_PERCENT},
		{{WORD_check_uncertainty, 1.1, ALIGN_RIGHT},
		 "check_uncertainty_percent",
		 FIELD_PERCENT},
		{{WORD_normalized_error, 0.8, ALIGN_RIGHT}, "normalized_error", FIELD_PERCENT},
		{{WORD_good, 0.7, ALIGN_LEFT}, "is_good", FIELD_YES_NO},
	};
	static const struct field_column voids[] = {
		{{WORD_time_utc, 1.7, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_from_result, 0.7, ALIGN_RIGHT}, "from_result", FIELD_TEXT},
		{{WORD_to_result, 0.7, ALIGN_RIGHT}, "to_result", FIELD_TEXT},
		{{WORD_reason, 6, ALIGN_LEFT}, "reason", FIELD_TEXT},
	};
	static const struct field_column overrides[] = {
		{{WORD_time_utc, 1.7, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_by, 1.3, ALIGN_LEFT}, "by", FIELD_TEXT},
		{{WORD_reason, 2.5, ALIGN_LEFT}, "reason", FIELD_TEXT},
		{{WORD_gate, 4, ALIGN_LEFT}, "gate", FIELD_TEXT},
	};

	model_entries(model, record, "gate_override", WORD_overrides_title, overrides,
		      COUNT(overrides));
	model_entries(model, record, "check_standard", WORD_checks_of_bench, checks, COUNT(checks));
	model_entries(model, record, "void", WORD_void_title, voids, COUNT(voids));
}

static void add_equipment(struct report_model *model, const struct run_record *record)
{
	static const struct field_column instruments[] = {
		{{WORD_instrument, 1.3, ALIGN_LEFT}, "id", FIELD_TEXT},
		{{WORD_roles, 2, ALIGN_LEFT}, "roles", FIELD_TEXT},
		{{WORD_maker, 2, ALIGN_LEFT}, "maker", FIELD_TEXT},
		{{WORD_model, 1.3, ALIGN_LEFT}, "model", FIELD_TEXT},
		{{WORD_serial, 1.1, ALIGN_LEFT}, "serial", FIELD_TEXT},
		{{WORD_version, 1, ALIGN_LEFT}, "version", FIELD_TEXT},
		{{WORD_connection, 1.2, ALIGN_LEFT}, "resource_kind", FIELD_TEXT},
	};
	static const struct field_column certificates[] = {
		{{WORD_instrument, 1.65, ALIGN_LEFT}, "instrument", FIELD_TEXT},
		{{WORD_certificate_number, 1.7, ALIGN_LEFT}, "number", FIELD_TEXT},
		{{WORD_issuer, 2.2, ALIGN_LEFT}, "issuer", FIELD_TEXT},
		{{WORD_model, 1.1, ALIGN_LEFT}, "model", FIELD_TEXT},
		{{WORD_serial, 1.1, ALIGN_LEFT}, "serial", FIELD_TEXT},
		{{WORD_date, 1.55, ALIGN_LEFT}, "date", FIELD_TEXT},
		{{WORD_due_date, 1.55, ALIGN_LEFT}, "due_date", FIELD_TEXT},
		{{WORD_drift, 1.2, ALIGN_RIGHT}, "drift_percent_per_year", FIELD_NUMBER},
		{{WORD_validity, 1.35, ALIGN_LEFT}, "is_valid", FIELD_VALID},
	};
	static const struct field_column conditions[] = {
		{{WORD_time_utc, 2, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_ambient, 1, ALIGN_RIGHT}, "ambient_celsius", FIELD_NUMBER},
		{{WORD_stated_by, 3, ALIGN_LEFT}, "source", FIELD_TEXT},
	};

	model_word_block(model, BLOCK_SECTION, WORD_equipment);
	add_checks_of_bench(model, record);
	model_entries(model, record, "instrument", WORD_instruments_title, instruments,
		      COUNT(instruments));
	model_entries(model, record, "certificate", WORD_certificates_title, certificates,
		      COUNT(certificates));
	model_entries(model, record, "conditions", WORD_conditions, conditions, COUNT(conditions));
}

static void add_meters(struct report_model *model, const struct run_record *record)
{
	static const struct field_column forms[] = {
		{{WORD_form, 1.2, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_position, 0.6, ALIGN_LEFT}, "position", FIELD_TEXT},
		{{WORD_service, 1.4, ALIGN_LEFT}, "service", FIELD_TEXT},
		{{WORD_elements, 1.7, ALIGN_LEFT}, "element_configuration", FIELD_TEXT},
		{{WORD_voltage, 1.1, ALIGN_LEFT}, "volts", FIELD_NUMBER},
		{{WORD_current_range, 1.2, ALIGN_LEFT}, "current_range", FIELD_TEXT},
		{{WORD_class_amperes, 0.7, ALIGN_RIGHT}, "class_amperes", FIELD_NUMBER},
		{{WORD_not_covered, 2.2, ALIGN_LEFT}, "not_covered", FIELD_TEXT},
	};
	static const struct field_column meters[] = {
		{{WORD_form, 0.85, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_position, 0.75, ALIGN_LEFT}, "position", FIELD_TEXT},
		{{WORD_maker, 1, ALIGN_LEFT}, "manufacturer", FIELD_TEXT},
		{{WORD_model, 1.3, ALIGN_LEFT}, "model", FIELD_TEXT},
		{{WORD_serial, 1.3, ALIGN_LEFT}, "serial", FIELD_TEXT},
		{{WORD_device_id, 1.8, ALIGN_LEFT}, "device_id", FIELD_TEXT},
		{{WORD_firmware, 1.35, ALIGN_LEFT}, "firmware", FIELD_TEXT},
		{{WORD_hardware, 1.4, ALIGN_LEFT}, "hardware", FIELD_TEXT},
		{{WORD_kh, 0.9, ALIGN_RIGHT}, "kh_watt_hours", FIELD_NUMBER},
		{{WORD_kt, 0.9, ALIGN_RIGHT}, "kt_watt_hours", FIELD_NUMBER},
		{{WORD_class_amperes, 0.9, ALIGN_RIGHT}, "class_amperes", FIELD_NUMBER},
		{{WORD_test_amperes, 0.8, ALIGN_RIGHT}, "test_amperes", FIELD_NUMBER},
		{{WORD_meter_status, 1.2, ALIGN_LEFT}, "status", FIELD_TEXT},
	};
	static const struct field_column positions[] = {
		{{WORD_form, 1, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_position, 0.7, ALIGN_LEFT}, "position", FIELD_TEXT},
		{{WORD_serial, 1.2, ALIGN_LEFT}, "serial", FIELD_TEXT},
		{{WORD_position_state, 1, ALIGN_LEFT}, "state", FIELD_WORD},
		{{WORD_verdict, 1.4, ALIGN_LEFT}, "verdict", FIELD_WORD},
		{{WORD_conforms, 0.8, ALIGN_RIGHT}, "conforms", FIELD_NUMBER},
		{{WORD_inconclusive, 0.9, ALIGN_RIGHT}, "inconclusive", FIELD_NUMBER},
		{{WORD_does_not_conform, 0.9, ALIGN_RIGHT}, "does_not_conform", FIELD_NUMBER},
		{{WORD_text, 3, ALIGN_LEFT}, "text", FIELD_TEXT},
	};
	static const struct field_column adjustments[] = {
		{{WORD_form, 0.8, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_position, 0.7, ALIGN_LEFT}, "position", FIELD_TEXT},
		{{WORD_element, 1, ALIGN_LEFT}, "element", FIELD_TEXT},
		{{WORD_gain, 1.3, ALIGN_RIGHT}, "gain_ppb", FIELD_NUMBER},
		{{WORD_delay, 1.1, ALIGN_RIGHT}, "delay_ns", FIELD_NUMBER},
		{{WORD_found_unity, 1.5, ALIGN_RIGHT}, "as_found_percent_unity", FIELD_PERCENT},
		{{WORD_found_lagging, 1.5, ALIGN_RIGHT}, "as_found_percent_lagging", FIELD_PERCENT},
		{{WORD_left_unity, 1.5, ALIGN_RIGHT}, "as_left_percent_unity", FIELD_PERCENT},
		{{WORD_left_lagging, 1.5, ALIGN_RIGHT}, "as_left_percent_lagging", FIELD_PERCENT},
	};

	model_entries(model, record, "form_started", WORD_forms_title, forms, COUNT(forms));
	model_entries(model, record, "position", WORD_positions_title, positions, COUNT(positions));
	model_entries(model, record, "meter", WORD_meters, meters, COUNT(meters));
	model_entries(model, record, "adjustment", WORD_adjustment, adjustments,
		      COUNT(adjustments));
}

static void add_registers(struct report_model *model, const struct run_record *record)
{
	static const struct field_column readings[] = {
		{{WORD_form, 0.8, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_position, 0.7, ALIGN_LEFT}, "position", FIELD_TEXT},
		{{WORD_step, 0.8, ALIGN_RIGHT}, "step", FIELD_NUMBER},
		{{WORD_moment, 1.2, ALIGN_LEFT}, "moment", FIELD_WORD},
		{{WORD_counts_delivered, 1.6, ALIGN_RIGHT}, "delivered_counts", FIELD_TEXT},
		{{WORD_counts_received, 1.6, ALIGN_RIGHT}, "received_counts", FIELD_TEXT},
		{{WORD_counts_net, 1.6, ALIGN_RIGHT}, "net_counts", FIELD_TEXT},
		{{WORD_watt_hours_per_count, 1.5, ALIGN_RIGHT},
		 "watt_hours_per_count",
		 FIELD_NUMBER},
	};
	static const struct field_column doses[] = {
		{{WORD_form, 0.7, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_position, 0.6, ALIGN_LEFT}, "position", FIELD_TEXT},
		{{WORD_step, 0.6, ALIGN_RIGHT}, "step", FIELD_NUMBER},
		{{WORD_load, 2.8, ALIGN_LEFT}, "load", FIELD_TEXT},
		{{WORD_asked, 1.2, ALIGN_RIGHT}, "asked_watt_hours", FIELD_NUMBER},
		{{WORD_reference_energy, 1.6, ALIGN_RIGHT}, "reference_watt_hours", FIELD_NUMBER},
		{{WORD_reference_error, 1.3, ALIGN_RIGHT},
		 "reference_error_percent",
		 FIELD_PERCENT},
		{{WORD_pulses, 0.9, ALIGN_RIGHT}, "pulses_counted", FIELD_NUMBER},
	};

	static const struct field_column ledger[] = {
		{{WORD_form, 0.9, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_position, 0.8, ALIGN_LEFT}, "position", FIELD_TEXT},
		{{WORD_time_utc, 3.1, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_quantity, 1.5, ALIGN_LEFT}, "quantity", FIELD_WORD},
		{{WORD_reference_wh, 1.7, ALIGN_RIGHT}, "reference_watt_hours", FIELD_NUMBER},
		{{WORD_expected_wh, 1.7, ALIGN_RIGHT}, "expected_watt_hours", FIELD_NUMBER},
		{{WORD_registered_wh, 1.7, ALIGN_RIGHT}, "registered_watt_hours", FIELD_NUMBER},
		{{WORD_residual_wh, 1.4, ALIGN_RIGHT}, "residual_watt_hours", FIELD_PERCENT},
		{{WORD_uncertainty_wh, 1.4, ALIGN_RIGHT}, "uncertainty_watt_hours", FIELD_PERCENT},
		{{WORD_unknown_share, 1.6, ALIGN_RIGHT}, "unknown_percent", FIELD_PERCENT},
	};

	if (!model_find(record, "register_reading") && !model_find(record, "dose") &&
	    !model_find(record, "energy_ledger")) {
		return;
	}
	model_word_block(model, BLOCK_SECTION, WORD_registers);
	model_entries(model, record, "register_reading", WORD_readings_title, readings,
		      COUNT(readings));
	model_entries(model, record, "dose", WORD_doses_title, doses, COUNT(doses));
	model_entries(model, record, "energy_ledger", WORD_ledger_title, ledger, COUNT(ledger));
}

static void add_notes(struct report_model *model, const struct run_record *record)
{
	static const struct field_column faults[] = {
		{{WORD_time_utc, 1.7, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_form, 0.7, ALIGN_LEFT}, "form", FIELD_TEXT},
		{{WORD_kind_of_fault, 1.1, ALIGN_LEFT}, "status", FIELD_TEXT},
		{{WORD_text, 5, ALIGN_LEFT}, "text", FIELD_TEXT},
	};
	static const struct field_column notes[] = {
		{{WORD_time_utc, 1.7, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_text, 6.8, ALIGN_LEFT}, "text", FIELD_TEXT},
	};
	static const struct field_column safe_states[] = {
		{{WORD_time_utc, 1.7, ALIGN_LEFT}, "utc", FIELD_TEXT},
		{{WORD_source_off, 1, ALIGN_LEFT}, "source_off", FIELD_YES_NO},
		{{WORD_confirmed_by, 1.4, ALIGN_LEFT}, "confirmed_by", FIELD_TEXT},
		{{WORD_text, 4.4, ALIGN_LEFT}, "text", FIELD_TEXT},
	};

	model_word_block(model, BLOCK_SECTION, WORD_notes);
	if (!model_entries(model, record, "fault", WORD_faults_title, faults, COUNT(faults))) {
		model_word_block(model, BLOCK_PARAGRAPH, WORD_no_faults);
	}
	if (!model_entries(model, record, "safe_state", WORD_safe_state_title, safe_states,
			   COUNT(safe_states))) {
		model_word_block(model, BLOCK_PARAGRAPH, WORD_no_safe_state)->mark = MARK_BAD;
	}
	if (!model_entries(model, record, "note", WORD_notes_title, notes, COUNT(notes))) {
		model_word_block(model, BLOCK_PARAGRAPH, WORD_no_notes);
	}
}

static void fill(struct report_model *model, const struct run_record *record,
		 const struct result_index *index)
{
	model_add_cover(model, record, index);
	add_equipment(model, record);
	add_meters(model, record);
	model_add_results(model, record, index);
	add_registers(model, record);
	add_notes(model, record);
	model_add_budgets(model, record, index);
	model_word_block(model, BLOCK_END, WORD_end_of_report);
}

enum status report_model_build(struct report_model *model, const struct run_record *record)
{
	struct result_index index;

	*model = (struct report_model){0};
	bool is_type = record->count && !strcmp(record->entries[0].kind, "type");
	if (!record->count || (!is_type && strcmp(record->entries[0].kind, "run") != 0)) {
		return status_fail(
			STATUS_BAD_INPUT,
			"report: the record does not begin with the entry \"run\" or \"type\"");
	}
	enum status status = result_index_build(&index, record);
	if (status) {
		return status;
	}
	const struct record_entry *last = &record->entries[record->count - 1];
	model->storage = g_new0(struct model_storage, 1);
	model->storage->texts = g_string_chunk_new(16384);
	model->storage->column_lists = g_ptr_array_new_with_free_func(g_free);
	model->is_virtual = record_flag(&record->entries[0], "is_virtual");
	model->title = model_text(model, record_text(&record->entries[0],
						     is_type ? "device_title" : "programme_title"));
	model->created_utc = model_text(model, record_text(last, "utc"));
	char id[17];
	snprintf(id, sizeof(id), "%.16s", last->hash);
	model->record_id = model_text(model, id);
	if (is_type) {
		model_add_type(model, record);
	} else {
		fill(model, record, &index);
	}
	result_index_free(&index);
	return STATUS_OK;
}

void report_model_free(struct report_model *model)
{
	for (size_t i = 0; i < model->block_count; i++) {
		g_free(model->blocks[i].table.rows);
	}
	g_free(model->blocks);
	if (model->storage) {
		g_string_chunk_free(model->storage->texts);
		g_ptr_array_free(model->storage->column_lists, TRUE);
		g_free(model->storage);
	}
	*model = (struct report_model){0};
}
