/* A type's judgement as entries of a record of its own. */
#include "procedures/type_judgement.h"

#include <stdio.h>
#include <string.h>

static void begin(struct record_draft *draft, const char *kind, const char *utc, const char *form)
{
	record_draft_begin(draft, kind);
	record_draft_text(draft, "utc", utc);
	if (form) {
		record_draft_text(draft, "form", form);
	}
}

static const char *meter_text(const struct type_sample *sample, const char *field)
{
	const char *text = record_text(sample->meter, field);

	return text ? text : "";
}

static enum status write_sample(const struct type_sample *sample, size_t number, const char *utc,
				struct run_store *store)
{
	static const char *const fields[] = {"manufacturer", "model", "firmware", "hardware"};
	struct record_draft draft;

	begin(&draft, "sample", utc, sample->form);
	record_draft_integer(&draft, "sample", (int64_t)number);
	record_draft_text(&draft, "serial", sample->serial);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		record_draft_text(&draft, fields[i], meter_text(sample, fields[i]));
	}
	record_draft_text(&draft, "runs", sample->runs);
	return run_store_add(store, &draft, NULL);
}

/* "00000001: conforms; 00000002: not evaluated" */
static void outcomes_text(const struct type_judgement *judgement,
			  const struct type_requirement *row, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < judgement->sample_count && used < size; i++) {
		const struct type_sample *sample = &judgement->samples[i];
		if (!strcmp(sample->form, row->form)) {
			used += (size_t)snprintf(text + used, size - used, "%s%s: %s",
						 used ? "; " : "", sample->serial,
						 conformity_name(row->is_evaluated[i]
									 ? row->of_sample[i]
									 : NOT_EVALUATED));
		}
	}
}

static enum status write_requirement(const struct type_judgement *judgement,
				     const struct type_requirement *row, const char *utc,
				     struct run_store *store)
{
	struct record_draft draft;
	char text[TYPE_SAMPLES * 56];

	outcomes_text(judgement, row, text, sizeof(text));
	begin(&draft, "type_requirement", utc, row->form);
	record_draft_text(&draft, "requirement", row->requirement);
	record_draft_text(&draft, "outcome", conformity_name(row->outcome));
	record_draft_text(&draft, "text", text);
	return run_store_add(store, &draft, NULL);
}

static enum status write_check(const struct type_check *check, const char *utc,
			       struct run_store *store)
{
	struct record_draft draft;

	begin(&draft, "type_check", utc, check->form);
	record_draft_text(&draft, "what", check->what);
	record_draft_text(&draft, "outcome", conformity_name(check->outcome));
	record_draft_text(&draft, "text", check->text);
	return run_store_add(store, &draft, NULL);
}

static enum status write_spread(const struct type_spread *spread, const char *utc,
				struct run_store *store)
{
	struct record_draft draft;

	begin(&draft, "type_spread", utc, spread->form);
	record_draft_text(&draft, "test", spread->test);
	record_draft_text(&draft, "direction", spread->direction);
	record_draft_text(&draft, "load", spread->load);
	record_draft_integer(&draft, "samples", spread->samples);
	record_draft_number(&draft, "least_percent", spread->least_percent);
	record_draft_number(&draft, "most_percent", spread->most_percent);
	record_draft_number(&draft, "spread_percent", spread->most_percent - spread->least_percent);
	return run_store_add(store, &draft, NULL);
}

static enum status write_verdict(const struct type_judgement *judgement, const char *utc,
				 struct run_store *store)
{
	struct record_draft draft;

	begin(&draft, "type_verdict", utc, NULL);
	record_draft_text(&draft, "state", run_state_name(judgement->state));
	record_draft_text(&draft, "verdict", conformity_name(judgement->worst));
	record_draft_integer(&draft, "exit_status",
			     exit_status_of(judgement->worst, judgement->state));
	return run_store_add(store, &draft, NULL);
}

enum status type_judgement_write(const struct type_judgement *judgement, const char *utc,
				 struct run_store *store)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < judgement->sample_count; i++) {
		status = write_sample(&judgement->samples[i], i + 1, utc, store);
	}
	for (size_t i = 0; !status && i < judgement->requirement_count; i++) {
		status = write_requirement(judgement, &judgement->requirements[i], utc, store);
	}
	for (size_t i = 0; !status && i < judgement->check_count; i++) {
		status = write_check(&judgement->checks[i], utc, store);
	}
	for (size_t i = 0; !status && i < judgement->spread_count; i++) {
		status = write_spread(&judgement->spreads[i], utc, store);
	}
	return status ? status : write_verdict(judgement, utc, store);
}
