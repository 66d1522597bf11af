/* Finds the row for a load, and turns what is written there into a figure. */
#include "procedures/limit.h"

#include <stdlib.h>
#include <string.h>

#include "procedures/limit_rows.h"
#include "procedures/word_list.h"

/* A load computed as a percentage of Imax may miss a boundary by the last bits. */
#define BOUNDARY_TOLERANCE 1e-9
#define WATT_HOURS_PER_KILOWATT_HOUR 1000.0

static const char *const provenance_names[] = {
	[PROVENANCE_READ] = "read",
	[PROVENANCE_RECALLED] = "recalled",
	[PROVENANCE_STAND_IN] = "stand-in",
	[PROVENANCE_LABORATORY] = "laboratory",
};

static const struct limit_test limit_tests[] = {
	{"load_performance", "percent", true, "error of active energy by test pulses"},
	{"register", "percent", true, "error of a register against reference energy"},
	{"register_difference", "percent", true, "register against test pulses"},
	{"direction_difference", "percent", true, "error delivered less error received"},
	{"repeatability", "percent", true, "standard deviation of repeated runs"},
	{"element_difference", "percent", true, "error of one element less the balanced one"},
	{"detent", "percent", true, "error at power factors that turn one element backwards"},
	{"voltage_variation", "percent", true, "shift with the voltage"},
	{"frequency_variation", "percent", true, "shift with the frequency"},
	{"temperature_coefficient", "percent/K", true, "shift per kelvin"},
	{"self_heating", "percent", true, "shift by maximum current over time"},
	{"phase_sequence", "percent", true, "shift with reversed phase sequence"},
	{"phase_loss", "percent", true, "shift with one or two phases lost"},
	{"unbalance", "percent", true, "shift with unbalanced currents or voltages"},
	{"harmonics", "percent", true, "shift with harmonics in voltage and current"},
	{"auxiliary", "percent", true, "shift with a module or another auxiliary at work"},
	{"demand", "percent", true, "error of demand, of the reading"},
	{"starting_load", "A", false, "current at which the meter has to start"},
	{"no_load", "pulses", false, "most pulses without current"},
	{"no_load_time", "min", false, "shortest time of the test without current"},
	{"register_resolution", "Wh", false, "largest step of the energy register"},
	{"spurious_energy", "Wh", false, "most energy registered in a disturbance without load"},
	{"clock_with_supply", "s/day", false, "clock with supply, at reference temperature"},
	{"clock_on_reserve", "s/day", false, "clock without supply, at reference temperature"},
	{"clock_temperature", "s/day/K", false, "clock, change with temperature"},
};
#define TEST_COUNT (sizeof(limit_tests) / sizeof(limit_tests[0]))

const char *provenance_name(enum provenance provenance)
{
	return provenance_names[provenance];
}

bool provenance_from_name(const char *name, enum provenance *provenance)
{
	for (size_t i = 0; i < sizeof(provenance_names) / sizeof(provenance_names[0]); i++) {
		if (!strcmp(name, provenance_names[i])) {
			*provenance = (enum provenance)i;
			return true;
		}
	}
	return false;
}

const struct limit_test *limit_test_at(size_t index)
{
	return index < TEST_COUNT ? &limit_tests[index] : NULL;
}

const struct limit_test *limit_test_find(const char *name)
{
	for (size_t i = 0; i < TEST_COUNT; i++) {
		if (!strcmp(limit_tests[i].name, name)) {
			return &limit_tests[i];
		}
	}
	return NULL;
}

void limit_set_free(struct limit_set *set)
{
	while (set) {
		struct limit_set *below = set->below;
		free(set);
		set = below;
	}
}

const char *limit_set_title(const struct limit_set *set)
{
	return set->title;
}

const char *limit_set_file(const struct limit_set *set, int index)
{
	while (set && index--) {
		set = set->below;
	}
	return set ? set->path : NULL;
}

double power_factor_axis(double power_factor, enum power_factor_side side)
{
	return side == POWER_FACTOR_LAGGING ? power_factor - 1 : 1 - power_factor;
}

static double amperes_of(const struct limit_set *set, const struct limit_current *current,
			 double maximum_amperes)
{
	double base = 1;

	switch (current->base) {
	case BASE_MAXIMUM:
		base = maximum_amperes;
		break;
	case BASE_NOMINAL:
		base = amperes_of(set, &set->nominal, maximum_amperes);
		break;
	case BASE_MINIMUM:
		base = amperes_of(set, &set->minimum, maximum_amperes);
		break;
	case BASE_AMPERE:
	case BASE_COUNT:
		break;
	}
	return current->factor * base;
}

static bool current_fits(const struct limit_set *set, const struct limit_row *row,
			 const struct limit_question *question)
{
	double from = amperes_of(set, &row->from, question->maximum_amperes);
	double to = amperes_of(set, &row->to, question->maximum_amperes);

	if (question->amperes < from * (1 - BOUNDARY_TOLERANCE)) {
		return false;
	}
	return question->amperes <
	       to * (1 + (row->to_is_included ? BOUNDARY_TOLERANCE : -BOUNDARY_TOLERANCE));
}

static bool power_factor_fits(const struct limit_row *row, const struct limit_question *question)
{
	bool is_unity = question->side == POWER_FACTOR_UNITY;
	double axis = power_factor_axis(question->power_factor, question->side);

	if (is_unity || row->is_unity) {
		return is_unity && row->is_unity;
	}
	return axis >= row->axis_from - BOUNDARY_TOLERANCE &&
	       axis <= row->axis_to + BOUNDARY_TOLERANCE;
}

static bool ratio_fits(const struct ratio_range *range, double ratio)
{
	return range->to == 0 || (ratio > 0 && ratio >= range->from * (1 - BOUNDARY_TOLERANCE) &&
				  ratio <= range->to * (1 + BOUNDARY_TOLERANCE));
}

static bool class_fits(const struct limit_row *row, const struct limit_question *question)
{
	double amperes =
		question->class_amperes > 0 ? question->class_amperes : question->maximum_amperes;

	return row->class_amperes == 0 || row->class_amperes == amperes;
}

static bool row_fits(const struct limit_set *set, const struct limit_row *row,
		     const struct limit_question *question)
{
	if (!word_list_has(row->tests, question->test)) {
		return false;
	}
	if (row->limit.is_to_be_entered) {
		return true;
	}
	if (!class_fits(row, question) || !ratio_fits(&row->volts, question->volts_ratio) ||
	    !ratio_fits(&row->hertz, question->hertz_ratio)) {
		return false;
	}
	return !row->is_at_load ||
	       (row->is_single_element == question->is_single_element &&
		current_fits(set, row, question) && power_factor_fits(row, question));
}

/* A figure that rests on another one is known no better than that. */
static bool is_unread(enum provenance provenance)
{
	return provenance == PROVENANCE_RECALLED || provenance == PROVENANCE_STAND_IN;
}

static double part_of_limit(const struct limit_set *top, const struct limit_question *question,
			    struct limit *limit)
{
	struct limit_question whole = *question;
	struct limit other;

	whole.test = "load_performance";
	limit_find(top, &whole, &other);
	if (is_unread(other.provenance)) {
		limit->provenance = other.provenance;
	}
	return other.has_row ? limit->limit_percent * other.limit_percent : 0;
}

/* 0 where the question does not say enough. */
static double figure_of(const struct limit_set *top, const struct limit_set *set,
			const struct limit_row *row, const struct limit_question *question,
			struct limit *limit)
{
	struct limit_current current = {.factor = limit->limit_percent, .base = row->base};
	double power = question->elements * question->volts * question->maximum_amperes;

	switch (row->formula) {
	case FORMULA_CURRENT:
		return amperes_of(set, &current, question->maximum_amperes);
	case FORMULA_TIME:
		return power > 0 && question->watt_hours_per_pulse > 0
			       ? limit->limit_percent * question->watt_hours_per_pulse /
					 WATT_HOURS_PER_KILOWATT_HOUR / power
			       : 0;
	case FORMULA_ENERGY:
		return limit->limit_percent * power * WATT_HOURS_PER_KILOWATT_HOUR;
	case FORMULA_PART_OF_LIMIT:
		return part_of_limit(top, question, limit);
	case FORMULA_NONE:
		break;
	}
	return limit->limit_percent;
}

void limit_find(const struct limit_set *set, const struct limit_question *question,
		struct limit *limit)
{
	*limit = (struct limit){.has_row = false};
	for (const struct limit_set *layer = set; layer; layer = layer->below) {
		for (int i = 0; i < layer->row_count; i++) {
			const struct limit_row *row = &layer->rows[i];
			if (row_fits(layer, row, question)) {
				*limit = row->limit;
				limit->limit_percent = figure_of(set, layer, row, question, limit);
				limit->has_row =
					!limit->is_to_be_entered && limit->limit_percent > 0;
				return;
			}
		}
	}
}
