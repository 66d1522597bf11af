/* reference_source/service_type against the table of wirings: power, angle and weight of every
 * element */
#include <complex.h>
#include <math.h>
#include <string.h>

#include "reference_source/service_type.h"
#include "tests/support/suite.h"

#define DEGREE (3.14159265358979323846 / 180)

static double complex complex_of(struct phasor phasor)
{
	return phasor.rms * cexp(-I * phasor.lag_degrees * DEGREE);
}

static struct load_point balanced(double power_factor, enum power_factor_side side)
{
	return (struct load_point){
		.phases = 3,
		.volts = 120,
		.amperes = 30,
		.power_factor = power_factor,
		.side = side,
		.hertz = 60,
		.single_element = -1,
	};
}

static struct three_phase phasors(enum service service, struct load_point point)
{
	struct three_phase load = {.hertz = 0};

	CU_ASSERT_EQUAL_FATAL(service_phasors(service, &point, &load), STATUS_OK);
	CU_ASSERT(load.hertz == 60);
	return load;
}

/* Complex power of one element of a form as its wiring says. */
static double complex element(const char *form_name, int stator, const struct three_phase *load)
{
	const struct form *form = form_find(form_name);
	double complex volts = 0;
	double complex amperes = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(form);
	CU_ASSERT_FATAL(stator < form->wiring_count);
	for (int i = 0; i < 3; i++) {
		volts += form->wiring[stator].volts[i] * complex_of(load->volts[i]);
		amperes += form->wiring[stator].amperes[i] * complex_of(load->amperes[i]);
	}
	return form->coil_factor * volts * conj(amperes);
}

static double registered_watts(const char *form_name, const struct three_phase *load)
{
	double watts = 0;

	for (int i = 0; i < form_find(form_name)->wiring_count; i++) {
		watts += creal(element(form_name, i, load));
	}
	return watts;
}

static double lag_of_element(const char *form_name, int stator, const struct three_phase *load)
{
	return carg(element(form_name, stator, load)) / DEGREE;
}

static void balanced_power_follows_the_table(void)
{
	static const struct {
		const char *form;
		enum service service;
		double per_volt_ampere;
	} rows[] = {
		{"9S", SERVICE_WYE_4_WIRE, 3},
		{"16S", SERVICE_WYE_4_WIRE, 3},
		{"6S", SERVICE_WYE_4_WIRE, 3},
		{"36S", SERVICE_WYE_4_WIRE, 3},
		{"16S", SERVICE_DELTA_4_WIRE, 2 * 1.7320508075688772},
		{"12S", SERVICE_NETWORK_3_WIRE, 2},
		{"25S", SERVICE_NETWORK_3_WIRE, 2},
		{"5S", SERVICE_DELTA_3_WIRE, 1.7320508075688772},
		{"45S", SERVICE_DELTA_3_WIRE, 1.7320508075688772},
		{"12S", SERVICE_DELTA_3_WIRE, 1.7320508075688772},
		{"2S", SERVICE_SINGLE_PHASE_3_WIRE, 2},
		{"12S", SERVICE_SINGLE_PHASE_3_WIRE, 2},
	};
	static const double power_factors[] = {0.25, 0.5, 0.8};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int j = 0; j < 12; j++) {
			struct load_point point =
				balanced(power_factors[j % 3],
					 j < 6 ? POWER_FACTOR_LAGGING : POWER_FACTOR_LEADING);

			point.sequence = j % 2 ? PHASE_SEQUENCE_CBA : PHASE_SEQUENCE_ABC;
			struct three_phase load = phasors(rows[i].service, point);
			double expected = rows[i].per_volt_ampere * 3600 * point.power_factor;

			CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&load), expected, 1e-8);
			CU_ASSERT_DOUBLE_EQUAL(registered_watts(rows[i].form, &load), expected,
					       1e-8);
		}
	}
}

static void elements_see_the_angles_of_the_table(void)
{
	for (int s = 1; s >= -1; s -= 2) {
		struct load_point point = balanced(0.8, POWER_FACTOR_LAGGING);
		double phi = acos(0.8) / DEGREE;

		point.sequence = s > 0 ? PHASE_SEQUENCE_ABC : PHASE_SEQUENCE_CBA;
		struct three_phase wye = phasors(SERVICE_WYE_4_WIRE, point);
		struct three_phase high_leg = phasors(SERVICE_DELTA_4_WIRE, point);
		struct three_phase network = phasors(SERVICE_NETWORK_3_WIRE, point);
		struct three_phase delta = phasors(SERVICE_DELTA_3_WIRE, point);

		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("9S", 1, &wye), phi, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("36S", 0, &wye), phi - 30 * s, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("36S", 1, &wye), phi + 30 * s, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(cabs(element("36S", 0, &wye)), 1.7320508075688772 * 3600,
				       1e-8);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("16S", 0, &high_leg), phi + 30 * s, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("16S", 1, &high_leg), phi - 30 * s, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("16S", 2, &high_leg), phi, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("25S", 0, &network), phi, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("25S", 1, &network), phi, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("5S", 0, &delta), phi + 30 * s, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element("5S", 1, &delta), phi - 30 * s, 1e-9);
	}
}

/* A load from A to C: network and wye phi+30, phi-30; deltas phi+60, phi-60 and (high leg) phi+60,
 * phi-30, whose line voltage is 2 U_A. */
static void a_load_from_line_to_line_turns_the_elements_apart(void)
{
	static const struct {
		const char *form;
		enum service service;
		double first, second, per_volt_ampere;
	} rows[] = {
		{"25S", SERVICE_NETWORK_3_WIRE, 30, -30, 1.7320508075688772},
		{"5S", SERVICE_DELTA_3_WIRE, 60, -60, 1},
		{"16S", SERVICE_WYE_4_WIRE, 30, -30, 1.7320508075688772},
		{"6S", SERVICE_WYE_4_WIRE, 30, -30, 1.7320508075688772},
		{"9S", SERVICE_DELTA_4_WIRE, 60, -30, 2},
		{"12S", SERVICE_SINGLE_PHASE_3_WIRE, 0, 0, 2},
	};

	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *form = rows[i / 2].form;
		double s = i % 2 ? -1 : 1;
		double phi = acos(0.8) / DEGREE;
		struct load_point point = balanced(0.8, POWER_FACTOR_LAGGING);

		point.is_line_to_line = true;
		point.sequence = i % 2 ? PHASE_SEQUENCE_CBA : PHASE_SEQUENCE_ABC;
		struct three_phase load = phasors(rows[i / 2].service, point);
		int last = form_find(form)->wiring_count - 1;
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element(form, 0, &load), phi + s * rows[i / 2].first,
				       1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lag_of_element(form, last, &load),
				       phi + s * rows[i / 2].second, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(registered_watts(form, &load),
				       rows[i / 2].per_volt_ampere * 3600 * 0.8, 1e-8);
		CU_ASSERT_DOUBLE_EQUAL(form_stator_watts(form_find(form), 0, &load),
				       creal(element(form, 0, &load)), 1e-8);
	}
}

static double inherent(const char *form, enum service service, const char *text)
{
	struct load_point point;
	struct three_phase load;

	CU_ASSERT_EQUAL_FATAL(load_point_parse(text, &point), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(service_phasors(service, &point, &load), STATUS_OK);
	return form_inherent_error(form_find(form), &load);
}

/* (1-r)/(2+r) balanced with leg B at r, at every power factor; only A or C: none. Line A lost: the
 * stator C counts Vc(Ic-Ib) = 1.5 U I of 2 U I. */
static void what_is_inherent_to_two_and_a_half_elements_is_closed_form(void)
{
	const enum service wye = SERVICE_WYE_4_WIRE;

	CU_ASSERT_DOUBLE_EQUAL(inherent("6S", wye, "3x120V 5A 1 60Hz uneven B 98%V 100%A"),
			       0.02 / 2.98, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(inherent("6S", wye, "3x120V 5A 0.5L 60Hz uneven B 90%V 100%A CBA"),
			       0.1 / 2.9, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(inherent("6S", wye, "3x120V 5A 1 60Hz uneven B 90%V 0%A"), 0, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(inherent("6S", wye, "3x120V 5A 1 60Hz lost A"), -0.25, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(inherent("6S", wye, "3x120V 5A 0.5L 60Hz lost B"), 0, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(inherent("6S", wye, "3x120V 5A 1 60Hz lost AB"), 0, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(inherent("16S", wye, "3x120V 5A 1 60Hz uneven B 90%V 50%A"), 0,
			       1e-9);
	CU_ASSERT_DOUBLE_EQUAL(inherent("5S", SERVICE_DELTA_3_WIRE, "3x120V 5A 0.5L 60Hz lost C"),
			       0, 1e-9);
}

/* P = P1 (1 + 0.04 cos theta5 / cos phi1): 10 % in the voltage, 40 % in the current. */
static void a_harmonic_adds_its_power(void)
{
	static const struct {
		const char *text;
		double ratio;
	} rows[] = {{"3x120V 30A 1 60Hz harmonic 5 10%V 40%A", 1.04},
		    {"3x120V 30A 0.5L 60Hz harmonic 5 10%V 40%A", 1.04}, /* cos 300 = cos 60 */
		    {"3x120V 30A 0.5L 60Hz harmonic 3 10%V 40%A", 0.92}, /* cos 180 / cos 60 */
		    {"3x120V 30A 0.8C 60Hz", 1}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct load_point point;

		CU_ASSERT_EQUAL_FATAL(load_point_parse(rows[i].text, &point), STATUS_OK);
		struct three_phase load = phasors(SERVICE_WYE_4_WIRE, point);
		CU_ASSERT_DOUBLE_EQUAL(load_point_watts(&point, &load),
				       rows[i].ratio * 3 * 120 * 30 * point.power_factor, 1e-8);
	}
}

static void what_a_service_does_not_have_can_be_neither_lost_nor_uneven(void)
{
	struct load_point point;
	struct three_phase load;

	CU_ASSERT_EQUAL_FATAL(load_point_parse("3x120V 5A 1 60Hz lost B", &point), STATUS_OK);
	CU_ASSERT_EQUAL(service_phasors(SERVICE_DELTA_3_WIRE, &point, &load), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(service_phasors(SERVICE_WYE_4_WIRE, &point, &load), STATUS_OK);
	CU_ASSERT(load.volts[1].rms == 0 && load.amperes[1].rms == 0 && load.volts[2].rms == 120);
	CU_ASSERT_EQUAL_FATAL(load_point_parse("3x120V 5A 1 60Hz lost AC", &point), STATUS_OK);
	CU_ASSERT_EQUAL(service_phasors(SERVICE_NETWORK_3_WIRE, &point, &load), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL_FATAL(load_point_parse("3x120V 5A 1 60Hz uneven B 90%V 90%A", &point),
			      STATUS_OK);
	CU_ASSERT_EQUAL(service_phasors(SERVICE_NETWORK_3_WIRE, &point, &load), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL_FATAL(load_point_parse("1x120V 5A 1 60Hz line A-C", &point), STATUS_OK);
	CU_ASSERT_EQUAL(service_phasors(SERVICE_WYE_4_WIRE, &point, &load), STATUS_BAD_INPUT);
}

static void voltages_lie_where_the_table_puts_them(void)
{
	struct load_point point = balanced(1, POWER_FACTOR_UNITY);
	struct three_phase high_leg = phasors(SERVICE_DELTA_4_WIRE, point);
	struct three_phase delta = phasors(SERVICE_DELTA_3_WIRE, point);
	struct three_phase network = phasors(SERVICE_NETWORK_3_WIRE, point);

	CU_ASSERT_DOUBLE_EQUAL(high_leg.volts[2].rms, 207.8, 0.1);
	CU_ASSERT(high_leg.volts[1].lag_degrees == 180 && high_leg.volts[2].lag_degrees == 270);
	CU_ASSERT(delta.volts[2].lag_degrees == 300 && delta.volts[1].rms == 0);
	CU_ASSERT(network.volts[2].lag_degrees == 240 && network.volts[1].rms == 0);
	point.sequence = PHASE_SEQUENCE_CBA;
	high_leg = phasors(SERVICE_DELTA_4_WIRE, point);
	delta = phasors(SERVICE_DELTA_3_WIRE, point);
	CU_ASSERT(high_leg.volts[1].lag_degrees == 180 && high_leg.volts[2].lag_degrees == 90);
	CU_ASSERT(delta.volts[2].lag_degrees == 60);
	CU_ASSERT(phasors(SERVICE_WYE_4_WIRE, point).volts[1].lag_degrees == 240);
}

static double weight(const char *form, int stator, enum service service, double power_factor)
{
	struct three_phase load = phasors(service, balanced(power_factor, POWER_FACTOR_LAGGING));

	return creal(element(form, stator, &load)) / registered_watts(form, &load);
}

static void at_half_power_factor_one_element_carries_all(void)
{
	CU_ASSERT_DOUBLE_EQUAL(weight("45S", 0, SERVICE_DELTA_3_WIRE, 0.5), 0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(weight("45S", 1, SERVICE_DELTA_3_WIRE, 0.5), 1, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(weight("6S", 0, SERVICE_WYE_4_WIRE, 0.5), 1, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(weight("6S", 1, SERVICE_WYE_4_WIRE, 0.5), 0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(weight("5S", 0, SERVICE_DELTA_3_WIRE, 0.25), -0.618, 5e-4);
	CU_ASSERT_DOUBLE_EQUAL(weight("5S", 1, SERVICE_DELTA_3_WIRE, 0.25), 1.618, 5e-4);
	CU_ASSERT_DOUBLE_EQUAL(weight("16S", 1, SERVICE_WYE_4_WIRE, 0.5), 1.0 / 3, 1e-12);
}

static void a_single_element_has_the_power_factor_that_was_asked(void)
{
	static const struct {
		enum service service;
		int element;
		double ratio;
	} rows[] = {
		{SERVICE_WYE_4_WIRE, 0, 1},
		{SERVICE_WYE_4_WIRE, 1, 1},
		{SERVICE_WYE_4_WIRE, 2, 1},
		{SERVICE_DELTA_4_WIRE, 1, 1},
		{SERVICE_DELTA_4_WIRE, 2, 1.7320508075688772},
		{SERVICE_NETWORK_3_WIRE, 2, 1},
		{SERVICE_DELTA_3_WIRE, 0, 1},
		{SERVICE_SINGLE_PHASE_3_WIRE, 0, 1},
		{SERVICE_SINGLE_PHASE_3_WIRE, 2, 1},
		{SERVICE_DELTA_3_WIRE, 2, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct load_point point = balanced(0.5, POWER_FACTOR_LAGGING);

		point.single_element = rows[i].element;
		struct three_phase load = phasors(rows[i].service, point);

		CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&load), 1800 * rows[i].ratio, 1e-9);
		for (int j = 0; j < 3; j++) {
			CU_ASSERT((load.amperes[j].rms > 0) == (j == rows[i].element));
		}
		CU_ASSERT(load.volts[0].rms > 0 && load.volts[2].rms > 0);
	}
}

static void element_b_of_two_and_a_half_elements_registers_its_phase(void)
{
	struct load_point point = balanced(0.5, POWER_FACTOR_LAGGING);

	point.single_element = 1;
	struct three_phase load = phasors(SERVICE_WYE_4_WIRE, point);
	CU_ASSERT_DOUBLE_EQUAL(registered_watts("6S", &load), 1800, 1e-9);
}

static void low_middle_voltage_shows_the_inherent_error_of_two_and_a_half_elements(void)
{
	struct three_phase load = phasors(SERVICE_WYE_4_WIRE, balanced(0.8, POWER_FACTOR_LEADING));

	load.volts[1].rms *= 0.95;
	double error = registered_watts("6S", &load) / three_phase_watts(&load) - 1;
	CU_ASSERT_DOUBLE_EQUAL(error, 0.05 / 2.95, 1e-9);
}

/* Leg to leg 240 V; both coils carry the load, or one of them half of it. */
static void the_single_phase_element_sees_both_legs(void)
{
	struct load_point point = balanced(0.5, POWER_FACTOR_LAGGING);
	struct three_phase load = phasors(SERVICE_SINGLE_PHASE_3_WIRE, point);

	CU_ASSERT(load.volts[2].lag_degrees == 180 && load.volts[1].rms == 0);
	CU_ASSERT_DOUBLE_EQUAL(lag_of_element("2S", 0, &load), 60, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(cabs(element("2S", 0, &load)), 240 * 30, 1e-8);
	point.sequence = PHASE_SEQUENCE_CBA; /* cannot be seen */
	load = phasors(SERVICE_SINGLE_PHASE_3_WIRE, point);
	CU_ASSERT(load.volts[2].lag_degrees == 180);
	for (int leg = 0; leg < 3; leg += 2) {
		point.single_element = leg;
		load = phasors(SERVICE_SINGLE_PHASE_3_WIRE, point);
		CU_ASSERT_DOUBLE_EQUAL(registered_watts("2S", &load), 240 * 15 * 0.5, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&load), 1800, 1e-9);
	}
}

/* One element on three wires: (Ua + Uc)(Ia + Ic)/2 = Ua Ia + Uc Ic - (Ua - Uc)(Ia - Ic)/2. */
static void unequal_legs_show_the_inherent_error_of_one_element(void)
{
	struct load_point point = balanced(1, POWER_FACTOR_UNITY);
	struct three_phase load = phasors(SERVICE_SINGLE_PHASE_3_WIRE, point);

	load.volts[0].rms = 122;
	load.volts[2].rms = 118;
	CU_ASSERT_DOUBLE_EQUAL(registered_watts("2S", &load), three_phase_watts(&load), 1e-9);
	load.amperes[2].rms = 10;
	CU_ASSERT_DOUBLE_EQUAL(registered_watts("2S", &load) - three_phase_watts(&load),
			       -(122 - 118) * (30 - 10) / 2.0, 1e-9);
	load.amperes[2].rms = 0;
	CU_ASSERT_DOUBLE_EQUAL(registered_watts("2S", &load) / three_phase_watts(&load) - 1,
			       120.0 / 122 - 1, 1e-12);
	/* two elements on the same service have no such error */
	CU_ASSERT_DOUBLE_EQUAL(registered_watts("12S", &load), three_phase_watts(&load), 1e-9);
}

static void services_have_a_word_each(void)
{
	enum service service;

	for (int i = SERVICE_WYE_4_WIRE; i <= SERVICE_SINGLE_PHASE_3_WIRE; i++) {
		CU_ASSERT_EQUAL(service_from_word(service_word((enum service)i), &service),
				STATUS_OK);
		CU_ASSERT_EQUAL(service, (enum service)i);
	}
	CU_ASSERT_EQUAL(service_from_word("delta", &service), STATUS_BAD_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), "no service delta; there are wye_4_wire"));
}

static void received_energy_is_negative_power(void)
{
	struct load_point point = balanced(0.8, POWER_FACTOR_LEADING);

	point.is_received = true;
	struct three_phase load = phasors(SERVICE_WYE_4_WIRE, point);
	CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&load), -3 * 3600 * 0.8, 1e-8);
}

static void fewer_phases_leave_the_others_dead(void)
{
	struct load_point point = balanced(1, POWER_FACTOR_UNITY);

	point.phases = 1;
	struct three_phase one = phasors(SERVICE_DELTA_4_WIRE, point);
	CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&one), 3600, 1e-9);
	CU_ASSERT(one.volts[1].rms == 0 && one.volts[2].rms == 0);
	point.phases = 2;
	struct three_phase two = phasors(SERVICE_WYE_4_WIRE, point);
	CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&two), 7200, 1e-9);
	CU_ASSERT(two.volts[1].rms == 0 && two.amperes[1].rms == 0);
	struct three_phase network = phasors(SERVICE_NETWORK_3_WIRE, point);
	CU_ASSERT_DOUBLE_EQUAL(three_phase_watts(&network), 7200, 1e-9);
}

static void an_element_that_the_service_lacks_is_refused(void)
{
	struct load_point point = balanced(1, POWER_FACTOR_UNITY);
	struct three_phase load;

	point.single_element = 1;
	CU_ASSERT_EQUAL(service_phasors(SERVICE_DELTA_3_WIRE, &point, &load), STATUS_BAD_INPUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "element B has no voltage on a 3-wire delta service with 3 "
			       "energised phases");
	point.single_element = 2;
	point.phases = 1;
	CU_ASSERT_EQUAL(service_phasors(SERVICE_WYE_4_WIRE, &point, &load), STATUS_BAD_INPUT);
	point.phases = 4;
	CU_ASSERT_EQUAL(service_phasors(SERVICE_WYE_4_WIRE, &point, &load), STATUS_BAD_INPUT);
}

static void every_form_is_known_once(void)
{
	static const char *const names[] = {"5S",  "45S", "12S", "25S", "6S",
					    "36S", "9S",  "16S", "2S"};
	size_t count = 0;

	while (form_at(count)) {
		count++;
	}
	CU_ASSERT_EQUAL(count, 9);
	for (size_t i = 0; i < 9; i++) {
		const struct form *form = form_find(names[i]);

		CU_ASSERT_PTR_NOT_NULL_FATAL(form);
		CU_ASSERT_STRING_EQUAL(form->name, names[i]);
		CU_ASSERT_EQUAL(form->wires, form->element_count > 2 ? 4 : 3);
		CU_ASSERT(strlen(service_name(form->service)) > 0);
	}
	CU_ASSERT_PTR_NULL(form_find("3S"));
}

const char *const suite_name = "service_type";
const struct suite_case suite_cases[] = {
	CASE(balanced_power_follows_the_table),
	CASE(elements_see_the_angles_of_the_table),
	CASE(a_load_from_line_to_line_turns_the_elements_apart),
	CASE(what_is_inherent_to_two_and_a_half_elements_is_closed_form),
	CASE(a_harmonic_adds_its_power),
	CASE(what_a_service_does_not_have_can_be_neither_lost_nor_uneven),
	CASE(voltages_lie_where_the_table_puts_them),
	CASE(at_half_power_factor_one_element_carries_all),
	CASE(a_single_element_has_the_power_factor_that_was_asked),
	CASE(element_b_of_two_and_a_half_elements_registers_its_phase),
	CASE(low_middle_voltage_shows_the_inherent_error_of_two_and_a_half_elements),
	CASE(the_single_phase_element_sees_both_legs),
	CASE(unequal_legs_show_the_inherent_error_of_one_element),
	CASE(services_have_a_word_each),
	CASE(received_energy_is_negative_power),
	CASE(fewer_phases_leave_the_others_dead),
	CASE(an_element_that_the_service_lacks_is_refused),
	CASE(every_form_is_known_once),
	CASES_END,
};
