/* procedures/decision */
#include <math.h>
#include <string.h>

#include "procedures/decision.h"
#include "tests/support/suite.h"

static void only_an_interval_wholly_inside_conforms(void)
{
	CU_ASSERT_EQUAL(decide_interval_rule(0.125, 0.0625, 0.1875), CONFORMS);
	CU_ASSERT_EQUAL(decide_interval_rule(-0.125, 0.0625, 0.1875), CONFORMS);
	CU_ASSERT_EQUAL(decide_interval_rule(0.126, 0.0625, 0.1875), INCONCLUSIVE);
}

static void only_an_interval_wholly_outside_does_not_conform(void)
{
	/* touching the limit from outside is not wholly outside */
	CU_ASSERT_EQUAL(decide_interval_rule(0.25, 0.0625, 0.1875), INCONCLUSIVE);
	CU_ASSERT_EQUAL(decide_interval_rule(0.251, 0.0625, 0.1875), DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(decide_interval_rule(-0.251, 0.0625, 0.1875), DOES_NOT_CONFORM);
}

static void an_uncertainty_above_the_limit_never_conforms(void)
{
	CU_ASSERT_EQUAL(decide_interval_rule(0, 0.3, 0.2), INCONCLUSIVE);
	CU_ASSERT_EQUAL(decide_interval_rule(0.6, 0.3, 0.2), DOES_NOT_CONFORM);
}

static void what_is_no_number_is_not_evaluated(void)
{
	CU_ASSERT_EQUAL(decide_interval_rule(NAN, 0.1, 0.2), NOT_EVALUATED);
	CU_ASSERT_EQUAL(decide_interval_rule(0, NAN, 0.2), NOT_EVALUATED);
	CU_ASSERT_EQUAL(decide_interval_rule(0, 0.1, NAN), NOT_EVALUATED);
	CU_ASSERT_EQUAL(decide_interval_rule(INFINITY, 0.1, 0.2), NOT_EVALUATED);
	CU_ASSERT_EQUAL(decide_interval_rule(0, -0.1, 0.2), NOT_EVALUATED);
}

static enum conformity by(const struct decision_rule *rule, double value, double expanded)
{
	return decide(rule, &(struct decision_question){value, expanded, -0.2, 0.2});
}

/* JCGM 106: A = T by simple acceptance, A = T - r U with a guard band. */
static void simple_acceptance_looks_at_the_value_alone(void)
{
	const struct decision_rule rule = {.kind = RULE_SIMPLE};

	CU_ASSERT_EQUAL(by(&rule, 0.2, 0.5), CONFORMS);
	CU_ASSERT_EQUAL(by(&rule, -0.2, 0.5), CONFORMS);
	CU_ASSERT_EQUAL(by(&rule, 0.2001, 0), DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(by(&rule, -0.2001, 0.1), DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(by(&rule, NAN, 0.1), NOT_EVALUATED);
}

static void a_guard_band_narrows_what_is_accepted(void)
{
	struct decision_rule rule = {.kind = RULE_GUARDED, .guard_factor = 1};

	CU_ASSERT_EQUAL(by(&rule, 0.149, 0.05), CONFORMS);
	CU_ASSERT_EQUAL(by(&rule, 0.151, 0.05), DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(by(&rule, -0.151, 0.05), DOES_NOT_CONFORM);
	rule.guard_factor = 0.5;
	CU_ASSERT_EQUAL(by(&rule, 0.174, 0.05), CONFORMS);
	CU_ASSERT_EQUAL(by(&rule, 0.176, 0.05), DOES_NOT_CONFORM);
	CU_ASSERT_EQUAL(by(&rule, 0, 0.5), DOES_NOT_CONFORM); /* no room is left */
}

static void a_range_has_two_limits(void)
{
	const struct decision_rule rule = {.kind = RULE_INTERVAL};
	struct decision_question question = {-99, 0.5, -100, 10};

	CU_ASSERT_EQUAL(decide(&rule, &question), CONFORMS);
	question.value = -99.7;
	CU_ASSERT_EQUAL(decide(&rule, &question), INCONCLUSIVE);
	question.value = 10.6;
	CU_ASSERT_EQUAL(decide(&rule, &question), DOES_NOT_CONFORM);
	CU_ASSERT_DOUBLE_EQUAL(test_uncertainty_ratio(&question), 110, 1e-12);
}

/* L = 0.2: U = 0.05 is 4 : 1 exactly, U = 0.06 is 3.33 : 1. */
static void below_the_minimum_ratio_it_warns_or_decides_nothing(void)
{
	struct decision_rule rule = {.kind = RULE_SIMPLE, .minimum_ratio = 4};
	struct decision_question fine = {0, 0.05, -0.2, 0.2};
	struct decision_question coarse = {0, 0.06, -0.2, 0.2};
	struct decision_question exact = {0, 0, 0, 0};

	CU_ASSERT_FALSE(ratio_is_too_small(&rule, &fine));
	CU_ASSERT_TRUE(ratio_is_too_small(&rule, &coarse));
	CU_ASSERT_FALSE(ratio_is_too_small(&rule, &exact));
	CU_ASSERT_DOUBLE_EQUAL(test_uncertainty_ratio(&coarse), 10.0 / 3, 1e-12);
	CU_ASSERT_EQUAL(decide(&rule, &coarse), CONFORMS);
	rule.ratio_fails = true;
	CU_ASSERT_EQUAL(decide(&rule, &fine), CONFORMS);
	CU_ASSERT_EQUAL(decide(&rule, &exact), CONFORMS);
	for (int kind = RULE_INTERVAL; kind <= RULE_GUARDED; kind++) {
		rule.kind = (enum decision_rule_kind)kind;
		coarse.value = 0;
		CU_ASSERT_EQUAL(decide(&rule, &coarse), INCONCLUSIVE);
		coarse.value = 0.21; /* partly outside: nobody can tell with this equipment */
		CU_ASSERT_EQUAL(decide(&rule, &coarse), INCONCLUSIVE);
		coarse.value = 0.27; /* wholly outside is outside, however coarse */
		CU_ASSERT_EQUAL(decide(&rule, &coarse), DOES_NOT_CONFORM);
	}
}

static void rules_are_read_and_written_in_the_same_words(void)
{
	static const char *const good[] = {"interval", "simple", "guarded 1", "guarded 0.8"};
	static const char *const bad[] = {"",	       "guard",	       "guarded 0",  "guarded -1",
					  "guarded 6", "guarded x",    "guarded 1 ", "simple 1",
					  "guardedly", "interval rule"};
	char text[64];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct decision_rule rule = {.minimum_ratio = 4};
		CU_ASSERT_EQUAL(decision_rule_parse(good[i], &rule), STATUS_OK);
		CU_ASSERT_STRING_EQUAL(decision_rule_words(&rule, text, sizeof(text)), good[i]);
		CU_ASSERT_EQUAL(rule.minimum_ratio, 4);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct decision_rule rule = {.kind = RULE_SIMPLE};
		CU_ASSERT_EQUAL(decision_rule_parse(bad[i], &rule), STATUS_BAD_INPUT);
		CU_ASSERT_PTR_NOT_NULL(strstr(status_reason(), bad[i]));
	}
	struct decision_rule rule;
	CU_ASSERT_EQUAL(decision_rule_parse("guarded", &rule), STATUS_OK);
	CU_ASSERT_EQUAL(rule.guard_factor, 1);
}

static void the_sentence_says_rule_guard_band_and_ratio(void)
{
	struct decision_rule rule = {.kind = RULE_GUARDED, .guard_factor = 0.8};
	char text[600];

	CU_ASSERT_PTR_NOT_NULL(
		strstr(decision_rule_sentence(&rule, text, sizeof(text)), "0.8 times U"));
	CU_ASSERT_PTR_NULL(strstr(text, "ratio"));
	rule.minimum_ratio = 4;
	CU_ASSERT_PTR_NOT_NULL(strstr(decision_rule_sentence(&rule, text, sizeof(text)),
				      "below 4 the result is marked"));
	rule.ratio_fails = true;
	CU_ASSERT_PTR_NOT_NULL(
		strstr(decision_rule_sentence(&rule, text, sizeof(text)), "nothing is accepted"));
	rule.kind = RULE_INTERVAL;
	CU_ASSERT_PTR_NOT_NULL(
		strstr(decision_rule_sentence(&rule, text, sizeof(text)), "ISO 10576-1"));
}

static void the_worst_of_two_is_the_more_severe(void)
{
	static const enum conformity order[] = {CONFORMS, NOT_EVALUATED, INCONCLUSIVE,
						DOES_NOT_CONFORM};

	for (int i = 0; i < 4; i++) {
		for (int j = 0; j < 4; j++) {
			CU_ASSERT_EQUAL(conformity_worst(order[i], order[j]), order[i > j ? i : j]);
		}
	}
}

static void names_can_be_read_back(void)
{
	static const enum conformity all[] = {CONFORMS, NOT_EVALUATED, INCONCLUSIVE,
					      DOES_NOT_CONFORM};

	for (int i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(conformity_from_name(conformity_name(all[i])), all[i]);
	}
	CU_ASSERT_STRING_EQUAL(conformity_name(DOES_NOT_CONFORM), "does not conform");
	CU_ASSERT_EQUAL(conformity_from_name("passed"), NOT_EVALUATED);
	CU_ASSERT_STRING_EQUAL(run_state_name(RUN_COMPLETE), "complete");
	CU_ASSERT_STRING_EQUAL(run_state_name(RUN_ABORTED), "aborted");
	CU_ASSERT_STRING_EQUAL(run_state_name(RUN_BENCH_FAULT), "bench fault");
}

static void exit_status_puts_the_meter_before_the_run_before_doubt(void)
{
	CU_ASSERT_EQUAL(exit_status_of(CONFORMS, RUN_COMPLETE), 0);
	CU_ASSERT_EQUAL(exit_status_of(NOT_EVALUATED, RUN_COMPLETE), 3);
	CU_ASSERT_EQUAL(exit_status_of(INCONCLUSIVE, RUN_COMPLETE), 3);
	CU_ASSERT_EQUAL(exit_status_of(DOES_NOT_CONFORM, RUN_COMPLETE), 1);
	CU_ASSERT_EQUAL(exit_status_of(DOES_NOT_CONFORM, RUN_BENCH_FAULT), 1);
	CU_ASSERT_EQUAL(exit_status_of(CONFORMS, RUN_ABORTED), 4);
	CU_ASSERT_EQUAL(exit_status_of(INCONCLUSIVE, RUN_BENCH_FAULT), 4);
}

const char *const suite_name = "decision";
const struct suite_case suite_cases[] = {
	CASE(only_an_interval_wholly_inside_conforms),
	CASE(only_an_interval_wholly_outside_does_not_conform),
	CASE(an_uncertainty_above_the_limit_never_conforms),
	CASE(what_is_no_number_is_not_evaluated),
	CASE(simple_acceptance_looks_at_the_value_alone),
	CASE(a_guard_band_narrows_what_is_accepted),
	CASE(a_range_has_two_limits),
	CASE(below_the_minimum_ratio_it_warns_or_decides_nothing),
	CASE(rules_are_read_and_written_in_the_same_words),
	CASE(the_sentence_says_rule_guard_band_and_ratio),
	CASE(the_worst_of_two_is_the_more_severe),
	CASE(names_can_be_read_back),
	CASE(exit_status_puts_the_meter_before_the_run_before_doubt),
	CASES_END,
};
