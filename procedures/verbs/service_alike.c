/* Voltages of elements as vectors. */
#include "procedures/verbs/service_alike.h"

#include <math.h>

/* Relative; nothing but rounding parts what is alike. */
#define SAME_VOLTS 0.01

struct plane {
	double real, imaginary;
};

/* Cosine and sine by the angle's place among multiples of 30 degrees: all services have only such.
 */
static struct plane unit_of(double lag_degrees)
{
	static const double cosines[12] = {
		1,  0.86602540378443865,  0.5,	0, -0.5, -0.86602540378443865,
		-1, -0.86602540378443865, -0.5, 0, 0.5,	 0.86602540378443865};
	int place = (int)lround(lag_degrees / 30);

	place = (place % 12 + 12) % 12;
	return (struct plane){cosines[place], -cosines[(place + 9) % 12]};
}

/* The voltage of an element, in the measure of the first element's and behind it. */
static struct plane element_volts(const struct element_wiring *wiring,
				  const struct three_phase *phasors)
{
	struct plane sum = {0, 0};

	for (int phase = 0; phase < 3; phase++) {
		struct plane unit = unit_of(phasors->volts[phase].lag_degrees);
		double volts = wiring->volts[phase] * phasors->volts[phase].rms;

		sum.real += volts * unit.real;
		sum.imaginary += volts * unit.imaginary;
	}
	return sum;
}

bool services_look_alike(const struct form *form, const struct three_phase *one,
			 const struct three_phase *other)
{
	for (int i = 0; i < form->wiring_count; i++) {
		struct plane a = element_volts(&form->wiring[i], one);
		struct plane b = element_volts(&form->wiring[i], other);
		double scale = fmax(hypot(a.real, a.imaginary), 1);

		if (hypot(a.real - b.real, a.imaginary - b.imaginary) > SAME_VOLTS * scale) {
			return false;
		}
	}
	return true;
}
