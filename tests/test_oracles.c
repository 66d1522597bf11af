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
static double deviation(const struct virtual_run *run, enum service service,
			const struct record_entry *result, struct load_point *point)
{
	const struct sensor_model *sensors =
		virtual_lab_sensor_model(bench_lab_virtual(run->bench_lab));
	struct three_phase load;

	CU_ASSERT_EQUAL_FATAL(load_point_parse(record_text(result, "load"), point), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(service_phasors(service, point, &load), STATUS_OK);
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

struct comparison {
	int balanced, single;
	double largest;
};

/* The meter adds up samples between two pulses, the reference the time between: a load that pulses
 * leaves up to one sample's share of its apparent power. */
static double allowed_percent(const struct virtual_run *run, enum service service,
			      const struct record_entry *result, const struct load_point *point)
{
	double seconds = shortest_run_seconds(&run->record, record_integer(result, "step"));
	bool pulses = point->single_element >= 0 || service == SERVICE_NETWORK_3_WIRE;

	return pulses ? fmax(0.003, 100.0 / (3840.0 * point->power_factor * seconds)) : 0.003;
}

static void compare_results(const struct virtual_run *run, const char *form_name,
			    struct comparison *comparison)
{
	const struct device_form *form;

	CU_ASSERT_EQUAL_FATAL(device_type_form(&run->device, form_name, &form), STATUS_OK);
	for (size_t i = 0; i < run->record.count; i++) {
		const struct record_entry *result = &run->record.entries[i];
		struct load_point point;

		if (strcmp(result->kind, "result") != 0) {
			continue;
		}
		double difference = fabs(deviation(run, form->service, result, &point));
		double allowed = allowed_percent(run, form->service, result, &point);

		if (point.single_element >= 0) {
			comparison->single++;
		} else {
			comparison->balanced++;
		}
		if (difference > allowed) {
			printf("\n    %s, %s: off by %.5f %%, allowed %.5f %%", form_name,
			       record_text(result, "load"), difference, allowed);
		}
		CU_ASSERT(difference <= allowed);
		comparison->largest = fmax(comparison->largest, difference);
	}
}

/* `forms` ends with NULL; one trial each with seeds from 1 on. */
static struct comparison compare_forms(const char *programme, const char *const *forms)
{
	struct virtual_run run;
	struct comparison comparison = {.largest = 0.0};
	char store[1200];

	snprintf(store, sizeof(store), "%s/record.mcbench", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(virtual_run_begin(&run, programme, "tests/labs/oracle.xml"),
			      STATUS_OK);
	for (uint64_t seed = 1; forms[seed - 1]; seed++) {
		CU_ASSERT_EQUAL_FATAL(virtual_run_trial(&run, forms[seed - 1], seed, store),
				      STATUS_OK);
		compare_results(&run, forms[seed - 1], &comparison);
	}
	virtual_run_end(&run);
	printf("\n    %d balanced and %d single-element results, largest deviation %.5f %%\n  ",
	       comparison.balanced, comparison.single, comparison.largest);
	return comparison;
}

static void every_reported_error_is_the_closed_form_within_0_003_percent(void)
{
	static const char *const forms[] = {"9S", "16S", "9S", "16S", "9S", "16S", NULL};
	struct comparison comparison = compare_forms("tests/programmes/oracle.xml", forms);

	CU_ASSERT_EQUAL(comparison.balanced, 6 * 48);
	CU_ASSERT_EQUAL(comparison.single, 6 * 9);
}

/* Wired as the form is: A, B and C alone are single currents, at all three voltages. */
static void so_it_is_with_2_and_a_half_elements(void)
{
	static const char *const forms[] = {"6S", "36S", NULL};
	struct comparison comparison = compare_forms("tests/programmes/oracle.xml", forms);

	CU_ASSERT_EQUAL(comparison.balanced, 2 * 48);
	CU_ASSERT_EQUAL(comparison.single, 2 * 9);
}

static void so_it_is_with_2_elements_on_network_and_delta(void)
{
	static const char *const forms[] = {"12S", "5S", "25S", "45S", NULL};
	struct comparison comparison =
		compare_forms("tests/programmes/oracle_two_elements.xml", forms);

	CU_ASSERT_EQUAL(comparison.balanced, 4 * 48);
	CU_ASSERT_EQUAL(comparison.single, 4 * 6);
}

const char *const suite_name = "oracles";
const struct suite_case suite_cases[] = {
	CASE(every_reported_error_is_the_closed_form_within_0_003_percent),
	CASE(so_it_is_with_2_and_a_half_elements),
	CASE(so_it_is_with_2_elements_on_network_and_delta),
	CASES_END,
};
