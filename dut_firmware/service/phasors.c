/* Correlation with one table: steps of 4 are 60 Hz, steps of 1 the window. */
#include "service/phasors.h"

#define TABLE_STEPS 256u
#define QUARTER (TABLE_STEPS / 4)
#define STEPS_PER_FRAME 4u /* 60 Hz: 64 frames a turn */
#define ONE_Q15 32767
#define LIVE_MV 30000u /* a voltage that has an angle */

/* 32767 sin(2 pi k / 256) */
static const int16_t sine_q15[TABLE_STEPS] = {
	0,	804,	1608,	2410,	3212,	4011,	4808,	5602,	6393,	7179,	7962,
	8739,	9512,	10278,	11039,	11793,	12539,	13279,	14010,	14732,	15446,	16151,
	16846,	17530,	18204,	18868,	19519,	20159,	20787,	21403,	22005,	22594,	23170,
	23731,	24279,	24811,	25329,	25832,	26319,	26790,	27245,	27683,	28105,	28510,
	28898,	29268,	29621,	29956,	30273,	30571,	30852,	31113,	31356,	31580,	31785,
	31971,	32137,	32285,	32412,	32521,	32609,	32678,	32728,	32757,	32767,	32757,
	32728,	32678,	32609,	32521,	32412,	32285,	32137,	31971,	31785,	31580,	31356,
	31113,	30852,	30571,	30273,	29956,	29621,	29268,	28898,	28510,	28105,	27683,
	27245,	26790,	26319,	25832,	25329,	24811,	24279,	23731,	23170,	22594,	22005,
	21403,	20787,	20159,	19519,	18868,	18204,	17530,	16846,	16151,	15446,	14732,
	14010,	13279,	12539,	11793,	11039,	10278,	9512,	8739,	7962,	7179,	6393,
	5602,	4808,	4011,	3212,	2410,	1608,	804,	0,	-804,	-1608,	-2410,
	-3212,	-4011,	-4808,	-5602,	-6393,	-7179,	-7962,	-8739,	-9512,	-10278, -11039,
	-11793, -12539, -13279, -14010, -14732, -15446, -16151, -16846, -17530, -18204, -18868,
	-19519, -20159, -20787, -21403, -22005, -22594, -23170, -23731, -24279, -24811, -25329,
	-25832, -26319, -26790, -27245, -27683, -28105, -28510, -28898, -29268, -29621, -29956,
	-30273, -30571, -30852, -31113, -31356, -31580, -31785, -31971, -32137, -32285, -32412,
	-32521, -32609, -32678, -32728, -32757, -32767, -32757, -32728, -32678, -32609, -32521,
	-32412, -32285, -32137, -31971, -31785, -31580, -31356, -31113, -30852, -30571, -30273,
	-29956, -29621, -29268, -28898, -28510, -28105, -27683, -27245, -26790, -26319, -25832,
	-25329, -24811, -24279, -23731, -23170, -22594, -22005, -21403, -20787, -20159, -19519,
	-18868, -18204, -17530, -16846, -16151, -15446, -14732, -14010, -13279, -12539, -11793,
	-11039, -10278, -9512,	-8739,	-7962,	-7179,	-6393,	-5602,	-4808,	-4011,	-3212,
	-2410,	-1608,	-804,
};

/* arc tangent of 2^-k in thousandths of a hundredth of a degree */
static const int32_t arc_tangents[] = {
	4500000, 2656505, 1403624, 712502, 357633, 178991, 89517, 44761, 22381,
	11191,	 5595,	  2798,	   1399,   699,	   350,	   175,	  87,	 44,
};

#define UNITS_PER_HUNDREDTH 1000
#define ROTATIONS (int)(sizeof(arc_tangents) / sizeof(arc_tangents[0]))

int32_t angle_of(int64_t cosine, int64_t sine)
{
	int64_t x = cosine < 0 ? -cosine : cosine;
	int64_t y = cosine < 0 ? -sine : sine;
	int32_t angle = cosine < 0 ? PHASOR_TURN / 2 * UNITS_PER_HUNDREDTH : 0;

	if (cosine == 0 && sine == 0) {
		return 0;
	}
	for (int step = 0; step < ROTATIONS; step++) {
		int64_t divisor = INT64_C(1) << step;
		int64_t turned = y > 0 ? x + y / divisor : x - y / divisor;

		angle += y > 0 ? arc_tangents[step] : -arc_tangents[step];
		y = y > 0 ? y - x / divisor : y + x / divisor;
		x = turned;
	}
	int32_t turn = PHASOR_TURN * UNITS_PER_HUNDREDTH;
	int32_t positive = (angle + UNITS_PER_HUNDREDTH / 2 + turn) % turn;

	return positive / UNITS_PER_HUNDREDTH;
}

int32_t lag_between(int32_t from, int32_t lag)
{
	int32_t turned = (lag - from) % PHASOR_TURN;

	if (turned >= PHASOR_TURN / 2) {
		turned -= PHASOR_TURN;
	}
	return turned < -PHASOR_TURN / 2 ? turned + PHASOR_TURN : turned;
}

static void correlate(struct phasors *phasors, const struct sample_frame *frame, uint32_t index)
{
	uint32_t step = STEPS_PER_FRAME * index;
	int32_t window_q15 = (ONE_Q15 - sine_q15[(index + QUARTER) % TABLE_STEPS]) / 2;
	int32_t cosine = window_q15 * sine_q15[(step + QUARTER) % TABLE_STEPS] / ONE_Q15;
	int32_t sine = window_q15 * sine_q15[step % TABLE_STEPS] / ONE_Q15;

	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		int volts = element;
		int amperes = DEVICE_ELEMENTS + element;

		phasors->cosine_q15[volts] += (int64_t)cosine * frame->volts[element];
		phasors->sine_q15[volts] += (int64_t)sine * frame->volts[element];
		phasors->cosine_q15[amperes] += (int64_t)cosine * frame->amperes[element];
		phasors->sine_q15[amperes] += (int64_t)sine * frame->amperes[element];
	}
}

void phasors_init(struct phasors *phasors, struct service_observation *observation)
{
	*phasors = (struct phasors){.frame = 0};
	*observation = (struct service_observation){
		.volts_lag = {PHASOR_NO_LAG, PHASOR_NO_LAG, PHASOR_NO_LAG},
		.amperes_lag = {PHASOR_NO_LAG, PHASOR_NO_LAG, PHASOR_NO_LAG},
	};
}

bool phasors_run(struct phasors *phasors, const struct sample_frame *frames, uint32_t frame_count)
{
	const uint32_t start = PHASOR_PERIOD_FRAMES - PHASOR_WINDOW_FRAMES;
	uint32_t end = phasors->frame + frame_count;

	uint32_t frame = phasors->frame > start ? phasors->frame : start;

	for (; frame < end; frame++) {
		correlate(phasors, &frames[frame - phasors->frame], frame - start);
	}
	phasors->frame = end;
	return end >= PHASOR_PERIOD_FRAMES;
}

static uint16_t lag_of_input(const struct phasors *phasors, int input, int32_t reference)
{
	int32_t lag = angle_of(phasors->cosine_q15[input], phasors->sine_q15[input]);

	return (uint16_t)((lag - reference + PHASOR_TURN) % PHASOR_TURN);
}

static int32_t reference_lag(const struct phasors *phasors, const struct live_values *live)
{
	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		if (live->volts_mv[element] >= LIVE_MV) {
			return lag_of_input(phasors, element, 0);
		}
	}
	return 0;
}

void phasors_take(struct phasors *phasors, const struct device_form *form,
		  const struct live_values *live, struct service_observation *observation)
{
	int32_t reference = reference_lag(phasors, live);
	uint32_t least_ua = DEVICE_LOW_CURRENT_UA(form);

	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		uint32_t volts_mv = live->volts_mv[element];
		uint32_t amperes_ua = live->amperes_ua[element];

		observation->volts_mv[element] = volts_mv;
		observation->amperes_ua[element] = amperes_ua;
		observation->volts_lag[element] =
			volts_mv >= LIVE_MV ? lag_of_input(phasors, element, reference)
					    : PHASOR_NO_LAG;
		observation->amperes_lag[element] =
			amperes_ua >= least_ua
				? lag_of_input(phasors, DEVICE_ELEMENTS + element, reference)
				: PHASOR_NO_LAG;
	}
	*phasors = (struct phasors){.frame = 0};
}
