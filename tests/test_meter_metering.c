/* The meter's accuracy against closed forms, its directions and what it shows. */
#include "tests/support/metered_load.h"
#include "tests/support/suite.h"

#define LIMIT_PERCENT 0.003
#define LIMIT_PERCENT_PF_0_25 0.005

static void ideal_sensors_leave_less_than_0_003_percent(void)
{
	static const double hertz[] = {45, 50, 58.8, 60, 65};
	static const double lags[] = {0, 60, -60, 75.52248781407008, -75.52248781407008};
	static const double per_unit[] = {0.001, 0.01, 0.15, 1, 1.2};
	static const uint16_t classes[] = {200, 20};

	for (int class = 0; class < 2; class ++) {
		for (int point = 0; point < 125; point++) {
			double amperes = per_unit[point / 25] * classes[class];
			struct table_load load =
				table_balanced(120, amperes, lags[point % 5], hertz[point / 5 % 5]);
			bool is_long = per_unit[point / 25] < 0.01 && fabs(lags[point % 5]) > 60;

			if (is_long && load.hertz != 60) {
				continue; /* a pulse takes six minutes */
			}
			struct table *table = table_new(classes[class]);
			double error = table_error_percent(table, &load, table_watts(&load), 5);

			double limit =
				fabs(lags[point % 5]) > 60 ? LIMIT_PERCENT_PF_0_25 : LIMIT_PERCENT;

			CU_ASSERT(fabs(error) <= limit);
			if (fabs(error) > limit) {
				printf("%g A %g Hz lag %g: %+.5f %%\n", amperes, load.hertz,
				       lags[point % 5], error);
			}
			table_free(table);
		}
	}
}

static void every_voltage_of_the_rating_is_metered_alike(void)
{
	static const double volts[] = {69.3, 120, 240, 277};

	for (int point = 0; point < 4; point++) {
		struct table_load load = table_balanced(volts[point], 30, 60, 60);
		struct table *table = table_new(200);

		CU_ASSERT(fabs(table_error_percent(table, &load, table_watts(&load), 5)) <=
			  LIMIT_PERCENT);
		table_free(table);
	}
}

/* 1 + e = g cos(phi + d) / cos phi for equal elements. */
static void errors_of_the_sensors_show_as_the_closed_form_says(void)
{
	static const double lags[] = {0, 60, -36.86989764584402, 75.52248781407008};
	const double gain = 1.004;
	const double extra = 0.2;

	for (int point = 0; point < 4; point++) {
		struct table_load load = table_balanced(120, 30, lags[point], 60);
		double watts = table_watts(&load);
		double expected = 100 * (gain * cos((lags[point] + extra) * TABLE_PI / 180) /
						 cos(lags[point] * TABLE_PI / 180) -
					 1);
		struct table *table = table_new(200);

		for (int phase = 0; phase < 3; phase++) {
			load.amperes[phase] *= gain;
			load.amperes_lag[phase] += extra;
		}
		CU_ASSERT_DOUBLE_EQUAL(table_error_percent(table, &load, watts, 10), expected,
				       LIMIT_PERCENT);
		table_free(table);
	}
}

/* Only one of three elements is 1 % high: a third of it when balanced, all of it alone. */
static void each_element_counts_for_its_own_share(void)
{
	for (int high = 0; high < 3; high++) {
		struct table_load load = table_balanced(120, 30, 0, 60);
		double watts = table_watts(&load);
		struct table *table = table_new(200);

		load.amperes[high] *= 1.01;
		CU_ASSERT_DOUBLE_EQUAL(table_error_percent(table, &load, watts, 10), 1.0 / 3,
				       LIMIT_PERCENT);
		for (int phase = 0; phase < 3; phase++) {
			load.amperes[phase] = phase == high ? 30.3 : 0;
		}
		CU_ASSERT_DOUBLE_EQUAL(table_error_percent(table, &load, 3600, 60), 1.0,
				       LIMIT_PERCENT);
		table_free(table);
	}
}

static void offsets_of_both_converters_make_no_energy(void)
{
	struct table_load load = table_balanced(120, 0.2, 60, 60);
	struct table *table = table_new(200);

	load.volts_dc_counts = 20000;
	load.amperes_dc_counts = 200; /* 200 * 20000 counts are 11 W per element without removal */
	table_run(table, &load, 60);
	CU_ASSERT(fabs(table_error_percent(table, &load, table_watts(&load), 5)) <= LIMIT_PERCENT);
	table_free(table);
}

static double register_watt_hours(const struct table *table, int64_t counts)
{
	(void)table;
	return (double)counts * 1e-3;
}

/* Deciding per sample would register 81.3 % too much at PF 0.25, and as much less received. */
static void one_element_at_pf_0_25_is_delivered_only(void)
{
	static const double hertz[] = {60, 59.7, 45, 65};

	for (int point = 0; point < 4; point++) {
		struct table_load load = {.hertz = hertz[point]};
		struct table *table = table_new(200);
		struct quantities shown;

		load.volts[1] = 240;
		load.amperes[1] = 200;
		load.amperes_lag[1] = 75.52248781407008;
		table_run(table, &load, 64);
		quantities_read(table->meter, &shown);
		CU_ASSERT_EQUAL(shown.received_counts, 0);
		CU_ASSERT_DOUBLE_EQUAL(register_watt_hours(table, shown.delivered_counts),
				       12000 * 64 / 3600.0, 0.25);
		table_free(table);
	}
}

static void element_of_opposite_sign_is_netted_before_direction(void)
{
	struct table_load load = table_balanced(120, 100, 0, 60);
	struct table *table = table_new(200);
	struct quantities shown;

	load.amperes_lag[2] += 180;
	table_run(table, &load, 64);
	quantities_read(table->meter, &shown);
	CU_ASSERT_EQUAL(shown.received_counts, 0);
	CU_ASSERT_DOUBLE_EQUAL(register_watt_hours(table, shown.delivered_counts),
			       12000 * 64 / 3600.0, 0.2);
	table_free(table);
}

static void both_directions_register_and_net_is_their_difference(void)
{
	struct table_load load = table_balanced(120, 200, 0, 60);
	struct table_load reverse = table_balanced(120, 50, 180, 60);
	struct table_load idle = table_balanced(120, 0, 0, 60);
	struct table *table = table_new(200);
	struct quantities shown;

	for (int turn = 0; turn < 5; turn++) {
		table_run(table, &load, 8);
		table_run(table, &reverse, 16);
	}
	table_run(table, &idle, 1);
	quantities_read(table->meter, &shown);
	/* A window that holds a change of direction goes to one side: 5 x 2 changes of at most 72
	 * kW in 1/15 s. */
	CU_ASSERT_DOUBLE_EQUAL(register_watt_hours(table, shown.delivered_counts),
			       72000 * 40 / 3600.0, 10.0);
	CU_ASSERT_DOUBLE_EQUAL(register_watt_hours(table, shown.received_counts),
			       18000 * 80 / 3600.0, 10.0);
	CU_ASSERT_DOUBLE_EQUAL(register_watt_hours(table, shown.net_counts), 400.0, 0.25);
	CU_ASSERT_EQUAL(shown.net_counts, shown.delivered_counts - shown.received_counts);
	table_free(table);
}

/* 180 W for an hour is 180 Wh; losing the residue of each window would lose all of it. */
static void small_windows_add_up_to_whole_counts(void)
{
	struct table_load load = table_balanced(120, 0.5, 0, 60);
	struct table_load off = table_balanced(120, 0, 0, 60);
	struct table *table = table_new(200);
	struct quantities shown;

	table_run(table, &load, 600);
	table_run(table, &off, 1);
	quantities_read(table->meter, &shown);
	CU_ASSERT(llabs(shown.delivered_counts - 30000) <= 30);
	CU_ASSERT_EQUAL(shown.received_counts, 0);
	table_free(table);
}

/* 0.72 W is the starting power of class 200; 0.05 A on one element is 6 W. */
static void power_below_starting_is_not_registered_and_above_it_is(void)
{
	struct table_load creep = table_balanced(120, 0.0018, 0, 60);
	struct table_load start = {.hertz = 60, .volts = {120, 0, 0}, .amperes = {0.05, 0, 0}};
	struct table *table = table_new(200);
	struct sample_frame frames[64];
	struct quantities shown;

	table_fill(table, &creep, frames, 64);
	for (int second = 0; second < 3600 * 60; second++) {
		table_feed(table, frames, 64);
	}
	quantities_read(table->meter, &shown);
	CU_ASSERT_EQUAL(shown.delivered_counts, 0);
	CU_ASSERT_EQUAL(table->pulse_count, 0);
	table_run(table, &start, 1100);
	quantities_read(table->meter, &shown);
	CU_ASSERT_DOUBLE_EQUAL((double)shown.delivered_counts, 1833.3, 2);
	CU_ASSERT_EQUAL(table->pulse_count, 1);
	table_free(table);
}

static void readings_are_rms_watts_and_frequency(void)
{
	static const double hertz[] = {45, 58.8, 59.97, 60, 65};

	for (int point = 0; point < 5; point++) {
		struct table_load load = table_balanced(120, 30, 60, hertz[point]);
		struct table *table = table_new(200);
		struct quantities shown;

		load.volts[1] = 277;
		load.amperes[2] = 0.2;
		table_run(table, &load, 6.13);
		quantities_read(table->meter, &shown);
		CU_ASSERT_DOUBLE_EQUAL(shown.volts_mv[0], 120000, 24);
		CU_ASSERT_DOUBLE_EQUAL(shown.volts_mv[1], 277000, 55);
		CU_ASSERT_DOUBLE_EQUAL(shown.amperes_ua[0], 30e6, 6e3);
		CU_ASSERT_DOUBLE_EQUAL(shown.amperes_ua[2], 0.2e6, 60);
		CU_ASSERT_DOUBLE_EQUAL((double)shown.milliwatts, 1000 * table_watts(&load),
				       0.4 * table_watts(&load));
		CU_ASSERT_DOUBLE_EQUAL(shown.millihertz, 1000 * hertz[point], 2);
		table_free(table);
	}
}

/* 353 V and 353 A are the converters' ends, beyond which sines are cut. */
static void readings_are_right_up_to_the_ends_of_the_converters(void)
{
	struct table_load load = table_balanced(352, 352, 0, 60);
	struct table *table = table_new(200);
	struct quantities shown;

	table_run(table, &load, 3);
	quantities_read(table->meter, &shown);
	for (int element = 0; element < 3; element++) {
		CU_ASSERT_DOUBLE_EQUAL(shown.volts_mv[element], 352e3, 70);
		CU_ASSERT_DOUBLE_EQUAL(shown.amperes_ua[element], 352e6, 70e3);
	}
	CU_ASSERT_DOUBLE_EQUAL((double)shown.milliwatts, 3e3 * 352 * 352, 0.4 * 3 * 352 * 352);
	table_free(table);
}

/* What filters keep of a load that has gone fades below one count of the converter. */
static void no_reading_shows_amperes_when_none_flow(void)
{
	struct table_load off = table_balanced(120, 0, 0, 60);
	struct quantities shown;

	for (int amperes = 1; amperes < 50; amperes += 7) {
		struct table *table = table_new(200);
		struct table_load on = table_balanced(120, amperes, 0, 60);

		table_run(table, &on, 20);
		table_run(table, &off, 1);
		for (int reading = 0; reading < 300; reading++) {
			table_run(table, &off, 0.2);
			quantities_read(table->meter, &shown);
			for (int element = 0; element < 3; element++) {
				CU_ASSERT(shown.amperes_ua[element] < 100000);
			}
		}
		table_free(table);
	}
}

static void frequency_follows_the_first_live_voltage_and_is_0_without(void)
{
	struct table_load load = {.hertz = 50, .volts = {0, 0, 120}};
	struct table_load dead = {.hertz = 50};
	struct table *table = table_new(20);
	struct quantities shown;

	table_run(table, &load, 4);
	quantities_read(table->meter, &shown);
	CU_ASSERT_DOUBLE_EQUAL(shown.millihertz, 50000, 2);
	CU_ASSERT(meter_status_bits(table->meter) & 1u << 9);
	table_run(table, &dead, 1);
	quantities_read(table->meter, &shown);
	CU_ASSERT_EQUAL(shown.millihertz, 0);
	table_free(table);
}

static void a_form_or_class_that_the_device_has_not_is_refused(void)
{
	struct table *table = table_new(200);
	struct meter_hardware hardware = table->hardware;

	hardware.form = "2S";
	CU_ASSERT_PTR_NULL(meter_init(table->memory, &table->board, &hardware));
	hardware.form = "16S";
	hardware.class_amperes = 20;
	CU_ASSERT_PTR_NULL(meter_init(table->memory, &table->board, &hardware));
	table_free(table);
}

static void the_nameplate_is_that_of_the_form(void)
{
	struct table *cl200 = table_new(200);
	struct table *cl20 = table_new(20);
	const struct nameplate *nameplate = nameplate_of(cl200->meter);

	CU_ASSERT_STRING_EQUAL(nameplate->model, "AX      ");
	CU_ASSERT_STRING_EQUAL(nameplate->form, "16S  ");
	CU_ASSERT_STRING_EQUAL(nameplate->serial, "TABLE-1         ");
	CU_ASSERT_EQUAL(nameplate->kh_hundredths, 2160);
	CU_ASSERT_EQUAL(nameplate->test_amperes_hundredths, 3000);
	CU_ASSERT_EQUAL(nameplate_of(cl20->meter)->kt_hundredths, 15);
	table_free(cl200);
	table_free(cl20);
}

/* A normal deviate by twelve uniform ones of a 64-bit congruential generator. */
static double normal_deviate(uint64_t *state)
{
	double sum = -6;

	for (int i = 0; i < 12; i++) {
		*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		sum += (double)(*state >> 11) / 9007199254740992.0;
	}
	return sum;
}

/*
 * White noise on every input, 100 dB below 500 A (500 V) peak, at 1 % of the maximum current. Over
 * N frames the mean power of an element has the deviation sqrt((U s_i)^2 + (I s_u)^2) / sqrt(N),
 * and three elements add their squares. From one test pulse to the next it is 9 s.
 */
static void noise_of_100_db_repeats_within_0_002_percent(void)
{
	enum { INTERVALS = 40 };
	const double rms_counts = METER_FULL_SCALE_COUNTS / sqrt(2) * 1e-5;
	const double rms = METER_FULL_SCALE_VOLTS / sqrt(2) * 1e-5; /* volts, and amperes */
	struct table_load load = table_balanced(120, 2, 0, 60);
	double watts = table_watts(&load);
	double seconds = 3600 * 1.8 / watts;
	double expected = 100 * sqrt(3) * hypot(120 * rms, 2 * rms) /
			  sqrt(seconds * METER_FRAMES_PER_SECOND) / watts;
	struct table *table = table_new(200);
	struct sample_frame frames[TABLE_BLOCK];
	uint64_t state = 1;
	double sum = 0, squares = 0;

	while (table->pulse_count < INTERVALS + 2) {
		table_fill(table, &load, frames, TABLE_BLOCK);
		for (uint32_t i = 0; i < 3 * TABLE_BLOCK; i++) {
			struct sample_frame *frame = &frames[i / 3];

			frame->volts[i % 3] += (int32_t)lrint(rms_counts * normal_deviate(&state));
			frame->amperes[i % 3] +=
				(int32_t)lrint(rms_counts * normal_deviate(&state));
		}
		table_feed(table, frames, TABLE_BLOCK);
	}
	for (int i = 1; i <= INTERVALS; i++) {
		double measured =
			(table->pulses[i + 1] - table->pulses[i]) / METER_FRAMES_PER_SECOND;
		double error = 100 * (seconds / measured - 1);

		sum += error;
		squares += error * error;
	}
	double mean = sum / INTERVALS;
	double deviation = sqrt((squares - INTERVALS * mean * mean) / (INTERVALS - 1));

	printf("repeatability over %g s: %.5f %%, closed form %.5f %%\n", seconds, deviation,
	       expected);
	CU_ASSERT(deviation <= 0.002);
	CU_ASSERT(deviation >= 0.6 * expected && deviation <= 1.5 * expected);
	CU_ASSERT(fabs(mean) <= LIMIT_PERCENT);
	table_free(table);
}

const char *const suite_name = "meter_metering";
const struct suite_case suite_cases[] = {
	CASE(ideal_sensors_leave_less_than_0_003_percent),
	CASE(noise_of_100_db_repeats_within_0_002_percent),
	CASE(every_voltage_of_the_rating_is_metered_alike),
	CASE(errors_of_the_sensors_show_as_the_closed_form_says),
	CASE(each_element_counts_for_its_own_share),
	CASE(offsets_of_both_converters_make_no_energy),
	CASE(one_element_at_pf_0_25_is_delivered_only),
	CASE(element_of_opposite_sign_is_netted_before_direction),
	CASE(both_directions_register_and_net_is_their_difference),
	CASE(small_windows_add_up_to_whole_counts),
	CASE(power_below_starting_is_not_registered_and_above_it_is),
	CASE(readings_are_rms_watts_and_frequency),
	CASE(readings_are_right_up_to_the_ends_of_the_converters),
	CASE(no_reading_shows_amperes_when_none_flow),
	CASE(frequency_follows_the_first_live_voltage_and_is_0_without),
	CASE(a_form_or_class_that_the_device_has_not_is_refused),
	CASE(the_nameplate_is_that_of_the_form),
	CASES_END,
};
