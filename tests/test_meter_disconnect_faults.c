/* dut_firmware: a service switch that does not follow, losses of supply, blocks of any size */
#include "tests/support/switched_meter.h"

static struct nor_flash flash;

/* Both pulses are 2 s apart: what an operation may take to be sensed. */
static void a_deaf_relay_gets_one_more_pulse(void)
{
	struct whole *whole = switched_new(&flash);

	whole->relay.deaf_pulses = 1;
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	whole_seconds(whole, 3);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 2);
	CU_ASSERT_EQUAL(whole->relay.pulses[1].coil, EXCHANGE_SWITCH_OPEN);
	CU_ASSERT_EQUAL(whole->relay.pulses[1].frame - whole->relay.pulses[0].frame,
			2 * WHOLE_SECOND);
	CU_ASSERT_EQUAL(read_switch(whole).alarms, 0);
	CU_ASSERT_EQUAL(read_switch(whole).operations, 1);
	expect_newest_event(whole, EVENT_OPENED, 2);
	whole_free(whole);
}

/* Detectors that lose their voltage for 45 ms have not seen the switch open. */
static void a_flicker_after_the_pulse_is_no_opening(void)
{
	struct whole *whole = switched_new(&flash);

	whole->relay.deaf_pulses = 2;
	command(whole, OPEN);
	for (int flicker = 0; flicker < 10; flicker++) {
		whole->relay.is_line_dead = true;
		whole_seconds(whole, 0.045);
		whole->relay.is_line_dead = false;
		whole_seconds(whole, 0.1);
	}
	whole_seconds(whole, 5);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 2);
	CU_ASSERT_EQUAL(read_switch(whole).alarms, ALARM_FAILED);
	whole_free(whole);
}

static void after_two_pulses_it_is_an_alarm_and_no_third_pulse(void)
{
	struct whole *whole = switched_new(&flash);

	whole->relay.is_welded = true;
	command(whole, OPEN);
	whole_seconds(whole, 30);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 2);

	struct mt2 mt2 = read_switch(whole);

	CU_ASSERT_EQUAL(mt2.commanded, IS_OPEN);
	CU_ASSERT_EQUAL(mt2.sensed, SEES_CLOSED);
	CU_ASSERT_EQUAL(mt2.alarms, ALARM_FAILED);
	CU_ASSERT_EQUAL(mt2.pulses, 0);
	expect_newest_event(whole, EVENT_FAILED, IS_OPEN | SEES_CLOSED << 8 | 3 << 16);
	CU_ASSERT_EQUAL(count_events(whole), 2); /* commanded, failed */
	expect_annunciator(whole, "FLT");
	whole->relay.is_welded = false;
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	whole_seconds(whole, 1);
	mt2 = read_switch(whole);
	CU_ASSERT_EQUAL(mt2.sensed, SEES_OPEN);
	CU_ASSERT_EQUAL(mt2.alarms, 0);
	CU_ASSERT_EQUAL(mt2.operations, 2);
	whole_free(whole);
}

/* One pole has closed: its voltage forbids the second pulse, because nobody can tell it from a
 * foreign one. */
static void a_pole_that_stays_open_is_an_alarm(void)
{
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	whole->relay.open_pole = EXCHANGE_CONTACT_LOAD_VOLTAGE_C;
	CU_ASSERT_EQUAL(command(whole, CLOSE), DONE);
	whole_seconds(whole, 5);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 2);

	struct mt2 mt2 = read_switch(whole);

	CU_ASSERT_EQUAL(mt2.sensed, SEES_ONE_SIDE);
	CU_ASSERT_EQUAL(mt2.load_side, 1);
	CU_ASSERT_EQUAL(mt2.alarms, ALARM_FAILED);
	whole_free(whole);
}

static void voltage_behind_the_open_switch_is_told_once(void)
{
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	whole->relay.foreign = RELAY_SIDES;
	whole_seconds(whole, 60);

	struct mt2 mt2 = read_switch(whole);

	CU_ASSERT_EQUAL(mt2.commanded, IS_OPEN);
	CU_ASSERT_EQUAL(mt2.sensed, SEES_LIVE_WHILE_OPEN);
	CU_ASSERT_EQUAL(mt2.alarms, ALARM_LIVE_LOAD);
	expect_newest_event(whole, EVENT_DIFFERS, IS_OPEN | SEES_LIVE_WHILE_OPEN << 8 | 3 << 16);
	CU_ASSERT_EQUAL(count_events(whole), 3);
	expect_annunciator(whole, "LIV");
	whole->relay.foreign = 0;
	whole_seconds(whole, 5);
	CU_ASSERT_EQUAL(read_switch(whole).alarms, 0);
	CU_ASSERT_EQUAL(read_switch(whole).sensed, SEES_OPEN);
	whole_free(whole);
}

/* Line and load lose their voltage together: nothing has opened. */
static void a_line_that_fails_is_no_fault_of_the_switch(void)
{
	static const double dips[] = {0.1, 0.5, 1.0, 2.0, 30.0};
	struct whole *whole = switched_new(&flash);

	for (unsigned int i = 0; i < 5; i++) {
		whole->relay.is_line_dead = true;
		whole_load(whole, 0, 0);
		whole_seconds(whole, dips[i]);
		whole->relay.is_line_dead = false;
		whole_load(whole, 120, 30);
		whole_seconds(whole, 6);
		CU_ASSERT_EQUAL(read_switch(whole).sensed, SEES_CLOSED);
		CU_ASSERT_EQUAL(read_switch(whole).alarms, 0);
	}
	whole->relay.is_line_dead = true;
	whole_load(whole, 0, 0);
	whole_seconds(whole, 30);
	CU_ASSERT_EQUAL(read_switch(whole).sensed, SEES_NOTHING);
	CU_ASSERT_EQUAL(read_switch(whole).alarms, 0);
	CU_ASSERT_EQUAL(count_events(whole), 0);
	whole_free(whole);
}

static void the_commanded_state_outlives_the_supply(void)
{
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	for (int loss = 0; loss < 3; loss++) {
		power_up_again(whole, &flash);
		whole_seconds(whole, 11);

		struct mt2 mt2 = read_switch(whole);

		CU_ASSERT_EQUAL(mt2.commanded, IS_OPEN);
		CU_ASSERT_EQUAL(mt2.sensed, SEES_OPEN);
		CU_ASSERT_EQUAL(mt2.alarms, 0);
		CU_ASSERT_EQUAL(mt2.operations, 1);
	}
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
	whole_free(whole);
}

/* Somebody has moved it in the dark: the meter tells and moves nothing by itself. */
static void a_switch_that_moved_without_supply_is_told(void)
{
	struct whole *whole = switched_new(&flash);

	command(whole, OPEN);
	rest(whole);
	whole->relay.is_closed = true;
	power_up_again(whole, &flash);
	whole_seconds(whole, 30);

	struct mt2 mt2 = read_switch(whole);

	CU_ASSERT_EQUAL(mt2.commanded, IS_OPEN);
	CU_ASSERT_EQUAL(mt2.sensed, SEES_CLOSED);
	CU_ASSERT_EQUAL(mt2.alarms, ALARM_DIFFERS);
	CU_ASSERT_EQUAL(mt2.close_inhibit, LOAD_VOLTAGE);
	expect_newest_event(whole, EVENT_DIFFERS, IS_OPEN | SEES_CLOSED << 8 | 3 << 16);
	CU_ASSERT_EQUAL(count_events(whole), 3);
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
	whole_seconds(whole, 1);
	CU_ASSERT_EQUAL(read_switch(whole).alarms, 0);
	whole_free(whole);
}

/* The supply goes in the frame of the coil's pulse; the relay has moved, or not. */
static void a_cut_at_the_pulse_is_seen_at_power_up(void)
{
	for (int moves = 0; moves < 2; moves++) {
		struct whole *whole = switched_new(&flash);
		static const uint8_t call[4] = {SWITCH_PROCEDURE & 0xFF, SWITCH_PROCEDURE >> 8, 7,
						OPEN};

		whole->relay.is_welded = !moves;
		whole_session(whole, "OPERATE");
		CU_ASSERT_EQUAL(wire_write(&whole->wire, 7, call, 4), OK);
		CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
		whole->relay.is_welded = false;
		whole->relay.is_closed = !moves;
		power_up_again(whole, &flash);
		whole_seconds(whole, 11);

		struct mt2 mt2 = read_switch(whole);

		CU_ASSERT_EQUAL(mt2.commanded, IS_OPEN);
		CU_ASSERT_EQUAL(mt2.sensed, moves ? SEES_OPEN : SEES_CLOSED);
		CU_ASSERT_EQUAL(mt2.alarms, moves ? 0 : ALARM_DIFFERS);
		CU_ASSERT_EQUAL(mt2.operations, 1);
		CU_ASSERT_EQUAL(whole->relay.pulse_count, 1);
		whole_free(whole);
	}
}

/* Sends the command with a cut at storage operation `cut_at`; the supply ends there. */
static bool cut_command(struct whole *whole, int cut_at, int part)
{
	static const uint8_t call[4] = {SWITCH_PROCEDURE & 0xFF, SWITCH_PROCEDURE >> 8, 7, OPEN};

	whole_session(whole, "OPERATE");
	flash.operations = 0;
	flash.cut_at = cut_at;
	flash.cut_part = part;
	wire_write(&whole->wire, 7, call, 4);
	return flash.is_dead;
}

static void a_cut_in_any_storage_operation_leaves_a_known_command(void)
{
	int cuts = 0;

	for (int part = 0; part < NOR_FLASH_CUT_PARTS; part++) {
		for (int cut_at = 1;; cut_at++) {
			struct whole *whole = switched_new(&flash);

			if (!cut_command(whole, cut_at, part)) {
				whole_free(whole);
				break;
			}
			cuts++;
			whole->relay.moves_at = 0; /* the pulse had no supply any more */
			power_up_again(whole, &flash);
			whole_seconds(whole, 11);

			struct mt2 mt2 = read_switch(whole);

			CU_ASSERT(mt2.commanded == IS_CLOSED || mt2.commanded == IS_OPEN);
			CU_ASSERT_EQUAL(mt2.operations, mt2.commanded == IS_OPEN ? 1 : 0);
			CU_ASSERT_EQUAL(mt2.alarms, mt2.commanded == IS_OPEN ? ALARM_DIFFERS : 0);
			CU_ASSERT_EQUAL(mt2.sensed, SEES_CLOSED);
			CU_ASSERT_EQUAL(command(whole, OPEN), DONE);
			whole_seconds(whole, 1);
			CU_ASSERT_EQUAL(read_switch(whole).sensed, SEES_OPEN);
			whole_free(whole);
		}
	}
	CU_ASSERT(cuts >= 2 * NOR_FLASH_CUT_PARTS); /* the log's entry and the record */
}

/* A storage that fails at the pulse has been told of the command before. */
static void the_command_is_kept_before_the_pulse(void)
{
	struct whole *whole = switched_new(&flash);

	CU_ASSERT_EQUAL(command(whole, OPEN), DONE);

	uint64_t pulse = whole->relay.pulses[0].frame;

	CU_ASSERT(pulse < whole->wire.frame);
	flash.is_dead = true; /* nothing after this instant is kept */
	whole_seconds(whole, 5);
	power_up_again(whole, &flash);
	whole_seconds(whole, 11);
	CU_ASSERT_EQUAL(read_switch(whole).commanded, IS_OPEN);
	CU_ASSERT_EQUAL(read_switch(whole).sensed, SEES_OPEN);
	whole_free(whole);
}

struct outcome {
	struct relay_pulse pulses[RELAY_PULSES];
	char display[EXCHANGE_DISPLAY_BYTES];
	struct mt2 mt2;
	uint8_t storage[NOR_FLASH_MOST_BYTES];
};

/* Opens with a deaf relay, arms, closes by the switch, in blocks of this size. */
static void live_through(uint32_t block, struct outcome *outcome)
{
	struct whole *whole = switched_new(&flash);

	memset(outcome, 0, sizeof(*outcome));
	whole->block = block;
	whole->relay.deaf_pulses = 1;
	command(whole, OPEN);
	rest(whole);
	command(whole, ARM);
	whole->contacts = EXCHANGE_CONTACT_SCROLL;
	whole_seconds(whole, 3.2);
	whole->contacts = 0;
	whole_seconds(whole, 2);
	command(whole, OPEN); /* too soon */
	outcome->mt2 = read_switch(whole);
	memcpy(outcome->pulses, whole->relay.pulses, sizeof(outcome->pulses));
	memcpy(outcome->display, whole->display, sizeof(outcome->display));
	memcpy(outcome->storage, flash.bytes, sizeof(outcome->storage));
	CU_ASSERT_EQUAL(whole->relay.pulse_count, 3);
	whole_free(whole);
}

static void the_block_of_frames_changes_neither_pulses_nor_state(void)
{
	static const uint32_t blocks[] = {1, 7, 16, 128, 1536};
	static struct outcome expected;
	static struct outcome outcome;

	live_through(977, &expected);
	CU_ASSERT_EQUAL(expected.mt2.last_result, TOO_SOON);
	for (unsigned int i = 0; i < 5; i++) {
		live_through(blocks[i], &outcome);
		CU_ASSERT_EQUAL(memcmp(&outcome, &expected, sizeof(outcome)), 0);
	}
}

const char *const suite_name = "meter_disconnect_faults";
const struct suite_case suite_cases[] = {
	CASE(a_deaf_relay_gets_one_more_pulse),
	CASE(a_flicker_after_the_pulse_is_no_opening),
	CASE(after_two_pulses_it_is_an_alarm_and_no_third_pulse),
	CASE(a_pole_that_stays_open_is_an_alarm),
	CASE(voltage_behind_the_open_switch_is_told_once),
	CASE(a_line_that_fails_is_no_fault_of_the_switch),
	CASE(the_commanded_state_outlives_the_supply),
	CASE(a_switch_that_moved_without_supply_is_told),
	CASE(a_cut_at_the_pulse_is_seen_at_power_up),
	CASE(a_cut_in_any_storage_operation_leaves_a_known_command),
	CASE(the_command_is_kept_before_the_pulse),
	CASE(the_block_of_frames_changes_neither_pulses_nor_state),
	CASES_END,
};
