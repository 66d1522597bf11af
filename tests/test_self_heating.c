/* The verb self_heating on a laboratory in memory: an error that moves by h (1 - exp(-t/tau)) from
 * the moment the current flows. The limit at maximum current is 0.1 %, a fifth of it 0.02 %. */
#include "tests/support/verb_bench.h"

#define HEAT(parameters)                                                                           \
	"<step verb='self_heating' requirement='EG7-08' title='t' volts='120 V' "                  \
	"percent_of_maximum='100 %' power_factor='1' " parameters "/>"

static void begin(double percent, double minutes)
{
	bench_begin("16S", NULL);
	bench.fake.heating_percent = percent;
	bench.fake.heating_seconds = minutes * 60;
}

static double hours(void)
{
	return seconds_between((struct instant){0}, bench.fake.clock.now) / 3600;
}

/* tau = 10 min: after an hour all but 0.25 % of h has come; the first reading is some 20 s late,
 * which hides at most 1 - exp(-0.05) = 5 % of it. */
static void the_largest_departure_is_judged(void)
{
	static const struct {
		double percent;
		const char *outcome;
	} cases[] = {{0.08, "conforms"},
		     {-0.08, "conforms"},
		     {0.13, "does not conform"},
		     {-0.2, "does not conform"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double h = cases[i].percent;

		begin(h, 10);
		CU_ASSERT_EQUAL(bench_run(HEAT("")), STATUS_OK);
		CU_ASSERT_EQUAL_FATAL(bench_count("result"), 1);
		bench_expect("result", 0, "kind", "shift");
		bench_expect("result", 0, "test", "self_heating");
		bench_expect("judgement", 0, "requirement", "EG7-08");
		bench_expect("judgement", 0, "outcome", cases[i].outcome);
		CU_ASSERT_DOUBLE_EQUAL(bench_number("result", 0, "error_percent"), 0.97 * h,
				       0.03 * fabs(h));
		/* two hours cold, an hour with current; 13 readings of three runs */
		CU_ASSERT_EQUAL(bench_count("indication"), 39);
		CU_ASSERT(hours() > 3 && hours() < 3.1);
	}
}

/* tau = 60 min, h = 0.09: over the last 20 min at 60 min it moves by 0.09 e^-1 (e^(1/3) - 1) =
 * 0.0131
 * %; with tau = 60 min and h = 0.3 by 0.0437 %, first below 0.02 % after 107 min. */
static void it_lasts_until_the_error_is_steady(void)
{
	begin(0.09, 60);
	CU_ASSERT_EQUAL(bench_run(HEAT("warm_up='0 min'")), STATUS_OK);
	CU_ASSERT(hours() > 1 && hours() < 1.1);
	begin(0.3, 60);
	CU_ASSERT_EQUAL(bench_run(HEAT("warm_up='0 min'")), STATUS_OK);
	CU_ASSERT(hours() > 1.75 && hours() < 1.9);
	CU_ASSERT_EQUAL(bench_count("result"), 1);
	bench_expect("judgement", 0, "outcome", "does not conform");
}

static void an_error_that_still_moves_at_the_end_is_inconclusive(void)
{
	begin(0.5, 900);
	CU_ASSERT_EQUAL(bench_run(HEAT("warm_up='0 min' least_time='30 min' longest_time='60 min' "
				       "wanted_uncertainty='0.005 %'")),
			STATUS_OK);
	CU_ASSERT_EQUAL(bench_count("result"), 1);
	begin(2, 900); /* 0.044 % in 20 min, 0.13 % in an hour */
	CU_ASSERT_EQUAL(
		bench_run(HEAT("warm_up='0 min' least_time='30 min' longest_time='40 min'")),
		STATUS_OK);
	CU_ASSERT_EQUAL_FATAL(bench_count("result"), 2);
	bench_expect("judgement", 0, "outcome", "conforms");
	bench_expect("result", 1, "kind", "check");
	bench_expect("judgement", 1, "outcome", "inconclusive");
}

static void what_cannot_be_is_refused_before(void)
{
	bench_begin("16S", NULL);
	bench_refuses(HEAT("least_time='90 min' longest_time='60 min'"), "90 min, is longer than");
	bench_refuses(HEAT("interval='1 min' longest_time='300 min'"), "more than 255 readings");
	bench_refuses(HEAT("element='D'"), "element=\"D\"");
	bench.fake.lab.error_calculator = NULL;
	bench_refuses(HEAT(""), "no error calculator");
}

const char *const suite_name = "self_heating";
const struct suite_case suite_cases[] = {
	CASE(the_largest_departure_is_judged),
	CASE(it_lasts_until_the_error_is_steady),
	CASE(an_error_that_still_moves_at_the_end_is_inconclusive),
	CASE(what_cannot_be_is_refused_before),
	CASES_END,
};
