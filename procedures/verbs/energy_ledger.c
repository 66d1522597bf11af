/*
 * energy_ledger: over everything that flowed since the meter was identified, do its registers close
 * against the standard's energy? Judged: delivered and received against what the measured errors
 * let expect, net as well and against delivered less received to the count, and the rate registers
 * against the total to the count.
 */
#include "drivers/meter_functions.h"
#include "procedures/verbs/identify.h"
#include "procedures/verbs/ledger.h"
#include "procedures/verbs/result.h"
#include "procedures/verbs/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { VOLTS, START_TIME, NET_REQUIREMENT };

static enum status energy_ledger_check(const struct step_context *context,
				       const struct step_argument *arguments)
{
	struct verb_load load;

	return supply_load(context, arguments[VOLTS].number, &load);
}

static enum status read_position(struct step_context *context, int index,
				 struct meter_billing *billing)
{
	struct meter_client *client;
	enum status status = session_begin(context, index, METER_ACCESS_READ, &client);

	if (!status) {
		status = ledger_read(context, index, client, "end");
	}
	if (!status) {
		status = meter_client_read_billing(client, billing);
	}
	return session_end(client, status);
}

/* A residual within its uncertainty closes; beyond twice of it, it is no accident. */
static enum conformity judge(const struct energy_ledger *ledger, const struct ledger_line *line)
{
	double size = fabs(line->residual);

	if (ledger->account.is_broken || ledger->is_full) {
		return NOT_EVALUATED;
	}
	return size <= line->expanded_uncertainty	? CONFORMS
	       : size <= 2 * line->expanded_uncertainty ? INCONCLUSIVE
							: DOES_NOT_CONFORM;
}

static enum status record_quantity(struct step_context *context, int index,
				   enum ledger_quantity quantity)
{
	const struct verb_memory *memory = context->memory;
	const struct energy_ledger *ledger = &memory->ledger;
	struct ledger_line line;
	char what[80], indicated[120], expected[160], remark[240] = "";

	ledger_line(ledger, index, quantity, &line);
	snprintf(what, sizeof(what), "%s energy over the whole programme",
		 ledger_quantity_name(quantity));
	snprintf(indicated, sizeof(indicated), "%.4f Wh registered, residual %+.4f Wh",
		 line.registered, line.residual);
	snprintf(expected, sizeof(expected), "%.4f Wh of %.4f Wh reference energy, within %.4f Wh",
		 line.expected, line.reference, line.expanded_uncertainty);
	if (ledger->account.is_broken || ledger->is_full) {
		snprintf(remark, sizeof(remark), "%s",
			 ledger->is_full ? "more loads than the ledger holds"
					 : "the standard's register could not be read throughout");
	} else if (line.unknown_share > 0) {
		snprintf(remark, sizeof(remark),
			 "%.3g %% of the energy flowed at loads where no error was measured",
			 100 * line.unknown_share);
	}
	return record_check(context, &(struct check){.index = index,
						     .test = "energy_ledger",
						     .what = what,
						     .indicated = indicated,
						     .expected = expected,
						     .is_seen = true,
						     .seen = judge(ledger, &line),
						     .remark = remark});
}

static enum status record_net(struct step_context *context, int index, const char *requirement)
{
	const struct verb_memory *memory = context->memory;
	const struct meter_registers *newest = &memory->ledger.newest[index];
	char indicated[64], expected[64];

	snprintf(indicated, sizeof(indicated), "%lld counts", (long long)newest->net);
	snprintf(expected, sizeof(expected), "%lld counts",
		 (long long)(newest->delivered - newest->received));
	return record_check(context,
			    &(struct check){.index = index,
					    .test = "energy_ledger",
					    .what = "net is delivered less received",
					    .indicated = indicated,
					    .expected = expected,
					    .requirement = *requirement ? requirement : NULL});
}

/* Whatever the rate in force: what one register gains, one of them gains. */
static enum status record_rates(struct step_context *context, int index,
				const struct meter_billing *billing)
{
	int64_t delivered = 0;
	int64_t received = 0;
	char what[64], indicated[96], expected[96];

	for (int i = 0; i < billing->rates; i++) {
		delivered += billing->rate[i].energy.delivered;
		received += billing->rate[i].energy.received;
	}
	snprintf(what, sizeof(what), "sum of %d rate registers", billing->rates);
	snprintf(indicated, sizeof(indicated), "%lld delivered, %lld received counts",
		 (long long)delivered, (long long)received);
	snprintf(expected, sizeof(expected), "%lld delivered, %lld received counts",
		 (long long)billing->total.energy.delivered,
		 (long long)billing->total.energy.received);
	return record_check(context, &(struct check){.index = index,
						     .test = "energy_ledger",
						     .what = what,
						     .indicated = indicated,
						     .expected = expected});
}

static enum status record_position(struct step_context *context, int index, const char *requirement,
				   const struct meter_billing *billing)
{
	enum status status = STATUS_OK;

	for (enum ledger_quantity quantity = LEDGER_DELIVERED; !status && quantity <= LEDGER_NET;
	     quantity++) {
		status = record_quantity(context, index, quantity);
	}
	if (!status && billing->rates > 0) {
		status = record_rates(context, index, billing);
	}
	return status ? status : record_net(context, index, requirement);
}

static enum status energy_ledger_run(struct step_context *context,
				     const struct step_argument *arguments)
{
	struct verb_load load;
	struct meter_billing billing[LAB_POSITIONS];
	enum status status = require_identified(context);

	if (!status) {
		status = supply_load(context, arguments[VOLTS].number, &load);
	}
	if (!status) {
		status = apply_and_settle(context, &load);
	}
	if (!status) {
		status = lab_wait_seconds(context->lab, arguments[START_TIME].number);
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = settle_position(context, i, read_position(context, i, &billing[i]));
	}
	for (int i = next_position(context->lab, 0); !status && i >= 0;
	     i = next_position(context->lab, i + 1)) {
		status = record_position(context, i, arguments[NET_REQUIREMENT].text, &billing[i]);
	}
	return status;
}

const struct step_verb verb_energy_ledger = {
	.name = "energy_ledger",
	.purpose = "registers against the energy of the whole programme: nothing lost, nothing "
		   "invented",
	.parameters =
		{
			{"volts", PARAMETER_QUANTITY, "V", 1, 600, "$lowest_volts V",
			 "supply while the meter is read"},
			{"start_time", PARAMETER_QUANTITY, "s", 0, 600, "5 s",
			 "time from the supply to the first question"},
			{"net_requirement", PARAMETER_REQUIREMENT, NULL, 0, 0, "",
			 "requirement that net = delivered - received serves; empty: the step's"},
		},
	.check = energy_ledger_check,
	.run = energy_ledger_run,
};
