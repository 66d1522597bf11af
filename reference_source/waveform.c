/* Root mean square of a wave with harmonics: they add by their squares. */
#include "reference_source/waveform.h"

#include <math.h>

double waveform_rms(const struct waveform *waveform)
{
	double square = 1.0;

	for (int i = 0; i < waveform->count; i++) {
		double relative = waveform->harmonics[i].relative;

		square += relative * relative;
	}
	return sqrt(square);
}
