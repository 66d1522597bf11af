/* The gates one by one; an override is an entry, not a silence. */
#include "procedures/equipment_gate.h"

#include <stdio.h>

#include "procedures/verbs/verb_support.h"

static enum status certificate_check(const char *instrument, const struct certificate *certificate,
				     const char *today)
{
	int64_t since;
	int64_t left;
	enum status status = days_between(certificate->date, today, &since);

	if (!status) {
		status = days_between(today, certificate->due_date, &left);
	}
	if (status) {
		return status_prefix(status, "certificate %s of %s: ", certificate->number,
				     instrument);
	}
	if (left < 0) {
		return status_fail(STATUS_REFUSED,
				   "instrument %s: its certificate %s was due on %s, today is %s",
				   instrument, certificate->number, certificate->due_date, today);
	}
	if (since < 0) {
		return status_fail(STATUS_REFUSED,
				   "instrument %s: its certificate %s is dated %s, after today, %s",
				   instrument, certificate->number, certificate->date, today);
	}
	return STATUS_OK;
}

/* Nobody but a person knows since when an instrument has been on. */
static enum status warm_up_check(const struct lab *lab, int index)
{
	double needed = lab->warm_up_seconds[index];
	int64_t on_for = clock_utc_seconds(lab->clock) - lab->on_since_utc_seconds;

	if (!(needed > 0)) {
		return STATUS_OK;
	}
	if (!lab->on_since_utc_seconds) {
		return status_fail(
			STATUS_REFUSED,
			"instrument %s needs %.6g s to warm up, and nobody has said since "
			"when it is on (--on-since UTC)",
			lab->instruments[index]->name, needed);
	}
	if ((double)on_for < needed) {
		return status_fail(
			STATUS_REFUSED,
			"instrument %s needs %.6g s to warm up and is on for %lld s only",
			lab->instruments[index]->name, needed, (long long)on_for);
	}
	return STATUS_OK;
}

static enum status record_override(struct step_context *context, const char *gate)
{
	struct record_draft draft;

	entry_begin(context, &draft, "gate_override", 0);
	record_draft_text(&draft, "gate", gate);
	record_draft_text(&draft, "by", context->override->by);
	record_draft_text(&draft, "reason", context->override->reason);
	return entry_add(context, &draft);
}

/* Lets a shut gate pass when a person answers for it. */
static enum status pass(struct step_context *context, enum status gate)
{
	char sentence[512];

	if (gate != STATUS_REFUSED) {
		return gate;
	}
	snprintf(sentence, sizeof(sentence), "%s", status_reason());
	if (context->override) {
		return record_override(context, sentence);
	}
	return status_fail(
		STATUS_REFUSED,
		"%s; nothing is switched on (a person may answer for it: --override-gate "
		"REASON --by NAME)",
		sentence);
}

static enum status check_roles(const struct lab *lab)
{
	if (!lab->power_source || !lab->reference_standard) {
		return status_fail(STATUS_BAD_INPUT, "lab %s has no %s", lab->name,
				   lab->power_source ? "reference standard" : "power source");
	}
	if (!lab->reference_certificate) {
		return status_fail(STATUS_BAD_INPUT,
				   "reference standard %s of lab %s has no certificate; nothing is "
				   "switched on",
				   lab->reference_standard->name, lab->name);
	}
	return STATUS_OK;
}

enum status equipment_gate(struct step_context *context)
{
	const struct lab *lab = context->lab;
	char today[21];
	enum status status = check_roles(lab);

	clock_utc_text(lab->clock, today);
	today[10] = '\0';
	for (int i = 0; !status && i < lab->instrument_count; i++) {
		if (lab->certificates[i]) {
			status = pass(context, certificate_check(lab->instruments[i]->name,
								 lab->certificates[i], today));
		}
		if (!status) {
			status = pass(context, warm_up_check(lab, i));
		}
	}
	for (int i = 0; !status && i < lab->position_count; i++) {
		char name[48];

		snprintf(name, sizeof(name), "isolation of position %d", lab->positions[i].number);
		if (lab->positions[i].isolation) {
			status = pass(context,
				      certificate_check(name, lab->positions[i].isolation, today));
		}
	}
	return status;
}
