/* Each in the same order: billing, then the log, the energy and billing's records. */
#include "registers/billing_actions.h"

#include "meter_state.h"
#include "registers/seconds.h"

bool meter_reset_demand(struct meter *meter)
{
	const struct energy_totals totals = billing_totals_of(meter);
	bool is_done = billing_reset_demand(&meter->billing, &totals);

	nonvolatile_keep_billing(meter);
	return is_done;
}

void meter_self_read(struct meter *meter)
{
	const struct energy_totals totals = billing_totals_of(meter);

	billing_self_read(&meter->billing, &totals);
	nonvolatile_keep_billing(meter);
}

bool meter_mark_self_reads(struct meter *meter, uint32_t count)
{
	bool is_done = billing_mark_self_reads(&meter->billing, count);

	nonvolatile_keep_billing(meter);
	return is_done;
}

/*
 * Two entries, stamped with the time before and after. What the power-up has made up for is saved
 * first, because with another clock nobody would make up for it again.
 */
bool meter_set_clock(struct meter *meter, const struct meter_clock_time *time,
		     enum meter_clock_regime regime)
{
	const struct energy_totals totals = billing_totals_of(meter);
	uint32_t before = meter_seconds(meter);

	nonvolatile_keep_billing(meter);
	if (!billing_set_clock(&meter->billing, time, regime, &totals)) {
		return false;
	}
	(void)event_log_add_at(&meter->event_log, before, EVENT_TIME_CHANGED_OLD, 0);
	meter->event_log.now_seconds = meter_seconds(meter);
	(void)event_log_add(&meter->event_log, EVENT_TIME_CHANGED_NEW, 0);
	nonvolatile_keep_billing(meter);
	return true;
}

bool meter_change_demand_rules(struct meter *meter, const struct demand_rules *rules)
{
	const struct energy_totals totals = billing_totals_of(meter);
	bool is_done = billing_change_rules(&meter->billing, rules, &totals);

	nonvolatile_keep_billing(meter);
	return is_done;
}

bool meter_change_calendar(struct meter *meter, const struct calendar *calendar)
{
	const struct energy_totals totals = billing_totals_of(meter);
	bool is_done = billing_change_calendar(&meter->billing, calendar, &totals);

	nonvolatile_keep_billing(meter);
	return is_done;
}
