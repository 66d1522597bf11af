/*
 * What somebody does to billing, whoever it is: switch, optical port or module. Done, logged and
 * durable when the function returns. Who may is checked before.
 */
#ifndef DUT_FIRMWARE_REGISTERS_BILLING_ACTIONS_H
#define DUT_FIRMWARE_REGISTERS_BILLING_ACTIONS_H

#include "registers/billing.h"

struct meter;

/* False: locked out, nothing has changed. */
bool meter_reset_demand(struct meter *meter);

void meter_self_read(struct meter *meter);

/* The oldest `count` unread self-reads were read. False: there are not as many. */
bool meter_mark_self_reads(struct meter *meter, uint32_t count);

/* False: no such date or time, or not in that regime. */
bool meter_set_clock(struct meter *meter, const struct meter_clock_time *time,
		     enum meter_clock_regime regime);

/* False: not rules or not a calendar that the meter can act upon. */
bool meter_change_demand_rules(struct meter *meter, const struct demand_rules *rules);
bool meter_change_calendar(struct meter *meter, const struct calendar *calendar);

#endif
