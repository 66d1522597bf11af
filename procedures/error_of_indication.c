/* Error of indication, and how many pulses give the uncertainty that is wanted. */
#include "procedures/error_of_indication.h"

#include <math.h>

#define SECONDS_PER_HOUR 3600.0
#define MOST_PULSES 1e12 /* more than any meter puts out in a test */

static double true_watt_hours(double indicated, double error_percent)
{
	return indicated / (1 + error_percent / 100);
}

double error_by_pulses_percent(int64_t pulses, double watt_hours_per_pulse,
			       double reference_watt_hours, double reference_error_percent)
{
	double reference = fabs(true_watt_hours(reference_watt_hours, reference_error_percent));

	return 100 * ((double)pulses * watt_hours_per_pulse / reference - 1);
}

double error_by_register_percent(double registered_watt_hours, double reference_watt_hours,
				 double reference_error_percent)
{
	double reference = true_watt_hours(reference_watt_hours, reference_error_percent);

	return 100 * (registered_watt_hours / reference - 1);
}

/* Longest of the times that each random term needs to stay below half the wanted uncertainty. */
static double measuring_seconds(const struct measuring_time_needs *needs)
{
	double seconds = needs->minimum_seconds;

	if (needs->wanted_uncertainty > 0) {
		double random = needs->wanted_uncertainty / 2;
		double noise = needs->noise_one_second / random;

		seconds = fmax(seconds, needs->edge_seconds / (sqrt(6) * random));
		seconds = fmax(seconds, SECONDS_PER_HOUR * needs->count_watt_hours /
						(sqrt(6) * random * needs->watts));
		seconds = fmax(seconds, noise * noise);
	}
	return seconds;
}

int64_t pulses_for_uncertainty(const struct measuring_time_needs *needs)
{
	if (!(needs->watts > 0) || !(needs->watt_hours_per_pulse > 0)) {
		return 1;
	}
	double pulses = needs->watts * measuring_seconds(needs) /
			(SECONDS_PER_HOUR * needs->watt_hours_per_pulse);

	/* a whole number of pulses stays one, whatever the last bit of the division */
	pulses = ceil(fmin(pulses, MOST_PULSES) * (1 - 1e-12));
	return pulses > 1 ? (int64_t)pulses : 1;
}
