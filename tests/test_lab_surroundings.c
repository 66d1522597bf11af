/* bench/lab_surroundings: what a lab file says of the things around simulated meters, and mistakes
 * in it. */
#include <stdio.h>
#include <string.h>

#include "bench/lab_file.h"
#include "procedures/data_folder.h"
#include "tests/support/suite.h"

static struct bench_lab *bench_lab;

static void write_file(const char *name, const char *text)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
	FILE *file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

/* Line 5 is <virtual>, with what it holds from line 6 on. */
static enum status load(const char *wiring, const char *parts)
{
	char text[4096], path[1200];

	snprintf(text, sizeof(text),
		 "<lab xmlns='urn:mcbench:lab:1' name='t' kind='virtual' "
		 "epoch='2026-01-05T08:00:00Z' ambient_celsius='23'>\n"
		 "<instrument id='zera' driver='zera_mt' resource='VIRTUAL::zera'/>"
		 "<role name='power_source' instrument='zera'/>"
		 "<role name='reference_standard' instrument='zera'/>"
		 "<role name='error_calculator' instrument='zera'/>"
		 "<role name='energy_dose' instrument='zera'/>\n"
		 "<position number='1' channel='1' optical='VIRTUAL::optical'/>\n"
		 "<limits volts='320 V' amperes='240 A' lowest_frequency='45 Hz' "
		 "highest_frequency='65 Hz'/><timing settling='3 s' pulse_edge='50 us'/>%s\n"
		 "<virtual>\n%s\n</virtual></lab>\n",
		 wiring, parts);
	data_folder_set(source_folder);
	write_file("lab.xml", text);
	snprintf(path, sizeof(path), "%s/lab.xml", scratch_folder());
	return lab_file_load(path, 1, &bench_lab);
}

static const struct virtual_lab_options *options_of(const char *wiring, const char *parts)
{
	enum status status = load(wiring, parts);

	if (status) {
		printf("\n    %s\n", status_reason());
	}
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
	return bench_lab_virtual_options(bench_lab);
}

static void nothing_said_is_nothing_wrong(void)
{
	const struct virtual_lab_options *options = options_of("", "");

	CU_ASSERT_EQUAL(options->defects.fittings.service_switch, SERVICE_SWITCH_SOUND);
	CU_ASSERT_EQUAL(options->defects.fittings.module, MODULE_SOUND);
	CU_ASSERT_EQUAL(options->defects.fittings.burden_percent, 0);
	CU_ASSERT_PTR_NULL(options->person.answers);
	CU_ASSERT_FALSE(options->person.is_as_documented);
	CU_ASSERT_PTR_NULL(options->module);
	CU_ASSERT_PTR_NULL(options->module_firmware);
	CU_ASSERT_EQUAL(options->lead_ohms, 0);
	lab_file_free(bench_lab);
}

static void defects_are_those_of_the_file(void)
{
	static const struct {
		const char *attribute;
		struct fitting_defects expected;
	} cases[] = {
		{"service_switch='welded'", {.service_switch = SERVICE_SWITCH_WELDED}},
		{"service_switch='stuck'", {.service_switch = SERVICE_SWITCH_STUCK}},
		{"module='garbles'", {.module = MODULE_GARBLES}},
		{"module='stale'", {.module = MODULE_IS_STALE}},
		{"module='mesh'", {.module = MODULE_IS_MESH}},
		{"module='deaf'", {.module = MODULE_IS_DEAF}},
		{"burden_percent='12.5'", {.burden_percent = 12.5}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char parts[120];

		snprintf(parts, sizeof(parts), "<defect %s/>", cases[i].attribute);
		const struct fitting_defects *read = &options_of("", parts)->defects.fittings;
		CU_ASSERT_EQUAL(read->service_switch, cases[i].expected.service_switch);
		CU_ASSERT_EQUAL(read->module, cases[i].expected.module);
		CU_ASSERT_EQUAL(read->burden_percent, cases[i].expected.burden_percent);
		lab_file_free(bench_lab);
	}
}

static void answers_are_found_beside_the_lab_file(void)
{
	write_file("seen.txt", "name: A. Tremblay\n* NOA-21 yes: both\n");
	const struct virtual_lab_options *options =
		options_of("", "<operator answers='seen.txt' inspections='as_documented'/>");

	CU_ASSERT(options->person.is_as_documented);
	CU_ASSERT_PTR_NOT_NULL_FATAL(options->person.answers);
	CU_ASSERT_STRING_EQUAL(inspection_answers_find(options->person.answers, 1, "NOA-21"),
			       "yes: both");
	lab_file_free(bench_lab);
	CU_ASSERT_FALSE(
		options_of("", "<operator inspections='not_done'/>")->person.is_as_documented);
	lab_file_free(bench_lab);
}

static void a_module_calls_its_firmware_as_the_file_says(void)
{
	const struct virtual_lab_options *options =
		options_of("", "<meter module_firmware='5.34.02'/>");

	CU_ASSERT_STRING_EQUAL(options->module_firmware, "5.34.02");
	lab_file_free(bench_lab);
}

static void the_stated_wiring_is_true_in_a_virtual_laboratory(void)
{
	const struct virtual_lab_options *options =
		options_of("<wiring lead_resistance='50 mohm' lead_reactance='20 mohm' "
			   "source_burden='500 VA'/>",
			   "");

	CU_ASSERT_DOUBLE_EQUAL(options->lead_ohms, 0.05, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(options->lead_reactance_ohms, 0.02, 1e-12);
	lab_file_free(bench_lab);
}

static void a_mistake_is_refused_with_its_place(void)
{
	static const struct {
		const char *parts, *words;
	} cases[] = {
		{"<defect service_switch='bent'/>", "lab.xml line 6"},
		{"<defect module='tired'/>", "lab.xml line 6"},
		{"<defect burden_percent='much'/>", "lab.xml line 6"},
		{"<meter module_firmware='much too long'/>", "lab.xml line 6"},
		{"<operator inspections='always'/>", "lab.xml line 6"},
		{"<operator answers='nowhere.txt'/>", "nowhere.txt"},
		{"<operator answers='bad.txt'/>", "bad.txt line 2: expected"},
	};

	write_file("bad.txt", "# answers\n* NOA-21 maybe\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(load("", cases[i].parts), STATUS_BAD_INPUT);
		if (!strstr(status_reason(), cases[i].words)) {
			printf("\n    case %zu: %s\n", i, status_reason());
			CU_FAIL("the reason does not say where");
		}
	}
}

/* --module of a run reaches the meter: VIRTUAL::gateway knows it. */
static void a_module_that_nobody_makes_is_refused(void)
{
	static const struct lab_meter meter = {"AX", "16S", "1", 200};

	options_of("", "");
	bench_lab_virtual_options(bench_lab)->module = "0999";
	CU_ASSERT_EQUAL(lab_file_open(bench_lab, &meter), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "0999; there are 0746, 0764"));
	bench_lab_virtual_options(bench_lab)->module = "0746";
	CU_ASSERT_EQUAL(lab_file_open(bench_lab, &meter), STATUS_OK);
	CU_ASSERT_PTR_NOT_NULL(virtual_lab_fitted_meter(bench_lab_virtual(bench_lab), 1)->module);
	lab_file_free(bench_lab);
}

const char *const suite_name = "lab surroundings";
const struct suite_case suite_cases[] = {
	CASE(nothing_said_is_nothing_wrong),
	CASE(defects_are_those_of_the_file),
	CASE(answers_are_found_beside_the_lab_file),
	CASE(a_module_calls_its_firmware_as_the_file_says),
	CASE(the_stated_wiring_is_true_in_a_virtual_laboratory),
	CASE(a_mistake_is_refused_with_its_place),
	CASE(a_module_that_nobody_makes_is_refused),
	CASES_END,
};
