/* See the header. */
#include "procedures/two_stage.h"

#include <math.h>

#include "reference_source/uncertainty.h"

int two_stage_runs(int first, double deviation, double wanted_uncertainty, int most)
{
	double ratio = student_t95(first - 1) * deviation / wanted_uncertainty;
	double runs = ceil(ratio * ratio);

	if (!(runs < most)) {
		return most > first ? most : first;
	}
	return runs > first ? (int)runs : first;
}
