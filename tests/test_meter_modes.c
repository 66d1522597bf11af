/* dut_firmware: normal, test and shop mode by procedure 6; what each registers and how it ends */
#include "tests/support/whole_meter.h"

#define TEST_REGISTERS (2048 + 4)
#define MILLIWATT_HOURS_A_SECOND 3000.0 /* 120 V x 30 A x 3 elements / 3.6 */
#define WINDOW_MWH 201.0		/* 256 frames of it, and one count */

static unsigned int mode_of(struct whole *whole)
{
	CU_ASSERT_EQUAL(whole_table(whole, 3), OK);
	return (unsigned int)whole_number(whole, 0, 1);
}

static uint64_t register_of(struct whole *whole, unsigned int table, unsigned int offset)
{
	CU_ASSERT_EQUAL(whole_table(whole, table), OK);
	return whole_number(whole, offset, 6);
}

static void test_mode_counts_in_registers_of_its_own(void)
{
	struct whole *whole = whole_new();
	struct wire *wire = whole_session(whole, "OPERATE");

	CU_ASSERT_EQUAL(mode_of(whole), 1);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 2), 0);

	uint64_t started = wire->frame;

	CU_ASSERT_EQUAL(mode_of(whole), 2);

	uint64_t frozen = register_of(whole, 23, 1);

	for (int second = 0; second < 20; second += 5) {
		wire_wait(wire, 5 * WHOLE_SECOND);
		CU_ASSERT_EQUAL(register_of(whole, 23, 1), frozen);
	}
	double seconds = (double)(wire->frame - started) / METER_FRAMES_PER_SECOND;
	double tested = (double)register_of(whole, TEST_REGISTERS, 0);

	/* The reading of both tables and of ST8 lies between the two instants: below 0.3 s. */
	CU_ASSERT(fabs(tested - seconds * MILLIWATT_HOURS_A_SECOND) <
		  0.3 * MILLIWATT_HOURS_A_SECOND + WINDOW_MWH);
	CU_ASSERT_EQUAL(register_of(whole, TEST_REGISTERS, 6), 0);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 1), 0);
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	tested = (double)register_of(whole, TEST_REGISTERS, 0);
	wire_wait(wire, 4 * WHOLE_SECOND);
	CU_ASSERT_EQUAL((double)register_of(whole, TEST_REGISTERS, 0), tested);
	CU_ASSERT(register_of(whole, 23, 1) > frozen + 4 * 2900);
	whole_free(whole);
}

/* The whole energy is in one of both sets of registers, to a segment of the change. */
static void no_energy_is_lost_at_a_change_of_mode(void)
{
	struct whole *whole = whole_new();

	whole_seconds(whole, 5);

	struct wire *wire = whole_session(whole, "OPERATE");
	uint64_t frame = wire->frame;
	uint64_t billed = register_of(whole, 23, 1);
	double tested = 0;

	for (int change = 0; change < 20; change++) {
		CU_ASSERT_EQUAL(whole_procedure(whole, 6, 2), 0);
		CU_ASSERT_EQUAL(whole_procedure(whole, 6, 1), 0);
		tested += (double)register_of(whole, TEST_REGISTERS, 0);
	}
	double seconds = (double)(wire->frame - frame) / METER_FRAMES_PER_SECOND;
	double total = (double)(register_of(whole, 23, 1) - billed) + tested;

	/* Test registers drop their last, incomplete window: below 67 ms each, 20 times. */
	CU_ASSERT(total <= seconds * MILLIWATT_HOURS_A_SECOND + 2 * WINDOW_MWH +
				   0.3 * MILLIWATT_HOURS_A_SECOND);
	CU_ASSERT(total >= seconds * MILLIWATT_HOURS_A_SECOND - 22 * WINDOW_MWH);
	whole_free(whole);
}

static void test_mode_ends_by_itself_after_half_an_hour(void)
{
	struct whole *whole = whole_new();
	struct wire *wire = whole_session(whole, "OPERATE");

	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 2), 0);

	uint64_t frame = wire->frame;

	whole_end_session(whole);
	wire_wait(wire, 1797 * WHOLE_SECOND - (wire->frame - frame));
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(mode_of(whole), 2);
	CU_ASSERT(register_of(whole, TEST_REGISTERS, 0) > 0);
	CU_ASSERT(whole_number(whole, 12, 2) <= 3); /* seconds left */
	whole_end_session(whole);
	wire_wait(wire, 4 * WHOLE_SECOND);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	whole_free(whole);
}

static void modes_that_the_meter_has_not_are_invalid_parameters(void)
{
	struct whole *whole = whole_new();

	whole_session(whole, "FACTORY");
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 0), 2);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 3), 2);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 8), 2);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, -1), 2);
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 4), 0);
	CU_ASSERT_EQUAL(mode_of(whole), 4);
	CU_ASSERT_EQUAL(whole_procedure(whole, 1, -1), 0); /* warm start */
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	whole_free(whole);
}

static void a_meter_powers_up_in_normal_mode(void)
{
	struct whole *whole = whole_new();

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 2), 0);
	whole_power_up(whole);
	whole_session(whole, NULL);
	CU_ASSERT_EQUAL(mode_of(whole), 1);
	whole_free(whole);
}

static void test_pulses_flow_in_test_mode(void)
{
	struct whole *whole = whole_new();

	whole_session(whole, "OPERATE");
	CU_ASSERT_EQUAL(whole_procedure(whole, 6, 2), 0);
	whole_end_session(whole);

	unsigned int pulses = whole->pulses;

	whole_seconds(whole, 60); /* 10.8 kW: 180 Wh, 1.8 Wh a pulse */
	CU_ASSERT(whole->pulses - pulses >= 99 && whole->pulses - pulses <= 101);
	whole_free(whole);
}

const char *const suite_name = "meter_modes";
const struct suite_case suite_cases[] = {
	CASE(test_mode_counts_in_registers_of_its_own),
	CASE(no_energy_is_lost_at_a_change_of_mode),
	CASE(test_mode_ends_by_itself_after_half_an_hour),
	CASE(modes_that_the_meter_has_not_are_invalid_parameters),
	CASE(a_meter_powers_up_in_normal_mode),
	CASE(test_pulses_flow_in_test_mode),
	CASES_END,
};
