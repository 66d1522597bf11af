/*
 * Quarter turns are taken off exactly (multiples of 1/4 are exact in binary), the rest of at most
 * 1/8 turn goes into the Taylor series; the first term left out is below 5e-17.
 */
#include "reference_source/portable_sine.h"

#include <stdint.h>

/* From here on every double is a whole number of turns. */
#define ALL_WHOLE_TURNS 4503599627370496.0 /* 2^52 */

static double sine_series(double x)
{
	double s = x * x;

	return x + x * s *
			   (-1.0 / 6 +
			    s * (1.0 / 120 + s * (-1.0 / 5040 +
						  s * (1.0 / 362880 +
						       s * (-1.0 / 39916800 +
							    s * (1.0 / 6227020800.0 +
								 s * (-1.0 / 1307674368000.0)))))));
}

static double cosine_series(double x)
{
	double s = x * x;

	return 1.0 +
	       s * (-0.5 +
		    s * (1.0 / 24 +
			 s * (-1.0 / 720 +
			      s * (1.0 / 40320 + s * (-1.0 / 3628800 +
						      s * (1.0 / 479001600 +
							   s * (-1.0 / 87178291200.0 +
								s * (1.0 / 20922789888000.0))))))));
}

struct sine_cosine sine_cosine_of_turns(double turns)
{
	int64_t quarters = 0;

	if (turns > -ALL_WHOLE_TURNS && turns < ALL_WHOLE_TURNS) {
		quarters = (int64_t)(turns * 4 + (turns < 0 ? -0.5 : 0.5));
		turns -= (double)quarters * 0.25;
	} else {
		turns -= turns; /* zero; not a number for infinities */
	}
	double x = turns * TWO_PI;
	double sine = sine_series(x);
	double cosine = cosine_series(x);

	switch (quarters & 3) {
	case 1:
		return (struct sine_cosine){cosine, -sine};
	case 2:
		return (struct sine_cosine){-sine, -cosine};
	case 3:
		return (struct sine_cosine){-cosine, sine};
	default:
		return (struct sine_cosine){sine, cosine};
	}
}
