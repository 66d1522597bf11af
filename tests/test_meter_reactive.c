/*
 * dut_firmware: reactive and apparent power, for diagnostics. Closed forms: Q = sum over the
 * elements of V I sin(lag), S = sqrt(P^2 + Q^2), of the fundamental.
 */
#include "tests/support/metered_port.h"

#define VARS_OFFSET (2u * 7u + 8u * 6u) /* ST28: behind two demands and eight present values */
#define VOLT_AMPERES_OFFSET (VARS_OFFSET + 6u)

/* Of the apparent power, as DESIGN.md states. */
#define AT_60_HERTZ 0.0001
#define BESIDE_60_HERTZ 0.001

enum wiring { WYE_3, WYE_2_AND_HALF, NETWORK_2, DELTA_2 };

static const struct {
	const char *form;
	uint16_t class_amperes;
	enum wiring wiring;
	double volts, amperes;
	double times_volt_amperes; /* S / (V I) of a balanced load */
} rows[] = {
	{"16S", 200, WYE_3, 277, 200, 3},
	{"9S", 20, WYE_3, 120, 0.1, 3},
	{"6S", 20, WYE_2_AND_HALF, 277, 20, 3},
	{"36S", 20, WYE_2_AND_HALF, 120, 2.5, 3},
	{"12S", 200, NETWORK_2, 120, 30, 2},
	{"25S", 200, NETWORK_2, 120, 200, 2},
	{"12S", 200, DELTA_2, 240, 30, 1.7320508075688772},
	{"5S", 20, DELTA_2, 240, 2.5, 1.7320508075688772},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* A balanced load of this lag at the meter's inputs. */
static struct table_load load_of(unsigned int row, double lag, double hertz)
{
	struct table_load load = table_balanced(rows[row].volts, rows[row].amperes, lag, hertz);

	if (rows[row].wiring != WYE_3) {
		load.volts[1] = 0;
	}
	if (rows[row].wiring == NETWORK_2 || rows[row].wiring == DELTA_2) {
		load.amperes[1] = 0;
	}
	if (rows[row].wiring == DELTA_2) { /* A to B leads A by 30 degrees, C to B lags it by 270 */
		load.volts_lag[0] = -30;
		load.volts_lag[2] = 270;
	}
	return load;
}

static void expect_powers(unsigned int row, const struct table_load *load, double lag,
			  double tolerance)
{
	struct table *table = table_of_form(rows[row].form, rows[row].class_amperes);
	struct quantities shown;
	double apparent = rows[row].times_volt_amperes * rows[row].volts * rows[row].amperes;
	double vars = apparent * sin(lag * TABLE_PI / 180);

	table_run(table, load, 4);
	quantities_read(table->meter, &shown);
	double error = ((double)shown.millivars / 1e3 - vars) / apparent;
	double volt_amperes = hypot((double)shown.milliwatts, (double)shown.millivars);

	CU_ASSERT(fabs(error) <= tolerance);
	CU_ASSERT(fabs(shown.millivolt_amperes - volt_amperes) <= 2);
	CU_ASSERT(fabs(shown.millivolt_amperes / 1e3 / apparent - 1) <= tolerance);
	if (!(fabs(error) <= tolerance)) {
		printf("\n    %s, %g Hz, lag %g: %g var, expected %g", rows[row].form, load->hertz,
		       lag, (double)shown.millivars / 1e3, vars);
	}
	table_free(table);
}

static void reactive_power_has_sign_and_size_on_every_wiring(void)
{
	static const double lags[] = {0, 30, 90, 150, 180, -30, -90, -120};

	for (unsigned int row = 0; row < ROWS; row++) {
		for (unsigned int i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
			struct table_load load = load_of(row, lags[i], 60);

			expect_powers(row, &load, lags[i], AT_60_HERTZ);
		}
	}
}

static void beside_60_hertz_it_stays_a_reading_for_diagnostics(void)
{
	static const double hertz[] = {45, 50, 57.5, 62.5, 65};

	for (unsigned int row = 0; row < ROWS; row++) {
		for (unsigned int i = 0; i < sizeof(hertz) / sizeof(hertz[0]); i++) {
			struct table_load load = load_of(row, 30, hertz[i]);

			expect_powers(row, &load, 30, BESIDE_60_HERTZ);
		}
	}
}

/* 10 % in the voltage and 40 % in the current: the reactive power is that of the fundamentals,
 * which rms readings of both would show too high by 8 %. */
static void harmonics_do_not_enter(void)
{
	struct table *table = table_new(200);
	struct table_load load = table_balanced(120, 100, 60, 60);
	struct quantities shown;
	double vars = 3 * 120 * 100 * sin(TABLE_PI / 3);

	load.volts_fifth = 0.1;
	load.amperes_fifth = 0.4;
	table_run(table, &load, 4);
	quantities_read(table->meter, &shown);
	CU_ASSERT(fabs((double)shown.millivars / 1e3 / vars - 1) < 0.011);
	table_free(table);
}

static void without_a_voltage_there_is_none(void)
{
	struct table *table = table_new(200);
	struct table_load load = table_balanced(20, 200, 90, 60);
	struct quantities shown;

	table_run(table, &load, 4);
	quantities_read(table->meter, &shown);
	CU_ASSERT_EQUAL(shown.millivars, 0);
	table_free(table);
}

static double milli48(const uint8_t *bytes)
{
	int64_t number = bytes[5] >= 0x80 ? -1 : 0;

	for (unsigned int i = 6; i > 0; i--) {
		number = number * 256 + bytes[i - 1];
	}
	return (double)number / 1e3;
}

static void st28_shows_them_behind_the_frequency(void)
{
	struct metered_port port;
	struct table_load load = table_balanced(120, 50, -40, 60);
	double apparent = 3 * 120 * 50;

	port_start(&port, "AX");
	port_set_load(&port, &load);
	port_seconds(&port, 4);
	port_log_on(&port, "READ");
	const uint8_t *st28 = port_read(&port, 28);

	CU_ASSERT_PTR_NOT_NULL_FATAL(st28);
	CU_ASSERT(fabs(milli48(st28 + VARS_OFFSET) / apparent + sin(TABLE_PI * 40 / 180)) <=
		  AT_60_HERTZ);
	CU_ASSERT(fabs(milli48(st28 + VOLT_AMPERES_OFFSET) / apparent - 1) <= AT_60_HERTZ);
	port_log_off(&port);
	port_free(&port);
}

const char *const suite_name = "meter_reactive";
const struct suite_case suite_cases[] = {
	CASE(reactive_power_has_sign_and_size_on_every_wiring),
	CASE(beside_60_hertz_it_stays_a_reading_for_diagnostics),
	CASE(harmonics_do_not_enter),
	CASE(without_a_voltage_there_is_none),
	CASE(st28_shows_them_behind_the_frequency),
	CASES_END,
};
