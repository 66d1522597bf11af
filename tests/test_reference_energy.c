/* reference_source/reference_energy and waveform against integration by Simpson's rule and closed
 * forms */
#include <math.h>

#include "reference_source/reference_energy.h"
#include "tests/support/suite.h"

#define PI_LONG 3.14159265358979323846264338327950288L
#define SECOND NANOSECONDS_PER_SECOND
#define HOUR (3600 * NANOSECONDS_PER_SECOND)

static struct instant at(int64_t nanoseconds)
{
	return (struct instant){nanoseconds};
}

static struct load_segment one_element(double volts, double amperes, double lag_degrees)
{
	return (struct load_segment){
		.start = {0},
		.end = INSTANT_NEVER,
		.hertz = 60,
		.volts[0] = {.rms_start = volts},
		.amperes[0] = {.rms_start = amperes, .lag_degrees = lag_degrees},
	};
}

/* The wave as the headers define it, at `seconds` after the segment's start. */
static long double wave(const struct load_segment *segment, const struct ramped_phasor *phasor,
			const struct waveform *shape, long double seconds)
{
	long double rms =
		(long double)phasor->rms_start + (long double)phasor->rms_per_second * seconds;
	long double turns = (long double)segment->phase_turns +
			    (long double)segment->hertz * seconds -
			    (long double)phasor->lag_degrees / 360;
	long double sum = cosl(2 * PI_LONG * (turns - roundl(turns)));

	for (int i = 0; i < shape->count; i++) {
		const struct harmonic *harmonic = &shape->harmonics[i];
		long double own =
			harmonic->order * turns - (long double)harmonic->lag_degrees / 360;

		sum += (long double)harmonic->relative * cosl(2 * PI_LONG * (own - roundl(own)));
	}
	return sqrtl(2) * rms * sum;
}

static long double power(const struct load_segment *segment, int phase, long double seconds)
{
	return wave(segment, &segment->volts[phase], &segment->volts_shape, seconds) *
	       wave(segment, &segment->amperes[phase], &segment->amperes_shape, seconds);
}

static double simpson(const struct load_segment *segment, int phase, struct instant from,
		      struct instant to, int steps)
{
	long double start = (long double)(from.nanoseconds - segment->start.nanoseconds) * 1e-9L;
	long double step = (long double)(to.nanoseconds - from.nanoseconds) * 1e-9L / (2 * steps);
	long double sum = 0;

	for (int i = 0; i < steps; i++) {
		sum += power(segment, phase, start + 2 * i * step) +
		       4 * power(segment, phase, start + (2 * i + 1) * step) +
		       power(segment, phase, start + (2 * i + 2) * step);
	}
	return (double)(sum * step / 3);
}

/* Agreement to 1e-9 of U*I*time. */
static void agrees(const struct load_segment *segment, int phase, int64_t from, int64_t to,
		   int steps)
{
	double got = segment_joules(segment, phase, at(from), at(to));
	double expected = simpson(segment, phase, at(from), at(to), steps);
	double scale = ramped_rms(segment, &segment->volts[phase], at(to)) *
		       ramped_rms(segment, &segment->amperes[phase], at(to)) * (double)(to - from) *
		       1e-9;

	CU_ASSERT_DOUBLE_EQUAL(got / scale, expected / scale, 1e-9);
}

static struct load_segment distorted_ramp(void)
{
	struct load_segment segment = {
		.start = {5 * SECOND},
		.end = INSTANT_NEVER,
		.hertz = 59.9371,
		.phase_turns = 0.3217,
		.volts[1] = {100, 7.5, 120},
		.amperes[1] = {2, 3.25, 173.5},
		.volts_shape = {2, {{5, 0.1, 35}, {3, 0.04, -100}}},
		.amperes_shape = {3, {{5, 0.4, -80}, {7, 0.2, 12}, {2, 0.05, 60}}},
	};
	return segment;
}

static void unity_power_over_whole_cycles_is_power_times_time(void)
{
	struct load_segment segment = one_element(120, 30, 0);

	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&segment, 0, at(0), at(HOUR)) / 3600, 3600, 1e-8);
	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&segment, 0, at(0), at(SECOND)), 3600, 1e-8);
}

static void a_current_turned_by_180_degrees_gives_negative_energy(void)
{
	struct load_segment segment = one_element(120, 30, 180);

	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&segment, 0, at(0), at(SECOND)), -3600, 1e-8);
}

static void half_power_factor_lagging_and_leading_give_half_the_energy(void)
{
	struct load_segment lagging = one_element(120, 30, 60);
	struct load_segment leading = one_element(120, 30, -60);

	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&lagging, 0, at(0), at(SECOND)), 1800, 1e-8);
	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&leading, 0, at(0), at(SECOND)), 1800, 1e-8);
}

static void the_2f_term_of_one_element_is_31_8_joules(void)
{
	struct load_segment segment = one_element(120, 200, 0);
	double watts = 120 * 200;
	double amplitude = 0;

	/* the swing about P*t has the amplitude U I/(2 omega): 31.83 J, 8.84 mWh */
	for (int64_t i = 1; i < 2000; i++) {
		int64_t t = i * 4167; /* up to half a cycle */
		double swing = segment_joules(&segment, 0, at(0), at(t)) - watts * (double)t * 1e-9;

		amplitude = fmax(amplitude, fabs(swing));
	}
	CU_ASSERT_DOUBLE_EQUAL(amplitude, watts / (2 * 2 * 3.14159265358979 * 60), 1e-3);
	CU_ASSERT_DOUBLE_EQUAL(amplitude / 3.6, 8.84, 0.005);
}

static void the_2f_terms_of_a_balanced_load_cancel(void)
{
	struct load_segment segment = {.hertz = 60, .end = INSTANT_NEVER};

	for (int i = 0; i < 3; i++) {
		segment.volts[i] = (struct ramped_phasor){120, 0, 120.0 * i};
		segment.amperes[i] = (struct ramped_phasor){200, 0, 120.0 * i + 25};
	}
	double joules = 0;
	for (int i = 0; i < 3; i++) {
		joules += segment_joules(&segment, i, at(1234567), at(4321987));
	}
	double expected = 3 * 120 * 200 * cos(25 * 3.14159265358979323846 / 180) * 0.003087420;
	CU_ASSERT_DOUBLE_EQUAL(joules / expected, 1, 1e-12);
}

static void fifth_harmonic_adds_0_04_cos_theta5_over_cos_phi1(void)
{
	struct load_segment segment = one_element(120, 10, 60);
	double theta5 = 40;

	segment.volts_shape = (struct waveform){1, {{5, 0.1, 0}}};
	/* the harmonic's lag counts from five times the fundamental's: 5*60 + x = theta5 */
	segment.amperes_shape = (struct waveform){1, {{5, 0.4, theta5 - 300}}};
	double expected = 600 * (1 + 0.04 * cos(theta5 * 3.14159265358979323846 / 180) / 0.5);
	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&segment, 0, at(0), at(SECOND)), expected, 1e-8);
	agrees(&segment, 0, 0, SECOND / 7, 3000);
}

static void a_ramp_gives_the_closed_form_of_its_mean_part(void)
{
	struct load_segment segment = one_element(100, 5, 60);
	double a = 2;
	double b = 0.5;
	double t = 10;

	segment.volts[0].rms_per_second = a;
	segment.amperes[0].rms_per_second = b;
	double mean_part =
		0.5 * (100 * 5 * t + (a * 5 + b * 100) * t * t / 2 + a * b * t * t * t / 3);
	/* what oscillates is below U I/(2 omega) at the end */
	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&segment, 0, at(0), at(10 * SECOND)), mean_part,
			       120 * 10 / (2 * 376.99));
	agrees(&segment, 0, 0, 10 * SECOND, 60000);
}

static void a_ramp_from_zero_through_harmonics_agrees_with_simpson(void)
{
	struct load_segment segment = distorted_ramp();
	int64_t start = segment.start.nanoseconds;

	agrees(&segment, 1, start, start + SECOND, 20000);
	agrees(&segment, 1, start + 1234567, start + 7654321, 2000);
	segment.volts[1].rms_start = 0;
	segment.amperes[1].rms_start = 0;
	agrees(&segment, 1, start, start + SECOND / 2, 20000);
	agrees(&segment, 1, start, start + 40000, 100);
}

static void a_microsecond_is_exact_even_a_month_after_the_start(void)
{
	struct load_segment ramp = distorted_ramp();
	struct load_segment steady = distorted_ramp();
	struct load_segment plain = one_element(120, 200, 37);

	steady.volts[1].rms_per_second = 0;
	steady.amperes[1].rms_per_second = 0;
	for (int64_t i = 0; i < 20; i++) {
		int64_t after = ramp.start.nanoseconds + HOUR + i * 777777;

		agrees(&ramp, 1, after, after + 1000, 10);
		agrees(&steady, 1, after + 24 * 30 * HOUR, after + 24 * 30 * HOUR + 1000, 10);
		agrees(&plain, 0, after + 2 * 24 * 30 * HOUR, after + 2 * 24 * 30 * HOUR + 1, 4);
	}
}

static void the_short_path_and_the_general_one_agree(void)
{
	struct load_segment plain = one_element(120, 200, 37);
	struct load_segment general = plain;

	/* a harmonic of size zero takes the general path */
	general.amperes_shape = (struct waveform){1, {{5, 0, 0}}};
	for (int64_t span = 1; span < 10 * HOUR; span = 3 * span + 7) {
		double expected = segment_joules(&general, 0, at(HOUR), at(HOUR + span));
		double got = segment_joules(&plain, 0, at(HOUR), at(HOUR + span));

		CU_ASSERT_DOUBLE_EQUAL(got / (24000 * 1e-9 * (double)span),
				       expected / (24000 * 1e-9 * (double)span), 1e-12);
	}
	agrees(&plain, 0, 12345, 9876543, 1000);
}

static void a_direct_load_without_frequency_is_twice_its_rms_product(void)
{
	struct load_segment direct = one_element(10, 2, 0);

	/* cos(0) stands still: both waves stay at sqrt(2) times their rms */
	direct.hertz = 0;
	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&direct, 0, at(0), at(SECOND)), 40, 1e-12);
	direct.amperes_shape = (struct waveform){1, {{3, 0, 0}}};
	CU_ASSERT_DOUBLE_EQUAL(segment_joules(&direct, 0, at(0), at(SECOND)), 40, 1e-12);
}

static void the_series_and_the_closed_terms_meet(void)
{
	struct load_segment ramp = distorted_ramp();
	int64_t start = ramp.start.nanoseconds + 12345;

	/* z = 0.05 of the orders 1 to 12 lies between 22 and 266 microseconds */
	for (int64_t span = 15000; span < 300000; span += 1753) {
		agrees(&ramp, 1, start, start + span, 200);
	}
}

static void energies_of_neighbouring_spans_add_up(void)
{
	struct load_segment ramp = distorted_ramp();
	int64_t start = ramp.start.nanoseconds;
	double whole = segment_joules(&ramp, 1, at(start), at(start + 3 * HOUR));
	double parts = 0;

	for (int64_t i = 0; i < 3; i++) {
		parts +=
			segment_joules(&ramp, 1, at(start + i * HOUR), at(start + i * HOUR + 1001));
		parts += segment_joules(&ramp, 1, at(start + i * HOUR + 1001),
					at(start + (i + 1) * HOUR));
	}
	CU_ASSERT_DOUBLE_EQUAL(parts / whole, 1, 1e-12);
}

static void a_dead_phase_and_an_empty_span_have_no_energy(void)
{
	struct load_segment segment = one_element(120, 0, 0);

	CU_ASSERT(segment_joules(&segment, 0, at(0), at(HOUR)) == 0);
	segment.amperes[0].rms_start = 10;
	CU_ASSERT(segment_joules(&segment, 0, at(HOUR), at(HOUR)) == 0);
	CU_ASSERT(segment_joules(&segment, 1, at(0), at(HOUR)) == 0);
}

static void phase_and_amplitude_follow_the_segment(void)
{
	struct load_segment segment = distorted_ramp();
	struct instant later = at(segment.start.nanoseconds + 2 * SECOND);
	long double turns = 0.3217L + 2 * (long double)59.9371;

	CU_ASSERT_DOUBLE_EQUAL(segment_turns(&segment, later), (double)(turns - floorl(turns)),
			       1e-12);
	CU_ASSERT_DOUBLE_EQUAL(ramped_rms(&segment, &segment.volts[1], later), 115, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(ramped_rms(&segment, &segment.amperes[1], later), 8.5, 1e-12);
}

static void harmonics_add_to_the_rms_by_their_squares(void)
{
	struct waveform shape = {2, {{3, 0.3, 10}, {5, 0.4, 20}}};
	struct waveform pure = {.count = 0};

	CU_ASSERT_DOUBLE_EQUAL(waveform_rms(&shape), sqrt(1.25), 1e-15);
	CU_ASSERT(waveform_rms(&pure) == 1);
}

const char *const suite_name = "reference_energy";
const struct suite_case suite_cases[] = {
	CASE(unity_power_over_whole_cycles_is_power_times_time),
	CASE(a_current_turned_by_180_degrees_gives_negative_energy),
	CASE(half_power_factor_lagging_and_leading_give_half_the_energy),
	CASE(the_2f_term_of_one_element_is_31_8_joules),
	CASE(the_2f_terms_of_a_balanced_load_cancel),
	CASE(fifth_harmonic_adds_0_04_cos_theta5_over_cos_phi1),
	CASE(a_ramp_gives_the_closed_form_of_its_mean_part),
	CASE(a_ramp_from_zero_through_harmonics_agrees_with_simpson),
	CASE(a_microsecond_is_exact_even_a_month_after_the_start),
	CASE(the_short_path_and_the_general_one_agree),
	CASE(a_direct_load_without_frequency_is_twice_its_rms_product),
	CASE(the_series_and_the_closed_terms_meet),
	CASE(energies_of_neighbouring_spans_add_up),
	CASE(a_dead_phase_and_an_empty_span_have_no_energy),
	CASE(phase_and_amplitude_follow_the_segment),
	CASE(harmonics_add_to_the_rms_by_their_squares),
	CASES_END,
};
