/*
 * Is the stated uncertainty true? 2,000 trials with everything on, each with a new bench, a new
 * standard and a new meter: the true error lies inside the stated interval in 95 % of them, so in
 * 1,867 to 1,931 (99.9 %).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/virtual_run.h"

#define TRIALS 2000

static const struct record_entry *find(const struct run_record *record, const char *kind)
{
	for (size_t i = 0; i < record->count; i++) {
		if (!strcmp(record->entries[i].kind, kind)) {
			return &record->entries[i];
		}
	}
	return NULL;
}

static bool is_covered(const struct virtual_run *run)
{
	const struct sensor_model *sensors =
		virtual_lab_sensor_model(bench_lab_virtual(run->bench_lab));
	const struct record_entry *result = find(&run->record, "result");
	const struct record_entry *judgement = find(&run->record, "judgement");
	struct load_point point;
	struct three_phase load;

	CU_ASSERT_FATAL(result && judgement);
	CU_ASSERT_EQUAL_FATAL(load_point_parse(record_text(result, "load"), &point), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(service_phasors(SERVICE_WYE_4_WIRE, &point, &load), STATUS_OK);
	double truth = 100.0 * sensors_true_error(sensors, &load);
	return fabs(record_number(result, "error_percent") - truth) <=
	       record_number(judgement, "expanded_uncertainty_percent");
}

static void the_stated_uncertainty_holds_the_true_error_95_times_of_100(void)
{
	static const char *const forms[] = {"16S", "9S"};
	struct virtual_run run;
	char store[1200];
	int covered = 0;

	snprintf(store, sizeof(store), "%s/record.mcbench", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(
		virtual_run_begin(&run, "tests/programmes/coverage.xml", "bench/labs/virtual.xml"),
		STATUS_OK);
	for (uint64_t seed = 1; seed <= TRIALS; seed++) {
		CU_ASSERT_EQUAL_FATAL(virtual_run_trial(&run, forms[seed % 2], seed, store),
				      STATUS_OK);
		covered += is_covered(&run);
	}
	virtual_run_end(&run);
	printf("\n    seeds 1 to %d: %d true errors inside the stated interval\n  ", TRIALS,
	       covered);
	CU_ASSERT(covered >= 1867 && covered <= 1931);
}

const char *const suite_name = "coverage";
const struct suite_case suite_cases[] = {
	CASE(the_stated_uncertainty_holds_the_true_error_95_times_of_100),
	CASES_END,
};
