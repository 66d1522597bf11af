/*
 * Burden of the simulated meter and the simulated wattmeter in its voltage circuit. Expected: the
 * notice's volt-amperes at 277 V, their square law, the drop in leads as I*X/U and I*R/U, and the
 * commands of the power meter as its public descriptions have them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/metered_lab.h"
#include "tests/support/suite.h"

static struct metered_lab lab;
static struct port *bench;
static char answer[1200];

static void begin_with(const struct virtual_lab_options *options)
{
	metered_lab_begin(&lab, options);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::wattmeter", &bench),
			      STATUS_OK);
}

static void begin(const char *module)
{
	begin_with(&(struct virtual_lab_options){
		.seed = 2, .hardware = {"AX", "16S", "WT-1", 200}, .module = module});
}

static void end(void)
{
	port_close(bench);
	metered_lab_end(&lab);
}

static void say(const char *line)
{
	struct instant until = instant_after(clock_now(virtual_lab_clock(lab.lab)), 5);

	CU_ASSERT_EQUAL(port_write(bench, (const uint8_t *)line, strlen(line), until), STATUS_OK);
	CU_ASSERT_EQUAL(port_write(bench, (const uint8_t *)"\n", 1, until), STATUS_OK);
}

/* One line, without its end; "" after 5 s of silence. */
static const char *ask(const char *line)
{
	struct instant until;
	size_t used = 0, count;

	say(line);
	until = instant_after(clock_now(virtual_lab_clock(lab.lab)), 5);
	answer[0] = '\0';
	while (!strchr(answer, '\n') && used + 1 < sizeof(answer) &&
	       port_read(bench, (uint8_t *)answer + used, sizeof(answer) - 1 - used, &count,
			 until) == STATUS_OK) {
		used += count;
		answer[used] = '\0';
	}
	answer[strcspn(answer, "\n")] = '\0';
	return answer;
}

static struct meter_burden burden(const char *form, const char *module)
{
	return meter_burden_of(form_find(form), module, 0);
}

static double volt_amperes(const struct meter_burden *taken, double volts)
{
	double sum = 0;

	for (int phase = 0; phase < 3; phase++) {
		sum += volts * meter_burden_at(taken, phase, volts, 60).amperes;
	}
	return sum;
}

/* 53 VA at 277 V are 9.95 VA at 120 V. */
static void the_notices_figures_hold_at_277_volts_and_go_with_the_square(void)
{
	struct meter_burden bare = burden("16S", NULL);
	struct meter_burden radio = burden("16S", "0746");
	struct meter_burden power_line = burden("12S", "0764");

	CU_ASSERT_DOUBLE_EQUAL(volt_amperes(&bare, 277), 2.6, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(volt_amperes(&radio, 277), 2.8, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(volt_amperes(&power_line, 277), 53, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(volt_amperes(&power_line, 120), 9.95, 0.005);
}

static void it_is_capacitive_and_adds_up(void)
{
	struct meter_burden taken = burden("9S", "0764");

	for (int phase = 0; phase < 3; phase++) {
		struct burden_quantities at = meter_burden_at(&taken, phase, 240, 60);
		double s = 240 * at.amperes;

		CU_ASSERT(at.vars < 0 && at.watts > 0);
		CU_ASSERT_DOUBLE_EQUAL(at.watts * at.watts + at.vars * at.vars, s * s, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(at.watts, 0.3 * s, 1e-9);
	}
}

/* First order in I X / U and I R / U; the second order is below 1e-6 here. */
static void leads_drop_what_the_current_makes_in_them(void)
{
	struct meter_burden taken = burden("16S", "0764");
	struct burden_drop drop = meter_burden_drop(&taken, 20, 0.05, 0.02);
	struct burden_quantities a = meter_burden_at(&taken, 0, 277, 60);
	double in_phase = 20 * a.watts / 277, leading = -20 * a.vars / 277;

	CU_ASSERT_DOUBLE_EQUAL(drop.gain[0] - 1, (0.02 * leading - 0.05 * in_phase) / 277, 2e-6);
	CU_ASSERT_DOUBLE_EQUAL(drop.lead_degrees[0],
			       -57.29577951 * (0.02 * in_phase + 0.05 * leading) / 277, 1e-4);
	drop = meter_burden_drop(&taken, 20, 0, 0);
	CU_ASSERT_EQUAL(drop.gain[1], 1);
	CU_ASSERT_EQUAL(drop.lead_degrees[1], 0);
}

/* Leads of 10 ohms, absurd on purpose: the meter shows what is left of the voltage. */
static void the_meter_sees_the_voltage_behind_the_leads(void)
{
	struct virtual_lab_options options = {.seed = 2,
					      .hardware = {"AX", "16S", "WT-2", 200},
					      .module = "0764",
					      .lead_ohms = 10,
					      .lead_reactance_ohms = 10};
	struct meter_instantaneous shown;
	struct meter_burden taken = burden("16S", "0764");
	double g = taken.conductance_siemens[0], b = taken.susceptance_siemens[0];
	double real = 1 + 10 * g - 10 * b, imaginary = 10 * b + 10 * g;

	begin_with(&options);
	metered_lab_apply(&lab, "3x240V 0A 1 60Hz");
	metered_lab_wait(&lab, 10);
	metered_lab_log_on(&lab, "READ");
	CU_ASSERT_EQUAL(meter_client_read_instantaneous(lab.client, &shown), STATUS_OK);
	metered_lab_log_off(&lab);
	CU_ASSERT_DOUBLE_EQUAL(shown.volts[0], 240 / sqrt(real * real + imaginary * imaginary),
			       0.02);
	CU_ASSERT(fabs(shown.volts[0] - 240) > 0.1);
	end();
}

static void prepare(const char *amperes)
{
	char line[64];

	say(":COMM:HEAD OFF");
	say(":COMM:VERB OFF;REM ON");
	say(":INP:VOLT:RANG 300V");
	snprintf(line, sizeof(line), ":INP:CURR:RANG %s", amperes);
	say(line);
	say(":NUM:FORM ASC");
	say(":NUM:NORM:NUM 6;ITEM1 U,1;ITEM2 I,1;ITEM3 P,1;ITEM4 S,1;ITEM5 Q,1;ITEM6 FU,1");
}

/* A third of 2.6 VA at 277 V; PF 0.3, Q = -sqrt(1 - 0.09) S. */
static void it_measures_the_voltage_circuit_of_the_position(void)
{
	begin(NULL);
	metered_lab_apply(&lab, "3x277V 0A 1 60Hz");
	metered_lab_wait(&lab, 3);
	prepare("5MA");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:ERR?"), "0,\"No error\"");
	CU_ASSERT_STRING_EQUAL(ask(":NUM:NORM:VAL?"),
			       "277.00E+00,3.1288E-03,260.00E-03,866.67E-03,-826.75E-03,"
			       "60.000E+00");
	end();
}

static void the_module_hangs_on_the_first_circuit(void)
{
	double volts, amperes, watts, s, vars, hertz;

	begin("0764");
	metered_lab_apply(&lab, "3x120V 0A 1 60Hz");
	metered_lab_wait(&lab, 3);
	prepare("200MA");
	CU_ASSERT_EQUAL(sscanf(ask(":NUM:NORM:VAL?"), "%lf,%lf,%lf,%lf,%lf,%lf", &volts, &amperes,
			       &watts, &s, &vars, &hertz),
			6);
	/* (50.4 + 2.6/3) VA at 277 V */
	CU_ASSERT_DOUBLE_EQUAL(s, 51.266667 * (120 / 277.0) * (120 / 277.0), 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(volts * amperes, s, 2e-3);
	CU_ASSERT(vars < 0);
	say(":NUM:NORM:ITEM1 S,2;ITEM2 S,SIGMA");
	CU_ASSERT_EQUAL(sscanf(ask(":NUM:NORM:VAL?"), "%lf,%lf", &s, &vars), 2);
	CU_ASSERT_DOUBLE_EQUAL(s, 2.6 / 3 * (120 / 277.0) * (120 / 277.0), 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(vars, 53 * (120 / 277.0) * (120 / 277.0), 1e-3);
	end();
}

static void what_does_not_fit_the_range_is_no_number(void)
{
	begin("0764");
	metered_lab_apply(&lab, "3x277V 0A 1 60Hz");
	metered_lab_wait(&lab, 3);
	prepare("100MA");
	CU_ASSERT_STRING_EQUAL(ask(":NUM:NORM:VAL?"), "INF,INF,INF,INF,INF,60.000E+00");
	metered_lab_off(&lab);
	metered_lab_wait(&lab, 1);
	CU_ASSERT_STRING_EQUAL(ask(":NUM:NORM:VAL?"),
			       "0.0000E+00,0.0000E+00,0.0000E+00,0.0000E+00,0.0000E+00,NAN");
	end();
}

/* :COMM:WAIT 1 holds the next question until an update has ended: two waits are a period apart. */
static void it_waits_for_the_end_of_an_update(void)
{
	begin(NULL);
	say(":COMM:HEAD OFF");
	say(":RATE 2S;:STAT:FILT1 FALL");
	CU_ASSERT_STRING_EQUAL(ask(":RATE?"), "2.0000E+00");
	ask(":STAT:EESR?");
	say(":COMM:WAIT 1");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:EESR?"), "1");
	double first = metered_lab_now(&lab);
	say(":COMM:WAIT 1");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:EESR?"), "1");
	CU_ASSERT_DOUBLE_EQUAL(metered_lab_now(&lab) - first, 2.0, 1e-6);
	end();
}

static void headers_and_errors_are_as_set(void)
{
	begin(NULL);
	CU_ASSERT_STRING_EQUAL(ask("*IDN?"), "YOKOGAWA,WT333-SIM,SIMULATED,F1.01");
	CU_ASSERT_STRING_EQUAL(ask(":INP:VOLT:RANG?"), ":INPUT:VOLTAGE:RANGE 600.00E+00");
	say(":COMMUNICATE:HEADER OFF");
	CU_ASSERT_STRING_EQUAL(ask(":input:voltage:range?"), "600.00E+00");
	CU_ASSERT_STRING_EQUAL(ask("INP:CURR:RANG?;AUTO?"), "20.000E+00;0");
	say(":INP:CURR:RANG 3A");
	say(":NO:SUCH THING");
	say(":INPU:VOLT:RANG 300V");
	say(":NUM:NORM:ITEM1");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:ERR?"), "222,\"Data out of range\"");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:ERR?"), "113,\"Undefined header\"");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:ERR?"), "113,\"Undefined header\"");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:ERR?"), "109,\"Missing parameter\"");
	CU_ASSERT_STRING_EQUAL(ask(":STAT:ERR?"), "0,\"No error\"");
	CU_ASSERT_STRING_EQUAL(ask("INP:CURR:RANG?"), "20.000E+00");
	CU_ASSERT_STRING_EQUAL(ask(":NO:SUCH?"), "");
	end();
}

/* The bench's own driver meets it on the same wire. */
static void the_bench_and_it_understand_each_other(void)
{
	struct burden_indication shown;
	struct instrument *wattmeter;
	struct port *port;

	begin("0746");
	metered_lab_apply(&lab, "3x240V 0A 1 60Hz");
	metered_lab_wait(&lab, 3);
	CU_ASSERT_EQUAL_FATAL(virtual_lab_open_port(lab.lab, "VIRTUAL::wattmeter", &port),
			      STATUS_OK);
	enum status status =
		instrument_open(instrument_driver_find("yokogawa_wt"), "wt", port, &wattmeter);
	CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
	const struct burden_meter *role = wattmeter->burden_meter;
	status = role->set_range(wattmeter, 250, 0.02);
	CU_ASSERT_EQUAL(status, STATUS_OK);
	for (int phase = 0; phase < 3; phase++) {
		double s = (2.6 / 3 + (phase == 0 ? 0.2 : 0)) * (240 / 277.0) * (240 / 277.0);

		CU_ASSERT_EQUAL(role->read(wattmeter, phase, &shown), STATUS_OK);
		CU_ASSERT_DOUBLE_EQUAL(shown.volts, 240, 0.01);
		CU_ASSERT_DOUBLE_EQUAL(shown.volt_amperes, s, 2e-4 * s);
		CU_ASSERT_DOUBLE_EQUAL(shown.amperes, s / 240, 2e-4 * s / 240);
		CU_ASSERT_DOUBLE_EQUAL(shown.watts, 0.3 * s, 1e-3 * s);
		CU_ASSERT(shown.vars < 0);
		CU_ASSERT_DOUBLE_EQUAL(shown.hertz, 60, 0.001);
	}
	if (status) {
		printf("\n    %s\n", status_reason());
	}
	instrument_close(wattmeter);
	end();
}

const char *const suite_name = "virtual wattmeter";
const struct suite_case suite_cases[] = {
	CASE(the_notices_figures_hold_at_277_volts_and_go_with_the_square),
	CASE(it_is_capacitive_and_adds_up),
	CASE(leads_drop_what_the_current_makes_in_them),
	CASE(the_meter_sees_the_voltage_behind_the_leads),
	CASE(it_measures_the_voltage_circuit_of_the_position),
	CASE(the_module_hangs_on_the_first_circuit),
	CASE(what_does_not_fit_the_range_is_no_number),
	CASE(it_waits_for_the_end_of_an_update),
	CASE(headers_and_errors_are_as_set),
	CASE(the_bench_and_it_understand_each_other),
	CASES_END,
};
