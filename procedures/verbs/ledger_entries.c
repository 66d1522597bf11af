/* The ledger's readings and lines as entries of the record. */
#include "procedures/verbs/verb_support.h"

static enum status record_line(struct step_context *context, int index, const char *moment,
			       const char *quantity, const struct ledger_line *line)
{
	struct record_draft draft;

	entry_begin(context, &draft, "energy_ledger", context->lab->positions[index].number);
	record_draft_text(&draft, "moment", moment);
	record_draft_text(&draft, "quantity", quantity);
	record_draft_number(&draft, "reference_watt_hours", line->reference);
	record_draft_number(&draft, "expected_watt_hours", line->expected);
	record_draft_number(&draft, "registered_watt_hours", line->registered);
	record_draft_number(&draft, "residual_watt_hours", line->residual);
	record_draft_number(&draft, "uncertainty_watt_hours", line->expanded_uncertainty);
	record_draft_number(&draft, "unknown_percent", 100 * line->unknown_share);
	return entry_add(context, &draft);
}

static enum status record_lines(struct step_context *context, int index, const char *moment)
{
	const struct verb_memory *memory = context->memory;
	enum status status = STATUS_OK;

	for (enum ledger_quantity quantity = LEDGER_DELIVERED; !status && quantity <= LEDGER_NET;
	     quantity++) {
		struct ledger_line line;

		ledger_line(&memory->ledger, index, quantity, &line);
		status = record_line(context, index, moment, ledger_quantity_name(quantity), &line);
	}
	return status;
}

enum status ledger_read(struct step_context *context, int index, struct meter_client *client,
			const char *moment)
{
	struct verb_memory *memory = context->memory;
	struct energy_ledger *ledger = &memory->ledger;
	struct meter_registers registers;

	if (!context->lab->account) {
		return STATUS_OK;
	}
	bool is_first = !ledger->has_begun[index];
	enum status status = meter_client_read_registers(client, &registers);
	if (status) {
		return status;
	}
	ledger_note_registers(ledger, index, &registers);
	return is_first ? STATUS_OK : record_lines(context, index, moment);
}
