/* procedures/verbs/voltage_balance: with a source as good as sources are, results of two and a half
 * elements are about the meter and not about the sum of the source's voltages. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/virtual_run.h"

struct found {
	int results, outside, trims, lines;
	double worst; /* in expanded uncertainties */
};

static double truth(const struct virtual_run *run, const char *text)
{
	struct load_point point;
	struct three_phase load;

	CU_ASSERT_EQUAL_FATAL(load_point_parse(text, &point), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(service_phasors(SERVICE_WYE_4_WIRE, &point, &load), STATUS_OK);
	return 100 * sensors_true_error(virtual_lab_sensor_model(bench_lab_virtual(run->bench_lab)),
					&load);
}

/* The judgement of a result follows it. */
static double expanded(const struct run_record *record, size_t i)
{
	while (strcmp(record->entries[i].kind, "judgement") != 0) {
		i++;
	}
	return record_number(&record->entries[i], "expanded_uncertainty_percent");
}

static void compare(const struct virtual_run *run, struct found *found)
{
	for (size_t i = 0; i < run->record.count; i++) {
		const struct record_entry *entry = &run->record.entries[i];

		if (!strcmp(entry->kind, "contribution")) {
			found->lines += !strcmp(record_text(entry, "name"), "voltage_balance");
		} else if (!strcmp(entry->kind, "request")) {
			found->trims += strstr(record_text(entry, "text"), "trim the") != NULL;
		}
		if (strcmp(entry->kind, "result") != 0) {
			continue;
		}
		bool is_shift = !strcmp(record_text(entry, "kind"), "shift");
		double expected = truth(run, record_text(entry, "load")) -
				  (is_shift ? truth(run, record_text(entry, "reference_load")) : 0);
		double off = fabs(record_number(entry, "error_percent") - expected) /
			     expanded(&run->record, i);
		found->results++;
		found->outside += off > 1;
		found->worst = fmax(found->worst, off);
	}
}

static struct found run_form(const char *programme, const char *form, uint64_t seeds)
{
	struct found found = {.worst = 0};
	struct virtual_run run;
	char store[1200];

	snprintf(store, sizeof(store), "%s/record.mcbench", scratch_folder());
	CU_ASSERT_EQUAL_FATAL(virtual_run_begin(&run, programme, "bench/labs/virtual_sample.xml"),
			      STATUS_OK);
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		CU_ASSERT_EQUAL_FATAL(virtual_run_trial(&run, form, seed, store), STATUS_OK);
		compare(&run, &found);
	}
	virtual_run_end(&run);
	printf("\n    %s: %d results, %d outside, worst %.2f U, %d trims\n  ", form, found.results,
	       found.outside, found.worst, found.trims);
	return found;
}

static void error_and_uncertainty_hold_the_truth(void)
{
	struct found found = run_form("tests/programmes/oracle.xml", "6S", 3);

	CU_ASSERT(found.results > 100);
	CU_ASSERT(found.outside <= found.results / 20);
	CU_ASSERT(found.worst < 2);
	CU_ASSERT(found.trims > 0 && found.trims <= 20);
	CU_ASSERT_EQUAL(found.lines, found.results);
}

static void so_do_shifts(void)
{
	struct found found = run_form("tests/programmes/shift.xml", "36S", 2);

	CU_ASSERT(found.results >= 2 * 8);
	CU_ASSERT(found.outside <= found.results / 20);
	CU_ASSERT(found.lines >= 2 * 2 * 8); /* not where a voltage is missing */
}

static void three_elements_are_left_alone(void)
{
	struct found found = run_form("tests/programmes/shift.xml", "9S", 1);

	CU_ASSERT_EQUAL(found.trims, 0);
	CU_ASSERT_EQUAL(found.lines, 0);
}

const char *const suite_name = "voltage_balance";
const struct suite_case suite_cases[] = {
	CASE(error_and_uncertainty_hold_the_truth),
	CASE(so_do_shifts),
	CASE(three_elements_are_left_alone),
	CASES_END,
};
