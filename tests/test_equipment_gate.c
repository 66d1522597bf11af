/* procedures/equipment_gate: what is shut stops the run, or a person answers for it in the record.
 */
#include <stdio.h>
#include <string.h>

#include "procedures/equipment_gate.h"
#include "tests/support/fake_lab.h"
#include "tests/support/suite.h"

static struct fake_lab fake;
static struct step_context context;
static struct run_record record;
static char store_path[1200];
static const struct gate_override answer = {"the new certificate is on its way", "C. Head"};

static void begin(void)
{
	fake_lab_init(&fake);
	snprintf(store_path, sizeof(store_path), "%s/record.mcbench", scratch_folder());
	remove(store_path);
	context = (struct step_context){.lab = &fake.lab};
	CU_ASSERT_EQUAL_FATAL(run_store_create(store_path, true, 0, &context.store), STATUS_OK);
}

static int overrides(void)
{
	int count = 0;

	CU_ASSERT_EQUAL(run_store_close(context.store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(run_store_load(store_path, &record), STATUS_OK);
	for (size_t i = 0; i < record.count; i++) {
		count += !strcmp(record.entries[i].kind, "gate_override");
	}
	return count;
}

static void equipment_in_order_passes_without_a_word(void)
{
	begin();
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_OK);
	CU_ASSERT_EQUAL(overrides(), 0);
	run_record_free(&record);
}

static void a_certificate_past_due_stops_or_is_answered_for(void)
{
	begin();
	strcpy(fake.certificate.due_date, "2026-07-30");
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "was due on 2026-07-30"));
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "--override-gate"));
	context.override = &answer;
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_OK);
	CU_ASSERT_EQUAL(overrides(), 1);
	const struct record_entry *entry = &record.entries[record.count - 1];
	CU_ASSERT_STRING_EQUAL(record_text(entry, "by"), "C. Head");
	CU_ASSERT_STRING_EQUAL(record_text(entry, "reason"), "the new certificate is on its way");
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(entry, "gate"), "was due on 2026-07-30"));
	run_record_free(&record);
}

/* The clock of the laboratory stands at 2026-07-31T00:00:00Z, 1785456000 s. */
static void a_cold_instrument_stops(void)
{
	begin();
	fake.lab.warm_up_seconds[0] = 1800;
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "nobody has said since when"));
	fake.lab.on_since_utc_seconds = INT64_C(1785456000) - 1799;
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "is on for 1799 s only"));
	fake.lab.on_since_utc_seconds = INT64_C(1785456000) - 1800;
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_OK);
	fake.lab.on_since_utc_seconds = INT64_C(1785456000) + 60;
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_REFUSED);
	CU_ASSERT_EQUAL(overrides(), 0);
	run_record_free(&record);
}

static void every_shut_gate_is_recorded_on_its_own(void)
{
	begin();
	strcpy(fake.certificate.due_date, "2026-07-30");
	fake.lab.warm_up_seconds[0] = 1800;
	context.override = &answer;
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_OK);
	CU_ASSERT_EQUAL(overrides(), 2);
	run_record_free(&record);
}

static void without_any_certificate_nobody_can_answer(void)
{
	begin();
	fake.lab.reference_certificate = NULL;
	context.override = &answer;
	CU_ASSERT_EQUAL(equipment_gate(&context), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(overrides(), 0);
	run_record_free(&record);
}

const char *const suite_name = "equipment_gate";
const struct suite_case suite_cases[] = {
	CASE(equipment_in_order_passes_without_a_word),
	CASE(a_certificate_past_due_stops_or_is_answered_for),
	CASE(a_cold_instrument_stops),
	CASE(every_shut_gate_is_recorded_on_its_own),
	CASE(without_any_certificate_nobody_can_answer),
	CASES_END,
};
