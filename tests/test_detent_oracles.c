/*
 * Loads that turn elements backwards through the whole chain, against the closed form (1+eps) sum g
 * U I cos(theta+d) / sum U I cos(theta) - 1 of the sensors that were drawn. Meters with lags of
 * some tenths of a degree are far beyond the limit at power factor 0.25 and must be found so.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/virtual_run.h"

/* As the oracles of accuracy: 0.003 %, and one sample's share of the apparent power of a load that
 * pulses; of a dose also a count of the meter and of the standard. */
#define FRAMES_PER_SECOND 3840.0
#define RUN_SECONDS 5.0
/* U = 2 q / (sqrt 6 D) of 0.05 % makes one count q of the register this part of the dose D. */
#define COUNT_PERCENT (0.05 * 2.4494897427831780982 / 2)

struct comparison {
	int results, failing, conforming;
	double largest;
};

static double apparent(const struct three_phase *load)
{
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		sum += load->volts[i].rms * load->amperes[i].rms;
	}
	return sum;
}

/* Nothing is expected within the uncertainty of the certificate, which is below this. */
#define DOUBT_PERCENT 0.1

static void expect_outcome(struct comparison *comparison, const struct record_entry *judgement,
			   double expected)
{
	const char *outcome = record_text(judgement, "outcome");
	double limit = record_number(judgement, "limit_percent");

	if (expected > limit + DOUBT_PERCENT) {
		CU_ASSERT_STRING_EQUAL(outcome, "does not conform");
		comparison->failing++;
	}
	if (expected < limit - DOUBT_PERCENT) {
		CU_ASSERT_STRING_EQUAL(outcome, "conforms");
		comparison->conforming++;
	}
}

static void compare(const struct virtual_run *run, enum service service, size_t at,
		    struct comparison *comparison)
{
	const struct record_entry *result = &run->record.entries[at];
	struct load_point point;
	struct three_phase load;

	CU_ASSERT_EQUAL_FATAL(load_point_parse(record_text(result, "load"), &point), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(service_phasors(service, &point, &load), STATUS_OK);
	double expected =
		100 * sensors_true_error(
			      virtual_lab_sensor_model(bench_lab_virtual(run->bench_lab)), &load);
	double difference = fabs(record_number(result, "error_percent") - expected);
	double ripple = apparent(&load) / fabs(three_phase_watts(&load));
	double allowed = 0.003 + 100 * ripple / (FRAMES_PER_SECOND * RUN_SECONDS);
	allowed += record_integer(result, "runs") == 1 ? COUNT_PERCENT : 0;

	if (difference > allowed) {
		printf("\n    %s: off by %.5f %%, allowed %.5f %%", record_text(result, "load"),
		       difference, allowed);
	}
	CU_ASSERT(difference <= allowed);
	comparison->largest = fmax(comparison->largest, difference);
	comparison->results++;
	for (size_t i = at; i < run->record.count; i++) {
		const struct record_entry *entry = &run->record.entries[i];
		if (!strcmp(entry->kind, "judgement")) {
			expect_outcome(comparison, entry, fabs(expected));
			return;
		}
	}
	CU_FAIL("no judgement");
}

static struct comparison compare_form(const char *form_name, uint64_t seed)
{
	struct virtual_run run;
	struct comparison comparison = {.largest = 0};
	const struct device_form *form;
	char store[1200];

	snprintf(store, sizeof(store), "%s/record.mcbench", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(
		virtual_run_begin(&run, "tests/programmes/detent.xml", "tests/labs/oracle.xml"),
		STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(virtual_run_trial(&run, form_name, seed, store), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(device_type_form(&run.device, form_name, &form), STATUS_OK);
	for (size_t i = 0; i < run.record.count; i++) {
		if (!strcmp(run.record.entries[i].kind, "result")) {
			compare(&run, form->service, i, &comparison);
		}
	}
	virtual_run_end(&run);
	printf("\n    %s: %d results, %d beyond the limit, %d within, largest deviation %.5f %%\n "
	       " ",
	       form_name, comparison.results, comparison.failing, comparison.conforming,
	       comparison.largest);
	return comparison;
}

/* 8 balanced points, those from A to C that turn an element back in 2 rotations and one received,
 * each element alone; pulses and register each. */
static void a_delta_meter_is_judged_at_every_point(void)
{
	struct comparison comparison = compare_form("5S", 2);

	CU_ASSERT_EQUAL(comparison.results, 2 * (8 + 12 + 1 + 2));
	CU_ASSERT(comparison.failing > 0);
}

static void so_are_network_and_two_and_a_half_elements(void)
{
	struct comparison network = compare_form("12S", 1);
	struct comparison half = compare_form("6S", 3);

	CU_ASSERT_EQUAL(network.results, 2 * (4 + 1 + 2));
	CU_ASSERT_EQUAL(half.results, 2 * (8 + 4 + 1 + 2));
	CU_ASSERT(network.failing > 0 && half.failing > 0);
}

static void three_elements_are_judged_from_line_to_line(void)
{
	struct comparison comparison = compare_form("16S", 1);

	CU_ASSERT_EQUAL(comparison.results, 2 * (4 + 1 + 2));
	CU_ASSERT(comparison.failing > 0);
}

const char *const suite_name = "detent_oracles";
const struct suite_case suite_cases[] = {
	CASE(a_delta_meter_is_judged_at_every_point),
	CASE(so_are_network_and_two_and_a_half_elements),
	CASE(three_elements_are_judged_from_line_to_line),
	CASES_END,
};
