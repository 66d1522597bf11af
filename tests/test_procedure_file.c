/* procedures/procedure_file: every kind of mistake is told with file, line and a sentence. */
#include <stdio.h>
#include <string.h>

#include "procedures/data_folder.h"
#include "procedures/procedure.h"
#include "tests/support/suite.h"

#define ROOT                                                                                       \
	"<procedure xmlns='urn:mcbench:procedure:1' id='p' title='P' document='D' clause='C'>\n"   \
	"\n<body>\n"
#define OFF "<step verb='off' title='off'/>"
#define END "</body>\n<teardown>" OFF "</teardown></procedure>"
#define LOAD "percent_of_maximum='5 %' power_factor='1'"

static struct programme programme;

static enum status load(const char *procedure_text)
{
	char path[1200];

	data_folder_set(source_folder);
	snprintf(path, sizeof(path), "%s/p.xml", scratch_folder());
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fputs(procedure_text, stream);
	fclose(stream);
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fputs("<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
	      "limits='limits/iec_62053_22_02s.xml'><catalogue "
	      "file='requirements/measurement_canada.xml'/>\n<procedure "
	      "file='p.xml'/></programme>",
	      stream);
	fclose(stream);
	return programme_load(path, &programme);
}

static enum status load_decision(const char *decision)
{
	char path[1200];

	data_folder_set(source_folder);
	CU_ASSERT_EQUAL(load(ROOT END), STATUS_OK);
	programme_free(&programme);
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fprintf(stream,
		"<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
		"limits='limits/iec_62053_22_02s.xml'>\n%s<procedure file='p.xml'/></programme>",
		decision);
	fclose(stream);
	return programme_load(path, &programme);
}

static void a_programme_chooses_its_decision_rule(void)
{
	CU_ASSERT_EQUAL_FATAL(load_decision(""), STATUS_OK);
	CU_ASSERT_EQUAL(programme.rule.kind, RULE_INTERVAL);
	CU_ASSERT_EQUAL(programme.rule.minimum_ratio, 0);
	programme_free(&programme);
	CU_ASSERT_EQUAL_FATAL(
		load_decision(
			"<decision rule='guarded 0.8' minimum_ratio='4' below_minimum='fail'/>"),
		STATUS_OK);
	CU_ASSERT_EQUAL(programme.rule.kind, RULE_GUARDED);
	CU_ASSERT_EQUAL(programme.rule.guard_factor, 0.8);
	CU_ASSERT_EQUAL(programme.rule.minimum_ratio, 4);
	CU_ASSERT_TRUE(programme.rule.ratio_fails);
	programme_free(&programme);
	CU_ASSERT_EQUAL_FATAL(load_decision("<decision rule='simple' minimum_ratio='3'/>"),
			      STATUS_OK);
	CU_ASSERT_EQUAL(programme.rule.kind, RULE_SIMPLE);
	CU_ASSERT_FALSE(programme.rule.ratio_fails);
	programme_free(&programme);
}

static void a_wrong_decision_rule_is_told_with_its_line(void)
{
	static const char *const wrong[] = {
		"<decision rule='lenient'/>",
		"<decision/>",
		"<decision rule='guarded 9'/>",
		"<decision rule='simple' minimum_ratio='0'/>",
		"<decision rule='simple' below_minimum='warn'/>",
		"<decision rule='simple' minimum_ratio='4' below_minimum='ask'/>"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL(load_decision(wrong[i]), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "programme.xml line 2"));
	}
}

static void every_mistake_is_told_with_file_line_and_reason(void)
{
	static const struct {
		const char *text, *place, *part;
	} mistakes[] = {
		{ROOT "<step verb='accuraci' title='t'/>" END,
		 "p.xml line 4: ", "there is no verb accuraci; there are accuracy, adjust, "},
		{ROOT "<step verb='accuracy' title='t' voltage='120 V' " LOAD "/>" END,
		 "p.xml line 4: ",
		 "no parameter voltage; it has volts, percent_of_maximum, power_factor, hertz"},
		{ROOT "<step verb='off' title='t' volts='120 V'/>" END,
		 "p.xml line 4: ", "it has none"},
		{ROOT "\n<step verb='accuracy' title='t' volts='120A' " LOAD "/>" END,
		 "p.xml line 5: ", "volts=\"120A\": "},
		{ROOT "<step verb='accuracy' title='t' volts='120 A' " LOAD "/>" END,
		 "p.xml line 4: ", "volts=\"120 A\": "},
		{ROOT "<step verb='accuracy' title='t' volts='120' " LOAD "/>" END,
		 "p.xml line 4: ", "volts=\"120\": "},
		{ROOT "<step verb='accuracy' title='t' volts='120 kV' " LOAD "/>" END,
		 "p.xml line 4: ", "volts=\"120 kV\": "},
		{ROOT "<step verb='accuracy' title='t' volts='900 V' " LOAD "/>" END,
		 "p.xml line 4: ", "volts=\"900 V\" is outside 1 V to 600 V"},
		{ROOT "<step verb='accuracy' title='t' " LOAD "/>" END,
		 "p.xml line 4: ", "verb accuracy needs volts=\"...\""},
		{ROOT "<step verb='accuracy' title='t' volts='120 V' percent_of_maximum='5 %' "
		      "power_factor='0.5'/>" END,
		 "p.xml line 4: ", "power_factor=\"0.5\": "},
		{ROOT "<step verb='accuracy' title='t' volts='120 V' runs='five' " LOAD "/>" END,
		 "p.xml line 4: ", "runs=\"five\": a whole number is needed"},
		{ROOT "<step verb='accuracy' title='t' volts='120 V' runs='1' " LOAD "/>" END,
		 "p.xml line 4: ", "runs=\"1\" is outside 2"},
		{ROOT "<step verb='accuracy' title='t' volts='$v V' " LOAD "/>" END,
		 "p.xml line 4: ", "no sweep gives a value to $v (this step is in no sweep)"},
		{ROOT "<sweep name='volts' values='120'><sweep name='pf' values='1'>\n"
		      "<step verb='accuracy' title='t' volts='$volt V' " LOAD
		      "/></sweep></sweep>" END,
		 "p.xml line 5: ", "no sweep gives a value to $volt (here there are: pf, volts)"},
		{ROOT "<sweep name='v' values=' '>" OFF "</sweep>" END,
		 "p.xml line 4: ", "sweep $v has no values"},
		{ROOT "<sweep name='v' values='1'><sweep name='v' values='1'>" OFF
		      "</sweep></sweep>" END,
		 "p.xml line 4: ", "already gives values to $v"},
		{ROOT "<step verb='off' title='t' requirement='EG7-99'/>" END,
		 "p.xml line 4: ", "requirement EG7-99 is in no catalogue"},
		{ROOT "<step verb='register_test' title='t' volts='120 V' " LOAD
		      " net_requirement='NET-99'/>" END,
		 "p.xml line 4: ", "requirement NET-99 is in no catalogue"},
		{ROOT "<step verb='off'/>" END, "p.xml line 4: ", "'title' is required"},
		{ROOT "<stop verb='off' title='t'/>" END, "p.xml line 4: ", "( step, sweep )"},
		{ROOT "</body>\n<teardown/></procedure>",
		 "p.xml line 5: ", "teardown needs a step with verb=\"off\""},
		{ROOT "</body></procedure>", "p.xml line 1: ", "teardown"},
		{ROOT "<step verb='off' title='t'/>", "p.xml line 4: ", "Premature end"},
		{"<!DOCTYPE procedure>\n" ROOT END, "p.xml line 1: ", "DOCTYPE"},
		{"<programme/>", "p.xml line 1: ", "not the kind of file"},
	};

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		CU_ASSERT_EQUAL(load(mistakes[i].text), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "programme.xml line 2: "));
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), mistakes[i].place));
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), mistakes[i].part));
		CU_ASSERT_PTR_NULL(programme.procedures);
	}
}

static void sweeps_that_explode_are_stopped(void)
{
	char text[4000] = ROOT;

	for (int i = 0; i < 5; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "<sweep name='%c' values='1 2 3 4 5 6 7 8 9 10'>", 'a' + i);
	}
	strcat(text, OFF "</sweep></sweep></sweep></sweep></sweep>" END);
	CU_ASSERT_EQUAL(load(text), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "more than 5000 steps"));
	strcpy(text, ROOT);
	for (int i = 0; i < 7; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "<sweep name='%c' values='1'>", 'a' + i);
	}
	strcat(text, OFF "</sweep></sweep></sweep></sweep></sweep></sweep></sweep>" END);
	CU_ASSERT_EQUAL(load(text), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "nested more than 6 deep"));
}

static void sweeps_unroll_with_the_innermost_fastest(void)
{
	static const double expected[4][2] = {{120, 1}, {120, 5}, {240, 1}, {240, 5}};

	CU_ASSERT_EQUAL_FATAL(
		load(ROOT
		     "<sweep name='volts' values='120 240'><sweep name='percent' values='1\n 5'>"
		     "<step verb='accuracy' requirement='EG7-02' informative='yes' title='$volts V "
		     "$percent %'"
		     " volts='$volts V' percent_of_maximum='$percent %' "
		     "power_factor='0.5L'/></sweep></sweep>" END),
		STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(programme.procedures[0].step_count, 5);
	for (int i = 0; i < 4; i++) {
		const struct step *step = &programme.procedures[0].steps[i];
		CU_ASSERT_EQUAL(step->arguments[0].number, expected[i][0]);
		CU_ASSERT_EQUAL(step->arguments[1].number, expected[i][1]);
		CU_ASSERT_EQUAL(step->arguments[2].number, 0.5);
		CU_ASSERT_EQUAL(step->arguments[2].side, POWER_FACTOR_LAGGING);
		CU_ASSERT_EQUAL(step->arguments[3].number, 60); /* default */
		CU_ASSERT_EQUAL(step->section, SECTION_BODY);
		CU_ASSERT_TRUE(step->is_informative);
		CU_ASSERT_STRING_EQUAL(step->requirement, "EG7-02");
		CU_ASSERT_STRING_EQUAL(step->requirement_text,
				       "Load performance: error of active energy over current and "
				       "power factor");
	}
	CU_ASSERT_STRING_EQUAL(programme.procedures[0].steps[1].title, "120 V 5 %");
	CU_ASSERT_EQUAL(programme.procedures[0].steps[4].section, SECTION_TEARDOWN);
	programme_free(&programme);
}

static void load_accuracy_for(const char *device_file, const char *form_name, const char *service)
{
	static struct device_type device;
	struct device_form form;
	char path[1200];

	data_folder_set(source_folder);
	data_folder_path(path, sizeof(path), device_file);
	CU_ASSERT_EQUAL_FATAL(device_type_load(path, &device), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(device_type_choose(&device, form_name, service, &form), STATUS_OK);
	data_folder_path(path, sizeof(path), "procedures/programmes/accuracy.xml");
	CU_ASSERT_EQUAL_FATAL(programme_load_for(path, &device, &form, &programme), STATUS_OK);
}

static int count_verb(const char *verb)
{
	int count = 0;

	for (size_t i = 0; i < programme.procedure_count; i++) {
		const struct procedure *procedure = &programme.procedures[i];
		for (size_t j = 0; j < procedure->step_count; j++) {
			count += !strcmp(procedure->steps[j].verb->name, verb);
		}
	}
	return count;
}

#define FOCUS "procedures/devices/focus_ax.xml"
#define SINGLE_PHASE "procedures/devices/single_phase_2s.xml"

/* 3 voltages x 3 power factors x 8 currents, five runs, identify before and off after. */
static void the_accuracy_programme_has_72_load_points(void)
{
	load_accuracy_for(FOCUS, "16S", NULL);
	CU_ASSERT_EQUAL(programme.procedure_count, 3);
	CU_ASSERT_STRING_EQUAL(programme.file, "procedures/programmes/accuracy.xml");
	for (size_t i = 0; i < programme.procedure_count; i++) {
		const struct procedure *procedure = &programme.procedures[i];
		CU_ASSERT_EQUAL(strlen(procedure->hash), 64);
		CU_ASSERT_STRING_EQUAL(procedure->steps[0].verb->name, "identify");
		CU_ASSERT_STRING_EQUAL(procedure->steps[procedure->step_count - 1].verb->name,
				       "off");
	}
	CU_ASSERT_EQUAL(count_verb("accuracy"), 72);
	CU_ASSERT_EQUAL(count_verb("register_test"), 8);
	programme_free(&programme);
}

/* The voltages are those of the service that the form is on, and of the device. */
static void one_procedure_serves_every_service_and_device(void)
{
	static const struct {
		const char *device, *form, *service;
		int points;
		double lowest, highest;
	} rows[] = {
		{FOCUS, "9S", "delta_4_wire", 24, 120, 120},  {FOCUS, "12S", NULL, 24, 120, 120},
		{FOCUS, "12S", "delta_3_wire", 72, 120, 240}, {FOCUS, "36S", NULL, 72, 120, 277},
		{SINGLE_PHASE, "2S", NULL, 24, 120, 120},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		load_accuracy_for(rows[i].device, rows[i].form, rows[i].service);
		const struct procedure *points = &programme.procedures[1];
		CU_ASSERT_EQUAL(count_verb("accuracy"), rows[i].points);
		CU_ASSERT_EQUAL(points->steps[0].arguments[0].number, rows[i].lowest);
		CU_ASSERT_EQUAL(points->steps[points->step_count - 2].arguments[0].number,
				rows[i].highest);
		programme_free(&programme);
	}
}

static void a_sweep_runs_over_what_the_meter_has(void)
{
	CU_ASSERT_EQUAL_FATAL(load(ROOT
				   "<sweep name='element' values='$elements'><step verb='accuracy' "
				   "title='$element $hertz Hz' volts='$highest_volts V' "
				   "percent_of_maximum='5 %' power_factor='1' "
				   "element='$element'/></sweep>" END),
			      STATUS_OK);
	CU_ASSERT_EQUAL(programme.procedures[0].step_count, 4);
	CU_ASSERT_STRING_EQUAL(programme.procedures[0].steps[2].title, "C 60 Hz");
	CU_ASSERT_EQUAL(programme.procedures[0].steps[2].arguments[0].number, 120);
	programme_free(&programme);
	CU_ASSERT_EQUAL(load(ROOT "<sweep name='v' values='$rated_vlts'>" OFF "</sweep>" END),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "p.xml line 4: no sweep gives a value to "
						       "$rated_vlts"));
	CU_ASSERT_EQUAL(load(ROOT "<sweep name='hertz' values='50'>" OFF "</sweep>" END),
			STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "$hertz"));
}

static void a_programme_names_the_procedure_that_it_cannot_open(void)
{
	char path[1200];

	data_folder_set(source_folder);
	snprintf(path, sizeof(path), "%s/programme.xml", scratch_folder());
	FILE *stream = fopen(path, "w");
	CU_ASSERT_FATAL(stream != NULL);
	fputs("<programme xmlns='urn:mcbench:programme:1' id='x' title='X' "
	      "limits='limits/a.xml'>\n\n"
	      "<procedure file='lmb_eg_07/nothing.xml'/></programme>",
	      stream);
	fclose(stream);
	CU_ASSERT_EQUAL(programme_load(path, &programme), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "programme.xml line 3: "));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(status_reason(), "procedures/lmb_eg_07/nothing.xml: cannot be opened"));
}

const char *const suite_name = "procedure_file";
const struct suite_case suite_cases[] = {
	CASE(a_programme_chooses_its_decision_rule),
	CASE(a_wrong_decision_rule_is_told_with_its_line),
	CASE(every_mistake_is_told_with_file_line_and_reason),
	CASE(sweeps_that_explode_are_stopped),
	CASE(sweeps_unroll_with_the_innermost_fastest),
	CASE(the_accuracy_programme_has_72_load_points),
	CASE(one_procedure_serves_every_service_and_device),
	CASE(a_sweep_runs_over_what_the_meter_has),
	CASE(a_programme_names_the_procedure_that_it_cannot_open),
	CASES_END,
};
