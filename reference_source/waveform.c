/* Root mean square of a wave with harmonics: they add by their squares. */
#include "reference_source/waveform.h"

#include <math.h>

struct waveform waveform_of_one(int order, double relative)
{
	struct waveform waveform = {.count = relative > 0};

	waveform.harmonics[0] = (struct harmonic){.order = order, .relative = relative};
	return waveform;
}

double waveform_rms(const struct waveform *waveform)
{
	double square = 1.0;

	for (int i = 0; i < waveform->count; i++) {
		double relative = waveform->harmonics[i].relative;

		square += relative * relative;
	}
	return sqrt(square);
}
