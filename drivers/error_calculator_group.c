/* Hands every call on to the instrument of the channel; reasons are that instrument's own. */
#include "drivers/error_calculator_group.h"

static enum status find(struct instrument *instrument, int channel, struct instrument **own,
			int *input)
{
	struct error_calculator_group *group = (struct error_calculator_group *)instrument;

	if (channel < 1 || channel > GROUP_CHANNELS || !group->members[channel].instrument) {
		return status_fail(STATUS_BAD_INPUT, "%s: no instrument counts for position %d",
				   instrument->name, channel);
	}
	*own = group->members[channel].instrument;
	*input = group->members[channel].channel;
	return STATUS_OK;
}

static enum status group_start(struct instrument *instrument, int channel,
			       double pulses_per_kilowatt_hour, int64_t pulses)
{
	struct instrument *own = NULL;
	int input = 0;
	enum status status = find(instrument, channel, &own, &input);

	return status ? status
		      : own->error_calculator->start(own, input, pulses_per_kilowatt_hour, pulses);
}

static enum status group_read(struct instrument *instrument, int channel,
			      struct gate_indication *indication)
{
	struct instrument *own = NULL;
	int input = 0;
	enum status status = find(instrument, channel, &own, &input);

	return status ? status : own->error_calculator->read(own, input, indication);
}

static enum status group_abort(struct instrument *instrument, int channel)
{
	struct instrument *own = NULL;
	int input = 0;
	enum status status = find(instrument, channel, &own, &input);

	return status ? status : own->error_calculator->abort(own, input);
}

static const struct error_calculator group_calculator = {
	.start = group_start,
	.read = group_read,
	.abort = group_abort,
};

void error_calculator_group_init(struct error_calculator_group *group, const char *name)
{
	*group = (struct error_calculator_group){
		.instrument = {.name = name, .error_calculator = &group_calculator}};
}

enum status error_calculator_group_add(struct error_calculator_group *group, int channel,
				       struct instrument *instrument, int input)
{
	if (!instrument->error_calculator) {
		return status_fail(STATUS_BAD_INPUT,
				   "instrument %s cannot be the error calculator of position %d",
				   instrument->name, channel);
	}
	for (int i = 1; i <= GROUP_CHANNELS; i++) {
		if (group->members[i].instrument == instrument &&
		    group->members[i].channel == input) {
			return status_fail(STATUS_BAD_INPUT,
					   "pulse input %d of instrument %s is that of position "
					   "%d and of position %d; give each position its own",
					   input, instrument->name, i, channel);
		}
	}
	group->members[channel].instrument = instrument;
	group->members[channel].channel = input;
	return STATUS_OK;
}
