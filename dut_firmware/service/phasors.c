/* Every second frame of the window: only what the 31st and 33rd harmonic hold is mistaken for the
 * first. */
#include "service/phasors.h"

#include "service/reactive_power.h"

#define LIVE_MV 30000u /* a voltage that has an angle */
#define FRAMES_PER_WEIGHT 2u
#define WEIGHTS (PHASOR_WINDOW_FRAMES / FRAMES_PER_WEIGHT)

/* 32767 (1 - cos(2 pi k / 128)) / 2 times cosine and sine of 2 pi k / 32 */
static const struct {
	int16_t cosine;
	int16_t sine;
} weights_q15[WEIGHTS] = {
	{0, 0},		  {19, 4},	    {73, 30},	      {147, 99},	{223, 223},
	{273, 408},	  {270, 652},	    {187, 939},	      {0, 1247},	{-307, 1543},
	{-740, 1787},	  {-1295, 1938},    {-1952, 1952},    {-2681, 1791},	{-3436, 1423},
	{-4163, 828},	  {-4799, 0},	    {-5278, -1050},   {-5534, -2292},	{-5508, -3680},
	{-5149, -5149},	  {-4423, -6619},   {-3314, -8001},   {-1830, -9198},	{0, -10114},
	{2119, -10655},	  {4450, -10743},   {6891, -10312},   {9325, -9325},	{11624, -7767},
	{13653, -5655},	  {15280, -3039},   {16383, 0},	      {16857, 3353},	{16620, 6884},
	{15621, 10438},	  {13845, 13845},   {11314, 16932},   {8090, 19530},	{4273, 21482},
	{0, 22653},	  {-4563, 22939},   {-9225, 22272},   {-13782, 20626},	{-18021, 18021},
	{-21737, 14524},  {-24739, 10247},  {-26860, 5343},   {-27968, 0},	{-27975, -5565},
	{-26837, -11116}, {-24564, -16413}, {-21217, -21217}, {-16909, -25307}, {-11799, -28485},
	{-6086, -30595},  {0, -31520},	    {6206, -31198},   {12269, -29621},	{17932, -26837},
	{22947, -22947},  {27097, -18106},  {30200, -12509},  {32118, -6389},	{32767, 0},
	{32118, 6389},	  {30200, 12509},   {27097, 18106},   {22947, 22947},	{17932, 26837},
	{12269, 29621},	  {6206, 31198},    {0, 31520},	      {-6086, 30595},	{-11799, 28485},
	{-16909, 25307},  {-21217, 21217},  {-24564, 16413},  {-26837, 11116},	{-27975, 5565},
	{-27968, 0},	  {-26860, -5343},  {-24739, -10247}, {-21737, -14524}, {-18021, -18021},
	{-13782, -20626}, {-9225, -22272},  {-4563, -22939},  {0, -22653},	{4273, -21482},
	{8090, -19530},	  {11314, -16932},  {13845, -13845},  {15621, -10438},	{16620, -6884},
	{16857, -3353},	  {16384, 0},	    {15280, 3039},    {13653, 5655},	{11624, 7767},
	{9325, 9325},	  {6891, 10312},    {4450, 10743},    {2119, 10655},	{0, 10114},
	{-1830, 9198},	  {-3314, 8001},    {-4423, 6619},    {-5149, 5149},	{-5508, 3680},
	{-5534, 2292},	  {-5278, 1050},    {-4799, 0},	      {-4163, -828},	{-3436, -1423},
	{-2681, -1791},	  {-1952, -1952},   {-1295, -1938},   {-740, -1787},	{-307, -1543},
	{0, -1247},	  {187, -939},	    {270, -652},      {273, -408},	{223, -223},
	{147, -99},	  {73, -30},	    {19, -4},
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
	const int64_t cosine = weights_q15[index].cosine;
	const int64_t sine = weights_q15[index].sine;

	for (int element = 0; element < DEVICE_ELEMENTS; element++) {
		int volts = element;
		int amperes = DEVICE_ELEMENTS + element;

		phasors->cosine_q15[volts] += cosine * frame->volts[element];
		phasors->sine_q15[volts] += sine * frame->volts[element];
		phasors->cosine_q15[amperes] += cosine * frame->amperes[element];
		phasors->sine_q15[amperes] += sine * frame->amperes[element];
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

	frame += (frame - start) % FRAMES_PER_WEIGHT;
	for (; frame < end; frame += FRAMES_PER_WEIGHT) {
		correlate(phasors, &frames[frame - phasors->frame],
			  (frame - start) / FRAMES_PER_WEIGHT);
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
	observation->reactive_mvar = reactive_power_of(phasors, form, live);
	*phasors = (struct phasors){.frame = 0};
}
