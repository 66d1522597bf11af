/* reference_source/repeatable_noise */
#include <math.h>

#include "reference_source/repeatable_noise.h"
#include "tests/support/suite.h"

static void bits_are_the_published_splitmix64_sequence(void)
{
	/* the widely published first five outputs for the seed 1234567 */
	static const uint64_t published[5] = {
		UINT64_C(6457827717110365317),	UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),	UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821),
	};

	for (uint64_t i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(noise_bits(1234567, i), published[i]);
	}
}

static void names_and_seeds_make_different_streams(void)
{
	CU_ASSERT_NOT_EQUAL(noise_stream(1, "meter 1 gain A"), noise_stream(1, "meter 1 gain B"));
	CU_ASSERT_NOT_EQUAL(noise_stream(1, "meter 1 gain A"), noise_stream(2, "meter 1 gain A"));
	CU_ASSERT_NOT_EQUAL(noise_stream(1, ""), noise_stream(2, ""));
	CU_ASSERT_EQUAL(noise_stream(7, "walk"), noise_stream(7, "walk"));
}

static void uniform_numbers_fill_zero_to_one(void)
{
	uint64_t stream = noise_stream(1, "uniform");
	int tenths[10] = {0};

	for (uint64_t i = 0; i < 10000; i++) {
		double uniform = noise_uniform(stream, i);

		CU_ASSERT_FATAL(uniform >= 0 && uniform < 1);
		tenths[(int)(uniform * 10)]++;
	}
	for (int i = 0; i < 10; i++) {
		/* binomial: 1000 +- 30, five standard deviations */
		CU_ASSERT(tenths[i] > 850 && tenths[i] < 1150);
	}
}

static void gaussian_numbers_have_mean_0_deviation_1_and_the_kurtosis_of_twelve_uniforms(void)
{
	uint64_t stream = noise_stream(1, "gaussian");
	const int count = 40000;
	double sum = 0;
	double square = 0;
	double fourth = 0;

	for (int i = 0; i < count; i++) {
		double value = noise_gaussian(stream, (uint64_t)i);

		CU_ASSERT_FATAL(fabs(value) <= 6);
		sum += value;
		square += value * value;
		fourth += value * value * value * value;
	}
	CU_ASSERT_DOUBLE_EQUAL(sum / count, 0, 5 / sqrt(count));
	CU_ASSERT_DOUBLE_EQUAL(square / count, 1, 5 * sqrt(2.0 / count));
	/* sum of n uniforms: kurtosis 3 - 6/(5 n) */
	CU_ASSERT_DOUBLE_EQUAL(fourth / count, 2.9, 5 * sqrt(96.0 / count));
}

static void neighbouring_counters_are_not_correlated(void)
{
	uint64_t stream = noise_stream(1, "gaussian");
	const int count = 40000;
	double product = 0;

	for (int i = 0; i < count; i++) {
		product += noise_gaussian(stream, (uint64_t)i) *
			   noise_gaussian(stream, (uint64_t)i + 1);
	}
	CU_ASSERT_DOUBLE_EQUAL(product / count, 0, 5 / sqrt(count));
}

const char *const suite_name = "repeatable_noise";
const struct suite_case suite_cases[] = {
	CASE(bits_are_the_published_splitmix64_sequence),
	CASE(names_and_seeds_make_different_streams),
	CASE(uniform_numbers_fill_zero_to_one),
	CASE(gaussian_numbers_have_mean_0_deviation_1_and_the_kurtosis_of_twelve_uniforms),
	CASE(neighbouring_counters_are_not_correlated),
	CASES_END,
};
