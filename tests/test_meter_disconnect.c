/* dut_firmware: the service switch of SD models through its coils, detectors, table and display */
#include "tests/support/module_wire.h"
#include "tests/support/switched_meter.h"

static struct nor_flash flash;

/* The notice: two elements and three wires; self-contained, so class 200. */
static void only_two_elements_and_three_wires_take_a_service_switch(void)
{
	static const struct {
		const char *form;
		uint16_t class_amperes;
		bool takes;
	} forms[] = {
		{"12S", 200, true}, {"25S", 200, true}, {"16S", 200, false}, {"5S", 20, false},
		{"6S", 20, false},  {"9S", 20, false},	{"36S", 20, false},  {"45S", 20, false},
	};
	static const char *const models[] = {"AX-SD", "AXR-SD", "AX", "AXR"};
	struct whole *whole = whole_new();

	for (unsigned int form = 0; form < 8; form++) {
		for (unsigned int model = 0; model < 4; model++) {
			struct meter_hardware hardware = {models[model], forms[form].form, "1",
							  forms[form].class_amperes};
			bool is_offered = model > 1 || forms[form].takes;
			const char *reason = meter_refusal(&hardware);

			CU_ASSERT_EQUAL(reason == NULL, is_offered);
			CU_ASSERT(is_offered || strstr(reason, "12S and 25S of class 200"));
			CU_ASSERT_EQUAL(meter_init(whole->memory, &whole->board, &hardware) != NULL,
					is_offered);
		}
	}
	struct meter_hardware unknown = {"AX-SD", "12S", "1", 20};

	CU_ASSERT_PTR_NOT_NULL(meter_refusal(&unknown));
	whole_free(whole);
}

static void a_meter_without_a_switch_has_neither_table_nor_procedure(void)
{
	static const char *const models[] = {"AXR", "AXR-SD"};

	for (unsigned int has_switch = 0; has_switch < 2; has_switch++) {
		struct whole *whole = switched_new(&flash);
		int result;

		whole->hardware.model = models[has_switch];
		whole_power_up(whole);
		whole->relay.is_there = has_switch;
		whole_seconds(whole, 7);
		CU_ASSERT(display_shows(whole, 40, has_switch ? "CLS" : "---"));
		command_as(whole, "OPERATE", ARM, &result);
		CU_ASSERT_EQUAL(result, has_switch ? 3 : 6);
		whole_session(whole, NULL);
		CU_ASSERT_EQUAL(whole_table(whole, SWITCH_TABLE), has_switch ? OK : IAR);
		CU_ASSERT_EQUAL(whole_table(whole, 0), OK);

		/* the dimensions at 13 to 16, then the sets one after the other from 19 on */
		unsigned int standard = (unsigned int)whole_number(whole, 13, 1);
		unsigned int manufacturer = (unsigned int)whole_number(whole, 14, 1);
		unsigned int procedures = (unsigned int)whole_number(whole, 15, 1);

		CU_ASSERT_EQUAL(whole_number(whole, 16, 1), 1);
		CU_ASSERT_EQUAL(whole_number(whole, 19 + standard, 1) >> 2 & 1u, has_switch);
		CU_ASSERT_EQUAL(whole_number(whole, 19 + standard + manufacturer + procedures, 1),
				has_switch);
		CU_ASSERT_EQUAL(whole->wire.response_length,
				3 + 19 + 2 * (standard + manufacturer) + procedures + 1 + 1);
		whole_end_session(whole);
		CU_ASSERT_EQUAL(whole->relay.pulse_count, 0);
		whole_free(whole);
	}
}

static void open_and_close_move_the_relay_and_are_sensed(void)
{
	struct whole *whole = switched_new(&flash);
	struct mt2 mt2 = read_switch(whole);

	CU_ASSERT_EQUAL(mt2.commanded, IS_CLOSED); /* as the factory left it */
	CU_ASSERT_EQUAL(mt2.sensed, SEES_CLOSED);
	CU_ASSERT_EQUAL(mt2.load_side, 3);
	CU_ASSERT_EQUAL(mt2.operations, 0);
	CU_ASSERT_EQUAL(mt2.open_inhibit, DONE);
	CU_ASSERT_EQUAL(mt2.close_inhibit, ALREADY);
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
	CU_ASSERT_EQUAL(whole->relay.pulses[0].coil, EXCHANGE_SWITCH_OPEN);
	whole_seconds(whole, 1);
	CU_ASSERT_FALSE(whole->relay.is_closed);
	mt2 = read_switch(whole);
	CU_ASSERT_EQUAL(mt2.commanded, IS_OPEN);
	CU_ASSERT_EQUAL(mt2.sensed, SEES_OPEN);
	CU_ASSERT_EQUAL(mt2.load_side, 0);
	CU_ASSERT_EQUAL(mt2.alarms, 0);
	CU_ASSERT_EQUAL(mt2.operations, 1);
	CU_ASSERT_EQUAL(mt2.last_command, OPEN);
	CU_ASSERT_EQUAL(mt2.last_origin, OPTICAL_PORT);
	CU_ASSERT_EQUAL(mt2.last_result, DONE);
	expect_newest_event(whole, EVENT_OPENED, 1);
	expect_annunciator(whole, "OPN");
	rest(whole);
	CU_ASSERT_EQUAL(command(whole, CLOSE), DONE);
	whole_seconds(whole, 1);
	CU_ASSERT(whole->relay.is_closed);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 2);
	CU_ASSERT_EQUAL(whole->relay.pulses[1].coil, EXCHANGE_SWITCH_CLOSE);
	mt2 = read_switch(whole);
	CU_ASSERT_EQUAL(mt2.commanded, IS_CLOSED);
	CU_ASSERT_EQUAL(mt2.sensed, SEES_CLOSED);
	CU_ASSERT_EQUAL(mt2.operations, 2);
	expect_newest_event(whole, EVENT_CLOSED, 1);
	expect_annunciator(whole, "CLS");
	CU_ASSERT_EQUAL(count_events(whole), 4); /* each commanded, then done */
	whole_free(whole);
}

/* Registers and pulses of two meters on one load, one of which opens and closes its switch. */
static void energy_does_not_feel_the_switch(void)
{
	uint64_t delivered[2];
	unsigned int pulses[2];
	uint64_t frames[2];

	for (int opens = 0; opens < 2; opens++) {
		struct whole *whole = switched_new(&flash);

		command(whole, opens ? OPEN : 77);
		rest(whole);
		command(whole, opens ? CLOSE : 77);
		whole_seconds(whole, 60);
		CU_ASSERT_EQUAL(whole->relay.pulse_count, opens ? 2 : 0);
		delivered[opens] = whole_delivered(whole);
		pulses[opens] = whole->pulses;
		frames[opens] = whole->wire.frame;
		whole_free(whole);
	}
	CU_ASSERT_EQUAL(frames[0], frames[1]);
	CU_ASSERT_EQUAL(delivered[0], delivered[1]);
	CU_ASSERT_EQUAL(pulses[0], pulses[1]);
	/* 2 elements, 120 V x 30 A: 2 Wh a second, more than a minute of it */
	CU_ASSERT(delivered[0] > 120000 && pulses[0] > 50);
}

/* A refusal has its reason, a place in the log and no pulse. */
static void expect_refusal(struct whole *whole, int number, int reason, int st8)
{
	unsigned int pulses = whole->relay.pulse_count;
	int result;

	CU_ASSERT_EQUAL(command_as(whole, "OPERATE", number, &result), reason);
	CU_ASSERT_EQUAL(result, st8);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, pulses);
	expect_newest_event(whole, EVENT_REFUSED,
			    (uint64_t)number | OPTICAL_PORT << 8 | (uint64_t)reason << 16);

	struct mt2 mt2 = read_switch(whole);

	CU_ASSERT_EQUAL(mt2.last_command, (unsigned int)number);
	CU_ASSERT_EQUAL(mt2.last_result, (unsigned int)reason);
}

static void the_switch_never_closes_onto_voltage(void)
{
	static const uint32_t foreign[] = {EXCHANGE_CONTACT_LOAD_VOLTAGE_A,
					   EXCHANGE_CONTACT_LOAD_VOLTAGE_C, RELAY_SIDES};
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	for (unsigned int i = 0; i < 3; i++) {
		whole->relay.foreign = foreign[i];
		expect_refusal(whole, CLOSE, LOAD_VOLTAGE, 3);
		whole_seconds(whole, 5);
		expect_refusal(whole, CLOSE, LOAD_VOLTAGE, 3);
		CU_ASSERT_EQUAL(read_switch(whole).close_inhibit, LOAD_VOLTAGE);
		CU_ASSERT_EQUAL(read_switch(whole).sensed, SEES_LIVE_WHILE_OPEN);
	}
	whole->relay.foreign = 0;
	whole_seconds(whole, 5);
	CU_ASSERT_EQUAL(command(whole, CLOSE), DONE);
	whole_free(whole);
}

/* 75 % of 120 V are 90 V; of a locked 240 V delta 180 V. */
static void no_coil_is_moved_below_three_quarters_of_nominal(void)
{
	struct whole *whole = switched_new(&flash);

	whole_load(whole, 89.5, 30);
	whole_seconds(whole, 2);
	expect_refusal(whole, OPEN, LOW_VOLTAGE, 3);
	whole_load(whole, 90.5, 30);
	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	rest(whole);
	for (unsigned int i = 0; i < WHOLE_CYCLE_FRAMES; i++) { /* one of both legs */
		whole->cycle[i].volts[2] = whole->cycle[i].volts[2] / 2;
	}
	whole_seconds(whole, 2);
	expect_refusal(whole, CLOSE, LOW_VOLTAGE, 3);
	whole_free(whole);
}

/* C to B lags A to B by 300 degrees. */
static void load_delta(struct whole *whole, double volts)
{
	for (unsigned int i = 0; i < WHOLE_CYCLE_FRAMES; i++) {
		double turns = (double)i / WHOLE_CYCLE_FRAMES;
		double peak = METER_FULL_SCALE_COUNTS * sqrt(2.0) * volts / METER_FULL_SCALE_VOLTS;

		whole->cycle[i] = (struct sample_frame){
			.volts = {
				(int32_t)lrint(peak * sin(2.0 * acos(-1.0) * turns)), 0,
				(int32_t)lrint(peak * sin(2.0 * acos(-1.0) * (turns + 1.0 / 6)))}};
	}
}

static void nominal_is_that_of_the_locked_service(void)
{
	struct whole *whole = switched_new(&flash);

	whole->board = nor_flash_board(&flash, NOR_FLASH_SECTORS, WHOLE_SECTOR_BYTES);
	whole_power_up(whole);
	load_delta(whole, 240);
	whole_seconds(whole, 11);
	load_delta(whole, 179);
	whole_seconds(whole, 2);
	expect_refusal(whole, OPEN, LOW_VOLTAGE, 3);
	load_delta(whole, 181);
	whole_seconds(whole, 2);
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	whole_free(whole);
}

static void operations_need_ten_seconds_of_rest(void)
{
	struct whole *whole = switched_new(&flash);

	whole_power_up(whole);
	whole_seconds(whole, 5);
	expect_refusal(whole, OPEN, TOO_SOON, 4);
	CU_ASSERT(read_switch(whole).rest_seconds >= 1);
	rest(whole);
	CU_ASSERT_EQUAL(read_switch(whole).rest_seconds, 0);
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	whole_seconds(whole, 4);
	expect_refusal(whole, CLOSE, TOO_SOON, 4);
	rest(whole);
	CU_ASSERT_EQUAL(command(whole, CLOSE), DONE);
	whole_free(whole);
}

static void other_refusals_have_their_reasons(void)
{
	struct whole *whole = switched_new(&flash);
	int result;

	expect_refusal(whole, ARM, NOT_OPEN, 3);
	whole->power_fail_warning = 1;
	expect_refusal(whole, OPEN, SUPPLY_FAILING, 3);
	whole->power_fail_warning = 0;

	unsigned int events = count_events(whole);

	CU_ASSERT_EQUAL(command_as(whole, "OPERATE", 0, &result), NO_SUCH_COMMAND);
	CU_ASSERT_EQUAL(result, 2);
	CU_ASSERT_EQUAL(command_as(whole, "OPERATE", 4, &result), NO_SUCH_COMMAND);
	CU_ASSERT_EQUAL(result, 2);
	command_as(whole, "OPERATE", -1, &result); /* no parameter */
	CU_ASSERT_EQUAL(result, 2);
	command_as(whole, "READ", OPEN, &result);
	CU_ASSERT_EQUAL(result, 5);
	CU_ASSERT_EQUAL(command_as(whole, "OPERATE", CLOSE, &result), ALREADY);
	CU_ASSERT_EQUAL(result, 0);
	CU_ASSERT_EQUAL(count_events(whole), events);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 0);
	whole->relay.deaf_pulses = 1;
	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(whole_procedure(whole, SWITCH_PROCEDURE, OPEN), 0);
	CU_ASSERT_EQUAL(whole_procedure(whole, SWITCH_PROCEDURE, CLOSE), 4);
	CU_ASSERT_EQUAL(whole_number(whole, 4, 1), BUSY);
	whole_end_session(whole);
	whole_free(whole);
}

/* Operating is not programming. */
static void a_sealed_meter_switches(void)
{
	struct whole *whole = switched_new(&flash);

	whole_session(whole, "PROGRAM");
	CU_ASSERT_EQUAL(whole_set(whole, 1, 0), OK);
	whole_end_session(whole);
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	whole_free(whole);
}

static void hold_scroll(struct whole *whole, double seconds)
{
	whole->contacts |= EXCHANGE_CONTACT_SCROLL;
	whole_seconds(whole, seconds);
	whole->contacts &= ~EXCHANGE_CONTACT_SCROLL;
	whole_seconds(whole, 0.1);
}

static void an_armed_switch_closes_at_the_customers_long_press(void)
{
	struct whole *whole = switched_new(&flash);

	hold_scroll(whole, 3.2); /* not armed: the alternate list */
	CU_ASSERT(display_shows(whole, 0, "888"));
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 0);
	whole_seconds(whole, 160); /* the list is over */
	command(whole, OPEN);
	rest(whole);
	CU_ASSERT_EQUAL(command(whole, ARM), DONE);
	CU_ASSERT_EQUAL(read_switch(whole).commanded, IS_ARMED);
	CU_ASSERT_EQUAL(command(whole, ARM), ALREADY);
	expect_annunciator(whole, "ARM");
	hold_scroll(whole, 2.8);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
	hold_scroll(whole, 3.2);
	CU_ASSERT_FALSE(display_shows(whole, 24, "ALT"));
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 2);
	CU_ASSERT(whole->relay.is_closed);

	struct mt2 mt2 = read_switch(whole);

	CU_ASSERT_EQUAL(mt2.commanded, IS_CLOSED);
	CU_ASSERT_EQUAL(mt2.last_origin, BUTTON);
	expect_newest_event(whole, EVENT_CLOSED, 1);
	whole_free(whole);
}

/* Voltage that came or went 10 ms before the press is not settled yet, and forbids all the same. */
static void a_refused_press_leaves_the_switch_armed(void)
{
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	command(whole, ARM);
	for (int goes = 0; goes < 2; goes++) {
		whole->relay.foreign = goes ? EXCHANGE_CONTACT_LOAD_VOLTAGE_C : 0;
		whole->contacts |= EXCHANGE_CONTACT_SCROLL;
		wire_wait(&whole->wire, 192 + 3 * WHOLE_SECOND - 40);
		whole->relay.foreign = goes ? 0 : EXCHANGE_CONTACT_LOAD_VOLTAGE_C;
		wire_wait(&whole->wire, 80);
		CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
		whole->contacts = 0;
		whole->relay.foreign = 0;
		whole_seconds(whole, 5);
		expect_newest_event(whole, EVENT_REFUSED, CLOSE | BUTTON << 8 | LOAD_VOLTAGE << 16);
		CU_ASSERT_EQUAL(count_events(whole), goes ? 6 : 4);
		CU_ASSERT_EQUAL(read_switch(whole).commanded, IS_ARMED);
	}
	hold_scroll(whole, 3.2);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 2);
	whole_free(whole);
}

static void arming_is_withdrawn_without_a_pulse_and_outlives_the_supply(void)
{
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	command(whole, ARM);
	power_up_again(whole, &flash);
	whole_seconds(whole, 11);
	CU_ASSERT_EQUAL(read_switch(whole).commanded, IS_ARMED);
	CU_ASSERT_EQUAL(read_switch(whole).alarms, 0);
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	CU_ASSERT_EQUAL(command(whole, OPEN), ALREADY);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
	CU_ASSERT_EQUAL(read_switch(whole).operations, 1);
	hold_scroll(whole, 3.2);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
	whole_free(whole);
}

/* Both approved modules open and close; Zigbee and whoever has not said what it is do nothing. */
static void the_network_of_either_module_switches_and_zigbee_does_not(void)
{
	const unsigned int users[] = {USER_RF, USER_PLC};
	const struct module_says says[] = {module_says_rf(), module_says_plc()};

	for (unsigned int kind = 0; kind < 2; kind++) {
		struct whole *whole = switched_new(&flash);

		module_plug(whole);
		module_session(whole, users[kind], "OPERATE");
		CU_ASSERT_EQUAL(whole_procedure(whole, SWITCH_PROCEDURE, OPEN), -1000 - ISC);
		CU_ASSERT_EQUAL(module_state_itself(whole, &says[kind]), OK);
		whole_end_session(whole);
		module_session(whole, users[kind] + 2000, NULL);
		CU_ASSERT_EQUAL(whole_procedure(whole, SWITCH_PROCEDURE, OPEN), -1000 - ISC);
		whole_end_session(whole);
		module_session(whole, users[kind], NULL);
		CU_ASSERT_EQUAL(whole_procedure(whole, SWITCH_PROCEDURE, OPEN), 5);
		CU_ASSERT_EQUAL(whole->relay.pulse_count, 0);
		for (int number = OPEN; number <= CLOSE; number++) {
			CU_ASSERT_EQUAL(wire_password(&whole->wire, "OPERATE", ' '), OK);
			CU_ASSERT_EQUAL(whole_procedure(whole, SWITCH_PROCEDURE, number), 0);
			CU_ASSERT_EQUAL(whole_number(whole, 4, 1), DONE);
			whole_end_session(whole);
			rest(whole);
			CU_ASSERT_EQUAL(whole->relay.is_closed, number == CLOSE);

			struct mt2 mt2 = read_switch(whole); /* by the module, too */

			CU_ASSERT_EQUAL(mt2.sensed, number == OPEN ? SEES_OPEN : SEES_CLOSED);
			CU_ASSERT_EQUAL(mt2.last_origin, MODULE);
			module_session(whole, users[kind], NULL);
		}
		whole_end_session(whole);
		whole_free(whole);
	}
}

/* The item stands in the alternate list of models that have the switch. */
static void the_display_tells_the_state_in_words(void)
{
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	hold_scroll(whole, 3.2);
	for (int step = 0; step < 30 && !display_shows(whole, 0, "040"); step++) {
		hold_scroll(whole, 0.1);
	}
	CU_ASSERT(display_shows(whole, 0, "040       OPEN      SW  ALT "));
	whole_free(whole);
}

const char *const suite_name = "meter_disconnect";
const struct suite_case suite_cases[] = {
	CASE(only_two_elements_and_three_wires_take_a_service_switch),
	CASE(a_meter_without_a_switch_has_neither_table_nor_procedure),
	CASE(open_and_close_move_the_relay_and_are_sensed),
	CASE(energy_does_not_feel_the_switch),
	CASE(the_switch_never_closes_onto_voltage),
	CASE(no_coil_is_moved_below_three_quarters_of_nominal),
	CASE(nominal_is_that_of_the_locked_service),
	CASE(operations_need_ten_seconds_of_rest),
	CASE(other_refusals_have_their_reasons),
	CASE(a_sealed_meter_switches),
	CASE(an_armed_switch_closes_at_the_customers_long_press),
	CASE(a_refused_press_leaves_the_switch_armed),
	CASE(arming_is_withdrawn_without_a_pulse_and_outlives_the_supply),
	CASE(the_network_of_either_module_switches_and_zigbee_does_not),
	CASE(the_display_tells_the_state_in_words),
	CASES_END,
};
