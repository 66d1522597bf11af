/* drivers/instruments/espec_p300: dialogues written from the published command subset. */
#include <math.h>

#include "tests/support/text_dialogue.h"

static struct text_dialogue espec;

static void open_espec(void)
{
	dialogue_begin(&espec, "\r\n");
	dialogue_receives_after(&espec, 0.05, "NA:CMD ERR"); /* to the bare line end */
	dialogue_asks(&espec, "ROM?", "JLRD0402.A");
	dialogue_asks(&espec, "TEMP?", "22.9,23.0,100.0,-45.0");
	CU_ASSERT_EQUAL_FATAL(dialogue_open(&espec, "espec_p300"), STATUS_OK);
}

static const struct climate_chamber *chamber(void)
{
	return espec.instrument->climate_chamber;
}

static void it_says_who_it_is_and_how_far_it_goes(void)
{
	double minimum, maximum;

	open_espec();
	chamber()->limits(espec.instrument, &minimum, &maximum);
	CU_ASSERT_EQUAL(minimum, -45);
	CU_ASSERT_EQUAL(maximum, 100);
	CU_ASSERT_STRING_EQUAL(espec.instrument->identity.maker, "ESPEC");
	CU_ASSERT_STRING_EQUAL(espec.instrument->identity.version, "JLRD0402.A");
	dialogue_close(&espec);
}

static void what_is_no_chamber_is_not_driven(void)
{
	dialogue_begin(&espec, "\r\n");
	dialogue_asks(&espec, "ROM?", "NA:CMD ERR");
	CU_ASSERT_EQUAL(dialogue_open(&espec, "espec_p300"), STATUS_PROTOCOL);
	CU_ASSERT_TRUE(dialogue_says("climate chamber it on VIRTUAL::it: "));
	CU_ASSERT_TRUE(dialogue_says("is this an ESPEC P-300?"));
	CU_ASSERT_FALSE(espec.line.is_closed);
	dialogue_begin(&espec, "\r\n");
	dialogue_asks(&espec, "ROM?", "JLRD0402.A");
	dialogue_asks(&espec, "TEMP?", "22.9,23.0,-45.0,100.0");
	CU_ASSERT_EQUAL(dialogue_open(&espec, "espec_p300"), STATUS_PROTOCOL);
	CU_ASSERT_TRUE(dialogue_says("leave no room"));
	dialogue_begin(&espec, "\r\n");
	CU_ASSERT_EQUAL(dialogue_open(&espec, "espec_p300"), STATUS_TIMEOUT);
	CU_ASSERT_TRUE(dialogue_says("no reply to \"ROM?\" within 5.0 s"));
}

static void a_temperature_is_set_started_and_read_back(void)
{
	open_espec();
	dialogue_asks(&espec, "TEMP, S-40.0", "OK:TEMP,S-40.0");
	dialogue_asks(&espec, "MODE,CONSTANT", "OK:MODE,CONSTANT");
	dialogue_asks(&espec, "TEMP?", "22.9,-40.0,100.0,-45.0");
	dialogue_asks(&espec, "MODE?", "CONSTANT");
	CU_ASSERT_EQUAL(chamber()->set(espec.instrument, -40), STATUS_OK);
	dialogue_close(&espec);
}

static void beyond_its_limits_nothing_is_sent(void)
{
	open_espec();
	CU_ASSERT_EQUAL(chamber()->set(espec.instrument, -60), STATUS_LIMIT);
	CU_ASSERT_TRUE(dialogue_says("-60 degrees Celsius are outside its limits, -45 to 100"));
	CU_ASSERT_EQUAL(chamber()->set(espec.instrument, 100.5), STATUS_LIMIT);
	CU_ASSERT_EQUAL(chamber()->set(espec.instrument, NAN), STATUS_LIMIT);
	dialogue_close(&espec);
}

static void a_set_point_or_a_start_that_is_not_taken_is_found(void)
{
	open_espec();
	dialogue_asks(&espec, "TEMP, S53.0", "OK:TEMP,S53.0");
	dialogue_asks(&espec, "MODE,CONSTANT", "OK:MODE,CONSTANT");
	dialogue_asks(&espec, "TEMP?", "22.9,23.0,100.0,-45.0");
	CU_ASSERT_EQUAL(chamber()->set(espec.instrument, 53), STATUS_REFUSED);
	CU_ASSERT_TRUE(dialogue_says("set to 53.0 degrees Celsius and says"));
	dialogue_asks(&espec, "TEMP, S53.0", "OK:TEMP,S53.0");
	dialogue_asks(&espec, "MODE,CONSTANT", "OK:MODE,CONSTANT");
	dialogue_asks(&espec, "TEMP?", "22.9,53.0,100.0,-45.0");
	dialogue_asks(&espec, "MODE?", "STANDBY");
	CU_ASSERT_EQUAL(chamber()->set(espec.instrument, 53), STATUS_REFUSED);
	CU_ASSERT_TRUE(dialogue_says("stands still"));
	dialogue_close(&espec);
}

static void refusals_are_told_with_advice(void)
{
	static const struct {
		const char *reply, *words;
	} cases[] = {
		{"NA:DATA OUT OF RANGE", "set these at the chamber"},
		{"NA:CHB NOT READY", "look at its panel"},
		{"NA:PROTECT ON", "take the protection off"},
		{"NA:CONT NOT READY-1", "busy with a program"},
		{"NA:PARA ERR", "cannot read the value"},
		{"NA:SOMETHING NEW", "SOMETHING NEW"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		open_espec();
		dialogue_asks(&espec, "TEMP, S30.0", cases[i].reply);
		CU_ASSERT_EQUAL(chamber()->set(espec.instrument, 30), STATUS_REFUSED);
		CU_ASSERT_TRUE(dialogue_says(cases[i].words));
		dialogue_close(&espec);
	}
}

static void the_air_the_set_point_and_the_mode_are_read(void)
{
	static const struct {
		const char *mode;
		bool is_running;
	} modes[] = {{"CONSTANT", true}, {"RUN 1", true}, {"STANDBY", false}, {"OFF", false}};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct chamber_indication indication;

		open_espec();
		dialogue_asks(&espec, "TEMP?", "-39.7,-40.0,100.0,-45.0");
		dialogue_asks(&espec, "MODE?", modes[i].mode);
		CU_ASSERT_EQUAL(chamber()->read(espec.instrument, &indication), STATUS_OK);
		CU_ASSERT_EQUAL(indication.celsius, -39.7);
		CU_ASSERT_EQUAL(indication.set_point_celsius, -40);
		CU_ASSERT_EQUAL(indication.is_running, modes[i].is_running);
		dialogue_close(&espec);
	}
}

static void nonsense_is_no_temperature(void)
{
	static const char *const replies[] = {"",	  "23.0",	    "23.0,23.0,100.0",
					      "a,b,c,d",  "nan,23,100,-45", "23.0,,100.0,-45.0",
					      "OK:TEMP?", "0x17,23,100,-45"};

	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct chamber_indication indication;

		open_espec();
		dialogue_asks(&espec, "TEMP?", replies[i]);
		CU_ASSERT_EQUAL(chamber()->read(espec.instrument, &indication), STATUS_PROTOCOL);
		CU_ASSERT_TRUE(dialogue_says("\"TEMP?\" is not"));
		dialogue_close(&espec);
	}
}

static void alarms_are_told_by_number(void)
{
	open_espec();
	dialogue_asks(&espec, "ALARM?", "0");
	CU_ASSERT_EQUAL(chamber()->check_alarms(espec.instrument), STATUS_OK);
	dialogue_asks(&espec, "ALARM?", "2,1,7");
	CU_ASSERT_EQUAL(chamber()->check_alarms(espec.instrument), STATUS_ALARM);
	CU_ASSERT_TRUE(dialogue_says("2 alarms: number 1, 7"));
	dialogue_asks(&espec, "ALARM?", "many");
	CU_ASSERT_EQUAL(chamber()->check_alarms(espec.instrument), STATUS_PROTOCOL);
	dialogue_close(&espec);
}

static void stopping_is_tried_twice(void)
{
	open_espec();
	dialogue_asks(&espec, "MODE,STANDBY", "NA:CHB NOT READY");
	dialogue_asks(&espec, "MODE,STANDBY", "OK:MODE,STANDBY");
	CU_ASSERT_EQUAL(chamber()->stop(espec.instrument), STATUS_OK);
	dialogue_close(&espec);
	open_espec();
	dialogue_sends(&espec, "MODE,STANDBY"); /* silence */
	dialogue_sends(&espec, "");
	dialogue_asks(&espec, "ROM?", "JLRD0402.A");
	dialogue_asks(&espec, "MODE,STANDBY", "OK:MODE,STANDBY");
	CU_ASSERT_EQUAL(chamber()->stop(espec.instrument), STATUS_OK);
	dialogue_close(&espec);
}

const char *const suite_name = "espec_p300";
const struct suite_case suite_cases[] = {
	CASE(it_says_who_it_is_and_how_far_it_goes),
	CASE(what_is_no_chamber_is_not_driven),
	CASE(a_temperature_is_set_started_and_read_back),
	CASE(beyond_its_limits_nothing_is_sent),
	CASE(a_set_point_or_a_start_that_is_not_taken_is_found),
	CASE(refusals_are_told_with_advice),
	CASE(the_air_the_set_point_and_the_mode_are_read),
	CASE(nonsense_is_no_temperature),
	CASE(alarms_are_told_by_number),
	CASE(stopping_is_tried_twice),
	CASES_END,
};
