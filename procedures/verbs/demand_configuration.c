/*
 * demand_configuration: writes the demand interval into the meter (ST13), with the program
 * password; what was found is kept for the run, and verb restore_configuration puts it back. With
 * expected="refused" it is a test: the meter must not take that interval.
 */
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <stdio.h>
#include <string.h>

enum { VOLTS, INTERVAL, SUB_INTERVALS, EXCLUSION, EXPECTED };

struct configuration {
	struct verb_load volts;
	int minutes, parts, exclusion;
	bool is_refusal_expected;
};

static enum status prepare(const struct step_context *context,
			   const struct step_argument *arguments,
			   struct configuration *configuration)
{
	const char *expected = arguments[EXPECTED].text;

	*configuration = (struct configuration){
		.minutes = (int)arguments[INTERVAL].number,
		.parts = (int)arguments[SUB_INTERVALS].number,
		.exclusion = (int)arguments[EXCLUSION].number,
		.is_refusal_expected = !strcmp(expected, "refused"),
	};
	if (!configuration->is_refusal_expected && strcmp(expected, "taken")) {
		return status_fail(STATUS_BAD_INPUT, "expected=\"%s\" is neither taken nor refused",
				   expected);
	}
	if (configuration->minutes % configuration->parts) {
		return status_fail(STATUS_BAD_INPUT,
				   "an interval of %d min has no %d equal sub-intervals of whole "
				   "minutes",
				   configuration->minutes, configuration->parts);
	}
	enum status status =
		device_type_require(context->device, context->model, context->module, "demand");

	return status ? status
		      : volts_load(context, arguments[VOLTS].number, &configuration->volts);
}

static enum status configuration_check(const struct step_context *context,
				       const struct step_argument *arguments)
{
	struct configuration configuration;

	return prepare(context, arguments, &configuration);
}

static enum status record_refusal(struct step_context *context, int index,
				  const struct configuration *configuration, bool is_refused)
{
	char what[120];

	snprintf(what, sizeof(what), "demand interval of %d min in %d parts, programmed",
		 configuration->minutes, configuration->parts);
	return record_check(context, &(struct check){.index = index,
						     .test = "demand_interval",
						     .what = what,
						     .indicated = is_refused ? "refused" : "taken",
						     .expected = "refused"});
}

/* Keeps what was found when nothing was kept before. */
static enum status keep_found(struct step_context *context, int index,
			      const struct meter_demand_control *found)
{
	struct found_configuration *kept = found_configuration_of(context, index);

	if (kept->has_demand) {
		return STATUS_OK;
	}
	kept->has_demand = true;
	kept->demand = *found;
	return record_note(context,
			   "position %d: demand interval as found %d x %d min, reset lock-out %d "
			   "min",
			   context->lab->positions[index].number, found->sub_intervals,
			   found->sub_interval_minutes, found->reset_exclusion_minutes);
}

static enum status write_work(struct step_context *context, int index, struct meter_client *client,
			      void *data)
{
	const struct configuration *configuration = data;
	struct meter_demand_control wanted, found;
	enum status status = meter_client_read_demand_control(client, &found);

	status = status ? status : keep_found(context, index, &found);
	wanted = found;
	wanted.sub_intervals = configuration->parts;
	wanted.sub_interval_minutes = configuration->minutes / configuration->parts;
	wanted.reset_exclusion_minutes = configuration->exclusion;
	if (!status) {
		status = record_request(context,
					"write demand interval of %d min in %d parts to position "
					"%d",
					configuration->minutes, configuration->parts,
					context->lab->positions[index].number);
	}
	status = status ? status : meter_client_write_demand_control(client, &wanted);
	if (!configuration->is_refusal_expected ||
	    (status && (status != STATUS_REFUSED ||
			meter_client_refusal(client) == METER_REFUSAL_CLEARANCE))) {
		return status;
	}
	bool is_refused = status == STATUS_REFUSED;

	if (!is_refused) { /* it must not stay so */
		status = meter_client_write_demand_control(client, &found);
	} else {
		status = STATUS_OK;
	}
	return status ? status : record_refusal(context, index, configuration, is_refused);
}

static enum status configuration_run(struct step_context *context,
				     const struct step_argument *arguments)
{
	struct configuration configuration;
	enum status status = prepare(context, arguments, &configuration);

	status = status ? status : require_identified(context);
	status = status ? status : hold_voltage(context, &configuration.volts);
	return status ? status
		      : each_session(context, METER_ACCESS_PROGRAM, write_work, &configuration);
}

const struct step_verb verb_demand_configuration = {
	.name = "demand_configuration",
	.purpose = "programs the demand interval, or tests that the meter refuses it",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$highest_volts V",
			 "volts per leg"},
			{"interval", PARAMETER_INTEGER, NULL, 1, 60, NULL,
			 "demand interval in minutes"},
			{"sub_intervals", PARAMETER_INTEGER, NULL, 1, 15, "1",
			 "of one interval; 1 is block demand"},
			{"exclusion", PARAMETER_INTEGER, NULL, 0, 60, "1",
			 "minutes for which another demand reset is locked out"},
			{"expected", PARAMETER_TEXT, NULL, 0, 0, "taken",
			 "taken, or refused: then the refusal is what is tested"},
		},
	.is_programming = true,
	.check = configuration_check,
	.run = configuration_run,
};
