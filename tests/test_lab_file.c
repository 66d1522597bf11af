/* bench/lab_file: mistakes of a lab file are named with their place, before anything is opened. */
#include "bench/lab_file.h"

#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "tests/support/suite.h"

#define ROLES                                                                                      \
	"<role name='power_source' instrument='zera'/>"                                            \
	"<role name='reference_standard' instrument='zera'/>"                                      \
	"<role name='error_calculator' instrument='zera'/>"
#define DOSE "<role name='energy_dose' instrument='zera'/>"

/* The parts of a lab file; NULL: as in a good one. */
struct parts {
	const char *kind, *driver, *resource, *certificate, *roles, *positions, *volts, *parts;
};

static const struct lab_meter meter = {"AX", "16S", "1", 200};
static struct bench_lab *bench_lab;

static const char *text_or(const char *text, const char *good)
{
	return text ? text : good;
}

static void write_file(const char *path, const char *format, const char *text)
{
	FILE *file = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fprintf(file, format, text);
	fclose(file);
}

static enum status load(const struct parts *parts)
{
	char text[4096], path[1200];
	const char *kind = text_or(parts->kind, "virtual");
	bool is_virtual = !strcmp(kind, "virtual");

	snprintf(text, sizeof(text),
		 "<lab xmlns='urn:mcbench:lab:1' name='test' kind='%s' %s ambient_celsius='23'>\n"
		 "<instrument id='zera' driver='%s' resource='%s' %s/>\n%s\n%s\n"
		 "<limits volts='%s' amperes='240 A' lowest_frequency='45 Hz' "
		 "highest_frequency='65 Hz'/>\n<timing settling='3 s' pulse_edge='50 us'/>\n%s\n"
		 "</lab>\n",
		 kind, is_virtual ? "epoch='2026-01-05T08:00:00Z'" : "",
		 text_or(parts->driver, "zera_mt"), text_or(parts->resource, "VIRTUAL::zera"),
		 text_or(parts->certificate, ""), text_or(parts->roles, ROLES DOSE),
		 text_or(parts->positions,
			 "<position number='1' channel='1' optical='VIRTUAL::optical'/>"),
		 text_or(parts->volts, "320 V"),
		 is_virtual ? text_or(parts->parts, "<virtual/>") : "");
	data_folder_set(source_folder);
	snprintf(path, sizeof(path), "%s/lab.xml", scratch_folder());
	write_file(path, "%s", text);
	return lab_file_load(path, 1, &bench_lab);
}

/* A certificate in the scratch folder; returns the attribute that names it. */
static const char *certificate_of(const char *model)
{
	static char attribute[1300];
	char path[1200];

	snprintf(path, sizeof(path), "%s/certificate.xml", scratch_folder());
	write_file(path,
		   "<certificate xmlns='urn:mcbench:certificate:1' number='1' issuer='test' "
		   "model='%s' serial='77' date='2026-01-02' due_date='2027-01-02' "
		   "drift_percent_per_year='0.01'>\n"
		   "<point volts='120' amperes='5' power_factor='1' error_percent='0' "
		   "expanded_uncertainty_percent='0.01' coverage_factor='2'/>\n</certificate>\n",
		   model);
	snprintf(attribute, sizeof(attribute), "certificate='%s'", path);
	return attribute;
}

static void a_good_file_opens_with_its_roles_and_its_certificate(void)
{
	const struct parts parts = {.certificate = certificate_of("MT786-200")};

	CU_ASSERT_EQUAL_FATAL(load(&parts), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(lab_file_open(bench_lab, &meter), STATUS_OK);
	const struct lab *lab = bench_lab_lab(bench_lab);

	CU_ASSERT_STRING_EQUAL(lab->reference_standard->identity.model, "MT786-200");
	CU_ASSERT_PTR_EQUAL(lab->power_source, lab->energy_dose);
	CU_ASSERT_STRING_EQUAL(lab->reference_certificate->instrument_serial, "77");
	CU_ASSERT_EQUAL(lab->limits.volts_maximum, 320);
	lab_file_free(bench_lab);
}

static void a_certificate_of_another_model_is_refused_with_both_names(void)
{
	static const char *const words[] = {"certificate.xml", "MT786,", "instrument zera",
					    "VIRTUAL::zera", "MT786-200"};
	const struct parts parts = {.certificate = certificate_of("MT786")};

	CU_ASSERT_EQUAL_FATAL(load(&parts), STATUS_OK);
	CU_ASSERT_EQUAL(lab_file_open(bench_lab, &meter), STATUS_BAD_INPUT);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), words[i]));
	}
	CU_ASSERT_EQUAL(bench_lab_lab(bench_lab)->instrument_count, 0);
	lab_file_free(bench_lab);
}

static void supply_and_battery_of_the_meter_are_those_of_the_file(void)
{
	static const struct {
		const char *supply, *battery;
		enum meter_supply_kind has_supply;
		enum meter_battery has_battery;
	} cases[] = {
		{"", "", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD},
		{"supply='measured'", "battery='good'", METER_SUPPLY_MEASURED, METER_BATTERY_GOOD},
		{"supply='auxiliary'", "battery='empty'", METER_SUPPLY_AUXILIARY,
		 METER_BATTERY_EMPTY},
		{"supply='measured'", "battery='absent'", METER_SUPPLY_MEASURED,
		 METER_BATTERY_ABSENT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char position[120], virtual_parts[80];
		const struct parts parts = {.positions = position, .parts = virtual_parts};

		snprintf(position, sizeof(position),
			 "<position number='1' channel='1' optical='VIRTUAL::optical' %s/>",
			 cases[i].supply);
		snprintf(virtual_parts, sizeof(virtual_parts), "<virtual><meter %s/></virtual>",
			 cases[i].battery);
		CU_ASSERT_EQUAL_FATAL(load(&parts), STATUS_OK);
		const struct virtual_lab_options *options = bench_lab_virtual_options(bench_lab);
		CU_ASSERT_EQUAL(options->supply, cases[i].has_supply);
		CU_ASSERT_EQUAL(options->battery, cases[i].has_battery);
		CU_ASSERT_EQUAL(bench_lab_lab(bench_lab)->positions[0].has_auxiliary_supply,
				cases[i].has_supply == METER_SUPPLY_AUXILIARY);
		lab_file_free(bench_lab);
	}
}

#define WIRING "<wiring lead_resistance='20 mohm' lead_reactance='10 mohm' source_burden='300 VA'/>"

static void leads_source_and_end_of_the_chamber_are_those_of_the_file(void)
{
	const struct lab *lab;

	CU_ASSERT_EQUAL_FATAL(load(&(struct parts){.parts = "<virtual/>"}), STATUS_OK);
	lab = bench_lab_lab(bench_lab);
	CU_ASSERT_FALSE(lab->wiring.is_stated);
	CU_ASSERT_FALSE(lab->chamber.is_held_at_end);
	lab_file_free(bench_lab);
	CU_ASSERT_EQUAL_FATAL(
		load(&(struct parts){.parts = WIRING "<chamber at_end='-5.5 degC'/><virtual/>"}),
		STATUS_OK);
	lab = bench_lab_lab(bench_lab);
	CU_ASSERT_TRUE(lab->wiring.is_stated);
	CU_ASSERT_DOUBLE_EQUAL(lab->wiring.lead_ohms, 0.02, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(lab->wiring.lead_reactance_ohms, 0.01, 1e-12);
	CU_ASSERT_EQUAL(lab->wiring.source_volt_amperes, 300);
	CU_ASSERT_TRUE(lab->chamber.is_held_at_end);
	CU_ASSERT_EQUAL(lab->chamber.end_celsius, -5.5);
	lab_file_free(bench_lab);
	CU_ASSERT_EQUAL_FATAL(load(&(struct parts){.parts = "<chamber at_end='off'/><virtual/>"}),
			      STATUS_OK);
	CU_ASSERT_FALSE(bench_lab_lab(bench_lab)->chamber.is_held_at_end);
	lab_file_free(bench_lab);
}

static void a_mistake_is_refused_with_file_line_and_reason(void)
{
	static const struct {
		struct parts parts;
		const char *place, *words;
	} cases[] = {
		{{.roles = ROLES "\n<role name='power_source' instrument='zera'/>"},
		 "lab.xml line 4",
		 "role power_source is given twice"},
		{{.roles = ROLES "\n<role name='energy_dose' instrument='zara'/>"},
		 "lab.xml line 4",
		 "instrument \"zara\", which is not in this file"},
		{{.roles = ROLES}, "lab.xml line 1", "no instrument has the role energy_dose"},
		{{.driver = "zara_mt"}, "lab.xml line 2", "no driver \"zara_mt\""},
		{{.resource = "PTY::/dev/ttyS0"},
		 "lab.xml line 2",
		 "PTY::/dev/ttyS0 is a real port, but the laboratory says kind=\"virtual\""},
		{{.kind = "real"},
		 "lab.xml line 2",
		 "VIRTUAL::zera is a simulated port, but the laboratory says kind=\"real\""},
		{{.positions = "<position number='1' channel='1' optical='PTY::/dev/ttyS0'/>"},
		 "lab.xml line 4",
		 "PTY::/dev/ttyS0 is a real port"},
		{{.positions = "<position number='1' channel='1' optical='VIRTUAL::optical'/>\n"
			       "<position number='1' channel='2' optical='VIRTUAL::optical'/>"},
		 "lab.xml line 5",
		 "position 1 is there twice"},
		{{.positions = "<position number='1' channel='1' optical='VIRTUAL::optical' "
			       "supply='mains'/>"},
		 "lab.xml",
		 "supply"},
		{{.parts = "<wiring lead_resistance='20 ohm' lead_reactance='10 mohm' "
			   "source_burden='300 VA'/><virtual/>"},
		 "lab.xml line 7",
		 "lead_resistance"},
		{{.parts = "<wiring lead_resistance='-1 mohm' lead_reactance='10 mohm' "
			   "source_burden='300 VA'/><virtual/>"},
		 "lab.xml line 7",
		 "not below zero"},
		{{.parts = "<chamber at_end='warm'/><virtual/>"}, "lab.xml line 7", "at_end"},
		{{.volts = "320 A"}, "lab.xml line 5", "320 A"},
		{{.volts = "320"}, "lab.xml line 5", "volts"},
		{{.certificate = "certificate='/nowhere/certificate.xml'"},
		 "/nowhere/certificate.xml",
		 ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(load(&cases[i].parts), STATUS_BAD_INPUT);
		if (!strstr(status_reason(), cases[i].place) ||
		    !strstr(status_reason(), cases[i].words)) {
			printf("\n    case %zu: %s\n", i, status_reason());
			CU_FAIL("the reason does not say where or what");
		}
	}
}

const char *const suite_name = "lab_file";
const struct suite_case suite_cases[] = {
	CASE(a_good_file_opens_with_its_roles_and_its_certificate),
	CASE(a_certificate_of_another_model_is_refused_with_both_names),
	CASE(supply_and_battery_of_the_meter_are_those_of_the_file),
	CASE(leads_source_and_end_of_the_chamber_are_those_of_the_file),
	CASE(a_mistake_is_refused_with_file_line_and_reason),
	CASES_END,
};
