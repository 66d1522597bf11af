/* The climate chamber's way to a temperature, and the meters' after it. */
#include "procedures/verbs/chamber_soak.h"
#include "procedures/verbs/module_support.h"

#include <math.h>
#include <stdio.h>

#define AIR_KELVIN 1.0
#define AIR_SECONDS_MAXIMUM (6 * 3600.0)
#define LOOK_SECONDS 60.0
#define BLOCK_SECONDS 600.0
#define BLOCKS 3

enum status check_chamber_reach(const struct step_context *context, const double celsius[],
				int count)
{
	struct instrument *chamber = context->lab->climate_chamber;
	double least, most;

	chamber->climate_chamber->limits(chamber, &least, &most);
	for (int i = 0; i < count; i++) {
		if (!(celsius[i] >= least && celsius[i] <= most)) {
			return status_fail(STATUS_LIMIT,
					   "%g degrees Celsius are outside what climate chamber %s "
					   "can be set to, %g to %g",
					   celsius[i], chamber->name, least, most);
		}
	}
	return STATUS_OK;
}

static enum status look(struct step_context *context, struct chamber_indication *indication)
{
	struct instrument *chamber = context->lab->climate_chamber;
	enum status status = chamber->climate_chamber->check_alarms(chamber);

	return status ? status : chamber->climate_chamber->read(chamber, indication);
}

enum status chamber_air(struct step_context *context, double *celsius)
{
	struct chamber_indication indication = {.celsius = 0};
	enum status status = look(context, &indication);
	struct record_draft draft;

	*celsius = indication.celsius;
	if (status) {
		return status;
	}
	entry_begin(context, &draft, "chamber", 0);
	record_draft_number(&draft, "celsius", indication.celsius);
	record_draft_number(&draft, "set_point_celsius", indication.set_point_celsius);
	return entry_add(context, &draft);
}

static enum status wait_for_air(struct step_context *context, double celsius)
{
	struct lab *lab = context->lab;
	struct instant deadline = instant_after(clock_now(lab->clock), AIR_SECONDS_MAXIMUM);

	for (;;) {
		struct chamber_indication indication = {.celsius = 0};
		enum status status = look(context, &indication);

		if (status) {
			return status;
		}
		if (!indication.is_running) {
			return status_fail(STATUS_ALARM,
					   "climate chamber %s stands still on its way to %g "
					   "degrees Celsius; look at its panel",
					   lab->climate_chamber->name, celsius);
		}
		if (fabs(indication.celsius - celsius) <= AIR_KELVIN) {
			return STATUS_OK;
		}
		if (!instant_before(clock_now(lab->clock), deadline)) {
			return status_fail(STATUS_TIMEOUT,
					   "climate chamber %s is at %.1f degrees Celsius after %g "
					   "h instead of %g; look at its panel",
					   lab->climate_chamber->name, indication.celsius,
					   AIR_SECONDS_MAXIMUM / 3600, celsius);
		}
		report_progress(context, "chamber %.1f degrees Celsius, wanted %g",
				indication.celsius, celsius);
		status = lab_wait_seconds(lab, LOOK_SECONDS);
		if (status) {
			return status;
		}
	}
}

/*
 * Between the blocks only the voltages are on: hours of load would be most of the energy of a whole
 * programme, registered at an error that belongs to no reference condition.
 */
static enum status wait_and_look(struct step_context *context, double seconds)
{
	struct instant end = instant_after(clock_now(context->lab->clock), seconds);
	enum status status = STATUS_OK;

	while (!status && instant_before(clock_now(context->lab->clock), end)) {
		struct chamber_indication indication;
		struct instant next = instant_after(clock_now(context->lab->clock), LOOK_SECONDS);

		status = lab_wait_until(context->lab, instant_earlier(end, next));
		if (!status) {
			status = look(context, &indication);
		}
	}
	return status;
}

/* The newest blocks of each position, the oldest first. */
struct blocks {
	int count;
	double errors[LAB_POSITIONS][BLOCKS];
};

static enum status measure_block(struct step_context *context, const struct soak *soak,
				 const struct verb_load *load, struct blocks *blocks)
{
	const struct verb_memory *memory = context->memory;
	struct pulse_plan plan = {.load = load,
				  .wanted_uncertainty_percent = soak->wanted_uncertainty_percent,
				  .minimum_seconds = SOAK_RUN_SECONDS};
	enum status status = apply_and_settle(context, load);

	if (!status) {
		status = measure_by_pulses(context, &plan, soak->runs);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		double deviation;

		for (int block = 0; block + 1 < BLOCKS; block++) {
			blocks->errors[i][block] = blocks->errors[i][block + 1];
		}
		runs_mean(&memory->positions[i], &blocks->errors[i][BLOCKS - 1], &deviation);
	}
	blocks->count++;
	return status;
}

/* The largest span of the newest blocks over all positions; INFINITY before there are enough. */
static double span_of(const struct step_context *context, const struct blocks *blocks)
{
	double span = blocks->count < BLOCKS ? INFINITY : 0;

	for (int i = next_position(context->lab, 0); blocks->count >= BLOCKS && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		const double *errors = blocks->errors[i];
		double least = errors[0], most = errors[0];

		for (int block = 1; block < BLOCKS; block++) {
			least = fmin(least, errors[block]);
			most = fmax(most, errors[block]);
		}
		span = fmax(span, most - least);
	}
	return span;
}

static enum status wait_for_meters(struct step_context *context, const struct soak *soak,
				   const struct verb_load *load, double celsius)
{
	struct lab *lab = context->lab;
	struct instant begin = clock_now(lab->clock);
	struct blocks blocks = {.count = 0};
	enum status status =
		wait_and_look(context, fmax(soak->least_seconds - (BLOCKS - 1) * BLOCK_SECONDS, 0));

	while (!status) {
		struct instant next = instant_after(clock_now(lab->clock), BLOCK_SECONDS);

		status = measure_block(context, soak, load, &blocks);
		double span = status ? INFINITY : span_of(context, &blocks);
		double minutes = seconds_between(begin, clock_now(lab->clock)) / 60;

		if (span <= soak->drift_percent && 60 * minutes >= soak->least_seconds) {
			return record_note(context,
					   "%g degrees Celsius: the error stands within %.4f %% "
					   "over three blocks after %.0f min of soak",
					   celsius, span, minutes);
		}
		if (!status && 60 * minutes > soak->most_seconds) {
			return status_fail(STATUS_TIMEOUT,
					   "at %g degrees Celsius the error of a meter still moves "
					   "by %.4f %% over three blocks after %.0f min, more than "
					   "%g %%; allow a longer soak_most or look for what moves "
					   "it",
					   celsius, span, minutes, soak->drift_percent);
		}
		if (!status) {
			report_progress(context, "soaking at %g degrees Celsius, %.0f min", celsius,
					minutes);
			status = supply_meters(context, load->point.volts, 0);
		}
		if (!status) {
			status = wait_and_look(
				context, fmax(seconds_between(clock_now(lab->clock), next), 0));
		}
	}
	return status;
}

enum status chamber_soak(struct step_context *context, const struct soak *soak,
			 const struct verb_load *load, double celsius)
{
	enum status status = supply_meters(context, load->point.volts, 0);

	if (!status) {
		status = record_request(context, "chamber to %g degrees Celsius", celsius);
	}
	if (!status) {
		status = lab_set_chamber(context->lab, celsius);
	}
	if (!status) {
		status = wait_for_air(context, celsius);
	}
	return status ? status : wait_for_meters(context, soak, load, celsius);
}
