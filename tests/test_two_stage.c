/*
 * procedures/two_stage: coverage by simulation. Closed form: given s of the first runs, the mean of
 * all n is normal with sigma^2/n and independent of s, so sqrt(n)(mean - mu)/s is Student with
 * first - 1 degrees of freedom: exactly 95 %. Of 10,000 trials 9427 to 9570 may hold (99.9 %).
 */
#include <math.h>
#include <stdio.h>

#include "procedures/two_stage.h"
#include "reference_source/repeatable_noise.h"
#include "reference_source/uncertainty.h"
#include "tests/support/suite.h"

#define TRIALS 10000
#define FEWEST 9427
#define MOST 9570
#define RUNS 400
#define SEED 20260731

/* Run `number` of a trial: mean 0, sigma 1; every trial has its own numbers. */
static double run_of(int trial, int number)
{
	return noise_gaussian(noise_stream(SEED, "two_stage"),
			      (uint64_t)trial * RUNS + (uint64_t)number);
}

static double mean_of(const double *runs, int count)
{
	double sum = 0;

	for (int i = 0; i < count; i++) {
		sum += runs[i];
	}
	return sum / count;
}

/* Trials in which the interval of Stein's procedure holds the true mean, 0. */
static int covered_by_two_stages(double wanted, double *mean_runs)
{
	double runs[RUNS], mean, deviation, total = 0;
	int covered = 0;

	for (int trial = 0; trial < TRIALS; trial++) {
		for (int i = 0; i < 5; i++) {
			runs[i] = run_of(trial, i);
		}
		mean_and_deviation(runs, 5, &mean, &deviation);
		int count = two_stage_runs(5, deviation, wanted, RUNS);
		for (int i = 5; i < count; i++) {
			runs[i] = run_of(trial, i);
		}
		double expanded = 2.776445 * deviation / sqrt(count);
		CU_ASSERT(expanded <= wanted * (1 + 1e-6) || count == RUNS);
		covered += fabs(mean_of(runs, count)) <= expanded;
		total += count;
	}
	*mean_runs = total / TRIALS;
	return covered;
}

/* The same wish, but looked at after every run from the `first` on. */
static int covered_by_looking(double wanted, int first)
{
	double runs[RUNS], factors[RUNS + 1];
	int covered = 0;

	for (int count = 2; count <= RUNS; count++) {
		factors[count] = student_t95(count - 1);
	}
	for (int trial = 0; trial < TRIALS; trial++) {
		double mean, deviation, expanded = 2 * wanted;

		for (int count = 1; expanded > wanted && count <= RUNS; count++) {
			runs[count - 1] = run_of(trial, count - 1);
			if (count >= first) {
				mean_and_deviation(runs, count, &mean, &deviation);
				expanded = factors[count] * deviation / sqrt(count);
			}
		}
		covered += fabs(mean) <= expanded;
	}
	return covered;
}

static void two_stages_cover_95_percent_whatever_is_wanted(void)
{
	static const double wanted[] = {3, 1, 0.6};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		double mean_runs;
		int covered = covered_by_two_stages(wanted[i], &mean_runs);
		printf("\n    U = %.1f sigma: %d of %d hold, %.1f runs in the mean", wanted[i],
		       covered, TRIALS, mean_runs);
		CU_ASSERT(covered >= FEWEST && covered <= MOST);
	}
}

static void looking_after_every_run_covers_less(void)
{
	int from_five = covered_by_looking(0.7, 5);
	int from_two = covered_by_looking(0.7, 2);

	printf("\n    looking after every run: %d of %d from the fifth on, %d from the second on",
	       from_five, TRIALS, from_two);
	CU_ASSERT(from_five < FEWEST);
	CU_ASSERT(from_two < from_five);
}

/* t_95(4) = 2.776: s = 0.01, U = 0.01 -> (2.776)^2 = 7.71 -> 8 runs; U = 0.02 -> 1.93 -> 5 stay. */
static void the_number_of_runs_is_that_of_the_closed_form(void)
{
	CU_ASSERT_EQUAL(two_stage_runs(5, 0.01, 0.01, 30), 8);
	CU_ASSERT_EQUAL(two_stage_runs(5, 0.01, 0.02, 30), 5);
	CU_ASSERT_EQUAL(two_stage_runs(5, 0.01, 0.005, 100), 31);
	CU_ASSERT_EQUAL(two_stage_runs(5, 0.01, 0.005, 30), 30);
	CU_ASSERT_EQUAL(two_stage_runs(5, 0, 0.005, 30), 5);
	CU_ASSERT_EQUAL(two_stage_runs(10, 0.01, 0.01, 30), 10); /* t_95(9) = 2.262: 5.1 */
	CU_ASSERT_EQUAL(two_stage_runs(5, 1, 1e-9, 30), 30);
	CU_ASSERT_EQUAL(two_stage_runs(5, 1, 0, 30), 30);
}

const char *const suite_name = "two_stage";
const struct suite_case suite_cases[] = {
	CASE(two_stages_cover_95_percent_whatever_is_wanted),
	CASE(looking_after_every_run_covers_less),
	CASE(the_number_of_runs_is_that_of_the_closed_form),
	CASES_END,
};
