/* The climate chamber as verbs use it, and how it is left. */
#include "drivers/lab.h"

enum status lab_set_chamber(struct lab *lab, double celsius)
{
	struct instrument *chamber = lab->climate_chamber;

	if (!chamber) {
		return status_fail(STATUS_BAD_INPUT, "lab %s has no climate chamber", lab->name);
	}
	lab->chamber.is_in_use = true;
	return chamber->climate_chamber->set(chamber, celsius);
}

enum status lab_leave_chamber(struct lab *lab)
{
	struct instrument *chamber = lab->climate_chamber;

	if (!chamber || !lab->chamber.is_in_use) {
		return STATUS_OK;
	}
	int abort_descriptor = clock_set_abort_descriptor(-1);
	enum status status =
		lab->chamber.is_held_at_end
			? chamber->climate_chamber->set(chamber, lab->chamber.end_celsius)
			: chamber->climate_chamber->stop(chamber);

	clock_set_abort_descriptor(abort_descriptor);
	if (!status) {
		lab->chamber.is_in_use = false;
	}
	return status;
}
