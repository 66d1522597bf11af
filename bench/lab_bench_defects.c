/*
 * What is wrong with the simulated instruments and with the leads between them: the element
 * bench_defect. The simulated meter knows nothing of it. Absent attributes: nothing is wrong.
 */
#include "bench/lab_parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Seconds of the virtual clock; 0 in the file means never. */
static struct instant instant_of(double seconds)
{
	return instant_after((struct instant){0}, seconds);
}

static enum status read_standard_faults(const xmlNode *element, struct standard_faults *faults)
{
	double swapped = 0, reversed = 0, open = 0, jump = 0;
	const struct lab_number_field fields[] = {
		{"standard_swapped_currents", &swapped},
		{"standard_reversed_current", &reversed},
		{"standard_open_current", &open},
		{"standard_drift_percent_per_hour", &faults->drift_percent_per_hour},
		{"standard_jump_percent", &faults->jump_percent},
		{"standard_jump_after_seconds", &jump},
	};
	enum status status = lab_read_numbers(element, fields, COUNT(fields));

	faults->has_swapped_currents = swapped > 0;
	faults->reversed_current = (int)reversed;
	faults->open_current = (int)open;
	faults->jump_at = instant_of(jump);
	return status;
}

static enum status read_instrument_faults(const xmlNode *element,
					  struct virtual_zera_faults *faults)
{
	double hung = 0, nonsense = 0, swapped = 0, open = 0, stays_on = 0, loses = 0, doubles = 0;
	const struct lab_number_field fields[] = {
		{"instrument_hung_after_seconds", &hung},
		{"instrument_nonsense_after_seconds", &nonsense},
		{"instrument_late_seconds", &faults->late_seconds},
		{"source_gain_percent", &faults->source_gain_percent},
		{"source_swapped_currents", &swapped},
		{"source_open_current", &open},
		{"source_stays_on", &stays_on},
		{"pick_up_loses", &loses},
		{"pick_up_doubles", &doubles},
		{"gate_gain_percent", &faults->gate_gain_percent},
	};
	enum status status = lab_read_numbers(element, fields, COUNT(fields));

	faults->hung_after = instant_of(hung);
	faults->nonsense_after = instant_of(nonsense);
	faults->source_swaps_currents = swapped > 0;
	faults->source_open_current = (int)open;
	faults->source_stays_on = stays_on > 0;
	faults->pick_up_loses = (int64_t)loses;
	faults->pick_up_doubles = (int64_t)doubles;
	return status;
}

enum status lab_bench_defects_read(const xmlNode *element, struct virtual_lab_defects *defects)
{
	enum status status = STATUS_OK;

	if (element) {
		status = read_standard_faults(element, &defects->standard);
	}
	return status || !element ? status : read_instrument_faults(element, &defects->zera);
}
