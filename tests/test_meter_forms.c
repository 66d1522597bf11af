/*
 * Every form of the meter on every service it is for, at its outside: pulses and registers against
 * closed forms. Loads are those of the line; what a form does not connect is taken off its inputs.
 */
#include "tests/support/metered_load.h"
#include "tests/support/suite.h"

#define ROOT_3 1.7320508075688772
#define RADIANS (TABLE_PI / 180)

enum service { WYE, DELTA_4_WIRE, NETWORK, DELTA };
enum elements { TWO, TWO_AND_HALF, THREE };

struct connection {
	const char *form;
	uint16_t class_amperes;
	enum elements elements;
	enum service service;
};

static const struct connection connections[] = {
	{"12S", 200, TWO, NETWORK},	   {"25S", 200, TWO, NETWORK},
	{"12S", 200, TWO, DELTA},	   {"5S", 20, TWO, DELTA},
	{"45S", 20, TWO, DELTA},	   {"6S", 20, TWO_AND_HALF, WYE},
	{"36S", 20, TWO_AND_HALF, WYE},	   {"9S", 20, THREE, WYE},
	{"16S", 200, THREE, WYE},	   {"9S", 20, THREE, DELTA_4_WIRE},
	{"16S", 200, THREE, DELTA_4_WIRE},
};

#define CONNECTIONS (int)(sizeof(connections) / sizeof(connections[0]))

/* Rotation ABC: size and lag of the element voltages, lag of a balanced current behind its own at
 * unity power factor, and the balanced power over U I cos phi. */
static const struct {
	double volts[3], volts_lag[3], theta[3], factor;
} services[] = {
	[WYE] = {{1, 1, 1}, {0, 120, 240}, {0, 0, 0}, 3},
	[DELTA_4_WIRE] = {{1, 1, ROOT_3}, {0, 180, 270}, {30, -30, 0}, 2 * ROOT_3},
	[NETWORK] = {{1, 0, 1}, {0, 0, 240}, {0, 0, 0}, 2},
	[DELTA] = {{1, 0, 1}, {0, 0, 300}, {30, 0, -30}, ROOT_3},
};

/* `rotation`: 1 is ABC, -1 is CBA. */
static struct table_load potentials(enum service service, int rotation, double volts, double hertz)
{
	struct table_load load = {.hertz = hertz};

	for (int phase = 0; phase < 3; phase++) {
		load.volts[phase] = volts * services[service].volts[phase];
		load.volts_lag[phase] = rotation * services[service].volts_lag[phase];
	}
	return load;
}

static struct table_load balanced(enum service service, int rotation, double volts, double amperes,
				  double phi, double hertz)
{
	struct table_load load = potentials(service, rotation, volts, hertz);

	for (int phase = 0; phase < 3; phase++) {
		if (services[service].volts[phase] > 0) {
			load.amperes[phase] = amperes;
			load.amperes_lag[phase] = load.volts_lag[phase] + phi +
						  rotation * services[service].theta[phase];
		}
	}
	return load;
}

/* What reaches the meter's inputs: 2 1/2 elements have no potential B. */
static struct table_load connected(const struct connection *connection,
				   const struct table_load *load)
{
	struct table_load inputs = *load;

	if (connection->elements == TWO_AND_HALF) {
		inputs.volts[1] = 0;
	}
	return inputs;
}

/* 1536 frames hold whole cycles of every frequency used here, so they are made once and repeated.
 */
static void feed_steady(struct table *table, const struct table_load *inputs, double seconds)
{
	struct sample_frame frames[TABLE_BLOCK];
	int64_t frame = table->frame;

	table->frame = 0;
	table_fill(table, inputs, frames, TABLE_BLOCK);
	table->frame = frame;
	for (int64_t left = llrint(ceil(seconds / 0.4)); left > 0; left--) {
		table_feed(table, frames, TABLE_BLOCK);
	}
}

/* By pulses over a gate of at least `gate_seconds`, in per cent of `watts`. */
static double error_percent(const struct connection *connection, const struct table_load *load,
			    double watts, double gate_seconds)
{
	struct table *table = table_of_form(connection->form, connection->class_amperes);
	struct table_load inputs = connected(connection, load);
	double period = 36.0 * nameplate_of(table->meter)->kt_hundredths / fabs(watts);

	feed_steady(table, &inputs, 2);
	int from = table->pulse_count;

	feed_steady(table, &inputs, gate_seconds + 2.1 * period);
	double error = 100 * (table_pulse_watts(table, from) / fabs(watts) - 1);

	table_free(table);
	return error;
}

static void expect_error(const struct connection *connection, const struct table_load *load,
			 double watts, double gate_seconds, double percent, double allowed)
{
	double error = error_percent(connection, load, watts, gate_seconds);

	CU_ASSERT(fabs(error - percent) <= allowed);
	if (!(fabs(error - percent) <= allowed)) {
		printf("\n    %s, %g V %g A %g Hz, lag %g: %+.5f %%, expected %+.5f %%",
		       connection->form, load->volts[0], load->amperes[0], load->hertz,
		       load->amperes_lag[0], error, percent);
	}
}

static const struct connection *connection_of(const char *form)
{
	for (int i = 0; i < CONNECTIONS; i++) {
		if (!strcmp(connections[i].form, form)) {
			return &connections[i];
		}
	}
	return NULL;
}

static void balanced_loads_are_metered_on_every_form_service_and_rotation(void)
{
	static const double phis[] = {0, 60, -36.86989764584402, 180};

	for (int point = 0; point < CONNECTIONS * 8; point++) {
		const struct connection *connection = &connections[point / 8];
		int rotation = point % 2 ? -1 : 1;
		double phi = phis[point / 2 % 4];
		double amperes = 0.5 * connection->class_amperes;
		struct table_load load =
			balanced(connection->service, rotation, 120, amperes, phi, 60);
		double watts =
			services[connection->service].factor * 120 * amperes * cos(phi * RADIANS);

		CU_ASSERT_DOUBLE_EQUAL(table_watts(&load), watts, 1e-6 * fabs(watts));
		/* a network's two phases pulse: half of 1 / (2 pi 60 PF T) */
		expect_error(connection, &load, watts, 100, 0, 0.003);
	}
}

/* The arithmetic's own share: 0.005 % at unity and 0.01 % at 0.5 and 0.25 lagging, from 0.1 % to
 * 120 % of the class, 45 to 65 Hz, also with 10 % fifth harmonic in voltage and 40 % in current. */
static void ideal_sensors_leave_0_005_percent_and_0_01_at_low_power_factor(void)
{
	static const double hertz[] = {45, 60, 65};
	static const double per_unit[] = {0.001, 0.05, 1.2};
	static const double phis[] = {0, 60, 75.52248781407008};

	for (int point = 0; point < CONNECTIONS * 54; point++) {
		const struct connection *connection = &connections[point / 54];
		double phi = phis[point % 3];
		struct table_load load = balanced(
			connection->service, 1, connection->service == DELTA_4_WIRE ? 120 : 240,
			per_unit[point / 3 % 3] * connection->class_amperes, phi,
			hertz[point / 9 % 3]);

		load.volts_fifth = point / 27 % 2 ? 0.1 : 0;
		load.amperes_fifth = point / 27 % 2 ? 0.4 : 0;
		expect_error(connection, &load, table_watts(&load), 60, 0, phi > 0 ? 0.01 : 0.005);
	}
}

/* A load between two lines: its current leaves one and comes back in the other. */
static struct table_load between_lines(enum service service, int rotation, double volts,
				       double amperes, int from, int to, double phi)
{
	struct table_load load = potentials(service, rotation, volts, 60);
	double real = load.volts[from] * cos(load.volts_lag[from] * RADIANS) -
		      load.volts[to] * cos(load.volts_lag[to] * RADIANS);
	double lagging = load.volts[from] * sin(load.volts_lag[from] * RADIANS) -
			 load.volts[to] * sin(load.volts_lag[to] * RADIANS);

	load.amperes[from] = load.amperes[to] = amperes;
	load.amperes_lag[from] = atan2(lagging, real) / RADIANS + phi;
	load.amperes_lag[to] = load.amperes_lag[from] + 180;
	return load;
}

static void loads_between_two_lines_are_metered_at_their_line_voltage(void)
{
	static const struct {
		const char *form;
		enum service service;
		int from, to;
		double line_volts; /* over the element's */
	} cases[] = {
		{"12S", NETWORK, 0, 2, ROOT_3}, {"12S", DELTA, 0, 2, 1},
		{"5S", DELTA, 0, 2, 1},		{"6S", WYE, 0, 2, ROOT_3},
		{"6S", WYE, 0, 1, ROOT_3},	{"36S", WYE, 1, 2, ROOT_3},
		{"9S", WYE, 0, 1, ROOT_3},	{"16S", WYE, 1, 2, ROOT_3},
		{"16S", DELTA_4_WIRE, 0, 1, 2}, {"16S", DELTA_4_WIRE, 1, 2, 2},
	};
	static const double phis[] = {0, 60, -36.86989764584402};

	for (unsigned point = 0; point < 6 * sizeof(cases) / sizeof(cases[0]); point++) {
		const struct connection *connection = connection_of(cases[point / 6].form);
		double phi = phis[point / 2 % 3];
		double amperes = 0.3 * connection->class_amperes;
		struct table_load load =
			between_lines(cases[point / 6].service, point % 2 ? -1 : 1, 120, amperes,
				      cases[point / 6].from, cases[point / 6].to, phi);
		double watts = cases[point / 6].line_volts * 120 * amperes * cos(phi * RADIANS);

		/* one phase pulses: 1 / (2 pi 60 PF T) of 200 s is 0.0027 % at PF 0.5 */
		expect_error(connection, &load, watts, 200, 0, 0.003);
	}
}

static void each_current_alone_is_metered_at_its_own_voltage(void)
{
	for (int point = 0; point < CONNECTIONS * 6; point++) {
		const struct connection *connection = &connections[point / 6];
		int phase = point % 3;
		double phi = point / 3 % 2 ? 60 : 0;
		struct table_load load = potentials(connection->service, 1, 120, 60);

		if (load.volts[phase] > 0) {
			load.amperes[phase] = 0.3 * connection->class_amperes;
			load.amperes_lag[phase] = load.volts_lag[phase] + phi;
			expect_error(connection, &load, table_watts(&load), 200, 0, 0.003);
		}
	}
}

/* Only |Vb| differs from the others: (1 - r) / (2 + r) whatever the power factor. */
static void two_and_a_half_elements_err_by_what_the_voltages_do_not_cancel(void)
{
	static const double ratios[] = {0.98, 0.95, 0.9, 0, 1.02};
	static const double phis[] = {0, 60, -36.86989764584402};
	const struct connection *connection = connection_of("6S");

	for (int point = 0; point < 15; point++) {
		double r = ratios[point / 3];
		struct table_load load = balanced(WYE, 1, 120, 10, phis[point % 3], 60);

		load.volts[1] *= r;
		expect_error(connection, &load, table_watts(&load), 60, 100 * (1 - r) / (2 + r),
			     0.003);
	}
	struct table_load high = balanced(WYE, 1, 120, 10, 0, 60);

	high.volts[0] *= 1.02;
	expect_error(connection, &high, table_watts(&high), 60, 0.331, 0.0035);
}

static void two_and_a_half_elements_err_by_a_late_voltage_b_as_printed(void)
{
	static const struct {
		double phi, percent;
	} cases[] = {{0, 0.005}, {60, -0.993}, {-36.86989764584402, 0.443}};

	for (int point = 0; point < 3; point++) {
		struct table_load load = balanced(WYE, 1, 120, 10, cases[point].phi, 60);

		load.volts_lag[1] += 1;
		expect_error(connection_of("36S"), &load, table_watts(&load), 60,
			     cases[point].percent, 0.0035);
	}
}

static void only_current_b_at_low_voltage_b_reads_high_by_its_ratio(void)
{
	struct table_load load = potentials(WYE, 1, 120, 60);

	load.volts[1] *= 0.98;
	load.amperes[1] = 10;
	load.amperes_lag[1] = 120;
	expect_error(connection_of("6S"), &load, table_watts(&load), 200, 100 * 0.02 / 0.98, 0.003);
	load.amperes[0] = 10;
	load.amperes[1] = 0;
	expect_error(connection_of("6S"), &load, table_watts(&load), 200, 0, 0.003);
}

/* Voltages in parallel, currents in series, B reversed in 2 1/2 elements. */
static void in_series_and_parallel_the_elements_count_2_3_or_4_times(void)
{
	static const double factors[] = {[TWO] = 2, [TWO_AND_HALF] = 4, [THREE] = 3};

	for (int i = 0; i < CONNECTIONS; i++) {
		const struct connection *connection = &connections[i];
		double amperes = 0.25 * connection->class_amperes;
		struct table_load load = {.hertz = 60, .volts = {120, 120, 120}};

		for (int phase = 0; phase < 3; phase++) {
			load.amperes[phase] = amperes;
		}
		if (connection->elements == TWO) {
			load.volts[1] = load.amperes[1] = 0;
		}
		load.amperes_lag[1] = connection->elements == TWO_AND_HALF ? 180 : 0;
		expect_error(connection, &load, factors[connection->elements] * 120 * amperes, 100,
			     0, 0.003);
	}
}

/* The other elements' share of a balanced load while one potential is lost. */
static void a_lost_potential_leaves_the_weights_of_the_others(void)
{
	static const struct {
		const char *form;
		enum service service;
		double phi, left_by_a, left_by_c;
	} cases[] = {
		{"9S", WYE, 60, 2.0 / 3, 2.0 / 3},
		{"25S", NETWORK, 60, 0.5, 0.5},
		/* w1 = 1/2 - tan(phi)/(2 root 3), w2 = 1/2 + ...: at 0 and at 30 degrees */
		{"5S", DELTA, 0, 0.5, 0.5},
		{"5S", DELTA, 30, 2.0 / 3, 1.0 / 3},
		{"6S", WYE, 0, 0.5, 0.5},
		{"6S", WYE, 30, 1.0 / 3, 2.0 / 3},
	};

	for (unsigned i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		const struct connection *connection = connection_of(cases[i / 2].form);
		struct table_load load =
			balanced(cases[i / 2].service, 1, 120, 10, cases[i / 2].phi, 60);
		double left = i % 2 ? cases[i / 2].left_by_c : cases[i / 2].left_by_a;
		double watts = table_watts(&load);

		load.volts[i % 2 ? 2 : 0] = 0;
		expect_error(connection, &load, left * watts, 200, 0, 0.004);
	}
}

/* A detent per element would register 16.14, 61.80, 14.95 and 100 % too much. */
static void elements_of_opposite_sign_are_netted_before_the_direction(void)
{
	static const struct {
		double power_factor;
		int is_single;
	} cases[] = {{0.4, 0}, {0.25, 0}, {0.8, 1}, {0.5, 1}};

	for (int point = 0; point < 8; point++) {
		double phi = acos(cases[point / 2].power_factor) / RADIANS;
		struct table_load load = cases[point / 2].is_single
						 ? between_lines(DELTA, 1, 240, 20, 0, 2, phi)
						 : balanced(DELTA, 1, 240, 20, phi, 60);
		double factor = cases[point / 2].is_single ? 1 : ROOT_3;
		double watts = factor * 240 * 20 * cases[point / 2].power_factor;
		struct table *table = table_of_form(point % 2 ? "5S" : "12S", point % 2 ? 20 : 200);
		struct quantities shown;

		feed_steady(table, &load, 64);
		quantities_read(table->meter, &shown);
		CU_ASSERT_EQUAL(shown.received_counts, 0);
		/* the newest window of 67 ms is not yet in the register */
		CU_ASSERT_DOUBLE_EQUAL((double)shown.delivered_counts, watts * 64 / 3.6,
				       watts * 0.1 / 3.6);
		table_free(table);
	}
}

static void registers_of_every_form_agree_with_its_pulses(void)
{
	for (int i = 0; i < CONNECTIONS; i++) {
		const struct connection *connection = &connections[i];
		struct table *table = table_of_form(connection->form, connection->class_amperes);
		struct table_load load = balanced(connection->service, -1, 120,
						  0.4 * connection->class_amperes, 20, 60);
		struct table_load inputs = connected(connection, &load);
		struct quantities shown;

		feed_steady(table, &inputs, 120);
		quantities_read(table->meter, &shown);
		double kt = nameplate_of(table->meter)->kt_hundredths / 100.0;
		double watt_hours = table_watts(&load) * 120 / 3600;

		CU_ASSERT_DOUBLE_EQUAL((double)shown.delivered_counts * 1e-3, watt_hours,
				       1e-3 * watt_hours);
		CU_ASSERT_DOUBLE_EQUAL(table->pulse_count * kt, watt_hours, kt + 1e-3 * watt_hours);
		table_free(table);
	}
}

static void readings_show_the_inputs_that_the_form_has(void)
{
	for (int i = 0; i < CONNECTIONS; i++) {
		const struct connection *connection = &connections[i];
		struct table *table = table_of_form(connection->form, connection->class_amperes);
		/* on all inputs, whatever the form: 120 and 10 */
		struct table_load load = balanced(WYE, 1, 120, 10, 0, 60);
		struct quantities shown;

		feed_steady(table, &load, 3);
		quantities_read(table->meter, &shown);
		CU_ASSERT_DOUBLE_EQUAL(shown.volts_mv[0], 120e3, 24);
		CU_ASSERT_DOUBLE_EQUAL(shown.volts_mv[1], connection->elements == THREE ? 120e3 : 0,
				       24);
		CU_ASSERT_DOUBLE_EQUAL(shown.volts_mv[2], 120e3, 24);
		CU_ASSERT_DOUBLE_EQUAL(shown.amperes_ua[0], 10e6, 2e3);
		CU_ASSERT_DOUBLE_EQUAL(shown.amperes_ua[1], connection->elements == TWO ? 0 : 10e6,
				       2e3);
		CU_ASSERT_DOUBLE_EQUAL(shown.amperes_ua[2], 10e6, 2e3);
		CU_ASSERT_DOUBLE_EQUAL(shown.millihertz, 60e3, 2);
		table_free(table);
	}
}

static void kh_and_kt_are_those_of_the_form(void)
{
	static const struct {
		const char *form;
		uint16_t class_amperes;
		double kh, test_amperes;
	} plates[] = {
		{"5S", 20, 1.2, 2.5},	{"45S", 20, 1.2, 2.5},	{"6S", 20, 1.8, 2.5},
		{"36S", 20, 1.8, 2.5},	{"9S", 20, 1.8, 2.5},	{"12S", 200, 14.4, 30},
		{"25S", 200, 14.4, 30}, {"16S", 200, 21.6, 30},
	};

	for (unsigned i = 0; i < sizeof(plates) / sizeof(plates[0]); i++) {
		struct table *table = table_of_form(plates[i].form, plates[i].class_amperes);
		const struct nameplate *plate = nameplate_of(table->meter);

		CU_ASSERT_DOUBLE_EQUAL(plate->kh_hundredths, 100 * plates[i].kh, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(12.0 * plate->kt_hundredths, 100 * plates[i].kh, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(plate->test_amperes_hundredths, 100 * plates[i].test_amperes,
				       1e-9);
		table_free(table);
	}
}

/* 277 V and 1.2 of the class on every element in phase, which is more than any service gives. */
static void no_form_needs_more_than_50_pulses_per_second(void)
{
	static const double factors[] = {[TWO] = 2, [TWO_AND_HALF] = 4, [THREE] = 3};

	for (int i = 0; i < CONNECTIONS; i++) {
		const struct connection *connection = &connections[i];
		struct table *table = table_of_form(connection->form, connection->class_amperes);
		double watts =
			factors[connection->elements] * 277 * 1.2 * connection->class_amperes;

		CU_ASSERT(watts / (36.0 * nameplate_of(table->meter)->kt_hundredths) < 50);
		table_free(table);
	}
}

const char *const suite_name = "meter_forms";
const struct suite_case suite_cases[] = {
	CASE(balanced_loads_are_metered_on_every_form_service_and_rotation),
	CASE(ideal_sensors_leave_0_005_percent_and_0_01_at_low_power_factor),
	CASE(loads_between_two_lines_are_metered_at_their_line_voltage),
	CASE(each_current_alone_is_metered_at_its_own_voltage),
	CASE(two_and_a_half_elements_err_by_what_the_voltages_do_not_cancel),
	CASE(two_and_a_half_elements_err_by_a_late_voltage_b_as_printed),
	CASE(only_current_b_at_low_voltage_b_reads_high_by_its_ratio),
	CASE(in_series_and_parallel_the_elements_count_2_3_or_4_times),
	CASE(a_lost_potential_leaves_the_weights_of_the_others),
	CASE(elements_of_opposite_sign_are_netted_before_the_direction),
	CASE(registers_of_every_form_agree_with_its_pulses),
	CASE(readings_show_the_inputs_that_the_form_has),
	CASE(kh_and_kt_are_those_of_the_form),
	CASE(no_form_needs_more_than_50_pulses_per_second),
	CASES_END,
};
