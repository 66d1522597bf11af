/* Adjustment constants: what they correct, and that they survive a power cut at any storage
 * operation. */
#include "storage/crc32.h"
#include "metrology/adjustment.h"
#include "metrology/integer_arithmetic.h"
#include "tests/support/metered_load.h"
#include "tests/support/suite.h"

#define LIMIT_PERCENT 0.003

/* Element errors of the sensors: power gain and extra lag of the current, in degrees at 60 Hz. */
struct sensor {
	double gain;
	double extra_degrees;
};

static struct table_load through_sensors(const struct table_load *load,
					 const struct sensor sensors[3])
{
	struct table_load sensed = *load;

	for (int phase = 0; phase < 3; phase++) {
		sensed.amperes[phase] *= sensors[phase].gain;
		sensed.amperes_lag[phase] += sensors[phase].extra_degrees;
	}
	return sensed;
}

static struct adjustment correcting(const struct sensor sensors[3])
{
	struct adjustment wanted = {.change_count = 0};

	for (int phase = 0; phase < 3; phase++) {
		wanted.gain_ppb[phase] = (int32_t)lrint(1e9 * (1 / sensors[phase].gain - 1));
		wanted.delay_ns[phase] =
			(int32_t)lrint(1e9 * sensors[phase].extra_degrees / 360 / 60);
	}
	return wanted;
}

static void constants_correct_gain_and_phase_of_every_element(void)
{
	static const struct sensor sets[3][3] = {
		{{1.004, 0.2}, {1.004, 0.2}, {1.004, 0.2}},
		{{0.985, -0.4}, {1.002, 0.05}, {1.03, 1.2}},
		{{1, 1.29}, {1, -1.29}, {1, 1.29}},
	};
	static const double lags[] = {0, 60, -60};

	for (int set = 0; set < 3; set++) {
		struct table *table = table_new(200);
		struct adjustment wanted = correcting(sets[set]);

		CU_ASSERT(adjustment_change(table->meter, &wanted));
		for (int point = 0; point < 3; point++) {
			struct table_load load = table_balanced(120, 30, lags[point], 60);
			struct table_load sensed = through_sensors(&load, sets[set]);

			CU_ASSERT(fabs(table_error_percent(table, &sensed, table_watts(&load),
							   10)) < LIMIT_PERCENT);
		}
		table_free(table);
	}
}

static void each_element_alone_is_corrected(void)
{
	static const struct sensor sensors[3] = {{1.004, 0.2}, {0.99, -0.3}, {1.01, 0.5}};

	for (int phase = 0; phase < 3; phase++) {
		struct table *table = table_new(200);
		struct adjustment wanted = correcting(sensors);
		struct table_load load = {
			.hertz = 60, .volts = {120, 120, 120}, .volts_lag = {0, 120, 240}};

		load.amperes[phase] = 100;
		load.amperes_lag[phase] = load.volts_lag[phase] + 60;
		struct table_load sensed = through_sensors(&load, sensors);

		CU_ASSERT(adjustment_change(table->meter, &wanted));
		/* Gate of 120 s: the ripple of one element at PF 0.5 is then below 0.0005 %. */
		CU_ASSERT(fabs(table_error_percent(table, &sensed, table_watts(&load), 120)) <
			  LIMIT_PERCENT);
		table_free(table);
	}
}

/* A delay alone, seen through power: P changes by cos(phi - delay) / cos(phi), to 5 ppm at 60 Hz.
 */
static void a_delay_turns_the_phase_and_keeps_the_gain_within_5_ppm(void)
{
	static const int32_t delays[] = {-60000, -9259, -100, 1, 9259, 31000, 60000};

	for (int point = 0; point < 7; point++) {
		int64_t all_pass_q31 = adjustment_all_pass_q31(delays[point]);
		double c = (double)all_pass_q31 / 2147483648.0;
		double angle = 2 * TABLE_PI * 60 / METER_FRAMES_PER_SECOND;
		/* (c + z^-1) / (1 + c z^-1) lags by the angle of one frame and the delay. */
		double lag = atan2(sin(angle), c + cos(angle)) -
			     atan2(c * sin(angle), 1 + c * cos(angle));
		double expected = angle + 2 * TABLE_PI * 60 * delays[point] * 1e-9;

		CU_ASSERT_DOUBLE_EQUAL(lag, expected, 2e-8);
	}
}

static void a_delay_found_at_60_hz_still_holds_at_45_and_65(void)
{
	static const double hertz[] = {45, 65};

	for (int point = 0; point < 2; point++) {
		/* A true delay of 60 us is 1.296 degrees at 60 Hz and in proportion beside it. */
		double extra = 0.06e-3 * hertz[point] * 360;
		struct table_load load = table_balanced(120, 30, 60, hertz[point]);
		struct table_load sensed = load;
		struct table *table = table_new(200);
		struct adjustment wanted = {.delay_ns = {60000, 60000, 60000}};

		for (int phase = 0; phase < 3; phase++) {
			sensed.amperes_lag[phase] += extra;
		}
		CU_ASSERT(adjustment_change(table->meter, &wanted));
		CU_ASSERT(fabs(table_error_percent(table, &sensed, table_watts(&load), 10)) <
			  LIMIT_PERCENT);
		table_free(table);
	}
}

static void blank_storage_means_no_correction(void)
{
	struct table *table = table_new(200);
	const struct adjustment *used = adjustment_of(table->meter);

	for (int element = 0; element < 3; element++) {
		CU_ASSERT_EQUAL(used->gain_ppb[element], 0);
		CU_ASSERT_EQUAL(used->delay_ns[element], 0);
	}
	CU_ASSERT_EQUAL(used->change_count, 0);
	CU_ASSERT_EQUAL(meter_status_bits(table->meter) & 1u << 5, 0);
	table_free(table);
}

static void constants_outside_their_range_change_nothing(void)
{
	struct table *table = table_new(200);
	const struct adjustment wrong[] = {
		{.gain_ppb = {0, 50000001, 0}},
		{.gain_ppb = {0, 0, -50000001}},
		{.delay_ns = {60001, 0, 0}},
		{.delay_ns = {0, INT32_MIN, 0}},
	};
	const struct adjustment edge = {.gain_ppb = {-50000000, 50000000, 0},
					.delay_ns = {60000, -60000, 0}};

	for (int row = 0; row < 4; row++) {
		CU_ASSERT_FALSE(adjustment_change(table->meter, &wrong[row]));
	}
	CU_ASSERT_EQUAL(adjustment_of(table->meter)->change_count, 0);
	CU_ASSERT_EQUAL(table->flash.operations, 0);
	CU_ASSERT(adjustment_change(table->meter, &edge));
	table_free(table);
}

static void constants_and_their_count_survive_power_up(void)
{
	struct table *table = table_new(200);
	struct adjustment wanted = {.gain_ppb = {-4000000, 123, -456},
				    .delay_ns = {9259, -1, 60000},
				    .change_count = 999};

	for (int change = 1; change <= 5; change++) {
		wanted.gain_ppb[0]++;
		CU_ASSERT(adjustment_change(table->meter, &wanted));
		table_power_up(table);
		const struct adjustment *used = adjustment_of(table->meter);

		CU_ASSERT(!memcmp(used->gain_ppb, wanted.gain_ppb, sizeof(wanted.gain_ppb)));
		CU_ASSERT(!memcmp(used->delay_ns, wanted.delay_ns, sizeof(wanted.delay_ns)));
		CU_ASSERT_EQUAL(used->change_count, change);
	}
	CU_ASSERT_EQUAL(table->flash.programs_of_unerased, 0);
	table_free(table);
}

/* Every operation of every change is cut, with five kinds of partial effect; then the meter must be
 * usable again. */
static void a_power_cut_at_any_operation_leaves_the_old_or_the_new(void)
{
	for (int cut = 1; cut <= 12; cut++) {
		for (int part = 0; part < 5; part++) {
			struct table *table = table_new(200);
			struct adjustment wanted = {.gain_ppb = {0, 0, 0}};
			int completed = 0;

			table->flash.cut_at = cut;
			table->flash.cut_part = part;
			while (completed < 6) {
				wanted.gain_ppb[0] = completed + 1;
				if (!adjustment_change(table->meter, &wanted)) {
					break;
				}
				completed++;
			}
			CU_ASSERT(table->flash.is_dead);
			CU_ASSERT_EQUAL(adjustment_of(table->meter)->gain_ppb[0], completed);
			table->flash.is_dead = false;
			table->flash.cut_at = 0;
			table_power_up(table);
			int32_t found = adjustment_of(table->meter)->gain_ppb[0];

			CU_ASSERT(found == completed || found == completed + 1);
			CU_ASSERT_EQUAL(adjustment_of(table->meter)->change_count, found);
			CU_ASSERT_EQUAL(meter_status_bits(table->meter) & 1u << 5, 0);
			wanted.gain_ppb[0] = 77;
			CU_ASSERT(adjustment_change(table->meter, &wanted));
			table_power_up(table);
			CU_ASSERT_EQUAL(adjustment_of(table->meter)->gain_ppb[0], 77);
			CU_ASSERT_EQUAL(table->flash.programs_of_unerased, 0);
			table_free(table);
		}
	}
}

static void two_damaged_slots_are_reported_and_not_used(void)
{
	struct table *table = table_new(200);
	struct adjustment wanted = {.gain_ppb = {5, 5, 5}};

	CU_ASSERT(adjustment_change(table->meter, &wanted));
	CU_ASSERT(adjustment_change(table->meter, &wanted));
	table->flash.bytes[8] ^= 1;
	table->flash.bytes[TABLE_SECTOR_BYTES + 8] ^= 1;
	table_power_up(table);
	CU_ASSERT_EQUAL(adjustment_of(table->meter)->gain_ppb[0], 0);
	CU_ASSERT(meter_status_bits(table->meter) & 1u << 5);
	table_free(table);
}

static void the_crc_is_that_of_ieee_802_3(void)
{
	CU_ASSERT_EQUAL(crc32_of((const uint8_t *)"123456789", 9), 0xCBF43926u);
}

static void the_integer_arithmetic_is_exact(void)
{
	CU_ASSERT_EQUAL(integer_square_root(0), 0);
	CU_ASSERT_EQUAL(integer_square_root(UINT64_MAX), UINT32_MAX);
	for (uint64_t root = 1; root < UINT32_MAX; root = root * 3 + 1) {
		CU_ASSERT_EQUAL(integer_square_root(root * root), root);
		CU_ASSERT_EQUAL(integer_square_root(root * root - 1), root - 1);
	}
	CU_ASSERT_EQUAL(floor_shift(-1, 14), -1);
	CU_ASSERT_EQUAL(floor_shift(-16384, 14), -1);
	CU_ASSERT_EQUAL(floor_shift(-16385, 14), -2);
	CU_ASSERT_EQUAL(floor_shift(16383, 14), 0);
	CU_ASSERT_EQUAL(floor_shift(-(INT64_C(1) << 62), 31), INT32_MIN);
}

const char *const suite_name = "meter_adjustment";
const struct suite_case suite_cases[] = {
	CASE(constants_correct_gain_and_phase_of_every_element),
	CASE(each_element_alone_is_corrected),
	CASE(a_delay_turns_the_phase_and_keeps_the_gain_within_5_ppm),
	CASE(a_delay_found_at_60_hz_still_holds_at_45_and_65),
	CASE(blank_storage_means_no_correction),
	CASE(constants_outside_their_range_change_nothing),
	CASE(constants_and_their_count_survive_power_up),
	CASE(a_power_cut_at_any_operation_leaves_the_old_or_the_new),
	CASE(two_damaged_slots_are_reported_and_not_used),
	CASE(the_crc_is_that_of_ieee_802_3),
	CASE(the_integer_arithmetic_is_exact),
	CASES_END,
};
