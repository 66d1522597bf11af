/*
 * How a real source departs from what was asked. Every part is seeded and zero when switched off.
 */
#ifndef REFERENCE_SOURCE_SOURCE_MODEL_H
#define REFERENCE_SOURCE_SOURCE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "reference_source/instant.h"
#include "reference_source/service_type.h"

struct source_model {
	uint64_t seed;
	uint64_t setting; /* number of this setting: noise and walk begin anew, fixed errors stay */
	double setting_percent; /* standard deviation of the fixed amplitude error per channel */
	double setting_degrees; /* standard deviation of the fixed angle error per channel */
	double drift_percent;	/* standard deviation of the slow walk per channel after one hour */
	double noise_percent;	/* standard deviation of the amplitude from second to second */
	double frequency_ppm;	/* standard deviation of the fixed frequency error */
	double ramp_seconds;	/* time of the linear ramp to a new amplitude */
	double settling_seconds; /* time constant of the exponential tail after the ramp */
	double settling_percent; /* amplitude error at the ramp's end, dies with the time constant
				  */
};

/*
 * What the source gives when `asked` was set at `set_at` and the steady state is looked at in
 * second number `second` (counted from set_at, 0 = first second after the ramp): amplitudes and
 * angles with all imperfections but the ramp.
 */
void source_model_apply(const struct source_model *model, const struct three_phase *asked,
			int64_t second, struct three_phase *given);

#endif
