/* drivers/instruments/yokogawa_wt: dialogues written from the published command subset. */
#include "tests/support/text_dialogue.h"

static struct text_dialogue wt;

static void is_set(const char *setting)
{
	dialogue_sends(&wt, setting);
	dialogue_asks(&wt, ":STAT:ERR?", "0,\"No error\"");
}

static void is_refused(const char *setting)
{
	dialogue_sends(&wt, setting);
	dialogue_asks(&wt, ":STAT:ERR?", "222,\"Data out of range\"");
}

static void identifies_as(const char *identity)
{
	dialogue_begin(&wt, "\n");
	dialogue_asks(&wt, "*IDN?", identity);
}

static void open_wt(void)
{
	identifies_as("YOKOGAWA,WT333,C2PH13002V,F1.04");
	dialogue_asks(&wt, ":STAT:ERR?", "113,\"Undefined header\""); /* of somebody before us */
	dialogue_asks(&wt, ":STAT:ERR?", "0,\"No error\"");
	is_set(":COMM:HEAD OFF");
	is_set(":COMM:VERB OFF");
	is_set(":COMM:REM ON");
	is_set(":NUM:FORM ASC");
	is_set(":NUM:NORM:NUM 6");
	is_set(":STAT:FILT1 FALL");
	CU_ASSERT_EQUAL_FATAL(dialogue_open(&wt, "yokogawa_wt"), STATUS_OK);
}

static const struct burden_meter *meter(void)
{
	return wt.instrument->burden_meter;
}

static void chooses_items(int element)
{
	static const char *const names[] = {"U", "I", "P", "S", "Q", "FU"};

	for (int item = 0; item < 6; item++) {
		char text[40];

		snprintf(text, sizeof(text), ":NUM:NORM:ITEM%d %s,%d", item + 1, names[item],
			 element);
		is_set(text);
	}
}

static void updates_and_gives(const char *values)
{
	dialogue_asks(&wt, ":STAT:EESR?", "1");
	dialogue_sends(&wt, ":COMM:WAIT 1");
	dialogue_sends(&wt, ":STAT:EESR?");
	dialogue_receives_after(&wt, 0.25, "1");
	dialogue_sends(&wt, ":COMM:WAIT 1");
	dialogue_sends(&wt, ":NUM:NORM:VAL?");
	dialogue_receives_after(&wt, 0.25, values);
}

static void it_says_who_it_is(void)
{
	open_wt();
	CU_ASSERT_STRING_EQUAL(wt.instrument->identity.maker, "Yokogawa");
	CU_ASSERT_STRING_EQUAL(wt.instrument->identity.model, "WT333");
	CU_ASSERT_STRING_EQUAL(wt.instrument->identity.serial, "C2PH13002V");
	CU_ASSERT_STRING_EQUAL(wt.instrument->identity.version, "F1.04");
	dialogue_close(&wt);
}

static void what_is_no_wattmeter_is_not_driven(void)
{
	static const char *const identities[] = {"FLUKE,6105A,1,2", "YOKOGAWA,DL850,1,F1",
						 "YOKOGAWA,WT333", "rubbish", ""};

	for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]); i++) {
		identifies_as(identities[i]);
		CU_ASSERT_EQUAL(dialogue_open(&wt, "yokogawa_wt"), STATUS_PROTOCOL);
		CU_ASSERT_TRUE(dialogue_says("burden meter it on VIRTUAL::it: "));
		CU_ASSERT_TRUE(dialogue_says("is no Yokogawa WT"));
		CU_ASSERT_FALSE(wt.line.is_closed);
	}
}

static void a_whole_new_measurement_of_the_phase_is_read(void)
{
	struct burden_indication indication;

	open_wt();
	chooses_items(3);
	updates_and_gives("120.03E+00,22.1E-03,0.52E+00,2.65E+00,-2.60E+00,60.00E+00");
	CU_ASSERT_EQUAL(meter()->read(wt.instrument, 2, &indication), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(indication.volts, 120.03, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(indication.amperes, 0.0221, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(indication.watts, 0.52, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(indication.volt_amperes, 2.65, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(indication.vars, -2.60, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(indication.hertz, 60, 1e-12);
	/* the same phase again: its items are chosen already */
	updates_and_gives("120,0.02,0,2.4,-2.4,NAN");
	CU_ASSERT_EQUAL(meter()->read(wt.instrument, 2, &indication), STATUS_OK);
	CU_ASSERT_EQUAL(indication.hertz, 0);
	chooses_items(1);
	updates_and_gives("120,0.02,0,2.4,2.4,60");
	CU_ASSERT_EQUAL(meter()->read(wt.instrument, 0, &indication), STATUS_OK);
	CU_ASSERT_EQUAL(indication.vars, 2.4);
	dialogue_close(&wt);
}

static void what_is_no_value_is_named(void)
{
	static const struct {
		const char *values;
		enum status status;
		const char *words;
	} cases[] = {
		{"120,INF,0,2,-2,60", STATUS_LIMIT, "I of phase A is beyond its range"},
		{"NAN,0.1,0,2,-2,60", STATUS_PROTOCOL, "no measurement of U of phase A"},
		{"120,0.1,zero,2,-2,60", STATUS_PROTOCOL, "\"zero\" for P of phase A"},
		{"120,0.1,0,2,-2", STATUS_PROTOCOL, "is not the six values"},
		{"120,0.1,0,2,-2,60,1", STATUS_PROTOCOL, "is not the six values"},
		{"", STATUS_PROTOCOL, "is not the six values"},
	};
	struct burden_indication indication;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		open_wt();
		chooses_items(1);
		updates_and_gives(cases[i].values);
		CU_ASSERT_EQUAL(meter()->read(wt.instrument, 0, &indication), cases[i].status);
		CU_ASSERT_TRUE(dialogue_says(cases[i].words));
		dialogue_close(&wt);
	}
}

/* This model has 150 V and 0.5 A, not 0.02 A to 0.2 A. */
static void the_smallest_range_that_the_model_has_is_taken(void)
{
	open_wt();
	is_set(":INP:VOLT:RANG 150");
	dialogue_asks(&wt, ":INP:VOLT:RANG?", "150.0E+00");
	is_refused(":INP:CURR:RANG 0.05");
	is_refused(":INP:CURR:RANG 0.1");
	is_refused(":INP:CURR:RANG 0.2");
	is_set(":INP:CURR:RANG 0.5");
	dialogue_asks(&wt, ":INP:CURR:RANG?", "500.0E-03");
	CU_ASSERT_EQUAL(meter()->set_range(wt.instrument, 120, 0.03), STATUS_OK);
	dialogue_close(&wt);
}

static void without_a_range_that_holds_it_is_refused(void)
{
	open_wt();
	is_refused(":INP:VOLT:RANG 1000");
	CU_ASSERT_EQUAL(meter()->set_range(wt.instrument, 700, 1), STATUS_LIMIT);
	CU_ASSERT_TRUE(dialogue_says("no range of \":INP:VOLT:RANG\" holds 700"));
	CU_ASSERT_EQUAL(meter()->set_range(wt.instrument, 2000, 1), STATUS_LIMIT);
	dialogue_close(&wt);
}

static void a_setting_that_is_refused_is_told(void)
{
	identifies_as("YOKOGAWA,WT310,1,F1");
	dialogue_asks(&wt, ":STAT:ERR?", "0,\"No error\"");
	is_refused(":COMM:HEAD OFF");
	CU_ASSERT_EQUAL(dialogue_open(&wt, "yokogawa_wt"), STATUS_REFUSED);
	CU_ASSERT_TRUE(dialogue_says("refuses \":COMM:HEAD OFF\" with error 222,\"Data out"));
	CU_ASSERT_STRING_EQUAL(wt.line.mismatch, "");
	identifies_as("YOKOGAWA,WT310,1,F1");
	dialogue_asks(&wt, ":STAT:ERR?", "perhaps");
	CU_ASSERT_EQUAL(dialogue_open(&wt, "yokogawa_wt"), STATUS_PROTOCOL);
}

static void silence_is_told_and_the_next_question_begins_anew(void)
{
	struct burden_indication indication;

	open_wt();
	chooses_items(1);
	dialogue_sends(&wt, ":STAT:EESR?");
	CU_ASSERT_EQUAL(meter()->read(wt.instrument, 0, &indication), STATUS_TIMEOUT);
	CU_ASSERT_TRUE(dialogue_says("no reply to \":STAT:EESR?\""));
	dialogue_sends(&wt, "");
	dialogue_sends(&wt, "*IDN?");
	dialogue_receives_after(&wt, 0.1, "0"); /* late */
	dialogue_receives_after(&wt, 0.1, "YOKOGAWA,WT333,C2PH13002V,F1.04");
	updates_and_gives("120,0.02,0,2.4,-2.4,60");
	CU_ASSERT_EQUAL(meter()->read(wt.instrument, 0, &indication), STATUS_OK);
	CU_ASSERT_EQUAL(indication.volts, 120);
	dialogue_close(&wt);
}

const char *const suite_name = "yokogawa_wt";
const struct suite_case suite_cases[] = {
	CASE(it_says_who_it_is),
	CASE(what_is_no_wattmeter_is_not_driven),
	CASE(a_whole_new_measurement_of_the_phase_is_read),
	CASE(what_is_no_value_is_named),
	CASE(the_smallest_range_that_the_model_has_is_taken),
	CASE(without_a_range_that_holds_it_is_refused),
	CASE(a_setting_that_is_refused_is_told),
	CASE(silence_is_told_and_the_next_question_begins_anew),
	CASES_END,
};
