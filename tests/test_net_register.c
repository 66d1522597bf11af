/* The verb net_register on a laboratory in memory: e = (D e_D - R e_R)/(D + R). */
#include "tests/support/verb_bench.h"

#define NET(parameters)                                                                            \
	"<step verb='net_register' requirement='NET-06' net_requirement='NET-01' title='t' "       \
	"volts='120 V' percent_of_maximum='25 %' power_factor='1' " parameters "/>"

static void expect(const char *step, double delivered, double received, double percent,
		   const char *outcome)
{
	bench_begin("16S", NULL);
	for (int i = 0; i < 3; i++) {
		bench.fake.gain[i] = 1 + delivered / 100;
	}
	bench.fake.received_percent = received - delivered;
	CU_ASSERT_EQUAL(bench_run(step), STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(bench_count("result"), 2);
	CU_ASSERT_DOUBLE_EQUAL(bench_number("result", 0, "error_percent"), percent, 0.01);
	bench_expect("result", 0, "direction", "net");
	bench_expect("judgement", 0, "requirement", "NET-06");
	bench_expect("judgement", 0, "outcome", outcome);
	bench_expect("judgement", 1, "requirement", "NET-01");
	bench_expect("judgement", 1, "outcome", "conforms");
}

/* The limit is 0.2 % of all energy that flowed. */
static void net_is_judged_against_all_that_flowed(void)
{
	expect(NET("received_percent='0 %'"), 0.1, 0.1, 0.1, "conforms");
	expect(NET("received_percent='0 %'"), 0.3, 0.3, 0.3, "does not conform");
	expect(NET("received_percent='50 %'"), 0.3, 0.3, 0.3 * 0.5 / 1.5, "conforms");
	expect(NET("received_percent='90 %'"), 0.3, 0.3, 0.3 * 0.1 / 1.9, "conforms");
	expect(NET("received_percent='90 %'"), 0.15, -0.15, 0.15, "conforms");
	expect(NET("received_percent='90 %'"), 0.3, -0.3, 0.3, "does not conform");
	expect(NET("received_percent='50 %'"), -0.3, 0.3, -0.3, "does not conform");
}

static void the_doses_are_in_the_record(void)
{
	expect(NET("received_percent='50 %'"), 0, 0, 0, "conforms");
	CU_ASSERT_EQUAL(bench_count("dose"), 2);
	CU_ASSERT_DOUBLE_EQUAL(bench_number("dose", 1, "reference_watt_hours"),
			       bench_number("dose", 0, "reference_watt_hours") / 2, 1e-6);
	CU_ASSERT_PTR_NOT_NULL(strstr(record_text(bench_entry("dose", 1), "load"), "received"));
	expect(NET("received_percent='0 %'"), 0, 0, 0, "conforms");
	CU_ASSERT_EQUAL(bench_count("dose"), 1);
}

/* A count is enough where integers are compared; a sum instead of a difference is 2 R/(D + R). */
static void net_that_is_not_the_difference_does_not_conform(void)
{
	bench_begin("16S", NULL);
	bench.net_departure = 1;
	CU_ASSERT_EQUAL(bench_run(NET("received_percent='50 %'")), STATUS_OK);
	bench_expect("judgement", 0, "outcome", "conforms");
	bench_expect("judgement", 1, "outcome", "does not conform");
	bench_begin("16S", NULL);
	bench.is_net_a_sum = true;
	CU_ASSERT_EQUAL(bench_run(NET("received_percent='50 %'")), STATUS_OK);
	CU_ASSERT_DOUBLE_EQUAL(bench_number("result", 0, "error_percent"), 100 / 1.5, 0.01);
	bench_expect("judgement", 0, "outcome", "does not conform");
	bench_expect("judgement", 1, "outcome", "does not conform");
}

static void a_register_that_is_far_off_is_a_fault_of_the_bench(void)
{
	bench_begin("16S", NULL);
	bench.fake.received_percent = -50;
	CU_ASSERT_EQUAL(bench_run(NET("received_percent='50 %'")), STATUS_PROTOCOL);
	CU_ASSERT_PTR_NOT_NULL(strstr(bench.reason, "of the received register is no error"));
	CU_ASSERT_EQUAL(bench_count("judgement"), 0);
}

static void what_cannot_be_is_refused_before(void)
{
	bench_begin("16S", NULL);
	bench_refuses(NET("received_percent='50 %' direction='received'"), "leave direction out");
	bench.fake.lab.energy_dose = NULL;
	bench_refuses(NET("received_percent='50 %'"), "no instrument that gives an energy dose");
}

const char *const suite_name = "net_register";
const struct suite_case suite_cases[] = {
	CASE(net_is_judged_against_all_that_flowed),
	CASE(the_doses_are_in_the_record),
	CASE(net_that_is_not_the_difference_does_not_conform),
	CASE(a_register_that_is_far_off_is_a_fault_of_the_bench),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};
