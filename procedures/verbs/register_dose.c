/* A dose between two readings, see the header. */
#include "procedures/verbs/register_dose.h"

#include <math.h>

/* Two readings cut to a count each make a triangular distribution of one count's half width. */
#define ROOT_OF_SIX 2.4494897427831780982

static enum status record_reading(struct step_context *context, int index, const char *moment,
				  const struct meter_registers *registers)
{
	struct record_draft draft;

	entry_begin(context, &draft, "register_reading", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[index].number);
	record_draft_text(&draft, "moment", moment);
	record_draft_integer(&draft, "delivered_counts", registers->delivered);
	record_draft_integer(&draft, "received_counts", registers->received);
	record_draft_integer(&draft, "net_counts", registers->net);
	record_draft_number(&draft, "watt_hours_per_count", registers->watt_hours_per_count);
	return entry_add(context, &draft);
}

static enum status read_position(struct step_context *context, int index, const char *moment,
				 struct meter_registers *registers)
{
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = meter_client_read_registers(client, registers);
	}
	status = session_end(client, status);
	if (!status && !(registers->watt_hours_per_count > 0)) {
		status = status_fail(STATUS_PROTOCOL,
				     "position %d: the meter's registers have no scale",
				     context->lab->positions[index].number);
	}
	return status ? status : record_reading(context, index, moment, registers);
}

enum status register_dose_read(struct step_context *context, const char *moment,
			       struct meter_registers *registers)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i,
					 read_position(context, i, moment, &registers[i]));
	}
	return status;
}

void register_dose_choose(const struct step_context *context, double wanted_uncertainty_percent,
			  double minimum_seconds, const struct meter_registers *before,
			  struct register_dose *dose)
{
	double wanted = wanted_uncertainty_percent / 100;
	double count = 0;

	for (int i = next_position(context->lab, 0); i >= 0;
	     i = next_position(context->lab, i + 1)) {
		count = fmax(count, before[i].watt_hours_per_count);
	}
	double energy = 2 * count / (ROOT_OF_SIX * wanted);
	energy = fmax(energy, dose->load.watts * minimum_seconds / 3600);
	dose->asked_watt_hours = ceil(energy / (10 * count)) * 10 * count;
}

enum status register_dose_measure(struct step_context *context, struct register_dose *dose)
{
	struct instrument *standard = context->lab->reference_standard;
	double watt_hours = 0;
	enum status status = STATUS_OK;

	dose->counted = (struct dose_pulses){.pulses = 0};
	if (dose->counts_pulses) {
		status = dose_pulses_arm(context, dose->asked_watt_hours, &dose->counted);
	}

	if (!status) {
		status = lab_energy_start(context->lab);
	}
	if (!status) {
		status = dose_give(context, &dose->load, dose->asked_watt_hours);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, context->lab->minimum_settling_seconds);
	}
	if (!status) {
		status = lab_energy_stop(context->lab, &watt_hours, &dose->resolution_watt_hours);
	}
	if (!status) {
		status = dose_pulses_collect(context, &dose->counted);
	}
	dose->watt_hours = fabs(watt_hours);
	if (!status && !(dose->watt_hours > 0)) {
		status = status_fail(STATUS_PROTOCOL,
				     "standard %s measured no energy during a dose of %.6g Wh",
				     standard->name, dose->asked_watt_hours);
	}
	return status;
}

enum status register_dose_record(struct step_context *context, const struct register_dose *dose,
				 int index)
{
	struct record_draft draft;

	entry_begin(context, &draft, "dose", 0);
	record_draft_integer(&draft, "step", context->step);
	record_draft_text(&draft, "form", context->form->name);
	record_draft_integer(&draft, "position", context->lab->positions[index].number);
	record_draft_text(&draft, "load", dose->load.text);
	record_draft_number(&draft, "asked_watt_hours", dose->asked_watt_hours);
	record_draft_number(&draft, "reference_watt_hours", dose->watt_hours);
	record_draft_number(&draft, "reference_resolution_watt_hours", dose->resolution_watt_hours);
	record_draft_number(&draft, "reference_error_percent", dose->load.certified.error_percent);
	if (dose->counted.pulses) {
		record_draft_integer(&draft, "pulses_counted", dose->counted.pulses);
	} else {
		record_draft_text(&draft, "pulses_counted", "");
	}
	return entry_add(context, &draft);
}
