/* reference_source/load_point */
#include <math.h>
#include <string.h>

#include "reference_source/load_point.h"
#include "tests/support/suite.h"

static void a_point_is_read_as_a_metrologist_writes_it(void)
{
	struct load_point point;

	CU_ASSERT_EQUAL_FATAL(load_point_parse("3x120V 30A 0.5L 60Hz", &point), STATUS_OK);
	CU_ASSERT_EQUAL(point.phases, 3);
	CU_ASSERT(point.volts == 120 && point.amperes == 30 && point.hertz == 60);
	CU_ASSERT(point.power_factor == 0.5);
	CU_ASSERT_EQUAL(point.side, POWER_FACTOR_LAGGING);
	CU_ASSERT_EQUAL(point.sequence, PHASE_SEQUENCE_ABC);
	CU_ASSERT_EQUAL(point.single_element, -1);
	CU_ASSERT_FALSE(point.is_received);
}

static void blanks_before_units_and_options_in_any_order_are_accepted(void)
{
	struct load_point point;

	CU_ASSERT_EQUAL_FATAL(
		load_point_parse(" 2 x 277.5 V  0.05 A 0.8C 58.8 Hz received CBA element C ",
				 &point),
		STATUS_OK);
	CU_ASSERT_EQUAL(point.phases, 2);
	CU_ASSERT(point.volts == 277.5 && point.amperes == 0.05 && point.hertz == 58.8);
	CU_ASSERT_EQUAL(point.side, POWER_FACTOR_LEADING);
	CU_ASSERT_EQUAL(point.sequence, PHASE_SEQUENCE_CBA);
	CU_ASSERT_EQUAL(point.single_element, 2);
	CU_ASSERT(point.is_received);
}

static void the_text_form_is_written_as_it_was_read(void)
{
	static const char *const texts[] = {
		"3x120V 30A 0.5L 60Hz",
		"3x277V 200A 1 60Hz",
		"2x240V 0.05A 0.8C 58.8Hz element C",
		"3x120V 0A 1 60Hz",
		"1x120.001V 0.000123456A 0.123456L 59.9371Hz element B CBA received",
		"3x120V 30A 1 60Hz received",
		"2x120V 50A 0.25L 60Hz line A-C CBA received",
		"3x120V 50A 1 60Hz lost BC",
		"3x120V 100A 1 60Hz harmonic 5 10%V 40%A",
		"3x120V 50A 1 60Hz lost A uneven C 98.5%V 0%A received",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct load_point point;
		char text[LOAD_POINT_TEXT];

		CU_ASSERT_EQUAL_FATAL(load_point_parse(texts[i], &point), STATUS_OK);
		CU_ASSERT_STRING_EQUAL(load_point_format(&point, text, sizeof(text)), texts[i]);
	}
}

static void equal_points_written_differently_have_one_text_form(void)
{
	struct load_point a;
	struct load_point b;
	char text_a[LOAD_POINT_TEXT];
	char text_b[LOAD_POINT_TEXT];

	CU_ASSERT_EQUAL_FATAL(load_point_parse("3 x 120.0 V 3e1 A 1.00 60.00 Hz", &a), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(load_point_parse("3x120V 30A 1 60Hz", &b), STATUS_OK);
	CU_ASSERT_STRING_EQUAL(load_point_format(&a, text_a, sizeof(text_a)),
			       load_point_format(&b, text_b, sizeof(text_b)));
}

static void a_wrong_word_is_named_with_what_was_expected(void)
{
	static const struct {
		const char *text;
		const char *reason;
	} wrong[] = {
		{"3x120A 30A 1 60Hz", "expected a voltage like \"120 V\", found \"120A\""},
		{"3x120 30A 1 60Hz", "expected a voltage like \"120 V\", found \"120 30A\""},
		{"3x120V 30V 1 60Hz", "expected a current like \"30 A\", found \"30V\""},
		{"3x120V 30A 0.5 60Hz", "found \"0.5\""},
		{"3x120V 30A 0.5X 60Hz", "found \"0.5X\""},
		{"3x120V 30A 1L 60Hz", "power factor \"1L\" is outside 0.05 to 0.99"},
		{"3x120V 30A 0.04L 60Hz", "outside 0.05 to 0.99"},
		{"3x120V 30A -0.5L 60Hz", "outside 0.05 to 0.99"},
		{"3x120V 30A 1", "expected a frequency like \"60 Hz\", found nothing"},
		{"3x120V 30A 1 60", "expected a frequency like \"60 Hz\", found \"60\""},
		{"3x120V 30A 1 60Hz sideways", "found \"sideways\""},
		{"3x120V 30A 1 60Hz CBA CBA", "each at most once, found \"CBA\""},
		{"3x120V 30A 1 60Hz element D", "expected element A, B or C, found \"D\""},
		{"3x120V 30A 1 60Hz element", "expected element A, B or C, found \"\""},
		{"3x120V 30A 1 60Hz line A-B", "expected line A-C, found \"A-B\""},
		{"3x120V 30A 1 60Hz harmonic 1 10%V 40%A", "whole order of 2 to 40, found \"1\""},
		{"3x120V 30A 1 60Hz harmonic 5 10%A 40%V", "found \"10%A\""},
		{"3x120V 30A 1 60Hz lost D", "one or two lost lines like \"A\""},
		{"3x120V 30A 1 60Hz lost CA", "found \"CA\""},
		{"3x120V 30A 1 60Hz lost ABC", "found \"ABC\""},
		{"3x120V 30A 1 60Hz uneven B 90%A 90%V", "found \"90%A\""},
		{"3x120V 30A 1 60Hz uneven B 300%V 90%A", "300 %V is outside 1 %V to 200 %V"},
		{"3x120V 30A 1 60Hz lost A element B", "exclude each other"},
		{"3x120V 30A 1 60Hz lost A lost B", "each at most once, found \"lost\""},
		{"4x120V 30A 1 60Hz", "expected 1, 2 or 3 phases"},
		{"120V 30A 1 60Hz", "expected 1, 2 or 3 phases"},
		{"", "expected 1, 2 or 3 phases"},
		{"3x120V -1A 1 60Hz", "-1 A is outside 0 A to 1000 A"},
		{"3x0V 1A 1 60Hz", "0 V is outside 0.1 V to 1000 V"},
		{"3x120V nanA 1 60Hz", "found \"nanA\""},
		{"3x0x78V 30A 1 60Hz", "found \"0x78V\""},
		{"3x120V 1e999A 1 60Hz", "found \"1e999A\""},
		{"3x120.1234V 30A 1 60Hz", "120.1234 V has more than six significant digits"},
		{"3x120V 30A 0.1234567L 60Hz", "has more than six significant digits"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct load_point point = {.phases = 99};

		CU_ASSERT_EQUAL(load_point_parse(wrong[i].text, &point), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), wrong[i].reason));
		CU_ASSERT_EQUAL(point.phases, 99);
	}
}

static void a_word_without_end_is_refused_without_overrun(void)
{
	char text[5000] = "3x120V 30A ";
	struct load_point point;

	memset(text + 11, '1', sizeof(text) - 12);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL(load_point_parse(text, &point), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(load_point_parse(text + 11, &point), STATUS_BAD_INPUT);
}

static void a_quantity_needs_exactly_its_unit(void)
{
	double number = -1;

	CU_ASSERT_EQUAL(quantity_parse("120V", "V", &number), STATUS_OK);
	CU_ASSERT(number == 120);
	CU_ASSERT_EQUAL(quantity_parse(" 2.5  % ", "%", &number), STATUS_OK);
	CU_ASSERT(number == 2.5);
	CU_ASSERT_EQUAL(quantity_parse("-40 degC", "degC", &number), STATUS_OK);
	CU_ASSERT(number == -40);
	CU_ASSERT_EQUAL(quantity_parse("120A", "V", &number), STATUS_BAD_INPUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "expected a voltage like \"120 V\", found \"120A\"");
	CU_ASSERT_EQUAL(quantity_parse("120 kV", "V", &number), STATUS_BAD_INPUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "expected a voltage like \"120 V\", found \"120 kV\"");
	CU_ASSERT_EQUAL(quantity_parse("120", "V", &number), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(quantity_parse("120 V 3", "V", &number), STATUS_BAD_INPUT);
	CU_ASSERT_EQUAL(quantity_parse("", "V", &number), STATUS_BAD_INPUT);
	CU_ASSERT_STRING_EQUAL(status_reason(), "expected a voltage like \"120 V\", found nothing");
	CU_ASSERT_EQUAL(quantity_parse("5 furlongs", "parsec", &number), STATUS_BAD_INPUT);
	CU_ASSERT_STRING_EQUAL(status_reason(),
			       "expected a number with the unit \"parsec\", found \"5 furlongs\"");
	CU_ASSERT(number == -40);
}

static double lag_of(double power_factor, enum power_factor_side side, bool is_received)
{
	struct load_point point = {
		.power_factor = power_factor,
		.side = side,
		.is_received = is_received,
	};

	return load_point_lag_degrees(&point);
}

static void the_lag_is_the_angle_of_the_power_factor(void)
{
	for (double power_factor = 0.05; power_factor < 0.995; power_factor += 0.01) {
		double expected = acos(power_factor) * 180 / acos(-1);

		CU_ASSERT_DOUBLE_EQUAL(lag_of(power_factor, POWER_FACTOR_LAGGING, false), expected,
				       1e-12);
		CU_ASSERT_DOUBLE_EQUAL(lag_of(power_factor, POWER_FACTOR_LEADING, false), -expected,
				       1e-12);
	}
	CU_ASSERT(lag_of(1, POWER_FACTOR_UNITY, false) == 0);
}

static void received_turns_the_current_by_180_degrees(void)
{
	CU_ASSERT(lag_of(1, POWER_FACTOR_UNITY, true) == 180);
	CU_ASSERT_DOUBLE_EQUAL(lag_of(0.5, POWER_FACTOR_LAGGING, true), -120, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(lag_of(0.5, POWER_FACTOR_LEADING, true), 120, 1e-12);
}

const char *const suite_name = "load_point";
const struct suite_case suite_cases[] = {
	CASE(a_point_is_read_as_a_metrologist_writes_it),
	CASE(blanks_before_units_and_options_in_any_order_are_accepted),
	CASE(the_text_form_is_written_as_it_was_read),
	CASE(equal_points_written_differently_have_one_text_form),
	CASE(a_wrong_word_is_named_with_what_was_expected),
	CASE(a_word_without_end_is_refused_without_overrun),
	CASE(a_quantity_needs_exactly_its_unit),
	CASE(the_lag_is_the_angle_of_the_power_factor),
	CASE(received_turns_the_current_by_180_degrees),
	CASES_END,
};
