/*
 * The whole chain - programme, driver, wire, simulated instruments, sensors, firmware, error -
 * against closed forms: (1+eps) g cos(phi+d)/cos(phi) - 1. With noise, drift and the standard's own
 * error off, constants at identity.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/virtual_run.h"

/* Reported minus true error of a result, in per cent; the true one from nothing but the sensors
 * that were drawn. */
static double deviation(const struct virtual_run *run, const struct record_entry *result,
			struct load_point *point)
{
	const struct sensor_model *sensors =
		virtual_lab_sensor_model(bench_lab_virtual(run->bench_lab));
	struct three_phase load;

	CU_ASSERT_EQUAL_FATAL(load_point_parse(record_text(result, "load"), point), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(service_phasors(SERVICE_WYE_4_WIRE, point, &load), STATUS_OK);
	return record_number(result, "error_percent") - 100.0 * sensors_true_error(sensors, &load);
}

static double shortest_run_seconds(const struct run_record *record, int64_t step)
{
	double shortest = 1e9;

	for (size_t i = 0; i < record->count; i++) {
		const struct record_entry *entry = &record->entries[i];

		if (!strcmp(entry->kind, "indication") && record_integer(entry, "step") == step) {
			double seconds = record_number(entry, "seconds");
			shortest = seconds < shortest ? seconds : shortest;
		}
	}
	return shortest;
}

static void compare_results(const struct virtual_run *run, int *balanced, int *single,
			    double *largest)
{
	for (size_t i = 0; i < run->record.count; i++) {
		const struct record_entry *result = &run->record.entries[i];
		struct load_point point;

		if (strcmp(result->kind, "result") != 0) {
			continue;
		}
		double difference = fabs(deviation(run, result, &point)), allowed = 0.003;
		if (point.single_element >= 0) {
			double seconds =
				shortest_run_seconds(&run->record, record_integer(result, "step"));
			allowed = fmax(allowed, 100.0 / (3840.0 * point.power_factor * seconds));
			(*single)++;
		} else {
			(*balanced)++;
		}
		if (difference > allowed) {
			printf("\n    %s: off by %.5f %%, allowed %.5f %%",
			       record_text(result, "load"), difference, allowed);
		}
		CU_ASSERT(difference <= allowed);
		*largest = fmax(*largest, difference);
	}
}

static void every_reported_error_is_the_closed_form_within_0_003_percent(void)
{
	static const char *const forms[] = {"16S", "9S"};
	struct virtual_run run;
	int balanced = 0, single = 0;
	double largest = 0.0;
	char store[1200];

	snprintf(store, sizeof(store), "%s/record.mcbench", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(
		virtual_run_begin(&run, "tests/programmes/oracle.xml", "tests/labs/oracle.xml"),
		STATUS_OK);
	for (uint64_t seed = 1; seed <= 6; seed++) {
		CU_ASSERT_EQUAL_FATAL(virtual_run_trial(&run, forms[seed % 2], seed, store),
				      STATUS_OK);
		compare_results(&run, &balanced, &single, &largest);
	}
	virtual_run_end(&run);
	printf("\n    %d balanced and %d single-element results, largest deviation %.5f %%\n  ",
	       balanced, single, largest);
	CU_ASSERT_EQUAL(balanced, 6 * 48);
	CU_ASSERT_EQUAL(single, 6 * 9);
}

const char *const suite_name = "oracles";
const struct suite_case suite_cases[] = {
	CASE(every_reported_error_is_the_closed_form_within_0_003_percent),
	CASES_END,
};
