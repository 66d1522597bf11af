/* Adjustment constants in integers: coefficients by a short Taylor series, good to 2^-30. */
#include "metrology/adjustment.h"

#include "storage/little_endian.h"

/* Removing DC with 2^-14 per frame amplifies both factors by 1 / (1 - 2^-15): (1 - 2^-15)^2 * 2^30.
 */
#define UNITY_Q30 ((INT64_C(1) << 30) - (INT64_C(1) << 16) + 1)
#define ONE_Q31 (INT64_C(1) << 31)
#define RADIANS_PER_NS_Q46 INT64_C(13264196)	 /* 3840e-9 * pi/64 * 2^46 */
#define RADIANS_PER_FRAME_Q31 INT64_C(210828714) /* 2 * pi/64 * 2^31 */

bool adjustment_is_in_range(const struct adjustment *adjustment)
{
	for (int element = 0; element < 3; element++) {
		int32_t gain_ppb = adjustment->gain_ppb[element];
		int32_t delay_ns = adjustment->delay_ns[element];

		if (gain_ppb < -ADJUSTMENT_GAIN_LIMIT_PPB || gain_ppb > ADJUSTMENT_GAIN_LIMIT_PPB ||
		    delay_ns < -ADJUSTMENT_DELAY_LIMIT_NS || delay_ns > ADJUSTMENT_DELAY_LIMIT_NS) {
			return false;
		}
	}
	return true;
}

int32_t adjustment_gain_q30(int32_t gain_ppb)
{
	return (int32_t)(UNITY_Q30 + gain_ppb * UNITY_Q30 / 1000000000);
}

/* |angle| below 0.12 rad: the term of the seventh order is 6e-11. */
static int64_t sine_q31(int64_t angle_q31)
{
	int64_t square_q31 = angle_q31 * angle_q31 / ONE_Q31;
	int64_t third_q31 = angle_q31 * square_q31 / ONE_Q31;
	int64_t fifth_q31 = third_q31 * square_q31 / ONE_Q31;

	return angle_q31 - third_q31 / 6 + fifth_q31 / 120;
}

int32_t adjustment_all_pass_q31(int32_t delay_ns)
{
	int64_t delay_q31 = delay_ns * RADIANS_PER_NS_Q46 / (INT64_C(1) << 15);

	return (int32_t)(-sine_q31(delay_q31) * ONE_Q31 /
			 sine_q31(RADIANS_PER_FRAME_Q31 + delay_q31));
}

void adjustment_encode(const struct adjustment *adjustment, uint8_t bytes[ADJUSTMENT_BYTES])
{
	for (int element = 0; element < 3; element++) {
		put_u32(&bytes[8 * element], (uint32_t)adjustment->gain_ppb[element]);
		put_u32(&bytes[8 * element + 4], (uint32_t)adjustment->delay_ns[element]);
	}
	bytes[24] = (uint8_t)(adjustment->change_count & 0xFF);
	bytes[25] = (uint8_t)(adjustment->change_count >> 8);
}

void adjustment_decode(struct adjustment *adjustment, const uint8_t bytes[ADJUSTMENT_BYTES])
{
	for (int element = 0; element < 3; element++) {
		adjustment->gain_ppb[element] = get_i32(&bytes[8 * element]);
		adjustment->delay_ns[element] = get_i32(&bytes[8 * element + 4]);
	}
	adjustment->change_count = (uint16_t)(bytes[24] | bytes[25] << 8);
}
