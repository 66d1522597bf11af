/* The energy ledger against sums written out by hand: 3x120 V 25 A, PF 1 is 9000 W. */
#include <math.h>

#include "procedures/verbs/ledger.h"
#include "tests/support/fake_lab.h"
#include "tests/support/suite.h"

#define COUNT_WATT_HOURS 0.001

static struct fake_lab fake;
static struct energy_ledger ledger;
static const struct lab_limits ceiling = {500, 240, 45, 65};
static struct three_phase forward, backward, volts_only;

static struct three_phase load(double amperes, double lag)
{
	struct three_phase phasors = {.hertz = 60};

	for (int phase = 0; phase < 3; phase++) {
		phasors.volts[phase] = (struct phasor){120, 120.0 * phase};
		phasors.amperes[phase] = (struct phasor){amperes, 120.0 * phase + lag};
	}
	return phasors;
}

static void begin(void)
{
	static const struct certified_error exact = {.volts = 120};

	forward = load(25, 0);
	backward = load(25, 180);
	volts_only = load(0, 0);
	ledger = (struct energy_ledger){.load_count = 0};
	fake_lab_init(&fake);
	fake.resolution_watt_hours = 0.0006;
	ledger_keep(&fake.lab, &ledger);
	ledger_note_load(&ledger, &forward, &exact);
	ledger_note_load(&ledger, &backward, &exact);
}

/* The fake standard counts doses by itself and steady loads here. */
static void apply(const struct three_phase *phasors, double seconds)
{
	CU_ASSERT_EQUAL_FATAL(lab_apply(&fake.lab, phasors, &ceiling), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(lab_wait_seconds(&fake.lab, seconds), STATUS_OK);
	fake.register_watt_hours += three_phase_watts(phasors) * seconds / 3600;
}

static void off(void)
{
	CU_ASSERT_EQUAL_FATAL(lab_off(&fake.lab), STATUS_OK);
}

static void registers(double delivered, double received)
{
	struct meter_registers shown = {.delivered = llround(delivered / COUNT_WATT_HOURS),
					.received = llround(received / COUNT_WATT_HOURS),
					.watt_hours_per_count = COUNT_WATT_HOURS};

	shown.net = shown.delivered - shown.received;
	ledger_note_registers(&ledger, 0, &shown);
}

static struct ledger_line line(enum ledger_quantity quantity)
{
	struct ledger_line one;

	ledger_line(&ledger, 0, quantity, &one);
	return one;
}

/* 9000 Wh with +0.1 % are 9009 Wh; u^2 = (9000 x 2e-5)^2 + count^2/6 + reading^2/6. */
static void a_meter_closes_with_the_error_that_was_measured(void)
{
	begin();
	apply(&volts_only, 10);
	registers(100, 7);
	apply(&forward, 3600);
	ledger_note_error(&ledger, 0, &forward, 0.1, 0.002);
	off();
	registers(9109, 7);
	struct ledger_line delivered = line(LEDGER_DELIVERED);
	CU_ASSERT_DOUBLE_EQUAL(delivered.reference, 9000, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(delivered.expected, 9009, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(delivered.residual, 0, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(delivered.expanded_uncertainty,
			       2 * sqrt(0.18 * 0.18 + (1e-6 + 0.36e-6) / 6), 1e-9);
	CU_ASSERT_EQUAL(delivered.unknown_share, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_RECEIVED).residual, 0, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_NET).residual, 0, 1e-6);
	CU_ASSERT_FALSE(ledger.account.is_broken);
}

/* A test double: every switching off costs its register 2.5 Wh. */
static void energy_lost_in_a_reset_shows(void)
{
	double kept = 0;

	begin();
	registers(kept, 0);
	for (int i = 0; i < 2; i++) {
		apply(&forward, 1800);
		ledger_note_error(&ledger, 0, &forward, 0, 0.002);
		kept += 4500;
		off();
		kept -= 2.5;
	}
	registers(kept, 0);
	struct ledger_line delivered = line(LEDGER_DELIVERED);
	CU_ASSERT_DOUBLE_EQUAL(delivered.residual, -5, 1e-6);
	CU_ASSERT(fabs(delivered.residual) > 2 * delivered.expanded_uncertainty);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_NET).residual, -5, 1e-6);
}

/* The standard reads 0.05 % high, its certificate says so: 9000 Wh are 9000 Wh. */
static void the_certificate_corrects_the_standard(void)
{
	static const struct certified_error high = {.volts = 120, .error_percent = 0.05};

	begin();
	fake.standard_error_percent = 0.05;
	ledger_note_load(&ledger, &forward, &high);
	registers(0, 0);
	apply(&forward, 3600);
	off();
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).reference, 9000, 1e-6);
}

/* What flowed before the first reading of the registers is not in the ledger. */
static void it_begins_with_the_first_reading(void)
{
	begin();
	apply(&forward, 100);
	apply(&volts_only, 10);
	registers(0, 0);
	apply(&forward, 3600);
	off();
	registers(9000, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).reference, 9000, 1e-6);
}

/* Loads one after the other without a pause: no gap, each with its own error. */
static void nothing_is_lost_between_two_loads(void)
{
	struct three_phase small = load(5, 0);

	begin();
	registers(0, 0);
	apply(&forward, 3600);
	ledger_note_error(&ledger, 0, &forward, 0.1, 0.002);
	apply(&small, 3600);
	ledger_note_error(&ledger, 0, &small, -0.2, 0.002);
	off();
	registers(9009 + 1800 * 0.998, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).reference, 10800, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).residual, 0, 1e-3);
}

/* A dose has the standard's register for itself, and its energy is in the ledger. */
static void a_dose_is_in_the_ledger(void)
{
	double watt_hours = 0;
	double resolution = 0;

	begin();
	registers(0, 0);
	apply(&forward, 3600);
	CU_ASSERT_EQUAL_FATAL(lab_prepare_dose(&fake.lab, &backward, &ceiling), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(lab_energy_start(&fake.lab), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(fake.lab.energy_dose->energy_dose->start(fake.lab.energy_dose, 2250),
			      STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(lab_wait_seconds(&fake.lab, 1000), STATUS_OK);
	bool is_done = false;
	fake.lab.energy_dose->energy_dose->poll(fake.lab.energy_dose, &is_done, &watt_hours);
	CU_ASSERT_TRUE(is_done);
	CU_ASSERT_EQUAL_FATAL(lab_energy_stop(&fake.lab, &watt_hours, &resolution), STATUS_OK);
	off();
	registers(9000, 2250);
	CU_ASSERT_DOUBLE_EQUAL(watt_hours, -2250, 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).residual, 0, 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_RECEIVED).residual, 0, 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_NET).reference, 6750, 1e-3);
}

/* Straight from one direction to the other: 9000 W x 1 s = 2.5 Wh may stand on the wrong side, but
 * not in net. */
static void a_reversal_is_uncertain_in_each_direction_only(void)
{
	begin();
	registers(0, 0);
	apply(&forward, 3600);
	apply(&backward, 3600);
	off();
	ledger_note_error(&ledger, 0, &forward, 0, 0);
	ledger_note_error(&ledger, 0, &backward, 0, 0);
	registers(9000, 9000);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).expanded_uncertainty, 2 * 2.5 / sqrt(3),
			       1e-4);
	CU_ASSERT(line(LEDGER_NET).expanded_uncertainty < 0.01);
}

/* Where nothing was measured, a meter may be anywhere within 0.5 %: 2 x 9000 Wh x 0.005/sqrt(3). */
static void an_unmeasured_load_is_uncertain(void)
{
	begin();
	registers(0, 0);
	apply(&forward, 3600);
	off();
	registers(9000, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).expanded_uncertainty,
			       2 * 9000 * 0.005 / sqrt(3), 1e-3);
	CU_ASSERT_EQUAL(line(LEDGER_DELIVERED).unknown_share, 1);
}

/* Half an hour in test mode: 4500 Wh are in the meter's register of that mode and in no other. */
static void what_the_test_mode_keeps_apart_is_not_lost(void)
{
	begin();
	registers(0, 0);
	apply(&forward, 1800);
	ledger_note_error(&ledger, 0, &forward, 0, 0.002);
	off();
	apply(&forward, 1800);
	off();
	registers(4500, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).residual, -4500, 1e-6);
	ledger_note_set_aside(&ledger, 0, 4500, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).residual, 0, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_NET).residual, 0, 1e-6);
	ledger_note_set_aside(&ledger, 0, 0, 3);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_RECEIVED).residual, 3, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_NET).residual, -3, 1e-6);
	ledger_restart(&ledger);
	registers(0, 0);
	CU_ASSERT_DOUBLE_EQUAL(line(LEDGER_DELIVERED).expected, 0, 1e-9);
}

const char *const suite_name = "ledger";
const struct suite_case suite_cases[] = {
	CASE(a_meter_closes_with_the_error_that_was_measured),
	CASE(energy_lost_in_a_reset_shows),
	CASE(the_certificate_corrects_the_standard),
	CASE(it_begins_with_the_first_reading),
	CASE(nothing_is_lost_between_two_loads),
	CASE(a_dose_is_in_the_ledger),
	CASE(a_reversal_is_uncertain_in_each_direction_only),
	CASE(an_unmeasured_load_is_uncertain),
	CASE(what_the_test_mode_keeps_apart_is_not_lost),
	CASES_END,
};
