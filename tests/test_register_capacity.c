/* The verbs register_resolution and register_capacity on a laboratory in memory. */
#include "tests/support/verb_bench.h"

#define RESOLUTION(parameters)                                                                     \
	"<step verb='register_resolution' requirement='EG7-16.2' title='t' volts='120 V' "         \
	"percent_of_maximum='2.5 %' power_factor='1' " parameters "/>"
#define CAPACITY(parameters)                                                                       \
	"<step verb='register_capacity' requirement='EG7-16.2' title='t' " parameters "/>"

static void expect_step(const char *form, int64_t counts, double watt_hours, const char *outcome)
{
	bench_begin(form, NULL);
	bench.step_counts = counts;
	CU_ASSERT_EQUAL(bench_run(RESOLUTION("")), STATUS_OK);
	CU_ASSERT_EQUAL(bench_count("dose"), 6);
	CU_ASSERT_EQUAL(bench_count("register_reading"), 7);
	CU_ASSERT_DOUBLE_EQUAL(bench_number("result", 0, "value"), watt_hours, 1e-9);
	bench_expect("result", 0, "unit", "Wh");
	bench_expect("judgement", 0, "outcome", outcome);
	bench_expect("judgement", 0, "requirement", "EG7-16.2");
}

/* The table counts in 0.001 Wh whatever the register does; 0.1 Wh are allowed in class 200, 0.01 Wh
 * in class 20. */
static void a_register_that_moves_in_coarser_steps_than_it_says_is_found(void)
{
	expect_step("16S", 1, 0.001, "conforms");
	expect_step("16S", 100, 0.1, "conforms");
	expect_step("16S", 200, 0.2, "does not conform");
	expect_step("9S", 10, 0.01, "conforms");
	expect_step("9S", 20, 0.02, "does not conform");
	expect_step("9S", 100, 0.1, "does not conform");
}

/* 1800 W for 5 s times 1, 1.137 ... 1.685: 20.1375 Wh in all. */
static void a_register_that_does_not_move_does_not_conform(void)
{
	expect_step("16S", 1000000, 2.5 * (6 + 15 * 0.137), "does not conform");
	CU_ASSERT_PTR_NOT_NULL(
		strstr(record_text(bench_entry("judgement", 0), "reason"), "did not move at all"));
}

/* 1e6 kWh at 3 x 277 V x 200 A = 166.2 kW: 6017 h, a tenth of it with a decimal; 2^47 mWh: 846796
 * h; 2^31 mWh: 12.9 h. */
static void capacity_is_worked_out_from_the_tables(void)
{
	static const struct {
		int decimals, format;
		const char *display, *table, *display_outcome, *table_outcome;
	} cases[] = {
		{0, 10, "begins anew after 6017 h at 3x277V 200A 1 60Hz",
		 "begins anew after 846796 h at 3x277V 200A 1 60Hz", "conforms", "conforms"},
		{1, 8, "begins anew after 602 h at 3x277V 200A 1 60Hz",
		 "begins anew after 13 h at 3x277V 200A 1 60Hz", "does not conform",
		 "does not conform"},
		{-1, 0, "no size that the meter tells (0) at 3x277V 200A 1 60Hz",
		 "no size that the meter tells (0) at 3x277V 200A 1 60Hz", "not evaluated",
		 "not evaluated"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bench_begin("16S", NULL);
		bench.decimals = cases[i].decimals;
		bench.format = cases[i].format;
		CU_ASSERT_EQUAL(bench_run(CAPACITY("")), STATUS_OK);
		CU_ASSERT_EQUAL_FATAL(bench_count("result"), 2);
		bench_expect("result", 0, "indicated", cases[i].display);
		bench_expect("result", 1, "indicated", cases[i].table);
		bench_expect("judgement", 0, "outcome", cases[i].display_outcome);
		bench_expect("judgement", 1, "outcome", cases[i].table_outcome);
		bench_expect("judgement", 0, "limit_provenance", "stand-in");
		CU_ASSERT_EQUAL(bench.fake.apply_count, 1);
		CU_ASSERT(bench.fake.load.amperes[0].rms == 0);
	}
}

static void what_cannot_be_is_refused_before(void)
{
	bench_begin("16S", NULL);
	bench_refuses(RESOLUTION("element='D'"), "element=\"D\"");
	bench.fake.lab.energy_dose = NULL;
	bench_refuses(RESOLUTION(""), "no instrument that gives an energy dose");
}

const char *const suite_name = "register_capacity";
const struct suite_case suite_cases[] = {
	CASE(a_register_that_moves_in_coarser_steps_than_it_says_is_found),
	CASE(a_register_that_does_not_move_does_not_conform),
	CASE(capacity_is_worked_out_from_the_tables),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};
