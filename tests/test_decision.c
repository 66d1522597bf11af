/* procedures/decision */
#include <math.h>

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
	CASE(the_worst_of_two_is_the_more_severe),
	CASE(names_can_be_read_back),
	CASE(exit_status_puts_the_meter_before_the_run_before_doubt),
	CASES_END,
};
