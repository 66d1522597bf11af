/*
 * The test mode switch: what flows in test mode is kept apart, the billing registers stand still;
 * a second press ends the mode, and without one it ends by itself.
 */
#include "procedures/verbs/switches_parts.h"

#include <math.h>
#include <stdio.h>

#define TEST_TABLE 2052
#define TEST_BYTES 14
#define MARGIN_SECONDS 10.0
/* Of the energy of the load time, at least so much has to be in the test register: the rest is
 * room for how the source gets there. */
#define LEAST_SHARE 0.9

struct test_mode_state {
	uint8_t mode;
	struct meter_registers registers;
	double test_watt_hours, test_received_watt_hours;
	int seconds_left;
};

struct test_mode {
	bool is_done[LAB_POSITIONS];
	struct operator_answer answers[LAB_POSITIONS];
	struct test_mode_state before[LAB_POSITIONS], now[LAB_POSITIONS];
};

/* Six octets, least significant first, mWh. */
static double register_watt_hours(const uint8_t *octets)
{
	double sum = 0;

	for (int i = 5; i >= 0; i--) {
		sum = 256 * sum + octets[i];
	}
	return sum / 1000;
}

static enum status read_test_table(struct meter_client *client, struct test_mode_state *state)
{
	uint8_t bytes[32];
	size_t length = 0;
	enum status status =
		meter_client_read_table(client, TEST_TABLE, bytes, sizeof(bytes), &length);

	if (!status && length < TEST_BYTES) {
		return status_fail(STATUS_PROTOCOL, "MT4 has %zu octets instead of %d", length,
				   TEST_BYTES);
	}
	if (status) {
		return status;
	}
	state->test_watt_hours = register_watt_hours(bytes);
	state->test_received_watt_hours = register_watt_hours(bytes + 6);
	state->seconds_left = bytes[12] | bytes[13] << 8;
	return STATUS_OK;
}

static enum status read_state(struct switches *switches, int index, struct test_mode_state *state)
{
	struct meter_client *client;
	struct meter_status meter;
	enum status status = session_begin(switches->context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = meter_client_read_status(client, &meter);
		state->mode = status ? 0 : meter.mode;
	}
	if (!status) {
		status = meter_client_read_registers(client, &state->registers);
	}
	if (!status) {
		status = read_test_table(client, state);
	}
	return session_end(client, status);
}

static const char *mode_name(uint8_t mode)
{
	switch (mode) {
	case METER_MODE_METERING:
		return "metering";
	case METER_MODE_TEST:
		return "test mode";
	case METER_MODE_SHOP:
		return "shop mode";
	default:
		return "an unknown mode";
	}
}

static enum status judge_mode(struct switches *switches, int index, const char *what,
			      const struct test_mode_state *state, uint8_t expected)
{
	return switches_compare(switches, index, what, mode_name(state->mode), mode_name(expected));
}

static enum status judge_frozen(struct switches *switches, int index, const char *what,
				const struct meter_registers *before,
				const struct meter_registers *now)
{
	char first[120], second[120];

	switches_energy_text(before, first, sizeof(first));
	switches_energy_text(now, second, sizeof(second));
	return switches_compare(switches, index, what, second, first);
}

/* ---- for all positions ---- */

static enum status press_and_read(struct switches *switches, struct test_mode *test)
{
	struct lab *lab = switches->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = read_state(switches, i, &test->before[i]);
		if (!status) {
			status = operator_press(switches->context, i, METER_SWITCH_TEST_MODE,
						SHORT_PRESS_SECONDS, &test->answers[i]);
		}
		test->is_done[i] = !status && test->answers[i].is_done;
		if (!status) {
			status = read_state(switches, i, &test->now[i]);
		}
		status = settle_position(switches->context, i, status);
	}
	return status;
}

static enum status read_all(struct switches *switches, struct test_mode *test)
{
	struct lab *lab = switches->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = settle_position(switches->context, i,
					 read_state(switches, i, &test->now[i]));
	}
	return status;
}

static enum status judge_all(struct switches *switches, struct test_mode *test, const char *what,
			     enum status (*judge)(struct switches *switches, struct test_mode *test,
						  int index))
{
	struct lab *lab = switches->context->lab;
	enum status status = STATUS_OK;

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		status = test->is_done[i]
				 ? judge(switches, test, i)
				 : switches_not_done(switches, i, what, test->answers[i].text);
	}
	return status;
}

/* ---- the three parts ---- */

static enum status judge_energy_in_test_mode(struct switches *switches, struct test_mode *test,
					     int index)
{
	const struct test_mode_state *now = &test->now[index];
	double least = LEAST_SHARE * switches->load.watts * switches->load_seconds / 3600;
	char seen[48], wanted[48];
	enum status status = judge_mode(switches, index, "after a press of the test mode switch",
					now, METER_MODE_TEST);

	if (!status) {
		status =
			judge_frozen(switches, index, "billing registers after energy in test mode",
				     &test->before[index].registers, &now->registers);
	}
	snprintf(seen, sizeof(seen), "%.6g Wh", now->test_watt_hours);
	snprintf(wanted, sizeof(wanted), "at least %.6g Wh", least);
	return status ? status
		      : switches_found(switches, index, "register of the test mode", seen, wanted,
				       now->test_watt_hours >= least ? CONFORMS : DOES_NOT_CONFORM);
}

/* What has gone into the registers of the test mode is missing in those of billing. */
static void tell_ledger(struct switches *switches, const struct test_mode *test)
{
	struct verb_memory *memory = switches->context->memory;
	struct lab *lab = switches->context->lab;

	for (int i = next_position(lab, 0); i >= 0; i = next_position(lab, i + 1)) {
		if (test->is_done[i]) {
			ledger_note_set_aside(&memory->ledger, i, test->now[i].test_watt_hours,
					      test->now[i].test_received_watt_hours);
		}
	}
}

static enum status with_energy(struct switches *switches, struct test_mode *test)
{
	enum status status = press_and_read(switches, test);

	if (!status) {
		status = switches_energise(switches, switches->load_seconds);
	}
	if (!status) {
		status = read_all(switches, test);
	}
	if (!status) {
		tell_ledger(switches, test);
	}
	return status ? status
		      : judge_all(switches, test, "billing registers in test mode",
				  judge_energy_in_test_mode);
}

static enum status judge_back(struct switches *switches, struct test_mode *test, int index)
{
	const struct test_mode_state *now = &test->now[index];
	double watt_hours =
		(double)(now->registers.delivered - test->before[index].registers.delivered) *
		now->registers.watt_hours_per_count;
	double least = LEAST_SHARE * switches->load.watts * switches->load_seconds / 3600;
	char seen[48], wanted[48];
	enum status status =
		judge_mode(switches, index, "after a second press", now, METER_MODE_METERING);

	snprintf(seen, sizeof(seen), "%.6g Wh", watt_hours);
	snprintf(wanted, sizeof(wanted), "at least %.6g Wh", least);
	return status ? status
		      : switches_found(switches, index, "billing register after energy in metering",
				       seen, wanted,
				       watt_hours >= least ? CONFORMS : DOES_NOT_CONFORM);
}

static enum status back_by_press(struct switches *switches, struct test_mode *test)
{
	enum status status = press_and_read(switches, test);

	if (!status) {
		status = switches_energise(switches, switches->load_seconds);
	}
	if (!status) {
		status = read_all(switches, test);
	}
	return status ? status
		      : judge_all(switches, test, "end of the test mode by the switch", judge_back);
}

static enum status judge_end(struct switches *switches, struct test_mode *test, int index)
{
	enum status status = judge_mode(switches, index, "test mode left to itself, after its time",
					&test->now[index], METER_MODE_METERING);

	return status ? status
		      : judge_frozen(switches, index, "billing registers after it",
				     &test->before[index].registers, &test->now[index].registers);
}

/* The time that the longest one has left, and some more. */
static enum status end_by_itself(struct switches *switches, struct test_mode *test)
{
	struct lab *lab = switches->context->lab;
	double seconds = 0;
	enum status status = press_and_read(switches, test);

	for (int i = next_position(lab, 0); !status && i >= 0; i = next_position(lab, i + 1)) {
		seconds = fmax(seconds, test->now[i].seconds_left);
	}
	if (!status) {
		status = lab_wait_seconds(lab, seconds + MARGIN_SECONDS);
	}
	if (!status) {
		status = read_all(switches, test);
	}
	return status ? status
		      : judge_all(switches, test, "end of the test mode by itself", judge_end);
}

enum status switches_test_mode(struct switches *switches)
{
	struct test_mode test = {.is_done = {false}};
	enum status status = with_energy(switches, &test);

	if (!status) {
		status = back_by_press(switches, &test);
	}
	return status ? status : end_by_itself(switches, &test);
}
