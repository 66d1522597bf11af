/*
 * temperature: how far the error of indication moves when the meters are colder or hotter than at
 * reference temperature, per kelvin. The standard stays outside the chamber, so that its
 * calibration cancels (shift.h). That the meters have followed the air is found by the error
 * itself: it has to stand still over three blocks of runs. At the end the reference temperature
 * comes once more.
 */
#include "procedures/verbs/chamber_soak.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	VOLTS,
	PERCENT,
	POWER_FACTORS,
	TEMPERATURES,
	REFERENCE,
	SOAK_LEAST,
	SOAK_MOST,
	DRIFT,
	RUNS,
	WANTED_UNCERTAINTY,
	CELSIUS_UNCERTAINTY
};

#define POINTS 4
#define TEMPERATURES_MAXIMUM 8

/* At one temperature: each load on each position, and the air's temperature at that time. */
struct station {
	double asked_celsius;
	double celsius[POINTS];
	struct measured_condition conditions[POINTS][LAB_POSITIONS];
};

struct temperature_test {
	int point_count;
	struct verb_load loads[POINTS];
	int temperature_count;
	double temperatures[TEMPERATURES_MAXIMUM];
	double reference_celsius;
	struct soak soak;
};

static bool next_word(const char **list, char *word, size_t size)
{
	*list += strspn(*list, " ");
	size_t length = strcspn(*list, " ");

	if (!length || length >= size) {
		return false;
	}
	memcpy(word, *list, length);
	word[length] = '\0';
	*list += length;
	return true;
}

static enum status read_loads(const struct step_context *context,
			      const struct step_argument *arguments, struct temperature_test *test)
{
	const char *list = arguments[POWER_FACTORS].text;
	enum status status = STATUS_OK;
	char word[16];

	while (!status && next_word(&list, word, sizeof(word))) {
		struct load_point point = {
			.phases = service_phases(context->form->service),
			.volts = arguments[VOLTS].number,
			.amperes = arguments[PERCENT].number / 100 * context->form->maximum_amperes,
			.hertz = context->device->hertz,
			.single_element = -1,
		};

		if (test->point_count == POINTS) {
			return status_fail(STATUS_BAD_INPUT, "more than %d power factors", POINTS);
		}
		status = power_factor_parse(word, &point.power_factor, &point.side);
		if (!status) {
			status = verb_load_from_point(context, &point,
						      &test->loads[test->point_count++]);
		}
	}
	return status || test->point_count
		       ? status
		       : status_fail(STATUS_BAD_INPUT, "power_factors names no power factor");
}

static enum status check_celsius(const struct step_context *context, double celsius)
{
	const struct device_type *device = context->device;

	if (celsius >= device->coldest_celsius && celsius <= device->hottest_celsius) {
		return STATUS_OK;
	}
	return status_fail(STATUS_LIMIT, "%g degrees Celsius are outside the range of %s, %g to %g",
			   celsius, device->title, device->coldest_celsius,
			   device->hottest_celsius);
}

static enum status read_temperatures(const struct step_context *context,
				     const struct step_argument *arguments,
				     struct temperature_test *test)
{
	const char *list = arguments[TEMPERATURES].text;
	enum status status = check_celsius(context, test->reference_celsius);
	char word[16], end;

	while (!status && next_word(&list, word, sizeof(word))) {
		double celsius;

		if (sscanf(word, "%lf%c", &celsius, &end) != 1 || !isfinite(celsius)) {
			return status_fail(STATUS_BAD_INPUT,
					   "\"%s\" in temperatures is no temperature in degrees "
					   "Celsius",
					   word);
		}
		if (test->temperature_count == TEMPERATURES_MAXIMUM) {
			return status_fail(STATUS_BAD_INPUT, "more than %d temperatures",
					   TEMPERATURES_MAXIMUM);
		}
		if (fabs(celsius - test->reference_celsius) < 1) {
			return status_fail(STATUS_BAD_INPUT,
					   "%g in temperatures is the reference temperature",
					   celsius);
		}
		status = check_celsius(context, celsius);
		test->temperatures[test->temperature_count++] = celsius;
	}
	return status || test->temperature_count
		       ? status
		       : status_fail(STATUS_BAD_INPUT, "temperatures names no temperature");
}

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments, struct temperature_test *test)
{
	*test = (struct temperature_test){
		.reference_celsius = arguments[REFERENCE].number,
		.soak = {.least_seconds = 60 * arguments[SOAK_LEAST].number,
			 .most_seconds = 60 * arguments[SOAK_MOST].number,
			 .drift_percent = arguments[DRIFT].number,
			 .runs = (int)arguments[RUNS].number,
			 .wanted_uncertainty_percent = arguments[WANTED_UNCERTAINTY].number},
	};
	enum status status = read_loads(context, arguments, test);

	return status ? status : read_temperatures(context, arguments, test);
}

static enum status temperature_check(const struct step_context *context,
				     const struct step_argument *arguments)
{
	struct temperature_test test;
	enum status status = prepare(context, arguments, &test);

	if (!status && !context->lab->climate_chamber) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no climate_chamber",
				     context->lab->name);
	}
	if (!status && !context->lab->error_calculator) {
		status = status_fail(STATUS_BAD_INPUT, "lab %s has no error calculator",
				     context->lab->name);
	}
	if (!status && !(test.soak.most_seconds > test.soak.least_seconds)) {
		status = status_fail(STATUS_BAD_INPUT, "soak_most is not longer than soak_least");
	}
	return status;
}

/* Soaks with the first load, then measures each. */
static enum status measure_station(struct step_context *context,
				   const struct temperature_test *test, double celsius,
				   struct station *station)
{
	enum status status = chamber_soak(context, &test->soak, &test->loads[0], celsius);

	station->asked_celsius = celsius;
	for (int point = 0; !status && point < test->point_count; point++) {
		const struct verb_load *load = &test->loads[point];
		struct pulse_plan plan = {
			.load = load,
			.wanted_uncertainty_percent = test->soak.wanted_uncertainty_percent,
			.minimum_seconds = SOAK_RUN_SECONDS,
		};

		status = apply_and_settle(context, load);
		if (!status) {
			status = measure_in_two_stages(context, &plan, test->soak.runs);
		}
		if (!status) {
			status = chamber_air(context, &station->celsius[point]);
		}
		for (int i = next_position(context->lab, 0); !status && i >= 0;
		     i = next_position(context->lab, i + 1)) {
			condition_keep(context, load, i, &station->conditions[point][i]);
		}
	}
	return status;
}

static enum status record_coefficient(struct step_context *context,
				      const struct temperature_test *test,
				      const struct step_argument *arguments, int index, int point,
				      const struct station *reference,
				      const struct station *station)
{
	const struct measured_shift shift = {
		.index = index,
		.test = "temperature_coefficient",
		.direction = "delivered",
		.reference = &reference->conditions[point][index],
		.changed = &station->conditions[point][index],
		.influence = INFLUENCE_NONE,
	};
	double kelvin = station->celsius[point] - reference->celsius[point];
	char what[80], remark[160];
	struct uncertainty_budget budget = {.count = 0};
	struct measured_value value = {
		.index = index,
		.test = shift.test,
		.what = what,
		.load = &test->loads[point],
		.direction = shift.direction,
		.unit = "percent/K",
		.runs = shift.changed->runs.runs,
		.remark = remark,
	};
	double moved = measured_shift_budget(context, &shift, &budget);

	value.value = coefficient(moved, kelvin);
	coefficient_budget(&budget, moved, kelvin, arguments[CELSIUS_UNCERTAINTY].number / 2,
			   &value.budget);
	snprintf(what, sizeof(what), "shift per kelvin from %.1f to %.1f degrees Celsius",
		 reference->celsius[point], station->celsius[point]);
	snprintf(remark, sizeof(remark), "error %.4f %%, then %.4f %%: shift %.4f %% over %.1f K",
		 shift.reference->runs.error_percent, shift.changed->runs.error_percent, moved,
		 kelvin);
	return record_value(context, &value);
}

static enum status record_station(struct step_context *context, const struct temperature_test *test,
				  const struct step_argument *arguments,
				  const struct station *reference, const struct station *station)
{
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		for (int point = 0; !status && point < test->point_count; point++) {
			status = record_coefficient(context, test, arguments, i, point, reference,
						    station);
		}
	}
	return status;
}

/* What heat and cold have left behind. No document that was read limits it. */
static enum status record_return(struct step_context *context, const struct temperature_test *test,
				 const struct station *first, const struct station *last)
{
	static const struct limit none = {.has_row = false};
	enum status status = STATUS_OK;

	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		for (int point = 0; !status && point < test->point_count; point++) {
			status = record_shift(context,
					      &(struct measured_shift){
						      .index = i,
						      .test = "temperature_return",
						      .direction = "delivered",
						      .reference = &first->conditions[point][i],
						      .changed = &last->conditions[point][i],
						      .influence = INFLUENCE_NONE,
						      .remark = "back at reference temperature",
						      .limit = &none,
					      });
		}
	}
	return status;
}

static enum status temperature_run(struct step_context *context,
				   const struct step_argument *arguments)
{
	static struct station reference, station;
	struct temperature_test test;
	enum status status = prepare(context, arguments, &test);

	if (!status) {
		status = require_identified(context);
	}
	if (!status) {
		status = check_chamber_reach(context, test.temperatures, test.temperature_count);
	}
	if (!status && context->lab->chamber.is_held_at_end) {
		status = check_chamber_reach(context, &context->lab->chamber.end_celsius, 1);
	}
	if (!status) {
		status = measure_station(context, &test, test.reference_celsius, &reference);
	}
	for (int i = 0; !status && i < test.temperature_count; i++) {
		status = measure_station(context, &test, test.temperatures[i], &station);
		if (!status) {
			status = record_station(context, &test, arguments, &reference, &station);
		}
	}
	if (!status) {
		status = measure_station(context, &test, test.reference_celsius, &station);
	}
	return status ? status : record_return(context, &test, &reference, &station);
}

const struct step_verb verb_temperature = {
	.name = "temperature",
	.purpose = "shift of the error per kelvin in a climate chamber, after a soak until it "
		   "stands still",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, NULL,
			 "volts per leg, line to neutral in wye"},
			{"percent_of_maximum", PARAMETER_QUANTITY, "%", 0.001, 100, NULL,
			 "current in per cent of the form's maximum current"},
			{"power_factors", PARAMETER_TEXT, NULL, 0, 0, "1 0.5L",
			 "power factors, each measured at each temperature; soaked with the first"},
			{"temperatures", PARAMETER_TEXT, NULL, 0, 0, "$coldest $hottest",
			 "degrees Celsius, in this order"},
			{"reference", PARAMETER_QUANTITY, "degC", -40, 60, "23 degC",
			 "reference temperature, first and last"},
			{"soak_least", PARAMETER_QUANTITY, "min", 1, 1440, "60 min",
			 "from when the air has the temperature"},
			{"soak_most", PARAMETER_QUANTITY, "min", 2, 2880, "480 min",
			 "until when the error has to stand still"},
			{"drift", PARAMETER_QUANTITY, "%", 0.0005, 1, "0.01 %",
			 "most change of the error over three blocks, ten minutes apart, that "
			 "counts as standing still"},
			{"runs", PARAMETER_INTEGER, NULL, 2, RUNS_MAXIMUM / 2, "5",
			 "runs of the first stage of each measurement"},
			{"wanted_uncertainty", PARAMETER_QUANTITY, "%", 0.0005, 5, "0.01 %",
			 "expanded uncertainty of the random part of each measurement"},
			{"temperature_uncertainty", PARAMETER_QUANTITY, "K", 0.01, 10, "1 K",
			 "expanded uncertainty of the meters' temperature"},
		},
	.check = temperature_check,
	.run = temperature_run,
};
