/* restore_configuration: puts back the demand interval and the calendar that programming verbs of
 * this run found in the meter. For the teardown; without anything found it does nothing. */
#include "procedures/verbs/billing_support.h"
#include "procedures/verbs/verbs.h"

enum { VOLTS };

static enum status restore_check(const struct step_context *context,
				 const struct step_argument *arguments)
{
	struct verb_load volts;

	return volts_load(context, arguments[VOLTS].number, &volts);
}

static enum status restore_work(struct step_context *context, int index,
				struct meter_client *client, void *data)
{
	struct found_configuration *found = found_configuration_of(context, index);
	enum status status = STATUS_OK;

	(void)data;
	if (found->has_demand) {
		status = record_request(context, "demand interval of position %d back as found",
					context->lab->positions[index].number);
		status =
			status ? status : meter_client_write_demand_control(client, &found->demand);
	}
	if (!status && found->has_calendar) {
		status = record_request(context, "calendar of position %d back as found",
					context->lab->positions[index].number);
		status = status ? status : meter_client_write_calendar(client, &found->calendar);
	}
	if (!status) {
		*found = (struct found_configuration){0};
	}
	return status;
}

static enum status restore_run(struct step_context *context, const struct step_argument *arguments)
{
	struct verb_load volts;
	enum status status = volts_load(context, arguments[VOLTS].number, &volts);

	status = status ? status : hold_voltage(context, &volts);
	return status ? status : each_session(context, METER_ACCESS_PROGRAM, restore_work, NULL);
}

const struct step_verb verb_restore_configuration = {
	.name = "restore_configuration",
	.purpose = "puts back demand interval and calendar as this run found them",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$highest_volts V",
			 "volts per leg"},
		},
	.is_programming = true,
	.check = restore_check,
	.run = restore_run,
};
